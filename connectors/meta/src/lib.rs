//! Meta: the Graph client that sends, the client of the management API, the table of Meta's errors, the rendering of messages, webhook signatures.

pub mod client;
mod departure;
pub mod errors;
pub mod management;
pub mod message;
mod messenger;
pub mod signature;
mod transport;
mod usage;

pub use client::{Access, GraphClient, GraphOptions};
pub use departure::Departure;
pub use management::{Answer, CallError, Download, ManagementClient, Upload};
pub use signature::{Secret, SignatureError};
