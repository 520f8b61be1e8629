//! Delivery: what became of an attempt.

use std::sync::Arc;

use posthaste_model::{
    AttemptNumber, EventType, Intent, IntentId, Millis, Origin, Status, StatusObserved, Token, Transition,
    UnknownPolicy, topic,
};

use super::SenderTask;
use super::attempt::{Attempt, Report};
use super::reported::Fate;
use super::retry::{RETRY_BASE_MS, backoff_ms, honoured_ms};
use super::state::{Effects, Publication};
use crate::breaker::{Strike, Success};
use crate::outcome::SendOutcome;
use crate::verdict::{Scope, Verdict};

/// A sender is held this long after Meta said that it is too fast.
const THROTTLE_MS: i64 = 1_000;
/// How the reason begins of a repetition that is cancelled because the first attempt went through.
pub(super) const SUPERSEDED: &str = "superseded";

impl SenderTask {
    /// Moves an attempt that is in nobody's hands yet, with all that follows from it.
    pub(super) fn end(
        &self,
        attempt: &mut Attempt,
        status: Status,
        at: Millis,
        report: &Report,
        effects: &mut Effects,
    ) -> bool {
        let before = attempt.status;
        let first = attempt.marks & !(Status::Queued.bit() | Status::Armed.bit()) == 0;
        if !attempt.advance(status, at, report) {
            effects.counts.duplicates_natural += 1;
            return false;
        }
        if before == Status::Failed && attempt.status > Status::Failed {
            effects.counts.delivered_after_failed += 1;
        }
        if let Some(campaign) = &attempt.intent.campaign {
            let progress = effects.progress.entry((attempt.intent.tenant_id, campaign.id)).or_default();
            progress.count(status);
            progress.unknown += i32::from(attempt.status == Status::Unknown) - i32::from(before == Status::Unknown);
            progress.open += i32::from(attempt.status.is_open()) - i32::from(before.is_open());
        }
        if status != Status::Armed && !attempt.intent.message.is_receipt() {
            let origin = effects.origin.clone();
            effects.publish.push(transition(attempt, status, at, report, first, origin));
        }
        true
    }

    /// Moves an open or remembered attempt; files it anew and notes the row to write.
    pub(super) fn advance(&mut self, id: IntentId, status: Status, at: Millis, report: &Report, effects: &mut Effects) {
        // A repetition moves nothing, so nothing is copied for it.
        if self.newest(id).is_some_and(|attempt| attempt.has_reached(status)) {
            effects.counts.duplicates_natural += 1;
            return;
        }
        let open = self.open.remove(&id);
        let was_open = open.is_some();
        let Some(mut attempt) = open.or_else(|| self.recent.get(&id).cloned()) else { return };
        let (before, marks) = (attempt.status, attempt.marks);
        let changed = self.end(&mut attempt, status, at, report, effects);
        // Our own word, so evidence withdraws it.
        let given_up = i32::from(attempt.status == Status::Unconfirmed) - i32::from(before == Status::Unconfirmed);
        count_unconfirmed(&attempt.intent, given_up, effects);
        if before == Status::Armed && attempt.status != Status::Armed {
            self.landed(&attempt);
        }
        if before == Status::Unknown && attempt.status != Status::Unknown {
            self.forget_unknown(&attempt);
        }
        if changed {
            effects.before.entry((id, attempt.number)).or_insert((before, marks));
            effects.updated.insert((id, attempt.number), attempt.clone());
        }
        if attempt.status.is_open() {
            if attempt.status == Status::Unknown && before != Status::Unknown {
                self.unknown.insert((attempt.times.armed.unwrap_or(at), id));
            }
            self.open.insert(id, attempt);
        } else if was_open {
            self.keep_recent(attempt);
        } else if let Some(known) = self.recent.get_mut(&id) {
            *known = attempt;
        }
    }

    fn landed(&mut self, attempt: &Attempt) {
        // Only what this owner armed was counted as in flight.
        if attempt.armed_epoch == Some(self.epoch)
            && let Some(sender) = self.senders.get_mut(&attempt.intent.sender_id)
        {
            sender.in_flight = sender.in_flight.saturating_sub(1);
        }
    }

    fn forget_unknown(&mut self, attempt: &Attempt) {
        let id = attempt.intent.intent_id;
        if let Some(since) = attempt.times.armed.or(attempt.times.unknown) {
            self.unknown.remove(&(since, id));
        }
    }

