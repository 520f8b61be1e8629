//! The Store: what the shell asks of Postgres.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use posthaste_core::breaker::{Hold, HoldKey};
use posthaste_core::sender::{Attempt, Chunk, Effects, Keys, Reserved, Rows, Wanted};
use posthaste_core::standing::Restriction;
use posthaste_model::{CampaignId, Millis, PortfolioId, SenderId, TenantId, WabaId};

/// What went wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store is away or overloaded; the same call may work later.
    #[error("the store is away: {0}")]
    Fault(String),
    /// Somebody else owns the partition, or it is further than we thought: this owner must step down.
    #[error("ownership of {task}/{partition} was lost")]
    Lost {
        /// Task.
        task: String,
        /// Partition.
        partition: i32,
    },
    /// What was to be written does not fit into the store, whoever writes it and however often.
    #[error("the store cannot hold it: {0}")]
    Unfit(String),
    /// The store refused: a defect, or data that breaks an invariant.
    #[error("the store refused: {0}")]
    Refused(String),
}

/// A task-partition that this process owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Task.
    pub task: String,
    /// Partition.
    pub partition: i32,
    /// Ours alone.
    pub epoch: i64,
    /// Next record to apply; -1 before the first commit.
    pub next_offset: i64,
    /// Newest outbox record.
    pub outbox_seq: i64,
    /// Outbox records that the log has acknowledged.
    pub published_upto: i64,
    /// Commits of all owners so far.
    pub commits: i64,
    /// JSON of the high-water marks.
    pub high_water: String,
    /// How long the owners before may still POST.
    pub wait: Duration,
}

/// Until when this process may POST, by its own monotonic clock. Counted from *before* the renewing statement was sent,
/// less a tenth: only bounded drift over one lease is assumed, no synchronized clocks.
#[derive(Debug)]
pub struct LeaseDeadline {
    origin: Instant,
    until_ms: AtomicI64,
}

impl LeaseDeadline {
    /// A lease that is over until it is first renewed.
    pub fn new() -> Self {
        Self { origin: Instant::now(), until_ms: AtomicI64::new(-1) }
    }

    /// Notes that a renewal sent at `sent` has been confirmed.
    pub fn renewed(&self, sent: Instant, ttl: Duration) {
        let until = sent.duration_since(self.origin) + ttl * 9 / 10;
        self.until_ms.fetch_max(i64::try_from(until.as_millis()).unwrap_or(i64::MAX), Ordering::AcqRel);
    }

    /// Ends the lease at once.
    pub fn end(&self) {
        self.until_ms.store(-1, Ordering::Release);
    }

    /// Whether a POST may leave now.
    pub fn holds(&self) -> bool {
        let now = i64::try_from(self.origin.elapsed().as_millis()).unwrap_or(i64::MAX);
        now < self.until_ms.load(Ordering::Acquire)
    }
}

impl Default for LeaseDeadline {
    fn default() -> Self {
        Self::new()
    }
}

/// Outbox records of one batch, as they are stored: sequence numbers `first_seq ..= last_seq`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Number of the first record.
    pub first_seq: i64,
    /// Number of the last record.
    pub last_seq: i64,
    /// JSON of the list of records.
    pub records: Bytes,
}

/// The part of a commit that every task has.
#[derive(Debug, Clone)]
pub struct Advance {
    /// Offset that the store has now.
    pub old_offset: i64,
    /// Offset after the commit.
    pub new_offset: i64,
    /// Newest outbox record after the commit.
    pub outbox_seq: i64,
    /// Outbox records that the log has acknowledged.
    pub published_upto: i64,
    /// Whether outbox rows can be dropped.
    pub trim: bool,
    /// JSON of the high-water marks.
    pub high_water: String,
    /// Records to publish afterwards.
    pub outbox: Option<OutboxRow>,
    /// Length of the renewed lease.
    pub ttl: Duration,
}

