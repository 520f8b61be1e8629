//! Message templates: which exist, what they take, and whether they may be used.

use std::collections::HashMap;
use std::str::FromStr;

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use crate::error::GraphError;
use crate::script::mix;

/// A template; written `NAME:LANG:PARAMS`, or `NAME:LANG:PARAMS:NAMED=a,b` when its body parameters have names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSpec {
    /// Name: lower-case letters, digits and `_`.
    pub name: String,
    /// Language code as the send API writes it, such as `en_US`.
    pub language: String,
    /// Number of parameters of the body.
    pub params: usize,
    /// Names of the body parameters; empty for a positional template.
    pub named: Vec<String>,
}

impl TemplateSpec {
    /// A template with `params` positional body parameters.
    #[must_use]
    pub fn new(name: impl Into<String>, language: impl Into<String>, params: usize) -> Self {
        Self { name: name.into(), language: language.into(), params, named: Vec::new() }
    }
}

impl FromStr for TemplateSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |reason: &str| format!("`{text}`: {reason}; write NAME:LANG:PARAMS[:NAMED=a,b]");
        let mut parts = text.split(':');
        let (Some(name), Some(language), Some(params)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong("name, language and number of parameters are needed"));
        };
        if name.is_empty() || !name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
            return Err(wrong("the name must be of a-z, 0-9 and _"));
        }
        if language.is_empty() {
            return Err(wrong("the language is empty"));
        }
        let mut template =
            Self::new(name, language, params.parse().map_err(|_| wrong("the number of parameters is not a number"))?);
        if let Some(names) = parts.next() {
            let names =
                names.strip_prefix("NAMED=").ok_or_else(|| wrong("what follows the number must begin with NAMED="))?;
            template.named = names.split(',').map(str::to_owned).collect();
            if template.named.len() != template.params || template.named.iter().any(String::is_empty) {
                return Err(wrong("give as many names as parameters"));
            }
        }
        if parts.next().is_some() {
            return Err(wrong("there are too many parts"));
        }
        Ok(template)
    }
}

/// What happened to a template (Meta: webhooks/reference/message_template_status_update).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the values are Meta's words")]
pub(crate) enum TemplateEvent {
    Approved,
    Rejected,
    Pending,
    Paused,
    Disabled,
    Flagged,
    Reinstated,
    InAppeal,
    LimitExceeded,
    Locked,
    Deleted,
    PendingDeletion,
    Archived,
    Unarchived,
}

/// Whether a template may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Usable,
    Paused,
    Disabled,
    Absent,
}

impl TemplateEvent {
    /// What the event makes of the template; `None` leaves it as it is.
    fn standing(self) -> Option<Standing> {
        match self {
            Self::Approved | Self::Reinstated | Self::Unarchived => Some(Standing::Usable),
            Self::Paused => Some(Standing::Paused),
            Self::Disabled | Self::Locked => Some(Standing::Disabled),
            Self::Rejected | Self::Pending | Self::Deleted | Self::Archived => Some(Standing::Absent),
            Self::Flagged | Self::InAppeal | Self::LimitExceeded | Self::PendingDeletion => None,
        }
    }
}

#[derive(Debug)]
struct Entry {
    spec: TemplateSpec,
    id: u64,
    standing: Standing,
}

/// The templates of the account. A name has few languages, so that a scan finds the right one.
#[derive(Debug)]
pub(crate) struct Catalogue {
    entries: RwLock<HashMap<String, Vec<Entry>>>,
}

impl Catalogue {
    pub(crate) fn new(seed: u64, specs: &[TemplateSpec]) -> Self {
        let mut entries: HashMap<String, Vec<Entry>> = HashMap::new();
        for (index, spec) in specs.iter().enumerate() {
            // Template ids have 15 or 16 digits today.
            let id = 100_000_000_000_000 + mix(seed, index as u64) % 900_000_000_000_000;
            let entry = Entry { spec: spec.clone(), id, standing: Standing::Usable };
            entries.entry(spec.name.clone()).or_default().push(entry);
        }
        Self { entries: RwLock::new(entries) }
    }

    /// Applies `check` to a usable template, or says why it cannot be used.
    pub(crate) fn usable(
        &self,
        name: &str,
        language: &str,
        check: impl FnOnce(&TemplateSpec) -> Result<(), GraphError>,
    ) -> Result<(), GraphError> {
        let entries = self.entries.read();
        let entry = entries.get(name).and_then(|all| all.iter().find(|entry| entry.spec.language == language));
        match entry.map(|entry| (entry.standing, entry)) {
            Some((Standing::Usable, entry)) => check(&entry.spec),
            Some((Standing::Paused, _)) => Err(GraphError::template_paused(name)),
            Some((Standing::Disabled, _)) => Err(GraphError::template_disabled(name)),
            Some((Standing::Absent, _)) | None => Err(GraphError::no_template(name, language)),
        }
    }

    /// Records an event; the template's id, or `None` when there is no such template.
    pub(crate) fn apply(&self, name: &str, language: &str, event: TemplateEvent) -> Option<u64> {
        let mut entries = self.entries.write();
        let entry = entries.get_mut(name)?.iter_mut().find(|entry| entry.spec.language == language)?;
        entry.standing = event.standing().unwrap_or(entry.standing);
        Some(entry.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_template_is_read() {
        let named: TemplateSpec = "welcome:pt_BR:2:NAMED=first,city".parse().unwrap();
        assert_eq!(named.named, ["first", "city"]);
        for (text, hint) in [
            ("a", "needed"),
            ("A:en:1", "a-z"),
            ("a:en:x", "not a number"),
            ("a:en:2:NAMED=x", "as many"),
            ("a:en:1:x", "NAMED="),
        ] {
            let error = text.parse::<TemplateSpec>().unwrap_err();
            assert!(error.contains(hint), "{text}: {error}");
        }
    }

    #[test]
    fn events_decide_whether_a_template_may_be_sent() {
        let catalogue = Catalogue::new(1, &[TemplateSpec::new("hi", "en", 0)]);
        let code = |event| {
            assert!(catalogue.apply("hi", "en", event).is_some());
            catalogue.usable("hi", "en", |_| Ok(())).err().map(|error| error.code)
        };
        assert_eq!(code(TemplateEvent::Paused), Some(132_015));
        assert_eq!(code(TemplateEvent::Flagged), Some(132_015), "a flag changes nothing");
        assert_eq!(code(TemplateEvent::Approved), None);
        assert_eq!(code(TemplateEvent::Disabled), Some(132_016));
        assert_eq!(code(TemplateEvent::Deleted), Some(132_001));
        assert!(catalogue.apply("hi", "de", TemplateEvent::Approved).is_none());
    }
}
