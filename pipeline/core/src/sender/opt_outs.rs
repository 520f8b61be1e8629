//! Who wants no messages: asked when a message is taken in, and learned while it waits.
//!
//! An opt-out is a row of the store, whoever wrote it: the tenant, a preference that Meta reported, a word that a person
//! wrote to any of the tenant's numbers, a refusal. Each round asks for the rows that are new, of tenants that have messages
//! waiting, before anything is armed; so after a row is committed no more leaves to that person than what was armed.

use std::collections::{BTreeSet, HashMap};

use posthaste_model::category::MARKETING;
use posthaste_model::{Class, Contact, InboundReceived, Intent, IntentId, Message, Millis, Status, TenantId, group};

use super::SenderTask;
use super::attempt::Report;
use super::state::Effects;

/// Rows that are asked for again, in milliseconds: they may be committed later than they are dated, and the store's clock
/// need not be ours.
const OVERLAP_MS: i64 = 10_000;
/// The reason of a message that was not sent because of an opt-out.
const REASON: &str = "opted_out";
/// Meta's code for a person who stopped marketing messages (Meta: support/error-codes).
const CODE_STOPPED_MARKETING: i64 = 131_050;

/// Which messages a person does not want.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OptOutScope {
    /// None.
    All,
    /// None of marketing.
    Marketing,
}

impl OptOutScope {
    /// Whether this message must not be sent. A campaign whose template's category is not known counts as marketing.
    pub fn covers(self, intent: &Intent) -> bool {
        if intent.message.is_receipt() {
            return false;
        }
        self == Self::All
            || match &intent.message {
                Message::Template(template) => match &template.category {
                    Some(category) => category.eq_ignore_ascii_case(MARKETING),
                    None => intent.class == Class::Campaign,
                },
                Message::Text(_) | Message::FreeForm(_) | Message::Receipt(_) | Message::Action(_) => false,
            }
    }
}

/// A row that is new, or was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptedOut {
    /// Whose messages.
    pub tenant_id: TenantId,
    /// Who.
    pub contact: Contact,
    /// Which messages; `None` if the person wants all of them again.
    pub scope: Option<OptOutScope>,
    /// When the row was written, by the store's clock.
    pub at: Millis,
}

/// Where an opt-out from marketing comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OptOutSource {
    /// The person wrote a word that the tenant has declared to mean it.
    StopWord,
    /// Meta refused a message because of it.
    Refusal,
}

impl OptOutSource {
    /// Name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StopWord => "stop_word",
            Self::Refusal => "refusal",
        }
    }
}

/// A row to write: this person wants no marketing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    /// Whose messages.
    pub tenant_id: TenantId,
    /// Who.
    pub contact: Contact,
    /// Who said so.
    pub source: OptOutSource,
    /// What was said.
    pub reason: String,
    /// When, by Meta's clock.
    pub told_at: Millis,
}

/// What this owner knows of opt-outs.
#[derive(Debug, Clone, Default)]
pub(super) struct OptOuts {
    /// From when on rows are asked for, by tenant; there for every tenant that has messages waiting.
    since: HashMap<TenantId, Millis>,
    /// Those whose time was put back after the rows of this batch had been asked for: these say nothing of what is between.
    put_back: BTreeSet<TenantId>,
    /// Messages that wait again since then: who of their people has opted out meanwhile is known in the next batch.
    unasked: BTreeSet<IntentId>,
    /// Messages that wait again although a row that was learned before concerns them.
    unwanted: BTreeSet<IntentId>,
    /// Rows that were learned, so that one that is asked for again is not applied again.
    known: HashMap<(TenantId, Contact), (Option<OptOutScope>, Millis)>,
}

impl OptOuts {
    /// Messages of this tenant wait since then: who opted out before was asked when they were taken in.
    pub(super) fn waiting(&mut self, tenant: TenantId, since: Millis) {
        let since = since.plus(-OVERLAP_MS);
        let own = self.since.entry(tenant).or_insert(Millis::MAX);
        if since < *own {
            *own = since;
            self.put_back.insert(tenant);
        }
    }

    /// This message waits again.
    pub(super) fn waits_again(&mut self, intent: &Intent, now: Millis) {
        self.waiting(intent.tenant_id, intent.accepted_at.min(now));
        self.unasked.insert(intent.intent_id);
        if self.concern(intent) {
            self.unwanted.insert(intent.intent_id);
        }
    }

    /// A batch begins, whose rows have been asked for.
    pub(super) fn begin(&mut self) {
        self.put_back.clear();
        self.unasked.clear();
    }

    /// Whether this message waits for the answer that the next batch brings.
    pub(super) fn is_unasked(&self, id: IntentId) -> bool {
        self.unasked.contains(&id)
    }

    /// Whether a row that was learned concerns this message.
    pub(super) fn concern(&self, intent: &Intent) -> bool {
        !self.known.is_empty()
            && self
                .known
                .get(&(intent.tenant_id, intent.contact.clone()))
                .is_some_and(|(scope, _)| scope.is_some_and(|scope| scope.covers(intent)))
    }
}

impl SenderTask {
    /// The tenants whose new opt-outs must be known before anything is armed, and since when.
    pub(super) fn opt_outs_wanted(&self) -> Vec<(TenantId, Millis)> {
        let mut wanted: Vec<_> = self.opt_outs.since.iter().map(|(tenant, since)| (*tenant, *since)).collect();
        wanted.sort_unstable();
        wanted
    }

