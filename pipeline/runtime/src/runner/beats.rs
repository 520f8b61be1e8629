//! The five beats of one partition.

use std::sync::Arc;
use std::time::{Duration, Instant};

use posthaste_core::invariants::{Violation, commit_is_sound};
use posthaste_core::sender::{Effects, Event, Input, Keys, Publication, Rows, SenderTask};
use posthaste_model::{IntentId, Millis};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::assignee::{SenderRunnerOptions, TASK};
use super::decode::{Poison, decode};
use super::letters::letter;
use super::levels::Levels;
use super::step::{Step, shielded};
use super::takeover::core_of;
use super::telling::{count, note_lag, tell_holds};
use super::uncommitted::{Turn, Uncommitted};
use crate::clock::Clock;
use crate::directory::{Directory, Senders};
use crate::dispatch::{Dispatcher, Errand, Settled};
use crate::journal::Journal;
use crate::log::Commits;
use crate::outbox::{self, Outbox};
use crate::record::{InRecord, OutRecord};
use crate::store::{Advance, Lease, Store, StoreError};
use crate::violations::{forbids_the_commit, report};

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
    pub(super) step: Arc<dyn Step>,
    pub(super) core: SenderTask,
    pub(super) lease: Lease,
    /// When the lease of the owner before this one is certainly over.
    pub(super) inherit_at: Instant,
    /// What that owner had armed, until it is judged.
    pub(super) inherited: Vec<(IntentId, i16, i64)>,
    /// Next record to take in, committed or not.
    pub(super) pending_offset: i64,
    pub(super) uncommitted: Uncommitted,
    pub(super) last_commit: Instant,
    /// Whether the last batch was full.
    pub(super) has_more: bool,
    /// What ended the wait, if a queue did.
    pub(super) first_record: Option<InRecord>,
    pub(super) first_outcome: Option<Settled>,
    pub(super) levels: Levels,
}

/// Why a partition's task ends before it is drained.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    /// Of the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The core panics whatever is taken in: its state, or time, is the cause.
    #[error("the core panicked, and no record is the cause: {0}")]
    Panicked(String),
    /// The same input broke an invariant again.
    #[error("a batch broke an invariant twice and was not committed: {0}")]
    Unsound(Violation),
    /// What is committed cannot be read back.
    #[error("the state could not be built anew: {0}")]
    Anew(String),
}

/// How a round ended.
enum Round {
    /// Committed, or there was nothing to commit.
    Passed,
    /// The core panicked; nothing was committed.
    Panicked(String),
    /// It must not be committed.
    Unsound(Violation),
}

/// What one round took in.
struct Intake {
    inputs: Vec<Input>,
    buried: Vec<Publication>,
}

impl Partition {
    /// Runs until it is drained, or ownership is lost.
    pub(super) async fn run(mut self) -> Result<(), RunError> {
        let mut senders = self.directory.senders();
        let mut last_round = Instant::now();
        let mut old_journals = true;
        while !self.drain.is_cancelled() {
            self.wait(last_round).await;
            last_round = Instant::now();
            self.learn_senders(&mut senders);
            match self.round().await? {
                Round::Passed => {}
                broken => {
                    self.begin_anew(broken).await?;
                    continue;
                }
            }
            if old_journals && self.inherited.is_empty() && self.outbox.is_drained(self.lease.outbox_seq) {
                // What earlier owners had armed is judged, and the judgement committed and published.
                Journal::remove_before(&self.options.journal_dir, self.lease.partition, self.lease.epoch);
                old_journals = false;
            }
            self.tidy_journal();
            let unpublished = self.lease.outbox_seq - self.outbox.published_upto();
            self.levels.tell(&self.core, unpublished, self.clock.now());
        }
        self.finish().await
    }

