//! The five beats of one partition.

use std::sync::Arc;
use std::time::{Duration, Instant};

use posthaste_core::breaker::{Hold, HoldChange, HoldChanges};
use posthaste_core::sender::{Effects, Event, Input, Keys, Publication, Rows, SenderTask};
use posthaste_model::{EventType, IntentId, Millis, SenderId, header, topic};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::assignee::{SenderRunnerOptions, TASK};
use super::decode::{Poison, decode};
use super::levels::Levels;
use crate::clock::Clock;
use crate::directory::{Directory, Senders};
use crate::dispatch::{Dispatcher, Errand, Settled};
use crate::journal::Journal;
use crate::log::Commits;
use crate::outbox::{self, Outbox};
use crate::record::{InRecord, OutRecord};
use crate::store::{Advance, Lease, Store, StoreError};

/// Shortest time from one commit to the next: what is ready meanwhile shares one.
const LINGER: Duration = Duration::from_millis(20);
/// A partition that has a campaign looks at it this often.
const CAMPAIGN_TICK: Duration = Duration::from_millis(100);
/// Longest wait without anything to do.
const IDLE_TICK: Duration = Duration::from_secs(3);
/// First and longest wait before the store is asked again.
const RETRY_WAITS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

pub(super) struct Partition {
    pub(super) topic: String,
    pub(super) options: SenderRunnerOptions,
    pub(super) store: Arc<dyn Store>,
    pub(super) dispatcher: Arc<Dispatcher>,
    pub(super) directory: Arc<Directory>,
    pub(super) commits: Commits,
    pub(super) outbox: Outbox,
    pub(super) errand: Errand,
    pub(super) records: mpsc::Receiver<InRecord>,
    pub(super) outcomes: mpsc::UnboundedReceiver<Settled>,
    pub(super) drain: CancellationToken,
    pub(super) clock: Clock,
    pub(super) core: SenderTask,
    pub(super) lease: Lease,
    /// What ended the wait, if a queue did.
    pub(super) first_record: Option<InRecord>,
    pub(super) first_outcome: Option<Settled>,
    pub(super) levels: Levels,
}

/// What one round took in.
struct Intake {
    inputs: Vec<Input>,
    buried: Vec<Publication>,
    next_offset: i64,
}

impl Partition {
    /// Runs until it is drained, or ownership is lost.
    pub(super) async fn run(mut self) -> Result<(), StoreError> {
        let mut senders = self.directory.senders();
        let mut inherited = self.core.inherited();
        let inherit_at = Instant::now() + self.lease.wait;
        let mut pending_offset = self.lease.next_offset;
        let mut last_commit = Instant::now();
        let mut last_round = last_commit;
        let mut old_journals = true;
        while !self.drain.is_cancelled() {
            let wake = (!inherited.is_empty()).then_some(inherit_at);
            self.wait(last_round, wake).await;
            last_round = Instant::now();
            self.learn_senders(&mut senders);
            let mut intake = self.intake(pending_offset);
            pending_offset = intake.next_offset;
            let mut effects = Effects { publish: std::mem::take(&mut intake.buried), ..Effects::default() };
            let mut rows = self.load(&intake.inputs).await?;
            self.core.decide(intake.inputs, &mut rows, &mut effects);
            if !inherited.is_empty() && Instant::now() >= inherit_at {
                self.judge_inherited(std::mem::take(&mut inherited), &mut effects);
            }
            let wanted = self.core.chunks_wanted(&rows);
            if !wanted.is_empty() {
                rows.chunks = self.patiently(|p| async { p.store.load_chunks(&wanted).await }).await?;
            }
            let wanted = self.core.reservations_wanted(self.clock.now());
            if !wanted.is_empty() {
                rows.reserved = self.patiently(|p| async { p.store.reserve(&wanted).await }).await?;
            }
            self.core.plan(&mut rows, self.clock.now(), &mut effects);
            count(&effects);
            let idle = effects.is_empty() && last_commit.elapsed() < IDLE_TICK;
            if !idle && (!effects.is_empty() || pending_offset > self.lease.next_offset) {
                last_commit = Instant::now();
                self.commit_and_dispatch(pending_offset, &mut effects).await?;
            }
            if old_journals && inherited.is_empty() {
                // What earlier owners had armed is judged, and the judgement committed.
                Journal::remove_before(&self.options.journal_dir, self.lease.partition, self.lease.epoch);
                old_journals = false;
            }
            self.tidy_journal();
            self.levels.tell(&self.core, self.lease.outbox_seq - self.outbox.published_upto());
        }
        self.finish(pending_offset, inherit_at).await
    }

