//! Campaigns: creation, idempotency, the state machine, lists, and other tenants.

use http::Method;
use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn a_campaign_is_created_as_a_draft_and_can_be_looked_at() {
    let world = World::new().await;
    let created = world.post_with_key("/v1/campaigns", "k", &world.campaign()).await;
    assert_eq!(created.status, 201, "{}", created.text);
    assert_eq!(created.header("location"), format!("/v1/campaigns/{}", created.id()));
    let read = world.get(created.header("location")).await;
    assert_eq!(read.json(), created.json());
    let body = read.json();
    assert_eq!(body["state"], "draft");
    assert_eq!((&body["unknown_policy"], &body["ttl_seconds"]), (&json!("at_most_once"), &json!(86_400)));
    assert_eq!(body["progress"]["queued"], 0);
    assert_eq!(body["weight"], 1);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_anything_is_made() {
    let world = World::new().await;
    let create = async |pointer: &str, value: Value| {
        let mut body = world.campaign();
        *body.pointer_mut(pointer).expect("a field") = value;
        world.post_with_key("/v1/campaigns", "k", &body).await
    };
    create("/sender_id", json!("nobody")).await.problem(422, "sender_unknown");
    create("/template/name", json!("nothing")).await.problem(422, "template_unknown");
    let answer = create("/template/language", json!("fr")).await;
    assert!(answer.problem(422, "template_language_unknown").contains("de, en_US"));
    world.set_template("order", "paused", Some("low quality")).await;
    let answer = create("/name", json!("x")).await;
    assert!(answer.problem(422, "template_not_approved").contains("paused (low quality)"));
    assert_eq!(answer.json()["errors"][0]["pointer"], "/template");
    let body = json!({ "name": "", "sender_id": 7, "template": { "name": "order", "lang": "de" }, "ttl_seconds": 1 });
    let faults = world.post_with_key("/v1/campaigns", "k", &body).await.faults();
    let pointers: Vec<_> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/name", "/sender_id", "/ttl_seconds", "/template/lang", "/template/language"]);
    assert_eq!(world.get("/v1/campaigns").await.json()["data"], json!([]));
}

#[tokio::test]
async fn one_key_makes_one_campaign() {
    let world = World::new().await;
    let body = world.campaign();
    world.post("/v1/campaigns", &body).await.problem(400, "idempotency_key_missing");
    world.post_with_key("/v1/campaigns", &"k".repeat(256), &body).await.problem(400, "idempotency_key_invalid");
    let (first, second) = tokio::join!(
        world.post_with_key("/v1/campaigns", "k", &body),
        world.post_with_key("/v1/campaigns", "k", &body)
    );
    assert_eq!(first.json(), second.json());
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 201));
    let again = world.post_with_key("/v1/campaigns", "k", &body).await;
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &first.text));
    assert_eq!(again.header("location"), first.header("location"));
    let mut other = body.clone();
    other["name"] = json!("autumn");
    world.post_with_key("/v1/campaigns", "k", &other).await.problem(422, "idempotency_key_reused");
    assert_eq!(world.get("/v1/campaigns").await.json()["data"].as_array().map(Vec::len), Some(1));
    // After 72 hours the key is new again.
    let statement = "UPDATE idempotency SET created_at = now() - interval '73 hours' WHERE tenant_id = $1";
    world.sql.execute(statement, &[&world.tenant.0]).await.unwrap();
    let later = world.post_with_key("/v1/campaigns", "k", &other).await;
    assert_eq!(later.status, 201, "{}", later.text);
    assert_ne!(later.id(), first.id());
}

#[tokio::test]
async fn a_refused_request_may_be_corrected_and_sent_with_its_key() {
    let world = World::new().await;
    world.set_template("order", "pending", None).await;
    world.post_with_key("/v1/campaigns", "k", &world.campaign()).await.problem(422, "template_not_approved");
    world.set_template("order", "approved", None).await;
    assert_eq!(world.post_with_key("/v1/campaigns", "k", &world.campaign()).await.status, 201);
}

