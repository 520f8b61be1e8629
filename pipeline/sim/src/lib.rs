//! Deterministic simulation: the real core in a seeded world in virtual time.
//!
//! What is real: [`posthaste_core`]: the sender task, normalize, dedupe, pacing, the invariants. What is modelled, as
//! thinly as it goes: the log, the store's transactions, Meta, the shell's beats, the dispatcher. `docs/SIMULATION.md` says
//! which file follows which.
//!
//! A seed is a whole world: its size, its load, its faults, and every delay. The same seed gives the same run. The
//! [oracle](oracle) judges while the world runs and once it has come to rest.

mod api;
mod bugs;
mod edge;
mod faults;
mod log;
mod meta;
mod oracle;
mod queue;
mod rng;
mod run;
mod scenario;
mod store;
mod verdict;
mod worker;
mod world;

pub use bugs::Bug;
pub use run::{Failure, Options, Report, Sweep, run, shrink, sweep};
pub use scenario::{Fault, Faults};
