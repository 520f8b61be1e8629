//! The webhooks that come by far the most often: messages and their statuses, with nothing odd about them.
//!
//! Read layer by layer, as `Walk` does, every byte is passed over once for each layer above it, so that each layer can be kept
//! as it was written. Nobody asks for that in a plain body: it is read in one pass.

use posthaste_model::lenient::{Object, Text};
use posthaste_model::reader::{self, Kept};
use posthaste_model::{Channel, SenderId};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::FIELD_MESSAGES;
use super::envelope::{Metadata, WabaInfo};
use super::message::Boxed;
use super::people::Told;
use super::status;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    object: Text<'a>,
    #[serde(borrow)]
    entry: Vec<Entry<'a>>,
}

/// An entry.
#[derive(Deserialize)]
pub(super) struct Entry<'a> {
    #[serde(borrow, default)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) changes: Vec<Change<'a>>,
    #[serde(borrow, default, rename = "time")]
    _time: Text<'a>,
    #[serde(default, rename = "messaging")]
    _messaging: Foreign,
    #[serde(default, rename = "standby")]
    _standby: Foreign,
    #[serde(default, rename = "field")]
    _field: Foreign,
}

/// A change.
#[derive(Deserialize)]
pub(super) struct Change<'a> {
    #[serde(borrow)]
    field: Text<'a>,
    #[serde(borrow)]
    pub(super) value: Value<'a>,
}

/// The members of `value`.
#[derive(Deserialize)]
pub(super) struct Value<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow, default)]
    pub(super) waba_info: Object<WabaInfo<'a>>,
    #[serde(borrow, default)]
    pub(super) contacts: Told<'a>,
    #[serde(borrow, default)]
    pub(super) messages: Option<Vec<Kept<'a, Boxed<'a>>>>,
    #[serde(borrow, default)]
    pub(super) statuses: Option<Vec<Kept<'a, status::Element<'a>>>>,
    #[serde(default, rename = "errors")]
    _errors: Foreign,
    #[serde(default, rename = "user_actions")]
    _user_actions: Foreign,
    #[serde(default, rename = "message_echoes")]
    _message_echoes: Foreign,
    #[serde(default, rename = "history")]
    _history: Foreign,
}

impl Value<'_> {
    /// The number; each change of a plain body names its own.
    pub(super) fn sender(&self) -> SenderId {
        SenderId::new(self.metadata.phone_number_id.get().expect("a plain change names its number"))
    }
}

/// The entries of a plain body; `None` where there is anything that must be kept as it was written.
pub(super) fn read(text: &str) -> Option<Vec<Entry<'_>>> {
    let body: Body<'_> = reader::read(text).ok()?;
    let is_plain = body.object.get().map(Channel::of_object).unwrap_or_default() == Channel::Whatsapp
        && body.entry.iter().flat_map(|entry| &entry.changes).all(is_plain);
    is_plain.then_some(body.entry)
}

/// Messages or statuses of a number.
fn is_plain(change: &Change<'_>) -> bool {
    let value = &change.value;
    let elements = value.messages.as_ref().map_or(0, Vec::len) + value.statuses.as_ref().map_or(0, Vec::len);
    change.field.get() == Some(FIELD_MESSAGES) && elements > 0 && value.metadata.phone_number_id.get().is_some()
}

/// What a plain body does not have.
#[derive(Default)]
struct Foreign;

impl<'de> Deserialize<'de> for Foreign {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("not plain"))
    }
}
