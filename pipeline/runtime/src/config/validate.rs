//! Ranges and forms that types cannot say.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;

use toml::{Table, Value};

use super::{Config, ConfigError, ConfigErrors, Origins};

/// Turns the merged table into the configuration, or names everything that is wrong.
pub(super) fn build(table: Table, origins: &Origins) -> Result<Config, ConfigErrors> {
    let mut check = Check { origins, errors: Vec::new() };
    for (name, app) in table["edge"]["apps"].as_table().into_iter().flatten() {
        check.app(name, app);
    }
    for (name, value) in table["kafka"]["options"].as_table().into_iter().flatten() {
        if !value.is_str() {
            check
                .fail(&format!("kafka.options.{name}"), "write the value of a librdkafka setting as a text".to_owned());
        }
    }
    check.done()?;
    let config: Config = match Value::Table(table).try_into() {
        Ok(config) => config,
        // Types are as in the default; what is left is a number out of its range.
        Err(error) => {
            check.fail("(number)", error.to_string().trim_end().replace('\n', " "));
            return Err(ConfigErrors(check.errors));
        }
    };
    check.ranges(&config);
    check.forms(&config);
    check.done()?;
    Ok(config)
}

struct Check<'a> {
    origins: &'a Origins,
    errors: Vec<ConfigError>,
}

