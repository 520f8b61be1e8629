//! Whether an account may send at all (Meta: webhooks/reference/account_update).

use posthaste_model::Millis;
use posthaste_model::whatsapp::account::{AccountEvent, Restriction};

/// What a report makes of the numbers of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing of them leaves; what waits is kept.
    Blocked {
        /// Why, for people.
        reason: String,
        /// Until when, where Meta says so.
        until: Option<Millis>,
    },
    /// They may send.
    Free,
}

/// What an event says of the account's standing; `None` where it says nothing of it.
pub fn standing(event: &AccountEvent) -> Option<Standing> {
    let blocked = |reason: String, until| Some(Standing::Blocked { reason, until });
    match event.event.as_deref()? {
        "DISABLED_UPDATE" => match event.ban_info.as_ref()?.waba_ban_state.as_deref()? {
            "DISABLE" => {
                let date = event.ban_info.as_ref().and_then(|ban| ban.waba_ban_date.as_deref());
                let since = date.map(|date| format!(" since {date}")).unwrap_or_default();
                blocked(format!("Meta disabled the account{since}"), None)
            }
            "REINSTATE" => Some(Standing::Free),
            _ => None,
        },
        "ACCOUNT_RESTRICTION" => {
            let stops = event.restriction_info.iter().filter(|restriction| stops_messages(restriction));
            let longest = stops.max_by_key(|restriction| restriction.expiration.map_or(i64::MAX, |until| until.0))?;
            let kind = longest.restriction_type.as_deref().unwrap_or_default();
            blocked(format!("Meta restricted the account ({kind})"), longest.expiration)
        }
        gone @ ("ACCOUNT_DELETED" | "ACCOUNT_OFFBOARDED" | "PARTNER_REMOVED" | "PARTNER_APP_UNINSTALLED") => {
            let why = event.disconnection_info.as_ref().and_then(|info| info.reason.as_deref());
            let why = why.map(|why| format!(", {why}")).unwrap_or_default();
            blocked(format!("Meta reported {gone}{why}"), None)
        }
        "ACCOUNT_RECONNECTED" | "PARTNER_ADDED" | "PARTNER_APP_INSTALLED" => Some(Standing::Free),
        _ => None,
    }
}

/// Restrictions of what is sent; others concern numbers, calls, or single categories, which refusals show by themselves.
fn stops_messages(restriction: &Restriction) -> bool {
    matches!(
        restriction.restriction_type.as_deref(),
        Some("RESTRICTED_BIZ_INITIATED_MESSAGING" | "RESTRICTED_CUSTOMER_INITIATED_MESSAGING")
    )
}

#[cfg(test)]
mod tests {
    use posthaste_model::shape::filled;
    use serde_json::value::to_raw_value;
    use serde_json::{Value, json};

    use super::*;

    fn of(value: &Value) -> Option<Standing> {
        standing(&filled::<AccountEvent>(&to_raw_value(value).expect("JSON")).unwrap_or_default())
    }

    #[test]
    fn bans_and_departures_block_until_they_are_taken_back() {
        let ban = |state: &str| {
            of(
                &json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state, "waba_ban_date": "April 17, 2025"}}),
            )
        };
        let reason = "Meta disabled the account since April 17, 2025".to_owned();
        assert_eq!(ban("DISABLE"), Some(Standing::Blocked { reason, until: None }));
        assert_eq!((ban("REINSTATE"), ban("SCHEDULE_FOR_DISABLE")), (Some(Standing::Free), None));
        let gone = json!({"event": "PARTNER_REMOVED", "disconnection_info": {"reason": "CHANGE_NUMBER"}});
        let reason = "Meta reported PARTNER_REMOVED, CHANGE_NUMBER".to_owned();
        assert_eq!(of(&gone), Some(Standing::Blocked { reason, until: None }));
        assert_eq!(of(&json!({"event": "PARTNER_ADDED"})), Some(Standing::Free));
        for silent in ["ACCOUNT_VIOLATION", "VOLUME_BASED_PRICING_TIER_UPDATE", "NEW_ONE"] {
            assert_eq!(of(&json!({ "event": silent })), None, "{silent}");
        }
    }

    #[test]
    fn the_longest_restriction_of_messages_counts() {
        let restricted = |list: Value| of(&json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": list}));
        let reason = "Meta restricted the account (RESTRICTED_BIZ_INITIATED_MESSAGING)".to_owned();
        assert_eq!(
            restricted(json!([
                {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"},
                {"restriction_type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "expiration": 1_800_000_000},
                {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": "1800000100"},
            ])),
            Some(Standing::Blocked { reason, until: Some(Millis(1_800_000_100_000)) })
        );
        assert_eq!(restricted(json!([{"restriction_type": "RESTRICTED_UTILITY_TEMPLATES"}])), None);
        assert_eq!(restricted(json!([])), None);
    }
}
