//! Events in the form of Meta's own webhooks, for receivers that were written for those (Meta: webhooks/reference/messages).
//!
//! The id of a status is the handle that the drop-in Graph API answered with, for Meta had given none yet; beside it stands Meta's as
//! `wamid`. What Meta has no word for is not told: a message that waits, that will be tried again, whose fate is not known, or that its
//! tenant cancelled. Nor are other channels than WhatsApp, which are not among the numbers.

use std::collections::HashMap;

use bytes::Bytes;
use parking_lot::RwLock;
use posthaste_model::{EventType, InboundReceived, SenderId, Source, Status, Transition};
use serde_json::{Map, Value, json};

/// Meta's code of a failure that has none of its own (Meta: support/error-codes, "Something went wrong").
const CODE_WRONG: i64 = 131_000;

/// What Meta tells of a number in every webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    /// Its account.
    pub(crate) waba_id: String,
    /// How it is written.
    pub(crate) display: String,
    /// Whether it is a number of WhatsApp, and not a page.
    pub(crate) is_whatsapp: bool,
}

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rendered {
    /// A webhook.
    Body(Bytes),
    /// Meta would send none.
    Nothing,
    /// Its sender is not known yet: it was registered a moment ago.
    Later,
}

/// Every number, by its id; read anew now and then.
#[derive(Debug, Default)]
pub(crate) struct Numbers(RwLock<HashMap<SenderId, Number>>);

impl Numbers {
    /// Takes the newest list over.
    pub(crate) fn set(&self, numbers: HashMap<SenderId, Number>) {
        *self.0.write() = numbers;
    }

    fn of(&self, sender: &SenderId) -> Option<Number> {
        self.0.read().get(sender).cloned()
    }
}

/// The webhook of an event.
pub(crate) fn render(event_type: &str, event: &[u8], numbers: &Numbers) -> Rendered {
    let Some((sender, field, mut value)) = change(event_type, event) else { return Rendered::Nothing };
    let number = match numbers.of(&sender) {
        None => return Rendered::Later,
        Some(number) if !number.is_whatsapp => return Rendered::Nothing,
        Some(number) => number,
    };
    value.insert("messaging_product".to_owned(), json!("whatsapp"));
    value.insert(
        "metadata".to_owned(),
        json!({ "display_phone_number": number.display, "phone_number_id": sender.as_str() }),
    );
    let change = json!({ "field": field, "value": value });
    let entry = json!({ "id": number.waba_id, "changes": [change] });
    let body = json!({ "object": "whatsapp_business_account", "entry": [entry] });
    Rendered::Body(Bytes::from(body.to_string()))
}

/// The sender of an event, the field that Meta would tell it in, and the value without what stands in all of them.
fn change(event_type: &str, event: &[u8]) -> Option<(SenderId, &'static str, Map<String, Value>)> {
    match EventType::parse(event_type)? {
        EventType::InboundReceived => {
            let inbound: InboundReceived = serde_json::from_slice(event).ok()?;
            let (field, value) = message(&inbound)?;
            Some((inbound.sender_id, field, value))
        }
        EventType::DeliveryTransitioned => {
            let transition: Transition = serde_json::from_slice(event).ok()?;
            let value = Map::from_iter([("statuses".to_owned(), json!([status(&transition)?]))]);
            Some((transition.sender_id, "messages", value))
        }
        _ => None,
    }
}

/// A message as its element came, and who wrote it.
fn message(inbound: &InboundReceived) -> Option<(&'static str, Map<String, Value>)> {
    let element: Value = serde_json::from_str(&inbound.raw).ok()?;
    let mut value = Map::new();
    match inbound.source {
        Source::Person => {
            let mut contact = Map::new();
            if let Some(name) = &inbound.profile_name {
                contact.insert("profile".to_owned(), json!({ "name": name }));
            }
            let identity = &inbound.identity;
            for (member, text) in [("wa_id", &identity.wa_id), ("user_id", &identity.user_id)] {
                contact.extend(text.as_ref().map(|text| (member.to_owned(), json!(text))));
            }
            value.insert("contacts".to_owned(), json!([contact]));
            value.insert("messages".to_owned(), json!([element]));
            Some(("messages", value))
        }
        Source::Echo => {
            value.insert("message_echoes".to_owned(), json!([element]));
            Some(("smb_message_echoes", value))
        }
        Source::History | Source::Standby => None,
    }
}

