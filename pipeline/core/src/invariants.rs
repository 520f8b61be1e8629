//! The invariants I-1 … I-16: written once, judged in unit tests, in the simulation and in production.
//!
//! Each has a code, a sentence, and where the core alone can tell, a judge: a small piece of state that is told what
//! happens and answers with a [`Violation`] when it must not have happened. The judges know nothing of how the pipeline
//! works. Whoever runs one decides what a violation costs: the simulation fails the seed, production counts and logs it,
//! a debug build panics.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt;

use posthaste_model::{CampaignId, Contact, IntentId, Millis, SenderId, Status, Token};

use crate::sender::{Attempt, Campaign, CampaignState, Effects};

macro_rules! invariants {
    ($($name:ident = $code:literal, $statement:literal;)+) => {
        /// One invariant. See the module's documentation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Invariant { $(#[doc = $statement] $name),+ }

        impl Invariant {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Code in logs, metrics and documents.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// What must hold.
            pub const fn statement(self) -> &'static str {
                match self { $(Self::$name => $statement),+ }
            }
        }
    };
}

invariants! {
    OneEnd = "I-1", "Every accepted intent reaches exactly one terminal status, and that status is true.";
    OnePost = "I-2", "An attempt is POSTed at most once, and only after it was durably armed.";
    AtMostOnce = "I-3", "Under at_most_once no more than one attempt of an intent is accepted.";
    Rate = "I-4", "In every sliding second a sender POSTs no more than its limit.";
    PairRate = "I-5", "A sender POSTs to one person no more than one message per 6 s, with bursts of 45.";
    StatusRises = "I-6", "The status of an attempt only rises.";
    ConversationOrder = "I-7", "A conversation's events reach the sink in the order of their commits.";
    Conservation = "I-8", "Webhooks in = applied + duplicates + buried; commands in = accepted + refused; counters = rows.";
    Isolation = "I-9", "No row is visible or written across tenants.";
    PauseHolds = "I-10", "Nothing is armed by a decision that could see a committed pause or cancel.";
    OutboxGapless = "I-11", "Outbox numbers are gapless, published in order, and each stands for one content.";
    Replay = "I-12", "Replaying the recorded inputs gives the same effects.";
    NoLag = "I-13", "Lag returns to 0 while a sender is held or a campaign is paused.";
    Liveness = "I-14", "After faults stop, a fresh message is delivered.";
    Reserved = "I-15", "A person of a limited portfolio has a place, or an open service window, before anything is POSTed to them.";
    OptOut = "I-16", "Nothing is armed for a person by a decision that could see that they opted out.";
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An invariant that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which one.
    pub invariant: Invariant,
    /// What was seen, for people; holds ids but no content of messages.
    pub detail: String,
}

impl Violation {
    /// A violation with what was seen.
    pub fn new(invariant: Invariant, detail: impl Into<String>) -> Self {
        Self { invariant, detail: detail.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} violated: {} ({})", self.invariant, self.detail, self.invariant.statement())
    }
}

impl std::error::Error for Violation {}

/// I-4: counts the POSTs of one sender in the second that ends now.
#[derive(Debug, Clone, Default)]
pub struct RateJudge {
    posts: VecDeque<Millis>,
}

impl RateJudge {
    /// A POST at `at`, not before the last one, under Meta's limit in messages per second.
    pub fn post(&mut self, sender: &SenderId, limit: u32, at: Millis) -> Result<(), Violation> {
        while self.posts.front().is_some_and(|first| at.since(*first) >= 1_000) {
            self.posts.pop_front();
        }
        self.posts.push_back(at);
        if self.posts.len() <= limit as usize {
            return Ok(());
        }
        let seen = format!("sender {sender}: {} POSTs in the second before {at}, limit {limit}", self.posts.len());
        Err(Violation::new(Invariant::Rate, seen))
    }
}

/// Milliseconds per message to one person (Meta: throughput, "pair rate limit").
const PAIR_INTERVAL_MS: i64 = 6_000;
/// Messages to one person at once (same source).
const PAIR_BURST: i64 = 45;

/// I-5: a virtual queue per pair of sender and person that drains one message per 6 s.
#[derive(Debug, Clone, Default)]
pub struct PairJudge {
    empty_at: HashMap<(SenderId, Contact), Millis>,
}

