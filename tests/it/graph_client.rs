//! A client library of the Cloud API, with nothing changed but its base URL and its token.

use std::process::Command;

use posthaste_simulator::Faults;
use serde_json::json;

use crate::support::api::{TEMPLATE, phone};
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, SENDERS, WABAS, World};

/// Messages that the run sends; its picture is one of them.
const MESSAGES: u64 = 8;

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run this by deploy/test"))
}

/// Lets the library run, and gives what it printed.
async fn run(world: &World, wrote: &str) -> String {
    let tree = variable("POSTHASTE_TEST_NPM_TREE");
    let mut command = Command::new(variable("POSTHASTE_TEST_NODE"));
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/clients/graph/run.mjs"))
        .env("NPM_TREE", tree)
        .env("GRAPH_URL", format!("http://127.0.0.1:{}/graph", world.site.api_port))
        .env("GRAPH_TOKEN", world.tenant.key())
        .env("PHONE_NUMBER_ID", SENDERS[0])
        .env("ACCOUNT_ID", WABAS[0])
        .env("TEMPLATE", TEMPLATE)
        .env("PERSON", phone(1))
        .env("STRANGER", phone(2))
        .env("WROTE", wrote);
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("node runs");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_library_works_with_another_base_url() {
    let world = World::start(Plan { enforces_windows: true, faults: Faults::NONE, ..Plan::default() }).await;
    let from = phone(1).trim_start_matches('+').to_owned();
    world.control("inbound", &json!({ "number": SENDERS[0], "from": from, "text": "hello?" })).await;
    let wrote = until("the message has come in", PATIENCE, async || {
        let rows = world.database.query("SELECT wamid FROM inbound_message", &[]).await;
        rows.first().map(|row| row.get::<_, String>(0)).ok_or_else(|| "not yet".to_owned())
    })
    .await;
    let printed = run(&world, &wrote).await;
    assert_eq!(printed.lines().filter(|line| line.starts_with("ok ")).count(), 7, "{printed}");
    until("all of it has arrived at Meta", PATIENCE, async || {
        let ledger = world.simulator.ledger();
        holds(ledger.accepted == MESSAGES, || ledger.accepted.to_string())
    })
    .await;
    world.assert_no_breach_and_no_duplicate();
}
