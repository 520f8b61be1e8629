//! What strikes whole processes, and when.

use std::collections::HashMap;
use std::sync::Arc;

use posthaste_model::Contact;

use crate::queue::Event;
use crate::scenario::Fault;
use crate::world::{Stage, World};

/// Faults that strike from time to time; the others are rolled where they can happen.
const STRIKES: [Fault; 10] = [
    Fault::Crash,
    Fault::Zombie,
    Fault::Expulsion,
    Fault::Rebalance,
    Fault::StoreOutage,
    Fault::EdgeOutage,
    Fault::ApiCrash,
    Fault::NormalizeCrash,
    Fault::LimitChange,
    Fault::OptOut,
];

impl World {
    pub(crate) fn begin_faults(&mut self) {
        for fault in STRIKES {
            if self.scenario.faults.has(fault) {
                self.schedule_strike(fault);
            }
        }
    }

    fn schedule_strike(&mut self, fault: Fault) {
        let mean = self.scenario.fault_every_ms;
        let delay = self.chaos.between(1, mean * 2);
        self.at(delay, Event::Strike(fault));
    }

    pub(crate) fn strike(&mut self, fault: Fault) {
        if self.stage != Stage::Chaos {
            return;
        }
        self.schedule_strike(fault);
        let worker = self.chaos.below(self.workers.len());
        match fault {
            Fault::Crash => self.crash(worker),
            Fault::Zombie => {
                let longest = self.scenario.lease_ttl_ms * 2;
                let for_ms = self.chaos.between(50, longest);
                self.pause(worker, for_ms);
            }
            Fault::Expulsion => self.expel(worker),
            Fault::Rebalance => {
                let partition = self.chaos.below(self.scenario.sender_partitions as usize) as i32;
                self.rebalance(partition);
            }
            Fault::StoreOutage => self.store.away_until = self.now + self.chaos.between(100, 5_000),
            Fault::EdgeOutage => self.edge.away_until = self.now + self.chaos.between(500, 8_000),
            Fault::ApiCrash => self.crash_api(),
            Fault::NormalizeCrash => self.replace_normalizer(),
            Fault::LimitChange => {
                let sender = self.chaos.below(self.scenario.senders.len());
                self.at(0, Event::Limit(sender));
            }
            Fault::OptOut => {
                let tenant = self.scenario.senders[self.chaos.below(self.scenario.senders.len())].tenant;
                let person = Contact::new(format!("+{}", self.any_person()));
                self.store.opt_outs.entry((tenant, person)).or_insert(self.now);
            }
            other => unreachable!("{other:?} is rolled where it can happen"),
        }
    }

    /// Meta raises a number's limit, and the directory hears of it.
    pub(crate) fn change_limit(&mut self, sender: usize) {
        let spec = &mut self.scenario.senders[sender];
        if spec.limit >= 80 {
            return;
        }
        spec.limit *= 4;
        let mut profiles: HashMap<_, _> = self.profiles.as_ref().clone();
        profiles.insert(spec.id.clone(), spec.profile());
        self.profiles = Arc::new(profiles);
    }

    /// No more faults: what is away comes back, and Meta serves everybody.
    pub(crate) fn calm_down(&mut self) {
        self.store.away_until = self.now;
        self.edge.away_until = self.now;
        self.meta.failing_until.fill(self.now);
        self.meta.refusing_until.fill(self.now);
    }
}
