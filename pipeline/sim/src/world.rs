//! The world: everything that is, the virtual clock, and what happens next.

use std::collections::BTreeMap;

use posthaste_core::invariants::Violation;
use posthaste_core::sender::Profile;
use posthaste_model::{Millis, SenderId};
use std::collections::HashMap;
use std::sync::Arc;

use crate::api::Api;
use crate::bugs::Bug;
use crate::edge::Edge;
use crate::log::Log;
use crate::meta::Meta;
use crate::oracle::Oracle;
use crate::queue::{Event, Process, Queue};
use crate::rng::Rng;
use crate::scenario::{Fault, Scenario};
use crate::store::{Eyes, Store};
use crate::worker::{Group, Owner, OwnerId, Worker};

/// The world begins here: 2027-01-15T08:00:00Z.
pub(crate) const START_MS: i64 = 1_800_000_000_000;
/// After faults and load have ended, everything must have come to rest within this time.
const REST_MAX_MS: i64 = 900_000;
/// How often the world is asked whether it has come to rest.
const REST_EVERY_MS: i64 = 1_000;
/// Steps that no world needs: more is a loop.
const STEPS_MAX: u64 = 2_000_000;

/// In what the end of a world consists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Load and faults.
    Chaos,
    /// No more faults; what is paused stays paused, and yet lag must go.
    Calm,
    /// Everything is resumed and must end.
    Rest,
    /// Fresh messages must be delivered.
    Probe,
}

/// See the module's documentation.
pub(crate) struct World {
    pub(crate) now: i64,
    pub(crate) steps: u64,
    pub(crate) stage: Stage,
    stage_since: i64,
    queue: Queue,
    pub(crate) scenario: Scenario,
    pub(crate) bug: Option<Bug>,
    pub(crate) latency: Rng,
    pub(crate) load: Rng,
    pub(crate) chaos: Rng,
    rolls: BTreeMap<Fault, Rng>,
    pub(crate) log: Log,
    pub(crate) store: Store,
    pub(crate) meta: Meta,
    pub(crate) edge: Edge,
    pub(crate) api: Api,
    pub(crate) group: Group,
    pub(crate) workers: Vec<Worker>,
    pub(crate) owners: BTreeMap<OwnerId, Owner>,
    /// Until when each owner may POST; outlives the owner, for what it has armed looks at it.
    pub(crate) deadlines: Vec<i64>,
    pub(crate) journals: BTreeMap<(usize, i32, i64), std::collections::BTreeSet<(posthaste_model::IntentId, i16)>>,
    pub(crate) profiles: Arc<HashMap<SenderId, Profile>>,
    pub(crate) oracle: Oracle,
    pub(crate) trace: bool,
}

