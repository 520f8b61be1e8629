//! One element of `messages` (Meta: webhooks/reference/messages).

use std::collections::BTreeMap;

use posthaste_model::phone::from_wa_id;
use posthaste_model::{InboundReceived, Millis, SenderId, WabaId, Wamid};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::object;
use super::lenient::{Elements, Object, Text};
use super::{Fault, moment};

/// `kind` of a text message.
const KIND_TEXT: &str = "text";
/// `kind` of every other message.
const KIND_UNKNOWN: &str = "unknown";

#[derive(Deserialize)]
struct Element<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    /// Absent for people with a username whom the number does not know (Meta: business-scoped-user-ids).
    #[serde(borrow, default)]
    from: Text<'a>,
    #[serde(borrow, default)]
    from_user_id: Text<'a>,
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(borrow, default)]
    r#type: Text<'a>,
    #[serde(borrow, default)]
    text: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct TextObject<'a> {
    #[serde(borrow, default)]
    body: Text<'a>,
}

#[derive(Deserialize)]
struct Context<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
}

#[derive(Deserialize)]
struct ContactElement<'a> {
    #[serde(borrow, default)]
    wa_id: Text<'a>,
    #[serde(borrow, default)]
    user_id: Text<'a>,
    #[serde(borrow, default)]
    profile: Object<Profile<'a>>,
}

#[derive(Deserialize)]
struct Profile<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
}

/// Profile names by `wa_id` and by `user_id`. A batch holds contacts in any order, so a message finds its own by id.
#[derive(Default)]
pub(super) struct Profiles(BTreeMap<String, String>);

impl Profiles {
    /// Reads `contacts`; a contact that cannot be read, or that has no name, is left out.
    pub(super) fn read(contacts: &Elements<'_>) -> Self {
        let mut names = BTreeMap::new();
        let Elements::List(contacts) = contacts else { return Self(names) };
        for contact in contacts.iter().filter_map(|raw| object::<ContactElement<'_>>(raw).ok()) {
            let Some(name) = contact.profile.0.as_ref().and_then(|profile| profile.name.get()) else { continue };
            for id in [&contact.wa_id, &contact.user_id].into_iter().filter_map(|id| id.get()) {
                names.insert(id.to_owned(), name.to_owned());
            }
        }
        Self(names)
    }

    fn of(&self, element: &Element<'_>) -> Option<String> {
        [&element.from, &element.from_user_id].into_iter().find_map(|id| self.0.get(id.get()?)).cloned()
    }
}

/// Where a message arrived.
pub(super) struct Arrival<'a> {
    pub(super) sender: &'a SenderId,
    pub(super) waba: &'a WabaId,
    pub(super) profiles: &'a Profiles,
    pub(super) received_at: Millis,
}

/// Reads one message. Only the id is needed; what else is missing or odd leaves its place empty.
pub(super) fn read(raw: &RawValue, arrival: &Arrival<'_>) -> Result<InboundReceived, Fault> {
    let element: Element<'_> = object(raw).map_err(|reason| Fault::new("malformed_message", reason))?;
    let Some(id) = element.id.get() else {
        return Err(Fault::new("message_without_id", "a message has its id in `id`".to_owned()));
    };
    let text = body(&element);
    Ok(InboundReceived {
        tenant_id: None,
        sender_id: arrival.sender.clone(),
        waba_id: arrival.waba.clone(),
        wamid: Wamid::new(id),
        contact: [&element.from, &element.from_user_id].into_iter().find_map(|id| id.get()).map(from_wa_id),
        profile_name: arrival.profiles.of(&element),
        at: moment(&element.timestamp, arrival.received_at),
        kind: if text.is_some() { KIND_TEXT } else { KIND_UNKNOWN }.to_owned(),
        text,
        reply_to: element.context.and_then(|raw| object::<Context<'_>>(raw).ok()?.id.get().map(Wamid::new)),
        raw: raw.get().to_owned(),
    })
}

/// The text of a text message; `None` where the type is another, or the object cannot be read.
fn body(element: &Element<'_>) -> Option<String> {
    if element.r#type.get() != Some("text") {
        return None;
    }
    object::<TextObject<'_>>(element.text?).ok()?.body.into_inner().map(|body| body.into_owned())
}
