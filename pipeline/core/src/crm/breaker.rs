//! The breaker of a receiver: after some failures in a row only one probe at a time goes out, on the schedule.

use posthaste_model::Millis;

use super::schedule::{Draw, RetryAfter, Schedule};

/// Failures in a row, of whatever events, after which the receiver and not the event is to blame.
const FAILURES_MAX: u32 = 5;

/// Whether something may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// As much as the concurrency allows.
    Open,
    /// One delivery, to see whether the receiver is back.
    Probe,
    /// Nothing before this instant.
    Shut {
        /// When the next probe is due.
        until: Millis,
    },
    /// Nothing until the probe that is out has come back.
    Probing,
}

/// Health of a receiver.
#[derive(Debug, Clone, Default)]
pub(super) struct Breaker {
    failing_since: Option<Millis>,
    last_success: Option<Millis>,
    in_a_row: u32,
    /// When the next probe is due; `None` while the breaker is closed.
    shut_until: Option<Millis>,
    /// Probes that failed since the breaker opened.
    probes_failed: u32,
    is_probing: bool,
}

impl Breaker {
    /// A receiver that was failing already when somebody else served it.
    pub(super) fn failing(since: Option<Millis>) -> Self {
        Self { failing_since: since, ..Self::default() }
    }

    /// When the present series of failures began.
    pub(super) fn failing_since(&self) -> Option<Millis> {
        self.failing_since
    }

    /// Whether the receiver took anything after this instant.
    pub(super) fn has_succeeded_since(&self, instant: Millis) -> bool {
        self.last_success.is_some_and(|success| success >= instant)
    }

    pub(super) fn gate(&self, now: Millis) -> Gate {
        match self.shut_until {
            None => Gate::Open,
            Some(_) if self.is_probing => Gate::Probing,
            Some(until) if now < until => Gate::Shut { until },
            Some(_) => Gate::Probe,
        }
    }

    /// A delivery leaves; says whether it is the probe.
    pub(super) fn sending(&mut self) -> bool {
        self.is_probing = self.shut_until.is_some();
        self.is_probing
    }

    /// Success; says whether it closed the breaker. Only the probe closes it: that deliveries which were out already went
    /// through does not end what an overloaded receiver asked for.
    pub(super) fn succeeded(&mut self, was_probe: bool, now: Millis) -> bool {
        self.failing_since = None;
        self.last_success = Some(now);
        self.in_a_row = 0;
        if !was_probe {
            return false;
        }
        self.is_probing = false;
        self.probes_failed = 0;
        self.shut_until.take().is_some()
    }

    /// Failure of a delivery that may have been the probe.
    pub(super) fn failed(&mut self, was_probe: bool, now: Millis, schedule: &Schedule, draw: Draw) {
        self.failing_since.get_or_insert(now);
        self.in_a_row = self.in_a_row.saturating_add(1);
        if was_probe {
            self.is_probing = false;
            self.probes_failed = self.probes_failed.saturating_add(1);
        }
        // Deliveries that were out when the breaker opened say nothing new.
        if was_probe || (self.shut_until.is_none() && self.in_a_row >= FAILURES_MAX) {
            self.shut_until = Some(now.plus(schedule.delay_ms(self.probes_failed + 1, draw)));
        }
    }

    /// The receiver is overloaded.
    pub(super) fn throttled(
        &mut self,
        was_probe: bool,
        now: Millis,
        after_ms: Option<i64>,
        schedule: &Schedule,
        draw: Draw,
    ) {
        self.failing_since.get_or_insert(now);
        if was_probe {
            self.is_probing = false;
        }
        let wait = match after_ms {
            Some(wish) => RetryAfter::clamped(wish).ms(),
            None => schedule.delay_ms(1, draw),
        };
        let until = now.plus(wait);
        self.shut_until = Some(self.shut_until.map_or(until, |earlier| earlier.max(until)));
    }
}