    /// All five beats.
    async fn round(&mut self) -> Result<Round, StoreError> {
        let Intake { inputs, buried } = self.intake();
        let mut effects = Effects { publish: buried, ..Effects::default() };
        let mut rows = self.load(&inputs).await?;
        let step = Arc::clone(&self.step);
        if let Err(text) = shielded(|| step.decide(&mut self.core, inputs, &mut rows, &mut effects)) {
            return Ok(Round::Panicked(text));
        }
        if !self.inherited.is_empty() && Instant::now() >= self.inherit_at {
            self.judge_inherited(&mut effects);
        }
        let wanted = self.core.chunks_wanted(&rows);
        if !wanted.is_empty() {
            rows.chunks = self.patiently(|p| async { p.store.load_chunks(&wanted).await }).await?;
        }
        let wanted = self.core.reservations_wanted(self.clock.now());
        if !wanted.is_empty() {
            rows.reserved = self.patiently(|p| async { p.store.reserve(&wanted).await }).await?;
        }
        let now = self.clock.now();
        if let Err(text) = shielded(|| step.plan(&mut self.core, &mut rows, now, &mut effects)) {
            return Ok(Round::Panicked(text));
        }
        if let Err(violation) = commit_is_sound(self.lease.epoch, self.core.campaigns(), &effects) {
            report(&violation);
            if forbids_the_commit(violation.invariant) {
                return Ok(Round::Unsound(violation));
            }
        }
        count(&effects);
        let due =
            self.last_commit.elapsed() >= IDLE_TICK || self.uncommitted.is_full() || self.uncommitted.is_repeating();
        let wanted = !effects.is_empty() || (due && self.pending_offset > self.lease.next_offset);
        if wanted {
            self.last_commit = Instant::now();
            self.commit_and_dispatch(self.pending_offset, &mut effects).await?;
        }
        self.uncommitted.passed(wanted);
        Ok(Round::Passed)
    }

    /// Builds the core from what is committed, and has what was taken in since decided again.
    async fn begin_anew(&mut self, broken: Round) -> Result<(), RunError> {
        let partition = self.lease.partition;
        match broken {
            Round::Passed => return Ok(()),
            Round::Panicked(text) => {
                metrics::counter!("posthaste_core_panics_total").increment(1);
                let most = self.uncommitted.panicked(text).map_err(RunError::Panicked)?;
                tracing::error!(
                    partition,
                    most,
                    "the core panicked; what was taken in is decided again in smaller batches"
                );
            }
            Round::Unsound(violation) => {
                if !self.uncommitted.refused() {
                    return Err(RunError::Unsound(violation));
                }
                tracing::error!(partition, "nothing of the batch was committed or sent; it is decided again");
            }
        }
        self.pending_offset = self.lease.next_offset;
        // Slots that were given away last as long as an arm window; the new state does not know of them.
        let now = self.clock.now().plus(i64::from(self.options.settings.arm_window_ms));
        let left = self.inherit_at.saturating_duration_since(Instant::now());
        let may_post_at = now.plus(i64::try_from(left.as_millis()).unwrap_or(i64::MAX));
        let from = (self.store.as_ref(), self.directory.as_ref(), &self.options);
        self.core = core_of(&self.lease, from, may_post_at, || self.clock.now()).await.map_err(RunError::Anew)?;
        self.inherited = self.core.inherited();
        Ok(())
    }

