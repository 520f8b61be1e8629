//! Kafka or Postgres goes away while a campaign runs, and comes back.

use std::time::{Duration, Instant};

use crate::support::api::recipients;
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::webhook::{deliver, entry, messages, text, wamid, webhook};
use crate::support::{Plan, SENDERS, WABAS, World};

/// Within this the edge says that the log is away: it waits two seconds for it.
const REFUSAL_MAX: Duration = Duration::from_secs(3);
/// Webhooks that arrive while Postgres is away.
const MEANWHILE: usize = 20;

fn inbound(index: usize) -> Vec<u8> {
    let id = wamid(&format!("outage-{index}"));
    webhook(&[entry(WABAS[0], &[messages(SENDERS[0], &[text("12025559000", &id, "meanwhile")], &[])])])
}

/// An orderly stop is the harder case: the broker's last word to its clients may be that there are no brokers.
#[tokio::test(flavor = "multi_thread")]
async fn while_kafka_is_stopped_the_edge_answers_503_and_afterwards_the_campaign_completes() {
    kafka_is_away("stop").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_kafka_is_killed_the_edge_answers_503_and_afterwards_the_campaign_completes() {
    kafka_is_away("kill").await;
}

async fn kafka_is_away(verb: &'static str) {
    let mut world = World::start(Plan { limit: 250, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..1_500)).await;
    world.tenant.start(&campaign).await;
    world.accepted(300).await;
    let outage = world.services.take(verb, "kafka").await;
    let asked = Instant::now();
    let answer = deliver(&world.site, &inbound(0)).await.expect("the edge answers");
    answer.problem(503, "log_unavailable");
    assert!(asked.elapsed() < REFUSAL_MAX, "{:?}", asked.elapsed());
    outage.end().await;
    until("the edge takes webhooks again", PATIENCE, async || {
        let status = deliver(&world.site, &inbound(0)).await?.status;
        holds(status == 200, || status.to_string())
    })
    .await;

    let progress = world.settled(&campaign).await;
    assert_eq!(count(&progress, "accepted"), 1_500, "{progress}");
    world.assert_no_breach_and_no_duplicate();
    world.check_deliveries(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_away_the_edge_answers_200_and_afterwards_all_of_it_is_applied() {
    let mut world = World::start(Plan { limit: 250, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..1_500)).await;
    world.tenant.start(&campaign).await;
    world.accepted(300).await;
    let outage = world.services.take("stop", "postgres").await;
    for index in 0..MEANWHILE {
        let answer = deliver(&world.site, &inbound(index)).await.expect("the edge answers");
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let answer = world.tenant.get(&format!("/v1/campaigns/{campaign}")).await;
    answer.problem(503, "store_unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(deliver(&world.site, &inbound(0)).await.expect("the edge answers").status, 200);
    outage.end().await;

    until("what was accepted meanwhile is applied", PATIENCE, async || {
        world.assert_alive();
        let rows = world.database.number("SELECT count(*) FROM inbound_message WHERE text = 'meanwhile'").await;
        holds(rows == MEANWHILE as i64, || format!("{rows} of {MEANWHILE}"))
    })
    .await;
    let progress = world.settled(&campaign).await;
    assert_eq!(count(&progress, "accepted"), 1_500, "{progress}");
    world.assert_no_breach_and_no_duplicate();
    world.check_deliveries(true).await;
}
