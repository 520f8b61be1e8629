//! The sender task: `dedupe ⨟ pacing ⨟ delivery`, and the expansion of campaigns, composed into one step with one commit.
//!
//! One [`SenderTask`] is the state of one partition of `senders.v1`: everything about the senders whose ids fall into it.
//! It is a function of committed rows; after a commit that failed it is dropped and built anew from the store. The shell
//! feeds it a batch of inputs, then lets it plan, then commits the [`Effects`] of both and only then acts on them.

mod attempt;
mod delivery;
mod expand;
mod holds;
mod ingest;
mod keys;
mod lanes;
mod named;
mod opt_outs;
mod people;
mod plan;
mod portfolio;
mod recall;
mod reported;
mod retry;
mod rules;
mod standing;
mod state;
mod stream;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use posthaste_model::{
    CampaignId, Class, Contact, InboundReceived, Intent, IntentId, Millis, Origin, PortfolioId, SenderId, Sequence,
    Status, StatusObserved, StatusReported, TenantId, Transition, WabaId, WatermarkObserved,
};

pub use attempt::{Attempt, Report, Times};
pub use lanes::{Access, DEFAULT_WEIGHT, FLOOR_EVERY, LaneId, Lanes, Turn};
pub use named::Named;
pub use opt_outs::{OptOut, OptOutScope, OptOutSource, OptedOut};
pub use portfolio::{DAY_MS, GRANT_MS, MARGIN_MS, Reserved, Wanted};
pub use reported::{Asked, ReportKey};
pub use rules::Rules;
pub use state::{
    Campaign, CampaignState, CampaignTemplate, Chunk, Counts, Effects, Keys, Progress, Publication, Recipient, Rows,
};

use self::named::Names;
use self::opt_outs::OptOuts;
use self::people::Heard;
use self::portfolio::Answer;
use self::rules::Pace;
use self::stream::Stream;
use crate::breaker::{Breakers, Hold, HoldKey};
use crate::high_water::HighWater;
use crate::hours::Zone;
use crate::lease::HAND_OVER_MS;
use crate::outcome::SendOutcome;
use crate::pacing::{Adaptive, AppUsage, Bucket, Cap, Governor, PairBuckets, PerMinute, ShortestTrip};
use crate::standing::Restriction;
use crate::verdict::Verdict;

/// Closed attempts that are remembered, so that their status webhooks need no look-up; at 1,000 messages/s about ten
/// seconds' worth, and about 10 MB.
const RECENT_MAX: usize = 10_000;

/// Messages with sound or moving pictures that a page or an Instagram account may send in a second (Meta:
/// messenger-platform/overview/rate-limiting).
const HEAVY_PER_SECOND: u32 = 10;
/// Share of it that is planned: a place is taken when the message is armed, a little before its time, and it leaves up to an arm
/// window later.
const HEAVY_HEADROOM: f64 = 0.8;

/// Knobs of the task; see `deploy/posthaste.toml`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Share of a number's limit that is planned.
    pub headroom: f64,
    /// Share of that which is used while Meta says that the quality is low, of a number or of a campaign's templates.
    pub low_quality_share: f64,
    /// Release horizon of campaigns, in seconds of the sender's rate.
    pub horizon_seconds: u32,
    /// Attempts armed in one commit, in milliseconds of the sender's rate.
    pub arm_window_ms: u32,
    /// Grace of an unknown attempt, in stream progress.
    pub unknown_grace_ms: u32,
    /// Tries per message.
    pub attempts_max: i16,
    /// What one of Meta's error codes means where a webhook reports it: the table is the connector's.
    pub verdict_of: fn(i64) -> Verdict,
}

