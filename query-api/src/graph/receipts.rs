//! Receipts: `POST /graph/{version}/{phone-number-id}/messages` with `status` (Meta: messages/mark-message-as-read,
//! typing-indicators).

use http::StatusCode;
use posthaste_model::{Channel, Class, Contact, Intent, IntentId, Message, Receipt, SenderId, UnknownPolicy, Wamid};
use posthaste_sql::queries::api_messages;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::State;
use crate::auth::Caller;
use crate::catalog;
use crate::fields::Faults;
use crate::idempotency::Key;
use crate::messages::{WAMID_MAX, hand_over};
use crate::problem::{Code, Problem};
use crate::request::{Answer, now};

/// How long a receipt may wait, in milliseconds: one that comes later tells nobody anything, and those that wait count among
/// what a tenant may have waiting.
pub(crate) const LIFE_MS: i64 = 15 * 60_000;

/// Tells a person that their message was read, as soon as there is a place for it.
pub(crate) async fn mark(state: &State, caller: &Caller, sender_id: String, body: &Value, key: Key) -> Answer {
    let receipt = read(body)?;
    let tx = state.pool.tenant_tx(caller.tenant_id).await?;
    let stored = key.found(&tx).await?;
    let channel = catalog::sender_channel(&tx, &sender_id).await?;
    let wamid = receipt.message_id.as_str();
    let contact = api_messages::inbound_contact().bind(&*tx, &sender_id.as_str(), &wamid).opt().await?;
    tx.commit().await?;
    if let Some(stored) = stored {
        return Ok(stored.into_response());
    }
    if channel != Channel::Whatsapp.as_str() {
        return Err(Problem::at(Code::SenderUnknown, "", format!("there is no phone number {sender_id} of yours")));
    }
    let contact = contact.ok_or_else(|| {
        let detail = format!("nobody wrote {wamid} to this number: give the id of a message from its webhook");
        Problem::at(Code::NotFound, "/message_id", detail)
    })?;
    let accepted_at = now();
    let intent = Intent {
        intent_id: IntentId(Uuid::now_v7()),
        tenant_id: caller.tenant_id,
        sender_id: SenderId::new(sender_id),
        contact: Contact::new(contact.unwrap_or_default()),
        class: Class::Receipt,
        campaign: None,
        message: Message::Receipt(receipt),
        callback_data: None,
        // Saying it twice changes nothing.
        unknown_policy: UnknownPolicy::AtLeastOnce,
        accepted_at,
        expires_at: accepted_at.plus(LIFE_MS),
    };
    hand_over(state, caller, intent, key, (StatusCode::OK, json!({ "success": true }).to_string())).await
}

fn read(body: &Value) -> Result<Receipt, Problem> {
    let faults = Faults::default();
    let receipt = collect(body, &faults);
    faults.check()?;
    receipt.ok_or_else(|| faults.problem())
}

fn collect(body: &Value, faults: &Faults) -> Option<Receipt> {
    let object = faults.object(body)?;
    if body["messaging_product"] != "whatsapp" {
        faults.push("/messaging_product", Code::FieldMissing, "write \"whatsapp\"");
    }
    if body["status"] != "read" {
        faults.push("/status", Code::FieldInvalid, format!("{}: write \"read\"", body["status"]));
    }
    let typing = match body.get("typing_indicator") {
        None | Some(Value::Null) => false,
        Some(indicator) if indicator["type"] == "text" => true,
        Some(indicator) => {
            faults.push("/typing_indicator/type", Code::FieldInvalid, format!("{}: write \"text\"", indicator["type"]));
            false
        }
    };
    let message_id = object.text("message_id", 1..=WAMID_MAX)?;
    Some(Receipt { message_id: Wamid::new(message_id), typing })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_and_what_is_wrong_with_it_named_all_at_once() {
        let mut body = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.P" });
        let plain = read(&body).expect("good");
        assert_eq!((plain.message_id.as_str(), plain.typing), ("wamid.P", false));
        body["typing_indicator"] = json!({ "type": "text" });
        assert!(read(&body).expect("good").typing);
        let wrong = json!({ "status": "seen", "typing_indicator": { "type": "voice" } });
        let problem = read(&wrong).expect_err("four faults");
        let pointers: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/messaging_product", "/status", "/typing_indicator/type", "/message_id"]);
    }
}
