//! A binary of an earlier version and this one, at the same time, on this version's schema: as while a deployment rolls on,
//! and while it is rolled back. `tests/upgrade` builds the earlier one and runs this.

use posthaste_simulator::Faults;

use crate::support::api::recipients;
use crate::support::app::{App, Launch, Role};
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

/// Names the earlier binary.
const VARIABLE: &str = "POSTHASTE_TEST_OLD_BINARY";
const LIMIT: u32 = 80;
const RECIPIENTS: u64 = 4_000;
/// Messages that leave between one change of the processes and the next.
const STEP: u64 = 350;

/// Runs the earlier binary with the arguments of this one.
fn earlier() -> Launch {
    let binary = std::env::var(VARIABLE).unwrap_or_else(|_| panic!("{VARIABLE} is not set: run tests/upgrade"));
    let instead = "shift; exec \"$POSTHASTE_TEST_OLD_BINARY\" \"$@\"";
    let wrapper = ["sh", "-c", instead, "sh"].map(str::to_owned).to_vec();
    Launch { wrapper, environment: vec![(VARIABLE.to_owned(), binary)] }
}

/// Waits until so many processes own partitions of the sender task, all of them together.
async fn owners(world: &World, count: i64) {
    let owners = "SELECT CASE WHEN bool_and(valid_until > now()) THEN count(DISTINCT owner) ELSE 0 END \
                  FROM task_lease WHERE task = 'senders'";
    until(&format!("{count} processes share the partitions"), 2 * PATIENCE, async || {
        let seen = world.database.number(owners).await;
        holds(seen == count, || seen.to_string())
    })
    .await;
}

#[ignore = "needs an earlier binary: tests/upgrade builds one and runs this"]
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_version_and_this_one_drain_a_campaign_together_forwards_and_back() {
    let plan = Plan {
        roles: &[Role::Edge, Role::Api],
        limit: LIMIT,
        faults: Faults::NONE,
        enforces_windows: true,
        ..Plan::default()
    };
    let mut world = World::start(plan).await;
    let pipeline = |name: &str, launch| world.site.prepare(Role::Pipeline, name, name, launch);
    let (mut old, mut new): (App, App) = (pipeline("earlier", earlier()), pipeline("current", Launch::default()));
    let campaign = world.tenant.campaign(recipients(0..RECIPIENTS as usize)).await;
    old.start(&world.site).await;
    world.tenant.start(&campaign).await;
    world.accepted(STEP).await;

    // Forwards: this version joins, and then is alone.
    new.start(&world.site).await;
    owners(&world, 2).await;
    let taken = world.simulator.ledger().accepted;
    world.accepted(taken + STEP).await;
    old.kill();
    owners(&world, 1).await;
    let taken = world.simulator.ledger().accepted;
    world.accepted(taken + STEP).await;

    // And back: the earlier one finds what this one wrote.
    old.start(&world.site).await;
    owners(&world, 2).await;
    new.kill();
    owners(&world, 1).await;
    let taken = world.simulator.ledger().accepted;
    world.accepted(taken + STEP / 2).await;
    new.start(&world.site).await;

    let progress = world.settled(&campaign).await;
    assert_eq!(count(&progress, "accepted") + count(&progress, "unconfirmed"), RECIPIENTS, "{progress}");
    world.assert_no_breach_and_no_duplicate();
    for app in [&mut old, &mut new] {
        app.assert_alive();
        let metrics = app.metrics().await.expect("metrics");
        let broken = metrics.lines().find(|line| line.starts_with("posthaste_invariant_violations_total"));
        assert_eq!(broken, None, "{}", app.name);
    }
}
