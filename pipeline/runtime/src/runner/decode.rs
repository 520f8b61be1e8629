//! From records of `senders.v1` to inputs of the core.

use posthaste_core::sender::{Event, Input};
use posthaste_model::{EventType, Millis, StreamProgressed, header};
use serde::de::DeserializeOwned;

use crate::record::InRecord;

/// A record that is not decided.
#[derive(Debug)]
pub(super) struct Poison {
    /// Stable code.
    pub(super) code: &'static str,
    /// For people.
    pub(super) reason: String,
    /// Whether nothing is wrong with it: it waits for a version that knows its type.
    pub(super) parked: bool,
}

impl Poison {
    /// A record that can never be decided.
    pub(super) fn buried(code: &'static str, reason: String) -> Self {
        Self { code, reason, parked: false }
    }
}

pub(super) fn decode(record: &InRecord, at: Millis) -> Result<Input, Poison> {
    let Some(event_type) = record.event_type() else { return Err(unknown(record)) };
    let event = match event_type {
        EventType::IntentSubmitted => Event::Submitted(value(record)?),
        EventType::StatusObserved => Event::Status(value(record)?),
        EventType::StatusReported => Event::Reported(Box::new(value(record)?)),
        EventType::WatermarkObserved => Event::Watermark(value(record)?),
        EventType::InboundReceived => Event::Inbound(value(record)?),
        EventType::StreamProgressed => {
            let StreamProgressed { partition, upto } = value(record)?;
            Event::Progressed { partition, upto }
        }
        EventType::DeliveryTransitioned
        | EventType::TemplateChanged
        | EventType::LimitsChanged
        | EventType::AccountUpdated
        | EventType::UnknownUpdate
        | EventType::EdgeHeartbeat
        | EventType::WebhooksCounted
        | EventType::LetterBuried => {
            let reason = format!("{} does not belong on this topic", event_type.as_str());
            return Err(Poison::buried("event_type_misplaced", reason));
        }
    };
    Ok(Input { at, sequence: record.sequence(), origin: Some(record.origin(0)), event })
}

fn value<T: DeserializeOwned>(record: &InRecord) -> Result<T, Poison> {
    serde_json::from_slice(&record.value).map_err(|error| Poison::buried("event_malformed", error.to_string()))
}

/// What this version does not know is a newer version's, if it looks like a type: kept whole until somebody replays it.
fn unknown(record: &InRecord) -> Poison {
    match record.header(header::CE_TYPE) {
        Some(name) if is_type(name) => {
            Poison { code: "event_type_unknown", reason: format!("ce_type {name}"), parked: true }
        }
        Some(name) => Poison::buried("event_type_malformed", format!("ce_type {name}")),
        None => Poison::buried("event_type_missing", "there is no ce_type".to_owned()),
    }
}

/// `<entity>.<past-tense verb>.v<major>`, as every type is written.
fn is_type(name: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_version = |version: &str| version.parse::<u32>().is_ok_and(|number| number.to_string() == version);
    name.rsplit_once(".v")
        .is_some_and(|(entity, version)| entity.contains('.') && entity.split('.').all(is_word) && is_version(version))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn fate(name: Option<&'static str>, value: &'static [u8]) -> Result<(), (&'static str, bool)> {
        let record = InRecord {
            topic: "senders.v1".into(),
            partition: 0,
            offset: 7,
            key: None,
            headers: name.map(|name| (header::CE_TYPE, name)).into_iter().collect(),
            value: Bytes::from_static(value),
        };
        decode(&record, Millis(0)).map(drop).map_err(|poison| (poison.code, poison.parked))
    }

    #[test]
    fn what_a_newer_version_wrote_is_parked_and_what_nobody_can_read_is_buried() {
        let progress = br#"{"partition":0,"upto":"1970-01-01T00:00:00.000Z"}"#;
        assert_eq!(fate(Some("stream.progressed.v1"), progress), Ok(()));
        for newer in ["intent.submitted.v2", "intent.recalled.v1", "account.number_moved.v12"] {
            assert_eq!(fate(Some(newer), b"\xff"), Err(("event_type_unknown", true)), "{newer}");
        }
        for malformed in
            ["", "intent", "intent.v2", "intent.submitted", "intent.submitted.v", "Intent.x.v1", "a..b.v1", "a.b.v01"]
        {
            assert_eq!(fate(Some(malformed), b"{}"), Err(("event_type_malformed", false)), "{malformed}");
        }
        assert_eq!(fate(None, b"{}"), Err(("event_type_missing", false)));
        assert_eq!(fate(Some("intent.submitted.v1"), b"{}"), Err(("event_malformed", false)));
        assert_eq!(fate(Some("letter.buried.v1"), b"{}"), Err(("event_type_misplaced", false)));
    }
}
