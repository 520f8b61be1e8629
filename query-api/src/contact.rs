//! People, as callers name them: by phone number or by business-scoped user id.

use posthaste_model::user_id::{self, scope_of};
use posthaste_model::{Contact, phone};

use crate::fields::{Faults, Object};
use crate::problem::Code;
use crate::recipients::parse::{Fault, phone_fault};

/// A phone number with its country code, or a user id.
pub(crate) fn parse(text: &str) -> Result<Contact, Fault> {
    if is_user_id(text) {
        return Ok(Contact::new(text));
    }
    phone::parse(text).map_err(|error| (phone_fault(error).0, error.to_string()))
}

/// Whether a text has the form of a user id.
pub(crate) fn is_user_id(text: &str) -> bool {
    scope_of(text).is_some()
}

/// To whom a message of WhatsApp goes: `to` has a phone number, or `user_id` a user id.
pub(crate) fn addressee(object: &Object<'_, '_>, faults: &Faults) -> Option<Contact> {
    if !object.has("user_id") {
        let parsed = phone::parse(object.any_text("to")?);
        return parsed.map_err(|error| faults.push("/to", phone_fault(error).0, error.to_string())).ok();
    }
    if object.has("to") {
        faults.push("/user_id", Code::FieldInvalid, "to and user_id are there: write one of them");
        return None;
    }
    let text = object.any_text("user_id")?;
    if !is_user_id(text) {
        faults.push("/user_id", Code::FieldInvalid, user_id::FORM);
        return None;
    }
    Some(Contact::new(text))
}

/// The member of a message of WhatsApp that names this contact.
pub(crate) fn pointer(contact: &Contact) -> &'static str {
    if is_user_id(contact.as_str()) { "/user_id" } else { "/to" }
}
