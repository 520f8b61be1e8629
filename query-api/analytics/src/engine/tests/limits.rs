//! What one query may take.

use std::time::{Duration, Instant};

use super::*;

#[tokio::test]
async fn an_answer_that_is_too_long_is_cut_and_says_so() {
    let world = World::new(&SqlConfig { rows_max: 10, ..limits() });
    let answer = world.ask(samples::tenant(), "SELECT * FROM generate_series(1, 11)").await.expect("an answer");
    assert_eq!((answer["rows"].as_array().map(Vec::len), &answer["truncated"]), (Some(10), &Value::Bool(true)));
    let answer = world.ask(samples::tenant(), "SELECT * FROM generate_series(1, 10)").await.expect("an answer");
    assert_eq!((answer["rows"].as_array().map(Vec::len), &answer["truncated"]), (Some(10), &Value::Bool(false)));
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_stopped() {
    let world = World::new(&SqlConfig { timeout_ms: 300, concurrency_per_tenant: 1, ..limits() });
    let started = Instant::now();
    let endless = "SELECT count(*) FROM generate_series(1, 1000000000000) WHERE value % 7 = 3";
    let error = world.ask(samples::tenant(), endless).await.expect_err("it takes hours");
    assert_eq!(error, QueryError::Timeout { limit_ms: 300 });
    assert!(started.elapsed() < Duration::from_secs(5));
    // It stops for good: its place becomes free.
    while world.ask(samples::tenant(), "SELECT 1").await == Err(QueryError::TooMany { limit: 1 }) {
        assert!(started.elapsed() < Duration::from_secs(20), "the query still runs");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_query_that_takes_too_much_memory_is_stopped() {
    let world = World::new(&SqlConfig { memory_bytes_max: 1 << 20, rows_max: 10_000_000, ..limits() });
    for sql in [
        "SELECT value, count(*) FROM generate_series(1, 10000000) GROUP BY value ORDER BY 2 LIMIT 1",
        "SELECT * FROM generate_series(1, 5000000) ORDER BY value DESC",
        "SELECT a.value FROM generate_series(1, 3000000) a JOIN generate_series(1, 3000000) b ON a.value = b.value",
        "SELECT * FROM generate_series(1, 5000000)",
    ] {
        let error = world.ask(samples::tenant(), sql).await.expect_err(sql);
        assert_eq!(error.code(), "query_memory", "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_tenant_that_asks_too_much_at_once_is_refused_and_no_other_is() {
    let world = World::new(&SqlConfig { concurrency_per_tenant: 1, timeout_ms: 2_000, ..limits() });
    let other = TenantId(uuid::Uuid::from_u128(0xb));
    let long = "SELECT count(*) FROM generate_series(1, 1000000000000) WHERE value % 7 = 3";
    let (first, second, others) = tokio::join!(
        world.ask(samples::tenant(), long),
        world.ask(samples::tenant(), "SELECT 1"),
        world.ask(other, "SELECT 1"),
    );
    assert_eq!(first.expect_err("it takes hours").code(), "query_timeout");
    assert_eq!(second.expect_err("one runs"), QueryError::TooMany { limit: 1 });
    assert_eq!(others.expect("another tenant")["rows"], serde_json::json!([[1]]));
}

#[tokio::test]
async fn a_text_that_is_too_long_or_too_deep_is_refused() {
    let world = World::new(&limits());
    let deeper = session::STRUCTURE_TOKENS_MAX;
    for sql in [
        format!("SELECT '{}'", "x".repeat(session::SQL_BYTES_MAX)),
        format!("SELECT 1{}", " + 1".repeat(deeper)),
        format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(deeper)),
        format!("SELECT {}1{}", "(".repeat(200), ")".repeat(200)),
        format!("SELECT {}1{}", "abs(".repeat(200), ")".repeat(200)),
    ] {
        let error = world.ask(samples::tenant(), &sql).await.expect_err("too large");
        assert_eq!(error.code(), "sql_invalid", "{}: {error}", &sql[..40]);
    }
}

/// The deepest of what is let through neither ends the process nor outlasts the time limit.
#[tokio::test]
async fn a_text_that_is_as_deep_as_may_be_is_answered() {
    let world = World::new(&limits());
    let depth = session::STRUCTURE_TOKENS_MAX - 20;
    for sql in [
        format!("SELECT 1{}", " + 1".repeat(depth)),
        format!("SELECT n{} FROM (VALUES (1)) AS v (n)", " + n".repeat(depth)),
        format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(depth / 3)),
        format!("SELECT 1 WHERE 1 = 1{}", " OR 1 = 2".repeat(depth / 2)),
        format!("SELECT contact FROM messages WHERE contact IN ('a'{})", ", '+16315550100'".repeat(3_000)),
    ] {
        assert!(world.ask(samples::tenant(), &sql).await.is_ok(), "{}", &sql[..40]);
    }
}

/// No pool counts the memory of a text that grows, so it is not let grow.
#[tokio::test]
async fn a_value_cannot_be_made_to_grow_without_bound() {
    let world = World::new(&limits());
    let doubled = |times| {
        let double = |sql, n| format!("SELECT a{n} || a{n} AS a{} FROM ({sql})", n + 1);
        (0..times).fold("SELECT 'xxxxxxxx' AS a0".to_owned(), double)
    };
    for sql in [
        doubled(40),
        format!("SELECT '{}' || 'x'", "x".repeat(session::GROWN_LITERAL_BYTES_MAX / 2)),
        "SELECT repeat('x', 2000000000)".to_owned(),
        "SELECT lpad('x', 2000000000, 'x')".to_owned(),
        "SELECT concat('x', 'x')".to_owned(),
        "SELECT replace('xx', 'x', 'xxxxxx')".to_owned(),
        "WITH RECURSIVE r AS (SELECT 'x' AS a UNION ALL SELECT a || a FROM r) SELECT * FROM r".to_owned(),
    ] {
        let error = world.ask(samples::tenant(), &sql).await.expect_err("it grows");
        assert_eq!(error.code(), "sql_invalid", "{sql}: {error}");
    }
    let most = session::JOINS_OF_TEXT_MAX;
    let grown = world.rows(&format!("SELECT length(a{most}) FROM ({})", doubled(most))).await;
    assert_eq!(grown, serde_json::json!([[512]]));
    assert_eq!(world.rows("SELECT 'a' || '/' || 'b'").await, serde_json::json!([["a/b"]]));
}
