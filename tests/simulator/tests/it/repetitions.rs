//! Webhooks that come more than once: at the same time, for the sake of another app, cut anew, for seven days.

use std::sync::atomic::Ordering;

use posthaste_simulator::{Faults, Options, RetrySchedule, Share};
use serde_json::json;

use crate::receiver::Sender;
use crate::stage::{FLUSH, NUMBER, pair, quick, share};

async fn send(sender: &Sender, count: u64) {
    for index in 0..count {
        let answer = sender.send(&format!("+1650{index:07}"), &format!("t.{index}.1")).await.unwrap();
        assert_eq!(answer.0, 200, "{}", answer.1);
    }
}

#[tokio::test]
async fn a_webhook_can_come_twice_at_the_same_time() {
    let faults = Faults { concurrent_duplicate_share: Share::ALWAYS, ..Faults::NONE };
    let (simulator, receiver, sender) = pair(quick(faults)).await;
    // No webhook is answered before the other of the same body has come.
    receiver.seen.lock().awaits_twins = true;
    send(&sender, 20).await;
    assert!(simulator.flush(FLUSH).await);
    let ledger = simulator.ledger();
    assert_eq!((ledger.webhook_retries, ledger.fully_acknowledged), (0, 20));
    assert_eq!(
        (ledger.webhooks_posted, ledger.webhook_duplicates * 2),
        (ledger.webhooks_acknowledged, ledger.webhooks_posted)
    );
    assert_eq!(receiver.taken.load(Ordering::Relaxed), ledger.webhooks_acknowledged);
    assert_eq!(receiver.seen.lock().duplicates, 60, "three statuses of twenty messages, each once more");
}

#[tokio::test]
async fn what_was_taken_comes_again_because_another_app_has_not_taken_it() {
    let faults = Faults { retry_fan_out_share: share(0.5), ..Faults::NONE };
    let (simulator, receiver, sender) = pair(Options { batch_max: 1, ..quick(faults) }).await;
    send(&sender, 40).await;
    assert!(simulator.flush(FLUSH).await);
    let ledger = simulator.ledger();
    assert_eq!((ledger.webhook_retries, ledger.fully_acknowledged, ledger.webhook_updates_dropped), (0, 40, 0));
    assert_eq!(
        (ledger.webhooks_posted, ledger.webhooks_acknowledged),
        (120 + ledger.webhook_fan_outs, ledger.webhooks_posted)
    );
    assert!((40..180).contains(&ledger.webhook_fan_outs), "{}", ledger.webhook_fan_outs);
    let seen = receiver.seen.lock();
    assert_eq!((seen.duplicates, seen.faults.clone()), (ledger.webhook_fan_outs, Vec::<String>::new()));
}

#[tokio::test]
async fn hundreds_of_updates_come_in_one_post() {
    let (simulator, receiver, sender) = pair(Options { batch_max: 1_000, ..quick(Faults::NONE) }).await;
    assert_eq!(sender.control("webhooks", json!({"held": true})).await.0, 200);
    send(&sender, 700).await;
    assert_eq!(sender.control("webhooks", json!({"held": false})).await.0, 200);
    assert!(simulator.flush(FLUSH).await);
    let (ledger, seen) = (simulator.ledger(), receiver.seen.lock());
    assert_eq!((ledger.fully_acknowledged, seen.statuses.len(), seen.duplicates), (700, 700, 0));
    assert!((200..=1_000).contains(&seen.largest.0), "{} updates in the largest POST", seen.largest.0);
    assert_eq!(seen.faults, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_not_taken_may_come_again_in_other_batches() {
    let faults = Faults { retry_split_share: Share::ALWAYS, ..Faults::NONE };
    let (simulator, receiver, sender) = pair(Options { batch_max: 50, ..quick(faults) }).await;
    // All that is pending is refused in few POSTs and comes again in more.
    assert_eq!(sender.control("webhooks", json!({"held": true})).await.0, 200);
    send(&sender, 100).await;
    receiver.is_down.store(true, Ordering::Relaxed);
    assert_eq!(sender.control("webhooks", json!({"held": false})).await.0, 200);
    crate::stage::until("something was refused", async || simulator.ledger().webhook_retries > 0).await;
    receiver.is_down.store(false, Ordering::Relaxed);
    assert!(simulator.flush(FLUSH).await);
    let ledger = simulator.ledger();
    let refused = ledger.webhooks_posted - ledger.webhooks_acknowledged;
    assert!(ledger.webhook_retries > refused, "{ledger:?}");
    assert_eq!((ledger.fully_acknowledged, receiver.seen.lock().statuses.len()), (100, 100));
}

#[tokio::test]
async fn retries_follow_metas_schedule_on_a_compressed_clock_until_seven_days_are_over() {
    // Seven days become 605 ms, and the minute before the second retry 60 µs.
    let options = Options { time_factor: 1_000_000, retry_schedule: RetrySchedule::Days, ..quick(Faults::NONE) };
    let (simulator, receiver, sender) = pair(options).await;
    receiver.is_down.store(true, Ordering::Relaxed);
    let order = json!({"number": NUMBER, "from": "16505551234", "text": "hello"});
    assert_eq!(sender.control("inbound", order).await.0, 200);
    assert!(simulator.flush(FLUSH).await);
    let ledger = simulator.ledger();
    assert_eq!((ledger.webhook_updates_dropped, ledger.webhooks_acknowledged), (1, 0));
    assert!((5..=18).contains(&ledger.webhook_retries), "{}", ledger.webhook_retries);
}

#[tokio::test]
async fn an_inbound_message_can_be_posted_several_times() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let order = |copies: u8| json!({"number": NUMBER, "from": "16505551234", "text": "hello", "copies": copies});
    assert_eq!(sender.control("inbound", order(5)).await.0, 200);
    assert_eq!(sender.control("inbound", order(0)).await.0, 400);
    assert!(simulator.flush(FLUSH).await);
    let seen = receiver.seen.lock();
    assert_eq!((seen.inbound.len(), seen.repeated_inbound, simulator.ledger().inbound_generated), (1, 4, 1));
}
