//! Dead letters of the sender task: what it cannot decide, with its bytes, its origin and the reason. What is only too new
//! for this version is a letter too, but parked and not buried.

use posthaste_core::sender::Publication;
use posthaste_model::{EventType, Millis, SenderId, header, topic};

use super::decode::Poison;
use crate::record::InRecord;

/// The natural key of a record's letter.
pub(super) fn name_of(record: &InRecord) -> String {
    format!("letter:{}", record.origin(0))
}

/// The letter of a record.
pub(super) fn letter(record: &InRecord, poison: &Poison, at: Millis) -> Publication {
    metrics::counter!("posthaste_dead_letters_total", "reason" => poison.code).increment(1);
    tracing::warn!(
        topic = &*record.topic,
        partition = record.partition,
        offset = record.offset,
        code = poison.code,
        reason = poison.reason,
        "{}",
        if poison.parked { "record parked for a version that knows its type" } else { "record buried" }
    );
    let origin = record.origin(0);
    let reason = [(header::PH_REASON, format!("{}: {}", poison.code, poison.reason))];
    let parked = poison.parked.then(|| (header::PH_LETTER, header::PARKED.to_owned()));
    Publication {
        topic: topic::DEAD_LETTERS,
        key: origin.to_string(),
        event_type: EventType::LetterBuried,
        id: name_of(record),
        sender_id: SenderId::new("none"),
        subject: origin.to_string(),
        // Whoever wrote a type that we do not know said whose it is in the same headers as ever.
        tenant_id: record.header(header::CE_TENANT_ID).and_then(|id| id.parse().ok()).filter(|_| poison.parked),
        time: at,
        origin: Some(origin),
        headers: reason.into_iter().chain(parked).collect(),
        value: String::from_utf8_lossy(&record.value).into_owned(),
    }
}
