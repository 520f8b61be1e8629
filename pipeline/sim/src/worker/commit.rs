//! Beats four and five: the commit with its lost answers, and only then what follows from it; and the drain.
//!
//! Modelled on `beats.rs` of the runner and, for the answers that get lost, on `connectors/postgres/src/store/mod.rs`.

use std::sync::Arc;

use posthaste_core::invariants::Invariant;
use posthaste_core::sender::{Attempt, Effects, Publication, Rows};
use posthaste_model::{Millis, Sequence, topic};

use super::OwnerId;
use crate::bugs::Bug;
use crate::log::{Place, Record, Topic};
use crate::queue::{Answer, Beat, Event};
use crate::scenario::Fault;
use crate::store::{Advance, Outcome};
use crate::world::World;

/// First and longest wait before the store is asked again.
const RETRY_MS: (i64, i64) = (50, 2_000);
/// Name of the task in sequence numbers.
pub(crate) const TASK: &str = "senders";

impl World {
    /// Sends the commit on its way.
    pub(super) fn commit(&mut self, id: OwnerId) {
        let owner = &self.owners[&id];
        let records = self.number(owner.partition, owner.outbox_seq, &owner.round.effects.publish);
        let advance = Arc::new(Advance {
            epoch: owner.epoch,
            old_offset: owner.next_offset,
            new_offset: owner.pending_offset,
            old_seq: owner.outbox_seq,
            old_commits: owner.commits,
            outbox_seq: owner.outbox_seq + records.len() as i64,
            published_upto: self.log.producers[owner.producer].reached,
            high_water: owner.core.high_water().to_json(),
            records: Arc::new(records),
            ttl_ms: self.scenario.lease_ttl_ms,
        });
        if self.bug == Some(Bug::PublishBeforeCommit) {
            let producer = owner.producer;
            self.publish_batch(producer, advance.outbox_seq, &Arc::clone(&advance.records));
        }
        if self.bug == Some(Bug::PostBeforeCommit) {
            self.send_armed(id);
        }
        self.note(|| describe(id, &advance, &self.owners[&id].round.effects));
        let now = self.now;
        let round = &mut self.owners.get_mut(&id).expect("looked up above").round;
        round.advance = Some(advance);
        round.retry_ms = RETRY_MS.0;
        round.commit_sent = now;
        let delay = self.store_delay();
        self.at(delay, Event::Owner(id, Beat::Commit));
    }

    /// `outbox::number`.
    fn number(&self, partition: i32, outbox_seq: i64, publications: &[Publication]) -> Vec<Record> {
        let record = |(publication, seq): (&Publication, i64)| Record {
            place: self.place_of(publication),
            key: publication.key.as_str().into(),
            event_type: publication.event_type,
            sequence: Sequence { task: TASK.to_owned(), partition, seq },
            value: publication.value.as_str().into(),
        };
        publications.iter().zip(outbox_seq + 1..).map(record).collect()
    }

    fn place_of(&self, publication: &Publication) -> Place {
        match publication.topic {
            topic::SENDERS => self.place_of_sender(&publication.sender_id),
            topic::DELIVERY => Place::of_key(Topic::Delivery, &publication.key),
            topic::INBOUND => Place::of_key(Topic::Inbound, &publication.key),
            _ => Place::of_key(Topic::Letters, &publication.key),
        }
    }

    /// The partition of `senders.v1` that a sender falls into.
    pub(crate) fn place_of_sender(&self, id: &posthaste_model::SenderId) -> Place {
        let spec = self.scenario.senders.iter().find(|sender| sender.id == *id);
        Place { topic: Topic::Senders, partition: spec.map_or(0, |sender| sender.partition) }
    }

