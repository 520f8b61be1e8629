//! A reader of whole topics without a group: for caches, which every process fills for itself.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use posthaste_runtime::config::KafkaConfig;
use posthaste_runtime::log::StartAt;
use posthaste_runtime::record::InRecord;
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::ConsumerError;
use super::consumer::to_record;
use super::stranded::{self, Watch};

/// How long one poll waits; also how often a full channel is tried again.
const POLL_WAIT: Duration = Duration::from_millis(20);

/// Reads all partitions of a topic from given offsets, on a thread of its own; commits nothing and owns nothing.
///
/// When the channel is full it stops reading and loses nothing. Where the log no longer holds the offset wanted it goes
/// on at the oldest record: whoever owns the topic's state reports such a loss, a cache need not.
pub struct TailReader {
    stop: Arc<AtomicBool>,
    finished: oneshot::Receiver<String>,
}

impl TailReader {
    /// Starts the thread. `starts` names every partition to read; [`StartAt::Committed`] means the beginning here.
    pub fn start(
        config: &KafkaConfig,
        topic: &str,
        starts: &[(i32, StartAt)],
        records: mpsc::Sender<InRecord>,
    ) -> Result<Self, ConsumerError> {
        let group = "posthaste-tail";
        let client_error = |source| ConsumerError::Client { group: group.to_owned(), source };
        let client: BaseConsumer<Context> = super::base_config(config, group)
            // librdkafka wants a group id even of a consumer that never joins one.
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("isolation.level", "read_committed")
            .set("fetch.min.bytes", "65536")
            .set("fetch.wait.max.ms", "100")
            .set("fetch.error.backoff.ms", "100")
            // See the consumer.
            .set("fetch.queue.backoff.ms", "20")
            .set("queued.min.messages", "10000")
            .set("queued.max.messages.kbytes", "16384")
            .create_with_context(Context)
            .map_err(client_error)?;
        let mut assignment = TopicPartitionList::new();
        for (partition, start) in starts {
            let offset = match start {
                StartAt::Offset(offset) => Offset::Offset(*offset),
                StartAt::Beginning | StartAt::Committed => Offset::Beginning,
            };
            assignment.add_partition_offset(topic, *partition, offset).map_err(client_error)?;
        }
        client.assign(&assignment).map_err(client_error)?;
        let (finish, finished) = oneshot::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let watch = Watch::new(stranded::fresh(config), topic);
        let poll =
            Poll { client, records, waiting: VecDeque::new(), topic: topic.into(), stop: Arc::clone(&stop), watch };
        std::thread::Builder::new().name(group.to_owned()).spawn(move || {
            let reason = poll.run();
            // Nobody waits any more when the process is going down.
            let _ = finish.send(reason);
        })?;
        Ok(Self { stop, finished })
    }

    /// Waits until the reader stops by itself; gives the reason. Never returns while it is healthy.
    pub async fn failed(&mut self) -> String {
        (&mut self.finished).await.unwrap_or_else(|_| "the reader's thread ended".to_owned())
    }
}

impl Drop for TailReader {
    /// The thread ends at its next poll. Nobody need wait for it: it owns nothing.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
    }
}

struct Context;

impl ClientContext for Context {
    fn error(&self, error: KafkaError, reason: &str) {
        tracing::warn!(%error, reason, "kafka reader");
    }
}

impl ConsumerContext for Context {}

struct Poll {
    client: BaseConsumer<Context>,
    records: mpsc::Sender<InRecord>,
    waiting: VecDeque<InRecord>,
    topic: Arc<str>,
    stop: Arc<AtomicBool>,
    watch: Watch,
}

impl Poll {
    /// Runs until it is told to stop, or cannot go on; gives the reason.
    fn run(mut self) -> String {
        loop {
            if self.stop.load(Ordering::Acquire) || self.records.is_closed() {
                return "stopped".to_owned();
            }
            match self
                .client
                .poll(POLL_WAIT)
                .map(|polled| polled.map(|message| to_record(&message, Arc::clone(&self.topic))))
            {
                Some(Ok(record)) => {
                    self.watch.heard();
                    self.give(record);
                }
                Some(Err(error @ KafkaError::MessageConsumptionFatal(_))) => return format!("fatal: {error}"),
                Some(Err(error)) => tracing::warn!(%error, "kafka reader poll"),
                None if self.watch.finds_stranded(self.client.client()) => return stranded::REASON.to_owned(),
                None => {}
            }
            self.refill();
        }
    }

    fn give(&mut self, record: InRecord) {
        if !self.waiting.is_empty() {
            self.waiting.push_back(record);
            return;
        }
        if let Err(TrySendError::Full(record)) = self.records.try_send(record) {
            self.waiting.push_back(record);
            self.switch("pause", |client, all| client.pause(all));
        }
    }

    /// Gives what waits to a channel that has room again, and goes on reading once nothing waits.
    fn refill(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        while let Some(record) = self.waiting.pop_front() {
            if let Err(TrySendError::Full(record)) = self.records.try_send(record) {
                self.waiting.push_front(record);
                return;
            }
        }
        self.switch("resume", |client, all| client.resume(all));
    }

    fn switch(
        &self,
        what: &str,
        act: impl FnOnce(&BaseConsumer<Context>, &TopicPartitionList) -> Result<(), KafkaError>,
    ) {
        if let Err(error) = self.client.assignment().and_then(|all| act(&self.client, &all)) {
            tracing::warn!(%error, what, "kafka reader");
        }
    }
}
