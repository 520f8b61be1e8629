//! `posthaste replay`: reads webhooks of the past and publishes them again, to be normalized anew.
//!
//! A copy has an offset of its own, so it gets past the sequence numbers of what is made from it; then the natural keys
//! drop all that is known (an inbound message, a status of an attempt). What is kept without being understood has no
//! natural key and is published once more. Copies name the record that they repeat, and are not repeated themselves.

mod tally;

use std::str::FromStr;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use posthaste_kafka::{Catalogue, KafkaPublisher, Position, Span, SpanReader, spans};
use posthaste_model::{EventType, Millis, header, topic};
use posthaste_postgres::LetterDesk;
use posthaste_runtime::config::Config;
use posthaste_runtime::log::Publisher as _;
use posthaste_runtime::record::{Headers, InRecord, OutRecord};

use tally::Tally;

/// Header of a copy: the record that it repeats, as `<topic>/<partition>/<offset>`.
const PH_REPLAY_OF: &str = "ph-replay-of";
/// Records that are published, or asked about, together.
const BATCH_MAX: usize = 500;

/// Options of `replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Topic. Only webhooks can be replayed: everything else follows from them, or was sent.
    #[arg(long, default_value = topic::WEBHOOKS_RAW, value_parser = [topic::WEBHOOKS_RAW])]
    topic: String,
    /// Where to begin: a time as in 2026-11-21T06:00:00Z, or, with --partition, an offset.
    #[arg(long)]
    from: Place,
    /// Where to end, that record not included. Default: the end of the log when the command starts.
    #[arg(long)]
    until: Option<Place>,
    /// Replay this partition alone.
    #[arg(long)]
    partition: Option<i32>,
    /// Publish nothing: say what there is, and what of it the store does not have.
    #[arg(long)]
    dry_run: bool,
    /// Records a second at most, so that the webhooks of today are not delayed.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
}

/// A place that a person can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Offset(i64),
    Time(Millis),
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(offset) = text.parse() {
            return if offset < 0 { Err("offsets begin at 0".to_owned()) } else { Ok(Self::Offset(offset)) };
        }
        Millis::parse(text)
            .map(Self::Time)
            .ok_or_else(|| "write an offset, or a time as in 2026-11-21T06:00:00Z".to_owned())
    }
}

impl From<Place> for Position {
    fn from(place: Place) -> Self {
        match place {
            Place::Offset(offset) => Self::Offset(offset),
            Place::Time(at) => Self::Time(at),
        }
    }
}

/// A record once more, to the partition that it stands in. Without its sequence number, by which it would be dropped as the
/// repetition that it is meant to be; its natural keys still count.
pub(crate) fn copy_of(record: &InRecord) -> OutRecord {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut headers = Headers::default();
    for (name, value) in record.headers.iter().filter(|(name, _)| ![header::PH_SEQ, PH_REPLAY_OF].contains(name)) {
        headers.push(name, value);
    }
    headers.put(PH_REPLAY_OF, format_args!("{}/{}/{}", record.topic, record.partition, record.offset));
    OutRecord {
        topic: record.topic.to_string().into(),
        key: record.key.as_deref().map(text),
        partition: Some(record.partition),
        headers,
        value: record.value.clone(),
    }
}

/// Carries out the command.
pub(crate) async fn replay(config: &Config, args: &ReplayArgs) -> anyhow::Result<()> {
    let by_offset = [Some(args.from), args.until].iter().flatten().any(|place| matches!(place, Place::Offset(_)));
    anyhow::ensure!(
        !by_offset || args.partition.is_some(),
        "--from and --until: an offset is of one partition; name it with --partition, or give a time"
    );
    let count = Catalogue::built_in()?.partitions(&args.topic).context("--topic: it is not in the catalogue")?;
    let partitions: Vec<i32> = match args.partition {
        Some(partition) if (0..count).contains(&partition) => vec![partition],
        Some(_) => anyhow::bail!("--partition: {} has the partitions 0 to {}", args.topic, count - 1),
        None => (0..count).collect(),
    };
    let until = args.until.map_or(Position::End, Position::from);
    let spans = spans(&config.kafka, &args.topic, partitions, args.from.into(), until).await?;
    let mut work = Work::new(config, args).await?;
    read_through(config, args, &spans, &mut work).await?;
    work.tally.print(&args.topic, work.published);
    Ok(())
}

