//! The two producers: the outbox's, which never gives up and never leaves a gap, and the edge's, which must answer in
//! time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::RwLock;
use posthaste_runtime::config::KafkaConfig;
use posthaste_runtime::log::{PublishError, Publisher};
use posthaste_runtime::record::OutRecord;
use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::future_producer::DeliveryFuture;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _, PurgeConfig};
use tokio::sync::{Semaphore, watch};

use super::stranded;

/// Most bytes in flight in the outbox's producer; matches its `queue.buffering.max.kbytes` with room for headers.
const IN_FLIGHT_BYTES_MAX: usize = 48 * 1024 * 1024;
/// Wait before a record is offered again to a full queue. The byte permit makes this rare.
const QUEUE_FULL_WAIT: Duration = Duration::from_millis(5);

/// Why a producer could not be made.
#[derive(Debug, thiserror::Error)]
#[error("kafka producer: {0}")]
pub struct ProducerError(#[from] KafkaError);

fn shared(config: &KafkaConfig, role: &str) -> ClientConfig {
    let mut client = super::base_config(config, role);
    client
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("compression.type", "lz4")
        .set("partitioner", "murmur2_random");
    client
}

/// A producer that is replaced by a new one when it is [stranded](super::stranded).
///
/// Nothing is handed to a client after its queue was purged, so of the records of one partition the log has at most a
/// prefix from it; whoever then publishes the same records again from the first one adds nothing that a consumer which
/// drops numbers it has seen would miss or take twice.
struct Line {
    config: ClientConfig,
    fresh: ClientConfig,
    current: RwLock<Current>,
    replaced: watch::Sender<u64>,
    examining: tokio::sync::Mutex<()>,
}

struct Current {
    producer: FutureProducer,
    generation: u64,
}

/// Why a record was not taken.
enum Untaken {
    /// The client that the caller counts on has been replaced.
    Replaced,
    /// librdkafka's queue is full.
    Full,
    /// For good.
    Refused(KafkaError),
}

impl Line {
    fn new(kafka: &KafkaConfig, config: ClientConfig) -> Result<Self, ProducerError> {
        Ok(Self {
            current: RwLock::new(Current { producer: config.create()?, generation: 0 }),
            config,
            fresh: stranded::fresh(kafka),
            replaced: watch::Sender::new(0),
            examining: tokio::sync::Mutex::new(()),
        })
    }

    /// Gives a record to the client of this generation.
    fn send(&self, generation: u64, record: FutureRecord<'_, [u8], [u8]>) -> Result<DeliveryFuture, Untaken> {
        let current = self.current.read();
        if current.generation != generation {
            return Err(Untaken::Replaced);
        }
        current.producer.send_result(record).map_err(|(error, _)| match error {
            KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) => Untaken::Full,
            error => Untaken::Refused(error),
        })
    }

    /// Replaces the client if it is stranded. One examination at a time: a second caller returns at once.
    async fn examine(self: &Arc<Self>, topic: &str) {
        let Ok(_one) = self.examining.try_lock() else { return };
        let (line, topic) = (Arc::clone(self), topic.to_owned());
        let examined = tokio::task::spawn_blocking(move || {
            let producer = line.current.read().producer.clone();
            if stranded::stranded(producer.client(), &line.fresh, &topic) {
                drop(producer);
                line.replace();
            }
        });
        if let Err(error) = examined.await {
            tracing::error!(%error, "the examination of a kafka producer failed");
        }
    }

    /// Blocks while the old client closes.
    fn replace(&self) {
        let new = match self.config.create() {
            Ok(new) => new,
            Err(error) => {
                tracing::error!(%error, "a stranded kafka producer could not be replaced");
                return;
            }
        };
        let (old, generation) = {
            let mut current = self.current.write();
            current.producer.purge(PurgeConfig::default().queue().inflight());
            current.generation += 1;
            (std::mem::replace(&mut current.producer, new), current.generation)
        };
        tracing::warn!(reason = stranded::REASON, "a kafka producer is replaced");
        metrics::counter!("posthaste_kafka_clients_replaced_total", "client" => "producer").increment(1);
        self.replaced.send_replace(generation);
        drop(old);
    }
}

/// Publishes the outbox: ordered and gapless per partition, however long the log is away.
///
/// `message.timeout.ms=0` because a record that timed out here while a later one went through would be dropped by the
/// consumers' high-water check when it is published again; `enable.gapless.guarantee` turns every other gap into a fatal
/// error (librdkafka INTRODUCTION.md, "Idempotent Producer").
pub struct KafkaPublisher {
    line: Arc<Line>,
    permits: Semaphore,
}

/// Why an attempt to publish ended.
enum Unpublished {
    Replaced,
    Refused(PublishError),
}

impl KafkaPublisher {
    /// Makes the producer; connects in the background.
    pub fn new(config: &KafkaConfig) -> Result<Self, ProducerError> {
        let mut client = shared(config, "publisher");
        client
            .set("enable.gapless.guarantee", "true")
            .set("message.timeout.ms", "0")
            // What is published together is handed over at once, and the next only after its acknowledgement: a longer
            // wait brings no more into a request.
            .set("linger.ms", "1")
            .set("batch.size", "262144")
            .set("queue.buffering.max.kbytes", "65536");
        let line = Arc::new(Line::new(config, client)?);
        Ok(Self { line, permits: Semaphore::new(IN_FLIGHT_BYTES_MAX) })
    }

