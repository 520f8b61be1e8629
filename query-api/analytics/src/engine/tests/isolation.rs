//! Attempts to see another tenant's rows, or anything that is not a row at all.

use posthaste_model::{CampaignId, Contact, IntentId};

use super::*;

/// Whatever contains this belongs to the other tenant.
const SECRET: &str = "+19995550123";

fn other() -> TenantId {
    TenantId(uuid::Uuid::from_u128(0xbeef))
}

/// Both tenants have rows in files and in the tail, at neighbouring offsets.
async fn world() -> World {
    let mut world = World::new(&limits());
    let campaign = CampaignId(uuid::Uuid::from_u128(0xbeef));
    let secret = |n| Transition {
        tenant_id: other(),
        intent_id: IntentId::of_recipient(campaign, n),
        campaign_id: Some(campaign),
        contact: Contact::new(SECRET),
        reason: Some(SECRET.to_owned()),
        ..samples::transition(n, 1, "failed")
    };
    world.flush(&[samples::transition(1, 1, "sent"), secret(1), samples::transition(2, 1, "sent"), secret(2)]).await;
    world.publish(&[secret(3), samples::transition(3, 1, "sent"), secret(4)]);
    world
}

/// The other tenant's file, as the operating system names it.
fn file(world: &World) -> String {
    let path = &world.manifest[&other()][0].path;
    world.dir.path().join(path).to_str().expect("a readable path").to_owned()
}

#[tokio::test]
async fn a_tenant_sees_its_rows_and_no_others() {
    let world = world().await;
    assert_eq!(world.rows("SELECT count(*) FROM transitions").await, serde_json::json!([[3]]));
    let theirs = world.ask(other(), "SELECT * FROM transitions").await.expect("an answer");
    assert_eq!(theirs["rows"].as_array().map(Vec::len), Some(4));
    assert!(theirs.to_string().contains(SECRET), "the control: the secret is there for its owner");
}

#[tokio::test]
async fn no_question_reaches_another_tenants_rows() {
    let world = world().await;
    let (file, other) = (file(&world), other());
    let questions = [
        "SELECT * FROM transitions UNION ALL SELECT * FROM transitions".to_owned(),
        "SELECT * FROM transitions UNION SELECT * FROM posthaste.public.transitions".to_owned(),
        format!("SELECT * FROM transitions WHERE tenant_id = '{other}'"),
        format!("SELECT * FROM transitions WHERE tenant_id = '{other}' OR 1 = 1"),
        "SELECT * FROM messages".to_owned(),
        "SELECT * FROM attempts FULL OUTER JOIN messages ON true".to_owned(),
        "SELECT * FROM failure_reasons".to_owned(),
        "SELECT * FROM information_schema.tables".to_owned(),
        "SELECT * FROM information_schema.columns".to_owned(),
        "SELECT * FROM information_schema.views".to_owned(),
        "SELECT * FROM information_schema.schemata".to_owned(),
        "SELECT * FROM information_schema.df_settings".to_owned(),
        "SHOW TABLES".to_owned(),
        "SHOW COLUMNS FROM transitions".to_owned(),
        "DESCRIBE transitions".to_owned(),
        "EXPLAIN SELECT * FROM transitions".to_owned(),
        "EXPLAIN VERBOSE SELECT * FROM messages".to_owned(),
        "EXPLAIN ANALYZE SELECT * FROM transitions".to_owned(),
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r, transitions"
            .to_owned(),
        format!("SELECT * FROM '{file}'"),
        format!("SELECT * FROM \"{file}\""),
        format!("SELECT * FROM 'file://{file}'"),
        "SELECT * FROM 'lake://files/transitions/'".to_owned(),
        format!("SELECT * FROM read_parquet('{file}')"),
        format!("SELECT * FROM parquet_scan('{file}')"),
        format!("SELECT * FROM parquet_metadata('{file}')"),
        format!("SELECT * FROM read_csv('{file}')"),
        format!("SELECT * FROM glob('{file}')"),
        "SELECT * FROM metadata_cache()".to_owned(),
        "SELECT * FROM statistics_cache()".to_owned(),
        format!("SELECT pg_read_file('{file}')"),
        "SELECT * FROM datafusion.public.transitions".to_owned(),
        "SELECT @@version".to_owned(),
    ];
    let dir = world.dir.path().to_str().expect("a readable path").to_owned();
    for sql in questions {
        // The asker's own words do not count.
        let said = |text: String| text.replace(&file, "").replace(&format!("{other}"), "");
        let told = match world.answer(samples::tenant(), &sql, Format::Json).await {
            Ok(answer) => said(String::from_utf8_lossy(&answer.body).into_owned()),
            Err(error) => said(error.to_string()),
        };
        for secret in [SECRET, &other.0.to_string(), dir.as_str()] {
            assert!(!told.contains(secret), "{sql} tells {secret}: {told}");
        }
    }
}

