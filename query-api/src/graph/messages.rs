//! `POST /graph/{version}/{phone-number-id}/messages` (Meta: messages/send-messages), and `…/marketing_messages` (Meta:
//! marketing-messages/send-marketing-messages), which takes templates for marketing alone.

use http::StatusCode;
use posthaste_core::hours::calling_code;
use posthaste_model::whatsapp::outgoing;
use posthaste_model::{Class, Contact, IntentId, Message, TemplateMessage, UnknownPolicy, Wamid, group, phone};
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_catalog;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::State;
use crate::campaigns::IDENTIFIER_MAX;
use crate::fields::{Faults, Object};
use crate::graph::plain_numbers::PlainNumbers;
use crate::graph::receipts;
use crate::idempotency::{Key, fingerprint};
use crate::marketing;
use crate::messages::{TTL_DEFAULT_S, WAMID_MAX, Wanted, accept, callback_data, free_form, note, types};
use crate::problem::{Code, Problem};
use crate::recipients::parse::{Fault, phone_fault};
use crate::request::{Answer, Request, parse_json};

/// What a body was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Messages,
    MarketingMessages,
}

/// Takes a message in as Meta would.
pub(crate) async fn send(state: &State, mut request: Request, edge: Edge) -> Answer {
    let bytes = request.bytes(state.config.body_bytes_max).await?;
    let body = parse_json(&bytes)?;
    let key = key(&request, &bytes)?;
    let sender_id = request.captures.get(1).cloned().unwrap_or_default();
    if body.get("status").is_some() && edge == Edge::Messages {
        return receipts::mark(state, &request.caller, sender_id, &body, key).await;
    }
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let country = country(&tx, &sender_id).await?;
    tx.rollback().await?;
    let numbers = PlainNumbers { country, long_are_whole: state.config.long_numbers_are_whole };
    let (input, wanted) = read(&body, edge, sender_id, numbers)?;
    let is_template = wanted.message.template().is_some();
    let group = group::id(&wanted.contact).map(str::to_owned);
    let wa_id = group.clone().unwrap_or_else(|| wanted.contact.as_str().trim_start_matches('+').to_owned());
    let answer = move |id: IntentId| {
        let mut message = json!({ "id": id.handle() });
        if let Some(group) = &group {
            message["group_id"] = json!(group);
        }
        if is_template {
            message["message_status"] = json!("accepted");
        }
        json!({
            "messaging_product": "whatsapp",
            "contacts": [{ "input": input, "wa_id": wa_id }],
            "messages": [message],
        })
    };
    accept(state, request.caller, wanted, key, StatusCode::OK, answer).await
}

/// Meta has no keys: each request is a message of its own, unless a client that knows ours says otherwise.
fn key(request: &Request, bytes: &[u8]) -> Result<Key, Problem> {
    if request.headers.contains_key("idempotency-key") {
        return Key::of(request, bytes);
    }
    let own = Uuid::now_v7().simple().to_string();
    Ok(Key { fingerprint: fingerprint(request.method.as_str(), &request.path, bytes), key: format!("graph:{own}") })
}

/// The country code of a number of ours, in digits.
async fn country(tx: &Tx, sender_id: &str) -> Result<Option<u16>, Problem> {
    let found = api_catalog::display_number().bind(&**tx, &sender_id).opt().await?;
    let display = found.ok_or_else(|| {
        Problem::at(Code::SenderUnknown, "", format!("there is no phone number {sender_id} of yours"))
    })?;
    let digits: String = display.chars().filter(char::is_ascii_digit).collect();
    Ok(calling_code(&digits))
}

/// To whom a body of `POST /graph/{version}/{phone-number-id}/messages` wants what sent. `country` is the calling code of the
/// number that it is sent from. A body that asks for nothing that can be sent is refused with a code and a detail.
pub fn read_graph_message(body: &[u8], country: Option<u16>) -> Result<(Contact, Message), Fault> {
    let numbers = PlainNumbers { country, long_are_whole: false };
    let read = parse_json(body).and_then(|body| read(&body, Edge::Messages, String::new(), numbers));
    read.map(|(_, wanted)| (wanted.contact, wanted.message)).map_err(|problem| (problem.code, problem.detail))
}

fn read(body: &Value, edge: Edge, sender_id: String, numbers: PlainNumbers) -> Result<(String, Wanted), Problem> {
    let faults = Faults::default();
    let read = collect(body, edge, sender_id, numbers, &faults);
    faults.check()?;
    read.ok_or_else(|| faults.problem())
}

