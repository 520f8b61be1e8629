//! The letters task: keeps the dead letters of their topic in the store, and publishes again what somebody asks for.
//!
//! A letter is kept under the id of its event, so reading the topic again changes nothing and the group's committed offset is
//! enough. It runs beside the other tasks of the pipeline and never ends them: whatever fails is tried again.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use posthaste_kafka::{Catalogue, Consumer, ConsumerOptions, KafkaPublisher, SpanError, read_one};
use posthaste_model::{Millis, Origin, header, topic};
use posthaste_postgres::{LetterId, LetterStore, NewLetter, WorkerPool};
use posthaste_runtime::clock;
use posthaste_runtime::config::Config;
use posthaste_runtime::log::{Assigned, Assignee, Commits, Publisher as _, StartAt};
use posthaste_runtime::record::InRecord;
use posthaste_runtime::store::StoreError;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::replay::copy_of;

/// Name of the task, and of its consumer group behind `posthaste-`.
const TASK: &str = "letters";
/// How long a fetch may wait: nobody waits for a letter.
const FETCH_WAIT: Duration = Duration::from_secs(1);
/// Letters of a partition that wait for the store, and that are kept at once: each may have 4 MiB.
const LETTERS_WAITING_MAX: usize = 50;
/// Wait before the store or the log is asked again after a failure.
const RETRY_WAIT: Duration = Duration::from_secs(1);
/// How often the store is asked for letters that are to be replayed.
const ASK_EVERY: Duration = Duration::from_millis(500);
/// Longest wait for the log to take a copy; its letter is asked for again afterwards.
const PUBLISH_WAIT: Duration = Duration::from_secs(10);

/// Runs the task until `stop`.
pub(crate) async fn run(config: Config, stop: CancellationToken) {
    let pool = match WorkerPool::new(&config.postgres) {
        Ok(pool) => pool,
        // The roles use the same configuration, and end the process with the same reason.
        Err(error) => return tracing::error!(%error, task = TASK, "the task cannot run"),
    };
    let store = LetterStore::new(pool);
    tokio::join!(keep(&config, &store, &stop), answer(&config, &store, &stop));
}

async fn keep(config: &Config, store: &LetterStore, stop: &CancellationToken) {
    let keeper = Arc::new(Keeper { store: store.clone(), commits: Commits::default() });
    while !stop.is_cancelled() {
        if let Err(error) = consume(config, &keeper, stop).await {
            tracing::warn!(task = TASK, error = format!("{error:#}"), "the task ended and begins anew");
            stop.run_until_cancelled(tokio::time::sleep(RETRY_WAIT)).await;
        }
    }
}

async fn consume(config: &Config, keeper: &Arc<Keeper>, stop: &CancellationToken) -> anyhow::Result<()> {
    let catalogue = Catalogue::built_in()?;
    if stop.run_until_cancelled(catalogue.check_when_reachable(&config.kafka)).await.transpose()?.is_none() {
        return Ok(());
    }
    let options = ConsumerOptions {
        group: format!("posthaste-{TASK}"),
        topics: vec![topic::DEAD_LETTERS.to_owned()],
        fetch_wait: FETCH_WAIT,
    };
    let assignee: Arc<dyn Assignee> = Arc::<Keeper>::clone(keeper);
    let mut consumer = Consumer::start(&config.kafka, options, assignee)?;
    keeper.commits.connect(consumer.committer());
    tokio::select! {
        () = stop.cancelled() => consumer.stop().await,
        reason = consumer.failed() => anyhow::bail!(reason),
    }
    Ok(())
}

/// Keeps the letters of the partitions that the group assigns.
struct Keeper {
    store: LetterStore,
    commits: Commits,
}

#[async_trait]
impl Assignee for Keeper {
    async fn assigned(&self, partitions: Vec<(String, i32)>) -> Result<Vec<Assigned>, String> {
        let mut assigned = Vec::with_capacity(partitions.len());
        for (topic, partition) in partitions {
            let (records, incoming) = mpsc::channel(LETTERS_WAITING_MAX);
            tokio::spawn(keep_partition(self.store.clone(), self.commits.clone(), incoming));
            assigned.push(Assigned { topic, partition, start: StartAt::Committed, records });
        }
        Ok(assigned)
    }

    async fn revoked(&self, _partitions: Vec<(String, i32)>, _lost: bool) {
        // The channels are closed by now; a letter that is kept twice is one row.
    }
}

async fn keep_partition(store: LetterStore, commits: Commits, mut incoming: mpsc::Receiver<InRecord>) {
    let mut batch = Vec::new();
    while incoming.recv_many(&mut batch, LETTERS_WAITING_MAX).await > 0 {
        let letters: Vec<NewLetter> = batch.iter().map(letter).collect();
        while let Err(error) = store.keep(&letters).await {
            tracing::warn!(%error, "dead letters wait for the store");
            tokio::time::sleep(RETRY_WAIT).await;
        }
        if let Some(last) = batch.last() {
            commits.tell(&last.topic, last.partition, last.offset + 1);
        }
        batch.clear();
    }
}

