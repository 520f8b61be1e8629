//! Messages of Messenger and Instagram: what is sent stands in the member that the channel names, as the Send API takes it.

use posthaste_model::messenger::outgoing::{ACTION, TYPES, check};
use posthaste_model::{Contact, FreeForm, Message, SenderAction};
use serde_json::{Value, json};

use crate::campaigns::IDENTIFIER_MAX;
use crate::contact;
use crate::fields::{Faults, Object};
use crate::messages::note;
use crate::problem::Code;

/// Members that hold what is sent.
pub(crate) fn types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(name, _)| *name)
}

/// Whether something is to be sent on one of the channels.
pub(crate) fn is_wanted(object: &Object<'_, '_>) -> bool {
    types().any(|name| object.has(name))
}

/// The person, by the id that the page or the account knows; or what stands for them, see [`message`].
pub(crate) fn addressee(object: &Object<'_, '_>, faults: &Faults) -> Option<Contact> {
    if let Some(name) = contact::OTHER_MEMBERS.into_iter().find(|name| object.has(name)) {
        faults.push(
            format!("/{name}"),
            Code::FieldInvalid,
            "that is a recipient of WhatsApp: write the person's id in to",
        );
        return None;
    }
    object.text("to", 1..=IDENTIFIER_MAX).map(Contact::new)
}

/// What is sent, checked by the table of its channel. Where it names its recipient itself, be it by a comment, a plugin or a token,
/// that is what `to` must be.
pub(crate) fn message(channel: &str, object: &Object<'_, '_>, faults: &Faults) -> Option<Message> {
    let request = object.value(channel)?;
    if request.get("sender_action").is_some_and(|action| !action.is_null()) {
        return action(channel, object, request, faults);
    }
    let wrong = check(channel, request, &format!("/{channel}"));
    if object.has("reply_to") {
        let detail = format!("leave it out: on {channel} a message is sent without reference to another");
        faults.push("/reply_to", Code::FieldInvalid, detail);
        return None;
    }
    if !wrong.is_empty() {
        note(wrong, faults);
        return None;
    }
    let to = object.optional_text("to", 1..=IDENTIFIER_MAX)?;
    let recipient = request.get("recipient").and_then(Value::as_object);
    if recipient.is_some_and(|recipient| recipient.len() != 1 || recipient.values().any(|named| named != to)) {
        let detail = "it names somebody else than to, or more than one: write the same in both, or leave it out";
        faults.push(format!("/{channel}/recipient"), Code::FieldInvalid, detail);
        return None;
    }
    Some(Message::FreeForm(FreeForm { kind: channel.to_owned(), object: request.clone(), reply_to: None }))
}

/// That somebody reads or writes: an action alone, to the person in `to`.
fn action(channel: &str, object: &Object<'_, '_>, request: &Value, faults: &Faults) -> Option<Message> {
    let to = object.optional_text("to", 1..=IDENTIFIER_MAX)?;
    let mut whole = request.clone();
    whole.as_object_mut()?.entry("recipient").or_insert_with(|| json!({ "id": to }));
    let mut wrong = Vec::new();
    ACTION.check(&whole, &format!("/{channel}"), &mut wrong);
    if !wrong.is_empty() {
        note(wrong, faults);
        return None;
    }
    if whole["recipient"]["id"] != to {
        let detail = "it names somebody else than to: write the same in both, or leave it out";
        faults.push(format!("/{channel}/recipient"), Code::FieldInvalid, detail);
        return None;
    }
    let action = whole["sender_action"].as_str()?.to_ascii_lowercase();
    Some(Message::Action(SenderAction { channel: channel.to_owned(), action }))
}
