//! Single messages.

use posthaste_api::SubmitError;
use posthaste_model::{Class, Message, Status, UnknownPolicy};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::World;

fn template(world: &World) -> Value {
    json!({
        "sender_id": world.sender,
        "to": "+1 (631) 555-0101",
        "template": { "name": "order", "language": "en_US", "params": ["Ann", "12"] },
    })
}

fn text(world: &World) -> Value {
    json!({ "sender_id": world.sender, "to": "+16315550101", "text": { "body": "hello" } })
}

#[tokio::test]
async fn a_message_is_handed_over_as_it_was_asked_for() {
    let world = World::new().await;
    let answer = world.post_with_key("/v1/messages", "k", &template(&world)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.json()["status"], "queued");
    assert_eq!(answer.header("location"), format!("/v1/messages/{}", answer.id()));
    let accepted = world.commands.accepted.lock()[0].clone();
    let intent = accepted.intent;
    assert_eq!(intent.intent_id.to_string(), answer.id());
    assert_eq!(
        (intent.tenant_id, intent.sender_id.as_str(), intent.contact.as_str()),
        (world.tenant, world.sender.as_str(), "+16315550101")
    );
    assert_eq!((intent.class, intent.unknown_policy), (Class::Transactional, UnknownPolicy::AtMostOnce));
    assert_eq!(intent.expires_at.since(intent.accepted_at), 86_400_000);
    let Message::Template(sent) = intent.message else { panic!("a template was asked for") };
    assert_eq!(
        (sent.name.as_str(), sent.language.as_str(), sent.body),
        ("order", "en_US", vec!["Ann".into(), "12".into()])
    );
    assert_eq!((accepted.backlog_max, accepted.idempotency.body), (50_000, answer.text));
}

#[tokio::test]
async fn one_key_sends_one_message() {
    let world = World::new().await;
    let body = text(&world);
    world.post("/v1/messages", &body).await.problem(400, "idempotency_key_missing");
    let first = world.post_with_key("/v1/messages", "k", &body).await;
    let again = world.post_with_key("/v1/messages", "k", &body).await;
    assert_eq!((again.status, &again.text, again.header("idempotent-replayed")), (first.status, &first.text, "true"));
    world.post_with_key("/v1/messages", "k", &template(&world)).await.problem(422, "idempotency_key_reused");
    assert_eq!(world.commands.accepted.lock().len(), 1);
}

#[tokio::test]
async fn the_stored_answer_is_given_even_when_the_request_would_be_refused_now() {
    let world = World::new().await;
    let body = template(&world);
    let first = world.post_with_key("/v1/messages", "k", &body).await;
    let idempotency = world.commands.accepted.lock()[0].idempotency.clone();
    // What the pipeline writes with the intent.
    let statement = "INSERT INTO idempotency (tenant_id, key, fingerprint, status, body) VALUES ($1, $2, $3, 202, $4)";
    let (key, fingerprint) = (&idempotency.key, idempotency.fingerprint.as_slice());
    world.sql.execute(statement, &[&world.tenant.0, key, &fingerprint, &idempotency.body]).await.unwrap();
    world.set_template("order", "disabled", None).await;
    let again = world.post_with_key("/v1/messages", "k", &body).await;
    assert_eq!((again.status.as_u16(), again.text), (202, first.text));
    world.post_with_key("/v1/messages", "k2", &body).await.problem(422, "template_not_approved");
}

