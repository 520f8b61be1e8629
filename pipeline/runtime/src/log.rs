//! The Log: what the shell asks of Kafka.

use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::record::{InRecord, OutRecord};

/// Publishing failed for good: the producer must be given up, and with it every task that publishes through it.
#[derive(Debug, thiserror::Error)]
#[error("the log refused a record of topic {topic}: {reason}")]
pub struct PublishError {
    /// Topic of the first record that failed.
    pub topic: String,
    /// What the log said.
    pub reason: String,
}

/// How the reason begins of a take-over that is refused because the store is behind what was committed once.
pub const SET_BACK: &str = "the database was set back";

/// Publishes records in order.
#[async_trait]
pub trait Publisher: Send + Sync + 'static {
    /// Publishes the records in their order and returns once the log has acknowledged every one of them.
    async fn publish(&self, records: Vec<OutRecord>) -> Result<(), PublishError>;
}

/// Where to start reading a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartAt {
    /// At this offset; it must still exist.
    Offset(i64),
    /// At the oldest record.
    Beginning,
    /// At the offset that the group has committed, else at the oldest record.
    Committed,
}

/// A partition that its new owner is ready to read.
#[derive(Debug)]
pub struct Assigned {
    /// Topic.
    pub topic: String,
    /// Partition.
    pub partition: i32,
    /// First record wanted.
    pub start: StartAt,
    /// Where the records go. When it is full the partition is paused; nothing is dropped.
    pub records: mpsc::Sender<InRecord>,
}

/// Takes topic, partition and next offset.
pub type CommitSender = mpsc::UnboundedSender<(String, i32, i64)>;

/// Tells the group how far a partition is. Made before the consumer that carries it, because the consumer needs the
/// [`Assignee`] that uses it; what is told before [`Commits::connect`] is dropped.
#[derive(Debug, Clone, Default)]
pub struct Commits(Arc<Mutex<Option<CommitSender>>>);

impl Commits {
    /// Connects it with a consumer; with the next one when the first has failed.
    pub fn connect(&self, consumer: CommitSender) {
        *self.0.lock() = Some(consumer);
    }

    /// Tells the offset of the next record of a partition.
    pub fn tell(&self, topic: &str, partition: i32, next_offset: i64) {
        if let Some(consumer) = self.0.lock().as_ref() {
            // The consumer is gone when the process is going down.
            let _ = consumer.send((topic.to_owned(), partition, next_offset));
        }
    }
}

/// Takes over and gives up partitions. Called on the consumer's own thread, in the middle of a rebalance.
#[async_trait]
pub trait Assignee: Send + Sync + 'static {
    /// Whether it is to be [`told`](Assignee::told) before partitions are assigned.
    fn compares(&self) -> bool {
        false
    }

    /// How far the group was told that these partitions are: the offset of the next record. Nobody was told of more than was
    /// committed, so a store that has less was set back.
    fn told(&self, _committed: Vec<(String, i32, i64)>) {}

    /// Takes over partitions. May wait for the store: the group waits with it (up to `max.poll.interval.ms`).
    async fn assigned(&self, partitions: Vec<(String, i32)>) -> Result<Vec<Assigned>, String>;

    /// Gives up partitions. If they are not `lost`, what is in flight is finished first, within a deadline of the
    /// implementation's own that is shorter than the session time-out.
    async fn revoked(&self, partitions: Vec<(String, i32)>, lost: bool);
}
