//! The drop-in Graph API: bodies, answers and errors as a client library of Meta's knows them.

use http::Method;
use posthaste_model::{Class, Message, Receipt, Wamid};
use serde_json::{Value, json};

use crate::world::{Answer, WABA, World};

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

async fn send(world: &World, number: &str, body: &Value) -> Answer {
    let path = format!("/graph/v23.0/{number}/messages");
    world.send(Method::POST, &path, JSON, body.to_string()).await
}

fn text(to: &str) -> Value {
    json!({ "messaging_product": "whatsapp", "recipient_type": "individual", "to": to, "type": "text",
        "text": { "body": "hello" }, "context": { "message_id": "wamid.Q" } })
}

fn template(to: &str, name: &str, parameters: &[&str]) -> Value {
    let parameters: Vec<_> = parameters.iter().map(|text| json!({ "type": "text", "text": text })).collect();
    json!({ "messaging_product": "whatsapp", "to": to, "type": "template", "template": { "name": name,
        "language": { "code": "en_US" }, "components": [{ "type": "body", "parameters": parameters }] } })
}

#[tokio::test]
async fn a_send_is_answered_as_meta_answers_it_and_queued() {
    let world = World::new().await;
    let answer = send(&world, &world.sender, &text("16315550101")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(body["contacts"], json!([{ "input": "16315550101", "wa_id": "16315550101" }]));
    let id = body["messages"][0]["id"].as_str().expect("an id");
    assert!(id.starts_with("wamid.PH") && id.len() == "wamid.PH".len() + 32, "{id}");
    let answer = send(&world, &world.sender, &template("+16315550199", "order", &["Ann", "#1"])).await;
    let body: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(body["messages"][0]["message_status"], "accepted", "{}", answer.text);
    let accepted = world.commands.accepted.lock();
    let intent = &accepted[0].intent;
    assert_eq!(format!("wamid.PH{:X}", intent.intent_id.0.simple()), id);
    assert_eq!((intent.contact.as_str(), intent.sender_id.as_str()), ("+16315550101", world.sender.as_str()));
    assert_eq!(intent.message.reply_to().map(|wamid| wamid.as_str()), Some("wamid.Q"));
    assert_ne!(accepted[0].idempotency.key, accepted[1].idempotency.key, "each request is a message of its own");
}

#[tokio::test]
async fn a_number_without_its_plus_is_a_whole_one_or_one_of_the_senders_country() {
    let world = World::new().await;
    for (to, contact) in [("(631) 555-0101", "+16315550101"), ("491701234567", "+491701234567")] {
        let answer = send(&world, &world.sender, &template(to, "hello", &[])).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let expected = json!([{ "input": to, "wa_id": contact.trim_start_matches('+') }]);
        assert_eq!(answer.json()["contacts"], expected);
        assert_eq!(world.commands.accepted.lock().pop().expect("an intent").intent.contact.as_str(), contact);
    }
}

#[tokio::test]
async fn what_a_caller_gives_along_goes_with_its_message_and_is_not_longer_than_metas() {
    let world = World::new().await;
    for (given, kept) in
        [(json!("order-7 \u{1f680}"), Some("order-7 \u{1f680}")), (json!(""), None), (Value::Null, None)]
    {
        let mut body = text("16315550101");
        body["biz_opaque_callback_data"] = given;
        let answer = send(&world, &world.sender, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let accepted = world.commands.accepted.lock().pop().expect("an intent");
        assert_eq!(accepted.intent.callback_data.as_deref(), kept);
    }
    for wrong in [json!("x".repeat(513)), json!(7), json!("a\0b")] {
        let mut body = text("16315550101");
        body["biz_opaque_callback_data"] = wrong.clone();
        let answer = send(&world, &world.sender, &body).await;
        assert!(answer.status == 400 && answer.text.contains("biz_opaque_callback_data"), "{wrong}: {}", answer.text);
    }
}

#[tokio::test]
async fn errors_have_metas_form_and_codes() {
    let world = World::new().await;
    world.post("/v1/opt-outs", &json!({ "contact": "+16315550109" })).await;
    world.set_template("order", "paused", None).await;
    let mut long = text("+16315550101");
    long["type"] = json!("interactive");
    long["interactive"] = json!({ "type": "cta_url", "body": { "text": "b" }, "footer": { "text": "x".repeat(61) },
        "action": { "name": "cta_url", "parameters": { "display_text": "Go", "url": "https://example.org" } } });
    let mut nobody = text("+16315550101");
    nobody["to"] = Value::Null;
    for (number, body, status, code) in [
        (world.sender.as_str(), text("+16315550188"), 400, 131_047),
        (&world.sender, template("+16315550109", "hello", &[]), 400, 131_050),
        (&world.sender, template("+16315550101", "nothing", &[]), 404, 132_001),
        (&world.sender, template("+16315550101", "order", &["a", "b"]), 400, 132_015),
        (&world.sender, template("+16315550101", "hello", &["too many"]), 400, 132_000),
        (&world.sender, long, 400, 131_009),
        (&world.sender, nobody, 400, 131_008),
        ("999", text("+16315550101"), 400, 100),
    ] {
        let answer = send(&world, number, &body).await;
        let error: Value = serde_json::from_str(&answer.text).expect("JSON");
        let seen = (answer.status.as_u16(), error["error"]["code"].as_i64());
        assert_eq!(seen, (status, Some(code)), "{body}: {}", answer.text);
        assert!(error["error"]["error_data"]["details"].is_string() && error["error"]["fbtrace_id"].is_string());
    }
    let path = format!("/graph/v23.0/{}/messages", world.sender);
    let stranger = world.send_plain(Method::POST, &path, &[("authorization", "Bearer EAAG")], "{}").await;
    let error: Value = serde_json::from_str(&stranger.text).expect("JSON");
    assert_eq!((stranger.status.as_u16(), error["error"]["code"].as_i64()), (401, Some(190)));
    assert!(world.commands.accepted.lock().is_empty());
}

#[tokio::test]
async fn what_a_person_wrote_is_marked_as_read_and_nothing_else_is() {
    let world = World::new().await;
    let wrote = "INSERT INTO inbound_message (tenant_id, sender_id, wamid, contact, at, kind, raw, from_business)
                 VALUES ($1, $2, $3, '+16315550101', now(), 'text', '', $4)";
    for (wamid, from_business) in [("wamid.P", false), ("wamid.OWN", true)] {
        world.sql.execute(wrote, &[&world.tenant.0, &world.sender, &wamid, &from_business]).await.expect("a row");
    }
    let read = |id: &str| json!({ "messaging_product": "whatsapp", "status": "read", "message_id": id });
    let mut typing = read("wamid.P");
    typing["typing_indicator"] = json!({ "type": "text" });
    let answer = send(&world, &world.sender, &typing).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, r#"{"success":true}"#));
    let other = World::new().await;
    for (number, body, code) in [
        (world.sender.as_str(), read("wamid.OWN"), 100),
        (&world.sender, read("wamid.Q"), 100),
        (&world.sender, json!({ "messaging_product": "whatsapp", "status": "read" }), 131_008),
        (&other.sender, read("wamid.P"), 100),
    ] {
        let answer = send(&world, number, &body).await;
        let error: Value = serde_json::from_str(&answer.text).expect("JSON");
        assert_eq!((answer.status.as_u16(), &error["error"]["code"]), (400, &json!(code)), "{body}: {}", answer.text);
    }
    let accepted = world.commands.accepted.lock();
    let [submitted] = &accepted[..] else { panic!("{} intents", accepted.len()) };
    let intent = &submitted.intent;
    assert_eq!((intent.class, intent.contact.as_str()), (Class::Receipt, "+16315550101"));
    assert_eq!(intent.message, Message::Receipt(Receipt { message_id: Wamid::new("wamid.P"), typing: true }));
}

#[tokio::test]
async fn numbers_and_templates_are_listed_as_meta_lists_them() {
    let world = World::new().await;
    let get = async |path: &str| {
        let answer = world.send(Method::GET, path, &[], "").await;
        serde_json::from_str::<Value>(&answer.text).expect("JSON")
    };
    let numbers = get(&format!("/graph/v23.0/{WABA}/phone_numbers?fields=id")).await;
    assert_eq!(numbers["data"], json!([{ "id": world.sender }]));
    let number = get(&format!("/graph/v23.0/{}?fields=throughput", world.sender)).await;
    assert_eq!(number, json!({ "id": world.sender, "throughput": { "level": "STANDARD" } }));
    let base = format!("/graph/v23.0/{WABA}/message_templates");
    let names = |page: &Value| -> Vec<String> {
        let rows = page["data"].as_array().expect("a list");
        rows.iter().map(|row| format!("{}/{}", row["name"], row["language"]).replace('"', "")).collect()
    };
    let first = get(&format!("{base}?limit=2&fields=name,language")).await;
    assert_eq!(names(&first), ["hello/en_US", "order/de"]);
    let members: Vec<&String> = first["data"][0].as_object().expect("an object").keys().collect();
    assert_eq!(members, ["id", "language", "name"], "no more than was asked for, and the id");
    let next = first["paging"]["next"].as_str().expect("there is another page");
    let second =
        get(next.split_once("/graph/").map(|(_, path)| format!("/graph/{path}")).expect("ours").as_str()).await;
    assert_eq!((names(&second), second["paging"].get("next")), (vec!["order/en_US".to_owned()], None));
    assert!(second["data"][0].get("status").is_none(), "the next page has the same fields");
    let before = second["paging"]["cursors"]["before"].as_str().expect("a cursor");
    assert_eq!(names(&get(&format!("{base}?limit=1&before={before}")).await), ["order/de"]);
    let before = first["paging"]["cursors"]["before"].as_str().expect("a cursor");
    assert_eq!(get(&format!("{base}?before={before}")).await, json!({ "data": [] }));
    let named = get(&format!("{base}?name=order&language=de&status=APPROVED")).await;
    assert_eq!(named["data"].as_array().map(Vec::len), Some(1), "{named}");
    world.add_template("sale", "MARKETING").await;
    world.set_template("hello", "paused", None).await;
    for (filter, expected) in [
        ("name=order", &["order/de", "order/en_US"][..]),
        ("language=de", &["order/de"]),
        ("status=PAUSED", &["hello/en_US"]),
        ("category=MARKETING", &["sale/en_US"]),
        ("name=order&language=en_US&status=APPROVED&category=UTILITY", &["order/en_US"]),
        ("name=order&status=PAUSED", &[]),
    ] {
        assert_eq!(names(&get(&format!("{base}?{filter}")).await), expected, "{filter}");
    }
    assert_eq!(get("/graph/v23.0/1/phone_numbers").await["error"]["code"], 100, "another account");
}
