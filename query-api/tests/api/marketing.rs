//! Marketing messages: taken in by both APIs, rendered and sent as the pipeline does, and answered by the simulator.

use bytes::Bytes;
use http::Method;
use posthaste_meta::message::{edge, render};
use posthaste_meta::{Access, GraphClient, GraphOptions};
use posthaste_model::{Intent, MarketingOptions, Message, ProductPolicy, TemplateMessage, Token};
use posthaste_simulator::{Options, Simulator};
use serde_json::{Value, json};

use crate::meta::TOKEN;
use crate::world::{Answer, World};

const TEMPLATES: &[&str] = &["sale:en_US:0:CATEGORY=MARKETING", "hello:en_US:0", "order:en_US:2"];

fn sale(to: &str) -> Value {
    json!({ "messaging_product": "whatsapp", "to": to, "type": "template",
        "template": { "name": "sale", "language": { "code": "en_US" } } })
}

async fn send(world: &World, body: &Value) -> Answer {
    let path = format!("/graph/v23.0/{}/marketing_messages", world.sender);
    world.send(Method::POST, &path, &[("content-type", "application/json")], body.to_string()).await
}

fn marketing(intent: &Intent) -> Option<&MarketingOptions> {
    intent.message.template().and_then(|template| template.marketing.as_ref())
}

/// Sends an intent as the pipeline does; Meta's code where it was refused.
pub(crate) async fn deliver(simulator: &Simulator, intent: &Intent) -> Result<(), Option<i64>> {
    let base_url = format!("http://{}", simulator.addr());
    let options = GraphOptions { base_url, version: "v26.0".into(), timeout_ms: 10_000, connections_max: 1 };
    let client = GraphClient::new(&options).expect("good options");
    let token = Token { intent_id: intent.intent_id, attempt: 1 };
    let body: Bytes = render(intent, &token, intent.accepted_at);
    let target = (intent.sender_id.as_str(), edge(&intent.message));
    match client.send(target, Access { token: TOKEN, version: None }, (body, None), Box::new(|| Ok(()))).await.0 {
        posthaste_core::SendOutcome::Accepted { .. } => Ok(()),
        posthaste_core::SendOutcome::Refused { code, .. } => Err(code),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_marketing_message_is_queued_with_its_options_and_delivered_by_its_own_edge() {
    let options = Options { no_marketing_on_cloud_api: true, ..Options::defaults() };
    let (world, simulator) = World::simulated(TEMPLATES, options).await;
    world.add_template("sale", "MARKETING").await;
    let mut body = sale("+16315550101");
    body["product_policy"] = json!("STRICT");
    body["bid_spec"] = json!({ "per_message_bid_multiplier": 1.5 });
    let answer = send(&world, &body).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["messages"][0]["message_status"]), (200, &json!("accepted")));
    let v1 = json!({ "sender_id": world.sender, "to": "+16315550102",
        "template": { "name": "sale", "language": "en_US", "marketing": { "message_activity_sharing": true } } });
    assert_eq!(world.post_with_key("/v1/messages", "m1", &v1).await.status, 202);

    let intents: Vec<Intent> = world.commands.accepted.lock().iter().map(|own| own.intent.clone()).collect();
    let strict = marketing(&intents[0]).expect("options");
    assert_eq!(strict.product_policy, Some(ProductPolicy::Strict));
    assert_eq!(strict.bid_spec, Some(json!({ "per_message_bid_multiplier": 1.5 })));
    assert_eq!(marketing(&intents[1]).and_then(|own| own.message_activity_sharing), Some(true));
    for intent in &intents {
        assert_eq!(deliver(&simulator, intent).await, Ok(()));
        // The same template as an ordinary message, which this account refuses.
        let Message::Template(template) = intent.message.clone() else { panic!("a template") };
        let message = Message::Template(TemplateMessage { marketing: None, ..template });
        assert_eq!(deliver(&simulator, &Intent { message, ..intent.clone() }).await, Err(Some(131_063)));
    }
    assert_eq!(simulator.ledger().accepted, 2);
}

#[tokio::test]
async fn an_event_without_the_options_reads_as_before_and_is_written_so() {
    let (world, _simulator) = World::simulated(TEMPLATES, Options::defaults()).await;
    let v1 = json!({ "sender_id": world.sender, "to": "+16315550102", "template": { "name": "hello", "language": "en_US" } });
    assert_eq!(world.post_with_key("/v1/messages", "m1", &v1).await.status, 202);
    let written = serde_json::to_value(&world.commands.accepted.lock()[0].intent.message).expect("JSON");
    assert_eq!(written, json!({ "template": { "name": "hello", "language": "en_US", "category": "UTILITY" } }));
}