    /// Beat one, first half: waits until there is something to do, and at least as long as commits shall be apart.
    async fn wait(&mut self, last_round: Instant, wake: Option<Instant>) {
        let busy = !self.directory.campaigns(self.lease.partition).is_empty();
        let now = self.clock.now();
        let planned = self.core.next_wake(now).map(|at| Instant::now() + ms(at.since(now)));
        let tick = Instant::now() + if busy { CAMPAIGN_TICK } else { IDLE_TICK };
        let until = [planned, wake, Some(tick)].into_iter().flatten().min().unwrap_or(tick);
        tokio::select! {
            () = self.drain.cancelled() => return,
            () = tokio::time::sleep_until(until.into()) => {}
            () = self.directory.changed() => {}
            Some(record) = self.records.recv() => self.first_record = Some(record),
            Some(outcome) = self.outcomes.recv() => self.first_outcome = Some(outcome),
        }
        tokio::time::sleep_until((last_round + LINGER).into()).await;
    }

    /// Beat one, second half: takes what is ready, at most one batch.
    fn intake(&mut self, mut next_offset: i64) -> Intake {
        let at = self.clock.now();
        let mut inputs = Vec::new();
        let mut buried = Vec::new();
        while let Some(settled) = self.first_outcome.take().or_else(|| self.outcomes.try_recv().ok()) {
            inputs.push(settled_input(settled, at));
        }
        while inputs.len() < self.options.batch_events_max
            && let Some(record) = self.first_record.take().or_else(|| self.records.try_recv().ok())
        {
            next_offset = record.offset + 1;
            match decode(&record, at) {
                Ok(input) => {
                    note_lag(&input);
                    inputs.push(input);
                }
                Err(poison) => buried.push(letter(&record, &poison, at)),
            }
        }
        metrics::histogram!("posthaste_batch_records").record(inputs.len() as f64);
        Intake { inputs, buried, next_offset }
    }

    fn learn_senders(&mut self, senders: &mut Arc<Senders>) {
        let newest = self.directory.senders();
        if !Arc::ptr_eq(senders, &newest) {
            self.core.set_profiles(Arc::clone(&newest.profiles), self.clock.now());
            *senders = newest;
        }
    }

    /// Beat two: one question per table for the whole batch.
    async fn load(&self, inputs: &[Input]) -> Result<Rows, StoreError> {
        let mut keys: Keys = self.core.keys(inputs);
        keys.campaigns = self.directory.campaigns(self.lease.partition);
        keys.campaigns.extend(self.core.waiting_campaigns());
        keys.campaigns.sort_unstable();
        keys.campaigns.dedup();
        let nothing =
            keys.intents.is_empty() && keys.inbound.is_empty() && keys.contacts.is_empty() && keys.campaigns.is_empty();
        if nothing {
            return Ok(Rows::default());
        }
        self.patiently(|p| async { p.store.load(&keys).await }).await
    }

    fn judge_inherited(&mut self, inherited: Vec<(IntentId, i16, i64)>, effects: &mut Effects) {
        let dir = &self.options.journal_dir;
        let mut journals = std::collections::HashMap::new();
        let now = self.clock.now();
        let mut resent = 0;
        let total = inherited.len();
        for (id, number, epoch) in inherited {
            let journal = journals.entry(epoch).or_insert_with(|| Journal::read(dir, self.lease.partition, epoch));
            let posted = journal.as_ref().map(|posted| posted.contains(&(id, number)));
            resent += usize::from(posted == Some(false));
            self.core.inherit(id, posted, now, effects);
        }
        tracing::info!(
            partition = self.lease.partition,
            armed = total,
            never_posted = resent,
            "attempts of the previous owner judged"
        );
    }

