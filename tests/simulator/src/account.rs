//! The account itself.

use std::sync::atomic::Ordering;

use serde::Deserialize;
use serde_json::json;

use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;
use crate::listing;

/// Fields that are told when none are asked for.
const FIELDS: [&str; 5] = ["id", "name", "currency", "timezone_id", "message_template_namespace"];

#[derive(Deserialize)]
struct Change {
    disable_marketing_messages_on_cloud_api: bool,
}

/// `GET /{waba}` (Meta: whatsapp-business-account).
pub(crate) fn describe(call: &Call<'_>) -> Outcome {
    let account = json!({
        "id": call.world.business.waba,
        "name": "Simulated Account",
        "currency": "USD",
        "timezone_id": "1",
        "message_template_namespace": "simulated_namespace",
        "account_review_status": "APPROVED",
        "disable_marketing_messages_on_cloud_api": call.world.marketing_is_off.load(Ordering::Relaxed),
    });
    let fields = account.as_object().cloned().unwrap_or_default();
    Ok(answer::ok(&listing::picked(&fields, &call.query, &FIELDS)))
}

/// `POST /{waba}`: whether marketing may be sent to `/messages` (Meta: marketing-messages/send-marketing-messages).
///
/// # Errors
/// 100 when the body does not say.
pub(crate) fn change(call: &Call<'_>) -> Outcome {
    let change: Change = serde_json::from_slice(call.body)
        .map_err(|error| GraphError::parameter(format!("Give disable_marketing_messages_on_cloud_api: {error}")))?;
    call.world.marketing_is_off.store(change.disable_marketing_messages_on_cloud_api, Ordering::Relaxed);
    Ok(answer::ok(&json!({ "success": true })))
}
