//! The store of the tasks: ownership, loading, and the one commit.

mod media;
mod named;
pub(crate) mod people;
mod reported;
mod reserve;
mod rows;
mod write;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use posthaste_core::breaker::{Hold, HoldKey};
use posthaste_core::lease::Before;
use posthaste_core::sender::{
    Attempt, Chunk, Effects, Keys, Named, OptOutScope, OptedOut, Recipient, ReportKey, Reserved, Rows, Wanted,
};
use posthaste_core::standing::is_flagged;
use posthaste_model::{CampaignId, Contact, Millis, PortfolioId, SenderId, TenantId, WabaId, Wamid};
use posthaste_runtime::store::{Advance, DirectoryEntry, HasEnded, Lease, OutboxRow, Store, StoreError};
use posthaste_sql::client::Params;
use posthaste_sql::queries::commands::purge_keys;
use posthaste_sql::queries::directory;
use posthaste_sql::queries::lease::{
    self, AdvanceLeaseParams, AdvanceLeaseStmt, InsertOutboxParams, TakeFreeLeaseParams, TakeLeaseParams,
};
use posthaste_sql::queries::sender_attempts;
use posthaste_sql::queries::sender_campaigns;
use posthaste_sql::queries::sender_holds;
use posthaste_sql::queries::sender_inbound;
use posthaste_sql::queries::sender_reported::purge_reports;
use posthaste_sql::queries::sender_task;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use crate::pool::{PoolError, Tx, WorkerPool};

/// Wait before the lease is read again when the outcome of a commit is unknown.
const OUTCOME_RETRY: Duration = Duration::from_millis(200);

/// [`Store`] over Postgres.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    pool: WorkerPool,
}

impl PostgresStore {
    /// A store over the worker's pool.
    pub fn new(pool: WorkerPool) -> Self {
        Self { pool }
    }

    /// Removes idempotency keys of these tenants that are older than 72 hours, at most `most`; gives their number.
    pub async fn purge_keys(&self, tenants: BTreeSet<TenantId>, most: i64) -> Result<u64, StoreError> {
        let tx = self.tenants_tx(tenants).await?;
        let purged = purge_keys().bind(&*tx, &most).await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(purged)
    }

    /// Removes the notes of statuses that were told more than 30 days ago, at most `most`; gives their number.
    pub async fn purge_reports(&self, tenants: BTreeSet<TenantId>, most: i64) -> Result<u64, StoreError> {
        let tx = self.tenants_tx(tenants).await?;
        let purged = purge_reports().bind(&*tx, &most).await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(purged)
    }

    pub(crate) async fn system_tx(&self) -> Result<Tx, StoreError> {
        self.pool.tenants_tx([]).await.map_err(|error| from_pool(&error))
    }

    pub(crate) async fn tenants_tx(&self, tenants: BTreeSet<TenantId>) -> Result<Tx, StoreError> {
        self.pool.tenants_tx(tenants).await.map_err(|error| from_pool(&error))
    }

    /// The commit died on its way: the lease says whether it happened, also of one that moves neither offset nor sequence
    /// number, for it counts its commits.
    pub(crate) async fn committed(&self, lease: &Lease, advance: &Advance) -> bool {
        loop {
            match self.read_lease(&lease.task, lease.partition).await {
                Ok(row) => {
                    return row.epoch == lease.epoch
                        && row.commits == lease.commits + 1
                        && row.next_offset == advance.new_offset
                        && row.outbox_seq == advance.outbox_seq;
                }
                Err(error) => {
                    tracing::warn!(%error, "the outcome of a commit is not known yet");
                    tokio::time::sleep(OUTCOME_RETRY).await;
                }
            }
        }
    }

    async fn read_lease(&self, task: &str, partition: i32) -> Result<lease::ReadLease, StoreError> {
        let tx = self.system_tx().await?;
        let row = lease::read_lease().bind(&*tx, &task, &partition).one().await.map_err(|e| from_database(&e))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(row)
    }
}

pub(crate) fn from_pool(error: &PoolError) -> StoreError {
    match error {
        PoolError::Database(error) => from_database(error),
        PoolError::Unavailable(deadpool_postgres::PoolError::Backend(error)) => from_database(error),
        PoolError::Unavailable(other) => StoreError::Fault(other.to_string()),
        PoolError::Url { .. } => StoreError::Refused(error.to_string()),
    }
}

