//! The store: what one transaction of the real one does, on maps.
//!
//! The fence, the compare-and-set, `ON CONFLICT DO NOTHING` with its count of rows, and what a take-over reads are those of
//! `sql/queries/{lease,sender_task}.sql` and `connectors/postgres/src/store`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use posthaste_core::breaker::{Hold, HoldChange, HoldKey};
use posthaste_core::invariants::status_rises;
use posthaste_core::lease::Before;
use posthaste_core::sender::{
    Attempt, Campaign, CampaignState, Chunk, Effects, Keys, OptOutScope, OptedOut, Progress, Recipient, ReportKey,
    Reserved, Rows, Times, Wanted,
};
use posthaste_model::{CampaignId, Contact, Intent, IntentId, Millis, PortfolioId, SenderId, TenantId, Wamid};

use crate::bugs::Bug;
use crate::log::Record;
use crate::oracle::Oracle;
use crate::queue::Process;

/// Recipients in a chunk; small, so that campaigns cross chunks.
const CHUNK: usize = 37;

/// A row of `task_lease`.
#[derive(Debug, Clone)]
pub(crate) struct LeaseRow {
    pub(crate) epoch: i64,
    pub(crate) next_offset: i64,
    pub(crate) outbox_seq: i64,
    pub(crate) published_upto: i64,
    pub(crate) commits: i64,
    pub(crate) high_water: String,
    pub(crate) valid_until: i64,
    pub(crate) owner: Option<Process>,
    pub(crate) earlier_until: i64,
}

/// The part of a commit that every task has.
#[derive(Debug, Clone)]
pub(crate) struct Advance {
    pub(crate) epoch: i64,
    pub(crate) old_offset: i64,
    pub(crate) new_offset: i64,
    pub(crate) old_seq: i64,
    pub(crate) old_commits: i64,
    pub(crate) outbox_seq: i64,
    pub(crate) published_upto: i64,
    pub(crate) high_water: String,
    pub(crate) records: Arc<Vec<Record>>,
    pub(crate) ttl_ms: i64,
}

/// What became of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Applied,
    /// The fence moved no row.
    Fenced,
    /// A row was there that must not be.
    Refused(String),
}

/// A commit whose connection died while it was under way: it happens later all the same, and holds the lease's row.
#[derive(Debug, Clone)]
pub(crate) struct Late {
    advance: Advance,
    effects: Effects,
}

/// A campaign's row, its chunks and its counters.
#[derive(Debug, Clone)]
pub(crate) struct CampaignRow {
    pub(crate) campaign: Campaign,
    pub(crate) chunks: Vec<Chunk>,
    pub(crate) progress: Progress,
    /// The directory of the workers shows it from then on.
    pub(crate) visible_at: i64,
    pub(crate) partition: i32,
}

/// A row of the outbox: its last number and its records. The key holds partition and first number.
type OutboxRow = (i64, Arc<Vec<Record>>);

/// All tables.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) leases: BTreeMap<i32, LeaseRow>,
    pub(crate) outbox: BTreeMap<(i32, i64), OutboxRow>,
    pub(crate) intents: BTreeMap<IntentId, Arc<Intent>>,
    pub(crate) attempts: BTreeMap<(IntentId, i16), (i32, Attempt)>,
    pub(crate) inbound: BTreeSet<(TenantId, SenderId, Wamid)>,
    pub(crate) reported: BTreeSet<ReportKey>,
    pub(crate) campaigns: BTreeMap<CampaignId, CampaignRow>,
    pub(crate) holds: BTreeMap<(i32, HoldKey), HoldChange>,
    pub(crate) keys: BTreeMap<u64, IntentId>,
    /// The messaging limit of every portfolio, and the people who have a place in each.
    pub(crate) people_max: Option<usize>,
    pub(crate) people: BTreeMap<PortfolioId, BTreeSet<Contact>>,
    pub(crate) windows: BTreeSet<(SenderId, Contact)>,
    /// Who opted out meanwhile, and when.
    pub(crate) opt_outs: BTreeMap<(TenantId, Contact), i64>,
    pub(crate) late: BTreeMap<i32, Late>,
    pub(crate) away_until: i64,
}

