//! Takes partitions over and gives them up: lease, recovery, drain.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use posthaste_core::sender::{SenderTask, Settings};
use posthaste_model::{AttemptNumber, IntentId, Millis, SenderId};
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::beats::Partition;
use super::levels::Levels;
use super::step::{Step, text_of};
use super::takeover::{core_of, patiently};
use super::uncommitted::Uncommitted;
use crate::alive;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::dispatch::{Dispatcher, Errand};
use crate::flight::INBOUND_MS;
use crate::journal::Journal;
use crate::log::{Assigned, Assignee, Commits, Publisher, SET_BACK, StartAt};
use crate::outbox::Outbox;
use crate::store::{HasEnded, Lease, LeaseDeadline, Store};

/// Name of the task: of its leases, of its sequence numbers, and with a prefix of its consumer group.
pub const TASK: &str = "senders";

/// Records that wait between the consumer's thread and a partition.
const RECORDS_WAITING_MAX: usize = 2_000;
/// Shortest time from one publishing of a partition's outbox to the next. Nobody waits for these records: the state that
/// they tell of is committed, and its readers are allowed two seconds.
const PUBLISH_EVERY: Duration = Duration::from_millis(40);

/// Epoch and deadline of each partition that this process owns.
type Leases = Arc<Mutex<HashMap<i32, (i64, Arc<LeaseDeadline>)>>>;

/// How the task runs.
#[derive(Debug, Clone)]
pub struct SenderRunnerOptions {
    /// Knobs of the core.
    pub settings: Settings,
    /// Name of this process in leases.
    pub owner: String,
    /// Length of a lease.
    pub lease_ttl: Duration,
    /// Longest drain when a partition is given up; shorter than the group's session time-out.
    pub drain_max: Duration,
    /// Events in one commit.
    pub batch_events_max: usize,
    /// Folder of the journals.
    pub journal_dir: PathBuf,
    /// Partitions of `webhooks.raw.v1`.
    pub stream_partitions: usize,
}

/// Runs the sender task on the partitions that the group assigns.
pub struct SenderRunner {
    options: SenderRunnerOptions,
    store: Arc<dyn Store>,
    publisher: Arc<dyn Publisher>,
    dispatcher: Arc<Dispatcher>,
    directory: Arc<Directory>,
    step: Arc<dyn Step>,
    commits: Commits,
    failures: mpsc::UnboundedSender<String>,
    running: AsyncMutex<HashMap<i32, Running>>,
    leases: Leases,
    /// How far the group was told that partitions are.
    told: Mutex<HashMap<i32, i64>>,
}

struct Running {
    drain: CancellationToken,
    deadline: Arc<LeaseDeadline>,
    task: JoinHandle<()>,
}

impl SenderRunner {
    /// Makes the runner and starts its lease keeper. `failures` hears of what only a restart mends.
    pub fn new(
        options: SenderRunnerOptions,
        store: Arc<dyn Store>,
        publisher: Arc<dyn Publisher>,
        dispatcher: Arc<Dispatcher>,
        directory: Arc<Directory>,
        step: Arc<dyn Step>,
        failures: mpsc::UnboundedSender<String>,
    ) -> Arc<Self> {
        let runner = Arc::new(Self {
            options,
            store,
            publisher,
            dispatcher,
            directory,
            step,
            commits: Commits::default(),
            failures,
            running: AsyncMutex::default(),
            leases: Arc::default(),
            told: Mutex::default(),
        });
        tokio::spawn(keep_leases(Arc::clone(&runner.store), Arc::clone(&runner.leases), runner.options.lease_ttl));
        runner
    }

    /// Where the group is told of progress; to be connected with the consumer.
    pub fn commits(&self) -> &Commits {
        &self.commits
    }