#[tokio::test]
async fn everything_is_checked_before_it_is_queued() {
    let world = World::new().await;
    world.post("/v1/opt-outs", &json!({ "contact": "+16315550109" })).await;
    let send = async |pointer: &str, value: Value| {
        let mut body = template(&world);
        *body.pointer_mut(pointer).expect("a field") = value;
        world.post_with_key("/v1/messages", "k", &body).await
    };
    let fault = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    send("/sender_id", json!("nobody")).await.problem(422, "sender_unknown");
    send("/template/name", json!("nothing")).await.problem(422, "template_unknown");
    send("/template/language", json!("fr")).await.problem(422, "template_language_unknown");
    for (pointer, value, place, code) in [
        ("/to", json!(""), "/to", "missing_number"),
        ("/to", json!("1631"), "/to", "number_without_country_code"),
        ("/to", json!("+1"), "/to", "malformed_number"),
        ("/to", json!("+16315550109"), "/to", "opted_out"),
        ("/template/params", json!(["a"]), "/template/params", "parameter_count"),
        ("/template/params/1", json!(" "), "/template/params/1", "parameter_missing"),
        ("/template/params/0", json!("a\tb"), "/template/params/0", "parameter_forbidden_characters"),
        ("/template/params/0", json!("a     b"), "/template/params/0", "parameter_forbidden_characters"),
        ("/template/params/0", json!("x".repeat(1025)), "/template/params/0", "parameter_too_long"),
    ] {
        assert_eq!(send(pointer, value.clone()).await.faults(), fault(place, code), "{pointer} = {value}");
    }
    let mut both = template(&world);
    both["text"] = json!({ "body": "x" });
    assert_eq!(world.post_with_key("/v1/messages", "k", &both).await.faults(), fault("", "field_invalid"));
    let neither = json!({ "sender_id": world.sender, "to": "+16315550101" });
    assert_eq!(world.post_with_key("/v1/messages", "k", &neither).await.faults(), fault("", "field_missing"));
    assert!(world.commands.accepted.lock().is_empty());
}

#[tokio::test]
async fn a_full_backlog_and_a_queue_that_is_away_are_told() {
    let world = World::new().await;
    *world.commands.refuse.lock() = Some(SubmitError::Backlog { retry_after_s: 12, limit: 500 });
    let answer = world.post_with_key("/v1/messages", "k", &text(&world)).await;
    assert!(answer.problem(429, "backlog_full").contains("limit \"backlog\""));
    assert_eq!(answer.header("retry-after"), "12");
    assert_eq!(
        (answer.header("ratelimit-policy"), answer.header("ratelimit")),
        ("\"backlog\";q=500", "\"backlog\";r=0;t=12")
    );
    *world.commands.refuse.lock() = Some(SubmitError::Unavailable);
    let answer = world.post_with_key("/v1/messages", "k", &text(&world)).await;
    answer.problem(503, "queue_unavailable");
    assert_eq!(answer.header("retry-after"), "5");
}

#[tokio::test]
async fn a_message_has_a_timeline_that_only_its_tenant_sees() {
    let (world, stranger) = (World::new().await, World::new().await);
    let id = Uuid::now_v7();
    let insert = "INSERT INTO intent (tenant_id, intent_id, sender_id, contact, class, message, unknown_policy, accepted_at, \
                  expires_at) VALUES ($1, $2, $3, '+16315550101', 'otp', '{\"text\":{\"body\":\"hello\"}}', 'at_least_once', \
                  'epoch', 'epoch'::timestamptz + interval '10 minutes')";
    world.sql.execute(insert, &[&world.tenant.0, &id, &world.sender]).await.unwrap();
    let marks = Status::Queued.bit() | Status::Armed.bit() | Status::Deferred.bit();
    let insert = "INSERT INTO attempt (tenant_id, intent_id, attempt, task_partition, open, status, marks, due_at, armed_at, \
                  ended_at, code, reason) VALUES ($1, $2, 1, 0, false, 'deferred', $3, 'epoch', at_ms(1000), at_ms(1500), \
                  130429, 'rate limit')";
    world.sql.execute(insert, &[&world.tenant.0, &id, &marks]).await.unwrap();
    let insert = "INSERT INTO attempt (tenant_id, intent_id, attempt, task_partition, open, status, marks, due_at, armed_at, \
                  accepted_at, delivered_at, wamid) VALUES ($1, $2, 2, 0, false, 'delivered', 0, at_ms(2000), at_ms(3000), \
                  at_ms(3100), at_ms(4000), 'wamid.1')";
    world.sql.execute(insert, &[&world.tenant.0, &id]).await.unwrap();
    let path = format!("/v1/messages/msg_{}", id.simple());
    let body = world.get(&path).await.json();
    assert_eq!((&body["status"], &body["to"]), (&json!("delivered"), &json!("+16315550101")));
    let at = |status: &str, time: &str| json!({ "status": status, "at": format!("1970-01-01T00:00:{time}Z") });
    let expected = json!([
        {
            "attempt": 1, "status": "deferred", "wamid": null, "code": 130_429, "reason": "rate limit",
            "transitions": [at("queued", "00.000"), at("armed", "01.000"), at("deferred", "01.500")],
        },
        {
            "attempt": 2, "status": "delivered", "wamid": "wamid.1", "code": null, "reason": null,
            "transitions": [at("queued", "02.000"), at("armed", "03.000"), at("accepted", "03.100"), at("delivered", "04.000")],
        },
    ]);
    assert_eq!(body["attempts"], expected);
    stranger.get(&path).await.problem(404, "not_found");
    world.get("/v1/messages/msg_1").await.problem(404, "not_found");
}

