//! What people do with a page.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::order::Members;
use super::{Outcome, Refusal};
use crate::page::edge;
use crate::world::World;

/// Longest id of a person.
const PERSON_CHARS: usize = 64;

/// Somebody writes to a page, taps a button, reacts, or does whatever else has an event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageInboundOrder {
    pub(super) page: String,
    from: String,
    /// A message of this text; or
    text: Option<String>,
    /// an event of any kind: one member, such as `message`, `postback` or `reaction`.
    event: Option<Members>,
    /// Another app owns the conversation.
    #[serde(default)]
    standby: bool,
}

impl PageInboundOrder {
    pub(super) fn apply(self, world: &World) -> Outcome {
        let page = known_page(world, &self.page)?;
        if self.from.is_empty() || self.from.len() > PERSON_CHARS {
            return Err(Refusal::from(format!("from: give an id of 1 to {PERSON_CHARS} characters")));
        }
        let wrong = || Refusal::from("give either `text`, or an `event` of one member".to_owned());
        let event = match (self.text, self.event) {
            (Some(text), None) => ("message".to_owned(), json!({ "text": text })),
            (None, Some(event)) if event.len() == 1 => event.into_iter().next().ok_or_else(wrong)?,
            _ => return Err(wrong()),
        };
        let full =
            |_| Refusal(StatusCode::INSUFFICIENT_STORAGE, "too many people have written to this page".to_owned());
        let mid = edge::receive(world, page, &self.from, event, self.standby).map_err(full)?;
        Ok(json!({ "mid": mid }))
    }
}

/// Whether a person takes messages from a page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PagePersonOrder {
    pub(super) page: String,
    person: String,
    available: bool,
}

impl PagePersonOrder {
    pub(super) fn reversal(&self) -> Self {
        Self { available: !self.available, ..self.clone() }
    }

    pub(super) fn apply(self, world: &World) -> Result<Value, Refusal> {
        let page = known_page(world, &self.page)?;
        if world.pages.page(page).set_available(&self.person, self.available) {
            return Ok(json!({ "person": self.person, "available": self.available }));
        }
        let reason = format!("person: {} has not written to the page {}", self.person, self.page);
        Err(Refusal(StatusCode::NOT_FOUND, reason))
    }
}

pub(super) fn unknown_page(id: &str) -> String {
    format!("page: {id} is not simulated; give it with --page")
}

fn known_page(world: &World, id: &str) -> Result<u16, Refusal> {
    world.pages.find(id).ok_or_else(|| Refusal(StatusCode::NOT_FOUND, unknown_page(id)))
}
