//! The two producers: the outbox's, which never gives up and never leaves a gap, and the edge's, which must answer in
//! time.

use async_trait::async_trait;
use posthaste_runtime::config::KafkaConfig;
use posthaste_runtime::log::{PublishError, Publisher};
use posthaste_runtime::record::OutRecord;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::future_producer::DeliveryFuture;
use rdkafka::producer::{FutureProducer, FutureRecord};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Most bytes in flight in the outbox's producer; matches its `queue.buffering.max.kbytes` with room for headers.
const IN_FLIGHT_BYTES_MAX: usize = 48 * 1024 * 1024;
/// Wait before a record is offered again to a full queue. The byte permit makes this rare.
const QUEUE_FULL_WAIT: Duration = Duration::from_millis(5);

/// Why a producer could not be made.
#[derive(Debug, thiserror::Error)]
#[error("kafka producer: {0}")]
pub struct ProducerError(#[from] KafkaError);

fn shared(config: &KafkaConfig, role: &str) -> rdkafka::ClientConfig {
    let mut client = super::base_config(config, role);
    client
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("compression.type", "lz4")
        .set("partitioner", "murmur2_random");
    client
}

/// Publishes the outbox: ordered and gapless per partition, however long the log is away.
///
/// `message.timeout.ms=0` because a record that timed out here while a later one went through would be dropped by the
/// consumers' high-water check when it is published again; `enable.gapless.guarantee` turns every other gap into a fatal
/// error (librdkafka INTRODUCTION.md, "Idempotent Producer").
pub struct KafkaPublisher {
    producer: FutureProducer,
    permits: Semaphore,
}

impl KafkaPublisher {
    /// Makes the producer; connects in the background.
    pub fn new(config: &KafkaConfig) -> Result<Self, ProducerError> {
        let producer = shared(config, "publisher")
            .set("enable.gapless.guarantee", "true")
            .set("message.timeout.ms", "0")
            .set("linger.ms", "5")
            .set("batch.size", "262144")
            .set("queue.buffering.max.kbytes", "65536")
            .create()?;
        Ok(Self { producer, permits: Semaphore::new(IN_FLIGHT_BYTES_MAX) })
    }

    async fn enqueue(&self, record: &OutRecord) -> Result<DeliveryFuture, PublishError> {
        loop {
            let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
            for (key, value) in &record.headers {
                headers = headers.insert(Header { key, value: Some(value) });
            }
            let mut message = FutureRecord::to(&record.topic).payload(record.value.as_ref()).headers(headers);
            if let Some(key) = &record.key {
                message = message.key(key);
            }
            if let Some(partition) = record.partition {
                message = message.partition(partition);
            }
            match self.producer.send_result(message) {
                Ok(delivery) => return Ok(delivery),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                    tokio::time::sleep(QUEUE_FULL_WAIT).await;
                }
                Err((error, _)) => return Err(refused(record, &error)),
            }
        }
    }
}

fn refused(record: &OutRecord, error: &KafkaError) -> PublishError {
    PublishError { topic: record.topic.clone(), reason: error.to_string() }
}

#[async_trait]
impl Publisher for KafkaPublisher {
    async fn publish(&self, records: Vec<OutRecord>) -> Result<(), PublishError> {
        let bytes: usize = records.iter().map(|record| record.value.len() + 512).sum();
        let wanted = u32::try_from(bytes.min(IN_FLIGHT_BYTES_MAX)).expect("the limit fits in 32 bits");
        let _permit = self.permits.acquire_many(wanted).await.expect("the semaphore is never closed");
        let mut deliveries = Vec::with_capacity(records.len());
        for record in &records {
            deliveries.push(self.enqueue(record).await?);
        }
        for (delivery, record) in deliveries.into_iter().zip(&records) {
            match delivery.await {
                Ok(Ok(_)) => {}
                Ok(Err((error, _))) => return Err(refused(record, &error)),
                Err(_) => {
                    let reason = "the producer was dropped".to_owned();
                    return Err(PublishError { topic: record.topic.clone(), reason });
                }
            }
        }
        Ok(())
    }
}

/// Appends webhooks at the edge: gives up after two seconds, because Meta is waiting and will come again.
pub struct EdgeProducer {
    producer: FutureProducer,
}

/// How long the edge waits for the log before it answers 503.
const EDGE_TIMEOUT: Duration = Duration::from_millis(2000);

impl EdgeProducer {
    /// Makes the producer; connects in the background.
    pub fn new(config: &KafkaConfig) -> Result<Self, ProducerError> {
        let producer = shared(config, "edge")
            .set("message.timeout.ms", EDGE_TIMEOUT.as_millis().to_string())
            .set("linger.ms", "5")
            .set("batch.size", "1048576")
            .set("queue.buffering.max.kbytes", "131072")
            // The sticky time spreads keyless records over partitions batch by batch.
            .set("sticky.partitioning.linger.ms", "10")
            .create()?;
        Ok(Self { producer })
    }

    /// Appends one record, to a given partition or spread evenly, and returns once every in-sync replica has it.
    pub async fn append(
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
        let mut record = FutureRecord::<(), [u8]>::to(topic).payload(body).headers(owned);
        if let Some(partition) = partition {
            record = record.partition(partition);
        }
        let delivery = self.producer.send_result(record).map_err(|(error, _)| error)?;
        match delivery.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err((error, _))) => Err(error),
            Err(_) => Err(KafkaError::Canceled),
        }
    }
}
