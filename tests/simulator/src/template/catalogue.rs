//! The templates of the account.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::GraphError;
use crate::script::mix;
use crate::template::definition::{Content, Definition, Edit};
use crate::template::{Category, Standing, TemplateEvent, TemplateSpec};

/// Templates that may be created in an hour (Meta: templates, "100 message templates per hour").
const CREATED_MAX: usize = 100;

/// What a change of a template is told with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) category: Category,
    pub(crate) status: TemplateEvent,
}

/// What Meta makes of a template that is created.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judgement {
    /// Refused at once, without a review.
    pub(crate) is_rejected: bool,
    /// Judged to be marketing, whatever was asked for.
    pub(crate) is_marketing: bool,
}

/// How people take a template (Meta: webhooks/reference/message_template_quality_update).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Quality {
    Green,
    Yellow,
    Red,
    Unknown,
}

/// What follows from a rating.
#[derive(Debug)]
pub(crate) struct Rated {
    pub(crate) template: Told,
    pub(crate) previous: Quality,
    pub(crate) rung: Option<Rung>,
}

/// A step towards the end of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rung {
    pub(crate) event: TemplateEvent,
    pub(crate) title: &'static str,
    /// How long a pause is at Meta.
    pub(crate) pause: Option<Duration>,
}

impl Rung {
    fn after(pauses: u8) -> Self {
        let paused = |title, hours: u64| Self {
            event: TemplateEvent::Paused,
            title,
            pause: Some(Duration::from_secs(hours * 3_600)),
        };
        match pauses {
            0 | 1 => paused("FIRST_PAUSE", 3),
            2 => paused("SECOND_PAUSE", 6),
            _ => Self { event: TemplateEvent::Disabled, title: "DISABLED", pause: None },
        }
    }
}

/// Times of the catalogue, in microseconds of the world's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spans {
    /// In which at most [`CREATED_MAX`] templates are created.
    pub(crate) hour_us: u64,
    /// For which the name of a deleted template cannot be used again.
    pub(crate) blocked_us: u64,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: u64,
    pub(crate) definition: Definition,
    status: TemplateEvent,
    previous_category: Option<Category>,
    quality: Quality,
    /// How often it was paused.
    pauses: u8,
    /// When it was created; `None` for those that the simulator was started with.
    pub(crate) created_us: Option<u64>,
}

impl Entry {
    fn told(&self) -> Told {
        let Definition { name, language, category, .. } = &self.definition;
        Told { id: self.id, name: name.clone(), language: language.clone(), category: *category, status: self.status }
    }

    /// Every field that can be asked for.
    fn fields(&self) -> Map<String, Value> {
        let definition = &self.definition;
        let rejected = if self.status == TemplateEvent::Rejected { "INVALID_FORMAT" } else { "NONE" };
        let fields = json!({
            "id": self.id.to_string(),
            "name": definition.name,
            "language": definition.language,
            "status": self.status.status(),
            "category": definition.category,
            "previous_category": self.previous_category,
            "components": definition.content.components,
            "parameter_format": if definition.is_named { "NAMED" } else { "POSITIONAL" },
            "quality_score": { "score": self.quality },
            "rejected_reason": rejected,
            "message_send_ttl_seconds": definition.ttl_seconds,
        });
        match fields {
            Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
            _ => Map::new(),
        }
    }
}

/// Entries by their order of creation. A name has few languages, so that a scan finds the right one.
#[derive(Debug, Default)]
struct Shelf {
    entries: BTreeMap<u64, Entry>,
    by_name: HashMap<String, Vec<u64>>,
    by_id: HashMap<u64, u64>,
    /// When templates were created within the last hour.
    created: VecDeque<u64>,
    /// Names and languages that were deleted, and when they can be used again.
    blocked: HashMap<(String, String), u64>,
    added: u64,
}

impl Shelf {
    fn key(&self, name: &str, language: &str) -> Option<u64> {
        let keys = self.by_name.get(name)?;
        keys.iter().copied().find(|key| self.entries[key].definition.language == language)
    }

