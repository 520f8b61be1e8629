//! Campaigns that begin later, that are cloned, and whose failed messages are retried.

use posthaste_simulator::{Faults, Options, Share};
use serde_json::{Value, json};

use crate::support::api::recipients;
use crate::support::app::Role;
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

/// How far ahead a campaign is scheduled, in milliseconds: longer than the processes take to come back.
const AHEAD_MS: i64 = 15_000;

/// The store's time, so many milliseconds from now, as the API writes it.
async fn time_ahead(world: &World, ahead_ms: i64) -> String {
    let statement = "SELECT to_char((now() + $1::bigint * interval '1 ms') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
    world.database.query(statement, &[&ahead_ms]).await[0].get(0)
}

async fn in_state(world: &World, campaign: &str, state: &str) -> Value {
    until(&format!("the campaign is {state}"), PATIENCE, async || {
        let told = world.tenant.state(campaign).await;
        holds(told["state"] == state, || told.to_string()).map(|()| told)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_campaign_begins_at_its_time_once_though_every_process_was_restarted() {
    let mut world = World::start(Plan { faults: Faults::NONE, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..200)).await;
    let at = time_ahead(&world, AHEAD_MS).await;
    let path = format!("/v1/campaigns/{campaign}:start");
    let scheduled = world.tenant.post_new(&path, &json!({ "start_at": at })).await.expect(202);
    assert_eq!((&scheduled["state"], &scheduled["start_at"]), (&json!("scheduled"), &json!(at)));
    world.restart(Role::All).await;
    let state = world.tenant.state(&campaign).await;
    let now = time_ahead(&world, 0).await;
    assert!(now < at, "the restart took until {now}: AHEAD_MS is too short for this machine");
    assert_eq!((&state["state"], count(&state["progress"], "released")), (&json!("scheduled"), 0), "{state}");
    assert_eq!(world.simulator.ledger().requests, 0);

    in_state(&world, &campaign, "completed").await;
    let early =
        "SELECT count(*) FROM intent i JOIN campaign c USING (tenant_id, campaign_id) WHERE i.accepted_at < c.start_at";
    // The worker's clock and the store's are the same here; a tick of each may lie between.
    assert_eq!(world.database.number(early).await, 0);
    let progress = world.settled(&campaign).await;
    assert_eq!(count(&progress, "accepted"), 200, "{progress}");
    assert_eq!(world.simulator.ledger().requests, 200);
    world.assert_no_breach_and_no_duplicate();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_sends_to_exactly_those_whose_messages_failed() {
    let failed_share = Share::try_from(0.2).expect("between 0 and 1");
    let faults = Faults { failed_share, ..Faults::NONE };
    let mut world = World::start(Plan { faults, seed: Options::defaults().seed, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..300)).await;
    let early = world.tenant.post_new(&format!("/v1/campaigns/{campaign}:retry"), &json!({})).await;
    early.problem(409, "campaign_state");
    world.tenant.start(&campaign).await;
    let progress = world.settled(&campaign).await;
    let failed = count(&progress, "failed");
    assert!(failed > 10, "{progress}");

    let retry = world.tenant.post_new(&format!("/v1/campaigns/{campaign}:retry"), &json!({})).await.expect(201);
    assert_eq!((&retry["state"], count(&retry, "recipients")), (&json!("draft"), failed), "{retry}");
    let again = retry["id"].as_str().expect("an id").to_owned();
    world.tenant.start(&again).await;
    in_state(&world, &again, "completed").await;
    assert_eq!(world.simulator.ledger().accepted, 300 + failed);
    let campaign_id = format!("'{}'::uuid", again.trim_start_matches("cmp_"));
    let twice = format!(
        "SELECT count(*) FROM intent new JOIN intent old USING (contact) \
           JOIN attempt a ON a.tenant_id = old.tenant_id AND a.intent_id = old.intent_id AND a.status = 'failed' \
          WHERE new.campaign_id = {campaign_id} AND old.campaign_id <> {campaign_id} AND new.message = old.message"
    );
    assert_eq!(world.database.number(&twice).await.unsigned_abs(), failed);
    world.assert_no_breach_and_no_duplicate();

    // A clone is a campaign of all, of which nothing has been sent.
    let clone = world.tenant.post_new(&format!("/v1/campaigns/{campaign}:clone"), &json!({})).await.expect(201);
    assert_eq!((count(&clone, "recipients"), count(&clone["progress"], "released")), (300, 0), "{clone}");
}
