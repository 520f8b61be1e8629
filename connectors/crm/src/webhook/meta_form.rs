//! Events in the form of Meta's own webhooks, for receivers that were written for those (Meta: webhooks/reference/messages).
//!
//! What Meta sent goes on byte for byte: it is put into its envelope as text and never read into values, which could not hold half
//! a pair of UTF-16, nor any depth. The id of a status is the handle that the drop-in Graph API answered with, for Meta had given
//! none yet; beside it stands Meta's as `wamid`. What Meta has no word for is not told: a message that waits, that will be tried
//! again, whose fate is not known, or that its tenant cancelled. Nor are other channels than WhatsApp, which are not among the
//! numbers.

mod account;

use std::fmt;

use bytes::Bytes;
use posthaste_meta::errors;
use posthaste_model::whatsapp::Identity;
use posthaste_model::{EventType, InboundReceived, Millis, SenderId, Source, Status, Transition, WabaId, group};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::numbers::{Number, Numbers};

/// Meta's code of a failure that has none of its own (Meta: support/error-codes, "Something went wrong").
const CODE_WRONG: i64 = 131_000;
/// Where Meta's errors lead to.
const ERROR_CODES: &str = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";
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
        Some(EventType::DeliveryTransitioned) => status_change(&serde_json::from_slice(event)?),
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

/// A status, and beside one that did not fail whom it reached: of a failure Meta tells no more than whom it was sent to.
fn status_change(transition: &Transition) -> serde_json::Result<Option<Told>> {
    let Some(word) = word(transition.status) else { return Ok(None) };
    let mut value = Members::default();
    let recipient = recipient(transition);
    if word != Status::Failed {
        value.put("contacts", json!([person(&recipient, &None)]));
    }
    value.put("statuses", format_args!("[{}]", status(transition, word, &recipient)?));
    let (sender, field) = (transition.sender_id.clone(), "messages".to_owned());
    Ok(Some(Told::OfNumber(Change { sender, at: None, field, value })))
}

/// The status that Meta has for one of ours.
fn word(status: Status) -> Option<Status> {
    match status {
        Status::Sent | Status::Delivered | Status::Read | Status::Played => Some(status),
        Status::Failed | Status::Rejected | Status::Expired => Some(Status::Failed),
        Status::Queued
        | Status::Armed
        | Status::Unknown
        | Status::Unconfirmed
        | Status::Deferred
        | Status::Cancelled
        | Status::Accepted => None,
    }
}

/// Whom a message went to: every id that Meta told, and where it told none the one that the message was sent to.
fn recipient(transition: &Transition) -> Identity {
    let told = transition.identity.clone();
    if told.wa_id.is_some() || told.user_id.is_some() {
        return told;
    }
    let contact = transition.contact.as_str();
    if group::id(&transition.contact).is_some() {
        return told;
    }
    match contact.strip_prefix('+') {
        Some(digits) => Identity { wa_id: Some(digits.to_owned()), ..told },
        None => Identity { user_id: Some(contact.to_owned()), ..told },
    }
}

/// The members of a status, in Meta's order.
fn status(transition: &Transition, word: Status, recipient: &Identity) -> serde_json::Result<Members> {
    let mut status = Members::default();
    let at = Some(seconds(transition.at).to_string());
    let wamid = transition.wamid.as_ref().map(ToString::to_string);
    let group = transition.group_id.as_deref().or(group::id(&transition.contact)).map(str::to_owned);
    let of_group = group.as_ref().map(|_| "group".to_owned());
    let (recipient_id, participant) =
        if group.is_some() { (&group, &recipient.wa_id) } else { (&recipient.wa_id, &None) };
    for (name, text) in [
        ("id", &Some(transition.intent_id.handle())),
        ("wamid", &wamid),
        ("status", &Some(word.to_string())),
        ("timestamp", &at),
        ("recipient_id", recipient_id),
        ("recipient_user_id", &recipient.user_id),
        ("recipient_parent_user_id", &recipient.parent_user_id),
        ("recipient_type", &of_group),
        ("recipient_participant_id", participant),
        ("recipient_identity_key_hash", &recipient.identity_key_hash),
        ("biz_opaque_callback_data", &transition.callback_data.as_deref().map(str::to_owned)),
    ] {
        text.iter().for_each(|text| status.put(name, json!(text)));
    }
    for (name, object) in [("conversation", &transition.conversation), ("pricing", &transition.pricing)] {
        if let Some(object) = object {
            status.put(name, serde_json::from_str::<&RawValue>(object)?);
        }
    }
    if !transition.errors.is_empty() {
        status.put("errors", json!(transition.errors));
    } else if word == Status::Failed {
        status.put("errors", json!([error(transition)]));
    }
    Ok(status)
}

