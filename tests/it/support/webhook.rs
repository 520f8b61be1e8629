//! Webhooks made by hand, signed as Meta signs them, and bytes that are no webhooks at all.

use base64::Engine as _;
use http::Method;
use ring::hmac;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::app::{APP, APP_SECRET, Site};
use super::web::{Answer, call};

/// `X-Hub-Signature-256` of a body under a secret.
pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("sha256={}", hex::encode(hmac::sign(&key, body)))
}

/// A webhook of these entries.
pub(crate) fn webhook(entries: &[Value]) -> Vec<u8> {
    json!({ "object": "whatsapp_business_account", "entry": entries }).to_string().into_bytes()
}

/// An entry of an account.
pub(crate) fn entry(waba: &str, changes: &[Value]) -> Value {
    json!({ "id": waba, "changes": changes })
}

/// A change of the field `messages`.
pub(crate) fn messages(sender: &str, messages: &[Value], statuses: &[Value]) -> Value {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550783881", "phone_number_id": sender },
    });
    for (name, elements) in [("messages", messages), ("statuses", statuses)] {
        if !elements.is_empty() {
            value[name] = elements.into();
        }
    }
    json!({ "field": "messages", "value": value })
}

/// A text from a person.
pub(crate) fn text(from: &str, wamid: &str, body: &str) -> Value {
    json!({ "from": from, "id": wamid, "timestamp": "1790000000", "type": "text", "text": { "body": body } })
}

/// A status of a message.
pub(crate) fn status(wamid: &str, status: &str, token: &str) -> Value {
    json!({
        "id": wamid, "status": status, "timestamp": "1790000000", "recipient_id": "12025550000",
        "biz_opaque_callback_data": token,
    })
}

/// Element whose id nobody else has.
pub(crate) fn wamid(name: &str) -> String {
    format!("wamid.{}", base64::engine::general_purpose::STANDARD.encode(name))
}

/// Posts a body to the edge, rightly signed.
pub(crate) async fn deliver(site: &Site, body: &[u8]) -> Result<Answer, String> {
    let signature = signature(APP_SECRET, body);
    let headers = [("content-type", "application/json"), ("x-hub-signature-256", signature.as_str())];
    call(Method::POST, &site.webhook_url(), &headers, body.to_vec()).await
}

/// Posts to the edge what no client would: these headers with these bytes, after which nothing more will come if `ends`.
/// Gives status and body of the answer.
pub(crate) async fn post_raw(site: &Site, headers: &[(&str, &str)], body: &[u8], ends: bool) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", site.edge_port)).await.expect("the edge listens");
    let mut head = format!("POST /webhooks/meta/{APP} HTTP/1.1\r\nhost: edge\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let (mut reader, mut writer) = stream.split();
    // The edge may answer and close before it has read everything: then writing fails, and the answer counts.
    let write = async {
        let _ = writer.write_all(head.as_bytes()).await;
        let _ = writer.write_all(body).await;
        if ends {
            let _ = writer.shutdown().await;
        }
    };
    let read = async {
        let mut answer = Vec::new();
        // A connection that is reset after the answer was read is no loss.
        let _ = reader.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    let ((), answer) = tokio::join!(write, read);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned();
    (status.unwrap_or_else(|| panic!("no answer: {answer:?}")), body)
}
