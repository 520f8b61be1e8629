//! The sink against a real Kafka and a real Postgres, with receivers that are real HTTP servers.

mod support;

use std::time::Duration;

use posthaste_core::crm::{Feed, Schedule};

use support::{Receiver, World};

/// A schedule for impatient people; a receiver may fail for ever.
fn schedule() -> Schedule {
    let delays = [Duration::ZERO, Duration::from_millis(50), Duration::from_millis(100), Duration::from_millis(200)];
    Schedule::new(&delays, Duration::from_secs(3_600))
}

/// One receiver is well, the other fails until long after its buffer is full and the sink has been restarted. The first
/// never waits; the second gets everything in the end; nobody gets anything twice that the log holds twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_receiver_costs_its_own_lane_only_and_loses_nothing() {
    let world = World::new(schedule()).await;
    let (healthy, failing) = (world.tenant().await, world.tenant().await);
    let (well, ill) = (Receiver::start(200).await, Receiver::start(500).await);
    let healthy_endpoint = world.endpoint(healthy, &well, &Feed::ALL).await;
    let failing_endpoint = world.endpoint(failing, &ill, &Feed::ALL).await;

    let sink = world.start();
    let first = world.publish(&[healthy, failing], 0..30).await;
    well.wait_for(first).await;
    assert_eq!(ill.delivered(), 0, "the other one still fails");
    world.wait_for("a saved cursor", async || !world.cursors(failing_endpoint).await.is_empty()).await;

    sink.stop().await;
    let second = world.publish(&[healthy, failing], 30..50).await;
    let sink = world.start();
    well.wait_for(first + second).await;
    world.publish_again().await;
    let third = world.publish(&[healthy, failing], 50..60).await;
    well.wait_for(first + second + third).await;
    assert_eq!(ill.delivered(), 0);
    well.check(60, true);

    ill.answer(200);
    ill.wait_for(first + second + third).await;
    ill.check(60, false);
    for endpoint in [healthy_endpoint, failing_endpoint] {
        world.wait_for("no cursor is left", async || world.cursors(endpoint).await.is_empty()).await;
    }
    sink.stop().await;
    well.check(60, true);
    world.remove().await;
}

/// 410 disables; the receiver that is enabled again goes on where it stopped, including what came while it was disabled.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_disabled_and_goes_on_there_when_it_is_back() {
    let world = World::new(schedule()).await;
    let tenant = world.tenant().await;
    let receiver = Receiver::start(200).await;
    let endpoint = world.endpoint(tenant, &receiver, &[Feed::Delivery]).await;
    let sink = world.start();
    world.publish(&[tenant], 0..5).await;
    receiver.wait_for(5 * support::CONVERSATIONS).await;

    receiver.answer(410);
    world.publish(&[tenant], 5..10).await;
    world.wait_for("disabled", async || world.disabled_reason(endpoint).await.is_some_and(|r| r.contains("410"))).await;
    receiver.answer(200);
    world.publish(&[tenant], 10..15).await;
    world.wait_for("the position of a cursor", async || !world.cursors(endpoint).await.is_empty()).await;
    assert_eq!(receiver.delivered(), 5 * support::CONVERSATIONS);

    world.enable(endpoint).await;
    receiver.wait_for(15 * support::CONVERSATIONS).await;
    receiver.check_feed(Feed::Delivery, 15);
    sink.stop().await;
    world.remove().await;
}

/// A second sink joins and takes partitions over while events flow, then the first leaves: the partitions change hands
/// twice, and every event is delivered once.
#[tokio::test(flavor = "multi_thread")]
async fn partitions_change_hands_without_loss_or_repetition() {
    let world = World::new(schedule()).await;
    let tenant = world.tenant().await;
    let receiver = Receiver::start(200).await;
    world.endpoint(tenant, &receiver, &Feed::ALL).await;
    let first = world.start();
    let mut owed = world.publish(&[tenant], 0..20).await;
    receiver.wait_for(owed).await;

    let second = world.start();
    let mut next = 20;
    while world.owners().await < 2 {
        owed += world.publish(&[tenant], next..next + 1).await;
        next += 1;
    }
    owed += world.publish(&[tenant], next..next + 20).await;
    receiver.wait_for(owed).await;

    first.stop().await;
    owed += world.publish(&[tenant], next + 20..next + 40).await;
    receiver.wait_for(owed).await;
    receiver.check(next + 40, true);
    second.stop().await;
    world.remove().await;
}
