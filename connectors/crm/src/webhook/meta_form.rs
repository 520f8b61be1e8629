//! Events in the form of Meta's own webhooks, for receivers that were written for those (Meta: webhooks/reference/messages).
//!
//! What Meta sent goes on byte for byte: it is put into its envelope as text and never read into values, which could not hold half
//! a pair of UTF-16, nor any depth. The id of a status is the handle that the drop-in Graph API answered with, for Meta had given
//! none yet; beside it stands Meta's as `wamid`. What Meta has no word for is not told: a message that waits, that will be tried
//! again, whose fate is not known, or that its tenant cancelled. Nor are other channels than WhatsApp, which are not among the
//! numbers.

mod account;
mod status;

use std::fmt;

use bytes::Bytes;
use posthaste_model::whatsapp::Identity;
use posthaste_model::{EventType, InboundReceived, Millis, SenderId, Source, WabaId};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::numbers::{Number, Numbers};

/// The type of the messages that tell of a change of a person or of their keys.
const KIND_SYSTEM: &str = "system";

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rendered {
    /// A webhook.
    Body(Bytes),
    /// Meta would send none.
    Nothing,
    /// Its sender is not known yet: it was registered a moment ago.
    Later,
    /// It is not an event of its type as this version knows it, for this reason.
    Unreadable(String),
}

/// An object, each member with its JSON text.
#[derive(Debug, Default)]
struct Members(Vec<(&'static str, String)>);

impl Members {
    fn put(&mut self, name: &'static str, json: impl fmt::Display) {
        self.0.push((name, json.to_string()));
    }
}

impl fmt::Display for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, json)) in self.0.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            write!(f, "{before}\"{name}\":{json}")?;
        }
        f.write_str(if self.0.is_empty() { "{}" } else { "}" })
    }
}

/// A change that tells of one number.
struct Change {
    sender: SenderId,
    /// When, where Meta says so in the entry: for everything but messages and statuses, which have times of their own.
    at: Option<Millis>,
    field: String,
    /// Without what stands in the values of all numbers.
    value: Members,
}

/// What an event is in Meta's form.
enum Told {
    /// A change that is to be put together.
    OfNumber(Change),
    /// A change that is there as Meta sent it.
    OfAccount { waba: WabaId, at: Millis, change: String },
}

/// The webhook of an event. Whether the receiver also asked for `accounts.v1` decides on messages that it did not get as new ones:
/// those of the past, and those of conversations that another app owns.
pub(crate) fn render(event_type: &str, event: &[u8], numbers: &Numbers, has_accounts: bool) -> Rendered {
    match read(event_type, event, has_accounts) {
        Err(error) => Rendered::Unreadable(error.to_string()),
        Ok(None) => Rendered::Nothing,
        Ok(Some(Told::OfAccount { waba, at, change })) => Rendered::Body(envelope(waba.as_str(), Some(at), &change)),
        Ok(Some(Told::OfNumber(change))) => match numbers.of(&change.sender) {
            None => Rendered::Later,
            Some(number) if !number.is_whatsapp => Rendered::Nothing,
            Some(number) => Rendered::Body(of_number(change, &number)),
        },
    }
}

fn read(event_type: &str, event: &[u8], has_accounts: bool) -> serde_json::Result<Option<Told>> {
    match EventType::parse(event_type) {
        Some(EventType::InboundReceived) => message(&serde_json::from_slice(event)?, has_accounts),
        Some(EventType::DeliveryTransitioned) => status::transitioned(&serde_json::from_slice(event)?),
        Some(EventType::StatusReported) => status::reported(&serde_json::from_slice(event)?),
        Some(EventType::TemplateChanged) => account::template(serde_json::from_slice(event)?),
        Some(EventType::AccountUpdated) => account::updated(serde_json::from_slice(event)?),
        Some(EventType::UnknownUpdate) => account::unknown(serde_json::from_slice(event)?),
        // Limits are told by the update that they were read from, and the others are nothing that Meta tells.
        _ => Ok(None),
    }
}

