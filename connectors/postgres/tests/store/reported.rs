//! Statuses that are told beside the transitions.

use std::collections::HashSet;
use std::sync::Arc;

use posthaste_core::sender::{Asked, Attempt, Effects, Keys, ReportKey};
use posthaste_model::{Contact, SenderId, TenantId, Token, Wamid};
use posthaste_runtime::store::Store as _;

use crate::attempts::intent;
use crate::world::{SENDER, World, advance, in_world};

/// Everything that a purge removes at once.
const ALL: i64 = 1_000;

fn key(tenant_id: TenantId, status: &'static str, participant: Option<&str>) -> ReportKey {
    ReportKey {
        tenant_id,
        sender_id: SenderId::new(SENDER),
        // Ids and words of Meta's have any length.
        wamid: Wamid::new("wamid.".repeat(1_000)),
        status: status.into(),
        participant: participant.map(Contact::new),
    }
}

async fn commit(world: &World, effects: &Effects) {
    let lease = world.lease().await;
    world.store.commit(&lease, &advance(&lease), effects).await.expect("the batch is committed");
}

async fn known(world: &World, asked: Vec<Asked>) -> HashSet<ReportKey> {
    world.store.load(&Keys { reported: asked, ..Keys::default() }).await.expect("rows").reported
}

fn ask(keys: &[ReportKey]) -> Vec<Asked> {
    keys.iter().map(|key| Asked { key: key.clone(), unless: None }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_is_known_by_all_that_tells_it_from_others_and_to_its_tenant_alone() {
    in_world(async |world| {
        let told = vec![key(world.tenant, "read", Some("+1")), key(world.tenant, "warning", None)];
        let others = [key(world.tenant, "read", Some("+2")), key(world.tenant, "sent", Some("+1"))];
        // Noted a second time, as by an owner that lost its memory: nothing is refused for that.
        for _ in 0..2 {
            commit(&world, &Effects { reported: told.clone(), ..Effects::default() }).await;
        }
        let all: Vec<ReportKey> = told.iter().chain(&others).cloned().collect();
        assert_eq!(known(&world, ask(&all)).await, told.iter().cloned().collect());
        let stranger = TenantId(uuid::Uuid::now_v7());
        assert_eq!(known(&world, ask(&[key(stranger, "warning", None)])).await, HashSet::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_of_a_status_whose_attempt_the_store_has() {
    in_world(async |world| {
        let attempt = Attempt::queued(Arc::new(intent(world.tenant)), 1, posthaste_model::Millis(1_000));
        let token = attempt.token();
        let told = key(world.tenant, "read", None);
        let effects = Effects { inserted: vec![attempt], reported: vec![told.clone()], ..Effects::default() };
        commit(&world, &effects).await;
        let strange = Token { attempt: 2, ..token };
        for (unless, expected) in [(None, true), (Some(strange), true), (Some(token), false)] {
            let keys = Keys {
                intents: vec![(world.tenant, token.intent_id)],
                reported: vec![Asked { key: told.clone(), unless }],
                ..Keys::default()
            };
            let rows = world.store.load(&keys).await.expect("rows");
            assert_eq!((rows.attempts.len(), rows.reported.contains(&told)), (1, expected), "{unless:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_removed_when_nobody_tells_it_again() {
    in_world(async |world| {
        let (old, new) = (key(world.tenant, "read", None), key(world.tenant, "warning", None));
        commit(&world, &Effects { reported: vec![old.clone()], ..Effects::default() }).await;
        let age = "UPDATE reported_status SET reported_at = now() - interval '31 days'";
        assert_eq!(world.sql.execute(age, &[]).await.expect("a row grows old"), 1);
        commit(&world, &Effects { reported: vec![new.clone()], ..Effects::default() }).await;
        let purged = world.store.purge_reports([world.tenant].into(), ALL).await.expect("a purge");
        assert_eq!((purged, known(&world, ask(&[old, new.clone()])).await), (1, HashSet::from([new])));
    })
    .await;
}