pub(crate) fn from_database(error: &tokio_postgres::Error) -> StoreError {
    let text =
        error.as_db_error().map_or_else(|| error.to_string(), |db| format!("{} ({})", db.message(), db.code().code()));
    match error.code().map(SqlState::code) {
        _ if crate::is_fault(error) => StoreError::Fault(text),
        // Data exceptions and violated constraints (PostgreSQL: Appendix A, classes 22 and 23).
        Some(code) if code.starts_with("22") || code.starts_with("23") => StoreError::Unfit(text),
        _ => StoreError::Refused(text),
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[async_trait]
impl Store for PostgresStore {
    async fn take_lease(
        &self,
        task: &str,
        partition: i32,
        (owner, has_ended): (&str, HasEnded<'_>),
        ttl: Duration,
    ) -> Result<Lease, StoreError> {
        let tx = self.system_tx().await?;
        lease::ensure_lease().bind(&*tx, &task, &partition).await.map_err(|e| from_database(&e))?;
        let held = lease::lock_lease().bind(&*tx, &task, &partition).one().await.map_err(|e| from_database(&e))?;
        // After the lock: nobody but the owner that was found there can have POSTed for this lease.
        let has_ended = has_ended(&held.owner);
        let before = Before { lease_ms: held.lease_ms, has_ended, earlier_ms: held.earlier_ms };
        let wait_ms = before.wait_ms();
        let params = TakeLeaseParams { owner, wait_ms, ttl_ms: millis(ttl), task, partition };
        let row = lease::take_lease().params(&*tx, &params).one().await.map_err(|e| from_database(&e))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(Lease {
            task: task.to_owned(),
            partition,
            epoch: row.epoch,
            next_offset: row.next_offset,
            outbox_seq: row.outbox_seq,
            published_upto: row.published_upto,
            commits: row.commits,
            high_water: row.high_water,
            wait: Duration::from_millis(wait_ms.unsigned_abs()),
        })
    }

    async fn take_free_lease(
        &self,
        task: &str,
        slots: i32,
        owner: &str,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        for partition in 0..slots {
            let tx = self.system_tx().await?;
            let params = TakeFreeLeaseParams { task, partition, owner, ttl_ms: millis(ttl) };
            let row = lease::take_free_lease().params(&*tx, &params).opt().await.map_err(|e| from_database(&e))?;
            tx.commit().await.map_err(|error| from_pool(&error))?;
            if let Some(row) = row {
                return Ok(Some(Lease {
                    task: task.to_owned(),
                    partition,
                    epoch: row.epoch,
                    next_offset: row.next_offset,
                    outbox_seq: row.outbox_seq,
                    published_upto: row.published_upto,
                    commits: row.commits,
                    high_water: row.high_water,
                    wait: Duration::ZERO,
                }));
            }
        }
        Ok(None)
    }

    async fn renew(&self, leases: &[(String, i32, i64)], ttl: Duration) -> Result<Vec<(String, i32)>, StoreError> {
        let tasks: Vec<&str> = leases.iter().map(|(task, _, _)| task.as_str()).collect();
        let partitions: Vec<i32> = leases.iter().map(|(_, partition, _)| *partition).collect();
        let epochs: Vec<i64> = leases.iter().map(|(_, _, epoch)| *epoch).collect();
        let tx = self.system_tx().await?;
        let rows = lease::renew_leases()
            .bind(&*tx, &millis(ttl), &tasks, &partitions, &epochs)
            .all()
            .await
            .map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(rows.into_iter().map(|row| (row.task, row.partition)).collect())
    }

    async fn release(&self, task: &str, partition: i32, epoch: i64) -> Result<(), StoreError> {
        let tx = self.system_tx().await?;
        lease::release_lease().bind(&*tx, &task, &partition, &epoch).await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))
    }

    async fn unpublished(&self, task: &str, partition: i32, published_upto: i64) -> Result<Vec<OutboxRow>, StoreError> {
        let tx = self.system_tx().await?;
        let rows = lease::unpublished_outbox()
            .bind(&*tx, &task, &partition, &published_upto)
            .all()
            .await
            .map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        let row = |row: lease::UnpublishedOutbox| OutboxRow {
            first_seq: row.first_seq,
            last_seq: row.last_seq,
            records: Bytes::from(row.records),
        };
        Ok(rows.into_iter().map(row).collect())
    }

    async fn open_attempts(&self, partition: i32, tenants: &[TenantId]) -> Result<Vec<Attempt>, StoreError> {
        let tx = self.tenants_tx(tenants.iter().copied().collect()).await?;
        let rows = sender_attempts::open_attempts()
            .bind(&*tx, &partition)
            .all()
            .await
            .map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        rows.into_iter().map(rows::from_open).collect()
    }

    async fn holds(&self, partition: i32, tenants: &[TenantId]) -> Result<Vec<(HoldKey, Hold)>, StoreError> {
        let tx = self.tenants_tx(tenants.iter().copied().collect()).await?;
        let rows =
            sender_holds::open_holds().bind(&*tx, &partition).all().await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        rows.into_iter().map(rows::from_hold).collect()
    }

    async fn heard(
        &self,
        senders: &[(TenantId, SenderId)],
        since: Millis,
    ) -> Result<Vec<(SenderId, Millis, usize)>, StoreError> {
        if senders.is_empty() {
            return Ok(Vec::new());
        }
        let (tenants, ids): (Vec<_>, Vec<_>) = senders.iter().map(|(tenant, id)| (tenant.0, id.as_str())).unzip();
        let tx = self.tenants_tx(senders.iter().map(|sender| sender.0).collect()).await?;
        let rows = sender_inbound::heard().bind(&*tx, &tenants, &ids, &since.0).all().await;
        let rows = rows.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        let heard = rows.into_iter().map(|row| {
            let messages = usize::try_from(row.messages).unwrap_or(usize::MAX);
            (SenderId::new(row.sender_id), Millis(row.at_ms), messages)
        });
        Ok(heard.collect())
    }

    async fn load(&self, keys: &Keys) -> Result<Rows, StoreError> {
        let tenants: BTreeSet<TenantId> = keys
            .intents
            .iter()
            .map(|key| key.0)
            .chain(keys.inbound.iter().map(|key| key.0))
            .chain(keys.named.iter().map(|key| key.0))
            .chain(keys.watermarks.iter().map(|key| key.0))
            .chain(keys.reported.iter().map(|asked| asked.key.tenant_id))
            .chain(keys.contacts.iter().map(|key| key.0))
            .chain(keys.campaigns.iter().map(|key| key.0))
            .chain(keys.opt_outs.iter().map(|key| key.0))
            .collect();
        // Sent together: the server answers them one after the other without a round trip between.
        let questions = async |tx: &Tx| {
            tokio::try_join!(
                load_messages(tx, keys),
                load_inbound(tx, keys),
                load_opted_out(tx, keys),
                load_campaigns(tx, keys),
                load_opt_outs(tx, keys),
            )
        };
        let asked = self.pool.tenants_questions(tenants, questions).await;
        let (tx, answers) = asked.map_err(|error| from_pool(&error))?;
        let ((named, attempts, reported), inbound, opted_out, campaigns, opt_outs) = answers?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(Rows { attempts, named, reported, inbound, opted_out, campaigns, opt_outs, ..Rows::default() })
    }

    async fn load_chunks(
        &self,
        wanted: &[(TenantId, CampaignId, i32)],
    ) -> Result<HashMap<CampaignId, Chunk>, StoreError> {
        let tx = self.tenants_tx(wanted.iter().map(|key| key.0).collect()).await?;
        let tenants: Vec<_> = wanted.iter().map(|key| key.0.0).collect();
        let campaigns: Vec<_> = wanted.iter().map(|key| key.1.0).collect();
        let cursors: Vec<_> = wanted.iter().map(|key| key.2).collect();
        let found = sender_campaigns::load_chunks()
            .bind(&*tx, &tenants, &campaigns, &cursors)
            .all()
            .await
            .map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        let mut chunks = HashMap::with_capacity(found.len());
        for row in found {
            let recipients: Vec<Recipient> = serde_json::from_str(&row.recipients)
                .map_err(|error| StoreError::Refused(format!("campaign_chunk.recipients: {error}")))?;
            chunks.insert(CampaignId(row.campaign_id), Chunk { first_ordinal: row.first_ordinal, recipients });
        }
        Ok(chunks)
    }

    async fn reserve(&self, wanted: &[Wanted]) -> Result<Vec<Reserved>, StoreError> {
        let mut reserved = Vec::with_capacity(wanted.len());
        for wanted in wanted {
            reserved.push(reserve::reserve(self, wanted).await?);
        }
        Ok(reserved)
    }

    async fn commit(&self, lease: &Lease, advance: &Advance, effects: &Effects) -> Result<(), StoreError> {
        let tx = self.tenants_tx(write::tenants(effects)).await?;
        let lost = || StoreError::Lost { task: lease.task.clone(), partition: lease.partition };
        // The fence comes first: it locks the row, so that whoever else wants to commit waits and then fails.
        let moved = write::batch(&tx, lease, advance, effects).await?;
        if moved != 1 {
            tx.rollback().await.map_err(|error| from_pool(&error))?;
            // A commit of ours whose answer was lost may have been here before.
            return if self.committed(lease, advance).await { Ok(()) } else { Err(lost()) };
        }
        match tx.commit().await {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, "the answer to a commit was lost");
                if self.committed(lease, advance).await { Ok(()) } else { Err(from_pool(&error)) }
            }
        }
    }

    async fn directory(&self) -> Result<Vec<DirectoryEntry>, StoreError> {
        let tx = self.system_tx().await?;
        let rows = directory::directory_senders().bind(&*tx).all().await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        let entry = |row: directory::DirectorySenders| -> Result<DirectoryEntry, StoreError> {
            Ok(DirectoryEntry {
                tenant_id: TenantId(row.tenant_id),
                sender_id: SenderId::new(row.sender_id),
                waba_id: WabaId::new(row.waba_id),
                limit_per_second: row.limit_per_second.unsigned_abs(),
                access_token: row.access_token,
                graph_version: row.graph_version,
                tenant_weight: row.tenant_weight.unsigned_abs(),
                tenant_max_per_minute: row.tenant_max_per_minute.map(i32::unsigned_abs),
                tenant_time_zone: row.tenant_time_zone,
                portfolio_id: PortfolioId::new(row.portfolio_id),
                messaging_limit: row.messaging_limit.map(i32::unsigned_abs),
                blocked_until: row.blocked.then(|| Millis(row.blocked_until_ms.unwrap_or(Millis::MAX_WRITABLE))),
                stop_words: row.stop_words,
                restrictions: rows::restrictions(row.restrictions.as_deref())?,
                is_flagged: row.quality_event.as_deref().is_some_and(is_flagged),
            })
        };
        rows.into_iter().map(entry).collect()
    }

    async fn active_campaigns(&self) -> Result<Vec<(TenantId, CampaignId, SenderId)>, StoreError> {
        let tx = self.system_tx().await?;
        let rows =
            directory::directory_active_campaigns().bind(&*tx).all().await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        let active = |row: directory::DirectoryActiveCampaigns| {
            (TenantId(row.tenant_id), CampaignId(row.campaign_id), SenderId::new(row.sender_id))
        };
        Ok(rows.into_iter().map(active).collect())
    }
}

