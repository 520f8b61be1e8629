//! Faults of a request: no answer, none of Meta's form, or a throttle without a reason.

use http::StatusCode;
use rand::Rng;
use rand::rngs::StdRng;

use crate::graph::Verdict;
use crate::ledger::InjectedCounts;
use crate::options::Faults;

/// The request fault that the dice chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Error500 { is_accepted: bool },
    Reset,
    Throttle,
}

impl Fault {
    pub(crate) fn draw(rng: &mut StdRng, faults: &Faults) -> Self {
        let roll: f64 = rng.random();
        let is_accepted: bool = rng.random();
        let error = faults.error_500_share.get();
        let reset = error + faults.reset_share.get();
        let throttle = reset + faults.throttle_share.get();
        match roll {
            _ if roll < error => Self::Error500 { is_accepted },
            _ if roll < reset => Self::Reset,
            _ if roll < throttle => Self::Throttle,
            _ => Self::None,
        }
    }

    /// What a sender sees of a request that met an error or a reset; it is counted as injected.
    pub(crate) fn verdict(self, injected: &mut InjectedCounts) -> Verdict {
        let Self::Error500 { is_accepted } = self else {
            injected.reset += 1;
            return Verdict::Lost;
        };
        injected.error_500 += 1;
        injected.error_500_accepted += u64::from(is_accepted);
        let kinds = [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE];
        Verdict::Broken(kinds[(injected.error_500 % 3) as usize])
    }
}
