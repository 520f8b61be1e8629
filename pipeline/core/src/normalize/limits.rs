//! The fields that tell of limits (Meta: webhooks/reference/phone_number_quality_update and business_capability_update).

use posthaste_model::whatsapp::Update;
use posthaste_model::{LimitsChanged, MessagingLimit};

use super::About;

/// The event that grants a number more throughput, and how much (Meta: throughput).
const THROUGHPUT_UPGRADE: (&str, u32) = ("THROUGHPUT_UPGRADE", 1_000);

/// The limits that an update tells of, if it tells of any that we know.
pub(super) fn of(update: &Update, about: &About<'_>) -> Option<LimitsChanged> {
    let (number, event, people) = match update {
        Update::NumberQuality(own) => {
            (&own.display_phone_number, &own.event, &own.max_daily_conversations_per_business)
        }
        Update::Capability(own) => (&None, &None, &own.max_daily_conversations_per_business),
        _ => return None,
    };
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = number.as_ref().map(digits).filter(|digits| !digits.is_empty());
    let upgraded = event.as_deref() == Some(THROUGHPUT_UPGRADE.0) && number.is_some();
    let limit_per_second = upgraded.then_some(THROUGHPUT_UPGRADE.1);
    let messaging_limit = people.as_deref().and_then(limit);
    let known = limit_per_second.is_some() || messaging_limit.is_some();
    let waba_id = about.waba.clone();
    known.then_some(LimitsChanged { waba_id, number, limit_per_second, messaging_limit, at: about.at })
}

/// `TIER_2K`, or as older webhooks write it a number, of which -1 means none.
fn limit(text: &str) -> Option<MessagingLimit> {
    let people = |number: i64| u32::try_from(number).ok().filter(|number| *number > 0).map(MessagingLimit::People);
    match text.strip_prefix("TIER_") {
        Some("UNLIMITED") => Some(MessagingLimit::Unlimited),
        Some(tier) => match tier.strip_suffix('K') {
            Some(thousands) => people(thousands.parse::<i64>().ok()?.checked_mul(1_000)?),
            None => people(tier.parse().ok()?),
        },
        None => match text.parse().ok()? {
            -1 => Some(MessagingLimit::Unlimited),
            number => people(number),
        },
    }
}

#[cfg(test)]
mod tests {
    use posthaste_model::{Millis, WabaId};
    use serde_json::json;
    use serde_json::value::RawValue;

    use super::*;

    fn told(value: &serde_json::Value) -> Option<LimitsChanged> {
        let field = "phone_number_quality_update";
        let update = Update::whole(field, &serde_json::value::to_raw_value(value).expect("JSON"))?;
        let raw: &RawValue = serde_json::from_str("{}").expect("JSON");
        of(&update, &About { field, waba: WabaId::new("1"), sender: None, at: Millis(5), raw })
    }

    #[test]
    fn limits_are_read_in_every_form_that_meta_writes() {
        use MessagingLimit::{People, Unlimited};
        for (limit, expected) in [
            (json!("TIER_250"), Some(People(250))),
            (json!("TIER_2K"), Some(People(2_000))),
            (json!("TIER_100K"), Some(People(100_000))),
            (json!("TIER_UNLIMITED"), Some(Unlimited)),
            (json!(10_000), Some(People(10_000))),
            (json!("2000"), Some(People(2_000))),
            (json!(-1), Some(Unlimited)),
            (json!("TIER_NOT_SET"), None),
            (json!(0), None),
            (json!("TIER_99999999999999999K"), None),
            (json!(null), None),
        ] {
            let changed = told(&json!({ "max_daily_conversations_per_business": limit }));
            assert_eq!(changed.and_then(|changed| changed.messaging_limit), expected, "{limit}");
        }
    }

    #[test]
    fn an_upgrade_names_its_number_by_its_digits() {
        let value = json!({
            "display_phone_number": "+1 (631) 555-0100", "event": "THROUGHPUT_UPGRADE",
            "max_daily_conversations_per_business": "TIER_UNLIMITED",
        });
        let expected = LimitsChanged {
            waba_id: WabaId::new("1"),
            number: Some("16315550100".into()),
            limit_per_second: Some(1_000),
            messaging_limit: Some(MessagingLimit::Unlimited),
            at: Millis(5),
        };
        assert_eq!(told(&value), Some(expected));
        assert_eq!(told(&json!({ "event": "THROUGHPUT_UPGRADE" })), None, "of which number?");
        assert_eq!(told(&json!({ "display_phone_number": "16315550100", "event": "FLAGGED" })), None);
    }
}
