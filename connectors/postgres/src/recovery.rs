//! What recovery asks of the database and notes in it: see docs/RECOVERY.md.

use posthaste_model::Millis;
use posthaste_runtime::store::StoreError;
use posthaste_sql::client::Params;
use posthaste_sql::queries::lease::trim_outbox;
use posthaste_sql::queries::recovery::{self, RaiseLeaseParams};

use crate::store::{PostgresStore, from_database, from_pool};

/// Added to each epoch: more take-overs than there can have been since any time to which the database may be set back.
const EPOCHS: i64 = 1 << 20;

/// One row of `task_lease`, as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseSeen {
    /// Task.
    pub task: String,
    /// Partition.
    pub partition: i32,
    /// Process that had it last.
    pub owner: String,
    /// Grows with each take-over.
    pub epoch: i64,
    /// Next record to apply; -1 before the first commit.
    pub next_offset: i64,
    /// Newest outbox record.
    pub outbox_seq: i64,
    /// Outbox records that the log has acknowledged.
    pub published_upto: i64,
    /// Until when the owner may act.
    pub valid_until: Millis,
    /// Whether that is still to come.
    pub held: bool,
}

impl PostgresStore {
    /// Every lease of every task.
    pub async fn leases(&self) -> Result<Vec<LeaseSeen>, StoreError> {
        let tx = self.system_tx().await?;
        let rows = recovery::every_lease().bind(&*tx).all().await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        let seen = |row: recovery::EveryLease| LeaseSeen {
            task: row.task,
            partition: row.partition,
            owner: row.owner,
            epoch: row.epoch,
            next_offset: row.next_offset,
            outbox_seq: row.outbox_seq,
            published_upto: row.published_upto,
            valid_until: Millis(row.valid_until_ms),
            held: row.held,
        };
        Ok(rows.into_iter().map(seen).collect())
    }

    /// Since when an unfinished recovery reads the log; `None` if there is none.
    pub async fn unfinished_recovery(&self) -> Result<Option<Millis>, StoreError> {
        let tx = self.system_tx().await?;
        let since = recovery::unfinished_recovery().bind(&*tx).opt().await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(since.map(Millis))
    }

    /// Notes that a recovery has begun, unless one is under way.
    pub async fn begin_recovery(&self, since: Millis) -> Result<(), StoreError> {
        let tx = self.system_tx().await?;
        recovery::begin_recovery().bind(&*tx, &since.0).await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))
    }

    /// Notes that the recovery is finished: pipelines may start.
    pub async fn finish_recovery(&self) -> Result<(), StoreError> {
        let tx = self.system_tx().await?;
        recovery::finish_recovery().bind(&*tx).await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))
    }

    /// Lets a producer go on above `seq`, and drops its outbox rows, which the log must have by now. `false`, and nothing is
    /// changed, if its lease is not as it was `seen`; of a producer without one that is `None`.
    pub async fn raise_lease(
        &self,
        (task, partition): (&str, i32),
        seen: Option<&LeaseSeen>,
        seq: i64,
    ) -> Result<bool, StoreError> {
        let tx = self.system_tx().await?;
        let (seen_epoch, seen_seq) = seen.map_or((0, 0), |seen| (seen.epoch, seen.outbox_seq));
        let params = RaiseLeaseParams { task, partition, epochs: EPOCHS, seq, seen_epoch, seen_seq };
        let raised = recovery::raise_lease().params(&*tx, &params).await.map_err(|error| from_database(&error))?;
        if raised > 0 {
            trim_outbox().bind(&*tx, &task, &partition, &i64::MAX).await.map_err(|error| from_database(&error))?;
        }
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(raised > 0)
    }
}