    /// Applies a status webhook; gives what it was to the messages of its number.
    pub(super) fn observe(&mut self, observed: &StatusObserved, now: Millis, effects: &mut Effects) -> Fate {
        let told = observed.token.as_deref().and_then(|token| token.parse::<Token>().ok());
        let Some(token) = told.or_else(|| self.names.token(&observed.sender_id, &observed.wamid)) else {
            self.meet(observed, None, effects);
            return self.unnamed(observed, now, effects);
        };
        let newest = self.newest(token.intent_id).filter(|attempt| attempt.number == token.attempt);
        let replaced = newest.is_none();
        let known = newest.or_else(|| self.older.get(&(token.intent_id, token.attempt)));
        // The sender is part of the natural key: a token that is echoed for another number is not ours to believe.
        let Some(attempt) = known.filter(|attempt| attempt.intent.sender_id == observed.sender_id) else {
            effects.counts.foreign_statuses += 1;
            self.meet(observed, None, effects);
            return Fate::Foreign;
        };
        let fate = if attempt.has_reached(observed.status) { Fate::Known } else { Fate::Moved };
        if fate == Fate::Known && attempt.has_reached(Status::Accepted) {
            effects.counts.duplicates_natural += 1;
        } else {
            self.apply_report(token, replaced, observed, now, effects);
        }
        if replaced && observed.status != Status::Failed {
            self.take_back(token, now, effects);
        }
        fate
    }

    /// Applies a status that is news of an attempt that is known.
    fn apply_report(
        &mut self,
        token: Token,
        replaced: bool,
        observed: &StatusObserved,
        now: Millis,
        effects: &mut Effects,
    ) {
        let key = (token.intent_id, token.attempt);
        let known = if replaced { self.older.get(&key) } else { self.newest(token.intent_id) };
        let Some(attempt) = known else { return };
        let report = Report::of(observed);
        // Any status proves that Meta accepted the message, whether or not its HTTP answer ever comes.
        let accepted = Report { wamid: report.wamid.clone(), ..Report::default() };
        let unaccepted = !attempt.has_reached(Status::Accepted);
        let (intent, armed) = (Arc::clone(&attempt.intent), attempt.times.armed.unwrap_or_default());
        let is_first = !attempt.has_reached(observed.status);
        self.meet(observed, Some(&intent.contact), effects);
        if is_first {
            self.reported(&intent, armed, observed.status, &report, now, effects);
            self.heed_refusal(&intent, report.code, observed.at, effects);
        }
        let reports = [(Status::Accepted, accepted), (observed.status, report)];
        for (status, report) in reports.into_iter().skip(usize::from(!unaccepted)) {
            if replaced {
                self.advance_older(token, status, observed.at, &report, effects);
            } else {
                self.advance(token.intent_id, status, observed.at, &report, effects);
            }
        }
        if unaccepted {
            self.name(&intent, (token, armed), &observed.wamid, now, effects);
        }
    }

    /// Moves an attempt that a newer one has replaced: it holds nothing of its sender's any more.
    pub(super) fn advance_older(
        &mut self,
        token: Token,
        status: Status,
        at: Millis,
        report: &Report,
        effects: &mut Effects,
    ) {
        let key = (token.intent_id, token.attempt);
        let Some(mut attempt) = self.older.remove(&key) else { return };
        let before = (attempt.status, attempt.marks);
        if self.end(&mut attempt, status, at, report, effects) {
            effects.before.entry(key).or_insert(before);
            effects.updated.insert(key, attempt.clone());
        }
        self.older.insert(key, attempt);
    }

    /// Cancels the repetition of an attempt that Meta has taken after all, if it has not been armed: the person would get
    /// the message twice. After a failure it goes on, for then it is the message's only chance.
    fn take_back(&mut self, taken: Token, now: Millis, effects: &mut Effects) {
        let waiting = |attempt: &&Attempt| attempt.status == Status::Queued && attempt.number > taken.attempt;
        let Some(attempt) = self.open.get(&taken.intent_id).filter(waiting) else { return };
        let intent = Arc::clone(&attempt.intent);
        let report = Report::because(format!("{SUPERSEDED}: Meta has taken attempt {} after all", taken.attempt));
        self.advance(taken.intent_id, Status::Cancelled, now, &report, effects);
        count_superseded(&intent, effects);
    }

