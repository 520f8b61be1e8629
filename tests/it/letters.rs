//! What could not be processed is kept, shown and replayed; webhooks of the past are replayed too, and nothing happens twice.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use posthaste_model::{EventType, header, topic};
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde_json::{Value, json};

use crate::support::api::phone;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::webhook::{deliver, entry, messages, status, text, wamid, webhook};
use crate::support::{Plan, SENDERS, WABAS, World};

/// Graph token of the simulator's numbers.
const TOKEN: &str = "it-graph-token";

/// The letters that an operator sees, once there are `count`: their ids, newest first.
async fn letters(world: &World, count: usize) -> Vec<String> {
    until("the letters are kept", PATIENCE, async || {
        let listed = world.site.operate(&["letters", "list", "--all"]).await;
        let ids: Vec<String> =
            listed.lines().filter(|line| line.starts_with("let_")).map(|line| line[..36].to_owned()).collect();
        holds(ids.len() == count, || listed).map(|()| ids)
    })
    .await
}

/// Records of a topic that were made of webhooks or commands, not of signs of life.
async fn records(world: &World, topic: &'static str) -> usize {
    let of_type = |name: &str| !name.starts_with("edge.") && !name.starts_with("stream.");
    let all = world.broker.read(topic).await;
    all.iter().filter(|record| record.headers.get("ce_type").is_none_or(|name| of_type(name))).count()
}

/// A text from a person, and an element that cannot be read.
fn half_readable() -> Vec<u8> {
    let unreadable = json!({ "status": "sent", "timestamp": "1790000000" });
    let first = text("12025557001", &wamid("in-1"), "one");
    webhook(&[entry(WABAS[0], &[messages(SENDERS[0], &[first], &[unreadable])])])
}

async fn inbound(world: &World) -> i64 {
    world.database.number("SELECT count(*) FROM inbound_message").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhooks_letter_is_an_operators_to_show_and_to_replay_and_its_neighbours_arrive_once() {
    let world = World::start(Plan { webhooks: false, ..Plan::default() }).await;
    assert_eq!(deliver(&world.site, &half_readable()).await.expect("the edge answers").status, 200);
    let id = letters(&world, 1).await.remove(0);
    let raw = world.site.operate(&["letters", "show", &id, "--raw"]).await;
    assert_eq!(raw, json!({ "status": "sent", "timestamp": "1790000000" }).to_string());
    let shown = world.site.operate(&["letters", "show", &id]).await;
    assert!(shown.contains("status_without_id") && shown.contains("webhooks.raw.v1/"), "{shown}");
    // Nobody knows whose it is, so it is no tenant's.
    assert_eq!(world.tenant.get("/v1/letters").await.expect(200)["data"], json!([]));
    until("the readable neighbour is applied", PATIENCE, async || {
        let count = inbound(&world).await;
        holds(count == 1, || count.to_string())
    })
    .await;

    // This version reads it no better than before: there is a letter more, and nothing else.
    let told = world.site.operate(&["letters", "replay", &id]).await;
    assert!(told.contains("replayed: published again to webhooks.raw.v1/"), "{told}");
    let ids = letters(&world, 2).await;
    assert!(ids.contains(&id), "{ids:?}");
    until("the neighbour is on the senders' topic again", PATIENCE, async || {
        let count = records(&world, topic::SENDERS).await;
        holds(count == 2, || count.to_string())
    })
    .await;
    // It stands behind the copy in the one order that the sender's owner works in.
    let second = messages(SENDERS[0], &[text("12025557001", &wamid("in-2"), "two")], &[]);
    deliver(&world.site, &webhook(&[entry(WABAS[0], &[second])])).await.expect("the edge answers");
    until("the second text is published", PATIENCE, async || {
        let count = records(&world, topic::INBOUND).await;
        holds(count >= 2, || count.to_string())
    })
    .await;
    assert_eq!((records(&world, topic::INBOUND).await, inbound(&world).await), (2, 2));

    world.site.operate(&["letters", "discard", &ids[0], &ids[1]]).await;
    assert!(world.site.operate(&["letters", "list"]).await.contains("0 letters listed"));
}

/// Appends an intent as the pipeline's own outbox would, with a sequence number that its copy must not keep.
async fn append_intent(world: &World, sender: &str) -> String {
    append(world, sender, EventType::IntentSubmitted.as_str()).await
}

/// The same under another type.
async fn append(world: &World, sender: &str, event_type: &str) -> String {
    let id = format!("msg_{}", uuid::Uuid::now_v7().simple());
    let intent = json!({
        "intent_id": id, "tenant_id": world.tenant.id, "sender_id": sender, "contact": phone(0), "class": "transactional",
        "message": { "text": { "body": "hello" } }, "unknown_policy": "at_most_once",
        "accepted_at": "2026-01-01T00:00:00.000Z", "expires_at": "2199-01-01T00:00:00.000Z",
    });
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &world.services.kafka).set("partitioner", "murmur2_random");
    let producer: FutureProducer = config.create().expect("a producer");
    static APPENDED: AtomicU32 = AtomicU32::new(1);
    let sequence = format!("it/0/{}", APPENDED.fetch_add(1, Ordering::Relaxed));
    let headers = OwnedHeaders::new()
        .insert(Header { key: header::CE_TYPE, value: Some(event_type) })
        .insert(Header { key: header::CE_TENANT_ID, value: Some(world.tenant.id.as_str()) })
        .insert(Header { key: header::PH_SEQ, value: Some(sequence.as_str()) });
    let value = intent.to_string();
    let record = FutureRecord::to(topic::SENDERS).key(sender).payload(&value).headers(headers);
    producer.send(record, Duration::from_secs(10)).await.expect("the log takes it");
    id
}

