//! What Meta holds back, counts and refuses beyond throughput.

use http::Method;
use posthaste_simulator::{Faults, FinalStatus, MillisRange, Options, Share};
use serde_json::{Value, json};

use crate::stage::{FLUSH, NUMBER, pair, quick, until};

#[tokio::test]
async fn a_held_template_is_sent_or_fails_when_the_hold_ends() {
    let half = Share::try_from(0.5).unwrap();
    let faults = Faults { held_share: half, held_failed_share: half, ..Faults::NONE };
    let (simulator, receiver, sender) = pair(Options { hold_ms: MillisRange::new(50, 80), ..quick(faults) }).await;
    let mut held = Vec::new();
    for index in 0..40 {
        let answer = sender.send(&format!("+1650555{index:04}"), "t").await.unwrap().1;
        let message = &answer["messages"][0];
        match message["message_status"].as_str() {
            Some("held_for_quality_assessment") => held.push(message["id"].as_str().unwrap().to_owned()),
            status => assert_eq!(status, Some("accepted")),
        }
    }
    let text = json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "text", "text": {"body": "hi"}});
    let answer = sender.graph(Method::POST, &format!("{NUMBER}/messages"), text).await.1;
    assert!(answer["messages"][0]["message_status"].is_null(), "what is no template is never held");
    assert!(simulator.flush(FLUSH).await);
    assert!((10..30).contains(&held.len()), "{} of 40", held.len());
    assert_eq!(simulator.ledger().held, held.len() as u64);
    let records = simulator.messages(0, 100);
    let failed = records.iter().filter(|record| record.status == FinalStatus::Failed);
    let failed: Vec<&String> = failed.map(|record| &record.wamid).collect();
    assert!(!failed.is_empty() && failed.len() < held.len());
    assert!(failed.iter().all(|wamid| held.contains(wamid)), "only what was held fails");
    let codes = receiver.seen.lock().failures.clone();
    assert!(failed.iter().all(|wamid| codes[*wamid] == 132_015), "{codes:?}");
}

#[tokio::test]
async fn the_usage_of_the_app_rises_until_its_hour_is_full() {
    let (simulator, _receiver, sender) = pair(Options { app_calls_max: 10, ..quick(Faults::NONE) }).await;
    let mut usages = Vec::new();
    for index in 0..10 {
        match index {
            0..5 => assert_eq!(sender.send(&format!("+1650555{index:04}"), "t").await.unwrap().0, 200),
            _ => assert_eq!(sender.graph(Method::GET, NUMBER, Value::Null).await.0, 200),
        }
        usages.push(sender.usage());
    }
    assert_eq!(usages, (1..=10).map(|tenth| tenth * 10).collect::<Vec<_>>());
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().1["error"]["code"], 4);
    assert_eq!(sender.graph(Method::GET, NUMBER, Value::Null).await.1["error"]["code"], 4);
    assert_eq!((simulator.ledger().breaches, &simulator.ledger().rejected_by_code), (0, &[(4, 1)].into()));
}

#[tokio::test]
async fn a_full_hour_passes() {
    // An hour becomes 360 ms.
    let options = Options { app_calls_max: 1, time_factor: 10_000, ..quick(Faults::NONE) };
    let (_simulator, _receiver, sender) = pair(options).await;
    for _ in 0..2 {
        until("there is a call left", async || sender.graph(Method::GET, NUMBER, Value::Null).await.0 == 200).await;
    }
}

#[tokio::test]
async fn people_beyond_the_messaging_limit_are_counted() {
    let (simulator, _receiver, sender) = pair(Options { messaging_limit: 2, ..quick(Faults::NONE) }).await;
    let writer = "+16505550009";
    let order = json!({"number": NUMBER, "from": writer, "text": "hello"});
    sender.control("inbound", order).await;
    for to in ["+16505550001", "+16505550002", "+16505550001", writer, "+16505550003"] {
        assert_eq!(sender.send(to, "t").await.unwrap().0, 200, "{to}");
    }
    let ledger = simulator.ledger();
    assert_eq!((ledger.portfolio_people_max, ledger.portfolio_breaches, ledger.accepted), (2, 1, 5));
}

#[tokio::test]
async fn sends_are_refused_with_the_code_that_was_ordered_until_it_is_taken_back() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    for (code, status) in [(131_031, 403), (131_042, 400), (190, 401), (131_048, 400)] {
        assert_eq!(sender.control("refuse", json!({"code": code})).await.0, 200);
        let (answered, body) = sender.send("+16505551234", "t").await.unwrap();
        assert_eq!((answered, &body["error"]["code"]), (status, &json!(code)));
    }
    assert_eq!(sender.control("refuse", json!({"code": null})).await.0, 200);
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().0, 200);
    assert_eq!((simulator.ledger().requests, simulator.ledger().accepted), (5, 1));
}
