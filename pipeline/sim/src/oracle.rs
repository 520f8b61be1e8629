//! The oracle: it sees what really happened, at Meta, in the store and on the log, and judges by the invariants.
//!
//! It knows nothing of how the pipeline works. What it hears while the world runs is in this file; what must hold in the
//! end is in `verdict`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use posthaste_core::HighWater;
use posthaste_core::invariants::{Invariant, OutboxJudge, PairJudge, PostLedger, RateJudge, Violation};
use posthaste_core::sender::{CampaignState, Effects};
use posthaste_model::{
    CampaignId, EventType, Intent, IntentId, Millis, PortfolioId, SenderId, Status, StatusReported, TenantId, Token,
    Transition, UnknownPolicy, Wamid,
};

use crate::bugs::Bug;
use crate::edge::{self, Element};
use crate::log::{Place, Record, Topic};
use crate::scenario::Scenario;
use crate::store::{Advance, LeaseRow, Store};
use crate::worker::Post;

/// Seconds' worth of a number's limit that may leave of a campaign after a pause or cancel that is not confirmed yet: what
/// was armed before.
const UNCONFIRMED_SECONDS: f64 = 3.0;
/// The same for slow numbers, in messages.
const UNCONFIRMED_MIN: usize = 12;

/// A campaign that is paused or cancelled.
#[derive(Debug, Default)]
struct Stopped {
    /// Its owner has confirmed the pause: at most an arm window may still leave.
    confirmed: bool,
    left: usize,
}

/// What the receivers of the output topics have seen.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    high_water: BTreeMap<Place, HighWater>,
    last: BTreeMap<(Place, Arc<str>), (String, i32, i64)>,
    pub(crate) transitions: BTreeMap<(IntentId, i16, Status), u32>,
    pub(crate) inbound: BTreeMap<String, u32>,
    /// Statuses that move no message.
    pub(crate) reported: BTreeMap<(Wamid, String), u32>,
    pub(crate) letters: u32,
}

/// See the module's documentation.
pub(crate) struct Oracle {
    pub(crate) violation: Option<Violation>,
    pub(crate) ledger: PostLedger,
    departures: Vec<RateJudge>,
    arrivals: Vec<RateJudge>,
    pairs: PairJudge,
    pub(crate) outboxes: BTreeMap<(String, i32), OutboxJudge>,
    pub(crate) taken: BTreeSet<Element>,
    pub(crate) malformed: u32,
    pub(crate) commands: BTreeMap<IntentId, Arc<Intent>>,
    pub(crate) sink: Sink,
    stopped: BTreeMap<CampaignId, Stopped>,
    arm_window_s: f64,
    tenants: BTreeMap<SenderId, TenantId>,
    pub(crate) bug: Option<Bug>,
    /// Rounds that found nothing to do and went round again at once.
    pub(crate) idle_rounds: u64,
    /// POSTs that left.
    pub(crate) posts: u64,
}

