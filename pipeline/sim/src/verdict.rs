//! What must hold in the end, when everything has come to rest.

use posthaste_core::invariants::{Invariant, Violation};
use posthaste_core::sender::{Attempt, CampaignState, Progress};
use posthaste_model::{CampaignId, IntentId, SenderId, Status, UnknownPolicy};

use crate::api;
use crate::edge::Element;
use crate::log::Home;
use crate::store::CampaignRow;
use crate::worker::TASK;
use crate::world::{Stage, World};

/// How the reason of an attempt begins that was taken back because Meta had taken an earlier one after all: the attempt
/// is cancelled, the message is not.
const SUPERSEDED: &str = "superseded";

type Checked = Result<(), Violation>;

fn wrong(invariant: Invariant, detail: String) -> Checked {
    Err(Violation::new(invariant, detail))
}

impl World {
    /// Whether nothing is left to happen but heartbeats.
    pub(crate) fn at_rest(&self) -> bool {
        self.unrest_of().is_none()
    }

    fn unrest_of(&self) -> Option<String> {
        let open = self.store.attempts.iter().find(|(_, (_, attempt))| attempt.status.is_open());
        let going = |row: &&CampaignRow| row.progress.completed_at.is_none();
        let campaign = self.store.campaigns.values().find(going);
        let publishing = |owner: &&crate::worker::Owner| !owner.is_published(&self.log);
        if let Some(((id, number), (partition, attempt))) = open {
            return Some(format!("{id}.{number} is {} in partition {partition}", attempt.status));
        }
        if let Some(row) = campaign {
            let (id, state, progress) = (row.campaign.campaign_id, row.campaign.state, &row.progress);
            return Some(format!("{id} of {} is {state:?}: {progress:?}", row.campaign.recipients));
        }
        if !self.api.is_done() {
            return Some("a client has no answer".to_owned());
        }
        if !self.meta.has_told_all() || !self.edge.is_done() {
            return Some("webhooks are on their way".to_owned());
        }
        if !self.no_lag() {
            return Some("a partition has lag".to_owned());
        }
        if let Some(owner) = self.owners.values().find(publishing) {
            return Some(format!("the outbox of partition {} is not published", owner.partition));
        }
        let busy =
            |producer: &&crate::log::Producer| producer.home == Home::Api && producer.alive && !producer.is_idle();
        self.log.producers.iter().find(busy).map(|_| "the API's outbox is not published".to_owned())
    }

    /// Why the world did not come to rest.
    pub(crate) fn unrest(&self) -> Violation {
        let reason = self.unrest_of().unwrap_or_else(|| "a fresh message was not accepted".to_owned());
        let invariant = match self.stage {
            Stage::Chaos | Stage::Calm => Invariant::NoLag,
            Stage::Rest => Invariant::OneEnd,
            Stage::Probe => Invariant::Liveness,
        };
        let reason = if self.stage == Stage::Calm { "a partition has lag".to_owned() } else { reason };
        Violation::new(invariant, format!("no rest in {:?}: {reason}", self.stage))
    }

    pub(crate) fn final_checks(&self) -> Checked {
        self.commands_were_taken()?;
        for ((id, number), (_, attempt)) in &self.store.attempts {
            self.end_is_true(*id, *number, attempt)?;
        }
        for row in self.store.campaigns.values() {
            self.counters_equal_rows(row)?;
        }
        self.webhooks_were_applied()?;
        self.sink_saw_all_once()?;
        self.outboxes_are_complete()
    }

    fn newest(&self, id: IntentId) -> Option<&Attempt> {
        self.store.attempts.range((id, i16::MIN)..=(id, i16::MAX)).next_back().map(|(_, (_, attempt))| attempt)
    }

    fn commands_were_taken(&self) -> Checked {
        match self.oracle.commands.keys().find(|id| self.newest(**id).is_none()) {
            None => Ok(()),
            Some(id) => wrong(Invariant::Conservation, format!("{id} was accepted and is nowhere")),
        }
    }

    /// I-1: what we say of an attempt is what happened at Meta.
    fn end_is_true(&self, id: IntentId, number: i16, attempt: &Attempt) -> Checked {
        let (status, accepted) = (attempt.status, self.oracle.ledger.was_accepted(id, number));
        let says_sent = status >= Status::Accepted;
        let admits_doubt = status == Status::Unconfirmed;
        if says_sent != accepted && !admits_doubt {
            let detail = format!("{id}.{number} is {status}, but accepted by Meta: {accepted}");
            return wrong(Invariant::OneEnd, detail);
        }
        let newest = self.newest(id).map_or(number, |newest| newest.number);
        let once = attempt.intent.unknown_policy == UnknownPolicy::AtMostOnce;
        if number < newest && once && status != Status::Deferred {
            return wrong(Invariant::OneEnd, format!("{id}.{number} ended as {status} and {newest} followed"));
        }
        if number == newest && status == Status::Deferred {
            return wrong(Invariant::OneEnd, format!("{id}.{number} is deferred and nothing follows"));
        }
        Ok(())
    }

