//! The profile of a number (Meta: business-phone-numbers/business-profiles).

use serde_json::{Map, Value, json};

use super::parsed;
use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;
use crate::listing;

/// Members that can be set.
const MEMBERS: [&str; 7] =
    ["about", "address", "description", "email", "profile_picture_handle", "vertical", "websites"];

/// `GET /{phone-number-id}/whatsapp_business_profile`: the members that `fields` names; without it the product alone.
pub(super) fn describe(call: &Call<'_>, number: u16) -> Outcome {
    let mut profile = call.world.management.with(number, |own| own.profile.clone());
    if profile.remove("profile_picture_handle").is_some() {
        let url = format!("{}/pictures/{number}", call.world.base_url());
        profile.insert("profile_picture_url".to_owned(), url.into());
    }
    profile.insert("messaging_product".to_owned(), "whatsapp".into());
    let mut shown = listing::picked(&profile, &call.query, &["messaging_product"]);
    shown["messaging_product"] = "whatsapp".into();
    Ok(answer::ok(&json!({ "data": [shown] })))
}

/// `POST /{phone-number-id}/whatsapp_business_profile`: what is given is changed.
///
/// # Errors
/// 100 for a member that there is not, 131009 for a picture whose handle is not one of the simulator's.
pub(super) fn change(call: &Call<'_>, number: u16) -> Outcome {
    let mut change: Map<String, Value> = parsed(call)?;
    change.remove("messaging_product");
    if let Some(unknown) = change.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(GraphError::parameter(format!("Param {unknown} is not one of {}.", MEMBERS.join(", "))));
    }
    if let Some(handle) = change.get("profile_picture_handle").and_then(Value::as_str)
        && !call.world.management.sessions.knows(handle)
    {
        return Err(GraphError::value("profile_picture_handle is not the handle of an upload."));
    }
    call.world.management.with(number, |own| own.profile.extend(change));
    Ok(answer::ok(&json!({ "success": true })))
}
