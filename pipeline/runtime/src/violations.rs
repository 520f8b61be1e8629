//! What a broken invariant costs in production: a count, a line in the log, and where something would leave that must not,
//! the batch. A debug build stops at the first.

use posthaste_core::invariants::{Invariant, Violation};

/// Counts and logs it.
///
/// # Panics
/// In a debug build: a test must not go on.
pub(crate) fn report(violation: &Violation) {
    metrics::counter!("posthaste_invariant_violations_total", "invariant" => violation.invariant.code()).increment(1);
    tracing::error!(invariant = violation.invariant.code(), detail = violation.detail, "an invariant is broken");
    if cfg!(debug_assertions) {
        panic!("{violation}");
    }
}

/// Whether a batch that breaks this must not be committed: something would leave that was never armed, or that somebody has
/// paused. Of the others the harm is done, and standing still would only add to it.
pub(crate) fn forbids_the_commit(invariant: Invariant) -> bool {
    matches!(invariant, Invariant::OnePost | Invariant::PauseHolds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_leave_wrongly_stops_a_batch() {
        let stops: Vec<_> =
            Invariant::ALL.iter().filter(|one| forbids_the_commit(**one)).map(|one| one.code()).collect();
        assert_eq!(stops, ["I-2", "I-10"]);
    }
}
