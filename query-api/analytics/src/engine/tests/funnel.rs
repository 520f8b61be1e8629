//! The views, on messages made by hand.

use posthaste_model::Status;
use serde_json::json;

use super::*;

/// Message by message the statuses of its attempts, in an order in which webhooks might bring them.
const MESSAGES: [&[(i16, &str)]; 16] = [
    &[(1, "accepted"), (1, "sent"), (1, "delivered"), (1, "read")],
    // Meta did not report every step.
    &[(1, "accepted"), (1, "delivered")],
    &[(1, "read"), (1, "accepted")],
    // A failure, with and without a report that it was sent.
    &[(1, "accepted"), (1, "failed"), (1, "sent")],
    &[(1, "accepted"), (1, "failed")],
    // Evidence of delivery outranks a report of failure.
    &[(1, "failed"), (1, "delivered")],
    // Put off, then tried again in vain.
    &[(1, "deferred"), (2, "unknown"), (2, "unconfirmed")],
    &[(1, "deferred")],
    &[(1, "rejected")],
    &[(1, "expired")],
    &[(1, "cancelled")],
    &[(1, "unknown")],
    // Sent after all, though the second attempt was refused.
    &[(1, "unknown"), (2, "rejected"), (1, "sent")],
    &[(1, "sent"), (1, "played")],
    // Failed once, on its way again.
    &[(1, "failed"), (2, "accepted")],
    // Given up, reported as sent after all, and failed: its repetition was taken back before.
    &[(1, "unconfirmed"), (1, "accepted"), (1, "sent"), (2, "cancelled"), (1, "failed")],
];

/// The first transition of an attempt tells when it was queued and armed, if it was armed.
fn transitions() -> Vec<Transition> {
    let message = |(n, statuses): (u32, &&[(i16, &str)])| {
        let mut told = Vec::new();
        let transition = |(attempt, status): &(i16, &str)| {
            let mut transition = samples::transition(n, *attempt, status);
            if told.contains(attempt) {
                (transition.queued_at, transition.armed_at) = (None, None);
            } else if ["expired", "cancelled"].contains(status) {
                transition.armed_at = None;
            }
            told.push(*attempt);
            transition
        };
        statuses.iter().map(transition).collect::<Vec<_>>()
    };
    (0..).zip(&MESSAGES).flat_map(message).collect()
}

/// Half of the rows in files, half in the tail: messages are cut in two.
async fn world() -> World {
    let mut world = World::new(&limits());
    let rows = transitions();
    let (filed, hot): (Vec<_>, Vec<_>) = rows.into_iter().enumerate().partition(|(n, _)| n % 2 == 0);
    world.flush(&filed.into_iter().map(|(_, row)| row).collect::<Vec<_>>()).await;
    world.publish(&hot.into_iter().map(|(_, row)| row).collect::<Vec<_>>());
    world
}

#[tokio::test]
async fn the_funnel_counts_each_message_where_it_stands_and_where_it_has_been() {
    let world = world().await;
    let snapshot = world.snapshot(samples::tenant());
    let limit = limits().memory_bytes_max;
    let campaign = samples::campaign();
    let work = move |context: SessionContext| async move {
        let sql = format!("{} WHERE campaign_id = '{campaign}'", Funnel::SELECT);
        let batches = plan(&context, &sql, limit).await?.collect().await.expect("batches");
        Ok(Funnel::read(campaign, &batches))
    };
    let funnel = world.engine.bounded(samples::tenant(), async { snapshot }, work).await.expect("a funnel");
    let expected = Funnel {
        campaign_id: campaign,
        messages: 16,
        accepted: 10,
        sent: 8,
        delivered: 5,
        read: 3,
        waiting: 1,
        unknown: 1,
        unconfirmed: 1,
        expired: 1,
        cancelled: 1,
        rejected: 1,
        failed: 3,
    };
    assert_eq!(funnel, expected);
}

