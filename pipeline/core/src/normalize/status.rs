//! One element of `statuses` (Meta: webhooks/reference/messages/status).

use posthaste_model::lenient::{Object, Text};
use posthaste_model::phone::from_wa_id;
use posthaste_model::{Millis, SenderId, Status, StatusObserved, Wamid};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::{Elements, object};
use super::{Fault, moment};

#[derive(Deserialize)]
struct Element<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(borrow, default)]
    recipient_id: Text<'a>,
    #[serde(borrow, default)]
    recipient_user_id: Text<'a>,
    /// The person, where `recipient_id` is a group.
    #[serde(borrow, default)]
    recipient_participant_id: Text<'a>,
    #[serde(borrow, default)]
    biz_opaque_callback_data: Text<'a>,
    #[serde(borrow, default)]
    pricing: Option<&'a RawValue>,
    #[serde(borrow, default)]
    errors: Elements<'a>,
}

#[derive(Deserialize)]
struct MetaError<'a> {
    #[serde(borrow, default)]
    code: Text<'a>,
    #[serde(borrow, default)]
    title: Text<'a>,
    #[serde(borrow, default)]
    message: Text<'a>,
    /// An object with `details`; sometimes a plain string.
    #[serde(borrow, default)]
    error_data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ErrorData<'a> {
    #[serde(borrow, default)]
    details: Text<'a>,
}

/// Reads one status. `Ok(None)` is a status value that this version does not know.
pub(super) fn read(raw: &RawValue, sender: &SenderId, received_at: Millis) -> Result<Option<StatusObserved>, Fault> {
    let element: Element<'_> = object(raw).map_err(|reason| Fault::new("malformed_status", reason))?;
    let Some(id) = element.id.get() else {
        return Err(Fault::new("status_without_id", "a status names its message in `id`".to_owned()));
    };
    let Some(value) = element.status.get() else {
        return Err(Fault::new("status_without_value", "a status has its value in `status`".to_owned()));
    };
    let Some(status) = known(value) else { return Ok(None) };
    let person = [&element.recipient_participant_id, &element.recipient_id, &element.recipient_user_id];
    let (code, reason) = if status == Status::Failed { failure(&element.errors) } else { (None, None) };
    Ok(Some(StatusObserved {
        sender_id: sender.clone(),
        wamid: Wamid::new(id),
        status,
        at: moment(&element.timestamp, received_at),
        contact: person.iter().find_map(|text| text.get()).map(from_wa_id),
        token: element.biz_opaque_callback_data.owned(),
        code,
        reason,
        pricing: element.pricing.map(|raw| raw.get().to_owned()),
    }))
}

/// The values that Meta documents for messages. Ours, such as `accepted`, are not among them.
fn known(value: &str) -> Option<Status> {
    match value {
        "sent" => Some(Status::Sent),
        "delivered" => Some(Status::Delivered),
        "read" => Some(Status::Read),
        "played" => Some(Status::Played),
        "failed" => Some(Status::Failed),
        _ => None,
    }
}

/// Code and words of the first error that can be read.
fn failure(errors: &Elements<'_>) -> (Option<i64>, Option<String>) {
    let Elements::List(errors) = errors else { return (None, None) };
    let Some(error) = errors.iter().find_map(|raw| object::<MetaError<'_>>(raw).ok()) else { return (None, None) };
    let details = error.error_data.and_then(details);
    (error.code.number(), details.or_else(|| error.message.owned()).or_else(|| error.title.owned()))
}

fn details(raw: &RawValue) -> Option<String> {
    if let Ok(Object(Some(data))) = serde_json::from_str::<Object<ErrorData<'_>>>(raw.get()) {
        return data.details.owned();
    }
    serde_json::from_str::<Text<'_>>(raw.get()).ok()?.owned()
}
