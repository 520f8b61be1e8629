//! After the store was set back to an earlier time: what the log tells of attempts whose rows are lost, what nobody can know
//! of others, and what waits for a campaign that is gone.
//!
//! What is told here was published before. The shell leaves out what the log has already when it publishes the effects.

use std::collections::BTreeSet;
use std::sync::Arc;

use posthaste_model::{CampaignId, Intent, IntentId, Millis, Status, TenantId, Token, Transition, UnknownPolicy};

use super::SenderTask;
use super::attempt::{Attempt, Report};
use super::delivery::{SUPERSEDED, count_superseded, count_unconfirmed};
use super::retry::{RETRY_BASE_MS, backoff_ms};
use super::state::Effects;

impl SenderTask {
    /// Messages that wait in their lanes, by attempt.
    pub fn queued(&self) -> Vec<(IntentId, i16)> {
        let queued = self.open.values().filter(|attempt| attempt.status == Status::Queued);
        let mut list: Vec<_> = queued.map(|attempt| (attempt.intent.intent_id, attempt.number)).collect();
        list.sort_unstable();
        list
    }

    /// Campaigns of which a message is open.
    pub fn open_campaigns(&self) -> BTreeSet<(TenantId, CampaignId)> {
        let of = |attempt: &Attempt| Some((attempt.intent.tenant_id, attempt.intent.campaign.as_ref()?.id));
        self.open.values().filter_map(of).collect()
    }

    /// Applies a transition that was committed and published, and that the store has lost. One of a message that is not here
    /// changes nothing: it is told again when its intent has been taken in.
    pub(super) fn recall(&mut self, told: &Transition, now: Millis, effects: &mut Effects) {
        let id = told.intent_id;
        let newest = self.newest(id).filter(|attempt| attempt.intent.sender_id == told.sender_id);
        let Some((intent, number)) = newest.map(|newest| (Arc::clone(&newest.intent), newest.number)) else { return };
        let token = Token { intent_id: id, attempt: told.attempt };
        // What else it told is on the log with it, and is not published again.
        let report = Report { wamid: told.wamid.clone(), code: told.code, reason: told.reason.clone(), observed: None };
        if told.attempt < number {
            self.advance_older(token, told.status, told.at, &report, effects);
            return;
        }
        if told.attempt > number {
            self.succeed(&intent, (told.attempt, told.queued_at.unwrap_or(now)), told.at, now, effects);
        }
        if let Some(armed) = told.armed_at {
            self.advance(id, Status::Armed, armed, &Report::default(), effects);
        }
        if self.newest(id).is_some_and(|attempt| attempt.has_reached(told.status)) {
            return;
        }
        self.advance(id, told.status, told.at, &report, effects);
        self.heed_refusal(&intent, told.code, told.at, effects);
        if let Some(wamid) = &told.wamid {
            let armed = self.newest(id).and_then(|attempt| attempt.times.armed).unwrap_or(told.at);
            self.name(&intent, (token, armed), wamid, now, effects);
        }
        self.follow(&intent, told, now, effects);
    }

    /// Goes on with a later attempt. How the one before it ended is not among what was told; that there was another one says as
    /// much.
    fn succeed(
        &mut self,
        intent: &Arc<Intent>,
        (number, due): (i16, Millis),
        at: Millis,
        now: Millis,
        effects: &mut Effects,
    ) {
        if self.open.contains_key(&intent.intent_id) {
            self.advance(intent.intent_id, Status::Deferred, at, &Report::because("another attempt followed"), effects);
        }
        self.requeue(Arc::clone(intent), number, due, now, effects);
    }

    /// What was committed together with a transition, and is not told on its own.
    fn follow(&mut self, intent: &Arc<Intent>, told: &Transition, now: Millis, effects: &mut Effects) {
        match told.status {
            Status::Deferred => {
                let due = told.at.plus(backoff_ms(told.intent_id, told.attempt, RETRY_BASE_MS));
                self.requeue(Arc::clone(intent), told.attempt + 1, due, now, effects);
            }
            Status::Unconfirmed if self.repeats(intent, told.attempt, told.at) => {
                count_unconfirmed(intent, -1, effects);
                self.requeue(Arc::clone(intent), told.attempt + 1, now, now, effects);
            }
            Status::Cancelled if told.reason.as_deref().is_some_and(|reason| reason.starts_with(SUPERSEDED)) => {
                count_superseded(intent, effects);
            }
            _ => {}
        }
    }

    /// Calls a message unknown that waits here, or was armed before, and may have been POSTed by an owner whose commits are
    /// lost: with the attempt that waits, or a later one of which nothing was told. Grace and policy decide about it as about
    /// any other.
    pub(super) fn doubt(&mut self, id: IntentId, number: i16, now: Millis, effects: &mut Effects) {
        let is_meant =
            |attempt: &&Attempt| attempt.number <= number && matches!(attempt.status, Status::Queued | Status::Armed);
        let Some(attempt) = self.open.get(&id).filter(is_meant) else { return };
        let (intent, before, status) = (Arc::clone(&attempt.intent), attempt.number, attempt.status);
        if before < number {
            self.succeed(&intent, (number, now), now, now, effects);
        }
        if before < number || status == Status::Queued {
            self.advance(id, Status::Armed, now, &Report::default(), effects);
        }
        let report = Report::because("the store was set back: whether it was sent is not known");
        self.advance(id, Status::Unknown, now, &report, effects);
    }

    /// Ends what waits of a campaign that the store does not have, or would wait again: nothing would ever let it leave.
    pub(super) fn orphan(&mut self, campaign: CampaignId, now: Millis, effects: &mut Effects) {
        let is_own = |intent: &Intent| intent.campaign.as_ref().is_some_and(|own| own.id == campaign);
        let end_of = |attempt: &Attempt| match attempt.status {
            Status::Queued => Some(Status::Cancelled),
            Status::Unknown if attempt.intent.unknown_policy == UnknownPolicy::AtLeastOnce => Some(Status::Unconfirmed),
            _ => None,
        };
        let own = self.open.values().filter(|attempt| is_own(&attempt.intent));
        let mut ends: Vec<_> = own.filter_map(|own| Some((own.intent.intent_id, end_of(own)?))).collect();
        ends.sort_unstable();
        for (id, end) in ends {
            let report = Report::because("the store was set back to a time before its campaign");
            self.advance(id, end, now, &report, effects);
        }
    }
}
