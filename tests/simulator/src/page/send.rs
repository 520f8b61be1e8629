//! What Meta checks in the body of a send from a page (Meta: messenger-platform/reference/send-api).

use serde::Deserialize;
use serde_json::Value;

use super::PageChannel;
use super::pace::Load;
use crate::error::GraphError;

/// Longest text on Messenger, in characters.
const TEXT_CHARS: usize = 2_000;

/// Longest text on Instagram, in bytes.
const TEXT_BYTES: usize = 1_000;

/// Most quick replies of a message.
const QUICK_REPLIES: usize = 13;

/// Longest `metadata`, in characters.
const METADATA_CHARS: usize = 1_000;

/// Kinds of attachments.
const ATTACHMENTS: [&str; 5] = ["image", "video", "audio", "file", "template"];

#[derive(Deserialize)]
struct Payload {
    recipient: Option<Recipient>,
    messaging_type: Option<String>,
    tag: Option<String>,
    message: Option<Message>,
    sender_action: Option<String>,
}

#[derive(Deserialize)]
struct Recipient {
    id: Option<String>,
    user_ref: Option<String>,
    comment_id: Option<String>,
    notification_messages_token: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    text: Option<String>,
    attachment: Option<Value>,
    quick_replies: Option<Vec<Value>>,
    metadata: Option<Box<str>>,
}

/// Whom a message goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Addressee {
    /// Who has written to the page.
    Person(Box<str>),
    /// Who is known by something that they did, which allows one message: the plugin, the comment, the subscription.
    Opportunity(Box<str>),
}

/// What the page does to the conversation without writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gesture {
    Seen,
    TypingOn,
    TypingOff,
}

/// A message that has passed the checks.
#[derive(Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) text: Option<String>,
    pub(super) attachment: Option<Value>,
    pub(super) token: Option<Box<str>>,
}

#[derive(Debug, PartialEq)]
pub(super) enum Act {
    Message(Draft),
    Gesture(Gesture),
}

/// A call that Meta accepts, if window and limits allow.
#[derive(Debug, PartialEq)]
pub(super) struct Command {
    pub(super) to: Addressee,
    pub(super) is_agent: bool,
    pub(super) load: Load,
    pub(super) act: Act,
}

/// Checks the body of a call.
///
/// # Errors
/// 100 for the first rule that is broken.
pub(super) fn check(body: &[u8], channel: PageChannel) -> Result<Command, GraphError> {
    let payload: Payload = serde_json::from_slice(body)
        .map_err(|error| GraphError::page_parameter(format!("The body is not the JSON of a message: {error}")))?;
    let (to, is_reply) = addressee(payload.recipient)?;
    let is_agent = check_type(payload.messaging_type.as_deref(), payload.tag.as_deref())?;
    let act = match (payload.message, payload.sender_action) {
        (Some(message), None) => Act::Message(check_message(message, channel)?),
        (None, Some(action)) => Act::Gesture(gesture(&action)?),
        _ => return Err(GraphError::page_parameter("Exactly one of message and sender_action is required.")),
    };
    let load = match &act {
        _ if is_reply => Load::Reply,
        Act::Message(Draft { attachment: Some(attachment), .. }) if is_heavy(attachment) => Load::Heavy,
        Act::Message(_) | Act::Gesture(_) => Load::Light,
    };
    Ok(Command { to, is_agent, load, act })
}

fn is_heavy(attachment: &Value) -> bool {
    matches!(attachment["type"].as_str(), Some("audio" | "video"))
}

/// Whom it goes to, and whether that is the author of a comment.
fn addressee(recipient: Option<Recipient>) -> Result<(Addressee, bool), GraphError> {
    let required = || GraphError::page_parameter("The parameter recipient is required.");
    let Recipient { id, user_ref, comment_id, notification_messages_token } = recipient.ok_or_else(required)?;
    let is_reply = comment_id.is_some();
    let mut named = id.map(|id| Addressee::Person(id.into())).into_iter().chain(
        [user_ref, comment_id, notification_messages_token]
            .into_iter()
            .flatten()
            .map(|id| Addressee::Opportunity(id.into())),
    );
    match (named.next(), named.next()) {
        (Some(to), None) => Ok((to, is_reply)),
        _ => Err(required()),
    }
}

