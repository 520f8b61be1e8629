//! Configuration: a commented default compiled in, a file over it, the environment over both.
//!
//! The default file is the schema: a key that is not in it does not exist, and a value of another type than the default's
//! is wrong. All errors are collected and reported together, each with its key, where it was set, and what to write.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer};
use toml::{Table, Value};

mod validate;

/// The default configuration; `deploy/posthaste.toml`.
pub const DEFAULT: &str = include_str!("../../../deploy/posthaste.toml");

/// Prefix of environment variables that override a key.
pub const ENV_PREFIX: &str = "POSTHASTE_";

/// Environment variables with the prefix that are not configuration keys.
const ENV_RESERVED: [&str; 4] = ["POSTHASTE_CONFIG", "POSTHASTE_API", "POSTHASTE_API_KEY", "POSTHASTE_VERSION"];
/// Environment variables that belong to the scripts and the tests.
const ENV_RESERVED_PREFIXES: [&str; 3] = ["POSTHASTE_TEST_", "POSTHASTE_PG_", "POSTHASTE_BENCH_"];
/// Variables that `deploy/services` writes; `[kafka]` keys have two underscores.
const ENV_SERVICES: [&str; 2] = ["POSTHASTE_KAFKA_BOOTSTRAP", "POSTHASTE_KAFKA_PID"];

/// Tables whose keys are the operator's own.
const OPEN_TABLES: [&str; 2] = ["edge.apps", "kafka.options"];

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The key, with its section: `kafka.session_timeout_ms`.
    pub key: String,
    /// Where the value was set: `default`, a file's path, or an environment variable's name.
    pub set_by: String,
    /// What is wrong and what to write instead.
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (set by {}): {}", self.key, self.set_by, self.problem)
    }
}

/// Everything that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} configuration error(s):", self.0.len())?;
        self.0.iter().try_for_each(|error| writeln!(f, "  {error}"))
    }
}

impl std::error::Error for ConfigErrors {}

/// `[kafka]`
#[derive(Debug, Clone, Deserialize)]
pub struct KafkaConfig {
    /// Brokers, comma-separated.
    pub bootstrap_servers: String,
    /// Replicas of topics that are created.
    pub replication_factor: i32,
    /// Group session time-out.
    pub session_timeout_ms: u32,
    /// Static name within the groups; empty for none.
    pub instance: String,
    /// Further librdkafka settings.
    pub options: BTreeMap<String, String>,
}

/// `[postgres]`
#[derive(Clone, Deserialize)]
pub struct PostgresConfig {
    /// Superuser or owner.
    pub admin_url: String,
    /// The pipeline's role.
    pub worker_url: String,
    /// The API's role.
    pub api_url: String,
    /// Connections of the pipeline's pool.
    pub worker_connections: usize,
    /// Connections of the API's pool.
    pub api_connections: usize,
    /// Longest wait for a free connection.
    pub acquire_timeout_ms: u64,
}

impl fmt::Debug for PostgresConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresConfig { urls: masked }")
    }
}

/// `[edge.apps.<app>]`
#[derive(Clone, Deserialize)]
pub struct AppConfig {
    /// Its id at Meta, if that is to be compared with the app that is subscribed.
    #[serde(default, deserialize_with = "app_id")]
    pub id: Option<String>,
    /// Accepted in the handshake.
    pub verify_tokens: Vec<String>,
    /// App secrets; any of them may have signed.
    pub secrets: Vec<String>,
}

/// An id is a text; of a variable of the environment that has digits alone it is a number.
fn app_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        other => other.to_string(),
    }))
}

impl fmt::Debug for AppConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppConfig { masked }")
    }
}

/// `[edge]`
#[derive(Debug, Clone, Deserialize)]
pub struct EdgeConfig {
    /// Address and port.
    pub listen: String,
    /// Open connections at once.
    pub connections_max: usize,
    /// What stands before `/webhooks/meta/…` in the address that Meta knows; empty where it is not to be compared.
    pub public_url: String,
    /// Meta apps by their key in the URL.
    pub apps: BTreeMap<String, AppConfig>,
}

/// `[api]`
#[derive(Debug, Clone, Deserialize)]
pub struct ApiConfig {
    /// Address and port.
    pub listen: String,
    /// Open connections at once.
    pub connections_max: usize,
    /// Largest upload in one request.
    pub upload_bytes_max: u64,
    /// Largest other body.
    pub body_bytes_max: u64,
    /// Rejected lines in an answer.
    pub rejects_shown_max: usize,
    /// Whether free-form messages to people who have not written for 24 h are refused.
    pub enforce_service_window: bool,
    /// Whether a long number without its `+` is whole whatever it begins with.
    pub long_numbers_are_whole: bool,
}

