//! A campaign from end to end, followed from outside: the API's progress, the simulator's ledger, /proc.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use tokio::time::sleep;

use crate::api::{Api, Funnel};
use crate::clock::{now_ms, seconds};
use crate::figures::Figures;
use crate::process::{Process, Snapshot, Spent, load_average};
use crate::simulator::{Ledger, Simulator, Statuses};

/// How often API and simulator are asked: the resolution of the time until everything is applied.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// Longest wait for the campaign's id.
const ID_MAX: Duration = Duration::from_secs(60);
/// Longest wait for the SQL funnel, once every status is applied: its freshness.
const FUNNEL_MAX: Duration = Duration::from_secs(30);
/// Memory that our processes may have together, in MiB.
const MEMORY_MAX_MIB: f64 = 1024.0;
/// Processes that count into [`MEMORY_MAX_MIB`].
const OURS: [&str; 2] = ["posthaste", "simulator"];

/// Options of `campaign`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Base URL of the API.
    #[arg(long, env = "POSTHASTE_API")]
    api: String,
    /// API key of the tenant.
    #[arg(long, env = "POSTHASTE_API_KEY", hide_env_values = true)]
    key: String,
    /// Base URL of the simulator, freshly started: its ledger must have nothing but this campaign.
    #[arg(long)]
    simulator: String,
    /// File in which a line `campaign_id=…` appears when the campaign has been created.
    #[arg(long)]
    id_file: PathBuf,
    /// Recipients of the campaign.
    #[arg(long)]
    recipients: u64,
    /// Longest time in seconds until every status is applied.
    #[arg(long)]
    limit_seconds: u64,
    /// A process whose processor time and memory are measured. Repeatable.
    #[arg(long = "process", value_name = "NAME=PID")]
    processes: Vec<Process>,
    /// File to which the figures are appended.
    #[arg(long)]
    out: PathBuf,
}

/// What is learned while waiting for the statuses.
#[derive(Debug)]
struct Watched {
    ledger: Ledger,
    applied: Statuses,
    started_at_ms: u64,
    backlog_max: u64,
    posted_at_ms: u64,
    applied_at_ms: u64,
}

/// Follows one campaign to its end and appends its figures.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let load_average = load_average();
    let api = Api::at(&options.api, &options.key);
    let simulator = Simulator::at(&options.simulator);
    let before = Snapshot::take(&options.processes)?;
    let id = campaign_id(&options.id_file).await?;
    let watched = watch(options, &api, &simulator, &id).await?;
    let spent = before.since(&options.processes)?;
    let (funnel_equal, funnel_after) = funnel(&api, &id, &watched.ledger).await?;
    figures(options, &watched, &spent, load_average, funnel_equal, funnel_after)?.append(&options.out)
}

async fn campaign_id(file: &Path) -> anyhow::Result<String> {
    let begun = Instant::now();
    loop {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        // A line that is still being written has no end yet.
        let complete = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
        if let Some(id) = complete.lines().find_map(|line| line.strip_prefix("campaign_id=")) {
            return Ok(id.to_owned());
        }
        anyhow::ensure!(begun.elapsed() < ID_MAX, "no campaign_id in {} after {ID_MAX:?}", file.display());
        sleep(ASK_EVERY).await;
    }
}

/// Asks until every message is accepted and every status that the simulator reported has been applied, or time is up.
async fn watch(options: &Options, api: &Api, simulator: &Simulator, id: &str) -> anyhow::Result<Watched> {
    let deadline = Instant::now() + Duration::from_secs(options.limit_seconds);
    let (mut backlog_max, mut posted_at_ms) = (0, None);
    loop {
        // The ledger first: what was reported before the question for what was applied.
        let ledger = simulator.ledger().await?;
        let campaign = api.campaign(id).await?;
        let applied = campaign.progress.statuses;
        backlog_max = backlog_max.max(ledger.statuses_generated.total().saturating_sub(applied.total()));
        let posted = ledger.accepted >= options.recipients && ledger.is_reported();
        let now = now_ms();
        if posted {
            posted_at_ms.get_or_insert(now);
        }
        if (posted && applied == ledger.statuses_generated) || Instant::now() > deadline {
            let posted_at_ms = posted_at_ms.unwrap_or(now);
            let started_at = campaign.started_at.context("the campaign has not been started")?;
            let started_at_ms = u64::try_from(started_at.timestamp_millis())?;
            return Ok(Watched { ledger, applied, started_at_ms, backlog_max, posted_at_ms, applied_at_ms: now });
        }
        sleep(ASK_EVERY).await;
    }
}