    async fn take_over(&self, topic: &str, partition: i32) -> Result<Assigned, String> {
        let options = &self.options;
        let sent = Instant::now();
        let has_ended = |owner: &str| alive::has_ended(&options.journal_dir, owner);
        let owner = (options.owner.as_str(), &has_ended as HasEnded<'_>);
        let lease = patiently(|| self.store.take_lease(TASK, partition, owner, options.lease_ttl)).await?;
        compare_told(&lease, self.told.lock().get(&partition).copied())?;
        let deadline = Arc::new(LeaseDeadline::new());
        deadline.renewed(sent, options.lease_ttl);
        self.leases.lock().insert(partition, (lease.epoch, Arc::clone(&deadline)));

        let rows = patiently(|| self.store.unpublished(TASK, partition, lease.published_upto)).await?;
        let clock = Clock::start();
        let inherit_at = Instant::now() + lease.wait;
        let may_post_at = clock.now().plus(i64::try_from(lease.wait.as_millis()).unwrap_or(i64::MAX));
        let from = (self.store.as_ref(), self.directory.as_ref(), options);
        let core = core_of(&lease, from, may_post_at, || clock.now()).await?;
        compare_posted(&lease, &options.journal_dir, &core.queued())?;
        self.inherit_heard(partition, clock.now()).await?;
        let outbox = self.start_outbox(&lease);
        outbox.publish_rows(rows).await.map_err(|error| format!("outbox of {TASK}/{partition}: {error}"))?;
        let start = if lease.next_offset < 0 { StartAt::Beginning } else { StartAt::Offset(lease.next_offset) };
        tracing::info!(
            partition,
            epoch = lease.epoch,
            next_offset = lease.next_offset,
            open = core.open_len(),
            held = core.holds().count(),
            wait_ms = lease.wait.as_millis(),
            "partition taken over"
        );
        let records = self.spawn(topic, lease, (core, inherit_at), outbox, deadline, clock).await?;
        Ok(Assigned { topic: topic.to_owned(), partition, start, records })
    }

    /// Tells the dispatcher what people wrote to the partition's senders of late.
    async fn inherit_heard(&self, partition: i32, now: Millis) -> Result<(), String> {
        let senders = self.directory.senders_of(partition);
        let heard = patiently(|| self.store.heard(&senders, now.plus(-INBOUND_MS))).await?;
        let mut by_sender: HashMap<SenderId, Vec<(Millis, usize)>> = HashMap::new();
        for (sender, at, messages) in heard {
            by_sender.entry(sender).or_default().push((at, messages));
        }
        by_sender.into_iter().for_each(|(sender, heard)| self.dispatcher.inherit(&sender, heard));
        Ok(())
    }

    fn start_outbox(&self, lease: &Lease) -> Outbox {
        let failures = self.failures.clone();
        let partition = lease.partition;
        Outbox::start(Arc::clone(&self.publisher), lease.published_upto, PUBLISH_EVERY, move |error| {
            // Nobody listens any more when the process is going down.
            let _ = failures.send(format!("outbox of {TASK}/{partition}: {error}"));
        })
    }

    async fn spawn(
        &self,
        topic: &str,
        lease: Lease,
        (core, inherit_at): (SenderTask, Instant),
        outbox: Outbox,
        deadline: Arc<LeaseDeadline>,
        clock: Clock,
    ) -> Result<mpsc::Sender<crate::record::InRecord>, String> {
        let number = lease.partition;
        let journal = Journal::create(&self.options.journal_dir, number, lease.epoch)
            .map_err(|error| format!("pipeline.journal_dir {}: {error}", self.options.journal_dir.display()))?;
        let (records, incoming) = mpsc::channel(RECORDS_WAITING_MAX);
        let (settled, outcomes) = mpsc::unbounded_channel();
        let drain = CancellationToken::new();
        let partition = Partition {
            topic: topic.to_owned(),
            options: self.options.clone(),
            store: Arc::clone(&self.store),
            dispatcher: Arc::clone(&self.dispatcher),
            directory: Arc::clone(&self.directory),
            commits: self.commits.clone(),
            outbox,
            errand: Errand { lease: Arc::clone(&deadline), journal: Arc::new(journal), settled, clock },
            records: incoming,
            outcomes,
            drain: drain.clone(),
            clock,
            step: Arc::clone(&self.step),
            inherited: core.inherited(),
            core,
            inherit_at,
            pending_offset: lease.next_offset,
            lease,
            uncommitted: Uncommitted::default(),
            last_commit: Instant::now(),
            first_record: None,
            first_outcome: None,
            has_more: false,
            levels: Levels::new(),
        };
        let failures = self.failures.clone();
        let ended = Arc::clone(&deadline);
        let task = tokio::spawn(async move {
            let reason = match AssertUnwindSafe(partition.run()).catch_unwind().await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error.to_string(),
                Err(payload) => format!("the task panicked: {}", text_of(payload.as_ref())),
            };
            ended.end();
            // Nobody listens any more when the process is going down.
            let _ = failures.send(format!("{TASK}/{number}: {reason}"));
        });
        self.running.lock().await.insert(number, Running { drain, deadline, task });
        Ok(records)
    }
}

/// Refuses a store that has less than was committed once: what was sent since it would send again.
fn compare_told(lease: &Lease, told: Option<i64>) -> Result<(), String> {
    let (task, partition, here) = (&lease.task, lease.partition, lease.next_offset);
    match told.filter(|told| *told > here) {
        None => Ok(()),
        Some(told) => {
            Err(format!("{SET_BACK}: {task}/{partition} is at {here}, and was at {told} before; run posthaste recover"))
        }
    }
}