#[tokio::test]
async fn what_is_no_marketing_is_refused_before_it_is_queued_with_metas_codes() {
    let (world, simulator) = World::simulated(TEMPLATES, Options::defaults()).await;
    world.add_template("sale", "MARKETING").await;
    let to_user = |members: &[(&str, Value)]| {
        let mut body = sale("");
        body["recipient"] = json!("US.1349");
        for (name, value) in members {
            body[*name] = value.clone();
        }
        body
    };
    let mut utility = sale("+16315550101");
    utility["template"]["name"] = json!("hello");
    let text =
        json!({ "messaging_product": "whatsapp", "to": "+16315550101", "type": "text", "text": { "body": "x" } });
    let read =
        json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.P", "to": "+16315550101" });
    let mut lax = sale("+16315550101");
    lax["product_policy"] = json!("LAX");
    for (body, code) in [
        (utility, 134_100),
        (text, 131_055),
        (read, 131_055),
        (lax, 131_009),
        (to_user(&[("bid_spec", json!({ "bid_amount": 5 }))]), 131_062),
    ] {
        let answer = send(&world, &body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (400, &json!(code)), "{}", answer.text);
    }
    let v1 = json!({ "sender_id": world.sender, "to": "+16315550102",
        "template": { "name": "hello", "language": "en_US", "marketing": {} } });
    let faults = world.post_with_key("/v1/messages", "m1", &v1).await.faults();
    assert_eq!(faults, [("/template/name".into(), "not_marketing".into())]);
    let bid = json!({ "sender_id": world.sender, "user_id": "US.1349",
        "template": { "name": "sale", "language": "en_US", "marketing": { "bid_spec": { "bid_amount": 5 } } } });
    let faults = world.post_with_key("/v1/messages", "m2", &bid).await.faults();
    assert_eq!(faults, [("/user_id".into(), "user_id_forbidden".into())]);
    assert!(world.commands.accepted.lock().is_empty());

    // A user id alone is no hindrance.
    let answer = send(&world, &to_user(&[("message_activity_sharing", json!(false))])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let intent = world.commands.accepted.lock()[0].intent.clone();
    assert_eq!(deliver(&simulator, &intent).await, Ok(()));
    // Meta has moved the template to another category meanwhile.
    let mut moved = intent;
    if let Message::Template(template) = &mut moved.message {
        template.name = "hello".into();
    }
    assert_eq!(deliver(&simulator, &moved).await, Err(Some(134_100)));
}

#[tokio::test]
async fn a_campaign_keeps_how_its_marketing_is_sent_and_so_do_its_copies() {
    let world = World::new().await;
    world.add_template("sale", "MARKETING").await;
    let campaign = |template: &str, marketing: Value| {
        let mut body = world.campaign();
        body["template"] = json!({ "name": template, "language": "en_US", "marketing": marketing });
        body
    };
    let refused = world.post_with_key("/v1/campaigns", "c1", &campaign("hello", json!({}))).await.faults();
    assert_eq!(refused, [("/template/name".into(), "not_marketing".into())]);
    let refused =
        world.post_with_key("/v1/campaigns", "c2", &campaign("sale", json!({ "product_policy": "LAX" }))).await;
    assert_eq!(refused.faults(), [("/template/marketing/product_policy".into(), "field_invalid".into())]);
    let mut several = campaign("sale", json!({}));
    let templates = ["sale", "hello"].map(|name| json!({ "name": name, "language": "en_US", "marketing": {} }));
    several.as_object_mut().expect("an object").remove("template");
    several["templates"] = json!(templates);
    let refused = world.post_with_key("/v1/campaigns", "c0", &several).await;
    assert_eq!(refused.faults(), [("/templates/1/name".into(), "not_marketing".into())]);
    let detail = refused.json()["detail"].as_str().expect("a detail").to_owned();
    assert!(detail.starts_with("/templates/1/name: "), "{detail}");
    let options = json!({ "product_policy": "STRICT", "bid_spec": { "bid_amount": 87_000 } });
    let created = world.post_with_key("/v1/campaigns", "c3", &campaign("sale", options.clone())).await;
    assert_eq!(created.json()["template"]["marketing"], options, "{}", created.text);
    let path = format!("/v1/campaigns/{}:clone", created.id());
    let copy = world.send(Method::POST, &path, &[("idempotency-key", "c4")], "").await;
    assert_eq!(copy.json()["template"]["marketing"], options, "{}", copy.text);

    // Meta has moved the template to another category before the campaign begins.
    assert_eq!(world.upload(&created.id(), 0, "to\n+16315550101\n").await.status, 200);
    let moved = "UPDATE template SET category = 'UTILITY' WHERE tenant_id = $1 AND name = 'sale'";
    world.sql.execute(moved, &[&world.tenant.0]).await.expect("another category");
    let path = format!("/v1/campaigns/{}:start", created.id());
    let refused = world.send(Method::POST, &path, &[("idempotency-key", "c5")], "").await;
    assert_eq!(refused.faults(), [("/template/name".into(), "not_marketing".into())]);
    let plain = world.get(&format!("/v1/campaigns/{}", world.create_campaign().await)).await.json();
    assert_eq!(plain["template"], json!({ "name": "order", "language": "en_US" }));
}
