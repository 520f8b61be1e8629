//! Webhooks that are not the app's, and webhooks that nobody takes.

use std::sync::atomic::Ordering;

use posthaste_simulator::{Faults, Options, Share};

use crate::stage::{FLUSH, pair, quick};

#[tokio::test]
async fn forgeries_come_beside_the_true_webhooks_and_tell_who_accepts_them() {
    let faults = Faults { forged_share: Share::ALWAYS, ..Faults::NONE };
    let (simulator, receiver, sender) = pair(Options { batch_max: 1, ..quick(faults) }).await;
    for index in 0..20 {
        assert_eq!(sender.send(&format!("+1650555{index:04}"), "t").await.unwrap().0, 200);
    }
    assert!(simulator.flush(FLUSH).await);
    let ledger = simulator.ledger();
    assert_eq!((ledger.forgeries_posted, ledger.forgeries_accepted), (60, 0));
    assert_eq!((ledger.webhooks_acknowledged, ledger.webhook_retries), (60, 0));
    assert_eq!(receiver.seen.lock().forged, 60);
    let unsigned = receiver.seen.lock().unsigned;
    assert!((1..60).contains(&unsigned), "{unsigned} have no signature, the others a wrong one");
    assert_eq!(receiver.seen.lock().duplicates, 0);

    receiver.seen.lock().is_careless = true;
    sender.send("+16505559999", "t").await.unwrap();
    assert!(simulator.flush(FLUSH).await);
    assert_eq!(simulator.ledger().forgeries_accepted, 3);
}

#[tokio::test]
async fn a_webhook_is_given_up_after_seven_days() {
    // Seven days become 605 ms.
    let (simulator, receiver, sender) = pair(Options { time_factor: 1_000_000, ..quick(Faults::NONE) }).await;
    receiver.is_down.store(true, Ordering::Relaxed);
    sender.send("+16505551234", "t").await.unwrap();
    assert!(simulator.flush(FLUSH).await, "nothing is pending any more");
    let ledger = simulator.ledger();
    assert_eq!((ledger.webhook_updates_dropped, ledger.webhooks_acknowledged, ledger.fully_acknowledged), (3, 0, 0));
    assert!(ledger.webhook_retries > 0, "{ledger:?}");
}
