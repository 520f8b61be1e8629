//! Single messages on their way in: group commit, outbox, log.
//!
//! Each API process owns one slot of the task `api`: a lease, an outbox, and a sequence of its own. Requests that arrive
//! together share one transaction that holds their idempotency rows and the outbox; each is answered after the commit.
//! What the outbox publishes to `senders.v1` reaches the sender's owner once, whatever dies in between.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use posthaste_core::sender::Publication;
use posthaste_model::{EventType, Intent, TenantId, topic};
use posthaste_runtime::log::Publisher;
use posthaste_runtime::outbox::{self, Outbox};
use posthaste_runtime::store::{Advance, Lease, Store, StoreError};
use posthaste_sql::client::Params;
use posthaste_sql::queries::commands::{self, ClaimKeysParams};
use posthaste_sql::queries::lease;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::backlog::Backlogs;
use crate::pool::Tx;
use crate::store::{PostgresStore, advance_lease, from_database, from_pool, write_outbox};

/// Name of the task.
const TASK: &str = "api";
/// API processes at once.
const SLOTS: i32 = 64;
/// Length of a slot's lease.
const LEASE: Duration = Duration::from_secs(10);
/// Wait before a slot is looked for again.
const SLOT_RETRY: Duration = Duration::from_millis(500);
/// Requests that wait for the next commit; more are refused.
const WAITING_MAX: usize = 4_096;
/// Requests in one commit.
const BATCH_MAX: usize = 512;
/// Shortest time from one publishing of accepted commands to the next: none, since somebody waits for a single message.
const PUBLISH_EVERY: Duration = Duration::ZERO;
/// Seconds after which a tenant with a full backlog may try again.
const BACKLOG_RETRY_S: u64 = 5;

/// A message to commit.
#[derive(Debug, Clone)]
pub struct Command {
    /// What is to be sent.
    pub intent: Intent,
    /// Messages of the tenant that may wait.
    pub backlog_max: i32,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the request.
    pub fingerprint: [u8; 32],
    /// HTTP status of the answer.
    pub status: u16,
    /// Body of the answer.
    pub body: String,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandOutcome {
    /// Committed.
    New,
    /// The same request had been committed before.
    Replayed {
        /// HTTP status of the first answer.
        status: u16,
        /// Body of the first answer.
        body: String,
    },
    /// The key belongs to another request.
    KeyReused,
    /// Too many messages of the tenant are waiting.
    Backlog {
        /// Seconds until the next try.
        retry_after_s: u64,
    },
    /// The store is away, or too many requests wait for it.
    Unavailable,
}

type Request = (Command, oneshot::Sender<CommandOutcome>);

/// Takes commands of this process.
#[derive(Debug, Clone)]
pub struct CommandLog {
    requests: mpsc::Sender<Request>,
}

impl CommandLog {
    /// Takes a slot and starts committing. `failures` hears of what only a restart mends.
    pub fn start(
        store: PostgresStore,
        publisher: Arc<dyn Publisher>,
        owner: String,
        failures: mpsc::UnboundedSender<String>,
        stop: CancellationToken,
    ) -> Self {
        let (requests, waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(async move {
            let failed = failures.clone();
            if let Err(error) = serve(store, publisher, &owner, waiting, failures, stop).await {
                // Nobody listens any more when the process is going down.
                let _ = failed.send(format!("commands of the API: {error}"));
            }
        });
        Self { requests }
    }

    /// Commits a command together with others; returns once its fate is known.
    pub async fn submit(&self, command: Command) -> CommandOutcome {
        let (answer, outcome) = oneshot::channel();
        if self.requests.try_send((command, answer)).is_err() {
            return CommandOutcome::Unavailable;
        }
        outcome.await.unwrap_or(CommandOutcome::Unavailable)
    }
}

async fn serve(
    store: PostgresStore,
    publisher: Arc<dyn Publisher>,
    owner: &str,
    mut waiting: mpsc::Receiver<Request>,
    failures: mpsc::UnboundedSender<String>,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let lease = take_slot(&store, owner, &stop).await?;
    let Some(lease) = lease else { return Ok(()) };
    let slot = lease.partition;
    let outbox = Outbox::start(publisher, lease.published_upto, PUBLISH_EVERY, move |error| {
        let _ = failures.send(format!("outbox of {TASK}/{slot}: {error}"));
    });
    let left = store.unpublished(TASK, slot, lease.published_upto).await?;
    outbox.publish_rows(left).await.map_err(|error| StoreError::Refused(format!("outbox: {error}")))?;
    let mut slot = Slot { store, lease, outbox, backlogs: Backlogs::default() };
    let mut held: Vec<Request> = Vec::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(LEASE / 3), if held.is_empty() => slot.idle().await?,
            request = waiting.recv(), if held.is_empty() => match request {
                Some(request) => held.push(request),
                None => break,
            },
            () = std::future::ready(()), if !held.is_empty() => {}
        }
        while held.len() < BATCH_MAX
            && let Ok(request) = waiting.try_recv()
        {
            held.push(request);
        }
        held = slot.commit(held).await?;
    }
    slot.store.release(TASK, slot.lease.partition, slot.lease.epoch).await
}

