//! Message histories, by which a sender learns what became of a message.

use std::sync::atomic::Ordering;

use http::Method;
use posthaste_simulator::{Faults, NumberSpec, Options};
use serde_json::{Value, json};

use crate::receiver::Sender;
use crate::stage::{FLUSH, NUMBER, pair, quick, until};

const OTHER: &str = "106540352242923";

/// The events of a message: status and how its webhook fared.
async fn events(sender: &Sender, wamid: &str) -> Vec<(String, String)> {
    let path = format!("{NUMBER}/message_history?message_id={}", wamid.replace('+', "%2B").replace('=', "%3D"));
    let told = sender.graph(Method::GET, &path, Value::Null).await.1;
    assert_eq!(told["data"][0]["message_id"], wamid);
    let word = |event: &Value, name: &str| event[name].as_str().unwrap().to_owned();
    let events = told["data"][0]["events"]["data"].as_array().unwrap();
    events.iter().map(|event| (word(event, "delivery_status"), word(event, "webhook_update_state"))).collect()
}

#[tokio::test]
async fn a_history_tells_what_was_reported_and_whether_the_webhook_was_taken() {
    let numbers = vec![NumberSpec::new(NUMBER, 100), NumberSpec::new(OTHER, 100)];
    let (simulator, receiver, sender) = pair(Options { numbers, ..quick(Faults::NONE) }).await;
    receiver.is_down.store(true, Ordering::Relaxed);
    let wamid = sender.send("+16505551234", "t").await.unwrap().1["messages"][0]["id"].as_str().unwrap().to_owned();
    until("all reports wait for a retry", async || {
        let events = events(&sender, &wamid).await;
        events.len() == 3 && events.iter().all(|(_, state)| state == "RETRYING")
    })
    .await;
    receiver.is_down.store(false, Ordering::Relaxed);
    assert!(simulator.flush(FLUSH).await);
    let expected = ["SENT", "DELIVERED", "READ"].map(|status| (status.to_owned(), "DELIVERED".to_owned()));
    assert_eq!(events(&sender, &wamid).await, expected);

    let wamid = wamid.replace('+', "%2B").replace('=', "%3D");
    let found = sender.graph(Method::GET, &format!("{NUMBER}/message_history?message_id={wamid}"), Value::Null).await.1;
    let id = found["data"][0]["id"].as_str().unwrap();
    assert_eq!(found["data"][0]["events"]["data"][0]["webhook_uri"], receiver.url());
    let filtered = sender.graph(Method::GET, &format!("{id}/events?status_filter=READ"), Value::Null).await.1;
    assert_eq!(
        (filtered["data"].as_array().unwrap().len(), &filtered["data"][0]["delivery_status"]),
        (1, &json!("READ"))
    );
    for elsewhere in [
        format!("{OTHER}/message_history?message_id={wamid}"),
        format!("{NUMBER}/message_history?message_id=wamid.HBgL"),
    ] {
        assert_eq!(sender.graph(Method::GET, &elsewhere, Value::Null).await, (200, json!({"data": []})), "{elsewhere}");
    }
    for wrong in [format!("{NUMBER}/message_history"), "9000000000000099/events".to_owned(), "7/events".to_owned()] {
        assert_eq!(sender.graph(Method::GET, &wrong, Value::Null).await.1["error"]["code"], 100, "{wrong}");
    }
}

#[tokio::test]
async fn a_message_that_was_never_answered_has_a_history() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    sender.control("faults", json!({"reset-share": 1})).await;
    assert_eq!(sender.send("+16505551234", "t").await, None);
    assert!(simulator.flush(FLUSH).await);
    assert_eq!(events(&sender, &simulator.messages(0, 1)[0].wamid).await.len(), 3);
}