fn status(transition: &Transition) -> Option<Value> {
    let word = match transition.status {
        Status::Sent | Status::Delivered | Status::Read | Status::Played | Status::Failed => transition.status.as_str(),
        Status::Rejected | Status::Expired => Status::Failed.as_str(),
        Status::Queued
        | Status::Armed
        | Status::Unknown
        | Status::Unconfirmed
        | Status::Deferred
        | Status::Cancelled
        | Status::Accepted => return None,
    };
    let contact = transition.contact.as_str();
    let recipient = if contact.starts_with('+') { "recipient_id" } else { "recipient_user_id" };
    let mut status = json!({
        "id": transition.intent_id.handle(),
        "status": word,
        "timestamp": transition.at.0.div_euclid(1_000).to_string(),
        recipient: contact.trim_start_matches('+'),
    });
    if let Some(wamid) = &transition.wamid {
        status["wamid"] = json!(wamid.as_str());
    }
    if let Some(own) = &transition.callback_data {
        status["biz_opaque_callback_data"] = json!(own);
    }
    if let Some(pricing) = transition.pricing.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()) {
        status["pricing"] = pricing;
    }
    if word == Status::Failed.as_str() {
        let details = transition.reason.as_deref().unwrap_or(transition.status.as_str());
        let code = transition.code.unwrap_or(CODE_WRONG);
        status["errors"] =
            json!([{ "code": code, "title": details, "message": details, "error_data": { "details": details } }]);
    }
    Some(status)
}

#[cfg(test)]
mod tests {
    use posthaste_model::whatsapp::Identity;
    use posthaste_model::{Class, Contact, IntentId, Millis, TenantId, WabaId, Wamid};
    use serde_json::to_value;

    use super::*;

    fn numbers() -> Numbers {
        let numbers = Numbers::default();
        let number = Number { waba_id: "102".into(), display: "+1 555 0100".into(), is_whatsapp: true };
        numbers.set(HashMap::from([(SenderId::new("106"), number)]));
        numbers
    }

    fn rendered(event_type: EventType, event: serde_json::Result<Value>) -> Option<Value> {
        let event = event.expect("JSON").to_string();
        match render(event_type.as_str(), event.as_bytes(), &numbers()) {
            Rendered::Body(body) => Some(serde_json::from_slice(&body).expect("JSON")),
            Rendered::Nothing => None,
            Rendered::Later => panic!("the number is known"),
        }
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
            class: Class::Transactional,
            campaign_id: None,
            template: None,
            callback_data: Some("order-7".into()),
            wamid: Some(Wamid::new("wamid.A")),
            code: None,
            reason: None,
            pricing: Some(r#"{"billable":true}"#.into()),
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
                "statuses": [{"id": handle, "wamid": "wamid.A", "status": "delivered", "timestamp": "1790000000",
                    "recipient_id": "16315550101", "biz_opaque_callback_data": "order-7", "pricing": {"billable": true}}]}}]}]})
        );
    }

    #[test]
    fn what_meta_has_no_word_for_is_not_told_and_what_ends_badly_has_failed() {
        for status in Status::ALL {
            let body = rendered(EventType::DeliveryTransitioned, to_value(transition(*status)));
            let word = body.as_ref().map(|body| &body["entry"][0]["changes"][0]["value"]["statuses"][0]);
            match status {
                Status::Rejected | Status::Expired | Status::Failed => {
                    let told = word.expect("a webhook");
                    assert_eq!((&told["status"], &told["errors"][0]["code"]), (&json!("failed"), &json!(131_000)));
                }
                Status::Sent | Status::Delivered | Status::Read | Status::Played => assert!(word.is_some()),
                _ => assert_eq!(word, None, "{status}"),
            }
        }
    }

    #[test]
    fn a_message_comes_as_meta_sent_it_with_its_author() {
        let raw = r#"{"from":"16315550101","id":"wamid.P","type":"novelty","novelty":{"x":1}}"#;
        let inbound = InboundReceived {
            identity: Identity {
                wa_id: Some("16315550101".into()),
                user_id: Some("US.1".into()),
                ..Identity::default()
            },
            profile_name: Some("Ada".into()),
            ..InboundReceived::new(SenderId::new("106"), WabaId::new("102"), Wamid::new("wamid.P"), Millis(1), raw)
        };
        let body = rendered(EventType::InboundReceived, to_value(&inbound)).expect("a webhook");
        let value = &body["entry"][0]["changes"][0]["value"];
        assert_eq!(value["messages"], json!([serde_json::from_str::<Value>(raw).expect("JSON")]));
        assert_eq!(value["contacts"], json!([{"profile": {"name": "Ada"}, "wa_id": "16315550101", "user_id": "US.1"}]));
        let past = InboundReceived { source: Source::History, ..inbound };
        assert_eq!(rendered(EventType::InboundReceived, to_value(past)), None);
    }
}
