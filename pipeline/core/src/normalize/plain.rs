//! The webhooks that come by far the most often: messages and their statuses, with nothing odd about them.
//!
//! Read layer by layer, as `Walk` does, every byte is passed over once for each layer above it, so that each layer can be kept
//! as it was written. Nobody asks for that in a plain body: it is read in one pass.

use posthaste_model::Channel;
use posthaste_model::lenient::{Object, Text};
use serde::Deserialize;

use super::FIELD_MESSAGES;
use super::envelope::{self, Change, Elements, Value};

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    object: Text<'a>,
    #[serde(borrow)]
    entry: Vec<Object<Entry<'a>>>,
}

/// An entry whose changes are read already.
#[derive(Deserialize)]
pub(super) struct Entry<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    time: Text<'a>,
    #[serde(borrow)]
    changes: Vec<Object<Change<'a>>>,
}

impl<'a> Entry<'a> {
    /// The entry as others know it, and its changes in order.
    pub(super) fn into_parts(self) -> (envelope::Entry<'a>, Vec<Change<'a>>) {
        let entry = envelope::Entry { id: self.id, time: self.time, ..envelope::Entry::default() };
        (entry, self.changes.into_iter().filter_map(|change| change.0).collect())
    }

    fn is_plain(&self) -> bool {
        self.changes.iter().all(|change| change.0.as_ref().is_some_and(is_plain))
    }
}

/// The entries of a plain body; `None` where there is anything that must be kept as it was written.
pub(super) fn read(text: &str) -> Option<Vec<Entry<'_>>> {
    let body = serde_json::from_str::<Object<Body<'_>>>(text).ok()?.0?;
    if body.object.get().map(Channel::of_object).unwrap_or_default() != Channel::Whatsapp {
        return None;
    }
    let entries: Vec<Entry<'_>> = body.entry.into_iter().map(|entry| entry.0).collect::<Option<_>>()?;
    entries.iter().all(Entry::is_plain).then_some(entries)
}

/// Messages and statuses, or at least one thing that stands beside them.
fn is_plain(change: &Change<'_>) -> bool {
    let Some(value) = change.value.0.as_ref() else { return false };
    change.field.get() == Some(FIELD_MESSAGES) && elements(value).is_some_and(|elements| elements > 0)
}

/// How many elements there are; `None` where something else stands in the place of a list.
fn elements(value: &Value<'_>) -> Option<usize> {
    let lists = [&value.messages, &value.statuses, &value.errors, &value.user_actions];
    lists
        .into_iter()
        .map(|list| match list {
            Elements::Absent => Some(0),
            Elements::List(elements) => Some(elements.len()),
            Elements::Odd => None,
        })
        .sum()
}
