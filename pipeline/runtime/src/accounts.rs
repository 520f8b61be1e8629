//! The accounts task: applies template reviews and pauses, limits that Meta has changed, what Meta has against accounts and
//! numbers, and what the edge has made of webhooks, to the store.
//!
//! A row keeps the time of the newest event that was applied, so repeating or reordering events changes nothing; the
//! group's committed offset is therefore enough.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use posthaste_model::{AccountUpdated, EventType, LimitsChanged, TemplateChanged, TenantId, WabaId, WebhooksCounted};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use crate::log::{Assigned, Assignee, Commits, StartAt};
use crate::record::InRecord;
use crate::store::StoreError;

/// Name of the task.
pub const TASK: &str = "accounts";
/// Records that wait between the consumer's thread and the task.
const RECORDS_WAITING_MAX: usize = 1_000;
/// Wait before the store is asked again.
const STORE_RETRY: Duration = Duration::from_millis(500);

/// An account of a tenant whose templates are not here as Meta has them: an event told of one that is not known, or of changes that
/// it does not hold in full.
pub type Outdated = (TenantId, WabaId);

/// Where events of accounts are applied.
#[async_trait]
pub trait AccountStore: Send + Sync + 'static {
    /// Applies the event to the templates of every tenant that holds the account; older events than the newest change
    /// nothing.
    async fn apply_template_changed(&self, changed: &TemplateChanged) -> Result<Vec<Outdated>, StoreError>;

    /// Applies the event to the number that it names and to the portfolio of the account, for every tenant that holds
    /// it; older events than the newest change nothing.
    async fn apply_limits_changed(&self, changed: &LimitsChanged) -> Result<(), StoreError>;

    /// Applies what else concerns sending, for every tenant that holds the account: preferences of people, category,
    /// quality and words of templates, the quality of numbers, and what the account may send. Older events than the newest change
    /// nothing.
    async fn apply_account_updated(&self, updated: &AccountUpdated) -> Result<Vec<Outdated>, StoreError>;

    /// Keeps what a process of the edge has counted; what it counted before changes nothing.
    async fn apply_webhooks_counted(&self, counted: &WebhooksCounted) -> Result<(), StoreError>;
}

/// Runs the task on the partitions that the group assigns.
pub struct AccountsRunner {
    store: Arc<dyn AccountStore>,
    commits: Commits,
    outdated: mpsc::UnboundedSender<Outdated>,
    failures: mpsc::UnboundedSender<String>,
}

impl AccountsRunner {
    /// `outdated` hears of accounts whose templates are to be fetched, and `failures` of what only a restart mends.
    pub fn new(
        store: Arc<dyn AccountStore>,
        outdated: mpsc::UnboundedSender<Outdated>,
        failures: mpsc::UnboundedSender<String>,
    ) -> Arc<Self> {
        Arc::new(Self { store, commits: Commits::default(), outdated, failures })
    }

    /// Where offsets are committed; to be connected with the consumer.
    pub fn commits(&self) -> &Commits {
        &self.commits
    }
}

#[async_trait]
impl Assignee for AccountsRunner {
    async fn assigned(&self, partitions: Vec<(String, i32)>) -> Result<Vec<Assigned>, String> {
        let mut assigned = Vec::with_capacity(partitions.len());
        for (topic, partition) in partitions {
            let (records, mut incoming) = mpsc::channel::<InRecord>(RECORDS_WAITING_MAX);
            let (store, commits) = (Arc::clone(&self.store), self.commits.clone());
            let (outdated, failures) = (self.outdated.clone(), self.failures.clone());
            tokio::spawn(async move {
                while let Some(record) = incoming.recv().await {
                    match skip_unfit(apply(store.as_ref(), &record).await, &record) {
                        // Nobody listens any more when the process is going down.
                        Ok(accounts) => accounts.into_iter().for_each(|account| drop(outdated.send(account))),
                        Err(error) => {
                            let _ = failures.send(format!("{TASK}: {error}"));
                            return;
                        }
                    }
                    commits.tell(&record.topic, record.partition, record.offset + 1);
                }
            });
            assigned.push(Assigned { topic, partition, start: StartAt::Committed, records });
        }
        Ok(assigned)
    }

    async fn revoked(&self, _partitions: Vec<(String, i32)>, _lost: bool) {
        // The channels are closed by now; a record that is applied twice changes nothing.
    }
}

/// Applies one record of `accounts.v1`; again changes nothing.
pub async fn apply_again(store: &dyn AccountStore, record: &InRecord) -> Result<(), StoreError> {
    skip_unfit(apply(store, record).await, record).map(drop)
}

async fn apply(store: &dyn AccountStore, record: &InRecord) -> Result<Vec<Outdated>, StoreError> {
    match record.event_type() {
        Some(EventType::TemplateChanged) => {
            let Some(changed) = read::<TemplateChanged>(record) else { return Ok(Vec::new()) };
            patiently(|| store.apply_template_changed(&changed)).await
        }
        Some(EventType::LimitsChanged) => {
            let Some(changed) = read::<LimitsChanged>(record) else { return Ok(Vec::new()) };
            patiently(|| store.apply_limits_changed(&changed)).await.map(|()| Vec::new())
        }
        Some(EventType::AccountUpdated) => {
            let Some(updated) = read::<AccountUpdated>(record) else { return Ok(Vec::new()) };
            patiently(|| store.apply_account_updated(&updated)).await
        }
        Some(EventType::WebhooksCounted) => {
            let Some(counted) = read::<WebhooksCounted>(record) else { return Ok(Vec::new()) };
            patiently(|| store.apply_webhooks_counted(&counted)).await.map(|()| Vec::new())
        }
        _ => Ok(Vec::new()),
    }
}

fn read<T: DeserializeOwned>(record: &InRecord) -> Option<T> {
    let read = serde_json::from_slice(&record.value);
    if let Err(error) = &read {
        skipped(record, "event_malformed", &error.to_string());
    }
    read.ok()
}

/// An event that does not fit into the store would stop all that come after it, in every process that tries.
fn skip_unfit(applied: Result<Vec<Outdated>, StoreError>, record: &InRecord) -> Result<Vec<Outdated>, StoreError> {
    match applied {
        Err(StoreError::Unfit(reason)) => {
            skipped(record, "event_unfit", &reason);
            Ok(Vec::new())
        }
        other => other,
    }
}

/// The webhook that it came from stays in the log, from where it can be replayed.
fn skipped(record: &InRecord, code: &'static str, reason: &str) {
    metrics::counter!("posthaste_dead_letters_total", "reason" => code).increment(1);
    tracing::warn!(reason, code, partition = record.partition, offset = record.offset, "account event skipped");
}

async fn patiently<T, F: Future<Output = Result<T, StoreError>>>(
    mut apply: impl FnMut() -> F,
) -> Result<T, StoreError> {
    loop {
        match apply().await {
            Err(StoreError::Fault(reason)) => {
                tracing::warn!(reason, "the store is away; an account event waits");
                tokio::time::sleep(STORE_RETRY).await;
            }
            other => return other,
        }
    }
}
