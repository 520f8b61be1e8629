//! Groups through the drop-in Graph API, with the simulator as Meta.

use http::Method;
use posthaste_simulator::{Options, Simulator};
use serde_json::{Value, json};

use crate::numbers::{call, outcome};
use crate::world::{Answer, World};

fn whatsapp(mut members: Value) -> Value {
    members["messaging_product"] = json!("whatsapp");
    members
}

async fn get(world: &World, path: &str) -> Answer {
    call(world, Method::GET, path, Value::Null).await
}

async fn create(world: &World, group: Value) {
    let made = call(world, Method::POST, &format!("{}/groups", world.sender), whatsapp(group)).await;
    assert_eq!((made.status.as_u16(), made.json()["request_id"].is_string()), (200, true), "{}", made.text);
}

/// The ids of the number's groups, as the API lists them.
async fn listed(world: &World) -> Vec<String> {
    let list = get(world, &format!("{}/groups", world.sender)).await.json();
    let groups = list["data"]["groups"].as_array().expect("a list").clone();
    groups.iter().map(|group| group["id"].as_str().expect("an id").to_owned()).collect()
}

/// A group that Meta has and the API has not been told of.
async fn unlisted(world: &World, simulator: &Simulator) -> String {
    create(world, json!({ "subject": "x" })).await;
    let path = format!("/v23.0/{}/groups", world.sender);
    let list = world.ask_simulator(simulator, Method::GET, &path, &Value::Null).await.json();
    list["data"]["groups"][0]["id"].as_str().expect("an id").to_owned()
}

/// Somebody follows the link; the id of their request, if they must ask.
async fn join(world: &World, simulator: &Simulator, group: &str, from: &str) -> Value {
    let order = json!({ "group": group, "from": from });
    let joined = world.ask_simulator(simulator, Method::POST, "/_simulator/group-join", &order).await;
    assert_eq!(joined.status, 200, "{}", joined.text);
    joined.json()["join_request_id"].clone()
}

#[tokio::test]
async fn a_group_is_made_listed_changed_and_deleted() {
    let (world, _simulator) = World::simulated(&[], Options::defaults()).await;
    for subject in ["first", "second"] {
        create(&world, json!({ "subject": subject, "description": "d", "unknown": true })).await;
    }
    let page = get(&world, &format!("{}/groups?limit=1", world.sender)).await.json();
    assert_eq!(page["data"]["groups"][0]["subject"], "first");
    assert_eq!(page["paging"]["next"], Value::Null, "Meta would write its access token into it");
    let group = listed(&world).await.remove(0);
    let fields = format!("{group}?fields=subject,description");
    assert_eq!(get(&world, &fields).await.json(), json!({ "id": group, "subject": "first", "description": "d" }));
    let change = whatsapp(json!({ "subject": "Third" }));
    assert_eq!(outcome(&call(&world, Method::POST, &group, change).await), (200, None));
    assert_eq!(get(&world, &fields).await.json()["subject"], "Third");

    let link = format!("{group}/invite_link");
    let shown = get(&world, &link).await.json()["invite_link"].clone();
    assert!(shown.as_str().is_some_and(|link| link.starts_with("https://")), "{shown}");
    let renewed = call(&world, Method::POST, &link, whatsapp(json!({}))).await.json()["invite_link"].clone();
    assert_ne!(renewed, shown);
    assert_eq!(get(&world, &link).await.json()["invite_link"], renewed);

    assert_eq!(outcome(&call(&world, Method::DELETE, &group, Value::Null).await), (200, None));
    assert_eq!(listed(&world).await.len(), 1);
}

#[tokio::test]
async fn people_ask_to_be_in_a_group_are_let_in_and_leave() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    create(&world, json!({ "subject": "x", "join_approval_mode": "approval_required" })).await;
    let group = listed(&world).await.remove(0);
    let one = join(&world, &simulator, &group, "16315550101").await;
    let other = join(&world, &simulator, &group, "16315550102").await;
    let requests = format!("{group}/join_requests");
    let page = get(&world, &format!("{requests}?limit=1")).await.json();
    assert_eq!((&page["data"][0]["join_request_id"], page["data"].as_array().map(Vec::len)), (&one, Some(1)));
    let decide = async |method: Method, id: &Value| {
        call(&world, method, &requests, whatsapp(json!({ "join_requests": [id] }))).await.json()
    };
    assert_eq!(decide(Method::POST, &one).await["approved_join_requests"], json!([one]));
    assert_eq!(decide(Method::DELETE, &other).await["rejected_join_requests"], json!([other]));
    let people = async || get(&world, &format!("{group}?fields=participants")).await.json()["participants"].clone();
    assert_eq!(people().await, json!([{ "wa_id": "16315550101" }]));
    let removal = whatsapp(json!({ "participants": [{ "user": "+16315550101" }] }));
    assert_eq!(outcome(&call(&world, Method::DELETE, &format!("{group}/participants"), removal).await), (200, None));
    assert_eq!(people().await, json!([]));
}

