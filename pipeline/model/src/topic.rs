//! Names of the topics; their settings are in `deploy/topics.yaml`.

/// Verified webhook bodies, byte-exact.
pub const WEBHOOKS_RAW: &str = "webhooks.raw.v1";
/// Everything that the owner of a sender must see in one total order.
pub const SENDERS: &str = "senders.v1";
/// Normalized, deduplicated inbound messages.
pub const INBOUND: &str = "inbound.v1";
/// One record per status transition.
pub const DELIVERY: &str = "delivery.v1";
/// Template, account and number events, and updates of unknown kind.
pub const ACCOUNTS: &str = "accounts.v1";
/// What can never be processed, with origin and reason.
pub const DEAD_LETTERS: &str = "dead-letters.v1";
