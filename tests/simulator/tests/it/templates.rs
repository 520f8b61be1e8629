//! Templates: created, reviewed, used, listed, changed and deleted.

use http::Method;
use posthaste_simulator::{Faults, Options, Share, TemplateSpec};
use serde_json::{Value, json};

use crate::receiver::Sender;
use crate::stage::{FLUSH, NUMBER, pair, quick, until};

const WABA: &str = "102290129340398";

fn edge(query: &str) -> String {
    format!("{WABA}/message_templates{query}")
}

fn body(text: &str) -> Value {
    json!([{"type": "BODY", "text": text}])
}

fn template(name: &str, components: Value) -> Value {
    json!({"name": name, "language": "en_US", "category": "UTILITY", "components": components})
}

async fn create(sender: &Sender, template: Value) -> (u16, Value) {
    sender.graph(Method::POST, &edge(""), template).await
}

/// Sends a template; its code when it is refused.
async fn send(sender: &Sender, name: &str, components: Value) -> Option<u64> {
    let template = json!({"name": name, "language": {"code": "en_US"}, "components": components});
    let body = json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "template", "template": template});
    sender.graph(Method::POST, &format!("{NUMBER}/messages"), body).await.1["error"]["code"].as_u64()
}

#[tokio::test]
async fn a_template_can_be_used_when_its_review_has_ended_and_takes_what_it_says() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let components = json!([
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "Hello {{name}}, order {{order_id}} is on its way."},
        {"type": "FOOTER", "text": "Bye"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}, {"type": "URL", "text": "Track", "url": "https://example.org/{{1}}"}]},
    ]);
    let mut order = template("shipped", components.clone());
    order["parameter_format"] = json!("NAMED");
    let (status, answer) = create(&sender, order.clone()).await;
    assert_eq!((status, &answer["status"], &answer["category"]), (200, &json!("PENDING"), &json!("UTILITY")));
    assert_eq!(send(&sender, "shipped", json!([])).await, Some(132_001), "not before its review has ended");
    let again = create(&sender, order).await.1;
    assert_eq!((&again["error"]["code"], &again["error"]["error_subcode"]), (&json!(2_388_024), &json!(2_388_024)));

    assert!(simulator.flush(FLUSH).await);
    let update = receiver.seen.lock().template_updates["shipped"].clone();
    assert_eq!(
        (&update["event"], &update["message_template_id"].to_string().into()),
        (&json!("APPROVED"), &answer["id"])
    );
    assert_eq!(update["message_template_language"], "en-US");

    let header =
        json!({"type": "header", "parameters": [{"type": "image", "image": {"link": "https://example.org/a.png"}}]});
    let named = |name: &str| json!({"type": "text", "parameter_name": name, "text": "x"});
    let body = json!({"type": "body", "parameters": [named("name"), named("order_id")]});
    let button =
        json!({"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "7"}]});
    assert_eq!(send(&sender, "shipped", json!([header, body, button])).await, None);
    for (given, code) in [
        (json!([body, button]), 132_012),
        (json!([header, button]), 132_000),
        (json!([header, body]), 131_008),
        (json!([header, {"type": "body", "parameters": [named("name"), named("nobody")]}, button]), 132_012),
    ] {
        assert_eq!(send(&sender, "shipped", given.clone()).await, Some(code), "{given}");
    }

    let id = answer["id"].as_str().unwrap();
    let told = sender.graph(Method::GET, &format!("{id}?fields=name,components,parameter_format"), Value::Null).await.1;
    assert_eq!(told, json!({"id": id, "name": "shipped", "components": components, "parameter_format": "NAMED"}));
    let shorter = json!({"components": [{"type": "BODY", "text": "On its way."}]});
    assert_eq!(sender.graph(Method::POST, id, shorter).await, (200, json!({"success": true})));
    assert_eq!(send(&sender, "shipped", json!([])).await, Some(132_001), "in review again");
    assert!(simulator.flush(FLUSH).await);
    assert_eq!(send(&sender, "shipped", json!([])).await, None);
    assert_eq!(receiver.seen.lock().faults, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_wrong_with_a_template_has_its_code() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let with = |name: &str, value: Value| {
        let mut order = template("a", body("x"));
        order[name] = value;
        order
    };
    let long = "x".repeat(1_025);
    for (order, code) in [
        (with("name", json!("Capital")), 100),
        (with("name", json!("x".repeat(513))), 100),
        (with("language", json!("english")), 100),
        (with("category", json!("SPAM")), 100),
        (with("components", Value::Null), 100),
        (with("components", json!([{"type": "NONSENSE"}])), 100),
        (with("components", json!([])), 2_388_072),
        (with("components", body(&long)), 2_388_040),
        (with("components", body("a {{2}} b")), 2_388_072),
        (with("components", body("{{1}} b")), 2_388_299),
        (with("components", json!([{"type": "HEADER", "format": "TEXT", "text": "x".repeat(61)}])), 2_388_040),
        (with("components", json!([{"type": "HEADER", "format": "SMELL"}])), 2_388_047),
        (with("components", json!([{"type": "BODY", "text": "x"}, {"type": "FOOTER", "text": "{{1}}"}])), 2_388_073),
    ] {
        let (status, answer) = create(&sender, order.clone()).await;
        assert_eq!((status, answer["error"]["code"].as_u64()), (400, Some(code)), "{order}");
    }
    assert_eq!(simulator.ledger().templates_created, 0);
}

#[tokio::test]
async fn meta_may_refuse_a_template_at_once_or_judge_it_to_be_marketing() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    sender.control("faults", json!({"template-rejected-share": 1})).await;
    assert_eq!(create(&sender, template("refused", body("x"))).await.1["status"], "REJECTED");
    sender.control("faults", json!({"template-rejected-share": 0, "template-recategorised-share": 1})).await;
    assert_eq!(create(&sender, template("sale", body("x"))).await.1["category"], "MARKETING");
    assert!(simulator.flush(FLUSH).await);
    assert_eq!(receiver.seen.lock().template_updates["sale"]["message_template_category"], "MARKETING");
    assert!(!receiver.seen.lock().template_updates.contains_key("refused"), "what was refused is not reviewed");
    let rejected = sender.graph(Method::GET, &edge("?status=REJECTED&fields=name"), Value::Null).await.1;
    assert_eq!(rejected["data"].as_array().unwrap().len(), 1);
    assert_eq!(send(&sender, "refused", json!([])).await, Some(132_001));
}

#[tokio::test]
async fn templates_are_listed_in_pages_and_by_filter() {
    let templates = (0..7).map(|index| TemplateSpec::new(format!("t{index}"), "en_US", index)).collect();
    let (_simulator, _receiver, sender) = pair(Options { templates, ..quick(Faults::NONE) }).await;
    let mut names = Vec::new();
    let mut query = "?limit=3&fields=name,status".to_owned();
    loop {
        let page = sender.graph(Method::GET, &edge(&query), Value::Null).await.1;
        names.extend(
            page["data"].as_array().unwrap().iter().map(|template| template["name"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["paging"]["next"].as_str() else { break };
        query = format!("?{}", next.split_once('?').unwrap().1);
        assert!(page["data"].as_array().unwrap().iter().all(|template| template["components"].is_null()));
    }
    assert_eq!(names, ["t0", "t1", "t2", "t3", "t4", "t5", "t6"]);
    let found = sender.graph(Method::GET, &edge("?name=t2&language=en_US"), Value::Null).await.1;
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    let text = found["data"][0]["components"][0]["text"].as_str().unwrap();
    assert!(text.contains("{{1}}") && text.contains("{{2}}") && !text.contains("{{3}}"), "{text}");
    assert_eq!(sender.graph(Method::GET, &edge("?category=MARKETING"), Value::Null).await.1, json!({"data": []}));
    for wrong in ["?limit=0", "?limit=x", "?after=%21"] {
        assert_eq!(sender.graph(Method::GET, &edge(wrong), Value::Null).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_deleted_template_is_gone_and_its_name_is_blocked_for_a_time() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let id = create(&sender, template("short", body("x"))).await.1["id"].as_str().unwrap().to_owned();
    let german = json!({"name": "short", "language": "de", "category": "UTILITY", "components": body("x")});
    assert_eq!(create(&sender, german).await.0, 200);
    let path = edge(&format!("?name=short&hsm_id={id}"));
    assert_eq!(sender.graph(Method::DELETE, &path, Value::Null).await, (200, json!({"success": true})));
    let left = sender.graph(Method::GET, &edge("?name=short"), Value::Null).await.1;
    assert_eq!((left["data"].as_array().unwrap().len(), &left["data"][0]["language"]), (1, &json!("de")));
    assert_eq!(sender.graph(Method::DELETE, &edge("?name=short"), Value::Null).await.0, 200, "all languages");
    assert_eq!(sender.graph(Method::DELETE, &edge("?name=short"), Value::Null).await.1["error"]["code"], 100);
    assert_eq!(create(&sender, template("short", body("x"))).await.1["error"]["code"], 2_388_023);
    assert!(simulator.flush(FLUSH).await);
    assert!(receiver.seen.lock().templates.is_empty(), "the review of what is deleted is not told");
    assert_eq!(sender.graph(Method::GET, &id, Value::Null).await.0, 400);
}

#[tokio::test]
async fn templates_are_bounded_in_the_hour_and_altogether() {
    let (_simulator, _receiver, sender) = pair(Options { templates_max: 250, ..quick(Faults::NONE) }).await;
    for index in 0..100 {
        assert_eq!(create(&sender, template(&format!("t{index}"), body("x"))).await.0, 200);
    }
    assert_eq!(create(&sender, template("t100", body("x"))).await.1["error"]["code"], 80_007);
    let (_simulator, _receiver, sender) = pair(Options { templates_max: 2, ..quick(Faults::NONE) }).await;
    assert_eq!(create(&sender, template("one", body("x"))).await.0, 200, "beside that of the command line");
    assert_eq!(create(&sender, template("two", body("x"))).await.1["error"]["code"], 2_388_019);
}

#[tokio::test]
async fn a_seed_repeats_ids_and_judgements() {
    let share = Share::try_from(0.5).unwrap();
    let faults = Faults { template_rejected_share: share, template_recategorised_share: share, ..Faults::NONE };
    let mut runs = Vec::new();
    for _ in 0..2 {
        let (_simulator, _receiver, sender) = pair(Options { seed: 9, ..quick(faults) }).await;
        let mut answers = Vec::new();
        for index in 0..10 {
            answers.push(create(&sender, template(&format!("t{index}"), body("x"))).await.1.to_string());
        }
        runs.push(answers);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn red_templates_are_paused_twice_and_then_disabled() {
    // Three hours become 108 ms, six 216 ms.
    let (_simulator, receiver, sender) = pair(Options { time_factor: 100_000, ..quick(Faults::NONE) }).await;
    let rate = async |score: &str| {
        let order = json!({"name": "order_update", "language": "en_US", "score": score});
        assert_eq!(sender.control("template-quality", order).await.0, 200);
    };
    let code = async || sender.send("+16505551234", "t").await.unwrap().1["error"]["code"].as_u64();
    rate("YELLOW").await;
    assert_eq!(code().await, None);
    for pause in ["FIRST_PAUSE", "SECOND_PAUSE"] {
        rate("RED").await;
        until("the pause is told", async || {
            receiver.seen.lock().titles.last().is_some_and(|title| title == pause || title == "UNPAUSE")
        })
        .await;
        until("the template can be used again", async || code().await.is_none()).await;
        assert_eq!(sender.control("flush?timeout-ms=20000", json!({})).await.0, 200);
    }
    rate("RED").await;
    assert_eq!(code().await, Some(132_016));
    assert_eq!(sender.control("flush?timeout-ms=20000", json!({})).await.0, 200);
    let seen = receiver.seen.lock();
    assert_eq!(seen.titles.len(), 5, "{:?}", seen.titles);
    for title in ["FIRST_PAUSE", "SECOND_PAUSE", "DISABLED"] {
        assert!(seen.titles.iter().any(|told| told == title), "{title} is missing in {:?}", seen.titles);
    }
    let quality = &seen.others["message_template_quality_update"].1;
    assert_eq!(quality["message_template_language"], "en-US");
}