/// Whether an agent writes. Of the tags only the agent's is left (since 2026-04-27 the others are errors).
fn check_type(messaging_type: Option<&str>, tag: Option<&str>) -> Result<bool, GraphError> {
    match (messaging_type, tag) {
        (None | Some("RESPONSE" | "UPDATE"), None) => Ok(false),
        (Some("MESSAGE_TAG"), Some("HUMAN_AGENT")) => Ok(true),
        (Some("MESSAGE_TAG"), Some(tag)) => {
            Err(GraphError::page_parameter(format!("Message tag {tag} is not supported.")))
        }
        (Some("MESSAGE_TAG"), None) => Err(GraphError::page_parameter("Messaging type MESSAGE_TAG needs a tag.")),
        (_, Some(_)) => Err(GraphError::page_parameter("A tag needs the messaging type MESSAGE_TAG.")),
        (Some(other), None) => Err(GraphError::page_parameter(format!("messaging_type {other} is not supported."))),
    }
}

fn gesture(action: &str) -> Result<Gesture, GraphError> {
    match action {
        "mark_seen" => Ok(Gesture::Seen),
        "typing_on" => Ok(Gesture::TypingOn),
        "typing_off" => Ok(Gesture::TypingOff),
        other => Err(GraphError::page_parameter(format!("sender_action {other} is not supported."))),
    }
}

fn check_message(message: Message, channel: PageChannel) -> Result<Draft, GraphError> {
    let Message { text, attachment, quick_replies, metadata } = message;
    match (&text, &attachment) {
        (Some(text), None) => check_text(text, channel)?,
        (None, Some(attachment)) => check_attachment(attachment)?,
        _ => return Err(GraphError::page_parameter("A message needs exactly one of text and attachment.")),
    }
    if quick_replies.as_ref().is_some_and(|replies| replies.is_empty() || replies.len() > QUICK_REPLIES) {
        return Err(GraphError::page_parameter(format!("quick_replies must be 1 to {QUICK_REPLIES}.")));
    }
    let mut replies = quick_replies.iter().flatten();
    if replies.any(|reply| reply["content_type"] == "text" && reply["title"].as_str().is_none_or(str::is_empty)) {
        return Err(GraphError::page_parameter("A quick reply of content_type text needs a title."));
    }
    if metadata.as_ref().is_some_and(|metadata| metadata.chars().count() > METADATA_CHARS) {
        return Err(GraphError::page_parameter(format!("metadata must be at most {METADATA_CHARS} characters long.")));
    }
    Ok(Draft { text, attachment, token: metadata })
}

fn check_text(text: &str, channel: PageChannel) -> Result<(), GraphError> {
    let is_short = match channel {
        PageChannel::Messenger => text.chars().count() <= TEXT_CHARS,
        PageChannel::Instagram => text.len() <= TEXT_BYTES,
    };
    if text.is_empty() || !is_short {
        let most = format!("{TEXT_CHARS} characters on Messenger, {TEXT_BYTES} bytes on Instagram");
        return Err(GraphError::page_parameter(format!("Length of param message[text] must be between 1 and {most}.")));
    }
    Ok(())
}

