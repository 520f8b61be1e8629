//! One element of `statuses` (Meta: webhooks/reference/messages/status).

use posthaste_model::lenient::{Elements, Object, Text};
use posthaste_model::phone::from_wa_id;
use posthaste_model::reader::Raw;
use posthaste_model::shape::filled_of;
use posthaste_model::whatsapp::{Identity, MetaError};
use posthaste_model::{Channel, Contact, Millis, SenderId, Status, StatusObserved, StatusReported, Wamid};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::{object, object_of};
use super::people::{People, identity};
use super::{Fault, moment};

/// What a status says.
#[derive(Deserialize)]
pub(super) struct Element<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
    /// What the status is of: `message`, or nothing, but for payments (Meta: payments/payments-in/pg).
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
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
    pricing: Option<Raw<'a>>,
    #[serde(borrow, default)]
    conversation: Option<Raw<'a>>,
    #[serde(borrow, default)]
    errors: Elements<Raw<'a>>,
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
    error_data: Option<Raw<'a>>,
}

#[derive(Deserialize)]
struct ErrorData<'a> {
    #[serde(borrow, default)]
    details: Text<'a>,
}

impl<'a> Element<'a> {
    /// Reads one status.
    pub(super) fn read(raw: &'a RawValue) -> Result<Self, Fault> {
        object(raw).map_err(|reason| Fault::new("malformed_status", reason))
    }

    /// What is told of it. `Ok(None)` is a status value that this version does not know, or one of something else than a message.
    pub(super) fn observed(
        &self,
        sender: &SenderId,
        people: &People<'_>,
        received_at: Millis,
    ) -> Result<Option<StatusObserved>, Fault> {
        let Some(id) = self.id.get() else {
            return Err(Fault::new("status_without_id", "a status names its message in `id`".to_owned()));
        };
        let Some(value) = self.status.get() else {
            return Err(Fault::new("status_without_value", "a status has its value in `status`".to_owned()));
        };
        let Some(status) = known(value).filter(|_| self.is_of_message()) else { return Ok(None) };
        let (contact, identity) = self.person(people);
        let (code, reason) = if status == Status::Failed { failure(&self.errors) } else { (None, None) };
        Ok(Some(StatusObserved {
            channel: Channel::Whatsapp,
            sender_id: sender.clone(),
            wamid: Wamid::new(id),
            status,
            at: moment(&self.timestamp, received_at),
            contact,
            identity,
            group_id: self.recipient_id.owned().filter(|_| self.is_of_group()),
            token: self.biz_opaque_callback_data.owned(),
            code,
            reason,
            errors: errors(&self.errors),
            pricing: self.pricing.map(|raw| raw.0.to_owned()),
            conversation: self.conversation.map(|raw| raw.0.to_owned()),
        }))
    }

    /// What is told of one whose value this version does not know; `raw` is all of it. `None` where it names no message.
    pub(super) fn reported(
        &self,
        sender: &SenderId,
        people: &People<'_>,
        received_at: Millis,
        raw: &str,
    ) -> Option<StatusReported> {
        let (id, value) = (self.id.get()?, self.status.owned()?);
        let (contact, identity) = self.person(people);
        Some(StatusReported {
            tenant_id: None,
            sender_id: sender.clone(),
            wamid: Wamid::new(id),
            status: value,
            at: moment(&self.timestamp, received_at),
            intent_id: None,
            attempt: None,
            callback_data: None,
            contact,
            identity,
            group_id: self.recipient_id.owned().filter(|_| self.is_of_group()),
            token: self.biz_opaque_callback_data.owned(),
            errors: Vec::new(),
            pricing: None,
            conversation: None,
            raw: Some(raw.to_owned()),
        })
    }

    /// A payment that failed is no message that did.
    fn is_of_message(&self) -> bool {
        self.kind.get().is_none_or(|kind| kind == "message")
    }

    fn is_of_group(&self) -> bool {
        self.recipient_type.get() == Some("group") || self.recipient_participant_id.get().is_some()
    }

    /// Whom the message went to. In a group only the participant's number says who it is.
    fn person(&self, people: &People<'_>) -> (Option<Contact>, Identity) {
        let untold = Text::default();
        let (number, user_id, parent) = if self.is_of_group() {
            (&self.recipient_participant_id, &untold, &untold)
        } else {
            (&self.recipient_id, &self.recipient_user_id, &self.recipient_parent_user_id)
        };
        let mut identity = identity(people.find(number, user_id), number, user_id, parent);
        identity.identity_key_hash = self.recipient_identity_key_hash.owned().or(identity.identity_key_hash);
        (number.get().or(user_id.get()).map(from_wa_id), identity)
    }
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
fn failure(errors: &Elements<Raw<'_>>) -> (Option<i64>, Option<String>) {
    let Elements::List(errors) = errors else { return (None, None) };
    let Some(error) = errors.iter().find_map(|raw| object_of::<ErrorElement<'_>>(raw.0).ok()) else {
        return (None, None);
    };
    let details = error.error_data.and_then(details);
    (error.code.number(), details.or_else(|| error.message.owned()).or_else(|| error.title.owned()))
}

/// Those that can be read.
fn errors(errors: &Elements<Raw<'_>>) -> Vec<MetaError> {
    let Elements::List(errors) = errors else { return Vec::new() };
    errors.iter().filter_map(|raw| filled_of(raw.0)).collect()
}

fn details(raw: Raw<'_>) -> Option<String> {
    if let Ok(Object(Some(data))) = serde_json::from_str::<Object<ErrorData<'_>>>(raw.0) {
        return data.details.owned();
    }
    serde_json::from_str::<Text<'_>>(raw.0).ok()?.owned()
}
