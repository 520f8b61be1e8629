//! Dispatch: slot, place, gate, lease, journal, and then the POST leaves.

use std::collections::VecDeque;

use posthaste_core::SendOutcome;
use posthaste_core::sender::Attempt;
use posthaste_model::Millis;

use super::beats::LINGER_MS;
use super::{OwnerId, Settled};
use crate::bugs::Bug;
use crate::queue::{Event, PostId, Process};
use crate::scenario::Fault;
use crate::world::World;

/// Late POSTs follow each other at this multiple of the limit.
const CATCH_UP: f64 = 1.1;
/// POSTs may come early by this much against their spacing.
const TOLERANCE_MS: i64 = 6;
/// A POST that is unanswered for longer has arrived, or never will.
const COUNTED_MAX_MS: i64 = 1_000;
/// The window that Meta looks at.
const WINDOW_MS: i64 = 1_000;
/// How long an answer is waited for.
const ANSWER_MAX_MS: i64 = 5_000;
/// The shortest trip is looked for in this time and the same time before it.
const TRIPS_FOR_MS: i64 = 10_000;
/// Answers after which the shortest trip counts.
const TRIPS_MIN: u32 = 32;
/// Share of the limit that is left unused.
const SLACK: f64 = 0.002;

/// An armed attempt on its way.
#[derive(Debug, Clone)]
struct Job {
    owner: OwnerId,
    attempt: Attempt,
    slot: Millis,
}

/// The way of one sender's messages out of one process.
#[derive(Debug)]
pub(crate) struct Road {
    waiting: VecDeque<Job>,
    serving: bool,
    gate: Gate,
    flight: Flight,
}

/// As `pipeline/runtime/src/flight.rs`: what may arrive within the window at hand.
#[derive(Debug)]
struct Flight {
    places: usize,
    unanswered: usize,
    arrivals: VecDeque<i64>,
    trips_since: Option<i64>,
    trips_seen: u32,
    shortest: Option<i64>,
    before: Option<i64>,
}

impl Flight {
    fn new(limit: u32) -> Self {
        // Whole milliseconds know the shortest trip to a millisecond and no better.
        let slack = (f64::from(limit) * SLACK).ceil() as usize;
        Self {
            places: (limit as usize).saturating_sub(slack).max(1),
            unanswered: 0,
            arrivals: VecDeque::new(),
            trips_since: None,
            trips_seen: 0,
            shortest: None,
            before: None,
        }
    }

    /// Whether one more may leave, or when that may be; where only an answer makes room, it does not say.
    fn has_place(&mut self, now: i64) -> Result<(), Option<i64>> {
        while self.arrivals.front().is_some_and(|oldest| oldest + WINDOW_MS <= now) {
            self.arrivals.pop_front();
        }
        let full = self.unanswered + self.arrivals.len() >= self.places;
        if full { Err(self.arrivals.front().map(|oldest| oldest + WINDOW_MS)) } else { Ok(()) }
    }

    /// The latest time at which a POST that was answered now can have arrived.
    fn arrived(&mut self, departed: i64, now: i64) -> i64 {
        if self.trips_since.is_none_or(|since| now - since > TRIPS_FOR_MS) {
            self.before = self.shortest.filter(|_| self.trips_seen >= TRIPS_MIN);
            (self.trips_since, self.trips_seen, self.shortest) = (Some(now), 0, None);
        }
        let trip = now - departed;
        self.trips_seen += 1;
        let shortest = self.shortest.map_or(trip, |shortest| shortest.min(trip));
        self.shortest = Some(shortest);
        let known = match self.before {
            Some(before) => before.min(shortest),
            None if self.trips_seen >= TRIPS_MIN => shortest,
            None => 0,
        };
        (now - known).max(departed)
    }

    fn land(&mut self, arrived: i64) {
        self.unanswered = self.unanswered.saturating_sub(1);
        self.arrivals.push_back(arrived);
    }
}

/// As `pipeline/runtime/src/gate.rs`: steps of tokens, of which one is kept, and a spacing.
#[derive(Debug)]
struct Gate {
    limit: u32,
    interval_ms: i64,
    refill: i64,
    tokens: i64,
    refill_at: i64,
    spacing_us: i64,
    next_us: i64,
}

impl Gate {
    fn new(limit: u32, now: i64) -> Self {
        let (interval_ms, refill) = Self::steps(u64::from(limit.max(1)));
        let spacing_us = (1e6 / (f64::from(limit.max(1)) * CATCH_UP)) as i64;
        Self { limit, interval_ms, refill, tokens: 0, refill_at: now + interval_ms, spacing_us, next_us: now * 1_000 }
    }