/// What is done with the records.
struct Work {
    tally: Tally,
    /// Unless nothing is to be published.
    publisher: Option<KafkaPublisher>,
    /// Only where nothing is to be published: asked what is known.
    desk: Option<LetterDesk>,
    /// A batch's worth of the rate.
    pace: tokio::time::Interval,
    published: Option<u64>,
}

impl Work {
    async fn new(config: &Config, args: &ReplayArgs) -> anyhow::Result<Self> {
        let (publisher, desk) = if args.dry_run {
            (None, Some(LetterDesk::connect(&config.postgres.admin_url).await?))
        } else {
            (Some(KafkaPublisher::new(&config.kafka)?), None)
        };
        let batches_per_second = f64::from(args.rate) / BATCH_MAX as f64;
        let mut pace = tokio::time::interval(Duration::from_secs_f64(1.0 / batches_per_second));
        pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let published = publisher.as_ref().map(|_| 0);
        Ok(Self { tally: Tally::default(), publisher, desk, pace, published })
    }

    async fn batch(&mut self, records: &[InRecord]) -> anyhow::Result<()> {
        self.tally.add(records, self.desk.as_ref()).await?;
        let (Some(publisher), Some(published)) = (&self.publisher, &mut self.published) else { return Ok(()) };
        self.pace.tick().await;
        let copies: Vec<OutRecord> = records.iter().map(copy_of).collect();
        let count = copies.len() as u64;
        publisher.publish(copies).await?;
        *published += count;
        Ok(())
    }
}

async fn read_through(config: &Config, args: &ReplayArgs, spans: &[Span], work: &mut Work) -> anyhow::Result<()> {
    if spans.is_empty() {
        return Ok(());
    }
    let bar = ProgressBar::new(spans.iter().map(Span::len).sum());
    let style = ProgressStyle::with_template("{elapsed_precise} [{bar:32}] {pos}/{len} records")?;
    bar.set_style(style.progress_chars("=> "));
    let mut reader = SpanReader::start(&config.kafka, &args.topic, spans)?;
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while let Some(record) = reader.next().await? {
        bar.inc(1);
        if work.tally.takes(&record) {
            batch.push(record);
        }
        if batch.len() == BATCH_MAX {
            work.batch(&std::mem::take(&mut batch)).await?;
        }
    }
    work.batch(&batch).await?;
    bar.finish_and_clear();
    Ok(())
}

/// Why a record is left out.
fn left_out(record: &InRecord) -> Option<&'static str> {
    if matches!(record.event_type(), Some(EventType::EdgeHeartbeat | EventType::WebhooksCounted)) {
        Some("what the edge tells of itself")
    } else if record.header(PH_REPLAY_OF).is_some() {
        Some("copies of earlier replays")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_copy_has_the_bytes_key_and_partition_of_its_record_and_no_sequence_number() {
        let record = InRecord {
            topic: topic::SENDERS.into(),
            partition: 5,
            offset: 77,
            key: Some(Bytes::from_static(b"106540352242922")),
            headers: [(header::CE_TYPE, "intent.submitted.v1"), (header::PH_SEQ, "senders/0/9")].into_iter().collect(),
            value: Bytes::from_static(b"\xff"),
        };
        let copy = copy_of(&record);
        assert_eq!((copy.key.as_deref(), copy.partition), (Some("106540352242922"), Some(5)));
        assert_eq!(copy.value, record.value);
        let expected = [(header::CE_TYPE, "intent.submitted.v1"), (PH_REPLAY_OF, "senders.v1/5/77")];
        assert_eq!(copy.headers, expected.into_iter().collect());
    }

    #[test]
    fn a_place_is_an_offset_or_a_time() {
        assert_eq!("12".parse(), Ok(Place::Offset(12)));
        assert_eq!("1970-01-01T00:00:01Z".parse(), Ok(Place::Time(Millis(1000))));
        for wrong in ["-1", "yesterday", "2026-11-21"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