impl World {
    pub(crate) fn new(scenario: Scenario, bug: Option<Bug>, trace: bool) -> Self {
        let stream = |purpose| Rng::stream(scenario.seed, purpose);
        let profile = |s: &crate::scenario::SenderSpec| (s.id.clone(), s.profile());
        let mut world = Self {
            now: START_MS,
            steps: 0,
            stage: Stage::Chaos,
            stage_since: START_MS,
            queue: Queue::default(),
            bug,
            latency: stream("latency"),
            load: stream("load"),
            chaos: stream("chaos"),
            rolls: Fault::ALL.iter().map(|fault| (*fault, stream(fault.name()))).collect(),
            log: Log::default(),
            store: Store { people_max: scenario.people_max, ..Store::default() },
            meta: Meta::new(&scenario),
            edge: Edge::new(&scenario),
            api: Api::default(),
            group: Group::default(),
            workers: Vec::new(),
            owners: BTreeMap::new(),
            deadlines: Vec::new(),
            journals: BTreeMap::new(),
            profiles: Arc::new(scenario.senders.iter().map(profile).collect()),
            oracle: Oracle::new(&scenario),
            scenario,
            trace,
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        self.start_workers();
        self.at(0, Event::ApiStart);
        self.start_normalizers();
        self.at(0, Event::Heartbeat);
        self.at(1, Event::Single);
        self.at(1, Event::Person);
        for index in 0..self.scenario.campaigns.len() {
            self.at(self.scenario.campaigns[index].start_ms, Event::StartCampaign(index));
        }
        self.begin_faults();
        self.at(self.scenario.chaos_ms, Event::EndChaos);
    }

    /// Schedules an event `delay_ms` from now.
    pub(crate) fn at(&mut self, delay_ms: i64, event: Event) {
        self.queue.push(self.now + delay_ms.max(0), event);
    }

    /// Whether a fault that may happen here does.
    pub(crate) fn roll(&mut self, fault: Fault, per_mille: u32) -> bool {
        if self.stage != Stage::Chaos || !self.scenario.faults.has(fault) {
            return false;
        }
        self.rolls.get_mut(&fault).is_some_and(|rng| rng.chance(per_mille))
    }

    pub(crate) fn wall(&self) -> Millis {
        Millis(self.now)
    }

    pub(crate) fn eyes(&mut self) -> (&mut Store, Eyes<'_>) {
        (&mut self.store, Eyes { oracle: &mut self.oracle, bug: self.bug, now: self.now })
    }

    pub(crate) fn note(&self, text: impl FnOnce() -> String) {
        if self.trace {
            println!("{:>8} ms  step {:>6}  {}", self.now - START_MS, self.steps, text());
        }
    }

    /// Runs to the end. Load and faults stop after `chaos_steps` events at the latest.
    pub(crate) fn run(&mut self, chaos_steps: u64) -> Result<(), Violation> {
        while let Some((at, event)) = self.queue.pop() {
            self.now = at;
            self.steps += 1;
            if self.stage == Stage::Chaos && self.steps > chaos_steps {
                self.enter(Stage::Calm);
            }
            if self.trace && !matches!(event, Event::Owner(_, crate::queue::Beat::Wake(_))) {
                self.note(|| format!("{event:?}").chars().take(240).collect());
            }
            self.happen(event);
            if let Some(violation) = self.oracle.violation.take() {
                return Err(violation);
            }
            if self.steps > STEPS_MAX {
                let detail = format!("no rest after {STEPS_MAX} steps");
                return Err(Violation::new(posthaste_core::invariants::Invariant::Liveness, detail));
            }
            if self.stage == Stage::Probe && self.probes_done() {
                return self.final_checks();
            }
        }
        Ok(())
    }

    fn enter(&mut self, stage: Stage) {
        self.note(|| format!("=== {stage:?}"));
        if self.stage == Stage::Chaos {
            self.at(REST_EVERY_MS, Event::Calm);
            self.calm_down();
        }
        self.stage = stage;
        self.stage_since = self.now;
        match stage {
            Stage::Chaos | Stage::Calm => {}
            Stage::Rest => self.resume_all(),
            Stage::Probe => self.send_probes(),
        }
    }

    /// Looks whether the stage is over.
    fn calm(&mut self) {
        self.at(REST_EVERY_MS, Event::Calm);
        let waited_ms = self.now - self.stage_since;
        let over = match self.stage {
            Stage::Chaos => false,
            Stage::Calm => self.no_lag(),
            Stage::Rest => self.at_rest(),
            Stage::Probe => false,
        };
        if over && self.stage == Stage::Calm {
            self.enter(Stage::Rest);
        } else if over {
            self.enter(Stage::Probe);
        } else if waited_ms > REST_MAX_MS {
            let violation = self.unrest();
            self.oracle.check(Err(violation));
        }
    }

    fn happen(&mut self, event: Event) {
        if let Some(until) = self.paused(&event) {
            self.queue.push(until, event);
            return;
        }
        match event {
            Event::Owner(id, beat) => self.beat(id, beat),
            Event::Assign(process, partition) => self.assign(process, partition),
            Event::TakeLease { process, partition, sent } => self.take_lease(process, partition, sent),
            Event::LeaseTaken { process, partition, sent, taken } => self.lease_taken(process, partition, sent, *taken),
            Event::LateCommit(partition) => {
                let (store, mut eyes) = self.eyes();
                store.settle_late(partition, &mut eyes);
            }
            Event::Renew(process) => self.renew(process),
            Event::RenewAtStore { process, sent, leases } => self.renew_at_store(process, sent, leases),
            Event::Renewed { process, sent, kept, lost } => self.renewed(process, sent, &kept, &lost),
            Event::Serve(process, sender) => self.serve(process, sender),
            Event::Depart(post) => self.depart(post),
            Event::Arrive(post) => self.arrive(post),
            Event::Answered(post, outcome) => self.answered(post, outcome),
            Event::NoAnswer(post) => self.no_answer(post),
            Event::PlaceFree(post) => self.land(post, None),
            Event::Append { producer, place } => self.append(producer, place),
            Event::Replicate { place } => self.replicate(place),
            Event::Failover { place } => self.failover(place),
            Event::Acknowledged { producer, place, request } => self.acknowledged(producer, place, request),
            other => self.happen_outside(other),
        }
    }

    fn happen_outside(&mut self, event: Event) {
        match event {
            Event::Heartbeat => self.heartbeat(),
            Event::Flush(sender) => self.flush(sender),
            Event::Webhook(index) => self.webhook(index),
            Event::Normalize(instance) => self.normalize(instance),
            Event::EndNormalizer(instance) => self.end_normalizer(instance),
            Event::Single => self.single(),
            Event::Request(index) => self.request(index),
            Event::ApiStart => self.start_api(),
            Event::Person => self.person(),
            Event::StartCampaign(index) => self.start_campaign(index),
            Event::Campaign { index, cancel } => self.change_campaign(index, cancel),
            Event::Strike(fault) => self.strike(fault),
            Event::Rebalance(partition) => self.rebalance(partition),
            Event::Restart(worker) => self.restart(worker),
            Event::SessionOver(process) => self.session_over(process),
            Event::LostNotice(owner) => self.lost_notice(owner),
            Event::Limit(sender) => self.change_limit(sender),
            Event::EndChaos if self.stage == Stage::Chaos => self.enter(Stage::Calm),
            Event::EndChaos => {}
            Event::Calm => self.calm(),
            other => unreachable!("{other:?} happens inside"),
        }
    }

    /// Until when the process that this event belongs to stands still.
    fn paused(&self, event: &Event) -> Option<i64> {
        let process = match event {
            Event::Owner(id, beat) => {
                let inside =
                    !matches!(beat, crate::queue::Beat::Load | crate::queue::Beat::Chunks | crate::queue::Beat::Commit);
                self.owners.get(id).filter(|_| inside).map(|owner| owner.process)
            }
            Event::Assign(process, _)
            | Event::LeaseTaken { process, .. }
            | Event::Renew(process)
            | Event::Renewed { process, .. }
            | Event::Serve(process, _) => Some(*process),
            Event::Depart(post) | Event::Answered(post, _) | Event::NoAnswer(post) | Event::PlaceFree(post) => {
                Some(self.meta.posts[*post].process)
            }
            Event::Acknowledged { producer, .. } => match self.log.producers[*producer].home {
                crate::log::Home::Owner(id) => self.owners.get(&id).map(|owner| owner.process),
                crate::log::Home::Api | crate::log::Home::Normalizer(_) => None,
            },
            Event::LostNotice(id) => self.owners.get(id).map(|owner| owner.process),
            _ => None,
        }?;
        self.still(process)
    }

    fn still(&self, process: Process) -> Option<i64> {
        let worker = &self.workers[process.worker];
        let same = worker.incarnation == process.incarnation;
        (same && worker.paused_until > self.now).then_some(worker.paused_until)
    }
}