/// What the directory knows of a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Meta's limit, messages per second.
    pub limit_per_second: u32,
    /// Its account.
    pub waba_id: WabaId,
    /// Tells one access token from another, and nothing else of it.
    pub credential: String,
    /// Its share of its tenant's cap: senders of one tenant may have different owners, so each keeps to its own part and
    /// the sum never exceeds the cap.
    pub cap: Option<PerMinute>,
    /// Zone of people whose number does not tell theirs.
    pub zone: Zone,
    /// Its business portfolio, if that has a messaging limit.
    pub portfolio: Option<PortfolioId>,
    /// Meta lets its account send nothing before this time.
    pub blocked_until: Option<Millis>,
    /// What Meta lets its account not send, and until when each.
    pub restrictions: Vec<(Restriction, Millis)>,
    /// Meta says that the quality of the number is low.
    pub is_flagged: bool,
    /// Words by which people say that they want no marketing, in lower case.
    pub stop_words: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// Somebody wants a message sent.
    Submitted(Intent),
    /// Meta reported a status.
    Status(StatusObserved),
    /// Meta reported one by a name that this version does not know.
    Reported(Box<StatusReported>),
    /// Meta reported what became of all messages to a person up to a point of time.
    Watermark(WatermarkObserved),
    /// A person wrote.
    Inbound(Box<InboundReceived>),
    /// A partition of the webhook stream has been processed up to this time.
    Progressed {
        /// Partition of `webhooks.raw.v1`.
        partition: i32,
        /// Every webhook that the edge took before this has been seen here.
        upto: Millis,
    },
    /// A POST ended.
    Settled {
        /// Which intent.
        intent_id: IntentId,
        /// Which attempt.
        attempt: i16,
        /// How.
        outcome: SendOutcome,
    },
    /// Meta told with an answer how much of its hourly limits the sender's app has used up.
    Used {
        /// Whose message it answered.
        sender_id: SenderId,
        /// What it told.
        usage: AppUsage,
    },
    /// The log holds a transition that the store has lost. This and the next two follow on a store that was set back.
    Recalled(Box<Transition>),
    /// Whether an attempt was POSTed is not known.
    Doubted {
        /// Which intent.
        intent_id: IntentId,
        /// Which attempt: the one that waits, or a later one.
        attempt: i16,
    },
    /// The store does not have this campaign.
    Orphaned(CampaignId),
}

/// An event with its time and origin.
#[derive(Debug, Clone)]
pub struct Input {
    /// The shell's clock.
    pub at: Millis,
    /// Position in its producer's output; events from the log have one.
    pub sequence: Option<Sequence>,
    /// The record that it came in; events from the log have one.
    pub origin: Option<Origin>,
    /// What happened.
    pub event: Event,
}

/// One sender's state.
#[derive(Debug, Clone)]
struct Sender {
    profile: Profile,
    bucket: Bucket,
    cap: Option<Cap>,
    adaptive: Adaptive,
    pairs: PairBuckets,
    /// What the store has said of people, where the portfolio has a limit.
    answers: HashMap<Contact, Answer>,
    /// Answers that are no longer believed are forgotten when there are as many as this.
    forget_at: usize,
    refused_until: Option<Millis>,
    lanes: Lanes,
    in_flight: usize,
    trips: ShortestTrip,
    /// Whether it has messages on which Meta reports by its own ids alone.
    is_named: bool,
    /// Pace of sound and moving pictures on Messenger and Instagram.
    heavy: Bucket,
    /// When the last of those that found no place is to be looked at again.
    heavy_due: Millis,
}

/// State of one partition. See the module's documentation.
#[derive(Debug, Clone)]
pub struct SenderTask {
    settings: Settings,
    epoch: i64,
    may_post_at: Millis,
    high_water: HighWater,
    senders: HashMap<SenderId, Sender>,
    profiles: Arc<HashMap<SenderId, Profile>>,
    open: HashMap<IntentId, Attempt>,
    recent: HashMap<IntentId, Attempt>,
    /// In the order in which they were closed; an attempt that was replaced meanwhile has a place, and no other meaning.
    recent_order: VecDeque<(IntentId, i16)>,
    /// Attempts of the batch at hand that a newer one has replaced: looked up, or replaced within it.
    older: HashMap<(IntentId, i16), Attempt>,
    names: Names,
    unknown: BTreeSet<(Millis, IntentId)>,
    stream: Stream,
    campaigns: HashMap<CampaignId, Campaign>,
    chunks: HashMap<CampaignId, Chunk>,
    /// Of the campaigns that have rules of their own.
    paces: HashMap<CampaignId, Pace>,
    breakers: Breakers,
    opt_outs: OptOuts,
    heard: Heard,
    /// By credential: all numbers that send with one token share its app's limits.
    governors: HashMap<String, Governor>,
    /// When messages of held scopes are next looked through for those whose life is over.
    next_sweep: Millis,
}