pub(crate) async fn advance_lease(
    tx: &Tx,
    statement: &AdvanceLeaseStmt,
    lease: &Lease,
    advance: &Advance,
) -> Result<u64, StoreError> {
    let params = AdvanceLeaseParams {
        new_offset: advance.new_offset,
        outbox_seq: advance.outbox_seq,
        published_upto: advance.published_upto,
        high_water: advance.high_water.as_str(),
        ttl_ms: millis(advance.ttl),
        task: lease.task.as_str(),
        partition: lease.partition,
        epoch: lease.epoch,
        old_offset: advance.old_offset,
        old_outbox_seq: lease.outbox_seq,
        old_commits: lease.commits,
    };
    statement.params(&**tx, &params).await.map_err(|error| from_database(&error))
}

pub(crate) async fn write_outbox(tx: &Tx, lease: &Lease, advance: &Advance) -> Result<(), StoreError> {
    let (task, partition) = (lease.task.as_str(), lease.partition);
    if let Some(row) = &advance.outbox {
        let params = InsertOutboxParams {
            task,
            partition,
            first_seq: row.first_seq,
            last_seq: row.last_seq,
            records: row.records.as_ref(),
        };
        lease::insert_outbox().params(&**tx, &params).await.map_err(|error| from_database(&error))?;
    }
    if advance.trim {
        lease::trim_outbox()
            .bind(&**tx, &task, &partition, &advance.published_upto)
            .await
            .map_err(|error| from_database(&error))?;
    }
    Ok(())
}

