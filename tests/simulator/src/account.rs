//! The account itself.

use std::sync::atomic::Ordering;

use serde::Deserialize;
use serde_json::json;

use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;

#[derive(Deserialize)]
struct Change {
    disable_marketing_messages_on_cloud_api: bool,
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
