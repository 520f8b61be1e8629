//! The outbox: what a commit publishes, in the order of the commits, without a gap.
//!
//! Records are published from memory right after the commit that stored them; a new owner publishes what its predecessor
//! had stored and not published. Either way one publisher per task-partition hands them to the log in the order of their
//! numbers, so a consumer may drop whatever is not above the highest number it has seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use posthaste_core::invariants::{Invariant, Violation};
use posthaste_core::sender::Publication;
use posthaste_model::Sequence;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::log::{PublishError, Publisher};
use crate::record::{Envelope, OutRecord};
use crate::store::OutboxRow;
use crate::violations::report;

/// Batches that wait for the log before the task stops taking new work in.
const WAITING_MAX: usize = 64;

/// Records of one batch with their numbers.
#[derive(Debug)]
pub struct Batch {
    last_seq: i64,
    records: Vec<OutRecord>,
}

impl Batch {
    /// I-11, as far as a publisher sees it: a batch begins where the one before it ended.
    fn judge(&self, upto: i64) {
        if let Err(violation) = self.follows(upto) {
            report(&violation);
        }
    }

    fn follows(&self, upto: i64) -> Result<(), Violation> {
        let first_seq = self.last_seq - i64::try_from(self.records.len()).unwrap_or(i64::MAX) + 1;
        if first_seq == upto + 1 {
            return Ok(());
        }
        Err(Violation::new(Invariant::OutboxGapless, format!("{first_seq} is published after {upto}")))
    }
}

/// Gives publications their sequence numbers, after `outbox_seq`.
pub fn number(task: &str, partition: i32, outbox_seq: i64, publications: &[Publication]) -> Vec<OutRecord> {
    let numbered = |(publication, seq): (&Publication, i64)| {
        let sequence = Sequence { task: task.to_owned(), partition, seq };
        let mut headers = Envelope {
            id: publication.id.clone(),
            source: format!("/senders/{}", publication.sender_id),
            event_type: publication.event_type,
            time: publication.time,
            subject: publication.subject.clone(),
            tenant: publication.tenant_id,
            sequence: &sequence,
            origin: publication.origin.as_ref(),
        }
        .headers();
        publication.headers.iter().for_each(|(name, value)| headers.push(name, value.as_bytes()));
        OutRecord {
            topic: publication.topic.into(),
            key: Some(publication.key.clone()),
            partition: None,
            headers,
            value: Bytes::from(publication.value.clone().into_bytes()),
        }
    };
    publications.iter().zip(outbox_seq + 1..).map(numbered).collect()
}

/// The row that keeps these records until the log has acknowledged them; `None` when there are none.
pub fn to_row(outbox_seq: i64, records: &[OutRecord]) -> Option<OutboxRow> {
    let count = i64::try_from(records.len()).ok().filter(|count| *count > 0)?;
    let json = serde_json::to_vec(records).expect("records are texts and numbers");
    Some(OutboxRow { first_seq: outbox_seq + 1, last_seq: outbox_seq + count, records: Bytes::from(json) })
}

/// Publishes the batches of one task-partition.
#[derive(Debug, Clone)]
pub struct Outbox {
    batches: mpsc::Sender<Batch>,
    published_upto: Arc<AtomicI64>,
}

impl Outbox {
    /// Starts the publisher; it ends when the last handle is dropped and everything is published, or when the log
    /// refuses, which `failed` is told.
    ///
    /// From one publishing to the next it waits at least `every`, and takes all batches that are there by then: a request to
    /// the broker holds records of one partition only (librdkafka 2.12, `rd_kafka_ProduceRequest`), so records that are
    /// spread over many partitions cost a request each if they go in small batches.
    pub fn start(
        publisher: Arc<dyn Publisher>,
        published_upto: i64,
        every: Duration,
        failed: impl FnOnce(PublishError) + Send + 'static,
    ) -> Self {
        let (batches, mut waiting) = mpsc::channel::<Batch>(WAITING_MAX);
        let upto = Arc::new(AtomicI64::new(published_upto));
        let reached = Arc::clone(&upto);
        tokio::spawn(async move {
            while let Some(mut batch) = waiting.recv().await {
                batch.judge(reached.load(Ordering::Acquire));
                while let Ok(next) = waiting.try_recv() {
                    next.judge(batch.last_seq);
                    batch.last_seq = next.last_seq;
                    batch.records.extend(next.records);
                }
                let next_at = Instant::now() + every;
                if let Err(error) = publisher.publish(batch.records).await {
                    failed(error);
                    return;
                }
                reached.store(batch.last_seq, Ordering::Release);
                tokio::time::sleep_until(next_at).await;
            }
        });
        Self { batches, published_upto: upto }
    }

    /// Hands a committed batch over; waits while the log is behind by more than the limit.
    pub async fn publish(&self, last_seq: i64, records: Vec<OutRecord>) {
        // The receiver is gone only after a failure that has been reported; the rows stay in the store.
        let _ = self.batches.send(Batch { last_seq, records }).await;
    }

    /// Hands over what a previous owner left.
    pub async fn publish_rows(&self, rows: Vec<OutboxRow>) -> Result<(), serde_json::Error> {
        for row in rows {
            let records = serde_json::from_slice(&row.records)?;
            self.publish(row.last_seq, records).await;
        }
        Ok(())
    }

    /// Everything up to this number is acknowledged by the log.
    pub fn published_upto(&self) -> i64 {
        self.published_upto.load(Ordering::Acquire)
    }

    /// Whether every batch that was handed over is acknowledged.
    pub fn is_drained(&self, outbox_seq: i64) -> bool {
        self.published_upto() >= outbox_seq
    }
}
