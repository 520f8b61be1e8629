//! Numbers, the app's subscription, and callbacks that stand in for the app's.

use std::time::Duration;

use http::Method;
use posthaste_simulator::{Faults, NumberSpec, Options};
use serde_json::{Value, json};

use crate::receiver::{Receiver, Sender};
use crate::stage::{FLUSH, NUMBER, SECRET, pair, quick};

const WABA: &str = "102290129340398";
const OTHER: &str = "106540352242923";

fn two_numbers() -> Options {
    let numbers = vec!["106540352242922:80:15550783881".parse().unwrap(), NumberSpec::new(OTHER, 1_000)];
    Options { numbers, messaging_limit: 2_000, ..quick(Faults::NONE) }
}

/// People write to both numbers; how many texts each receiver has seen in all.
async fn write(sender: &Sender, receivers: [&Receiver; 3]) -> [usize; 3] {
    for number in [NUMBER, OTHER] {
        let order = json!({"number": number, "from": "16505551234", "text": "hello"});
        assert_eq!(sender.control("inbound", order).await.0, 200);
    }
    assert_eq!(sender.control("flush?timeout-ms=20000", json!({})).await.0, 200);
    receivers.map(|receiver| receiver.seen.lock().inbound.len())
}

#[tokio::test]
async fn numbers_are_told_with_the_fields_that_are_asked_for() {
    let (_simulator, _receiver, sender) = pair(two_numbers()).await;
    let path = format!("{WABA}/phone_numbers?fields=id,display_phone_number,throughput");
    let told = sender.graph(Method::GET, &path, Value::Null).await.1;
    let account = sender.graph(Method::GET, &format!("{WABA}?fields=name"), Value::Null).await;
    assert_eq!(account, (200, json!({"id": WABA, "name": "Simulated Account"})));
    assert_eq!(
        told["data"][0],
        json!({"id": NUMBER, "display_phone_number": "+15550783881", "throughput": {"level": "STANDARD"}})
    );
    assert_eq!((&told["data"][1]["id"], &told["data"][1]["throughput"]["level"]), (&json!(OTHER), &json!("HIGH")));
    let path = format!("{NUMBER}?fields=whatsapp_business_manager_messaging_limit");
    let told = sender.graph(Method::GET, &path, Value::Null).await.1;
    assert_eq!(told, json!({"id": NUMBER, "whatsapp_business_manager_messaging_limit": "TIER_2K"}));
    let told = sender.graph(Method::GET, NUMBER, Value::Null).await.1;
    assert_eq!((&told["quality_rating"], &told["verified_name"]), (&json!("GREEN"), &json!("Simulated Business")));

    let order = json!({"number": NUMBER, "limit": 1, "fields": {"quality_rating": "RED"}});
    assert_eq!(sender.control("number", order).await.0, 200);
    let told = sender.graph(Method::GET, &format!("{NUMBER}?fields=quality_rating"), Value::Null).await.1;
    assert_eq!(told["quality_rating"], "RED");
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().0, 200);
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().1["error"]["code"], 130_429);
    assert_eq!(sender.control("number", json!({"number": NUMBER, "fields": {"smell": "good"}})).await.0, 400);
}

#[tokio::test]
async fn updates_follow_the_override_of_the_number_and_then_of_the_account() {
    let (_simulator, app, sender) = pair(two_numbers()).await;
    let (account, number) = (Receiver::start(SECRET, "account").await, Receiver::start(SECRET, "number").await);
    let all = [&app, &account, &number];
    assert_eq!(write(&sender, all).await, [2, 0, 0]);

    let apps = format!("{WABA}/subscribed_apps");
    let order =
        |receiver: &Receiver, token: &str| json!({"override_callback_uri": receiver.url(), "verify_token": token});
    let refused = sender.graph(Method::POST, &apps, order(&account, "wrong")).await;
    assert_eq!((refused.0, &refused.1["error"]["code"]), (400, &json!(2_200)));
    assert_eq!(sender.graph(Method::POST, &apps, order(&account, "account")).await.0, 200);
    assert_eq!(
        sender.graph(Method::GET, &apps, Value::Null).await.1["data"][0]["override_callback_uri"],
        account.url()
    );
    assert_eq!(write(&sender, all).await, [2, 2, 0]);

    let own = json!({"webhook_configuration": order(&number, "number")});
    assert_eq!(sender.graph(Method::POST, NUMBER, own).await.0, 200);
    let told = sender.graph(Method::GET, &format!("{NUMBER}?fields=webhook_configuration"), Value::Null).await.1;
    let expected =
        json!({"phone_number": number.url(), "whatsapp_business_account": account.url(), "application": app.url()});
    assert_eq!(told["webhook_configuration"], expected);
    assert_eq!(write(&sender, all).await, [2, 3, 1]);
    let paused = json!({"name": "order_update", "language": "en_US", "event": "PAUSED"});
    assert_eq!(sender.control("template-status", paused).await.0, 200);

    let none = json!({"webhook_configuration": {"override_callback_uri": ""}});
    assert_eq!(sender.graph(Method::POST, NUMBER, none).await.0, 200);
    assert_eq!(sender.graph(Method::POST, &apps, Value::Null).await.0, 200);
    assert_eq!(write(&sender, all).await, [4, 3, 1]);
    assert_eq!(app.seen.lock().templates, ["PAUSED"], "templates are told to the app alone");
    let faults = all.map(|receiver| receiver.seen.lock().faults.clone());
    assert_eq!(faults.concat(), Vec::<String>::new());
}

#[tokio::test]
async fn an_app_that_is_not_subscribed_is_told_nothing() {
    let (simulator, receiver, sender) = pair(two_numbers()).await;
    let apps = format!("{WABA}/subscribed_apps");
    assert_eq!(sender.graph(Method::DELETE, &apps, Value::Null).await.0, 200);
    assert_eq!(sender.graph(Method::GET, &apps, Value::Null).await.1, json!({"data": []}));
    assert_eq!(write(&sender, [&receiver; 3]).await, [0; 3]);
    let order = json!({"override_callback_uri": receiver.url(), "verify_token": "simulator-verify-token"});
    let (status, body) = sender.graph(Method::POST, &apps, order).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(100)));
    assert!(body["error"]["error_data"]["details"].as_str().unwrap().starts_with("Before override"));
    assert_eq!(sender.graph(Method::POST, &apps, json!({})).await.0, 200);
    assert_eq!(write(&sender, [&receiver; 3]).await, [2; 3]);
    assert_eq!(simulator.ledger().webhook_updates_dropped, 2);
    assert!(simulator.flush(Duration::ZERO).await || simulator.flush(FLUSH).await);
}

#[tokio::test]
async fn a_token_and_a_pin_are_looked_at() {
    let (_simulator, _receiver, sender) = pair(two_numbers()).await;
    let told =
        async |token: &str| sender.graph(Method::GET, &format!("debug_token?input_token={token}"), Value::Null).await.1;
    let known = told("simulator-token").await;
    assert_eq!(
        (&known["data"]["is_valid"], &known["data"]["granular_scopes"][0]["target_ids"]),
        (&json!(true), &json!([WABA]))
    );
    assert_eq!(told("other").await["data"]["is_valid"], false);
    assert_eq!(sender.graph(Method::GET, "debug_token", Value::Null).await.0, 400);
    for (pin, status) in [("123456", 200), ("12345", 400)] {
        assert_eq!(sender.graph(Method::POST, NUMBER, json!({"pin": pin})).await.0, status, "{pin}");
    }
}
