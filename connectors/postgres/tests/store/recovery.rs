//! What recovery does to the store.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use posthaste_core::sender::Effects;
use posthaste_model::{Intent, IntentId, SenderId, header, topic};
use posthaste_postgres::LeaseSeen;
use posthaste_runtime::directory::Directory;
use posthaste_runtime::record::{InRecord, OutRecord};
use posthaste_runtime::runner::{Pure, Recall, Recovered, Recovery, Step};
use posthaste_runtime::store::{Advance, OutboxRow, Store};
use tokio_util::sync::CancellationToken;

use crate::poison::{POISON, PanicsOver, number, options, record};
use crate::world::{World, advance, in_world};

/// Recovers partition 0, of which the log has these records beyond the store.
async fn recover(world: &World, step: impl Step, posted: HashMap<IntentId, i16>, records: Vec<InRecord>) -> Recovered {
    let store: Arc<dyn Store> = Arc::new(world.store.clone());
    let directory = Directory::start(Arc::clone(&store), 1, CancellationToken::new()).await.expect("a directory");
    let journals = tempfile::tempdir().expect("a folder");
    let options = options(journals.path());
    let (recall, step, posted) = (Recall::new(1), Arc::new(step), Some(posted));
    let mut records = records.into_iter();
    let recovery = Recovery { store, directory, options, recall, step, posted };
    recovery.partition(0, async || Ok(records.next())).await.expect("it is recovered")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_the_core_panics_over_is_buried_and_its_neighbours_come_back() {
    in_world(async |world| {
        let body = |n: i64| if [23, 40].contains(&n) { POISON.to_owned() } else { format!("message {n}") };
        let records = (0..60).map(|n| record(&world, n, body(n))).collect();
        let done = recover(&world, PanicsOver(|body| body == POISON), HashMap::new(), records).await;
        assert_eq!((done.records, done.published, done.doubted), (60, 2, 0));
        assert_eq!(number(&world, "SELECT next_offset FROM task_lease WHERE partition = 0").await, 60);
        assert_eq!(number(&world, "SELECT count(*) FROM attempt WHERE status = 'queued'").await, 58);
        let rows = world.store.unpublished("senders", 0, 0).await.expect("the outbox");
        let letters =
            rows.iter().flat_map(|row| serde_json::from_slice::<Vec<OutRecord>>(&row.records).expect("records"));
        let origin = |letter: OutRecord| {
            assert_eq!(&*letter.topic, topic::DEAD_LETTERS);
            String::from_utf8_lossy(letter.headers.get(header::PH_ORIGIN).expect("an origin")).into_owned()
        };
        assert_eq!(letters.map(origin).collect::<Vec<_>>(), ["senders.v1/0/23/0", "senders.v1/0/40/0"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_journal_says_has_left_is_in_doubt_also_with_a_later_attempt() {
    in_world(async |world| {
        let records: Vec<_> = (0..3).map(|n| record(&world, n, format!("message {n}"))).collect();
        let id = |n: usize| serde_json::from_slice::<Intent>(&records[n].value).expect("an intent").intent_id;
        let posted = HashMap::from([(id(0), 1), (id(1), 2)]);
        let done = recover(&world, Pure, posted, records.clone()).await;
        assert_eq!(done.doubted, 2);
        let of = |status: &str, attempt: i32| {
            format!("SELECT count(*) FROM attempt WHERE status = '{status}' AND attempt = {attempt}")
        };
        for (status, attempt, count) in [("unknown", 1, 1), ("deferred", 1, 1), ("unknown", 2, 1), ("queued", 1, 1)] {
            assert_eq!(number(&world, &of(status, attempt)).await, count, "{status} {attempt}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_left_by_a_number_that_is_lost_becomes_no_letter_that_could_be_replayed() {
    in_world(async |world| {
        let lost = |n: i64| {
            let own = record(&world, n, format!("message {n}"));
            let mut intent: Intent = serde_json::from_slice(&own.value).expect("an intent");
            intent.sender_id = SenderId::new("1");
            InRecord { value: serde_json::to_vec(&intent).expect("an event is JSON").into(), ..own }
        };
        let records = vec![lost(0), lost(1)];
        let left: Intent = serde_json::from_slice(&records[0].value).expect("an intent");
        let done = recover(&world, Pure, HashMap::from([(left.intent_id, 1)]), records).await;
        assert_eq!(done.left_out, [(SenderId::new("1"), 1)].into());
        assert_eq!((done.records, done.published), (2, 1), "the other one is a letter, and may be replayed");
    })
    .await;
}

async fn seen(world: &World, task: &str, partition: i32) -> LeaseSeen {
    let leases = world.store.leases().await.expect("the leases");
    leases.into_iter().find(|lease| (lease.task.as_str(), lease.partition) == (task, partition)).expect("a lease")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_since_a_lease_was_seen_stays_in_the_outbox() {
    in_world(async |world| {
        let raise = async |seen: Option<&LeaseSeen>, task: &str, seq| {
            world.store.raise_lease((task, 0), seen, seq).await.expect("the store answers")
        };
        let in_outbox = "SELECT count(*) FROM outbox";
        let lease = world.lease().await;
        let before = seen(&world, "senders", 0).await;
        let outbox = Some(OutboxRow { first_seq: 1, last_seq: 1, records: Bytes::from_static(b"[]") });
        let publishing = Advance { outbox_seq: 1, outbox, ..advance(&lease) };
        world.store.commit(&lease, &publishing, &Effects::default()).await.expect("a commit");
        assert!(!raise(Some(&before), "senders", 5).await, "somebody has committed");
        assert_eq!(number(&world, in_outbox).await, 1);

        let now = seen(&world, "senders", 0).await;
        assert!(raise(Some(&now), "senders", 5).await);
        assert_eq!(number(&world, in_outbox).await, 0);
        let raised = seen(&world, "senders", 0).await;
        assert_eq!((raised.outbox_seq, raised.published_upto), (5, 5));
        assert!(raised.epoch > lease.epoch + 1_000);
        world.lease().await;
        assert!(!raise(Some(&raised), "senders", 9).await, "somebody has taken it");

        assert!(raise(None, "api", 7).await, "of a producer that the store has forgotten");
        assert_eq!(seen(&world, "api", 0).await.outbox_seq, 7);
        assert!(!raise(None, "api", 9).await, "and that is there by now");
    })
    .await;
}
