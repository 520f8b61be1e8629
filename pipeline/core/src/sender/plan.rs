//! Planning: which waiting messages are armed now, and when to look again.

use std::collections::HashMap;
use std::sync::Arc;

use posthaste_model::{IntentId, Millis, SenderId, Status};

use super::attempt::Report;
use super::lanes::Turn;
use super::portfolio::Unreserved;
use super::state::{Effects, Rows};
use super::{Sender, SenderTask, Settings};

/// Attempts of one sender that are armed and not settled, in windows and shortest trips of its rate: enough that the road
/// is never empty, and little more, because what is armed leaves even after a pause, and is in doubt after a crash.
const IN_FLIGHT_WINDOWS: f64 = 2.5;
/// See [`IN_FLIGHT_WINDOWS`]; an answer takes up to three times as long as the fastest as a rule.
const IN_FLIGHT_TRIPS: f64 = 3.0;
/// Fewest attempts in flight that are allowed, for slow numbers.
const IN_FLIGHT_MIN: usize = 8;
/// How long a message waits when its person has had enough for now and no better time is known.
const LOOK_AGAIN_MS: i64 = 1_000;
/// A place for sound or moving pictures may be taken so long before its time, in milliseconds: whoever is looked at when it comes
/// would find it taken a moment later by the one before.
const HEAVY_AHEAD_MS: i64 = 60;
/// Longest time that a message with sound or moving pictures is put off at once: how late it hears that those before it are gone.
const HEAVY_PUT_OFF_MAX_MS: i64 = 60_000;

impl Sender {
    /// When the bucket and the plan of the tenant give the next slot; may be past.
    fn next_at(&self) -> Millis {
        self.cap.as_ref().map_or(self.bucket.next_at(), |cap| self.bucket.next_at().max(cap.next_at()))
    }

    /// When the next message would leave.
    pub(super) fn slot(&self, now: Millis) -> Millis {
        self.next_at().max(now)
    }

    /// When to look again at a message with sound or moving pictures; `None` if there is a place for it now. Each that finds none
    /// is looked at one place later than the one before, so that thousands that wait are not gone through for each place.
    fn heavy_until(&mut self, now: Millis) -> Option<Millis> {
        let next = self.heavy.next_at();
        if next <= now.plus(HEAVY_AHEAD_MS) {
            return None;
        }
        let due = self.heavy_due.max(next);
        if due.since(now) > HEAVY_PUT_OFF_MAX_MS {
            return Some(now.plus(HEAVY_PUT_OFF_MAX_MS));
        }
        self.heavy_due = due.plus((1_000.0 / self.heavy.rate()) as i64);
        Some(due)
    }

    /// Takes the next slot, which lies within the window. The tenant's plan counts messages alone.
    fn take(&mut self, now: Millis, ahead_ms: i64, is_message: bool) -> Millis {
        if let Some(cap) = &self.cap {
            self.bucket.not_before(cap.next_at());
        }
        let slot = self.bucket.take(now, ahead_ms).unwrap_or(now);
        if let Some(cap) = self.cap.as_mut().filter(|_| is_message) {
            cap.spend(slot);
        }
        self.adaptive.space(&mut self.bucket, now);
        self.in_flight += 1;
        slot
    }

    fn in_flight_max(&self, settings: &Settings) -> usize {
        let window_ms = f64::from(settings.arm_window_ms);
        let in_flight_ms = IN_FLIGHT_WINDOWS * window_ms + IN_FLIGHT_TRIPS * self.trips.ms() as f64;
        ((self.bucket.rate() * in_flight_ms / 1000.0) as usize).max(IN_FLIGHT_MIN)
    }
}

impl SenderTask {
    /// Expands campaigns, resolves what has been unknown for too long, and arms what may leave. `rows` holds the
    /// campaigns as committed a moment ago: a committed pause or cancel is seen by the very next arming.
    pub fn plan(&mut self, rows: &mut Rows, now: Millis, effects: &mut Effects) {
        self.learn_campaigns(rows);
        self.learn_rules(now);
        self.learn_opt_outs(std::mem::take(&mut rows.opt_outs), now, effects);
        self.learn_reservations(std::mem::take(&mut rows.reserved), now);
        self.expire_unknown(now, effects);
        self.release_the_gone(now, effects);
        self.expire_held(now, effects);
        if now >= self.may_post_at {
            let mut ids: Vec<SenderId> = self.senders.keys().cloned().collect();
            ids.sort_unstable();
            for id in ids {
                self.arm_sender(&id, now, effects);
            }
        }
        self.forget_opt_outs();
        self.expand(now, effects);
    }

    fn arm_sender(&mut self, id: &SenderId, now: Millis, effects: &mut Effects) {
        let Some(sender) = self.senders.get_mut(id) else { return };
        sender.lanes.wake(now);
        let in_flight_max = sender.in_flight_max(&self.settings);
        while self.arm_next(id, in_flight_max, now, effects) {}
    }

