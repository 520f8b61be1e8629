//! Fair shares: how many calls of one tenant a process makes to Meta's management API at once, so that slow transfers of one do
//! not hold the calls of all.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use posthaste_model::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::desk::DeskError;

/// Tenants that are remembered before those without a call under way are forgotten.
const TENANTS_MAX: usize = 1_000;

/// A tenant's turn; given back when it is dropped.
pub(crate) type Turn = OwnedSemaphorePermit;

/// The turns of every tenant.
#[derive(Debug)]
pub(crate) struct Turns {
    per_tenant: usize,
    wait_max: Duration,
    tenants: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
}

impl Turns {
    /// So many calls of each tenant at once; further ones wait at most `wait_max`.
    pub(crate) fn new(per_tenant: usize, wait_max: Duration) -> Self {
        Self { per_tenant, wait_max, tenants: Mutex::default() }
    }

    /// Waits for a turn, in the order of asking.
    pub(crate) async fn take(&self, tenant: TenantId) -> Result<Turn, DeskError> {
        let waiting = tokio::time::timeout(self.wait_max, self.of(tenant).acquire_owned()).await;
        Ok(waiting.map_err(|_| DeskError::Busy(self.per_tenant))?.expect("the semaphore is never closed"))
    }

    /// A turn holds its semaphore, and so does whoever waits for one: what is held here alone nobody needs.
    fn of(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut tenants = self.tenants.lock();
        if tenants.len() >= TENANTS_MAX {
            tenants.retain(|_, turns| Arc::strong_count(turns) > 1);
        }
        Arc::clone(tenants.entry(tenant).or_insert_with(|| Arc::new(Semaphore::new(self.per_tenant))))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_tenant_waits_for_its_own_calls_alone() {
        let turns = Turns::new(2, Duration::ZERO);
        let (one, other) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let held = [turns.take(one).await.expect("a turn"), turns.take(one).await.expect("a turn")];
        assert!(matches!(turns.take(one).await, Err(DeskError::Busy(2))));
        drop(turns.take(other).await.expect("a turn of another tenant"));
        drop(held);
        drop(turns.take(one).await.expect("a turn again"));
    }

    #[tokio::test]
    async fn tenants_without_a_call_are_forgotten_and_those_with_one_are_not() {
        let turns = Turns::new(1, Duration::ZERO);
        let first = TenantId(Uuid::from_u128(0));
        let _held = turns.take(first).await.expect("a turn");
        for n in 1..=2 * TENANTS_MAX as u128 {
            drop(turns.take(TenantId(Uuid::from_u128(n))).await.expect("a turn"));
        }
        assert!(turns.tenants.lock().len() <= TENANTS_MAX);
        assert!(turns.take(first).await.is_err(), "its call is still counted");
    }
}
