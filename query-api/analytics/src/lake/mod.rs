//! The lake task: `delivery.v1` to Parquet files, each row exactly once.
//!
//! A partition's owner buffers rows by day and tenant, writes one file for each, and commits the manifest rows and the
//! next offset in one transaction guarded by the lease's epoch and offset. A crash before the commit leaves files that no
//! manifest names: they are overwritten by the next flush or never read. A zombie's commit updates no row.

mod buffer;
mod commit;
mod folder;
mod partition;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
pub(crate) use buffer::Buffer;
pub(crate) use folder::{Folder, belongs_to, file_path};
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use posthaste_kafka::{Consumer, ConsumerError, ConsumerOptions};
use posthaste_model::topic;
use posthaste_postgres::{PoolError, WorkerPool};
use posthaste_runtime::config::{KafkaConfig, LakeConfig};
use posthaste_runtime::log::{Assigned, Assignee, StartAt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::LAKE_TASK;
use partition::{PartitionTask, Shared};

/// Consumer group of the lake task.
const GROUP: &str = "posthaste-lake";
/// How long a fetch may wait: the hot tail shows what the lake does not have yet, so it need not hurry.
const FETCH_WAIT: Duration = Duration::from_millis(250);
/// Records that wait between the consumer and a partition's task; more pause the partition.
const CHANNEL_RECORDS: usize = 1_000;
/// Rows that all partitions of a process buffer together, about 300 bytes each: while the lake catches up after an
/// outage every partition fills at once, and then makes smaller files instead of taking more memory.
const BUFFERED_ROWS_MAX: usize = 240_000;
/// Longest wait for the last flush of a partition that is given up; below the smallest `kafka.session_timeout_ms` and
/// below the consumer's own patience when it closes.
const DRAIN_WAIT: Duration = Duration::from_secs(5);
/// Longest wait for the store when partitions are taken over; below `max.poll.interval.ms`, which is 300 s.
const TAKE_OVER_WAIT: Duration = Duration::from_secs(120);

/// Why the lake task ended before it was told to. Running it again is always safe.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The folder of the files cannot be used.
    #[error("lake.dir: {0}")]
    Folder(String),
    /// The consumer could not be started.
    #[error(transparent)]
    Consumer(#[from] ConsumerError),
    /// The consumer stopped by itself.
    #[error("the lake's consumer stopped: {0}")]
    Stopped(String),
    /// A defect: what it was is in the log.
    #[error("partition {partition} of the lake panicked")]
    Panicked {
        /// The partition.
        partition: i32,
    },
    /// Another process holds the partition now.
    #[error("partition {partition} of the lake was taken over by another process")]
    LeaseLost {
        /// The partition.
        partition: i32,
    },
}

/// Runs the lake task until `shutdown`, then flushes what is buffered and leaves the group (within about 20 s).
///
/// Needs the topic `delivery.v1`. Survives restarts of Kafka and Postgres: it waits and pauses its partitions meanwhile.
/// Returns early with an error when it cannot go on as it is; the caller starts it again after a pause.
pub async fn run_lake(
    kafka: &KafkaConfig,
    lake: &LakeConfig,
    pool: WorkerPool,
    shutdown: CancellationToken,
) -> Result<(), LakeError> {
    let folder = Folder::open(&lake.dir).map_err(|error| LakeError::Folder(error.to_string()))?;
    let (failures, mut failed) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        pool,
        folder,
        flush_rows: lake.flush_rows,
        flush_interval: Duration::from_millis(lake.flush_interval_ms),
        begun: tokio::time::Instant::now(),
        encoding: tokio::sync::Semaphore::new(1),
        owned: AtomicUsize::new(0),
        committer: OnceLock::new(),
    });
    let owner = format!("{LAKE_TASK}-{}", uuid::Uuid::now_v7().simple());
    let assignee = Arc::new(Owner {
        shared: Arc::clone(&shared),
        name: owner,
        running: Mutex::default(),
        failures,
        shutdown: shutdown.clone(),
    });
    let options =
        ConsumerOptions { group: GROUP.to_owned(), topics: vec![topic::DELIVERY.to_owned()], fetch_wait: FETCH_WAIT };
    let mut consumer = Consumer::start(kafka, options, assignee)?;
    let _ = shared.committer.set(consumer.committer());
    let outcome = tokio::select! {
        () = shutdown.cancelled() => Ok(()),
        Some(error) = failed.recv() => Err(error),
        // The consumer has closed itself: there is nothing left to stop.
        reason = consumer.failed() => return Err(LakeError::Stopped(reason)),
    };
    consumer.stop().await;
    outcome
}