    /// I-8 of a campaign: its counters are what its rows say, and every recipient has a message.
    fn counters_equal_rows(&self, row: &CampaignRow) -> Checked {
        let id = row.campaign.campaign_id;
        let counted = self.count_rows(id);
        let progress = &row.progress;
        let told = Progress { cursor: 0, confirmed: 0, completed_at: None, ..*progress };
        if told != counted {
            return wrong(Invariant::Conservation, format!("{id}: counters {told:?}, rows {counted:?}"));
        }
        let whole = row.campaign.state == CampaignState::Cancelled || progress.cursor == row.campaign.recipients;
        if !whole || progress.ingested != progress.cursor {
            return wrong(Invariant::Conservation, format!("{id} of {}: {progress:?}", row.campaign.recipients));
        }
        Ok(())
    }

    fn count_rows(&self, id: CampaignId) -> Progress {
        let mut counted = Progress::default();
        let of_campaign = |attempt: &&Attempt| attempt.intent.campaign.as_ref().is_some_and(|c| c.id == id);
        for attempt in self.store.attempts.values().map(|(_, attempt)| attempt).filter(of_campaign) {
            let has = |status: Status| i32::from(attempt.marks & status.bit() != 0);
            let newest = self.newest(attempt.intent.intent_id).is_some_and(|newest| newest.number == attempt.number);
            let superseded = attempt.reason.as_deref().is_some_and(|reason| reason.starts_with(SUPERSEDED));
            counted.ingested += i32::from(attempt.number == 1);
            counted.accepted += has(Status::Accepted);
            counted.sent += has(Status::Sent);
            counted.delivered += has(Status::Delivered);
            counted.read += has(Status::Read);
            counted.failed += has(Status::Failed);
            counted.rejected += has(Status::Rejected);
            counted.expired += has(Status::Expired);
            counted.cancelled += has(Status::Cancelled) - i32::from(superseded);
            counted.unconfirmed += i32::from(newest && attempt.status == Status::Unconfirmed);
            counted.unknown += i32::from(attempt.status == Status::Unknown);
            counted.open += i32::from(attempt.status.is_open());
        }
        counted
    }

    /// I-8 of the webhooks: what the edge answered 200 to is applied, or buried.
    fn webhooks_were_applied(&self) -> Checked {
        for element in &self.oracle.taken {
            match element {
                Element::Status { intent, attempt, status } => self.status_was_applied(*intent, *attempt, *status)?,
                Element::Inbound { sender, wamid } => {
                    let spec = &self.scenario.senders[*sender];
                    let key: (_, SenderId, _) = (spec.tenant, spec.id.clone(), wamid.clone());
                    let seen = self.oracle.sink.inbound.get(wamid.as_str()).copied().unwrap_or(0);
                    if !self.store.inbound.contains(&key) || seen != 1 {
                        return wrong(Invariant::Conservation, format!("{wamid} reached the sink {seen} times"));
                    }
                }
                Element::Reported { wamid, word } => {
                    let seen =
                        self.oracle.sink.reported.get(&(wamid.clone(), (*word).to_owned())).copied().unwrap_or(0);
                    if seen != 1 {
                        let detail = format!("{word} of {wamid} reached the sink {seen} times");
                        return wrong(Invariant::Conservation, detail);
                    }
                }
                Element::Malformed => {}
            }
        }
        if self.oracle.malformed > self.oracle.sink.letters {
            return wrong(Invariant::Conservation, "an unreadable element was not buried".to_owned());
        }
        Ok(())
    }

    fn status_was_applied(&self, id: IntentId, number: i16, status: Status) -> Checked {
        let row = self.store.attempts.get(&(id, number)).map(|(_, attempt)| attempt);
        if row.is_some_and(|attempt| attempt.marks & status.bit() != 0) {
            return Ok(());
        }
        let is = row.map_or("nowhere".to_owned(), |attempt| attempt.status.to_string());
        wrong(Invariant::Conservation, format!("{id}.{number} was reported as {status} and is {is}"))
    }

    /// Every change of status reached the receivers once.
    fn sink_saw_all_once(&self) -> Checked {
        let mut expected = 0;
        let told = |row: &(i32, Attempt)| !row.1.intent.message.is_receipt();
        for ((id, number), (_, attempt)) in self.store.attempts.iter().filter(|(_, row)| told(row)) {
            for status in Status::ALL.iter().filter(|status| attempt.marks & status.bit() != 0) {
                if matches!(status, Status::Queued | Status::Armed) {
                    continue;
                }
                expected += 1;
                let seen = self.oracle.sink.transitions.get(&(*id, *number, *status)).copied().unwrap_or(0);
                if seen != 1 {
                    return wrong(
                        Invariant::Conservation,
                        format!("{id}.{number} {status} reached the sink {seen} times"),
                    );
                }
            }
        }
        if expected == self.oracle.sink.transitions.len() {
            return Ok(());
        }
        wrong(Invariant::Conservation, "the sink has transitions that the store does not know".to_owned())
    }

    fn outboxes_are_complete(&self) -> Checked {
        for (partition, row) in &self.store.leases {
            if let Some(judge) = self.oracle.outboxes.get(&(TASK.to_owned(), *partition)) {
                judge.complete(row.outbox_seq)?;
            }
        }
        match self.oracle.outboxes.get(&(api::TASK.to_owned(), 0)) {
            Some(judge) => judge.complete(self.api.outbox_seq),
            None => Ok(()),
        }
    }
}
