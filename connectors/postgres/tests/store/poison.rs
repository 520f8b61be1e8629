//! A core that panics: the runner of the sender task over the real store, with a fault in the seam between shell and core.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use posthaste_core::pacing::AppUsage;
use posthaste_core::sender::{Attempt, Effects, Event, Input, Rows, SenderTask, Settings};
use posthaste_core::{SendOutcome, Verdict};
use posthaste_model::{EventType, IntentId, Message, Millis, TextMessage, Wamid, header, topic};
use posthaste_runtime::clock;
use posthaste_runtime::directory::Directory;
use posthaste_runtime::dispatch::{Departure, Dispatcher, Gateway};
use posthaste_runtime::log::{Assignee as _, PublishError, Publisher};
use posthaste_runtime::record::{InRecord, OutRecord};
use posthaste_runtime::runner::{SenderRunner, SenderRunnerOptions, Step};
use posthaste_runtime::store::{DirectoryEntry, Store};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::attempts::intent;
use crate::world::{World, in_world};

/// What the faulty core cannot take.
pub(crate) const POISON: &str = "a body that nobody expected";
/// Longest wait for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Decides, and panics afterwards: the worst moment, for the state is changed.
pub(crate) struct PanicsOver(pub(crate) fn(&str) -> bool);

impl Step for PanicsOver {
    fn decide(&self, core: &mut SenderTask, inputs: Vec<Input>, rows: &mut Rows, effects: &mut Effects) {
        let body = |input: &Input| match &input.event {
            Event::Submitted(intent) => match &intent.message {
                Message::Text(text) => Some(text.body.clone()),
                Message::Template(_) | Message::FreeForm(_) | Message::Receipt(_) | Message::Action(_) => None,
            },
            _ => None,
        };
        let culprit = inputs.iter().filter_map(body).find(|body| (self.0)(body));
        core.decide(inputs, rows, effects);
        if let Some(body) = culprit {
            panic!("nothing is known of `{body}`");
        }
    }
}

/// Panics whenever it plans.
struct NeverPlans;

impl Step for NeverPlans {
    fn plan(&self, _core: &mut SenderTask, _rows: &mut Rows, _now: Millis, _effects: &mut Effects) {
        panic!("no plan");
    }
}

/// Keeps what is published, and takes every message.
#[derive(Default)]
struct Outside {
    published: parking_lot::Mutex<Vec<OutRecord>>,
    posted: parking_lot::Mutex<BTreeMap<IntentId, u32>>,
}

#[async_trait]
impl Publisher for Outside {
    async fn publish(&self, records: Vec<OutRecord>) -> Result<(), PublishError> {
        self.published.lock().extend(records);
        Ok(())
    }
}

#[async_trait]
impl Gateway for Outside {
    async fn send(
        &self,
        attempt: &Attempt,
        _sender: &DirectoryEntry,
        departure: Departure,
    ) -> (SendOutcome, Option<AppUsage>) {
        if let Err(reason) = departure() {
            return (SendOutcome::NotSent { reason, unreachable: false }, None);
        }
        *self.posted.lock().entry(attempt.intent.intent_id).or_default() += 1;
        (
            SendOutcome::Accepted {
                wamid: Wamid::new(attempt.intent.intent_id.to_string()),
                held: false,
                number: None,
            },
            None,
        )
    }
}

/// How the sender task runs here.
pub(crate) fn options(journals: &Path) -> SenderRunnerOptions {
    SenderRunnerOptions {
        settings: Settings {
            headroom: 0.93,
            low_quality_share: 0.25,
            horizon_seconds: 10,
            arm_window_ms: 100,
            unknown_grace_ms: 5_000,
            attempts_max: 5,
            verdict_of: |_| Verdict::Permanent,
        },
        owner: "test".into(),
        lease_ttl: Duration::from_secs(10),
        drain_max: Duration::from_secs(5),
        batch_events_max: 500,
        journal_dir: journals.to_owned(),
        stream_partitions: 1,
    }
}

/// A record of the log with a message of this body.
pub(crate) fn record(world: &World, offset: i64, body: String) -> InRecord {
    let mut intent = intent(world.tenant);
    intent.contact = posthaste_model::Contact::new(format!("+1631555{offset:04}"));
    intent.message = Message::Text(TextMessage { body, preview_url: false, reply_to: None });
    (intent.accepted_at, intent.expires_at) = (clock::wall(), clock::wall().plus(600_000));
    InRecord {
        topic: topic::SENDERS.into(),
        partition: 0,
        offset,
        key: None,
        headers: [(header::CE_TYPE, EventType::IntentSubmitted.as_str())].into_iter().collect(),
        value: Bytes::from(serde_json::to_vec(&intent).expect("an event is JSON")),
    }
}

