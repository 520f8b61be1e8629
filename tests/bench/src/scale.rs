//! What a message costs as tenants, numbers and history grow: the same load in four situations.

use std::time::Duration;

use clap::Args;
use tokio::time::{Instant, sleep};

use crate::figures::Figures;
use crate::load::Until;
use crate::process::load_average;
use crate::simulator::Ledger;
use crate::singles::Singles;
use crate::tenants::{Tenants, admin, register};
use crate::world::{Plan, Site, World, numbers, sender};

/// Tenants and numbers of the small situation.
const FEW: u32 = 10;
/// Messages a second that each number may send.
const LIMIT: u32 = 1_000;
/// Recipients of each load: they must not overlap.
const RECIPIENTS: u32 = 500_000;
/// Longest wait until everything about a load has been reported and applied.
const PATIENCE: Duration = Duration::from_secs(180);
/// After the last report: what was committed is published and read.
const SETTLED_AFTER: Duration = Duration::from_secs(3);
/// The directory reads new numbers every 2 s; a big one takes a moment.
const LEARNED_AFTER: Duration = Duration::from_secs(5);
/// Rows of history written at once.
const ROWS_AT_ONCE: u64 = 500_000;
/// Greatest difference of what a message costs.
const RATIO_MAX: f64 = 1.1;

/// Options of `scale`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    site: Site,
    /// Length of each measurement.
    #[arg(long)]
    seconds: u64,
    /// Load before the first measurement, in which a fresh JVM compiles.
    #[arg(long)]
    warm_up: u64,
    /// Messages a second.
    #[arg(long)]
    rate: u32,
    /// Tenants of the large situation.
    #[arg(long)]
    tenants: u32,
    /// Numbers of the large situation.
    #[arg(long)]
    senders: u32,
    /// Messages of the past in the small history.
    #[arg(long)]
    history_from: u64,
    /// Messages of the past in the large history.
    #[arg(long)]
    history: u64,
}

/// What one situation cost, in processor seconds per 1,000 messages.
#[derive(Debug)]
struct Cost {
    each: Vec<(String, f64)>,
    product: f64,
    others_percent: f64,
}

/// The runs of a world.
struct Runs<'a> {
    options: &'a Options,
    world: World,
    loads: u32,
}

/// One run.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let load_average = load_average();
    let longest = u64::from(options.rate) * options.seconds.max(options.warm_up);
    anyhow::ensure!(
        longest <= u64::from(RECIPIENTS),
        "{longest} messages of one load: at most {RECIPIENTS}, for each has its recipient"
    );
    let most = Tenants { tenants: options.tenants, senders: options.senders, limit: LIMIT };
    let few = Tenants { tenants: FEW, senders: FEW, limit: LIMIT };
    // The simulator has all numbers from the beginning, the database those of the situation.
    let plan = Plan { tenants: few, workers: 1, webhooks: true, simulator: numbers(FEW..options.senders, LIMIT) };
    let mut runs = Runs { options, world: World::start(&options.site, &plan).await?, loads: 0 };
    runs.load(few, options.warm_up).await?;
    let small = runs.load(few, options.seconds).await?;
    register(&options.site, &most).await?;
    sleep(LEARNED_AFTER).await;
    let large = runs.load(most, options.seconds).await?;
    let small_again = runs.load(few, options.seconds).await?;
    remember(&options.site, 0, options.history_from).await?;
    let young = runs.load(few, options.seconds).await?;
    remember(&options.site, options.history_from, options.history).await?;
    let old = runs.load(few, options.seconds).await?;
    let ledger = runs.world.simulator.ledger().await?;

    let mut figures = Figures::default();
    let many = format!("{} tenants, {} numbers", options.tenants, options.senders);
    for (name, cost) in [
        (format!("{FEW} tenants, {FEW} numbers"), &small),
        (many.clone(), &large),
        (format!("{FEW} of them alone send"), &small_again),
        (format!("and {} messages of the past", options.history_from), &young),
        (format!("and {} messages of the past", options.history), &old),
    ] {
        figures.number(&format!("{name}: CPU-s per 1,000 messages"), 3, cost.product);
        for (process, seconds) in &cost.each {
            figures.number(&format!("{name}: {process}"), 3, *seconds);
        }
        figures.number(&format!("{name}: CPU outside these processes, %"), 0, cost.others_percent);
    }
    for (label, ratio) in [
        (format!("{many} to {FEW}"), large.product / small.product),
        (format!("{} messages of the past to {}", options.history, options.history_from), old.product / young.product),
    ] {
        figures.number(&label, 2, ratio);
        figures.target(&format!("{label}: within 10 %"), ratio <= RATIO_MAX);
    }
    figures.check("no breach", ledger.breaches() == 0);
    figures.check("nothing sent twice", ledger.duplicate_intents == 0);
    figures.number("load average at the start", 2, load_average);
    figures.append(&options.site.out)?;
    runs.world.end().await
}

