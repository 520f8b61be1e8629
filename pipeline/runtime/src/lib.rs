//! The imperative shell: everything that touches the world, around a core that cannot.

pub mod accounts;
pub mod alive;
pub mod clock;
pub mod config;
mod connections;
pub mod directory;
pub mod dispatch;
pub mod flight;
pub mod gate;
pub mod http;
pub mod journal;
pub mod log;
pub mod normalize;
pub mod outbox;
pub mod partition;
pub mod record;
pub mod runner;
pub mod sink;
pub mod store;
mod violations;
