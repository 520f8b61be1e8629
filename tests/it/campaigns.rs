//! Campaigns from the upload to the funnel, with every count compared; through crashes, faults, pause and cancel.

use posthaste_simulator::{Faults, Options, Share};
use serde_json::{Value, json};

use crate::support::api::{LANGUAGE, TEMPLATE, phone, recipients};
use crate::support::app::Role;
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

/// A process for each role, so that one can be killed alone.
const APART: &[Role] = &[Role::Edge, Role::Api, Role::Pipeline];
/// What may leave after a pause is confirmed, in milliseconds of the sender's rate: `pipeline.arm_window_ms`.
const ARMED_MS: u64 = 100;
/// What may leave after a cancel is answered: what the sender task has armed and not settled, which it bounds by 2.5 windows
/// and three trips of a POST.
const IN_FLIGHT_MS: u64 = 310;

/// A share that is valid by construction.
fn share(value: f64) -> Share {
    Share::try_from(value).expect("between 0 and 1")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_of_2000_ends_as_the_simulator_saw_it_message_by_message() {
    let mut world = World::start(Plan::default()).await;
    let contact = phone(9_000);
    world.site.operate(&["optout", "add", "--tenant", "it-0", "--contact", &contact]).await;
    let mut csv = recipients(0..2_000);
    csv.push_str(&format!(
        "{},again,A-0\n12345,Bob,A-1\n,Bob,A-2\n{contact},Bob,A-3\n{},Bob\n",
        phone(0),
        phone(9_001)
    ));
    let campaign = world.tenant.campaign(csv).await;
    let state = world.tenant.state(&campaign).await;
    assert_eq!((count(&state, "recipients"), count(&state, "rejected_lines")), (2_000, 5), "{state}");
    world.tenant.start(&campaign).await;

    let progress = world.settled(&campaign).await;
    assert_eq!(count(&progress, "accepted"), 2_000, "{progress}");
    world.assert_no_breach_and_no_duplicate();
    let reported = world.simulator.ledger().statuses_generated;
    // Each message is accepted, and has the statuses that the simulator reported; queued and armed are not published.
    let transitions = 2_000 + reported.sent + reported.delivered + reported.read + reported.failed;
    assert_eq!(world.check_deliveries(false).await as u64, transitions);
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_worker_in_mid_campaign_loses_nothing_and_sends_nothing_twice() {
    let mut world = World::start(Plan { roles: APART, limit: 500, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..2_000)).await;
    world.tenant.start(&campaign).await;
    world.accepted(700).await;
    world.restart(Role::Pipeline).await;

    let progress = world.settled(&campaign).await;
    assert_no_count_changed(&world, &progress, 2_000, 1);
    world.assert_no_breach_and_no_duplicate();
    world.check_deliveries(true).await;
    let outcomes = world.database.query("SELECT DISTINCT status FROM attempt ORDER BY 1", &[]).await;
    let outcomes: Vec<String> = outcomes.iter().map(|row| row.get(0)).collect();
    // An attempt that was armed and never POSTed is deferred: the journal knows, and another attempt follows.
    let named = ["deferred", "delivered", "failed", "read", "sent", "unconfirmed"];
    assert!(outcomes.iter().all(|status| named.contains(&status.as_str())), "{outcomes:?}");
}

/// Every message is accepted as Meta counts it. A worker that is killed in the microseconds between the note of a POST and
/// its first byte leaves one that nobody can know of (`at_most_once`: unconfirmed, and Meta never saw it); all others are
/// settled by their statuses.
fn assert_no_count_changed(world: &World, progress: &Value, recipients: u64, kills: u64) {
    let (accepted, unconfirmed) = (count(progress, "accepted"), count(progress, "unconfirmed"));
    assert_eq!(accepted, world.simulator.ledger().accepted, "{progress}");
    assert_eq!(accepted + unconfirmed, recipients, "{progress}");
    assert!(unconfirmed <= kills, "more than one message in doubt for each kill: {progress}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_worker_ten_times_during_a_campaign_changes_no_count() {
    const RECIPIENTS: u64 = 4_000;
    const KILLS: u64 = 10;
    let mut world = World::start(Plan { roles: APART, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..RECIPIENTS as usize)).await;
    world.tenant.start(&campaign).await;
    for kill in 1..=KILLS {
        world.accepted(RECIPIENTS * kill / (KILLS + 1)).await;
        world.restart(Role::Pipeline).await;
    }

    let progress = world.settled(&campaign).await;
    assert_no_count_changed(&world, &progress, RECIPIENTS, KILLS);
    world.assert_no_breach_and_no_duplicate();
    world.check_deliveries(true).await;
    // One for each partition of its last owner: those before it are judged and gone.
    let folder = std::fs::read_dir(world.site.folder.join("journal")).expect("the journals' folder");
    let names = folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let journals = names.filter(|name| name.ends_with(".journal")).count();
    assert!(journals <= 24, "{journals} journals are left");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_order_statuses_come_in_and_whatever_becomes_of_the_answer_nothing_is_sent_twice() {
    let faults = Faults {
        failed_share: share(0.1),
        duplicate_share: share(0.2),
        reorder_share: share(0.3),
        early_share: share(0.3),
        late_sent_after_failed_share: share(0.5),
        error_500_share: share(0.06),
        reset_share: share(0.06),
        ..Options::defaults().faults
    };
    let mut world = World::start(Plan { limit: 500, faults, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..1_000)).await;
    world.tenant.start(&campaign).await;

    let progress = world.settled(&campaign).await;
    let ledger = world.simulator.ledger();
    let lost = ledger.injected.error_500 - ledger.injected.error_500_accepted;
    assert!(lost > 0 && ledger.injected.error_500_accepted > 0 && ledger.injected.reset > 0, "{ledger:?}");
    assert_eq!(ledger.requests, 1_000, "at_most_once: one POST a message: {ledger:?}");
    // What was refused by a bare 5xx can never be known; all the rest told itself by its statuses.
    assert_eq!((count(&progress, "accepted"), count(&progress, "unconfirmed")), (1_000 - lost, lost), "{progress}");
    world.assert_no_breach_and_no_duplicate();
    world.check_deliveries(false).await;
}

/// Sends one message at a time and waits until Meta has taken it: the sender is at work.
async fn send_single_messages(world: &World, count: usize) {
    for index in 0..count {
        let template = json!({ "name": TEMPLATE, "language": LANGUAGE, "params": ["Eve", "A-1"] });
        let body = json!({ "sender_id": world.tenant.sender, "to": phone(50_000 + index), "template": template });
        let id =
            world.tenant.post_new("/v1/messages", &body).await.expect(202)["id"].as_str().expect("an id").to_owned();
        until("the single message is taken by Meta", PATIENCE, async || {
            holds(world.seen_by_meta().contains_key(&id), || id.clone())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_holds_a_running_campaign_a_resume_completes_it_and_a_cancel_ends_it() {
    let limit = 250;
    let mut world = World::start(Plan { limit, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..1_200)).await;
    world.tenant.start(&campaign).await;
    world.accepted(200).await;
    world.tenant.post_new(&format!("/v1/campaigns/{campaign}:pause"), &json!({})).await.expect(200);
    until("the pause is confirmed", PATIENCE, async || {
        let state = world.tenant.state(&campaign).await;
        holds(state["state"] == "paused", || state.to_string())
    })
    .await;
    let at_pause = world.simulator.ledger().requests;
    send_single_messages(&world, 5).await;
    let after = world.simulator.ledger().requests - at_pause - 5;
    let armed = u64::from(limit) * ARMED_MS / 1000;
    assert!(after <= armed, "{after} messages left after the pause was confirmed; at most {armed} can have been armed");
    assert_eq!(world.tenant.state(&campaign).await["state"], "paused");
    assert!(world.simulator.ledger().accepted < 1_200, "the campaign was over before the pause");

    world.tenant.post_new(&format!("/v1/campaigns/{campaign}:resume"), &json!({})).await.expect(200);
    let state = until("the resumed campaign completes", PATIENCE, async || {
        let state = world.tenant.state(&campaign).await;
        holds(state["state"] == "completed", || state.to_string()).map(|()| state)
    })
    .await;
    assert_eq!(count(&state["progress"], "accepted"), 1_200, "{state}");
    assert_eq!(world.simulator.ledger().accepted, 1_205);

    let campaign = world.tenant.campaign(recipients(2_000..4_000)).await;
    world.tenant.start(&campaign).await;
    world.accepted(1_205 + 100).await;
    world.tenant.post_new(&format!("/v1/campaigns/{campaign}:cancel"), &json!({})).await.expect(200);
    let before = world.simulator.ledger().requests;
    let state = until("the cancelled campaign has ended", PATIENCE, async || {
        let state = world.tenant.state(&campaign).await;
        let progress = &state["progress"];
        let ended = count(progress, "accepted") + count(progress, "cancelled");
        let all = state["completed_at"].is_string() && ended == count(progress, "released");
        holds(all, || state.to_string()).map(|()| state)
    })
    .await;
    send_single_messages(&world, 2).await;
    let ledger = world.simulator.ledger();
    let in_flight = u64::from(limit) * IN_FLIGHT_MS / 1000;
    assert!(ledger.requests - before - 2 <= in_flight, "{before} {ledger:?}");
    assert_eq!(state["state"], "cancelled");
    assert_eq!(count(&state["progress"], "accepted"), ledger.accepted - 1_205 - 2, "{state}");
    assert!(count(&state["progress"], "cancelled") > 0, "{state}");
    world.tenant.post_new(&format!("/v1/campaigns/{campaign}:resume"), &json!({})).await.problem(409, "campaign_state");
    world.assert_no_breach_and_no_duplicate();
}
