//! Load generators and measurements of the benchmarks. The scripts `tests/bench/edge` and `tests/bench/campaign` start what
//! is measured, call this program, and clean up.

mod baseline;
mod bodies;
mod campaign;
mod edge;
mod fetch;
mod load;
mod process;
mod recipients;
mod table;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Load generators of Posthaste's benchmarks; called by tests/bench/edge and tests/bench/campaign.
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
    /// Print the table of the figures that `campaign` has written.
    CampaignTable {
        /// The file that `campaign --out` wrote.
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
        Command::CampaignTable { runs } => campaign::print_table(&runs),
        Command::Recipients { count } => recipients::print(count),
        Command::Machine => process::print_machine(),
    }
}

fn single() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