fn collect(
    body: &Value,
    edge: Edge,
    sender_id: String,
    numbers: PlainNumbers,
    faults: &Faults,
) -> Option<(String, Wanted)> {
    let object = faults.object(body)?;
    if body["messaging_product"] != "whatsapp" {
        faults.push("/messaging_product", Code::FieldMissing, "write \"whatsapp\"");
    }
    let addressee = match recipient_type(&object, faults) {
        Some(RecipientType::Individual) => addressee(body, numbers, faults),
        Some(RecipientType::Group) => group_addressee(body, faults),
        None => None,
    };
    let context = if object.has("context") { object.object("context", "an object with message_id") } else { None };
    let reply_to = context.and_then(|own| own.text("message_id", 1..=WAMID_MAX)).map(Wamid::new);
    let kind = body["type"].as_str().unwrap_or("text");
    let message = if kind == "template" {
        let message = template(&object, reply_to, faults);
        if edge == Edge::MarketingMessages { marketed(message, &object) } else { message }
    } else if edge == Edge::MarketingMessages {
        faults.push("/type", Code::TypeForbidden, format!("\"{kind}\": only templates are sent here"));
        None
    } else if types().contains(&kind) {
        free_form(kind, &object, reply_to, faults)
    } else {
        let detail = format!("\"{kind}\": write template or {}", types().join(" or "));
        faults.push("/type", Code::FieldInvalid, detail);
        None
    };
    let callback_data = callback_data(&object, "biz_opaque_callback_data");
    let ((input, contact), message) = (addressee?, message?);
    if let Some(detail) = group::mismatch(&contact, &message) {
        faults.push("/type", Code::TypeUnsupported, detail);
        return None;
    }
    let wanted = Wanted {
        sender_id,
        contact,
        class: Class::Transactional,
        message,
        callback_data,
        unknown_policy: UnknownPolicy::AtMostOnce,
        ttl_seconds: TTL_DEFAULT_S,
    };
    Some((input, wanted))
}

#[derive(Debug, Clone, Copy)]
enum RecipientType {
    Individual,
    Group,
}

fn recipient_type(object: &Object<'_, '_>, faults: &Faults) -> Option<RecipientType> {
    match object.optional_text("recipient_type", 0..=IDENTIFIER_MAX).map(str::to_lowercase).as_deref() {
        Some("group") => Some(RecipientType::Group),
        Some("individual") | None => Some(RecipientType::Individual),
        Some(_) => {
            faults.push("/recipient_type", Code::FieldInvalid, "write individual or group, or leave it out");
            None
        }
    }
}

/// A group is named by `to` alone.
fn group_addressee(body: &Value, faults: &Faults) -> Option<(String, Contact)> {
    let Some(id) = body["to"].as_str().filter(|id| !id.is_empty()) else {
        faults.push("/to", Code::FieldMissing, "The parameter to is required: the id of the group.");
        return None;
    };
    let contact = group::contact(id);
    if contact.is_none() {
        faults.push("/to", Code::FieldInvalid, group::FORM);
    }
    Some((id.to_owned(), contact?))
}

/// `to` wins over `recipient`.
fn addressee(body: &Value, numbers: PlainNumbers, faults: &Faults) -> Option<(String, Contact)> {
    if let Some(to) = body["to"].as_str().filter(|to| !to.is_empty()) {
        let whole = numbers.with_plus(to).map_err(|detail| faults.push("/to", Code::FieldInvalid, detail)).ok()?;
        let parsed = phone::parse(&whole);
        let contact = parsed.map_err(|error| faults.push("/to", phone_fault(error).0, error.to_string())).ok()?;
        return Some((to.to_owned(), contact));
    }
    let Some(user_id) = body["recipient"].as_str().filter(|id| !id.is_empty()) else {
        faults.push("/to", Code::FieldMissing, "The parameter to is required.");
        return None;
    };
    // What begins so would be sent to as a number or a group.
    let is_another = user_id.starts_with('+') || user_id.starts_with(group::PREFIX);
    if user_id.len() > IDENTIFIER_MAX || is_another || user_id.contains('\0') {
        let detail = format!("write a user id of at most {IDENTIFIER_MAX} bytes, or a phone number in to");
        faults.push("/recipient", Code::FieldInvalid, detail);
        return None;
    }
    Some((user_id.to_owned(), Contact::new(user_id)))
}

fn template(object: &Object<'_, '_>, reply_to: Option<Wamid>, faults: &Faults) -> Option<Message> {
    let own = object.object("template", "an object with name, language and components")?;
    let name = own.text("name", 1..=IDENTIFIER_MAX);
    let language = own.object("language", "an object with code").and_then(|own| own.text("code", 1..=IDENTIFIER_MAX));
    let components = if own.has("components") { own.value("components")? } else { &Value::Null };
    if !components.is_null() {
        let mut wrong = Vec::new();
        outgoing::COMPONENTS.check(components, "/template/components", &mut wrong);
        note(wrong, faults);
    }
    Some(Message::Template(TemplateMessage {
        name: name?.to_owned(),
        language: language?.to_owned(),
        category: None,
        body: Vec::new(),
        components: components.as_array().cloned().unwrap_or_default(),
        reply_to,
        marketing: None,
    }))
}

