//! The scenarios that are shipped, against an integration that does what it must, and one that does not.

use std::path::Path;
use std::time::Duration;

use http::Method;
use posthaste_simulator::{Options, Scenario, Simulator, start};
use serde_json::{Value, json};

use crate::receiver::{Receiver, Sender};
use crate::stage::{NUMBER, SECRET, VERIFY, until};

async fn stage(name: &str) -> (Scenario, Simulator, Receiver, Sender) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    let scenario = Scenario::load(&path).unwrap();
    let receiver = Receiver::start(SECRET, VERIFY).await;
    let options = Options { webhook_url: Some(receiver.url()), ..scenario.options().unwrap() };
    let simulator = start(options).await.unwrap();
    let sender = Sender::new(simulator.addr(), NUMBER);
    (scenario, simulator, receiver, sender)
}

/// How long a campaign may take: longer than any scenario, so that what the scenario has to tell is told first.
const CAMPAIGN: Duration = Duration::from_secs(90);

/// Ends what would go on when what it waits for does not come any more, as after the end of its scenario.
async fn bounded(limit: Duration, campaign: impl Future<Output = ()>) -> Result<(), String> {
    tokio::time::timeout(limit, campaign)
        .await
        .map_err(|_| format!("the campaign has not ended within {limit:?}: sends are refused or unanswered for good"))
}

