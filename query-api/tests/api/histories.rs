//! Events of the histories of messages through the drop-in Graph API, with the simulator as Meta.

use std::time::Duration;

use http::Method;
use posthaste_simulator::{Faults, MillisRange, Options, Simulator};
use serde_json::{Value, json};

use crate::numbers::{call, outcome};
use crate::world::{Answer, World};

/// A message that left at Meta, and everything that is told of it: Meta's id of it and of its history, and ours of the history.
struct Sent {
    message: String,
    metas: String,
    ours: String,
}

async fn world() -> (World, Simulator) {
    let options = Options { status_delay_ms: MillisRange::new(1, 5), faults: Faults::NONE, ..Options::defaults() };
    World::simulated(&[], options).await
}

async fn send(world: &World, simulator: &Simulator, to: &str) -> Sent {
    let text = json!({ "messaging_product": "whatsapp", "to": to, "type": "text", "text": { "body": "x" } });
    let path = format!("/v23.0/{}/messages", world.sender);
    let sent = world.ask_simulator(simulator, Method::POST, &path, &text).await.json();
    let message = sent["messages"][0]["id"].as_str().expect("an id").to_owned();
    assert!(simulator.flush(Duration::from_secs(30)).await, "everything is reported");
    let path =
        format!("{}/message_history?message_id={}", world.sender, message.replace('+', "%2B").replace('=', "%3D"));
    let metas = world.ask_simulator(simulator, Method::GET, &format!("/v23.0/{path}"), &Value::Null).await.json();
    let ours = call(world, Method::GET, &path, Value::Null).await.json();
    let id = |told: &Value| told["data"][0]["id"].as_str().expect("an id").to_owned();
    Sent { message, metas: id(&metas), ours: id(&ours) }
}

async fn events(world: &World, id: &str, query: &str) -> Answer {
    call(world, Method::GET, &format!("{id}/events{query}"), Value::Null).await
}

#[tokio::test]
async fn events_are_asked_by_the_id_that_message_history_tells() {
    let (world, simulator) = world().await;
    let sent = send(&world, &simulator, "+16315550101").await;
    for (query, count) in [("", 3), ("?status_filter=READ", 1), ("?status_filter=FAILED", 0)] {
        let path = format!("/v23.0/{}/events{query}", sent.metas);
        let metas = world.ask_simulator(&simulator, Method::GET, &path, &Value::Null).await.json();
        assert_eq!(metas["data"].as_array().map(Vec::len), Some(count), "{query}: {metas}");
        assert_eq!(events(&world, &sent.ours, query).await.json(), metas, "{query}");
    }
    let refused = events(&world, &sent.ours, "?fields=application%7Bid%7D").await;
    assert_eq!(outcome(&refused), (400, Some(100)), "{}", refused.text);
    assert!(refused.text.contains("fields: "), "{}", refused.text);
}

#[tokio::test]
async fn an_id_that_names_another_message_or_another_tenants_number_looks_as_if_it_did_not_exist() {
    let (world, simulator) = world().await;
    let sent = send(&world, &simulator, "+16315550101").await;
    let other = send(&world, &simulator, "+16315550102").await;
    let made_up = |number: &str, history: &str, message: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{number}:{history}:{message}"))
    };
    assert_eq!(made_up(&world.sender, &sent.metas, &sent.message), sent.ours, "it is no secret");
    let refused = async |of: &World, id: &str| {
        let refused = events(of, id, "").await;
        assert_eq!(outcome(&refused), (400, Some(100)), "{id}: {}", refused.text);
        let details = format!("there is no history of a message {id} of yours");
        assert!(refused.text.contains(&details), "{}", refused.text);
    };
    for id in [
        sent.metas.as_str(),
        &made_up(&world.sender, &other.metas, &sent.message),
        &made_up(&world.sender, "messages", &sent.message),
        &made_up(&world.sender, &sent.metas, "wamid.HBgL"),
        &made_up("106540352242922", &sent.metas, &sent.message),
    ] {
        refused(&world, id).await;
    }
    let mut stranger = World::new().await;
    stranger.address = world.address;
    refused(&stranger, &sent.ours).await;
}