    /// Right after a commit, what the core holds as armed is what the store holds as armed.
    fn tidy_journal(&self) {
        let journal = &self.errand.journal;
        if journal.has_grown()
            && let Err(error) = journal.compact(&self.core.armed().collect())
        {
            tracing::warn!(%error, partition = self.lease.partition, "the journal could not be written anew and grows on");
        }
    }

    /// Beats four and five: commits, and only then acts.
    async fn commit_and_dispatch(&mut self, new_offset: i64, effects: &mut Effects) -> Result<(), StoreError> {
        let records = outbox::number(TASK, self.lease.partition, self.lease.outbox_seq, &effects.publish);
        let row = outbox::to_row(self.lease.outbox_seq, &records);
        let published_upto = self.outbox.published_upto();
        let advance = Advance {
            old_offset: self.lease.next_offset,
            new_offset,
            outbox_seq: row.as_ref().map_or(self.lease.outbox_seq, |row| row.last_seq),
            published_upto,
            trim: published_upto > self.lease.published_upto,
            high_water: self.core.high_water().to_json(),
            outbox: row,
            ttl: self.options.lease_ttl,
        };
        let started = Instant::now();
        let sent = self.commit(&advance, effects).await?;
        metrics::histogram!("posthaste_commit_seconds").record(started.elapsed().as_secs_f64());
        self.errand.lease.renewed(sent, self.options.lease_ttl);
        self.lease.next_offset = advance.new_offset;
        self.lease.outbox_seq = advance.outbox_seq;
        self.lease.published_upto = advance.published_upto;
        tell_holds(&effects.holds);
        self.dispatch(records, effects).await;
        Ok(())
    }

    /// Commits until it is certain; returns when the last, successful, try was sent.
    async fn commit(&self, advance: &Advance, effects: &Effects) -> Result<Instant, StoreError> {
        self.patiently(|p| async move {
            let sent = Instant::now();
            p.store.commit(&p.lease, advance, effects).await.map(|()| sent)
        })
        .await
    }

    async fn dispatch(&self, records: Vec<OutRecord>, effects: &mut Effects) {
        for message in &effects.inbound {
            self.dispatcher.heard(&message.sender_id);
        }
        for (attempt, slot) in effects.send.drain(..) {
            self.dispatcher.send(attempt, slot, &self.errand);
        }
        if !records.is_empty() {
            self.outbox.publish(self.lease.outbox_seq, records).await;
        }
        if self.lease.next_offset >= 0 {
            self.commits.tell(&self.topic, self.lease.partition, self.lease.next_offset);
        }
    }

    /// Drains: outcomes of what is in flight are committed, the outbox is published, the lease is given back.
    /// `predecessor_gone_at` is when the lease of the owner before this one is certainly over.
    async fn finish(mut self, pending_offset: i64, predecessor_gone_at: Instant) -> Result<(), StoreError> {
        let deadline = Instant::now() + self.options.drain_max * 3 / 4;
        let mut offset = pending_offset;
        loop {
            let left = self.core.in_flight();
            if left == 0 || Instant::now() >= deadline {
                break;
            }
            tokio::time::sleep(LINGER).await;
            let mut inputs = Vec::new();
            let at = self.clock.now();
            while let Some(settled) = self.first_outcome.take().or_else(|| self.outcomes.try_recv().ok()) {
                inputs.push(settled_input(settled, at));
            }
            let mut effects = Effects::default();
            self.core.decide(inputs, &mut Rows::default(), &mut effects);
            if !effects.is_empty() {
                self.commit_and_dispatch(offset, &mut effects).await?;
                offset = self.lease.next_offset;
            }
        }
        while !self.outbox.is_drained(self.lease.outbox_seq) && Instant::now() < deadline {
            tokio::time::sleep(LINGER).await;
        }
        if self.core.in_flight() > 0 || Instant::now() < predecessor_gone_at {
            // POSTs of ours or of our predecessor may still be on the way: the successor waits for the lease's end.
            return Ok(());
        }
        self.errand.lease.end();
        self.commit_and_dispatch_offset_only(offset).await?;
        if self.core.armed().next().is_none() {
            // No successor will ask.
            Journal::remove_before(&self.options.journal_dir, self.lease.partition, self.lease.epoch + 1);
        }
        self.store.release(TASK, self.lease.partition, self.lease.epoch).await
    }

