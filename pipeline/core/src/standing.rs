//! What Meta has against an account, cause by cause (Meta: webhooks/reference/account_update).
//!
//! A ban and the departure of the account from its partner stop everything; a restriction stops some messages. Each cause ends by
//! its own: what is told of one says nothing of the others.

use posthaste_model::whatsapp::account::AccountEvent;
use posthaste_model::{Message, Millis};

/// The category of templates that can be restricted alone (Meta: message_templates).
const UTILITY: &str = "UTILITY";

/// What stops everything of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Meta disabled the account.
    Ban,
    /// It is gone, or no longer this partner's.
    Departure,
}

impl Stop {
    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ban => "ban",
            Self::Departure => "departure",
        }
    }
}

/// What stops some messages of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restriction {
    /// No conversation is opened.
    BusinessInitiated,
    /// Nobody who wrote is answered.
    CustomerInitiated,
    /// No utility template leaves.
    UtilityTemplates,
}

impl Restriction {
    /// All.
    pub const ALL: [Self; 3] = [Self::BusinessInitiated, Self::CustomerInitiated, Self::UtilityTemplates];

    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BusinessInitiated => "business_initiated",
            Self::CustomerInitiated => "customer_initiated",
            Self::UtilityTemplates => "utility_templates",
        }
    }

    /// Reads what [`Restriction::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == text)
    }

    /// Meta's name of it.
    pub fn meta(self) -> &'static str {
        match self {
            Self::BusinessInitiated => "RESTRICTED_BIZ_INITIATED_MESSAGING",
            Self::CustomerInitiated => "RESTRICTED_CUSTOMER_INITIATED_MESSAGING",
            Self::UtilityTemplates => "RESTRICTED_UTILITY_TEMPLATES",
        }
    }

    /// Whether it stops this message, as far as that is known without asking whether the person wrote lately: a template opens a
    /// conversation, all else is an answer. Receipts are no messages.
    pub fn stops(self, message: &Message) -> bool {
        match (self, message) {
            (_, Message::Receipt(_) | Message::Action(_)) => false,
            (Self::BusinessInitiated, message) => message.template().is_some(),
            (Self::CustomerInitiated, message) => message.template().is_none(),
            (Self::UtilityTemplates, message) => {
                message.template().is_some_and(|own| self.stops_category(own.category.as_deref()))
            }
        }
    }

    /// Whether it stops templates of this category.
    pub fn stops_category(self, category: Option<&str>) -> bool {
        match self {
            Self::BusinessInitiated => true,
            Self::CustomerInitiated => false,
            Self::UtilityTemplates => category.is_some_and(|category| category.eq_ignore_ascii_case(UTILITY)),
        }
    }
}

/// Whether a number is of low quality by what Meta told of it last (Meta: webhooks/reference/phone_number_quality_update).
pub fn is_flagged(event: &str) -> bool {
    ["FLAGGED", "DOWNGRADE"].iter().any(|low| event.eq_ignore_ascii_case(low))
}

/// Whether a template of this quality is likely to be paused (Meta: message_template_quality_update).
pub fn is_low(quality: &str) -> bool {
    quality.eq_ignore_ascii_case("RED")
}

/// What a report says of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing of it leaves; what waits is kept.
    Stopped {
        /// By what.
        stop: Stop,
        /// Why, for people.
        reason: String,
    },
    /// This no longer stops it.
    Lifted(Stop),
    /// These messages may not leave, and until when, where Meta says so. One that is not named ends now if nobody ever said when.
    Restricted(Vec<(Restriction, Option<Millis>)>),
}

/// What an event says of the account's standing; `None` where it says nothing of it.
pub fn standing(event: &AccountEvent) -> Option<Standing> {
    let stopped = |stop, reason: String| Some(Standing::Stopped { stop, reason });
    match event.event.as_deref()? {
        "DISABLED_UPDATE" => match event.ban_info.as_ref()?.waba_ban_state.as_deref()? {
            "DISABLE" => {
                let date = event.ban_info.as_ref().and_then(|ban| ban.waba_ban_date.as_deref());
                let since = date.map(|date| format!(" since {date}")).unwrap_or_default();
                stopped(Stop::Ban, format!("Meta disabled the account{since}"))
            }
            "REINSTATE" => Some(Standing::Lifted(Stop::Ban)),
            _ => None,
        },
        "ACCOUNT_RESTRICTION" => Some(Standing::Restricted(restrictions(event))),
        gone @ ("ACCOUNT_DELETED" | "ACCOUNT_OFFBOARDED" | "PARTNER_REMOVED" | "PARTNER_APP_UNINSTALLED") => {
            let why = event.disconnection_info.as_ref().and_then(|info| info.reason.as_deref());
            let why = why.map(|why| format!(", {why}")).unwrap_or_default();
            stopped(Stop::Departure, format!("Meta reported {gone}{why}"))
        }
        "ACCOUNT_RECONNECTED" | "PARTNER_ADDED" | "PARTNER_APP_INSTALLED" => Some(Standing::Lifted(Stop::Departure)),
        _ => None,
    }
}

