//! Recovery: brings partitions whose store was set back to an earlier time up to the log, while no pipeline runs. Nothing is
//! planned and nothing leaves; what the log has already is not published again. See docs/RECOVERY.md.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use posthaste_core::sender::{Effects, Event, Input, Keys, Publication, Rows, SenderTask};
use posthaste_model::{AttemptNumber, CampaignId, EventType, IntentId, TenantId, Transition, header, topic};
use uuid::Uuid;

use super::assignee::{SenderRunnerOptions, TASK};
use super::decode::decode;
use super::letters::{letter, name_of};
use super::takeover::{core_of, patiently};
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
}

impl Recall {
    /// Nothing is told yet. `partitions` is the count of `senders.v1`.
    pub fn new(partitions: i32) -> Self {
        Self { partitions, published: HashSet::new(), transitions: HashMap::new(), highest: BTreeMap::new() }
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
    /// Everything that was POSTed and of which journals tell; `None` where they are not all at hand.
    pub posted: Option<HashSet<(IntentId, AttemptNumber)>>,
}

/// A partition on its way.
struct Place {
    lease: Lease,
    core: SenderTask,
    clock: Clock,
    inputs: Vec<Input>,
    buried: Vec<Publication>,
    offset: i64,
    done: Recovered,
}

impl Place {
    fn tell(&mut self, event: Event) {
        self.inputs.push(Input { at: self.clock.now(), sequence: None, origin: None, event });
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
            place.offset = record.offset + 1;
            place.done.records += 1;
            self.read(&mut place, &record);
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
        let offset = lease.next_offset;
        let (inputs, buried, done) = Default::default();
        Ok(Place { lease, core, clock, inputs, buried, offset, done })
    }

    /// Takes a record, and behind an intent what is told of it.
    fn read(&self, place: &mut Place, record: &InRecord) {
        let at = place.clock.now();
        if self.recall.published.contains(&event_id(&name_of(record))) {
            // It was buried, whatever for.
            return;
        }
        match decode(record, at) {
            Ok(input) => {
                let intent = match &input.event {
                    Event::Submitted(intent) => Some(intent.intent_id),
                    _ => None,
                };
                place.inputs.push(input);
                let of_partition = self.recall.transitions.get(&place.lease.partition);
                let told = intent.zip(of_partition).and_then(|(id, told)| told.get(&id));
                told.into_iter().flatten().for_each(|told| place.tell(Event::Recalled(Box::new(told.clone()))));
            }
            Err(poison) => place.buried.push(letter(record, &poison, at)),
        }
    }

    /// Decides and commits what has gathered, if it is as much as `least`.
    async fn settle(&self, place: &mut Place, least: usize) -> Result<(), String> {
        if place.inputs.len() + place.buried.len() < least {
            return Ok(());
        }
        let inputs = std::mem::take(&mut place.inputs);
        let keys = place.core.keys(&inputs);
        let mut rows = if keys.is_empty() { Rows::default() } else { self.load(&keys).await? };
        let mut effects = Effects { publish: std::mem::take(&mut place.buried), ..Effects::default() };
        place.core.decide(inputs, &mut rows, &mut effects);
        effects.publish.retain(|publication| !self.recall.has(publication));
        let has_moved = place.offset != place.lease.next_offset || !effects.is_empty();
        if has_moved { self.commit(place, &effects).await } else { Ok(()) }
    }

    async fn load(&self, keys: &Keys) -> Result<Rows, String> {
        patiently(|| self.store.load(keys)).await
    }

    async fn commit(&self, place: &mut Place, effects: &Effects) -> Result<(), String> {
        let lease = &mut place.lease;
        let records = outbox::number(TASK, lease.partition, lease.outbox_seq, &effects.publish);
        let row = outbox::to_row(lease.outbox_seq, &records);
        let advance = Advance {
            old_offset: lease.next_offset,
            new_offset: place.offset,
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
        place.done.published += records.len();
        Ok(())
    }

    /// Calls unknown what may have been POSTed, and of which neither the log nor Meta has told: what was armed, and what waits
    /// and left by a journal, or, where these are not all at hand, all that waits.
    async fn doubt(&self, place: &mut Place) -> Result<(), String> {
        let armed = place.core.inherited().into_iter().map(|(id, number, _)| (id, number));
        let may_have_left = |own: &(IntentId, i16)| self.posted.as_ref().is_none_or(|posted| posted.contains(own));
        let doubted: Vec<_> = armed.chain(place.core.queued().into_iter().filter(may_have_left)).collect();
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

/// Everything that was POSTed by the journals of these folders.
pub fn posted_by(folders: &[impl AsRef<Path>]) -> std::io::Result<HashSet<(IntentId, AttemptNumber)>> {
    let mut posted = HashSet::new();
    for folder in folders {
        posted.extend(Journal::posted(folder.as_ref(), None)?);
    }
    Ok(posted)
}
