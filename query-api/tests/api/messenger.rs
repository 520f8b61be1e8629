//! Messages from pages of Messenger: who may be sent what, and for how long.

use http::Method;
use serde_json::{Value, json};

use crate::world::World;

const PAGE: &str = "messenger";

/// Registers a page of the tenant's and notes when people wrote to it last.
async fn page(world: &World, wrote_hours_ago: &[(&str, i32)]) -> String {
    sender_of(world, PAGE, wrote_hours_ago).await
}

/// Registers a sender of a channel and notes when people wrote to it last.
async fn sender_of(world: &World, channel: &str, wrote_hours_ago: &[(&str, i32)]) -> String {
    let page = format!("p{}", uuid::Uuid::now_v7().simple());
    let register = "INSERT INTO sender (tenant_id, sender_id, waba_id, display_number, channel)
                    VALUES ($1, $2, $2, 'a page', $3)";
    world.sql.execute(register, &[&world.tenant.0, &page, &channel]).await.expect("a page");
    let wrote = "INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound)
                 VALUES ($1, $2, $3, now() - make_interval(hours => $4))";
    for (contact, hours) in wrote_hours_ago {
        world.sql.execute(wrote, &[&world.tenant.0, &page, contact, hours]).await.expect("a window");
    }
    page
}

fn message(sender: &str, to: &str, request: Value) -> Value {
    json!({ "sender_id": sender, "to": to, PAGE: request })
}

fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

#[tokio::test]
async fn an_answer_leaves_within_a_day_and_that_of_a_human_being_within_a_week() {
    let world = World::new().await;
    let page = page(&world, &[("7180", 23), ("7181", 30), ("7182", 8 * 24)]).await;
    let answer = json!({ "message": { "text": "hello" } });
    let human = json!({ "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT", "message": { "text": "hello" } });
    let private = json!({ "recipient": { "comment_id": "17" }, "message": { "text": "hello" } });
    for (to, request, status) in [
        ("7180", &answer, 202),
        ("7181", &answer, 422),
        ("7181", &human, 202),
        ("7182", &human, 422),
        ("7183", &human, 422),
        ("17", &private, 202),
    ] {
        let key = format!("{to}-{}", request["tag"]);
        let answered = world.post_with_key("/v1/messages", &key, &message(&page, to, request.clone())).await;
        assert_eq!(answered.status, status, "{to}: {}", answered.text);
        if status == 422 {
            assert_eq!(answered.faults(), fault("/to", "window_closed"));
        }
    }
    let accepted = world.commands.accepted.lock();
    let first = &accepted[0].intent;
    let queued = json!({ "free_form": { "type": "messenger", "object": answer } });
    assert_eq!((serde_json::to_value(&first.message).expect("JSON"), first.contact.as_str()), (queued, "7180"));
    let life_ms = first.expires_at.since(first.accepted_at);
    assert!((3_500_000..=3_600_000).contains(&life_ms), "the window is open for another hour: {life_ms}");
}

#[tokio::test]
async fn an_account_of_instagram_has_windows_and_limits_of_its_own() {
    let world = World::new().await;
    let account = sender_of(&world, "instagram", &[("7180", 23), ("7181", 30)]).await;
    let to = |contact: &str, characters: usize| {
        let text = "ä".repeat(characters);
        json!({ "sender_id": account, "to": contact, "instagram": { "message": { "text": text } } })
    };
    assert_eq!(world.post_with_key("/v1/messages", "a", &to("7180", 500)).await.status, 202);
    let queued = serde_json::to_value(&world.commands.accepted.lock()[0].intent.message).expect("JSON");
    assert_eq!(queued["free_form"]["type"], "instagram");
    for (key, body, expected) in [
        ("b", to("7180", 501), fault("/instagram/message/text", "field_invalid")),
        ("c", to("7181", 1), fault("/to", "window_closed")),
    ] {
        assert_eq!(world.post_with_key("/v1/messages", key, &body).await.faults(), expected);
    }
    let mut of_messenger = to("7180", 1);
    of_messenger[PAGE] = of_messenger["instagram"].take();
    of_messenger.as_object_mut().expect("an object").remove("instagram");
    let answered = world.post_with_key("/v1/messages", "d", &of_messenger).await;
    assert_eq!(answered.faults(), fault("/sender_id", "field_invalid"), "what is no page");
}

