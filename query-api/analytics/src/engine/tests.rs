//! The engine over real files and a real tail; only the manifest, which is Postgres's, is handed in.

mod funnel;
mod isolation;
mod limits;

use std::collections::BTreeMap;

use posthaste_model::{TenantId, Transition};
use posthaste_runtime::config::{LakeConfig, PostgresConfig, SqlConfig};
use posthaste_sql::queries::lake::TenantLakeFiles;
use serde_json::Value;

use super::snapshot::Snapshot;
use super::*;
use crate::lake::{Buffer, file_path};
use crate::tables::transitions::{Rows, samples};
use crate::tail::TailBuffer;

/// A lake in a folder of its own, with the tables that the Postgres manifest and the tail would give.
struct World {
    dir: tempfile::TempDir,
    engine: Engine,
    manifest: BTreeMap<TenantId, Vec<TenantLakeFiles>>,
    tail: TailBuffer,
    offset: i64,
}

fn limits() -> SqlConfig {
    SqlConfig { memory_bytes_max: 64 << 20, timeout_ms: 30_000, rows_max: 1_000, concurrency_per_tenant: 4 }
}

impl World {
    fn new(limits: &SqlConfig) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let lake = LakeConfig { dir: dir.path().to_owned(), flush_rows: 1, flush_interval_ms: 1 };
        let nowhere = "postgres://nobody@127.0.0.1:1/nowhere".to_owned();
        let postgres = PostgresConfig {
            admin_url: nowhere.clone(),
            worker_url: nowhere.clone(),
            api_url: nowhere,
            worker_connections: 1,
            api_connections: 1,
            acquire_timeout_ms: 100,
        };
        let pool = ApiPool::new(&postgres).expect("a pool that is never used");
        let engine = Engine::new(&lake, limits, pool, Tail::default()).expect("an engine");
        Self { dir, engine, manifest: BTreeMap::new(), tail: TailBuffer::default(), offset: 0 }
    }

    /// Writes rows into files, as a flush of partition 0 does.
    async fn flush(&mut self, rows: &[Transition]) {
        let folder = Folder::open(self.dir.path()).expect("the lake");
        let mut buffer = Buffer::default();
        for row in rows {
            buffer.push(0, self.offset, row);
            self.offset += 1;
        }
        for group in buffer.take() {
            let (first, last) = (group.sealed.first_offset, group.sealed.last_offset);
            let path = file_path(group.day, group.tenant, 0, first, last);
            let bytes = folder.write(&path, group.sealed.batch).await.expect("written");
            let file =
                TenantLakeFiles { partition: 0, last_offset: last, path, bytes: bytes.try_into().expect("small") };
            self.manifest.entry(group.tenant).or_default().push(file);
        }
    }

    /// Adds rows to the tail.
    fn publish(&mut self, rows: &[Transition]) {
        for row in rows {
            let mut sealed = Rows::default();
            sealed.push(0, self.offset, row);
            self.offset += 1;
            self.tail.append(row.tenant_id, 0, sealed.seal().expect("a row"));
        }
    }

    fn snapshot(&self, tenant: TenantId) -> Result<Snapshot, QueryError> {
        let manifest = self.manifest.get(&tenant).into_iter().flatten().cloned().collect();
        Snapshot::new(tenant, manifest, self.tail.rows_of(tenant))
    }

    async fn answer(&self, tenant: TenantId, sql: &str, format: Format) -> Result<Answer, QueryError> {
        let snapshot = self.snapshot(tenant);
        self.engine.bounded(tenant, async { snapshot }, self.engine.question(sql, format)).await
    }

    /// The JSON answer.
    async fn ask(&self, tenant: TenantId, sql: &str) -> Result<Value, QueryError> {
        let answer = self.answer(tenant, sql, Format::Json).await?;
        Ok(serde_json::from_slice(&answer.body).expect("an answer is JSON"))
    }

    /// The rows of the JSON answer for the samples' tenant.
    async fn rows(&self, sql: &str) -> Value {
        self.ask(samples::tenant(), sql).await.expect("an answer")["rows"].take()
    }
}

