//! What became of a message, asked for afterwards (Meta: the message history of the OpenAPI file).

use serde_json::{Value, json};

use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;
use crate::ledger::Report;
use crate::listing;
use crate::subscription::{APP, Place};
use crate::wamid;

/// Ids of histories begin here; the rest is the message's index.
const FIRST_ID: u64 = 9_000_000_000_000_000;

/// Fields of a history.
const FIELDS: [&str; 3] = ["id", "message_id", "events"];

/// `GET /{phone-number-id}/message_history?message_id=…`.
///
/// # Errors
/// 100 when no id is given.
pub(crate) fn find(call: &Call<'_>, number: u16) -> Outcome {
    let wanted = call.query.get("message_id");
    let wanted = wanted.ok_or_else(|| GraphError::parameter("The parameter message_id is required."))?;
    let index = wamid::outbound_index(call.world.seed, wanted);
    let reports = index.and_then(|index| Some((index, call.world.reports(number, index, wanted)?)));
    let histories = reports.map(|(index, reports)| {
        let history = json!({
            "id": (FIRST_ID + index).to_string(),
            "message_id": wanted,
            "events": { "data": events(call, number, index, &reports) },
        });
        (index, history.as_object().cloned().unwrap_or_default())
    });
    listing::page(call, histories.into_iter().collect(), &FIELDS).map(|page| answer::ok(&page))
}

/// `GET /{message-history-id}/events?status_filter=…`.
///
/// # Errors
/// 100 when there is no such history.
pub(crate) fn list(call: &Call<'_>, id: &str) -> Outcome {
    let index = id.parse::<u64>().ok().and_then(|id| id.checked_sub(FIRST_ID));
    let found = index.and_then(|index| Some((index, call.world.reports_of(index)?)));
    let (index, (number, reports)) = found.ok_or_else(|| GraphError::no_node(id))?;
    let filter = call.query.get("status_filter");
    let mut events = events(call, number, index, &reports);
    events.retain(|event| filter.is_none_or(|filter| event["delivery_status"] == filter));
    Ok(answer::ok(&json!({ "data": events })))
}

fn events(call: &Call<'_>, number: u16, index: u64, reports: &[Report]) -> Vec<Value> {
    let callback = call.world.callback_of(Place::Number(number)).map(|uri| uri.to_string());
    let event = |(place, report): (u64, &Report)| {
        json!({
            "id": format!("{}{place}", FIRST_ID + index),
            "delivery_status": report.status,
            "timestamp": report.at_unix_s,
            "webhook_update_state": report.state,
            "application": { "id": APP },
            "webhook_uri": callback,
        })
    };
    (0..).zip(reports).map(event).collect()
}