    /// Applies the outcome of a POST.
    pub(super) fn settle(
        &mut self,
        id: IntentId,
        number: i16,
        outcome: SendOutcome,
        now: Millis,
        effects: &mut Effects,
    ) {
        let current = self.open.get(&id).or_else(|| self.recent.get(&id));
        let Some(attempt) = current.filter(|attempt| attempt.number == number) else { return };
        // A status webhook may have been faster; then the outcome of the POST adds nothing but the wamid's confirmation.
        let reported = attempt.status > Status::Unknown;
        let (intent, armed) = (Arc::clone(&attempt.intent), attempt.times.armed.unwrap_or(now));
        if let Some(sender) = self.senders.get_mut(&intent.sender_id) {
            sender.trips.add(now.since(armed), now);
        }
        if !matches!(outcome, SendOutcome::NotSent { unreachable: false, .. }) {
            self.served(&intent, armed, failure_of_servers(&outcome), now, effects);
        }
        match outcome {
            SendOutcome::Accepted { wamid, number: respelled, .. } => {
                self.passed(&intent, armed, now, effects);
                if let Some(respelled) = respelled {
                    self.respelled(&intent, &respelled, now, effects);
                }
                let report = Report { wamid: Some(wamid.clone()), ..Report::default() };
                self.advance(id, Status::Accepted, now, &report, effects);
                let token = Token { intent_id: id, attempt: number };
                self.name(&intent, (token, armed), &wamid, now, effects);
            }
            _ if reported => {}
            SendOutcome::Refused { verdict, code, reason, retry_after_ms, wait_ms, .. } => {
                self.heed_refusal(&intent, code, now, effects);
                let report = Report { code, reason: Some(reason), ..Report::default() };
                let refusal = Refusal { intent, number, armed, retry_after_ms, wait_ms, report };
                self.refused(verdict, &refusal, now, effects);
            }
            SendOutcome::NotSent { reason, .. } => {
                let due = now.plus(backoff_ms(id, number, RETRY_BASE_MS));
                let report = Report::because(format!("not_sent: {reason}"));
                if self.is_account_held(&intent) {
                    // The fault is the servers', and this the probe or what was on its way: it costs nothing but time.
                    self.put_off(id, due, &report, now, effects);
                } else {
                    self.again(id, due, &report, now, effects);
                }
            }
            SendOutcome::Unknown { reason, .. } => {
                self.advance(id, Status::Unknown, now, &Report::because(reason), effects);
            }
        }
    }

    /// Meta took a message over: its pair is not too fast, and nothing holds its scopes.
    fn passed(&mut self, intent: &Intent, armed: Millis, now: Millis, effects: &mut Effects) {
        if let Some(sender) = self.senders.get_mut(&intent.sender_id)
            && !intent.message.is_receipt()
        {
            sender.pairs.passed(&intent.contact);
        }
        let success = Success { intent_id: intent.intent_id, armed, by_report: false };
        self.succeeded(intent, &success, now, effects);
    }

    fn refused(&mut self, verdict: Verdict, refusal: &Refusal, now: Millis, effects: &mut Effects) {
        let (id, report) = (refusal.intent.intent_id, &refusal.report);
        match verdict {
            Verdict::Permanent => self.advance(id, Status::Rejected, now, report, effects),
            Verdict::Unknown => self.advance(id, Status::Unknown, now, report, effects),
            Verdict::Retry { after_ms } => {
                let due = now.plus(refusal.wait_ms(after_ms));
                self.again(id, due, report, now, effects);
            }
            Verdict::Throttle(scope) => {
                let due = self.throttled(scope, refusal, now);
                self.again(id, due, report, now, effects);
            }
            Verdict::Pause(scope) => {
                if let Some(due) = self.restriction_behind(&refusal.intent, report.code, now) {
                    self.put_off(id, due.max(now.plus(refusal.wait_ms(RETRY_BASE_MS))), report, now, effects);
                    return;
                }
                let scope = self.at_fault(scope, &refusal.intent);
                let reason = report.reason.as_deref().unwrap_or_default();
                let strike =
                    Strike { intent_id: id, armed: refusal.armed, code: report.code, reason, by_report: false };
                self.struck(&refusal.intent, scope, &strike, now, effects);
                if scope == Scope::Campaign {
                    self.advance(id, Status::Rejected, now, report, effects);
                } else {
                    // The fault is not the message's: this takes nothing from its budget but time.
                    let due = now.plus(refusal.wait_ms(RETRY_BASE_MS));
                    self.put_off(id, due, report, now, effects);
                }
            }
        }
    }

