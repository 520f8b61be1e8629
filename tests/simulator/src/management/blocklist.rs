//! People whom a number blocks (Meta: whatsapp/block-users).

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parsed;
use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;
use crate::listing;
use crate::wamid::Recipient;

/// Most people in one request.
const USERS_MAX: usize = 1_000;

#[derive(Deserialize)]
struct Order {
    block_users: Vec<User>,
}

#[derive(Deserialize)]
struct User {
    user: String,
}

/// The people of an order: as they were written, and their digits where they are numbers.
fn people(call: &Call<'_>) -> Result<Vec<(String, Option<u64>)>, GraphError> {
    let Order { block_users } = parsed(call)?;
    if block_users.is_empty() || block_users.len() > USERS_MAX {
        return Err(GraphError::parameter(format!("block_users: give 1 to {USERS_MAX} people.")));
    }
    let digits = |user: &str| match Recipient::phone(user) {
        Some(Recipient::Phone(digits)) => Some(digits),
        _ => None,
    };
    Ok(block_users
        .into_iter()
        .map(|User { user }| (digits(&user), user))
        .map(|(digits, user)| (user, digits))
        .collect())
}

fn told(input: &str, digits: u64) -> Value {
    json!({ "input": input, "wa_id": digits.to_string() })
}

/// `POST /{phone-number-id}/block_users`: those who wrote to the number within 24 hours are blocked, the others are told as failed.
///
/// # Errors
/// 100 when the body names nobody or too many.
pub(super) fn block(call: &Call<'_>, number: u16) -> Outcome {
    let (mut added, mut failed) = (Vec::new(), Vec::new());
    for (input, digits) in people(call)? {
        match digits.filter(|digits| call.world.has_written(number, *digits)) {
            Some(digits) => {
                call.world.management.with(number, |own| own.blocked.insert(digits));
                added.push(told(&input, digits));
            }
            None => failed
                .push(json!({ "input": input, "errors": [{ "code": 131_047, "message": "Re-engagement message",
                "error_data": { "details": "The person has not written within 24 hours." } }] })),
        }
    }
    let mut users = json!({ "added_users": added });
    if !failed.is_empty() {
        users["failed_users"] = failed.into();
    }
    Ok(answer::ok(&json!({ "messaging_product": "whatsapp", "block_users": users })))
}

/// `DELETE /{phone-number-id}/block_users`.
///
/// # Errors
/// 100 when the body names nobody or too many.
pub(super) fn unblock(call: &Call<'_>, number: u16) -> Outcome {
    let people = people(call)?;
    let removed = call.world.management.with(number, |own| {
        let known = people.iter().filter_map(|(input, digits)| Some((input, (*digits)?)));
        known
            .filter(|(_, digits)| own.blocked.remove(digits))
            .map(|(input, digits)| told(input, digits))
            .collect::<Vec<_>>()
    });
    let users = json!({ "removed_users": removed });
    Ok(answer::ok(&json!({ "messaging_product": "whatsapp", "block_users": users })))
}

/// `GET /{phone-number-id}/block_users`.
///
/// # Errors
/// 100 when a parameter of the query is wrong.
pub(super) fn list(call: &Call<'_>, number: u16) -> Outcome {
    let blocked = call.world.management.with(number, |own| own.blocked.clone());
    let shown = |digits: u64| {
        Map::from_iter([
            ("messaging_product".to_owned(), "whatsapp".into()),
            ("wa_id".to_owned(), digits.to_string().into()),
        ])
    };
    let people = blocked.into_iter().map(|digits| (digits, shown(digits))).collect();
    listing::page(call, people, &["messaging_product", "wa_id"]).map(|page| answer::ok(&page))
}
