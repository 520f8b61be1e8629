//! People under several ids: who opts out under one is not written to under another.

use posthaste_simulator::{Faults, Share};
use serde_json::{Value, json};

use crate::support::api::{phone, recipients};
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, SENDERS, World};

/// A number of Brazil as businesses write it, and as Meta does.
const WRITTEN: &str = "+5511987654321";
const AS_META: &str = "551187654321";

async fn completed(world: &World, csv: String) -> Value {
    let campaign = world.tenant.campaign(csv).await;
    world.tenant.start(&campaign).await;
    until("the campaign completes", PATIENCE, async || {
        let state = world.tenant.state(&campaign).await;
        holds(state["state"] == "completed", || state.to_string()).map(|()| state)
    })
    .await
}

/// Until the store has as many rows.
async fn rows(world: &World, statement: &str, expected: i64) {
    until(statement, PATIENCE, async || {
        let rows = world.database.number(statement).await;
        holds(rows == expected, || rows.to_string())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hides_the_number_and_opts_out_is_not_written_to_under_the_number_either() {
    let faults = Faults { username_share: Share::ALWAYS, rewrite_numbers: true, ..Faults::NONE };
    let world = World::start(Plan { faults, ..Plan::default() }).await;
    world.database.query("UPDATE template SET category = 'MARKETING'", &[]).await;
    let csv = || recipients(0..3) + WRITTEN + ",Ada,A-9\n";
    let first = completed(&world, csv()).await;
    assert_eq!(count(&first["progress"], "accepted"), 4);
    world.flush().await;
    // Nobody has written yet: statuses alone say which number has which user id, and how Meta writes it.
    rows(&world, "SELECT count(*) FROM identity WHERE kind = 'user_id'", 4).await;
    rows(&world, "SELECT count(*) FROM identity WHERE spelled IS NOT NULL", 1).await;

    let (by_preference, by_word) = (phone(0), phone(1));
    let digits = |number: &str| number.trim_start_matches('+').to_owned();
    world.control("opt-out", &json!({ "number": SENDERS[0], "from": digits(&by_preference), "value": "stop" })).await;
    for from in [digits(&by_word), AS_META.to_owned()] {
        world.control("inbound", &json!({ "number": SENDERS[0], "from": from, "text": "stop" })).await;
    }
    world.flush().await;
    let told = "SELECT count(*) FROM opt_out WHERE source IN ('preference', 'stop_word') AND contact LIKE '+%'";
    // The number from Brazil in both ways.
    rows(&world, told, 4).await;

    let second = completed(&world, csv()).await;
    let progress = &second["progress"];
    // The lines of the other three were turned away when the list was taken in.
    assert_eq!((count(&second, "recipients"), count(progress, "accepted")), (1, 1), "{second}");
    let to: Vec<String> = world.simulator.messages(0, 100).into_iter().skip(4).map(|message| message.to).collect();
    assert_eq!(to, [digits(&phone(2))]);
    world.assert_no_breach_and_no_duplicate();
}
