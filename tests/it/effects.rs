//! What Meta tells of templates, people and accounts changes what is sent, at once.

use std::collections::HashSet;
use std::time::Duration;

use http::Method;
use posthaste_simulator::{Faults, Scenario};
use serde_json::{Value, json};

use crate::support::api::{LANGUAGE, TEMPLATE, phone, recipients};
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, unix_ms, until};
use crate::support::{GRAPH_TOKEN, Plan, SENDERS, WABAS, World, web};

const LIMIT: u32 = 80;
/// So slow that no more is on its way at once than the scenarios let be refused.
const SCENARIO_LIMIT: u32 = 20;
/// After so long nothing more may leave of a template that is paused.
const STOPS_WITHIN: Duration = Duration::from_secs(2);

fn plan() -> Plan {
    Plan { limit: LIMIT, faults: Faults::NONE, ..Plan::default() }
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
    // Meta refuses what comes after the pause: that nothing is sent at all shows in what it was asked.
    let stopped = world.simulator.ledger();
    let limit_ms = paused_ms + STOPS_WITHIN.as_millis() as u64;
    let refused = stopped.rejected_by_code.get(&132_015).copied().unwrap_or_default();
    assert!(stopped.last_send_at_ms < Some(limit_ms), "{:?} is after {limit_ms}", stopped.last_send_at_ms);
    assert!(stopped.accepted < 400 && refused <= u64::from(LIMIT), "more than a second's worth: {refused} refused");
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

/// Waits until the first tenant's number is blocked for this reason.
async fn reason_is(world: &World, reason: &str) {
    until("the numbers of the account are blocked for it", PATIENCE, async || {
        let senders = world.tenant.get("/v1/senders").await.expect(200);
        holds(senders["data"][0]["blocked"]["reason"] == reason, || senders.to_string())
    })
    .await;
}

/// Waits until nothing leaves any more; gives how many messages Meta has accepted.
async fn at_rest(world: &World) -> u64 {
    let mut before = world.simulator.ledger().requests;
    until("nothing leaves any more", PATIENCE, async || {
        tokio::time::sleep(STOPS_WITHIN).await;
        let (earlier, now) = (before, world.simulator.ledger().requests);
        before = now;
        holds(now == earlier, || format!("{now} after {earlier}"))
    })
    .await;
    world.simulator.ledger().accepted
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restriction_of_first_contacts_holds_templates_lets_answers_leave_and_ends_when_meta_said() {
    let world = World::start(Plan { enforces_windows: true, ..plan() }).await;
    let writer = phone(5_000);
    let from = writer.trim_start_matches('+');
    world.control("inbound", &json!({ "number": SENDERS[0], "from": from, "text": "hello?" })).await;
    let campaign = running(&world, 600, 80).await;
    world.control("account", &json!({ "event": "restrict" })).await;
    let shown = state(&world, &campaign, "the campaign says what it waits for", |state| !state["hold"].is_null()).await;
    assert_eq!(shown["hold"]["reason"], "Meta restricted the account (RESTRICTED_BIZ_INITIATED_MESSAGING)");
    let senders = world.tenant.get("/v1/senders").await.expect(200);
    let number = &senders["data"][0];
    assert_eq!((&number["restrictions"][0]["what"], &number["blocked"]), (&json!("business_initiated"), &Value::Null));
    let before = at_rest(&world).await;
    let refused = world.simulator.ledger().rejected_by_code.get(&368).copied().unwrap_or_default();
    assert!(before < 600 && refused <= u64::from(LIMIT), "{refused} refused of more than a second's worth");
    let answer = json!({ "sender_id": SENDERS[0], "to": writer, "text": { "body": "hello!" } });
    world.tenant.post_new("/v1/messages", &answer).await.expect(202);
    until("the answer has arrived at Meta", PATIENCE, async || {
        let accepted = world.simulator.ledger().accepted;
        holds(accepted == before + 1, || accepted.to_string())
    })
    .await;
    assert_eq!(at_rest(&world).await, before + 1, "the campaign waits");
    // Meta shortens it, and it is over.
    world.control("account", &json!({ "event": "release" })).await;
    let info =
        json!([{ "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": unix_ms() / 1_000 + 1 }]);
    let value = json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": info });
    world.control("change", &json!({ "field": "account_update", "value": value })).await;
    let done = state(&world, &campaign, "the campaign completes", |state| state["state"] == "completed").await;
    assert_eq!((count(&done["progress"], "accepted"), world.simulator.ledger().accepted), (600, 601));
    world.assert_no_breach_and_no_duplicate();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_flagged_goes_slowly_until_it_is_not_flagged_any_more() {
    let world = World::start(plan()).await;
    let campaign = running(&world, 800, 80).await;
    let quality = async |event: &str| {
        let value = json!({ "display_phone_number": "15550783881", "event": event });
        world.control("change", &json!({ "field": "phone_number_quality_update", "value": value })).await;
        until("it is known", PATIENCE, async || {
            let senders = world.tenant.get("/v1/senders").await.expect(200);
            holds(senders["data"][0]["quality_event"] == event, || senders.to_string())
        })
        .await;
    };
    quality("FLAGGED").await;
    until("a quarter of the rate leaves", PATIENCE, async || {
        let before = world.simulator.ledger().accepted;
        tokio::time::sleep(STOPS_WITHIN).await;
        let sent = world.simulator.ledger().accepted - before;
        let quarter = u64::from(LIMIT) / 4 * STOPS_WITHIN.as_secs();
        holds((quarter / 2..=quarter * 5 / 4).contains(&sent), || format!("{sent} of {quarter}"))
    })
    .await;
    assert!(world.simulator.ledger().accepted < 700, "there is something left to go fast");
    quality("UNFLAGGED").await;
    let done = state(&world, &campaign, "the campaign completes", |state| state["state"] == "completed").await;
    assert_eq!(count(&done["progress"], "accepted"), 800);
    world.assert_no_breach_and_no_duplicate();
}

/// Plays a shipped scenario of the simulator with a campaign to a hundred people. It is over only when more time has passed than
/// Posthaste waits before it tries what it holds.
async fn play(file: &str) {
    let text = std::fs::read_to_string(format!("{}/simulator/scenarios/{file}", env!("CARGO_MANIFEST_DIR")));
    let text = text.expect("the scenario is readable").replace("quiet = \"500ms\"", "quiet = \"20s\"");
    let scenario = Scenario::parse(&text, file).expect("a scenario");
    let world = World::start(Plan { limit: SCENARIO_LIMIT, faults: Faults::NONE, ..Plan::default() }).await;
    world.database.query("UPDATE template SET category = 'MARKETING'", &[]).await;
    let people: String = (0..100).map(|n| format!("+165000000{n:02},Ada,A-{n}\n")).collect();
    let campaign = world.tenant.campaign(format!("to,1,2\n{people}")).await;
    world.tenant.start(&campaign).await;
    world.simulator.play(&scenario).await.unwrap_or_else(|failure| panic!("{failure}"));
    world.assert_no_breach_and_no_duplicate();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scenario_of_a_ban_ends_as_it_says() {
    play("ban.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scenario_of_an_opt_out_ends_as_it_says() {
    play("opt-out.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scenario_of_a_template_that_is_paused_ends_as_it_says() {
    play("template-paused.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_was_made_at_meta_is_known_when_meta_approves_it() {
    let world = World::start(plan()).await;
    let url = format!("http://{}/v23.0/{}/message_templates", world.simulator.addr(), WABAS[0]);
    let template = json!({ "name": "made_at_meta", "language": LANGUAGE, "category": "UTILITY",
        "components": [{ "type": "BODY", "text": "Your order is on its way." }] });
    let authorization = format!("Bearer {GRAPH_TOKEN}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let made = web::call(Method::POST, &url, &headers, template.to_string()).await.expect("the simulator answers");
    assert!(made.status.is_success(), "{made:?}");
    until("the catalogue has it", PATIENCE, async || {
        let templates = world.tenant.get("/v1/templates").await.expect(200);
        let is_it = |own: &Value| own["name"] == "made_at_meta" && own["status"] == "approved";
        holds(templates["data"].as_array().is_some_and(|list| list.iter().any(is_it)), || templates.to_string())
    })
    .await;
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
    reason_is(&world, "Meta disabled the account since today").await;
    let before = at_rest(&world).await;
    assert!(before < 600, "it was stopped in time");
    let banned_s = unix_ms() / 1_000;
    until("a later second begins: Meta's times are whole seconds", PATIENCE, async || {
        holds(unix_ms() / 1_000 > banned_s, || banned_s.to_string())
    })
    .await;
    // What is told of the partner is no word on the ban, and the other way round.
    let partner = async |event: &str, left: &str| {
        let value = json!({ "event": event, "waba_info": { "waba_id": WABAS[0] } });
        world.control("change", &json!({ "field": "account_update", "value": value })).await;
        reason_is(&world, left).await;
    };
    let banned = "Meta disabled the account since today";
    partner("PARTNER_REMOVED", &format!("{banned}; Meta reported PARTNER_REMOVED")).await;
    partner("PARTNER_ADDED", banned).await;
    partner("PARTNER_REMOVED", &format!("{banned}; Meta reported PARTNER_REMOVED")).await;
    ban("REINSTATE").await;
    reason_is(&world, "Meta reported PARTNER_REMOVED").await;
    assert_eq!(world.simulator.ledger().accepted, before, "the partner is gone still");
    let value = json!({ "event": "PARTNER_APP_INSTALLED", "waba_info": { "waba_id": WABAS[0] } });
    world.control("change", &json!({ "field": "account_update", "value": value })).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_group_can_be_managed_once_meta_has_told_whose_it_is_and_until_it_is_deleted() {
    let world = World::start(plan()).await;
    let group = json!({ "messaging_product": "whatsapp", "subject": "Orders" });
    world.tenant.post_new(&format!("/graph/v23.0/{}/groups", SENDERS[0]), &group).await.expect(200);
    // Meta is asked for its id: a list through the API would say whose it is, as the webhook does.
    let url = format!("http://{}/v23.0/{}/groups", world.simulator.addr(), SENDERS[0]);
    let authorization = format!("Bearer {GRAPH_TOKEN}");
    let list = web::call(Method::GET, &url, &[("authorization", authorization.as_str())], "").await;
    let list = list.expect("the simulator answers").json();
    let id = list["data"]["groups"][0]["id"].as_str().expect("a group").to_owned();
    let path = format!("/graph/v23.0/{id}?fields=subject");
    until("the webhook is applied", PATIENCE, async || {
        let shown = world.tenant.get(&path).await;
        holds(shown.status.is_success() && shown.json()["subject"] == "Orders", || shown.text.clone())
    })
    .await;
    let foreign = world.second_tenant().await.get(&path).await;
    assert_eq!(foreign.expect(400)["error"]["code"], 100);
    let deleted = world.tenant.try_call(Method::DELETE, &format!("/graph/v23.0/{id}"), &[], String::new()).await;
    deleted.expect("the API answers").expect(200);
    until("its end is applied", PATIENCE, async || {
        let groups = world.database.number("SELECT count(*) FROM number_group").await;
        holds(groups == 0, || groups.to_string())
    })
    .await;
}
