//! Pauses of a running campaign: how long messages still leave after the API has said that it is paused.

use std::time::Duration;

use clap::Args;
use tokio::time::sleep;

use crate::api::Api;
use crate::clock::now_ms;
use crate::figures::{Figures, percentile};
use crate::process::load_average;
use crate::simulator::Simulator;
use crate::tenants::Tenants;
use crate::world::{Plan, Site, World, sender};

/// The campaign runs for this long, and a part of it more, between two pauses.
const RUNS_MS: (u64, u64) = (500, 1_000);
/// How often the API is asked whether the pause holds.
const ASK_EVERY: Duration = Duration::from_millis(5);
/// A pause is over when nothing was sent for this long.
const SILENCE: Duration = Duration::from_millis(700);
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// Seconds of the limit that a pause and the run before it use up at most.
const CYCLE_S: u32 = 3;
/// Last POST after the answer, in milliseconds.
const TARGET_MS: f64 = 250.0;

/// Options of `pause`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    site: Site,
    /// Pauses.
    #[arg(long)]
    cycles: u32,
    /// Messages a second that the number may send.
    #[arg(long)]
    limit: u32,
}

/// One pause; times from the answers to the last POST, in milliseconds.
#[derive(Debug, Default)]
struct Pauses {
    after_first: Vec<f64>,
    after_paused: Vec<f64>,
    until_paused: Vec<f64>,
}

/// One run.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let load_average = load_average();
    let tenants = Tenants { tenants: 1, senders: 1, limit: options.limit };
    let plan = Plan { tenants, workers: 1, webhooks: true, simulator: Vec::new() };
    let world = World::start(&options.site, &plan).await?;
    let api = options.site.api_of(0);
    let recipients = (options.cycles + 10) * CYCLE_S * options.limit;
    let id = api.campaign_of(&sender(0), 0, recipients).await?;
    api.control(&id, "start").await?;
    let mut pauses = Pauses::default();
    for cycle in 0..options.cycles {
        run_for(&world.simulator, cycle).await?;
        pause(&api, &world.simulator, &id, &mut pauses).await?;
        api.control(&id, "resume").await?;
        eprintln!("pause {} of {}", cycle + 1, options.cycles);
    }
    run_for(&world.simulator, 0).await?;
    api.control(&id, "cancel").await?;
    let campaign = api.completed(&id, PATIENCE).await?;
    let ledger = world.simulator.ledger().await?;
    let mut figures = Figures::default();
    figures.number("pauses", 0, f64::from(options.cycles));
    for (label, times) in [
        ("last POST after the answer that says paused", &pauses.after_paused),
        ("last POST after the first answer", &pauses.after_first),
        ("from the first answer to the one that says paused", &pauses.until_paused),
    ] {
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            figures.number(&format!("{label}: {name}, ms"), 0, percentile(times, share));
        }
    }
    figures.target("p99 after paused within 250 ms", percentile(&pauses.after_paused, 0.99) <= TARGET_MS);
    figures.number("most sends in any sliding second", 0, ledger.send_rate_max() as f64);
    figures.check("no breach", ledger.breaches() == 0);
    figures.check("nothing sent twice", ledger.duplicate_intents == 0);
    figures.check("accepted by the API as by the ledger", campaign.progress.accepted == ledger.accepted);
    let named = campaign.progress.accepted + campaign.progress.given_up();
    figures.check("every message that was released has a named outcome", named == campaign.progress.released);
    figures.number("load average at the start", 2, load_average);
    figures.append(&options.site.out)?;
    world.end().await
}

/// Lets the campaign send; how long differs from cycle to cycle, so that pauses fall on any moment of an arm window.
async fn run_for(simulator: &Simulator, cycle: u32) -> anyhow::Result<()> {
    let before = simulator.ledger().await?.requests;
    simulator.until("a send", PATIENCE, |ledger| ledger.requests > before).await?;
    let (least, more) = RUNS_MS;
    sleep(Duration::from_millis(least + u64::from(cycle) * 137 % more)).await;
    Ok(())
}

async fn pause(api: &Api, simulator: &Simulator, id: &str, pauses: &mut Pauses) -> anyhow::Result<()> {
    let mut campaign = api.control(id, "pause").await?;
    let first_ms = now_ms();
    while campaign.state != "paused" {
        anyhow::ensure!(campaign.state == "pausing", "the campaign is {}: give more recipients", campaign.state);
        sleep(ASK_EVERY).await;
        campaign = api.campaign(id).await?;
    }
    let paused_ms = now_ms();
    let mut requests = 0;
    let ledger = loop {
        let ledger = simulator.ledger().await?;
        if ledger.requests == requests {
            break ledger;
        }
        requests = ledger.requests;
        sleep(SILENCE).await;
    };
    let (_, last_ms) = ledger.span_ms()?;
    let after = |answer_ms: u64| last_ms.saturating_sub(answer_ms) as f64;
    pauses.after_first.push(after(first_ms));
    pauses.after_paused.push(after(paused_ms));
    pauses.until_paused.push((paused_ms - first_ms) as f64);
    Ok(())
}