    /// Arms the sender's next message; `false` when there is none, or none may leave within the arm window.
    fn arm_next(&mut self, id: &SenderId, in_flight_max: usize, now: Millis, effects: &mut Effects) -> bool {
        let ahead_ms = i64::from(self.settings.arm_window_ms);
        let Some(sender) = self.senders.get(id) else { return false };
        let full = sender.in_flight >= in_flight_max || sender.slot(now) > now.plus(ahead_ms);
        if full || self.sender_held_until(id, now).is_some() {
            return false;
        }
        let limited = sender.profile.portfolio.is_some();
        let Some(turn) = self.pop(id, now) else { return false };
        let intent_id = turn.intent;
        let Some(attempt) = self.open.get(&intent_id).filter(|attempt| attempt.status == Status::Queued) else {
            return true;
        };
        let intent = &attempt.intent;
        if intent.expires_at <= now {
            self.advance(intent_id, Status::Expired, now, &Report::because("not sent in time"), effects);
            return true;
        }
        let intent = Arc::clone(intent);
        if self.is_unwanted(&intent, now, effects) {
            return true;
        }
        let unasked = self.opt_outs.is_unasked(intent_id).then(|| now.plus(1));
        let held_until = unasked
            .or_else(|| self.held_until(&intent, now))
            .or_else(|| self.restricted_until(&intent, now))
            .or_else(|| self.withheld_until(&intent, now))
            .or_else(|| self.hours_closed_until(&intent, now));
        let counts = !intent.message.is_receipt();
        let unreserved = if limited && counts && held_until.is_none() { self.unreserved(&intent, now) } else { None };
        // Only so many are asked for at once: the next round begins with this one.
        let (held_until, go_on) = match unreserved {
            Some(Unreserved::Refused(until)) => (Some(until), true),
            Some(Unreserved::Unasked) => (Some(now.plus(1)), false),
            None => (held_until, true),
        };
        let Some(sender) = self.senders.get_mut(id) else { return false };
        let heavy_until = || if intent.message.is_heavy() { sender.heavy_until(now) } else { None };
        let held_until = held_until.or_else(heavy_until);
        let parked_until = || if counts { sender.pairs.take(&intent.contact, now).err() } else { None };
        if let Some(due) = held_until.or_else(parked_until) {
            let lane = intent.campaign.as_ref().map(|campaign| campaign.id);
            sender.lanes.delay(due.max(now.plus(1)), intent.class, lane, intent_id);
            return go_on;
        }
        let slot = sender.take(now, ahead_ms, counts);
        if intent.message.is_heavy() {
            sender.heavy.take(now, HEAVY_AHEAD_MS);
        }
        if let Some(governor) = self.governors.get(&sender.profile.credential) {
            governor.space(&mut sender.bucket);
        }
        sender.lanes.spend(&turn);
        self.spend_rules(&intent, slot);
        self.probe(&intent, now, effects);
        self.arm(intent_id, slot, now, effects);
        true
    }

    /// Takes the next message of the lanes that may leave. If a lane opens within the arm window and no other one is
    /// open, slots up to then are left out: the pace of a cap does not depend on how often it is asked.
    fn pop(&mut self, id: &SenderId, now: Millis) -> Option<Turn> {
        let sender = self.senders.get_mut(id)?;
        let mut lanes = std::mem::take(&mut sender.lanes);
        let slot = sender.slot(now);
        let mut popped = lanes.pop(|lane| self.access(lane, slot, now));
        if popped.is_none() {
            let opens = lanes.opens(|lane| self.access(lane, slot, now));
            let latest = now.plus(i64::from(self.settings.arm_window_ms));
            if let Some(at) = opens.filter(|at| *at <= latest) {
                self.senders.get_mut(id)?.bucket.not_before(at);
                popped = lanes.pop(|lane| self.access(lane, at, now));
            }
        }
        self.senders.get_mut(id)?.lanes = lanes;
        popped
    }

    fn arm(&mut self, id: IntentId, slot: Millis, now: Millis, effects: &mut Effects) {
        if let Some(attempt) = self.open.get_mut(&id) {
            attempt.armed_epoch = Some(self.epoch);
        }
        self.advance(id, Status::Armed, now, &Report::default(), effects);
        if let Some(attempt) = self.open.get(&id) {
            effects.send.push((attempt.clone(), slot));
        }
    }

    /// When there is something to plan again, if no event comes before; `None` when nothing waits.
    pub fn next_wake(&self, now: Millis) -> Option<Millis> {
        let of_sender = |(id, sender): (&SenderId, &Sender)| {
            if sender.lanes.is_empty() {
                return None;
            }
            if let Some(probe_at) = self.sender_held_until(id, now) {
                return Some(probe_at);
            }
            let delayed = sender.lanes.next_due();
            // What a paused campaign holds, and what must wait for an answer, is woken by an event, not by time.
            let room = sender.in_flight < sender.in_flight_max(&self.settings);
            let slot = sender.slot(now);
            let ready = room.then(|| sender.lanes.opens(|lane| self.access(lane, slot, now))).flatten();
            // Half a window ahead: the next slots are armed before the last ones are used up.
            let lead_ms = i64::from(self.settings.arm_window_ms) / 2;
            let next = sender.next_at().plus(-lead_ms).max(self.may_post_at);
            let opens = ready.map(|at| Millis(at.0.saturating_sub(lead_ms)));
            opens.into_iter().chain(delayed).min().map(|at| at.max(next))
        };
        let senders = self.senders.iter().filter_map(of_sender).min();
        let unknown = (!self.unknown.is_empty()).then(|| now.plus(LOOK_AGAIN_MS));
        // A held lane is not ready; it is when its probe is due.
        let probe = senders_wait(&self.senders).then(|| self.breakers.next_probe(now)).flatten();
        senders.into_iter().chain(unknown).chain(probe).min()
    }
}

fn senders_wait(senders: &HashMap<SenderId, Sender>) -> bool {
    senders.values().any(|sender| !sender.lanes.is_empty())
}
