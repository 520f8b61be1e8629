//! What Meta may send, and what only others would.

use posthaste_simulator::Faults;
use serde_json::{Value, json};

use crate::support::api::{LANGUAGE, TEMPLATE, phone, recipients};
use crate::support::app::{APP_SECRET, Role};
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::webhook::{deliver, entry, messages, post_raw, signature, status, text, wamid, webhook};
use crate::support::{Plan, SENDERS, WABAS, World};

/// Largest body that the edge takes.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Sends texts one by one; gives ids and the wamids and tokens that the simulator knows.
async fn sent_texts(world: &World, count: usize) -> Vec<(String, String, String)> {
    let mut sent = Vec::new();
    for index in 0..count {
        let body = json!({ "sender_id": SENDERS[0], "to": phone(index), "text": { "body": "hello" } });
        let id =
            world.tenant.post_new("/v1/messages", &body).await.expect(202)["id"].as_str().expect("an id").to_owned();
        let message = until("Meta takes the message", PATIENCE, async || {
            let messages = world.simulator.messages(index as u64, 1);
            messages.into_iter().next().ok_or_else(|| id.clone())
        })
        .await;
        sent.push((id, message.wamid, message.token.expect("a token")));
    }
    sent
}

/// Two entries, two changes each, and a bad element between good ones.
fn batch(sent: &[(String, String, String)]) -> Vec<u8> {
    let told = |index: usize, value: &str| status(&sent[index].1, value, &sent[index].2);
    let without_id = json!({ "status": "read", "timestamp": "1790000000" });
    webhook(&[
        entry(
            WABAS[0],
            &[
                messages(
                    SENDERS[0],
                    &[],
                    &[told(0, "sent"), told(1, "sent"), without_id, told(2, "sent"), told(0, "delivered")],
                ),
                messages(
                    SENDERS[0],
                    &[text("12025557001", &wamid("in-1"), "one"), text("12025557002", &wamid("in-2"), "two")],
                    &[],
                ),
            ],
        ),
        entry(
            WABAS[0],
            &[
                json!({ "field": "nobody_knows_this_yet", "value": { "x": 1 } }),
                messages(
                    SENDERS[0],
                    &[text("12025557001", &wamid("in-3"), "three")],
                    &[told(1, "delivered"), told(0, "read"), told(2, "warped")],
                ),
            ],
        ),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_in_a_batch_is_applied_and_a_bad_element_costs_only_itself() {
    let world = World::start(Plan { webhooks: false, ..Plan::default() }).await;
    let sent = sent_texts(&world, 3).await;
    let body = batch(&sent);
    assert_eq!(deliver(&world.site, &body).await.expect("the edge answers").status, 200);

    until("every status is applied", PATIENCE, async || {
        let mut reached = Vec::new();
        for (id, ..) in &sent {
            let message = world.tenant.get(&format!("/v1/messages/{id}")).await.expect(200);
            reached.push(message["status"].as_str().unwrap_or_default().to_owned());
        }
        holds(reached == ["read", "delivered", "sent"], || format!("{reached:?}"))
    })
    .await;
    until("every text is applied", PATIENCE, async || {
        let rows = world.database.query("SELECT wamid, text FROM inbound_message ORDER BY text", &[]).await;
        let rows: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let expected =
            [("in-1", "one"), ("in-3", "three"), ("in-2", "two")].map(|(id, text)| (wamid(id), text.to_owned()));
        holds(rows == expected, || format!("{rows:?}"))
    })
    .await;
    let letters = world.broker.read("dead-letters.v1").await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].header("ph-reason").starts_with("status_without_id"), "{letters:?}");
    assert!(letters[0].header("ph-origin").starts_with("webhooks.raw.v1/"), "{letters:?}");
    assert_eq!(letters[0].json(), json!({ "status": "read", "timestamp": "1790000000" }));
    let accounts = world.broker.read("accounts.v1").await;
    let of_updates = accounts.iter().filter(|record| record.header("ce_type") == "account.unknown_update.v1");
    let mut unknown: Vec<_> = of_updates.map(|record| record.json()).collect();
    unknown.sort_by_key(|update| update["field"].to_string());
    let named: Vec<_> = unknown.iter().map(|update| (&update["field"], &update["what"])).collect();
    assert_eq!(named, [(&json!("messages"), &json!("status")), (&json!("nobody_knows_this_yet"), &json!("field"))]);
    assert!(
        unknown
            .iter()
            .all(|update| update["raw"].as_str().is_some_and(|raw| raw.contains("warped") || raw.contains("\"x\":1")))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_truncated_oversized_or_no_json_never_reaches_the_log() {
    let world = World::start(Plan { roles: &[Role::Edge], webhooks: false, ..Plan::default() }).await;
    let good = webhook(&[entry(WABAS[0], &[])]);
    let (length, json_type) = (good.len().to_string(), ("content-type", "application/json"));
    let (signed, forged) = (signature(APP_SECRET, &good), signature("another-secret", &good));
    let (too_long, mut padded) = ((good.len() + 10).to_string(), good.clone());
    padded.resize(BODY_BYTES_MAX + 1, b' ');
    let (oversized, padded_length) = (signature(APP_SECRET, &padded), padded.len().to_string());
    let chunked = [format!("{:x}\r\n", padded.len()).as_bytes(), &padded, b"\r\n0\r\n\r\n"].concat();
    let (sign, size) = ("x-hub-signature-256", "content-length");
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [u8], u16, &'a str);
    let cases: [Case<'_>; 8] = [
        (&[json_type, (size, &length), (sign, &forged)], &good, 401, "signature_invalid"),
        (&[json_type, (size, &length), (sign, "sha256=beef")], &good, 401, "signature_malformed"),
        (&[json_type, (size, &length)], &good, 401, "signature_missing"),
        (&[json_type, (size, &length), (sign, &signature(APP_SECRET, b"x"))], &good, 401, "signature_invalid"),
        (&[json_type, (size, &too_long), (sign, &signed)], &good, 400, "body_invalid"),
        (&[json_type, (size, &padded_length), (sign, &oversized)], &padded, 413, "body_too_large"),
        (&[json_type, ("transfer-encoding", "chunked"), (sign, &oversized)], &chunked, 413, "body_too_large"),
        (&[("content-type", "text/plain"), (size, &length), (sign, &signed)], &good, 415, "content_type_unsupported"),
    ];
    for (headers, body, expected, code) in cases {
        let (answered, problem) = post_raw(&world.site, headers, body, code == "body_invalid").await;
        let problem: Value = serde_json::from_str(&problem).unwrap_or_default();
        assert_eq!((answered, problem["code"].as_str()), (expected, Some(code)), "{headers:?}: {problem}");
    }
    // The largest body that is allowed, and the same bytes that were refused above under a wrong header.
    padded.truncate(BODY_BYTES_MAX);
    for body in [&good, &padded] {
        assert_eq!(deliver(&world.site, body).await.expect("the edge answers").status, 200);
    }
    let raw = world.broker.read("webhooks.raw.v1").await;
    // What the edge tells of itself has a type.
    let mut bodies: Vec<_> =
        raw.into_iter().filter(|record| !record.headers.contains_key("ce_type")).map(|record| record.value).collect();
    bodies.sort_by_key(Vec::len);
    assert!(bodies == [good, padded], "{} webhooks on the log", bodies.len());
}

fn unix_seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs()
}

async fn inbound_text(world: &World, words: &str) {
    world.control("inbound", &json!({ "number": SENDERS[0], "from": "12025558000", "text": words })).await;
    until("the text is in the store", PATIENCE, async || {
        let rows = world.database.query("SELECT FROM inbound_message WHERE text = $1", &[&words]).await;
        holds(rows.len() == 1, || format!("{} rows", rows.len()))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_delivered_twice_arrives_once() {
    let world = World::start(Plan::default()).await;
    inbound_text(&world, "first").await;
    let raw = world.broker.read("webhooks.raw.v1").await;
    let body = raw.iter().find(|record| String::from_utf8_lossy(&record.value).contains("first")).expect("the webhook");
    assert_eq!(deliver(&world.site, &body.value).await.expect("the edge answers").status, 200);
    let on = async |topic: &'static str, words: &str| {
        let records = world.broker.read(topic).await;
        let of_text = |record: &&crate::support::broker::Record| {
            record.header("ce_type") == "inbound.received.v1" && record.json()["text"] == words
        };
        records.iter().filter(of_text).count()
    };
    until("the repetition is on the senders' topic", PATIENCE, async || {
        let count = on("senders.v1", "first").await;
        holds(count == 2, || count.to_string())
    })
    .await;
    // It stands behind the repetition in the one order that the sender's owner works in.
    inbound_text(&world, "second").await;
    until("the second text is published", PATIENCE, async || {
        let count = on("inbound.v1", "second").await;
        holds(count == 1, || count.to_string())
    })
    .await;
    assert_eq!(on("inbound.v1", "first").await, 1);
    assert_eq!(world.database.number("SELECT count(*) FROM inbound_message WHERE text = 'first'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_template_keeps_a_campaign_from_starting_until_it_is_approved_again() {
    let mut world = World::start(Plan { faults: Faults::NONE, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..5)).await;
    for (event, shown) in [("PAUSED", "paused"), ("APPROVED", "approved")] {
        world.control("template-status", &json!({ "name": TEMPLATE, "language": LANGUAGE, "event": event })).await;
        until(&format!("the template is {shown}"), PATIENCE, async || {
            let templates = world.tenant.get("/v1/templates").await.expect(200);
            holds(templates["data"][0]["status"] == shown, || templates.to_string())
        })
        .await;
        if shown == "paused" {
            let paused_at = unix_seconds();
            let refused = world.tenant.post_new(&format!("/v1/campaigns/{campaign}:start"), &json!({})).await;
            refused.problem(422, "template_not_approved");
            assert_eq!(world.tenant.state(&campaign).await["state"], "draft");
            until("a later second begins: Meta's times are whole seconds", PATIENCE, async || {
                holds(unix_seconds() > paused_at, || paused_at.to_string())
            })
            .await;
        }
    }
    world.tenant.start(&campaign).await;
    assert_eq!(count(&world.settled(&campaign).await, "read"), 5);
}
