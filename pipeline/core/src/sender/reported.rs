//! Statuses that move no message and are told nevertheless: what became of a group's message with each participant, messages of
//! numbers that others send from too, and statuses by names that this version does not know.
//!
//! Each is told once: what tells it from all others of its number is noted. What a transition tells needs no note, since its attempt
//! has a mark, but in a group, where the mark does not say with whom.

use std::borrow::Cow;
use std::fmt;

use posthaste_model::{
    Channel, Contact, EventType, Millis, Origin, SenderId, StatusObserved, StatusReported, TenantId, Token, Wamid,
    group, topic,
};

use super::SenderTask;
use super::attempt::Attempt;
use super::state::{Effects, Publication, Rows};

/// What tells a status from all others that Meta tells of a tenant's number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportKey {
    /// Whose number it is.
    pub tenant_id: TenantId,
    /// The number.
    pub sender_id: SenderId,
    /// Meta's id of the message.
    pub wamid: Wamid,
    /// The status, as Meta calls it.
    pub status: Cow<'static, str>,
    /// Whose status it is, in a group.
    pub participant: Option<Contact>,
}

impl ReportKey {
    pub(super) fn of(tenant_id: TenantId, reported: &StatusReported) -> Self {
        Self {
            tenant_id,
            sender_id: reported.sender_id.clone(),
            wamid: reported.wamid.clone(),
            status: reported.status.clone().into(),
            participant: reported.contact.clone().filter(|_| reported.group_id.is_some()),
        }
    }

    fn of_status(tenant_id: TenantId, observed: &StatusObserved) -> Self {
        Self {
            tenant_id,
            sender_id: observed.sender_id.clone(),
            wamid: observed.wamid.clone(),
            status: observed.status.as_str().into(),
            participant: observed.contact.clone().filter(|_| observed.group_id.is_some()),
        }
    }
}

/// The natural key of the event.
impl fmt::Display for ReportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let participant = self.participant.as_ref().map_or("", |contact| contact.as_str());
        write!(f, "reported:{}:{}:{}:{participant}", self.sender_id, self.wamid, self.status)
    }
}

/// A status of which the store is asked whether it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which status.
    pub key: ReportKey,
    /// Not if the store has this attempt: its marks say it then.
    pub unless: Option<Token>,
}

impl Asked {
    /// The question of a status with this token of ours, if it may be told apart.
    pub(super) fn of(tenant_id: TenantId, observed: &StatusObserved, token: Option<Token>) -> Option<Self> {
        let unless = token.filter(|_| observed.group_id.is_none());
        let is_of_whatsapp = observed.channel == Channel::Whatsapp;
        is_of_whatsapp.then(|| Self { key: ReportKey::of_status(tenant_id, observed), unless })
    }
}

/// What a status was to the messages of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// A transition tells it.
    Moved,
    /// Its message had reached that before.
    Known,
    /// It waits for the answer that names its message.
    Early,
    /// No message of ours is meant.
    Foreign,
}

impl SenderTask {
    /// Applies a status webhook, and tells what no transition does.
    pub(super) fn heed(&mut self, observed: &StatusObserved, now: Millis, rows: &mut Rows, effects: &mut Effects) {
        let fate = self.observe(observed, now, effects);
        let is_told_apart = observed.group_id.is_some() || fate == Fate::Foreign;
        if is_told_apart && observed.channel == Channel::Whatsapp {
            self.tell_once(StatusReported::from(observed), fate == Fate::Moved, rows, effects);
        }
    }

    /// Tells a status by a name that this version does not know. It moves nothing, for nobody knows whereto.
    pub(super) fn pass_on(&mut self, reported: StatusReported, rows: &mut Rows, effects: &mut Effects) {
        if !self.profiles.contains_key(&reported.sender_id) {
            effects.counts.unregistered_sender += 1;
        } else if !self.tell_once(reported, false, rows, effects) {
            effects.counts.duplicates_natural += 1;
        }
    }

    /// Tells a status unless that was done, and notes it; what a transition tells is only noted. Gives whether it is news.
    fn tell_once(&self, reported: StatusReported, by_transition: bool, rows: &mut Rows, effects: &mut Effects) -> bool {
        let Some(profile) = self.profiles.get(&reported.sender_id) else { return false };
        let key = ReportKey::of(profile.tenant_id, &reported);
        if !rows.reported.insert(key.clone()) {
            return false;
        }
        if !by_transition {
            let attempt = token_of(&reported).and_then(|token| self.attempt(token));
            // A token that is echoed for another number is not ours to believe.
            let attempt = attempt.filter(|attempt| attempt.intent.sender_id == reported.sender_id);
            effects.publish.push(publication(&key, reported, attempt, effects.origin.clone()));
        }
        effects.reported.push(key);
        true
    }

    /// An attempt, in memory or looked up for this batch.
    fn attempt(&self, token: Token) -> Option<&Attempt> {
        let newest = self.newest(token.intent_id).filter(|attempt| attempt.number == token.attempt);
        newest.or_else(|| self.older.get(&(token.intent_id, token.attempt)))
    }
}

/// Our token in a status, if it has one.
pub(super) fn token_of(reported: &StatusReported) -> Option<Token> {
    reported.token.as_deref()?.parse().ok()
}

/// The record of a status that is told apart, beside the transitions of its message where that is ours.
fn publication(
    key: &ReportKey,
    reported: StatusReported,
    attempt: Option<&Attempt>,
    origin: Option<Origin>,
) -> Publication {
    let intent = attempt.map(|attempt| &attempt.intent);
    let of_group = reported.group_id.as_deref().and_then(group::contact);
    let contact = intent.map(|intent| intent.contact.clone()).or(of_group).or_else(|| reported.contact.clone());
    let value = StatusReported {
        tenant_id: Some(key.tenant_id),
        intent_id: intent.map(|intent| intent.intent_id),
        attempt: attempt.map(|attempt| attempt.number),
        callback_data: intent.and_then(|intent| intent.callback_data.clone()),
        ..reported
    };
    Publication {
        topic: topic::DELIVERY,
        key: format!("{}:{}", key.sender_id, contact.as_ref().map_or("", |contact| contact.as_str())),
        event_type: EventType::StatusReported,
        id: key.to_string(),
        sender_id: key.sender_id.clone(),
        subject: intent.map_or_else(|| key.wamid.to_string(), |intent| intent.intent_id.to_string()),
        tenant_id: Some(key.tenant_id),
        time: value.at,
        origin,
        headers: Vec::new(),
        value: serde_json::to_string(&value).expect("an event is JSON"),
    }
}
