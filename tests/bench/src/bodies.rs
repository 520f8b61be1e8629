//! Status webhooks as Meta posts them.

use bytes::Bytes;
use http::HeaderValue;
use posthaste_meta::Secret;
use serde_json::{Value, json};

/// A webhook ready to be posted.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    /// The body as signed.
    pub(crate) body: Bytes,
    /// Value of `X-Hub-Signature-256`.
    pub(crate) signature: HeaderValue,
}

/// A status to report.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    /// `sent`, `delivered`, `read`.
    pub(crate) kind: &'static str,
    /// Meta's id of the message.
    pub(crate) wamid: String,
    /// To whom it went: digits.
    pub(crate) contact: String,
    /// What the send carried in `biz_opaque_callback_data`.
    pub(crate) token: String,
}

/// Seconds of every timestamp; the edge does not look at them.
const AT: u64 = 1_795_000_000;
/// The number of webhooks that are about nobody.
const NUMBER: &str = "106540352242922";

/// `count` different webhooks of `statuses` status updates each, signed before the clock runs, so that the generator pays
/// nothing for them.
pub(crate) fn signed(secret: &str, count: usize, statuses: usize) -> Vec<Signed> {
    let secret = Secret::new(secret);
    let made_up = |index: usize| (0..statuses).map(|at| made_up(index * statuses + at)).collect();
    (0..count).map(|index| sign(&secret, &webhook_of(&[(NUMBER, made_up(index))]))).collect()
}

/// A status of nobody's message.
fn made_up(number: usize) -> Status {
    Status {
        kind: ["sent", "delivered", "read"][number % 3],
        wamid: format!("wamid.HBgLMTYzMTU1NTAxMDEVAgARGBI{number:024X}AA=="),
        contact: format!("1631555{:04}", number % 10_000),
        token: format!("{number:032x}.1"),
    }
}

/// Signs a webhook.
pub(crate) fn sign(secret: &Secret, webhook: &Value) -> Signed {
    let body = Bytes::from(webhook.to_string());
    let signature = HeaderValue::try_from(secret.sign(&body)).expect("a prefix and hex digits");
    Signed { body, signature }
}

/// One POST as Meta sends it (Meta: webhooks/reference/messages/status), with contact, conversation and pricing: a change
/// for each number and its statuses.
pub(crate) fn webhook_of(groups: &[(&str, Vec<Status>)]) -> Value {
    let changes: Vec<Value> = groups.iter().map(|(number, statuses)| change(number, statuses)).collect();
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "102290129340398", "changes": changes }],
    })
}

fn change(number: &str, statuses: &[Status]) -> Value {
    let updates: Vec<Value> = statuses.iter().map(status).collect();
    let contacts: Vec<Value> = statuses.iter().map(contact).collect();
    json!({ "field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550783881", "phone_number_id": number },
        "contacts": contacts,
        "statuses": updates,
    }})
}

fn contact(status: &Status) -> Value {
    json!({
        "profile": { "name": "Ana Example" }, "wa_id": status.contact, "user_id": format!("US.{:0>24}", status.contact),
    })
}

fn status(status: &Status) -> Value {
    let Status { kind, wamid, contact, token } = status;
    json!({
        "id": wamid,
        "status": kind,
        "timestamp": AT.to_string(),
        "recipient_id": contact,
        "recipient_user_id": format!("US.{contact:0>24}"),
        "conversation": {
            "id": format!("{contact:0>32}"),
            "expiration_timestamp": (AT + 86_400).to_string(),
            "origin": { "type": "utility" },
        },
        "pricing": { "billable": true, "pricing_model": "PMP", "category": "utility", "type": "regular" },
        "biz_opaque_callback_data": token,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use posthaste_meta::signature::Signature;

    #[test]
    fn a_body_is_about_a_kilobyte_and_the_edge_would_take_it() {
        for signed in signed("secret", 3, 1) {
            assert!((800..1_200).contains(&signed.body.len()), "{}", signed.body.len());
            let signature = Signature::parse(signed.signature.to_str().ok()).unwrap();
            signature.verify(&signed.body, &[Secret::new("secret")]).unwrap();
        }
    }

    #[test]
    fn a_batch_has_as_many_statuses_as_asked_for_all_different() {
        let batch: Vec<Value> =
            signed("secret", 2, 20).iter().map(|signed| serde_json::from_slice(&signed.body).unwrap()).collect();
        let ids: std::collections::HashSet<&str> = batch
            .iter()
            .flat_map(|batch| batch["entry"][0]["changes"][0]["value"]["statuses"].as_array().unwrap())
            .map(|status| status["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), 40);
    }
}
