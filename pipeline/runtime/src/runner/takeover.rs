//! The core of a partition, built from what is committed: at a take-over, and again when its state cannot be trusted.

use std::sync::Arc;
use std::time::Duration;

use posthaste_core::HighWater;
use posthaste_core::sender::{SenderTask, Takeover};
use posthaste_model::Millis;

use super::assignee::SenderRunnerOptions;
use crate::directory::Directory;
use crate::store::{Lease, Store, StoreError};

/// Wait before the store is asked again.
const STORE_RETRY: Duration = Duration::from_millis(500);

/// Builds the core from the rows of the lease's partition. It arms nothing before `may_post_at`.
pub(super) async fn core_of(
    lease: &Lease,
    (store, directory, options): (&dyn Store, &Directory, &SenderRunnerOptions),
    may_post_at: Millis,
    now: impl FnOnce() -> Millis,
) -> Result<SenderTask, String> {
    let senders = directory.senders();
    let open = patiently(|| store.open_attempts(lease.partition, &senders.tenants)).await?;
    let holds = patiently(|| store.holds(lease.partition, &senders.tenants)).await?;
    let high_water = HighWater::from_json(&lease.high_water)
        .map_err(|error| format!("task_lease.high_water of {}/{}: {error}", lease.task, lease.partition))?;
    let stream_partitions = options.stream_partitions;
    let takeover = Takeover { epoch: lease.epoch, may_post_at, high_water, open, stream_partitions, holds };
    Ok(SenderTask::take_over(options.settings.clone(), Arc::clone(&senders.profiles), takeover, now()))
}

/// Repeats a call to the store until it answers; the group waits meanwhile.
pub(super) async fn patiently<T, F, Fut>(mut call: F) -> Result<T, String>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, StoreError>>,
{
    loop {
        match call().await {
            Ok(value) => return Ok(value),
            Err(StoreError::Fault(reason)) => {
                tracing::warn!(reason, "the store is away during a take-over; trying again");
                tokio::time::sleep(STORE_RETRY).await;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}
