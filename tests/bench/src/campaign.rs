//! A campaign from end to end, followed from outside: the API's progress, the simulator's ledger, /proc.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use clap::Args;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::fetch::Fetch;
use crate::process::{Process, Snapshot, Spent, load_average};
use crate::table::Table;

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

/// Statuses by kind: those of the ledger's messages, or those that the API says were reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
struct Statuses {
    sent: u64,
    delivered: u64,
    read: u64,
    failed: u64,
}

impl Statuses {
    fn total(self) -> u64 {
        self.sent + self.delivered + self.read + self.failed
    }
}

/// What the simulator counted.
#[derive(Debug, Deserialize)]
struct Ledger {
    accepted: u64,
    breaches: u64,
    pair_breaches: u64,
    duplicate_intents: u64,
    by_final_status: Statuses,
    statuses_generated: Statuses,
    fully_acknowledged: u64,
    webhook_updates_pending: u64,
    webhook_retries: u64,
    webhooks_posted: u64,
    send_rate_max: BTreeMap<String, u64>,
    first_send_at_ms: Option<u64>,
    last_send_at_ms: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Campaign {
    started_at: Option<DateTime<Utc>>,
    progress: Statuses,
}

/// The funnel from SQL.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Funnel {
    messages: u64,
    accepted: u64,
    sent: u64,
    delivered: u64,
    read: u64,
    failed: u64,
}

