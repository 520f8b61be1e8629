//! From Meta's webhooks to `senders.v1`: the edge, `webhooks.raw.v1`, and normalize, whose function is the real one.
//!
//! The envelope that normalize gives each event follows `pipeline/runtime/src/normalize.rs`.

use std::sync::Arc;

use posthaste_core::normalize::{Normalized, RawWebhook, normalize};
use posthaste_model::{
    EventType, IntentId, Millis, Origin, SenderId, Sequence, Status, StatusReported, StreamProgressed, Wamid, topic,
};

use crate::bugs::Bug;
use crate::log::{Batch, Home, Place, ProducerId, Record, Topic};
use crate::queue::Event;
use crate::scenario::{Fault, Scenario};
use crate::world::World;

/// Time between two signs of life of the edge.
const HEARTBEAT_MS: i64 = 2_000;
/// Webhooks that are published together.
const BATCH_MAX: usize = 50;
/// Name of the task in sequence numbers.
pub(crate) const TASK: &str = "normalize";

/// What an element of a webhook says, for the oracle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Element {
    Status {
        intent: IntentId,
        attempt: i16,
        status: Status,
    },
    Inbound {
        sender: usize,
        wamid: Wamid,
    },
    /// A status that moves no message.
    Reported {
        wamid: Wamid,
        word: &'static str,
    },
    Malformed,
}

/// A webhook that Meta delivers until it is taken.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub(crate) body: Arc<str>,
    pub(crate) elements: Vec<Element>,
}

/// A record of `webhooks.raw.v1`; a heartbeat has no body.
#[derive(Debug, Clone)]
struct Raw {
    received_at: Millis,
    body: Option<Arc<str>>,
}

/// One process of normalize on one partition.
#[derive(Debug)]
struct Normalizer {
    partition: usize,
    position: usize,
    next: usize,
    alive: bool,
    busy: bool,
    producer: ProducerId,
    /// With [`Bug::CountingNormalizer`].
    counted: i64,
}

/// See the module's documentation.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) away_until: i64,
    webhooks: Vec<Webhook>,
    /// Deliveries that are still to come.
    outstanding: usize,
    raw: Vec<Vec<Raw>>,
    normalizers: Vec<Normalizer>,
    current: Vec<usize>,
    committed: Vec<usize>,
}

impl Edge {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let partitions = scenario.raw_partitions as usize;
        Self {
            away_until: 0,
            webhooks: Vec::new(),
            outstanding: 0,
            raw: (0..partitions).map(|_| Vec::new()).collect(),
            normalizers: Vec::new(),
            current: vec![0; partitions],
            committed: vec![0; partitions],
        }
    }

    /// Whether Meta has delivered everything and all of it is normalized.
    pub(crate) fn is_done(&self) -> bool {
        // Heartbeats go on for ever: what is behind by one or two of them counts as done.
        let behind = |n: &usize| {
            let normalizer = &self.normalizers[*n];
            self.raw[normalizer.partition][normalizer.position..].iter().any(|raw| raw.body.is_some())
        };
        self.outstanding == 0 && !self.current.iter().any(behind)
    }
}

impl World {
    pub(crate) fn start_normalizers(&mut self) {
        for partition in 0..self.edge.raw.len() {
            self.start_normalizer(partition);
        }
    }

    fn start_normalizer(&mut self, partition: usize) {
        let instance = self.edge.normalizers.len();
        let producer = self.log.producer(Home::Normalizer(instance), 0);
        let position = self.edge.committed[partition];
        let normalizer =
            Normalizer { partition, position, next: position, alive: true, busy: false, producer, counted: 0 };
        self.edge.normalizers.push(normalizer);
        self.edge.current[partition] = instance;
        self.at(1, Event::Normalize(instance));
    }

    /// Meta sends a webhook, sometimes late, sometimes twice.
    pub(crate) fn send_webhook(&mut self, webhook: Webhook) {
        self.edge.webhooks.push(webhook);
        let index = self.edge.webhooks.len() - 1;
        let late = self.roll(Fault::WebhookDelay, 150);
        let delay = if late { self.latency.between(500, 15_000) } else { self.latency.between(5, 60) };
        self.deliver(index, delay);
        if self.roll(Fault::WebhookDuplicate, 150) {
            let again = self.latency.between(5, 10_000);
            self.deliver(index, again);
        }
    }