/// Whether the SQL funnel comes to equal the ledger, and how long it took.
async fn funnel(api: &Api, id: &str, ledger: &Ledger) -> anyhow::Result<(bool, Duration)> {
    let last = ledger.by_final_status;
    let wanted = Funnel {
        messages: ledger.accepted,
        accepted: ledger.accepted,
        sent: ledger.statuses_generated.sent,
        delivered: last.delivered + last.read,
        read: last.read,
        failed: last.failed,
    };
    let begun = Instant::now();
    loop {
        let funnel = api.funnel(id).await?;
        if funnel == wanted {
            return Ok((true, begun.elapsed()));
        }
        if begun.elapsed() > FUNNEL_MAX {
            eprintln!("the funnel is {funnel:?}, by the simulator's ledger it would be {wanted:?}");
            return Ok((false, begun.elapsed()));
        }
        sleep(ASK_EVERY).await;
    }
}

fn figures(
    options: &Options,
    watched: &Watched,
    spent: &Spent,
    load_average: f64,
    funnel_equal: bool,
    funnel_after: Duration,
) -> anyhow::Result<Figures> {
    let ledger = &watched.ledger;
    let (first, last) = ledger.span_ms()?;
    let applied_equal = watched.applied == ledger.statuses_generated;
    if !applied_equal {
        eprintln!("applied is {:?}, by the ledger it would be {:?}", watched.applied, ledger.statuses_generated);
    }
    let (applied, breaches) = (watched.applied.total() as f64, ledger.breaches());
    let mut figures = Figures::default();
    for (label, decimals, value) in [
        ("messages accepted by the simulator", 0, ledger.accepted as f64),
        ("start of the campaign to first send, s", 1, seconds(watched.started_at_ms, first)),
        ("sends/s, first to last", 0, ledger.accepted as f64 / seconds(first, last)),
        ("most sends in any sliding second", 0, ledger.send_rate_max() as f64),
        ("statuses applied", 0, applied),
        ("statuses applied/s, first send to last applied", 0, applied / seconds(first, watched.applied_at_ms)),
        ("most statuses reported and not yet applied", 0, watched.backlog_max as f64),
        ("last send to last webhook acknowledged, s", 1, seconds(last, watched.posted_at_ms)),
        ("last send to all statuses applied, s", 1, seconds(last, watched.applied_at_ms)),
        ("from then until the SQL funnel has them, s", 1, funnel_after.as_secs_f64()),
        ("webhook POSTs", 0, ledger.webhooks_posted as f64),
        ("webhook POSTs repeated", 0, ledger.webhook_retries as f64),
        ("breaches of throughput or pair limit", 0, breaches as f64),
        ("messages sent twice", 0, ledger.duplicate_intents as f64),
    ] {
        figures.number(label, decimals, value);
    }
    figures.check("applied statuses equal the ledger", applied_equal);
    figures.check("SQL funnel equals the ledger", funnel_equal);
    figures.check("no breach", breaches == 0);
    figures.check("nothing sent twice", ledger.duplicate_intents == 0);
    costs(&mut figures, options, ledger, spent)?;
    figures.number("CPU outside these processes, %", 0, spent.others_percent);
    figures.number("load average at the start", 2, load_average);
    Ok(figures)
}

fn costs(figures: &mut Figures, options: &Options, ledger: &Ledger, spent: &Spent) -> anyhow::Result<()> {
    let thousands = ledger.accepted as f64 / 1_000.0;
    for (process, seconds) in options.processes.iter().zip(&spent.each) {
        figures.number(&format!("{}: CPU-s per 1,000 messages", process.name), 3, seconds / thousands);
    }
    let mut together = 0.0;
    for process in options.processes.iter().filter(|process| OURS.contains(&process.name.as_str())) {
        let peak = process.peak_mib()?;
        together += peak;
        figures.number(&format!("{}: peak RSS, MiB", process.name), 0, peak);
    }
    figures.number("ours together, MiB", 0, together);
    figures.target("ours together under 1 GiB", together < MEMORY_MAX_MIB);
    Ok(())
}