    /// The transaction at the store; its answer, or the loss of it.
    pub(super) fn commit_at_store(&mut self, id: OwnerId) {
        let owner = &self.owners[&id];
        let (partition, advance) = (owner.partition, Arc::clone(owner.round.advance.as_ref().expect("set when sent")));
        if self.store.away_until > self.now {
            let delay = self.latency.between(5, 50);
            return self.at(delay, Event::Owner(id, Beat::Committed(Answer::Fault)));
        }
        self.check_opt_outs(id);
        let effects = std::mem::take(&mut self.owners.get_mut(&id).expect("looked up above").round.effects);
        let beat = if self.roll(Fault::CommitLate, 25) {
            self.store.hold(partition, advance.as_ref().clone(), effects.clone());
            let delay = self.latency.between(5, 3_000);
            self.at(delay, Event::LateCommit(partition));
            Beat::Reread { fenced: false }
        } else if self.roll(Fault::CommitAnswerLost, 25) {
            // The connection died before COMMIT: nothing happened.
            Beat::Reread { fenced: false }
        } else {
            let (store, mut eyes) = self.eyes();
            match store.commit(partition, &advance, &effects, &mut eyes) {
                Outcome::Fenced => Beat::Reread { fenced: true },
                Outcome::Refused(what) => Beat::Committed(Answer::Refused(what)),
                Outcome::Applied if self.roll(Fault::CommitAnswerLost, 25) => Beat::Reread { fenced: false },
                Outcome::Applied => Beat::Committed(Answer::Done),
            }
        };
        self.owners.get_mut(&id).expect("looked up above").round.effects = effects;
        let delay = self.store_delay();
        self.at(delay, Event::Owner(id, beat));
    }

    /// I-16: whoever had opted out when the store was asked is not among those that messages are armed for.
    fn check_opt_outs(&mut self, id: OwnerId) {
        let round = &self.owners[&id].round;
        let had_opted_out = |attempt: &&Attempt| {
            let key = (attempt.intent.tenant_id, attempt.intent.contact.clone());
            !attempt.intent.message.is_receipt()
                && self.store.opt_outs.get(&key).is_some_and(|at| *at < round.loaded_at)
        };
        let armed = round.effects.send.iter().map(|(attempt, _)| attempt).find(had_opted_out);
        if let Some(attempt) = armed {
            let detail = format!("{}.{} is armed", attempt.intent.intent_id, attempt.number);
            self.oracle.fail(Invariant::OptOut, detail);
        }
    }

    /// `PostgresStore::committed`: the lease says whether it happened.
    pub(super) fn reread(&mut self, id: OwnerId, fenced: bool) {
        if self.store.away_until > self.now {
            return self.at(200, Event::Owner(id, Beat::Reread { fenced }));
        }
        let owner = &self.owners[&id];
        let advance = owner.round.advance.as_ref().expect("set when sent");
        let answer = match self.store.committed(owner.partition, advance, self.bug) {
            true => Answer::Done,
            false if fenced => Answer::Lost,
            false => Answer::Fault,
        };
        self.committed(id, answer);
    }

    /// The answer is there.
    pub(super) fn committed(&mut self, id: OwnerId, answer: Answer) {
        match answer {
            Answer::Done => self.dispatch(id),
            Answer::Fault => {
                let now = self.now;
                let round = &mut self.owners.get_mut(&id).expect("the beat has looked").round;
                let wait = round.retry_ms;
                round.retry_ms = (wait * 2).min(RETRY_MS.1);
                round.commit_sent = now + wait;
                self.at(wait, Event::Owner(id, Beat::Commit));
            }
            Answer::Lost => self.step_down(id),
            Answer::Refused(what) => {
                self.oracle.refused(&what);
                self.step_down(id);
            }
        }
    }

    /// Only a restart mends an owner whose commit was refused: the process ends.
    fn step_down(&mut self, id: OwnerId) {
        self.deadlines[id] = -1;
        let worker = self.owners[&id].process.worker;
        self.crash(worker);
    }