    /// The same division of a limit into steps: the fastest with a low ceiling, or else the lowest ceiling.
    fn steps(limit: u64) -> (i64, i64) {
        let most = limit * 112 / 100;
        let least = |interval_ms: u64| (limit * (2 * interval_ms + 1)).div_ceil(2_000);
        let ceiling = |(interval_ms, refill): &(u64, u64)| (1_000_u64.div_ceil(*interval_ms) + 1) * refill;
        let rate = |(interval_ms, refill): &(u64, u64)| *refill as f64 / (*interval_ms as f64 + 0.5);
        let divisions = || (20..=250_u64).map(|i| (i, least(i).max(most / (1_000_u64.div_ceil(i) + 1))));
        let fastest = divisions().filter(|steps| ceiling(steps) <= most).max_by(|a, b| rate(a).total_cmp(&rate(b)));
        let (interval_ms, refill) = fastest.or_else(|| divisions().min_by_key(ceiling)).expect("a range");
        (interval_ms as i64, refill as i64)
    }

    /// Lets one message pass, or says when to ask again.
    fn pass(&mut self, now: i64) -> Result<(), i64> {
        while self.refill_at <= now {
            self.tokens = (self.tokens + self.refill).min(self.refill);
            self.refill_at += self.interval_ms;
        }
        if (now + TOLERANCE_MS) * 1_000 < self.next_us {
            return Err((self.next_us / 1_000 - TOLERANCE_MS).max(now + 1));
        }
        if self.tokens == 0 {
            return Err(self.refill_at);
        }
        self.tokens -= 1;
        self.next_us = self.next_us.max(now * 1_000) + self.spacing_us;
        Ok(())
    }
}

impl Road {
    fn new(limit: u32, now: i64) -> Self {
        Self { waiting: VecDeque::new(), serving: false, gate: Gate::new(limit, now), flight: Flight::new(limit) }
    }
}

/// One POST, from the gate to its end.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) process: Process,
    pub(crate) owner: OwnerId,
    pub(crate) sender: usize,
    pub(crate) attempt: Attempt,
    /// Which try its token says, see [`Bug::ReuseToken`].
    pub(crate) token: i16,
    pub(crate) departed: i64,
    answered: bool,
    holds_place: bool,
}

impl World {
    /// Hands what a commit has armed to the dispatcher.
    pub(super) fn send_armed(&mut self, id: OwnerId) {
        let owner = self.owners.get_mut(&id).expect("the beat has looked");
        let (process, jobs) = (owner.process, std::mem::take(&mut owner.round.effects.send));
        for (attempt, slot) in jobs {
            let sender = self.sender_index(&attempt.intent.sender_id);
            let (limit, now) = (self.scenario.senders[sender].limit, self.now);
            let roads = &mut self.workers[process.worker].roads;
            let road = roads.entry(sender).or_insert_with(|| Road::new(limit, now));
            road.waiting.push_back(Job { owner: id, attempt, slot });
            if !road.serving {
                road.serving = true;
                self.at(0, Event::Serve(process, sender));
            }
        }
    }

    pub(crate) fn sender_index(&self, id: &posthaste_model::SenderId) -> usize {
        self.scenario.senders.iter().position(|sender| sender.id == *id).expect("only known senders are armed")
    }

    fn may_post(&self, owner: OwnerId) -> bool {
        self.now < self.deadlines[owner] || self.bug == Some(Bug::PostAfterLease)
    }

    /// The sender's own task: one message after the other.
    pub(crate) fn serve(&mut self, process: Process, sender: usize) {
        if !self.is_running(process) {
            return;
        }
        let (now, clock, limit) = (self.now, self.clock(process.worker), self.scenario.senders[sender].limit);
        loop {
            let Some(road) = self.workers[process.worker].roads.get_mut(&sender) else { return };
            if road.gate.limit != limit {
                road.gate = Gate::new(limit, now);
                road.flight = Flight::new(limit);
            }
            let Some(job) = road.waiting.front() else {
                road.serving = false;
                return;
            };
            let early_ms = job.slot.0 - clock;
            if early_ms > 0 {
                return self.at(early_ms, Event::Serve(process, sender));
            }
            let owner = job.owner;
            let holds = self.may_post(owner);
            let full = self.bug == Some(Bug::FullBucket) && self.owners.get(&owner).is_some_and(|o| now < o.full_until);
            let road = self.workers[process.worker].roads.get_mut(&sender).expect("looked up above");
            if holds && !full {
                let again = match road.flight.has_place(now) {
                    Ok(()) => road.gate.pass(now).err(),
                    Err(Some(again)) => Some(again),
                    Err(None) => {
                        road.serving = false;
                        return;
                    }
                };
                if let Some(again) = again {
                    return self.at(again - now, Event::Serve(process, sender));
                }
            }
            let job = road.waiting.pop_front().expect("looked at above");
            if holds {
                road.flight.unanswered += 1;
                self.set_out(process, sender, job);
            } else {
                self.settle(job.owner, &job.attempt, not_sent("the lease ended before the POST"));
            }
        }
    }

