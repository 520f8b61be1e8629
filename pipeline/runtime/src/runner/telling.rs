//! What a round tells operators: counts, lags, and what is held.

use posthaste_core::breaker::{Hold, HoldChange, HoldChanges};
use posthaste_core::sender::{Effects, Event, Input};

/// How late a status is known here: from Meta's own time, which has whole seconds.
pub(super) fn note_lag(input: &Input) {
    if let Event::Status(status) = &input.event {
        let lag_ms = input.at.since(status.at).max(0);
        metrics::histogram!("posthaste_status_lag_seconds", "status" => status.status.as_str())
            .record(lag_ms as f64 / 1000.0);
    }
}

/// Says what is held and what is released: somebody has to act, or has acted.
pub(super) fn tell_holds(holds: &HoldChanges) {
    for (key, change) in holds {
        let (tenant, scope, name) = (key.tenant_id, key.scope.as_str(), key.name.as_str());
        match change {
            HoldChange::Held(Hold { code, reason, probes: 0, probe_at, .. }) => {
                metrics::counter!("posthaste_holds_total", "scope" => scope).increment(1);
                tracing::warn!(%tenant, scope, name, code, reason, %probe_at, "sending is held until a probe succeeds");
            }
            HoldChange::Held(Hold { code, reason, probes, probe_at, .. }) => {
                tracing::info!(%tenant, scope, name, code, reason, probes, %probe_at, "a held scope is probed");
            }
            HoldChange::Released(hold, at) => {
                let held_ms = at.since(hold.since);
                tracing::info!(%tenant, scope, name, held_ms, probes = hold.probes, "sending is released");
            }
        }
    }
}

/// Counts what the batch found.
pub(super) fn count(effects: &Effects) {
    let counts = &effects.counts;
    let duplicates =
        |stage: &'static str, n| metrics::counter!("posthaste_duplicates_total", "stage" => stage).increment(n);
    duplicates("sequence", counts.duplicates_sequence);
    duplicates("natural_key", counts.duplicates_natural);
    metrics::counter!("posthaste_intents_accepted_total").increment(counts.ingested);
    metrics::counter!("posthaste_statuses_foreign_total").increment(counts.foreign_statuses);
    metrics::counter!("posthaste_delivered_after_failed_total").increment(counts.delivered_after_failed);
    metrics::counter!("posthaste_unregistered_sender_total").increment(counts.unregistered_sender);
}
