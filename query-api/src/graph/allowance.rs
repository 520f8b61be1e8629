//! How many calls about numbers, accounts, templates and uploads a tenant may make: Meta counts those of all tenants together where they share an app.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use posthaste_model::TenantId;

use crate::problem::{Code, Problem};

/// Calls of a tenant within an hour, by this process.
const CALLS_MAX: u32 = 1_000;
const HOUR: Duration = Duration::from_secs(3_600);
/// Tenants that are remembered before those whose hour is over are forgotten.
const TENANTS_MAX: usize = 10_000;

/// The calls of each tenant since its hour began.
#[derive(Default)]
pub(crate) struct Allowance(Mutex<HashMap<TenantId, (Instant, u32)>>);

impl Allowance {
    /// Counts a call; refuses one too many.
    pub(super) fn count(&self, tenant: TenantId, now: Instant) -> Result<(), Problem> {
        let mut tenants = self.0.lock();
        if tenants.len() >= TENANTS_MAX {
            tenants.retain(|_, (began, _)| now.duration_since(*began) < HOUR);
        }
        let (began, calls) = tenants.entry(tenant).or_insert((now, 0));
        if now.duration_since(*began) >= HOUR {
            (*began, *calls) = (now, 0);
        }
        if *calls >= CALLS_MAX {
            let left = HOUR.saturating_sub(now.duration_since(*began));
            let detail =
                format!("{CALLS_MAX} calls about numbers, accounts, templates and uploads are possible within an hour");
            return Err(Problem::new(Code::TooManyCalls, detail).retry_after(left.as_secs() + 1));
        }
        *calls += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_tenant_has_its_calls_of_the_hour_and_no_others() {
        let (allowance, now) = (Allowance::default(), Instant::now());
        let (one, other) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        for _ in 0..CALLS_MAX {
            allowance.count(one, now).expect("one of its calls");
        }
        let refused = allowance.count(one, now + HOUR / 2).expect_err("one too many");
        assert_eq!((refused.code, refused.headers[0].1.to_str().ok()), (Code::TooManyCalls, Some("1801")));
        allowance.count(other, now).expect("another tenant");
        allowance.count(one, now + HOUR).expect("the next hour");
    }
}