/// What a new owner starts from.
#[derive(Debug, Clone)]
pub struct Takeover {
    /// Its epoch.
    pub epoch: i64,
    /// Not to arm before: the previous owner's lease may last until then.
    pub may_post_at: Millis,
    /// Sequence numbers that were applied.
    pub high_water: HighWater,
    /// Attempts that are queued, armed or unknown, in the order of acceptance.
    pub open: Vec<Attempt>,
    /// Partitions of the webhook stream, whose progress measures grace.
    pub stream_partitions: usize,
    /// What is held.
    pub holds: Vec<(HoldKey, Hold)>,
}

impl SenderTask {
    /// Builds the state of a partition from committed rows.
    pub fn take_over(
        settings: Settings,
        profiles: Arc<HashMap<SenderId, Profile>>,
        takeover: Takeover,
        now: Millis,
    ) -> Self {
        let mut task = Self {
            settings,
            epoch: takeover.epoch,
            may_post_at: takeover.may_post_at,
            high_water: takeover.high_water,
            senders: HashMap::new(),
            profiles,
            open: HashMap::new(),
            recent: HashMap::new(),
            recent_order: VecDeque::new(),
            older: HashMap::new(),
            names: Names::default(),
            unknown: BTreeSet::new(),
            stream: Stream::new(takeover.stream_partitions),
            campaigns: HashMap::new(),
            chunks: HashMap::new(),
            paces: HashMap::new(),
            breakers: Breakers::restored(takeover.holds),
            opt_outs: OptOuts::default(),
            heard: Heard::default(),
            governors: HashMap::new(),
            next_sweep: now,
        };
        for attempt in takeover.open {
            if attempt.status == Status::Queued {
                task.opt_outs.waiting(attempt.intent.tenant_id, attempt.intent.accepted_at.min(now));
            }
            task.keep_open(attempt, now);
        }
        task
    }

    /// Tells the task what the directory knows now.
    pub fn set_profiles(&mut self, profiles: Arc<HashMap<SenderId, Profile>>, now: Millis) {
        let mut senders = std::mem::take(&mut self.senders);
        for (id, sender) in &mut senders {
            if let Some(profile) = profiles.get(id)
                && *profile != sender.profile
            {
                let limit_changed = profile.limit_per_second != sender.profile.limit_per_second;
                if limit_changed {
                    sender.bucket = self.bucket(profile, now);
                    sender.adaptive = Adaptive::default();
                } else if profile.is_flagged != sender.profile.is_flagged {
                    // Slots that were handed out before count against the same limit.
                    let next = sender.bucket.next_at();
                    sender.bucket = self.bucket(profile, now);
                    sender.bucket.not_before(next);
                }
                if profile.cap != sender.profile.cap {
                    sender.cap = profile.cap.map(|cap| Cap::used(cap, now));
                }
                sender.profile = profile.clone();
            }
        }
        self.senders = senders;
        self.profiles = profiles;
    }

    /// Sequence numbers that were applied, for the commit.
    pub fn high_water(&self) -> &HighWater {
        &self.high_water
    }

    /// Attempts that are queued, armed or unknown.
    pub fn open_len(&self) -> usize {
        self.open.len()
    }

    /// Attempts whose outcome is unknown and that are within grace.
    pub fn unknown_len(&self) -> usize {
        self.unknown.len()
    }

    /// Messages of a class that wait in their lanes, those that are not due yet included.
    pub fn waiting_len(&self, class: Class) -> usize {
        self.senders.values().map(|sender| sender.lanes.len_of(class)).sum()
    }

    /// The campaigns as the last [`SenderTask::plan`] was told of them.
    pub fn campaigns(&self) -> &HashMap<CampaignId, Campaign> {
        &self.campaigns
    }

