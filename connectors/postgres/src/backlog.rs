//! How many messages of a tenant wait: those that a sender has taken in and not finished, and those that this process has
//! accepted and no sender has taken in yet. Without the second half a pipeline that stands still would look like one that
//! has nothing to do, and whatever is submitted meanwhile would be accepted.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use posthaste_model::{IntentId, Millis, TenantId};
use posthaste_runtime::clock;
use posthaste_runtime::store::StoreError;
use posthaste_sql::queries::commands;
use uuid::Uuid;

use crate::pool::Tx;
use crate::store::from_database;

/// How long a count is believed.
const COUNT_AGE_MAX: Duration = Duration::from_secs(1);
/// Accepted messages that are looked for in one statement.
const LOOKED_FOR_MAX: usize = 1_000;

/// The backlogs of the tenants that submit through this process.
#[derive(Debug, Default)]
pub(crate) struct Backlogs(HashMap<TenantId, Backlog>);

#[derive(Debug, Default)]
struct Backlog {
    /// Taken in and not finished, when it was counted.
    open: i64,
    counted_at: Option<Instant>,
    /// Accepted here and not seen in the store yet, oldest first, each with the end of its life: afterwards nobody waits.
    under_way: VecDeque<(IntentId, Millis)>,
}

impl Backlogs {
    /// Messages of the tenant that wait, as last counted and accepted since.
    pub(crate) fn waiting(&self, tenant: TenantId) -> i64 {
        self.0
            .get(&tenant)
            .map_or(0, |backlog| backlog.open + i64::try_from(backlog.under_way.len()).unwrap_or(i64::MAX))
    }

    /// Messages were accepted, and are committed.
    pub(crate) fn accepted(&mut self, messages: impl Iterator<Item = (TenantId, IntentId, Millis)>) {
        for (tenant, id, expires_at) in messages {
            self.0.entry(tenant).or_default().under_way.push_back((id, expires_at));
        }
    }

    /// Counts anew for those of the tenants whose count is old.
    pub(crate) async fn refresh(&mut self, tx: &Tx, tenants: &BTreeSet<TenantId>) -> Result<(), StoreError> {
        let fresh = |backlog: &Backlog| backlog.counted_at.is_some_and(|at| at.elapsed() < COUNT_AGE_MAX);
        let stale: Vec<TenantId> =
            tenants.iter().filter(|tenant| !self.0.get(tenant).is_some_and(fresh)).copied().collect();
        if stale.is_empty() {
            return Ok(());
        }
        let now = clock::wall();
        for tenant in &stale {
            self.forget_taken_in(tx, *tenant, now).await?;
        }
        // Counted after that: what is taken in between the two statements is counted twice, and never not at all.
        let ids: Vec<Uuid> = stale.iter().map(|tenant| tenant.0).collect();
        let rows = commands::waiting_messages().bind(&**tx, &ids).all().await.map_err(|error| from_database(&error))?;
        let counts: BTreeMap<Uuid, i64> = rows.into_iter().map(|row| (row.tenant_id, row.waiting)).collect();
        for tenant in stale {
            let backlog = self.0.entry(tenant).or_default();
            (backlog.open, backlog.counted_at) = (counts.get(&tenant.0).copied().unwrap_or(0), Some(Instant::now()));
        }
        self.0.retain(|_, backlog| {
            backlog.under_way.retain(|(_, expires_at)| *expires_at > now);
            !backlog.under_way.is_empty() || fresh(backlog)
        });
        Ok(())
    }

    /// Looks for the oldest messages in the store, and on until some are not there: as a rule every message once.
    async fn forget_taken_in(&mut self, tx: &Tx, tenant: TenantId, now: Millis) -> Result<(), StoreError> {
        let Some(backlog) = self.0.get_mut(&tenant) else { return Ok(()) };
        loop {
            let oldest: Vec<Uuid> = backlog.under_way.iter().take(LOOKED_FOR_MAX).map(|(id, _)| id.0).collect();
            let found = commands::taken_in().bind(&**tx, &tenant.0, &oldest).all().await;
            let found: HashSet<Uuid> = found.map_err(|error| from_database(&error))?.into_iter().collect();
            let rest = backlog.under_way.split_off(oldest.len());
            backlog.under_way.retain(|(id, expires_at)| !found.contains(&id.0) && *expires_at > now);
            let all_found = backlog.under_way.is_empty();
            backlog.under_way.extend(rest);
            if !all_found || backlog.under_way.is_empty() {
                return Ok(());
            }
        }
    }
}
