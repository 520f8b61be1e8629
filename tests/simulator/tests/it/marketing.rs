//! Marketing messages and their own edge.

use http::Method;
use posthaste_simulator::{Category, Faults, MillisRange, Options, TemplateSpec};
use serde_json::{Value, json};

use crate::receiver::Sender;
use crate::stage::{FLUSH, NUMBER, pair, quick, until};

const WABA: &str = "102290129340398";

fn options(time_factor: u32) -> Options {
    let sale = TemplateSpec { category: Category::Marketing, ..TemplateSpec::new("sale", "en_US", 0) };
    let templates = vec![sale, TemplateSpec::new("order", "en_US", 0)];
    Options { templates, time_factor, ..quick(Faults::NONE) }
}

async fn send(sender: &Sender, edge: &str, name: &str) -> Result<String, u64> {
    let template = json!({"name": name, "language": {"code": "en_US"}});
    let body = json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "template", "template": template, "product_policy": "STRICT"});
    let answer = sender.graph(Method::POST, &format!("{NUMBER}/{edge}"), body).await.1;
    let code = answer["error"]["code"].as_u64();
    code.map_or_else(|| Ok(answer["messages"][0]["id"].as_str().unwrap().to_owned()), Err)
}

#[tokio::test]
async fn a_marketing_message_is_charged_by_the_edge_it_was_sent_to() {
    let (simulator, receiver, sender) = pair(options(1)).await;
    let lite = send(&sender, "marketing_messages", "sale").await.unwrap();
    let marketing = send(&sender, "messages", "sale").await.unwrap();
    let utility = send(&sender, "messages", "order").await.unwrap();
    assert_eq!(send(&sender, "marketing_messages", "order").await, Err(134_100));
    let switch = |is_off: bool| json!({"disable_marketing_messages_on_cloud_api": is_off});
    assert_eq!(sender.graph(Method::POST, WABA, switch(true)).await, (200, json!({"success": true})));
    let path = format!("{WABA}?fields=disable_marketing_messages_on_cloud_api");
    let told = sender.graph(Method::GET, &path, Value::Null).await.1;
    assert_eq!(told, json!({"id": WABA, "disable_marketing_messages_on_cloud_api": true}));
    assert_eq!(send(&sender, "messages", "sale").await, Err(131_063));
    assert!(send(&sender, "messages", "order").await.is_ok());
    assert!(send(&sender, "marketing_messages", "sale").await.is_ok());
    assert_eq!(sender.graph(Method::POST, WABA, switch(false)).await.0, 200);
    assert!(send(&sender, "messages", "sale").await.is_ok());
    assert!(simulator.flush(FLUSH).await);
    let seen = receiver.seen.lock();
    let charged = [lite, marketing, utility].map(|wamid| seen.pricing[&wamid].clone());
    assert_eq!(charged, ["marketing_lite", "marketing", "utility"]);
    let ledger = simulator.ledger();
    assert_eq!((ledger.requests, ledger.accepted), (8, 6));
    assert_eq!(ledger.rejected_by_code, [(131_063, 1), (134_100, 1)].into());
}

#[tokio::test]
async fn a_new_template_is_not_a_marketing_message_at_once() {
    // Ten minutes become six seconds.
    let review_ms = MillisRange::new(100, 150);
    let (simulator, _receiver, sender) = pair(Options { review_ms, ..options(100) }).await;
    let components = json!([{"type": "BODY", "text": "Buy now"}]);
    let new = json!({"name": "new", "language": "en_US", "category": "MARKETING", "components": components});
    sender.graph(Method::POST, &format!("{WABA}/message_templates"), new).await;
    let mut codes = Vec::new();
    until("the template is synchronised", async || match send(&sender, "marketing_messages", "new").await {
        Ok(_) => true,
        Err(code) => {
            codes.push(code);
            false
        }
    })
    .await;
    codes.dedup();
    assert_eq!(codes, [132_001, 134_101], "first in review, then being synchronised");
    assert!(simulator.flush(FLUSH).await);
}

#[tokio::test]
async fn marketing_can_be_off_from_the_start() {
    let (_simulator, _receiver, sender) = pair(Options { no_marketing_on_cloud_api: true, ..options(1) }).await;
    assert_eq!(send(&sender, "messages", "sale").await, Err(131_063));
    assert_eq!(sender.graph(Method::POST, WABA, Value::Null).await.0, 400, "what is to change is not said");
}