/// `[graph]`
#[derive(Debug, Clone, Deserialize)]
pub struct GraphConfig {
    /// Scheme and authority.
    pub base_url: String,
    /// Version segment, for tenants that have none of their own.
    pub version: String,
    /// Longest wait for an answer.
    pub timeout_ms: u64,
    /// Connections at once.
    pub connections_max: usize,
    /// Calls about numbers, templates and files at once.
    pub management_calls_max: usize,
    /// The same of one tenant.
    pub management_calls_per_tenant: usize,
}

/// `[pipeline]`
#[derive(Debug, Clone, Deserialize)]
pub struct PipelineConfig {
    /// Share of a number's limit that is planned.
    pub headroom: f64,
    /// Share of that while the quality is low, of a number or of a campaign's templates.
    pub low_quality_share: f64,
    /// Release horizon of campaigns.
    pub horizon_seconds: u32,
    /// Events in one commit.
    pub batch_events_max: usize,
    /// Attempts armed in one commit, as time.
    pub arm_window_ms: u32,
    /// Lease of a task-partition.
    pub lease_ttl_ms: u32,
    /// Grace of an unknown attempt, in stream progress.
    pub unknown_grace_ms: u32,
    /// Tries per message.
    pub attempts_max: i16,
    /// Folder of the POST journal.
    pub journal_dir: PathBuf,
}

/// `[media]`
#[derive(Debug, Clone, Deserialize)]
pub struct MediaConfig {
    /// Folder of the files.
    pub dir: PathBuf,
    /// What the URLs of files begin with; empty for the host of the request.
    pub public_url: String,
    /// Uploads of tenants at once.
    pub uploads_max: usize,
    /// Downloads of what people sent at once; 0 for none.
    pub downloads_max: usize,
    /// Longest time of one transfer.
    pub transfer_timeout_ms: u64,
    /// Tries per file that people sent.
    pub attempts_max: i32,
}

/// `[templates]`
#[derive(Debug, Clone, Deserialize)]
pub struct TemplatesConfig {
    /// Hour of the day in which they are compared with Meta's lists; -1 for never.
    pub sync_hour: i32,
}

/// `[lake]`
#[derive(Debug, Clone, Deserialize)]
pub struct LakeConfig {
    /// Folder of the files.
    pub dir: PathBuf,
    /// Rows that make a file.
    pub flush_rows: usize,
    /// Time that makes a file.
    pub flush_interval_ms: u64,
}

/// `[sql]`
#[derive(Debug, Clone, Deserialize)]
pub struct SqlConfig {
    /// Memory of one query.
    pub memory_bytes_max: usize,
    /// Time of one query.
    pub timeout_ms: u64,
    /// Rows of one answer.
    pub rows_max: usize,
    /// Queries of one tenant at once.
    pub concurrency_per_tenant: usize,
}

/// `[sink]`
#[derive(Debug, Clone, Deserialize)]
pub struct SinkConfig {
    /// Longest wait for a receiver.
    pub timeout_ms: u64,
    /// Deliveries to one receiver at once.
    pub concurrency_per_endpoint: usize,
    /// Whether private addresses may be delivered to.
    pub allow_private_addresses: bool,
}

/// `[telemetry]`
#[derive(Debug, Clone, Deserialize)]
pub struct TelemetryConfig {
    /// Address and port.
    pub listen: String,
    /// Log filter.
    pub log: String,
    /// `text` or `json`.
    pub log_format: String,
}

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// The log.
    pub kafka: KafkaConfig,
    /// The store.
    pub postgres: PostgresConfig,
    /// The webhook edge.
    pub edge: EdgeConfig,
    /// The tenants' API.
    pub api: ApiConfig,
    /// Meta.
    pub graph: GraphConfig,
    /// The sender task.
    pub pipeline: PipelineConfig,
    /// Files of messages.
    pub media: MediaConfig,
    /// Message templates.
    pub templates: TemplatesConfig,
    /// The lake.
    pub lake: LakeConfig,
    /// Queries over the lake.
    pub sql: SqlConfig,
    /// Webhooks to tenants.
    pub sink: SinkConfig,
    /// Logs and metrics.
    pub telemetry: TelemetryConfig,
}

