//! Messenger and Instagram: sends, windows, limits, and what is told of them.

use std::collections::HashMap;

use http::Method;
use posthaste_simulator::{Faults, FinalStatus, Options, PageSpec, Share};
use serde_json::{Value, json};

use crate::receiver::{PageEvent, Receiver, Sender};
use crate::stage::{FLUSH, NUMBER, pair, quick, share, until};

const PAGE: &str = "2093";
const ACCOUNT: &str = "17841400000000001";
const PERSON: &str = "7180";

fn options(faults: Faults) -> Options {
    let pages: [PageSpec; 2] =
        [format!("messenger:{PAGE}"), format!("instagram:{ACCOUNT}:ig-token")].map(|page| page.parse().unwrap());
    Options { pages: pages.into(), ..quick(faults) }
}

async fn hear(sender: &Sender, page: &str, text: &str) -> String {
    let order = json!({"page": page, "from": PERSON, "text": text});
    let (status, told) = sender.control("page-inbound", order).await;
    assert_eq!(status, 200, "{told}");
    told["mid"].as_str().unwrap().to_owned()
}

fn text(text: &str, token: &str) -> Value {
    json!({"recipient": {"id": PERSON}, "messaging_type": "RESPONSE", "message": {"text": text, "metadata": token}})
}

async fn send(sender: &Sender, path: &str, token: &str, body: &Value) -> Option<(u16, Value)> {
    sender.call(Method::POST, &format!("/v23.0/{path}"), token, body.to_string()).await
}

/// Code and subcode of the answer to a send from the page.
async fn refusal(sender: &Sender, body: &Value) -> Option<(u64, Option<u64>)> {
    let error = send(sender, "me/messages", "simulator-token", body).await.unwrap().1["error"].clone();
    error["code"].as_u64().map(|code| (code, error["error_subcode"].as_u64()))
}

fn events(receiver: &Receiver, page: &str, name: &str) -> Vec<PageEvent> {
    let seen = receiver.seen.lock();
    seen.page_events.iter().filter(|told| told.page == page && told.event.get(name).is_some()).cloned().collect()
}

#[tokio::test]
async fn a_conversation_is_told_as_its_channel_tells_it() {
    let (simulator, receiver, sender) = pair(options(Faults::NONE)).await;
    for (page, token, object) in [(PAGE, "simulator-token", "page"), (ACCOUNT, "ig-token", "instagram")] {
        let mid = hear(&sender, page, "Größe 38?").await;
        assert!(simulator.flush(FLUSH).await);
        let told = events(&receiver, page, "message").remove(0);
        assert_eq!((told.object.as_str(), &told.event["message"]), (object, &json!({"mid": mid, "text": "Größe 38?"})));
        assert_eq!((&told.event["sender"]["id"], &told.event["recipient"]["id"]), (&json!(PERSON), &json!(page)));
        assert!(told.event["timestamp"].as_u64().unwrap() > 1_600_000_000_000, "milliseconds");

        let (status, answer) = send(&sender, "me/messages", token, &text("yes", "t.1")).await.unwrap();
        assert_eq!((status, &answer["recipient_id"]), (200, &json!(PERSON)));
        let mid = &answer["message_id"];
        assert!(simulator.flush(FLUSH).await);
        let echo = events(&receiver, page, "message").remove(1).event;
        assert_eq!((&echo["sender"]["id"], &echo["message"]["is_echo"]), (&json!(page), &json!(true)));
        assert_eq!((&echo["message"]["mid"], &echo["message"]["metadata"]), (mid, &json!("t.1")));
        let (deliveries, readings) = (events(&receiver, page, "delivery"), events(&receiver, page, "read"));
        if page == PAGE {
            assert_eq!(deliveries[0].event["delivery"]["mids"], json!([mid]));
            assert!(readings[0].event["read"]["watermark"].as_u64() <= deliveries[0].event["timestamp"].as_u64());
        } else {
            assert_eq!((deliveries.len(), &readings[0].event["read"]), (0, &json!({ "mid": mid })));
        }
        let seen = json!({"recipient": {"id": PERSON}, "sender_action": "mark_seen"});
        let answer = send(&sender, &format!("{page}/messages?access_token={token}"), "wrong", &seen).await.unwrap();
        assert_eq!(answer.1["error"]["code"], 190, "the header goes before the query");
        let answer = send(&sender, &format!("{page}/messages"), token, &seen).await.unwrap();
        assert_eq!(answer, (200, json!({"recipient_id": PERSON})));
    }
    let totals = simulator.ledger().pages;
    assert_eq!((totals.requests, totals.accepted, totals.inbound, totals.seen), (6, 2, 2, 2));
    assert_eq!((totals.by_final_status.read, totals.fully_acknowledged, totals.breaches), (2, 2, 0));
    assert_eq!((totals.duplicate_tokens, totals.duplicate_intents), (1, 1));
    assert_eq!(simulator.ledger().requests, 0, "pages are counted apart");
}

