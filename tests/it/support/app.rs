//! The binary: commands that end, and processes that run until they are killed.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use http::Method;

use super::database::Database;
use super::services::Services;
use super::wait::{PATIENCE, until};
use super::web;

/// The Meta app of the tests: the last segment of the webhook's URL.
pub(crate) const APP: &str = "it";
/// Its secret.
pub(crate) const APP_SECRET: &str = "it-app-secret";
/// Its verify token.
pub(crate) const VERIFY_TOKEN: &str = "it-verify-token";
/// Passwords of the service roles; the same in every test, because roles belong to the cluster.
pub(crate) const PASSWORD: &str = "it-password";

/// A role that a process has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    All,
    Edge,
    Pipeline,
    Api,
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Edge => "edge",
            Self::Pipeline => "pipeline",
            Self::Api => "api",
        }
    }

    /// Name within the consumer groups: whoever consumes takes the place of the one before at once, also across tests.
    fn instance(self) -> &'static str {
        match self {
            Self::All | Self::Pipeline => "it-pipeline",
            Self::Edge => "it-edge",
            Self::Api => "it-api",
        }
    }
}

/// `target/<profile>/posthaste`, beside the folder of this test's binary.
fn binary() -> PathBuf {
    let here = std::env::current_exe().expect("this program has a path");
    let path = here.parent().and_then(Path::parent).expect("it is in target/<profile>/deps").join("posthaste");
    assert!(
        path.exists(),
        "{} is missing: run `cargo build --workspace --bins` first, as deploy/test does",
        path.display()
    );
    path
}

/// The first port that is tried; each process begins elsewhere, and each call goes on from there.
static NEXT_PORT: AtomicU16 = AtomicU16::new(0);

/// A port that was free a moment ago. Below 20000: not one that an outgoing connection (from 32768 on Linux) or
/// `deploy/services` (from 20000) may take meanwhile.
pub(crate) fn free_port() -> u16 {
    let start = std::process::id() % 5_000;
    let offset = |call: u16| u16::try_from((start + u32::from(call)) % 9_000).expect("below 9,000");
    let candidates = std::iter::repeat_with(|| 11_000 + offset(NEXT_PORT.fetch_add(1, Ordering::Relaxed)));
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    candidates.take(9_000).find(is_free).expect("a free port between 11000 and 20000")
}

/// What the processes of one test share: addresses, and a folder with configuration, journal, lake and logs.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    pub(crate) edge_port: u16,
    pub(crate) api_port: u16,
    pub(crate) database: Database,
    /// Whether texts to people who have not written are refused; most tests write to strangers.
    pub(crate) enforces_windows: bool,
    /// `edge.public_url`; empty where it is not set.
    pub(crate) public_url: String,
    /// The id of the Meta app; empty where it is not set.
    pub(crate) app_id: String,
    simulator: String,
    services: Services,
}

impl Site {
    pub(crate) fn new(
        folder: &Path,
        services: &Services,
        database: &Database,
        edge_port: u16,
        simulator: String,
    ) -> Self {
        let (folder, services, database) = (folder.to_owned(), services.clone(), database.clone());
        let (api_port, public_url, app_id) = (free_port(), String::new(), String::new());
        let enforces_windows = false;
        Self { folder, edge_port, api_port, database, enforces_windows, public_url, app_id, simulator, services }
    }

    /// Where Meta's webhooks go.
    pub(crate) fn webhook_url(&self) -> String {
        format!("http://127.0.0.1:{}/webhooks/meta/{APP}", self.edge_port)
    }

    fn write_config(&self, name: &str, instance: &str, telemetry_port: u16) -> PathBuf {
        let folder = self.folder.display();
        let text = format!(
            r#"
[kafka]
bootstrap_servers = "{kafka}"
session_timeout_ms = 6000
instance = "{instance}"
[postgres]
worker_url = "{worker}"
api_url = "{api}"
[edge]
listen = "127.0.0.1:{edge_port}"
{public_url}
[edge.apps.{APP}]
{app_id}
verify_tokens = ["{VERIFY_TOKEN}"]
secrets = ["{APP_SECRET}"]
[api]
listen = "127.0.0.1:{api_port}"
{windows}
[graph]
base_url = "{simulator}"
timeout_ms = 3000
[pipeline]
journal_dir = "{folder}/journal"
lease_ttl_ms = 3000
unknown_grace_ms = 3000
[lake]
dir = "{folder}/lake"
flush_interval_ms = 2000
[sink]
allow_private_addresses = true
[telemetry]
listen = "127.0.0.1:{telemetry_port}"
"#,
            kafka = self.services.kafka,
            worker = self.database.url_of("posthaste_worker", PASSWORD),
            api = self.database.url_of("posthaste_app", PASSWORD),
            edge_port = self.edge_port,
            api_port = self.api_port,
            // Left out where it is the default: an earlier version does not know the key.
            public_url = key_unless_empty("public_url", &self.public_url),
            app_id = key_unless_empty("id", &self.app_id),
            windows = if self.enforces_windows { "" } else { "enforce_service_window = false" },
            simulator = self.simulator,
        );
        let path = self.folder.join(format!("{name}.toml"));
        std::fs::write(&path, text).expect("the configuration is written");
        path
    }

