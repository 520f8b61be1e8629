//! Recovery: brings partitions whose store was set back to an earlier time up to the log, while no pipeline runs. Nothing is
//! planned and nothing leaves; what the log has already is not published again. See docs/RECOVERY.md.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::slice;
use std::sync::Arc;

use posthaste_core::sender::{Effects, Event, Input, Keys, Publication, Rows, SenderTask};
use posthaste_model::{
    AttemptNumber, CampaignId, EventType, Intent, IntentId, SenderId, TenantId, Transition, header, topic,
};
use uuid::Uuid;

use super::assignee::{SenderRunnerOptions, TASK};
use super::decode::{Poison, decode};
use super::letters::{letter, name_of};
use super::step::{Step, shielded};
use super::takeover::{core_of, patiently};
use super::uncommitted::PANICKED;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::journal::Journal;
use crate::outbox;
use crate::partition;
use crate::record::{InRecord, event_id};
use crate::store::{Advance, HasEnded, Lease, Store};

/// Events in one commit: each intent brings what is told of it.
const BATCH_MAX: usize = 500;

/// What the log tells of the time that the store has lost.
#[derive(Debug)]
pub struct Recall {
    partitions: i32,
    published: HashSet<Uuid>,
    transitions: HashMap<i32, HashMap<IntentId, Vec<Transition>>>,
    highest: BTreeMap<(String, i32), i64>,
    senders: BTreeSet<(TenantId, SenderId)>,
}

impl Recall {
    /// Nothing is told yet. `partitions` is the count of `senders.v1`.
    pub fn new(partitions: i32) -> Self {
        let (published, transitions, highest, senders) = Default::default();
        Self { partitions, published, transitions, highest, senders }
    }

    /// Takes a record of a topic that the sender task or the API publishes to. Records must come in the order of their
    /// partitions.
    pub fn note(&mut self, record: &InRecord) {
        if let Some(sequence) = record.sequence() {
            let highest = self.highest.entry((sequence.task, sequence.partition)).or_default();
            *highest = sequence.seq.max(*highest);
        }
        // What is released anew is dropped as known when it is read; every other record must not stand there twice.
        let id = record.header(header::CE_ID).and_then(|id| id.parse().ok());
        let Some(id) = id.filter(|_| *record.topic != *topic::SENDERS) else { return };
        if !self.published.insert(id) || record.event_type() != Some(EventType::DeliveryTransitioned) {
            return;
        }
        match serde_json::from_slice::<Transition>(&record.value) {
            Ok(told) => {
                self.senders.insert((told.tenant_id, told.sender_id.clone()));
                let partition = partition::of_key(told.sender_id.as_str(), self.partitions);
                self.transitions.entry(partition).or_default().entry(told.intent_id).or_default().push(told);
            }
            Err(error) => tracing::warn!(origin = %record.origin(0), %error, "a transition cannot be read"),
        }
    }

    /// The highest number of each producing task-partition.
    pub fn highest(&self) -> &BTreeMap<(String, i32), i64> {
        &self.highest
    }

    /// How many transitions were told.
    pub fn transitions(&self) -> usize {
        self.transitions.values().flat_map(HashMap::values).map(Vec::len).sum()
    }

    /// The numbers of which transitions were told, with their tenants.
    pub fn senders(&self) -> &BTreeSet<(TenantId, SenderId)> {
        &self.senders
    }

    fn has(&self, publication: &Publication) -> bool {
        self.published.contains(&event_id(&publication.id))
    }
}

/// What was done to one partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Records of `senders.v1` that were applied.
    pub records: u64,
    /// Records that are published when a pipeline starts, because the log does not have them.
    pub published: usize,
    /// Messages that are called unknown.
    pub doubted: usize,
    /// Campaigns whose messages were ended, because the store does not have them.
    pub orphaned: Vec<CampaignId>,
    /// Messages that have left, or may have, of numbers that the store does not have: as letters they could be sent again.
    pub left_out: BTreeMap<SenderId, u64>,
}

/// Recovers partitions of the sender task.
pub struct Recovery {
    /// Where the rows are.
    pub store: Arc<dyn Store>,
    /// Senders, as they are now.
    pub directory: Arc<Directory>,
    /// As of the runner; nothing of its pace is used.
    pub options: SenderRunnerOptions,
    /// What the log tells.
    pub recall: Recall,
    /// How the core is called.
    pub step: Arc<dyn Step>,
    /// Of what was POSTed and of which journals tell the last attempt; `None` where they are not all at hand.
    pub posted: Option<HashMap<IntentId, AttemptNumber>>,
}

/// What is decided and committed together or not at all: a record with what is told of it, or what is told alone.
struct Taken {
    record: Option<InRecord>,
    inputs: Vec<Input>,
    letter: Option<Publication>,
}