/// Takes over and gives up partitions.
struct Owner {
    shared: Arc<Shared>,
    name: String,
    running: Mutex<HashMap<i32, Running>>,
    failures: mpsc::UnboundedSender<LakeError>,
    shutdown: CancellationToken,
}

struct Running {
    abandon: CancellationToken,
    task: JoinHandle<()>,
}

impl Drop for Running {
    /// A partition that nobody waits for any more commits nothing more.
    fn drop(&mut self) {
        self.abandon.cancel();
    }
}

impl Owner {
    async fn take(&self, partition: i32) -> Result<(commit::Lease, posthaste_core::HighWater), String> {
        let deadline = tokio::time::Instant::now() + TAKE_OVER_WAIT;
        let mut backoff = partition::Backoff::default();
        loop {
            match commit::take(&self.shared.pool, partition, &self.name).await {
                Ok(taken) => return Ok(taken),
                Err(error) if tokio::time::Instant::now() >= deadline || self.shutdown.is_cancelled() => {
                    return Err(format!("lease of lake/{partition}: {error}"));
                }
                Err(error) => {
                    tracing::warn!(partition, %error, "the lake waits for the store");
                    backoff.wait().await;
                }
            }
        }
    }

    fn start(&self, partition: i32, lease: commit::Lease, high_water: posthaste_core::HighWater) -> Assigned {
        let start = if lease.next_offset < 0 { StartAt::Beginning } else { StartAt::Offset(lease.next_offset) };
        let (records, incoming) = mpsc::channel(CHANNEL_RECORDS);
        let abandon = CancellationToken::new();
        let work = PartitionTask::new(Arc::clone(&self.shared), lease, high_water, incoming);
        let (failures, stop) = (self.failures.clone(), abandon.clone());
        let task = tokio::spawn(async move {
            let work = AssertUnwindSafe(work.run()).catch_unwind();
            let failure = match stop.run_until_cancelled_owned(work).await {
                None | Some(Ok(Ok(()))) => return,
                Some(Ok(Err(error))) => error,
                // Its channel is closed now: without an end of the whole task the partition would be read by nobody.
                Some(Err(_)) => LakeError::Panicked { partition },
            };
            // Nobody listens when the whole task is ending already.
            let _ = failures.send(failure);
        });
        self.running.lock().insert(partition, Running { abandon, task });
        Assigned { topic: topic::DELIVERY.to_owned(), partition, start, records }
    }

    fn count(&self) {
        self.shared.owned.store(self.running.lock().len(), Ordering::Relaxed);
    }
}

#[async_trait]
impl Assignee for Owner {
    async fn assigned(&self, partitions: Vec<(String, i32)>) -> Result<Vec<Assigned>, String> {
        let mut assigned = Vec::with_capacity(partitions.len());
        for (_, partition) in partitions {
            let (lease, high_water) = self.take(partition).await?;
            assigned.push(self.start(partition, lease, high_water));
        }
        self.count();
        Ok(assigned)
    }

    async fn revoked(&self, partitions: Vec<(String, i32)>, lost: bool) {
        let given_up: Vec<(i32, Running)> = {
            let mut running = self.running.lock();
            partitions.iter().filter_map(|(_, p)| running.remove(p).map(|task| (*p, task))).collect()
        };
        self.count();
        if lost {
            return;
        }
        let deadline = tokio::time::Instant::now() + DRAIN_WAIT;
        for (partition, mut running) in given_up {
            // The consumer has dropped the sender: the task flushes what it has and ends.
            if tokio::time::timeout_at(deadline, &mut running.task).await.is_err() {
                tracing::warn!(partition, "the lake could not flush in time; its successor reads the rows again");
            }
        }
    }
}

/// A fault of the store, as the tasks here see it.
pub(crate) fn describe(error: &PoolError) -> String {
    use std::error::Error as _;
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