    /// Runs a command of an operator to its end, and gives what it printed.
    pub(crate) async fn operate(&self, arguments: &[&str]) -> String {
        self.try_operate(arguments).await.unwrap_or_else(|said| panic!("posthaste {arguments:?}: {said}"))
    }

    /// The same of a command that may fail; then gives all that it said.
    pub(crate) async fn try_operate(&self, arguments: &[&str]) -> Result<String, String> {
        let config = self.write_config(Role::All.as_str(), Role::All.instance(), free_port());
        let mut command = Command::new(binary());
        command.arg("--config").arg(config).args(arguments);
        command.env("POSTHASTE_POSTGRES__ADMIN_URL", &self.database.admin_url);
        let output =
            tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("it can be run");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(text) } else { Err(format!("{text}{errors}")) }
    }

    /// Starts a process and waits until it is ready.
    pub(crate) async fn start(&self, role: Role) -> App {
        let mut app = self.prepare(role, role.as_str(), role.instance(), Launch::default());
        app.start(self).await;
        app
    }

    /// A process that does not run yet, with a name of its own: for its files, and within the consumer groups.
    pub(crate) fn prepare(&self, role: Role, name: &str, instance: &str, launch: Launch) -> App {
        let log = self.folder.join(format!("{name}.log"));
        let (name, instance) = (name.to_owned(), instance.to_owned());
        App { role, name, instance, launch, log, telemetry_port: free_port(), child: None }
    }
}

fn key_unless_empty(key: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{key} = \"{value}\"") }
}

/// How a process is launched beside its configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Launch {
    /// A program and its arguments that run the binary, which is appended.
    pub(crate) wrapper: Vec<String>,
    /// Variables added to its environment.
    pub(crate) environment: Vec<(String, String)>,
}

impl Launch {
    fn command(&self) -> Command {
        let mut command = match self.wrapper.split_first() {
            Some((program, arguments)) => {
                let mut command = Command::new(program);
                command.args(arguments).arg(binary());
                command
            }
            None => Command::new(binary()),
        };
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A process with a role. Killed when it is dropped.
pub(crate) struct App {
    pub(crate) role: Role,
    pub(crate) name: String,
    pub(crate) log: PathBuf,
    instance: String,
    launch: Launch,
    telemetry_port: u16,
    pub(crate) child: Option<Child>,
}

impl App {
    /// Starts it again, after it was killed.
    pub(crate) async fn start(&mut self, site: &Site) {
        self.spawn(site);
        self.ready(site).await;
    }

    /// Starts it without waiting until it is ready.
    pub(crate) fn spawn(&mut self, site: &Site) {
        assert!(self.child.is_none(), "{} runs already", self.name);
        let config = site.write_config(&self.name, &self.instance, self.telemetry_port);
        let open = || -> File {
            OpenOptions::new().create(true).append(true).open(&self.log).expect("the log can be written")
        };
        let child = self
            .launch
            .command()
            .arg("--config")
            .arg(config)
            .arg(self.role.as_str())
            // What its configuration does not name lies there too.
            .current_dir(&site.folder)
            .stdin(Stdio::null())
            .stdout(open())
            .stderr(open())
            .spawn();
        self.child = Some(child.expect("the binary starts"));
    }

    /// Waits until it is ready.
    pub(crate) async fn ready(&mut self, site: &Site) {
        let mut places = vec![format!("http://127.0.0.1:{}/readyz", self.telemetry_port)];
        if matches!(self.role, Role::All | Role::Api) {
            places.push(format!("http://127.0.0.1:{}/readyz", site.api_port));
        }
        until(&format!("{} is ready", self.name), PATIENCE, async || {
            self.assert_alive();
            for place in &places {
                let answer = web::call(Method::GET, place, &[], "").await?;
                if !answer.status.is_success() {
                    return Err(format!("{place}: {} {}", answer.status, answer.text));
                }
            }
            Ok(())
        })
        .await;
    }

    /// Panics with the end of its log if the process has ended by itself.
    pub(crate) fn assert_alive(&mut self) {
        let child = self.child.as_mut().expect("it was started");
        if let Some(status) = child.try_wait().expect("the process can be asked") {
            panic!("posthaste {} ended by itself with {status}:\n{}", self.name, self.last_lines());
        }
    }

    /// Waits until it has ended by itself, and for this reason.
    pub(crate) async fn ends_because(&mut self, reason: &str) {
        until(&format!("{} ends: {reason}", self.name), PATIENCE, async || {
            let child = self.child.as_mut().expect("it was started");
            let status = child.try_wait().expect("the process can be asked");
            status.map(drop).ok_or_else(|| "it runs".to_owned())
        })
        .await;
        assert!(self.last_lines().contains(reason), "another reason than {reason}: {}", self.last_lines());
        assert!(!self.last_lines().contains("a restart continues"), "it would end so again: {}", self.last_lines());
        self.child = None;
    }

    /// What it says of itself at `/metrics`.
    pub(crate) async fn metrics(&self) -> Result<String, String> {
        let place = format!("http://127.0.0.1:{}/metrics", self.telemetry_port);
        web::call(Method::GET, &place, &[], "").await.map(|answer| answer.text)
    }

    /// kill -9.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Path of the log, and its end.
    pub(crate) fn last_lines(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines[lines.len().saturating_sub(15)..].join("\n");
        format!("{}\n{last}", self.log.display())
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.kill();
    }
}