/// Sends 100 messages one after the other; `recover` is told what a send was refused with, and returns when it may be tried
/// again.
async fn campaign(sender: &Sender, limit: Duration, recover: impl AsyncFn(u64)) -> Result<(), String> {
    bounded(limit, async {
        for index in 0..100 {
            for attempt in 1.. {
                let token = format!("v1.{index}.{attempt}");
                let answer = sender.send(&format!("+1650{index:07}"), &token).await.unwrap().1;
                match answer["error"]["code"].as_u64() {
                    None => break,
                    Some(code) => recover(code).await,
                }
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_campaign_that_nothing_ends_says_so() {
    let (_, _simulator, receiver, sender) = stage("ban.toml").await;
    assert_eq!(sender.control("refuse", json!({"code": 131_031})).await.0, 200);
    let limit = Duration::from_millis(50);
    for ended in [campaign(&sender, limit, async |_| ()).await, careful_campaign(&sender, &receiver, limit).await] {
        assert!(ended.unwrap_err().contains("has not ended within 50ms"));
    }
}

#[tokio::test]
async fn an_integration_waits_while_its_template_is_paused() {
    let (scenario, simulator, receiver, sender) = stage("template-paused.toml").await;
    let recover = async |code| {
        assert_eq!(code, 132_015);
        until("the template is approved again", async || {
            receiver.seen.lock().templates.iter().any(|event| event == "APPROVED")
        })
        .await;
    };
    let (played, sent) = tokio::join!(simulator.play(&scenario), campaign(&sender, CAMPAIGN, recover));
    played.unwrap();
    sent.unwrap();
    assert_eq!(receiver.seen.lock().templates, ["PAUSED", "APPROVED"]);
}

#[tokio::test]
async fn an_integration_that_does_not_wait_is_found_out() {
    let (_, simulator, _receiver, sender) = stage("template-paused.toml").await;
    let hammer = async |_| ();
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/template-paused.toml")).unwrap();
    let text = text.replace("quiet = \"500ms\"", "quiet = \"100ms\"").replace("for = \"2s\"", "for = \"1s\"");
    let impatient = Scenario::parse(&text, "impatient").unwrap();
    let (played, sent) = tokio::join!(simulator.play(&impatient), campaign(&sender, CAMPAIGN, hammer));
    sent.unwrap();
    let told = played.unwrap_err().to_string();
    assert!(told.contains("rejected_by_code.132015 is ") && told.contains("1 to 20 expected"), "{told}");
    assert!(!told.contains("accepted"), "{told}");
}

#[tokio::test]
async fn an_integration_waits_while_its_account_is_banned() {
    let (scenario, simulator, receiver, sender) = stage("ban.toml").await;
    let recover = async |code| {
        assert_eq!(code, 131_031);
        until("the account is reinstated", async || {
            let told = receiver.seen.lock().others.get("account_update").cloned();
            told.is_some_and(|(_, value)| value["ban_info"]["waba_ban_state"] == "REINSTATE")
        })
        .await;
    };
    let (played, sent) = tokio::join!(simulator.play(&scenario), campaign(&sender, CAMPAIGN, recover));
    played.unwrap();
    sent.unwrap();
}

/// Sends until every message has an answer or a status: one that was never answered is sent again only when nothing is
/// reported of it once all that was accepted has been.
async fn careful_campaign(sender: &Sender, receiver: &Receiver, limit: Duration) -> Result<(), String> {
    bounded(limit, async {
        let mut left: Vec<(u64, u64)> = (0..100).map(|index| (index, 1)).collect();
        while !left.is_empty() {
            let mut unanswered = Vec::new();
            for (index, attempt) in left {
                let token = format!("v1.{index}.{attempt}");
                match sender.send(&format!("+1650{index:07}"), &token).await {
                    Some((200, _)) => {}
                    _ => unanswered.push((index, attempt, token)),
                }
            }
            assert_eq!(sender.control("flush?timeout-ms=20000", json!({})).await.0, 200);
            let seen = receiver.seen.lock();
            let is_known = |token: &String| seen.tokens.values().any(|known| known == token);
            left = unanswered
                .iter()
                .filter(|(.., token)| !is_known(token))
                .map(|(index, attempt, _)| (*index, attempt + 1))
                .collect();
        }
    })
    .await
}

#[tokio::test]
async fn an_integration_sends_everything_once_through_a_storm() {
    let (scenario, simulator, receiver, sender) = stage("server-storm.toml").await;
    let (played, sent) = tokio::join!(simulator.play(&scenario), careful_campaign(&sender, &receiver, CAMPAIGN));
    played.unwrap();
    sent.unwrap();
    let ledger = simulator.ledger();
    assert!(ledger.requests > 100 && ledger.injected.reset > 0, "{ledger:?}");
}

async fn advertise(sender: &Sender, person: u64) -> Value {
    let template = json!({"name": "sale", "language": {"code": "en_US"}});
    let to = format!("+1650{person:07}");
    let body = json!({"messaging_product": "whatsapp", "to": to, "type": "template", "template": template});
    sender.graph(Method::POST, &format!("{NUMBER}/messages"), body).await.1
}

#[tokio::test]
async fn an_integration_does_not_write_to_who_stopped() {
    let (scenario, simulator, receiver, sender) = stage("opt-out.toml").await;
    let stopped = || {
        let told = receiver.seen.lock().others.get("user_preferences").cloned();
        told.filter(|(_, value)| value["user_preferences"][0]["value"] == "stop")
            .and_then(|(_, value)| value["user_preferences"][0]["wa_id"].as_str().map(str::to_owned))
    };
    let campaign = async {
        for person in 0..50 {
            advertise(&sender, person).await;
        }
        until("the second half knows what came of the first", async || stopped().is_some()).await;
        for person in (50..100).filter(|person| stopped() != Some(format!("1650{person:07}"))) {
            advertise(&sender, person).await;
        }
    };
    let (played, ()) = tokio::join!(simulator.play(&scenario), campaign);
    played.unwrap();
    let careless = advertise(&sender, 99).await;
    let wamid = careless["messages"][0]["id"].as_str().unwrap().to_owned();
    assert!(simulator.flush(Duration::from_secs(20)).await);
    assert_eq!(receiver.seen.lock().failures[&wamid], 131_050);
    let user = receiver.seen.lock().others["user_preferences"].1["user_preferences"][0]["user_id"].clone();
    let template = json!({"name": "sale", "language": {"code": "en_US"}});
    let body = json!({"messaging_product": "whatsapp", "recipient": user, "type": "template", "template": template});
    let by_id = sender.graph(Method::POST, &format!("{NUMBER}/messages"), body).await.1;
    assert!(simulator.flush(Duration::from_secs(20)).await);
    assert_eq!(receiver.seen.lock().failures[by_id["messages"][0]["id"].as_str().unwrap()], 131_050);
    let resume = json!({"number": NUMBER, "from": "+16500000099", "value": "resume"});
    assert_eq!(sender.control("opt-out", resume).await.0, 200);
    advertise(&sender, 99).await;
    assert!(simulator.flush(Duration::from_secs(20)).await);
    assert_eq!(simulator.ledger().by_final_status.failed, 2);
}

#[tokio::test]
async fn an_integration_takes_webhooks_that_were_kept_back() {
    let (scenario, simulator, receiver, sender) = stage("webhooks-late.toml").await;
    let campaign = async {
        for index in 0..50 {
            assert_eq!(sender.send(&format!("+1650{index:07}"), &format!("v1.{index}.1")).await.unwrap().0, 200);
        }
    };
    let (played, ()) = tokio::join!(simulator.play(&scenario), campaign);
    played.unwrap();
    let seen = receiver.seen.lock();
    assert!(seen.failures.values().all(|code| *code == 131_042) && !seen.failures.is_empty());
    assert!(seen.duplicates > 0 && seen.reordered > 0 && seen.forged > 0);
    assert_eq!(seen.inbound.values().collect::<Vec<_>>(), ["👩‍👩‍👧 Größe 38?"]);
}

#[tokio::test]
async fn an_integration_answers_a_page_while_the_window_is_open() {
    let (scenario, simulator, receiver, sender) = stage("page-window.toml").await;
    let texts = || {
        let told = receiver.seen.lock().page_events.clone();
        told.iter()
            .filter(|told| told.event["message"]["is_echo"].is_null() && told.event["message"].is_object())
            .count()
    };
    let answering = async {
        for answered in 0..2 {
            until("somebody has written", async || texts() > answered).await;
            let body =
                json!({"recipient": {"id": "7180"}, "message": {"text": "Yes", "metadata": format!("{answered}.1")}});
            assert_eq!(sender.graph(Method::POST, "me/messages", body).await.0, 200);
        }
    };
    let (played, ()) = tokio::join!(simulator.play(&scenario), answering);
    played.unwrap();
}

#[tokio::test]
async fn a_restriction_stops_first_contacts_alone_and_is_told() {
    let (_, simulator, receiver, sender) = stage("ban.toml").await;
    let order = json!({"event": "restrict", "restriction": "RESTRICTED_BIZ_INITIATED_MESSAGING", "hours": 1});
    assert_eq!(sender.control("account", order).await.0, 200);
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().1["error"]["code"], 368);
    let inbound = json!({"number": NUMBER, "from": "+16505551234", "text": "hello"});
    assert_eq!(sender.control("inbound", inbound).await.0, 200);
    assert_eq!(sender.send("+16505551234", "t").await.unwrap().0, 200);
    assert!(simulator.flush(Duration::from_secs(20)).await);
    let told = receiver.seen.lock().others["account_update"].1.clone();
    assert_eq!(told["restriction_info"][0]["restriction_type"], "RESTRICTED_BIZ_INITIATED_MESSAGING");
    assert!(told["restriction_info"][0]["expiration"].is_u64());
}

#[tokio::test]
async fn limits_can_be_changed_and_are_told() {
    let (_, simulator, receiver, sender) = stage("ban.toml").await;
    let order = json!({"number": NUMBER, "limit": 1000, "event": "THROUGHPUT_UPGRADE"});
    assert_eq!(sender.control("number", order).await.0, 200);
    assert_eq!(sender.control("messaging-limit", json!({"people": 2000})).await.0, 200);
    assert!(simulator.flush(Duration::from_secs(20)).await);
    let others = receiver.seen.lock().others.clone();
    let upgrade = &others["phone_number_quality_update"].1;
    assert_eq!(
        (&upgrade["event"], &upgrade["display_phone_number"]),
        (&json!("THROUGHPUT_UPGRADE"), &json!("15550783881"))
    );
    assert_eq!(others["business_capability_update"].1["max_daily_conversations_per_business"], "TIER_2K");
    let path = format!("{NUMBER}?fields=whatsapp_business_manager_messaging_limit,throughput");
    let told = sender.graph(Method::GET, &path, Value::Null).await.1;
    assert_eq!(
        (&told["whatsapp_business_manager_messaging_limit"], &told["throughput"]["level"]),
        (&json!("TIER_2K"), &json!("HIGH"))
    );
}
