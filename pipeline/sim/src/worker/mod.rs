//! The workers: processes that start, die, stand still and go on, and the group that gives them partitions.
//!
//! Modelled on `pipeline/runtime/src/runner/assignee.rs` (take-over, drain, lease keeper) and on a Kafka group with static
//! members. `beats` follows `runner/beats.rs`, `dispatch` follows `dispatch.rs`, `gate.rs` and `flight.rs`.

mod beats;
mod commit;
mod dispatch;
mod takeover;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use posthaste_core::SendOutcome;
use posthaste_core::sender::{Campaign, Effects, Input, Rows, SenderTask};
use posthaste_model::{CampaignId, IntentId};

pub(crate) use commit::TASK;
pub(crate) use dispatch::Post;
use dispatch::Road;

use crate::log::{Batch, ProducerId};
use crate::queue::{Beat, Event, Process};
use crate::scenario::Fault;
use crate::store::Advance;
use crate::world::{START_MS, World};

/// Index of an owner: one worker's possession of one partition, from take-over to end.
pub(crate) type OwnerId = usize;

/// A worker: a slot that a process runs in, again and again.
#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) machine: usize,
    pub(crate) incarnation: u32,
    pub(crate) alive: bool,
    pub(crate) paused_until: i64,
    /// The wall clock is off by this.
    skew_ms: i64,
    /// The clock runs this much too fast, in thousandths.
    drift: i64,
    roads: BTreeMap<usize, Road>,
}

/// Who has which partition, as the group sees it.
#[derive(Debug, Default)]
pub(crate) struct Group {
    assigned: Vec<usize>,
    /// Partitions whose old owner is still draining.
    moving: BTreeMap<i32, usize>,
}

/// An outcome on its way back.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub(crate) intent_id: IntentId,
    pub(crate) attempt: i16,
    pub(crate) outcome: SendOutcome,
}

/// One possession of one partition.
pub(crate) struct Owner {
    pub(crate) process: Process,
    pub(crate) partition: i32,
    pub(crate) epoch: i64,
    core: SenderTask,
    /// Decides the same once more from the recorded inputs (I-12).
    shadow: Option<SenderTask>,
    next_offset: i64,
    outbox_seq: i64,
    commits: i64,
    published_upto: i64,
    /// Taken in, committed or not.
    pending_offset: i64,
    producer: ProducerId,
    outcomes: VecDeque<Settled>,
    sleeping: bool,
    ticket: u64,
    wake_at: i64,
    last_commit: i64,
    last_round: i64,
    /// Journals of earlier owners may still be needed.
    old_journals: bool,
    drain_until: Option<i64>,
    releasing: bool,
    inherited: Vec<(IntentId, i16, i64)>,
    /// By the owner's own clock.
    inherit_at: i64,
    round: Round,
    profiles_seen: usize,
    /// With [`crate::bugs::Bug::FullBucket`].
    full_until: i64,
}

impl Owner {
    /// Whether the log has everything that was committed.
    pub(crate) fn is_published(&self, log: &crate::log::Log) -> bool {
        log.producers[self.producer].reached >= self.outbox_seq
    }
}

/// What one round has in hand.
#[derive(Default)]
struct Round {
    inputs: Vec<Input>,
    rows: Rows,
    /// When the store was asked.
    loaded_at: i64,
    shadow_rows: Rows,
    campaigns: std::collections::HashMap<CampaignId, Campaign>,
    effects: Effects,
    shadow_effects: Effects,
    advance: Option<Arc<Advance>>,
    commit_sent: i64,
    retry_ms: i64,
}

