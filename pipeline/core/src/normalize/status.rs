//! One element of `statuses` (Meta: webhooks/reference/messages/status).

use posthaste_model::lenient::{Object, Text};
use posthaste_model::phone::from_wa_id;
use posthaste_model::shape::filled;
use posthaste_model::whatsapp::{Identity, MetaError};
use posthaste_model::{Contact, Millis, SenderId, Status, StatusObserved, Wamid};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::{Elements, object};
use super::message::People;
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
    #[serde(borrow, default)]
    recipient_parent_user_id: Text<'a>,
    #[serde(borrow, default)]
    recipient_identity_key_hash: Text<'a>,
    /// `group` where `recipient_id` is one.
    #[serde(borrow, default)]
    recipient_type: Text<'a>,
    /// The person, where `recipient_id` is a group.
    #[serde(borrow, default)]
    recipient_participant_id: Text<'a>,
    #[serde(borrow, default)]
    biz_opaque_callback_data: Text<'a>,
    #[serde(borrow, default)]
    pricing: Option<&'a RawValue>,
    #[serde(borrow, default)]
    conversation: Option<&'a RawValue>,
    #[serde(borrow, default)]
    errors: Elements<'a>,
}

#[derive(Deserialize)]
struct ErrorElement<'a> {
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

impl Element<'_> {
    fn is_of_group(&self) -> bool {
        self.recipient_type.get() == Some("group") || self.recipient_participant_id.get().is_some()
    }

    /// Whom the message went to. In a group only the participant's number says who it is.
    fn person(&self, people: &People) -> (Option<Contact>, Identity) {
        let untold = Text::default();
        let (number, user_id, parent) = if self.is_of_group() {
            (&self.recipient_participant_id, &untold, &untold)
        } else {
            (&self.recipient_id, &self.recipient_user_id, &self.recipient_parent_user_id)
        };
        let mut identity = people.of(number, user_id, parent).identity;
        identity.identity_key_hash = self.recipient_identity_key_hash.owned().or(identity.identity_key_hash);
        (number.get().or(user_id.get()).map(from_wa_id), identity)
    }
}

/// Reads one status. `Ok(None)` is a status value that this version does not know.
pub(super) fn read(
    raw: &RawValue,
    sender: &SenderId,
    people: &People,
    received_at: Millis,
) -> Result<Option<StatusObserved>, Fault> {
    let element: Element<'_> = object(raw).map_err(|reason| Fault::new("malformed_status", reason))?;
    let Some(id) = element.id.get() else {
        return Err(Fault::new("status_without_id", "a status names its message in `id`".to_owned()));
    };
    let Some(value) = element.status.get() else {
        return Err(Fault::new("status_without_value", "a status has its value in `status`".to_owned()));
    };
    let Some(status) = known(value) else { return Ok(None) };
    let (contact, identity) = element.person(people);
    let (code, reason) = if status == Status::Failed { failure(&element.errors) } else { (None, None) };
    Ok(Some(StatusObserved {
        contact,
        identity,
        group_id: element.recipient_id.owned().filter(|_| element.is_of_group()),
        token: element.biz_opaque_callback_data.owned(),
        code,
        reason,
        errors: errors(&element.errors),
        pricing: element.pricing.map(|raw| raw.get().to_owned()),
        conversation: element.conversation.map(|raw| raw.get().to_owned()),
        ..StatusObserved::new(sender.clone(), Wamid::new(id), status, moment(&element.timestamp, received_at))
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
    let Some(error) = errors.iter().find_map(|raw| object::<ErrorElement<'_>>(raw).ok()) else { return (None, None) };
    let details = error.error_data.and_then(details);
    (error.code.number(), details.or_else(|| error.message.owned()).or_else(|| error.title.owned()))
}

/// Those that can be read.
fn errors(errors: &Elements<'_>) -> Vec<MetaError> {
    let Elements::List(errors) = errors else { return Vec::new() };
    errors.iter().filter_map(|raw| filled(raw)).collect()
}

fn details(raw: &RawValue) -> Option<String> {
    if let Ok(Object(Some(data))) = serde_json::from_str::<Object<ErrorData<'_>>>(raw.get()) {
        return data.details.owned();
    }
    serde_json::from_str::<Text<'_>>(raw.get()).ok()?.owned()
}
