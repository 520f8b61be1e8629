//! Groups: made, joined, managed and deleted, and what webhooks tell of that.

use http::Method;
use posthaste_simulator::{Faults, NumberSpec, Options};
use serde_json::{Value, json};

use crate::receiver::{Receiver, Sender};
use crate::stage::{FLUSH, NUMBER, pair, quick};

const OTHER: &str = "106540352242923";

fn whatsapp(mut members: Value) -> Value {
    members["messaging_product"] = json!("whatsapp");
    members
}

async fn ids(sender: &Sender, number: &str) -> Vec<String> {
    let told = sender.graph(Method::GET, &format!("{number}/groups"), Value::Null).await.1;
    let groups = told["data"]["groups"].as_array().unwrap();
    groups.iter().map(|group| group["id"].as_str().unwrap().to_owned()).collect()
}

async fn create(sender: &Sender, number: &str, group: Value) -> String {
    let (status, told) = sender.graph(Method::POST, &format!("{number}/groups"), whatsapp(group)).await;
    assert_eq!((status, told["request_id"].is_string()), (200, true), "{told}");
    ids(sender, number).await.pop().unwrap()
}

/// The last element of `groups` that a field told.
fn told(receiver: &Receiver, field: &str) -> Value {
    receiver.seen.lock().others[field].1["groups"][0].clone()
}

#[tokio::test]
async fn a_group_is_made_told_of_changed_and_deleted() {
    let numbers = vec![NumberSpec::new(NUMBER, 100), NumberSpec::new(OTHER, 100)];
    let (simulator, receiver, sender) = pair(Options { numbers, ..quick(Faults::NONE) }).await;
    let id = create(&sender, NUMBER, json!({ "subject": " New ", "description": "d" })).await;
    assert_eq!(ids(&sender, OTHER).await, Vec::<String>::new(), "it is a group of the number");
    assert!(simulator.flush(FLUSH).await);
    let made = told(&receiver, "group_lifecycle_update");
    assert_eq!(
        (&made["group_id"], &made["type"], &made["subject"]),
        (&json!(id), &json!("group_create"), &json!("New"))
    );

    let shown = sender.graph(Method::GET, &format!("{id}?fields=subject,description"), Value::Null).await.1;
    assert_eq!(shown, json!({ "id": id, "subject": "New", "description": "d" }));
    let link = async || {
        let told = sender.graph(Method::GET, &format!("{id}/invite_link"), Value::Null).await.1;
        told["invite_link"].as_str().unwrap().to_owned()
    };
    let first = link().await;
    assert_eq!(made["invite_link"], first.as_str());
    assert_eq!(sender.graph(Method::POST, &format!("{id}/invite_link"), whatsapp(json!({}))).await.0, 200);
    assert_ne!(link().await, first);

    assert_eq!(sender.graph(Method::POST, &id, whatsapp(json!({ "subject": "Old" }))).await.0, 200);
    let shown = sender.graph(Method::GET, &format!("{id}?fields=subject"), Value::Null).await.1;
    assert_eq!(shown["subject"], "Old");
    for wrong in [json!({}), json!({ "subject": " " }), json!({ "subject": "x".repeat(129) })] {
        let refused = sender.graph(Method::POST, &format!("{NUMBER}/groups"), whatsapp(wrong.clone())).await;
        assert_eq!((refused.0, &refused.1["error"]["code"]), (400, &json!(100)), "{wrong}");
    }
    assert_eq!(sender.graph(Method::DELETE, &id, Value::Null).await.0, 200);
    assert!(simulator.flush(FLUSH).await);
    assert_eq!(told(&receiver, "group_lifecycle_update")["type"], "group_delete");
    assert_eq!(sender.graph(Method::GET, &id, Value::Null).await.1["error"]["code"], 100);
}

#[tokio::test]
async fn who_follows_the_link_is_in_a_group_or_asks_to_be() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let join =
        async |group: &str, from: &str| sender.control("group-join", json!({ "group": group, "from": from })).await;
    let people = async |group: &str| {
        let told = sender.graph(Method::GET, &format!("{group}?fields=participants"), Value::Null).await.1;
        told["participants"].clone()
    };
    let open = create(&sender, NUMBER, json!({ "subject": "open" })).await;
    assert_eq!(join(&open, "16505551234").await.1["join_request_id"], Value::Null);
    assert_eq!(people(&open).await, json!([{ "wa_id": "16505551234" }]));
    assert!(simulator.flush(FLUSH).await);
    assert_eq!(told(&receiver, "group_participants_update")["added_participants"], json!([{ "wa_id": "16505551234" }]));
    let removal = whatsapp(json!({ "participants": [{ "user": "+1 650 555 1234" }, { "user": "+16505559999" }] }));
    assert_eq!(sender.graph(Method::DELETE, &format!("{open}/participants"), removal).await.0, 200);
    assert_eq!(people(&open).await, json!([]));
    assert!(simulator.flush(FLUSH).await);
    let gone = told(&receiver, "group_participants_update");
    assert_eq!(gone["removed_participants"], json!([{ "input": "+1 650 555 1234", "wa_id": "16505551234" }]));
    assert_eq!(gone["failed_participants"][0]["input"], "+16505559999");

    let closed = create(&sender, NUMBER, json!({ "subject": "x", "join_approval_mode": "approval_required" })).await;
    let mut requests = Vec::new();
    for from in ["16505551234", "16505551235"] {
        requests.push(join(&closed, from).await.1["join_request_id"].as_str().unwrap().to_owned());
    }
    let edge = format!("{closed}/join_requests");
    let asked = sender.graph(Method::GET, &edge, Value::Null).await.1;
    assert_eq!(asked["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(asked["data"][0]["join_request_id"], requests[0]);
    let decide = async |method: Method, ids: &[&str]| {
        sender.graph(method, &edge, whatsapp(json!({ "join_requests": ids }))).await.1
    };
    let approved = decide(Method::POST, &[&requests[0], "7"]).await;
    assert_eq!(approved["approved_join_requests"], json!([requests[0]]));
    assert_eq!(approved["failed_join_requests"][0]["join_request_id"], "7");
    assert_eq!(decide(Method::DELETE, &[&requests[1]]).await["rejected_join_requests"], json!([requests[1]]));
    assert_eq!(people(&closed).await, json!([{ "wa_id": "16505551234" }]));
    assert_eq!(join("Y2FwaQ", "16505551234").await.0, 400);
}