impl World {
    pub(crate) fn start_workers(&mut self) {
        let skewed = self.scenario.faults.has(Fault::ClockSkew);
        for machine in 0..self.scenario.workers {
            let skew_ms = if skewed { self.chaos.between(-300, 300) } else { 0 };
            let drift = if skewed { self.chaos.between(-2, 2) } else { 0 };
            self.workers.push(Worker {
                machine: if self.scenario.one_machine { 0 } else { machine },
                incarnation: 0,
                alive: true,
                paused_until: 0,
                skew_ms,
                drift,
                roads: BTreeMap::new(),
            });
            let process = Process { worker: machine, incarnation: 0 };
            self.at(self.scenario.lease_ttl_ms / 3, Event::Renew(process));
        }
        for partition in 0..self.scenario.sender_partitions {
            let worker = self.chaos.below(self.scenario.workers);
            self.group.assigned.push(worker);
            self.at(1, Event::Assign(Process { worker, incarnation: 0 }, partition));
        }
    }

    /// The clock of a worker, in milliseconds since the epoch.
    fn clock(&self, worker: usize) -> i64 {
        let Worker { skew_ms, drift, .. } = self.workers[worker];
        self.now + skew_ms + (self.now - START_MS) * drift / 1_000
    }

    /// How long it takes, in the world, until a worker's clock has moved by this.
    fn stretch(&self, worker: usize, local_ms: i64) -> i64 {
        local_ms * 1_000 / (1_000 + self.workers[worker].drift)
    }

    pub(crate) fn is_running(&self, process: Process) -> bool {
        let worker = &self.workers[process.worker];
        worker.alive && worker.incarnation == process.incarnation
    }

    /// The process dies: what it had in memory is gone; what it had sent is not.
    pub(crate) fn crash(&mut self, worker: usize) {
        if !self.workers[worker].alive {
            return;
        }
        self.note(|| format!("worker {worker} dies"));
        let state = &mut self.workers[worker];
        state.alive = false;
        state.incarnation += 1;
        state.paused_until = 0;
        state.roads.clear();
        let process = Process { worker, incarnation: state.incarnation };
        let dead: Vec<OwnerId> =
            self.owners.iter().filter(|(_, owner)| owner.process.worker == worker).map(|(id, _)| *id).collect();
        for id in dead {
            if let Some(owner) = self.owners.remove(&id) {
                self.deadlines[id] = -1;
                self.log.producers[owner.producer].alive = false;
                self.hand_over(owner.partition);
            }
        }
        let back = self.chaos.between(100, 9_000);
        self.at(back, Event::Restart(worker));
        self.at(self.scenario.session_ms, Event::SessionOver(process));
    }

    /// The process is started again; as a static member it keeps its partitions, if it is in time.
    pub(crate) fn restart(&mut self, worker: usize) {
        let state = &mut self.workers[worker];
        state.alive = true;
        let process = Process { worker, incarnation: state.incarnation };
        self.at(self.scenario.lease_ttl_ms / 3, Event::Renew(process));
        for partition in 0..self.scenario.sender_partitions {
            if self.group.assigned[partition as usize] == worker {
                let delay = self.chaos.between(10, 400);
                self.at(delay, Event::Assign(process, partition));
            }
        }
    }

    /// The group has not heard of a member for too long.
    pub(crate) fn session_over(&mut self, process: Process) {
        let worker = &self.workers[process.worker];
        let silent = !worker.alive || worker.paused_until > self.now;
        if worker.incarnation != process.incarnation || !silent {
            return;
        }
        let others = self.healthy(process.worker);
        if others.is_empty() {
            self.at(1_000, Event::SessionOver(process));
            return;
        }
        for partition in 0..self.scenario.sender_partitions {
            if self.group.assigned[partition as usize] == process.worker {
                let to = self.chaos.pick(&others);
                self.give(partition, to);
            }
        }
    }

    fn healthy(&self, but: usize) -> Vec<usize> {
        let now = self.now;
        let fit = |(index, worker): &(usize, &Worker)| *index != but && worker.alive && worker.paused_until <= now;
        self.workers.iter().enumerate().filter(fit).map(|(index, _)| index).collect()
    }

    fn give(&mut self, partition: i32, to: usize) {
        self.group.assigned[partition as usize] = to;
        let process = Process { worker: to, incarnation: self.workers[to].incarnation };
        let delay = self.chaos.between(10, 300);
        self.at(delay, Event::Assign(process, partition));
    }