/// Who looks at the store's history, and which bug it has.
pub(crate) struct Eyes<'a> {
    pub(crate) oracle: &'a mut Oracle,
    pub(crate) bug: Option<Bug>,
    pub(crate) now: i64,
}

/// A lease as its new owner gets it.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) row: LeaseRow,
    pub(crate) wait_ms: i64,
}

impl Store {
    /// Makes a campaign with its recipients.
    pub(crate) fn create_campaign(&mut self, campaign: Campaign, people: Vec<Recipient>, partition: i32, now: i64) {
        let chunks = people
            .chunks(CHUNK)
            .zip(0..)
            .map(|(people, n)| Chunk { first_ordinal: n * CHUNK as i32, recipients: people.to_vec() })
            .collect();
        let row = CampaignRow { chunks, progress: Progress::default(), visible_at: now + 200, partition, campaign };
        self.campaigns.insert(row.campaign.campaign_id, row);
    }

    /// Who owns a partition.
    pub(crate) fn owner(&self, partition: i32) -> Option<Process> {
        self.leases.get(&partition).and_then(|row| row.owner)
    }

    /// `take_lease`: bumps the epoch, and says how long the owners before may still POST. It waits for the row, so a
    /// commit that is under way comes first. `has_ended`: the owner is proven to have.
    pub(crate) fn take_lease(
        &mut self,
        (process, partition): (Process, i32),
        has_ended: bool,
        ttl_ms: i64,
        eyes: &mut Eyes<'_>,
    ) -> Taken {
        self.settle_late(partition, eyes);
        let now = eyes.now;
        let row = self.leases.entry(partition).or_insert_with(|| LeaseRow {
            epoch: 0,
            next_offset: -1,
            outbox_seq: 0,
            published_upto: 0,
            commits: 0,
            high_water: "{}".to_owned(),
            valid_until: now,
            owner: None,
            earlier_until: now,
        });
        let earlier_ms = if eyes.bug == Some(Bug::ForgetEarlierOwners) { 0 } else { row.earlier_until - now };
        let wait_ms = Before { lease_ms: row.valid_until - now, has_ended, earlier_ms }.wait_ms();
        row.earlier_until = now + wait_ms;
        row.epoch += 1;
        row.owner = Some(process);
        row.valid_until = row.valid_until.max(now + ttl_ms);
        Taken { row: row.clone(), wait_ms }
    }

    /// `renew_leases`: whether the lease is still this owner's.
    pub(crate) fn renew(&mut self, partition: i32, epoch: i64, ttl_ms: i64, eyes: &mut Eyes<'_>) -> bool {
        self.settle_late(partition, eyes);
        match self.leases.get_mut(&partition).filter(|row| row.epoch == epoch) {
            None => false,
            Some(row) => {
                row.valid_until = eyes.now + ttl_ms;
                true
            }
        }
    }

    /// `release_lease`.
    pub(crate) fn release(&mut self, partition: i32, epoch: i64, now: i64) {
        if let Some(row) = self.leases.get_mut(&partition).filter(|row| row.epoch == epoch) {
            row.valid_until = now;
        }
    }

    /// What a new owner loads.
    pub(crate) fn open_attempts(&self, partition: i32) -> Vec<Attempt> {
        let mine = |(number, attempt): &&(i32, Attempt)| *number == partition && attempt.status.is_open();
        let mut open: Vec<Attempt> =
            self.attempts.values().filter(mine).map(|(_, attempt)| as_loaded(attempt)).collect();
        open.sort_by_key(|attempt| (attempt.intent.accepted_at, attempt.intent.intent_id));
        open
    }

    /// What the partition's owners hold.
    pub(crate) fn open_holds(&self, partition: i32) -> Vec<(HoldKey, Hold)> {
        let open = |((of, key), change): (&(i32, HoldKey), &HoldChange)| match change {
            HoldChange::Held(hold) if *of == partition => Some((key.clone(), hold.clone())),
            _ => None,
        };
        self.holds.iter().filter_map(open).collect()
    }

    /// Outbox rows above what was published, in order.
    pub(crate) fn unpublished(&self, partition: i32, upto: i64) -> Vec<OutboxRow> {
        let rows = self.outbox.range((partition, i64::MIN)..=(partition, i64::MAX));
        rows.map(|(_, row)| row.clone()).filter(|(last_seq, _)| *last_seq > upto).collect()
    }

