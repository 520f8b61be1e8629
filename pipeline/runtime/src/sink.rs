//! The Sink: what the shell asks of a place that events are delivered to.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

/// One event on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The event's deterministic id (`ce_id`): the same at every try and after every restart, so receivers dedupe by it.
    pub id: String,
    /// `ce_type`, such as `inbound.received.v1`.
    pub event_type: String,
    /// When it happened (`ce_time`), RFC 3339.
    pub time: String,
    /// The event: one JSON object, as it stands in the log.
    pub data: Bytes,
}

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The receiver took the event.
    Delivered,
    /// It did not, or nobody knows; the same delivery may be tried again.
    Retry {
        /// How long the receiver asks us to wait.
        after: Option<Duration>,
        /// Why, for people; no personal data and no secret.
        reason: String,
    },
    /// It is overloaded: nothing should be sent to it for a while.
    Throttled {
        /// How long it asks us to wait.
        retry_after: Option<Duration>,
        /// Why, for people.
        reason: String,
    },
    /// It wants no events any more.
    Disable,
}

/// A place that events are delivered to: a tenant's webhook, a CRM.
#[async_trait]
pub trait Sink: Send + Sync + 'static {
    /// Tries one delivery, once, within the sink's own time limit. Never panics on what the receiver answers, and never
    /// waits for another delivery.
    async fn deliver(&self, delivery: &Delivery) -> Verdict;
}
