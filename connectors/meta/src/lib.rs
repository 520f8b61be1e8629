//! Meta: the Graph client that sends, the table of Meta's errors, the rendering of messages, webhook signatures.

pub mod client;
mod departure;
pub mod errors;
pub mod message;
mod messenger;
pub mod signature;
mod usage;

pub use client::{GraphClient, GraphOptions};
pub use departure::Departure;
pub use signature::{Secret, SignatureError};
