//! What the simulator says it did is what a sender and a receiver saw.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::Method;
use posthaste_simulator::{Faults, FinalStatus, NumberSpec, Options, Simulator, start};
use serde_json::json;

use crate::receiver::{Receiver, Sender};
use crate::stage::{FLUSH, NUMBER, SECRET, VERIFY, pair, quick, share};

/// Sends `count` messages, 20 at a time; the wamids of those that were answered with 200, and how many were early.
async fn send_many(sender: &Sender, receiver: &Receiver, count: u64) -> (Vec<String>, u64) {
    let (mut wamids, mut early) = (Vec::new(), 0);
    for round in 0..count.div_ceil(20) {
        let mut tasks = tokio::task::JoinSet::new();
        for index in round * 20..(round * 20 + 20).min(count) {
            let (sender, seen) = (sender.clone(), receiver.seen.clone());
            tasks.spawn(async move {
                let (status, body) = sender.send(&format!("+1650{index:07}"), &format!("v1.{index}.1")).await?;
                let wamid = body["messages"][0]["id"].as_str().filter(|_| status == 200)?.to_owned();
                let is_early = seen.lock().arm(&wamid);
                Some((wamid, is_early))
            });
        }
        for (wamid, is_early) in tasks.join_all().await.into_iter().flatten() {
            wamids.push(wamid);
            early += u64::from(is_early);
        }
    }
    (wamids, early)
}

