//! Chaos on the real parts: three workers, an edge and an API as processes, a real Kafka, a real Postgres and the Graph
//! simulator, whose ledger judges. What breaks when follows from a seed; `tests/chaos/run` starts the services and this.

mod arena;
mod crowd;
mod enclave;
mod judge;
mod link;
mod process;
mod scenarios;
mod skew;
mod small_disk;
#[allow(dead_code, reason = "the end-to-end tests use the rest of it")]
#[path = "../it/support/mod.rs"]
mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::{Parser, Subcommand};

use arena::{Arena, Order, say};
use scenarios::{SCENARIOS, Scenario};

/// What repeats a run.
const COMMAND: &str = "tests/chaos/run";

#[derive(Debug, Parser)]
#[command(name = COMMAND, about = "Chaos on the real parts, with the simulator's ledger as the judge")]
struct Cli {
    /// Print the scenarios and end.
    #[arg(long)]
    list: bool,
    /// Run this one; repeatable. Default: all of them.
    #[arg(long = "scenario", value_name = "NAME")]
    scenarios: Vec<String>,
    /// What decides which fault happens when; default: from the clock, and printed.
    #[arg(long)]
    seed: Option<u64>,
    /// How long the faults of each scenario go on. The world's start and the judgement come to it.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(5..=3_600))]
    seconds: u64,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What runs inside a network of its own (started by a scenario, not by hand).
    #[command(hide = true)]
    Enclave {
        /// Folder of the sockets that lead out.
        #[arg(long)]
        sockets: PathBuf,
        /// Ports of 127.0.0.1 that are led out.
        #[arg(long, value_delimiter = ',')]
        ports: Vec<u16>,
        /// The program that has this network.
        #[arg(last = true)]
        program: Vec<String>,
    },
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(Command::Enclave { sockets, ports, program }) = cli.command {
        return runtime().block_on(enclave::run(&sockets, &ports, &program));
    }
    if cli.list {
        for scenario in SCENARIOS {
            println!("{:<18} {}", scenario.name, scenario.about);
        }
        return ExitCode::SUCCESS;
    }
    let chosen = match chosen(&cli.scenarios) {
        Ok(chosen) => chosen,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seed = cli.seed.unwrap_or(clock);
    let verdicts: Vec<String> = chosen.iter().map(|scenario| run(scenario, seed, cli.seconds)).collect();
    println!("\nverdicts");
    verdicts.iter().for_each(|verdict| println!("  {verdict}"));
    if verdicts.iter().any(|verdict| verdict.starts_with(FAILED)) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// How the verdict of a failed run begins.
const FAILED: &str = "FAILED";

fn chosen(names: &[String]) -> Result<Vec<&'static Scenario>, String> {
    if names.is_empty() {
        return Ok(SCENARIOS.iter().collect());
    }
    let find = |name: &String| {
        let known = SCENARIOS.iter().find(|scenario| scenario.name == name);
        known.ok_or_else(|| format!("there is no scenario {name}; {COMMAND} --list shows them"))
    };
    names.iter().map(find).collect()
}

/// One scenario in a fresh world, to its verdict.
fn run(scenario: &Scenario, seed: u64, seconds: u64) -> String {
    let again = format!("{COMMAND} --scenario {} --seed {seed} --seconds {seconds}", scenario.name);
    println!("\n== {}, seed {seed}: {}", scenario.name, scenario.about);
    if let Some(reason) = (scenario.lacks)() {
        println!("   skipped: {reason}");
        return format!("skipped {}: {reason}", scenario.name);
    }
    let started = Instant::now();
    let order = Order { scenario: scenario.name, seed, faults: Duration::from_secs(seconds) };
    // The scenario runs on this very thread: the processes that it starts end with the thread that started them.
    let judged = catch_unwind(AssertUnwindSafe(|| {
        runtime().block_on(async {
            let mut arena = Arena::open(order, scenario.terrain).await;
            (scenario.faults)(&mut arena).await;
            arena.judge(scenario.doubts).await
        })
    }));
    let verdict = match judged {
        Ok(figures) => format!("passed {} seed {seed} in {} s: {figures}", scenario.name, started.elapsed().as_secs()),
        Err(panic) => {
            let reason = panic.downcast_ref::<String>().map(String::as_str);
            let reason = reason.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked");
            let reason = reason.lines().next().unwrap_or_default();
            format!("{FAILED} {} seed {seed}: {reason}; the logs are kept, see above; again: {again}", scenario.name)
        }
    };
    say(started, &verdict);
    println!("   again: {again}");
    verdict
}
