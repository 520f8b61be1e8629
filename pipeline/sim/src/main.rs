//! `posthaste-sim`: runs seeds, and replays one.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use posthaste_sim::{Bug, Failure, Fault, Faults, Options, run, shrink, sweep};

/// Seeds between two lines of progress.
const PROGRESS_EVERY: u64 = 500;

/// Simulates the sender pipeline in virtual time: the real core, a seeded world, an oracle.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Run this many seeds.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first of them; by default taken from the clock.
    #[arg(long)]
    from: Option<u64>,
    /// Run this one seed alone.
    #[arg(long)]
    seed: Option<u64>,
    /// Load and faults end after this many steps; the world then comes to rest and is judged.
    #[arg(long, default_value_t = u64::MAX)]
    steps: u64,
    /// Kinds of faults that do not happen, separated by commas.
    #[arg(long, value_delimiter = ',', value_parser = fault)]
    without: Vec<Fault>,
    /// A deliberate bug, to see that it is found; `list` names them.
    #[arg(long)]
    bug: Option<String>,
    /// Threads.
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, usize::from))]
    jobs: usize,
    /// Print every step of the seed.
    #[arg(long)]
    trace: bool,
    /// Failures after which to stop.
    #[arg(long, default_value_t = 1)]
    failures: usize,
    /// Do not look for the shortest prefix that fails.
    #[arg(long)]
    no_shrink: bool,
}

fn fault(text: &str) -> Result<Fault, String> {
    let names = || Fault::ALL.iter().map(|fault| fault.name()).collect::<Vec<_>>().join(", ");
    Fault::parse(text).ok_or_else(|| format!("one of these is expected: {}", names()))
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let bug = match cli.bug.as_deref() {
        None => None,
        Some(name) => match Bug::parse(name) {
            Some(bug) => Some(bug),
            None => {
                Bug::ALL.iter().for_each(|bug| println!("{}", bug.name()));
                return if name == "list" { ExitCode::SUCCESS } else { ExitCode::FAILURE };
            }
        },
    };
    let faults = cli.without.iter().fold(Faults::all(), |faults, fault| faults.without(*fault));
    let options = Options { steps: cli.steps, faults, bug, trace: cli.trace };
    let failures = match cli.seed {
        Some(seed) => one(seed, options),
        None => many(&cli, options),
    };
    for failure in &failures {
        report(failure, bug, !cli.no_shrink && cli.steps == u64::MAX);
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(seed: u64, options: Options) -> Vec<Failure> {
    match run(seed, options) {
        Ok(report) => {
            println!("seed {seed} holds: {} steps, {} POSTs", report.steps, report.posts);
            Vec::new()
        }
        Err(failure) => vec![failure],
    }
}

fn many(cli: &Cli, options: Options) -> Vec<Failure> {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let first = cli.from.unwrap_or(clock.as_secs() * 1_000_000);
    println!("{} seeds from {first} on {} threads", cli.seeds, cli.jobs);
    let started = Instant::now();
    let progress = |done: u64| {
        if done.is_multiple_of(PROGRESS_EVERY) {
            println!("{done} seeds in {:.1} s", started.elapsed().as_secs_f64());
        }
    };
    let sweep = sweep(first, cli.seeds, cli.jobs, cli.failures, options, progress);
    let total = sweep.total;
    println!(
        "{} seeds in {:.1} s: {} failed; {} steps, {} attempts, {} POSTs, {} idle rounds",
        sweep.seeds,
        started.elapsed().as_secs_f64(),
        sweep.failures.len(),
        total.steps,
        total.attempts,
        total.posts,
        total.idle_rounds,
    );
    sweep.failures
}

fn report(failure: &Failure, bug: Option<Bug>, shrinks: bool) {
    println!("{}", failure.describe(bug));
    if shrinks {
        println!("shortest failing prefix:\n{}", shrink(failure.clone(), bug).describe(bug));
    }
}
