//! Status webhooks, signed before the clock runs, so that the generator pays nothing for them.

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

/// Seconds of every timestamp; the edge does not look at them.
const AT: u64 = 1_795_000_000;

/// `count` different webhooks of `statuses` status updates each.
pub(crate) fn signed(secret: &str, count: usize, statuses: usize) -> Vec<Signed> {
    let secret = Secret::new(secret);
    (0..count)
        .map(|index| {
            let body = Bytes::from(webhook(index, statuses).to_string());
            let signature = HeaderValue::try_from(secret.sign(&body)).expect("a prefix and hex digits");
            Signed { body, signature }
        })
        .collect()
}

/// One POST as Meta sends it (Meta: webhooks/reference/messages/status), with contact, conversation and pricing.
fn webhook(index: usize, statuses: usize) -> Value {
    let updates: Vec<Value> = (0..statuses).map(|at| status(index * statuses + at)).collect();
    let contacts: Vec<Value> = (0..statuses).map(|at| contact(index * statuses + at)).collect();
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "102290129340398", "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": "106540352242922" },
            "contacts": contacts,
            "statuses": updates,
        }}]}],
    })
}

fn phone(number: usize) -> String {
    format!("1631555{:04}", number % 10_000)
}

fn contact(number: usize) -> Value {
    json!({ "profile": { "name": "Ana Example" }, "wa_id": phone(number), "user_id": format!("US.{:024}", number) })
}

fn status(number: usize) -> Value {
    let kind = ["sent", "delivered", "read"][number % 3];
    json!({
        "id": format!("wamid.HBgLMTYzMTU1NTAxMDEVAgARGBI{number:024X}AA=="),
        "status": kind,
        "timestamp": AT.to_string(),
        "recipient_id": phone(number),
        "recipient_user_id": format!("US.{number:024}"),
        "conversation": {
            "id": format!("{number:032x}"),
            "expiration_timestamp": (AT + 86_400).to_string(),
            "origin": { "type": "utility" },
        },
        "pricing": { "billable": true, "pricing_model": "PMP", "category": "utility", "type": "regular" },
        "biz_opaque_callback_data": format!("{number:032x}.1"),
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
        let batch = webhook(4, 20);
        let ids: std::collections::HashSet<&str> = batch["entry"][0]["changes"][0]["value"]["statuses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|status| status["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), 20);
    }
}