    /// Messages that the buckets of all numbers would let be armed now.
    pub fn free_slots(&self, now: Millis) -> f64 {
        let ahead_ms = i64::from(self.settings.arm_window_ms);
        self.senders.values().map(|sender| sender.bucket.free(now, ahead_ms)).sum()
    }

    /// The highest usage of an app's hourly limits that was told last, in percent.
    pub fn app_usage_percent(&self) -> u32 {
        self.governors.values().map(Governor::percent).max().unwrap_or(0)
    }

    /// What is held.
    pub fn holds(&self) -> impl Iterator<Item = (&HoldKey, &Hold)> {
        self.breakers.holds()
    }

    /// Attempts that this owner has armed and that are not settled.
    pub fn in_flight(&self) -> usize {
        self.senders.values().map(|sender| sender.in_flight).sum()
    }

    /// Attempts that were armed in an epoch before this one and have not been judged yet: the shell looks into the
    /// journal of the previous owner for them once that owner's lease is over, see [`SenderTask::inherit`].
    pub fn inherited(&self) -> Vec<(IntentId, i16, i64)> {
        let armed = |attempt: &&Attempt| attempt.status == Status::Armed && attempt.armed_epoch != Some(self.epoch);
        let mut list: Vec<_> = self
            .open
            .values()
            .filter(armed)
            .map(|attempt| (attempt.intent.intent_id, attempt.number, attempt.armed_epoch.unwrap_or(0)))
            .collect();
        list.sort_unstable();
        list
    }

    /// Attempts that are armed, by whomever: their POSTs may be under way.
    pub fn armed(&self) -> impl Iterator<Item = (IntentId, i16)> {
        let armed = |attempt: &&Attempt| attempt.status == Status::Armed;
        self.open.values().filter(armed).map(|attempt| (attempt.intent.intent_id, attempt.number))
    }

    /// Campaigns that have messages waiting here: their state must be read before each arming.
    pub fn waiting_campaigns(&self) -> Vec<(TenantId, CampaignId)> {
        let of_sender = |sender: &Sender| {
            let tenant = sender.profile.tenant_id;
            sender.lanes.campaigns().map(|campaign| (tenant, campaign)).collect::<Vec<_>>()
        };
        self.senders.values().flat_map(of_sender).collect()
    }

    /// Decides a batch, in order. Rows that were loaded for it must be complete for [`SenderTask::keys`].
    pub fn decide(&mut self, inputs: Vec<Input>, rows: &mut Rows, effects: &mut Effects) {
        self.older.clear();
        self.opt_outs.begin();
        self.names.begin(std::mem::take(&mut rows.named));
        for attempt in std::mem::take(&mut rows.attempts) {
            self.file(attempt);
        }
        for input in inputs {
            if let Some(sequence) = &input.sequence
                && !self.high_water.admit(sequence)
            {
                effects.counts.duplicates_sequence += 1;
                continue;
            }
            effects.origin = input.origin;
            match input.event {
                Event::Submitted(intent) => self.ingest(intent, input.at, rows, effects),
                Event::Status(status) => self.heed(&status, input.at, rows, effects),
                Event::Reported(reported) => self.pass_on(*reported, rows, effects),
                Event::Watermark(report) => self.observe_upto(&report, input.at, effects),
                Event::Inbound(inbound) => self.receive(*inbound, input.at, rows, effects),
                Event::Progressed { partition, upto } => self.stream.heard(partition, upto),
                Event::Used { sender_id, usage } => self.used(&sender_id, usage, input.at),
                Event::Settled { intent_id, attempt, outcome } => {
                    self.settle(intent_id, attempt, outcome, input.at, effects);
                }
                Event::Recalled(told) => self.recall(&told, input.at, effects),
                Event::Doubted { intent_id, attempt } => self.doubt(intent_id, attempt, input.at, effects),
                Event::Orphaned(campaign) => self.orphan(campaign, input.at, effects),
            }
        }
        effects.origin = None;
        self.forget_oldest();
    }

    /// Only between batches: [`SenderTask::keys`] asks for nothing that is remembered, so the batch must find it.
    fn forget_oldest(&mut self) {
        while self.recent_order.len() > RECENT_MAX {
            let Some((id, number)) = self.recent_order.pop_front() else { return };
            if self.recent.get(&id).is_some_and(|attempt| attempt.number == number) {
                self.recent.remove(&id);
            }
        }
    }

