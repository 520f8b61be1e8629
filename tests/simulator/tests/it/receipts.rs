//! Read receipts and typing indicators.

use http::Method;
use posthaste_simulator::{Faults, NumberSpec, Options};
use serde_json::{Value, json};

use crate::receiver::Sender;
use crate::stage::{NUMBER, pair, quick};

const OTHER: &str = "106540352242923";

async fn mark(sender: &Sender, number: &str, id: &str, more: Value) -> (u16, Value) {
    let mut body = json!({"messaging_product": "whatsapp", "status": "read", "message_id": id});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    sender.graph(Method::POST, &format!("{number}/messages"), body).await
}

#[tokio::test]
async fn a_receipt_is_taken_for_what_came_to_the_number_and_remembered() {
    let numbers = vec![NumberSpec::new(NUMBER, 100), NumberSpec::new(OTHER, 100)];
    let (simulator, _receiver, sender) = pair(Options { numbers, ..quick(Faults::NONE) }).await;
    let order = json!({"number": NUMBER, "from": "16505551234", "text": "hello"});
    let id = sender.control("inbound", order).await.1["id"].as_str().unwrap().to_owned();
    assert_eq!(mark(&sender, NUMBER, &id, json!({})).await, (200, json!({"success": true})));
    assert_eq!(mark(&sender, NUMBER, &id, json!({"typing_indicator": {"type": "text"}})).await.0, 200);
    let sent = sender.send("+16505551234", "t").await.unwrap().1["messages"][0]["id"].as_str().unwrap().to_owned();
    for (number, id, more, code) in [
        (OTHER, id.as_str(), json!({}), 131_009),
        (NUMBER, sent.as_str(), json!({}), 131_009),
        (NUMBER, "wamid.HBgL", json!({}), 131_009),
        (NUMBER, "x", json!({}), 100),
        (NUMBER, id.as_str(), json!({"typing_indicator": {"type": "smoke"}}), 100),
    ] {
        let (status, body) = mark(&sender, number, id, more).await;
        assert_eq!((status, body["error"]["code"].as_u64()), (400, Some(code)), "{id}");
    }
    let reads = simulator.reads(0, 9);
    assert_eq!(
        reads.iter().map(|read| (read.message_id.as_str(), read.typing)).collect::<Vec<_>>(),
        [(id.as_str(), false), (&id, true)]
    );
    let told = sender.call(Method::GET, "/_simulator/reads?after=1", "", String::new()).await.unwrap().1;
    assert_eq!((&told["index"], &told["number"], &told["typing"]), (&json!(2), &json!(NUMBER), &json!(true)));
    let ledger = simulator.ledger();
    assert_eq!((ledger.read_receipts, ledger.typing_indicators, ledger.accepted, ledger.requests), (2, 1, 1, 8));
}

#[tokio::test]
async fn receipts_take_places_of_sends() {
    let numbers = vec![NumberSpec::new(NUMBER, 4)];
    let (simulator, _receiver, sender) = pair(Options { numbers, ..quick(Faults::NONE) }).await;
    let order = json!({"number": NUMBER, "from": "16505551234", "text": "hello"});
    let id = sender.control("inbound", order).await.1["id"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        assert_eq!(mark(&sender, NUMBER, &id, json!({})).await.0, 200);
    }
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().1["error"]["code"], 130_429);
    assert_eq!((simulator.ledger().read_receipts, simulator.ledger().breaches), (3, 1));
}
