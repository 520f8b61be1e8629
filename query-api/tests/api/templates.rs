//! Templates of the drop-in Graph API: created, edited, deleted and compared at Meta, and shown as ours.

use std::time::Duration;

use http::Method;
use posthaste_management::sync;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::meta::{REFUSED, SILENT, refusal};
use crate::world::{Answer, WABA, World};

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

fn base() -> String {
    format!("/graph/v23.0/{WABA}/message_templates")
}

fn template(name: &str) -> Value {
    json!({ "name": name, "language": "en_US", "category": "UTILITY", "components": [
        { "type": "BODY", "text": "Hello {{1}}, order {{2}} is here.", "example": { "body_text": [["Ann", "#1"]] } },
        { "type": "FOOTER", "text": "Thank you" }] })
}

async fn post(world: &World, path: &str, body: &Value) -> Answer {
    world.send(Method::POST, path, JSON, body.to_string()).await
}

async fn listed(world: &World, name: &str) -> Value {
    world.get(&format!("{}?name={name}", base())).await.json()["data"].clone()
}

#[tokio::test]
async fn a_template_is_created_edited_and_deleted_at_meta_and_shown_at_once() {
    let world = World::new().await;
    let mut wanted = template("order_confirmation");
    wanted["message_send_ttl_seconds"] = json!(3_600);
    let created = post(&world, &base(), &wanted).await;
    assert_eq!((created.status.as_u16(), &created.json()["status"]), (200, &json!("PENDING")), "{}", created.text);
    let id = created.id();
    let sent = world.meta.templates.lock()[0].clone();
    assert_eq!(sent["components"], template("")["components"], "passed on as it was written");

    let shown = listed(&world, "order_confirmation").await;
    assert_eq!((&shown[0]["id"], &shown[0]["components"]), (&json!(id), &sent["components"]));
    let one = world.get(&format!("/graph/v23.0/{id}")).await.json();
    assert_eq!(one, shown[0]);
    let ours = world.get("/v1/templates").await.json();
    let ours = ours["data"].as_array().expect("a list").iter().find(|own| own["id"] == id.as_str()).expect("it");
    assert_eq!(ours["parameters"][1], json!({ "component": "body", "type": "text", "name": "2", "example": "#1" }));
    assert_eq!((&ours["parameter_count"], &ours["status"]), (&json!(2), &json!("pending")));
    assert_eq!((&ours["message_send_ttl_seconds"], &one["message_send_ttl_seconds"]), (&json!(3_600), &json!(3_600)));

    let edit = json!({ "components": [{ "type": "BODY", "text": "Your order {{1}} is here." }], "message_send_ttl_seconds": 60 });
    let edited = post(&world, &format!("/graph/v23.0/{id}"), &edit).await;
    assert_eq!((edited.status.as_u16(), edited.json()), (200, json!({ "success": true })));
    assert_eq!(world.meta.count(&format!("POST /v26.0/{id}?")), 1, "done at Meta");
    let shown = listed(&world, "order_confirmation").await[0].clone();
    assert_eq!((&shown["components"], &shown["message_send_ttl_seconds"]), (&edit["components"], &json!(60)));

    let deleted = world.delete(&format!("{}?name=order_confirmation&hsm_id={id}", base())).await;
    assert_eq!(deleted.json(), json!({ "success": true }), "{}", deleted.text);
    assert_eq!(
        world.meta.count(&format!("DELETE /v26.0/{WABA}/message_templates?name=order_confirmation&hsm_id={id}")),
        1
    );
    assert_eq!(listed(&world, "order_confirmation").await, json!([]));

    assert_eq!(listed(&world, "order").await.as_array().map(Vec::len), Some(2), "in two languages");
    let deleted = world.delete(&format!("{}?name=order", base())).await;
    assert_eq!(deleted.json(), json!({ "success": true }), "{}", deleted.text);
    assert_eq!(listed(&world, "order").await, json!([]), "in all of them");
}