/// The template as a marketing message, with its options.
fn marketed(message: Option<Message>, object: &Object<'_, '_>) -> Option<Message> {
    let options = marketing::options(object)?;
    match message? {
        Message::Template(template) => {
            Some(Message::Template(TemplateMessage { marketing: Some(options), ..template }))
        }
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(body: &Value) -> Result<(String, String), Vec<(String, String)>> {
        let numbers = PlainNumbers { country: Some(91), long_are_whole: false };
        read(body, Edge::Messages, "1".into(), numbers)
            .map(|(input, wanted)| (input, wanted.contact.to_string()))
            .map_err(|problem| problem.errors.into_iter().map(|error| (error.pointer, error.code.to_owned())).collect())
    }

    fn text(to: &str) -> Value {
        json!({ "messaging_product": "whatsapp", "to": to, "type": "text", "text": { "body": "hello" } })
    }

    #[test]
    fn numbers_are_read_as_meta_reads_them() {
        for (to, contact) in [
            ("+1 (631) 555-0101", "+16315550101"),
            ("916315550101", "+916315550101"),
            ("(631) 555-0101", "+916315550101"),
        ] {
            assert_eq!(wanted(&text(to)), Ok((to.to_owned(), contact.to_owned())));
        }
        let mut by_id = text("");
        by_id["recipient"] = json!("US.1349");
        assert_eq!(wanted(&by_id), Ok(("US.1349".to_owned(), "US.1349".to_owned())));
    }

    #[test]
    fn a_number_that_is_none_of_the_senders_country_and_too_short_to_be_whole_is_refused() {
        assert_eq!(wanted(&text("631555010")), Err(vec![("/to".to_owned(), "field_invalid".to_owned())]));
    }

    #[test]
    fn what_is_for_a_group_goes_to_a_group_and_nothing_else_does() {
        let fault = |pointer: &str, code: &str| Err(vec![(pointer.to_owned(), code.to_owned())]);
        let mut to_group = text("Y2FwaV9ncm91cDox");
        to_group["recipient_type"] = json!("group");
        let group = ("Y2FwaV9ncm91cDox".to_owned(), "group:Y2FwaV9ncm91cDox".to_owned());
        assert_eq!(wanted(&to_group), Ok(group.clone()));
        to_group["type"] = json!("pin");
        to_group["pin"] = json!({ "type": "pin", "message_id": "wamid.P", "expiration_days": 7 });
        assert_eq!(wanted(&to_group), Ok(group));
        to_group["pin"] = json!({ "type": "pin", "expiration_days": 31 });
        let missing = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        let both = vec![missing("/pin/message_id", "field_missing"), missing("/pin/expiration_days", "field_invalid")];
        assert_eq!(wanted(&to_group), Err(both));
        to_group["pin"] = json!({ "message_id": "wamid.P" });
        to_group["recipient_type"] = json!("individual");
        to_group["to"] = json!("+16315550101");
        assert_eq!(wanted(&to_group), fault("/type", "type_unsupported"), "a person has nothing pinned");
        to_group["recipient_type"] = json!("group");
        to_group["to"] = json!("");
        assert_eq!(wanted(&to_group), fault("/to", "field_missing"));
        to_group["to"] = json!("x y");
        assert_eq!(wanted(&to_group), fault("/to", "field_invalid"));
        let mut reaction = text("Y2FwaV9ncm91cDox");
        reaction["recipient_type"] = json!("group");
        reaction["type"] = json!("reaction");
        reaction["reaction"] = json!({ "message_id": "wamid.P", "emoji": "x" });
        assert_eq!(wanted(&reaction), fault("/type", "type_unsupported"));
    }

    #[test]
    fn ids_that_nobody_could_send_to_or_answer_are_refused() {
        for recipient in ["+1349", "group:g", "US.\0", &"x".repeat(IDENTIFIER_MAX + 1)] {
            let mut by_id = text("");
            by_id["recipient"] = json!(recipient);
            let fault = ("/recipient".to_owned(), "field_invalid".to_owned());
            assert_eq!(wanted(&by_id), Err(vec![fault]), "{recipient:?}");
        }
        for id in [json!("wamid.\0"), json!("x".repeat(WAMID_MAX + 1)), json!(7)] {
            let mut reply = text("+16315550101");
            reply["context"] = json!({ "message_id": id });
            let fault = ("/context/message_id".to_owned(), "field_invalid".to_owned());
            assert_eq!(wanted(&reply), Err(vec![fault]), "{id}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_all_at_once() {
        let fault = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        let body = json!({ "type": "template", "template": { "name": "t", "components": [{ "type": "sidebar" }] } });
        assert_eq!(
            wanted(&body),
            Err(vec![
                fault("/messaging_product", "field_missing"),
                fault("/to", "field_missing"),
                fault("/template/language", "field_missing"),
                fault("/template/components/0/type", "field_invalid"),
            ])
        );
        let mut pigeon = text("+16315550101");
        pigeon["type"] = json!("pigeon");
        assert_eq!(wanted(&pigeon), Err(vec![fault("/type", "field_invalid")]));
    }
}
