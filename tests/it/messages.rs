//! Single messages over the API.

use posthaste_simulator::Faults;
use serde_json::json;

use crate::support::api::{LANGUAGE, TEMPLATE, phone};
use crate::support::wait::{PATIENCE, holds, unix_ms, until};
use crate::support::{Plan, SENDERS, World};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_written_to_once_somebody_has_written_in_it_and_its_people_tell_what_became_of_that() {
    let world = World::start(Plan { faults: Faults::NONE, ..Plan::default() }).await;
    let group = "Y2FwaV9ncm91cDox";
    let said = json!({ "id": "wamid.G", "from": "16315560001", "group_id": group, "timestamp": (unix_ms() / 1_000).to_string(),
        "type": "text", "text": { "body": "hello, all" } });
    let value = json!({ "messaging_product": "whatsapp", "messages": [said] });
    world.control("change", &json!({ "number": SENDERS[0], "field": "messages", "value": value })).await;
    until("the group may be written to", PATIENCE, async || {
        let open = "SELECT count(*) FROM service_window WHERE contact = 'group:Y2FwaV9ncm91cDox'";
        holds(world.database.number(open).await == 1, || "it has no window".to_owned())
    })
    .await;

    let sender = &world.tenant.sender;
    let ours = json!({ "sender_id": sender, "group_id": group, "text": { "body": "hello" } });
    let id = world.tenant.post_new("/v1/messages", &ours).await.expect(202)["id"].clone();
    let metas = json!({ "messaging_product": "whatsapp", "recipient_type": "group", "to": group, "type": "pin",
        "pin": { "type": "pin", "message_id": "wamid.G", "expiration_days": 7 } });
    let pinned = world.tenant.post_new(&format!("/graph/v26.0/{sender}/messages"), &metas).await.expect(200);
    assert_eq!(pinned["messages"][0]["group_id"], group, "{pinned}");
    let message = until("the message is read", PATIENCE, async || {
        let message = world.tenant.get(&format!("/v1/messages/{}", id.as_str().unwrap_or_default())).await.json();
        holds(message["status"] == "read", || message.to_string()).map(|()| message)
    })
    .await;
    assert_eq!(message["to"], format!("group:{group}"));
    until("both are sent", PATIENCE, async || {
        let to: Vec<_> = world.simulator.messages(0, 10).into_iter().map(|message| message.to).collect();
        holds(to == [group, group], || format!("{to:?}"))
    })
    .await;
    world.flush().await;
    let joined = world.database.number("SELECT count(*) FROM identity WHERE value LIKE '%Y2FwaV9ncm91cDox%'").await;
    assert_eq!(joined, 0, "nobody is taken for the group");
    world.assert_no_breach_and_no_duplicate();
}
