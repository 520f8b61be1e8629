//! Attempts of one commit.

use std::sync::Arc;

use posthaste_core::sender::{Attempt, Effects, Report};
use posthaste_model::{
    Class, Contact, Intent, IntentId, Message, Millis, SenderId, Status, TenantId, TextMessage, UnknownPolicy,
};
use posthaste_runtime::store::Store as _;

use crate::world::{SENDER, advance, in_world};

/// A message of the tenant to one person.
pub(crate) fn intent(tenant_id: TenantId) -> Intent {
    Intent {
        intent_id: IntentId(uuid::Uuid::now_v7()),
        tenant_id,
        sender_id: SenderId::new(SENDER),
        contact: Contact::new("+16315550101"),
        class: Class::Transactional,
        campaign: None,
        message: Message::Text(TextMessage { body: "hello".into(), preview_url: false, reply_to: None }),
        callback_data: Some("order \"7\" 🚀".into()),
        unknown_policy: UnknownPolicy::AtMostOnce,
        accepted_at: Millis(1_000),
        expires_at: Millis(1_000_000),
    }
}

/// Every column of times, with the status that sets it.
const TIMES: [(&str, Status); 9] = [
    ("armed_at", Status::Armed),
    ("unknown_at", Status::Unknown),
    ("accepted_at", Status::Accepted),
    ("sent_at", Status::Sent),
    ("delivered_at", Status::Delivered),
    ("read_at", Status::Read),
    ("played_at", Status::Played),
    ("failed_at", Status::Failed),
    ("ended_at", Status::Unconfirmed),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_is_new_and_reported_on_in_one_commit_keeps_every_time() {
    in_world(async |world| {
        let mut attempt = Attempt::queued(Arc::new(intent(world.tenant)), 1, Millis(1_000));
        let inserted = vec![attempt.clone()];
        for (at, (_, status)) in (2_000..).step_by(1_000).zip(TIMES) {
            assert!(attempt.advance(status, Millis(at), &Report::default()));
        }
        let updated = [((attempt.intent.intent_id, 1), attempt)].into();
        let effects = Effects { inserted, updated, ..Effects::default() };
        let lease = world.lease().await;
        world.store.commit(&lease, &advance(&lease), &effects).await.expect("the batch is committed");

        for (at, (column, _)) in (2_000..).step_by(1_000).zip(TIMES) {
            let row = world.sql.query_one(&format!("SELECT ms_of({column}) FROM attempt"), &[]).await.expect(column);
            assert_eq!(row.get::<_, Option<i64>>(0), Some(at), "{column}");
        }
    })
    .await;
}