/// The receiver saw exactly what the ledger says was generated, and every webhook was well-formed.
fn assert_truth(simulator: &Simulator, receiver: &Receiver) {
    let (ledger, seen) = (simulator.ledger(), receiver.seen.lock());
    assert_eq!((&seen.faults, seen.forged), (&Vec::new(), ledger.forgeries_posted));
    let count = |name: &str| {
        seen.statuses.values().filter(|statuses| statuses.iter().any(|status| status == name)).count() as u64
    };
    let generated = ledger.statuses_generated;
    assert!(seen.priced_with.values().all(|status| status == "sent"));
    assert_eq!(seen.priced_with.len() as u64, generated.sent);
    assert_eq!(
        (count("sent"), count("delivered"), count("read"), count("failed")),
        (generated.sent, generated.delivered, generated.read, generated.failed)
    );
    let by = ledger.by_final_status;
    assert_eq!(by.accepted + by.sent + by.delivered + by.read + by.failed, ledger.accepted);
    assert_eq!(ledger.fully_acknowledged, ledger.accepted);
    assert_eq!(ledger.webhooks_acknowledged, receiver.taken.load(Ordering::Relaxed));
    let records = simulator.messages(0, usize::MAX);
    assert_eq!(records.len() as u64, ledger.accepted);
    for record in records {
        let highest = seen.statuses[&record.wamid]
            .iter()
            .map(|name| serde_json::from_value::<FinalStatus>(json!(name)).unwrap())
            .max();
        assert_eq!(Some(record.status), highest, "{record:?}");
        assert_eq!(seen.tokens.get(&record.wamid), record.token.as_ref());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_is_what_the_receiver_saw() {
    let faults = Faults {
        failed_share: share(0.1),
        duplicate_share: share(0.2),
        reorder_share: share(0.3),
        early_share: share(0.2),
        read_only_share: share(0.2),
        late_sent_after_failed_share: share(0.5),
        ..Options::defaults().faults
    };
    let (simulator, receiver, sender) = pair(quick(faults)).await;
    let (wamids, early) = send_many(&sender, &receiver, 200).await;
    assert!(simulator.flush(FLUSH).await);
    assert_eq!(wamids.iter().collect::<HashSet<_>>().len(), 200);
    assert_truth(&simulator, &receiver);
    let ledger = simulator.ledger();
    assert_eq!((ledger.requests, ledger.accepted, ledger.breaches, ledger.duplicate_intents), (200, 200, 0, 0));
    assert!(ledger.statuses_generated.failed > 0 && ledger.by_final_status.read > 100, "{ledger:?}");
    {
        let seen = receiver.seen.lock();
        let both = |first: &str, second: &str| {
            let place = |told: &[String], name: &str| told.iter().position(|status| status == name);
            let told = seen.statuses.values().map(|told| (place(told, first), place(told, second)));
            told.filter(|places| matches!(places, (Some(first), Some(second)) if first < second)).count()
        };
        let unread = seen.statuses.values().filter(|told| told.iter().all(|status| status != "delivered"));
        let read_only = unread.filter(|told| told.iter().any(|status| status == "read")).count();
        assert!(read_only > 10 && both("failed", "sent") > 2, "{read_only} read only, sent after failed");
        assert!(early > 10, "{early} statuses came before the answer");
        assert!(
            seen.duplicates > 10 && seen.reordered > 10,
            "{} duplicates, {} reordered",
            seen.duplicates,
            seen.reordered
        );
        assert!(
            seen.largest.0 > 4 && seen.largest.1 > 1 && seen.largest.2 > 1,
            "{:?} updates, changes, entries",
            seen.largest
        );
    }
    simulator.shutdown().await;
}

#[tokio::test]
async fn a_callback_that_is_down_gets_everything_later() {
    let (simulator, receiver, sender) = pair(Options { batch_max: 1, ..quick(Faults::NONE) }).await;
    receiver.is_down.store(true, Ordering::Relaxed);
    send_many(&sender, &receiver, 40).await;
    assert!(!simulator.flush(Duration::from_millis(300)).await, "nothing can be acknowledged yet");
    receiver.is_down.store(false, Ordering::Relaxed);
    assert!(simulator.flush(FLUSH).await);
    assert_truth(&simulator, &receiver);
    let ledger = simulator.ledger();
    assert!(ledger.webhook_retries > 0, "{ledger:?}");
    assert_eq!(ledger.webhooks_acknowledged, 120, "every update had a POST of its own");
}

#[tokio::test]
async fn throughput_is_counted_with_inbound_and_never_exceeded() {
    let options =
        Options { numbers: vec![NumberSpec::new(NUMBER, 10)], ..quick(Faults { http429: true, ..Faults::NONE }) };
    let (simulator, receiver, sender) = pair(options).await;
    for from in ["+16505550001", "+16505550002"] {
        let order = json!({"number": NUMBER, "from": from, "text": "grüß/dich"});
        assert_eq!(sender.control("inbound", order).await.0, 200);
    }
    let mut codes = Vec::new();
    for index in 0..9 {
        let (status, body) = sender.send(&format!("+1650777{index:04}"), "t").await.unwrap();
        codes.push((status, body["error"]["code"].as_u64()));
    }
    assert_eq!(codes[..8], [(200, None); 8]);
    assert_eq!(codes[8], (429, Some(130_429)));
    assert!(simulator.flush(FLUSH).await);
    let ledger = simulator.ledger();
    assert_eq!(
        (ledger.breaches, ledger.accepted, ledger.inbound_generated, ledger.send_rate_max[NUMBER]),
        (1, 8, 2, 9)
    );
    assert_eq!(ledger.duplicate_tokens, 7);
    assert_eq!(receiver.seen.lock().inbound.values().filter(|text| *text == "grüß/dich").count(), 2);
}

#[tokio::test]
async fn the_forty_sixth_message_to_one_user_is_refused() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    for index in 0..45 {
        assert_eq!(sender.send("+16505551234", &format!("v1.{index}.1")).await.unwrap().0, 200);
    }
    let (status, body) = sender.send("+16505551234", "v1.46.1").await.unwrap();
    assert_eq!((status, body["error"]["code"].as_u64()), (400, Some(131_056)));
    assert_eq!((simulator.ledger().pair_breaches, simulator.ledger().breaches), (1, 0));
}

#[tokio::test]
async fn errors_have_metas_form() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let path = format!("/v23.0/{NUMBER}/messages");
    let text = json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "text", "text": {"body": "hi"}})
        .to_string();
    let cases = [
        (path.as_str(), "wrong", text.clone(), 401, 190),
        ("/v23.0/999/messages", "simulator-token", text.clone(), 400, 33),
        ("/v23.0/999/pigeons", "simulator-token", text.clone(), 404, 2500),
        (path.as_str(), "simulator-token", "{".into(), 400, 100),
        (path.as_str(), "simulator-token", "x".repeat(300_000), 413, 100),
    ];
    for (path, token, body, status, code) in cases {
        let (answered, error) = sender.call(Method::POST, path, token, body).await.unwrap();
        assert_eq!((answered, error["error"]["code"].as_u64()), (status, Some(code)), "{path}");
        for member in ["message", "type", "fbtrace_id"] {
            assert!(error["error"][member].is_string(), "{error}");
        }
        assert!(error["error"]["error_data"]["details"].is_string(), "{error}");
    }
    assert_eq!(sender.call(Method::POST, &path, "simulator-token", text).await.unwrap().0, 200);
    assert_eq!(simulator.ledger().rejected_by_code, [(33, 1), (100, 1), (190, 1)].into());
}