    /// Slows the scope down; gives when the message may be sent again.
    fn throttled(&mut self, scope: Scope, refusal: &Refusal, now: Millis) -> Millis {
        let wait_ms = refusal.wait_ms(RETRY_BASE_MS);
        let Some(sender) = self.senders.get_mut(&refusal.intent.sender_id) else { return now.plus(wait_ms) };
        if scope == Scope::Pair {
            return sender.pairs.park(&refusal.intent.contact, refusal.armed, refusal.retry_after_ms, now);
        }
        // A documented wait is no matter of pace: a number in maintenance is away for a minute, however slow we are.
        if scope == Scope::Sender && refusal.wait_ms.is_none() {
            sender.adaptive.throttled(refusal.armed, now);
        }
        let hold_ms = honoured_ms(refusal.wait_ms.unwrap_or(THROTTLE_MS), refusal.retry_after_ms);
        sender.bucket.hold(now, hold_ms);
        now.plus(wait_ms)
    }

    /// Closes an attempt that was certainly not processed and queues the next one, while the budget of attempts lasts.
    pub(super) fn again(&mut self, id: IntentId, due: Millis, report: &Report, now: Millis, effects: &mut Effects) {
        let Some(attempt) = self.open.get(&id) else { return };
        if attempt.number < self.settings.attempts_max {
            self.put_off(id, due, report, now, effects);
            return;
        }
        let reason = report.reason.as_deref().unwrap_or("refused");
        let spent = Report { reason: Some(format!("no attempt is left: {reason}")), ..report.clone() };
        self.advance(id, Status::Expired, now, &spent, effects);
    }

    /// Closes an attempt that was certainly not processed and queues the next one, while the message's life lasts.
    fn put_off(&mut self, id: IntentId, due: Millis, report: &Report, now: Millis, effects: &mut Effects) {
        let Some(attempt) = self.open.get(&id) else { return };
        let (intent, number) = (Arc::clone(&attempt.intent), attempt.number);
        if due >= intent.expires_at {
            self.advance(id, Status::Expired, now, report, effects);
            return;
        }
        self.advance(id, Status::Deferred, now, report, effects);
        self.requeue(intent, number + 1, due, now, effects);
    }

    pub(super) fn requeue(
        &mut self,
        intent: Arc<Intent>,
        number: i16,
        due: Millis,
        now: Millis,
        effects: &mut Effects,
    ) {
        let id = intent.intent_id;
        if let Some(campaign) = &intent.campaign {
            effects.progress.entry((intent.tenant_id, campaign.id)).or_default().open += 1;
        }
        self.opt_outs.waits_again(&intent, now);
        let attempt = Attempt::queued(intent, number, due);
        effects.retried.push(attempt.clone());
        if let Some(replaced) = self.recent.remove(&id) {
            self.older.insert((id, replaced.number), replaced);
        }
        self.keep_open(attempt, now);
    }

    /// Judges an attempt that a previous owner had armed: `posted` is what its journal says, `None` when there is none.
    pub fn inherit(&mut self, id: IntentId, posted: Option<bool>, now: Millis, effects: &mut Effects) {
        let inherited = |attempt: &&Attempt| attempt.status == Status::Armed && attempt.armed_epoch != Some(self.epoch);
        if self.open.get(&id).filter(inherited).is_none() {
            return;
        }
        if posted == Some(false) {
            self.again(id, now, &Report::because("not_sent: the worker stopped before the POST"), now, effects);
        } else {
            let report = Report::because("the worker stopped before the outcome was recorded");
            self.advance(id, Status::Unknown, now, &report, effects);
        }
    }

    /// Gives up, or sends again by policy, what stayed unknown although the webhook stream has been processed beyond it.
    pub(super) fn expire_unknown(&mut self, now: Millis, effects: &mut Effects) {
        let grace = i64::from(self.settings.unknown_grace_ms);
        while let Some(&(since, id)) = self.unknown.first()
            && self.stream.has_passed(since, grace)
        {
            self.unknown.pop_first();
            let Some(attempt) = self.open.get(&id) else { continue };
            let (intent, number) = (Arc::clone(&attempt.intent), attempt.number);
            let report = Report::because("no status webhook came within grace");
            let repeat = self.repeats(&intent, number, now);
            self.advance(id, Status::Unconfirmed, now, &report, effects);
            if repeat {
                count_unconfirmed(&intent, -1, effects);
                self.requeue(intent, number + 1, now, now, effects);
            }
        }
    }

