//! Catch-up: a receiver that was left behind is read for separately, until it is where the shared reader is.
//!
//! Each slice of work has a reader of its own, on a thread of its own. A slice ends when the stream is handed over, when
//! its receiver has no room for a while, or after some seconds; then the next receiver has its turn, so one that never
//! catches up keeps nobody waiting.

use std::sync::Arc;
use std::time::Duration;

use posthaste_core::HighWater;
use posthaste_core::crm::{CatchUp, Offer};
use posthaste_kafka::{ConsumerError, TailReader};
use posthaste_runtime::config::KafkaConfig;
use posthaste_runtime::log::StartAt;
use posthaste_runtime::record::InRecord;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use crate::event::Event;
use crate::numbers::Numbers;
use crate::partition::Partition;
use crate::receiver::Receiver;

/// Slices of work at once; each costs a thread, a connection and up to 16 MiB of records that were read ahead.
pub(crate) const SLICES_MAX: usize = 4;
/// Longest slice. Opening a reader takes some tens of milliseconds, which this makes negligible.
const SLICE: Duration = Duration::from_secs(10);
/// How long a slice waits for room in its receiver's buffer.
const ROOM_WAIT: Duration = Duration::from_secs(1);
/// Pause after a reader could not be opened.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);
/// Records between reader and receiver; about what one fetch brings, since a full channel costs another fetch.
const CHANNEL_RECORDS: usize = 1_024;

/// One slice of work on a stream.
pub(crate) struct Slice {
    pub(crate) receiver: Arc<Receiver>,
    pub(crate) partition: Arc<Partition>,
    pub(crate) by: CatchUp,
    pub(crate) numbers: Arc<Numbers>,
}

impl Slice {
    /// Works until the slice ends.
    pub(crate) async fn run(self, kafka: &KafkaConfig) {
        if let Err(error) = self.read(kafka).await {
            tracing::warn!(%error, endpoint = %self.receiver.id.endpoint, "a catch-up reader could not be opened");
            tokio::time::sleep(FAILURE_PAUSE).await;
        }
        self.receiver.state.lock().end_catch_up(&self.by);
        self.receiver.wake();
    }

    async fn read(&self, kafka: &KafkaConfig) -> Result<(), ConsumerError> {
        if self.hand_over() {
            return Ok(());
        }
        let stream = self.by.stream;
        let (sender, mut records) = mpsc::channel(CHANNEL_RECORDS);
        let start = [(stream.partition, StartAt::Offset(self.by.start))];
        let _reader = TailReader::start(kafka, stream.feed.topic(), &start, sender)?;
        let deadline = Instant::now() + SLICE;
        let mut high_water = HighWater::default();
        let mut next = self.by.start;
        while let Ok(Some(record)) = timeout_at(deadline, records.recv()).await {
            if record.offset > next {
                let lost = record.offset - next;
                tracing::error!(
                    endpoint = %self.receiver.id.endpoint, %stream, from = next, lost,
                    "a receiver was away for longer than the log keeps records: what is gone was not delivered"
                );
                metrics::counter!("posthaste_sink_deliveries_total", "outcome" => "expired").increment(1);
            }
            next = record.offset + 1;
            if !self.offer(&record, &mut high_water).await || self.hand_over() {
                break;
            }
        }
        Ok(())
    }

    fn hand_over(&self) -> bool {
        let mut state = self.receiver.state.lock();
        // Read under the lock: a record that is claimed later is offered later, and finds the stream live.
        let claimed = self.partition.claimed();
        state.hand_over(&self.by, claimed)
    }

    /// Gives a record to the receiver, waiting for room; false when the slice is over.
    async fn offer(&self, record: &InRecord, high_water: &mut HighWater) -> bool {
        let is_theirs = self.numbers.tenants(record).contains(&self.receiver.id.tenant);
        let is_news = record.sequence().is_none_or(|sequence| high_water.admit(&sequence));
        let event = if is_theirs && is_news { Event::read(record) } else { None };
        let Some(event) = event else {
            return self.receiver.state.lock().pass_late(&self.by, record.offset + 1) != Offer::Stop;
        };
        let deadline = Instant::now() + ROOM_WAIT;
        loop {
            let (lane, delivery) = (Arc::clone(&event.lane), Arc::clone(&event.delivery));
            let offer = self.receiver.state.lock().offer_late(&self.by, record.offset, lane, delivery, event.bytes);
            match offer {
                Offer::Taken => {
                    self.receiver.wake();
                    return true;
                }
                Offer::Ignored => return true,
                Offer::Stop => return false,
                Offer::Full => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if timeout(left, self.receiver.room.notified()).await.is_err() {
                        return false;
                    }
                }
            }
        }
    }
}