/// The letter that a record of the topic holds.
pub(crate) fn letter(record: &InRecord) -> NewLetter {
    // Of a letter that is not of our making the place is the identity.
    let place = || Uuid::from_u64_pair(record.partition.unsigned_abs().into(), record.offset.unsigned_abs());
    let id = record.header(header::CE_ID).and_then(|id| id.parse().ok()).unwrap_or_else(place);
    // Postgres' texts cannot hold NUL.
    let text = |name: &str| record.header(name).unwrap_or_default().replace('\0', "\u{fffd}");
    let why = text(header::PH_REASON);
    let (code, reason) = why.split_once(": ").unwrap_or((&why, ""));
    NewLetter {
        id: LetterId(id),
        parked: record.header(header::PH_LETTER) == Some(header::PARKED),
        tenant: record.header(header::CE_TENANT_ID).and_then(|tenant| tenant.parse().ok()),
        at: record.header(header::CE_TIME).and_then(Millis::parse).unwrap_or_else(clock::wall),
        code: code.to_owned(),
        reason: reason.to_owned(),
        origin: text(header::PH_ORIGIN),
        value: record.value.to_vec(),
    }
}

/// Answers what tenants and operators ask for.
async fn answer(config: &Config, store: &LetterStore, stop: &CancellationToken) {
    let mut replays = Replays { config, store, publisher: None };
    let mut tick = tokio::time::interval(ASK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        if let Some(Err(error)) = stop.run_until_cancelled(replays.round()).await {
            tracing::warn!(%error, "replays of dead letters wait for the store");
        }
    }
}

struct Replays<'a> {
    config: &'a Config,
    store: &'a LetterStore,
    /// Made when the first letter is to be replayed: most processes never see one.
    publisher: Option<KafkaPublisher>,
}

/// Why a letter is not replayed.
enum Failure {
    /// It never can be.
    Lasting(String),
    /// It is tried again.
    Passing(String),
}

impl Replays<'_> {
    async fn round(&mut self) -> Result<(), StoreError> {
        for (tenant, id) in self.store.replaying().await? {
            let Some(taken) = self.store.take(tenant, id).await? else { continue };
            match self.replay(&taken.origin).await {
                Ok(note) => taken.settle(true, &note).await?,
                Err(Failure::Lasting(reason)) => taken.settle(false, &reason).await?,
                Err(Failure::Passing(reason)) => tracing::warn!(%id, reason, "a dead letter waits for its replay"),
            }
        }
        Ok(())
    }

    /// Publishes the record that holds a letter again: of a webhook all of it, for its elements cannot be understood alone.
    /// What is not new in it is dropped by its natural keys.
    async fn replay(&mut self, origin: &str) -> Result<String, Failure> {
        let place: Origin = origin.parse().map_err(|()| Failure::Lasting("its origin is not known".to_owned()))?;
        if ![topic::WEBHOOKS_RAW, topic::SENDERS].contains(&place.topic.as_str()) {
            return Err(Failure::Lasting(format!("records of {} are not replayed", place.topic)));
        }
        let record = read_one(&self.config.kafka, &place.topic, place.partition, place.offset).await;
        let record = record.map_err(|error| match error {
            SpanError::Gone { .. } | SpanError::Beyond { .. } => Failure::Lasting(error.to_string()),
            SpanError::Kafka(_) | SpanError::Reader(_) | SpanError::BrokenOff { .. } | SpanError::Late { .. } => {
                Failure::Passing(error.to_string())
            }
        })?;
        let publisher = match &self.publisher {
            Some(publisher) => publisher,
            None => {
                let made = KafkaPublisher::new(&self.config.kafka);
                self.publisher.insert(made.map_err(|error| Failure::Passing(error.to_string()))?)
            }
        };
        let published = tokio::time::timeout(PUBLISH_WAIT, publisher.publish(vec![copy_of(&record)])).await;
        let published = published.map_err(|_| Failure::Passing("the log does not answer".to_owned()))?;
        published.map_err(|error| Failure::Lasting(error.to_string()))?;
        Ok(format!("published again to {}/{}", place.topic, place.partition))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn record(headers: &[(&str, &str)]) -> InRecord {
        InRecord {
            topic: topic::DEAD_LETTERS.into(),
            partition: 3,
            offset: 9,
            key: None,
            headers: headers.iter().copied().collect(),
            value: Bytes::from_static(b"\xff{"),
        }
    }

    #[test]
    fn a_letter_keeps_its_bytes_its_origin_and_why() {
        let id = Uuid::from_u128(7).to_string();
        let tenant = "ten_00000000000000000000000000000001";
        let read = letter(&record(&[
            (header::CE_ID, &id),
            (header::CE_TENANT_ID, tenant),
            (header::CE_TIME, "1970-01-01T00:00:01.000Z"),
            (header::PH_ORIGIN, "senders.v1/3/7/0"),
            (header::PH_REASON, "event_malformed: expected `,`: or `}`\0"),
        ]));
        assert_eq!((read.id, read.at), (LetterId(Uuid::from_u128(7)), Millis(1000)));
        assert_eq!(read.tenant.map(|tenant| tenant.to_string()).as_deref(), Some(tenant));
        assert_eq!((read.code.as_str(), read.reason.as_str()), ("event_malformed", "expected `,`: or `}`\u{fffd}"));
        assert_eq!((read.origin.as_str(), read.value.as_slice()), ("senders.v1/3/7/0", b"\xff{".as_slice()));
    }

    #[test]
    fn a_reason_may_be_a_code_alone_and_a_foreign_letter_has_its_place_for_an_id() {
        let read = letter(&record(&[(header::PH_REASON, "unregistered_sender")]));
        assert_eq!((read.code.as_str(), read.reason.as_str(), read.tenant), ("unregistered_sender", "", None));
        assert_eq!(read.id, letter(&record(&[])).id);
    }
}
