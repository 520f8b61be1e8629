//! Bounded reading: which records of a topic lie between two positions, and one record by its place.

use std::collections::HashMap;
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
/// Longest silence of the broker while it has records that are wanted.
const SILENCE_MAX: Duration = Duration::from_secs(60);
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
    /// Reading broke off.
    #[error("reading {topic}: {reason}")]
    BrokenOff {
        /// Topic.
        topic: String,
        /// Why.
        reason: String,
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

/// The oldest offset of each partition.
pub async fn oldest(config: &KafkaConfig, topic: &str, partitions: Vec<i32>) -> Result<HashMap<i32, i64>, SpanError> {
    let (config, topic) = (config.clone(), topic.to_owned());
    let ask = move || {
        let client = client(&config)?;
        let of = |partition| Ok((partition, client.fetch_watermarks(&topic, partition, ANSWER_WAIT)?.0));
        partitions.into_iter().map(of).collect()
    };
    tokio::task::spawn_blocking(ask).await.expect("asking the broker does not panic")
}

/// How far a group was told that partitions are: the offset of the next record, where it was told anything.
pub async fn told(
    config: &KafkaConfig,
    group: &str,
    topic: &str,
    partitions: Vec<i32>,
) -> Result<HashMap<i32, i64>, SpanError> {
    let (config, group, topic) = (config.clone(), group.to_owned(), topic.to_owned());
    let ask = move || {
        let client: BaseConsumer = super::base_config(&config, "span").set("group.id", &group).create()?;
        let mut asked = TopicPartitionList::new();
        for partition in partitions {
            asked.add_partition(&topic, partition);
        }
        let answer = client.committed_offsets(asked, ANSWER_WAIT)?;
        let known = answer.elements().into_iter().filter_map(|element| match element.offset() {
            Offset::Offset(offset) => Some((element.partition(), offset)),
            _ => None,
        });
        Ok(known.collect())
    };
    tokio::task::spawn_blocking(ask).await.expect("asking the broker does not panic")
}

/// Reads the records of spans, each partition in order.
pub struct SpanReader {
    topic: String,
    ends: HashMap<i32, i64>,
    reader: TailReader,
    incoming: mpsc::Receiver<InRecord>,
}

impl SpanReader {
    /// Starts reading.
    pub fn start(config: &KafkaConfig, topic: &str, spans: &[Span]) -> Result<Self, SpanError> {
        let starts: Vec<_> = spans.iter().map(|span| (span.partition, StartAt::Offset(span.from))).collect();
        let (records, incoming) = mpsc::channel(RECORDS_WAITING_MAX);
        let reader = TailReader::start(config, topic, &starts, records)?;
        let ends = spans.iter().map(|span| (span.partition, span.until)).collect();
        Ok(Self { topic: topic.to_owned(), ends, reader, incoming })
    }

    /// The next record; `None` when all have been read.
    pub async fn next(&mut self) -> Result<Option<InRecord>, SpanError> {
        let broken_off = |reason: String| SpanError::BrokenOff { topic: self.topic.clone(), reason };
        while !self.ends.is_empty() {
            let record = tokio::select! {
                record = self.incoming.recv() => record.ok_or_else(|| broken_off("the reader ended".to_owned()))?,
                reason = self.reader.failed() => return Err(broken_off(reason)),
                () = tokio::time::sleep(SILENCE_MAX) => {
                    return Err(broken_off(format!("nothing came for {} s", SILENCE_MAX.as_secs())));
                }
            };
            // What lies beyond the spans may follow, and is not wanted.
            let Some(end) = self.ends.get(&record.partition).copied() else { continue };
            if record.offset + 1 >= end {
                self.ends.remove(&record.partition);
            }
            if record.offset < end {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// The one record at this place.
pub async fn read_one(config: &KafkaConfig, topic: &str, partition: i32, offset: i64) -> Result<InRecord, SpanError> {
    let found = spans(config, topic, vec![partition], Position::Offset(offset), Position::Offset(offset + 1)).await?;
    let late = || SpanError::Late { topic: topic.to_owned(), partition, offset };
    if found.is_empty() {
        return Err(SpanError::Beyond { topic: topic.to_owned(), partition, offset });
    }
    let mut reader = SpanReader::start(config, topic, &found)?;
    let record = tokio::time::timeout(RECORD_WAIT, reader.incoming.recv()).await.ok().flatten().ok_or_else(late)?;
    if record.offset == offset {
        Ok(record)
    } else {
        Err(SpanError::Gone { topic: topic.to_owned(), partition, offset, oldest: record.offset })
    }
}
