//! Kafka or Postgres goes away while a campaign runs, and comes back.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::api::{LANGUAGE, TEMPLATE, phone, recipients};
use crate::support::app::Role;
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

/// Has the tenant send a single message.
async fn submit(world: &World, index: usize) {
    let template = json!({ "name": TEMPLATE, "language": LANGUAGE, "params": ["Eve", "A-1"] });
    let body = json!({ "sender_id": world.tenant.sender, "to": phone(index), "template": template });
    world.tenant.post_new("/v1/messages", &body).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_gone_before_it_was_read_ends_the_process_and_nothing_is_skipped_until_an_operator_says_so() {
    const SENT: u64 = 3;
    const WAITING: usize = 6;
    const LEFT: u64 = 2;
    let mut world = World::start(Plan { roles: &[Role::Edge, Role::Api, Role::Pipeline], ..Plan::default() }).await;
    for index in 0..SENT as usize {
        submit(&world, index).await;
    }
    world.accepted(SENT).await;
    let partition = world.database.number("SELECT max(task_partition)::bigint FROM attempt").await;
    let next = format!("SELECT next_offset FROM task_lease WHERE task = 'senders' AND partition = {partition}");
    let number = i32::try_from(partition).expect("a partition");

    let pipeline = world.apps.iter().position(|app| app.role == Role::Pipeline).expect("a pipeline");
    world.apps[pipeline].kill();
    let (at, before) = (world.database.number(&next).await, world.broker.ends("senders.v1", number).await.1);
    for index in 0..WAITING {
        submit(&world, 100 + index).await;
    }
    let end = before + WAITING as i64;
    until("the messages are on the log", PATIENCE, async || {
        let ends = world.broker.ends("senders.v1", number).await;
        holds(ends.1 == end, || format!("{ends:?}"))
    })
    .await;
    let oldest = end - LEFT as i64;
    world.broker.delete_before("senders.v1", number, oldest).await;

    // Starting it again mends nothing.
    for _ in 0..2 {
        world.apps[pipeline].spawn(&world.site);
        world.apps[pipeline].ends_because("the next record is no longer in the log").await;
        assert_eq!(world.database.number(&next).await, at, "an offset was skipped");
    }
    assert_eq!(world.simulator.ledger().accepted, SENT);

    let go_on =
        format!("UPDATE task_lease SET next_offset = {oldest} WHERE task = 'senders' AND partition = {partition}");
    world.database.query(&go_on, &[]).await;
    world.apps[pipeline].start(&world.site).await;
    world.accepted(SENT + LEFT).await;
    submit(&world, 200).await;
    world.accepted(SENT + LEFT + 1).await;
    world.assert_no_breach_and_no_duplicate();
}