impl Check<'_> {
    fn fail(&mut self, key: &str, problem: String) {
        let set_by = self.origins.get(key).cloned().unwrap_or_else(|| "default".to_owned());
        self.errors.push(ConfigError { key: key.to_owned(), set_by, problem });
    }

    fn done(&mut self) -> Result<(), ConfigErrors> {
        if self.errors.is_empty() { Ok(()) } else { Err(ConfigErrors(std::mem::take(&mut self.errors))) }
    }

    fn within<T: PartialOrd + Display>(&mut self, key: &str, value: T, range: RangeInclusive<T>) {
        if !range.contains(&value) {
            self.fail(key, format!("{value} is out of range; write {} to {}", range.start(), range.end()));
        }
    }

    fn app(&mut self, name: &str, app: &Value) {
        let key = format!("edge.apps.{name}");
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            self.fail(&key, "the name is a URL segment: letters, digits, - and _ only".to_owned());
        }
        for list in ["verify_tokens", "secrets"] {
            let texts = app.get(list).and_then(Value::as_array);
            let good = texts.is_some_and(|texts| {
                !texts.is_empty() && texts.iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty()))
            });
            if !good {
                self.fail(&format!("{key}.{list}"), "write a list of one or more non-empty texts".to_owned());
            }
        }
        let is_id = |id: &Value| {
            let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if app.get("id").is_some_and(|id| !is_id(id)) {
            self.fail(&format!("{key}.id"), "write the app's id at Meta, which has digits alone".to_owned());
        }
        for unknown in app.as_table().into_iter().flatten().map(|(key, _)| key) {
            if !["id", "verify_tokens", "secrets"].contains(&unknown.as_str()) {
                let problem = "there is no such key; known here: id, verify_tokens, secrets".to_owned();
                self.fail(&format!("{key}.{unknown}"), problem);
            }
        }
    }

    fn ranges(&mut self, config: &Config) {
        self.within("kafka.replication_factor", config.kafka.replication_factor, 1..=9);
        self.within("kafka.session_timeout_ms", config.kafka.session_timeout_ms, 6_000..=300_000);
        self.within("postgres.worker_connections", config.postgres.worker_connections, 2..=500);
        self.within("postgres.api_connections", config.postgres.api_connections, 2..=500);
        self.within("postgres.acquire_timeout_ms", config.postgres.acquire_timeout_ms, 100..=60_000);
        self.within("edge.connections_max", config.edge.connections_max, 1..=100_000);
        self.within("api.connections_max", config.api.connections_max, 1..=100_000);
        self.within("api.upload_bytes_max", config.api.upload_bytes_max, 1_024..=1_073_741_824);
        self.within("api.body_bytes_max", config.api.body_bytes_max, 1_024..=16_777_216);
        self.within("api.rejects_shown_max", config.api.rejects_shown_max, 0..=100_000);
        self.within("graph.timeout_ms", config.graph.timeout_ms, 100..=120_000);
        self.within("graph.connections_max", config.graph.connections_max, 1..=10_000);
        self.within("graph.management_calls_max", config.graph.management_calls_max, 1..=1_000);
        self.within("graph.management_calls_per_tenant", config.graph.management_calls_per_tenant, 1..=1_000);
        self.within("media.uploads_max", config.media.uploads_max, 1..=1_000);
        self.within("media.downloads_max", config.media.downloads_max, 0..=256);
        self.within("media.transfer_timeout_ms", config.media.transfer_timeout_ms, 1_000..=900_000);
        self.within("media.attempts_max", config.media.attempts_max, 1..=1_000);
        self.within("templates.sync_hour", config.templates.sync_hour, -1..=23);
        self.within("pipeline.headroom", config.pipeline.headroom, 0.5..=0.9999);
        self.within("pipeline.low_quality_share", config.pipeline.low_quality_share, 0.01..=1.0);
        self.within("pipeline.horizon_seconds", config.pipeline.horizon_seconds, 1..=300);
        self.within("pipeline.batch_events_max", config.pipeline.batch_events_max, 1..=10_000);
        self.within("pipeline.arm_window_ms", config.pipeline.arm_window_ms, 10..=1_000);
        self.within("pipeline.lease_ttl_ms", config.pipeline.lease_ttl_ms, 3_000..=60_000);
        self.within("pipeline.unknown_grace_ms", config.pipeline.unknown_grace_ms, 1_000..=604_800_000);
        self.within("pipeline.attempts_max", config.pipeline.attempts_max, 1..=100);
        self.within("lake.flush_rows", config.lake.flush_rows, 100..=10_000_000);
        self.within("lake.flush_interval_ms", config.lake.flush_interval_ms, 100..=3_600_000);
        self.within("sql.memory_bytes_max", config.sql.memory_bytes_max, 1 << 20..=1 << 40);
        self.within("sql.timeout_ms", config.sql.timeout_ms, 10..=600_000);
        self.within("sql.rows_max", config.sql.rows_max, 1..=10_000_000);
        self.within("sql.concurrency_per_tenant", config.sql.concurrency_per_tenant, 1..=1_000);
        self.within("sink.timeout_ms", config.sink.timeout_ms, 100..=30_000);
        self.within("sink.concurrency_per_endpoint", config.sink.concurrency_per_endpoint, 1..=256);
    }

    fn forms(&mut self, config: &Config) {
        for (key, listen) in [
            ("edge.listen", &config.edge.listen),
            ("api.listen", &config.api.listen),
            ("telemetry.listen", &config.telemetry.listen),
        ] {
            if listen.parse::<SocketAddr>().is_err() {
                self.fail(key, format!("\"{listen}\" is not an address and port such as 127.0.0.1:8080"));
            }
        }
        for (key, url) in [
            ("postgres.admin_url", &config.postgres.admin_url),
            ("postgres.worker_url", &config.postgres.worker_url),
            ("postgres.api_url", &config.postgres.api_url),
        ] {
            if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                self.fail(key, "a URL such as postgres://user:password@host:5432/database is expected".to_owned());
            }
        }
        if !config.graph.base_url.starts_with("https://") && !config.graph.base_url.starts_with("http://") {
            self.fail(
                "graph.base_url",
                "a URL that begins with https:// (or http:// for the simulator) is expected".to_owned(),
            );
        }
        if config.graph.base_url.ends_with('/') {
            self.fail("graph.base_url", "leave the / at the end away".to_owned());
        }
        for (key, url, example) in [
            ("media.public_url", &config.media.public_url, "https://api.example.com"),
            ("edge.public_url", &config.edge.public_url, "https://hooks.example.com"),
        ] {
            let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
            let is_good = !host.is_empty() && !host.ends_with('/') && !host.contains(['?', '#', ' ']);
            if !url.is_empty() && !is_good {
                self.fail(key, format!("a URL such as {example}, without / at the end, is expected"));
            }
        }
        if !config.graph.version.starts_with('v') {
            self.fail("graph.version", "a version such as v26.0 is expected".to_owned());
        }
        if !["text", "json"].contains(&config.telemetry.log_format.as_str()) {
            self.fail("telemetry.log_format", "write \"text\" or \"json\"".to_owned());
        }
        if config.kafka.bootstrap_servers.trim().is_empty() {
            self.fail("kafka.bootstrap_servers", "name at least one broker as host:port".to_owned());
        }
    }
}