    /// Notes how much of its limits an app has used up. A token that is not in use any more is forgotten.
    fn used(&mut self, id: &SenderId, usage: AppUsage, now: Millis) {
        let Some(profile) = self.profiles.get(id) else { return };
        self.governors.entry(profile.credential.clone()).or_default().told(usage, now);
        let profiles = &self.profiles;
        self.governors.retain(|credential, _| profiles.values().any(|own| own.credential == *credential));
    }

    /// The sender's state, made when it is first needed; `None` when nobody registered it.
    fn sender(&mut self, id: &SenderId, now: Millis) -> Option<&mut Sender> {
        if !self.senders.contains_key(id) {
            let profile = self.profiles.get(id)?.clone();
            let since = self.may_post_at.plus(HAND_OVER_MS).max(now);
            let sender = Sender {
                bucket: self.bucket(&profile, since),
                cap: profile.cap.map(|cap| Cap::used(cap, since)),
                profile,
                adaptive: Adaptive::default(),
                pairs: PairBuckets::empty(self.may_post_at),
                answers: HashMap::new(),
                forget_at: 0,
                refused_until: None,
                lanes: Lanes::default(),
                in_flight: 0,
                trips: ShortestTrip::default(),
                is_named: false,
                heavy: Bucket::empty(HEAVY_PER_SECOND, HEAVY_HEADROOM, since),
                heavy_due: since,
            };
            self.senders.insert(id.clone(), sender);
        }
        self.senders.get_mut(id)
    }

    /// Holds an open attempt where its status belongs: in a lane, in flight, or among the unknown.
    fn keep_open(&mut self, attempt: Attempt, now: Millis) {
        let intent = Arc::clone(&attempt.intent);
        let lane = intent.campaign.as_ref().map(|campaign| campaign.id);
        match attempt.status {
            Status::Queued => {
                let due = attempt.due_at;
                if let Some(sender) = self.sender(&intent.sender_id, now) {
                    sender.is_named |= named::is_named(&intent);
                    if due > now {
                        sender.lanes.delay(due, intent.class, lane, intent.intent_id);
                    } else {
                        sender.lanes.push(intent.class, lane, intent.intent_id);
                    }
                }
            }
            Status::Unknown => {
                let since = attempt.times.armed.or(attempt.times.unknown).unwrap_or(now);
                self.unknown.insert((since, intent.intent_id));
            }
            // Built anew within its own epoch, the state has what it armed before in flight.
            Status::Armed if attempt.armed_epoch == Some(self.epoch) => {
                if let Some(sender) = self.sender(&intent.sender_id, now) {
                    sender.in_flight += 1;
                    sender.is_named |= named::is_named(&intent);
                }
            }
            _ => {}
        }
        self.open.insert(intent.intent_id, attempt);
    }

    /// The newest attempt of an intent that is open or remembered.
    fn newest(&self, id: IntentId) -> Option<&Attempt> {
        self.open.get(&id).or_else(|| self.recent.get(&id))
    }

    /// Files an attempt that was looked up: what is in memory already is as new as the row.
    fn file(&mut self, attempt: Attempt) {
        let id = attempt.intent.intent_id;
        match self.newest(id).map(|newest| newest.number) {
            Some(number) if number == attempt.number => {}
            Some(number) if number > attempt.number => {
                self.older.insert((id, attempt.number), attempt);
            }
            _ => {
                if let Some(older) = self.recent.get(&id) {
                    self.older.insert((id, older.number), older.clone());
                }
                self.keep_recent(attempt);
            }
        }
    }

    /// Remembers a closed attempt; of several attempts of one intent the newest.
    fn keep_recent(&mut self, attempt: Attempt) {
        let (id, number) = (attempt.intent.intent_id, attempt.number);
        let known = self.recent.get(&id).is_some_and(|known| known.number >= number);
        if !known && !self.open.contains_key(&id) {
            self.recent.insert(id, attempt);
            self.recent_order.push_back((id, number));
        }
    }
}

#[cfg(test)]
mod tests;
