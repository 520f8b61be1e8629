//! Kafka, through librdkafka: the consumer on a thread of its own, the producers, and the topic catalogue.
//!
//! Kafka is the durable, ordered, replayable transport and nothing more: offsets, dedupe and outbox live in Postgres, no
//! transaction is used, and the group's committed offset is written only so that lag tools see progress (except for
//! stateless tasks, which have nothing else).

mod consumer;
mod lag;
mod producer;
mod span;
mod stranded;
mod tail;
mod topics;

pub use consumer::{Consumer, ConsumerError, ConsumerOptions, RETENTION_PASSED};
pub use producer::{EdgeProducer, KafkaPublisher, ProducerError};
pub use span::{Position, Span, SpanError, SpanReader, oldest, read_one, spans, told};
pub use tail::TailReader;
pub use topics::{Catalogue, Topic, TopicsError};

use posthaste_runtime::config::KafkaConfig;
use rdkafka::ClientConfig;

/// The settings that every client shares; later keys of `options` override them.
fn base_config(config: &KafkaConfig, role: &str) -> ClientConfig {
    let mut client = ClientConfig::new();
    client
        .set("bootstrap.servers", &config.bootstrap_servers)
        .set("client.id", format!("posthaste-{role}"))
        .set("allow.auto.create.topics", "false")
        .set("statistics.interval.ms", "0")
        .set("socket.keepalive.enable", "true")
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "1000")
        .set("topic.metadata.refresh.interval.ms", "60000")
        .set("message.max.bytes", MESSAGE_BYTES_MAX.to_string());
    for (key, value) in &config.options {
        client.set(key, value);
    }
    client
}

/// Largest record in bytes: a webhook body of 4 MiB with its headers. `deploy/topics.yaml` sets the same on the topics.
pub const MESSAGE_BYTES_MAX: usize = 4_456_448;
