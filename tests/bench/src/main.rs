//! Load generators and measurements of the benchmarks. The scripts in `tests/bench` start Kafka and Postgres, call this
//! program, and clean up. It starts what it measures itself, but for the edge and the campaign of the quickstart.

mod api;
mod app;
mod backlog;
mod bare;
mod baseline;
mod bodies;
mod campaign;
mod clock;
mod curve;
mod edge;
mod failover;
mod fairness;
mod fetch;
mod figures;
mod hero;
mod load;
mod normalize;
mod pause;
mod process;
mod recipients;
mod scale;
mod simulator;
mod singles;
mod table;
mod tenants;
mod upload;
mod world;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Load generators of Posthaste's benchmarks; called by the scripts in tests/bench.
#[derive(Debug, Parser)]
#[command(name = "posthaste-bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Load a running webhook edge and, in turn with it, a baseline; print one table.
    Edge(edge::Options),
    /// What the edge is compared with. Prints its address; ends with its standard input.
    #[command(hide = true)]
    Baseline {
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        #[arg(long, value_enum, default_value = "bare")]
        kind: baseline::Kind,
        #[arg(long, env = "POSTHASTE_BENCH_SECRET", hide_env_values = true)]
        secret: String,
    },
    /// Follow a campaign in the API, the simulator and /proc until every status is applied; append the figures to a file.
    Campaign(campaign::Options),
    /// One number at its limit for minutes, with the worker's end in the middle; append the figures to a file.
    Hero(hero::Options),
    /// Pause a running campaign again and again; append the figures to a file.
    Pause(pause::Options),
    /// Kill one of two workers again and again; append the figures to a file.
    Failover(failover::Options),
    /// Upload a large campaign's recipients; append the figures to a file.
    Upload(upload::Options),
    /// A tenant with much to send beside five with little; append the figures to a file.
    Fairness(fairness::Options),
    /// Statuses that wait in the log, against bare commits of the same rows; append the figures to a file.
    Backlog(backlog::Options),
    /// The cost of a message with few and many tenants, numbers and messages of the past; append the figures to a file.
    Scale(scale::Options),
    /// The normalizer against a parser of the same bytes; append the figures to a file.
    Normalize(normalize::Options),
    /// Print the table of the figures that were appended.
    Table {
        /// The file.
        runs: PathBuf,
    },
    /// Print a campaign's CSV of this many good recipients.
    Recipients {
        /// Lines after the header.
        count: u32,
    },
    /// Print machine, load and versions that figures belong to.
    Machine,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("posthaste-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Baseline { listen, kind, secret } => {
            tokio::runtime::Runtime::new()?.block_on(baseline::serve(listen, kind, &secret))
        }
        // One thread: the generator shares few cores with what it measures.
        Command::Edge(options) => single()?.block_on(edge::run(&options)),
        Command::Campaign(options) => single()?.block_on(campaign::run(&options)),
        Command::Hero(options) => single()?.block_on(hero::run(&options)),
        Command::Pause(options) => single()?.block_on(pause::run(&options)),
        Command::Failover(options) => single()?.block_on(failover::run(&options)),
        Command::Upload(options) => single()?.block_on(upload::run(&options)),
        Command::Fairness(options) => single()?.block_on(fairness::run(&options)),
        // Several connections are written to at once.
        Command::Backlog(options) => tokio::runtime::Runtime::new()?.block_on(backlog::run(&options)),
        Command::Scale(options) => single()?.block_on(scale::run(&options)),
        Command::Normalize(options) => normalize::run(&options),
        Command::Table { runs } => figures::print_table(&runs),
        Command::Recipients { count } => recipients::print(count),
        Command::Machine => process::print_machine(),
    }
}

fn single() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