/// Messages by Meta's ids, the attempts of all intents that are wanted, be it by id or by name, and what was told of statuses that no
/// attempt says it of.
async fn load_messages(tx: &Tx, keys: &Keys) -> Result<(Vec<Named>, Vec<Attempt>, HashSet<ReportKey>), StoreError> {
    let mut intents: Vec<(Uuid, Uuid)> = keys.intents.iter().map(|(tenant, intent)| (tenant.0, intent.0)).collect();
    let named = named::load(tx, keys).await?;
    intents.extend(named.iter().map(|(tenant, own)| (tenant.0, own.token.intent_id.0)));
    if !named.is_empty() {
        // One intent may be wanted under several names.
        intents.sort_unstable();
        intents.dedup();
    }
    let attempts = load_attempts(tx, &intents).await?;
    let reported = reported::load(tx, keys, &attempts).await?;
    Ok((named.into_iter().map(|(_, own)| own).collect(), attempts, reported))
}

async fn load_attempts(tx: &Tx, intents: &[(Uuid, Uuid)]) -> Result<Vec<Attempt>, StoreError> {
    if intents.is_empty() {
        return Ok(Vec::new());
    }
    let (tenants, intents): (Vec<_>, Vec<_>) = intents.iter().copied().unzip();
    let found = sender_attempts::load_attempts()
        .bind(&**tx, &tenants, &intents)
        .all()
        .await
        .map_err(|error| from_database(&error))?;
    found.into_iter().map(rows::from_load).collect()
}

