//! People who are known by a business-scoped id alone.

use http::Method;
use posthaste_simulator::{Faults, Share};
use serde_json::{Value, json};

use crate::stage::{FLUSH, NUMBER, pair, quick};

#[tokio::test]
async fn who_hides_their_number_is_told_by_user_id_alone() {
    for (hidden_number_share, number) in [(Share::NEVER, json!("16505551234")), (Share::ALWAYS, Value::Null)] {
        let (simulator, receiver, sender) = pair(quick(Faults { hidden_number_share, ..Faults::NONE })).await;
        let order = json!({"number": NUMBER, "from": "16505551234", "text": "hello"});
        let id = sender.control("inbound", order).await.1["id"].as_str().unwrap().to_owned();
        let order = json!({"number": NUMBER, "from": "16505551234", "value": "stop"});
        assert_eq!(sender.control("opt-out", order).await.0, 200);
        assert!(simulator.flush(FLUSH).await);
        let seen = receiver.seen.lock();
        let message = &seen.elements[&id];
        let user = message["from_user_id"].as_str().unwrap();
        assert!(user.starts_with("US."), "{user}");
        let (contact, preference) = (&seen.contacts[user], &seen.others["user_preferences"].1["user_preferences"][0]);
        assert_eq!([&message["from"], &contact["wa_id"], &preference["wa_id"]], [&number; 3]);
        assert_eq!((&preference["user_id"], &contact["profile"]["username"]), (&json!(user), &Value::Null));
    }
}

#[tokio::test]
async fn who_has_a_username_is_told_and_answered_by_user_id() {
    let faults = Faults { username_share: Share::ALWAYS, ..Faults::NONE };
    let (simulator, receiver, sender) = pair(quick(faults)).await;
    let order = json!({"number": NUMBER, "from": "16505551234", "type": "image"});
    let id = sender.control("inbound", order).await.1["id"].as_str().unwrap().to_owned();
    assert!(simulator.flush(FLUSH).await);
    let message = receiver.seen.lock().files[&id].clone();
    assert!(message.get("from").is_none());
    let user = message["from_user_id"].as_str().unwrap().to_owned();
    let contact = receiver.seen.lock().contacts[&user].clone();
    assert!(contact.get("wa_id").is_none());
    assert!(contact["profile"]["username"].as_str().unwrap().starts_with('@'));

    let text = json!({"messaging_product": "whatsapp", "recipient": user, "type": "text", "text": {"body": "hi"}});
    let path = format!("{NUMBER}/messages");
    let answer = sender.graph(Method::POST, &path, text.clone()).await.1;
    assert_eq!(answer["contacts"][0], json!({"input": user, "user_id": user}));
    assert!(simulator.flush(FLUSH).await);
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    sender.control("faults", json!({"failed-share": 1})).await;
    let failing = sender.graph(Method::POST, &path, text).await.1;
    assert!(simulator.flush(FLUSH).await);
    let seen = receiver.seen.lock();
    assert_eq!(seen.statuses[wamid], ["sent", "delivered", "read"]);
    assert_eq!(seen.recipients[wamid], (Value::Null, json!(user)));
    let failing = failing["messages"][0]["id"].as_str().unwrap();
    assert_eq!((&seen.statuses[failing][0], &seen.recipients[failing].1), (&"failed".to_owned(), &json!(user)));
    assert_eq!(seen.faults, Vec::<String>::new());
}

#[tokio::test]
async fn a_group_is_sent_to_and_one_of_its_people_tells_of_it() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let path = format!("{NUMBER}/messages");
    let text = json!({"messaging_product": "whatsapp", "recipient_type": "group", "to": "Y2FwaV9ncm91cDox", "type": "text",
        "text": {"body": "hi"}});
    let answer = sender.graph(Method::POST, &path, text).await.1;
    assert_eq!(answer["contacts"][0], json!({"input": "Y2FwaV9ncm91cDox", "wa_id": "Y2FwaV9ncm91cDox"}));
    assert_eq!(answer["messages"][0]["group_id"], "Y2FwaV9ncm91cDox");
    assert!(simulator.flush(FLUSH).await);
    let seen = receiver.seen.lock();
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    assert_eq!(seen.statuses[wamid], ["sent", "delivered", "read"]);
    assert_eq!(seen.recipients[wamid], (json!("Y2FwaV9ncm91cDox"), Value::Null));
    assert_eq!(seen.faults, Vec::<String>::new());
}

#[tokio::test]
async fn a_number_is_told_as_meta_writes_it() {
    let faults = Faults { rewrite_numbers: true, ..Faults::NONE };
    let (simulator, receiver, sender) = pair(quick(faults)).await;
    let path = format!("{NUMBER}/messages");
    let send = async |to: &str| {
        let text = json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": "hi"}});
        sender.graph(Method::POST, &path, text).await.1
    };
    let answer = send("+5511987654321").await;
    assert_eq!(answer["contacts"][0], json!({"input": "+5511987654321", "wa_id": "551187654321"}));
    let other = send("+16505551234").await;
    assert_eq!(other["contacts"][0], json!({"input": "+16505551234", "wa_id": "16505551234"}));
    assert!(simulator.flush(FLUSH).await);
    let seen = receiver.seen.lock();
    let recipient = |answer: &Value| seen.recipients[answer["messages"][0]["id"].as_str().unwrap()].clone();
    // However the number was written, the person is the same.
    let (number, user_id) = recipient(&answer);
    assert_eq!((number, user_id == recipient(&other).1), (json!("551187654321"), false));
    assert_eq!(seen.faults, Vec::<String>::new());
}