    /// A worker stands still, as after SIGSTOP: it does nothing, and then goes on as if nothing had been.
    pub(crate) fn pause(&mut self, worker: usize, for_ms: i64) {
        if !self.workers[worker].alive || self.workers[worker].paused_until > self.now {
            return;
        }
        self.note(|| format!("worker {worker} stands still for {for_ms} ms"));
        let state = &mut self.workers[worker];
        state.paused_until = self.now + for_ms;
        let process = Process { worker, incarnation: state.incarnation };
        self.at(self.scenario.session_ms, Event::SessionOver(process));
        // Under KIP-848 a member that lost its partitions goes on until it hears of it.
        let owners: Vec<OwnerId> =
            self.owners.iter().filter(|(_, owner)| owner.process == process).map(|(id, _)| *id).collect();
        if for_ms > self.scenario.session_ms {
            for id in owners {
                let delay = for_ms + self.chaos.between(0, 4_000);
                self.at(delay, Event::LostNotice(id));
            }
        }
    }

    /// The group has lost sight of a worker that works on (KIP-848: a member that cannot reach the coordinator goes on).
    pub(crate) fn expel(&mut self, worker: usize) {
        let others = self.healthy(worker);
        if others.is_empty() || !self.workers[worker].alive {
            return;
        }
        for partition in 0..self.scenario.sender_partitions {
            if self.group.assigned[partition as usize] != worker {
                continue;
            }
            let to = self.chaos.pick(&others);
            self.note(|| format!("partition {partition} is taken from worker {worker}, which does not know"));
            self.group.moving.remove(&partition);
            self.give(partition, to);
            let mine = |(_, owner): &(&OwnerId, &Owner)| owner.partition == partition && owner.process.worker == worker;
            let owners: Vec<OwnerId> = self.owners.iter().filter(mine).map(|(id, _)| *id).collect();
            for id in owners {
                let delay = self.chaos.between(100, 9_000);
                self.at(delay, Event::LostNotice(id));
            }
        }
    }

    /// A partition is taken from a healthy worker and given to another one.
    pub(crate) fn rebalance(&mut self, partition: i32) {
        let from = self.group.assigned[partition as usize];
        let others = self.healthy(from);
        let found = self.owners.iter().find(|(_, owner)| {
            owner.partition == partition && owner.process.worker == from && owner.drain_until.is_none()
        });
        let Some((&id, _)) = found.filter(|_| !others.is_empty() && self.workers[from].paused_until <= self.now) else {
            return;
        };
        let to = self.chaos.pick(&others);
        self.note(|| format!("partition {partition} goes from worker {from} to {to}"));
        self.group.assigned[partition as usize] = to;
        self.group.moving.insert(partition, to);
        let drain_ms = self.scenario.drain_max_ms;
        if let Some(owner) = self.owners.get_mut(&id) {
            owner.drain_until = Some(self.now + drain_ms * 3 / 4);
        }
        self.wake(id, 0);
        self.at(drain_ms, Event::LostNotice(id));
    }

    /// The worker learns that a partition is not its own any more, or that it has not drained in time.
    pub(crate) fn lost_notice(&mut self, id: OwnerId) {
        let Some(owner) = self.owners.get(&id) else { return };
        let worker = owner.process.worker;
        let draining = owner.drain_until.is_some();
        if !draining && self.group.assigned[owner.partition as usize] == worker {
            return;
        }
        self.deadlines[id] = -1;
        self.owner_gone(id);
    }

    /// An owner's task has ended; its publisher goes on with what it was given.
    fn owner_gone(&mut self, id: OwnerId) {
        if let Some(owner) = self.owners.remove(&id) {
            self.hand_over(owner.partition);
        }
    }

    fn hand_over(&mut self, partition: i32) {
        if let Some(to) = self.group.moving.remove(&partition)
            && self.group.assigned[partition as usize] == to
            && self.workers[to].alive
        {
            self.give(partition, to);
        }
    }

