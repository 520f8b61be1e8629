//! Progress of the webhook stream.

use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// How often an edge that takes webhooks says so, into every partition of `webhooks.raw.v1`, in milliseconds.
pub const HEARTBEAT_EVERY_MS: i64 = 2_000;

/// `stream.progressed.v1`: every webhook that the edge took into this partition before this time has been normalized, and
/// what came of it stands before this record. The grace of a message whose fate is unknown is measured by it: if the edge
/// or the pipeline stood still, so does grace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamProgressed {
    /// Partition of `webhooks.raw.v1`.
    pub partition: i32,
    /// The edge's clock.
    pub upto: Millis,
}
