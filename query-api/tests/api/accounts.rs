//! Accounts through the drop-in Graph API, with the simulator as Meta.

use std::collections::HashMap;

use http::Method;
use hyper_util::service::TowerToHyperService;
use posthaste_runtime::http::{Limits, serve};
use posthaste_simulator::Options;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use warp::Filter;

use crate::numbers::{call, outcome};
use crate::world::World;

/// The address of a callback that confirms every handshake.
pub(crate) async fn callback() -> String {
    let confirmed = warp::query().map(|query: HashMap<String, String>| query["hub.challenge"].clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = TowerToHyperService::new(warp::service(confirmed));
    tokio::spawn(serve(listener, service, std::future::pending(), Limits::with_connections(4)));
    format!("http://{address}/hook")
}

#[tokio::test]
async fn the_subscription_of_an_account_is_shown_ended_and_begun_again() {
    let (world, _simulator, waba) = World::alone_in_account(Options::defaults()).await;
    let apps = format!("{waba}/subscribed_apps");
    let ask = async |method: Method| call(&world, method, &apps, Value::Null).await;
    assert_eq!(ask(Method::GET).await.json()["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(outcome(&ask(Method::DELETE).await), (200, None));
    assert_eq!(ask(Method::GET).await.json()["data"], json!([]));
    assert_eq!(outcome(&ask(Method::POST).await), (200, None));
    assert_eq!(ask(Method::GET).await.json()["data"].as_array().map(Vec::len), Some(1));
    let long =
        json!({ "override_callback_uri": format!("https://example.org/{}", "x".repeat(200)), "verify_token": "v" });
    assert_eq!(outcome(&call(&world, Method::POST, &apps, long).await), (400, Some(100)));
}

#[tokio::test]
async fn an_override_of_an_accounts_callback_is_passed_on_shown_and_taken_back() {
    let (world, simulator, waba) = World::alone_in_account(Options::defaults()).await;
    let apps = format!("{waba}/subscribed_apps");
    let set = async |body: Value| outcome(&call(&world, Method::POST, &apps, body).await);
    let shown = async || {
        let ours = call(&world, Method::GET, &apps, Value::Null).await.json()["data"].clone();
        let path = format!("/v23.0/{apps}");
        let metas = world.ask_simulator(&simulator, Method::GET, &path, &Value::Null).await.json()["data"].clone();
        assert_eq!(ours, metas);
        metas[0]["override_callback_uri"].clone()
    };
    let url = callback().await;
    assert_eq!(set(json!({ "override_callback_uri": url, "verify_token": "v" })).await, (200, None));
    assert_eq!(shown().await, url.as_str());
    // What does not confirm the handshake is refused by Meta, and what Meta does not know is refused before.
    let silent = json!({ "override_callback_uri": "http://127.0.0.1:1/hook", "verify_token": "v" });
    assert_eq!(set(silent).await, (400, Some(2_200)));
    let fields = json!({ "override_callback_uri": url, "verify_token": "v", "fields": ["messages"] });
    assert_eq!(set(fields).await, (400, Some(100)));
    assert_eq!(shown().await, url.as_str());
    assert_eq!(set(Value::Null).await, (200, None));
    assert_eq!(shown().await, Value::Null);
}

#[tokio::test]
async fn an_account_that_others_share_is_shown_and_not_changed() {
    let (world, simulator, waba) = World::alone_in_account(Options::defaults()).await;
    let mut other = World::new().await;
    other.address = world.address;
    other.move_to(&waba).await;
    let apps = format!("{waba}/subscribed_apps");
    let callback = json!({ "override_callback_uri": "https://example.org/hook", "verify_token": "v" });
    let marketing = json!({ "disable_marketing_messages_on_cloud_api": true });
    let shown = async || {
        let path = format!("/v23.0/{apps}");
        world.ask_simulator(&simulator, Method::GET, &path, &Value::Null).await.json()["data"].clone()
    };
    let before = shown().await;
    assert_eq!(before.as_array().map(Vec::len), Some(1));
    for holder in [&world, &other] {
        for (method, body) in
            [(Method::POST, callback.clone()), (Method::POST, Value::Null), (Method::DELETE, Value::Null)]
        {
            let refused = call(holder, method.clone(), &apps, body.clone()).await;
            assert_eq!(outcome(&refused), (400, Some(100)), "{method} {body}: {}", refused.text);
            assert!(refused.text.contains(&format!("there is no account {waba} of yours")), "{}", refused.text);
        }
        let refused = call(holder, Method::POST, &waba, marketing.clone()).await;
        assert!(refused.text.contains(&format!("there is no account {waba} of yours")), "{}", refused.text);
        assert_eq!(call(holder, Method::GET, &apps, Value::Null).await.json()["data"], before);
    }
    assert_eq!(shown().await, before, "Meta was not asked");
    let path = format!("{waba}?fields=disable_marketing_messages_on_cloud_api");
    let account = call(&world, Method::GET, &path, Value::Null).await.json();
    assert_eq!(account["disable_marketing_messages_on_cloud_api"], false, "nor about marketing");
    other.move_to("waba-2").await;
    assert_eq!(
        outcome(&call(&world, Method::DELETE, &apps, Value::Null).await),
        (200, None),
        "it is the tenant's alone"
    );
}

#[tokio::test]
async fn an_account_is_told_to_send_no_marketing_as_any_message_and_shows_that() {
    let (world, simulator, waba) = World::alone_in_account(Options::defaults()).await;
    let switch = async |body: Value| outcome(&call(&world, Method::POST, &waba, body).await);
    let path = format!("{waba}?fields=name,disable_marketing_messages_on_cloud_api");
    let is_off = async || {
        let shown = call(&world, Method::GET, &path, Value::Null).await.json();
        let metas = world.ask_simulator(&simulator, Method::GET, &format!("/v23.0/{path}"), &Value::Null).await.json();
        assert_eq!(shown, metas);
        shown["disable_marketing_messages_on_cloud_api"].as_bool().expect("whether it is off")
    };
    assert!(!is_off().await);
    assert_eq!(switch(json!({ "disable_marketing_messages_on_cloud_api": true })).await, (200, None));
    assert!(is_off().await);
    for wrong in [
        json!({}),
        json!({ "disable_marketing_messages_on_cloud_api": "false" }),
        json!({ "disable_marketing_messages_on_cloud_api": null }),
        json!({ "disable_marketing_messages_on_cloud_api": false, "name": "x" }),
    ] {
        assert_eq!(switch(wrong.clone()).await, (400, Some(100)), "{wrong}");
    }
    assert!(is_off().await, "Meta was not asked");
    assert_eq!(switch(json!({ "disable_marketing_messages_on_cloud_api": false })).await, (200, None));
    assert!(!is_off().await);
}

#[tokio::test]
async fn of_an_account_nothing_is_shown_that_could_be_others() {
    let (world, _simulator, waba) = World::alone_in_account(Options::defaults()).await;
    let shown = call(&world, Method::GET, &waba, Value::Null).await;
    assert_eq!((shown.status.as_u16(), &shown.json()["id"]), (200, &json!(waba)), "{}", shown.text);
    for fields in ["phone_numbers", "name,message_templates", "subscribed_apps", "owner_business.name", "name,"] {
        let refused = call(&world, Method::GET, &format!("{waba}?fields={fields}"), Value::Null).await;
        assert_eq!(outcome(&refused), (400, Some(100)), "{fields}: {}", refused.text);
        assert!(refused.text.contains("fields: "), "{}", refused.text);
    }
}

#[tokio::test]
async fn a_page_is_no_account() {
    let (world, _simulator, waba) = World::alone_in_account(Options::defaults()).await;
    let page = "UPDATE sender SET channel = 'messenger' WHERE tenant_id = $1";
    world.sql.execute(page, &[&world.tenant.0]).await.expect("a page");
    for method in [Method::GET, Method::POST, Method::DELETE] {
        let refused = call(&world, method.clone(), &format!("{waba}/subscribed_apps"), Value::Null).await;
        assert_eq!(outcome(&refused), (400, Some(100)), "{method}: {}", refused.text);
        assert!(refused.text.contains("there is no account"), "{}", refused.text);
    }
}
