//! SQL, webhook endpoints, senders, templates and opt-outs.

use http::Method;
use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn sql_is_taken_in_three_forms_and_answered_in_three() {
    let world = World::new().await;
    let answer = world.post("/v1/sql", &json!({ "sql": "SELECT 1" })).await;
    assert_eq!(answer.json(), json!({ "tenant": world.tenant, "sql": "SELECT 1" }));
    for media in ["text/plain; charset=utf-8", "application/sql"] {
        let headers = [("content-type", media), ("accept", "text/html, text/csv;q=0.9")];
        let answer = world.send(Method::POST, "/v1/sql", &headers, "SELECT 1").await;
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(answer.text, format!("tenant\n{}\n", world.tenant));
        assert_eq!(answer.header("posthaste-truncated"), "");
    }
    let headers = [("content-type", "application/sql"), ("accept", "application/vnd.apache.arrow.stream")];
    let answer = world.send(Method::POST, "/v1/sql", &headers, "long").await;
    assert_eq!((answer.header("content-type"), answer.text.as_str()), (headers[1].1, "ARROW1"));
    assert_eq!(answer.header("posthaste-truncated"), "true");
}

#[tokio::test]
async fn each_failure_of_a_query_has_its_code() {
    let world = World::new().await;
    let headers = [("content-type", "text/plain")];
    for (sql, status, code) in [
        ("invalid", 400, "sql_invalid"),
        ("", 400, "sql_invalid"),
        ("forbidden", 403, "sql_forbidden"),
        ("timeout", 504, "query_timeout"),
        ("memory", 422, "query_memory"),
        ("too many", 429, "too_many_queries"),
        ("unavailable", 503, "lake_unavailable"),
        ("failed", 500, "query_failed"),
    ] {
        let answer = world.send(Method::POST, "/v1/sql", &headers, sql).await;
        answer.problem(status, code);
        assert_eq!(matches!(status, 429 | 503), !answer.header("retry-after").is_empty(), "{code}");
    }
    let headers = [("content-type", "text/plain"), ("accept", "application/vnd.ms-excel")];
    world.send(Method::POST, "/v1/sql", &headers, "SELECT 1").await.problem(406, "not_acceptable");
    assert_eq!(world.post("/v1/sql", &json!({})).await.faults(), [("/sql".into(), "field_missing".into())]);
}

