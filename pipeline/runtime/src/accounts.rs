//! The accounts task: applies template reviews and pauses to the store.
//!
//! A template's row keeps the time of the newest event that was applied, so repeating or reordering events changes
//! nothing; the group's committed offset is therefore enough.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use posthaste_model::{EventType, TemplateChanged};
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

/// Where template events are applied.
#[async_trait]
pub trait TemplateStore: Send + Sync + 'static {
    /// Applies the event to the templates of every tenant that holds the account; older events than the newest change
    /// nothing.
    async fn apply_template_changed(&self, changed: &TemplateChanged) -> Result<(), StoreError>;
}

/// Runs the task on the partitions that the group assigns.
pub struct AccountsRunner {
    store: Arc<dyn TemplateStore>,
    commits: Commits,
    failures: mpsc::UnboundedSender<String>,
}

impl AccountsRunner {
    /// `failures` hears of what only a restart mends.
    pub fn new(store: Arc<dyn TemplateStore>, failures: mpsc::UnboundedSender<String>) -> Arc<Self> {
        Arc::new(Self { store, commits: Commits::default(), failures })
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
            let failures = self.failures.clone();
            tokio::spawn(async move {
                while let Some(record) = incoming.recv().await {
                    if let Err(error) = apply(store.as_ref(), &record).await {
                        // Nobody listens any more when the process is going down.
                        let _ = failures.send(format!("{TASK}: {error}"));
                        return;
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

async fn apply(store: &dyn TemplateStore, record: &InRecord) -> Result<(), StoreError> {
    if record.event_type() != Some(EventType::TemplateChanged) {
        return Ok(());
    }
    let changed: TemplateChanged = match serde_json::from_slice(&record.value) {
        Ok(changed) => changed,
        Err(error) => {
            metrics::counter!("posthaste_dead_letters_total", "reason" => "event_malformed").increment(1);
            tracing::warn!(%error, partition = record.partition, offset = record.offset, "account event skipped");
            return Ok(());
        }
    };
    loop {
        match store.apply_template_changed(&changed).await {
            Err(StoreError::Fault(reason)) => {
                tracing::warn!(reason, "the store is away; the template event waits");
                tokio::time::sleep(STORE_RETRY).await;
            }
            other => return other,
        }
    }
}