#[tokio::test]
async fn what_is_wrong_is_told_before_meta_is_asked_and_metas_refusal_as_meta_wrote_it() {
    let world = World::new().await;
    let mut long = template("order_confirmation");
    long["components"][1]["text"] = json!("x".repeat(61));
    let refused = post(&world, &base(), &long).await;
    let error = refused.json()["error"].clone();
    assert_eq!((refused.status.as_u16(), &error["code"]), (400, &json!(100)));
    let details = error["error_data"]["details"].as_str().expect("details");
    assert!(details.contains("/components/1/text"), "{details}");
    assert_eq!(world.meta.count("POST"), 0);

    let refused = post(&world, &base(), &template(REFUSED)).await;
    assert_eq!((refused.status.as_u16(), refused.json()), (400, refusal()));
    assert_eq!(listed(&world, REFUSED).await, json!([]));

    let unanswered = post(&world, &base(), &template(SILENT)).await;
    assert_eq!((unanswered.status.as_u16(), &unanswered.json()["error"]["code"]), (503, &json!(131_016)));
}

#[tokio::test]
async fn another_tenants_templates_look_as_if_they_did_not_exist() {
    let (world, stranger) = (World::new().await, World::new().await);
    let id = post(&world, &base(), &template("mine")).await.id();
    // A stranger's account, which this tenant has no number of.
    let sql = "UPDATE sender SET waba_id = $2 WHERE tenant_id = $1";
    stranger.sql.execute(sql, &[&stranger.tenant.0, &"waba-2"]).await.expect("another account");
    let bearer = format!("Bearer {}", stranger.key);
    let ask = async |method: Method, path: &str, body: &Value| {
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        world.send_plain(method, path, &headers, body.to_string()).await
    };
    let requests = world.meta.requests.lock().len();
    let missing = "123456";
    for (method, of) in [(Method::GET, ""), (Method::POST, ""), (Method::DELETE, "")] {
        let body = json!({ "category": "MARKETING" });
        let seen = ask(method.clone(), &format!("/graph/v23.0/{id}{of}"), &body).await;
        let none = ask(method.clone(), &format!("/graph/v23.0/{missing}{of}"), &body).await;
        let words = |answer: &Answer, id: &str| {
            let error = &answer.json()["error"];
            (answer.status, error["code"].clone(), error["error_data"]["details"].to_string().replace(id, "ID"))
        };
        assert_eq!(words(&seen, &id), words(&none, missing), "{method}");
        assert_eq!(seen.json()["error"]["code"], 100, "{method}: {}", seen.text);
    }
    for (method, path) in [
        (Method::POST, base()),
        (Method::DELETE, format!("{}?name=mine", base())),
        (Method::DELETE, format!("/graph/v23.0/waba-2/message_templates?name=mine&hsm_id={id}")),
    ] {
        let answer = ask(method, &path, &template("mine")).await;
        assert_eq!(answer.json()["error"]["code"], 100, "{path}: {}", answer.text);
    }
    assert_eq!(ask(Method::GET, &base(), &Value::Null).await.json()["error"]["code"], 100);
    // With a number of the same account it is the rows that are apart.
    stranger.sql.execute(sql, &[&stranger.tenant.0, &WABA]).await.expect("the same account");
    let named = format!("{}?name=mine", base());
    assert_eq!(ask(Method::GET, &named, &Value::Null).await.json()["data"], json!([]));
    assert_eq!(world.meta.requests.lock().len(), requests, "Meta was not asked");
    assert_eq!(listed(&world, "mine").await[0]["id"], id.as_str());
}

#[tokio::test]
async fn a_comparison_takes_over_metas_whole_list_and_marks_what_is_gone() {
    let world = World::new().await;
    let listed_by_meta = |id: &str, name: &str, status: &str| {
        json!({ "id": id, "name": name, "language": "en_US", "status": status, "category": "MARKETING",
            "quality_score": { "score": "GREEN" }, "components": [{ "type": "BODY", "text": "Hi {{1}} there" }] })
    };
    let refused = sync::compare(&world.desk, Some(world.tenant), true).await.expect("compared");
    assert_eq!(refused[0].outcome.as_ref().ok(), Some(&sync::Counts::default()), "an empty list marks nothing");
    assert_eq!(listed(&world, "hello").await[0]["status"], "APPROVED");

    *world.meta.templates.lock() = vec![
        listed_by_meta("71", "hello", "PAUSED"),
        listed_by_meta("72", "new_one", "APPROVED"),
        listed_by_meta("73", "new_two", "REJECTED"),
    ];
    let compared = sync::compare(&world.desk, Some(world.tenant), true).await.expect("compared");
    let counts = sync::Counts { listed: 3, new: 2, deleted: 2 };
    assert_eq!(compared.iter().map(|own| own.outcome.as_ref().ok()).collect::<Vec<_>>(), [Some(&counts)]);
    let hello = listed(&world, "hello").await;
    assert_eq!((&hello[0]["id"], &hello[0]["status"]), (&json!("71"), &json!("PAUSED")));
    assert_eq!(hello[0]["quality_score"]["score"], "GREEN");
    assert_eq!(listed(&world, "order").await, json!([]), "both languages are gone");
    let gone = world.get(&format!("{}?status=DELETED", base())).await.json();
    assert_eq!(gone["data"].as_array().map(Vec::len), Some(2));

    let again = sync::compare(&world.desk, Some(world.tenant), true).await.expect("compared");
    let unchanged = sync::Counts { listed: 3, new: 0, deleted: 0 };
    assert_eq!(again[0].outcome.as_ref().ok(), Some(&unchanged));
    let tonight = sync::compare(&world.desk, Some(world.tenant), false).await.expect("compared");
    assert!(tonight.is_empty(), "another worker was first");
}