#[tokio::test]
async fn a_webhook_endpoint_shows_its_secret_once() {
    let (world, stranger) = (World::new().await, World::new().await);
    let body = json!({ "url": "https://example.com/hooks", "topics": ["inbound.v1", "delivery.v1", "inbound.v1"] });
    let created = world.post("/v1/webhook-endpoints", &body).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let secret = created.json()["secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with("whsec_"));
    assert_eq!(created.json()["topics"], json!(["delivery.v1", "inbound.v1"]));
    let listed = world.get("/v1/webhook-endpoints").await;
    assert_eq!(listed.json()["data"][0]["id"], created.id());
    assert!(!listed.text.contains("whsec_"));
    assert_eq!(stranger.get("/v1/webhook-endpoints").await.json()["data"], json!([]));
    let path = format!("/v1/webhook-endpoints/{}", created.id());
    stranger.delete(&path).await.problem(404, "not_found");
    assert_eq!(world.delete(&path).await.status, 204);
    world.delete(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_webhook_endpoint_of_metas_form_is_signed_with_the_secret_that_its_tenant_gives() {
    let world = World::new().await;
    let (url, app_secret) = ("https://example.com/hooks", "0123456789abcdef0123456789abcdef");
    let topics = json!(["delivery.v1", "accounts.v1", "inbound.v1"]);
    let body = json!({ "url": url, "topics": topics, "form": "meta", "app_secret": app_secret });
    let created = world.post("/v1/webhook-endpoints", &body).await;
    assert_eq!(created.status, 201, "{}", created.text);
    assert_eq!((&created.json()["form"], created.json().get("secret")), (&json!("meta"), None));
    let listed = world.get("/v1/webhook-endpoints").await;
    assert_eq!(listed.json()["data"][0]["form"], "meta");
    assert_eq!(listed.json()["data"][0]["topics"], json!(["accounts.v1", "delivery.v1", "inbound.v1"]));
    assert!(!created.text.contains(app_secret) && !listed.text.contains(app_secret));
    let kept = "SELECT e.form, s.secret FROM sink_endpoint e JOIN sink_secret s USING (tenant_id, endpoint_id) WHERE e.tenant_id = $1";
    let row = world.sql.query_one(kept, &[&world.tenant.0]).await.expect("the endpoint");
    assert_eq!((row.get(0), row.get(1)), ("meta", app_secret));

    let faults = async |body: Value| world.post("/v1/webhook-endpoints", &body).await.faults();
    let secret = |code: &str| [("/app_secret".to_owned(), code.to_owned())];
    assert_eq!(faults(json!({ "url": url, "topics": topics, "form": "meta" })).await, secret("field_missing"));
    let of_ours = json!({ "url": url, "topics": topics, "app_secret": app_secret });
    assert_eq!(faults(of_ours).await, secret("field_invalid"));
    let strange = json!({ "url": url, "topics": topics, "form": "xml" });
    assert_eq!(faults(strange).await, [("/form".to_owned(), "field_invalid".to_owned())]);
}

#[tokio::test]
async fn endpoints_are_checked_and_counted() {
    let world = World::new().await;
    let body = json!({ "url": "http://10.0.0.1/", "topics": ["orders.v1"], "secret": "mine" });
    let faults = world.post("/v1/webhook-endpoints", &body).await.faults();
    let text = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(
        faults,
        [text("/secret", "field_unknown"), text("/url", "url_invalid"), text("/topics/0", "field_invalid")]
    );
    let body = json!({ "url": "https://example.com/", "topics": ["inbound.v1"] });
    for _ in 0..20 {
        assert_eq!(world.post("/v1/webhook-endpoints", &body).await.status, 201);
    }
    world.post("/v1/webhook-endpoints", &body).await.problem(409, "endpoint_limit");
}

#[tokio::test]
async fn senders_and_templates_are_listed_without_the_token() {
    let world = World::new().await;
    let senders = world.get("/v1/senders").await;
    assert_eq!(senders.json()["data"][0]["id"], world.sender);
    assert!(!senders.text.contains("token"));
    let mut names = Vec::new();
    let mut path = "/v1/templates?limit=1".to_owned();
    loop {
        let page = world.get(&path).await.json();
        let entry = &page["data"][0];
        names.push((entry["name"].as_str().unwrap().to_owned(), entry["language"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/templates?limit=1&cursor={cursor}");
    }
    let expected = [("hello", "en_US"), ("order", "de"), ("order", "en_US")];
    assert_eq!(names, expected.map(|(name, language)| (name.to_owned(), language.to_owned())));
}

#[tokio::test]
async fn a_person_can_opt_out_and_in_again() {
    let (world, stranger) = (World::new().await, World::new().await);
    let body = json!({ "contact": "+1 631 555 0101", "reason": "wrote STOP" });
    for _ in 0..2 {
        let answer = world.post("/v1/opt-outs", &body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["contact"]), (201, &json!("+16315550101")));
    }
    let listed = world.get("/v1/opt-outs").await.json();
    assert_eq!(
        (listed["data"].as_array().map(Vec::len), &listed["data"][0]["reason"]),
        (Some(1), &json!("wrote STOP"))
    );
    assert_eq!(stranger.get("/v1/opt-outs").await.json()["data"], json!([]));
    stranger.delete("/v1/opt-outs/+16315550101").await.problem(404, "not_found");
    assert_eq!(world.delete("/v1/opt-outs/%2B16315550101").await.status, 204);
    world.delete("/v1/opt-outs/+16315550101").await.problem(404, "not_found");
    let faults = world.post("/v1/opt-outs", &json!({ "contact": "+1", "why": "x" })).await.faults();
    assert_eq!(faults, [("/why".into(), "field_unknown".into()), ("/contact".into(), "malformed_number".into())]);
}
