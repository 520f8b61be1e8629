//! The layers of a webhook body above its elements (Meta: webhooks/overview):
//! `{"object", "entry": [{"id", "time", "changes": [{"field", "value"}]}]}`, of Messenger and Instagram
//! `{"object", "entry": [{"id", "time", "messaging": [{"sender", "recipient", "timestamp", …}], "standby": […]}]}`.
//!
//! Each layer keeps the next one verbatim, so that whatever is wrong inside one entry, change or element stays there.

use std::collections::BTreeMap;

use posthaste_model::Channel;
use posthaste_model::lenient::{self, Object, Text};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A list whose elements are kept verbatim, to be read one by one.
pub(super) type Elements<'a> = lenient::Elements<&'a RawValue>;

/// A whole body.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    /// What the entries are: `whatsapp_business_account`, `page` or `instagram`. Kept verbatim too: a text that cannot be read would
    /// cost all entries.
    #[serde(borrow, default)]
    object: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) entry: Elements<'a>,
}

impl Envelope<'_> {
    /// What the entries are of; WhatsApp, where that is not to be read.
    pub(super) fn channel(&self) -> Channel {
        let object = self.object.and_then(|raw| serde_json::from_str::<Text<'_>>(raw.get()).ok());
        object.as_ref().and_then(Text::get).map(Channel::of_object).unwrap_or_default()
    }
}

/// One entry: what happened in one WhatsApp business account, one page or one Instagram account.
#[derive(Default, Deserialize)]
pub(super) struct Entry<'a> {
    /// The account, except for the events that name it in `value.waba_info`.
    #[serde(borrow, default)]
    pub(super) id: Text<'a>,
    /// Unix seconds; present on account-level fields, usually absent on `messages`. Of Messenger and Instagram milliseconds.
    #[serde(borrow, default)]
    pub(super) time: Text<'a>,
    #[serde(borrow, default)]
    pub(super) changes: Elements<'a>,
    /// The events of a page or of an Instagram account.
    #[serde(borrow, default)]
    pub(super) messaging: Elements<'a>,
    /// The same while another app owns the conversation.
    #[serde(borrow, default)]
    pub(super) standby: Elements<'a>,
    /// Where the entry of an Instagram account is itself a change.
    #[serde(borrow, default)]
    pub(super) field: Text<'a>,
}

/// One change.
#[derive(Deserialize)]
pub(super) struct Change<'a> {
    #[serde(borrow, default)]
    pub(super) field: Text<'a>,
    #[serde(borrow, default)]
    pub(super) value: Object<Value<'a>>,
}

/// The members of `value` that concern more than one element. What they mean depends on the change's `field`: `statuses`
/// of the field `calls` are not message statuses.
#[derive(Deserialize)]
pub(super) struct Value<'a> {
    #[serde(borrow, default)]
    pub(super) metadata: Object<Metadata<'a>>,
    #[serde(borrow, default)]
    pub(super) waba_info: Object<WabaInfo<'a>>,
    #[serde(borrow, default)]
    pub(super) contacts: Elements<'a>,
    #[serde(borrow, default)]
    pub(super) messages: Elements<'a>,
    #[serde(borrow, default)]
    pub(super) statuses: Elements<'a>,
    #[serde(borrow, default)]
    pub(super) errors: Elements<'a>,
    #[serde(borrow, default)]
    pub(super) user_actions: Elements<'a>,
    #[serde(borrow, default)]
    pub(super) message_echoes: Elements<'a>,
    #[serde(borrow, default)]
    pub(super) history: Elements<'a>,
}

/// A chunk of the past (Meta: webhooks/reference/history).
#[derive(Deserialize)]
pub(super) struct Past<'a> {
    /// How far the handing over is.
    #[serde(borrow, default)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) threads: Elements<'a>,
    #[serde(borrow, default)]
    pub(super) errors: Elements<'a>,
}

/// A conversation of the past.
#[derive(Deserialize)]
pub(super) struct Thread<'a> {
    /// Number of the person.
    #[serde(borrow, default)]
    pub(super) id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) messages: Elements<'a>,
}

/// The number that a change is about.
#[derive(Deserialize)]
pub(super) struct Metadata<'a> {
    #[serde(borrow, default)]
    pub(super) phone_number_id: Text<'a>,
}

/// The account of events whose entry is a business portfolio's.
#[derive(Deserialize)]
pub(super) struct WabaInfo<'a> {
    #[serde(borrow, default)]
    pub(super) waba_id: Text<'a>,
}

/// The named lists of a change's `value`, in the order of the names; those that it does not have are absent.
pub(super) fn lists<'a>(change: &'a RawValue, names: &[&'static str]) -> Vec<(&'static str, Elements<'a>)> {
    #[derive(Deserialize)]
    struct Members<'a> {
        #[serde(borrow, default)]
        value: Object<BTreeMap<String, Elements<'a>>>,
    }
    let members = object::<Members<'_>>(change).ok().and_then(|members| members.value.0);
    let mut members = members.unwrap_or_default();
    names.iter().map(|name| (*name, members.remove(*name).unwrap_or_default())).collect()
}

/// The `value` of a change.
pub(super) fn value(change: &RawValue) -> Option<&RawValue> {
    #[derive(Deserialize)]
    struct Member<'a> {
        #[serde(borrow, default)]
        value: Option<&'a RawValue>,
    }
    object::<Member<'_>>(change).ok()?.value
}

/// Reads an object; the reason says what is wrong, without quoting the content.
pub(super) fn object<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, String> {
    object_of(raw.get())
}

/// As [`object`], of a text that is JSON.
pub(super) fn object_of<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, String> {
    match serde_json::from_str::<Object<T>>(json) {
        Ok(Object(Some(object))) => Ok(object),
        Ok(Object(None)) => Err("an object is expected".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
