//! The five beats of one partition, in the order of `pipeline/runtime/src/runner/beats.rs`. Between any two of them time
//! passes, and anything may happen.

use std::sync::Arc;

use posthaste_core::invariants::{Invariant, Violation, commit_is_sound};
use posthaste_core::sender::{CampaignState, Effects, Event as Happening, Input, Rows};
use posthaste_model::{EventType, Millis, Status, Token};

use super::{OwnerId, Settled};
use crate::bugs::Bug;
use crate::log::{Place, Record, Topic};
use crate::queue::{Beat, Event};
use crate::scenario::Fault;
use crate::world::World;

/// Shortest time from one round to the next.
pub(super) const LINGER_MS: i64 = 20;
/// A partition that has a campaign looks at it this often.
const CAMPAIGN_TICK_MS: i64 = 100;
/// Longest wait without anything to do.
const IDLE_TICK_MS: i64 = 3_000;

impl World {
    pub(crate) fn beat(&mut self, id: OwnerId, beat: Beat) {
        let Some(owner) = self.owners.get(&id) else { return };
        let worker = owner.process.worker;
        let stale = matches!(beat, Beat::Wake(ticket) if ticket != owner.ticket);
        if stale {
            return;
        }
        match beat {
            Beat::Wake(_) if owner.drain_until.is_some() => self.drain(id),
            Beat::Wake(_) => self.intake(id),
            Beat::Load => self.load_rows(id),
            Beat::Loaded => self.decide(id),
            Beat::Chunks => self.load_chunks(id),
            Beat::ChunksLoaded => self.plan(id),
            Beat::Commit => self.commit_at_store(id),
            Beat::Reread { fenced } => self.reread(id, fenced),
            Beat::Committed(answer) => self.committed(id, answer),
        }
        if self.roll(Fault::Crash, 1) {
            self.crash(worker);
        }
    }

    fn owner(&mut self, id: OwnerId) -> &mut super::Owner {
        self.owners.get_mut(&id).expect("the beat has looked")
    }

    fn then(&mut self, id: OwnerId, beat: Beat) {
        let delay = self.store_delay();
        self.at(delay, Event::Owner(id, beat));
    }

    /// Beat one: takes what is ready, at most one batch.
    fn intake(&mut self, id: OwnerId) {
        self.learn_profiles(id);
        let at = Millis(self.clock(self.owners[&id].process.worker));
        let resend = self.bug == Some(Bug::ResendOnLostResponse);
        let (now, batch_max) = (self.now, self.scenario.batch_max);
        let owner = self.owners.get_mut(&id).expect("the beat has looked");
        owner.sleeping = false;
        owner.wake_at = i64::MAX;
        owner.last_round = now;
        let mut inputs: Vec<Input> =
            owner.outcomes.drain(..).map(|settled| settled_input(settled, at, resend)).collect();
        let place = Place { topic: Topic::Senders, partition: owner.partition };
        let records = self.log.places.get(&place).map_or(&[][..], |log| &log.committed);
        let mut next = owner.pending_offset;
        for record in records.iter().skip(next.max(0) as usize) {
            if inputs.len() >= batch_max {
                break;
            }
            next = next.max(0) + 1;
            inputs.push(decode(record, next - 1, at));
        }
        owner.pending_offset = next;
        owner.round.inputs = inputs;
        owner.round.effects = Effects::default();
        owner.round.shadow_effects = Effects::default();
        let keys = self.keys(id);
        let nothing = keys.is_empty();
        if nothing {
            let now = self.now;
            let round = &mut self.owner(id).round;
            (round.rows, round.loaded_at) = (Rows::default(), now);
            self.decide(id);
        } else {
            self.then(id, Beat::Load);
        }
    }

    fn learn_profiles(&mut self, id: OwnerId) {
        let newest = Arc::clone(&self.profiles);
        let now = self.now;
        let at = Millis(self.clock(self.owners[&id].process.worker));
        let full = self.bug == Some(Bug::FullBucket);
        let owner = self.owner(id);
        let version = Arc::as_ptr(&newest) as usize;
        if owner.profiles_seen == version || (full && now < owner.full_until) {
            return;
        }
        owner.profiles_seen = version;
        owner.core.set_profiles(Arc::clone(&newest), at);
        if let Some(shadow) = &mut owner.shadow {
            shadow.set_profiles(newest, at);
        }
    }

