//! What the store reads from the database.

use std::sync::Arc;
use std::time::Duration;

use posthaste_core::sender::{Attempt, Effects, Keys, Report};
use posthaste_model::{IntentId, Millis, Status};
use posthaste_runtime::store::{Advance, Lease, Store as _};

use crate::attempts::intent;
use crate::world::{World, advance, in_world};

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
        let read =
            "SELECT n_tup_ins, coalesce(idx_tup_fetch, 0) + seq_tup_read FROM pg_stat_user_tables WHERE relname = $1";
        let until = tokio::time::Instant::now() + REPORTED_WITHIN;
        for table in ["intent", "attempt"] {
            let read = loop {
                let row = sql.query_one(read, &[&table]).await.expect("statistics");
                if row.get::<_, i64>(0) == rows {
                    break row.get::<_, i64>(1);
                }
                assert!(tokio::time::Instant::now() < until, "the statistics of {table} do not arrive");
                tokio::time::sleep(Duration::from_millis(50)).await;
            };
            // Each message is named three times: before it is there, to arm it, and when it is.
            assert!(read <= 3 * rows, "{read} rows of {table} were read for {rows} messages");
        }
    })
    .await;
}
