//! What Meta refuses as a whole is held after a handful, says so, and goes on when it is mended.

use posthaste_simulator::Faults;
use serde_json::json;

use crate::support::api::{LANGUAGE, TEMPLATE, phone, recipients};
use crate::support::app::Role;
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

const LIMIT: u32 = 80;
const RECIPIENTS: u64 = 600;
/// What a hold costs: five strikes, what was armed before the fifth was settled (2.5 windows and three trips of a POST),
/// and some probes.
const REFUSED_MAX: u64 = 5 + LIMIT as u64 * 310 / 1000 + 10;

async fn held(world: &World, scope: &str, code: i64) {
    until("the scope is held", PATIENCE, async || {
        let rows = world
            .database
            .query("SELECT scope, code, reason FROM send_hold WHERE released_at IS NULL AND reason <> ''", &[])
            .await;
        let seen: Vec<(String, Option<i64>)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        holds(seen == [(scope.to_owned(), Some(code))], || format!("{seen:?}"))
    })
    .await;
}

async fn completes(world: &World, campaign: &str) {
    let state = until("the campaign completes", PATIENCE, async || {
        let state = world.tenant.state(campaign).await;
        holds(state["state"] == "completed", || state.to_string()).map(|()| state)
    })
    .await;
    assert_eq!(count(&state["progress"], "accepted"), RECIPIENTS, "none failed: {state}");
    assert_eq!(world.database.number("SELECT count(*) FROM send_hold WHERE released_at IS NULL").await, 0);
    world.assert_no_breach_and_no_duplicate();
}

async fn refused(world: &World) -> i64 {
    world.database.number("SELECT count(*) FROM attempt WHERE code IS NOT NULL").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_stops_a_campaign_after_a_handful_and_a_new_one_lets_it_go_on() {
    let plan =
        Plan { roles: &[Role::Edge, Role::Api, Role::Pipeline], limit: LIMIT, faults: Faults::NONE, ..Plan::default() };
    let mut world = World::start(plan).await;
    let campaign = world.tenant.campaign(recipients(0..RECIPIENTS as usize)).await;
    world.tenant.start(&campaign).await;
    world.accepted(50).await;
    let set_token = "UPDATE sender_credential SET access_token = $1 WHERE sender_id = $2 RETURNING access_token";
    let good = "SELECT access_token FROM sender_credential WHERE sender_id = $1";
    let good: String = world.database.query(good, &[&world.tenant.sender]).await[0].get(0);
    world.database.query(set_token, &[&"expired", &world.tenant.sender]).await;
    held(&world, "token", 190).await;
    let metrics = world.apps.last().expect("the pipeline").metrics().await.expect("metrics");
    assert!(metrics.contains(r#"posthaste_holds{scope="token"} 1"#), "{metrics}");

    // What is refused while the worker dies has an unknown outcome; this test is not about that.
    until("every answer is in", PATIENCE, async || {
        let armed = world.database.number("SELECT count(*) FROM attempt WHERE status = 'armed'").await;
        holds(armed == 0, || format!("{armed} are armed"))
    })
    .await;
    world.restart(Role::Pipeline).await;
    held(&world, "token", 190).await;
    let refused = refused(&world).await;
    assert!((5..=REFUSED_MAX as i64).contains(&refused), "{refused} were refused");
    let waiting = "SELECT count(*) FROM attempt WHERE status IN ('rejected', 'failed', 'expired')";
    assert_eq!(world.database.number(waiting).await, 0, "messages of a held scope wait");
    world.database.query(set_token, &[&good, &world.tenant.sender]).await;
    completes(&world, &campaign).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_template_holds_its_campaign_and_a_probe_finds_out_that_it_is_back() {
    let world = World::start(Plan { limit: LIMIT, faults: Faults::NONE, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..RECIPIENTS as usize)).await;
    let template = async |event: &str| {
        // Its webhook is lost: that it is paused shows in refusals only.
        let order = json!({ "name": TEMPLATE, "language": LANGUAGE, "event": event, "silent": true });
        world.control("template-status", &order).await;
    };
    world.tenant.start(&campaign).await;
    until("some of the campaign has left", PATIENCE, async || {
        let accepted = world.simulator.ledger().accepted;
        holds(accepted >= 50, || accepted.to_string())
    })
    .await;
    template("PAUSED").await;
    held(&world, "template", 132_015).await;
    let accepted = world.simulator.ledger().accepted;
    let text = json!({ "sender_id": world.tenant.sender, "to": phone(9_000), "text": { "body": "hello" } });
    world.tenant.post_new("/v1/messages", &text).await.expect(202);
    until("a free text leaves", PATIENCE, async || {
        let now = world.simulator.ledger().accepted;
        holds(now == accepted + 1, || format!("{now} after {accepted}"))
    })
    .await;
    let refused = refused(&world).await;
    assert!((5..=REFUSED_MAX as i64).contains(&refused), "{refused} were refused");
    template("APPROVED").await;
    completes(&world, &campaign).await;
}
