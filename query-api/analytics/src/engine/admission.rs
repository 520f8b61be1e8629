//! How many queries of a tenant run at once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use parking_lot::Mutex;
use posthaste_model::TenantId;

use super::QueryError;

/// Counts running queries. Holds an entry only for tenants that have any.
#[derive(Debug)]
pub(super) struct Admission {
    running: Arc<Mutex<HashMap<TenantId, usize>>>,
    limit: usize,
}

/// One running query.
#[derive(Debug)]
pub(super) struct Permit {
    running: Arc<Mutex<HashMap<TenantId, usize>>>,
    tenant: TenantId,
}

impl Admission {
    pub(super) fn new(limit: usize) -> Self {
        Self { running: Arc::default(), limit }
    }

    /// Lets a query in, or refuses at once: a queue would only hide that the tenant asks for too much.
    pub(super) fn admit(&self, tenant: TenantId) -> Result<Permit, QueryError> {
        let mut running = self.running.lock();
        let count = running.entry(tenant).or_insert(0);
        if *count >= self.limit {
            return Err(QueryError::TooMany { limit: self.limit });
        }
        *count += 1;
        Ok(Permit { running: Arc::clone(&self.running), tenant })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Entry::Occupied(mut entry) = self.running.lock().entry(self.tenant) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_has_so_many_and_another_has_its_own() {
        let (one, other) = (TenantId(uuid::Uuid::from_u128(1)), TenantId(uuid::Uuid::from_u128(2)));
        let admission = Admission::new(2);
        let first = admission.admit(one).expect("one of two");
        let _second = admission.admit(one).expect("two of two");
        assert_eq!(admission.admit(one).expect_err("three of two").code(), "too_many_queries");
        let other = admission.admit(other).expect("another tenant");
        drop(first);
        let _third = admission.admit(one).expect("one has ended");
        drop(other);
        assert_eq!(admission.running.lock().len(), 1, "a tenant without queries takes no memory");
    }
}