/// A partition on its way.
struct Place {
    lease: Lease,
    core: SenderTask,
    clock: Clock,
    taken: Vec<Taken>,
    /// Inputs in `taken`, and records without any.
    gathered: usize,
    done: Recovered,
}

impl Place {
    fn take(&mut self, taken: Taken) {
        self.gathered += taken.inputs.len().max(1);
        self.taken.push(taken);
    }

    fn input(&self, event: Event) -> Input {
        Input { at: self.clock.now(), sequence: None, origin: None, event }
    }

    fn tell(&mut self, event: Event) {
        let inputs = vec![self.input(event)];
        self.take(Taken { record: None, inputs, letter: None });
    }
}

impl Recovery {
    /// Brings a partition up to the log: `next` gives its records from where the store stands, and `None` at the end.
    pub async fn partition(
        &self,
        partition: i32,
        mut next: impl AsyncFnMut() -> Result<Option<InRecord>, String>,
    ) -> Result<Recovered, String> {
        let mut place = self.take(partition).await?;
        let told = self.recall.transitions.get(&partition);
        for told in told.into_iter().flat_map(HashMap::values).flatten() {
            place.tell(Event::Recalled(Box::new(told.clone())));
            self.settle(&mut place, BATCH_MAX).await?;
        }
        while let Some(record) = next().await? {
            place.done.records += 1;
            self.read(&mut place, record);
            self.settle(&mut place, BATCH_MAX).await?;
        }
        self.settle(&mut place, 0).await?;
        self.doubt(&mut place).await?;
        self.orphan(&mut place).await?;
        patiently(|| self.store.release(TASK, partition, place.lease.epoch)).await?;
        Ok(place.done)
    }

