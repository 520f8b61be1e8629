//! The hot tail: what was published to `delivery.v1` and is in no file yet, in memory.
//!
//! It begins where the lake's committed offsets end, with the lake's committed high-water, and so keeps exactly the rows
//! that the lake's next files will hold. As the lake's offsets advance it lets the rows below them go. When it is full it
//! stops reading until the lake has caught up: then queries are late, never wrong.

mod buffer;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use buffer::{TailBuffer, TailChunk};
use parking_lot::RwLock;
use posthaste_core::HighWater;
use posthaste_kafka::{Catalogue, ConsumerError, TailReader, TopicsError};
use posthaste_model::{TenantId, Transition, topic};
use posthaste_postgres::{PoolError, WorkerPool};
use posthaste_runtime::config::KafkaConfig;
use posthaste_runtime::log::StartAt;
use posthaste_runtime::record::InRecord;
use posthaste_sql::queries::lake;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::LAKE_TASK;
use crate::intake::{Verdict, judge};
use crate::tables::transitions::Rows;

/// Most rows in memory, about 300 bytes each. The lake flushes every ten seconds by default: at 4,000 transitions a
/// second it is 80,000 rows behind at most.
const ROWS_MAX: usize = 400_000;
/// Records that wait between the reader and the tail; more pause the reader.
const CHANNEL_RECORDS: usize = 4_000;
/// Records taken into one batch.
const BATCH_RECORDS_MAX: usize = 2_000;
/// What comes within this time goes into one batch: the records of a moment are spread over all partitions, and each batch
/// of a partition is a chunk of its own to build and to merge. A query may be two seconds late.
const LINGER: Duration = Duration::from_millis(100);
/// How often the lake's offsets are looked at.
const COVER_INTERVAL: Duration = Duration::from_millis(500);
/// Wait before a tail that could not go on begins anew.
const RESTART_WAIT: Duration = Duration::from_secs(1);

/// The hot tail of this process. Cheap to clone; all clones see the same rows.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    /// `None` until the lake's offsets are known: a query would miss rows without knowing it.
    state: Arc<RwLock<Option<TailBuffer>>>,
}

