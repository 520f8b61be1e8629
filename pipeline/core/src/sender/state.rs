//! What the sender task reads from the store, and what it writes back.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use posthaste_model::{
    CampaignId, Contact, EventType, InboundReceived, IntentId, MarketingOptions, Millis, Origin, SenderId, Slot,
    Status, TenantId, UnknownPolicy, Wamid, WatermarkObserved,
};
use serde::Deserialize;

use super::attempt::Attempt;
use super::named::Named;
use super::opt_outs::{OptOut, OptOutScope, OptedOut};
use super::portfolio::Reserved;
use super::reported::{Asked, ReportKey};
use super::rules::Rules;
use crate::breaker::HoldChanges;
use crate::identity::{Spelling, Told};

/// What a batch touches.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// Intents whose attempts are wanted.
    pub intents: Vec<(TenantId, IntentId)>,
    /// Inbound messages that may be known.
    pub inbound: Vec<(TenantId, SenderId, Wamid)>,
    /// Messages that Meta calls by its own ids; their attempts are wanted too.
    pub named: Vec<(TenantId, SenderId, Wamid)>,
    /// Reports of all messages to a person up to a point of time; the attempts that they are news of are wanted too.
    pub watermarks: Vec<(TenantId, WatermarkObserved)>,
    /// Statuses that may have been told beside the transitions.
    pub reported: Vec<Asked>,
    /// People who may have opted out.
    pub contacts: Vec<(TenantId, Contact)>,
    /// Campaigns that are being expanded, or whose messages may be armed.
    pub campaigns: Vec<(TenantId, CampaignId)>,
    /// Tenants whose new opt-outs are wanted, and since when.
    pub opt_outs: Vec<(TenantId, Millis)>,
}

impl Keys {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.intents.is_empty()
            && self.inbound.is_empty()
            && self.named.is_empty()
            && self.watermarks.is_empty()
            && self.reported.is_empty()
            && self.contacts.is_empty()
            && self.campaigns.is_empty()
            && self.opt_outs.is_empty()
    }
}

/// State of a campaign as the tenant wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CampaignState {
    /// Messages are released and armed.
    Running,
    /// Nothing is released or armed.
    Paused,
    /// What is released and not armed is cancelled.
    Cancelled,
}

/// A campaign that is not completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Its id.
    pub campaign_id: CampaignId,
    /// Where it sends from.
    pub sender_id: SenderId,
    /// What the tenant wants.
    pub state: CampaignState,
    /// Grows at every pause and cancel.
    pub generation: i32,
    /// Newest generation of a pause that was confirmed.
    pub confirmed: i32,
    /// Recipients in all.
    pub recipients: i32,
    /// What its recipients get in turn; at least one.
    pub templates: Vec<CampaignTemplate>,
    /// That its messages go by the Marketing Messages API, and how.
    pub marketing: Option<MarketingOptions>,
    /// What happens to unknown outcomes.
    pub unknown_policy: UnknownPolicy,
    /// Life of a message.
    pub ttl_seconds: i32,
    /// Messages of it that leave in one round of its sender's campaigns; at least 1.
    pub weight: u32,
    /// Its own rules of pace.
    pub rules: Rules,
    /// Recipients released so far.
    pub cursor: i32,
    /// Released messages that were taken in.
    pub ingested: i32,
    /// Messages that are queued, armed or unknown.
    pub open: i32,
}

/// One of the templates of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignTemplate {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// Its category, where it is known.
    pub category: Option<String>,
    /// Whether Meta lets it be sent, as far as it is known: while it is paused, the others take its turns, and if there is no
    /// other the campaign waits.
    pub approved: bool,
    /// Whether Meta says that its quality is low: the others take its turns too, and if there is no other the campaign goes slowly.
    pub is_low: bool,
    /// The places that the values of a recipient fill; `None` where these are the numbered parameters of its body.
    pub slots: Option<Arc<[Slot]>>,
}

impl Campaign {
    /// The template of a recipient: those that Meta lets be sent take turns. `None` while there is none.
    pub fn template_of(&self, ordinal: u32) -> Option<&CampaignTemplate> {
        let own = self.templates.get(ordinal as usize % self.templates.len().max(1))?;
        if own.approved {
            return Some(own);
        }
        let approved = || self.templates.iter().filter(|template| template.approved);
        // By rounds, so that the turns of one that is missing are shared out evenly.
        let round = ordinal as usize / self.templates.len();
        approved().nth(round % approved().count().max(1))
    }

    /// Whether one of its templates may be sent.
    pub fn has_template(&self) -> bool {
        self.templates.iter().any(|template| template.approved)
    }

    /// The campaign with those of its templates alone that may be sent and are like this; as it is, if that leaves none.
    pub(super) fn only(&self, is: impl Fn(&CampaignTemplate) -> bool) -> Self {
        let mut fewer = self.clone();
        fewer.templates.iter_mut().for_each(|own| own.approved &= is(own));
        if fewer.has_template() { fewer } else { self.clone() }
    }

    /// Whether Meta does not let this template of it be sent.
    pub fn withholds(&self, name: &str, language: &str) -> bool {
        self.templates.iter().any(|own| own.name == name && own.language == language && !own.approved)
    }
}

/// Recipients `first_ordinal ..` of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Ordinal of the first.
    pub first_ordinal: i32,
    /// Phone number and body parameters.
    pub recipients: Vec<Recipient>,
}

/// One recipient, as the API stored it: `["+16315550101", ["a", "b"]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Recipient(
    /// Phone number, E.164.
    pub Contact,
    /// Body parameters.
    pub Vec<String>,
);

