//! Registration, verification, profiles, blocked people and resumable uploads.

use http::Method;
use posthaste_simulator::Faults;
use serde_json::{Value, json};

use crate::receiver::Sender;
use crate::stage::{FLUSH, NUMBER, pair, quick, until};

async fn post(sender: &Sender, edge: &str, body: Value) -> (u16, Option<u64>) {
    let (status, answer) = sender.graph(Method::POST, &format!("{NUMBER}/{edge}"), body).await;
    (status, answer["error"]["code"].as_u64())
}

fn whatsapp(mut members: Value) -> Value {
    members["messaging_product"] = json!("whatsapp");
    members
}

#[tokio::test]
async fn a_number_is_registered_with_its_pin_and_sends_only_then() {
    let (_simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let pin = |pin: &str| whatsapp(json!({ "pin": pin }));
    let text = || whatsapp(json!({ "to": "+16505551234", "type": "text", "text": { "body": "x" } }));
    assert_eq!(post(&sender, "register", pin("123456")).await, (200, None));
    assert_eq!(post(&sender, "register", pin("654321")).await, (400, Some(133_005)));
    assert_eq!(post(&sender, "register", pin("12345")).await, (400, Some(100)));
    assert_eq!(post(&sender, "register", json!({ "pin": "123456" })).await, (400, Some(100)));
    assert_eq!(post(&sender, "deregister", Value::Null).await, (200, None));
    assert_eq!(post(&sender, "messages", text()).await, (400, Some(133_010)));
    assert_eq!(post(&sender, "register", pin("123456")).await, (200, None));
    assert_eq!(post(&sender, "messages", text()).await, (200, None));
}

#[tokio::test]
async fn a_number_is_locked_that_is_registered_too_often() {
    let (_simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    for _ in 0..10 {
        assert_eq!(post(&sender, "deregister", Value::Null).await, (200, None));
    }
    for edge in ["deregister", "register"] {
        assert_eq!(post(&sender, edge, whatsapp(json!({ "pin": "123456" }))).await, (400, Some(133_016)), "{edge}");
    }
}

#[tokio::test]
async fn a_code_is_the_one_that_was_asked_for() {
    let (_simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let order = json!({ "code_method": "SMS", "language": "en_US" });
    let code = json!({ "code": &NUMBER[..6] });
    assert_eq!(post(&sender, "verify_code", code.clone()).await, (400, Some(136_024)), "nobody asked");
    assert_eq!(
        post(&sender, "request_code", json!({ "code_method": "PIGEON", "language": "en" })).await,
        (400, Some(100))
    );
    assert_eq!(post(&sender, "request_code", order.clone()).await, (200, None));
    assert_eq!(post(&sender, "verify_code", json!({ "code": "000000" })).await, (400, Some(136_024)));
    assert_eq!(post(&sender, "request_code", order).await, (200, None));
    assert_eq!(post(&sender, "verify_code", code).await, (200, None));
}

#[tokio::test]
async fn a_profile_is_told_as_it_was_changed() {
    let (_simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let edge = "whatsapp_business_profile";
    assert_eq!(post(&sender, edge, whatsapp(json!({ "about": "Open", "email": "a@example.org" }))).await, (200, None));
    assert_eq!(post(&sender, edge, whatsapp(json!({ "about": "Closed" }))).await, (200, None));
    assert_eq!(post(&sender, edge, whatsapp(json!({ "colour": "red" }))).await, (400, Some(100)));
    assert_eq!(post(&sender, edge, whatsapp(json!({ "profile_picture_handle": "4::x" }))).await, (400, Some(131_009)));
    let told = sender.graph(Method::GET, &format!("{NUMBER}/{edge}?fields=about,email"), Value::Null).await.1;
    assert_eq!(told["data"], json!([{ "messaging_product": "whatsapp", "about": "Closed", "email": "a@example.org" }]));
}

#[tokio::test]
async fn who_wrote_stands_in_the_contact_book_until_they_are_taken_out_and_again_when_they_write_again() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let write = async || {
        let order = json!({ "number": NUMBER, "from": "16505551234", "text": "hello" });
        sender.control("inbound", order).await.1["user_id"].as_str().expect("an id").to_owned()
    };
    let forget = async |query: &str| {
        let (status, told) = sender.graph(Method::DELETE, &format!("{NUMBER}/contact_book?{query}"), Value::Null).await;
        (status, told["deleted"].as_bool(), told["error"]["code"].as_u64())
    };
    let person = format!("messaging_product=whatsapp&bsuid={}", write().await);
    assert_eq!(forget(&person).await, (200, Some(true), None));
    assert_eq!(forget(&person).await, (200, Some(false), None));
    until("the entry is made again", async || {
        write().await;
        forget(&person).await == (200, Some(true), None)
    })
    .await;
    assert_eq!(forget("messaging_product=whatsapp&bsuid=US.1").await, (200, Some(false), None));
    for wrong in [
        person.trim_start_matches("messaging_product=whatsapp&"),
        "messaging_product=whatsapp",
        "messaging_product=whatsapp&bsuid=US.ENT.1",
        "messaging_product=whatsapp&bsuid=16505551234",
    ] {
        assert_eq!(forget(wrong).await, (400, None, Some(100)), "{wrong}");
    }
    assert!(simulator.flush(FLUSH).await);
}

#[tokio::test]
async fn who_wrote_can_be_blocked_and_is_listed() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let order = json!({ "number": NUMBER, "from": "16505551234", "text": "hello" });
    assert_eq!(sender.control("inbound", order).await.0, 200);
    assert!(simulator.flush(FLUSH).await);
    let edge = format!("{NUMBER}/block_users");
    let people = whatsapp(json!({ "block_users": [{ "user": "+1 650 555 1234" }, { "user": "+16505559999" }] }));
    let (status, told) = sender.graph(Method::POST, &edge, people.clone()).await;
    let users = &told["block_users"];
    assert_eq!(
        (status, &users["added_users"]),
        (200, &json!([{ "input": "+1 650 555 1234", "wa_id": "16505551234" }]))
    );
    assert_eq!(users["failed_users"][0]["errors"][0]["code"], 131_047);
    let list = async || sender.graph(Method::GET, &edge, Value::Null).await.1["data"].clone();
    assert_eq!(list().await, json!([{ "messaging_product": "whatsapp", "wa_id": "16505551234" }]));
    let removed = sender.graph(Method::DELETE, &edge, people).await.1;
    assert_eq!(removed["block_users"]["removed_users"].as_array().map(Vec::len), Some(1));
    assert_eq!(list().await, json!([]));
    assert_eq!(post(&sender, "block_users", whatsapp(json!({ "block_users": [] }))).await, (400, Some(100)));
}