/// Why a tail begins anew.
#[derive(Debug, thiserror::Error)]
enum TailError {
    #[error(transparent)]
    Topics(#[from] TopicsError),
    #[error("deploy/topics.yaml does not name {}", topic::DELIVERY)]
    NoTopic,
    #[error("the lake's offsets: {0}")]
    Store(#[from] PoolError),
    #[error("the lake's high-water of partition {partition}: {source}")]
    HighWater { partition: i32, source: serde_json::Error },
    #[error(transparent)]
    Reader(#[from] ConsumerError),
    #[error("the reader stopped: {0}")]
    Stopped(String),
    #[error("the lake's offset of partition {0} went back: the store was restored")]
    WentBack(i32),
}

impl Tail {
    /// Starts reading in the background, until `shutdown`; the handle then ends at once. Must be called within a tokio
    /// runtime.
    ///
    /// `pool` is the worker's, because the tasks' leases are no tenant's; the tail reads no other table with it. Until
    /// Postgres has answered once, queries fail with `lake_unavailable`. Kafka may be away: queries then see what is in
    /// files and what was read before.
    pub fn start(
        kafka: &KafkaConfig,
        pool: WorkerPool,
        shutdown: CancellationToken,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let tail = Self::default();
        let (running, kafka) = (tail.clone(), kafka.clone());
        let handle = tokio::spawn(async move {
            while let Some(outcome) = shutdown.run_until_cancelled(running.run(&kafka, &pool)).await {
                *running.state.write() = None;
                let Err(error) = outcome;
                tracing::warn!(%error, "the hot tail begins anew");
                if shutdown.run_until_cancelled(tokio::time::sleep(RESTART_WAIT)).await.is_none() {
                    break;
                }
            }
        });
        (tail, handle)
    }

    /// A tail that is ready and holds these rows.
    #[cfg(test)]
    pub(crate) fn holding(buffer: TailBuffer) -> Self {
        Self { state: Arc::new(RwLock::new(Some(buffer))) }
    }

    /// This tenant's rows, partition by partition; `None` while the tail is not ready.
    pub(crate) fn rows_of(&self, tenant: TenantId) -> Option<Vec<(i32, TailChunk)>> {
        self.state.read().as_ref().map(|buffer| buffer.rows_of(tenant))
    }

    async fn run(&self, kafka: &KafkaConfig, pool: &WorkerPool) -> Result<std::convert::Infallible, TailError> {
        let partitions = Catalogue::built_in()?.partitions(topic::DELIVERY).ok_or(TailError::NoTopic)?;
        let progress = Progress::read(pool).await?;
        let starts: Vec<(i32, StartAt)> = (0..partitions).map(|p| (p, progress.start(p))).collect();
        let (records, incoming) = mpsc::channel(CHANNEL_RECORDS);
        let mut reader = TailReader::start(kafka, topic::DELIVERY, &starts, records)?;
        *self.state.write() = Some(TailBuffer::default());
        let follow = Follow { state: Arc::clone(&self.state), high_water: progress.high_water };
        tokio::select! {
            reason = reader.failed() => Err(TailError::Stopped(reason)),
            error = self.cover(pool, progress.next_offsets) => Err(error),
            () = follow.run(incoming) => Err(TailError::Stopped("its channel was closed".to_owned())),
        }
    }

    /// Lets go what the lake has committed, again and again. A store that is away is waited for.
    async fn cover(&self, pool: &WorkerPool, mut known: BTreeMap<i32, i64>) -> TailError {
        let mut ticks = tokio::time::interval(COVER_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let progress = match Progress::read(pool).await {
                Ok(progress) => progress,
                Err(error @ TailError::HighWater { .. }) => return error,
                Err(error) => {
                    tracing::warn!(%error, "the hot tail cannot see how far the lake is");
                    continue;
                }
            };
            if let Some((partition, _)) =
                known.iter().find(|(partition, offset)| progress.next_offsets.get(partition).unwrap_or(&-1) < offset)
            {
                return TailError::WentBack(*partition);
            }
            if let Some(buffer) = self.state.write().as_mut() {
                buffer.cover(&progress.next_offsets);
                metrics::gauge!("posthaste_tail_rows").set(buffer.rows() as f64);
            }
            known = progress.next_offsets;
        }
    }
}

/// How far the lake is.
struct Progress {
    next_offsets: BTreeMap<i32, i64>,
    high_water: BTreeMap<i32, HighWater>,
}

impl Progress {
    async fn read(pool: &WorkerPool) -> Result<Self, TailError> {
        let tx = pool.tenants_tx([]).await?;
        let rows = lake::lake_progress().bind(&*tx, &LAKE_TASK).all().await.map_err(PoolError::from)?;
        tx.commit().await?;
        let mut progress = Self { next_offsets: BTreeMap::new(), high_water: BTreeMap::new() };
        for row in rows {
            let partition = row.partition;
            let high_water =
                HighWater::from_json(&row.high_water).map_err(|source| TailError::HighWater { partition, source })?;
            progress.next_offsets.insert(partition, row.next_offset);
            progress.high_water.insert(partition, high_water);
        }
        Ok(progress)
    }

    fn start(&self, partition: i32) -> StartAt {
        match self.next_offsets.get(&partition) {
            Some(offset) if *offset >= 0 => StartAt::Offset(*offset),
            _ => StartAt::Beginning,
        }
    }
}

/// Transitions with their offsets, of one tenant and partition.
type Transitions = Vec<(i64, Box<Transition>)>;

/// Turns records into rows.
struct Follow {
    state: Arc<RwLock<Option<TailBuffer>>>,
    high_water: BTreeMap<i32, HighWater>,
}

impl Follow {
    async fn run(mut self, mut incoming: mpsc::Receiver<InRecord>) {
        let mut records = Vec::with_capacity(BATCH_RECORDS_MAX);
        while incoming.recv_many(&mut records, BATCH_RECORDS_MAX).await > 0 {
            if records.len() < BATCH_RECORDS_MAX {
                tokio::time::sleep(LINGER).await;
            }
            while records.len() < BATCH_RECORDS_MAX
                && let Ok(record) = incoming.try_recv()
            {
                records.push(record);
            }
            self.take(&mut records);
            while self.full() {
                // The lake makes room, and is looked at this often.
                tokio::time::sleep(COVER_INTERVAL).await;
            }
        }
    }

    fn full(&self) -> bool {
        self.state.read().as_ref().is_some_and(|buffer| buffer.rows() >= ROWS_MAX)
    }

    fn take(&mut self, records: &mut Vec<InRecord>) {
        let mut rows: BTreeMap<(TenantId, i32), Transitions> = BTreeMap::new();
        for record in records.drain(..) {
            let high_water = self.high_water.entry(record.partition).or_default();
            // The lake logs and counts what cannot be read; here it is only left out, as it is left out there.
            if let Verdict::Row(transition) = judge(high_water, &record) {
                let key = (transition.tenant_id, record.partition);
                rows.entry(key).or_default().push((record.offset, transition));
            }
        }
        let seal = |((tenant, partition), transitions): ((TenantId, i32), Transitions)| {
            let mut rows = Rows::with_capacity(transitions.len());
            transitions.iter().for_each(|(offset, transition)| rows.push(partition, *offset, transition));
            Some(((tenant, partition), rows.seal()?))
        };
        let sealed: Vec<_> = rows.into_iter().filter_map(seal).collect();
        if let Some(buffer) = self.state.write().as_mut() {
            for ((tenant, partition), rows) in sealed {
                buffer.append(tenant, partition, rows);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::transitions::samples;

    fn follow() -> (Tail, Follow) {
        let tail = Tail::holding(TailBuffer::default());
        let follow = Follow { state: Arc::clone(&tail.state), high_water: BTreeMap::new() };
        (tail, follow)
    }

    #[test]
    fn a_record_is_seen_by_its_tenant_and_by_nobody_else() {
        let (tail, mut follow) = follow();
        let transition = samples::transition(1, 1, "sent");
        follow.take(&mut vec![
            samples::record(5, &transition, "senders/0/1"),
            samples::record(6, &transition, "senders/0/1"),
        ]);
        let rows = tail.rows_of(samples::tenant()).expect("ready");
        let counts: Vec<_> = rows.iter().map(|(p, chunk)| (*p, chunk.batch.num_rows(), chunk.last_offset)).collect();
        assert_eq!(counts, [(0, 1, 5)], "the record that was published twice counts once");
        assert!(tail.rows_of(TenantId(uuid::Uuid::from_u128(0xb))).expect("ready").is_empty());
    }

    #[test]
    fn a_tail_that_does_not_know_the_lake_says_so() {
        assert!(Tail::default().rows_of(samples::tenant()).is_none());
    }

    #[test]
    fn reading_begins_where_the_lake_ends() {
        let next_offsets = BTreeMap::from([(0, -1), (1, 17)]);
        let progress = Progress { next_offsets, high_water: BTreeMap::new() };
        let starts = [progress.start(0), progress.start(1), progress.start(2)];
        assert_eq!(starts, [StartAt::Beginning, StartAt::Offset(17), StartAt::Beginning]);
    }
}