    async fn commit_and_dispatch_offset_only(&mut self, offset: i64) -> Result<(), StoreError> {
        let behind = offset > self.lease.next_offset || self.outbox.published_upto() > self.lease.published_upto;
        if behind { self.commit_and_dispatch(offset, &mut Effects::default()).await } else { Ok(()) }
    }

    async fn patiently<'a, T, F, Fut>(&'a self, mut call: F) -> Result<T, StoreError>
    where
        F: FnMut(&'a Self) -> Fut,
        Fut: Future<Output = Result<T, StoreError>>,
    {
        let (mut wait, longest) = RETRY_WAITS;
        loop {
            match call(self).await {
                Err(StoreError::Fault(reason)) => {
                    tracing::warn!(partition = self.lease.partition, reason, "the store is away; trying again");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(longest);
                }
                other => return other,
            }
        }
    }
}

fn settled_input(settled: Settled, at: Millis) -> Input {
    let Settled { intent_id, attempt, outcome } = settled;
    Input { at, sequence: None, origin: None, event: Event::Settled { intent_id, attempt, outcome } }
}

/// How late a status is known here: from Meta's own time, which has whole seconds.
fn note_lag(input: &Input) {
    if let Event::Status(status) = &input.event {
        let lag_ms = input.at.since(status.at).max(0);
        metrics::histogram!("posthaste_status_lag_seconds", "status" => status.status.as_str())
            .record(lag_ms as f64 / 1000.0);
    }
}

fn ms(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

fn letter(record: &InRecord, poison: &Poison, at: Millis) -> Publication {
    metrics::counter!("posthaste_dead_letters_total", "reason" => poison.code).increment(1);
    tracing::warn!(
        topic = &*record.topic,
        partition = record.partition,
        offset = record.offset,
        code = poison.code,
        reason = poison.reason,
        "record buried"
    );
    let origin = record.origin(0);
    Publication {
        topic: topic::DEAD_LETTERS,
        key: origin.to_string(),
        event_type: EventType::LetterBuried,
        id: format!("letter:{origin}"),
        sender_id: SenderId::new("none"),
        subject: origin.to_string(),
        tenant_id: None,
        time: at,
        origin: Some(origin),
        headers: vec![(header::PH_REASON, format!("{}: {}", poison.code, poison.reason))],
        value: String::from_utf8_lossy(&record.value).into_owned(),
    }
}

/// Says what is held and what is released: somebody has to act, or has acted.
fn tell_holds(holds: &HoldChanges) {
    for (key, change) in holds {
        let (tenant, scope, name) = (key.tenant_id, key.scope.as_str(), key.name.as_str());
        match change {
            HoldChange::Held(Hold { code, reason, probes: 0, probe_at, .. }) => {
                metrics::counter!("posthaste_holds_total", "scope" => scope).increment(1);
                tracing::warn!(%tenant, scope, name, code, reason, %probe_at, "sending is held until a probe succeeds");
            }
            HoldChange::Held(Hold { code, reason, probes, probe_at, .. }) => {
                tracing::info!(%tenant, scope, name, code, reason, probes, %probe_at, "a held scope is probed");
            }
            HoldChange::Released(hold, at) => {
                let held_ms = at.since(hold.since);
                tracing::info!(%tenant, scope, name, held_ms, probes = hold.probes, "sending is released");
            }
        }
    }
}

fn count(effects: &Effects) {
    let counts = &effects.counts;
    let duplicates =
        |stage: &'static str, n| metrics::counter!("posthaste_duplicates_total", "stage" => stage).increment(n);
    duplicates("sequence", counts.duplicates_sequence);
    duplicates("natural_key", counts.duplicates_natural);
    metrics::counter!("posthaste_intents_accepted_total").increment(counts.ingested);
    metrics::counter!("posthaste_statuses_foreign_total").increment(counts.foreign_statuses);
    metrics::counter!("posthaste_delivered_after_failed_total").increment(counts.delivered_after_failed);
    metrics::counter!("posthaste_unregistered_sender_total").increment(counts.unregistered_sender);
}