/// A runner that has partition 0, and everything around it.
struct Bench {
    outside: Arc<Outside>,
    runner: Arc<SenderRunner>,
    records: mpsc::Sender<InRecord>,
    failures: mpsc::UnboundedReceiver<String>,
    _journals: tempfile::TempDir,
}

impl Bench {
    async fn start(world: &World, step: impl Step) -> Self {
        let outside = Arc::<Outside>::default();
        let store: Arc<dyn Store> = Arc::new(world.store.clone());
        let directory = Directory::start(Arc::clone(&store), 1, CancellationToken::new()).await.expect("a directory");
        let dispatcher =
            Dispatcher::new(Arc::<Outside>::clone(&outside), Arc::clone(&directory), 16).expect("a thread");
        let (failed, failures) = mpsc::unbounded_channel();
        let journals = tempfile::tempdir().expect("a folder");
        let options = options(journals.path());
        let publisher: Arc<dyn Publisher> = Arc::<Outside>::clone(&outside);
        let runner = SenderRunner::new(options, store, publisher, dispatcher, directory, Arc::new(step), failed);
        let mut assigned = runner.assigned(vec![(topic::SENDERS.to_owned(), 0)]).await.expect("the partition is taken");
        let records = assigned.pop().expect("one partition").records;
        Self { outside, runner, records, failures, _journals: journals }
    }

    /// Records 0 … of the log, one message each.
    async fn submit(&self, world: &World, bodies: impl Iterator<Item = String>) {
        for (offset, body) in (0..).zip(bodies) {
            self.records.send(record(world, offset, body)).await.expect("the partition reads");
        }
    }

    /// The dead letters: origin and reason.
    fn letters(&self) -> Vec<(String, String)> {
        let published = self.outside.published.lock();
        let value = |record: &OutRecord, name: &str| {
            record.headers.get(name).map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
        };
        let letters = published.iter().filter(|record| &*record.topic == topic::DEAD_LETTERS);
        letters.map(|record| (value(record, header::PH_ORIGIN), value(record, header::PH_REASON))).collect()
    }
}

async fn until(what: &str, mut reached: impl AsyncFnMut() -> bool) {
    let patience = async {
        while !reached().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, patience).await.unwrap_or_else(|_| panic!("waiting until {what}"));
}

pub(crate) async fn number(world: &World, query: &str) -> i64 {
    world.sql.query_one(query, &[]).await.expect(query).get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_the_core_panics_over_is_buried_and_its_neighbours_are_sent() {
    in_world(async |world| {
        let mut bench = Bench::start(&world, PanicsOver(|body| body == POISON)).await;
        let body = |n: i64| if [23, 40].contains(&n) { POISON.to_owned() } else { format!("message {n}") };
        bench.submit(&world, (0..60).map(body)).await;
        until("all of it is committed", async || {
            number(&world, "SELECT next_offset FROM task_lease WHERE partition = 0").await == 60
        })
        .await;
        until("the neighbours are accepted", async || {
            number(&world, "SELECT count(*) FROM attempt WHERE status = 'accepted'").await == 58
        })
        .await;

        assert_eq!(number(&world, "SELECT count(*) FROM attempt").await, 58, "each once, and the culprits never");
        let posted = bench.outside.posted.lock().clone();
        assert_eq!((posted.len(), posted.values().max()), (58, Some(&1)), "no message was POSTed twice");
        until("the letters are published", async || bench.letters().len() == 2).await;
        let reason = "decide_panicked: nothing is known of …".to_owned();
        let places = ["senders.v1/0/23/0", "senders.v1/0/40/0"];
        assert_eq!(bench.letters(), places.map(|place| (place.to_owned(), reason.clone())), "and not what it quoted");
        assert!(bench.failures.try_recv().is_err(), "nothing had to end");
        bench.runner.revoked(vec![(topic::SENDERS.to_owned(), 0)], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_core_that_panics_whatever_it_is_given_ends_the_process_and_loses_nothing() {
    in_world(async |world| {
        let mut bench = Bench::start(&world, NeverPlans).await;
        bench.submit(&world, (0..3).map(|n| format!("message {n}"))).await;
        let failure = tokio::time::timeout(PATIENCE, bench.failures.recv()).await.expect("it says so");
        assert!(failure.as_deref().is_some_and(|reason| reason.contains("no plan")), "{failure:?}");
        assert_eq!(number(&world, "SELECT next_offset FROM task_lease WHERE partition = 0").await, -1);
        assert_eq!(bench.letters(), [], "nothing is buried that is not the cause");
    })
    .await;
}
