//! Bodies of `POST /graph/{version}/{phone-number-id}/messages`: whatever is accepted is what Meta is asked for.

use posthaste_api::read_graph_message;
use posthaste_meta::message::render;
use posthaste_model::whatsapp::outgoing;
use posthaste_model::{
    Class, Contact, FreeForm, Intent, IntentId, Message, Millis, SenderId, TemplateMessage, TenantId, TextMessage,
    Token, UnknownPolicy, phone,
};
use serde_json::Value;
use uuid::Uuid;

/// How much a number may change when it is written and read: the least significant digit of a fraction.
const RELATIVE_ERROR: f64 = 1e-14;
/// Longest text (Meta: messages/text-messages).
const TEXT_CHARS_MAX: usize = 4_096;

/// Any bytes as a body, for a number of India and one of a country that is not known.
pub fn graph_messages(data: &[u8]) {
    for country in [None, Some(91)] {
        let body = serde_json::from_slice::<Value>(data).ok();
        match (read_graph_message(data, country), body) {
            (Ok((contact, message)), Some(body)) => accepted(&body, contact, message, country),
            (Ok(_), None) => panic!("a body that is not JSON was accepted"),
            (Err((code, detail)), body) => {
                assert!((400..500).contains(&code.status()), "the client's fault: {code:?}");
                assert!(!detail.is_empty(), "{code:?} is explained");
                assert!(!body.is_some_and(|body| is_plain_text(&body)), "{code:?}: {detail}");
            }
        }
    }
}

/// A text message of which nothing can be wrong.
fn is_plain_text(body: &Value) -> bool {
    let text = body["text"]["body"].as_str().unwrap_or_default();
    body["messaging_product"] == "whatsapp"
        && body["type"] == "text"
        && body["text"].as_object().is_some_and(|text| text.len() == 1)
        && (1..=TEXT_CHARS_MAX).contains(&text.chars().count())
        && !text.contains('\0')
        && body["to"].as_str().is_some_and(is_number)
        && body.as_object().is_some_and(|body| body.len() == 4)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (phone::DIGITS_MIN..=phone::DIGITS_MAX).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}

fn accepted(body: &Value, contact: Contact, message: Message, country: Option<u16>) {
    assert_eq!(body["messaging_product"], "whatsapp");
    let person = contact.as_str();
    assert!(!person.is_empty() && !person.contains('\0'), "the store can hold the contact: {person:?}");
    assert!(!person.starts_with('+') || is_number(person), "{person:?} is no number");
    if let Some(id) = message.reply_to() {
        assert!(!id.as_str().contains('\0'), "the store can hold the id of what is answered");
    }
    let intent = intent(contact, message);
    let over_the_log: Intent =
        serde_json::from_slice(&serde_json::to_vec(&intent).expect("JSON")).expect("the pipeline can read it");
    assert_same(&json(&over_the_log), &json(&intent));
    let rendered = render(&over_the_log, &Token { intent_id: intent.intent_id, attempt: 1 }, intent.accepted_at);
    let posted: Value = serde_json::from_slice(&rendered).expect("what is posted is JSON");
    asks_for(&posted, body, &intent);
    let (contact, message) = read_graph_message(&rendered, country).expect("what is posted would be accepted");
    assert_eq!(contact, intent.contact);
    assert_same(&json(&message), &json(&intent.message));
}

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("JSON")
}

fn intent(contact: Contact, message: Message) -> Intent {
    Intent {
        intent_id: IntentId(Uuid::nil()),
        tenant_id: TenantId(Uuid::nil()),
        sender_id: SenderId::new("1"),
        contact,
        class: Class::Transactional,
        campaign: None,
        message,
        callback_data: None,
        unknown_policy: UnknownPolicy::AtMostOnce,
        accepted_at: Millis(0),
        expires_at: Millis(1),
    }
}

/// What is posted holds what the body asked for, and keeps to the tables.
fn asks_for(posted: &Value, body: &Value, intent: &Intent) {
    let number = intent.contact.as_str().starts_with('+');
    let (present, absent) = if number { ("to", "recipient") } else { ("recipient", "to") };
    assert_eq!((posted[present].as_str(), posted.get(absent)), (Some(intent.contact.as_str()), None));
    match &intent.message {
        Message::Text(TextMessage { .. }) => {
            assert_eq!(posted["type"], "text");
            assert_eq!(posted["text"]["body"], body["text"]["body"]);
            assert_eq!(posted["text"]["preview_url"], body["text"]["preview_url"] == true);
            assert_eq!(outgoing::check("text", &posted["text"], "/text"), []);
        }
        Message::FreeForm(FreeForm { kind, .. }) => {
            assert_eq!((&posted["type"], &body["type"]), (&Value::from(kind.as_str()), &Value::from(kind.as_str())));
            assert_same(&posted[kind], &body[kind]);
            assert_eq!(outgoing::check(kind, &posted[kind], "/"), []);
        }
        Message::Template(TemplateMessage { .. }) => {
            assert_eq!((&posted["type"], &body["type"]), (&Value::from("template"), &Value::from("template")));
            let (posted, asked) = (&posted["template"], &body["template"]);
            assert_eq!((&posted["name"], &posted["language"]["code"]), (&asked["name"], &asked["language"]["code"]));
            let none = |components: &Value| components.as_array().is_none_or(Vec::is_empty);
            assert_eq!(none(&posted["components"]), none(&asked["components"]));
            if !none(&asked["components"]) {
                assert_same(&posted["components"], &asked["components"]);
            }
        }
        Message::Receipt(_) | Message::Action(_) => panic!("a receipt is read elsewhere: its body has a status"),
    }
}

/// Equal, but for the last digit of fractions, which reading and writing may change.
fn assert_same(left: &Value, right: &Value) {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            assert_eq!(left.len(), right.len());
            left.iter().zip(right).for_each(|(left, right)| assert_same(left, right));
        }
        (Value::Object(left), Value::Object(right)) => {
            assert!(left.keys().eq(right.keys()), "{left:?} and {right:?}");
            left.values().zip(right.values()).for_each(|(left, right)| assert_same(left, right));
        }
        (Value::Number(left), Value::Number(right)) if left.is_f64() && right.is_f64() => {
            let (left, right) = (left.as_f64().unwrap_or_default(), right.as_f64().unwrap_or_default());
            assert!((left - right).abs() <= RELATIVE_ERROR * left.abs(), "{left} and {right}");
        }
        _ => assert_eq!(left, right),
    }
}
