//! Taking a partition over: lease, open attempts, outbox.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use posthaste_core::HighWater;
use posthaste_core::sender::{SenderTask, Takeover};
use posthaste_model::Millis;

use super::{Owner, Round};
use crate::bugs::Bug;
use crate::log::{Home, Place, Topic};
use crate::queue::{Event, Process};
use crate::scenario::Fault;
use crate::store::Taken;
use crate::world::World;

/// Wait before the store is asked again.
const STORE_RETRY_MS: i64 = 500;

impl World {
    /// The group assigns a partition.
    pub(crate) fn assign(&mut self, process: Process, partition: i32) {
        let mine = self.group.assigned[partition as usize] == process.worker;
        if !self.is_running(process) || !mine {
            return;
        }
        // What this process still holds of an earlier assignment ends first.
        let old: Vec<_> = self
            .owners
            .iter()
            .filter(|(_, owner)| owner.process == process && owner.partition == partition)
            .map(|(id, _)| *id)
            .collect();
        for id in old {
            self.deadlines[id] = -1;
            self.owners.remove(&id);
        }
        let delay = self.store_delay();
        self.at(delay, Event::TakeLease { process, partition, sent: self.now });
    }

    /// The statement reaches the store.
    pub(crate) fn take_lease(&mut self, process: Process, partition: i32, sent: i64) {
        if self.store.away_until > self.now {
            self.at(STORE_RETRY_MS, Event::Assign(process, partition));
            return;
        }
        self.pause_predecessor(process, partition);
        let ttl_ms = self.scenario.lease_ttl_ms;
        let has_ended = self.store.owner(partition).is_some_and(|owner| self.proves_end(process, owner));
        let (store, mut eyes) = self.eyes();
        let taken = Box::new(store.take_lease((process, partition), has_ended, ttl_ms, &mut eyes));
        let delay = self.store_delay();
        self.at(delay, Event::LeaseTaken { process, partition, sent, taken });
    }

    /// Whether one process can tell that another has ended: on the same machine the lock of a process ends with it.
    fn proves_end(&self, process: Process, other: Process) -> bool {
        self.workers[process.worker].machine == self.workers[other.worker].machine && !self.is_running(other)
    }

    /// The worst moment for a predecessor to stand still: now, and until about the end of its lease.
    fn pause_predecessor(&mut self, process: Process, partition: i32) {
        let ttl_ms = self.scenario.lease_ttl_ms;
        let other = |owner: &&Owner| owner.partition == partition && owner.process != process;
        let Some(worker) = self.owners.values().find(other).map(|owner| owner.process.worker) else { return };
        if worker != process.worker && self.roll(Fault::Zombie, 500) {
            let for_ms = self.chaos.between(ttl_ms * 4 / 10, ttl_ms * 105 / 100);
            self.pause(worker, for_ms);
        }
    }

    /// The lease is ours: the state is built from rows, and what was left unpublished is published.
    pub(crate) fn lease_taken(&mut self, process: Process, partition: i32, sent: i64, mut taken: Taken) {
        if !self.is_running(process) {
            return;
        }
        if self.bug == Some(Bug::NoWaitAfterTakeover) {
            taken.wait_ms = 0;
        }
        let id = self.deadlines.len();
        self.deadlines.push(-1);
        self.extend_deadline(id, process.worker, sent);
        let row = &taken.row;
        let producer = self.log.producer(Home::Owner(id), row.published_upto);
        if self.bug != Some(Bug::LoseOutboxTail) {
            for (last_seq, records) in self.store.unpublished(partition, row.published_upto) {
                self.publish_batch(producer, last_seq, &records);
            }
        }
        let owner = self.new_owner(process, partition, &taken, producer);
        let machine = self.workers[process.worker].machine;
        self.journals.entry((machine, partition, owner.epoch)).or_default();
        self.note(|| format!("owner {id}: partition {partition} epoch {} wait {} ms", owner.epoch, taken.wait_ms));
        self.owners.insert(id, owner);
        self.wake(id, 0);
        if taken.wait_ms > 0 && self.roll(Fault::Rebalance, 500) {
            // The worst moment for a hand-over: the owner before this one may still POST.
            let delay = self.chaos.between(20, 1_200);
            self.at(delay, Event::Rebalance(partition));
        }
    }

    fn new_owner(&mut self, process: Process, partition: i32, taken: &Taken, producer: usize) -> Owner {
        let now = self.clock(process.worker);
        let row = &taken.row;
        let takeover = Takeover {
            epoch: row.epoch,
            may_post_at: Millis(now + taken.wait_ms),
            high_water: HighWater::from_json(&row.high_water).expect("the core wrote it"),
            open: self.store.open_attempts(partition),
            stream_partitions: self.scenario.raw_partitions as usize,
            holds: self.store.open_holds(partition),
        };
        let full = self.bug == Some(Bug::FullBucket);
        let profiles = if full { Arc::new(self.generous_profiles()) } else { Arc::clone(&self.profiles) };
        let core =
            SenderTask::take_over(self.scenario.settings.clone(), Arc::clone(&profiles), takeover.clone(), Millis(now));
        let again = || SenderTask::take_over(self.scenario.settings.clone(), profiles, takeover, Millis(now));
        let shadow = self.scenario.replay.then(again);
        let end = self.log.len(Place { topic: Topic::Senders, partition });
        let skips = self.bug == Some(Bug::SkipToEnd) && row.next_offset >= 0;
        Owner {
            process,
            partition,
            epoch: row.epoch,
            inherited: core.inherited(),
            core,
            shadow,
            next_offset: row.next_offset,
            outbox_seq: row.outbox_seq,
            commits: row.commits,
            published_upto: row.published_upto,
            pending_offset: if skips { end.max(row.next_offset) } else { row.next_offset },
            producer,
            outcomes: VecDeque::new(),
            sleeping: true,
            ticket: 0,
            wake_at: i64::MAX,
            last_commit: self.now,
            last_round: self.now,
            old_journals: true,
            drain_until: None,
            releasing: false,
            inherit_at: now + taken.wait_ms,
            round: Round::default(),
            profiles_seen: if full { usize::MAX } else { Arc::as_ptr(&self.profiles) as usize },
            full_until: self.now + taken.wait_ms + 1_000,
        }
    }

    /// The directory with limits that let a second's worth of messages pass in one arm window.
    fn generous_profiles(&self) -> HashMap<posthaste_model::SenderId, posthaste_core::sender::Profile> {
        let mut profiles = self.profiles.as_ref().clone();
        profiles.values_mut().for_each(|profile| profile.limit_per_second *= 20);
        profiles
    }
}
