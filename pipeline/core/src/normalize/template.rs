//! The field `message_template_status_update` (Meta: webhooks/reference/message_template_status_update).

use posthaste_model::lenient::{Object, Text};
use posthaste_model::{Millis, TemplateChanged, TemplateStatus, WabaId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Fault;
use super::envelope::object;

/// What Meta writes where there is no reason.
const NO_REASON: &str = "NONE";

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow, default)]
    value: Object<Value<'a>>,
}

#[derive(Deserialize)]
struct Value<'a> {
    #[serde(borrow, default)]
    event: Text<'a>,
    #[serde(borrow, default)]
    message_template_name: Text<'a>,
    #[serde(borrow, default)]
    message_template_language: Text<'a>,
    #[serde(borrow, default)]
    reason: Text<'a>,
    #[serde(borrow, default)]
    rejection_info: Object<RejectionInfo<'a>>,
    #[serde(borrow, default)]
    other_info: Object<OtherInfo<'a>>,
}

/// Why a review refused the template, in words.
#[derive(Deserialize)]
struct RejectionInfo<'a> {
    #[serde(borrow, default)]
    reason: Text<'a>,
}

/// Why the template was paused or disabled.
#[derive(Deserialize)]
struct OtherInfo<'a> {
    #[serde(borrow, default)]
    title: Text<'a>,
}

/// Reads a whole change.
pub(super) fn read(raw: &RawValue, waba: WabaId, at: Millis) -> Result<TemplateChanged, Fault> {
    let fault = |reason: &str| Fault::new("malformed_template", reason.to_owned());
    let change: Change<'_> = object(raw).map_err(|reason| fault(&reason))?;
    let value = change.value.0.ok_or_else(|| fault("`value` is not an object"))?;
    let name = value.message_template_name.owned().ok_or_else(|| fault("`message_template_name` is missing"))?;
    let language =
        value.message_template_language.get().ok_or_else(|| fault("`message_template_language` is missing"))?;
    let event = value.event.owned().ok_or_else(|| fault("`event` is missing"))?;
    Ok(TemplateChanged {
        waba_id: waba,
        name,
        language: language.replace('-', "_"),
        status: TemplateStatus::after_event(&event),
        reason: reason(&value),
        event,
        at,
        raw: raw.get().to_owned(),
    })
}

fn reason(value: &Value<'_>) -> Option<String> {
    let rejected = || value.rejection_info.0.as_ref().and_then(|info| info.reason.owned());
    let other = || value.other_info.0.as_ref().and_then(|info| info.title.owned());
    value.reason.owned().filter(|reason| reason != NO_REASON).or_else(rejected).or_else(other)
}