/// A layer of settings over the default.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Named in errors.
    pub name: String,
    /// TOML text.
    pub text: String,
}

impl Config {
    /// Reads the default, then an optional file, then the environment.
    pub fn load(
        file: Option<&Layer>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let (table, origins) = merge(file, environment)?;
        validate::build(table, &origins)
    }
}

/// Which layer set a key.
type Origins = BTreeMap<String, String>;

fn merge(
    file: Option<&Layer>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<(Table, Origins), ConfigErrors> {
    let mut table: Table = DEFAULT.parse().expect("a test parses the default configuration");
    let mut origins = Origins::new();
    let mut errors = Vec::new();
    if let Some(layer) = file {
        match layer.text.parse::<Table>() {
            Ok(overlay) => overlay_table(&mut table, overlay, "", &layer.name, &mut origins, &mut errors),
            Err(error) => errors.push(ConfigError {
                key: "(file)".to_owned(),
                set_by: layer.name.clone(),
                problem: format!("not valid TOML: {}", error.to_string().trim_end().replace('\n', " ")),
            }),
        }
    }
    for (name, value) in environment {
        let Some(path) = environment_path(&name) else { continue };
        let overlay = nest(&path, environment_value(&table, &path, &value));
        overlay_table(&mut table, overlay, "", &name, &mut origins, &mut errors);
    }
    if errors.is_empty() { Ok((table, origins)) } else { Err(ConfigErrors(errors)) }
}

fn environment_path(name: &str) -> Option<Vec<String>> {
    let reserved = ENV_RESERVED.contains(&name)
        || ENV_SERVICES.contains(&name)
        || ENV_RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let rest = name.strip_prefix(ENV_PREFIX).filter(|_| !reserved)?;
    Some(rest.to_lowercase().split("__").map(str::to_owned).collect())
}

/// A text from the environment, read as the type that the key has; lists as TOML (`["a", "b"]`).
fn environment_value(table: &Table, path: &[String], text: &str) -> Value {
    let mut current = table.get(&path[0]);
    for segment in &path[1..] {
        current = current.and_then(|value| value.get(segment));
    }
    let parsed = || format!("v = {text}").parse::<Table>().ok().and_then(|mut table| table.remove("v"));
    match current {
        Some(Value::String(_)) => Value::String(text.to_owned()),
        _ => parsed().unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

fn nest(path: &[String], value: Value) -> Table {
    let mut table = Table::new();
    match path {
        [key] => table.insert(key.clone(), value),
        [key, rest @ ..] => table.insert(key.clone(), Value::Table(nest(rest, value))),
        [] => None,
    };
    table
}

fn overlay_table(
    base: &mut Table,
    overlay: Table,
    prefix: &str,
    set_by: &str,
    origins: &mut Origins,
    errors: &mut Vec<ConfigError>,
) {
    for (key, value) in overlay {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let error = |problem| ConfigError { key: path.clone(), set_by: set_by.to_owned(), problem };
        let open = OPEN_TABLES.iter().any(|table| prefix == *table || prefix.starts_with(&format!("{table}.")));
        match (base.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(overlay)) => {
                overlay_table(inner, overlay, &path, set_by, origins, errors);
            }
            (None, value) if open => {
                origins.insert(path, set_by.to_owned());
                base.insert(key, value);
            }
            (None, _) => errors.push(error(unknown_key(base, &key))),
            (Some(slot), value) => {
                let value = widen(slot, value);
                if slot.same_type(&value) || open {
                    *slot = value;
                    origins.insert(path, set_by.to_owned());
                } else {
                    errors.push(error(format!(
                        "a value of type {} is expected, not {}",
                        slot.type_str(),
                        value.type_str()
                    )));
                }
            }
        }
    }
}

/// A whole number is a good fraction too.
fn widen(slot: &Value, value: Value) -> Value {
    match (slot, value) {
        (Value::Float(_), Value::Integer(n)) => i32::try_from(n).map_or(Value::Integer(n), |n| Value::Float(n.into())),
        (_, value) => value,
    }
}

fn unknown_key(base: &Table, key: &str) -> String {
    let nearest = base.keys().min_by_key(|known| distance(known, key));
    match nearest.filter(|known| distance(known, key) <= 3) {
        Some(known) => format!("there is no such key; did you mean {known}?"),
        None => format!("there is no such key; known here: {}", base.keys().cloned().collect::<Vec<_>>().join(", ")),
    }
}

/// Levenshtein distance, for suggestions.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests;
