//! Messages by the ids that Meta gave them, and what callers gave along.

use std::sync::Arc;

use posthaste_core::sender::{Attempt, Effects, Keys, Report};
use posthaste_model::{
    Contact, FreeForm, Intent, IntentId, Message, Millis, SenderId, Status, TenantId, Wamid, WatermarkObserved,
};
use posthaste_runtime::store::Store as _;

use crate::attempts::intent;
use crate::world::{SENDER, World, advance, in_world};

/// A message that was armed at this time, and that Meta called by this id.
pub(crate) fn taken(intent: Intent, mid: &str, at: i64) -> (Attempt, Attempt) {
    let queued = Attempt::queued(Arc::new(intent), 1, Millis(1_000));
    let mut accepted = queued.clone();
    let report = Report { wamid: Some(Wamid::new(mid)), ..Report::default() };
    assert!(accepted.advance(Status::Armed, Millis(at), &Report::default()));
    assert!(accepted.advance(Status::Accepted, Millis(at + 500), &report));
    (queued, accepted)
}

pub(crate) fn of_messenger(tenant: TenantId, contact: &str) -> Intent {
    let object = serde_json::json!({ "message": { "text": "hello" } });
    let message = Message::FreeForm(FreeForm { kind: "messenger".into(), object, reply_to: None });
    Intent { message, contact: Contact::new(contact), ..intent(tenant) }
}

async fn commit(world: &World, messages: Vec<(Attempt, Attempt)>) {
    let (inserted, accepted): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
    let updated = accepted.into_iter().map(|own| ((own.intent.intent_id, 1), own)).collect();
    let lease = world.lease().await;
    let effects = Effects { inserted, updated, ..Effects::default() };
    world.store.commit(&lease, &advance(&lease), &effects).await.expect("the batch is committed");
}

/// The ids of the messages, and of the attempts, that are found.
async fn found(world: &World, keys: Keys) -> (Vec<String>, Vec<IntentId>) {
    let rows = world.store.load(&keys).await.expect("rows");
    let mut named: Vec<String> = rows.named.iter().map(|own| own.wamid.to_string()).collect();
    named.sort_unstable();
    (named, rows.attempts.iter().map(|own| own.intent.intent_id).collect())
}

pub(crate) fn read(contact: &str, upto: i64) -> WatermarkObserved {
    let (sender_id, contact) = (SenderId::new(SENDER), Contact::new(contact));
    WatermarkObserved { sender_id, contact, status: Status::Read, upto: Millis(upto), at: Millis(upto) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_messenger_is_found_by_metas_id_with_its_attempt_and_one_of_whatsapp_is_not() {
    in_world(async |world| {
        let (ours, other) = (of_messenger(world.tenant, "7180"), intent(world.tenant));
        let id = ours.intent_id;
        commit(&world, vec![taken(ours, "m_1", 2_000), taken(other, "wamid.1", 2_000)]).await;
        let key = |wamid: &str| (world.tenant, SenderId::new(SENDER), Wamid::new(wamid));
        let keys = Keys { named: ["m_1", "wamid.1", "m_2"].map(key).into(), ..Keys::default() };
        assert_eq!(found(&world, keys).await, (vec!["m_1".to_owned()], vec![id]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_point_of_time_finds_what_one_person_was_sent_before_it_and_has_not_read() {
    in_world(async |world| {
        let to = |contact| of_messenger(world.tenant, contact);
        let (queued, mut read_before) = taken(to("7180"), "m_read", 2_000);
        assert!(read_before.advance(Status::Read, Millis(2_500), &Report::default()));
        let messages = vec![
            taken(to("7180"), "m_1", 2_000),
            taken(to("7180"), "m_2", 3_000),
            taken(to("7180"), "m_later", 3_001),
            taken(to("7181"), "m_other", 2_000),
            (queued, read_before),
        ];
        let both = [messages[0].0.intent.intent_id, messages[1].0.intent.intent_id];
        commit(&world, messages).await;
        let reports = vec![(world.tenant, read("7180", 3_000)), (world.tenant, read("7182", 9_000))];
        let (named, mut attempts) = found(&world, Keys { watermarks: reports, ..Keys::default() }).await;
        attempts.sort_unstable();
        assert_eq!((named, attempts), (vec!["m_1".to_owned(), "m_2".to_owned()], both.into()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_gave_comes_back_with_its_message_and_so_does_nothing() {
    in_world(async |world| {
        let with = intent(world.tenant);
        let without = Intent { callback_data: None, ..intent(world.tenant) };
        let intents = vec![with.clone(), without.clone()];
        commit(&world, intents.iter().map(|own| taken(own.clone(), "wamid.1", 2_000)).collect()).await;
        let keys = intents.iter().map(|own| (world.tenant, own.intent_id)).collect();
        let rows = world.store.load(&Keys { intents: keys, ..Keys::default() }).await.expect("rows");
        let mut loaded: Vec<Intent> = rows.attempts.iter().map(|own| (*own.intent).clone()).collect();
        loaded.sort_unstable_by_key(|own| own.intent_id);
        assert_eq!(loaded, intents);
    })
    .await;
}
