//! Reports that carry no token of ours: those of Messenger and Instagram name Meta's ids of messages, or all messages to a person
//! up to a point of time (Meta: messenger-platform/webhooks, `message_deliveries` and `message_reads`).

use std::collections::{HashMap, VecDeque};

use posthaste_model::{Channel, Contact, Intent, Millis, SenderId, StatusObserved, Token, Wamid, WatermarkObserved};

use super::SenderTask;
use super::reported::Fate;
use super::state::Effects;

/// How long a report waits for the answer to the POST that it overtook, or for the echo that settles it: as a rule a POST ends
/// within half of it.
const EARLY_MS: i64 = 60_000;
/// Reports that wait so, at most; the oldest gives way.
const EARLY_MAX: usize = 1_000;

/// An attempt by the id that Meta gave its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Where it was sent from.
    pub sender_id: SenderId,
    /// Meta's id.
    pub wamid: Wamid,
    /// To whom.
    pub contact: Contact,
    /// Which attempt.
    pub token: Token,
    /// When it was armed: Meta took it later, by no more than its POST and a slot ahead took.
    pub sent_at: Millis,
}

/// What is known of the ids that Meta gave.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Of the batch at hand: looked up, or learned within it.
    known: HashMap<(SenderId, Wamid), Named>,
    /// Reports of ids that are not known yet, since their POSTs have no answer yet. A new owner begins without: what it
    /// misses is what a report tells between the answer's arrival and its commit.
    early: VecDeque<(Millis, StatusObserved)>,
}

/// Whether Meta reports on this message by its own id alone. What is no message has none.
pub(super) fn is_named(intent: &Intent) -> bool {
    intent.message.channel() != Channel::Whatsapp && !intent.message.is_receipt()
}

impl Names {
    /// Starts a batch with what was looked up for it.
    pub(super) fn begin(&mut self, found: Vec<Named>) {
        self.known = found.into_iter().map(|named| ((named.sender_id.clone(), named.wamid.clone()), named)).collect();
    }

    pub(super) fn token(&self, sender: &SenderId, wamid: &Wamid) -> Option<Token> {
        self.known.get(&(sender.clone(), wamid.clone())).map(|named| named.token)
    }

    fn wait(&mut self, observed: StatusObserved, now: Millis) {
        while self.early.len() >= EARLY_MAX || self.early.front().is_some_and(|(since, _)| now.since(*since) > EARLY_MS)
        {
            self.early.pop_front();
        }
        self.early.push_back((now, observed));
    }

    /// The reports that waited for this id, in the order in which they came.
    fn overtaken(&mut self, sender: &SenderId, wamid: &Wamid) -> Vec<StatusObserved> {
        let is_of = |observed: &StatusObserved| observed.sender_id == *sender && observed.wamid == *wamid;
        let (of, others) = self.early.drain(..).partition(|(_, observed)| is_of(observed));
        self.early = others;
        let of: VecDeque<(Millis, StatusObserved)> = of;
        of.into_iter().map(|(_, observed)| observed).collect()
    }

    /// Those to a person up to a point of time, oldest first.
    fn upto(&self, report: &WatermarkObserved) -> Vec<Named> {
        let is_of = |named: &&Named| {
            named.sender_id == report.sender_id && named.contact == report.contact && named.sent_at <= report.upto
        };
        let mut of: Vec<Named> = self.known.values().filter(is_of).cloned().collect();
        of.sort_unstable_by_key(|named| (named.sent_at, named.token.intent_id, named.token.attempt));
        of
    }
}

impl SenderTask {
    /// A report without a token, of an id that no message has: of another's message, or of one whose POST has no answer yet.
    pub(super) fn unnamed(&mut self, observed: &StatusObserved, now: Millis, effects: &mut Effects) -> Fate {
        let sender = self.senders.get(&observed.sender_id);
        if sender.is_some_and(|sender| sender.is_named && sender.in_flight > 0) {
            self.names.wait(observed.clone(), now);
            return Fate::Early;
        }
        effects.counts.foreign_statuses += 1;
        Fate::Foreign
    }

    /// Meta gave a message its id: reports that came before the answer did are applied now.
    pub(super) fn name(
        &mut self,
        intent: &Intent,
        (token, sent_at): (Token, Millis),
        wamid: &Wamid,
        now: Millis,
        effects: &mut Effects,
    ) {
        if !is_named(intent) {
            return;
        }
        let named = Named {
            sender_id: intent.sender_id.clone(),
            wamid: wamid.clone(),
            contact: intent.contact.clone(),
            token,
            sent_at,
        };
        self.names.known.insert((named.sender_id.clone(), named.wamid.clone()), named);
        for observed in self.names.overtaken(&intent.sender_id, wamid) {
            self.observe(&observed, now, effects);
        }
    }

    /// Applies a report of all messages to a person up to a point of time.
    pub(super) fn observe_upto(&mut self, report: &WatermarkObserved, now: Millis, effects: &mut Effects) {
        for named in self.names.upto(report) {
            let new = StatusObserved::new(named.sender_id, named.wamid, report.status, report.at);
            let (contact, token) = (Some(named.contact), Some(named.token.to_string()));
            let observed = StatusObserved { contact, token, ..new };
            self.observe(&observed, now, effects);
        }
    }
}