#[tokio::test]
async fn statements_that_are_no_questions_are_refused() {
    let world = world().await;
    let file = file(&world);
    let written = world.dir.path().join("written").to_str().expect("a readable path").to_owned();
    let statements = [
        format!("CREATE EXTERNAL TABLE x STORED AS PARQUET LOCATION '{file}'"),
        "CREATE TABLE x AS SELECT 1".to_owned(),
        "CREATE VIEW x AS SELECT 1".to_owned(),
        "CREATE SCHEMA x".to_owned(),
        "CREATE FUNCTION x() RETURNS INT RETURN 1".to_owned(),
        "DROP TABLE transitions".to_owned(),
        format!("COPY transitions TO '{written}' STORED AS CSV"),
        format!("COPY (SELECT * FROM transitions) TO '{written}' STORED AS PARQUET"),
        format!("EXPLAIN COPY transitions TO '{written}' STORED AS CSV"),
        "INSERT INTO transitions SELECT * FROM transitions".to_owned(),
        "UPDATE transitions SET code = 1".to_owned(),
        "DELETE FROM transitions".to_owned(),
        "SET datafusion.catalog.information_schema = false".to_owned(),
        "RESET datafusion.execution.batch_size".to_owned(),
        "PREPARE x AS SELECT 1".to_owned(),
        "EXECUTE x".to_owned(),
        "BEGIN".to_owned(),
        "SELECT 1 INTO x".to_owned(),
    ];
    for sql in statements {
        let error = world.ask(samples::tenant(), &sql).await.expect_err(&sql);
        assert_eq!(error.code(), "sql_forbidden", "{sql}: {error}");
    }
    assert!(!std::path::Path::new(&written).exists());
    assert_eq!(world.rows("SELECT count(*) FROM transitions").await, serde_json::json!([[3]]));
}

#[tokio::test]
async fn what_is_wrong_with_a_question_is_said() {
    let world = world().await;
    for (sql, hint) in [
        ("", "No SQL statements"),
        ("SELEC 1", "Expected"),
        ("SELECT 1; SELECT 2", "single SQL statement"),
        ("SELECT nothing FROM transitions", "No field named nothing"),
        ("SELECT * FROM nowhere", "nowhere"),
        ("SELECT repeat('x', 2000000000)", "repeat"),
        ("SELECT 1 / (attempt - attempt) FROM transitions", "Divide by zero"),
    ] {
        let error = world.ask(samples::tenant(), sql).await.expect_err(sql);
        assert_eq!(error.code(), "sql_invalid", "{sql}: {error}");
        assert!(error.to_string().contains(hint), "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_file_that_is_gone_makes_the_lake_unavailable_and_is_not_named() {
    let mut world = world().await;
    let file = world.manifest.get_mut(&samples::tenant()).expect("files").first_mut().expect("a file");
    file.path = file.path.replace("p0-", "p1-");
    let error = world.ask(samples::tenant(), "SELECT * FROM transitions").await.expect_err("no file");
    assert_eq!(error.code(), "lake_unavailable");
    assert!(!error.to_string().contains("parquet"), "{error}");
}
