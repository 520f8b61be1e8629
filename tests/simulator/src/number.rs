//! The account's phone numbers (Meta: business-phone-numbers).

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;
use crate::listing;
use crate::options::NumberSpec;
use crate::subscription::{Override, Place};
use crate::world::World;

/// Messages a second from which a number's throughput is called high.
const HIGH: u32 = 1_000;

/// Fields that are told when none are asked for.
const FIELDS: [&str; 8] = [
    "id",
    "display_phone_number",
    "verified_name",
    "quality_rating",
    "code_verification_status",
    "platform_type",
    "throughput",
    "webhook_configuration",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    webhook_configuration: Option<Override>,
    pin: Option<String>,
}

/// The fields that a number has at first.
pub(crate) fn fields(number: &NumberSpec, messaging_limit: u32) -> Map<String, Value> {
    let fields = json!({
        "id": number.id,
        "display_phone_number": format!("+{}", number.display),
        "verified_name": "Simulated Business",
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "new_name_status": "NONE",
        "status": "CONNECTED",
        "platform_type": "CLOUD_API",
        "throughput": throughput(number.limit),
        "is_official_business_account": false,
        "account_mode": "LIVE",
        "whatsapp_business_manager_messaging_limit": tier(messaging_limit),
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The tier that a messaging limit is within (Meta: messaging-limits).
pub(crate) fn tier(messaging_limit: u32) -> &'static str {
    match messaging_limit {
        1..=250 => "TIER_250",
        251..=2_000 => "TIER_2K",
        2_001..=10_000 => "TIER_10K",
        10_001..=100_000 => "TIER_100K",
        _ => "TIER_UNLIMITED",
    }
}

/// The throughput of a number as Meta tells it.
pub(crate) fn throughput(limit: u32) -> Value {
    json!({ "level": if limit >= HIGH { "HIGH" } else { "STANDARD" } })
}

fn told(world: &World, index: u16) -> Map<String, Value> {
    let mut fields = world.number_fields[usize::from(index)].read().clone();
    fields.insert("webhook_configuration".to_owned(), world.webhook_configuration(index));
    fields
}

/// `GET /{waba}/phone_numbers`.
///
/// # Errors
/// 100 when a parameter of the query is wrong.
pub(crate) fn list(call: &Call<'_>) -> Outcome {
    let numbers = (0..).take(call.world.number_fields.len()).map(|index| (u64::from(index), told(call.world, index)));
    listing::page(call, numbers.collect(), &FIELDS).map(|page| answer::ok(&page))
}

/// `GET /{phone-number-id}`.
pub(crate) fn describe(call: &Call<'_>, index: u16) -> Outcome {
    Ok(answer::ok(&listing::picked(&told(call.world, index), &call.query, &FIELDS)))
}

/// `POST /{phone-number-id}`: its own callback, or its PIN.
///
/// # Errors
/// 100 when the body says neither, or the PIN is not of six digits; as for the account's callback.
pub(crate) async fn change(call: &Call<'_>, index: u16) -> Outcome {
    let wrong =
        |reason: &dyn std::fmt::Display| GraphError::parameter(format!("Give webhook_configuration or pin: {reason}"));
    let change: Change = serde_json::from_slice(call.body).map_err(|error| wrong(&error))?;
    match change {
        Change { webhook_configuration: Some(order), .. } => order.apply(call, Place::Number(index)).await?,
        Change { pin: Some(pin), .. } if pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit()) => {
            call.world.management.set_pin(index, pin);
        }
        Change { .. } => return Err(wrong(&"a PIN has six digits.")),
    }
    Ok(answer::ok(&json!({ "success": true })))
}