#[tokio::test]
async fn what_is_wrong_about_a_group_is_refused_with_its_place() {
    let (world, _simulator) = World::simulated(&[], Options::defaults()).await;
    create(&world, json!({ "subject": "x" })).await;
    let group = listed(&world).await.remove(0);
    for (method, path, body, place) in [
        (Method::POST, format!("{}/groups", world.sender), json!({ "subject": "x" }), "/messaging_product"),
        (Method::POST, format!("{}/groups", world.sender), whatsapp(json!({})), "/subject"),
        (Method::POST, group.clone(), whatsapp(json!({ "profile_picture_file": "x" })), "/profile_picture_file"),
        (Method::POST, format!("{group}/invite_link"), json!({}), "/messaging_product"),
        (Method::DELETE, format!("{group}/participants"), whatsapp(json!({})), "/participants"),
        (Method::POST, format!("{group}/join_requests"), whatsapp(json!({ "join_requests": [] })), "/join_requests"),
        (Method::GET, format!("{group}?fields=participants%7Bid%7D"), Value::Null, "fields"),
        (Method::GET, format!("{}/groups?limit=0", world.sender), Value::Null, "limit"),
    ] {
        let refused = call(&world, method.clone(), &path, body).await;
        assert_eq!(outcome(&refused), (400, Some(100)), "{method} {path}: {}", refused.text);
        assert!(refused.text.contains(place), "{place}: {}", refused.text);
    }
}

#[tokio::test]
async fn a_group_is_managed_once_meta_told_whose_it_is_and_as_long_as_the_tenant_has_its_number() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    let group = unlisted(&world, &simulator).await;
    let managed = async || outcome(&get(&world, &format!("{group}/invite_link")).await);
    assert_eq!(managed().await, (400, Some(100)), "nobody has told whose it is");
    // As the pipeline writes it when a webhook names number and group.
    let told = "INSERT INTO number_group (tenant_id, group_id, sender_id) VALUES ($1, $2, $3)";
    world.sql.execute(told, &[&world.tenant.0, &group, &world.sender]).await.expect("a group");
    assert_eq!(managed().await, (200, None));
    let elsewhere = "UPDATE number_group SET sender_id = 'another' WHERE tenant_id = $1";
    world.sql.execute(elsewhere, &[&world.tenant.0]).await.expect("the group of a number that is gone");
    assert_eq!(managed().await, (400, Some(100)));
    // Meta's list says it anew.
    assert_eq!(listed(&world).await, std::slice::from_ref(&group));
    assert_eq!(managed().await, (200, None));
}

#[tokio::test]
async fn another_tenants_groups_look_as_if_they_did_not_exist() {
    let (world, _simulator) = World::simulated(&[], Options::defaults()).await;
    create(&world, json!({ "subject": "x" })).await;
    let group = listed(&world).await.remove(0);
    let mut stranger = World::new().await;
    stranger.address = world.address;
    let words = |answer: &Answer, id: &str| {
        let error = &answer.json()["error"];
        (answer.status, error["code"].clone(), error["error_data"]["details"].to_string().replace(id, "ID"))
    };
    let people = whatsapp(json!({ "participants": [{ "user": "+16315550101" }] }));
    let requests = whatsapp(json!({ "join_requests": ["7"] }));
    for (method, edge, body) in [
        (Method::GET, "", &Value::Null),
        (Method::POST, "", &whatsapp(json!({ "subject": "mine" }))),
        (Method::DELETE, "", &Value::Null),
        (Method::GET, "/invite_link", &Value::Null),
        (Method::POST, "/invite_link", &whatsapp(json!({}))),
        (Method::DELETE, "/participants", &people),
        (Method::GET, "/join_requests", &Value::Null),
        (Method::POST, "/join_requests", &requests),
        (Method::DELETE, "/join_requests", &requests),
    ] {
        let seen = call(&stranger, method.clone(), &format!("{group}{edge}"), body.clone()).await;
        let none = call(&stranger, method.clone(), &format!("Y2FwaV9ncm91cDox{edge}"), body.clone()).await;
        assert_eq!(words(&seen, &group), words(&none, "Y2FwaV9ncm91cDox"), "{method} {edge}");
        assert_eq!(outcome(&seen), (400, Some(100)), "{method} {edge}: {}", seen.text);
    }
    let shown = get(&world, &format!("{group}?fields=subject")).await.json();
    assert_eq!(shown["subject"], "x", "Meta was not asked");
}
