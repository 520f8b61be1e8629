//! The time of the deliveries: wall time at the start, monotonic from then on, so that a jump of the clock neither holds
//! retries back nor disables a receiver.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use posthaste_model::Millis;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    wall: Duration,
    started: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { wall: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(), started: Instant::now() }
    }

    pub(crate) fn now(&self) -> Millis {
        Millis(i64::try_from((self.wall + self.started.elapsed()).as_millis()).unwrap_or(i64::MAX))
    }

    /// The instant, for timers.
    pub(crate) fn instant(&self, at: Millis) -> tokio::time::Instant {
        let wait = u64::try_from(at.since(self.now())).unwrap_or(0);
        tokio::time::Instant::now() + Duration::from_millis(wait)
    }
}