    fn add(&mut self, seed: u64, definition: Definition, status: TemplateEvent, created_us: Option<u64>) -> &mut Entry {
        // Template ids have 15 or 16 digits today.
        let id = 100_000_000_000_000 + mix(seed, self.added) % 900_000_000_000_000;
        let key = self.added;
        self.added += 1;
        self.by_name.entry(definition.name.clone()).or_default().push(key);
        self.by_id.insert(id, key);
        let entry =
            Entry { id, definition, status, previous_category: None, quality: Quality::Unknown, pauses: 0, created_us };
        self.entries.entry(key).or_insert(entry)
    }

    fn remove(&mut self, key: u64) -> Option<Entry> {
        let entry = self.entries.remove(&key)?;
        self.by_id.remove(&entry.id);
        if let Some(keys) = self.by_name.get_mut(&entry.definition.name) {
            keys.retain(|known| *known != key);
            if keys.is_empty() {
                self.by_name.remove(&entry.definition.name);
            }
        }
        Some(entry)
    }

    /// Whether another template may be created at `now_us`.
    fn admit(
        &mut self,
        definition: &Definition,
        now_us: u64,
        most: usize,
        spans: Spans,
        http429: bool,
    ) -> Result<(), GraphError> {
        let (name, language) = (&definition.name, &definition.language);
        if self.key(name, language).is_some() {
            return Err(GraphError::template_exists(name, language));
        }
        self.blocked.retain(|_, until| *until > now_us);
        if self.blocked.contains_key(&(name.clone(), language.clone())) {
            return Err(GraphError::template_being_deleted(name, language));
        }
        if self.entries.len() >= most {
            return Err(GraphError::templates_exceeded(most));
        }
        while self.created.front().is_some_and(|at| at + spans.hour_us <= now_us) {
            self.created.pop_front();
        }
        if self.created.len() >= CREATED_MAX {
            return Err(GraphError::account_rate(http429, "Too many templates were created within an hour."));
        }
        self.created.push_back(now_us);
        Ok(())
    }
}

/// The templates of the account.
#[derive(Debug)]
pub(crate) struct Catalogue {
    seed: u64,
    entries_max: usize,
    spans: Spans,
    shelf: RwLock<Shelf>,
}

impl Catalogue {
    pub(crate) fn new(seed: u64, specs: &[TemplateSpec], entries_max: usize, spans: Spans) -> Self {
        let mut shelf = Shelf::default();
        for spec in specs {
            shelf.add(seed, Definition::given(spec), TemplateEvent::Approved, None);
        }
        Self { seed, entries_max, spans, shelf: RwLock::new(shelf) }
    }

    /// Applies `check` to a usable template, or says why it cannot be used.
    pub(crate) fn usable<T>(
        &self,
        name: &str,
        language: &str,
        check: impl FnOnce(&Entry) -> Result<T, GraphError>,
    ) -> Result<T, GraphError> {
        let shelf = self.shelf.read();
        let entry = shelf.key(name, language).map(|key| &shelf.entries[&key]);
        match entry.map(|entry| (entry.status.standing(), entry)) {
            Some((Some(Standing::Usable), entry)) => check(entry),
            Some((Some(Standing::Paused), _)) => Err(GraphError::template_paused(name)),
            Some((Some(Standing::Disabled), _)) => Err(GraphError::template_disabled(name)),
            Some((Some(Standing::Absent) | None, _)) | None => Err(GraphError::no_template(name, language)),
        }
    }

    /// Records an event; `None` when there is no such template.
    pub(crate) fn apply(&self, name: &str, language: &str, event: TemplateEvent) -> Option<Told> {
        let mut shelf = self.shelf.write();
        let key = shelf.key(name, language)?;
        let entry = shelf.entries.get_mut(&key)?;
        if event.standing().is_some() {
            entry.status = event;
        }
        Some(entry.told())
    }

    /// Makes a template usable that is in the state `from`; `false` when it is not in that state any more.
    pub(crate) fn release(&self, id: u64, from: TemplateEvent) -> bool {
        let mut shelf = self.shelf.write();
        let Some(key) = shelf.by_id.get(&id).copied() else { return false };
        let entry = shelf.entries.get_mut(&key).filter(|entry| entry.status == from);
        entry.map(|entry| entry.status = TemplateEvent::Approved).is_some()
    }