impl PairJudge {
    /// A POST from `sender` to `contact`.
    pub fn post(&mut self, sender: &SenderId, contact: &Contact, at: Millis) -> Result<(), Violation> {
        let empty_at = self.empty_at.entry((sender.clone(), contact.clone())).or_insert(at);
        *empty_at = (*empty_at).max(at).plus(PAIR_INTERVAL_MS);
        let queued_ms = empty_at.since(at);
        if queued_ms <= PAIR_INTERVAL_MS * PAIR_BURST {
            return Ok(());
        }
        // The contact is personal data and stays out of the text.
        let seen = format!("sender {sender}: {} messages' worth to one person at {at}", queued_ms / PAIR_INTERVAL_MS);
        Err(Violation::new(Invariant::PairRate, seen))
    }
}

/// I-2 and I-3: which attempts left, and which were accepted.
#[derive(Debug, Clone, Default)]
pub struct PostLedger {
    posted: BTreeSet<(IntentId, i16)>,
    accepted: BTreeMap<IntentId, BTreeSet<i16>>,
}

impl PostLedger {
    /// The POST of this attempt leaves.
    pub fn post(&mut self, token: Token) -> Result<(), Violation> {
        if self.posted.insert((token.intent_id, token.attempt)) {
            return Ok(());
        }
        Err(Violation::new(Invariant::OnePost, format!("{token} was POSTed a second time")))
    }

    /// Meta took this attempt over. `at_most_once` is the intent's policy.
    pub fn accept(&mut self, token: Token, at_most_once: bool) -> Result<(), Violation> {
        let attempts = self.accepted.entry(token.intent_id).or_default();
        attempts.insert(token.attempt);
        if !at_most_once || attempts.len() == 1 {
            return Ok(());
        }
        let seen = format!("{} was accepted as attempts {attempts:?}", token.intent_id);
        Err(Violation::new(Invariant::AtMostOnce, seen))
    }

    /// Whether the attempt left.
    pub fn was_posted(&self, intent: IntentId, attempt: i16) -> bool {
        self.posted.contains(&(intent, attempt))
    }

    /// Whether Meta took the attempt over.
    pub fn was_accepted(&self, intent: IntentId, attempt: i16) -> bool {
        self.accepted.get(&intent).is_some_and(|attempts| attempts.contains(&attempt))
    }
}

/// I-6: status and marks of an attempt before a write, and the attempt after it.
pub fn status_rises((from, marks): (Status, i32), after: &Attempt) -> Result<(), Violation> {
    let kept = marks & after.marks == marks;
    if kept && after.status >= from {
        return Ok(());
    }
    let (token, to) = (after.token(), after.status);
    Err(Violation::new(Invariant::StatusRises, format!("{token} went from {from} to {to}, marks kept: {kept}")))
}

/// I-2, I-6 and I-10 as far as one commit shows them: what is sent is armed by this owner in this very commit, no campaign
/// that is armed for was loaded as paused, cancelled or completed, and a status is the maximum of what was reported and
/// not below what it was. What would leave wrongly is looked at first: a violation of I-6 says that the others hold.
pub fn commit_is_sound(
    epoch: i64,
    campaigns: &HashMap<CampaignId, Campaign>,
    effects: &Effects,
) -> Result<(), Violation> {
    for (attempt, _) in &effects.send {
        let token = attempt.token();
        let durable = effects.updated.get(&(token.intent_id, token.attempt));
        if durable.is_none_or(|row| row.status < Status::Armed || row.armed_epoch != Some(epoch)) {
            return Err(Violation::new(Invariant::OnePost, format!("{token} is sent, but not armed in this commit")));
        }
        if let Some(reference) = &attempt.intent.campaign
            && campaigns.get(&reference.id).is_none_or(|campaign| campaign.state != CampaignState::Running)
        {
            let seen = format!("{token} is armed, but its campaign {} is not running", reference.id);
            return Err(Violation::new(Invariant::PauseHolds, seen));
        }
    }
    let rows = effects.inserted.iter().chain(&effects.retried).chain(effects.updated.values());
    for attempt in rows {
        let highest = Status::ALL.iter().rev().find(|status| attempt.marks & status.bit() != 0);
        if highest != Some(&attempt.status) {
            let seen = format!("{} is {}, but reached {highest:?}", attempt.token(), attempt.status);
            return Err(Violation::new(Invariant::StatusRises, seen));
        }
    }
    let risen = |(key, before): (_, &(Status, i32))| {
        effects.updated.get(key).map_or(Ok(()), |after| status_rises(*before, after))
    };
    effects.before.iter().try_for_each(risen)
}