#[tokio::test]
async fn a_campaign_goes_through_its_states() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    let path = |verb: &str| format!("/v1/campaigns/{id}:{verb}");
    let verb = async |verb: &str| world.post(&path(verb), &json!({})).await;
    world.post(&path("start"), &json!({})).await.problem(400, "idempotency_key_missing");
    world.post_with_key(&path("start"), "s", &json!({})).await.problem(409, "campaign_empty");
    let detail = verb("pause").await.problem(409, "campaign_state");
    assert_eq!(detail, "the campaign is draft, so it cannot pause; it can be: start, cancel, clone");
    assert_eq!(world.upload(&id, 0, "to,1,2\n+16315550101,a,b\n").await.json()["accepted"], 1);
    world.set_template("order", "disabled", None).await;
    world.post_with_key(&path("start"), "s", &json!({})).await.problem(422, "template_not_approved");
    world.set_template("order", "approved", None).await;
    let started = world.post_with_key(&path("start"), "s", &json!({})).await;
    assert_eq!((started.status.as_u16(), &started.json()["state"]), (202, &json!("running")));
    assert!(started.json()["started_at"].is_string());
    let again = world.post_with_key(&path("start"), "s", &json!({})).await;
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &started.text));
    world.post_with_key(&path("start"), "s2", &json!({})).await.problem(409, "campaign_state");
    let generation = async || {
        let statement = "SELECT generation FROM campaign WHERE tenant_id = $1";
        world.sql.query_one(statement, &[&world.tenant.0]).await.unwrap().get::<_, i32>(0)
    };
    for (step, state, expected) in
        [("pause", "pausing", 1), ("pause", "pausing", 1), ("resume", "running", 1), ("pause", "pausing", 2)]
    {
        let answer = verb(step).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["state"]), (200, &json!(state)), "{step}");
        assert_eq!(generation().await, expected, "{step}");
    }
    // As the owner of the sender does when what was armed has left; what it says of an earlier pause is not of this one.
    for (confirmed, state) in [(1, "pausing"), (2, "paused")] {
        let statement = "UPDATE campaign_progress SET confirmed = $2 WHERE tenant_id = $1";
        world.sql.execute(statement, &[&world.tenant.0, &confirmed]).await.unwrap();
        assert_eq!(verb("pause").await.json()["state"], state);
    }
    for _ in 0..2 {
        assert_eq!(verb("cancel").await.json()["state"], "cancelled");
        assert_eq!(generation().await, 3);
    }
    assert!(verb("resume").await.problem(409, "campaign_state").ends_with("it can be: retry, clone"));
}

#[tokio::test]
async fn progress_is_shown_and_a_finished_campaign_is_completed() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    world.upload(&id, 0, "to,1,2\n+16315550101,a,b\n").await;
    world.post_with_key(&format!("/v1/campaigns/{id}:start"), "s", &json!({})).await;
    let progress = async |set: &str| {
        let statement = format!("UPDATE campaign_progress SET {set} WHERE tenant_id = $1");
        world.sql.execute(&statement, &[&world.tenant.0]).await.unwrap();
        world.get(&format!("/v1/campaigns/{id}")).await.json()
    };
    let body = progress("cursor = 10, ingested = 8, open = 3, unknown = 1, accepted = 5, sent = 4, failed = 1").await;
    assert_eq!(
        (&body["state"], &body["recipients"], &body["rejected_lines"]),
        (&json!("running"), &json!(1), &json!(0))
    );
    // Two are on their way to the sender, and two of its three open ones are not unknown.
    assert_eq!(body["progress"]["queued"], 4);
    assert_eq!((&body["progress"]["released"], &body["progress"]["unknown"]), (&json!(10), &json!(1)));
    let body = progress("open = 0, unknown = 0, cursor = 8, completed_at = now()").await;
    assert_eq!((&body["state"], &body["progress"]["queued"]), (&json!("completed"), &json!(0)));
    let answer = world.post(&format!("/v1/campaigns/{id}:cancel"), &json!({})).await;
    assert!(answer.problem(409, "campaign_state").contains("the campaign is completed"));
}