    fn deliver(&mut self, index: usize, delay: i64) {
        self.edge.outstanding += 1;
        self.at(delay, Event::Webhook(index));
    }

    /// A webhook arrives at the edge.
    pub(crate) fn webhook(&mut self, index: usize) {
        self.edge.outstanding -= 1;
        let again = self.latency.between(500, 3_000);
        if self.edge.away_until > self.now {
            if self.bug == Some(Bug::AckBeforeAppend) {
                return self.oracle.webhook_taken(&self.edge.webhooks[index].elements);
            }
            return self.deliver(index, again);
        }
        let lost = self.roll(Fault::EdgeAckLost, 80);
        if lost && self.latency.chance(500) {
            return self.deliver(index, again);
        }
        let body = Some(Arc::clone(&self.edge.webhooks[index].body));
        let partition = self.latency.below(self.edge.raw.len());
        self.append_raw(partition, body);
        if lost {
            return self.deliver(index, again);
        }
        self.oracle.webhook_taken(&self.edge.webhooks[index].elements);
    }

    fn append_raw(&mut self, partition: usize, body: Option<Arc<str>>) {
        let received_at = self.wall();
        self.edge.raw[partition].push(Raw { received_at, body });
        let (instance, delay) = (self.edge.current[partition], self.latency.between(1, 10));
        self.at(delay, Event::Normalize(instance));
    }

    /// A sign of life in every partition.
    pub(crate) fn heartbeat(&mut self) {
        self.at(HEARTBEAT_MS, Event::Heartbeat);
        if self.edge.away_until <= self.now {
            (0..self.edge.raw.len()).for_each(|partition| self.append_raw(partition, None));
        }
    }

    /// Normalizes what is there.
    pub(crate) fn normalize(&mut self, instance: usize) {
        let normalizer = &self.edge.normalizers[instance];
        if !normalizer.alive || normalizer.busy {
            return;
        }
        let (partition, from) = (normalizer.partition, normalizer.position);
        let waiting: Vec<Raw> = self.edge.raw[partition].iter().skip(from).take(BATCH_MAX).cloned().collect();
        if waiting.is_empty() {
            return;
        }
        let next = from + waiting.len();
        let mut records: Vec<Record> =
            waiting.iter().zip(from..).flat_map(|(raw, offset)| self.outputs(raw, partition, offset)).collect();
        let normalizer = &mut self.edge.normalizers[instance];
        if self.bug == Some(Bug::CountingNormalizer) {
            for record in &mut records {
                normalizer.counted += 1;
                record.sequence.seq = normalizer.counted;
            }
        }
        normalizer.busy = true;
        normalizer.next = next;
        let producer = normalizer.producer;
        self.publish(producer, Batch { last_seq: next as i64, records });
    }

    /// All outputs of a batch are acknowledged: the group is told.
    pub(crate) fn normalizer_published(&mut self, instance: usize) {
        let forgotten = self.roll(Fault::NormalizeCrash, 300);
        let normalizer = &mut self.edge.normalizers[instance];
        normalizer.busy = false;
        normalizer.position = normalizer.next;
        let (partition, position) = (normalizer.partition, normalizer.position);
        if self.edge.current[partition] == instance && !forgotten {
            self.edge.committed[partition] = position;
        }
        self.at(1, Event::Normalize(instance));
    }

    /// A normalizer dies, or goes on beside its successor for a while.
    pub(crate) fn replace_normalizer(&mut self) {
        let partition = self.chaos.below(self.edge.raw.len());
        let instance = self.edge.current[partition];
        let lives_on = if self.chaos.chance(500) { self.chaos.between(100, 5_000) } else { 0 };
        self.at(lives_on, Event::EndNormalizer(instance));
        self.start_normalizer(partition);
    }

    pub(crate) fn end_normalizer(&mut self, instance: usize) {
        let normalizer = &mut self.edge.normalizers[instance];
        normalizer.alive = false;
        self.log.producers[normalizer.producer].alive = false;
    }