/// I-11 for one producing task-partition: what each number stands for, and where it was published.
#[derive(Debug, Clone, Default)]
pub struct OutboxJudge {
    contents: BTreeMap<i64, u64>,
    seen: HashMap<String, BTreeSet<i64>>,
}

impl OutboxJudge {
    /// A record with number `seq` stands durably on `place` (a partition of a topic); `content` is a hash of it.
    pub fn published(&mut self, place: &str, seq: i64, content: u64) -> Result<(), Violation> {
        if *self.contents.entry(seq).or_insert(content) != content {
            return Err(Violation::new(Invariant::OutboxGapless, format!("{seq} on {place} has two contents")));
        }
        let seen = self.seen.entry(place.to_owned()).or_default();
        let highest = seen.last().copied();
        if seen.insert(seq) && highest.is_some_and(|highest| seq < highest) {
            let detail = format!("{seq} came to {place} after {highest:?}: every reader takes it for a repetition");
            return Err(Violation::new(Invariant::OutboxGapless, detail));
        }
        Ok(())
    }

    /// Every number up to `newest` is there.
    pub fn complete(&self, newest: i64) -> Result<(), Violation> {
        match (1..=newest).find(|seq| !self.contents.contains_key(seq)) {
            None => Ok(()),
            Some(seq) => {
                Err(Violation::new(Invariant::OutboxGapless, format!("{seq} of {newest} was never published")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(attempt: i16) -> Token {
        Token { intent_id: IntentId(uuid::Uuid::from_u128(7)), attempt }
    }

    #[test]
    fn codes_are_in_order() {
        let codes: Vec<_> = Invariant::ALL.iter().map(|invariant| invariant.code()).collect();
        assert_eq!(codes, (1..=Invariant::ALL.len()).map(|n| format!("I-{n}")).collect::<Vec<_>>());
    }

    #[test]
    fn the_rate_judge_looks_at_sliding_seconds() {
        let (mut judge, sender) = (RateJudge::default(), SenderId::new("1"));
        for at in [0, 500, 999] {
            judge.post(&sender, 3, Millis(at)).unwrap();
        }
        assert_eq!(judge.post(&sender, 3, Millis(1_000)), Ok(()));
        assert_eq!(judge.post(&sender, 3, Millis(1_400)).unwrap_err().invariant, Invariant::Rate);
    }

    #[test]
    fn the_pair_judge_lets_45_pass_at_once_and_one_more_every_6_s() {
        let (mut judge, sender, contact) = (PairJudge::default(), SenderId::new("1"), Contact::new("+16315550101"));
        for _ in 0..45 {
            judge.post(&sender, &contact, Millis(0)).unwrap();
        }
        judge.post(&sender, &contact, Millis(6_000)).unwrap();
        assert!(judge.post(&sender, &contact, Millis(11_999)).is_err());
    }

    #[test]
    fn an_attempt_leaves_once_and_is_accepted_once() {
        let mut ledger = PostLedger::default();
        ledger.post(token(1)).unwrap();
        assert!(ledger.post(token(1)).is_err());
        ledger.post(token(2)).unwrap();
        ledger.accept(token(1), true).unwrap();
        ledger.accept(token(1), true).unwrap();
        assert_eq!(ledger.accept(token(2), true).unwrap_err().invariant, Invariant::AtMostOnce);
        assert!(ledger.accept(token(2), false).is_ok());
    }

    #[test]
    fn a_number_stands_for_one_record_in_order() {
        let mut judge = OutboxJudge::default();
        for (place, seq) in [("a/0", 1), ("b/0", 2), ("a/0", 3), ("a/0", 1), ("b/0", 2)] {
            judge.published(place, seq, seq.unsigned_abs()).unwrap();
        }
        assert!(judge.complete(3).is_ok() && judge.complete(4).is_err());
        assert!(judge.clone().published("a/0", 2, 2).is_err(), "late: it would be dropped");
        assert!(judge.published("a/0", 3, 9).is_err(), "another content");
    }
}