#[tokio::test]
async fn unanswered_sends_were_accepted_or_not_as_the_ledger_says() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let (status, faults) =
        sender.control("faults", json!({"error-500-share": 0.4, "reset-share": 0.2, "throttle-share": 0.2})).await;
    assert_eq!((status, faults["reset-share"].as_f64()), (200, Some(0.2)));
    let (answered, _) = send_many(&sender, &receiver, 200).await;
    assert!(simulator.flush(FLUSH).await);
    let (ledger, injected) = (simulator.ledger(), simulator.ledger().injected);
    assert_eq!(ledger.accepted, answered.len() as u64 + injected.error_500_accepted + injected.reset);
    assert_eq!(
        ledger.requests,
        ledger.accepted + (injected.error_500 - injected.error_500_accepted) + injected.throttle
    );
    assert_eq!((ledger.breaches, ledger.rejected_by_code[&130_429]), (0, injected.throttle));
    assert!(
        injected.error_500_accepted > 10
            && injected.error_500 > injected.error_500_accepted + 10
            && injected.reset > 10,
        "{injected:?}"
    );
    assert_truth(&simulator, &receiver);
    let (status, refusal) = sender.control("faults", json!({"reset-share": 7})).await;
    assert_eq!(status, 400);
    assert!(refusal["error"].as_str().unwrap().contains("reset-share"));
}

#[tokio::test]
async fn outside_the_window_only_templates_are_taken() {
    let (simulator, _receiver, sender) = pair(Options { enforce_window: true, ..quick(Faults::NONE) }).await;
    let path = format!("/v23.0/{NUMBER}/messages");
    let text = |to: &str| json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": "hi"}});
    let send =
        async |to: &str| sender.call(Method::POST, &path, "simulator-token", text(to).to_string()).await.unwrap();
    assert_eq!(send("+16505551234").await.1["error"]["code"], 131_047);
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().0, 200, "a template");
    sender.control("inbound", json!({"number": NUMBER, "from": "16505551234", "text": "hello"})).await;
    assert_eq!(send("+16505551234").await.0, 200);
    assert_eq!(send("+16505551235").await.0, 400, "somebody else");
    assert_eq!(simulator.ledger().rejected_by_code, [(131_047, 2)].into());
}

#[tokio::test]
async fn a_change_of_any_field_is_posted_signed_and_as_it_was_ordered() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let value = json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}});
    for field in ["account_update", "telepathy"] {
        let order = json!({"field": field, "value": value, "entry": "77"});
        assert_eq!(sender.control("change", order).await.0, 200);
    }
    let calls = json!({"field": "calls", "number": NUMBER, "value": {"calls": [{"id": "wacid.é/1"}]}});
    assert_eq!(sender.control("change", calls).await.0, 200);
    assert!(simulator.flush(FLUSH).await);
    let changes = receiver.seen.lock().others.clone();
    assert_eq!(changes["account_update"], ("77".to_owned(), value.clone()));
    assert_eq!(changes["telepathy"], ("77".to_owned(), value), "a field that nobody knows");
    assert_eq!(changes["calls"].1["metadata"]["phone_number_id"], NUMBER);
    assert_eq!(changes["calls"].1["calls"][0]["id"], "wacid.é/1");
    assert_eq!(receiver.seen.lock().faults, Vec::<String>::new());
    assert_eq!(sender.control("change", json!({"field": "calls", "value": 7})).await.0, 400);
    let elsewhere = json!({"field": "calls", "number": "999", "value": {}});
    assert_eq!(sender.control("change", elsewhere).await.0, 404);
}

