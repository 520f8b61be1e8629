//! `posthaste`: the one binary. Wiring and roles; what the roles do is in the other crates.

mod adapters;
mod cli;
mod client;
mod holds;
mod letter_desk;
mod letters;
mod operate;
mod recover;
mod replay;
mod roles;
mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

/// A fifth of the processor time went into the C library's allocator (docs/BENCHMARKS.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("posthaste: the async runtime cannot be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(cli::run(cli));
    // Threads that librdkafka still holds must not keep the process; what matters has been committed.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("posthaste: {error:#}");
            ExitCode::FAILURE
        }
    }
}
