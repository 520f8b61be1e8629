//! Bans and restrictions of the account.

use std::time::Duration;

use chrono::DateTime;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sanction::{Restriction, Sanction};
use crate::world::{Clock, World};

/// How long a restriction lasts when nothing is said, in hours at Meta.
const HOURS: u32 = 7 * 24;

/// What Meta does to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AccountEvent {
    Ban,
    Restrict,
    Release,
}

/// A ban, a restriction, or the end of either (Meta: webhooks/reference/account_update).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountOrder {
    event: AccountEvent,
    /// Which messages are restricted.
    #[serde(default)]
    restriction: Restriction,
    /// How long a restriction lasts, in hours at Meta.
    #[serde(default = "hours")]
    hours: u32,
    /// Without a webhook: as if it had been lost.
    #[serde(default)]
    silent: bool,
}

fn hours() -> u32 {
    HOURS
}

impl AccountOrder {
    pub(super) fn reversal(self) -> Self {
        Self { event: AccountEvent::Release, ..self }
    }
}

/// Puts the order into force and posts it. The end of a restriction is not told: its webhook said when it would be.
pub(super) fn judge(world: &World, order: AccountOrder) -> Value {
    let now_ms = Clock::unix_ms();
    let until_ms = now_ms + world.passing(Duration::from_secs(3_600) * order.hours).as_millis() as u64;
    let new = match order.event {
        AccountEvent::Ban => Some(Sanction::Ban),
        AccountEvent::Restrict => Some(Sanction::Restricted { what: order.restriction, until_ms }),
        AccountEvent::Release => None,
    };
    let before = std::mem::replace(&mut *world.sanction.write(), new);
    let ban = |state: &str| json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": state, "waba_ban_date": day(now_ms) } });
    let told = match (order.event, before) {
        (AccountEvent::Ban, _) => Some(ban("DISABLE")),
        (AccountEvent::Release, Some(Sanction::Ban)) => Some(ban("REINSTATE")),
        (AccountEvent::Release, _) => None,
        (AccountEvent::Restrict, _) => {
            let info = json!({ "restriction_type": order.restriction, "expiration": until_ms / 1_000 });
            Some(json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": [info] }))
        }
    };
    if let Some(value) = told.filter(|_| !order.silent) {
        world.tell("account_update".to_owned(), value, None, None);
    }
    json!({ "is_sanctioned": new.is_some() })
}

/// A day as Meta writes it in bans: `April 17, 2025`.
fn day(unix_ms: u64) -> String {
    let at = i64::try_from(unix_ms).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default();
    at.format("%B %-d, %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ban_names_its_day_as_meta_does() {
        assert_eq!(day(1_744_848_000_000), "April 17, 2025");
    }
}