#[tokio::test]
async fn a_paused_template_is_told_and_refused() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let order = |event: &str| json!({"name": "order_update", "language": "en_US", "event": event});
    assert_eq!(sender.control("template-status", order("PAUSED")).await.0, 200);
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().1["error"]["code"], 132_015);
    assert_eq!(sender.control("template-status", order("APPROVED")).await.0, 200);
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().0, 200);
    assert_eq!(sender.control("template-status", order("LOST")).await.0, 400);
    assert!(simulator.flush(FLUSH).await);
    let mut events = receiver.seen.lock().templates.clone();
    events.sort();
    assert_eq!(events, ["APPROVED", "PAUSED"]);
}

#[tokio::test]
async fn a_seed_repeats_outcomes_and_ids() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let (simulator, receiver, sender) =
            pair(Options { seed: 42, ..quick(Faults { failed_share: share(0.3), ..Faults::NONE }) }).await;
        for index in 0..30 {
            sender.send(&format!("+1650{index:07}"), &format!("v1.{index}.1")).await.unwrap();
        }
        assert!(simulator.flush(FLUSH).await);
        assert_truth(&simulator, &receiver);
        let mut messages = simulator.messages(0, usize::MAX);
        // The only thing that a seed does not repeat: when each run took place.
        messages.iter_mut().for_each(|message| message.accepted_at_ms = 0);
        runs.push(messages);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn the_callback_is_verified_at_start() {
    let receiver = Receiver::start(SECRET, VERIFY).await;
    let options = Options { webhook_url: Some(receiver.url()), verify_callback: true, ..quick(Faults::NONE) };
    start(options.clone()).await.unwrap().shutdown().await;
    let error = start(Options { verify_token: "other".into(), ..options }).await.unwrap_err().to_string();
    assert!(error.contains("403") && error.contains("--verify-token"), "{error}");
}

#[tokio::test]
async fn a_full_memory_refuses_and_says_what_to_do() {
    let (simulator, _receiver, sender) = pair(Options { remember: 2, ..quick(Faults::NONE) }).await;
    for index in 0..2 {
        assert_eq!(sender.send(&format!("+1650555000{index}"), "t").await.unwrap().0, 200);
    }
    let (status, body) = sender.send("+16505550009", "t").await.unwrap();
    assert_eq!((status, body["error"]["code"].as_u64()), (503, Some(131_016)));
    assert!(body["error"]["error_data"]["details"].as_str().unwrap().contains("--remember"));
    assert_eq!(simulator.ledger().accepted, 2);
}

#[tokio::test]
async fn messages_are_told_in_pages_and_flush_waits() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    for index in 0..3 {
        sender.send(&format!("+1650555000{index}"), &format!("v1.{index}.1")).await.unwrap();
    }
    let (status, flushed) = sender.control("flush?timeout-ms=20000", json!({})).await;
    assert_eq!((status, flushed["pending"].as_u64()), (200, Some(0)));
    let page = sender.call(Method::GET, "/_simulator/messages?after=2&limit=9", "", String::new()).await.unwrap();
    assert_eq!(
        (page.1["index"].as_u64(), page.1["token"].as_str(), page.1["status"].as_str()),
        (Some(3), Some("v1.2.1"), Some("read"))
    );
    let told = sender.call(Method::GET, "/_simulator/ledger", "", String::new()).await.unwrap().1;
    assert_eq!(serde_json::from_value::<posthaste_simulator::Ledger>(told).unwrap(), simulator.ledger());
}
