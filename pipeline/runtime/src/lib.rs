//! The imperative shell: everything that touches the world, around a core that cannot.

pub mod config;
pub mod http;
pub mod log;
pub mod record;
