//! What the store reads from the database.

use std::sync::Arc;
use std::time::Duration;

use posthaste_core::sender::{Attempt, Effects, Keys, Report};
use posthaste_model::whatsapp::Identity;
use posthaste_model::{Contact, InboundReceived, IntentId, Millis, SenderId, Status, WabaId, Wamid};
use posthaste_runtime::store::{Advance, Lease, Store as _};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::attempts::intent;
use crate::named::{of_messenger, read, taken};
use crate::world::{SENDER, WABA, World, advance, in_world};

/// Batches of the test, and messages in each.
const BATCHES: u32 = 16;
const BATCH: u32 = 250;
/// A process of the database reports what it has read when it ends.
const REPORTED_WITHIN: Duration = Duration::from_secs(30);

/// Commits a batch as a campaign does: looks for its messages, queues them, then arms them.
async fn queue_and_arm(world: &World, lease: &mut Lease) {
    let queued: Vec<_> =
        (0..BATCH).map(|_| Attempt::queued(Arc::new(intent(world.tenant)), 1, Millis(1_000))).collect();
    let intents: Vec<(_, IntentId)> = queued.iter().map(|a| (world.tenant, a.intent.intent_id)).collect();
    let keys = Keys { intents, ..Keys::default() };
    assert!(world.store.load(&keys).await.expect("an answer").attempts.is_empty());
    let effects = Effects { inserted: queued.clone(), ..Effects::default() };
    commit(world, lease, &effects).await;

    let armed = queued.into_iter().map(|mut attempt| {
        assert!(attempt.advance(Status::Armed, Millis(2_000), &Report::default()));
        ((attempt.intent.intent_id, 1), attempt)
    });
    let effects = Effects { updated: armed.collect(), ..Effects::default() };
    commit(world, lease, &effects).await;
    assert_eq!(world.store.load(&keys).await.expect("an answer").attempts.len(), BATCH as usize);
}

async fn commit(world: &World, lease: &mut Lease, effects: &Effects) {
    let step: Advance = advance(lease);
    world.store.commit(lease, &step, effects).await.expect("the batch is committed");
    lease.next_offset = step.new_offset;
    lease.commits += 1;
}

/// How many rows of a table have been read, once the database has reported that so many were inserted.
async fn read_of(sql: &Client, table: &str, inserted: i64) -> i64 {
    let read =
        "SELECT n_tup_ins, coalesce(idx_tup_fetch, 0) + seq_tup_read FROM pg_stat_user_tables WHERE relname = $1";
    let until = tokio::time::Instant::now() + REPORTED_WITHIN;
    loop {
        let row = sql.query_one(read, &[&table]).await.expect("statistics");
        if row.get::<_, i64>(0) == inserted {
            return row.get(1);
        }
        assert!(tokio::time::Instant::now() < until, "the statistics of {table} do not arrive");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Plans are made while the tables are empty, and nobody analyses them: the worst that a new installation meets.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_reads_what_it_names_and_not_what_its_tenant_has() {
    in_world(async |world| {
        world.sql.batch_execute("ALTER TABLE attempt SET (autovacuum_enabled = off)").await.expect("no vacuum");
        world.sql.batch_execute("ALTER TABLE intent SET (autovacuum_enabled = off)").await.expect("no vacuum");
        let mut lease = world.lease().await;
        for _ in 0..BATCHES {
            queue_and_arm(&world, &mut lease).await;
        }
        let World { store, sql, .. } = world;
        drop(store);
        let rows = i64::from(BATCHES * BATCH);
        for table in ["intent", "attempt"] {
            let read = read_of(&sql, table, rows).await;
            // Each message is named three times: before it is there, to arm it, and when it is.
            assert!(read <= 3 * rows, "{read} rows of {table} were read for {rows} messages");
        }
    })
    .await;
}

/// People of the test, and how many of them write in a batch.
const PEOPLE: usize = 2_000;
const WRITE: usize = 250;
/// Ids of a person in each message, and looks at each that are enough: whether it is known, to note it, and to join it.
const IDS: usize = 2;
const LOOKS: usize = 8;

/// Each person is heard of twice: with the first message their ids are joined, with the second one they are known.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_looks_at_the_ids_that_it_names_and_not_at_all_people() {
    in_world(async |world| {
        world.sql.batch_execute("ALTER TABLE identity SET (autovacuum_enabled = off)").await.expect("no vacuum");
        let mut lease = world.lease().await;
        for people in [0..PEOPLE, 0..PEOPLE].into_iter().flatten().collect::<Vec<_>>().chunks(WRITE) {
            let inbound = people.iter().map(|n| message(&world, *n)).collect();
            commit(&world, &mut lease, &Effects { inbound, ..Effects::default() }).await;
        }
        let World { store, sql, .. } = world;
        drop(store);
        let read = read_of(&sql, "identity", i64::try_from(IDS * PEOPLE).expect("a small number")).await;
        let most = i64::try_from(LOOKS * IDS * PEOPLE).expect("a small number");
        assert!(read <= most, "{read} rows of identity were read for {} ids", IDS * PEOPLE);
    })
    .await;
}

/// Who has opted out is looked for by their ids, and what is new by its time, however many others there are.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_reads_the_opt_outs_of_its_people_and_those_that_are_new() {
    in_world(async |world| {
        world.sql.batch_execute("ALTER TABLE opt_out SET (autovacuum_enabled = off)").await.expect("no vacuum");
        let contacts = |people: &[usize]| {
            people.iter().map(|n| (world.tenant, Contact::new(format!("+1631555{n:04}")))).collect::<Vec<_>>()
        };
        let since = "SELECT ms_of(now() + interval '1 hour')";
        let since: i64 = world.sql.query_one(since, &[]).await.expect("a clock").get(0);
        let keys = |people: &[usize]| Keys {
            contacts: contacts(people),
            opt_outs: vec![(world.tenant, Millis(since))],
            ..Keys::default()
        };
        // The plans are made while there is nobody.
        assert!(world.store.load(&keys(&[1])).await.expect("an answer").opted_out.is_empty());
        let statement = "INSERT INTO opt_out (tenant_id, contact, reason) \
                         SELECT $1, '+1631555' || lpad(n::text, 4, '0'), 'x' FROM generate_series(0, $2 - 1) AS n";
        let many = i32::try_from(PEOPLE).expect("a small number");
        world.sql.execute(statement, &[&world.tenant.0, &many]).await.expect("opt-outs");
        for people in (0..PEOPLE).collect::<Vec<_>>().chunks(WRITE) {
            let rows = world.store.load(&keys(people)).await.expect("an answer");
            assert_eq!((rows.opted_out.len(), rows.opt_outs.len()), (people.len(), 0));
        }
        let World { store, sql, .. } = world;
        drop(store);
        let read = read_of(&sql, "opt_out", i64::from(many)).await;
        assert!(read <= i64::from(many), "{read} opt-outs were read for {PEOPLE} people");
    })
    .await;
}

