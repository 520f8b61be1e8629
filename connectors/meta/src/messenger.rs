//! Messages as the Send API of Messenger and Instagram takes them (Meta: messenger-platform/reference/send-api). The path is
//! `/me/messages`: the token names the page.

use posthaste_model::{Contact, FreeForm, SenderAction, Token};
use serde_json::{Map, Value, json};

/// The body of the POST: what the caller wrote, to the contact unless it names a comment, a plugin or a token. The token of
/// correlation goes into `metadata`, which comes back with the echo, and only with it.
pub(crate) fn body(message: &FreeForm, contact: &Contact, token: &Token) -> Map<String, Value> {
    let mut request = message.object.as_object().cloned().unwrap_or_default();
    request.retain(|_, member| !member.is_null());
    request.entry("recipient").or_insert_with(|| json!({ "id": contact }));
    request.entry("messaging_type").or_insert_with(|| Value::from("RESPONSE"));
    if let Some(message) = request.get_mut("message").and_then(Value::as_object_mut) {
        message.insert("metadata".to_owned(), Value::from(token.to_string()));
    }
    request
}

/// The body of an action, which is sent alone.
pub(crate) fn action(action: &SenderAction, contact: &Contact) -> Value {
    json!({ "recipient": { "id": contact }, "sender_action": action.action })
}
