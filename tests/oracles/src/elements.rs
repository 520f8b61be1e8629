//! What stands in a webhook body, counted over an untyped tree of JSON: the rules of the normalizer, written a second time.

use std::collections::BTreeSet;
use std::fmt;

use posthaste_model::whatsapp::Update;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// What an element of a body must become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Element {
    /// A message of this id.
    Message(String),
    /// A status of the message of this id.
    Status(String),
    /// Anything else: one event that is neither, or one buried element.
    Other,
}

/// The elements of a body, in order; `None` where it is no envelope, or has entries that are not made of changes.
pub(crate) fn elements(body: &Value) -> Option<Vec<Element>> {
    let entries = body.as_object()?.get("entry")?.as_array()?;
    let mut found = Vec::new();
    for entry in entries {
        match entry.as_object().map(|entry| entry.get("changes")) {
            None => found.push(Element::Other),
            Some(None | Some(Value::Null)) => return None,
            Some(Some(Value::Array(changes))) => changes.iter().for_each(|change| found.extend(of_change(change))),
            Some(Some(_)) => found.push(Element::Other),
        }
    }
    Some(found)
}

fn of_change(change: &Value) -> Vec<Element> {
    let field = text(change.get("field"));
    let found = match (field.as_deref(), change.get("value").and_then(Value::as_object)) {
        (Some("messages" | "standby"), Some(value)) => {
            let sender = has_sender(value);
            let mut found = list(value, "messages", |element| vec![message(element, sender)]);
            found.extend(list(value, "statuses", |element| vec![status(element, sender)]));
            found.extend(others(value, &["errors", "user_actions"]));
            found
        }
        (Some("smb_message_echoes" | "message_echoes"), Some(value)) => {
            list(value, "message_echoes", |element| vec![message(element, has_sender(value))])
        }
        (Some("history"), Some(value)) => {
            let sender = has_sender(value);
            let mut found = list(value, "history", |chunk| of_chunk(chunk, sender));
            found.extend(list(value, "messages", |element| vec![message(element, sender)]));
            found
        }
        (Some(field), Some(value)) => others(value, Update::lists(field)),
        _ => Vec::new(),
    };
    at_least_one(found)
}

/// A chunk of the past.
fn of_chunk(chunk: &Value, sender: bool) -> Vec<Element> {
    let Some(chunk) = chunk.as_object() else { return vec![Element::Other] };
    let progress = chunk.get("metadata").filter(|progress| progress.is_object());
    let mut found: Vec<_> = progress.map(|_| Element::Other).into_iter().collect();
    found.extend(list(chunk, "threads", |thread| match thread.as_object() {
        Some(thread) => list(thread, "messages", |element| vec![message(element, sender)]),
        None => vec![Element::Other],
    }));
    found.extend(others(chunk, &["errors"]));
    at_least_one(found)
}

fn at_least_one(mut found: Vec<Element>) -> Vec<Element> {
    if found.is_empty() {
        found.push(Element::Other);
    }
    found
}

/// The elements of a list; a member that is something else is one element.
fn list(value: &Map<String, Value>, name: &str, of: impl Fn(&Value) -> Vec<Element>) -> Vec<Element> {
    match value.get(name) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(elements)) => elements.iter().flat_map(of).collect(),
        Some(_) => vec![Element::Other],
    }
}

fn others(value: &Map<String, Value>, names: &[&str]) -> Vec<Element> {
    names.iter().flat_map(|name| list(value, name, |_| vec![Element::Other])).collect()
}

fn has_sender(value: &Map<String, Value>) -> bool {
    text(value.get("metadata").and_then(|metadata| metadata.get("phone_number_id"))).is_some()
}

fn message(element: &Value, sender: bool) -> Element {
    text(element.get("id")).filter(|_| sender).map_or(Element::Other, Element::Message)
}

fn status(element: &Value, sender: bool) -> Element {
    let known = ["sent", "delivered", "read", "played", "failed"];
    let is_known = text(element.get("status")).is_some_and(|value| known.contains(&value.as_str()));
    let is_of_message = text(element.get("type")).is_none_or(|kind| kind == "message");
    text(element.get("id")).filter(|_| sender && is_known && is_of_message).map_or(Element::Other, Element::Status)
}

/// A text or a number that stands for one, without U+0000, unless it is empty.
fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.replace('\0', ""),
        Value::Number(number) if number.is_f64() => number.as_f64()?.to_string(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Whether no object of a JSON document has two members of the same name. A tree keeps the last one of them.
pub(crate) fn is_distinct(json: &str) -> bool {
    serde_json::from_str::<Distinct>(json).is_ok_and(|distinct| distinct.0)
}

struct Distinct(bool);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistinctVisitor)
    }
}

struct DistinctVisitor;

impl<'de> Visitor<'de> for DistinctVisitor {
    type Value = Distinct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Distinct, E> {
        Ok(Distinct(true))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Distinct, E> {
        Ok(Distinct(true))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Distinct, E> {
        Ok(Distinct(true))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Distinct, E> {
        Ok(Distinct(true))
    }

    fn visit_str<E>(self, _: &str) -> Result<Distinct, E> {
        Ok(Distinct(true))
    }

    fn visit_unit<E>(self) -> Result<Distinct, E> {
        Ok(Distinct(true))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Distinct, A::Error> {
        let mut distinct = true;
        while let Some(element) = seq.next_element::<Distinct>()? {
            distinct &= element.0;
        }
        Ok(Distinct(distinct))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Distinct, A::Error> {
        let (mut names, mut distinct) = (BTreeSet::new(), true);
        while let Some((name, member)) = map.next_entry::<String, Distinct>()? {
            distinct &= names.insert(name) && member.0;
        }
        Ok(Distinct(distinct))
    }
}
