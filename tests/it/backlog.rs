//! Single messages past a tenant's backlog are refused, wherever those before them wait.

use std::time::{Duration, Instant};

use http::Method;
use posthaste_simulator::Faults;
use serde_json::json;

use crate::support::api::phone;
use crate::support::app::Role;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

const BACKLOG: usize = 30;
/// So slow that the backlog stands for a while.
const LIMIT: u32 = 5;
/// Longer than a count of the waiting messages is believed.
const OBSERVED: Duration = Duration::from_millis(2_500);

/// Submits one message; whether it was taken.
async fn submit(world: &World, index: usize) -> bool {
    let body = json!({ "sender_id": world.tenant.sender, "to": phone(index), "text": { "body": "hello" } }).to_string();
    let key = uuid::Uuid::new_v4().to_string();
    let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
    let answer = world.tenant.try_call(Method::POST, "/v1/messages", &headers, body).await.expect("the API answers");
    if answer.status == 202 {
        return true;
    }
    let problem = answer.problem(429, "backlog_full");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("limit \"backlog\"")), "{problem}");
    assert_eq!(answer.headers["retry-after"], "5");
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_is_full_while_the_pipeline_stands_still_and_while_the_messages_wait_in_their_lanes() {
    let plan =
        Plan { roles: &[Role::Edge, Role::Api, Role::Pipeline], limit: LIMIT, faults: Faults::NONE, ..Plan::default() };
    let mut world = World::start(plan).await;
    let backlog = i32::try_from(BACKLOG).expect("small");
    world.database.query("UPDATE tenant SET backlog_max = $1 RETURNING name", &[&backlog]).await;
    world.apps.last_mut().expect("the pipeline").kill();
    let mut taken = 0;
    let began = Instant::now();
    while began.elapsed() < OBSERVED {
        taken += usize::from(submit(&world, taken).await);
    }
    assert_eq!(taken, BACKLOG, "of which no sender has heard");

    let site = &world.site;
    world.apps.last_mut().expect("the pipeline").start(site).await;
    let open = "SELECT count(*) FROM attempt WHERE open";
    until("the messages wait for their number", PATIENCE, async || {
        let open = world.database.number(open).await;
        holds(open > 15, || open.to_string())
    })
    .await;
    // One by one as places become free, and never more of them.
    let mut most = 0;
    until("the backlog has been full again", PATIENCE, async || {
        let was_taken = submit(&world, taken).await;
        taken += usize::from(was_taken);
        most = most.max(world.database.number(open).await);
        holds(!was_taken && taken > BACKLOG, || format!("{taken} taken"))
    })
    .await;
    assert!(most <= BACKLOG as i64 + 1, "{most} waited");
    until("every message that was taken is sent", PATIENCE, async || {
        let accepted = world.simulator.ledger().accepted;
        holds(accepted == taken as u64, || format!("{accepted} of {taken}"))
    })
    .await;
    world.assert_no_breach_and_no_duplicate();
}
