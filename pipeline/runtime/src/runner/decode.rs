//! From records of `senders.v1` to inputs of the core.

use posthaste_core::sender::{Event, Input};
use posthaste_model::{EventType, Millis, StreamProgressed};
use serde::de::DeserializeOwned;

use crate::record::InRecord;

/// A record that can never be decided.
#[derive(Debug)]
pub(super) struct Poison {
    /// Stable code.
    pub(super) code: &'static str,
    /// For people.
    pub(super) reason: String,
}

pub(super) fn decode(record: &InRecord, at: Millis) -> Result<Input, Poison> {
    let Some(event_type) = record.event_type() else {
        let name = record.header(posthaste_model::header::CE_TYPE).unwrap_or("none");
        return Err(Poison { code: "event_type_unknown", reason: format!("ce_type {name}") });
    };
    let event = match event_type {
        EventType::IntentSubmitted => Event::Submitted(value(record)?),
        EventType::StatusObserved => Event::Status(value(record)?),
        EventType::InboundReceived => Event::Inbound(value(record)?),
        EventType::StreamProgressed => {
            let StreamProgressed { partition, upto } = value(record)?;
            Event::Progressed { partition, upto }
        }
        EventType::DeliveryTransitioned
        | EventType::TemplateChanged
        | EventType::LimitsChanged
        | EventType::UnknownUpdate
        | EventType::EdgeHeartbeat
        | EventType::LetterBuried => {
            let reason = format!("{} does not belong on this topic", event_type.as_str());
            return Err(Poison { code: "event_type_misplaced", reason });
        }
    };
    Ok(Input { at, sequence: record.sequence(), origin: Some(record.origin(0)), event })
}

fn value<T: DeserializeOwned>(record: &InRecord) -> Result<T, Poison> {
    serde_json::from_slice(&record.value).map_err(|error| Poison { code: "event_malformed", reason: error.to_string() })
}
