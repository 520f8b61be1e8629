//! What one call of the pure core costs: time, allocations and instructions per event, by kind of event. Called by
//! `tests/bench/decide`.

mod cases;
mod counts;
#[path = "../table.rs"]
#[allow(dead_code, reason = "the tables by run are the other benchmarks'")]
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use cases::{Case, Cost, EVENTS, EVENTS_COUNTED};
use table::median;

/// Longest time that an event may take, in nanoseconds.
const TIME_MAX_NS: f64 = 5_000.0;

/// What one call of the pure core costs.
#[derive(Debug, Parser)]
#[command(name = "posthaste-decide")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure every case and print one table.
    Run(Options),
    /// Go through one case, for a tool that counts instructions.
    Once {
        /// Name of the case.
        case: Case,
    },
}

/// Options of `run`.
#[derive(Debug, Args)]
struct Options {
    /// Times each case is gone through; the table has the median.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    runs: u64,
    /// Count instructions with valgrind and compare them with this file.
    #[arg(long)]
    counts: Option<PathBuf>,
    /// Name of the build profile: counts of another one are not compared.
    #[arg(long, default_value = "dev")]
    profile: String,
    /// Write the counts of this run into the file.
    #[arg(long, requires = "counts")]
    accept: bool,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Once { case } => {
            cases::once(case, EVENTS_COUNTED);
            Ok(())
        }
        Command::Run(options) => run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("posthaste-decide: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    let costs: Vec<Vec<Cost>> =
        Case::ALL.iter().map(|case| (0..options.runs).map(|_| cases::once(*case, EVENTS)).collect()).collect();
    let counted = options.counts.as_ref().map(|file| counts::Counted::take(file, &options.profile)).transpose()?;
    let mut lines = vec![
        ["event", "ns, median", "ns, spread", "allocations", "instructions", "stored", "growth, %"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (case, costs) in Case::ALL.iter().zip(&costs) {
        let mut line = figures(*case, costs);
        line.extend(counted.as_ref().map_or(["-".into(), "-".into(), "-".into()], |own| own.figures(*case)));
        lines.push(line);
    }
    table::print_lines(&lines);
    let slowest = costs.iter().map(|costs| median_ns(costs)).fold(0.0, f64::max);
    println!("\nslowest: {slowest:.0} ns per event (target: under {TIME_MAX_NS:.0})");
    let wasteful: Vec<&str> = Case::ALL
        .iter()
        .zip(&costs)
        .filter(|(case, costs)| case.is_repetition() && costs.iter().any(|cost| cost.allocations > 0))
        .map(|(case, _)| case.name())
        .collect();
    anyhow::ensure!(wasteful.is_empty(), "repetitions must not allocate: {}", wasteful.join(", "));
    counted.map_or(Ok(()), |own| own.settle(options.accept))
}

fn median_ns(costs: &[Cost]) -> f64 {
    median(&costs.iter().map(Cost::ns_per_event).collect::<Vec<_>>())
}

fn figures(case: Case, costs: &[Cost]) -> Vec<String> {
    let times: Vec<f64> = costs.iter().map(Cost::ns_per_event).collect();
    let (low, high) = times.iter().fold((f64::NAN, f64::NAN), |(low, high), ns| (ns.min(low), ns.max(high)));
    let allocations = costs.iter().map(Cost::allocations_per_event).fold(0.0, f64::max);
    vec![
        case.label().to_owned(),
        format!("{:.0}", median(&times)),
        format!("{low:.0} … {high:.0}"),
        format!("{allocations:.2}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a crash, a rebalance or Meta repeats is dropped without asking for memory: a flood of repetitions costs time
    /// alone.
    #[test]
    fn a_repetition_is_dropped_without_an_allocation() {
        for case in Case::ALL.iter().filter(|case| case.is_repetition()) {
            let cost = cases::once(*case, EVENTS);
            assert_eq!(cost.allocations, 0, "{}", case.label());
        }
    }

    #[test]
    fn what_is_new_is_seen_to_allocate() {
        assert!(cases::once(Case::NewStatus, EVENTS).allocations > 0);
    }
}