async fn take_slot(store: &PostgresStore, owner: &str, stop: &CancellationToken) -> Result<Option<Lease>, StoreError> {
    while !stop.is_cancelled() {
        match store.take_free_lease(TASK, SLOTS, owner, LEASE).await {
            Ok(Some(lease)) => return Ok(Some(lease)),
            Ok(None) => tracing::warn!("every slot of the task api is taken; waiting for one"),
            Err(StoreError::Fault(reason)) => tracing::warn!(reason, "the store is away; waiting for a slot"),
            Err(error) => return Err(error),
        }
        tokio::time::sleep(SLOT_RETRY).await;
    }
    Ok(None)
}

struct Slot {
    store: PostgresStore,
    lease: Lease,
    outbox: Outbox,
    backlogs: Backlogs,
}

/// What a transaction decided about each request.
struct Decided {
    outcomes: Vec<CommandOutcome>,
    publish: Vec<Publication>,
}

impl Slot {
    /// Renews the lease while nothing happens.
    async fn idle(&mut self) -> Result<(), StoreError> {
        match self.commit_batch(&[]).await {
            Err(StoreError::Fault(reason)) => {
                tracing::warn!(reason, "the lease of the API's slot could not be renewed");
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }

    /// Commits a batch and answers it; gives back what has to wait for the next one: requests whose key is in the batch.
    async fn commit(&mut self, requests: Vec<Request>) -> Result<Vec<Request>, StoreError> {
        let mut seen = HashSet::new();
        let (batch, later): (Vec<_>, Vec<_>) =
            requests.into_iter().partition(|(command, _)| seen.insert((command.intent.tenant_id, command.key.clone())));
        if batch.is_empty() {
            return Ok(later);
        }
        let (commands, answers): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        let outcomes = match self.commit_batch(&commands).await {
            Ok(outcomes) => outcomes,
            Err(StoreError::Fault(reason)) => {
                tracing::warn!(reason, "commands could not be committed");
                vec![CommandOutcome::Unavailable; commands.len()]
            }
            Err(error) => return Err(error),
        };
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            // A caller that went away finds the answer under its key.
            let _ = answer.send(outcome);
        }
        Ok(later)
    }

    async fn commit_batch(&mut self, commands: &[Command]) -> Result<Vec<CommandOutcome>, StoreError> {
        let tenants: BTreeSet<TenantId> = commands.iter().map(|command| command.intent.tenant_id).collect();
        let tx = self.store.tenants_tx(tenants.clone()).await?;
        self.backlogs.refresh(&tx, &tenants).await?;
        let decided = self.decide(&tx, commands).await?;
        let records = outbox::number(TASK, self.lease.partition, self.lease.outbox_seq, &decided.publish);
        let row = outbox::to_row(self.lease.outbox_seq, &records);
        let published_upto = self.outbox.published_upto();
        let advance = Advance {
            old_offset: self.lease.next_offset,
            // The slot has no input topic: its offset counts commits.
            new_offset: self.lease.next_offset + 1,
            outbox_seq: row.as_ref().map_or(self.lease.outbox_seq, |row| row.last_seq),
            published_upto,
            trim: published_upto > self.lease.published_upto,
            high_water: self.lease.high_water.clone(),
            outbox: row,
            ttl: LEASE,
        };
        let fence = lease::advance_lease();
        if advance_lease(&tx, &fence, &self.lease, &advance).await? != 1 {
            return Err(StoreError::Lost { task: TASK.to_owned(), partition: self.lease.partition });
        }
        write_outbox(&tx, &self.lease, &advance).await?;
        if let Err(error) = tx.commit().await
            && !self.store.committed(&self.lease, &advance).await
        {
            return Err(from_pool(&error));
        }
        self.lease.commits += 1;
        self.lease.next_offset = advance.new_offset;
        self.lease.outbox_seq = advance.outbox_seq;
        self.lease.published_upto = advance.published_upto;
        let is_new = |(command, outcome): (_, &CommandOutcome)| (*outcome == CommandOutcome::New).then_some(command);
        let new = commands.iter().zip(&decided.outcomes).filter_map(is_new);
        self.backlogs.accepted(new.map(|command: &Command| {
            let intent = &command.intent;
            (intent.tenant_id, intent.intent_id, intent.expires_at)
        }));
        if !records.is_empty() {
            self.outbox.publish(self.lease.outbox_seq, records).await;
        }
        Ok(decided.outcomes)
    }

    async fn decide(&self, tx: &Tx, commands: &[Command]) -> Result<Decided, StoreError> {
        if commands.is_empty() {
            return Ok(Decided { outcomes: Vec::new(), publish: Vec::new() });
        }
        let known = known_keys(tx, commands).await?;
        let mut outcomes = Vec::with_capacity(commands.len());
        let mut fresh: Vec<&Command> = Vec::new();
        let mut accepted: HashMap<TenantId, i64> = HashMap::new();
        for command in commands {
            let tenant = command.intent.tenant_id;
            let accepted = accepted.entry(tenant).or_default();
            let waiting = self.backlogs.waiting(tenant) + *accepted;
            outcomes.push(match known.get(&(tenant, command.key.clone())) {
                Some((fingerprint, status, body)) if *fingerprint == command.fingerprint => {
                    CommandOutcome::Replayed { status: *status, body: body.clone() }
                }
                Some(_) => CommandOutcome::KeyReused,
                None if waiting >= i64::from(command.backlog_max) => {
                    CommandOutcome::Backlog { retry_after_s: BACKLOG_RETRY_S }
                }
                None => {
                    *accepted += 1;
                    fresh.push(command);
                    CommandOutcome::New
                }
            });
        }
        claim(tx, &fresh).await?;
        Ok(Decided { outcomes, publish: fresh.into_iter().map(publication).collect() })
    }
}

type Known = HashMap<(TenantId, String), ([u8; 32], u16, String)>;

async fn known_keys(tx: &Tx, commands: &[Command]) -> Result<Known, StoreError> {
    let tenants: Vec<_> = commands.iter().map(|command| command.intent.tenant_id.0).collect();
    let keys: Vec<_> = commands.iter().map(|command| command.key.as_str()).collect();
    let rows =
        commands::claimed_keys().bind(&**tx, &tenants, &keys).all().await.map_err(|error| from_database(&error))?;
    let entry = |row: commands::ClaimedKeys| {
        let fingerprint = row.fingerprint.try_into().unwrap_or([0; 32]);
        let status = u16::try_from(row.status).unwrap_or(500);
        ((TenantId(row.tenant_id), row.key), (fingerprint, status, row.body))
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Another API process may win a key between our look and our claim: then the batch is tried again and finds it.
async fn claim(tx: &Tx, commands: &[&Command]) -> Result<(), StoreError> {
    if commands.is_empty() {
        return Ok(());
    }
    let params = ClaimKeysParams {
        tenant_ids: commands.iter().map(|command| command.intent.tenant_id.0).collect::<Vec<_>>(),
        keys: commands.iter().map(|command| command.key.as_str()).collect::<Vec<_>>(),
        fingerprints: commands.iter().map(|command| command.fingerprint.as_slice()).collect::<Vec<_>>(),
        statuses: commands.iter().map(|command| i32::from(command.status)).collect::<Vec<_>>(),
        bodies: commands.iter().map(|command| command.body.as_str()).collect::<Vec<_>>(),
    };
    let won = commands::claim_keys().params(&**tx, &params).all().await.map_err(|error| from_database(&error))?;
    if won.len() == commands.len() {
        Ok(())
    } else {
        Err(StoreError::Fault("an Idempotency-Key was claimed elsewhere at the same moment".to_owned()))
    }
}

fn publication(command: &Command) -> Publication {
    let intent = &command.intent;
    Publication {
        topic: topic::SENDERS,
        key: intent.sender_id.to_string(),
        event_type: EventType::IntentSubmitted,
        id: intent.intent_id.to_string(),
        sender_id: intent.sender_id.clone(),
        subject: intent.intent_id.to_string(),
        tenant_id: Some(intent.tenant_id),
        time: intent.accepted_at,
        origin: None,
        headers: Vec::new(),
        value: serde_json::to_string(intent).expect("an event is JSON"),
    }
}