impl Runs<'_> {
    /// Submits single messages in turn from these numbers, and waits until everything about them has come back.
    async fn load(&mut self, tenants: Tenants, length_s: u64) -> anyhow::Result<Cost> {
        eprintln!("{length_s} s with {} tenants and {} numbers", tenants.tenants, tenants.senders);
        let singles = Singles {
            api_port: self.options.site.api_port,
            tenants: tenants.tenants,
            senders: 0..tenants.senders,
            rate: f64::from(self.options.rate),
            connections: 64,
            first: self.loads * RECIPIENTS,
        };
        self.loads += 1;
        let before = self.world.simulator.ledger().await?.accepted;
        let meter = self.world.meter()?;
        let outcome = singles.apply(Until::Elapsed(Duration::from_secs(length_s))).await;
        anyhow::ensure!(outcome.failed() == 0, "messages were refused: {:?}", outcome.errors);
        let messages = outcome.latencies.len() as u64;
        let back = |ledger: &Ledger| ledger.accepted >= before + messages && ledger.is_reported();
        self.world.simulator.until("the statuses of everything that was submitted", PATIENCE, back).await?;
        sleep(SETTLED_AFTER).await;
        let spent = meter.spent(&self.world)?;
        let thousands = messages as f64 / 1_000.0;
        let each: Vec<(String, f64)> = spent.each.into_iter().map(|(name, cpu)| (name, cpu / thousands)).collect();
        // The simulator is Meta: what it costs to play so many numbers is not the product's.
        let product = each.iter().filter(|(name, _)| name != "simulator").map(|(_, cpu)| cpu).sum();
        Ok(Cost { each, product, others_percent: spent.others_percent })
    }
}

/// Fills the tables up with messages of the past, from number `from` to `to`: older than any other, all read.
async fn remember(site: &Site, from: u64, to: u64) -> anyhow::Result<()> {
    let client = admin(site).await?;
    // References are right by construction; checking them row by row would take longer than all else.
    client.batch_execute("SET session_replication_role = replica").await?;
    let begun = Instant::now();
    for first in (from..to).step_by(usize::try_from(ROWS_AT_ONCE)?) {
        let last = (first + ROWS_AT_ONCE).min(to) - 1;
        client.batch_execute(&history(first, last)).await?;
        eprintln!("{} of {to} messages of the past after {} s", last + 1, begun.elapsed().as_secs());
    }
    // Otherwise autovacuum would do it while the next load is measured.
    client.batch_execute("VACUUM (ANALYZE) intent").await?;
    client.batch_execute("VACUUM (ANALYZE) attempt").await?;
    Ok(client.batch_execute("CHECKPOINT").await?)
}

/// Statements for the messages of the past with these numbers.
fn history(first: u64, last: u64) -> String {
    let owner = format!("md5('benchmark tenant ' || n % {FEW})::uuid");
    // Ids that grow with time, as real ones do.
    let id = "lpad(to_hex(n), 32, '0')::uuid";
    let (at, number) = ("now() - interval '30 days' + n * interval '1 millisecond'", sender(0));
    format!(
        "BEGIN;
         INSERT INTO intent (tenant_id, intent_id, sender_id, contact, class, message, unknown_policy, accepted_at, expires_at)
         SELECT {owner}, {id}, ({number} + n % {FEW})::text, '+1203555' || lpad((n % 10000)::text, 4, '0'), 'transactional',
                '{{\"template\":{{\"name\":\"order_update\",\"language\":\"en_US\",\"body\":[\"Ana\",\"A-0000000\"]}}}}',
                'at_most_once', {at}, {at} + interval '1 day'
           FROM generate_series({first}::bigint, {last}) AS n;
         INSERT INTO attempt (tenant_id, intent_id, attempt, task_partition, open, status, marks, due_at, armed_epoch, armed_at,
                              accepted_at, sent_at, delivered_at, read_at, wamid)
         SELECT {owner}, {id}, 1, n % 24, false, 'read', 6915, {at}, 1, {at}, {at}, {at}, {at}, {at},
                'wamid.HBgLMTYzMTU1NTAxMDEVAgARGBI' || lpad(to_hex(n), 24, '0')
           FROM generate_series({first}::bigint, {last}) AS n;
         COMMIT;"
    )
}
