//! People, as callers name them: by phone number or by business-scoped user id.

use posthaste_model::user_id::{self, scope_of};
use posthaste_model::{Contact, group, phone};

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

/// Members of a message of WhatsApp that name its recipient otherwise than by a number.
pub(crate) const OTHER_MEMBERS: [&str; 2] = ["user_id", "group_id"];

/// To whom a message of WhatsApp goes: `to` has a phone number, or `user_id` a user id, or `group_id` the id of a group.
pub(crate) fn addressee(object: &Object<'_, '_>, faults: &Faults) -> Option<Contact> {
    let there: Vec<&str> = OTHER_MEMBERS.into_iter().filter(|name| object.has(name)).collect();
    let name = match there[..] {
        [] => {
            let parsed = phone::parse(object.any_text("to")?);
            return parsed.map_err(|error| faults.push("/to", phone_fault(error).0, error.to_string())).ok();
        }
        [name] if !object.has("to") => name,
        [name, ..] => {
            let detail = "more than one of to, user_id and group_id is there: write one of them";
            faults.push(format!("/{name}"), Code::FieldInvalid, detail);
            return None;
        }
    };
    let text = object.any_text(name)?;
    let (contact, form) = match name {
        "group_id" => (group::contact(text), group::FORM),
        _ => (is_user_id(text).then(|| Contact::new(text)), user_id::FORM),
    };
    if contact.is_none() {
        faults.push(format!("/{name}"), Code::FieldInvalid, form);
    }
    contact
}

/// The member of a message of WhatsApp that names this contact.
pub(crate) fn pointer(contact: &Contact) -> &'static str {
    match group::id(contact) {
        Some(_) => "/group_id",
        None if is_user_id(contact.as_str()) => "/user_id",
        None => "/to",
    }
}

/// Whether a one-time password can be sent to it (Meta: error 131062; groups/groups-messaging).
pub(crate) fn takes_passwords(contact: &Contact) -> bool {
    pointer(contact) == "/to"
}
