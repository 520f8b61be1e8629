//! SQL and the rest of the API with another tenant's rows within reach.

use http::Method;
use serde_json::json;

use crate::support::api::{Tenant, recipients};
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

/// Messages of each tenant.
const MESSAGES: usize = 40;

async fn run_campaign(tenant: &Tenant, first: usize) -> String {
    let campaign = tenant.campaign(recipients(first..first + MESSAGES)).await;
    tenant.start(&campaign).await;
    until("SQL shows the campaign delivered", PATIENCE, async || {
        let funnel = tenant.funnel(&campaign).await;
        let settled = funnel["delivered"].as_u64().unwrap_or(0) + funnel["failed"].as_u64().unwrap_or(0);
        holds(settled == MESSAGES as u64, || funnel.to_string())
    })
    .await;
    campaign
}

/// Asks as this tenant; gives status, code and text.
async fn ask(tenant: &Tenant, statement: &str) -> (u16, String, String) {
    let answer = tenant.post_new("/v1/sql", &json!({ "sql": statement })).await;
    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), code, answer.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_shows_another_tenants_rows() {
    let world = World::start(Plan::default()).await;
    let (own, other) = (world.tenant.clone(), world.second_tenant().await);
    let own_campaign = run_campaign(&own, 0).await;
    let other_campaign = run_campaign(&other, 5_000).await;
    // Both in files and in memory: the files are where a scan could go astray.
    until("each tenant has files in the lake", PATIENCE, async || {
        let tenants = world.database.number("SELECT count(DISTINCT tenant_id) FROM lake_file").await;
        holds(tenants == 2, || tenants.to_string())
    })
    .await;
    let path = world
        .database
        .query("SELECT path FROM lake_file f JOIN tenant t USING (tenant_id) WHERE t.name = 'it-1' LIMIT 1", &[])
        .await;
    let path = format!("{}/lake/{}", world.site.folder.display(), path[0].get::<_, String>(0));
    let secrets = [&other.id, &other.sender, &other_campaign, &"+1202555500".to_owned()];
    for secret in [&other.sender, &other_campaign] {
        let (status, _, text) = ask(&other, "SELECT * FROM transitions").await;
        assert!(status == 200 && text.contains(secret.as_str()), "its owner does not see it either: {text}");
    }

    let foreign = format!("sender_id = '{}'", other.sender);
    for statement in [
        "SELECT * FROM transitions".to_owned(),
        "SELECT * FROM attempts".to_owned(),
        "SELECT * FROM messages".to_owned(),
        "SELECT * FROM delivery_funnel".to_owned(),
        "SELECT * FROM failure_reasons".to_owned(),
        "SELECT * FROM throughput_minute".to_owned(),
        "SELECT * FROM time_to_deliver".to_owned(),
        format!("SELECT contact FROM transitions WHERE {foreign} OR 1 = 1"),
        format!("SELECT contact FROM transitions WHERE tenant_id <> '{}'", own.id),
        format!("SELECT contact FROM transitions UNION ALL SELECT contact FROM messages WHERE {foreign}"),
        format!("WITH t AS (SELECT * FROM transitions) SELECT max(contact) FROM t WHERE tenant_id <> '{}'", own.id),
        "SELECT a.contact, b.contact FROM transitions a CROSS JOIN messages b LIMIT 1000".to_owned(),
        "SELECT DISTINCT tenant_id, sender_id, campaign_id FROM transitions".to_owned(),
    ] {
        let (status, _, text) = ask(&own, &statement).await;
        assert_eq!(status, 200, "{statement}: {text}");
        for secret in secrets {
            assert!(!text.contains(secret.as_str()), "{statement}: {secret} is in {text}");
        }
    }
    let rows = own.sql("SELECT count(*) AS n FROM messages").await;
    assert_eq!(rows[0]["n"], MESSAGES);
    assert_eq!(own.funnel(&own_campaign).await["messages"], MESSAGES);

    for (statement, expected, code) in [
        ("DROP TABLE transitions".to_owned(), 403, "sql_forbidden"),
        ("CREATE TABLE t AS SELECT * FROM transitions".to_owned(), 403, "sql_forbidden"),
        (format!("CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION '{path}'"), 403, "sql_forbidden"),
        ("COPY transitions TO '/tmp/posthaste-it-stolen.csv'".to_owned(), 403, "sql_forbidden"),
        ("INSERT INTO transitions SELECT * FROM transitions".to_owned(), 403, "sql_forbidden"),
        ("DELETE FROM transitions".to_owned(), 403, "sql_forbidden"),
        ("SET datafusion.catalog.information_schema = true".to_owned(), 403, "sql_forbidden"),
        ("SELECT 1; SELECT * FROM transitions".to_owned(), 400, "sql_invalid"),
        (format!("SELECT * FROM '{path}'"), 400, "sql_invalid"),
        (format!("SELECT * FROM read_parquet('{path}')"), 400, "sql_invalid"),
        ("SELECT * FROM intent".to_owned(), 400, "sql_invalid"),
        ("SELECT * FROM public.lake_file".to_owned(), 400, "sql_invalid"),
        ("SELECT nothing FROM transitions".to_owned(), 400, "sql_invalid"),
        ("SELEC 1".to_owned(), 400, "sql_invalid"),
    ] {
        let (status, found, text) = ask(&own, &statement).await;
        assert_eq!((status, found.as_str()), (expected, code), "{statement}: {text}");
        assert!(!text.contains(&other.id) && !text.contains(&other_campaign), "{statement}: {text}");
    }

    let message =
        other.sql("SELECT intent_id FROM messages LIMIT 1").await[0]["intent_id"].as_str().expect("an id").to_owned();
    for (method, route) in [
        (Method::GET, format!("/v1/campaigns/{other_campaign}")),
        (Method::GET, format!("/v1/campaigns/{other_campaign}/funnel")),
        (Method::GET, format!("/v1/campaigns/{other_campaign}/rejects")),
        (Method::POST, format!("/v1/campaigns/{other_campaign}:cancel")),
        (Method::GET, format!("/v1/messages/{message}")),
    ] {
        let answer = own.try_call(method, &route, &[], String::new()).await.expect("the API answers");
        answer.problem(404, "not_found");
    }
}