    /// What one record of `webhooks.raw.v1` becomes.
    fn outputs(&self, raw: &Raw, partition: usize, offset: usize) -> Vec<Record> {
        let origin = |index| Origin {
            topic: topic::WEBHOOKS_RAW.into(),
            partition: partition as i32,
            offset: offset as i64,
            index,
        };
        let Some(body) = &raw.body else { return self.progress(raw, &origin(0)) };
        let output = normalize(&RawWebhook { body: body.as_bytes(), received_at: raw.received_at });
        let mut records: Vec<(u32, Record)> = output
            .events
            .iter()
            .map(|(index, event)| (*index, self.normalized(event, origin(*index))))
            .chain(output.events.iter().filter_map(|(index, event)| {
                let Normalized::UnknownStatus(own) = event else { return None };
                Some((*index, self.reported(&own.reported, &origin(*index))))
            }))
            .chain(output.buried.iter().map(|buried| (buried.index, letter(&buried.raw, origin(buried.index)))))
            .collect();
        records.sort_by_key(|(index, _)| *index);
        records.into_iter().map(|(_, record)| record).collect()
    }

    fn progress(&self, raw: &Raw, origin: &Origin) -> Vec<Record> {
        let value = StreamProgressed { partition: origin.partition, upto: raw.received_at };
        let value: Arc<str> = serde_json::to_string(&value).expect("an event is JSON").into();
        let to = |partition| {
            let place = Place { topic: Topic::Senders, partition };
            record(place, "stream", EventType::StreamProgressed, origin, Arc::clone(&value))
        };
        (0..self.scenario.sender_partitions).map(to).collect()
    }

    fn normalized(&self, event: &Normalized, origin: Origin) -> Record {
        let json = |value: serde_json::Result<String>| Arc::from(value.expect("an event is JSON"));
        let of_sender = |id: &SenderId, event_type, value| {
            record(self.place_of_sender(id), id.as_str(), event_type, &origin, value)
        };
        match event {
            Normalized::Status(status) => {
                of_sender(&status.sender_id, EventType::StatusObserved, json(serde_json::to_string(status)))
            }
            Normalized::Watermark(report) => {
                of_sender(&report.sender_id, EventType::WatermarkObserved, json(serde_json::to_string(report)))
            }
            Normalized::Inbound(inbound) => {
                of_sender(&inbound.sender_id, EventType::InboundReceived, json(serde_json::to_string(inbound)))
            }
            Normalized::Template(changed) => {
                let (key, value) = (changed.waba_id.as_str(), json(serde_json::to_string(changed)));
                record(Place::of_key(Topic::Accounts, key), key, EventType::TemplateChanged, &origin, value)
            }
            Normalized::Limits(changed) => {
                let (key, value) = (changed.waba_id.as_str(), json(serde_json::to_string(changed)));
                record(Place::of_key(Topic::Accounts, key), key, EventType::LimitsChanged, &origin, value)
            }
            Normalized::Account(updated) => {
                let (key, value) = (updated.waba_id.as_str(), json(serde_json::to_string(updated)));
                record(Place::of_key(Topic::Accounts, key), key, EventType::AccountUpdated, &origin, value)
            }
            Normalized::Unknown(unknown) => {
                let (key, value) = (unknown.waba_id.as_str(), json(serde_json::to_string(unknown)));
                record(Place::of_key(Topic::Accounts, key), key, EventType::UnknownUpdate, &origin, value)
            }
            Normalized::UnknownStatus(own) => self.normalized(&Normalized::Unknown(own.update.clone()), origin),
        }
    }

    fn reported(&self, reported: &StatusReported, origin: &Origin) -> Record {
        let value = serde_json::to_string(reported).expect("an event is JSON").into();
        let id = &reported.sender_id;
        record(self.place_of_sender(id), id.as_str(), EventType::StatusReported, origin, value)
    }
}

fn record(place: Place, key: &str, event_type: EventType, origin: &Origin, value: Arc<str>) -> Record {
    let sequence = Sequence { task: TASK.to_owned(), partition: origin.partition, seq: origin.sequence_number() };
    Record { place, key: key.into(), event_type, sequence, value }
}

fn letter(raw: &str, origin: Origin) -> Record {
    let key = origin.to_string();
    record(Place::of_key(Topic::Letters, &key), &key, EventType::LetterBuried, &origin, raw.into())
}