    async fn take(&self, partition: i32) -> Result<Place, String> {
        let has_ended = |_: &str| false;
        let owner = (self.options.owner.as_str(), &has_ended as HasEnded<'_>);
        let lease = patiently(|| self.store.take_lease(TASK, partition, owner, self.options.lease_ttl)).await?;
        let clock = Clock::start();
        let from = (self.store.as_ref(), self.directory.as_ref(), &self.options);
        let core = core_of(&lease, from, clock.now(), || clock.now()).await?;
        let (taken, gathered, done) = Default::default();
        Ok(Place { lease, core, clock, taken, gathered, done })
    }

    /// Takes a record, and behind an intent what is told of it.
    fn read(&self, place: &mut Place, record: InRecord) {
        let (mut inputs, mut buried) = (Vec::new(), None);
        // What was buried stays so, whatever for.
        if !self.recall.published.contains(&event_id(&name_of(&record))) {
            let at = place.clock.now();
            match decode(&record, at) {
                Ok(input) => inputs = self.with_told(place, input),
                Err(poison) => buried = Some(letter(&record, &poison, at)),
            }
        }
        place.take(Taken { record: Some(record), inputs, letter: buried });
    }

    /// An input, and behind an intent what is told of it; nothing, if it must not even become a letter.
    fn with_told(&self, place: &mut Place, input: Input) -> Vec<Input> {
        let Event::Submitted(intent) = &input.event else { return vec![input] };
        let of_partition = self.recall.transitions.get(&place.lease.partition);
        let told = of_partition.and_then(|told| told.get(&intent.intent_id)).map(Vec::as_slice).unwrap_or_default();
        if self.has_lost_number(intent) && (!told.is_empty() || self.may_have_left(intent.intent_id, 1)) {
            *place.done.left_out.entry(intent.sender_id.clone()).or_default() += 1;
            return Vec::new();
        }
        let told = told.iter().map(|told| place.input(Event::Recalled(Box::new(told.clone()))));
        std::iter::once(input).chain(told).collect()
    }

    fn has_lost_number(&self, intent: &Intent) -> bool {
        let senders = self.directory.senders();
        senders.entries.get(&intent.sender_id).is_none_or(|own| own.tenant_id != intent.tenant_id)
    }

    /// Whether this attempt or a later one has left by the journals, as far as they are at hand.
    fn may_have_left(&self, id: IntentId, number: AttemptNumber) -> bool {
        self.posted.as_ref().is_none_or(|posted| posted.get(&id).is_some_and(|last| *last >= number))
    }

    /// Decides and commits what has gathered, if it is as much as `least`. What the core panics over alone is buried, as by the
    /// pipeline, and its neighbours pass.
    async fn settle(&self, place: &mut Place, least: usize) -> Result<(), String> {
        if place.gathered < least {
            return Ok(());
        }
        place.gathered = 0;
        let taken = std::mem::take(&mut place.taken);
        if self.decide(place, &taken).await?.is_ok() {
            return Ok(());
        }
        for one in taken {
            let Err(text) = self.decide(place, slice::from_ref(&one)).await? else { continue };
            let no_record = |text: &str| format!("the core panicked, and no record is the cause: {text}");
            let record = one.record.ok_or_else(|| no_record(&text))?;
            let buried = letter(&record, &Poison::buried(PANICKED, text), place.clock.now());
            let alone = Taken { record: Some(record), inputs: Vec::new(), letter: Some(buried) };
            self.decide(place, slice::from_ref(&alone)).await?.map_err(|text| no_record(&text))?;
        }
        Ok(())
    }

    /// Decides and commits all of this, or gives the text of the core's panic and leaves everything as it is committed.
    async fn decide(&self, place: &mut Place, taken: &[Taken]) -> Result<Result<(), String>, String> {
        let inputs: Vec<Input> = taken.iter().flat_map(|one| one.inputs.clone()).collect();
        let keys = place.core.keys(&inputs);
        let mut rows = if keys.is_empty() { Rows::default() } else { self.load(&keys).await? };
        let publish = taken.iter().filter_map(|one| one.letter.clone()).collect();
        let mut effects = Effects { publish, ..Effects::default() };
        if let Err(text) = shielded(|| self.step.decide(&mut place.core, inputs, &mut rows, &mut effects)) {
            tracing::error!(partition = place.lease.partition, records = taken.len(), "the core panicked");
            let (clock, from) = (place.clock, (self.store.as_ref(), self.directory.as_ref(), &self.options));
            place.core = core_of(&place.lease, from, clock.now(), || clock.now()).await?;
            return Ok(Err(text));
        }
        effects.publish.retain(|publication| !self.recall.has(publication));
        let last = taken.iter().rev().find_map(|one| one.record.as_ref());
        let offset = last.map_or(place.lease.next_offset, |record| record.offset + 1);
        if offset != place.lease.next_offset || !effects.is_empty() {
            self.commit(place, &effects, offset).await?;
        }
        Ok(Ok(()))
    }

    async fn load(&self, keys: &Keys) -> Result<Rows, String> {
        patiently(|| self.store.load(keys)).await
    }

    async fn commit(&self, place: &mut Place, effects: &Effects, offset: i64) -> Result<(), String> {
        let lease = &mut place.lease;
        let records = outbox::number(TASK, lease.partition, lease.outbox_seq, &effects.publish);
        let row = outbox::to_row(lease.outbox_seq, &records);
        let advance = Advance {
            old_offset: lease.next_offset,
            new_offset: offset,
            outbox_seq: row.as_ref().map_or(lease.outbox_seq, |row| row.last_seq),
            published_upto: lease.published_upto,
            trim: false,
            high_water: place.core.high_water().to_json(),
            outbox: row,
            ttl: self.options.lease_ttl,
        };
        patiently(|| self.store.commit(lease, &advance, effects)).await?;
        lease.commits += 1;
        lease.next_offset = advance.new_offset;
        lease.outbox_seq = advance.outbox_seq;
        lease.high_water = advance.high_water;
        place.done.published += records.len();
        Ok(())
    }

    /// Calls unknown what may have been POSTed, and of which neither the log nor Meta has told: what was armed, and what waits
    /// and left by a journal, with this attempt or a later one, or, where these are not all at hand, all that waits.
    async fn doubt(&self, place: &mut Place) -> Result<(), String> {
        let waiting = place.core.queued().into_iter().filter(|(id, number)| self.may_have_left(*id, *number));
        let armed = place.core.inherited().into_iter().map(|(id, number, _)| (id, number));
        let last = |id: &IntentId| self.posted.as_ref().and_then(|posted| posted.get(id)).copied();
        let latest = |(id, number): (IntentId, AttemptNumber)| (id, last(&id).unwrap_or(number).max(number));
        let doubted: Vec<_> = armed.chain(waiting).map(latest).collect();
        place.done.doubted = doubted.len();
        for (intent_id, attempt) in doubted {
            place.tell(Event::Doubted { intent_id, attempt });
            self.settle(place, BATCH_MAX).await?;
        }
        self.settle(place, 0).await
    }

    /// Ends what waits of campaigns that the store does not have.
    async fn orphan(&self, place: &mut Place) -> Result<(), String> {
        let open: Vec<(TenantId, CampaignId)> = place.core.open_campaigns().into_iter().collect();
        if open.is_empty() {
            return Ok(());
        }
        let rows = self.load(&Keys { campaigns: open.clone(), ..Keys::default() }).await?;
        let gone = open.into_iter().map(|(_, id)| id).filter(|id| !rows.campaigns.contains_key(id));
        place.done.orphaned = gone.collect();
        for id in place.done.orphaned.clone() {
            place.tell(Event::Orphaned(id));
        }
        self.settle(place, 0).await
    }
}

/// What was POSTed by the journals of this folder: of each message the last attempt.
pub fn posted_by(folder: &Path) -> std::io::Result<HashMap<IntentId, AttemptNumber>> {
    Journal::posted(folder, None)
}
