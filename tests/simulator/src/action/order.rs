//! The small orders: what each needs to be told, and what it does.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Outcome, Refusal, known_number};
use crate::management::groups;
use crate::options::MillisRange;
use crate::template::{Quality, TemplateEvent};
use crate::wamid::Recipient;
use crate::world::World;

/// Members of a JSON object.
pub(crate) type Members = Map<String, Value>;

/// Something happened to a template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateOrder {
    name: String,
    language: String,
    event: TemplateEvent,
    /// Without a webhook: as if it had been lost.
    #[serde(default)]
    silent: bool,
}

impl TemplateOrder {
    /// That it can be used again, told as the order is.
    pub(super) fn approved(self) -> Self {
        Self { event: TemplateEvent::Approved, ..self }
    }

    pub(super) fn apply(self, world: &World) -> Outcome {
        let Self { name, language, event, silent } = self;
        if world.change_template(&name, &language, event, silent) {
            return Ok(json!({"name": name, "language": language, "event": event}));
        }
        Err(unknown_template(&name, &language))
    }
}

/// People's opinion of a template has changed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QualityOrder {
    name: String,
    language: String,
    score: Quality,
}

impl QualityOrder {
    pub(super) fn apply(self, world: &World) -> Outcome {
        let Self { name, language, score } = self;
        if world.rate_template(&name, &language, score) {
            return Ok(json!({"name": name, "language": language, "score": score}));
        }
        Err(unknown_template(&name, &language))
    }
}

fn unknown_template(name: &str, language: &str) -> Refusal {
    let reason = format!("template {name} in {language} does not exist; give it with --template, or create it");
    Refusal(StatusCode::NOT_FOUND, reason)
}

/// A change of any field, as it is to be posted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeOrder {
    pub(super) field: String,
    pub(super) value: Members,
    pub(super) number: Option<String>,
    pub(super) entry: Option<String>,
}

/// Where webhooks go from now on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallbackOrder {
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) verify: bool,
}

/// Meta's code that every send is refused with from now on.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusalOrder {
    pub(super) code: Option<u32>,
}

/// How long answers take from now on, in milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LatencyOrder {
    min: u32,
    max: u32,
}

impl LatencyOrder {
    pub(super) fn current(world: &World) -> Self {
        let MillisRange { min, max } = *world.latency.read();
        Self { min, max }
    }

    pub(super) fn check(self) -> Result<(), String> {
        if self.min > self.max {
            return Err("latency: min must not exceed max".to_owned());
        }
        Ok(())
    }

    pub(super) fn apply(self, world: &World) -> Outcome {
        self.check()?;
        *world.latency.write() = MillisRange::new(self.min, self.max);
        Ok(json!({"min": self.min, "max": self.max}))
    }
}

/// Whether a person wants marketing.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Preference {
    Stop,
    Resume,
}

/// A person stops or resumes the marketing of a number (Meta: webhooks/reference/user_preferences).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptOutOrder {
    pub(super) number: String,
    from: String,
    #[serde(default = "stop")]
    value: Preference,
}

fn stop() -> Preference {
    Preference::Stop
}

impl OptOutOrder {
    pub(super) fn apply(self, world: &World) -> Outcome {
        let number = known_number(world, &self.number)?;
        let person = phone(&self.from)?;
        let is_stopped = matches!(self.value, Preference::Stop);
        world.prefer(number, person, is_stopped);
        Ok(json!({"from": person.to_string(), "value": if is_stopped { "stop" } else { "resume" }}))
    }
}

/// A person follows the link of a group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupJoinOrder {
    group: String,
    from: String,
}

impl GroupJoinOrder {
    pub(super) fn apply(self, world: &World) -> Outcome {
        let person = phone(&self.from)?;
        let request = groups::join(world, &self.group, person)?;
        Ok(json!({ "wa_id": person.to_string(), "join_request_id": request }))
    }
}

/// The digits of a person's phone number.
///
/// # Errors
/// 400 when it is none.
pub(super) fn phone(from: &str) -> Result<u64, Refusal> {
    match Recipient::phone(from) {
        Some(Recipient::Phone(phone)) => Ok(phone),
        _ => Err(Refusal::from(format!("from: `{from}` is not a phone number"))),
    }
}

/// Whether webhooks are kept back.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhooksOrder {
    held: bool,
}

impl WebhooksOrder {
    pub(super) fn current(world: &World) -> Self {
        Self { held: world.schedule.is_held() }
    }

    pub(super) fn apply(self, world: &World) -> Value {
        world.schedule.hold(self.held);
        json!({ "held": self.held, "pending": world.schedule.pending() })
    }
}