    fn keys(&self, id: OwnerId) -> posthaste_core::sender::Keys {
        let owner = &self.owners[&id];
        let mut keys = owner.core.keys(&owner.round.inputs);
        keys.campaigns = self.directory(owner.partition);
        keys.campaigns.extend(owner.core.waiting_campaigns());
        keys.campaigns.sort_unstable();
        keys.campaigns.dedup();
        keys
    }

    /// Campaigns of a partition as the directory shows them.
    fn directory(&self, partition: i32) -> Vec<(posthaste_model::TenantId, posthaste_model::CampaignId)> {
        let rows = self.store.campaigns.values();
        rows.filter(|row| {
            row.partition == partition && row.visible_at <= self.now && row.progress.completed_at.is_none()
        })
        .map(|row| (row.campaign.tenant_id, row.campaign.campaign_id))
        .collect()
    }

    /// Beat two, at the store.
    fn load_rows(&mut self, id: OwnerId) {
        if self.store.away_until > self.now {
            return self.ask_again(id, Beat::Load);
        }
        let keys = self.keys(id);
        let (mut rows, now) = (self.store.load(&keys), self.now);
        if self.bug == Some(Bug::ForgetOptOuts) {
            rows.opt_outs.clear();
        }
        let round = &mut self.owner(id).round;
        (round.rows, round.loaded_at) = (rows, now);
        self.then(id, Beat::Loaded);
    }

    fn ask_again(&mut self, id: OwnerId, beat: Beat) {
        let delay = self.latency.between(50, 500);
        self.at(delay, Event::Owner(id, beat));
    }

    /// Beat three: decides, judges what the previous owner had armed, and asks for chunks.
    fn decide(&mut self, id: OwnerId) {
        self.keep_campaigns(id);
        let owner = self.owners.get_mut(&id).expect("the beat has looked");
        let round = &mut owner.round;
        let inputs = std::mem::take(&mut round.inputs);
        if self.bug == Some(Bug::CountDuplicates) {
            count_again(&inputs, &self.store, &mut round.effects);
        }
        if let Some(shadow) = &mut owner.shadow {
            round.shadow_rows = round.rows.clone();
            round.shadow_effects = round.effects.clone();
            shadow.decide(inputs.clone(), &mut round.shadow_rows, &mut round.shadow_effects);
        }
        owner.core.decide(inputs, &mut round.rows, &mut round.effects);
        self.judge_inherited(id);
        let owner = self.owner(id);
        if owner.core.chunks_wanted(&owner.round.rows).is_empty() {
            self.plan(id);
        } else {
            self.then(id, Beat::Chunks);
        }
    }

    /// What the store said of the campaigns, for the judge; and what the core is told.
    fn keep_campaigns(&mut self, id: OwnerId) {
        let ignores = self.bug == Some(Bug::IgnorePause);
        let round = &mut self.owner(id).round;
        round.campaigns = round.rows.campaigns.clone();
        for campaign in round.rows.campaigns.values_mut().filter(|_| ignores) {
            if campaign.state == CampaignState::Paused {
                campaign.state = CampaignState::Running;
            }
        }
    }

    fn judge_inherited(&mut self, id: OwnerId) {
        let forgets = self.bug == Some(Bug::ForgetJournal);
        let worker = self.owners[&id].process.worker;
        let (now, machine) = (self.clock(worker), self.workers[worker].machine);
        let owner = self.owners.get_mut(&id).expect("the beat has looked");
        if owner.inherited.is_empty() || now < owner.inherit_at {
            return;
        }
        for (intent, number, epoch) in std::mem::take(&mut owner.inherited) {
            let journal = self.journals.get(&(machine, owner.partition, epoch));
            let posted = journal.map(|posted| posted.contains(&(intent, number)) && !forgets);
            owner.core.inherit(intent, posted, Millis(now), &mut owner.round.effects);
            if let Some(shadow) = &mut owner.shadow {
                shadow.inherit(intent, posted, Millis(now), &mut owner.round.shadow_effects);
            }
        }
    }