#[tokio::test]
async fn a_list_has_pages_newest_first() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(world.create_campaign().await);
    }
    ids.reverse();
    let (mut seen, mut path) = (Vec::new(), "/v1/campaigns?limit=2".to_owned());
    loop {
        let page = world.get(&path).await.json();
        seen.extend(
            page["data"].as_array().expect("a list").iter().map(|entry| entry["id"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/campaigns?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ids);
}

#[tokio::test]
async fn another_tenants_campaign_looks_like_one_that_does_not_exist() {
    let (owner, stranger) = (World::new().await, World::new().await);
    let id = owner.create_campaign().await;
    let missing = "cmp_00000000000000000000000000000000";
    let headers = [("idempotency-key", "k"), ("content-type", "text/csv")];
    for (method, path) in [
        (Method::GET, "/v1/campaigns/{id}"),
        (Method::POST, "/v1/campaigns/{id}:start"),
        (Method::POST, "/v1/campaigns/{id}:pause"),
        (Method::POST, "/v1/campaigns/{id}:resume"),
        (Method::POST, "/v1/campaigns/{id}:cancel"),
        (Method::POST, "/v1/campaigns/{id}:clone"),
        (Method::POST, "/v1/campaigns/{id}:retry"),
        (Method::POST, "/v1/campaigns/{id}/recipients?chunk=0"),
        (Method::GET, "/v1/campaigns/{id}/rejects"),
        (Method::GET, "/v1/campaigns/{id}/funnel"),
    ] {
        let theirs = stranger.send(method.clone(), &path.replace("{id}", &id), &headers, "to,1,2\n").await;
        let nobodys = stranger.send(method, &path.replace("{id}", missing), &headers, "to,1,2\n").await;
        assert_eq!(theirs.problem(404, "not_found").replace(&id, missing), nobodys.problem(404, "not_found"), "{path}");
    }
    let mut body = owner.campaign();
    body["sender_id"] = json!(owner.sender);
    stranger.post_with_key("/v1/campaigns", "k", &body).await.problem(422, "sender_unknown");
    assert_eq!(owner.get(&format!("/v1/campaigns/{id}")).await.json()["state"], "draft");
    assert_eq!(stranger.get("/v1/campaigns").await.json()["data"], json!([]));
}

#[tokio::test]
async fn a_campaign_may_have_several_templates_that_can_take_each_others_place() {
    let world = World::new().await;
    for (name, parameters, category) in
        [("order_b", 2, "UTILITY"), ("order_c", 2, "UTILITY"), ("short", 1, "UTILITY"), ("sale", 2, "MARKETING")]
    {
        let insert =
            "INSERT INTO template (tenant_id, waba_id, name, language, category, status, body, parameter_count)
                      SELECT tenant_id, waba_id, $2, language, $3, 'approved', body, $4 FROM template
                       WHERE tenant_id = $1 AND name = 'order' AND language = 'en_US'";
        let count = world.sql.execute(insert, &[&world.tenant.0, &name, &category, &parameters]).await.expect("a row");
        assert_eq!(count, 1);
    }
    let body = |names: &[&str]| {
        let mut body = world.campaign();
        body.as_object_mut().expect("an object").remove("template");
        let named = |name: &&str| json!({ "name": name, "language": "en_US" });
        body["templates"] = names.iter().map(named).collect();
        body
    };
    for (names, pointer, code) in [
        (&["order"][..], "/templates", "field_invalid"),
        (&["order", "order"], "/templates/1", "field_invalid"),
        (&["order", "order_b", "nothing"], "/templates/2/name", "template_unknown"),
        (&["order", "short"], "/templates/1", "parameter_count"),
        (&["order", "sale"], "/templates/1", "field_invalid"),
    ] {
        let answer = world.post_with_key("/v1/campaigns", "refused", &body(names)).await;
        let fault = &answer.json()["errors"][0];
        assert_eq!(answer.status, 422, "{names:?}: {}", answer.text);
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)), "{names:?}: {}", answer.text);
    }
    let made = world.post_with_key("/v1/campaigns", "several", &body(&["order", "order_b", "order_c"])).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let turn = |name: &str, status: &str| json!({ "name": name, "language": "en_US", "status": status });
    let all = json!([turn("order", "approved"), turn("order_b", "approved"), turn("order_c", "approved")]);
    assert_eq!((&made.json()["template"]["name"], &made.json()["templates"]), (&json!("order"), &all));

    world.upload(&made.id(), 0, "to,1,2\n+16315550101,a,b\n").await;
    world.set_template("order_c", "paused", None).await;
    let start = format!("/v1/campaigns/{}:start", made.id());
    let refused = world.post_with_key(&start, "start", &json!({})).await;
    refused.problem(422, "template_not_approved");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/templates/2");
    world.set_template("order_c", "approved", None).await;
    assert_eq!(world.post_with_key(&start, "start", &json!({})).await.status, 202);
    // While one can be sent the campaign goes on; when none can, it says so of each.
    let shown = async || world.get(&format!("/v1/campaigns/{}", made.id())).await.json();
    world.set_template("order_c", "paused", Some("low quality")).await;
    let campaign = shown().await;
    assert_eq!((&campaign["hold"], &campaign["templates"][2]), (&Value::Null, &turn("order_c", "paused")));
    world.set_template("order", "paused", None).await;
    world.set_template("order_b", "disabled", None).await;
    let reason = "template order in en_US is paused; template order_b in en_US is disabled; \
                  template order_c in en_US is paused (low quality)";
    assert_eq!(shown().await["hold"]["reason"], reason);

    let copy = world.post_with_key(&format!("/v1/campaigns/{}:clone", made.id()), "copy", &json!({})).await;
    copy.problem(422, "template_not_approved");
    world.set_template("order", "approved", None).await;
    let copy = world.post_with_key(&format!("/v1/campaigns/{}:clone", made.id()), "copy", &json!({})).await;
    copy.problem(422, "template_not_approved");
    assert_eq!(copy.json()["errors"][0]["pointer"], "/templates/1", "each is looked at, not the first alone");
    for name in ["order_b", "order_c"] {
        world.set_template(name, "approved", None).await;
    }
    let copy = world.post_with_key(&format!("/v1/campaigns/{}:clone", made.id()), "copy", &json!({})).await;
    assert_eq!(copy.json()["templates"].as_array().map(Vec::len), Some(3), "{}", copy.text);
}
