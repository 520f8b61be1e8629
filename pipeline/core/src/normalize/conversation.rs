//! The events of Messenger and Instagram that belong into a conversation: messages, what becomes of them, and taps.

use posthaste_model::messenger;
use posthaste_model::shape::Members;
use posthaste_model::whatsapp::content::{Button, Edit, Reaction, Revoke, Text};
use posthaste_model::whatsapp::context::Story;
use posthaste_model::whatsapp::{Content, Context};
use posthaste_model::{InboundReceived, Status, Token, WabaId, Wamid};

use super::messaging::{Event, observed};
use super::{Fault, Normalized};

/// Reads an event by its name.
pub(super) fn read(event: &Event<'_>) -> Result<Normalized, Fault> {
    match event.name {
        "message" => message(event),
        "message_edit" => edit(event),
        "reaction" => reaction(event),
        _ => Ok(postback(event)),
    }
}

/// A message. An echo with a token of ours is no message of the conversation, which has it already, but proof that it was sent.
fn message(event: &Event<'_>) -> Result<Normalized, Fault> {
    let (object, mid) = (event.object, mid(event)?);
    if object.get::<Option<bool>>("is_deleted") == Some(true) {
        let content = Content::Revoke(Revoke { original_message_id: Some(mid.clone()) });
        return Ok(inbound(event, format!("revoke:{mid}"), content));
    }
    let metadata = object.get::<Option<String>>("metadata").filter(|_| event.from_business);
    if let Some(token) = metadata.filter(|metadata| metadata.parse::<Token>().is_ok()) {
        return Ok(Normalized::Status(observed(event, mid, Status::Sent, event.at, Some(token))));
    }
    Ok(inbound(event, mid, messenger::content(object)))
}

/// A message was changed: what it is now.
fn edit(event: &Event<'_>) -> Result<Normalized, Fault> {
    let mid = mid(event)?;
    let number = event.object.get::<Option<String>>("num_edit").unwrap_or_else(|| event.stamp.clone());
    let key = format!("edit:{mid}:{number}");
    let message = event.object.get::<Option<String>>("text").map(|body| Content::Text(Text { body: Some(body) }));
    let edit = Edit { original_message_id: Some(mid), message: message.unwrap_or_default() };
    Ok(inbound(event, key, Content::Edit(Box::new(edit))))
}

/// A reaction, or that it was taken back. Where there is no sign for it, its name stands in.
fn reaction(event: &Event<'_>) -> Result<Normalized, Fault> {
    let (object, mid) = (event.object, mid(event)?);
    let action = object.get::<Option<String>>("action").unwrap_or_else(|| "react".to_owned());
    let mut signs = ["emoji", "reaction"].into_iter().filter_map(|name| object.get::<Option<String>>(name));
    let sign = signs.find(|sign| !sign.is_empty());
    let person = event.contact.as_ref().map_or("", |contact| contact.as_str());
    let key = format!("reaction:{mid}:{person}:{}:{action}", event.stamp);
    let emoji = sign.filter(|_| action != "unreact");
    Ok(inbound(event, key, Content::Reaction(Reaction { message_id: Some(mid), emoji })))
}

/// A tap on a button, on the menu, on an icebreaker, on "get started".
fn postback(event: &Event<'_>) -> Normalized {
    let person = event.contact.as_ref().map_or("", |contact| contact.as_str());
    let key = mid(event).unwrap_or_else(|_| format!("postback:{person}:{}", event.stamp));
    let button =
        Button { payload: event.object.get("payload"), text: event.object.get("title"), from_logical_id: None };
    let content = if button == Button::default() { Content::Unknown } else { Content::Button(button) };
    inbound(event, key, content)
}

/// The message that an event is about.
fn mid(event: &Event<'_>) -> Result<String, Fault> {
    let mid = event.object.get::<Option<String>>("mid").filter(|mid| !mid.is_empty());
    mid.ok_or_else(|| Fault::new("message_without_id", format!("`{}` names its message in `mid`", event.name)))
}

fn inbound(event: &Event<'_>, wamid: String, content: Content) -> Normalized {
    let object = event.object;
    let context = object.object("reply_to").as_ref().map(context).filter(|context| *context != Context::default());
    let waba = WabaId::new(event.sender.as_str());
    let new = InboundReceived::new(event.sender.clone(), waba, Wamid::new(wamid), event.at, event.raw);
    let is_message = event.name == "message";
    Normalized::Inbound(Box::new(InboundReceived {
        channel: event.channel,
        source: event.source,
        from_business: event.from_business,
        contact: event.contact.clone(),
        kind: content.kind().to_owned(),
        text: object.get::<Option<String>>("text").filter(|_| is_message),
        content,
        reply_to: context.as_ref().and_then(|context| context.id.as_deref()).map(Wamid::new),
        context: context.map(Box::new),
        referral: object.filled("referral").map(Box::new),
        ..new
    }))
}

/// What a message answers: a message, or a story of the business.
fn context(reply_to: &Members<'_>) -> Context {
    let story = reply_to.filled::<Story>("story");
    Context { id: reply_to.get("mid"), story: story.map(Box::new), ..Context::default() }
}