    /// Beat two.
    pub(crate) fn load(&self, keys: &Keys) -> Rows {
        let mut rows = Rows::default();
        for (tenant, id) in &keys.intents {
            let attempts = self.attempts.range((*id, i16::MIN)..=(*id, i16::MAX)).map(|(_, (_, attempt))| attempt);
            rows.attempts.extend(attempts.filter(|attempt| attempt.intent.tenant_id == *tenant).map(as_loaded));
        }
        let noted = |key: &&(TenantId, Contact)| never_wanted(&key.1) || self.opt_outs.contains_key(key);
        rows.opted_out = keys.contacts.iter().filter(noted).map(|key| (key.clone(), OptOutScope::All)).collect();
        rows.opt_outs = keys.opt_outs.iter().flat_map(|(tenant, since)| self.opt_outs_since(*tenant, *since)).collect();
        let known = keys.inbound.iter().filter(|key| self.inbound.contains(key));
        rows.inbound = known.map(|key| (key.clone(), false)).collect();
        let told = keys.reported.iter().map(|asked| &asked.key).filter(|key| self.reported.contains(key));
        rows.reported = told.cloned().collect();
        for (_, id) in &keys.campaigns {
            if let Some(row) = self.campaigns.get(id).filter(|row| row.progress.completed_at.is_none()) {
                let Progress { cursor, ingested, open, confirmed, .. } = row.progress;
                rows.campaigns.insert(*id, Campaign { cursor, ingested, open, confirmed, ..row.campaign.clone() });
            }
        }
        rows
    }

    fn opt_outs_since(&self, tenant: TenantId, since: Millis) -> Vec<OptedOut> {
        let of_tenant = self.opt_outs.iter().filter(|((own, _), at)| *own == tenant && **at >= since.0);
        let row = |((_, contact), at): (&(TenantId, Contact), &i64)| OptedOut {
            tenant_id: tenant,
            contact: contact.clone(),
            scope: Some(OptOutScope::All),
            at: Millis(*at),
        };
        of_tenant.map(row).collect()
    }

    /// `reserve_contacts`: worlds are shorter than a day, so no place becomes free and no window is over.
    pub(crate) fn reserve(&mut self, wanted: &[Wanted]) -> Vec<Reserved> {
        wanted.iter().map(|wanted| self.reserve_of(wanted)).collect()
    }

    fn reserve_of(&mut self, wanted: &Wanted) -> Reserved {
        let sender_id = wanted.sender_id.clone();
        let people = self.people.entry(wanted.portfolio_id.clone()).or_default();
        let (granted, refused): (_, Vec<_>) = wanted.contacts.iter().cloned().partition(|contact| {
            self.windows.contains(&(sender_id.clone(), contact.clone()))
                || people.contains(contact)
                || (self.people_max.is_none_or(|most| people.len() < most) && people.insert(contact.clone()))
        });
        let free_in_ms = if refused.is_empty() { 0 } else { 86_400_000 };
        Reserved { sender_id, granted, refused, free_in_ms }
    }

    /// Whether the person may be sent to as far as the limit of the sender's portfolio is concerned.
    pub(crate) fn has_place(&self, portfolio: &PortfolioId, sender: &SenderId, contact: &Contact) -> bool {
        let reserved = self.people.get(portfolio).is_some_and(|people| people.contains(contact));
        reserved || self.windows.contains(&(sender.clone(), contact.clone()))
    }

    /// The chunks that hold the cursors.
    pub(crate) fn load_chunks(&self, wanted: &[(TenantId, CampaignId, i32)]) -> HashMap<CampaignId, Chunk> {
        let holding = |(_, id, cursor): &(TenantId, CampaignId, i32)| {
            let chunk = self.campaigns.get(id)?.chunks.iter().rfind(|chunk| chunk.first_ordinal <= *cursor)?;
            Some((*id, chunk.clone()))
        };
        wanted.iter().filter_map(holding).collect()
    }

