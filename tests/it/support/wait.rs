//! Waiting for a condition, never for a time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// How long a condition may take on a busy machine before it counts as never.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition is looked at.
const ASK_EVERY: Duration = Duration::from_millis(20);

/// Asks until the answer is `Ok`; panics after `patience` with what was awaited and the last `Err`.
#[track_caller]
pub(crate) fn until<T>(
    what: &str,
    patience: Duration,
    mut ask: impl AsyncFnMut() -> Result<T, String>,
) -> impl Future<Output = T> {
    let asked_at = std::panic::Location::caller();
    async move {
        let deadline = Instant::now() + patience;
        loop {
            match ask().await {
                Ok(answer) => return answer,
                Err(reason) if Instant::now() >= deadline => {
                    panic!("{asked_at}: {what}: not within {} s: {reason}", patience.as_secs())
                }
                Err(_) => tokio::time::sleep(ASK_EVERY).await,
            }
        }
    }
}

/// `Ok` when it is true, else the reason.
pub(crate) fn holds(condition: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(otherwise()) }
}

/// The present instant, in milliseconds since the epoch.
pub(crate) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    u64::try_from(since.as_millis()).expect("before the year 500,000,000")
}