#[tokio::test]
async fn every_type_is_checked_by_its_limits_and_queued_as_meta_takes_it() {
    let world = World::new().await;
    let with = |name: &str, value: Value| {
        let mut body = json!({ "sender_id": world.sender, "to": "+16315550101", "reply_to": "wamid.Q" });
        body[name] = value;
        body
    };
    let button = |title: &str| {
        json!({ "type": "button", "body": { "text": "Shall we?" },
            "action": { "buttons": [{ "type": "reply", "reply": { "id": "1", "title": title } }] } })
    };
    let long = with("interactive", button("a title of 21 letters"));
    let answer = world.post_with_key("/v1/messages", "long", &long).await;
    let place = "/interactive/action/buttons/0/reply/title";
    assert_eq!(answer.faults(), [(place.to_owned(), "field_invalid".to_owned())]);
    assert!(answer.text.contains("21 characters: shorten it to 20"), "{}", answer.text);

    let components = json!([{ "type": "body", "parameters": [
        { "type": "text", "text": "Ann", "parameter_name": "name" }, { "type": "text", "text": "#1", "parameter_name": "order" }] }]);
    let template = |components: &Value| json!({ "name": "order", "language": "en_US", "components": components });
    let few = with("template", template(&json!([])));
    let few = world.post_with_key("/v1/messages", "few", &few).await;
    assert_eq!(few.faults(), [("/template/params".to_owned(), "parameter_count".to_owned())]);
    let one = json!([{ "type": "body", "parameters": [{ "type": "text", "text": "Ann" }] }]);
    let one = world.post_with_key("/v1/messages", "one", &with("template", template(&one))).await;
    assert_eq!(one.faults(), [("/template/components".to_owned(), "parameter_count".to_owned())]);

    for (key, body) in [("a", with("interactive", button("Yes"))), ("b", with("template", template(&components)))] {
        assert_eq!(world.post_with_key("/v1/messages", key, &body).await.status, 202);
    }
    let accepted = world.commands.accepted.lock();
    let messages: Vec<Value> =
        accepted.iter().map(|command| serde_json::to_value(&command.intent.message).expect("JSON")).collect();
    let interactive = json!({ "free_form": { "type": "interactive", "object": button("Yes"), "reply_to": "wamid.Q" } });
    assert_eq!(messages[0], interactive);
    assert_eq!(messages[1]["template"]["components"], components);
}

#[tokio::test]
async fn what_is_no_template_is_refused_outside_the_service_window_and_ends_with_it() {
    let world = World::new().await;
    let wrote = "INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound)
                 VALUES ($1, $2, $3, now() - make_interval(hours => $4))";
    for (contact, hours) in [("+16315550201", 23_i32), ("+16315550202", 25)] {
        world.sql.execute(wrote, &[&world.tenant.0, &world.sender, &contact, &hours]).await.expect("a window");
    }
    let text =
        |to: &str| json!({ "sender_id": world.sender, "to": to, "text": { "body": "hello" }, "ttl_seconds": 86_400 });
    assert_eq!(world.post_with_key("/v1/messages", "open", &text("+16315550201")).await.status, 202);
    for stranger in ["+16315550202", "+16315550203"] {
        let refused = world.post_with_key("/v1/messages", stranger, &text(stranger)).await;
        assert_eq!(refused.faults(), [("/to".to_owned(), "window_closed".to_owned())], "{}", refused.text);
    }
    let mut template = template(&world);
    template["to"] = json!("+16315550203");
    assert_eq!(world.post_with_key("/v1/messages", "template", &template).await.status, 202);
    let accepted = world.commands.accepted.lock();
    let life_ms = accepted[0].intent.expires_at.since(accepted[0].intent.accepted_at);
    assert!((3_500_000..=3_600_000).contains(&life_ms), "the window is open for another hour: {life_ms}");
}