    fn load_chunks(&mut self, id: OwnerId) {
        if self.store.away_until > self.now {
            return self.ask_again(id, Beat::Chunks);
        }
        let owner = &self.owners[&id];
        let chunks = self.store.load_chunks(&owner.core.chunks_wanted(&owner.round.rows));
        let round = &mut self.owner(id).round;
        round.shadow_rows.chunks.clone_from(&chunks);
        round.rows.chunks = chunks;
        self.then(id, Beat::ChunksLoaded);
    }

    /// Reserves places for the people whom the plan may reach; `false` if the store must be asked again: it is away, or its
    /// answer was lost.
    fn reserve(&mut self, id: OwnerId, now: Millis) -> bool {
        let owner = self.owners.get_mut(&id).expect("the beat has looked");
        let wanted = owner.core.reservations_wanted(now);
        if let Some(shadow) = &mut owner.shadow {
            let same = shadow.reservations_wanted(now) == wanted;
            let differ = || Violation::new(Invariant::Replay, format!("other reservations are wanted at {now}"));
            self.oracle.check(same.then_some(()).ok_or_else(differ));
        }
        if wanted.is_empty() {
            return true;
        }
        if self.store.away_until > self.now {
            return false;
        }
        let mut reserved = self.store.reserve(&wanted);
        for answer in reserved.iter_mut().filter(|_| self.bug == Some(Bug::GrantAll)) {
            answer.granted.append(&mut answer.refused);
        }
        if self.roll(Fault::CommitAnswerLost, 25) {
            return false;
        }
        let round = &mut self.owner(id).round;
        round.shadow_rows.reserved.clone_from(&reserved);
        round.rows.reserved = reserved;
        true
    }

    /// Beat three, second half; then the commit, if there is anything to commit.
    fn plan(&mut self, id: OwnerId) {
        let now = Millis(self.clock(self.owners[&id].process.worker));
        if !self.reserve(id, now) {
            return self.ask_again(id, Beat::ChunksLoaded);
        }
        let owner = self.owners.get_mut(&id).expect("the beat has looked");
        let round = &mut owner.round;
        owner.core.plan(&mut round.rows, now, &mut round.effects);
        if let Some(shadow) = &mut owner.shadow {
            shadow.plan(&mut round.shadow_rows, now, &mut round.shadow_effects);
            let same = same_effects(&round.effects, &round.shadow_effects);
            let differ = || Violation::new(Invariant::Replay, format!("epoch {} differs at {now}", owner.epoch));
            self.oracle.check(same.then_some(()).ok_or_else(differ));
        }
        self.oracle.check(commit_is_sound(owner.epoch, &round.campaigns, &round.effects));
        let empty = round.effects.is_empty();
        let idle = empty && self.now - owner.last_commit < IDLE_TICK_MS;
        if !idle && (!empty || owner.pending_offset > owner.next_offset) {
            owner.last_commit = self.now;
            self.commit(id);
        } else {
            self.sleep(id, true);
        }
    }

    /// What is judged, or settled, and committed needs no entry in a journal any more.
    fn tidy_journals(&mut self, id: OwnerId) {
        let compacts = self.latency.chance(20);
        let owner = self.owners.get_mut(&id).expect("the beat has looked");
        let (partition, epoch, machine) = (owner.partition, owner.epoch, self.workers[owner.process.worker].machine);
        if owner.old_journals && owner.inherited.is_empty() {
            owner.old_journals = false;
            self.journals.retain(|key, _| (key.0, key.1) != (machine, partition) || key.2 >= epoch);
        }
        if compacts && let Some(journal) = self.journals.get_mut(&(machine, partition, epoch)) {
            let armed: std::collections::BTreeSet<_> = owner.core.armed().collect();
            journal.retain(|entry| armed.contains(entry));
        }
    }

