//! The contact book of a portfolio (Meta: business-scoped-user-ids): who has written to one of its numbers stands in it until they are
//! taken out, and again once they write again.

use serde_json::json;

use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;
use crate::wamid;
use crate::world::Clock;

/// What the id of a person for all portfolios has behind its country.
const PARENT: &str = ".ENT.";

/// `DELETE /{phone-number-id}/contact_book?messaging_product=whatsapp&bsuid=…`: whether there was such an entry.
///
/// # Errors
/// 100 when a parameter is missing, or the id is that of a parent portfolio.
pub(super) fn forget(call: &Call<'_>) -> Outcome {
    if call.query.get("messaging_product") != Some("whatsapp") {
        return Err(GraphError::parameter("The parameter messaging_product is required and must be `whatsapp`."));
    }
    let user_id = call.query.get("bsuid").filter(|id| wamid::is_user_id(id) && !id.contains(PARENT));
    let user_id =
        user_id.ok_or_else(|| GraphError::parameter("bsuid must be the id of a person of this portfolio."))?;
    let wrote_at = wamid::phone_of(user_id).and_then(|phone| call.world.last_wrote(phone));
    let forgotten_at = call.world.management.forgotten.lock().insert(user_id.to_owned(), Clock::unix_ms());
    let is_deleted = wrote_at.is_some_and(|wrote| forgotten_at.is_none_or(|forgotten| wrote > forgotten));
    Ok(answer::ok(&json!({ "messaging_product": "whatsapp", "success": true, "deleted": is_deleted })))
}
