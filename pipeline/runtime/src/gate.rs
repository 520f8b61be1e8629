//! The gate in front of every POST: the second, independent enforcement of a sender's rate.
//!
//! The core plans the pace exactly; this ceiling holds even if the plan were wrong. It is a `leaky_bucket::RateLimiter`
//! asked with `try_acquire`, never awaited, for two reasons that its source shows (1.1.2): a waiting `acquire` loses the
//! overshoot of every wake-up (the deadline is reset to now + interval), while `try_acquire` keeps the remainder; and an
//! `acquire` that is neither polled nor dropped stalls all others.
//!
//! Tokens come in steps of `refill` per `interval`, and at most one step is kept: at most `(⌈1 s / interval⌉ + 1) × refill`
//! pass in a second. A division that keeps that product below the limit costs 5 % of the rate and more, whatever the
//! interval (a step is counted at both ends of the second, and each loses up to a millisecond to truncation), so this
//! gate is the coarse ceiling, at most 12 % above the limit for every limit of 20 and more; the exact bound,
//! which looks at arrivals, is [`crate::flight`].
//!
//! Beside it stands a spacing: POSTs that are late, because a commit or the scheduler took its time, follow each other a
//! tenth faster than the limit, never all at once. At the limit's own pace they would stay late for ever.

use std::time::Duration;

use leaky_bucket::RateLimiter;
use parking_lot::Mutex;
use tokio::time::Instant;

/// Fewest milliseconds of a step: each step loses up to one millisecond to truncation.
const INTERVAL_MS_MIN: u64 = 20;
/// How far a second may exceed the limit, as a share of it, where the limit is not so low that one more is a larger share.
const OVERSHOOT_MAX: f64 = 0.12;
/// Most milliseconds of a step: longer ones make the flow lumpy.
const INTERVAL_MS_MAX: u64 = 250;
/// How long to wait before asking again.
pub const ASK_AGAIN: Duration = Duration::from_millis(2);
/// How much faster than the limit late POSTs follow each other. The core's `HAND_OVER_MS` relies on it.
const CATCH_UP: f64 = 1.1;
/// POSTs may come early by this much against their spacing: timers have a resolution of a millisecond.
const SPACING_TOLERANCE: Duration = Duration::from_millis(6);

/// The ceiling of one sender.
#[derive(Debug)]
pub struct Gate {
    limit: u32,
    limiter: RateLimiter,
    spacing: Duration,
    next: Mutex<Instant>,
}

/// One way to divide a limit into steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Steps {
    interval_ms: u64,
    refill: usize,
}

impl Steps {
    /// The division that lets most through of those whose ceiling is low enough: what is late has to catch up. Where none is, as for
    /// a limit of a few in a second, the one with the lowest ceiling.
    fn of_limit(limit: u32) -> Self {
        let limit = u64::from(limit.max(1));
        let most = (limit as f64 * (1.0 + OVERSHOOT_MAX)) as u64;
        let division = |interval_ms: u64| {
            // Half a millisecond is lost per step on average.
            let least = (limit * (2 * interval_ms + 1)).div_ceil(2_000);
            let refill = least.max(most / (1000_u64.div_ceil(interval_ms) + 1));
            Self { interval_ms, refill: usize::try_from(refill).unwrap_or(usize::MAX) }
        };
        let divisions = || (INTERVAL_MS_MIN..=INTERVAL_MS_MAX).map(division);
        let low = divisions().filter(|steps| steps.most_in_a_second() <= most);
        low.max_by(|a, b| a.rate().total_cmp(&b.rate()))
            .or_else(|| divisions().min_by_key(Self::most_in_a_second))
            .expect("a range")
    }

    /// What passes in a second if it is always asked.
    fn rate(&self) -> f64 {
        self.refill as f64 / (self.interval_ms as f64 + 0.5) * 1e3
    }

    fn most_in_a_second(&self) -> u64 {
        (1000_u64.div_ceil(self.interval_ms) + 1) * self.refill as u64
    }
}

impl Gate {
    /// A gate for a limit in messages per second; empty at first.
    pub fn new(limit: u32) -> Self {
        let steps = Steps::of_limit(limit);
        let limiter = RateLimiter::builder()
            .interval(Duration::from_millis(steps.interval_ms))
            .refill(steps.refill)
            .max(steps.refill)
            .initial(0)
            .build();
        let spacing = Duration::from_secs_f64(1.0 / (CATCH_UP * f64::from(limit.max(1))));
        Self { limit, limiter, spacing, next: Mutex::new(Instant::now()) }
    }

    /// The limit that it was made for.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Lets one message pass, or not.
    pub fn pass(&self) -> bool {
        let now = Instant::now();
        let mut next = self.next.lock();
        if now + SPACING_TOLERANCE < *next || !self.limiter.try_acquire(1) {
            return false;
        }
        *next = now.max(*next) + self.spacing;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_sliding_second_exceeds_the_ceiling_and_nothing_of_the_limit_is_lost() {
        for limit in [5_u32, 20, 80, 250, 1000] {
            let gate = Gate::new(limit);
            let start = Instant::now();
            let mut passed = Vec::new();
            while start.elapsed() < Duration::from_secs(20) {
                while gate.pass() {
                    passed.push(start.elapsed().as_millis());
                }
                tokio::time::advance(Duration::from_millis(1)).await;
            }
            let most = (0..passed.len())
                .map(|i| passed[i..].iter().take_while(|at| **at < passed[i] + 1000).count())
                .max()
                .unwrap_or(0);
            let ceiling = f64::from(limit) * (1.0 + OVERSHOOT_MAX) + 2.0;
            assert!(most as f64 <= ceiling, "{most} in a second at a limit of {limit}");
            let share = passed.len() as f64 / 20.0 / f64::from(limit);
            assert!(share > 0.99, "limit {limit}: only {share} of it passes");
            let in_a_tenth = (0..passed.len())
                .map(|i| passed[i..].iter().take_while(|at| **at < passed[i] + 100).count())
                .max()
                .unwrap_or(0);
            let late = (f64::from(limit) * CATCH_UP / 10.0) as usize;
            assert!(in_a_tenth <= late + 7, "{in_a_tenth} in a tenth of a second at a limit of {limit}");
        }
    }

    #[test]
    fn what_is_late_may_catch_up_at_the_usual_limits() {
        for (limit, share) in [(80, 1.03), (250, 1.04), (1000, 1.06)] {
            let steps = Steps::of_limit(limit);
            assert!(steps.rate() >= f64::from(limit) * share, "{limit}: {steps:?}");
        }
    }

    #[test]
    fn every_division_lets_the_limit_through_below_the_ceiling() {
        for limit in 20..=1000 {
            let steps = Steps::of_limit(limit);
            assert!(steps.rate() >= f64::from(limit), "{limit}: {steps:?}");
            assert!(steps.most_in_a_second() as f64 <= f64::from(limit) * (1.0 + OVERSHOOT_MAX), "{limit}: {steps:?}");
        }
    }
}
