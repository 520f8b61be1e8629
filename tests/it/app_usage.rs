//! The app's hourly limits, as Meta's answers tell of them: slower before they are used up, and nothing beyond.

use std::time::{Duration, Instant};

use posthaste_simulator::Faults;

use crate::support::api::recipients;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

const LIMIT: u32 = 80;
/// Of which four tenths of the pace are left: (100 - 90) / (100 - 75).
const NEARLY: Faults = Faults { app_usage: 90, ..Faults::NONE };
const USED_UP: Faults = Faults { app_usage: 100, ..Faults::NONE };
/// What was armed at the old pace: 2.5 windows and three trips of it.
const UNDER_WAY: u64 = LIMIT as u64 * 310 / 1000 + 8;
/// How long a pace is looked at.
const OBSERVED: Duration = Duration::from_secs(5);

/// Messages that the simulator takes within the time.
async fn taken(world: &World) -> u64 {
    let (before, began) = (world.simulator.ledger().accepted, Instant::now());
    until("the time has passed", PATIENCE, async || holds(began.elapsed() >= OBSERVED, || "not yet".to_owned())).await;
    world.simulator.ledger().accepted - before
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_has_nearly_used_up_its_limits_goes_slower_and_one_that_has_stops() {
    let mut world = World::start(Plan { limit: LIMIT, faults: NEARLY, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..3_000)).await;
    world.tenant.start(&campaign).await;
    // By then the first answers have told.
    world.accepted(UNDER_WAY + 40).await;
    let slow = taken(&world).await;
    let full = u64::from(LIMIT) * OBSERVED.as_secs();
    assert!((full / 5..full / 2).contains(&slow), "{slow} of {full} at 90 %");

    world.simulator.set_faults(USED_UP).expect("the faults are possible");
    until("the pipeline has heard of it", PATIENCE, async || {
        let metrics = world.apps[0].metrics().await?;
        holds(metrics.contains("posthaste_app_usage_percent 100"), || "not told".to_owned())
    })
    .await;
    until("what was under way is through", PATIENCE, async || {
        let armed = world.database.number("SELECT count(*) FROM attempt WHERE status = 'armed'").await;
        holds(armed == 0, || format!("{armed} are armed"))
    })
    .await;
    assert_eq!(taken(&world).await, 0, "for a minute, when something leaves to ask again");
    world.assert_no_breach_and_no_duplicate();
}