/// Refuses a store in which a message waits of which a journal says that this attempt, or a later one, has left.
fn compare_posted(lease: &Lease, dir: &Path, queued: &[(IntentId, AttemptNumber)]) -> Result<(), String> {
    let posted = match Journal::posted(dir, Some(lease.partition)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        posted => posted.map_err(|error| format!("pipeline.journal_dir {}: {error}", dir.display()))?,
    };
    match queued.iter().find(|(id, number)| posted.get(id).is_some_and(|last| last >= number)) {
        None => Ok(()),
        Some((id, number)) => {
            let (task, partition) = (&lease.task, lease.partition);
            let seen = format!("attempt {number} of {id} waits in {task}/{partition}, and has left before");
            Err(format!("{SET_BACK}: {seen}; run posthaste recover"))
        }
    }
}

#[async_trait]
impl Assignee for SenderRunner {
    fn compares(&self) -> bool {
        true
    }

    fn told(&self, committed: Vec<(String, i32, i64)>) {
        self.told.lock().extend(committed.into_iter().map(|(_, partition, offset)| (partition, offset)));
    }

    async fn assigned(&self, partitions: Vec<(String, i32)>) -> Result<Vec<Assigned>, String> {
        let mut assigned = Vec::with_capacity(partitions.len());
        for (topic, partition) in partitions {
            assigned.push(self.take_over(&topic, partition).await?);
        }
        Ok(assigned)
    }

    async fn revoked(&self, partitions: Vec<(String, i32)>, lost: bool) {
        let mut leaving = Vec::new();
        for (_, partition) in &partitions {
            if let Some(running) = self.running.lock().await.remove(partition) {
                if lost {
                    running.deadline.end();
                    running.task.abort();
                } else {
                    running.drain.cancel();
                }
                leaving.push((*partition, running));
            }
        }
        let limit = Instant::now() + self.options.drain_max;
        for (partition, mut running) in leaving {
            let left = limit.saturating_duration_since(Instant::now());
            if tokio::time::timeout(left, &mut running.task).await.is_err() {
                tracing::warn!(partition, "a partition did not drain in time; its successor waits for the lease");
                running.deadline.end();
                running.task.abort();
            }
            self.leases.lock().remove(&partition);
        }
    }
}

/// Renews all leases of this process in one statement, three times per lease length.
async fn keep_leases(store: Arc<dyn Store>, leases: Leases, ttl: Duration) {
    let mut tick = tokio::time::interval(ttl / 3);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let mine: Vec<_> =
            leases.lock().iter().map(|(partition, (epoch, _))| (TASK.to_owned(), *partition, *epoch)).collect();
        if mine.is_empty() {
            continue;
        }
        let sent = Instant::now();
        match store.renew(&mine, ttl).await {
            Ok(renewed) => {
                for (partition, (_, deadline)) in leases.lock().iter() {
                    if renewed.iter().any(|(_, number)| number == partition) {
                        deadline.renewed(sent, ttl);
                    } else if mine.iter().any(|(_, number, _)| number == partition) {
                        metrics::counter!("posthaste_lease_lost_total").increment(1);
                        deadline.end();
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the leases could not be renewed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(next_offset: i64) -> Lease {
        Lease {
            task: TASK.to_owned(),
            partition: 3,
            epoch: 8,
            next_offset,
            outbox_seq: 0,
            published_upto: 0,
            commits: 0,
            high_water: "{}".to_owned(),
            wait: Duration::ZERO,
        }
    }

    #[test]
    fn a_store_that_has_less_than_was_committed_or_sent_is_refused() {
        assert_eq!(compare_told(&lease(100), None), Ok(()));
        assert_eq!(compare_told(&lease(100), Some(100)), Ok(()), "the group may be told late, but never too much");
        for here in [99, -1] {
            let refused = compare_told(&lease(here), Some(100)).expect_err("it was at 100");
            assert!(refused.starts_with(SET_BACK) && refused.contains("posthaste recover"), "{refused}");
        }
        let dir = tempfile::tempdir().expect("a folder");
        let id = |n| IntentId(uuid::Uuid::from_u128(n));
        assert_eq!(compare_posted(&lease(100), &dir.path().join("none"), &[(id(1), 1)]), Ok(()));
        let journal = Journal::create(dir.path(), 3, 7).expect("a journal");
        journal.note(id(1), 1).expect("noted");
        Journal::create(dir.path(), 4, 7).expect("another's").note(id(2), 1).expect("noted");
        assert_eq!(compare_posted(&lease(100), dir.path(), &[(id(1), 2), (id(2), 1)]), Ok(()), "none of these left");
        let refused = compare_posted(&lease(100), dir.path(), &[(id(2), 1), (id(1), 1)]).expect_err("it left");
        assert!(refused.starts_with(SET_BACK), "{refused}");
        journal.note(id(3), 2).expect("noted");
        let refused = compare_posted(&lease(100), dir.path(), &[(id(3), 1)]).expect_err("the attempt after it left");
        assert!(refused.starts_with(SET_BACK), "{refused}");
    }
}
