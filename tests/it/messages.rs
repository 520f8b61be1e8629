//! Single messages over the API.

use posthaste_simulator::Faults;
use serde_json::json;

use crate::support::api::{LANGUAGE, TEMPLATE, phone};
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

/// Requests with one Idempotency-Key at the same time.
const AT_ONCE: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_submitted_many_times_under_one_key_is_sent_once() {
    let world = World::start(Plan { faults: Faults::NONE, ..Plan::default() }).await;
    let template = json!({ "name": TEMPLATE, "language": LANGUAGE, "params": ["Ada", "A-1"] });
    let body = json!({ "sender_id": world.tenant.sender, "to": phone(0), "template": template });
    let submit = || world.tenant.post("/v1/messages", "key-1", &body);
    let first = submit().await;
    let id = first.expect(202)["id"].as_str().expect("an id").to_owned();
    let again = submit().await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    let other = json!({ "sender_id": world.tenant.sender, "to": phone(1), "text": { "body": "hello" } });
    world.tenant.post("/v1/messages", "key-1", &other).await.problem(422, "idempotency_key_reused");
    let mut racing = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (tenant, other) = (world.tenant.clone(), other.clone());
        racing.spawn(async move { tenant.post("/v1/messages", "key-2", &other).await });
    }
    let answers: Vec<_> = racing.join_all().await.iter().map(|answer| answer.expect(202)["id"].clone()).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");

    // Webhooks overtake each other: `read` may be told before `sent` is.
    let message = until("all of the message's statuses are told", PATIENCE, async || {
        let answer = world.tenant.get(&format!("/v1/messages/{id}")).await;
        if answer.status != 200 {
            return Err(answer.text);
        }
        let message = answer.json();
        let transitions = message["attempts"][0]["transitions"].as_array().cloned().unwrap_or_default();
        let told = |status: &str| transitions.iter().any(|transition| transition["status"] == status);
        let all = ["queued", "armed", "accepted", "sent", "delivered", "read"].into_iter().all(told);
        holds(all && message["status"] == "read", || answer.text.clone()).map(|()| message)
    })
    .await;
    assert_eq!(message["attempts"].as_array().map(Vec::len), Some(1), "{message}");
    // Every id that Meta's statuses told of the person goes on with their transitions.
    until("the statuses are published with whom they are about", PATIENCE, async || {
        let events: Vec<_> = world.broker.read("delivery.v1").await.iter().map(|record| record.json()).collect();
        let of_message = events.iter().filter(|event| event["intent_id"] == id.as_str());
        let told = of_message.filter(|event| {
            event["identity"]["wa_id"] == phone(0).trim_start_matches('+') && event["identity"]["user_id"].is_string()
        });
        let mut told: Vec<_> = told.map(|event| event["status"].to_string()).collect();
        told.sort();
        holds(told == ["delivered", "read", "sent"].map(|status| format!("\"{status}\"")), || format!("{events:?}"))
    })
    .await;
    until("the racing message is sent", PATIENCE, async || {
        let accepted = world.simulator.ledger().accepted;
        holds(accepted == 2, || accepted.to_string())
    })
    .await;
    submit().await.expect(202);
    // A third message passes through the same queue: whatever was submitted before it has been sent by then.
    world
        .tenant
        .post_new(
            "/v1/messages",
            &json!({ "sender_id": world.tenant.sender, "to": phone(2), "text": { "body": "last" } }),
        )
        .await
        .expect(202);
    until("the last message is sent", PATIENCE, async || {
        let last = phone(2).trim_start_matches('+').to_owned();
        let messages = world.simulator.messages(0, usize::MAX);
        holds(messages.iter().any(|message| message.to.trim_start_matches('+') == last), || format!("{messages:?}"))
    })
    .await;
    assert_eq!(world.simulator.ledger().accepted, 3);
    world.assert_no_breach_and_no_duplicate();
}