/// Reports by Meta's ids, and those of a point of time, find the messages that they mean among all that the tenant has sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_reports_reads_the_messages_that_they_mean_and_not_all_that_were_sent() {
    in_world(async |world| {
        for table in ["named_message", "attempt"] {
            let statement = format!("ALTER TABLE {table} SET (autovacuum_enabled = off)");
            world.sql.batch_execute(&statement).await.expect("no vacuum");
        }
        let keys = |people: &[usize]| Keys {
            named: people.iter().map(|n| (world.tenant, SenderId::new(SENDER), Wamid::new(format!("m_{n}")))).collect(),
            watermarks: people.iter().map(|n| (world.tenant, read(&format!("7{n}"), 9_000))).collect(),
            ..Keys::default()
        };
        // The plans are made while there is nothing.
        assert!(world.store.load(&keys(&[1])).await.expect("an answer").named.is_empty());
        let mut lease = world.lease().await;
        let people: Vec<usize> = (0..PEOPLE).collect();
        for people in people.chunks(WRITE) {
            let sent =
                people.iter().map(|n| taken(of_messenger(world.tenant, &format!("7{n}")), &format!("m_{n}"), 2_000));
            let (inserted, accepted): (_, Vec<_>) = sent.unzip();
            let updated = accepted.into_iter().map(|own| ((own.intent.intent_id, 1), own)).collect();
            commit(&world, &mut lease, &Effects { inserted, updated, ..Effects::default() }).await;
        }
        for people in people.chunks(WRITE) {
            let rows = world.store.load(&keys(people)).await.expect("an answer");
            assert_eq!((rows.named.len(), rows.attempts.len()), (2 * people.len(), people.len()));
        }
        let World { store, sql, .. } = world;
        drop(store);
        let many = i64::try_from(PEOPLE).expect("a small number");
        let named = read_of(&sql, "named_message", many).await;
        assert!(named <= 2 * many, "{named} rows were read for two reports of each of {many} messages");
        // Each is looked at when it is armed, for the point of time, and to be loaded.
        let attempts = read_of(&sql, "attempt", many).await;
        assert!(attempts <= 3 * many, "{attempts} attempts were read for {many} messages");
    })
    .await;
}

fn message(world: &World, n: usize) -> InboundReceived {
    let wamid = Wamid::new(format!("wamid.{}", Uuid::now_v7().simple()));
    let new = InboundReceived::new(SenderId::new(SENDER), WabaId::new(WABA), wamid, Millis(1_000), "{}");
    let identity =
        Identity { wa_id: Some(format!("1631555{n:04}")), user_id: Some(format!("US.{n}")), ..Identity::default() };
    InboundReceived { tenant_id: Some(world.tenant), identity, ..new }
}