impl Oracle {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self {
            violation: None,
            ledger: PostLedger::default(),
            departures: scenario.senders.iter().map(|_| RateJudge::default()).collect(),
            arrivals: scenario.senders.iter().map(|_| RateJudge::default()).collect(),
            pairs: PairJudge::default(),
            outboxes: BTreeMap::new(),
            taken: BTreeSet::new(),
            malformed: 0,
            commands: BTreeMap::new(),
            sink: Sink::default(),
            stopped: BTreeMap::new(),
            arm_window_s: f64::from(scenario.settings.arm_window_ms) / 1e3,
            tenants: scenario.senders.iter().map(|sender| (sender.id.clone(), sender.tenant)).collect(),
            bug: None,
            idle_rounds: 0,
            posts: 0,
        }
    }

    /// Notes the first violation.
    pub(crate) fn check(&mut self, result: Result<(), Violation>) {
        if let Err(violation) = result {
            self.violation.get_or_insert(violation);
        }
    }

    pub(crate) fn fail(&mut self, invariant: Invariant, detail: String) {
        self.check(Err(Violation::new(invariant, detail)));
    }

    /// A POST leaves a worker.
    pub(crate) fn posted(&mut self, post: &Post, limit: u32, store: &Store, now: i64) {
        self.posts += 1;
        let intent = &post.attempt.intent;
        let token = Token { intent_id: intent.intent_id, attempt: post.token };
        let posted = self.ledger.post(token);
        self.check(posted);
        let at = Millis(now);
        let rate = self.departures[post.sender].post(&intent.sender_id, limit, at);
        self.check(rate);
        // Of what nobody is sent only the throughput is counted.
        let is_message = !intent.message.is_receipt();
        if is_message {
            let pair = self.pairs.post(&intent.sender_id, &intent.contact, at);
            self.check(pair);
        }
        let row = store.attempts.get(&(token.intent_id, token.attempt));
        let armed = row.is_some_and(|(_, row)| row.marks & Status::Armed.bit() != 0);
        if !armed {
            self.fail(Invariant::OnePost, format!("{token} leaves and is not armed in the store"));
        }
        if let Some(reference) = &intent.campaign {
            self.left_of_campaign(reference.id, limit);
        }
        let has_place = || {
            let portfolio = PortfolioId::new(intent.tenant_id.to_string());
            store.has_place(&portfolio, &intent.sender_id, &intent.contact)
        };
        if is_message && store.people_max.is_some() && !has_place() {
            self.fail(Invariant::Reserved, format!("{token} leaves to somebody without a place"));
        }
    }

    /// A POST arrives at Meta, which counts it then; limits only rise.
    pub(crate) fn arrived(&mut self, sender: usize, limit: u32, id: &SenderId, now: i64) {
        let rate = self.arrivals[sender].post(id, limit, Millis(now));
        self.check(rate);
    }

    /// A message of a campaign leaves: of one that is stopped only so many may.
    fn left_of_campaign(&mut self, id: CampaignId, limit: u32) {
        let Some(stopped) = self.stopped.get_mut(&id) else { return };
        stopped.left += 1;
        let most = if stopped.confirmed {
            (f64::from(limit) * self.arm_window_s) as usize
        } else {
            ((f64::from(limit) * UNCONFIRMED_SECONDS) as usize).max(UNCONFIRMED_MIN)
        };
        if stopped.left > most {
            let (left, confirmed) = (stopped.left, stopped.confirmed);
            let detail = format!("{id}: {left} messages left after a pause, confirmed: {confirmed}, limit {limit}/s");
            self.fail(Invariant::PauseHolds, detail);
        }
    }

    /// The owner of the sender says that a pause holds.
    pub(crate) fn pause_confirmed(&mut self, id: CampaignId) {
        if let Some(stopped) = self.stopped.get_mut(&id) {
            *stopped = Stopped { confirmed: true, left: 0 };
        }
    }

    /// Meta takes a message over.
    pub(crate) fn accepted(&mut self, token: Token, policy: UnknownPolicy) {
        let accepted = self.ledger.accept(token, policy == UnknownPolicy::AtMostOnce);
        self.check(accepted);
    }

    /// The edge answered 200.
    pub(crate) fn webhook_taken(&mut self, elements: &[Element]) {
        for element in elements {
            let fresh = self.taken.insert(element.clone());
            self.malformed += u32::from(fresh && *element == Element::Malformed);
        }
    }

    /// A command is committed.
    pub(crate) fn command_accepted(&mut self, intent: &Arc<Intent>) {
        self.commands.insert(intent.intent_id, Arc::clone(intent));
    }

    pub(crate) fn campaign_changed(&mut self, id: CampaignId, state: CampaignState) {
        match state {
            CampaignState::Running => drop(self.stopped.remove(&id)),
            CampaignState::Paused | CampaignState::Cancelled => {
                self.stopped.insert(id, Stopped::default());
            }
        }
    }

    /// The store let a commit pass its fence.
    pub(crate) fn fence_passed(&mut self, partition: i32, row: &LeaseRow, advance: &Advance) {
        if row.epoch != advance.epoch {
            let detail = format!("partition {partition}: epoch {} commits in epoch {}", advance.epoch, row.epoch);
            self.fail(Invariant::Conservation, detail);
        }
        let there = row.next_offset == advance.old_offset && row.outbox_seq == advance.old_seq;
        if !there || advance.new_offset < advance.old_offset {
            let (old, new, at) = (advance.old_offset, advance.new_offset, row.next_offset);
            let detail = format!("partition {partition}: records {old}..{new} applied at offset {at}");
            self.fail(Invariant::Conservation, detail);
        }
    }

    /// A commit is durable.
    pub(crate) fn committed(&mut self, partition: i32, advance: &Advance, effects: &Effects, _now: i64) {
        let (old, new) = (advance.old_seq, advance.outbox_seq);
        if new - old != advance.records.len() as i64 {
            self.fail(Invariant::OutboxGapless, format!("partition {partition}: {old}..{new} for another count"));
        }
        for attempt in effects.inserted.iter().chain(&effects.retried).chain(effects.updated.values()) {
            if self.tenants.get(&attempt.intent.sender_id) != Some(&attempt.intent.tenant_id) {
                let detail = format!("{} is written for a sender of another tenant", attempt.token());
                self.fail(Invariant::Isolation, detail);
            }
        }
    }

    /// The store refused rows of a commit.
    pub(crate) fn refused(&mut self, what: &str) {
        self.fail(Invariant::Conservation, format!("ownership was not exclusive: {what} was there already"));
    }

    /// A record is committed to the log, and its readers see it.
    pub(crate) fn published(&mut self, record: &Record) {
        let sequence = &record.sequence;
        let mut producer = sequence.task.clone();
        if producer == edge::TASK {
            // What is told of one element on two topics has its number on both: their readers have nothing in common.
            producer = format!("{producer} to {:?}", record.place.topic);
        }
        let judge = self.outboxes.entry((producer, sequence.partition)).or_default();
        let published = judge.published(&record.place.name(), sequence.seq, record.content());
        self.check(published);
        if record.place.topic == Topic::Senders {
            return;
        }
        let news = self.sink.high_water.entry(record.place).or_default().admit(sequence);
        if news || self.bug == Some(Bug::NoHighWater) {
            self.receive(record);
        }
    }

    fn receive(&mut self, record: &Record) {
        let place = (record.place, Arc::clone(&record.key));
        let here = (record.sequence.task.clone(), record.sequence.partition, record.sequence.seq);
        let before = self.sink.last.insert(place, here.clone());
        // A conversation has one producer, and its numbers are the order of the commits. What Meta tells of an account comes by
        // whichever partition the webhook is on, as letters do.
        let is_of_conversation = matches!(record.place.topic, Topic::Delivery | Topic::Inbound);
        if let Some(before) = before.filter(|before| is_of_conversation && *before >= here) {
            let detail = format!("{}: {here:?} comes after {before:?}", record.place.name());
            self.fail(Invariant::ConversationOrder, detail);
        }
        match record.place.topic {
            Topic::Delivery if record.event_type == EventType::StatusReported => {
                let readable = "the core publishes statuses that move nothing here";
                let reported: StatusReported = serde_json::from_str(&record.value).expect(readable);
                *self.sink.reported.entry((reported.wamid, reported.status)).or_default() += 1;
            }
            Topic::Delivery => {
                let readable = "the core publishes transitions here";
                let transition: Transition = serde_json::from_str(&record.value).expect(readable);
                let key = (transition.intent_id, transition.attempt, transition.status);
                let times = self.sink.transitions.entry(key).or_default();
                *times += 1;
                if *times > 1 {
                    let detail = format!("{} {} was counted twice", transition.intent_id, transition.status);
                    self.fail(Invariant::Conservation, detail);
                }
            }
            Topic::Inbound => {
                let readable = "the core publishes inbound messages here";
                let inbound: posthaste_model::InboundReceived = serde_json::from_str(&record.value).expect(readable);
                *self.sink.inbound.entry(inbound.wamid.to_string()).or_default() += 1;
            }
            Topic::Letters => self.sink.letters += 1,
            Topic::Senders | Topic::Accounts => {}
        }
    }
}
