//! What becomes of templates, and how it is told.

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;

use super::{Clock, World};
use crate::schedule::Update;
use crate::script::millis;
use crate::template::{Quality, Rated, TemplateEvent, Told};
use crate::webhook::TemplateFacts;

impl World {
    /// Records a template's event and posts it, unless it is `silent`; `false` when there is no such template.
    pub(crate) fn change_template(&self, name: &str, language: &str, event: TemplateEvent, silent: bool) -> bool {
        let Some(template) = self.templates.apply(name, language, event) else { return false };
        if !silent {
            self.tell_template(event, template, None);
        }
        true
    }

    fn tell_template(&self, event: TemplateEvent, template: Told, title: Option<&'static str>) {
        let facts = TemplateFacts { event, template, releases: None, title, at_unix_s: Clock::unix_ms() / 1_000 };
        self.schedule.add([(self.clock.now_us(), Update::Template(Arc::new(facts)))]);
    }

    /// Makes a template usable after a while, and tells it then, if it still is in the state `from`.
    fn release_later(&self, template: Told, from: TemplateEvent, title: Option<&'static str>, delay: Duration) {
        let at_unix_s = (Clock::unix_ms() + delay.as_millis() as u64) / 1_000;
        let facts = TemplateFacts { event: TemplateEvent::Approved, template, releases: Some(from), title, at_unix_s };
        let due = self.clock.now_us() + delay.as_micros() as u64;
        self.schedule.add([(due, Update::Template(Arc::new(facts)))]);
    }

    /// Reviews a template: it is approved after a while.
    pub(crate) fn review(&self, template: Told, rng: &mut StdRng) {
        let delay = Duration::from_millis(millis(rng, self.review).into());
        self.release_later(template, TemplateEvent::Pending, None, delay);
    }

    /// Rates a template and tells it, with what follows; `false` when there is no such template.
    pub(crate) fn rate_template(&self, name: &str, language: &str, quality: Quality) -> bool {
        let Some(Rated { template, previous, rung }) = self.templates.rate(name, language, quality) else {
            return false;
        };
        let value = serde_json::json!({
            "previous_quality_score": previous,
            "new_quality_score": quality,
            "message_template_id": template.id,
            "message_template_name": template.name,
            "message_template_language": template.language.replace('_', "-"),
        });
        self.tell("message_template_quality_update".to_owned(), value, None, None);
        if let Some(rung) = rung {
            self.tell_template(rung.event, template.clone(), Some(rung.title));
            if let Some(pause) = rung.pause {
                self.release_later(template, rung.event, Some("UNPAUSE"), self.passing(pause));
            }
        }
        true
    }
}