async fn load_inbound(tx: &Tx, keys: &Keys) -> Result<HashMap<(TenantId, SenderId, Wamid), bool>, StoreError> {
    if keys.inbound.is_empty() {
        return Ok(Default::default());
    }
    let tenants: Vec<_> = keys.inbound.iter().map(|key| key.0.0).collect();
    let senders: Vec<_> = keys.inbound.iter().map(|key| key.1.as_str()).collect();
    let wamids: Vec<_> = keys.inbound.iter().map(|key| key.2.as_str()).collect();
    let found = sender_inbound::known_inbound()
        .bind(&**tx, &tenants, &senders, &wamids)
        .all()
        .await
        .map_err(|error| from_database(&error))?;
    let key = |row: sender_inbound::KnownInbound| {
        ((TenantId(row.tenant_id), SenderId::new(row.sender_id), Wamid::new(row.wamid)), row.is_placeholder)
    };
    Ok(found.into_iter().map(key).collect())
}

async fn load_opted_out(tx: &Tx, keys: &Keys) -> Result<HashMap<(TenantId, Contact), OptOutScope>, StoreError> {
    if keys.contacts.is_empty() {
        return Ok(Default::default());
    }
    let (tenants, contacts): (Vec<_>, Vec<_>) =
        keys.contacts.iter().map(|(tenant, contact)| (tenant.0, contact.as_str())).unzip();
    let found =
        sender_task::opted_out().bind(&**tx, &tenants, &contacts).all().await.map_err(|error| from_database(&error))?;
    let noted = |row: sender_task::OptedOut| {
        Ok(((TenantId(row.tenant_id), Contact::new(row.contact)), rows::opt_out_scope(&row.scope)?))
    };
    found.into_iter().map(noted).collect()
}

async fn load_opt_outs(tx: &Tx, keys: &Keys) -> Result<Vec<OptedOut>, StoreError> {
    if keys.opt_outs.is_empty() {
        return Ok(Vec::new());
    }
    let (tenants, since): (Vec<_>, Vec<_>) = keys.opt_outs.iter().map(|(tenant, since)| (tenant.0, since.0)).unzip();
    let found =
        sender_task::new_opt_outs().bind(&**tx, &tenants, &since).all().await.map_err(|error| from_database(&error))?;
    let new = |row: sender_task::NewOptOuts| {
        Ok(OptedOut {
            tenant_id: TenantId(row.tenant_id),
            contact: Contact::new(row.contact),
            scope: (!row.withdrawn).then(|| rows::opt_out_scope(&row.scope)).transpose()?,
            at: Millis(row.at_ms),
        })
    };
    found.into_iter().map(new).collect()
}

async fn load_campaigns(
    tx: &Tx,
    keys: &Keys,
) -> Result<HashMap<CampaignId, posthaste_core::sender::Campaign>, StoreError> {
    if keys.campaigns.is_empty() {
        return Ok(HashMap::new());
    }
    let (tenants, ids): (Vec<_>, Vec<_>) = keys.campaigns.iter().map(|(tenant, id)| (tenant.0, id.0)).unzip();
    let found = sender_campaigns::load_campaigns()
        .bind(&**tx, &tenants, &ids)
        .all()
        .await
        .map_err(|error| from_database(&error))?;
    found.into_iter().map(|row| rows::from_campaign(row).map(|campaign| (campaign.campaign_id, campaign))).collect()
}
