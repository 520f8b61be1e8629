//! Webhook bodies: every element becomes one event or one letter, whatever its neighbours are, and every event can be
//! written, read and stored.

use std::fmt::{self, Debug};

use posthaste_core::normalize::{self as core, Normalized, Output, RawWebhook};
use posthaste_model::Millis;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::elements::{Element, elements, is_distinct};

/// Arrival of every body.
const NOW: Millis = Millis(1_790_000_000_123);
/// Letters of a whole body.
const WHOLE: [&str; 3] = ["not_utf8", "not_json", "not_envelope"];

/// Any bytes as the body of a webhook.
pub fn normalize(data: &[u8]) {
    let output = run(data);
    assert_eq!(output, run(data), "the same body gives the same events");
    assert_indexes(&output);
    let Ok(text) = std::str::from_utf8(data) else {
        assert_eq!((output.events.len(), output.buried.len(), output.buried[0].code), (0, 1, "not_utf8"));
        return;
    };
    output.events.iter().for_each(|(_, event)| assert_event(event, text));
    for letter in &output.buried {
        assert!(!letter.reason.is_empty() && !letter.code.is_empty());
        assert!(text.contains(&letter.raw), "{} has the bytes of its element", letter.code);
    }
    if let Some(entries) = entries(text) {
        assert!(!output.buried.iter().any(|letter| WHOLE.contains(&letter.code)), "an envelope is never refused whole");
        assert_entries_are_independent(&output, text, &entries);
    }
    if let Ok(body) = serde_json::from_str::<Value>(text)
        && is_distinct(text)
    {
        assert_elements(&output, &body);
    }
}

fn run(body: &[u8]) -> Output {
    core::normalize(&RawWebhook { body, received_at: NOW })
}

/// The indexes are 0, 1, 2, … without gap.
fn assert_indexes(output: &Output) {
    let events = output.events.iter().map(|(index, _)| *index);
    let mut indexes: Vec<u32> = events.chain(output.buried.iter().map(|letter| letter.index)).collect();
    indexes.sort_unstable();
    assert!((0..).zip(&indexes).all(|(expected, index)| expected == *index), "{indexes:?}");
}

/// An event reads back from what goes over the log, fits into Postgres, and keeps the bytes that it was made from.
fn assert_event(event: &Normalized, body: &str) {
    let written = match event {
        Normalized::Status(own) => read_back(own),
        Normalized::Watermark(own) => read_back(own),
        Normalized::Inbound(own) => read_back(&**own),
        Normalized::Template(own) => read_back(own),
        Normalized::Limits(own) => read_back(own),
        Normalized::Account(own) => read_back(&**own),
        Normalized::Unknown(own) => read_back(own),
        Normalized::UnknownStatus(own) => {
            assert_eq!(own.reported.raw.as_ref(), Some(&own.update.raw));
            read_back(&own.update);
            read_back(&own.reported)
        }
    };
    assert!(is_storable(&written), "U+0000 in {written}");
    for member in ["raw", "pricing"] {
        if let Some(raw) = written.get(member).and_then(Value::as_str) {
            assert!(body.contains(raw), "{member} is verbatim");
            serde_json::from_str::<&RawValue>(raw).expect("what an event is made from is JSON");
        }
    }
    let keys = ["sender_id", "waba_id", "wamid", "contact"];
    assert!(!keys.iter().any(|key| written[key] == ""), "no key is empty: {written}");
}

fn read_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(event: &T) -> Value {
    let bytes = serde_json::to_vec(event).expect("an event is JSON");
    assert_eq!(&serde_json::from_slice::<T>(&bytes).expect("an event reads its own output"), event);
    serde_json::from_slice(&bytes).expect("JSON")
}

/// Whether Postgres can hold every text of it.
fn is_storable(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Array(elements) => elements.iter().all(is_storable),
        Value::Object(members) => members.values().all(is_storable),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The entries of an envelope, verbatim; of any depth, and whatever their texts hold.
fn entries(text: &str) -> Option<Vec<&RawValue>> {
    let Members(members) = serde_json::from_str(text).ok()?;
    let mut entries = members.iter().filter(|(name, _)| name == "entry");
    match (entries.next(), entries.next()) {
        (Some((_, entries)), None) => serde_json::from_str(entries.get()).ok(),
        _ => None,
    }
}

/// The members of an object, also those whose names are the same.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

/// A body gives what its entries give one by one: none of them costs or changes another.
fn assert_entries_are_independent(output: &Output, body: &str, entries: &[&RawValue]) {
    let Members(members) = serde_json::from_str(body).expect("it has entries");
    // What stands beside the entries says of which channel they are.
    let beside: String = members
        .iter()
        .filter(|(name, _)| name != "entry")
        .map(|(name, value)| format!("{}:{},", Value::from(name.as_str()), value.get()))
        .collect();
    let (mut events, mut buried) = (Vec::new(), Vec::new());
    for entry in entries {
        let alone = run(format!("{{{beside}\"entry\":[{}]}}", entry.get()).as_bytes());
        events.extend(alone.events.into_iter().map(|(_, event)| event));
        buried.extend(alone.buried.into_iter().map(|letter| (letter.code, letter.raw)));
    }
    assert!(
        output.events.iter().map(|(_, event)| event).eq(&events),
        "{:?}\nand one by one\n{events:?}",
        output.events
    );
    assert!(output.buried.iter().map(|letter| (letter.code, letter.raw.clone())).eq(buried), "{:?}", output.buried);
}

/// Each element, counted by other means, became what it is, in its place.
fn assert_elements(output: &Output, body: &Value) {
    let Some(expected) = elements(body) else { return };
    let mut found: Vec<(u32, Element)> = output.buried.iter().map(|letter| (letter.index, Element::Other)).collect();
    for (index, event) in &output.events {
        match event {
            Normalized::Inbound(message) => found.push((*index, Element::Message(message.wamid.to_string()))),
            Normalized::Status(status) => found.push((*index, Element::Status(status.wamid.to_string()))),
            // Told beside the update that it stands in.
            Normalized::Limits(_) | Normalized::Watermark(_) => {}
            Normalized::Template(_)
            | Normalized::Account(_)
            | Normalized::Unknown(_)
            | Normalized::UnknownStatus(_) => {
                found.push((*index, Element::Other));
            }
        }
    }
    found.sort_by_key(|(index, _)| *index);
    let found: Vec<_> = found.into_iter().map(|(_, element)| element).collect();
    assert_eq!(found, expected);
}
