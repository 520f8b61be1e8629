//! Gauges of a partition: what this process shows is the sum over the partitions that it owns.

use metrics::{Gauge, gauge};
use posthaste_core::Scope;
use posthaste_core::sender::SenderTask;
use posthaste_model::{Class, Millis};

/// One partition's share of a gauge; given back when the partition is.
struct Share {
    gauge: Gauge,
    told: f64,
}

impl Share {
    fn of(gauge: Gauge) -> Self {
        Self { gauge, told: 0.0 }
    }

    fn tell(&mut self, level: f64) {
        self.gauge.increment(level - self.told);
        self.told = level;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.gauge.decrement(self.told);
    }
}

/// The gauges of one partition.
pub(super) struct Levels {
    unknown: Share,
    unpublished: Share,
    tokens: Share,
    lanes: [(Class, Share); Class::ALL.len()],
    holds: [(Scope, Share); Scope::ALL.len()],
}

impl Levels {
    pub(super) fn new() -> Self {
        let lane = |class: Class| (class, Share::of(gauge!("posthaste_lane_depth", "class" => class.as_str())));
        let holds = |scope: Scope| (scope, Share::of(gauge!("posthaste_holds", "scope" => scope.as_str())));
        Self {
            unknown: Share::of(gauge!("posthaste_attempts_unknown")),
            unpublished: Share::of(gauge!("posthaste_outbox_unpublished")),
            tokens: Share::of(gauge!("posthaste_rate_limit_tokens")),
            lanes: Class::ALL.map(lane),
            holds: Scope::ALL.map(holds),
        }
    }

    /// Tells what is committed: `unpublished` outbox records are those that the log has not acknowledged.
    pub(super) fn tell(&mut self, core: &SenderTask, unpublished: i64, now: Millis) {
        self.tokens.tell(core.free_slots(now));
        if core.app_usage_percent() > 0 {
            gauge!("posthaste_app_usage_percent").set(f64::from(core.app_usage_percent()));
        }
        self.unknown.tell(core.unknown_len() as f64);
        self.unpublished.tell(unpublished as f64);
        for (class, share) in &mut self.lanes {
            share.tell(core.waiting_len(*class) as f64);
        }
        for (scope, share) in &mut self.holds {
            share.tell(core.holds().filter(|(key, _)| key.scope == *scope).count() as f64);
        }
    }
}
