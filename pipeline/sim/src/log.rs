//! The log: partitions with a leader's tail that a failover loses, and producers that are idempotent and gapless.
//!
//! A record is read, and counts, once its partition has committed it. What stands above that is the leader's tail: its
//! producers repeat it after a failover, in order, if they still live.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use posthaste_model::{EventType, Sequence};

use crate::bugs::Bug;
use crate::queue::Event;
use crate::scenario::Fault;
use crate::worker::OwnerId;
use crate::world::World;

/// A topic that tasks publish to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Topic {
    Senders,
    Delivery,
    Inbound,
    Letters,
    Accounts,
}

/// Partitions of each topic but `senders.v1`.
const OUTPUT_PARTITIONS: u64 = 2;

/// A partition of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) topic: Topic,
    pub(crate) partition: i32,
}

impl Place {
    /// Where a key of an output topic goes.
    pub(crate) fn of_key(topic: Topic, key: &str) -> Self {
        let partition = (crate::rng::hash(key) % OUTPUT_PARTITIONS) as i32;
        Self { topic, partition }
    }

    pub(crate) fn name(self) -> String {
        format!("{:?}/{}", self.topic, self.partition)
    }
}

/// A record of a task's output.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) place: Place,
    pub(crate) key: Arc<str>,
    pub(crate) event_type: EventType,
    pub(crate) sequence: Sequence,
    pub(crate) value: Arc<str>,
}

impl Record {
    /// A hash of all that a reader sees.
    pub(crate) fn content(&self) -> u64 {
        crate::rng::hash(&self.value) ^ crate::rng::hash(&self.key) ^ crate::rng::hash(self.event_type.as_str())
    }
}

/// One partition.
#[derive(Debug, Default)]
pub(crate) struct PartitionLog {
    pub(crate) committed: Vec<Record>,
    /// Records of the leader alone, with their producers and the numbers of their requests.
    tail: VecDeque<(ProducerId, u64, Vec<Record>)>,
}

/// Index of a producer.
pub(crate) type ProducerId = usize;

/// Whose producer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    Owner(OwnerId),
    Api,
    Normalizer(usize),
}

/// Records that are published together; the next batch follows when all of them are acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) last_seq: i64,
    pub(crate) records: Vec<Record>,
}

/// What a producer has under way to one partition.
#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<Record>,
    /// Records at the front that are in a request.
    requested: usize,
    request: u64,
}

/// The publisher of one task-partition in one process.
#[derive(Debug)]
pub(crate) struct Producer {
    pub(crate) home: Home,
    pub(crate) alive: bool,
    batches: VecDeque<Batch>,
    lanes: BTreeMap<Place, Lane>,
    last_seq: i64,
    /// Everything up to this number is acknowledged.
    pub(crate) reached: i64,
}

impl Producer {
    /// Whether nothing waits to be acknowledged.
    pub(crate) fn is_idle(&self) -> bool {
        self.batches.is_empty() && self.lanes.is_empty()
    }
}

/// All partitions and producers.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) places: BTreeMap<Place, PartitionLog>,
    pub(crate) producers: Vec<Producer>,
}

impl Log {
    pub(crate) fn producer(&mut self, home: Home, reached: i64) -> ProducerId {
        let producer = Producer {
            home,
            alive: true,
            batches: VecDeque::new(),
            lanes: BTreeMap::new(),
            last_seq: reached,
            reached,
        };
        self.producers.push(producer);
        self.producers.len() - 1
    }

    /// Records of a partition that readers can see.
    pub(crate) fn len(&self, place: Place) -> i64 {
        self.places.get(&place).map_or(0, |log| log.committed.len() as i64)
    }
}

impl World {
    /// Hands a batch to a producer.
    pub(crate) fn publish(&mut self, id: ProducerId, batch: Batch) {
        let producer = &mut self.log.producers[id];
        producer.batches.push_back(batch);
        if producer.lanes.is_empty() {
            self.next_batch(id);
        }
    }