    async fn enqueue(&self, generation: u64, record: &OutRecord) -> Result<DeliveryFuture, Unpublished> {
        loop {
            match self.line.send(generation, to_message(record)) {
                Ok(delivery) => return Ok(delivery),
                Err(Untaken::Full) => tokio::time::sleep(QUEUE_FULL_WAIT).await,
                Err(Untaken::Replaced) => return Err(Unpublished::Replaced),
                Err(Untaken::Refused(error)) => return Err(refused(record, error.to_string())),
            }
        }
    }

    /// Publishes the records through the client of one generation.
    async fn attempt(&self, generation: u64, records: &[OutRecord]) -> Result<(), Unpublished> {
        let mut deliveries = Vec::with_capacity(records.len());
        for record in records {
            deliveries.push(self.enqueue(generation, record).await?);
        }
        for (delivery, record) in deliveries.into_iter().zip(records) {
            match delivery.await {
                Ok(Ok(_)) => {}
                Ok(Err((
                    KafkaError::MessageProduction(RDKafkaErrorCode::PurgeQueue | RDKafkaErrorCode::PurgeInflight),
                    _,
                )))
                | Err(_) => return Err(Unpublished::Replaced),
                Ok(Err((error, _))) => return Err(refused(record, error.to_string())),
            }
        }
        Ok(())
    }

    /// Never returns: looks after the client for as long as somebody waits for it.
    async fn look_after(&self, topic: &str) -> std::convert::Infallible {
        loop {
            tokio::time::sleep(stranded::QUIET).await;
            self.line.examine(topic).await;
        }
    }
}

fn to_message(record: &OutRecord) -> FutureRecord<'_, [u8], [u8]> {
    let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
    for (key, value) in record.headers.iter() {
        headers = headers.insert(Header { key, value: Some(value) });
    }
    let mut message = FutureRecord::to(&record.topic).payload(record.value.as_ref()).headers(headers);
    if let Some(key) = &record.key {
        message = message.key(key.as_ref());
    }
    if let Some(partition) = record.partition {
        message = message.partition(partition);
    }
    message
}

fn refused(record: &OutRecord, reason: String) -> Unpublished {
    Unpublished::Refused(PublishError { topic: record.topic.to_string(), reason })
}

#[async_trait]
impl Publisher for KafkaPublisher {
    async fn publish(&self, records: Vec<OutRecord>) -> Result<(), PublishError> {
        let Some(first) = records.first() else { return Ok(()) };
        let bytes: usize = records.iter().map(|record| record.value.len() + 512).sum();
        let wanted = u32::try_from(bytes.min(IN_FLIGHT_BYTES_MAX)).expect("the limit fits in 32 bits");
        let _permit = self.permits.acquire_many(wanted).await.expect("the semaphore is never closed");
        let mut replaced = self.line.replaced.subscribe();
        loop {
            let generation = *replaced.borrow_and_update();
            tokio::select! {
                outcome = self.attempt(generation, &records) => match outcome {
                    Ok(()) => return Ok(()),
                    Err(Unpublished::Refused(error)) => return Err(error),
                    // The new client is announced a moment after the old one was purged.
                    Err(Unpublished::Replaced) => drop(replaced.wait_for(|current| *current > generation).await),
                },
                _ = replaced.changed() => {}
                never = self.look_after(&first.topic) => match never {},
            }
        }
    }
}

/// Appends webhooks at the edge: gives up after two seconds, because Meta is waiting and will come again.
pub struct EdgeProducer {
    line: Arc<Line>,
}

/// How long the edge waits for the log before it answers 503.
const EDGE_TIMEOUT: Duration = Duration::from_millis(2000);

impl EdgeProducer {
    /// Makes the producer; connects in the background.
    pub fn new(config: &KafkaConfig) -> Result<Self, ProducerError> {
        let mut client = shared(config, "edge");
        client
            .set("message.timeout.ms", EDGE_TIMEOUT.as_millis().to_string())
            .set("linger.ms", "5")
            .set("batch.size", "1048576")
            .set("queue.buffering.max.kbytes", "131072")
            // The sticky time spreads keyless records over partitions batch by batch.
            .set("sticky.partitioning.linger.ms", "10");
        Ok(Self { line: Arc::new(Line::new(config, client)?) })
    }

    /// Appends one record, to a given partition or spread evenly, and returns once every in-sync replica has it. After a
    /// failure the client is examined in the background.
    pub async fn append(
        &self,
        topic: &str,
        partition: Option<i32>,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<(), KafkaError> {
        let appended = self.offer(topic, partition, headers, body).await;
        if appended.is_err() {
            let (line, topic) = (Arc::clone(&self.line), topic.to_owned());
            tokio::spawn(async move { line.examine(&topic).await });
        }
        appended
    }

    async fn offer(
        &self,
        topic: &str,
        partition: Option<i32>,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<(), KafkaError> {
        let mut owned = OwnedHeaders::new_with_capacity(headers.len());
        for (key, value) in headers {
            owned = owned.insert(Header { key, value: Some(*value) });
        }
        let mut record = FutureRecord::<[u8], [u8]>::to(topic).payload(body).headers(owned);
        if let Some(partition) = partition {
            record = record.partition(partition);
        }
        let generation = *self.line.replaced.borrow();
        let delivery = self.line.send(generation, record).map_err(|untaken| match untaken {
            Untaken::Replaced => KafkaError::Canceled,
            Untaken::Full => KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull),
            Untaken::Refused(error) => error,
        })?;
        match delivery.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err((error, _))) => Err(error),
            Err(_) => Err(KafkaError::Canceled),
        }
    }
}