async fn replay(world: &World, letter: &str) -> Value {
    world.tenant.post_new(&format!("/v1/letters/{letter}:replay"), &json!({})).await.expect(202);
    until("the letter is replayed", PATIENCE, async || {
        let letter = world.tenant.get(&format!("/v1/letters/{letter}")).await.expect(200);
        holds(letter["state"] == "replayed", || letter.to_string()).map(|()| letter)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_letter_that_is_replayed_after_the_fault_is_mended_takes_effect_once() {
    let mut world = World::start(Plan::default()).await;
    // A number that the simulator knows and that is not registered.
    let message = append_intent(&world, SENDERS[1]).await;
    let letter = until("the tenant sees its letter", PATIENCE, async || {
        let page = world.tenant.get("/v1/letters").await.expect(200);
        holds(page["data"].as_array().is_some_and(|data| data.len() == 1), || page.to_string())
            .map(|()| page["data"][0]["id"].as_str().expect("an id").to_owned())
    })
    .await;
    let shown = world.tenant.get(&format!("/v1/letters/{letter}")).await.expect(200);
    assert_eq!((&shown["code"], &shown["state"]), (&json!("unregistered_sender"), &json!("buried")));
    assert!(shown["origin"].as_str().is_some_and(|origin| origin.starts_with("senders.v1/")), "{shown}");
    let buried: Value = serde_json::from_str(shown["value"].as_str().expect("text")).expect("JSON");
    assert_eq!(buried["intent_id"], json!(message));

    let options = ["--tenant", "it-0", "--id", SENDERS[1], "--waba", WABAS[0], "--display", "+15550783882"];
    world.site.operate(&[&["sender", "add", "--token", TOKEN][..], &options].concat()).await;
    // The pipeline learns of a new number within seconds; a replay that comes too early buries the message again.
    until("Meta takes the message", PATIENCE, async || {
        world.assert_alive();
        replay(&world, &letter).await;
        let accepted = world.simulator.ledger().accepted;
        holds(accepted == 1, || accepted.to_string())
    })
    .await;
    // Once more, in vain: its id is known.
    let note = replay(&world, &letter).await["note"].to_string();
    assert!(note.contains("published again to senders.v1/"), "{note}");
    let body = json!({ "sender_id": SENDERS[1], "to": phone(1), "text": { "body": "hello" } });
    world.tenant.post_new("/v1/messages", &body).await.expect(202);
    until("Meta takes the message behind the copies", PATIENCE, async || {
        let accepted = world.simulator.ledger().accepted;
        holds(accepted == 2, || accepted.to_string())
    })
    .await;
    assert_eq!(world.simulator.ledger().requests, 2);
    world.assert_no_breach_and_no_duplicate();
    until("the message's fate is told", PATIENCE, async || {
        let told = world.tenant.get(&format!("/v1/messages/{message}")).await.expect(200);
        let status = told["status"].as_str().unwrap_or_default().to_owned();
        holds(["sent", "delivered", "read", "failed"].contains(&status.as_str()), || status)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_of_webhooks_says_what_it_would_add_and_adds_only_that() {
    let world = World::start(Plan { webhooks: false, ..Plan::default() }).await;
    let body = json!({ "sender_id": SENDERS[0], "to": phone(0), "text": { "body": "hello" } });
    world.tenant.post_new("/v1/messages", &body).await.expect(202);
    let sent = until("Meta takes the message", PATIENCE, async || {
        world.simulator.messages(0, 1).into_iter().next().ok_or_else(|| "none yet".to_owned())
    })
    .await;
    let told = status(&sent.wamid, "delivered", &sent.token.expect("a token"));
    let texts = [text("12025557001", &wamid("in-1"), "one"), text("12025557001", &wamid("in-2"), "two")];
    let change = messages(SENDERS[0], &texts, &[told]);
    deliver(&world.site, &webhook(&[entry(WABAS[0], &[change])])).await.expect("the edge answers");
    let applied = "SELECT (SELECT count(*) FROM inbound_message) + count(*) FROM attempt WHERE status = 'delivered'";
    until("the webhook is applied", PATIENCE, async || {
        let count = world.database.number(applied).await;
        holds(count == 3, || count.to_string())
    })
    .await;
    // As after a restore of the store that lost a row of it.
    let client = world.database.client().await;
    client.execute("DELETE FROM inbound_message WHERE text = 'two'", &[]).await.expect("a row is lost");

    let from = ["replay", "--from", "2026-01-01T00:00:00Z"];
    let dry = world.site.operate(&[&from[..], &["--dry-run"]].concat()).await;
    assert!(dry.contains("inbound message: 2, new to the store: 1"), "{dry}");
    assert!(dry.contains("status delivered: 1, new to the store: 0"), "{dry}");
    assert!(dry.contains("nothing was published"), "{dry}");
    assert_eq!(records(&world, topic::WEBHOOKS_RAW).await, 1);

    let done = world.site.operate(&from).await;
    assert!(done.contains("1 records published again"), "{done}");
    until("the lost row is back", PATIENCE, async || {
        let count = world.database.number(applied).await;
        holds(count == 3, || count.to_string())
    })
    .await;
    // A copy is not copied again, and the store has everything now.
    let dry = world.site.operate(&[&from[..], &["--dry-run"]].concat()).await;
    assert!(dry.contains("inbound message: 2, new to the store: 0"), "{dry}");
    assert!(dry.contains("left out, copies of earlier replays: 1"), "{dry}");
    // The text that was there, the one that was lost twice; the status once.
    until("what is new was published", PATIENCE, async || {
        let count = records(&world, topic::INBOUND).await;
        holds(count == 3, || count.to_string())
    })
    .await;
    let delivered = world.broker.read(topic::DELIVERY).await;
    assert_eq!(delivered.iter().filter(|record| record.json()["status"] == "delivered").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_version_wrote_is_parked_and_replayed_in_one_command_while_its_neighbours_pass() {
    let world = World::start(Plan::default()).await;
    for _ in 0..2 {
        append(&world, SENDERS[0], "intent.submitted.v2").await;
    }
    append(&world, SENDERS[0], "nonsense").await;
    append_intent(&world, SENDERS[0]).await;
    let parked = async |count: usize| {
        until("the records are parked", PATIENCE, async || {
            let page = world.tenant.get("/v1/letters?state=parked").await.expect(200);
            let data = page["data"].as_array().cloned().unwrap_or_default();
            holds(data.len() == count, || page.to_string()).map(|()| data)
        })
        .await
    };
    let letters = parked(2).await;
    assert!(letters.iter().all(|letter| letter["code"] == "event_type_unknown"), "{letters:?}");
    until("the neighbour is sent", PATIENCE, async || {
        let accepted = world.simulator.ledger().accepted;
        holds(accepted == 1, || accepted.to_string())
    })
    .await;
    let listed = async |options: &[&str]| world.site.operate(&[&["letters", "list"], options].concat()).await;
    // The third is read and written down after the two that the tenant saw.
    until("the third is buried", PATIENCE, async || {
        let listed = listed(&[]).await;
        holds(listed.contains("3 letters listed; in all: 1 buried, 2 parked"), || listed)
    })
    .await;

    // This version knows the type no better, so each is parked anew under its copy's place; the letters are done with.
    let told = world.site.operate(&["letters", "replay", "--parked"]).await;
    assert_eq!(told.matches("replayed: published again to senders.v1/").count(), 2, "{told}");
    let again = parked(2).await;
    assert!(again.iter().all(|new| letters.iter().all(|old| old["id"] != new["id"])), "{again:?}");
    let asked = world.tenant.post_new("/v1/letters:replay-parked", &json!({})).await.expect(202);
    assert_eq!(asked, json!({ "letters": 2 }));
    until("they are replayed and parked once more", PATIENCE, async || {
        let listed = listed(&["--all"]).await;
        holds(listed.contains("1 buried, 2 parked, 4 replayed"), || listed)
    })
    .await;
}
