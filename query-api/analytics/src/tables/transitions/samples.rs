//! Hand-made transitions for tests.

use posthaste_model::whatsapp::Identity;
use posthaste_model::{
    CampaignId, Class, Contact, IntentId, Millis, SenderId, Status, TenantId, Transition, Wamid, header,
};
use posthaste_runtime::record::InRecord;

/// 2026-11-21T00:00:00Z.
pub(crate) const DAY: Millis = Millis(1_795_219_200_000);

/// The tenant that samples belong to.
pub(crate) fn tenant() -> TenantId {
    TenantId(uuid::Uuid::from_u128(0xa))
}

/// The campaign that samples belong to.
pub(crate) fn campaign() -> CampaignId {
    CampaignId(uuid::Uuid::from_u128(0xc))
}

/// A transition of message `n`, with every field set that the lake keeps. Each status has its own time, in the order of the join; `queued_at`
/// and `armed_at` are those of their statuses.
pub(crate) fn transition(n: u32, attempt: i16, status: &str) -> Transition {
    let status = Status::parse(status).expect("a status");
    let reached = |status: Status| DAY.plus(i64::from(attempt) * 60_000 + i64::from(status as u8) * 1_000);
    let refused = matches!(status, Status::Failed | Status::Rejected | Status::Deferred);
    Transition {
        tenant_id: tenant(),
        intent_id: IntentId::of_recipient(campaign(), n),
        attempt,
        status,
        at: reached(status),
        accepted_at: DAY,
        sender_id: SenderId::new("106540352242922"),
        contact: Contact::new(format!("+1631555{:04}", 100 + n)),
        identity: Identity::default(),
        group_id: None,
        class: Class::Campaign,
        campaign_id: Some(campaign()),
        template: Some("offer".to_owned()),
        callback_data: None,
        wamid: Some(Wamid::new(format!("wamid.{n}"))),
        code: refused.then_some(131_026),
        reason: refused.then(|| "undeliverable".to_owned()),
        errors: Vec::new(),
        pricing: Some("{}".to_owned()),
        conversation: None,
        queued_at: Some(reached(Status::Queued)),
        armed_at: Some(reached(Status::Armed)),
    }
}

/// A transition of message `n` with no optional field.
pub(crate) fn bare(n: u32) -> Transition {
    Transition {
        campaign_id: None,
        template: None,
        callback_data: None,
        wamid: None,
        code: None,
        reason: None,
        pricing: None,
        queued_at: None,
        armed_at: None,
        class: Class::Transactional,
        ..transition(n, 1, "queued")
    }
}

/// The record of a transition on partition 0 of `delivery.v1`.
pub(crate) fn record(offset: i64, transition: &Transition, sequence: &str) -> InRecord {
    InRecord {
        topic: posthaste_model::topic::DELIVERY.into(),
        partition: 0,
        offset,
        key: None,
        headers: [(header::CE_TYPE, "delivery.transitioned.v1"), (header::PH_SEQ, sequence)].into_iter().collect(),
        value: serde_json::to_vec(transition).expect("json").into(),
    }
}