#[tokio::test]
async fn an_event_that_is_newer_than_the_list_stays() {
    let world = World::new().await;
    let sql = "UPDATE template SET status = 'paused', status_at = now() + interval '1 hour' WHERE tenant_id = $1 AND name = 'hello'";
    world.sql.execute(sql, &[&world.tenant.0]).await.expect("an event");
    *world.meta.templates.lock() =
        vec![json!({ "id": "81", "name": "hello", "language": "en_US", "status": "APPROVED",
        "category": "UTILITY", "components": [] })];
    sync::compare(&world.desk, Some(world.tenant), true).await.expect("compared");
    assert_eq!(listed(&world, "hello").await[0]["status"], "PAUSED");
}

#[tokio::test]
async fn a_creation_does_not_count_as_a_comparison_with_the_whole_list() {
    let world = World::new().await;
    assert_eq!(post(&world, &base(), &template("new_today")).await.status, 200);
    let missed = json!({ "id": "91", "name": "hello", "language": "en_US", "status": "PAUSED", "category": "UTILITY",
        "components": [] });
    world.meta.templates.lock().push(missed);
    let compared = sync::compare(&world.desk, Some(world.tenant), false).await.expect("compared");
    assert_eq!(
        compared.iter().filter_map(|own| own.outcome.as_ref().ok()).map(|counts| counts.listed).sum::<usize>(),
        2
    );
    assert_eq!(listed(&world, "hello").await[0]["status"], "PAUSED");
    assert_eq!(listed(&world, "new_today").await[0]["status"], "PENDING", "what was created is in the list");
    let again = sync::compare(&world.desk, Some(world.tenant), false).await.expect("compared");
    assert!(again.is_empty(), "another worker was first");
}

#[tokio::test]
async fn what_a_webhook_did_not_tell_is_mended_every_night_until_the_process_ends() {
    let world = World::apart().await;
    let missed = |name: &str, status: &str| json!({ "id": name, "name": name, "language": "en_US", "status": status, "category": "UTILITY", "components": [] });
    let stop = CancellationToken::new();
    let (night, mut nights) = tokio::sync::mpsc::channel(1);
    let wait = move || {
        // Full while the test looks elsewhere.
        let _ = night.try_send(());
        Duration::from_millis(1)
    };
    let running = tokio::spawn(sync::run_after(world.desk.clone(), wait, stop.clone()));
    let status = async || listed(&world, "hello").await[0]["status"].clone();
    for list in [vec![missed("hello", "PAUSED")], vec![missed("hello", "APPROVED"), missed("new_one", "APPROVED")]] {
        // One may have begun before; the third begins when the second is over, which had this list.
        *world.meta.templates.lock() = list;
        for _ in 0..3 {
            nights.recv().await.expect("another night");
        }
        assert_eq!(status().await, "PAUSED");
    }
    assert_eq!(world.meta.count("message_templates"), 1, "another worker was first");

    let a_day = "UPDATE template SET listed_at = listed_at - interval '1 day'";
    world.sql.execute(a_day, &[]).await.expect("a day later");
    while status().await != "APPROVED" {
        nights.recv().await.expect("another night");
    }
    assert_eq!(listed(&world, "new_one").await.as_array().map(Vec::len), Some(1));
    stop.cancel();
    running.await.expect("it ends with the process, whatever it waits for");
}