/// What the directory says of a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Which sender.
    pub sender_id: SenderId,
    /// Its account.
    pub waba_id: WabaId,
    /// Meta's limit.
    pub limit_per_second: u32,
    /// Graph API token.
    pub access_token: String,
    /// Version of the Graph API, where its tenant has one of its own: `v26.0`.
    pub graph_version: Option<String>,
    /// POSTs that its tenant may begin in one round when tenants compete; at least 1.
    pub tenant_weight: u32,
    /// Messages per minute of its tenant's plan, over all its senders.
    pub tenant_max_per_minute: Option<u32>,
    /// IANA zone of people whose number does not tell theirs.
    pub tenant_time_zone: String,
    /// Its business portfolio.
    pub portfolio_id: PortfolioId,
    /// People that the portfolio may reach in 24 h outside service windows.
    pub messaging_limit: Option<u32>,
    /// Meta lets it send nothing before this time; [`Millis::MAX_WRITABLE`] where nobody knows when that ends.
    pub blocked_until: Option<Millis>,
    /// What Meta lets its account not send, and until when each.
    pub restrictions: Vec<(Restriction, Millis)>,
    /// Meta says that the quality of the number is low.
    pub is_flagged: bool,
    /// Words by which its people say that they want no marketing, in lower case.
    pub stop_words: Vec<String>,
}

/// Whether an owner is proven to have ended; `false` says nothing.
pub type HasEnded<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// The store of the sender task.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Takes a partition over for `owner`, whoever holds it. `has_ended` is asked about the process that does.
    async fn take_lease(
        &self,
        task: &str,
        partition: i32,
        (owner, has_ended): (&str, HasEnded<'_>),
        ttl: Duration,
    ) -> Result<Lease, StoreError>;

    /// Takes the first of `slots` partitions that nobody holds.
    async fn take_free_lease(
        &self,
        task: &str,
        slots: i32,
        owner: &str,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError>;

    /// Renews leases; returns those that are still ours.
    async fn renew(&self, leases: &[(String, i32, i64)], ttl: Duration) -> Result<Vec<(String, i32)>, StoreError>;

    /// Gives a lease back, so that the successor need not wait for its end.
    async fn release(&self, task: &str, partition: i32, epoch: i64) -> Result<(), StoreError>;

    /// Outbox rows above `published_upto`, in order.
    async fn unpublished(&self, task: &str, partition: i32, published_upto: i64) -> Result<Vec<OutboxRow>, StoreError>;

    /// Attempts of a partition that are queued, armed or unknown.
    async fn open_attempts(&self, partition: i32, tenants: &[TenantId]) -> Result<Vec<Attempt>, StoreError>;

    /// What the owners of a partition hold.
    async fn holds(&self, partition: i32, tenants: &[TenantId]) -> Result<Vec<(HoldKey, Hold)>, StoreError>;

    /// What people wrote to these senders since then: how many messages in which second.
    async fn heard(
        &self,
        senders: &[(TenantId, SenderId)],
        since: Millis,
    ) -> Result<Vec<(SenderId, Millis, usize)>, StoreError>;

    /// Rows for the keys of a batch.
    async fn load(&self, keys: &Keys) -> Result<Rows, StoreError>;

    /// Chunks that hold the cursors.
    async fn load_chunks(
        &self,
        wanted: &[(TenantId, CampaignId, i32)],
    ) -> Result<HashMap<CampaignId, Chunk>, StoreError>;

    /// Reserves places in the messaging limits of portfolios. Asking again finds what was reserved.
    async fn reserve(&self, wanted: &[Wanted]) -> Result<Vec<Reserved>, StoreError>;

    /// Commits a batch of the sender task: all of it or nothing. Returns only when the outcome is known.
    async fn commit(&self, lease: &Lease, advance: &Advance, effects: &Effects) -> Result<(), StoreError>;

    /// Every sender.
    async fn directory(&self) -> Result<Vec<DirectoryEntry>, StoreError>;

    /// Campaigns that are not completed, with their senders.
    async fn active_campaigns(&self) -> Result<Vec<(TenantId, CampaignId, SenderId)>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_holds_for_nine_tenths_of_its_length_from_before_the_renewal() {
        let deadline = LeaseDeadline::new();
        assert!(!deadline.holds(), "not before it was ever renewed");
        deadline.renewed(Instant::now(), Duration::from_secs(100));
        assert!(deadline.holds());
        deadline.end();
        assert!(!deadline.holds());
        deadline.renewed(Instant::now(), Duration::ZERO);
        assert!(!deadline.holds(), "a renewal that was sent a lease ago is over");
    }
}