    /// Whether a commit of this owner happened, as the connector finds out when its answer was lost.
    pub(crate) fn committed(&self, partition: i32, advance: &Advance, bug: Option<Bug>) -> bool {
        self.leases.get(&partition).is_some_and(|row| {
            let there = row.next_offset == advance.new_offset && row.outbox_seq == advance.outbox_seq;
            let moved = advance.new_offset != advance.old_offset || advance.outbox_seq != advance.old_seq;
            let counted = match bug {
                Some(Bug::NoCommitCount) => moved,
                _ => row.commits == advance.old_commits + 1,
            };
            there && row.epoch == advance.epoch && counted
        })
    }

    /// Beat four: all of it or nothing.
    pub(crate) fn commit(
        &mut self,
        partition: i32,
        advance: &Advance,
        effects: &Effects,
        eyes: &mut Eyes<'_>,
    ) -> Outcome {
        self.settle_late(partition, eyes);
        let Some(row) = self.leases.get(&partition) else { return Outcome::Fenced };
        let epoch = row.epoch == advance.epoch || eyes.bug == Some(Bug::NoEpochCheck);
        let there = row.next_offset == advance.old_offset
            && row.outbox_seq == advance.old_seq
            && (row.commits == advance.old_commits || eyes.bug == Some(Bug::NoCommitCount));
        let offset = there || eyes.bug == Some(Bug::NoOffsetCheck);
        if !epoch || !offset {
            return Outcome::Fenced;
        }
        eyes.oracle.fence_passed(partition, row, advance);
        if let Some(what) = self.conflict(partition, advance, effects) {
            return Outcome::Refused(what);
        }
        self.write_lease(partition, advance, eyes.now);
        self.write_attempts(partition, effects, eyes);
        self.holds.extend(effects.holds.iter().map(|(key, change)| ((partition, key.clone()), change.clone())));
        self.windows.extend(effects.windows.iter().map(|(_, sender, contact, _)| (sender.clone(), contact.clone())));
        for inbound in &effects.inbound {
            let tenant = inbound.tenant_id.unwrap_or(TenantId(uuid::Uuid::nil()));
            self.inbound.insert((tenant, inbound.sender_id.clone(), inbound.wamid.clone()));
        }
        self.reported.extend(effects.reported.iter().cloned());
        for ((_, id), delta) in &effects.progress {
            if let Some(row) = self.campaigns.get_mut(id) {
                add(&mut row.progress, delta);
                let holds = row.campaign.state == CampaignState::Paused && delta.confirmed == row.campaign.generation;
                if holds && delta.confirmed > 0 {
                    eyes.oracle.pause_confirmed(*id);
                }
            }
        }
        eyes.oracle.committed(partition, advance, effects, eyes.now);
        Outcome::Applied
    }

    /// Holds a commit back whose connection died.
    pub(crate) fn hold(&mut self, partition: i32, advance: Advance, effects: Effects) {
        self.late.insert(partition, Late { advance, effects });
    }

    /// What was held back happens.
    pub(crate) fn settle_late(&mut self, partition: i32, eyes: &mut Eyes<'_>) {
        if let Some(Late { advance, effects }) = self.late.remove(&partition) {
            let _ = self.commit(partition, &advance, &effects, eyes);
        }
    }

    /// A row that is inserted and was there already.
    fn conflict(&self, partition: i32, advance: &Advance, effects: &Effects) -> Option<String> {
        let intent = effects.inserted.iter().find(|attempt| self.intents.contains_key(&attempt.intent.intent_id));
        let attempts = effects.inserted.iter().chain(&effects.retried);
        let attempt = attempts.map(|a| (a.intent.intent_id, a.number)).find(|key| self.attempts.contains_key(key));
        let known = |tenant: Option<TenantId>, sender: &SenderId, wamid: &Wamid| {
            tenant.is_some_and(|tenant| self.inbound.contains(&(tenant, sender.clone(), wamid.clone())))
        };
        let inbound = effects.inbound.iter().find(|i| known(i.tenant_id, &i.sender_id, &i.wamid));
        let outbox = (!advance.records.is_empty()).then_some((partition, advance.old_seq + 1));
        intent
            .map(|attempt| format!("intent {}", attempt.intent.intent_id))
            .or_else(|| attempt.map(|(id, number)| format!("attempt {id}.{number}")))
            .or_else(|| inbound.map(|inbound| format!("inbound {}", inbound.wamid)))
            .or_else(|| outbox.filter(|key| self.outbox.contains_key(key)).map(|key| format!("outbox {key:?}")))
    }

