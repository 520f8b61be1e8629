//! Who is who, as statuses and answers tell it. Each of them does, many times over for one person, so what was told lately is
//! remembered here: only what may be news costs the store anything.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use posthaste_model::{Contact, Intent, Millis, StatusObserved};

use super::SenderTask;
use super::state::Effects;
use crate::identity::{self, Spelling};

/// Facts that are remembered in each of two halves, of which the older gives way: all statuses of the last quarter of a minute
/// at 1,000 messages a second, in half a megabyte.
pub(super) const HEARD_MAX: usize = 16_384;
/// The store notes again once a day what it knows.
const DAY_MS: i64 = 86_400_000;

/// What was told lately, each fact as 64 bits that stand for it. Two of the facts that are remembered share theirs with a
/// probability of one to 30 billion; the next day tells the second again.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    lately: HashSet<u64>,
    before: HashSet<u64>,
}

impl Heard {
    /// Whether it was not told lately.
    pub(super) fn is_news(&mut self, fact: impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        fact.hash(&mut hasher);
        let fact = hasher.finish();
        if self.lately.contains(&fact) || self.before.contains(&fact) {
            return false;
        }
        if self.lately.len() == HEARD_MAX {
            self.before = std::mem::take(&mut self.lately);
        }
        self.lately.insert(fact)
    }
}

fn day(at: Millis) -> i64 {
    at.0.div_euclid(DAY_MS)
}

impl SenderTask {
    /// Notes what a status tells of the person whom a message went to, and of how it was addressed: our token proves that both are one.
    pub(super) fn meet(&mut self, observed: &StatusObserved, sent_to: Option<&Contact>, effects: &mut Effects) {
        let told = &observed.identity;
        let sent_to =
            sent_to.filter(|sent_to| observed.group_id.is_none() && observed.contact.as_ref() != Some(*sent_to));
        if told.user_id.is_none() && told.parent_user_id.is_none() && sent_to.is_none() {
            return;
        }
        let Some(profile) = self.profiles.get(&observed.sender_id) else { return };
        let ids = (&observed.contact, &told.user_id, &told.parent_user_id, sent_to);
        if !self.heard.is_news((&observed.sender_id, day(observed.at), ids)) {
            return;
        }
        let sender = || (profile.tenant_id, observed.sender_id.clone());
        let report = identity::of_status(observed, sent_to);
        effects.told.extend(report.map(|told| (sender().0, sender().1, told)));
        let spelling = sent_to.zip(observed.contact.as_ref());
        let spelling = spelling.and_then(|(written, number)| Spelling::of(written, number, observed.at));
        effects.spellings.extend(spelling.map(|spelling| (sender().0, sender().1, spelling)));
    }

    /// Notes that Meta's answer names another number than the message was addressed to.
    pub(super) fn respelled(&mut self, intent: &Intent, number: &Contact, now: Millis, effects: &mut Effects) {
        let Some(spelling) = Spelling::of(&intent.contact, number, now) else { return };
        if self.heard.is_news((&intent.sender_id, day(now), number, &intent.contact)) {
            effects.spellings.push((intent.tenant_id, intent.sender_id.clone(), spelling));
        }
    }
}
