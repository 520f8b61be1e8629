//! What integrators do not expect: each is in Meta's documentation or has been seen.

use http::Method;
use posthaste_simulator::{Faults, Options, Share, start};
use serde_json::{Value, json};

use crate::receiver::{Receiver, Sender};
use crate::stage::{FLUSH, NUMBER, VERIFY, pair, quick};

const ALWAYS: Share = Share::ALWAYS;

async fn wamid(sender: &Sender) -> String {
    let (status, answer) = sender.send("+16505551234", "t").await.unwrap();
    assert_eq!(status, 200, "{answer}");
    answer["messages"][0]["id"].as_str().unwrap().to_owned()
}

async fn write(sender: &Sender, order: Value) -> (u16, Value) {
    let mut order = order;
    (order["number"], order["from"]) = (json!(NUMBER), json!("+16505551234"));
    sender.control("inbound", order).await
}

#[tokio::test]
async fn the_price_may_come_with_a_later_status() {
    for (read_only_share, expected) in [(Share::NEVER, "delivered"), (ALWAYS, "read")] {
        let faults = Faults { late_pricing_share: ALWAYS, read_only_share, ..Faults::NONE };
        let (simulator, receiver, sender) = pair(quick(faults)).await;
        let wamid = wamid(&sender).await;
        assert!(simulator.flush(FLUSH).await);
        let seen = receiver.seen.lock();
        assert_eq!((seen.priced_with[&wamid].as_str(), seen.pricing[&wamid].as_str()), (expected, "utility"));
        assert_eq!(seen.faults, Vec::<String>::new());
    }
}

#[tokio::test]
async fn nothing_may_ever_be_told_of_a_message() {
    let (simulator, receiver, sender) = pair(quick(Faults { dropped_share: ALWAYS, ..Faults::NONE })).await;
    let wamid = wamid(&sender).await;
    assert!(simulator.flush(FLUSH).await);
    assert!(receiver.seen.lock().statuses.is_empty());
    let ledger = simulator.ledger();
    assert_eq!((ledger.accepted, ledger.by_final_status.accepted, ledger.fully_acknowledged), (1, 1, 1));
    let path = format!("{NUMBER}/message_history?message_id={}", wamid.replace('+', "%2B").replace('=', "%3D"));
    let history = sender.graph(Method::GET, &path, Value::Null).await.1;
    assert_eq!(history["data"][0]["events"]["data"], json!([]));
}

#[tokio::test]
async fn a_failure_may_follow_a_success() {
    let after_sent = Faults { failed_share: ALWAYS, failed_after_sent_share: ALWAYS, ..Faults::NONE };
    let after_delivered = Faults { failed_after_delivered_share: ALWAYS, read_share: Share::NEVER, ..Faults::NONE };
    for (faults, expected, delivered) in
        [(after_sent, vec!["sent", "failed"], 0), (after_delivered, vec!["sent", "delivered", "failed"], 1)]
    {
        let (simulator, receiver, sender) = pair(Options { batch_max: 1, ..quick(faults) }).await;
        let wamid = wamid(&sender).await;
        assert!(simulator.flush(FLUSH).await);
        assert_eq!(receiver.seen.lock().statuses[&wamid], expected);
        let by = simulator.ledger().by_final_status;
        assert_eq!((by.delivered, by.failed), (delivered, 1 - delivered), "what was delivered was delivered");
    }
}

#[tokio::test]
async fn a_message_outside_the_window_may_be_accepted_and_fail() {
    let faults = Faults { window_async_share: ALWAYS, ..Faults::NONE };
    let (simulator, receiver, sender) = pair(Options { enforce_window: true, ..quick(faults) }).await;
    let text = json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "text", "text": {"body": "hi"}});
    let answer = sender.graph(Method::POST, &format!("{NUMBER}/messages"), text.clone()).await.1;
    assert!(simulator.flush(FLUSH).await);
    assert_eq!(receiver.seen.lock().failures[answer["messages"][0]["id"].as_str().unwrap()], 131_047);
    assert_eq!(write(&sender, json!({"text": "hello"})).await.0, 200);
    sender.graph(Method::POST, &format!("{NUMBER}/messages"), text).await;
    assert!(simulator.flush(FLUSH).await);
    assert_eq!((simulator.ledger().by_final_status.failed, simulator.ledger().by_final_status.read), (1, 1));
}

#[tokio::test]
async fn an_error_may_be_a_page_of_html_or_nothing() {
    let (_simulator, _receiver, sender) = pair(quick(Faults { error_500_share: ALWAYS, ..Faults::NONE })).await;
    let path = format!("/v23.0/{NUMBER}/messages");
    let text = json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "text", "text": {"body": "hi"}});
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(sender.text(Method::POST, &path, "simulator-token", text.to_string()).await.unwrap());
    }
    answers.sort();
    assert_eq!(answers.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [500, 502, 503]);
    assert_eq!(answers[0].1, "");
    assert!(answers[1..].iter().all(|(_, page)| page.starts_with("<html>")), "{answers:?}");
}

#[tokio::test]
async fn error_data_may_be_a_text_and_errors_say_whether_they_pass() {
    let (_simulator, _receiver, sender) = pair(quick(Faults { string_error_data_share: ALWAYS, ..Faults::NONE })).await;
    for (code, status, is_transient) in [(131_031, 403, None), (131_016, 500, Some(true)), (2, 503, Some(true))] {
        assert_eq!(sender.control("refuse", json!({ "code": code })).await.0, 200);
        let (answered, body) = sender.send("+16505551234", "t").await.unwrap();
        assert_eq!((answered, body["error"]["code"].as_u64()), (status, Some(code)));
        assert!(body["error"]["error_data"].is_string(), "{body}");
        assert_eq!(body["error"]["is_transient"].as_bool(), is_transient);
    }
}