    /// Beat one, first half: waits until there is something to do, and at least as long as commits shall be apart. After a
    /// full batch there is something to do, and nothing to share a commit with.
    async fn wait(&mut self, last_round: Instant) {
        if self.uncommitted.is_repeating() {
            return tokio::time::sleep_until((last_round + LINGER).into()).await;
        }
        if std::mem::take(&mut self.has_more) {
            return;
        }
        let wake = (!self.inherited.is_empty()).then_some(self.inherit_at);
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
    fn intake(&mut self) -> Intake {
        let at = self.clock.now();
        let mut intake = Intake { inputs: Vec::new(), buried: Vec::new() };
        let turn = self.uncommitted.turn();
        if !matches!(turn, Turn::Records(_)) {
            while let Some(settled) = self.next_outcome() {
                intake.inputs.extend(settled_inputs(settled.clone(), at));
                self.uncommitted.took_outcome(settled);
            }
        }
        match turn {
            Turn::Everything => {
                while intake.inputs.len() < self.options.batch_events_max
                    && let Some(record) = self.first_record.take().or_else(|| self.records.try_recv().ok())
                {
                    self.take(record, None, &mut intake);
                }
            }
            Turn::Outcomes => {}
            Turn::Records(most) => {
                let most = most.min(self.options.batch_events_max);
                while intake.inputs.len() < most
                    && let Some((record, condemned)) = self.uncommitted.next_record()
                {
                    let alone = condemned.is_some();
                    self.take(record, condemned, &mut intake);
                    if alone {
                        break;
                    }
                }
            }
        }
        self.has_more = intake.inputs.len() >= self.options.batch_events_max;
        metrics::histogram!("posthaste_batch_records").record(intake.inputs.len() as f64);
        intake
    }

    fn next_outcome(&mut self) -> Option<Settled> {
        let again = self.uncommitted.next_outcome();
        again.or_else(|| self.first_outcome.take()).or_else(|| self.outcomes.try_recv().ok())
    }

    fn take(&mut self, record: InRecord, condemned: Option<Poison>, intake: &mut Intake) {
        let at = self.clock.now();
        self.pending_offset = record.offset + 1;
        match condemned.map_or_else(|| decode(&record, at), Err) {
            Ok(input) => {
                note_lag(&input);
                intake.inputs.push(input);
            }
            Err(poison) => intake.buried.push(letter(&record, &poison, at)),
        }
        self.uncommitted.took_record(record);
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
        let nothing = keys.is_empty();
        if nothing {
            return Ok(Rows::default());
        }
        self.patiently(|p| async { p.store.load(&keys).await }).await
    }

    fn judge_inherited(&mut self, effects: &mut Effects) {
        let inherited = std::mem::take(&mut self.inherited);
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
        self.lease.commits += 1;
        self.lease.next_offset = advance.new_offset;
        self.lease.outbox_seq = advance.outbox_seq;
        self.lease.published_upto = advance.published_upto;
        self.lease.high_water = advance.high_water;
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
        for message in effects.inbound.iter().filter(|message| message.is_live()) {
            self.dispatcher.heard(&message.sender_id, message.at);
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
    async fn finish(mut self) -> Result<(), RunError> {
        let deadline = Instant::now() + self.options.drain_max * 3 / 4;
        let mut offset = self.pending_offset;
        let step = Arc::clone(&self.step);
        loop {
            let left = self.core.in_flight();
            if left == 0 || Instant::now() >= deadline {
                break;
            }
            tokio::time::sleep(LINGER).await;
            let mut inputs = Vec::new();
            let at = self.clock.now();
            while let Some(settled) = self.next_outcome() {
                inputs.extend(settled_inputs(settled, at));
            }
            let mut effects = Effects::default();
            shielded(|| step.decide(&mut self.core, inputs, &mut Rows::default(), &mut effects))
                .map_err(RunError::Panicked)?;
            if !effects.is_empty() {
                self.commit_and_dispatch(offset, &mut effects).await?;
                offset = self.lease.next_offset;
            }
        }
        while !self.outbox.is_drained(self.lease.outbox_seq) && Instant::now() < deadline {
            tokio::time::sleep(LINGER).await;
        }
        if self.core.in_flight() > 0 || Instant::now() < self.inherit_at {
            // POSTs of ours may still be on the way: the successor waits for the lease's end. For those of our predecessor
            // it knows `earlier_until`, unless it is of a version before 0016.
            return Ok(());
        }
        self.errand.lease.end();
        self.commit_and_dispatch_offset_only(offset).await?;
        if self.core.armed().next().is_none() && self.outbox.is_drained(self.lease.outbox_seq) {
            // No successor will ask.
            Journal::remove_before(&self.options.journal_dir, self.lease.partition, self.lease.epoch + 1);
        }
        Ok(self.store.release(TASK, self.lease.partition, self.lease.epoch).await?)
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

/// The outcome of a POST, and before it what its answer told of the app's usage.
fn settled_inputs(settled: Settled, at: Millis) -> impl Iterator<Item = Input> {
    let Settled { intent_id, attempt, outcome, usage } = settled;
    let used = usage.map(|(sender_id, usage)| Event::Used { sender_id, usage });
    let events = used.into_iter().chain([Event::Settled { intent_id, attempt, outcome }]);
    events.map(move |event| Input { at, sequence: None, origin: None, event })
}

fn ms(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}