#[tokio::test]
async fn a_message_stands_where_its_attempts_say() {
    let rows = world().await.rows("SELECT status, attempts FROM messages ORDER BY contact").await;
    let expected = [
        "read",
        "delivered",
        "read",
        "failed",
        "failed",
        "delivered",
        "unconfirmed",
        "deferred",
        "rejected",
        "expired",
        "cancelled",
        "unknown",
        "sent",
        "played",
        "accepted",
        "failed",
    ];
    let attempts = MESSAGES.map(|statuses| statuses.iter().map(|(attempt, _)| *attempt).max());
    let expected: Vec<_> = expected.into_iter().zip(attempts).map(|(status, n)| json!([status, n])).collect();
    assert_eq!(rows, Value::Array(expected));
}

#[tokio::test]
async fn times_and_reasons_are_those_of_the_statuses() {
    let world = world().await;
    let sql = "SELECT accepted_at, queued_at, armed_at, meta_accepted_at, sent_at, delivered_at, read_at, failed_at, code, wamid \
               FROM messages WHERE contact = '+16315550100'";
    let at = |second| format!("2026-11-21T00:01:{second:02}Z");
    let expected = json!([["2026-11-21T00:00:00Z", at(0), at(1), at(8), at(9), at(11), at(12), null, null, "wamid.0"]]);
    assert_eq!(world.rows(sql).await, expected);
    let reasons = world.rows("SELECT status, code, reason, messages FROM failure_reasons ORDER BY status").await;
    let expected = json!([
        ["cancelled", null, null, 1],
        ["expired", null, null, 1],
        ["failed", 131_026, "undeliverable", 3],
        ["rejected", 131_026, "undeliverable", 1],
        ["unconfirmed", null, null, 1],
    ]);
    assert_eq!(reasons, expected);
}

#[tokio::test]
async fn the_views_know_every_status_in_the_order_of_the_join() {
    let mut world = World::new(&limits());
    let rows: Vec<_> = (0..).zip(Status::ALL).map(|(n, status)| samples::transition(n, 1, status.as_str())).collect();
    world.publish(&rows);
    let expected: Vec<_> = Status::ALL.iter().map(|status| json!([status.as_str(), *status as u8])).collect();
    assert_eq!(world.rows("SELECT status, rank FROM attempts ORDER BY rank").await, Value::Array(expected));
    let sums = "SELECT waiting + unknown + unconfirmed + expired + cancelled + rejected + failed + accepted - failed \
                FROM delivery_funnel";
    assert_eq!(world.rows(sums).await, json!([[Status::ALL.len()]]), "no status is left out of the funnel");
}

#[tokio::test]
async fn delivery_times_are_taken_from_acceptance_in_milliseconds() {
    let mut world = World::new(&limits());
    let delivered = |n: u32| {
        let elapsed = i64::from(n) * 10 - 500;
        Transition { at: samples::DAY.plus(elapsed), ..samples::transition(n, 1, "delivered") }
    };
    let rows: Vec<_> = (0..=1000).map(delivered).collect();
    world.flush(&rows).await;
    let answer = world.rows("SELECT messages, p50_ms, p90_ms, p99_ms FROM time_to_deliver").await;
    let row: Vec<i64> = serde_json::from_value(answer[0].clone()).expect("four numbers");
    assert_eq!(row[0], 1001);
    for (percentile, exact) in row[1..].iter().zip([4_500, 8_500, 9_400]) {
        assert!((percentile - exact).abs() <= 100, "{percentile} is not about {exact}");
    }
    let least = world.rows("SELECT campaign_id IS NOT NULL, p50_ms >= 0 FROM time_to_deliver").await;
    assert_eq!(least, json!([[true, true]]));
}

#[tokio::test]
async fn throughput_is_counted_by_the_minute_of_the_transition() {
    let world = world().await;
    let sql = "SELECT minute, armed, accepted, sent, delivered, read, failed, rejected FROM throughput_minute ORDER BY minute";
    let expected =
        json!([["2026-11-21T00:01:00Z", 14, 6, 5, 3, 2, 5, 1], ["2026-11-21T00:02:00Z", 3, 1, 0, 0, 0, 0, 1],]);
    assert_eq!(world.rows(sql).await, expected);
}