    fn next_batch(&mut self, id: ProducerId) {
        let producer = &mut self.log.producers[id];
        let Some(batch) = producer.batches.pop_front() else { return };
        producer.last_seq = batch.last_seq;
        for record in batch.records {
            producer.lanes.entry(record.place).or_default().waiting.push_back(record);
        }
        let places: Vec<Place> = producer.lanes.keys().copied().collect();
        if places.is_empty() {
            self.batch_done(id);
        }
        for place in places {
            let delay = self.latency.between(1, 12);
            self.at(delay, Event::Append { producer: id, place });
        }
    }

    fn batch_done(&mut self, id: ProducerId) {
        let producer = &mut self.log.producers[id];
        producer.reached = producer.last_seq;
        let home = producer.home;
        self.next_batch(id);
        self.published(home);
    }

    /// Tells the publisher's task that it has come further.
    fn published(&mut self, home: Home) {
        match home {
            Home::Owner(_) | Home::Api => {}
            Home::Normalizer(instance) => self.normalizer_published(instance),
        }
    }

    /// A request reaches the leader: as much of what waits as it takes at once.
    pub(crate) fn append(&mut self, id: ProducerId, place: Place) {
        let whole = self.latency.chance(700);
        let producer = &mut self.log.producers[id];
        let Some(lane) = producer.lanes.get_mut(&place) else { return };
        if lane.requested > 0 || lane.waiting.is_empty() {
            return;
        }
        // A process that died may have had its request on the way, or not.
        if !producer.alive && self.latency.chance(500) {
            return;
        }
        let most = lane.waiting.len();
        lane.requested = if whole { most } else { 1 + self.latency.below(most) };
        lane.request += 1;
        let records: Vec<Record> = lane.waiting.iter().take(lane.requested).cloned().collect();
        let request = lane.request;
        self.log.places.entry(place).or_default().tail.push_back((id, request, records));
        let delay = self.latency.between(1, 8);
        self.at(delay, Event::Replicate { place });
        if self.roll(Fault::LogFailover, 15) {
            let delay = self.latency.between(0, 8);
            self.at(delay, Event::Failover { place });
        }
    }

    /// The tail is on every replica: it is committed, seen by readers, and acknowledged.
    pub(crate) fn replicate(&mut self, place: Place) {
        let log = self.log.places.entry(place).or_default();
        let tail = std::mem::take(&mut log.tail);
        for (producer, request, records) in tail {
            for record in records {
                self.oracle.published(&record);
                self.log.places.entry(place).or_default().committed.push(record);
            }
            let lost = self.roll(Fault::LogAckLost, 60);
            // The producer repeats its request; the leader knows it and only acknowledges it again.
            let delay = if lost { self.latency.between(200, 1_500) } else { self.latency.between(1, 4) };
            self.at(delay, Event::Acknowledged { producer, place, request });
        }
        if place.topic == Topic::Senders {
            self.records_ready(place.partition);
        }
    }

    /// The leader dies; its tail is lost, and the producers repeat.
    pub(crate) fn failover(&mut self, place: Place) {
        let tail = std::mem::take(&mut self.log.places.entry(place).or_default().tail);
        for (id, request, records) in tail {
            let gives_up = self.bug == Some(Bug::PublisherGivesUp);
            let Some(lane) = self.log.producers[id].lanes.get_mut(&place) else { continue };
            if lane.request != request {
                continue;
            }
            lane.requested = 0;
            if gives_up {
                lane.waiting.drain(..records.len());
            }
            let delay = self.latency.between(50, 1_500);
            self.at(delay, Event::Append { producer: id, place });
            if gives_up && self.log.producers[id].lanes.get(&place).is_some_and(|lane| lane.waiting.is_empty()) {
                self.lane_done(id, place);
            }
        }
    }

    /// The producer hears that its request is committed.
    pub(crate) fn acknowledged(&mut self, id: ProducerId, place: Place, request: u64) {
        let Some(lane) = self.log.producers[id].lanes.get_mut(&place) else { return };
        if lane.request != request || lane.requested == 0 {
            return;
        }
        lane.waiting.drain(..lane.requested);
        lane.requested = 0;
        if lane.waiting.is_empty() {
            self.lane_done(id, place);
        } else {
            self.at(1, Event::Append { producer: id, place });
        }
    }

    fn lane_done(&mut self, id: ProducerId, place: Place) {
        let producer = &mut self.log.producers[id];
        producer.lanes.remove(&place);
        if producer.lanes.is_empty() {
            self.batch_done(id);
        }
    }
}
