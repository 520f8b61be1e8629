//! What an account manages beside messages, templates and files: the registration of its numbers, their profiles, whom they block
//! and know, their groups, and examples for templates.

mod blocklist;
mod contacts;
pub(crate) mod groups;
mod profile;
mod registration;
pub(crate) mod sessions;

use std::collections::{BTreeSet, HashMap, VecDeque};

use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::answer::Outcome;
use crate::call::Call;
use crate::error::GraphError;

/// What is managed of the account and of each number, by the number's index.
#[derive(Debug, Default)]
pub(crate) struct Management {
    numbers: Mutex<HashMap<u16, Number>>,
    /// When people were taken out of the contact book last, by user id, in unix milliseconds.
    forgotten: Mutex<HashMap<String, u64>>,
    pub(crate) sessions: sessions::Sessions,
    groups: groups::Groups,
}

/// What is managed of a number.
#[derive(Debug, Default)]
struct Number {
    /// Its PIN, once one was set.
    pin: Option<String>,
    is_deregistered: bool,
    is_code_asked: bool,
    /// What of its phone was asked for: each can be once.
    app_data: BTreeSet<String>,
    /// When it was registered or deregistered, oldest first.
    registrations: VecDeque<u64>,
    /// Until when it cannot be registered or deregistered, after too many of either.
    locked_until: Option<u64>,
    profile: Map<String, Value>,
    /// Digits of the people whom it blocks.
    blocked: BTreeSet<u64>,
}

impl Management {
    fn with<T>(&self, number: u16, work: impl FnOnce(&mut Number) -> T) -> T {
        work(self.numbers.lock().entry(number).or_default())
    }

    /// Remembers the PIN of a number.
    pub(crate) fn set_pin(&self, number: u16, pin: String) {
        self.with(number, |own| own.pin = Some(pin));
    }

    /// Whether messages can be sent from a number.
    ///
    /// # Errors
    /// 133010 when it was deregistered.
    pub(crate) fn check_registered(&self, number: u16) -> Result<(), GraphError> {
        let numbers = self.numbers.lock();
        if numbers.get(&number).is_some_and(|own| own.is_deregistered) {
            return Err(GraphError::of_registration(133_010, "Phone number not registered", "Register it first."));
        }
        Ok(())
    }
}

/// A call about a number; `None` where its edge is not one of these.
pub(crate) fn of_number(call: &Call<'_>, number: u16, edge: &str) -> Option<Outcome> {
    Some(match (call.method.as_str(), edge) {
        ("POST", "register") => registration::register(call, number),
        ("POST", "deregister") => registration::deregister(call, number),
        ("POST", "request_code") => registration::request_code(call, number),
        ("POST", "verify_code") => registration::verify_code(call, number),
        ("POST", "smb_app_data") => registration::app_data(call, number),
        ("GET", "whatsapp_business_profile") => profile::describe(call, number),
        ("POST", "whatsapp_business_profile") => profile::change(call, number),
        ("GET", "block_users") => blocklist::list(call, number),
        ("POST", "block_users") => blocklist::block(call, number),
        ("DELETE", "block_users") => blocklist::unblock(call, number),
        ("DELETE", "contact_book") => contacts::forget(call),
        ("GET", "groups") => groups::list(call, number),
        ("POST", "groups") => groups::create(call, number),
        _ => return None,
    })
}

/// The body of a call, which must name the product if it is not empty.
fn parsed<T: DeserializeOwned>(call: &Call<'_>) -> Result<T, GraphError> {
    let wrong = |error: serde_json::Error| GraphError::parameter(format!("The body is not what is needed: {error}"));
    let body: Value = serde_json::from_slice(call.body).map_err(wrong)?;
    if body["messaging_product"] != "whatsapp" {
        return Err(GraphError::parameter("The parameter messaging_product is required and must be `whatsapp`."));
    }
    serde_json::from_value(body).map_err(wrong)
}