    /// Rates a template. Red takes a usable one down a rung: it is paused, paused for longer, disabled (Meta: templates/template-pausing).
    pub(crate) fn rate(&self, name: &str, language: &str, quality: Quality) -> Option<Rated> {
        let mut shelf = self.shelf.write();
        let key = shelf.key(name, language)?;
        let entry = shelf.entries.get_mut(&key)?;
        let previous = std::mem::replace(&mut entry.quality, quality);
        let is_usable = entry.status.standing() == Some(Standing::Usable);
        let rung = (quality == Quality::Red && is_usable).then(|| {
            entry.pauses = entry.pauses.saturating_add(1);
            Rung::after(entry.pauses)
        });
        if let Some(rung) = &rung {
            entry.status = rung.event;
        }
        Some(Rated { template: entry.told(), previous, rung })
    }

    /// Creates a template.
    ///
    /// # Errors
    /// 2388024 when there is one of this name and language, 2388023 when it was deleted lately, 2388019 when there are too many,
    /// 80007 when too many were created within the hour.
    pub(crate) fn create(
        &self,
        mut definition: Definition,
        judgement: Judgement,
        now_us: u64,
        http429: bool,
    ) -> Result<Told, GraphError> {
        let mut shelf = self.shelf.write();
        shelf.admit(&definition, now_us, self.entries_max, self.spans, http429)?;
        if judgement.is_marketing && definition.category == Category::Utility {
            definition.category = Category::Marketing;
        }
        let status = if judgement.is_rejected { TemplateEvent::Rejected } else { TemplateEvent::Pending };
        Ok(shelf.add(self.seed, definition, status, Some(now_us)).told())
    }

    /// Changes a template, which is in review from then on; `None` when there is no such template.
    ///
    /// # Errors
    /// As for the components of a new one.
    pub(crate) fn edit(&self, id: u64, edit: Edit) -> Option<Result<Told, GraphError>> {
        let mut shelf = self.shelf.write();
        let key = shelf.by_id.get(&id).copied()?;
        let entry = shelf.entries.get_mut(&key)?;
        let category = edit.category.unwrap_or(entry.definition.category);
        let components = edit.components.unwrap_or_else(|| entry.definition.content.components.clone());
        let content = match Content::read(components, category, entry.definition.is_named) {
            Ok(content) => content,
            Err(error) => return Some(Err(error)),
        };
        if category != entry.definition.category {
            entry.previous_category = Some(entry.definition.category);
        }
        entry.definition.category = category;
        entry.definition.ttl_seconds = edit.ttl_seconds.or(entry.definition.ttl_seconds);
        entry.definition.content = content;
        entry.status = TemplateEvent::Pending;
        Some(Ok(entry.told()))
    }

    /// Deletes all languages of a name, or with `id` that template alone; `false` when there is none.
    pub(crate) fn delete(&self, name: &str, id: Option<u64>, now_us: u64) -> bool {
        let mut shelf = self.shelf.write();
        let keys = shelf.by_name.get(name).cloned().unwrap_or_default();
        let doomed = keys.into_iter().filter(|key| id.is_none_or(|id| shelf.entries[key].id == id));
        let doomed: Vec<u64> = doomed.collect();
        for key in &doomed {
            if let Some(Entry { definition, .. }) = shelf.remove(*key) {
                let until = now_us + self.spans.blocked_us;
                shelf.blocked.insert((definition.name, definition.language), until);
            }
        }
        !doomed.is_empty()
    }

    /// The fields of one template.
    pub(crate) fn fields(&self, id: u64) -> Option<Map<String, Value>> {
        let shelf = self.shelf.read();
        shelf.by_id.get(&id).map(|key| shelf.entries[key].fields())
    }

    /// The fields of all templates that `wanted` takes, with their keys, in order of creation.
    pub(crate) fn list(&self, wanted: impl Fn(&Map<String, Value>) -> bool) -> Vec<(u64, Map<String, Value>)> {
        let shelf = self.shelf.read();
        let listed = shelf.entries.iter().map(|(key, entry)| (*key, entry.fields()));
        listed.filter(|(_, fields)| fields["status"] != "DELETED" && wanted(fields)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_decide_whether_a_template_may_be_sent() {
        let spans = Spans { hour_us: 1, blocked_us: 1 };
        let catalogue = Catalogue::new(1, &[TemplateSpec::new("hi", "en", 0)], 10, spans);
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