#[tokio::test]
async fn what_a_channel_does_not_take_is_refused_before_it_is_queued() {
    let world = World::new().await;
    let page = page(&world, &[("7180", 1)]).await;
    let hello = json!({ "message": { "text": "hello" } });
    let long = json!({ "message": { "text": "x".repeat(2_001) } });
    let dead = json!({ "messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE", "message": { "text": "x" } });
    let other = json!({ "recipient": { "id": "7181" }, "message": { "text": "x" } });
    let both = json!({ "recipient": { "id": "7181", "x": "7180" }, "message": { "text": "x" } });
    let mut reply = message(&page, "7180", hello.clone());
    reply["reply_to"] = json!("m_1");
    let mut two = message(&page, "7180", hello.clone());
    two["instagram"] = hello.clone();
    let text = json!({ "sender_id": page, "to": "+16315550101", "text": { "body": "hello" } });
    for (body, expected) in [
        (message(&page, "7180", long), fault("/messenger/message/text", "field_invalid")),
        (message(&page, "7180", dead), fault("/messenger/tag", "field_invalid")),
        (message(&page, "7180", other), fault("/messenger/recipient", "field_invalid")),
        (message(&page, "7180", both), fault("/messenger/recipient", "field_invalid")),
        (reply, fault("/reply_to", "field_invalid")),
        (two, fault("", "field_invalid")),
        (text, fault("/sender_id", "field_invalid")),
        (message(&world.sender, "7180", hello), fault("/sender_id", "field_invalid")),
    ] {
        let answered = world.post_with_key("/v1/messages", "key", &body).await;
        assert_eq!(answered.faults(), expected, "{}", answered.text);
    }
    // Nor does the drop-in Graph API know a page as a number.
    let read = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "m_1" });
    let path = format!("/graph/v23.0/{page}/messages");
    let answered = world.send(Method::POST, &path, &[("content-type", "application/json")], read.to_string()).await;
    assert_eq!((answered.status.as_u16(), &answered.json()["error"]["code"]), (400, &json!(100)), "{}", answered.text);
    assert!(world.commands.accepted.lock().is_empty());
}

#[tokio::test]
async fn an_action_stands_alone_and_waits_no_longer_than_it_is_shown() {
    let world = World::new().await;
    let page = page(&world, &[]).await;
    for (action, life_ms) in [("mark_seen", 900_000), ("typing_on", 20_000), ("TYPING_OFF", 20_000)] {
        let request = message(&page, "7180", json!({ "sender_action": action }));
        let answered = world.post_with_key("/v1/messages", action, &request).await;
        assert_eq!(answered.status, 202, "{action}: {}", answered.text);
        let intent = world.commands.accepted.lock().pop().expect("an intent").intent;
        let queued = json!({ "action": { "channel": "messenger", "action": action.to_lowercase() } });
        assert_eq!(serde_json::to_value(&intent.message).expect("JSON"), queued);
        assert_eq!((intent.class.as_str(), intent.expires_at.since(intent.accepted_at)), ("receipt", life_ms));
    }
    for (request, pointer) in [
        (json!({ "sender_action": "wave" }), "/messenger/sender_action"),
        (json!({ "sender_action": "typing_on", "message": { "text": "x" } }), "/messenger/message"),
        (json!({ "sender_action": "typing_on", "recipient": { "id": "7181" } }), "/messenger/recipient"),
    ] {
        let answered = world.post_with_key("/v1/messages", "wrong", &message(&page, "7180", request)).await;
        assert_eq!(answered.faults(), fault(pointer, "field_invalid"));
    }
}
