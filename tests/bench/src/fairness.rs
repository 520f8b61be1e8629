//! Fairness: five tenants with a little to send, alone, beside one whose campaign sends a hundred times as much as each, and
//! beside one that submits as much in single messages.

use std::time::Duration;

use clap::Args;

use crate::figures::{Figures, percentile};
use crate::load::{Outcome, Until};
use crate::process::load_average;
use crate::singles::Singles;
use crate::tenants::{self, Tenants};
use crate::world::{Plan, Site, Spent, World, sender};

/// Tenants with a little to send. After them come the one that submits much, and the one with a campaign.
const OTHERS: u32 = 5;
const SINGLES: u32 = OTHERS;
const CAMPAIGN: u32 = OTHERS + 1;
/// Seconds that the campaign sends before the measurement, and as many after it.
const AROUND: u32 = 5;
/// Messages a second that each number may send: more than any of them wants.
const LIMIT: u32 = 1_000;
/// Recipients of each load: they must not overlap.
const RECIPIENTS: u32 = 1_000_000;
/// Longest wait until everything that was accepted has been POSTed.
const PATIENCE: Duration = Duration::from_secs(120);
/// Load before the measurement, in which a fresh JVM compiles.
const WARM_UP: Duration = Duration::from_secs(15);
/// Growth of the p99 beside the heavy tenant.
const RATIO_MAX: f64 = 1.2;

/// Options of `fairness`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    site: Site,
    /// Length of each of the two measurements.
    #[arg(long)]
    seconds: u64,
    /// Messages a second of each of the five.
    #[arg(long)]
    rate: u32,
    /// How many times as much the sixth sends.
    #[arg(long)]
    times: u32,
}

/// One run.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let load_average = load_average();
    let most = u64::from(options.rate * options.times.max(OTHERS)) * options.seconds.max(WARM_UP.as_secs());
    anyhow::ensure!(
        most <= u64::from(RECIPIENTS),
        "{most} messages of one load: at most {RECIPIENTS}, for each has its recipient"
    );
    let tenants = Tenants { tenants: CAMPAIGN + 1, senders: CAMPAIGN + 1, limit: LIMIT };
    tenants::register(&options.site, &tenants).await?;
    let much = options.rate * options.times;
    tenants::limit(&options.site, CAMPAIGN, much).await?;
    let plan = Plan { tenants, workers: 1, webhooks: true, simulator: Vec::new() };
    let world = World::start(&options.site, &plan).await?;
    let others = |place: u32| Singles {
        api_port: options.site.api_port,
        tenants: CAMPAIGN + 1,
        senders: 0..OTHERS,
        rate: f64::from(options.rate * OTHERS),
        connections: 16,
        first: place * RECIPIENTS,
    };
    let heavy =
        |place: u32| Singles { senders: SINGLES..SINGLES + 1, rate: f64::from(much), connections: 64, ..others(place) };
    let measured = Until::Elapsed(Duration::from_secs(options.seconds));
    let (warm, also) = (others(0), heavy(1));
    let warmed = tokio::join!(warm.apply(Until::Elapsed(WARM_UP)), also.apply(Until::Elapsed(WARM_UP)));
    let mut answered = posted(&world, 0, &[&warmed.0, &warmed.1]).await?;
    eprintln!("the five alone");
    let alone = others(2);
    let alone_outcome = alone.apply(measured).await;
    answered = posted(&world, answered, &[&alone_outcome]).await?;
    eprintln!("beside a campaign");
    let campaigned = others(3);
    let (campaigned_outcome, sends) = beside_campaign(options, &world, &campaigned).await?;
    answered = posted(&world, answered + sends, &[&campaigned_outcome]).await?;
    eprintln!("beside single messages");
    let (beside, sixth) = (others(4), heavy(5));
    let meter = world.meter()?;
    let (beside_outcome, sixth_outcome) = tokio::join!(beside.apply(measured), sixth.apply(measured));
    posted(&world, answered, &[&beside_outcome, &sixth_outcome]).await?;
    let spent = meter.spent(&world)?;
    let sent = world.simulator.messages(0, u64::MAX).await?;
    let ledger = world.simulator.ledger().await?;

    let mut figures = Figures::default();
    let waits = [
        ("the five alone", alone.waits_ms(&alone_outcome, &sent)),
        ("the five beside a campaign", campaigned.waits_ms(&campaigned_outcome, &sent)),
        ("the five beside single messages", beside.waits_ms(&beside_outcome, &sent)),
        ("those single messages", sixth.waits_ms(&sixth_outcome, &sent)),
    ];
    for (name, waits) in &waits {
        figures.number(&format!("{name}: messages"), 0, waits.len() as f64);
        figures.number(&format!("{name}: accept to POST p50, ms"), 0, percentile(waits, 0.5));
        figures.number(&format!("{name}: accept to POST p99, ms"), 0, percentile(waits, 0.99));
    }
    for (beside, place) in [("a campaign", 1), ("single messages", 2)] {
        let ratio = percentile(&waits[place].1, 0.99) / percentile(&waits[0].1, 0.99);
        figures.number(&format!("p99 of the five, beside {beside} to alone"), 2, ratio);
        figures.target("that is under 1.2", ratio < RATIO_MAX);
    }
    figures.number("those single messages: accepted/s", 0, sixth_outcome.rate());
    let outcomes = [&warmed.0, &warmed.1, &alone_outcome, &campaigned_outcome, &beside_outcome, &sixth_outcome];
    let refused: u64 = outcomes.iter().map(|outcome| outcome.failed()).sum();
    figures.number("requests that failed", 0, refused as f64);
    figures.check("no breach", ledger.breaches() == 0);
    figures.check("nothing sent twice", ledger.duplicate_intents == 0);
    costs(&mut figures, &spent, (beside_outcome.latencies.len() + sixth_outcome.latencies.len()) as f64 / 1_000.0);
    figures.number("load average at the start", 2, load_average);
    figures.append(&options.site.out)?;
    world.end().await
}

/// The five beside a campaign that sends before, during and after. Gives how many messages it sent.
async fn beside_campaign(options: &Options, world: &World, five: &Singles) -> anyhow::Result<(Outcome, u64)> {
    let length = u32::try_from(options.seconds)? + 2 * AROUND;
    let recipients = options.rate * options.times * length;
    let api = options.site.api_of(CAMPAIGN);
    let id = api.campaign_of(&sender(CAMPAIGN), 6 * RECIPIENTS, recipients).await?;
    let before = world.simulator.ledger().await?.accepted;
    api.control(&id, "start").await?;
    let begun = before + u64::from(options.rate * options.times * AROUND);
    world.simulator.until("the campaign sends", PATIENCE, |ledger| ledger.accepted >= begun).await?;
    let outcome = five.apply(Until::Elapsed(Duration::from_secs(options.seconds))).await;
    api.completed(&id, PATIENCE).await?;
    Ok((outcome, u64::from(recipients)))
}

/// Waits until everything that was answered has been POSTed; gives how much that is.
async fn posted(world: &World, before: u64, outcomes: &[&Outcome]) -> anyhow::Result<u64> {
    let all = before + outcomes.iter().map(|outcome| outcome.latencies.len() as u64).sum::<u64>();
    world.simulator.until("a POST of everything that was accepted", PATIENCE, |ledger| ledger.accepted >= all).await?;
    Ok(all)
}

fn costs(figures: &mut Figures, spent: &Spent, thousands: f64) {
    figures.number("CPU-s per 1,000 messages, all processes, with single messages", 3, spent.total() / thousands);
    figures.number("CPU outside these processes, %", 0, spent.others_percent);
}
