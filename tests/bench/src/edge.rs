//! The edge alone: how many signed webhooks it takes, against a server that does nothing with them.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum as _};
use http::Request;
use http_body_util::Full;

use crate::baseline::Kind;
use crate::bodies::{self, Signed};
use crate::load::{self, Load, Outcome, Pace, Until};
use crate::process::{Process, Snapshot, Spent, load_average};
use crate::table::{Table, median};

/// Different bodies, posted in turn: more than a processor's cache holds, few enough to be signed in an instant.
const BODIES: usize = 4_096;
/// Bytes of all bodies at most, so that large batches do not fill the memory.
const BODIES_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Load before each measurement, so that connections and caches are as in steady work.
const WARM_UP: Duration = Duration::from_secs(2);
/// This program, even if a build has replaced its file meanwhile.
const OWN_PROGRAM: &str = "/proc/self/exe";

/// Options of `edge`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Address of the edge.
    #[arg(long)]
    target: SocketAddr,
    /// Path of the webhook.
    #[arg(long, default_value = "/webhooks/meta/demo")]
    path: String,
    /// The app secret.
    #[arg(long, env = "POSTHASTE_BENCH_SECRET", hide_env_values = true)]
    secret: String,
    /// Requests a second in an open loop, or `max`: closed loop.
    #[arg(long, default_value = "max")]
    rate: RateOption,
    /// Length of a run.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Seconds of load on the edge before the first run: a fresh JVM compiles for longer than it takes connections to open.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(0..=600))]
    warm_up: u64,
    /// Runs, each of the edge and then of the baseline.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=50))]
    runs: u64,
    /// Kept-alive connections.
    #[arg(long, default_value_t = 256)]
    connections: usize,
    /// Statuses in one webhook.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    batch: u64,
    /// What it is compared with.
    #[arg(long, value_enum, default_value = "bare")]
    baseline: Kind,
    /// The edge's process.
    #[arg(long)]
    edge_pid: u32,
    /// The broker's process.
    #[arg(long)]
    broker_pid: u32,
}

#[derive(Debug, Clone, Copy)]
struct RateOption(Pace);

impl FromStr for RateOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self(Pace::Max));
        }
        match text.parse::<f64>() {
            Ok(rate) if (1.0..=1_000_000.0).contains(&rate) => Ok(Self(Pace::Rate(rate))),
            _ => Err("a number from 1 to 1000000, or max".to_owned()),
        }
    }
}

impl Options {
    /// The load of these bodies, in turn.
    async fn apply(&self, target: SocketAddr, bodies: &[Signed], until: Until) -> Outcome {
        let request = |number: u64| {
            let signed = &bodies[number as usize % bodies.len()];
            Request::post(&self.path)
                .header(http::header::HOST, "localhost")
                .header(http::header::CONTENT_TYPE, "application/json")
                .header(posthaste_meta::signature::HEADER, signed.signature.clone())
                .body(Full::new(signed.body.clone()))
                .expect("parts that were parsed before")
        };
        let (connections, pace) = (self.connections, self.rate.0);
        load::apply(&Load { target, request: &request, connections, pace, until }).await
    }
}

/// One measurement: a load and what the processes spent on it.
#[derive(Debug)]
struct Measured {
    outcome: Outcome,
    spent: Spent,
    load_average: f64,
}

impl Measured {
    /// Processor seconds of the process at `index`, per 1,000 requests answered.
    fn cpu_per_thousand(&self, index: usize) -> f64 {
        self.spent.each[index] * 1_000.0 / self.outcome.latencies.len() as f64
    }
}

/// Runs everything and prints one table.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let batch = usize::try_from(options.batch)?;
    let bodies = make_bodies(&options.secret, batch);
    print_plan(options, &bodies);
    let edge = [
        Process { name: "edge".to_owned(), pid: options.edge_pid },
        Process { name: "broker".to_owned(), pid: options.broker_pid },
        Process::own("generator"),
    ];
    let (mut edges, mut baselines, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    let long = Until::Elapsed(Duration::from_secs(options.warm_up));
    options.apply(options.target, &bodies, long).await;
    for run in 1..=options.runs {
        let until = Until::Elapsed(Duration::from_secs(options.seconds));
        let measured = measure(options, options.target, until, &bodies, &edge).await?;
        let requests = measured.outcome.latencies.len() as u64;
        anyhow::ensure!(requests > 0, "the edge answered nothing with 200: {:?}", measured.outcome.errors);
        let baseline = Baseline::start(options)?;
        let processes = [baseline.process(), Process::own("generator")];
        baselines.push(measure(options, baseline.address, Until::Requests(requests), &bodies, &processes).await?);
        peaks.push(edge[0].peak_mib()?);
        edges.push(measured);
        eprintln!("run {run} of {} done", options.runs);
    }
    print(options.rate.0, &edges, &baselines, &peaks);
    Ok(())
}