fn of_number(change: Change, number: &Number) -> Bytes {
    let Change { sender, at, field, mut value } = change;
    value.put("messaging_product", json!("whatsapp"));
    value.put("metadata", json!({ "display_phone_number": number.display, "phone_number_id": sender.as_str() }));
    envelope(&number.waba_id, at, &format!(r#"{{"field":{},"value":{value}}}"#, json!(field)))
}

fn envelope(waba_id: &str, at: Option<Millis>, change: &str) -> Bytes {
    let mut entry = Members::default();
    entry.put("id", json!(waba_id));
    if let Some(at) = at {
        entry.put("time", seconds(at));
    }
    entry.put("changes", format_args!("[{change}]"));
    Bytes::from(format!(r#"{{"object":"whatsapp_business_account","entry":[{entry}]}}"#))
}

/// Meta's times are whole seconds.
const fn seconds(at: Millis) -> i64 {
    at.0.div_euclid(1_000)
}

/// A message as its element came, and who wrote it.
fn message(inbound: &InboundReceived, has_accounts: bool) -> serde_json::Result<Option<Told>> {
    let element: &RawValue = serde_json::from_str(&inbound.raw)?;
    if matches!(inbound.source, Source::History | Source::Standby) && !has_accounts {
        return Ok(None);
    }
    let (field, list) = match inbound.source {
        Source::Person => ("messages", "messages"),
        Source::Standby => ("standby", "messages"),
        Source::Echo => ("smb_message_echoes", "message_echoes"),
        // Files of the past follow in the shape of new messages, and have no context of the past.
        Source::History if inbound.past_status.is_none() => ("history", "messages"),
        Source::History => ("history", "history"),
    };
    let mut value = Members::default();
    // Meta names nobody beside a message of the type `system`.
    if list == "messages" && inbound.kind != KIND_SYSTEM && !inbound.from_business {
        author(inbound).into_iter().for_each(|author| value.put("contacts", json!([author])));
    }
    match list {
        "history" => value.put(list, format_args!(r#"[{{"threads":[{}]}}]"#, thread(inbound, element))),
        _ => value.put(list, format_args!("[{element}]")),
    }
    Ok(Some(Told::OfNumber(Change { sender: inbound.sender_id.clone(), at: None, field: field.to_owned(), value })))
}

/// A conversation of the past, with one message of it.
fn thread(inbound: &InboundReceived, element: &RawValue) -> Members {
    let mut thread = Members::default();
    if let Some(contact) = &inbound.contact {
        thread.put("id", json!(contact.as_str().trim_start_matches('+')));
    }
    thread.put("messages", format_args!("[{element}]"));
    thread
}

/// Who wrote a message, as far as Meta told.
fn author(inbound: &InboundReceived) -> Option<Value> {
    let mut contact = person(&inbound.identity, &inbound.profile_name);
    contact.extend(texts(&[("identity_key_hash", &inbound.identity.identity_key_hash)]));
    (!contact.is_empty()).then_some(Value::Object(contact))
}

/// A person as Meta names one beside what concerns them.
fn person(identity: &Identity, name: &Option<String>) -> Map<String, Value> {
    let Identity { wa_id, user_id, parent_user_id, username, .. } = identity;
    let mut contact = texts(&[("wa_id", wa_id), ("user_id", user_id), ("parent_user_id", parent_user_id)]);
    let profile = texts(&[("name", name), ("username", username)]);
    if !profile.is_empty() {
        contact.insert("profile".to_owned(), Value::Object(profile));
    }
    contact
}

/// Those members that there are.
fn texts(members: &[(&str, &Option<String>)]) -> Map<String, Value> {
    let present = members.iter().filter_map(|(name, text)| Some(((*name).to_owned(), json!(text.as_ref()?))));
    present.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use posthaste_model::{Contact, TenantId, Wamid};
    use serde_json::to_value;

    use super::*;

    fn numbers() -> Numbers {
        let numbers = Numbers::default();
        let number = Number {
            tenant: TenantId(uuid::Uuid::nil()),
            waba_id: "102".into(),
            display: "+1 555 0100".into(),
            is_whatsapp: true,
        };
        numbers.set(HashMap::from([(SenderId::new("106"), number)]));
        numbers
    }

    pub(super) fn rendered(event_type: EventType, event: serde_json::Result<Value>) -> Option<Value> {
        let event = event.expect("JSON").to_string();
        match render(event_type.as_str(), event.as_bytes(), &numbers(), true) {
            Rendered::Body(body) => Some(serde_json::from_slice(&body).expect("JSON")),
            Rendered::Nothing => None,
            told => panic!("the number is known, and the event is one: {told:?}"),
        }
    }

    pub(super) fn value_of(body: &Value) -> Value {
        body["entry"][0]["changes"][0]["value"].clone()
    }

    fn inbound(raw: &str) -> InboundReceived {
        InboundReceived::new(SenderId::new("106"), WabaId::new("102"), Wamid::new("wamid.P"), Millis(1), raw)
    }

    #[test]
    fn a_message_comes_as_meta_sent_it_with_everything_that_is_known_of_its_author() {
        let raw = r#"{"from":"16315550101","id":"wamid.P","type":"novelty","novelty":{"x":1}}"#;
        let told = |text: &str| Some(text.to_owned());
        let identity = Identity {
            wa_id: told("16315550101"),
            user_id: told("US.1"),
            parent_user_id: told("US.ENT.1"),
            username: told("@ada"),
            identity_key_hash: told("DF2l="),
        };
        let written = InboundReceived { identity, profile_name: told("Ada"), ..inbound(raw) };
        let value = value_of(&rendered(EventType::InboundReceived, to_value(&written)).expect("a webhook"));
        assert_eq!(value["messages"], json!([serde_json::from_str::<Value>(raw).expect("JSON")]));
        assert_eq!(
            value["contacts"],
            json!([{"profile": {"name": "Ada", "username": "@ada"}, "wa_id": "16315550101", "user_id": "US.1",
                "parent_user_id": "US.ENT.1", "identity_key_hash": "DF2l="}])
        );
        let nameless =
            InboundReceived { identity: Identity { user_id: told("US.1"), ..Identity::default() }, ..inbound(raw) };
        let value = value_of(&rendered(EventType::InboundReceived, to_value(&nameless)).expect("a webhook"));
        assert_eq!(value["contacts"], json!([{"user_id": "US.1"}]));
        let system = InboundReceived { kind: KIND_SYSTEM.into(), ..written.clone() };
        let value = value_of(&rendered(EventType::InboundReceived, to_value(&system)).expect("a webhook"));
        assert_eq!(value.get("contacts"), None);
    }

    #[test]
    fn the_past_and_what_another_app_answers_have_fields_of_their_own_and_come_with_accounts_alone() {
        let told = |source, past_status: Option<&str>, has_accounts| {
            let past_status = past_status.map(str::to_owned);
            let contact = Some(Contact::new("+16315550101"));
            let event = InboundReceived { source, past_status, contact, ..inbound(r#"{"id":"wamid.P"}"#) };
            let event = serde_json::to_vec(&event).expect("JSON");
            match render(EventType::InboundReceived.as_str(), &event, &numbers(), has_accounts) {
                Rendered::Body(body) => {
                    let body: Value = serde_json::from_slice(&body).expect("JSON");
                    let mut change = body["entry"][0]["changes"][0].clone();
                    let value = change["value"].as_object_mut().expect("an object");
                    value.retain(|name, _| name != "metadata" && name != "messaging_product");
                    Some(change)
                }
                Rendered::Nothing => None,
                told => panic!("{told:?}"),
            }
        };
        let message = json!({"id": "wamid.P"});
        assert_eq!(
            told(Source::History, Some("READ"), true),
            Some(json!({"field": "history",
                "value": {"history": [{"threads": [{"id": "16315550101", "messages": [message]}]}]}}))
        );
        let file = json!({"field": "history", "value": {"messages": [message]}});
        assert_eq!(told(Source::History, None, true), Some(file));
        let standby = json!({"field": "standby", "value": {"messages": [message]}});
        assert_eq!(told(Source::Standby, None, true), Some(standby));
        for source in [Source::History, Source::Standby] {
            assert_eq!(told(source, None, false), None, "{source:?}");
        }
    }

    #[test]
    fn an_element_goes_on_byte_for_byte_whatever_it_holds() {
        let deep = format!(r#"{{"id":"wamid.P","type":"x","x":{}{}}}"#, "[".repeat(9_999), "]".repeat(9_999));
        for raw in [
            r#"{"type":"text", "text":{"body":"\ud83d"},"id":"wamid.P"}"#,
            r#"{ "z":1, "a":12345678901234567890.10, "link":"https:\/\/example.com", "name":"Zo\u00eb" }"#,
            &deep,
        ] {
            for (source, list) in [(Source::Person, "messages"), (Source::Echo, "message_echoes")] {
                let event = serde_json::to_vec(&InboundReceived { source, ..inbound(raw) }).expect("JSON");
                let told = render(EventType::InboundReceived.as_str(), &event, &numbers(), true);
                let Rendered::Body(body) = told else { panic!("{told:?}") };
                let body = std::str::from_utf8(&body).expect("UTF-8");
                assert!(body.contains(&format!(r#""{list}":[{raw}]"#)), "{body}");
                assert!(serde_json::from_str::<&RawValue>(body).is_ok(), "{body}");
            }
        }
    }

    #[test]
    fn an_echo_has_its_own_field_and_no_contacts() {
        let raw = r#"{"from":"15550100","to":"16315550101","id":"wamid.P","type":"text","text":{"body":"hi"}}"#;
        let echo = InboundReceived { source: Source::Echo, from_business: true, ..inbound(raw) };
        let body = rendered(EventType::InboundReceived, to_value(echo)).expect("a webhook");
        assert_eq!(
            body["entry"][0]["changes"],
            json!([{"field": "smb_message_echoes", "value": {"messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "+1 555 0100", "phone_number_id": "106"},
                "message_echoes": [serde_json::from_str::<Value>(raw).expect("JSON")]}}])
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_apart_from_what_meta_does_not_tell() {
        let unreadable = |event: &[u8]| {
            matches!(render(EventType::InboundReceived.as_str(), event, &numbers(), true), Rendered::Unreadable(_))
        };
        assert!(unreadable(b"{}"));
        assert!(unreadable(&serde_json::to_vec(&inbound("no JSON")).expect("JSON")));
        assert_eq!(render("message.invented.v9", b"{}", &numbers(), true), Rendered::Nothing);
    }
}