#[tokio::test]
async fn what_the_ledger_says_is_what_was_told() {
    let faults = Faults {
        read_share: share(0.5),
        duplicate_share: share(0.3),
        watermark_only_share: share(0.5),
        ..Faults::NONE
    };
    let (simulator, receiver, sender) = pair(options(faults)).await;
    hear(&sender, PAGE, "hello").await;
    hear(&sender, ACCOUNT, "hello").await;
    // WhatsApp beside it: its webhooks are of another object and never in the same POST.
    for index in 0..60 {
        assert_eq!(
            send(&sender, "me/messages", "simulator-token", &text("x", &format!("m.{index}.1"))).await.unwrap().0,
            200
        );
        assert_eq!(send(&sender, "me/messages", "ig-token", &text("x", &format!("i.{index}.1"))).await.unwrap().0, 200);
        assert_eq!(sender.send(&format!("+1650{index:07}"), &format!("w.{index}.1")).await.unwrap().0, 200);
    }
    assert!(simulator.flush(FLUSH).await);
    let records = simulator.page_messages(0, usize::MAX);
    let accepted: HashMap<&str, u64> =
        records.iter().map(|record| (record.mid.as_str(), record.accepted_at_ms)).collect();
    let seen = receiver.seen.lock();
    let mut highest: HashMap<&str, FinalStatus> = HashMap::new();
    for told in &seen.page_events {
        let mut raise = |mid: &str, status| {
            let (mid, _) = accepted.get_key_value(mid).unwrap();
            let known = highest.entry(mid).or_insert(status);
            *known = status.max(*known);
        };
        let page = &told.page;
        for (name, status) in [("delivery", FinalStatus::Delivered), ("read", FinalStatus::Read)] {
            let report = &told.event[name];
            for mid in report["mids"].as_array().into_iter().flatten().chain(report.get("mid")) {
                raise(mid.as_str().unwrap(), status);
            }
            if let Some(watermark) = report["watermark"].as_u64() {
                let before = records.iter().filter(|record| record.page == *page && record.accepted_at_ms <= watermark);
                before.for_each(|record| raise(&record.mid, status));
            }
        }
        if told.event["message"]["is_echo"] == true {
            raise(told.event["message"]["mid"].as_str().unwrap(), FinalStatus::Sent);
        }
    }
    assert_eq!(records.len(), 120);
    for record in &records {
        assert_eq!(highest[record.mid.as_str()], record.status, "{record:?}");
        assert!(record.acknowledged);
    }
    assert!(
        seen.page_events
            .iter()
            .any(|told| told.event["delivery"].is_object() && told.event["delivery"].get("mids").is_none())
    );
    assert_eq!((seen.statuses.len(), seen.faults.clone()), (60, Vec::<String>::new()));
    assert!(seen.largest.2 > 1, "several entries in one POST");
    let totals = simulator.ledger().pages;
    assert_eq!((totals.fully_acknowledged, totals.duplicate_intents), (120, 0));
}

#[tokio::test]
async fn who_cannot_be_written_to_is_refused_with_the_reason() {
    let (simulator, _receiver, sender) = pair(options(Faults::NONE)).await;
    let hello = text("hello", "t");
    assert_eq!(refusal(&sender, &hello).await, Some((100, Some(2_018_001))), "nobody of this id has written");
    hear(&sender, PAGE, "hello").await;
    assert_eq!(refusal(&sender, &hello).await, None);
    let blocked = json!({"page": PAGE, "person": PERSON, "available": false});
    assert_eq!(sender.control("page-person", blocked).await.0, 200);
    assert_eq!(refusal(&sender, &hello).await, Some((551, None)));
    assert_eq!(sender.control("page-person", json!({"page": PAGE, "person": PERSON, "available": true})).await.0, 200);
    let mut tagged = hello.clone();
    (tagged["messaging_type"], tagged["tag"]) = (json!("MESSAGE_TAG"), json!("POST_PURCHASE_UPDATE"));
    assert_eq!(refusal(&sender, &tagged).await, Some((100, None)));
    for (token, code) in [("ig-token", 100), ("wrong", 190)] {
        let answer = send(&sender, "me/messages", token, &hello).await.unwrap();
        assert_eq!(answer.1["error"]["code"], code, "{token}");
        assert!(answer.1["error"].get("error_data").is_none(), "{}", answer.1);
    }
    assert_eq!(sender.control("refuse", json!({"code": 230})).await.0, 200);
    assert_eq!(send(&sender, "me/messages", "simulator-token", &hello).await.unwrap().0, 403);
    assert_eq!(simulator.ledger().pages.rejected_by_code, [(100, 3), (190, 1), (230, 1), (551, 1)].into());
}

#[tokio::test]
async fn a_window_closes_after_a_day_and_an_agents_after_a_week() {
    // A day is 432 ms, a week 3 s.
    let (_simulator, _receiver, sender) = pair(Options { time_factor: 200_000, ..options(Faults::NONE) }).await;
    hear(&sender, PAGE, "hello").await;
    let hello = text("hello", "t");
    assert_eq!(refusal(&sender, &hello).await, None);
    until("the day is over", async || refusal(&sender, &hello).await == Some((10, Some(2_018_278)))).await;
    let mut agent = hello.clone();
    (agent["messaging_type"], agent["tag"]) = (json!("MESSAGE_TAG"), json!("HUMAN_AGENT"));
    assert_eq!(refusal(&sender, &agent).await, None);
    until("the week is over", async || refusal(&sender, &agent).await == Some((10, Some(2_018_278)))).await;
    hear(&sender, PAGE, "again").await;
    assert_eq!(refusal(&sender, &hello).await, None);
}