/// Fewer different bodies when they are large.
fn make_bodies(secret: &str, batch: usize) -> Vec<Signed> {
    let size = bodies::signed(secret, 1, batch)[0].body.len();
    bodies::signed(secret, BODIES.min(BODIES_BYTES_MAX / size).max(1), batch)
}

fn print_plan(options: &Options, bodies: &[Signed]) {
    let loop_kind = match options.rate.0 {
        Pace::Rate(rate) => format!("open loop at {rate} requests/s"),
        Pace::Max => "closed loop".to_owned(),
    };
    println!(
        "load: {loop_kind}, {} connections, {} s, bodies of {} bytes with {} status(es); warm-up {} s, and {} s before each run",
        options.connections,
        options.seconds,
        bodies[0].body.len(),
        options.batch,
        options.warm_up,
        WARM_UP.as_secs(),
    );
}

async fn measure(
    options: &Options,
    target: SocketAddr,
    until: Until,
    bodies: &[Signed],
    processes: &[Process],
) -> anyhow::Result<Measured> {
    let load_average = load_average();
    options.apply(target, bodies, Until::Elapsed(WARM_UP)).await;
    let before = Snapshot::take(processes)?;
    let outcome = options.apply(target, bodies, until).await;
    Ok(Measured { outcome, spent: before.since(processes)?, load_average })
}

/// The baseline server, ended when dropped.
struct Baseline {
    child: Child,
    address: SocketAddr,
}

impl Baseline {
    fn start(options: &Options) -> anyhow::Result<Self> {
        let kind = options.baseline.to_possible_value().context("every kind has a name")?;
        let mut child = Command::new(OWN_PROGRAM)
            .args(["baseline", "--kind", kind.get_name()])
            .env("POSTHASTE_BENCH_SECRET", &options.secret)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("the baseline has no output")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listen=").with_context(|| format!("the baseline said {line:?}"))?;
        let address = address.parse()?;
        Ok(Self { child, address })
    }

    fn process(&self) -> Process {
        Process { name: "baseline".to_owned(), pid: self.child.id() }
    }
}

impl Drop for Baseline {
    fn drop(&mut self) {
        // It has ended by itself otherwise, and then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn print(pace: Pace, edges: &[Measured], baselines: &[Measured], peaks: &[f64]) {
    let of = |runs: &[Measured], figure: &dyn Fn(&Measured) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
    let mut table = Table::new(edges.len());
    let ratios: Vec<f64> =
        edges.iter().zip(baselines).map(|(edge, base)| 100.0 * edge.outcome.rate() / base.outcome.rate()).collect();
    table.numbers("edge: requests/s", 0, &of(edges, &|run| run.outcome.rate()));
    table.numbers("baseline: requests/s", 0, &of(baselines, &|run| run.outcome.rate()));
    table.numbers("edge of baseline, %", 0, &ratios);
    for (name, runs) in [("edge", edges), ("baseline", baselines)] {
        for (label, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)] {
            table.numbers(&format!("{name}: {label}, ms"), 2, &of(runs, &|run| run.outcome.percentile_ms(share)));
        }
        table.numbers(&format!("{name}: errors"), 0, &of(runs, &|run| run.outcome.failed() as f64));
    }
    for (index, name) in ["edge", "broker", "generator"].into_iter().enumerate() {
        let label = format!("{name}: CPU-s per 1,000 requests");
        table.numbers(&label, 4, &of(edges, &|run| run.cpu_per_thousand(index)));
    }
    for (index, name) in ["baseline", "generator at the baseline"].into_iter().enumerate() {
        let label = format!("{name}: CPU-s per 1,000 requests");
        table.numbers(&label, 4, &of(baselines, &|run| run.cpu_per_thousand(index)));
    }
    table.numbers("edge: peak RSS, MiB", 0, peaks);
    table.numbers("edge: CPU outside these processes, %", 0, &of(edges, &|run| run.spent.others_percent));
    table.numbers("baseline: CPU outside these processes, %", 0, &of(baselines, &|run| run.spent.others_percent));
    table.numbers("load average at the start", 2, &of(edges, &|run| run.load_average));
    table.print();
    for (run, measured) in edges.iter().enumerate().filter(|(_, run)| run.outcome.failed() > 0) {
        println!("errors of the edge in run {}: {:?}", run + 1, measured.outcome.errors);
    }
    match pace {
        Pace::Max => println!("\nedge of baseline: {:.0} % (target: at least 70 %)", median(&ratios)),
        Pace::Rate(_) => {
            let p99 = median(&of(edges, &|run| run.outcome.percentile_ms(0.99)));
            println!("\np99 from when a request was due: {p99:.1} ms (target: under 20 ms at 3200/s)");
        }
    }
}
