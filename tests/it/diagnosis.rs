//! Why nothing arrives, asked of Meta.

use http::Method;
use serde_json::{Value, json};

use crate::support::wait::{PATIENCE, until};
use crate::support::web::call;
use crate::support::{GRAPH_TOKEN, Plan, SENDERS, WABAS, World};

/// The states of the steps, in their order, and all that is said of them.
async fn found(world: &World) -> (Vec<String>, String) {
    let answer = world.tenant.get("/v1/diagnosis").await.expect(200);
    let findings: Vec<Value> = answer["data"].as_array().expect("a list").clone();
    assert!(findings.iter().all(|finding| finding["sender_id"] == SENDERS[0]), "{answer}");
    let states = findings.iter().map(|finding| format!("{}:{}", finding["step"], finding["state"]).replace('"', ""));
    (states.collect(), answer.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_webhooks_away_is_named_and_so_is_that_nothing_does() {
    let world = World::start(Plan::default()).await;
    let (states, said) = found(&world).await;
    assert_eq!(states, ["token:good", "subscription:good", "callback:good", "arrivals:unsure"], "{said}");
    world.control("inbound", &json!({ "number": SENDERS[0], "from": "12025550001", "text": "hello?" })).await;
    until("the message is told", PATIENCE, async || {
        let (states, said) = found(&world).await;
        if states.last().map(String::as_str) == Some("arrivals:good") { Ok(()) } else { Err(said) }
    })
    .await;

    let url = format!("http://{}/v23.0/{}/subscribed_apps", world.simulator.addr(), WABAS[0]);
    let token = format!("Bearer {GRAPH_TOKEN}");
    let answer = call(Method::DELETE, &url, &[("authorization", token.as_str())], "").await.expect("an answer");
    assert!(answer.status.is_success(), "{answer:?}");
    let (states, said) = found(&world).await;
    assert!(states.contains(&"subscription:bad".to_owned()) && said.contains("subscribed_apps"), "{said}");
}