    /// The lease keeper: three times per lease, all leases of the process in one statement.
    pub(crate) fn renew(&mut self, process: Process) {
        if !self.is_running(process) {
            return;
        }
        let every = self.stretch(process.worker, self.scenario.lease_ttl_ms / 3);
        self.at(every, Event::Renew(process));
        let leases: Vec<OwnerId> =
            self.owners.iter().filter(|(_, owner)| owner.process == process).map(|(id, _)| *id).collect();
        if !leases.is_empty() {
            let delay = self.store_delay();
            self.at(delay, Event::RenewAtStore { process, sent: self.now, leases });
        }
    }

    pub(crate) fn renew_at_store(&mut self, process: Process, sent: i64, leases: Vec<OwnerId>) {
        if self.store.away_until > self.now {
            return;
        }
        let ttl_ms = self.scenario.lease_ttl_ms;
        let (mut kept, mut lost) = (Vec::new(), Vec::new());
        for id in leases {
            let Some((partition, epoch)) = self.owners.get(&id).map(|owner| (owner.partition, owner.epoch)) else {
                continue;
            };
            let (store, mut eyes) = self.eyes();
            let renewed = store.renew(partition, epoch, ttl_ms, &mut eyes);
            if renewed { kept.push(id) } else { lost.push(id) }
        }
        let delay = self.store_delay();
        self.at(delay, Event::Renewed { process, sent, kept, lost });
    }

    pub(crate) fn renewed(&mut self, process: Process, sent: i64, kept: &[OwnerId], lost: &[OwnerId]) {
        if !self.is_running(process) {
            return;
        }
        for id in kept {
            self.extend_deadline(*id, process.worker, sent);
        }
        for id in lost {
            self.deadlines[*id] = -1;
        }
    }

    /// `LeaseDeadline::renewed`: nine tenths of a lease from before the statement was sent, by the worker's clock.
    fn extend_deadline(&mut self, id: OwnerId, worker: usize, sent: i64) {
        let until = sent + self.stretch(worker, self.scenario.lease_ttl_ms * 9 / 10);
        self.deadlines[id] = self.deadlines[id].max(until);
    }

    /// One way to the store, or back.
    fn store_delay(&mut self) -> i64 {
        if self.roll(Fault::StoreSlow, 100) { self.latency.between(20, 500) } else { self.latency.between(1, 5) }
    }

    /// Tells an owner that there is something to do in `delay_ms`.
    pub(crate) fn wake(&mut self, id: OwnerId, delay_ms: i64) {
        let now = self.now;
        let Some(owner) = self.owners.get_mut(&id) else { return };
        let at = now + delay_ms;
        if owner.sleeping && at < owner.wake_at {
            owner.wake_at = at;
            owner.ticket += 1;
            let ticket = owner.ticket;
            self.at(delay_ms, Event::Owner(id, Beat::Wake(ticket)));
        }
    }

    /// Readers of a partition of `senders.v1` see new records.
    pub(crate) fn records_ready(&mut self, partition: i32) {
        let readers: Vec<OwnerId> =
            self.owners.iter().filter(|(_, owner)| owner.partition == partition).map(|(id, _)| *id).collect();
        for id in readers {
            let delay = self.latency.between(1, 12);
            self.wake(id, delay);
        }
    }

    fn publish_batch(&mut self, producer: ProducerId, last_seq: i64, records: &[crate::log::Record]) {
        if !records.is_empty() {
            self.publish(producer, Batch { last_seq, records: records.to_vec() });
        }
    }

    /// Whether every partition has an owner that has applied all there is.
    pub(crate) fn no_lag(&self) -> bool {
        (0..self.scenario.sender_partitions).all(|partition| {
            let place = crate::log::Place { topic: crate::log::Topic::Senders, partition };
            let end = self.log.len(place);
            self.owners.values().any(|owner| {
                let mine = owner.partition == partition && self.workers[owner.process.worker].paused_until <= self.now;
                mine && owner.pending_offset.max(0) >= end && owner.sleeping && owner.drain_until.is_none()
            })
        })
    }
}
