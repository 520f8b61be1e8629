//! A simulator, a receiver of its webhooks, and a client.

use std::time::{Duration, Instant};

use posthaste_simulator::{Faults, MillisRange, NumberSpec, Options, Share, Simulator, start};

use crate::receiver::{Receiver, Sender};

pub(crate) const NUMBER: &str = "106540352242922";
pub(crate) const SECRET: &str = "simulator-app-secret";
pub(crate) const VERIFY: &str = "simulator-verify-token";
pub(crate) const FLUSH: Duration = Duration::from_secs(30);

pub(crate) fn share(value: f64) -> Share {
    Share::try_from(value).unwrap()
}

/// Quick delays and a limit that is not in the way.
pub(crate) fn quick(faults: Faults) -> Options {
    Options {
        numbers: vec![NumberSpec::new(NUMBER, 10_000)],
        latency_ms: MillisRange::new(0, 5),
        status_delay_ms: MillisRange::new(5, 40),
        faults,
        ..Options::defaults()
    }
}

pub(crate) async fn pair(options: Options) -> (Simulator, Receiver, Sender) {
    let receiver = Receiver::start(SECRET, VERIFY).await;
    let simulator = start(Options { webhook_url: Some(receiver.url()), ..options }).await.unwrap();
    let sender = Sender::new(simulator.addr(), NUMBER);
    (simulator, receiver, sender)
}

/// Asks until `condition` holds.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !condition().await {
        assert!(begin.elapsed() < FLUSH, "not within {FLUSH:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
