//! How long after a person wrote they may be written to (Meta: messages/send-messages, "customer service windows";
//! messenger-platform/send-messages, "standard messaging window").

use posthaste_model::{Channel, Message};
use serde_json::Value;

/// The window that every message of a person opens, in milliseconds.
pub const STANDARD_MS: i64 = 24 * 3_600_000;
/// The same for the answer of a human being, on Messenger and Instagram, in milliseconds. The app needs a permission for it.
pub const HUMAN_AGENT_MS: i64 = 7 * STANDARD_MS;

/// How long after a person wrote this message may be sent to them, in milliseconds. `None` where something else allows it: a
/// template or a receipt; on Messenger and Instagram a comment, a plugin or a token that stands for the person.
pub fn allowed_ms(message: &Message) -> Option<i64> {
    match message {
        Message::Template(_) | Message::Receipt(_) | Message::Action(_) => None,
        Message::FreeForm(own) if message.channel() != Channel::Whatsapp => {
            let recipient = own.object.get("recipient").and_then(Value::as_object);
            let named_otherwise = recipient.is_some_and(|recipient| recipient.get("id").is_none_or(Value::is_null));
            let is_human = own.object["tag"].as_str().is_some_and(|tag| tag.eq_ignore_ascii_case("HUMAN_AGENT"));
            (!named_otherwise).then_some(if is_human { HUMAN_AGENT_MS } else { STANDARD_MS })
        }
        Message::Text(_) | Message::FreeForm(_) => Some(STANDARD_MS),
    }
}

#[cfg(test)]
mod tests {
    use posthaste_model::{FreeForm, TemplateMessage, TextMessage};
    use serde_json::json;

    use super::*;

    fn free_form(kind: &str, object: Value) -> Message {
        Message::FreeForm(FreeForm { kind: kind.to_owned(), object, reply_to: None })
    }

    #[test]
    fn an_answer_has_a_day_and_that_of_a_human_being_a_week() {
        let answer = json!({"message": {"text": "x"}});
        let human = json!({"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT", "message": {"text": "x"}});
        let to_id = json!({"recipient": {"id": "7180"}, "message": {"text": "x"}});
        for (message, after_ms) in [
            (Message::Text(TextMessage { body: "x".into(), preview_url: false, reply_to: None }), 86_400_000),
            (free_form("image", json!({"id": "1"})), 86_400_000),
            (free_form("messenger", answer.clone()), 86_400_000),
            (free_form("instagram", answer), 86_400_000),
            (free_form("messenger", to_id), 86_400_000),
            (free_form("messenger", human.clone()), 604_800_000),
            (free_form("instagram", human.clone()), 604_800_000),
            // On WhatsApp there is no such tag, whatever an object looks like.
            (free_form("image", human), 86_400_000),
        ] {
            assert_eq!(allowed_ms(&message), Some(after_ms), "{message:?}");
        }
    }

    #[test]
    fn what_something_else_allows_has_no_window() {
        let template = TemplateMessage {
            name: "order".into(),
            language: "en_US".into(),
            category: None,
            body: Vec::new(),
            components: Vec::new(),
            reply_to: None,
            marketing: None,
        };
        let to = |recipient: Value| free_form("messenger", json!({"recipient": recipient, "message": {"text": "x"}}));
        for message in [
            Message::Template(template),
            to(json!({"comment_id": "17"})),
            to(json!({"user_ref": "u"})),
            to(json!({"notification_messages_token": "t"})),
        ] {
            assert_eq!(allowed_ms(&message), None, "{message:?}");
        }
    }
}
