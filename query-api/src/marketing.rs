//! How a template is sent by the Marketing Messages API (Meta: marketing-messages/send-marketing-messages): the same words in both
//! APIs.

use posthaste_model::category::MARKETING;
use posthaste_model::{MarketingOptions, ProductPolicy};
use serde_json::Value;

use crate::catalog::Approved;
use crate::fields::Object;
use crate::problem::{Code, FieldError, Problem};

/// The members that say how.
pub(crate) const MEMBERS: [&str; 3] = ["product_policy", "message_activity_sharing", "bid_spec"];
/// Largest `bid_spec`, in bytes of JSON.
const BID_BYTES_MAX: usize = 4 << 10;
/// Longest word in it that is checked, in characters.
const STRATEGY_MAX: usize = 128;

/// The options in the member `marketing` of a template, which may be left out; nothing where there is a fault.
pub(crate) fn optional(template: &Object<'_, '_>) -> Option<Option<MarketingOptions>> {
    if template.has("marketing") { within(template).map(Some) } else { Some(None) }
}

/// Only templates for marketing are sent this way.
pub(crate) fn check(is_wanted: bool, name: &str, template: &Approved) -> Result<(), Problem> {
    if !is_wanted || template.category.eq_ignore_ascii_case(MARKETING) {
        return Ok(());
    }
    let detail = format!("template \"{name}\" is of category {}", template.category);
    let error = FieldError { pointer: "/template/name".to_owned(), code: Code::NotMarketing.as_str(), detail };
    Err(Problem::validation(vec![error]))
}

fn within(template: &Object<'_, '_>) -> Option<MarketingOptions> {
    let object = template.object("marketing", "an object; {} leaves everything to Meta")?;
    object.only(&MEMBERS);
    options(&object)
}

/// The options among the members of a body.
pub(crate) fn options(object: &Object<'_, '_>) -> Option<MarketingOptions> {
    let policy = object.choice_or(
        "product_policy",
        None,
        |text| ProductPolicy::parse(text).map(Some),
        "CLOUD_API_FALLBACK or STRICT",
    );
    let sharing = match object.has("message_activity_sharing") {
        true => object.checked("message_activity_sharing", "write true or false", Value::as_bool).map(Some),
        false => Some(None),
    };
    let bid = if object.has("bid_spec") { bid_spec(object).map(Some) } else { Some(None) };
    Some(MarketingOptions { product_policy: policy?, message_activity_sharing: sharing?, bid_spec: bid? })
}

/// What is known of it is checked; the rest is Meta's (Meta: marketing-messages/pricing).
fn bid_spec(object: &Object<'_, '_>) -> Option<Value> {
    let own = object.object("bid_spec", "an object such as {\"bid_amount\": 87000}")?;
    let amount = own.number_or("bid_amount", 1, 1..=i32::MAX);
    let is_strategy = !own.has("bid_strategy") || own.text("bid_strategy", 1..=STRATEGY_MAX).is_some();
    let is_positive = |value: &Value| value.as_f64().filter(|factor| *factor > 0.0);
    let is_factor = !own.has("per_message_bid_multiplier")
        || own.checked("per_message_bid_multiplier", "write a number above 0", is_positive).is_some();
    let value = object.value("bid_spec")?;
    if value.to_string().len() > BID_BYTES_MAX {
        object.invalid("bid_spec", format!("write at most {BID_BYTES_MAX} bytes"));
        return None;
    }
    (amount.is_some() && is_strategy && is_factor).then(|| value.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fields::Faults;

    fn read(body: &Value) -> Result<MarketingOptions, Vec<String>> {
        let faults = Faults::default();
        let read = faults.object(body).and_then(|object| options(&object));
        let pointers = |problem: Problem| problem.errors.into_iter().map(|error| error.pointer).collect::<Vec<_>>();
        faults.check().map_err(pointers)?;
        Ok(read.expect("options without a fault"))
    }

    #[test]
    fn what_is_said_is_kept_and_what_is_not_is_left_to_meta() {
        assert_eq!(read(&json!({ "product_policy": null })), Ok(MarketingOptions::default()));
        let bid = json!({ "bid_amount": 87_000, "bid_strategy": "LOWEST_COST_WITH_BID_CAP", "novelty": true });
        let body = json!({ "product_policy": "STRICT", "message_activity_sharing": true, "bid_spec": bid });
        let expected = MarketingOptions {
            product_policy: Some(ProductPolicy::Strict),
            message_activity_sharing: Some(true),
            bid_spec: Some(bid),
        };
        assert_eq!(read(&body), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_member() {
        for (member, value, pointer) in [
            ("product_policy", json!("LAX"), "/product_policy"),
            ("product_policy", json!(1), "/product_policy"),
            ("message_activity_sharing", json!("yes"), "/message_activity_sharing"),
            ("bid_spec", json!(3), "/bid_spec"),
            ("bid_spec", json!({ "bid_amount": 0 }), "/bid_spec/bid_amount"),
            ("bid_spec", json!({ "bid_strategy": "" }), "/bid_spec/bid_strategy"),
            ("bid_spec", json!({ "per_message_bid_multiplier": -1.5 }), "/bid_spec/per_message_bid_multiplier"),
            ("bid_spec", json!({ "x": "y".repeat(BID_BYTES_MAX) }), "/bid_spec"),
        ] {
            assert_eq!(read(&json!({ member: value })), Err(vec![pointer.to_owned()]), "{member}: {value}");
        }
    }
}