/// Columns of a table or view: name and type.
async fn columns(world: &World, table: &str) -> Vec<(String, String)> {
    let answer = world.ask(samples::tenant(), &format!("SELECT * FROM {table} LIMIT 0")).await.expect("an answer");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    answer["columns"].as_array().expect("columns").iter().map(|c| (text(&c["name"]), text(&c["type"]))).collect()
}

/// The tables of the data dictionary: `### name`, then rows of `| column | type | meaning |`.
fn dictionary() -> BTreeMap<String, Vec<(String, String)>> {
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut table = None;
    for line in include_str!("../../../../sql/README.md").lines() {
        if let Some(name) = line.strip_prefix("### ") {
            table = Some(tables.entry(name.to_owned()).or_default());
        } else if let (Some(table), Some(row)) = (&mut table, line.strip_prefix("| ")) {
            let cells: Vec<&str> = row.split(" | ").collect();
            if cells[0] != "column" {
                assert!(cells.len() == 3 && cells[2].len() > 4, "a column without a meaning: {line}");
                table.push((cells[0].to_owned(), cells[1].to_owned()));
            }
        }
    }
    tables
}

#[tokio::test]
async fn the_data_dictionary_describes_what_the_engine_serves() {
    let world = World::new(&limits());
    let shown = world.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'").await;
    let mut served: Vec<String> =
        serde_json::from_value(shown).map(|rows: Vec<[String; 1]>| rows.concat()).expect("names");
    served.sort();
    let described = dictionary();
    assert_eq!(described.keys().cloned().collect::<Vec<_>>(), served);
    for (table, described) in described {
        assert_eq!(described, columns(&world, &table).await, "{table}");
    }
}

#[tokio::test]
async fn json_csv_and_arrow_say_the_same() {
    let mut world = World::new(&limits());
    world.flush(&[samples::transition(1, 1, "failed")]).await;
    world.publish(&[samples::bare(2)]);
    let sql = "SELECT attempt, at, code, campaign_id, \"offset\" FROM transitions ORDER BY \"offset\"";
    let json = world.ask(samples::tenant(), sql).await.expect("an answer");
    let campaign = samples::campaign();
    assert_eq!(
        json,
        serde_json::json!({
            "columns": [
                {"name": "attempt", "type": "smallint"},
                {"name": "at", "type": "timestamp"},
                {"name": "code", "type": "bigint"},
                {"name": "campaign_id", "type": "text"},
                {"name": "offset", "type": "bigint"},
            ],
            "rows": [
                [1, "2026-11-21T00:01:10Z", 131_026, campaign.to_string(), 0],
                [1, "2026-11-21T00:01:00Z", null, null, 1],
            ],
            "truncated": false,
        })
    );
    let csv = world.answer(samples::tenant(), sql, Format::Csv).await.expect("an answer");
    let lines = format!(
        "attempt,at,code,campaign_id,offset\n1,2026-11-21T00:01:10Z,131026,{campaign},0\n1,2026-11-21T00:01:00Z,,,1\n"
    );
    assert_eq!(std::str::from_utf8(&csv.body).expect("text"), lines);
    let arrow = world.answer(samples::tenant(), sql, Format::Arrow).await.expect("an answer");
    let reader = arrow::ipc::reader::StreamReader::try_new(&*arrow.body, None).expect("a stream");
    assert_eq!(reader.map(|batch| batch.expect("a batch").num_rows()).sum::<usize>(), 2);
    assert_eq!((csv.rows, arrow.rows, arrow.truncated), (2, 2, false));
}

#[tokio::test]
async fn an_answer_without_rows_has_its_columns() {
    let world = World::new(&limits());
    let sql = "SELECT status, code FROM transitions";
    let csv = world.answer(samples::tenant(), sql, Format::Csv).await.expect("an answer");
    assert_eq!(&*csv.body, b"status,code\n");
    let json = world.ask(samples::tenant(), sql).await.expect("an answer");
    assert_eq!((json["rows"].as_array().map(Vec::len), json["columns"].as_array().map(Vec::len)), (Some(0), Some(2)));
}
