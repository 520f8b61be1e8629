//! Bounded reading: which records of a topic lie between two positions, and one record by its place.

use std::time::Duration;

use posthaste_model::Millis;
use posthaste_runtime::config::KafkaConfig;
use posthaste_runtime::log::StartAt;
use posthaste_runtime::record::InRecord;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};
use tokio::sync::mpsc;

use crate::{ConsumerError, TailReader};

/// Longest wait for one answer of the broker.
const ANSWER_WAIT: Duration = Duration::from_secs(10);
/// Longest wait for a record that the broker says it has.
const RECORD_WAIT: Duration = Duration::from_secs(30);
/// Records that wait between the reader's thread and whoever takes them.
const RECORDS_WAITING_MAX: usize = 1_000;

/// A place in every partition of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// This offset.
    Offset(i64),
    /// The first record that was appended at this time or later.
    Time(Millis),
    /// Behind the newest record.
    End,
}

/// Records of one partition: from the first offset up to, not including, the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Partition.
    pub partition: i32,
    /// Offset of the first record.
    pub from: i64,
    /// Offset behind the last one.
    pub until: i64,
}

impl Span {
    /// How many records there are at most.
    pub fn len(&self) -> u64 {
        u64::try_from(self.until - self.from).unwrap_or(0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.until <= self.from
    }
}

/// Why records cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SpanError {
    /// The broker did not answer.
    #[error("kafka: {0}")]
    Kafka(#[from] KafkaError),
    /// The reader could not be started.
    #[error(transparent)]
    Reader(#[from] ConsumerError),
    /// The records are not there any more.
    #[error(
        "{topic}/{partition}/{offset} is no longer in the log, which begins at {oldest}; its retention has passed it"
    )]
    Gone {
        /// Topic.
        topic: String,
        /// Partition.
        partition: i32,
        /// The offset that was asked for.
        offset: i64,
        /// The oldest offset that there is.
        oldest: i64,
    },
    /// There is no such record.
    #[error("{topic}/{partition} has no record {offset} yet: is it of another broker, or was the topic made anew?")]
    Beyond {
        /// Topic.
        topic: String,
        /// Partition.
        partition: i32,
        /// The offset that was asked for.
        offset: i64,
    },
    /// The broker has it and did not give it.
    #[error("{topic}/{partition}/{offset} did not arrive within {} s", RECORD_WAIT.as_secs())]
    Late {
        /// Topic.
        topic: String,
        /// Partition.
        partition: i32,
        /// Offset.
        offset: i64,
    },
}

fn client(config: &KafkaConfig) -> Result<BaseConsumer, KafkaError> {
    // librdkafka wants a group id even of a consumer that never joins one.
    super::base_config(config, "span").set("group.id", "posthaste-span").create()
}

/// What lies between two positions, partition by partition; empty spans are left out. Asks the broker and blocks meanwhile
/// on a thread of its own.
pub async fn spans(
    config: &KafkaConfig,
    topic: &str,
    partitions: Vec<i32>,
    from: Position,
    until: Position,
) -> Result<Vec<Span>, SpanError> {
    let (config, topic) = (config.clone(), topic.to_owned());
    let ask = move || {
        let client = client(&config)?;
        let mut spans = Vec::with_capacity(partitions.len());
        for partition in partitions {
            let (oldest, end) = client.fetch_watermarks(&topic, partition, ANSWER_WAIT)?;
            let at = |position| offset(&client, &topic, partition, position, end);
            let span = Span { partition, from: at(from)?, until: at(until)?.min(end) };
            if span.from < oldest {
                return Err(SpanError::Gone { topic, partition, offset: span.from, oldest });
            }
            if !span.is_empty() {
                spans.push(span);
            }
        }
        Ok(spans)
    };
    tokio::task::spawn_blocking(ask).await.expect("asking the broker does not panic")
}

fn offset(client: &BaseConsumer, topic: &str, partition: i32, position: Position, end: i64) -> Result<i64, SpanError> {
    let at = match position {
        Position::Offset(offset) => return Ok(offset),
        Position::End => return Ok(end),
        Position::Time(at) => at,
    };
    let mut asked = TopicPartitionList::new();
    // librdkafka takes the time, in milliseconds, where the offset stands otherwise.
    asked.add_partition_offset(topic, partition, Offset::Offset(at.0))?;
    let answer = client.offsets_for_times(asked, ANSWER_WAIT)?;
    let found = answer.elements().first().map(|element| element.offset());
    Ok(match found {
        Some(Offset::Offset(offset)) => offset,
        _ => end,
    })
}

/// Starts reading spans; records beyond them may follow and are to be dropped.
pub fn read_spans(
    config: &KafkaConfig,
    topic: &str,
    spans: &[Span],
) -> Result<(TailReader, mpsc::Receiver<InRecord>), SpanError> {
    let starts: Vec<_> = spans.iter().map(|span| (span.partition, StartAt::Offset(span.from))).collect();
    let (records, incoming) = mpsc::channel(RECORDS_WAITING_MAX);
    Ok((TailReader::start(config, topic, &starts, records)?, incoming))
}

/// The one record at this place.
pub async fn read_one(config: &KafkaConfig, topic: &str, partition: i32, offset: i64) -> Result<InRecord, SpanError> {
    let found = spans(config, topic, vec![partition], Position::Offset(offset), Position::Offset(offset + 1)).await?;
    let late = || SpanError::Late { topic: topic.to_owned(), partition, offset };
    if found.is_empty() {
        return Err(SpanError::Beyond { topic: topic.to_owned(), partition, offset });
    }
    let (_reader, mut incoming) = read_spans(config, topic, &found)?;
    let record = tokio::time::timeout(RECORD_WAIT, incoming.recv()).await.ok().flatten().ok_or_else(late)?;
    if record.offset == offset {
        Ok(record)
    } else {
        Err(SpanError::Gone { topic: topic.to_owned(), partition, offset, oldest: record.offset })
    }
}
