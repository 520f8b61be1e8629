//! When a delivery that failed is tried again.

use std::time::Duration;

/// The largest change of a delay by jitter, in percent of it, to either side: enough to spread the retries of many events
/// that failed in the same second.
const JITTER_PERCENT: i64 = 20;

/// Shortest wait that a receiver's `Retry-After` can ask for, in milliseconds: 0 would be a tight loop.
const RETRY_AFTER_MIN_MS: i64 = 1_000;
/// Longest wait that a receiver's `Retry-After` can ask for, in milliseconds: a mistaken value must not stop it for days.
const RETRY_AFTER_MAX_MS: i64 = 3_600_000;

/// Longest delay of a schedule, in milliseconds: 30 days, past which no log keeps the event.
const DELAY_MAX_MS: i64 = 30 * 24 * 3_600_000;

/// A uniformly distributed number, drawn by the shell; the core draws none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw(pub u16);

/// Delays before each try of a delivery, and how long a receiver may fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    delays_ms: Vec<i64>,
    failing_max_ms: i64,
}

impl Schedule {
    /// The schedule of Standard Webhooks: 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; a receiver that has
    /// taken nothing for 5 days is disabled.
    pub fn standard() -> Self {
        const SECOND: i64 = 1_000;
        const MINUTE: i64 = 60 * SECOND;
        const HOUR: i64 = 60 * MINUTE;
        let delays_ms = vec![
            0,
            5 * SECOND,
            5 * MINUTE,
            30 * MINUTE,
            2 * HOUR,
            5 * HOUR,
            10 * HOUR,
            14 * HOUR,
            20 * HOUR,
            24 * HOUR,
        ];
        Self { delays_ms, failing_max_ms: 5 * 24 * HOUR }
    }

    /// Another schedule: `delays` before the first, second … try, the first of them 0; at least one.
    pub fn new(delays: &[Duration], failing_max: Duration) -> Self {
        let ms =
            |duration: &Duration| i64::try_from(duration.as_millis()).map_or(DELAY_MAX_MS, |ms| ms.min(DELAY_MAX_MS));
        let delays_ms = if delays.is_empty() { vec![0] } else { delays.iter().map(ms).collect() };
        Self { delays_ms, failing_max_ms: ms(&failing_max) }
    }

    /// Number of tries.
    pub fn tries(&self) -> u32 {
        u32::try_from(self.delays_ms.len()).unwrap_or(u32::MAX)
    }

    /// Milliseconds to wait after the `failures`-th failure in a row, with jitter; past the end of the schedule its last
    /// delay.
    pub fn delay_ms(&self, failures: u32, draw: Draw) -> i64 {
        let last = self.delays_ms.len() - 1;
        let delay = self.delays_ms[usize::try_from(failures).unwrap_or(last).min(last)];
        let spread = delay / 100 * JITTER_PERCENT;
        delay - spread + 2 * spread * i64::from(draw.0) / i64::from(u16::MAX)
    }

    /// Whether somebody who has failed since `failing_for_ms` milliseconds has failed for too long.
    pub fn is_hopeless(&self, failing_for_ms: i64) -> bool {
        failing_for_ms >= self.failing_max_ms
    }

    /// For people: after how long a receiver is disabled.
    pub fn failing_max(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.failing_max_ms).unwrap_or(0))
    }
}

/// A receiver's `Retry-After`, within reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter(i64);

impl RetryAfter {
    /// Clamps a wish in milliseconds to 1 s … 1 h.
    pub fn clamped(wish_ms: i64) -> Self {
        Self(wish_ms.clamp(RETRY_AFTER_MIN_MS, RETRY_AFTER_MAX_MS))
    }

    /// Milliseconds.
    pub fn ms(self) -> i64 {
        self.0
    }
}
