//! Row-level security: what the catalogue says, and what a tenant with a database login can do.

use std::collections::BTreeSet;

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::support::app::PASSWORD;
use crate::support::database::connect;
use crate::support::{Schema, psql_role};

/// One row per thing that is not as it must be: what, and what is wrong with it.
const VIOLATIONS: &str = r"
WITH relation AS (
    SELECT c.oid, c.relname, c.relkind, c.reloptions, c.relrowsecurity AND c.relforcerowsecurity AS forced,
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS of_tenants
      FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'refinery_schema_history'
), service (role, tenants) AS (
    VALUES ('posthaste_app'::regrole, 'app_tenant()'), ('posthaste_worker', 'app_tenants()'), ('posthaste_tenant', 'session_tenant()')
), access AS (
    SELECT r.*, s.role, s.tenants,
           ARRAY(SELECT pg_get_expr(p.polqual, p.polrelid) || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
                   FROM pg_policy p WHERE p.polrelid = r.oid AND p.polpermissive AND p.polroles && ARRAY[s.role::oid, 0::oid]) AS policies
      FROM relation r CROSS JOIN service s
     WHERE r.relkind IN ('r', 'p') AND has_table_privilege(s.role, r.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
)
SELECT relname::text AS what, 'row-level security is not enabled and forced' AS wrong FROM relation WHERE relkind IN ('r', 'p') AND NOT forced
UNION ALL
SELECT relname::text, role || ' has a grant and no policy' FROM access WHERE of_tenants AND policies = '{}'
UNION ALL
SELECT relname::text, role || ' has a policy that does not ask for the tenant' FROM access a
 WHERE of_tenants AND EXISTS (SELECT FROM unnest(a.policies) p WHERE strpos(p, a.tenants) = 0)
UNION ALL
SELECT relname::text, role || ' has a grant on a table that is no tenant''s' FROM access
 WHERE NOT of_tenants AND role <> 'posthaste_worker'::regrole
UNION ALL
SELECT relname::text, 'the tenants'' logins may write' FROM relation
 WHERE relkind IN ('r', 'p', 'v') AND has_table_privilege('posthaste_tenant', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
UNION ALL
SELECT relname::text, 'the view is not security_invoker' FROM relation
 WHERE relkind = 'v' AND NOT coalesce(reloptions @> '{security_invoker=true}', false)
UNION ALL
SELECT relname::text, 'a materialized view has no row-level security' FROM relation WHERE relkind = 'm'
UNION ALL
SELECT rolname::text, 'the role may bypass row-level security' FROM pg_roles r
 WHERE (rolsuper OR rolbypassrls)
   AND (starts_with(rolname, 'posthaste_') OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.roleid = 'posthaste_tenant'::regrole))
UNION ALL
SELECT proname::text, 'the function has its owner''s rights, and the owner is not posthaste_directory' FROM pg_proc
 WHERE pronamespace = 'public'::regnamespace AND prosecdef AND proowner <> 'posthaste_directory'::regrole
 ORDER BY 1, 2";

async fn violations(client: &Client) -> Vec<(String, String)> {
    let rows = client.query(VIOLATIONS, &[]).await.expect("the catalogue can be asked");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_view_and_role_keeps_tenants_apart() {
    let schema = Schema::migrated().await;
    let client = schema.database.client().await;
    assert_eq!(violations(&client).await, []);
    let tables = "SELECT count(*) FROM pg_policies WHERE policyname = 'tenant'";
    assert!(schema.database.number(tables).await > 10, "the schema has lost its tables");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_of_the_catalogue_names_whatever_is_added_unprotected() {
    let schema = Schema::migrated().await;
    let mut client = schema.database.client().await;
    let bare = "CREATE TABLE it_thing (tenant_id uuid); ";
    let protected = format!(
        "{bare} CALL protect_tenant_table('it_thing'); GRANT SELECT ON it_thing TO posthaste_app, posthaste_tenant; "
    );
    let cases: [(String, &str); 8] = [
        (bare.to_owned(), "it_thing"),
        (format!("{bare} ALTER TABLE it_thing ENABLE ROW LEVEL SECURITY"), "it_thing"),
        (format!("{protected} DROP POLICY app ON it_thing"), "it_thing"),
        (format!("{protected} CREATE POLICY wide ON it_thing TO posthaste_tenant USING (true)"), "it_thing"),
        (format!("{protected} GRANT INSERT ON it_thing TO posthaste_tenant"), "it_thing"),
        ("CREATE VIEW it_view AS SELECT * FROM intent".to_owned(), "it_view"),
        ("CREATE ROLE posthaste_it_everything BYPASSRLS".to_owned(), "posthaste_it_everything"),
        (
            "CREATE FUNCTION it_all() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM intent'"
                .to_owned(),
            "it_all",
        ),
    ];
    for (statement, name) in cases {
        let added = client.transaction().await.expect("a transaction");
        added.batch_execute(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        let found = violations(added.client()).await;
        assert!(!found.is_empty() && found.iter().all(|(what, _)| what == name), "{statement}: {found:?}");
        added.rollback().await.expect("nothing stays");
    }
    // And what is protected as the migrations do it passes.
    let added = client.transaction().await.expect("a transaction");
    added.batch_execute(&protected).await.expect("the table is added");
    assert_eq!(violations(added.client()).await, []);
}

/// Every table of tenants.
async fn tenant_tables(client: &Client) -> Vec<String> {
    let statement = "SELECT table_name::text FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) \
                     WHERE table_schema = 'public' AND column_name = 'tenant_id' AND table_type = 'BASE TABLE' ORDER BY 1";
    let rows = client.query(statement, &[]).await.expect("the catalogue can be asked");
    rows.iter().map(|row| row.get(0)).collect()
}

/// A row in every table that the operator's commands have not filled; T stands for the tenant, S for its sender.
const FILL: &str = "
INSERT INTO opt_out VALUES ('T', '+12025550001', 'it');
INSERT INTO intent VALUES ('T', 'T', 'S', '+12025550001', 'campaign', 'T', 0, 0, '{}', 'at_most_once', now(), now());
INSERT INTO named_message VALUES ('T', 'S', 'm_T', '7180', 'T', 1, now());
INSERT INTO reported_status VALUES ('T', 'T');
INSERT INTO attempt (tenant_id, intent_id, attempt, task_partition, open, status, marks, due_at) VALUES ('T', 'T', 1, 0, false, 'read', 0, now());
INSERT INTO inbound_message (tenant_id, sender_id, wamid, at, kind, raw) VALUES ('T', 'S', 'wamid.T', now(), 'text', '');
INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, unknown_policy, ttl_seconds, state)
VALUES ('T', 'T', 'it', 'S', 't', 'en', 'at_most_once', 60, 'draft');
INSERT INTO campaign_template VALUES ('T', 'T', 0, 't', 'en');
INSERT INTO campaign_progress (tenant_id, campaign_id) VALUES ('T', 'T');
INSERT INTO campaign_chunk VALUES ('T', 'T', 0, 1, '[]');
INSERT INTO campaign_upload VALUES ('T', 'T', 0, '', 1, 1);
INSERT INTO campaign_contact VALUES ('T', 'T', '+12025550001', 0, 1);
INSERT INTO campaign_reject VALUES ('T', 'T', 0, 2, 'malformed_number', 'it', 'x');
INSERT INTO idempotency VALUES ('T', 'key', sha256(''), 200, '{}');
INSERT INTO sink_endpoint VALUES ('T', 'T', 'https://example.com/', '{inbound.v1}');
INSERT INTO sink_secret VALUES ('T', 'T', 'whsec_x');
INSERT INTO sink_cursor VALUES ('T', 'T', 'inbound.v1', 0, 0);
INSERT INTO send_hold VALUES ('T', 0, 'token', 'it', 190, 'it', false, now(), now(), 1, 0);
INSERT INTO letter VALUES ('T', 'T', now(), 'it', 'it', 'it', '');
INSERT INTO portfolio (tenant_id, portfolio_id) VALUES ('T', 'it');
INSERT INTO portfolio_contact VALUES ('T', 'it', '+12025550001', now());
INSERT INTO service_window VALUES ('T', 'S', '+12025550001', now());
INSERT INTO identity VALUES ('T', 'it', 'phone', '+12025550001', 'T', false, now());
INSERT INTO media (tenant_id, media_id, sender_id, direction, state, mime_type, expires_at)
VALUES ('T', 'T', 'S', 'in', 'wanted', 'image/png', now());
INSERT INTO people_lock VALUES ('T');
INSERT INTO account_standing (tenant_id, waba_id, cause, at) VALUES ('T', 'it', 'ban', now());
INSERT INTO upload_session VALUES ('T', 'T', 'upload:T', 'S', 1);
INSERT INTO registration_call VALUES ('T', 'T', 'S');
INSERT INTO number_group VALUES ('T', 'T', 'S');
INSERT INTO lake_file VALUES ('T', 'delivery.v1', 0, 0, 0, '2026-01-01', 'path-T', 1, 1);
";

/// Fills every table for both tenants, and checks that none was forgotten: an empty table would prove nothing.
async fn fill(schema: &Schema) -> Vec<String> {
    let client = schema.database.client().await;
    for tenant in schema.tenants {
        let sender =
            client.query_one("SELECT sender_id FROM sender WHERE tenant_id = $1", &[&tenant]).await.expect("a sender");
        let statement = FILL.replace("'S'", &format!("'{}'", sender.get::<_, String>(0)));
        let statement = statement.replace("'T'", &format!("'{tenant}'")).replace("-T'", &format!("-{tenant}'"));
        client.batch_execute(&statement).await.unwrap_or_else(|error| panic!("{error:?}"));
    }
    let tables = tenant_tables(&client).await;
    for table in &tables {
        let statement = format!("SELECT DISTINCT tenant_id FROM {table}");
        let rows = client.query(&statement, &[]).await.expect("the superuser sees all");
        assert_eq!(rows.len(), 2, "FILL has no row for {table}: add one");
    }
    tables
}

/// How a statement was refused; `None` when it was not.
async fn refusal(client: &Client, statement: &str) -> Option<SqlState> {
    client
        .batch_execute(statement)
        .await
        .err()
        .map(|error| error.code().cloned().unwrap_or_else(|| panic!("{error:?}")))
}

/// The tenants whose rows of a table are seen; `None` where the table may not be read at all.
async fn seen(client: &Client, table: &str) -> Option<BTreeSet<uuid::Uuid>> {
    match client.query(&format!("SELECT tenant_id FROM {table}"), &[]).await {
        Ok(rows) => Some(rows.iter().map(|row| row.get(0)).collect()),
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => None,
        Err(error) => panic!("{table}: {error:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_login_sees_its_own_rows_only_and_writes_none() {
    let schema = Schema::migrated().await;
    let tables = fill(&schema).await;
    let [own, other] = schema.tenants;
    let login = connect(&schema.database.url_of(&psql_role(0), PASSWORD)).await.expect("the tenant may log in");
    let mut readable = 0;
    for table in &tables {
        if let Some(tenants) = seen(&login, table).await {
            readable += 1;
            assert_eq!(tenants, BTreeSet::from([own]), "{table}");
        }
        for tenant in [own, other] {
            for statement in [
                format!("INSERT INTO {table} (tenant_id) VALUES ('{tenant}')"),
                format!("UPDATE {table} SET tenant_id = '{tenant}'"),
                format!("DELETE FROM {table} WHERE tenant_id = '{tenant}'"),
                format!("TRUNCATE {table} CASCADE"),
                format!("COPY {table} FROM STDIN"),
                // A lock that a login could hold for ever would hold up whoever works for its tenant, or for another one.
                format!("SELECT FROM {table} WHERE tenant_id = '{tenant}' FOR KEY SHARE"),
                format!("SELECT 1; LOCK TABLE {table} IN ROW SHARE MODE"),
            ] {
                assert_eq!(refusal(&login, &statement).await, Some(SqlState::INSUFFICIENT_PRIVILEGE), "{statement}");
            }
        }
    }
    assert!(readable >= 10, "only {readable} of {} tables can be read", tables.len());
    for tenant in [own, other] {
        let lock = format!("SELECT lock_people('{{{tenant}}}')");
        assert_eq!(refusal(&login, &lock).await, Some(SqlState::INSUFFICIENT_PRIVILEGE), "{lock}");
    }
    for table in ["task_lease", "outbox", "webhook_tally"] {
        assert_eq!(
            refusal(&login, &format!("SELECT FROM {table}")).await,
            Some(SqlState::INSUFFICIENT_PRIVILEGE),
            "{table}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_login_cannot_take_on_another_tenant_or_role() {
    let schema = Schema::migrated().await;
    let tables = fill(&schema).await;
    let [own, other] = schema.tenants;
    let url = schema.database.url_of(&psql_role(0), PASSWORD);
    // Allowed to anybody, and without effect on what is seen.
    for statement in [
        format!("SET app.tenant_id = '{other}'"),
        format!("SET app.tenant_ids = '{{{own},{other}}}'"),
        "SET ROLE posthaste_tenant".to_owned(),
        "RESET ALL".to_owned(),
        "SET search_path = pg_catalog".to_owned(),
    ] {
        let login = connect(&url).await.expect("the tenant may log in");
        login.batch_execute(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        for table in &tables {
            let tenants = seen(&login, &format!("public.{table}")).await.unwrap_or_default();
            assert!(tenants.is_subset(&BTreeSet::from([own])), "{statement}: {table}: {tenants:?}");
        }
    }
    let login = connect(&url).await.expect("the tenant may log in");
    for statement in [
        "SET ROLE posthaste_app",
        "SET ROLE posthaste_worker",
        "SET ROLE posthaste_directory",
        "SET ROLE postgres",
        &format!("SET ROLE {}", psql_role(1)),
        &format!("SET SESSION AUTHORIZATION {}", psql_role(1)),
        "SET row_security = off; SELECT FROM intent",
        "SELECT * FROM directory_senders()",
        "SELECT * FROM directory_sink_endpoints()",
        "SELECT * FROM directory_number_owners()",
        "SELECT * FROM directory_active_campaigns()",
        "SELECT * FROM directory_waba_tenants('{102290129340398}')",
        "SELECT * FROM tenant_of_api_key(sha256(''))",
        "CREATE TABLE mine (x int)",
        "CREATE OR REPLACE FUNCTION session_tenant() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        "ALTER TABLE intent DISABLE ROW LEVEL SECURITY",
        "GRANT posthaste_worker TO CURRENT_USER",
    ] {
        let refused = refusal(&login, statement).await;
        assert_eq!(refused, Some(SqlState::INSUFFICIENT_PRIVILEGE), "{statement}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_names_no_tenant_sees_nothing() {
    let schema = Schema::migrated().await;
    let tables = fill(&schema).await;
    let admin = schema.database.client().await;
    // A login that belongs to no tenant: as when its row in tenant_role was deleted.
    admin.execute("DELETE FROM tenant_role WHERE role_name = $1", &[&psql_role(0)]).await.expect("it is deleted");
    for (role, least) in [(psql_role(0), 10), ("posthaste_app".to_owned(), 10), ("posthaste_worker".to_owned(), 10)] {
        let login = connect(&schema.database.url_of(&role, PASSWORD)).await.expect("the role may log in");
        let mut readable = 0;
        for table in &tables {
            if let Some(tenants) = seen(&login, table).await {
                readable += 1;
                assert_eq!(tenants, BTreeSet::new(), "{role}: {table}");
            }
        }
        assert!(readable >= least, "{role} may read {readable} tables only");
    }
    let worker = connect(&schema.database.url_of("posthaste_worker", PASSWORD)).await.expect("the worker may log in");
    let statement = format!("INSERT INTO opt_out VALUES ('{}', '+12025550009', 'it')", schema.tenants[0]);
    assert_eq!(refusal(&worker, &statement).await, Some(SqlState::INSUFFICIENT_PRIVILEGE), "{statement}");
}
