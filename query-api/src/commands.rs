//! The way of a single message into the pipeline.

use async_trait::async_trait;
use posthaste_model::Intent;

use crate::idempotency::Fingerprint;

/// A validated message, and the answer that goes with it.
#[derive(Debug, Clone)]
pub struct SubmitIntent {
    /// What is to be sent.
    pub intent: Intent,
    /// Messages of the tenant that may wait at once; past it the message is refused.
    pub backlog_max: i32,
    /// What is kept under the caller's key, in the same transaction as the intent.
    pub idempotency: Idempotency,
}

/// The first answer to a request, to be given again to the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The caller's `Idempotency-Key`, 1 to 255 ASCII characters.
    pub key: String,
    /// SHA-256 of the request.
    pub fingerprint: Fingerprint,
    /// HTTP status of the answer.
    pub status: u16,
    /// Body of the answer.
    pub body: String,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// It is committed: it will take effect exactly once.
    New,
    /// The same request was committed before; this was its answer.
    Replayed {
        /// HTTP status.
        status: u16,
        /// Body.
        body: String,
    },
}

/// Why a command was not accepted. Nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitError {
    /// The key was used for a request with another fingerprint.
    KeyReused,
    /// Too many messages of the tenant are waiting.
    Backlog {
        /// When to try again, in seconds.
        retry_after_s: u64,
        /// Messages that may wait.
        limit: i32,
    },
    /// The store or the log is away.
    Unavailable,
}

/// Takes commands: commits them with their idempotency record, and hands them to the sender's owner.
#[async_trait]
pub trait Commands: Send + Sync + 'static {
    /// Returns once the command is durable. Cancelling leaves open whether it is.
    async fn submit(&self, command: SubmitIntent) -> Result<Submitted, SubmitError>;
}
