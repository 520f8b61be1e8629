//! The clocks of the shell. The wall clock stamps events; only the monotonic clock decides about leases and pace.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use posthaste_model::Millis;

/// The wall clock.
pub fn wall() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A clock that never goes back: wall time at the start, then monotonic. What the core sees as `now`.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
    started_at: Millis,
}

impl Clock {
    /// Starts at the wall clock's time.
    pub fn start() -> Self {
        Self { started: Instant::now(), started_at: wall() }
    }

    /// Milliseconds since the epoch, as of the start plus what has passed since.
    pub fn now(&self) -> Millis {
        self.started_at.plus(i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX))
    }
}