/// What the store has for the keys of a batch.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// All attempts of the wanted intents.
    pub attempts: Vec<Attempt>,
    /// Messages by the ids that Meta gave them.
    pub named: Vec<Named>,
    /// Inbound messages that are known, and whether each is only the place of one whose content comes later.
    pub inbound: HashMap<(TenantId, SenderId, Wamid), bool>,
    /// Statuses that were told beside the transitions.
    pub reported: HashSet<ReportKey>,
    /// People who opted out.
    pub opted_out: HashMap<(TenantId, Contact), OptOutScope>,
    /// Opt-outs that are new.
    pub opt_outs: Vec<OptedOut>,
    /// The campaigns that are not completed.
    pub campaigns: HashMap<CampaignId, Campaign>,
    /// For some campaigns the chunk that holds the cursor.
    pub chunks: HashMap<CampaignId, Chunk>,
    /// What became of the reservations that were wanted.
    pub reserved: Vec<Reserved>,
}

/// How a campaign's counters change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Recipients released.
    pub cursor: i32,
    /// Messages taken in.
    pub ingested: i32,
    /// Messages that reached the status of each name.
    pub accepted: i32,
    /// See `accepted`.
    pub sent: i32,
    /// See `accepted`.
    pub delivered: i32,
    /// See `accepted`.
    pub read: i32,
    /// See `accepted`.
    pub failed: i32,
    /// See `accepted`.
    pub rejected: i32,
    /// See `accepted`.
    pub expired: i32,
    /// See `accepted`.
    pub cancelled: i32,
    /// Messages that are given up with their fate unknown now.
    pub unconfirmed: i32,
    /// Messages whose fate is unknown now.
    pub unknown: i32,
    /// Messages that are queued, armed or unknown now.
    pub open: i32,
    /// Generation of a pause that holds from now on; 0 for none.
    pub confirmed: i32,
    /// Set when the campaign has no open message and nothing left to release.
    pub completed_at: Option<Millis>,
}

impl Progress {
    pub(super) fn count(&mut self, status: Status) {
        match status {
            Status::Accepted => self.accepted += 1,
            Status::Sent => self.sent += 1,
            Status::Delivered => self.delivered += 1,
            Status::Read => self.read += 1,
            Status::Failed => self.failed += 1,
            Status::Rejected => self.rejected += 1,
            Status::Expired => self.expired += 1,
            Status::Cancelled => self.cancelled += 1,
            Status::Queued
            | Status::Armed
            | Status::Unknown
            | Status::Unconfirmed
            | Status::Deferred
            | Status::Played => {}
        }
    }
}

/// A record to publish; the shell gives it its sequence number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Topic.
    pub topic: &'static str,
    /// Key.
    pub key: String,
    /// Type of the value.
    pub event_type: EventType,
    /// Deterministic id.
    pub id: String,
    /// The sender.
    pub sender_id: SenderId,
    /// Intent id or wamid.
    pub subject: String,
    /// Whose it is.
    pub tenant_id: Option<TenantId>,
    /// When it happened.
    pub time: Millis,
    /// The record that caused it; `None` for what an answer of Meta's, a slot or a deadline caused.
    pub origin: Option<Origin>,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// JSON text.
    pub value: String,
}

/// What a batch changes and causes. Nothing of it happens before all of it is committed.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// Intents to insert, with their first attempt.
    pub inserted: Vec<Attempt>,
    /// Further attempts of known intents to insert.
    pub retried: Vec<Attempt>,
    /// Attempts to update.
    pub updated: BTreeMap<(IntentId, i16), Attempt>,
    /// Status and marks of the updated attempts before this batch, for whoever judges it.
    pub before: BTreeMap<(IntentId, i16), (Status, i32)>,
    /// Inbound messages to insert.
    pub inbound: Vec<InboundReceived>,
    /// Statuses that are told beside the transitions, and those of groups.
    pub reported: Vec<ReportKey>,
    /// Who wrote to a sender, and when by Meta's time: the service window.
    pub windows: Vec<(TenantId, SenderId, Contact, Millis)>,
    /// What statuses told of people. What messages tell is in `inbound`.
    pub told: Vec<(TenantId, SenderId, Told)>,
    /// Numbers that Meta writes otherwise than they were sent to.
    pub spellings: Vec<(TenantId, SenderId, Spelling)>,
    /// People who want no marketing from now on.
    pub opt_outs: Vec<OptOut>,
    /// Counters to change.
    pub progress: BTreeMap<(TenantId, CampaignId), Progress>,
    /// Records to publish.
    pub publish: Vec<Publication>,
    /// What is held from now on, or no more.
    pub holds: HoldChanges,
    /// Attempts to POST, each not before its slot.
    pub send: Vec<(Attempt, Millis)>,
    /// Facts to count, by name and label.
    pub counts: Counts,
    /// The record whose event is being decided: the origin of what is published meanwhile.
    pub origin: Option<Origin>,
}

/// Facts of a batch that only telemetry is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that a producer's sequence number showed to be repetitions.
    pub duplicates_sequence: u64,
    /// Events whose natural key was there already.
    pub duplicates_natural: u64,
    /// Statuses that carry no token of ours: messages sent by others.
    pub foreign_statuses: u64,
    /// `delivered` or `read` after `failed`.
    pub delivered_after_failed: u64,
    /// Events about senders that nobody registered.
    pub unregistered_sender: u64,
    /// Intents taken in.
    pub ingested: u64,
}

impl Effects {
    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.inserted.is_empty()
            && self.retried.is_empty()
            && self.updated.is_empty()
            && self.inbound.is_empty()
            && self.reported.is_empty()
            && self.told.is_empty()
            && self.spellings.is_empty()
            && self.opt_outs.is_empty()
            && self.progress.is_empty()
            && self.publish.is_empty()
            && self.holds.is_empty()
    }
}
