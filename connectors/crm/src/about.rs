//! What an event of an account is about: that decides whom it may be told to.

use posthaste_model::shape::Members;
use posthaste_model::whatsapp::Update;
use posthaste_model::{AccountUpdated, EventType, LimitsChanged, SenderId, TemplateChanged, UnknownUpdate, WabaId};
use serde_json::value::RawValue;

/// What Meta calls a number among the things that an alert can be about (Meta: webhooks/reference/account_alerts).
const ENTITY_NUMBER: &str = "PHONE_NUMBER";

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum About {
    /// A number, by its id: its people, its calls, its name.
    Number(SenderId),
    /// A number of the account, by its digits.
    Digits(String),
    /// What is the same for all numbers of the account: its templates, its limits, its bans.
    Everybody,
    /// Something in the account of which nobody can say whose it is.
    Something,
}

/// What an event of `accounts.v1` is about, and in which account; `None` for other events, and for a piece of a webhook that this
/// version does not know, since the number that stood beside it is not among the piece.
pub(crate) fn read(event_type: &str, event: &[u8]) -> serde_json::Result<Option<(WabaId, About)>> {
    Ok(match EventType::parse(event_type) {
        Some(EventType::TemplateChanged) => {
            Some((serde_json::from_slice::<TemplateChanged>(event)?.waba_id, About::Everybody))
        }
        Some(EventType::LimitsChanged) => {
            let changed: LimitsChanged = serde_json::from_slice(event)?;
            Some((changed.waba_id, changed.number.map_or(About::Everybody, About::Digits)))
        }
        Some(EventType::AccountUpdated) => {
            let updated: AccountUpdated = serde_json::from_slice(event)?;
            let about = updated.sender_id.map_or_else(|| of_update(&updated.update), About::Number);
            Some((updated.waba_id, about))
        }
        Some(EventType::UnknownUpdate) => {
            let unknown: UnknownUpdate = serde_json::from_slice(event)?;
            let raw: &RawValue = serde_json::from_str(&unknown.raw)?;
            value_of(raw).map(|value| (unknown.waba_id, of_value(&value)))
        }
        _ => None,
    })
}

/// What an update is about that names no number by its id.
fn of_update(update: &Update) -> About {
    let shown = match update {
        Update::NumberQuality(own) => &own.display_phone_number,
        Update::NumberName(own) => &own.display_phone_number,
        Update::Security(own) => &own.display_phone_number,
        Update::BusinessUsername(own) => &own.display_phone_number,
        Update::Alert(own) if own.entity_type.as_deref() == Some(ENTITY_NUMBER) => {
            return own.entity_id.as_deref().map_or(About::Something, |id| About::Number(SenderId::new(id)));
        }
        Update::TemplateQuality(_)
        | Update::TemplateComponents(_)
        | Update::TemplateCategory(_)
        | Update::Account(_)
        | Update::Review(_)
        | Update::Capability(_) => return About::Everybody,
        _ => return About::Something,
    };
    shown.as_deref().map_or(About::Something, |shown| About::Digits(digits(shown)))
}

/// What the `value` of a change is about that this version does not know.
fn of_value(value: &Members<'_>) -> About {
    let id = value.object("metadata").and_then(|metadata| metadata.get::<Option<String>>("phone_number_id"));
    let shown = || value.get::<Option<String>>("display_phone_number");
    match id {
        Some(id) => About::Number(SenderId::new(id)),
        None => shown().map_or(About::Something, |shown| About::Digits(digits(&shown))),
    }
}

/// The `value` of a change; `None` where the text is none, but an element of a list of a change.
pub(crate) fn value_of(raw: &RawValue) -> Option<Members<'_>> {
    let change = Members::of(raw)?;
    change.get::<Option<String>>("field")?;
    change.object("value")
}

/// The digits of a number, however it is written.
pub(crate) fn digits(shown: &str) -> String {
    shown.chars().filter(char::is_ascii_digit).collect()
}