    /// Whether a message whose attempt of this number was given up at `at` is sent again.
    pub(super) fn repeats(&self, intent: &Intent, number: AttemptNumber, at: Millis) -> bool {
        intent.unknown_policy == UnknownPolicy::AtLeastOnce
            && number < self.settings.attempts_max
            && at < intent.expires_at
    }
}

/// What an outcome has against Meta's servers, if anything: no connection, no answer, or a 5xx. A request that the shell held
/// back says nothing of them, and nor does an answer whose meaning is not known.
fn failure_of_servers(outcome: &SendOutcome) -> Option<&str> {
    match outcome {
        SendOutcome::NotSent { reason, unreachable } => unreachable.then_some(reason),
        SendOutcome::Unknown { reason, http_status } => {
            http_status.is_none_or(|status| status >= 500).then_some(reason)
        }
        SendOutcome::Accepted { .. } | SendOutcome::Refused { .. } => None,
    }
}

/// A refusal of one attempt.
struct Refusal {
    intent: Arc<Intent>,
    number: AttemptNumber,
    armed: Millis,
    retry_after_ms: Option<i64>,
    wait_ms: Option<i64>,
    report: Report<'static>,
}

impl Refusal {
    /// The message's own wait: what is documented for the code or doubles with each attempt, whichever is longer.
    fn wait_ms(&self, first_ms: i64) -> i64 {
        let doubled = backoff_ms(self.intent.intent_id, self.number, first_ms);
        honoured_ms(doubled.max(self.wait_ms.unwrap_or(0)), self.retry_after_ms)
    }
}

/// Takes the count of a cancelled repetition back: the message itself was not cancelled.
pub(super) fn count_superseded(intent: &Intent, effects: &mut Effects) {
    if let Some(campaign) = &intent.campaign {
        effects.progress.entry((intent.tenant_id, campaign.id)).or_default().cancelled -= 1;
    }
}

/// Counts messages whose newest attempt is unconfirmed.
pub(super) fn count_unconfirmed(intent: &Intent, change: i32, effects: &mut Effects) {
    if let Some(campaign) = intent.campaign.as_ref().filter(|_| change != 0) {
        effects.progress.entry((intent.tenant_id, campaign.id)).or_default().unconfirmed += change;
    }
}

/// The record of a change. The `first` of an attempt tells what was not published before it.
fn transition(
    attempt: &Attempt,
    status: Status,
    at: Millis,
    report: &Report,
    first: bool,
    origin: Option<Origin>,
) -> Publication {
    let (intent, told) = (&attempt.intent, report.observed);
    let value = Transition {
        tenant_id: intent.tenant_id,
        intent_id: intent.intent_id,
        attempt: attempt.number,
        status,
        at,
        accepted_at: intent.accepted_at,
        sender_id: intent.sender_id.clone(),
        contact: intent.contact.clone(),
        identity: told.map(|own| own.identity.clone()).unwrap_or_default(),
        group_id: told.and_then(|own| own.group_id.clone()),
        class: intent.class,
        campaign_id: intent.campaign.as_ref().map(|campaign| campaign.id),
        template: intent.message.template().map(|template| template.name.clone()),
        callback_data: intent.callback_data.clone(),
        wamid: attempt.wamid.clone(),
        code: report.code,
        reason: report.reason.clone(),
        errors: told.map(|own| own.errors.clone()).unwrap_or_default(),
        pricing: told.and_then(|own| own.pricing.clone()),
        conversation: told.and_then(|own| own.conversation.clone()),
        queued_at: first.then_some(attempt.due_at),
        armed_at: attempt.times.armed.filter(|_| first),
    };
    Publication {
        topic: topic::DELIVERY,
        key: format!("{}:{}", intent.sender_id, intent.contact),
        event_type: EventType::DeliveryTransitioned,
        id: format!("{}.{}.{status}", intent.intent_id, attempt.number),
        sender_id: intent.sender_id.clone(),
        subject: intent.intent_id.to_string(),
        tenant_id: Some(intent.tenant_id),
        time: at,
        origin,
        headers: Vec::new(),
        value: serde_json::to_string(&value).expect("an event is JSON"),
    }
}