    /// Looks for a connection.
    fn set_out(&mut self, process: Process, sender: usize, job: Job) {
        let Job { owner, attempt, .. } = job;
        let token = if self.bug == Some(Bug::ReuseToken) { 1 } else { attempt.number };
        let departed = self.now;
        let post = Post { process, owner, sender, attempt, token, departed, answered: false, holds_place: true };
        self.meta.posts.push(post);
        let id = self.meta.posts.len() - 1;
        self.at(0, Event::Depart(id));
        self.at(COUNTED_MAX_MS, Event::PlaceFree(id));
    }

    /// The last moment: lease, journal, and the POST leaves.
    pub(crate) fn depart(&mut self, id: PostId) {
        let post = &self.meta.posts[id];
        let (process, owner, worker) = (post.process, post.owner, post.process.worker);
        if !self.is_running(process) {
            return;
        }
        if !self.may_post(owner) {
            return self.end_post(id, not_sent("the lease ended before the POST"));
        }
        if self.roll(Fault::ConnectFailure, 50) || self.servers_fail_to_connect(id) {
            let outcome = SendOutcome::NotSent { reason: "no connection".to_owned(), unreachable: true };
            return self.end_post(id, outcome);
        }
        let post = &self.meta.posts[id];
        let (intent, number) = (post.attempt.intent.intent_id, post.attempt.number);
        let machine = self.workers[worker].machine;
        let partition = self.scenario.senders[post.sender].partition;
        let epoch = post.attempt.armed_epoch.unwrap_or(0);
        self.journals.entry((machine, partition, epoch)).or_default().insert((intent, number));
        if self.roll(Fault::Crash, 3) {
            return self.crash(worker);
        }
        let limit = self.scenario.senders[self.meta.posts[id].sender].limit;
        self.oracle.posted(&self.meta.posts[id], limit, &self.store, self.now);
        self.meta.posts[id].departed = self.now;
        let up = self.latency.between(5, 80);
        self.at(up, Event::Arrive(id));
        self.at(ANSWER_MAX_MS, Event::NoAnswer(id));
        if self.roll(Fault::Crash, 3) {
            self.crash(worker);
        }
    }

    /// Meta's answer has come.
    pub(crate) fn answered(&mut self, id: PostId, outcome: SendOutcome) {
        if self.is_running(self.meta.posts[id].process) {
            self.end_post(id, outcome);
        }
    }

    /// No answer has come in time.
    pub(crate) fn no_answer(&mut self, id: PostId) {
        let outcome = SendOutcome::Unknown { reason: "no answer in time".to_owned(), http_status: None };
        self.end_post(id, outcome);
    }

    fn end_post(&mut self, id: PostId, outcome: SendOutcome) {
        let post = &mut self.meta.posts[id];
        if post.answered {
            return;
        }
        post.answered = true;
        let (owner, attempt, departed) = (post.owner, post.attempt.clone(), post.departed);
        self.land(id, Some(departed));
        self.settle(owner, &attempt, outcome);
    }

    /// The POST does not count as unanswered any more: it was answered and left then, or may arrive up to now.
    pub(crate) fn land(&mut self, id: PostId, departed: Option<i64>) {
        let (now, post) = (self.now, &mut self.meta.posts[id]);
        let (process, sender) = (post.process, post.sender);
        let held = std::mem::take(&mut post.holds_place);
        if !held || !self.is_running(process) {
            return;
        }
        let Some(road) = self.workers[process.worker].roads.get_mut(&sender) else { return };
        let arrived = departed.map_or(now, |departed| road.flight.arrived(departed, now));
        road.flight.land(arrived);
        if !road.serving {
            road.serving = true;
            self.at(0, Event::Serve(process, sender));
        }
    }

    /// An owner that is gone does not need to know.
    fn settle(&mut self, id: OwnerId, attempt: &Attempt, outcome: SendOutcome) {
        let Some(owner) = self.owners.get_mut(&id) else { return };
        let settled = Settled { intent_id: attempt.intent.intent_id, attempt: attempt.number, outcome };
        owner.outcomes.push_back(settled);
        let linger = (owner.last_round + LINGER_MS - self.now).max(0);
        self.wake(id, linger);
    }
}

fn not_sent(reason: &str) -> SendOutcome {
    SendOutcome::NotSent { reason: reason.to_owned(), unreachable: false }
}