#[tokio::test]
async fn films_have_a_rate_of_their_own_and_calls_beyond_it_are_breaches() {
    let (simulator, _receiver, sender) = pair(options(Faults { http429: true, ..Faults::NONE })).await;
    hear(&sender, ACCOUNT, "hello").await;
    let film = json!({"attachment": {"type": "video", "payload": {"url": "https://example.com/film.mp4"}}});
    let film = json!({"recipient": {"id": PERSON}, "message": film});
    let mut answers = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (sender, film) = (sender.clone(), film.clone());
        answers.spawn(async move { send(&sender, "me/messages", "ig-token", &film).await.unwrap() });
    }
    let refused: Vec<_> = answers.join_all().await.into_iter().filter(|(status, _)| *status != 200).collect();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused.iter().all(|(status, body)| (*status, &body["error"]["code"]) == (429, &json!(613))));
    let totals = simulator.ledger().pages;
    assert_eq!((totals.breaches, totals.accepted, totals.send_rate_max[ACCOUNT]), (2, 10, 12));
}

#[tokio::test]
async fn a_page_has_two_hundred_calls_a_day_for_each_person() {
    let (simulator, _receiver, sender) = pair(options(Faults::NONE)).await;
    hear(&sender, PAGE, "hello").await;
    for index in 0..200 {
        assert_eq!(refusal(&sender, &text("x", &format!("t.{index}.1"))).await, None, "{index}");
    }
    assert_eq!(refusal(&sender, &text("x", "t.200.1")).await, Some((32, None)));
    assert_eq!(simulator.ledger().pages.breaches, 1);
}

#[tokio::test]
async fn unanswered_calls_of_a_page_were_accepted_or_not_as_the_ledger_says() {
    let faults =
        Faults { error_500_share: share(0.3), reset_share: share(0.2), throttle_share: share(0.2), ..Faults::NONE };
    let (simulator, receiver, sender) = pair(options(faults)).await;
    hear(&sender, ACCOUNT, "hello").await;
    let mut answered = 0;
    for index in 0..150 {
        let answer = send(&sender, "me/messages", "ig-token", &text("x", &format!("t.{index}.1"))).await;
        answered += u64::from(answer.is_some_and(|(status, _)| status == 200));
    }
    assert!(simulator.flush(FLUSH).await);
    let totals = simulator.ledger().pages;
    let injected = totals.injected;
    assert_eq!(totals.accepted, answered + injected.error_500_accepted + injected.reset);
    assert_eq!((totals.requests, totals.breaches), (150, 0));
    assert_eq!(totals.rejected_by_code, [(613, injected.throttle)].into());
    let echoes =
        events(&receiver, ACCOUNT, "message").into_iter().filter(|told| told.event["message"]["is_echo"] == true);
    assert_eq!(echoes.count() as u64, totals.accepted);
}

#[tokio::test]
async fn people_do_whatever_has_an_event() {
    let (simulator, receiver, sender) = pair(options(Faults { duplicate_share: Share::NEVER, ..Faults::NONE })).await;
    let orders = [
        json!({"postback": {"title": "Start", "payload": "GET_STARTED"}}),
        json!({"reaction": {"mid": "m_1", "action": "react", "reaction": "love", "emoji": "❤"}}),
        json!({"message": {"mid": "m_7", "attachments": [{"type": "image", "payload": {"url": "https://example.com/x"}}], "reply_to": {"mid": "m_1"}}}),
        json!({"game_play": {"score": 7}}),
    ];
    for event in &orders {
        let order = json!({"page": PAGE, "from": PERSON, "event": event, "standby": event.get("reaction").is_some()});
        assert_eq!(sender.control("page-inbound", order).await.0, 200);
    }
    assert!(simulator.flush(FLUSH).await);
    let mid = events(&receiver, PAGE, "postback")[0].event["postback"]["mid"].as_str().map(str::to_owned);
    assert!(mid.is_some_and(|mid| mid.starts_with("m_")));
    assert!(events(&receiver, PAGE, "reaction")[0].is_standby);
    assert_eq!(events(&receiver, PAGE, "message")[0].event["message"], orders[2]["message"]);
    assert_eq!(events(&receiver, PAGE, "game_play")[0].event["game_play"]["score"], 7);
    for wrong in [json!({"page": PAGE, "from": PERSON}), json!({"page": PAGE, "from": "", "text": "x"})] {
        assert_eq!(sender.control("page-inbound", wrong).await.0, 400);
    }
    assert_eq!(sender.control("page-inbound", json!({"page": "9", "from": PERSON, "text": "x"})).await.0, 404);
    assert_eq!(
        send(&sender, &format!("{NUMBER}/messages"), "simulator-token", &json!({})).await.unwrap().1["error"]["code"],
        100
    );
}