fn check_attachment(attachment: &Value) -> Result<(), GraphError> {
    let kind = attachment["type"].as_str().unwrap_or_default();
    if !ATTACHMENTS.contains(&kind) {
        return Err(GraphError::page_parameter(format!(
            "Attachment type `{kind}` is none of {}.",
            ATTACHMENTS.join(", ")
        )));
    }
    let payload = &attachment["payload"];
    let has = |name: &str| payload[name].as_str().is_some_and(|value| !value.is_empty());
    let is_complete = if kind == "template" { has("template_type") } else { has("url") || has("attachment_id") };
    if is_complete {
        return Ok(());
    }
    Err(GraphError::page_parameter("The attachment's payload needs a url, an attachment_id or a template_type."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn checked(body: &Value, channel: PageChannel) -> Result<Command, u32> {
        check(body.to_string().as_bytes(), channel).map_err(|error| error.code)
    }

    fn with(name: &str, value: Value) -> Value {
        let mut body = json!({"recipient": {"id": "8"}, "messaging_type": "RESPONSE", "message": {"text": "x"}});
        body[name] = value;
        body
    }

    #[test]
    fn every_rule_has_its_error() {
        let text = |text: String| with("message", json!({ "text": text }));
        let replies = |count: usize| {
            let reply = json!({"content_type": "text", "title": "Yes", "payload": "YES"});
            with("message", json!({"text": "x", "quick_replies": vec![reply; count]}))
        };
        let file = |kind: &str| {
            with("message", json!({"attachment": {"type": kind, "payload": {"url": "https://example.com/x"}}}))
        };
        let (messenger, instagram) = (PageChannel::Messenger, PageChannel::Instagram);
        for (body, channel, is_taken) in [
            (with("message", json!({"text": "x"})), messenger, true),
            (with("messaging_type", Value::Null), instagram, true),
            (with("messaging_type", json!("PIGEON")), messenger, false),
            (with("tag", json!("HUMAN_AGENT")), messenger, false),
            (with("recipient", json!({})), messenger, false),
            (with("recipient", json!({"id": "8", "comment_id": "9"})), messenger, false),
            (with("message", Value::Null), messenger, false),
            (with("sender_action", json!("mark_seen")), messenger, false),
            (with("message", json!({"text": "x", "attachment": {}})), messenger, false),
            (text(String::new()), messenger, false),
            (text("ä".repeat(2_000)), messenger, true),
            (text("ä".repeat(2_001)), messenger, false),
            (text("ä".repeat(500)), instagram, true),
            (text("ä".repeat(501)), instagram, false),
            (replies(13), messenger, true),
            (replies(14), messenger, false),
            (with("message", json!({"text": "x", "quick_replies": [{"content_type": "text"}]})), messenger, false),
            (file("image"), messenger, true),
            (file("pigeon"), messenger, false),
            (with("message", json!({"attachment": {"type": "image", "payload": {}}})), messenger, false),
            (with("message", json!({"text": "x", "metadata": "m".repeat(1_001)})), messenger, false),
        ] {
            let outcome = checked(&body, channel);
            assert_eq!(outcome.as_ref().err(), (!is_taken).then_some(&100), "{body}");
        }
    }

    #[test]
    fn of_the_tags_only_the_agents_is_left() {
        let tagged = |tag: &str| {
            let mut body = with("messaging_type", json!("MESSAGE_TAG"));
            body["tag"] = json!(tag);
            checked(&body, PageChannel::Messenger).map(|command| command.is_agent)
        };
        assert_eq!(tagged("HUMAN_AGENT"), Ok(true));
        for dead in ["ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE", "CONFIRMED_EVENT_UPDATE"] {
            assert_eq!(tagged(dead), Err(100), "{dead}");
        }
    }

    #[test]
    fn sound_and_film_weigh_more_and_comments_have_a_limit_of_their_own() {
        let load = |body: Value| checked(&body, PageChannel::Messenger).map(|command| command.load);
        let film = json!({"attachment": {"type": "video", "payload": {"attachment_id": "7"}}});
        assert_eq!(load(with("message", film)), Ok(Load::Heavy));
        assert_eq!(load(with("recipient", json!({"comment_id": "9"}))), Ok(Load::Reply));
        let typing = json!({"recipient": {"id": "8"}, "sender_action": "typing_on"});
        assert_eq!(
            checked(&typing, PageChannel::Messenger).map(|command| (command.load, command.act)),
            Ok((Load::Light, Act::Gesture(Gesture::TypingOn)))
        );
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(check(&body, PageChannel::Messenger).is_err());
        }
    }
}
