//! The commit point of the lake: manifest rows and next offset, in one transaction.

use posthaste_core::HighWater;
use posthaste_model::{TenantId, topic};
use posthaste_postgres::{PoolError, WorkerPool};
use posthaste_sql::client::Params as _;
use posthaste_sql::queries::{lake, lease};

use crate::LAKE_TASK;

/// Lifetime of a lease. The lake does nothing that a successor must wait for, so it only tells operators who was last
/// alive when.
const LEASE_TTL_MS: i64 = 30_000;

/// The right to commit for a partition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lease {
    /// The partition.
    pub(crate) partition: i32,
    /// Fences whoever had it before.
    pub(crate) epoch: i64,
    /// Offset of the next record to read; -1 before the first commit.
    pub(crate) next_offset: i64,
    /// Commits of all owners so far.
    pub(crate) commits: i64,
}

/// A manifest row.
#[derive(Debug)]
pub(crate) struct FileRow {
    /// Whose rows they are.
    pub(crate) tenant: TenantId,
    /// Day of the rows, as `YYYY-MM-DD`.
    pub(crate) day: String,
    /// Path in the store.
    pub(crate) path: String,
    /// Offset of the first row.
    pub(crate) first_offset: i64,
    /// Offset of the last row.
    pub(crate) last_offset: i64,
    /// Number of rows.
    pub(crate) rows: i64,
    /// Size.
    pub(crate) bytes: i64,
}

/// What a flush commits.
#[derive(Debug)]
pub(crate) struct Commit {
    /// The lease as it is now.
    pub(crate) lease: Lease,
    /// Offset of the next record after the commit.
    pub(crate) next_offset: i64,
    /// High-water after the commit.
    pub(crate) high_water: String,
    /// The files.
    pub(crate) files: Vec<FileRow>,
}

/// How a commit ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is durable.
    Committed,
    /// The lease is not ours any more: nothing was written.
    Lost,
}

/// Takes a partition over from whoever has it.
pub(crate) async fn take(pool: &WorkerPool, partition: i32, owner: &str) -> Result<(Lease, HighWater), PoolError> {
    let tx = pool.tenants_tx([]).await?;
    lease::ensure_lease().bind(&*tx, &LAKE_TASK, &partition).await?;
    let taken = lease::take_lease().bind(&*tx, &owner, &0, &LEASE_TTL_MS, &LAKE_TASK, &partition).one().await?;
    tx.commit().await?;
    let high_water = HighWater::from_json(&taken.high_water).expect("the lake wrote it, or it is the column's default");
    let lease = Lease { partition, epoch: taken.epoch, next_offset: taken.next_offset, commits: taken.commits };
    Ok((lease, high_water))
}

/// Commits. After an error the outcome is unknown: ask [`settled`] before trying again.
pub(crate) async fn commit(pool: &WorkerPool, commit: &Commit) -> Result<Outcome, PoolError> {
    let mut tenants: Vec<TenantId> = commit.files.iter().map(|file| file.tenant).collect();
    tenants.sort_unstable();
    tenants.dedup();
    let tx = pool.tenants_tx(tenants).await?;
    let advance = lease::AdvanceLeaseParams {
        new_offset: commit.next_offset,
        outbox_seq: 0,
        published_upto: 0,
        high_water: commit.high_water.as_str(),
        ttl_ms: LEASE_TTL_MS,
        task: LAKE_TASK,
        partition: commit.lease.partition,
        epoch: commit.lease.epoch,
        old_offset: commit.lease.next_offset,
        old_outbox_seq: 0,
        old_commits: commit.lease.commits,
    };
    if lease::advance_lease().params(&*tx, &advance).await? != 1 {
        tx.rollback().await?;
        return Ok(Outcome::Lost);
    }
    if !commit.files.is_empty() {
        let written = lake::insert_lake_files().params(&*tx, &manifest(commit)).await?;
        let missing = commit.files.len() as u64 - written;
        if missing > 0 {
            tracing::error!(missing, "the lake dropped files of tenants that do not exist in the store");
            metrics::counter!("posthaste_dead_letters_total", "reason" => "transition_of_unknown_tenant")
                .increment(missing);
        }
    }
    tx.commit().await?;
    Ok(Outcome::Committed)
}

type Manifest = lake::InsertLakeFilesParams<
    &'static str,
    Vec<uuid::Uuid>,
    Vec<i64>,
    Vec<i64>,
    String,
    Vec<String>,
    String,
    Vec<String>,
    Vec<i64>,
    Vec<i64>,
>;

fn manifest(commit: &Commit) -> Manifest {
    let files = &commit.files;
    lake::InsertLakeFilesParams {
        topic: topic::DELIVERY,
        partition: commit.lease.partition,
        tenant_ids: files.iter().map(|file| file.tenant.0).collect(),
        first_offsets: files.iter().map(|file| file.first_offset).collect(),
        last_offsets: files.iter().map(|file| file.last_offset).collect(),
        days: files.iter().map(|file| file.day.clone()).collect(),
        paths: files.iter().map(|file| file.path.clone()).collect(),
        rows: files.iter().map(|file| file.rows).collect(),
        bytes: files.iter().map(|file| file.bytes).collect(),
    }
}

/// How a commit whose outcome is unknown ended; `None` if it did not happen and may be tried again.
pub(crate) async fn settled(pool: &WorkerPool, commit: &Commit) -> Result<Option<Outcome>, PoolError> {
    let tx = pool.tenants_tx([]).await?;
    let found = lease::read_lease().bind(&*tx, &LAKE_TASK, &commit.lease.partition).opt().await?;
    tx.commit().await?;
    Ok(match found {
        Some(found) if found.epoch != commit.lease.epoch => Some(Outcome::Lost),
        Some(found) if found.next_offset == commit.next_offset => Some(Outcome::Committed),
        Some(found) if found.next_offset == commit.lease.next_offset => None,
        Some(_) | None => Some(Outcome::Lost),
    })
}
