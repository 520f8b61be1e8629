//! The gate in front of every POST: the second, independent enforcement of a sender's rate.
//!
//! The core plans the pace exactly; this ceiling holds even if the plan were wrong. It is a `leaky_bucket::RateLimiter`
//! asked with `try_acquire`, never awaited, for two reasons that its source shows (1.1.2): a waiting `acquire` loses the
//! overshoot of every wake-up (the deadline is reset to now + interval), while `try_acquire` keeps the remainder; and an
//! `acquire` that is neither polled nor dropped stalls all others.
//!
//! Tokens come in steps of `refill` per `interval`, and at most one step is kept. In any sliding second there are at most
//! `steps` = ⌈1 s / interval⌉ steps, so at most `(steps + 1) × refill` messages pass: that product is kept at or below the
//! limit, and among the divisions that satisfy it the fastest is chosen.

//!
//! Beside it stands a spacing: POSTs that are late, because a commit or the scheduler took its time, follow each other a
//! little faster than planned, never all at once; what arrives at Meta then keeps clear of the limit although the network
//! shifts it by some milliseconds.

use std::time::Duration;

use leaky_bucket::RateLimiter;
use parking_lot::Mutex;
use tokio::time::Instant;

/// Fewest milliseconds of a step: each step loses up to one millisecond to truncation.
const INTERVAL_MS_MIN: u64 = 20;
/// Most milliseconds of a step: longer ones make the flow lumpy.
const INTERVAL_MS_MAX: u64 = 250;
/// How long to wait before asking again.
pub const ASK_AGAIN: Duration = Duration::from_millis(2);
/// Late POSTs follow each other at this share of the limit.
const CATCH_UP_SHARE: f64 = 0.945;
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
    fn of_limit(limit: u32) -> Self {
        let rate = |steps: &Self| {
            // Half a millisecond is lost per step on average.
            (steps.refill as f64 / (steps.interval_ms as f64 + 0.5) * 1e6) as u64
        };
        (INTERVAL_MS_MIN..=INTERVAL_MS_MAX)
            .map(|interval_ms| {
                let steps = 1000_u64.div_ceil(interval_ms);
                Self { interval_ms, refill: (u64::from(limit) / (steps + 1)) as usize }
            })
            .max_by_key(rate)
            .filter(|steps| steps.refill > 0)
            // A limit below five cannot be divided: one message per its own time.
            .unwrap_or(Self { interval_ms: 2000 / u64::from(limit.max(1)), refill: 1 })
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
        let spacing = Duration::from_secs_f64(1.0 / (f64::from(limit.max(1)) * CATCH_UP_SHARE));
        Self { limit, limiter, spacing, next: Mutex::new(Instant::now()) }
    }

    /// The limit that it was made for.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Most messages that pass in a second, early ones included.
    pub fn rate_max(&self) -> f64 {
        f64::from(self.limit) * CATCH_UP_SHARE * (1.0 + SPACING_TOLERANCE.as_secs_f64())
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
    async fn no_sliding_second_exceeds_the_limit_and_little_is_lost() {
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
            assert!(most <= limit as usize, "{most} in a second at a limit of {limit}");
            let share = passed.len() as f64 / 20.0 / f64::from(limit);
            assert!(share > if limit >= 80 { 0.93 } else { 0.75 }, "limit {limit}: only {share} of it passes");
            let in_a_tenth = (0..passed.len())
                .map(|i| passed[i..].iter().take_while(|at| **at < passed[i] + 100).count())
                .max()
                .unwrap_or(0);
            assert!(in_a_tenth <= limit as usize / 10 + 7, "{in_a_tenth} in a tenth of a second at a limit of {limit}");
        }
    }

    #[test]
    fn every_division_keeps_the_bound() {
        for limit in 5..=1000 {
            let steps = Steps::of_limit(limit);
            let in_a_second = 1000_u64.div_ceil(steps.interval_ms) + 1;
            assert!(in_a_second * steps.refill as u64 <= u64::from(limit), "{limit}: {steps:?}");
        }
    }
}