    /// Waits for the next round.
    pub(super) fn sleep(&mut self, id: OwnerId, was_idle: bool) {
        self.tidy_journals(id);
        let owner = &self.owners[&id];
        let worker = owner.process.worker;
        let now = self.clock(worker);
        let busy = !self.directory(owner.partition).is_empty();
        let planned = owner.core.next_wake(Millis(now)).map(|at| at.0);
        let inherit = (!owner.inherited.is_empty()).then_some(owner.inherit_at);
        let tick = now + if busy { CAMPAIGN_TICK_MS } else { IDLE_TICK_MS };
        let until = [planned, inherit, Some(tick)].into_iter().flatten().min().unwrap_or(tick);
        let place = Place { topic: Topic::Senders, partition: owner.partition };
        let ready = !owner.outcomes.is_empty() || owner.pending_offset.max(0) < self.log.len(place);
        let wait = if ready || owner.drain_until.is_some() { 0 } else { self.stretch(worker, (until - now).max(0)) };
        // Rounds that find nothing to do and are followed by another at once: a loop that burns a core.
        self.oracle.idle_rounds += u64::from(was_idle && wait == 0 && !ready);
        let linger = self.owners[&id].last_round + LINGER_MS - self.now;
        let owner = self.owner(id);
        owner.sleeping = true;
        owner.wake_at = i64::MAX;
        self.wake(id, wait.max(linger));
    }
}

pub(super) fn settled_input(settled: Settled, at: Millis, resend: bool) -> Input {
    use posthaste_core::SendOutcome;
    let Settled { intent_id, attempt, outcome } = settled;
    let outcome = match outcome {
        SendOutcome::Unknown { reason, .. } if resend => SendOutcome::NotSent { reason, unreachable: false },
        outcome => outcome,
    };
    Input { at, sequence: None, origin: None, event: Happening::Settled { intent_id, attempt, outcome } }
}

/// As `pipeline/runtime/src/runner/decode.rs`.
fn decode(record: &Record, offset: i64, at: Millis) -> Input {
    let readable = "the world publishes what the model writes";
    let event = match record.event_type {
        EventType::IntentSubmitted => Happening::Submitted(serde_json::from_str(&record.value).expect(readable)),
        EventType::StatusObserved => Happening::Status(serde_json::from_str(&record.value).expect(readable)),
        EventType::StatusReported => Happening::Reported(serde_json::from_str(&record.value).expect(readable)),
        EventType::InboundReceived => Happening::Inbound(serde_json::from_str(&record.value).expect(readable)),
        EventType::StreamProgressed => {
            let progress: posthaste_model::StreamProgressed = serde_json::from_str(&record.value).expect(readable);
            Happening::Progressed { partition: progress.partition, upto: progress.upto }
        }
        other => unreachable!("{} is not published to senders.v1", other.as_str()),
    };
    let partition = record.place.partition;
    let origin = posthaste_model::Origin { topic: posthaste_model::topic::SENDERS.into(), partition, offset, index: 0 };
    Input { at, sequence: Some(record.sequence.clone()), origin: Some(origin), event }
}

/// The effects of the core and of its replay.
fn same_effects(one: &Effects, other: &Effects) -> bool {
    one.inserted == other.inserted
        && one.retried == other.retried
        && one.updated == other.updated
        && one.inbound == other.inbound
        && one.reported == other.reported
        && one.progress == other.progress
        && one.publish == other.publish
        && one.send == other.send
        && one.holds == other.holds
}

/// [`Bug::CountDuplicates`]: statuses that the store knows already change the counters again.
fn count_again(inputs: &[Input], store: &crate::store::Store, effects: &mut Effects) {
    for input in inputs {
        let Happening::Status(status) = &input.event else { continue };
        let Some(token) = status.token.as_deref().and_then(|token| token.parse::<Token>().ok()) else { continue };
        let Some((_, attempt)) = store.attempts.get(&(token.intent_id, token.attempt)) else { continue };
        let Some(campaign) = attempt.intent.campaign.as_ref().filter(|_| attempt.marks & status.status.bit() != 0)
        else {
            continue;
        };
        let progress = effects.progress.entry((attempt.intent.tenant_id, campaign.id)).or_default();
        progress.sent += i32::from(status.status == Status::Sent);
        progress.delivered += i32::from(status.status == Status::Delivered);
    }
}
