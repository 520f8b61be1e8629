//! What Meta tells of templates, people and accounts changes what is sent, at once.

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use posthaste_simulator::Faults;
use serde_json::{Value, json};

use crate::support::api::{LANGUAGE, TEMPLATE, phone, recipients};
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, SENDERS, World};

const LIMIT: u32 = 80;
/// After so long nothing more may leave of a template that is paused.
const STOPS_WITHIN: Duration = Duration::from_secs(2);

fn plan() -> Plan {
    Plan { limit: LIMIT, faults: Faults::NONE, ..Plan::default() }
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    u64::try_from(since.as_millis()).expect("before the year 500,000,000")
}

async fn state(world: &World, campaign: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    until(what, PATIENCE, async || {
        let state = world.tenant.state(campaign).await;
        holds(is(&state), || state.to_string()).map(|()| state)
    })
    .await
}

async fn running(world: &World, people: usize, sent: u64) -> String {
    let campaign = world.tenant.campaign(recipients(0..people)).await;
    world.tenant.start(&campaign).await;
    until("some of the campaign has left", PATIENCE, async || {
        let accepted = world.simulator.ledger().accepted;
        holds(accepted >= sent, || accepted.to_string())
    })
    .await;
    campaign
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_is_paused_half_way_stops_its_campaign_and_lets_it_go_on_when_it_is_approved() {
    let world = World::start(plan()).await;
    let campaign = running(&world, 400, 100).await;
    let template = async |event: &str| {
        world.control("template-status", &json!({ "name": TEMPLATE, "language": LANGUAGE, "event": event })).await;
    };
    template("PAUSED").await;
    let paused_ms = unix_ms();
    let shown = state(&world, &campaign, "the campaign says what it waits for", |state| !state["hold"].is_null()).await;
    let reason = shown["hold"]["reason"].as_str().expect("a reason");
    assert_eq!((shown["state"].as_str(), reason), (Some("running"), "template order_update in en_US is paused"));
    let later = unix_ms();
    until("more than the time that it may take has passed", PATIENCE, async || {
        let now = unix_ms();
        holds(now > later.max(paused_ms) + 2 * STOPS_WITHIN.as_millis() as u64, || now.to_string())
    })
    .await;
    let stopped = world.simulator.ledger();
    let last = world.simulator.messages(0, 1_000).iter().map(|message| message.accepted_at_ms).max();
    let limit_ms = paused_ms + STOPS_WITHIN.as_millis() as u64;
    assert!(last < Some(limit_ms) && stopped.accepted < 400, "{last:?} is after {limit_ms}");
    // Meta refuses all of them, which costs nobody an attempt.
    let expired = world.database.number("SELECT count(*) FROM attempt WHERE status IN ('expired', 'rejected')").await;
    assert_eq!(expired, 0);
    template("APPROVED").await;
    let done = state(&world, &campaign, "the campaign completes", |state| state["state"] == "completed").await;
    assert_eq!((count(&done["progress"], "accepted"), &done["hold"]), (400, &Value::Null));
    world.assert_no_breach_and_no_duplicate();
}

/// Messages of a template that Meta has accepted.
async fn accepted_of(world: &World, template: &str) -> i64 {
    let statement = format!(
        "SELECT count(*) FROM attempt JOIN intent USING (tenant_id, intent_id)
          WHERE attempt.accepted_at IS NOT NULL AND message::json -> 'template' ->> 'name' = '{template}'"
    );
    world.database.number(&statement).await
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_take_turns_and_while_one_is_paused_the_others_go_on() {
    const OTHER: &str = "order_update_b";
    let world = World::start(Plan { templates_more: &[OTHER], ..plan() }).await;
    let named = |name: &str| json!({ "name": name, "language": LANGUAGE });
    let templates = json!({ "templates": [named(TEMPLATE), named(OTHER)] });
    let campaign = world.tenant.campaign_with(recipients(0..600), templates).await;
    world.tenant.start(&campaign).await;
    let template = async |event: &str| {
        world.control("template-status", &json!({ "name": OTHER, "language": LANGUAGE, "event": event })).await;
    };
    let accepted = async |count: u64| {
        until("some of the campaign has left", PATIENCE, async || {
            let accepted = world.simulator.ledger().accepted;
            holds(accepted >= count, || accepted.to_string())
        })
        .await;
    };
    accepted(100).await;
    template("PAUSED").await;
    let shown = state(&world, &campaign, "the campaign shows it", |state| state["templates"][1]["status"] == "paused");
    assert_eq!(shown.await["hold"], Value::Null);
    let before = accepted_of(&world, TEMPLATE).await;
    until("the other one goes on", PATIENCE, async || {
        let more = accepted_of(&world, TEMPLATE).await - before;
        holds(more > 100, || more.to_string())
    })
    .await;
    assert!(accepted_of(&world, OTHER).await < 200, "the paused one went on too");
    template("APPROVED").await;
    let done = state(&world, &campaign, "the campaign completes", |state| state["state"] == "completed").await;
    assert_eq!(count(&done["progress"], "accepted"), 600);
    // All were released at the start, so each kept its turns.
    assert_eq!((accepted_of(&world, TEMPLATE).await, accepted_of(&world, OTHER).await), (300, 300));
    world.assert_no_breach_and_no_duplicate();
}

/// People who are told apart by when in the campaign their turn is.
fn people(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(phone).collect()
}

async fn preference(world: &World, people: &[String], value: &str, at_s: u64) {
    let told = |number: &String| {
        json!({ "wa_id": number.trim_start_matches('+'), "category": "marketing_messages", "value": value,
            "timestamp": at_s, "detail": "User requested" })
    };
    let list: Vec<Value> = people.iter().map(told).collect();
    let change = json!({ "field": "user_preferences", "number": SENDERS[0], "value": { "user_preferences": list } });
    world.control("change", &change).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_opts_out_in_mid_campaign_gets_its_message() {
    let world = World::start(plan()).await;
    world.database.query("UPDATE template SET category = 'MARKETING'", &[]).await;
    let campaign = running(&world, 800, 80).await;
    let (by_preference, by_word, undecided) = (people(600..620), people(700..705), people(750..755));
    let now_s = unix_ms() / 1_000;
    // Webhooks come in any order: an older report of the contrary changes nothing.
    preference(&world, &undecided, "resume", now_s).await;
    preference(&world, &by_preference, "stop", now_s).await;
    until("both are in the store", PATIENCE, async || {
        let rows = world.database.number("SELECT count(*) FROM opt_out WHERE source = 'preference'").await;
        holds(rows == 25, || rows.to_string())
    })
    .await;
    preference(&world, &undecided, "stop", now_s - 60).await;
    preference(&world, &by_preference, "resume", now_s - 60).await;
    for person in &by_word {
        let from = person.trim_start_matches('+');
        world.control("inbound", &json!({ "number": SENDERS[0], "from": from, "text": "STOP." })).await;
    }
    world.flush().await;
    assert!(world.simulator.ledger().accepted < 600, "they opted out before it was their turn");
    let done = state(&world, &campaign, "the campaign completes", |state| state["state"] == "completed").await;
    let sent: HashSet<String> = world.simulator.messages(0, 1_000).into_iter().map(|message| message.to).collect();
    for person in by_preference.iter().chain(&by_word) {
        assert!(!sent.contains(person.trim_start_matches('+')), "{person} opted out and got a message");
    }
    assert_eq!((sent.len(), count(&done["progress"], "rejected")), (775, 25));
    let reasons = world.database.query("SELECT DISTINCT reason FROM attempt WHERE status = 'rejected'", &[]).await;
    assert_eq!(reasons.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>(), ["opted_out"]);

    // What is no marketing reaches them all the same.
    let text = json!({ "sender_id": SENDERS[0], "to": by_word[0], "text": { "body": "Your order is on its way." } });
    world.tenant.post_new("/v1/messages", &text).await.expect(202);
    let marketing = json!({ "sender_id": SENDERS[0], "to": by_word[0],
        "template": { "name": TEMPLATE, "language": LANGUAGE, "params": ["Ann", "#1"] } });
    world.tenant.post_new("/v1/messages", &marketing).await.problem(422, "validation_failed");
    let listed = world.tenant.get("/v1/opt-outs").await.expect(200);
    let of = |source: &str| {
        let rows = listed["data"].as_array().expect("a list").iter();
        rows.filter(|row| row["source"] == source && row["scope"] == "marketing").count()
    };
    // Whoever wrote is known by number and by id.
    assert_eq!((of("preference"), of("stop_word")), (20, 10), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_account_sends_nothing_and_loses_nothing_until_it_is_reinstated() {
    let world = World::start(plan()).await;
    let campaign = running(&world, 600, 80).await;
    let ban = async |state: &str| {
        let value =
            json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": state, "waba_ban_date": "today" } });
        world.control("change", &json!({ "field": "account_update", "value": value })).await;
        world.flush().await;
    };
    ban("DISABLE").await;
    until("the numbers of the account are blocked", PATIENCE, async || {
        let senders = world.tenant.get("/v1/senders").await.expect(200);
        let reason = &senders["data"][0]["blocked"]["reason"];
        holds(reason == "Meta disabled the account since today", || senders.to_string())
    })
    .await;
    let mut before = world.simulator.ledger().accepted;
    until("nothing leaves any more", PATIENCE, async || {
        tokio::time::sleep(STOPS_WITHIN).await;
        let (earlier, now) = (before, world.simulator.ledger().accepted);
        before = now;
        holds(now == earlier, || format!("{now} after {earlier}"))
    })
    .await;
    assert!(before < 600, "it was stopped in time");
    let banned_s = unix_ms() / 1_000;
    until("a later second begins: Meta's times are whole seconds", PATIENCE, async || {
        holds(unix_ms() / 1_000 > banned_s, || banned_s.to_string())
    })
    .await;
    ban("REINSTATE").await;
    let done = state(&world, &campaign, "the campaign completes", |state| state["state"] == "completed").await;
    assert_eq!(count(&done["progress"], "accepted"), 600);
    world.assert_no_breach_and_no_duplicate();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_stored_in_full_whoever_wrote_and_whenever() {
    let world = World::start(plan()).await;
    let message = |id: &str, kind: &str, content: Value| json!({ "from": "12025558000", "id": id, "timestamp": "1790000000", "type": kind, kind: content });
    let image = json!({ "id": "900", "mime_type": "image/jpeg", "sha256": "aGFzaA==", "caption": "look" });
    let placeholder = message("wamid.past", "media_placeholder", Value::Null);
    let thread = json!({ "id": "12025558000", "messages": [placeholder] });
    let chunk = json!({ "metadata": { "phase": 0, "chunk_order": 1, "progress": 100 }, "threads": [thread] });
    let echo = json!({ "from": "15550783881", "to": "12025558000", "id": "wamid.echo", "timestamp": "1790000000",
        "type": "text", "text": { "body": "from the phone" } });
    for (field, value) in [
        ("messages", json!({ "messages": [message("wamid.live", "image", image.clone())] })),
        ("smb_message_echoes", json!({ "message_echoes": [echo] })),
        ("history", json!({ "history": [chunk] })),
        ("history", json!({ "messages": [message("wamid.past", "image", image)] })),
    ] {
        let known = world.database.number("SELECT count(*) FROM inbound_message").await;
        world.control("change", &json!({ "field": field, "number": SENDERS[0], "value": value })).await;
        // Two webhooks may be worked on in any order.
        until("it is in the store", PATIENCE, async || {
            let count = world.database.number("SELECT count(*) FROM inbound_message").await;
            holds(count == known + 1 || count == 3, || count.to_string())
        })
        .await;
    }
    until("the content of the past has taken its place", PATIENCE, async || {
        let rows = world
            .database
            .query("SELECT wamid, source, kind, from_business, content FROM inbound_message ORDER BY wamid", &[])
            .await;
        let seen: Vec<(String, String, String, bool)> =
            rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
        let row = |id: &str, source: &str, kind: &str, business| {
            (id.to_owned(), source.to_owned(), kind.to_owned(), business)
        };
        let expected = [
            row("wamid.echo", "echo", "text", true),
            row("wamid.live", "person", "image", false),
            row("wamid.past", "history", "image", false),
        ];
        holds(seen == expected, || format!("{seen:?}"))
    })
    .await;
    let events = world.broker.read("inbound.v1").await;
    let past = events.iter().filter(|event| event.json()["wamid"] == "wamid.past").map(|event| event.json());
    let kinds: Vec<Value> = past.map(|event| event["content"]["kind"].clone()).collect();
    assert_eq!(kinds, ["media_placeholder", "image"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_can_be_answered_in_every_form_and_nobody_else() {
    let world = World::start(Plan { enforces_windows: true, ..plan() }).await;
    let (writer, stranger) = (phone(1), phone(2));
    let from = writer.trim_start_matches('+');
    world.control("inbound", &json!({ "number": SENDERS[0], "from": from, "text": "hello?" })).await;
    until("the window is open", PATIENCE, async || {
        let open = world.database.number("SELECT count(*) FROM service_window").await;
        holds(open == 1, || open.to_string())
    })
    .await;
    let list = json!({ "type": "list", "body": { "text": "Which one?" }, "action": { "button": "Choose",
        "sections": [{ "rows": [{ "id": "1", "title": "this one" }] }] } });
    for (kind, object) in [
        ("text", json!({ "body": "hello!" })),
        ("interactive", list),
        ("reaction", json!({ "message_id": "wamid.Q", "emoji": "👍" })),
        ("location", json!({ "latitude": 37.48, "longitude": -122.14 })),
        ("image", json!({ "link": "https://example.org/i.png", "caption": "look" })),
    ] {
        let mut body = json!({ "sender_id": SENDERS[0], "to": writer });
        body[kind] = object;
        world.tenant.post_new("/v1/messages", &body).await.expect(202);
    }
    let refused = json!({ "sender_id": SENDERS[0], "to": stranger, "text": { "body": "hello!" } });
    world.tenant.post_new("/v1/messages", &refused).await.problem(422, "validation_failed");
    until("all forms have arrived at Meta", PATIENCE, async || {
        let accepted = world.simulator.ledger().accepted;
        holds(accepted == 5, || accepted.to_string())
    })
    .await;
    let sent = world.simulator.messages(0, 10);
    assert!(sent.iter().all(|message| message.to == from), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_metas_sends_through_the_graph_api_and_follows_its_message_by_the_handle() {
    let world = World::start(plan()).await;
    let body = json!({ "messaging_product": "whatsapp", "to": phone(3), "type": "template", "template": {
        "name": TEMPLATE, "language": { "code": LANGUAGE }, "components": [{ "type": "body", "parameters": [
            { "type": "text", "text": "Ann" }, { "type": "text", "text": "#1" }] }] } });
    let path = format!("/graph/v23.0/{}/messages", SENDERS[0]);
    let answer = world.tenant.post_new(&path, &body).await.expect(200);
    let handle = answer["messages"][0]["id"].as_str().expect("a handle").to_owned();
    let message = until("Meta has reported the message as read", PATIENCE, async || {
        // Until its sender has taken it in, nobody knows of it.
        let answer = world.tenant.get(&format!("/v1/messages/{handle}")).await;
        let message = answer.json();
        holds(message["status"] == "read", || message.to_string()).map(|()| message)
    })
    .await;
    let sent = world.simulator.messages(0, 10);
    assert_eq!((sent.len(), &message["attempts"][0]["wamid"]), (1, &json!(sent[0].wamid)));
}
