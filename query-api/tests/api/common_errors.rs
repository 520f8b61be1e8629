//! What every route has in common: routes, keys, bodies, request ids, and a database that is away.

use std::sync::Arc;

use http::Method;
use serde_json::json;

use crate::world::{World, start};

#[tokio::test]
async fn public_routes_need_no_key() {
    let world = World::new().await;
    for (path, media) in [
        ("/healthz", "application/json"),
        ("/readyz", "application/json"),
        ("/openapi.json", "application/json"),
        ("/errors", "text/markdown; charset=utf-8"),
    ] {
        let answer = world.send_plain(Method::GET, path, &[], "").await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, media), "{path}");
    }
    assert_eq!(world.send_plain(Method::HEAD, "/healthz", &[], "").await.text, "");
}

#[tokio::test]
async fn a_key_is_needed_and_must_be_valid() {
    let mut world = World::new().await;
    world.send_plain(Method::GET, "/v1/campaigns", &[], "").await.problem(401, "api_key_missing");
    for bad in ["Bearer phk_live_other", "Basic phk_live_x", "Bearer "] {
        let answer = world.send_plain(Method::GET, "/v1/campaigns", &[("authorization", bad)], "").await;
        answer.problem(401, "api_key_invalid");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    world.sql.execute("UPDATE api_key SET revoked_at = now() WHERE tenant_id = $1", &[&world.tenant.0]).await.unwrap();
    // This server has not seen the key yet, so there is nothing to forget.
    world.get("/v1/campaigns").await.problem(401, "api_key_invalid");
    world.key = "phk_live_".to_owned() + &"x".repeat(500);
    world.get("/v1/campaigns").await.problem(401, "api_key_invalid");
}

#[tokio::test]
async fn an_unknown_route_and_a_wrong_method_are_told_apart() {
    let world = World::new().await;
    world.get("/v1/nothing").await.problem(404, "route_unknown");
    let answer = world.delete("/v1/campaigns").await;
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "POST, GET");
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_a_plain_one_is_echoed() {
    let world = World::new().await;
    let answer = world.send(Method::GET, "/v1/senders", &[("x-request-id", "job-7.1")], "").await;
    assert_eq!(answer.header("x-request-id"), "job-7.1");
    let answer = world.send(Method::GET, "/v1/senders", &[("x-request-id", "a b<c>")], "").await;
    assert!(answer.header("x-request-id").starts_with("req_"));
}

#[tokio::test]
async fn bodies_and_queries_are_checked() {
    let world = World::new().await;
    let path = "/v1/messages";
    let headers = [("idempotency-key", "k"), ("content-type", "application/json")];
    world.send(Method::POST, path, &headers, "{\"to\":").await.problem(400, "body_invalid");
    world.send(Method::POST, path, &headers, "\u{feff}").await.problem(400, "body_invalid");
    world.send(Method::POST, path, &headers, " ".repeat(5000)).await.problem(413, "body_too_large");
    let answer = world.send(Method::POST, path, &headers[..1], "{}").await;
    assert!(answer.problem(415, "content_type_unsupported").contains("send application/json"));
    let gzip = [headers[0], headers[1], ("content-encoding", "gzip")];
    world.send(Method::POST, path, &gzip, "{}").await.problem(415, "content_type_unsupported");
    assert_eq!(world.post_with_key(path, "k", &json!([])).await.faults(), [(String::new(), "field_invalid".into())]);
    assert!(world.get("/v1/campaigns?limt=3").await.problem(400, "query_invalid").contains("limit, cursor"));
    world.get("/v1/campaigns?limit=0").await.problem(400, "query_invalid");
    world.get("/v1/campaigns?cursor=%21").await.problem(400, "query_invalid");
    // A cursor of another list.
    world.get("/v1/campaigns?cursor=WyJhIl0").await.problem(400, "query_invalid");
    world.get("/v1/templates?cursor=WyJhIl0").await.problem(400, "query_invalid");
}

#[tokio::test]
async fn without_the_database_the_answer_is_503_and_the_process_is_well() {
    let mut world = World::new().await;
    // Nothing listens on the discard port.
    let mut away = world.config.clone();
    "postgres://posthaste_app@127.0.0.1:9/none".clone_into(&mut away.postgres.api_url);
    world.address = start(&away, Arc::clone(&world.commands)).await;
    for path in ["/readyz", "/v1/campaigns"] {
        let answer = world.get(path).await;
        answer.problem(503, "store_unavailable");
        assert_eq!(answer.header("retry-after"), "5");
    }
    assert_eq!(world.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_defect_of_ours_is_500_and_tells_nothing_of_its_insides() {
    let mut world = World::new().await;
    // A database that was never migrated.
    let mut other = world.config.clone();
    other.postgres.api_url = std::env::var("POSTHASTE_TEST_PG_ADMIN_URL").expect("checked before");
    world.address = start(&other, Arc::clone(&world.commands)).await;
    let answer = world.get("/v1/campaigns").await;
    answer.problem(500, "internal");
    assert!(!answer.text.contains("tenant_of_api_key"), "{}", answer.text);
}

#[tokio::test]
async fn a_request_that_hangs_is_ended() {
    let world = World::new().await;
    world.post("/v1/sql", &json!({ "sql": "never" })).await.problem(504, "deadline_exceeded");
}