/// Why a message failed of which there are no errors of a webhook: it was refused, or ran out of time here, or an earlier version
/// noted it. Meta's title of the code stands in `message` too, as Meta has it; what was said of this message is in the details.
fn error(transition: &Transition) -> Value {
    let code = transition.code.unwrap_or(CODE_WRONG);
    let details = transition.reason.as_deref().unwrap_or(transition.status.as_str());
    let title = errors::known(code, None).map_or(details, |known| known.title);
    json!({
        "code": code, "title": title, "message": title, "error_data": { "details": details }, "href": ERROR_CODES,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use posthaste_core::normalize::{Normalized, RawWebhook, normalize};
    use posthaste_model::{Class, Contact, IntentId, TenantId, Wamid};
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

    fn rendered(event_type: EventType, event: serde_json::Result<Value>) -> Option<Value> {
        let event = event.expect("JSON").to_string();
        match render(event_type.as_str(), event.as_bytes(), &numbers(), true) {
            Rendered::Body(body) => Some(serde_json::from_slice(&body).expect("JSON")),
            Rendered::Nothing => None,
            told => panic!("the number is known, and the event is one: {told:?}"),
        }
    }

    fn value_of(body: &Value) -> Value {
        body["entry"][0]["changes"][0]["value"].clone()
    }

    fn transition(status: Status) -> Transition {
        Transition {
            tenant_id: TenantId(uuid::Uuid::nil()),
            intent_id: IntentId(uuid::Uuid::from_u128(0x2a)),
            attempt: 1,
            status,
            at: Millis(1_790_000_000_999),
            accepted_at: Millis(0),
            sender_id: SenderId::new("106"),
            contact: Contact::new("+16315550101"),
            identity: Identity::default(),
            group_id: None,
            class: Class::Transactional,
            campaign_id: None,
            template: None,
            callback_data: Some("order-7".into()),
            wamid: Some(Wamid::new("wamid.A")),
            code: None,
            reason: None,
            errors: Vec::new(),
            pricing: Some(r#"{"billable":true}"#.into()),
            conversation: None,
            queued_at: None,
            armed_at: None,
        }
    }

    #[test]
    fn a_status_names_the_handle_and_metas_id() {
        let body =
            rendered(EventType::DeliveryTransitioned, to_value(transition(Status::Delivered))).expect("a webhook");
        let handle = "wamid.PH0000000000000000000000000000002A";
        assert_eq!(
            body,
            json!({"object": "whatsapp_business_account", "entry": [{"id": "102", "changes": [{"field": "messages", "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "+1 555 0100", "phone_number_id": "106"},
                "contacts": [{"wa_id": "16315550101"}],
                "statuses": [{"id": handle, "wamid": "wamid.A", "status": "delivered", "timestamp": "1790000000",
                    "recipient_id": "16315550101", "biz_opaque_callback_data": "order-7", "pricing": {"billable": true}}]}}]}]})
        );
    }

    #[test]
    fn what_was_sent_to_a_user_id_says_so() {
        let sent = Transition { contact: Contact::new("US.1"), ..transition(Status::Read) };
        let value = value_of(&rendered(EventType::DeliveryTransitioned, to_value(sent)).expect("a webhook"));
        assert_eq!(value["contacts"], json!([{"user_id": "US.1"}]));
        let status = &value["statuses"][0];
        assert_eq!((&status["recipient_user_id"], status.get("recipient_id")), (&json!("US.1"), None));
    }

    /// What is told of a status that Meta sent in this element, with these contacts beside it.
    fn passed_on(contacts: &Value, element: &Value) -> Value {
        let value = json!({"metadata": {"phone_number_id": "106"}, "contacts": contacts, "statuses": [element]});
        let changes = json!([{"field": "messages", "value": value}]);
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "102", "changes": changes}]});
        let body = body.to_string();
        let mut output = normalize(&RawWebhook { body: body.as_bytes(), received_at: Millis(0) });
        let Some((_, Normalized::Status(observed))) = output.events.pop() else { panic!("{output:?}") };
        let told = Transition {
            at: observed.at,
            identity: observed.identity,
            group_id: observed.group_id,
            code: observed.code,
            reason: observed.reason,
            errors: observed.errors,
            pricing: observed.pricing,
            conversation: observed.conversation,
            ..transition(observed.status)
        };
        value_of(&rendered(EventType::DeliveryTransitioned, to_value(told)).expect("a webhook"))
    }

    #[test]
    fn a_status_has_every_member_that_metas_had() {
        let contacts = json!([{"profile": {"username": "@ada"}, "wa_id": "16315550101", "user_id": "US.1",
            "parent_user_id": "US.ENT.1"}]);
        let conversation = json!({"id": "c", "expiration_timestamp": "1790086400", "origin": {"type": "utility"}});
        let error = json!({"code": 131_049, "title": "t", "message": "m", "error_data": {"details": "d"}, "href": "h"});
        let common = json!({"id": "wamid.A", "timestamp": "1790000000", "biz_opaque_callback_data": "order-7"});
        let person = json!({"status": "sent", "recipient_id": "16315550101", "recipient_user_id": "US.1",
            "recipient_parent_user_id": "US.ENT.1", "recipient_identity_key_hash": "DF2l=", "conversation": conversation,
            "pricing": {"billable": true}});
        let user = json!({"status": "read", "recipient_user_id": "US.2"});
        let group = json!({"status": "delivered", "recipient_id": "grp=", "recipient_type": "group",
            "recipient_participant_id": "16315550101"});
        let failed = json!({"status": "failed", "recipient_id": "16315550102", "errors": [error]});
        let (nobody, number) = (json!([{"user_id": "US.2"}]), json!([{"wa_id": "16315550101"}]));
        for (members, beside, told) in [
            (person, &contacts, Some(&contacts)),
            (user, &json!([]), Some(&nobody)),
            (group, &json!([]), Some(&number)),
            (failed, &json!([]), None),
        ] {
            let mut element = common.clone();
            element.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
            let value = passed_on(beside, &element);
            element["id"] = json!("wamid.PH0000000000000000000000000000002A");
            element["wamid"] = json!("wamid.A");
            assert_eq!((&value["statuses"][0], value.get("contacts")), (&element, told));
        }
    }

    #[test]
    fn a_message_that_was_refused_for_a_group_names_the_group() {
        let refused = Transition { contact: Contact::new("group:grp="), ..transition(Status::Rejected) };
        let body = rendered(EventType::DeliveryTransitioned, to_value(refused)).expect("a webhook");
        let value = value_of(&body);
        let status = &value["statuses"][0];
        assert_eq!((&status["recipient_id"], &status["recipient_type"]), (&json!("grp="), &json!("group")));
        assert_eq!((status.get("recipient_user_id"), value.get("contacts")), (None, None));
    }

    #[test]
    fn what_meta_has_no_word_for_is_not_told_and_what_ends_badly_has_failed() {
        for status in Status::ALL {
            let body = rendered(EventType::DeliveryTransitioned, to_value(transition(*status)));
            let value = body.as_ref().map(value_of);
            match status {
                Status::Rejected | Status::Expired | Status::Failed => {
                    let value = value.expect("a webhook");
                    let told = &value["statuses"][0];
                    assert_eq!((&told["status"], &told["errors"][0]["code"]), (&json!("failed"), &json!(131_000)));
                    assert_eq!(value.get("contacts"), None, "Meta names nobody beside a failure");
                }
                Status::Sent | Status::Delivered | Status::Read | Status::Played => {
                    assert!(value.is_some_and(|value| value["statuses"][0].get("errors").is_none()));
                }
                _ => assert_eq!(value, None, "{status}"),
            }
        }
    }

    #[test]
    fn an_error_has_metas_title_and_what_was_said_of_this_message() {
        let errors = |code: i64, reason: &str| {
            let failed = Transition { code: Some(code), reason: Some(reason.into()), ..transition(Status::Failed) };
            let body = rendered(EventType::DeliveryTransitioned, to_value(failed)).expect("a webhook");
            value_of(&body)["statuses"][0]["errors"].clone()
        };
        assert_eq!(
            errors(131_047, "Ask them to write first."),
            json!([{"code": 131_047, "title": "More than 24 hours since the last message",
                "message": "More than 24 hours since the last message",
                "error_data": {"details": "Ask them to write first."}, "href": ERROR_CODES}])
        );
        assert_eq!(errors(999_999, "New.")[0]["title"], "New.", "a code that nobody knows");
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
