//! Meta's servers fail for a while: a handful of messages is in doubt, and the rest wait.

use posthaste_simulator::{Faults, Share};
use serde_json::json;

use crate::support::api::recipients;
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

const LIMIT: u32 = 80;
const RECIPIENTS: u64 = 600;
/// Strikes that hold, what was armed before the last of them was settled, and some probes.
const IN_DOUBT_MAX: i64 = 10 + LIMIT as i64 * 310 / 1000 + 5;

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_server_errors_holds_the_account_after_a_handful_and_shows_it_and_lets_go_by_itself() {
    let storm = Faults { error_500_share: Share::ALWAYS, ..Faults::NONE };
    let world = World::start(Plan { limit: LIMIT, faults: Faults::NONE, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..RECIPIENTS as usize)).await;
    world.tenant.start(&campaign).await;
    until("some of the campaign has left", PATIENCE, async || {
        let accepted = world.simulator.ledger().accepted;
        holds(accepted >= 50, || accepted.to_string())
    })
    .await;
    world.simulator.set_faults(storm).expect("the faults are possible");
    let held = until("the account is held", PATIENCE, async || {
        let page = world.tenant.get("/v1/holds").await.expect(200);
        holds(page["data"][0]["scope"] == "waba", || page.to_string()).map(|()| page["data"].clone())
    })
    .await;
    assert_eq!(held[0]["code"], json!(null), "{held}");
    assert!(held[0]["reason"].as_str().is_some_and(|reason| reason.starts_with("HTTP 5")), "{held}");
    assert_eq!(world.tenant.state(&campaign).await["holds"][0]["name"], held[0]["name"]);
    assert!(world.site.operate(&["holds", "list"]).await.contains("\twaba\t"));
    until("a probe finds the storm still there", PATIENCE, async || {
        let page = world.tenant.get("/v1/holds").await.expect(200);
        holds(page["data"][0]["probes"].as_i64() >= Some(1), || page.to_string())
    })
    .await;
    let in_doubt = "SELECT count(*) FROM attempt WHERE unknown_at IS NOT NULL";
    let doubted = world.database.number(in_doubt).await;
    assert!((10..=IN_DOUBT_MAX).contains(&doubted), "{doubted} messages were in doubt");
    let spent = "SELECT count(*) FROM attempt WHERE status IN ('rejected', 'expired')";
    assert_eq!(world.database.number(spent).await, 0);

    world.simulator.set_faults(Faults::NONE).expect("the faults are possible");
    let state = until("the campaign completes", PATIENCE, async || {
        let state = world.tenant.state(&campaign).await;
        holds(state["state"] == "completed", || state.to_string()).map(|()| state)
    })
    .await;
    let progress = &state["progress"];
    assert_eq!(count(progress, "accepted") + count(progress, "unconfirmed"), RECIPIENTS, "{state}");
    assert_eq!(world.tenant.get("/v1/holds").await.expect(200)["data"], json!([]));
    world.assert_no_breach_and_no_duplicate();
}