/// The figures of one run.
#[derive(Debug, Serialize, Deserialize)]
struct Figures {
    accepted: u64,
    first_send_after_s: f64,
    sends_per_second: f64,
    send_rate_max: u64,
    statuses: u64,
    statuses_per_second: f64,
    backlog_max: u64,
    posted_after_s: f64,
    applied_after_s: f64,
    webhooks: u64,
    webhook_retries: u64,
    breaches: u64,
    duplicates: u64,
    applied_equal: bool,
    funnel_equal: bool,
    funnel_after_s: f64,
    cpu_per_thousand: Vec<(String, f64)>,
    peak_mib: Vec<(String, f64)>,
    others_percent: f64,
    load_average: f64,
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
    let api = Fetch::new(&options.api, Some(options.key.clone()));
    let simulator = Fetch::new(&options.simulator, None);
    let before = Snapshot::take(&options.processes)?;
    let id = campaign_id(&options.id_file).await?;
    let watched = watch(options, &api, &simulator, &id).await?;
    let spent = before.since(&options.processes)?;
    let (funnel_equal, funnel_after) = funnel(&api, &id, &watched.ledger).await?;
    let figures = figures(options, &watched, &spent, load_average, funnel_equal, funnel_after)?;
    let mut out = std::fs::OpenOptions::new().create(true).append(true).open(&options.out)?;
    writeln!(out, "{}", serde_json::to_string(&figures)?)?;
    Ok(())
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
async fn watch(options: &Options, api: &Fetch, simulator: &Fetch, id: &str) -> anyhow::Result<Watched> {
    let deadline = Instant::now() + Duration::from_secs(options.limit_seconds);
    let (mut backlog_max, mut posted_at_ms) = (0, None);
    loop {
        // The ledger first: what was reported before the question for what was applied.
        let ledger: Ledger = simulator.get("/_simulator/ledger").await?;
        let campaign: Campaign = api.get(&format!("/v1/campaigns/{id}")).await?;
        let applied = campaign.progress;
        backlog_max = backlog_max.max(ledger.statuses_generated.total().saturating_sub(applied.total()));
        let posted = ledger.accepted >= options.recipients
            && ledger.fully_acknowledged == ledger.accepted
            && ledger.webhook_updates_pending == 0;
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
async fn funnel(api: &Fetch, id: &str, ledger: &Ledger) -> anyhow::Result<(bool, Duration)> {
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
        let funnel: Funnel = api.get(&format!("/v1/campaigns/{id}/funnel")).await?;
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
    let first = ledger.first_send_at_ms.context("the simulator saw no send")?;
    let last = ledger.last_send_at_ms.unwrap_or(first);
    let seconds = |from: u64, to: u64| to.saturating_sub(from) as f64 / 1_000.0;
    let applied_equal = watched.applied == ledger.statuses_generated;
    if !applied_equal {
        eprintln!("applied is {:?}, by the ledger it would be {:?}", watched.applied, ledger.statuses_generated);
    }
    let thousands = ledger.accepted as f64 / 1_000.0;
    let names = || options.processes.iter().map(|process| process.name.clone());
    let peaks = options.processes.iter().map(Process::peak_mib).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Figures {
        accepted: ledger.accepted,
        first_send_after_s: seconds(watched.started_at_ms, first),
        sends_per_second: ledger.accepted as f64 / seconds(first, last),
        send_rate_max: ledger.send_rate_max.values().copied().max().unwrap_or(0),
        statuses: watched.applied.total(),
        statuses_per_second: watched.applied.total() as f64 / seconds(first, watched.applied_at_ms),
        backlog_max: watched.backlog_max,
        posted_after_s: seconds(last, watched.posted_at_ms),
        applied_after_s: seconds(last, watched.applied_at_ms),
        webhooks: ledger.webhooks_posted,
        webhook_retries: ledger.webhook_retries,
        breaches: ledger.breaches + ledger.pair_breaches,
        duplicates: ledger.duplicate_intents,
        applied_equal,
        funnel_equal,
        funnel_after_s: funnel_after.as_secs_f64(),
        cpu_per_thousand: names().zip(spent.each.iter().map(|seconds| seconds / thousands)).collect(),
        peak_mib: names().zip(peaks).collect(),
        others_percent: spent.others_percent,
        load_average,
    })
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A figure of a run.
type Figure = fn(&Figures) -> f64;

/// The rows that are numbers: label, decimals, figure.
const NUMBERS: [(&str, usize, Figure); 14] = [
    ("messages accepted by the simulator", 0, |run| run.accepted as f64),
    ("start of the campaign to first send, s", 1, |run| run.first_send_after_s),
    ("sends/s, first to last", 0, |run| run.sends_per_second),
    ("most sends in any sliding second", 0, |run| run.send_rate_max as f64),
    ("statuses applied", 0, |run| run.statuses as f64),
    ("statuses applied/s, first send to last applied", 0, |run| run.statuses_per_second),
    ("most statuses reported and not yet applied", 0, |run| run.backlog_max as f64),
    ("last send to last webhook acknowledged, s", 1, |run| run.posted_after_s),
    ("last send to all statuses applied, s", 1, |run| run.applied_after_s),
    ("from then until the SQL funnel has them, s", 1, |run| run.funnel_after_s),
    ("webhook POSTs", 0, |run| run.webhooks as f64),
    ("webhook POSTs repeated", 0, |run| run.webhook_retries as f64),
    ("breaches of throughput or pair limit", 0, |run| run.breaches as f64),
    ("messages sent twice", 0, |run| run.duplicates as f64),
];

/// Prints the table of all runs in the file; fails when one of them was not exact.
pub(crate) fn print_table(file: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    let runs: Vec<Figures> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let Some(first) = runs.first() else { anyhow::bail!("{} has no runs", file.display()) };
    let of = |figure: &dyn Fn(&Figures) -> f64| runs.iter().map(figure).collect::<Vec<f64>>();
    let yes_no = |yes: bool| if yes { "yes" } else { "NO" }.to_owned();
    let mut table = Table::new(runs.len());
    for (label, decimals, figure) in NUMBERS {
        table.numbers(label, decimals, &of(&figure));
    }
    table.words("applied statuses equal the ledger", runs.iter().map(|run| yes_no(run.applied_equal)));
    table.words("SQL funnel equals the ledger", runs.iter().map(|run| yes_no(run.funnel_equal)));
    for (index, (name, _)) in first.cpu_per_thousand.iter().enumerate() {
        let label = format!("{name}: CPU-s per 1,000 messages");
        table.numbers(&label, 3, &of(&|run| run.cpu_per_thousand[index].1));
    }
    for (index, (name, _)) in first.peak_mib.iter().enumerate().filter(|(_, (name, _))| OURS.contains(&name.as_str())) {
        table.numbers(&format!("{name}: peak RSS, MiB"), 0, &of(&|run| run.peak_mib[index].1));
    }
    let together: Vec<f64> =
        of(&|run| run.peak_mib.iter().filter(|(n, _)| OURS.contains(&n.as_str())).map(|p| p.1).sum());
    table.numbers("ours together, MiB", 0, &together);
    table.words("ours together under 1 GiB", together.iter().map(|mib| yes_no(*mib < MEMORY_MAX_MIB)));
    table.numbers("CPU outside these processes, %", 0, &of(&|run| run.others_percent));
    table.numbers("load average at the start", 2, &of(&|run| run.load_average));
    table.print();
    let exact = |run: &Figures| run.applied_equal && run.funnel_equal && run.breaches == 0 && run.duplicates == 0;
    anyhow::ensure!(
        runs.iter().all(exact),
        "a run was not exact: see the rows that say NO, breaches and messages sent twice"
    );
    Ok(())
}