    /// Beat five.
    fn dispatch(&mut self, id: OwnerId) {
        let owner = self.owners.get_mut(&id).expect("the beat has looked");
        let (worker, sent, producer) = (owner.process.worker, owner.round.commit_sent, owner.producer);
        let advance = owner.round.advance.take().expect("set when sent");
        owner.next_offset = advance.new_offset;
        owner.outbox_seq = advance.outbox_seq;
        owner.commits = advance.old_commits + 1;
        owner.published_upto = advance.published_upto;
        let releasing = owner.releasing;
        self.extend_deadline(id, worker, sent);
        if self.bug != Some(Bug::PostBeforeCommit) {
            self.send_armed(id);
        }
        if self.bug != Some(Bug::PublishBeforeCommit) {
            self.publish_batch(producer, advance.outbox_seq, &advance.records);
        }
        if releasing {
            return self.release(id);
        }
        self.sleep(id, false);
    }

    /// A partition is given up in good order: outcomes are committed, the outbox is published, the lease given back.
    pub(super) fn drain(&mut self, id: OwnerId) {
        let now = self.now;
        let at = Millis(self.clock(self.owners[&id].process.worker));
        let owner = self.owners.get_mut(&id).expect("the beat has looked");
        owner.sleeping = false;
        owner.wake_at = i64::MAX;
        let over = owner.drain_until.is_none_or(|until| now >= until);
        if owner.core.in_flight() == 0 || over {
            return self.finish(id, over);
        }
        let resend = self.bug == Some(Bug::ResendOnLostResponse);
        let inputs: Vec<_> =
            owner.outcomes.drain(..).map(|settled| super::beats::settled_input(settled, at, resend)).collect();
        owner.round.effects = Effects::default();
        if let Some(shadow) = &mut owner.shadow {
            shadow.decide(inputs.clone(), &mut Rows::default(), &mut Effects::default());
        }
        owner.core.decide(inputs, &mut Rows::default(), &mut owner.round.effects);
        if owner.round.effects.is_empty() {
            self.drain_again(id);
        } else {
            self.commit(id);
        }
    }

    fn drain_again(&mut self, id: OwnerId) {
        if let Some(owner) = self.owners.get_mut(&id) {
            owner.sleeping = true;
        }
        self.wake(id, 15);
    }

    fn finish(&mut self, id: OwnerId, over: bool) {
        let owner = &self.owners[&id];
        let reached = self.log.producers[owner.producer].reached;
        if reached < owner.outbox_seq && !over {
            return self.drain_again(id);
        }
        if owner.core.in_flight() > 0 {
            // A POST of ours may still leave: the successor waits for the lease's end. Unlike the shell, which may hand over
            // to an earlier version, this one gives the lease back although it has not waited to the end itself.
            return self.owner_gone(id);
        }
        self.deadlines[id] = -1;
        let behind = owner.pending_offset > owner.next_offset || reached > owner.published_upto;
        let owner = self.owners.get_mut(&id).expect("looked up above");
        owner.releasing = true;
        owner.round.effects = Effects::default();
        if behind {
            self.commit(id);
        } else {
            self.release(id);
        }
    }

    fn release(&mut self, id: OwnerId) {
        let owner = &self.owners[&id];
        if owner.core.armed().next().is_none() {
            let (machine, partition) = (self.workers[owner.process.worker].machine, owner.partition);
            let epoch = owner.epoch;
            self.journals.retain(|key, _| (key.0, key.1) != (machine, partition) || key.2 > epoch);
        }
        let owner = &self.owners[&id];
        if self.store.away_until <= self.now {
            self.store.release(owner.partition, owner.epoch, self.now);
        }
        self.deadlines[id] = -1;
        self.owner_gone(id);
    }
}

/// A commit in a line of the trace.
fn describe(id: OwnerId, advance: &Advance, effects: &Effects) -> String {
    let inserted: Vec<String> = effects.inserted.iter().map(|attempt| attempt.token().to_string()).collect();
    let updated: Vec<String> =
        effects.updated.values().map(|attempt| format!("{} {}", attempt.token(), attempt.status)).collect();
    format!(
        "owner {id} commits offsets {}..{} numbers {}..{}: new {inserted:?} changed {updated:?}",
        advance.old_offset, advance.new_offset, advance.old_seq, advance.outbox_seq
    )
}
