//! The fields that tell of limits (Meta: webhooks/reference/phone_number_quality_update and business_capability_update).

use posthaste_model::{LimitsChanged, MessagingLimit, Millis, WabaId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::object;
use super::lenient::{Object, Text};

/// The field of a number's quality and throughput.
pub(super) const FIELD_NUMBER: &str = "phone_number_quality_update";
/// The field of what a business may do.
pub(super) const FIELD_BUSINESS: &str = "business_capability_update";
/// The event that grants a number more throughput, and how much (Meta: throughput).
const THROUGHPUT_UPGRADE: (&str, u32) = ("THROUGHPUT_UPGRADE", 1_000);

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow, default)]
    value: Object<Value<'a>>,
}

#[derive(Deserialize)]
struct Value<'a> {
    #[serde(borrow, default)]
    display_phone_number: Text<'a>,
    #[serde(borrow, default)]
    event: Text<'a>,
    #[serde(borrow, default)]
    max_daily_conversations_per_business: Text<'a>,
}

/// Reads a whole change; `None` where it tells of no limit that we know.
pub(super) fn read(raw: &RawValue, waba_id: WabaId, at: Millis) -> Option<LimitsChanged> {
    let value = object::<Change<'_>>(raw).ok()?.value.0?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = value.display_phone_number.get().map(digits).filter(|digits| !digits.is_empty());
    let upgraded = value.event.get() == Some(THROUGHPUT_UPGRADE.0) && number.is_some();
    let limit_per_second = upgraded.then_some(THROUGHPUT_UPGRADE.1);
    let messaging_limit = value.max_daily_conversations_per_business.get().and_then(limit);
    let known = limit_per_second.is_some() || messaging_limit.is_some();
    known.then_some(LimitsChanged { waba_id, number, limit_per_second, messaging_limit, at })
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
    use serde_json::json;

    use super::*;

    fn told(value: &serde_json::Value) -> Option<LimitsChanged> {
        let change = json!({ "field": FIELD_NUMBER, "value": value }).to_string();
        let raw: &RawValue = serde_json::from_str(&change).expect("JSON");
        read(raw, WabaId::new("1"), Millis(5))
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
