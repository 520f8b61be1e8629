//! The API: single messages through its own outbox, campaigns as rows. Clients repeat what was not answered.
//!
//! Follows `connectors/postgres/src/commands.rs`, on a store of its own so that it needs no lease here: a second process
//! begins where the first has died.

use std::collections::BTreeMap;
use std::sync::Arc;

use posthaste_core::sender::{Campaign, CampaignState, CampaignTemplate, Recipient};
use posthaste_model::category::UTILITY;
use posthaste_model::{
    CampaignId, Class, Contact, EventType, Intent, IntentId, Message, Millis, Receipt, Sequence, Status, TextMessage,
    UnknownPolicy, Wamid,
};

use crate::log::{Batch, Home, ProducerId, Record};
use crate::queue::Event;
use crate::scenario::Fault;
use crate::store::is_active;
use crate::world::{Stage, World};

/// Name of the task in sequence numbers.
pub(crate) const TASK: &str = "api";

/// Requests of which most may go to one person; at one message per 6 s more of them would take too long.
const HOT_REQUESTS: usize = 150;

/// A client's request.
#[derive(Debug)]
struct Request {
    intent: Arc<Intent>,
    answered: bool,
}

/// See the module's documentation.
#[derive(Debug, Default)]
pub(crate) struct Api {
    requests: Vec<Request>,
    alive: bool,
    producer: ProducerId,
    /// Committed records that may not be published yet.
    outbox: BTreeMap<i64, Record>,
    pub(crate) outbox_seq: i64,
    campaigns: Vec<Option<CampaignId>>,
    probes: Vec<IntentId>,
}

impl Api {
    /// Whether every client has its answer.
    pub(crate) fn is_done(&self) -> bool {
        self.requests.iter().all(|request| request.answered)
    }
}

impl World {
    /// A process of the API begins, and publishes what its predecessor left.
    pub(crate) fn start_api(&mut self) {
        let upto = self.log.producers.get(self.api.producer).map_or(0, |producer| match producer.home {
            Home::Api => producer.reached,
            Home::Owner(_) | Home::Normalizer(_) => 0,
        });
        let producer = self.log.producer(Home::Api, upto);
        self.api.producer = producer;
        self.api.alive = true;
        // What was acknowledged is dropped with the next commit only: some of it may be published again.
        let left: Vec<(i64, Record)> = self.api.outbox.iter().map(|(seq, record)| (*seq, record.clone())).collect();
        for (last_seq, record) in left {
            self.publish(producer, Batch { last_seq, records: vec![record] });
        }
    }

    pub(crate) fn crash_api(&mut self) {
        if !self.api.alive {
            return;
        }
        self.api.alive = false;
        // Half of them only stand still: their publisher goes on beside its successor.
        if self.chaos.chance(500) {
            self.log.producers[self.api.producer].alive = false;
        }
        let delay = self.chaos.between(500, 6_000);
        self.at(delay, Event::ApiStart);
    }

    /// A client has a message to send.
    pub(crate) fn single(&mut self) {
        if self.stage != Stage::Chaos {
            return;
        }
        let next = self.load.between(1, self.scenario.single_every_ms * 2);
        self.at(next, Event::Single);
        let sender = self.load.below(self.scenario.senders.len());
        let policy = if self.load.chance(300) { UnknownPolicy::AtLeastOnce } else { UnknownPolicy::AtMostOnce };
        let ttl_ms = if self.load.chance(150) { self.load.between(500, 15_000) } else { 3_600_000 };
        let class = if self.load.chance(200) { Class::Otp } else { Class::Transactional };
        let hot = self.scenario.hot_contact && self.api.requests.len() < HOT_REQUESTS && self.load.chance(600);
        let contact = if hot { crate::meta::person(0) } else { self.any_person() };
        if self.load.chance(100) {
            self.ask(sender, Class::Receipt, UnknownPolicy::AtLeastOnce, ttl_ms, &contact);
        } else {
            self.ask(sender, class, policy, ttl_ms, &contact);
        }
    }

    fn ask(&mut self, sender: usize, class: Class, policy: UnknownPolicy, ttl_ms: i64, contact: &str) -> IntentId {
        let spec = &self.scenario.senders[sender];
        let intent_id = IntentId(self.load.uuid(self.now));
        let intent = Intent {
            intent_id,
            tenant_id: spec.tenant,
            sender_id: spec.id.clone(),
            contact: Contact::new(format!("+{contact}")),
            class,
            campaign: None,
            message: match class {
                Class::Receipt => Message::Receipt(Receipt { message_id: Wamid::new("wamid.P"), typing: false }),
                _ => Message::Text(TextMessage { body: "hello".into(), preview_url: false, reply_to: None }),
            },
            callback_data: None,
            unknown_policy: policy,
            accepted_at: self.wall(),
            expires_at: Millis(self.now + ttl_ms),
        };
        self.api.requests.push(Request { intent: Arc::new(intent), answered: false });
        self.at(0, Event::Request(self.api.requests.len() - 1));
        intent_id
    }

