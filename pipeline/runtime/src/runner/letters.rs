//! Dead letters of the sender task: what it cannot decide, with its bytes, its origin and the reason.

use posthaste_core::sender::Publication;
use posthaste_model::{EventType, Millis, SenderId, header, topic};

use super::decode::Poison;
use crate::record::InRecord;

/// The letter of a record.
pub(super) fn letter(record: &InRecord, poison: &Poison, at: Millis) -> Publication {
    metrics::counter!("posthaste_dead_letters_total", "reason" => poison.code).increment(1);
    tracing::warn!(
        topic = record.topic,
        partition = record.partition,
        offset = record.offset,
        code = poison.code,
        reason = poison.reason,
        "record buried"
    );
    let origin = record.origin(0);
    Publication {
        topic: topic::DEAD_LETTERS,
        key: origin.to_string(),
        event_type: EventType::LetterBuried,
        id: format!("letter:{origin}"),
        sender_id: SenderId::new("none"),
        subject: origin.to_string(),
        tenant_id: None,
        time: at,
        origin: Some(origin),
        headers: vec![(header::PH_REASON, format!("{}: {}", poison.code, poison.reason))],
        value: String::from_utf8_lossy(&record.value).into_owned(),
    }
}