    fn write_lease(&mut self, partition: i32, advance: &Advance, now: i64) {
        if let Some(row) = self.leases.get_mut(&partition) {
            row.next_offset = advance.new_offset;
            row.outbox_seq = advance.outbox_seq;
            row.commits += 1;
            row.published_upto = advance.published_upto;
            row.high_water.clone_from(&advance.high_water);
            row.valid_until = now + advance.ttl_ms;
        }
        if !advance.records.is_empty() {
            let records = Arc::clone(&advance.records);
            self.outbox.insert((partition, advance.old_seq + 1), (advance.outbox_seq, records));
        }
        let mine = (partition, i64::MIN)..=(partition, i64::MAX);
        let published = |row: &OutboxRow| row.0 <= advance.published_upto;
        let trimmed: Vec<_> = self.outbox.range(mine).filter(|(_, row)| published(row)).map(|(key, _)| *key).collect();
        trimmed.iter().for_each(|key| drop(self.outbox.remove(key)));
    }

    fn write_attempts(&mut self, partition: i32, effects: &Effects, eyes: &mut Eyes<'_>) {
        for attempt in effects.inserted.iter().chain(&effects.retried) {
            let key = (attempt.intent.intent_id, attempt.number);
            let latest = effects.updated.get(&key).unwrap_or(attempt);
            self.intents.entry(key.0).or_insert_with(|| Arc::clone(&attempt.intent));
            self.attempts.insert(key, (partition, latest.clone()));
        }
        for (key, attempt) in &effects.updated {
            let Some((_, row)) = self.attempts.get_mut(key) else { continue };
            let after = merged(row, attempt, eyes.bug);
            eyes.oracle.check(status_rises((row.status, row.marks), &after));
            *row = after;
        }
    }
}

/// Rows of the table `opt_out` that were there from the beginning.
fn never_wanted(contact: &Contact) -> bool {
    contact.as_str().ends_with("0039")
}

/// What `open_attempts` and `load_attempts` return of a row.
fn as_loaded(attempt: &Attempt) -> Attempt {
    let Times { armed, unknown, .. } = attempt.times;
    Attempt { times: Times { armed, unknown, ..Times::default() }, ..attempt.clone() }
}

/// `update_attempts`: what is not given keeps its value.
fn merged(row: &Attempt, new: &Attempt, bug: Option<Bug>) -> Attempt {
    let last_reported = (new.marks & !row.marks).trailing_zeros() as usize;
    let last = posthaste_model::Status::ALL.get(last_reported).copied();
    let status = if bug == Some(Bug::LastWriteWins) { last.unwrap_or(new.status) } else { new.status };
    let kept = |new: Option<Millis>, old: Option<Millis>| new.or(old);
    Attempt {
        status,
        armed_epoch: new.armed_epoch.or(row.armed_epoch),
        times: Times {
            armed: kept(new.times.armed, row.times.armed),
            unknown: kept(new.times.unknown, row.times.unknown),
            ..new.times
        },
        wamid: new.wamid.clone().or_else(|| row.wamid.clone()),
        ..new.clone()
    }
}

fn add(total: &mut Progress, delta: &Progress) {
    total.cursor += delta.cursor;
    total.ingested += delta.ingested;
    total.accepted += delta.accepted;
    total.sent += delta.sent;
    total.delivered += delta.delivered;
    total.read += delta.read;
    total.failed += delta.failed;
    total.rejected += delta.rejected;
    total.expired += delta.expired;
    total.cancelled += delta.cancelled;
    total.unconfirmed += delta.unconfirmed;
    total.unknown += delta.unknown;
    total.open += delta.open;
    total.confirmed = total.confirmed.max(delta.confirmed);
    total.completed_at = total.completed_at.or(delta.completed_at);
}

/// Whether a tenant may still change a campaign.
pub(crate) fn is_active(row: &CampaignRow) -> bool {
    row.progress.completed_at.is_none() && row.campaign.state != CampaignState::Cancelled
}