/// The restrictions of what is sent, each once, with its latest end; others concern numbers or calls.
fn restrictions(event: &AccountEvent) -> Vec<(Restriction, Option<Millis>)> {
    let latest = |own: Restriction| {
        let named = event.restriction_info.iter().filter(|told| told.restriction_type.as_deref() == Some(own.meta()));
        let longest = named.max_by_key(|told| told.expiration.map_or(i64::MAX, |until| until.0))?;
        Some((own, longest.expiration))
    };
    Restriction::ALL.into_iter().filter_map(latest).collect()
}

#[cfg(test)]
mod tests {
    use posthaste_model::shape::filled;
    use posthaste_model::{FreeForm, Receipt, TemplateMessage, TextMessage, Wamid};
    use serde_json::value::to_raw_value;
    use serde_json::{Value, json};

    use super::*;

    fn of(value: &Value) -> Option<Standing> {
        standing(&filled::<AccountEvent>(&to_raw_value(value).expect("JSON")).unwrap_or_default())
    }

    #[test]
    fn bans_and_departures_stop_everything_and_each_is_taken_back_by_its_own() {
        let ban = |state: &str| {
            of(
                &json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state, "waba_ban_date": "April 17, 2025"}}),
            )
        };
        let reason = "Meta disabled the account since April 17, 2025".to_owned();
        assert_eq!(ban("DISABLE"), Some(Standing::Stopped { stop: Stop::Ban, reason }));
        assert_eq!((ban("REINSTATE"), ban("SCHEDULE_FOR_DISABLE")), (Some(Standing::Lifted(Stop::Ban)), None));
        let left = json!({"event": "PARTNER_REMOVED", "disconnection_info": {"reason": "CHANGE_NUMBER"}});
        let reason = "Meta reported PARTNER_REMOVED, CHANGE_NUMBER".to_owned();
        assert_eq!(of(&left), Some(Standing::Stopped { stop: Stop::Departure, reason }));
        for gone in ["ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED", "PARTNER_APP_UNINSTALLED"] {
            let reason = format!("Meta reported {gone}");
            assert_eq!(of(&json!({ "event": gone })), Some(Standing::Stopped { stop: Stop::Departure, reason }));
        }
        for back in ["ACCOUNT_RECONNECTED", "PARTNER_ADDED", "PARTNER_APP_INSTALLED"] {
            assert_eq!(of(&json!({ "event": back })), Some(Standing::Lifted(Stop::Departure)), "{back}");
        }
        for silent in ["ACCOUNT_VIOLATION", "VOLUME_BASED_PRICING_TIER_UPDATE", "NEW_ONE"] {
            assert_eq!(of(&json!({ "event": silent })), None, "{silent}");
        }
    }

    #[test]
    fn each_restriction_of_messages_is_read_with_its_own_end() {
        let restricted = |list: Value| of(&json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": list}));
        let told = restricted(json!([
            {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"},
            {"restriction_type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "expiration": 1_800_000_000},
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": "1800000100"},
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": "1800000050"},
            {"restriction_type": "RESTRICTED_UTILITY_TEMPLATES"},
        ]));
        let expected = vec![
            (Restriction::BusinessInitiated, Some(Millis(1_800_000_100_000))),
            (Restriction::CustomerInitiated, Some(Millis(1_800_000_000_000))),
            (Restriction::UtilityTemplates, None),
        ];
        assert_eq!(told, Some(Standing::Restricted(expected)));
        assert_eq!(restricted(json!([])), Some(Standing::Restricted(Vec::new())));
    }

    #[test]
    fn a_restriction_stops_what_it_names_and_nothing_else() {
        let template = |category: Option<&str>| {
            Message::Template(TemplateMessage {
                name: "order".into(),
                language: "en_US".into(),
                category: category.map(str::to_owned),
                body: Vec::new(),
                components: Vec::new(),
                reply_to: None,
                marketing: None,
            })
        };
        let text = Message::Text(TextMessage { body: "x".into(), preview_url: false, reply_to: None });
        let image = Message::FreeForm(FreeForm { kind: "image".into(), object: json!({"id": "1"}), reply_to: None });
        let receipt = Message::Receipt(Receipt { message_id: Wamid::new("wamid.1"), typing: false });
        let [opening, answers, utility] = Restriction::ALL;
        for (message, stopped_by) in [
            (template(Some("MARKETING")), vec![opening]),
            (template(Some("utility")), vec![opening, utility]),
            (template(None), vec![opening]),
            (text, vec![answers]),
            (image, vec![answers]),
            (receipt, vec![]),
        ] {
            let stops: Vec<_> = Restriction::ALL.into_iter().filter(|own| own.stops(&message)).collect();
            assert_eq!(stops, stopped_by, "{message:?}");
        }
    }

    #[test]
    fn what_is_low_is_what_meta_calls_so() {
        let events = ["FLAGGED", "DOWNGRADE", "UNFLAGGED", "UPGRADE", "ONBOARDING", "THROUGHPUT_UPGRADE"];
        assert_eq!(events.map(is_flagged), [true, true, false, false, false, false]);
        assert_eq!(["GREEN", "YELLOW", "RED", "UNKNOWN"].map(is_low), [false, false, true, false]);
    }

    #[test]
    fn names_in_the_store_are_read_back() {
        assert_eq!(Restriction::ALL.map(|own| Restriction::parse(own.as_str())), Restriction::ALL.map(Some));
        assert_eq!(Restriction::parse("ban"), None);
    }
}