    /// Applies rows that are new to what waits.
    pub(super) fn learn_opt_outs(&mut self, rows: Vec<OptedOut>, now: Millis, effects: &mut Effects) {
        let mut fresh = HashMap::new();
        for OptedOut { tenant_id, contact, scope, at } in rows {
            if let Some(since) = self.opt_outs.since.get_mut(&tenant_id)
                && !self.opt_outs.put_back.contains(&tenant_id)
            {
                *since = (*since).max(at.plus(-OVERLAP_MS));
            }
            let key = (tenant_id, contact);
            if self.opt_outs.known.get(&key).is_none_or(|(_, known)| *known < at) {
                self.opt_outs.known.insert(key.clone(), (scope, at));
                fresh.extend(scope.map(|scope| (key, scope)));
            }
        }
        let unwanted = std::mem::take(&mut self.opt_outs.unwanted);
        let still = |id: &IntentId| self.open.get(id).is_some_and(|attempt| self.opt_outs.concern(&attempt.intent));
        for id in unwanted.into_iter().filter(still).collect::<Vec<_>>() {
            self.advance(id, Status::Rejected, now, &Report::because(REASON), effects);
        }
        self.reject(&fresh, now, effects);
    }

    /// Ends the messages that wait for these people.
    fn reject(&mut self, fresh: &HashMap<(TenantId, Contact), OptOutScope>, now: Millis, effects: &mut Effects) {
        if fresh.is_empty() {
            return;
        }
        let concerned = |intent: &Intent| {
            fresh.get(&(intent.tenant_id, intent.contact.clone())).is_some_and(|scope| scope.covers(intent))
        };
        let waiting = self.open.values().filter(|attempt| attempt.status == Status::Queued);
        let ids: BTreeSet<IntentId> =
            waiting.filter(|attempt| concerned(&attempt.intent)).map(|attempt| attempt.intent.intent_id).collect();
        for id in ids {
            self.advance(id, Status::Rejected, now, &Report::because(REASON), effects);
        }
    }

    /// Forgets what concerns nobody who waits: nothing is asked for then.
    pub(super) fn forget_opt_outs(&mut self) {
        if self.opt_outs.since.is_empty() {
            return;
        }
        let waits = |sender: &&super::Sender| Class::ALL.iter().any(|class| sender.lanes.len_of(*class) > 0);
        let waiting: BTreeSet<TenantId> =
            self.senders.values().filter(waits).map(|sender| sender.profile.tenant_id).collect();
        let OptOuts { since, known, .. } = &mut self.opt_outs;
        since.retain(|tenant, _| waiting.contains(tenant));
        known.retain(|(tenant, _), (_, at)| since.get(tenant).is_some_and(|since| *at >= *since));
    }

    /// A person who wrote a stop word, and nothing else, wants no marketing.
    pub(super) fn heed_stop_word(&mut self, inbound: &InboundReceived, now: Millis, effects: &mut Effects) {
        let Some(profile) = self.profiles.get(&inbound.sender_id) else { return };
        let Some(word) = inbound.text.as_deref().map(plain) else { return };
        if !inbound.is_live() || !profile.stop_words.contains(&word) {
            return;
        }
        let tenant_id = profile.tenant_id;
        let user_ids = [&inbound.identity.user_id, &inbound.identity.parent_user_id];
        let user_ids = user_ids.into_iter().flatten().map(|id| Contact::new(id.as_str()));
        let people: BTreeSet<Contact> = inbound.contact.iter().cloned().chain(user_ids).collect();
        for contact in people {
            let (source, reason) = (OptOutSource::StopWord, format!("wrote \"{word}\""));
            self.opt_out(OptOut { tenant_id, contact, source, reason, told_at: inbound.at }, now, effects);
        }
    }

    /// Meta refused a message, or reported it as failed, with this code. Of a group that is one participant's word, and stops
    /// nothing that is sent to all.
    pub(super) fn heed_refusal(&mut self, intent: &Intent, code: Option<i64>, now: Millis, effects: &mut Effects) {
        if code == Some(CODE_STOPPED_MARKETING) && group::id(&intent.contact).is_none() {
            let (tenant_id, contact) = (intent.tenant_id, intent.contact.clone());
            let (source, reason) = (OptOutSource::Refusal, format!("Meta's error {CODE_STOPPED_MARKETING}"));
            self.opt_out(OptOut { tenant_id, contact, source, reason, told_at: now }, now, effects);
        }
    }

    /// Ends a message that was about to be armed for somebody who has opted out.
    pub(super) fn is_unwanted(&mut self, intent: &Intent, now: Millis, effects: &mut Effects) -> bool {
        let unwanted = self.opt_outs.concern(intent);
        if unwanted {
            self.advance(intent.intent_id, Status::Rejected, now, &Report::because(REASON), effects);
        }
        unwanted
    }

    fn opt_out(&mut self, opt_out: OptOut, now: Millis, effects: &mut Effects) {
        let key = (opt_out.tenant_id, opt_out.contact.clone());
        // What the tenant itself has noted of all messages is not narrowed.
        let known = self.opt_outs.known.entry(key.clone()).or_insert((None, now));
        if known.0 != Some(OptOutScope::All) {
            *known = (Some(OptOutScope::Marketing), now);
        }
        self.reject(&HashMap::from([(key, OptOutScope::Marketing)]), now, effects);
        effects.opt_outs.push(opt_out);
    }
}

/// A message as stop words are compared: in lower case, without spaces and punctuation around it.
fn plain(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}