    /// A client sends its request, for the first time or again with the same key.
    pub(crate) fn request(&mut self, index: usize) {
        if self.api.requests[index].answered {
            return;
        }
        let again = self.latency.between(200, 1_500);
        self.at(again, Event::Request(index));
        if !self.api.alive || self.store.away_until > self.now {
            return;
        }
        let intent = Arc::clone(&self.api.requests[index].intent);
        let fresh = !self.store.keys.contains_key(&(index as u64));
        if fresh {
            self.store.keys.insert(index as u64, intent.intent_id);
            self.oracle.command_accepted(&intent);
            self.api.outbox_seq += 1;
            let seq = self.api.outbox_seq;
            let record = Record {
                place: self.place_of_sender(&intent.sender_id),
                key: intent.sender_id.as_str().into(),
                event_type: EventType::IntentSubmitted,
                sequence: Sequence { task: TASK.to_owned(), partition: 0, seq },
                value: serde_json::to_string(intent.as_ref()).expect("an event is JSON").into(),
            };
            let reached = self.log.producers[self.api.producer].reached;
            self.api.outbox.retain(|seq, _| *seq > reached);
            self.api.outbox.insert(seq, record.clone());
            if self.roll(Fault::ApiCrash, 40) {
                return self.crash_api();
            }
            self.publish(self.api.producer, Batch { last_seq: seq, records: vec![record] });
        }
        self.api.requests[index].answered = !self.roll(Fault::ApiCrash, 40);
    }

    /// A tenant starts a campaign.
    pub(crate) fn start_campaign(&mut self, index: usize) {
        self.api.campaigns.resize(self.scenario.campaigns.len(), None);
        if self.stage != Stage::Chaos {
            return;
        }
        let spec = self.scenario.campaigns[index].clone();
        let people = (0..spec.recipients)
            .map(|_| Recipient(Contact::new(format!("+{}", self.any_person())), vec!["a".to_owned()]))
            .collect();
        let sender = &self.scenario.senders[spec.sender];
        let partition = sender.partition;
        let campaign = Campaign {
            tenant_id: sender.tenant,
            campaign_id: CampaignId(self.load.uuid(self.now)),
            sender_id: sender.id.clone(),
            state: CampaignState::Running,
            generation: 0,
            recipients: spec.recipients,
            templates: vec![CampaignTemplate {
                name: "order_update".to_owned(),
                language: "en_US".to_owned(),
                category: Some(UTILITY.to_owned()),
                approved: true,
                slots: None,
                is_low: false,
            }],
            marketing: None,
            unknown_policy: spec.policy,
            ttl_seconds: spec.ttl_seconds,
            weight: spec.weight,
            rules: spec.rules,
            cursor: 0,
            ingested: 0,
            open: 0,
            confirmed: 0,
        };
        self.api.campaigns[index] = Some(campaign.campaign_id);
        self.store.create_campaign(campaign, people, partition, self.now);
        if self.scenario.faults.has(Fault::CampaignPause) {
            let delay = self.chaos.between(100, 6_000);
            self.at(delay, Event::Campaign { index, cancel: false });
        }
        if self.scenario.faults.has(Fault::CampaignCancel) && self.chaos.chance(500) {
            let delay = self.chaos.between(100, 15_000);
            self.at(delay, Event::Campaign { index, cancel: true });
        }
    }

    /// A tenant pauses, resumes or cancels a campaign.
    pub(crate) fn change_campaign(&mut self, index: usize, cancel: bool) {
        let Some(id) = self.api.campaigns.get(index).copied().flatten() else { return };
        let Some(row) = self.store.campaigns.get_mut(&id).filter(|row| is_active(row)) else { return };
        if self.stage != Stage::Chaos {
            return;
        }
        row.campaign.state = match row.campaign.state {
            _ if cancel => CampaignState::Cancelled,
            CampaignState::Running => CampaignState::Paused,
            CampaignState::Paused | CampaignState::Cancelled => CampaignState::Running,
        };
        row.campaign.generation += i32::from(row.campaign.state != CampaignState::Running);
        let state = row.campaign.state;
        self.oracle.campaign_changed(id, state);
        if !cancel {
            let delay = self.chaos.between(500, 8_000);
            self.at(delay, Event::Campaign { index, cancel: false });
        }
    }

    /// After the calm every campaign goes on, and Meta lifts the limit of people.
    pub(crate) fn resume_all(&mut self) {
        self.store.people_max = None;
        for row in self.store.campaigns.values_mut() {
            if row.campaign.state == CampaignState::Paused {
                row.campaign.state = CampaignState::Running;
                self.oracle.campaign_changed(row.campaign.campaign_id, CampaignState::Running);
            }
        }
    }

    /// One fresh message per sender.
    pub(crate) fn send_probes(&mut self) {
        for sender in 0..self.scenario.senders.len() {
            let contact = crate::meta::person(9_000 + sender);
            let id = self.ask(sender, Class::Transactional, UnknownPolicy::AtMostOnce, 3_600_000, &contact);
            self.api.probes.push(id);
        }
    }

    /// Whether they were accepted by Meta and everything is at rest again.
    pub(crate) fn probes_done(&self) -> bool {
        let accepted = |id: &IntentId| {
            let attempts = self.store.attempts.range((*id, i16::MIN)..=(*id, i16::MAX));
            attempts.map(|(_, (_, attempt))| attempt.status).max().is_some_and(|status| status >= Status::Accepted)
        };
        self.api.probes.iter().all(accepted) && self.at_rest()
    }
}