#[tokio::test]
async fn people_of_an_enrolled_business_have_an_id_for_all_portfolios() {
    let faults = Faults { parent_user_ids: true, failed_share: Share::NEVER, ..Faults::NONE };
    let (simulator, receiver, sender) = pair(quick(faults)).await;
    let id = write(&sender, json!({"text": "hello"})).await.1["id"].as_str().unwrap().to_owned();
    let wamid = wamid(&sender).await;
    assert!(simulator.flush(FLUSH).await);
    let seen = receiver.seen.lock();
    let parent = seen.elements[&id]["from_parent_user_id"].as_str().unwrap();
    assert!(parent.starts_with("US.ENT."), "{parent}");
    assert_eq!(seen.elements[&wamid]["recipient_parent_user_id"], parent);
    let user = seen.elements[&id]["from_user_id"].as_str().unwrap();
    assert_eq!(seen.contacts[user]["parent_user_id"], parent);
}

#[tokio::test]
async fn people_write_in_every_shape() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let reply = json!({
        "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}},
        "context": {"from": "15550783881", "id": "wamid.HBgL"},
    });
    let shapes = [
        json!({"type": "interactive", "content": reply}),
        json!({"type": "reaction", "content": {"reaction": {"message_id": "wamid.HBgL"}}}),
        json!({"type": "telepathy", "content": {"telepathy": {"thought": "é/"}}}),
        json!({"type": "system", "content": {"system": {"type": "user_changed_number", "wa_id": "16505559999"}}}),
        json!({"type": "text", "text": "hi", "content": {"referral": {"source_type": "ad", "ctwa_clid": "x"}}}),
        json!({"text": "a\u{0}b 👩‍👩‍👧"}),
        json!({"text": "ü".repeat(4_096)}),
    ];
    let mut ids = Vec::new();
    for shape in &shapes {
        let (status, told) = write(&sender, shape.clone()).await;
        assert_eq!(status, 200, "{told}");
        ids.push(told["id"].as_str().unwrap().to_owned());
    }
    assert!(simulator.flush(FLUSH).await);
    {
        let seen = receiver.seen.lock();
        for (id, shape) in ids.iter().zip(&shapes).take(5) {
            let told = &seen.elements[id];
            assert_eq!(told["type"], shape["type"]);
            for (member, value) in shape["content"].as_object().unwrap() {
                assert_eq!(&told[member], value);
            }
        }
        assert_eq!((seen.inbound[&ids[4]].as_str(), seen.inbound[&ids[5]].as_str()), ("hi", "a\u{0}b 👩‍👩‍👧"));
        assert_eq!(seen.inbound[&ids[6]].chars().count(), 4_096);
    }
    for wrong in [json!({"type": "telepathy"}), json!({"type": "x", "content": {"id": "wamid.mine"}})] {
        assert_eq!(write(&sender, wrong).await.0, 400);
    }
}

#[tokio::test]
async fn what_the_system_tells_has_no_contact() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let changed = json!({"system": {"type": "user_changed_number", "body": "changed", "wa_id": "16505559999"}});
    assert_eq!(write(&sender, json!({"type": "system", "content": changed})).await.0, 200);
    assert!(simulator.flush(FLUSH).await);
    let seen = receiver.seen.lock();
    assert_eq!((seen.contacts.len(), seen.elements.len()), (0, 1));
}

#[tokio::test]
async fn a_status_that_nobody_knows_can_be_posted() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let status = json!({"id": "wamid.other", "status": "teleported", "timestamp": "soon", "recipient_user_id": "US.1"});
    let value = json!({"contacts": [{"user_id": "US.1"}], "statuses": [status]});
    let change = json!({"field": "messages", "number": NUMBER, "value": value});
    assert_eq!(sender.control("change", change).await.0, 200);
    assert!(simulator.flush(FLUSH).await);
    assert_eq!(receiver.seen.lock().statuses["wamid.other"], ["teleported"]);
}

#[tokio::test]
async fn webhooks_may_be_signed_with_the_secret_that_was_changed() {
    let receiver = Receiver::start("the old secret", VERIFY).await;
    let options = Options {
        webhook_url: Some(receiver.url()),
        previous_app_secret: Some("the old secret".into()),
        ..quick(Faults { previous_secret_share: ALWAYS, ..Faults::NONE })
    };
    let simulator = start(options).await.unwrap();
    let sender = Sender::new(simulator.addr(), NUMBER);
    wamid(&sender).await;
    assert!(simulator.flush(FLUSH).await);
    assert_eq!((receiver.seen.lock().forged, simulator.ledger().webhook_retries), (0, 0));
}

#[tokio::test]
async fn every_answer_tells_the_usage_of_the_account() {
    let (_simulator, _receiver, sender) = pair(quick(Faults { account_usage: 97, ..Faults::NONE })).await;
    wamid(&sender).await;
    let told = sender.business_usage()["102290129340398"][0].clone();
    assert_eq!((&told["call_count"], &told["estimated_time_to_regain_access"]), (&json!(97), &json!(0)));
    assert_eq!(sender.control("faults", json!({"account-usage": 100})).await.0, 200);
    wamid(&sender).await;
    assert!(sender.business_usage()["102290129340398"][0]["estimated_time_to_regain_access"].as_u64() > Some(0));
}
