//! The edge: verify, append to the log, answer 200.
//!
//! It needs the log and nothing else: a webhook survives the database's absence. Meta repeats what was not answered 200
//! for up to seven days (Meta: webhooks/overview), so a refusal loses nothing, and a 200 before the log has the body would.

mod problem;
mod service;
mod tally;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::Future;

use bytes::Bytes;
use posthaste_meta::Secret;
use posthaste_model::{AppKey, Millis};

pub use problem::Refusal;
pub use service::{APPEND_TIMEOUT, BODY_BYTES_MAX, BODY_TIMEOUT, service};
pub use tally::{NAME_CHARS_MAX, Tally};

/// A Meta app that may send webhooks.
#[derive(Clone)]
pub struct App {
    /// Accepted in the handshake: one per callback that is set in Meta's dashboard.
    pub verify_tokens: Vec<String>,
    /// App secrets; two while one replaces the other.
    pub secrets: Vec<Secret>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("App(masked)")
    }
}

/// A verified webhook on its way to `webhooks.raw.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// The app of the URL.
    pub app: AppKey,
    /// The body, byte-exact as Meta signed it.
    pub body: Bytes,
    /// When the request arrived.
    pub received_at: Millis,
}

/// The log did not take a record, or did not say so in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log did not take the webhook: {0}")]
pub struct AppendError(pub String);

/// Where verified webhooks are kept.
pub trait RawLog: Send + Sync + 'static {
    /// Appends one record; `Ok` only when it is durable on every replica that must have it. Called many times at once. The
    /// edge drops the future after [`APPEND_TIMEOUT`]; the record may then be kept all the same, and Meta's repetition of
    /// it is recognised by its content later.
    fn append(&self, record: RawRecord) -> impl Future<Output = Result<(), AppendError>> + Send;
}
