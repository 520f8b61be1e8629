//! What the edge tells of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::AppKey;
use crate::time::Millis;

/// The outcome of a webhook that was taken; the others are the codes of refusals (docs/ERRORS.md).
pub const ACCEPTED: &str = "accepted";

/// `edge.webhooks_counted.v1`: what one process of the edge has made of the webhooks of one app since it started. Numbers only
/// grow, so of two records of a process and an app the one with the greater number is the newer one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhooksCounted {
    /// The process; another one begins at zero.
    pub edge: String,
    /// The app; absent for all names together that no app has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppKey>,
    /// When the process began to count.
    pub since: Millis,
    /// [`ACCEPTED`] and codes of refusals, as far as they have happened.
    pub outcomes: BTreeMap<String, Counted>,
    /// The newest of the names that no app has, shortened, without what is not fit for a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// How often something has happened, and when last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// How often, at least once.
    pub times: i64,
    /// When last, by the edge's clock.
    pub at: Millis,
}
