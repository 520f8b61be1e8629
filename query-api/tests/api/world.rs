//! A database, a tenant, a server and a client.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use hyper_util::service::TowerToHyperService;
use parking_lot::Mutex;
use posthaste_api::{
    Analytics, ApiState, Commands, Format, Idempotency, QueryError, QueryFailure, Rows, SubmitError, SubmitIntent,
    Submitted,
};
use posthaste_management::Desk;
use posthaste_model::{CampaignId, Channel, TenantId};
use posthaste_postgres::{Admin, ApiPool, SenderSpec, TemplateSpec, WorkerPool};
use posthaste_runtime::config::{Config, Layer};
use posthaste_runtime::http::{Limits, serve};
use posthaste_simulator::{MillisRange, NumberSpec, Options, Simulator};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::meta::{Meta, TOKEN};

/// Where the databases of earlier runs of this program are recognised by.
const DATABASE_PREFIX: &str = "posthaste_api_test_";
/// The account of every test sender.
pub(crate) const WABA: &str = "waba-1";

fn admin_url() -> String {
    std::env::var("POSTHASTE_TEST_PG_ADMIN_URL").expect(
        "POSTHASTE_TEST_PG_ADMIN_URL is not set: these tests need a Postgres; run them with deploy/test, \
         or set it to the URL of a superuser",
    )
}

/// Password of the services' roles in the cluster of the tests.
const PASSWORD: &str = "api-test";

fn with_database(url: &str, user: Option<&str>, database: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    let url = format!("{server}/{database}");
    match (user, url.split_once("://").and_then(|(_, rest)| rest.split_once('@'))) {
        (Some(user), Some((_, rest))) => format!("postgres://{user}:{PASSWORD}@{rest}"),
        _ => url,
    }
}

/// The migrated database of this run, made once. A connection stays open as long as the program runs: a database of this
/// name without one is left over from an earlier run.
fn database() -> &'static str {
    static DATABASE: OnceLock<String> = OnceLock::new();
    DATABASE.get_or_init(|| {
        let (done, ready) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let name = create_database().await;
                let _keeper = client(&with_database(&admin_url(), None, &name)).await;
                done.send(name).expect("the test waits");
                std::future::pending::<()>().await;
            });
        });
        ready.recv().expect("the database could not be made; see above")
    })
}

async fn create_database() -> String {
    let url = admin_url();
    let admin = client(&url).await;
    let left_over = format!(
        "SELECT datname FROM pg_database d WHERE datname LIKE '{DATABASE_PREFIX}%' \
         AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)"
    );
    for row in admin.query(&left_over, &[]).await.expect("a list of databases") {
        let name: String = row.get(0);
        // Another run may be dropping it too.
        let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await;
    }
    let name = format!("{DATABASE_PREFIX}{}", Uuid::now_v7().simple());
    admin.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a new database");
    posthaste_migrations::migrate(&with_database(&url, None, &name)).await.expect("the migrations apply");
    let admin = Admin::connect(&with_database(&url, None, &name)).await.expect("an administrative connection");
    for role in ["posthaste_app", "posthaste_worker"] {
        admin.enable_login(&with_database(&url, Some(role), &name)).await.expect("the service roles may log in");
    }
    name
}

async fn client(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("Postgres answers");
    tokio::spawn(connection);
    client
}

/// Takes commands as the pipeline does, in memory.
#[derive(Default)]
pub(crate) struct MemoryCommands {
    /// What was accepted.
    pub(crate) accepted: Mutex<Vec<SubmitIntent>>,
    /// What to answer instead.
    pub(crate) refuse: Mutex<Option<SubmitError>>,
    answers: Mutex<HashMap<(TenantId, String), Idempotency>>,
}

#[async_trait]
impl Commands for MemoryCommands {
    async fn submit(&self, command: SubmitIntent) -> Result<Submitted, SubmitError> {
        if let Some(error) = self.refuse.lock().clone() {
            return Err(error);
        }
        let key = (command.intent.tenant_id, command.idempotency.key.clone());
        let mut answers = self.answers.lock();
        match answers.get(&key) {
            Some(first) if first.fingerprint == command.idempotency.fingerprint => {
                Ok(Submitted::Replayed { status: first.status, body: first.body.clone() })
            }
            Some(_) => Err(SubmitError::KeyReused),
            None => {
                answers.insert(key, command.idempotency.clone());
                self.accepted.lock().push(command);
                Ok(Submitted::New)
            }
        }
    }
}

fn failure(failure: QueryFailure) -> QueryError {
    QueryError { failure, detail: "as the test asked for".into() }
}

/// Answers or fails as the statement says.
struct ScriptedAnalytics;

#[async_trait]
impl Analytics for ScriptedAnalytics {
    async fn query(&self, tenant: TenantId, sql: &str, format: Format) -> Result<Rows, QueryError> {
        match sql {
            "invalid" => Err(failure(QueryFailure::Invalid)),
            "forbidden" => Err(failure(QueryFailure::Forbidden)),
            "timeout" => Err(failure(QueryFailure::Timeout)),
            "memory" => Err(failure(QueryFailure::Memory)),
            "too many" => Err(failure(QueryFailure::TooMany)),
            "unavailable" => Err(failure(QueryFailure::LakeUnavailable)),
            "failed" => Err(failure(QueryFailure::Failed)),
            "never" => std::future::pending().await,
            _ => {
                let body = match format {
                    Format::Json => json!({ "tenant": tenant, "sql": sql }).to_string(),
                    Format::Csv => format!("tenant\n{tenant}\n"),
                    Format::Arrow => "ARROW1".to_owned(),
                };
                Ok(Rows { body: body.into(), truncated: sql == "long" })
            }
        }
    }

    async fn funnel(&self, _: TenantId, campaign: CampaignId) -> Result<Value, QueryError> {
        Ok(json!({ "campaign_id": campaign, "sent": 3 }))
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body where it is text.
    pub(crate) text: String,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn id(&self) -> String {
        self.json()["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Checks status and code of a problem, and that its document is complete. Gives the detail.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> String {
        assert_eq!((self.status.as_u16(), self.json()["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/errors#{code}"));
        assert_eq!(problem["status"], status);
        assert_eq!(problem["instance"], self.header("x-request-id"));
        for text in ["title", "detail", "action"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{text}: {}", self.text);
        }
        problem["detail"].as_str().unwrap_or_default().to_owned()
    }

    /// Checks a `validation_failed` and gives pointer and code of its faults.
    #[track_caller]
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        self.problem(422, "validation_failed");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let errors = self.json()["errors"].as_array().expect("errors").clone();
        errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
    }
}

/// A tenant with a key, a sender and templates, and the API in front of it.
pub(crate) struct World {
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
    pub(crate) tenant: TenantId,
    pub(crate) sender: String,
    pub(crate) commands: Arc<MemoryCommands>,
    /// The database as its owner sees it.
    pub(crate) sql: tokio_postgres::Client,
    /// What its numbers belong to.
    pub(crate) meta: Arc<Meta>,
    /// The way to it, as the server has it.
    pub(crate) desk: Desk,
    pub(crate) config: Config,
    /// The folder of files.
    pub(crate) media: TempDir,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// The configuration of the tests, with the roles in this database and Meta at this address.
fn config(database: &str, meta: SocketAddr, media: &Path) -> Config {
    let url = admin_url();
    let role = |role: &str| with_database(&url, Some(role), database);
    let text = format!(
        "[postgres]\napi_url = \"{}\"\nworker_url = \"{}\"\napi_connections = 6\nworker_connections = 3\n\
         acquire_timeout_ms = 2000\n\
         [api]\nupload_bytes_max = 1048576\nbody_bytes_max = 4096\nrejects_shown_max = 3\n[sql]\ntimeout_ms = 10\n\
         [graph]\nbase_url = \"http://{meta}\"\ntimeout_ms = 1000\n[media]\ndir = \"{}\"\nuploads_max = 2\n",
        role("posthaste_app"),
        role("posthaste_worker"),
        media.display()
    );
    Config::load(Some(&Layer { name: "test".into(), text }), []).expect("a good configuration")
}

/// Serves the API until the test ends.
pub(crate) async fn start(config: &Config, commands: Arc<MemoryCommands>) -> SocketAddr {
    let pool = ApiPool::new(&config.postgres).expect("a pool");
    let desk = desk(config);
    let state = ApiState::new(pool, commands, Arc::new(ScriptedAnalytics), desk, config);
    let service = TowerToHyperService::new(warp::service(posthaste_api::service(state)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(serve(listener, service, std::future::pending(), Limits::with_connections(64)));
    address
}

fn template(name: &str, language: &str, category: &str, parameter_count: i32) -> TemplateSpec {
    TemplateSpec {
        waba_id: WABA.into(),
        name: name.into(),
        language: language.into(),
        category: category.into(),
        body: "Hello {{1}} {{2}}".into(),
        parameter_count,
    }
}

fn desk(config: &Config) -> Desk {
    Desk::new(WorkerPool::new(&config.postgres).expect("a pool"), config).expect("a desk")
}

/// Ids of numbers differ between the tests of a run, which share a database; those of Meta are digits.
fn number_id() -> String {
    format!("{}", Uuid::now_v7().as_u128() % 1_000_000_000_000_000_000)
}

impl World {
    /// A new tenant in the database of this run, behind a server of its own, with a stand-in for Meta that a test can script.
    pub(crate) async fn new() -> Self {
        let (meta, meta_address) = Meta::start().await;
        Self::at(format!("s{}", Uuid::now_v7().simple()), meta, meta_address).await
    }

    /// The same in a database of its own, where nobody else's accounts are.
    pub(crate) async fn apart() -> Self {
        // Its connection keeps that one from being taken for left over.
        database();
        let name = create_database().await;
        let (meta, meta_address) = Meta::start().await;
        Self::in_database(&name, format!("s{}", Uuid::now_v7().simple()), meta, meta_address).await
    }

    /// A new tenant with the simulator as Meta, which has the tenant's number and these templates.
    pub(crate) async fn simulated(templates: &[&str], options: Options) -> (Self, Simulator) {
        Self::simulated_in(WABA, templates, options).await
    }

    async fn simulated_in(waba: &str, templates: &[&str], options: Options) -> (Self, Simulator) {
        let sender = number_id();
        let options = Options {
            token: TOKEN.into(),
            waba: waba.into(),
            numbers: vec![NumberSpec::new(&sender, 80)],
            templates: templates.iter().map(|spec| spec.parse().expect("a template")).collect(),
            latency_ms: MillisRange::new(0, 1),
            ..options
        };
        let simulator = posthaste_simulator::start(options).await.expect("a simulator");
        let world = Self::at(sender, Arc::default(), simulator.addr()).await;
        (world, simulator)
    }

    /// The same with the tenant alone in an account of its own, whose id is given: other tests' numbers are all in [`WABA`].
    pub(crate) async fn alone_in_account(options: Options) -> (Self, Simulator, String) {
        let waba = number_id();
        let (world, simulator) = Self::simulated_in(&waba, &[], options).await;
        world.move_to(&waba).await;
        (world, simulator, waba)
    }

    /// Moves the tenant's number to another account.
    pub(crate) async fn move_to(&self, waba: &str) {
        let moved = "UPDATE sender SET waba_id = $2 WHERE tenant_id = $1";
        self.sql.execute(moved, &[&self.tenant.0, &waba]).await.expect("another account");
    }

    async fn at(sender: String, meta: Arc<Meta>, meta_address: SocketAddr) -> Self {
        Self::in_database(database(), sender, meta, meta_address).await
    }

    async fn in_database(database: &str, sender: String, meta: Arc<Meta>, meta_address: SocketAddr) -> Self {
        let commands = Arc::new(MemoryCommands::default());
        let media = tempfile::tempdir().expect("a folder");
        let config = config(database, meta_address, media.path());
        let address = start(&config, Arc::clone(&commands)).await;
        let admin_url = with_database(&admin_url(), None, database);
        let mut admin = Admin::connect(&admin_url).await.expect("an administrative connection");
        let name = format!("t{}", Uuid::now_v7().simple());
        let (tenant, _) = admin.create_tenant(&name).await.expect("a tenant");
        let key = format!("phk_live_{name}");
        let hash = ring::digest::digest(&ring::digest::SHA256, key.as_bytes());
        admin.add_key(tenant, hash.as_ref(), "test", false).await.expect("a key");
        let spec = SenderSpec {
            channel: Channel::Whatsapp,
            sender_id: sender.clone(),
            waba_id: WABA.into(),
            display_number: "+1 631 555 0100".into(),
            limit_per_second: 80,
            access_token: TOKEN.into(),
            portfolio_id: None,
            messaging_limit: None,
        };
        admin.put_sender(tenant, &spec).await.expect("a sender");
        for (name, language, parameter_count) in [("order", "en_US", 2), ("order", "de", 2), ("hello", "en_US", 0)] {
            let spec = template(name, language, "UTILITY", parameter_count);
            admin.put_template(tenant, &spec).await.expect("a template");
        }
        let sql = client(&admin_url).await;
        let wrote =
            "INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound) VALUES ($1, $2, $3, now())";
        sql.execute(wrote, &[&tenant.0, &sender, &"+16315550101"]).await.expect("an open window");
        let client_http = Client::builder(TokioExecutor::new()).build_http();
        let desk = desk(&config);
        Self { address, key, tenant, sender, commands, sql, meta, desk, config, media, client: client_http }
    }

    /// Sends a request with the tenant's key.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        self.send_plain(method, path, &all, body).await
    }

    /// Sends a request with exactly these headers.
    pub(crate) async fn send_plain(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        self.exchange(self.address, method, path, headers, body).await
    }

    async fn exchange(
        &self,
        address: SocketAddr,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let mut request = hyper::Request::builder().method(method).uri(format!("http://{address}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).expect("a request");
        let (parts, body) = self.client.request(request).await.expect("an answer").into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, text, bytes }
    }

    /// Asks the simulator, as Meta's own client would, or as the one who orders what it does.
    pub(crate) async fn ask_simulator(
        &self,
        simulator: &Simulator,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        let bearer = format!("Bearer {TOKEN}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.exchange(simulator.addr(), method, path, &[("authorization", bearer.as_str())], body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], body.to_string()).await
    }

    /// A POST that costs money.
    pub(crate) async fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send(Method::POST, path, &headers, body.to_string()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Bytes::new()).await
    }

    /// The body of a good campaign.
    pub(crate) fn campaign(&self) -> Value {
        json!({ "name": "spring", "sender_id": self.sender, "template": { "name": "order", "language": "en_US" } })
    }

    /// The id of a new campaign.
    pub(crate) async fn create_campaign(&self) -> String {
        let answer = self.post_with_key("/v1/campaigns", &Uuid::now_v7().to_string(), &self.campaign()).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.id()
    }

    /// Uploads CSV as a chunk.
    pub(crate) async fn upload(&self, campaign: &str, chunk: i32, csv: &str) -> Answer {
        let path = format!("/v1/campaigns/{campaign}/recipients?chunk={chunk}");
        self.send(Method::POST, &path, &[("content-type", "text/csv")], csv.to_owned()).await
    }

    /// Registers a further template, in en_US and without parameters.
    pub(crate) async fn add_template(&self, name: &str, category: &str) {
        let url = with_database(&admin_url(), None, database());
        let admin = Admin::connect(&url).await.expect("an administrative connection");
        admin.put_template(self.tenant, &template(name, "en_US", category, 0)).await.expect("a template");
    }

    /// Sets the status of a template.
    pub(crate) async fn set_template(&self, name: &str, status: &str, reason: Option<&str>) {
        let statement = "UPDATE template SET status = $3, status_reason = $4 WHERE tenant_id = $1 AND name = $2";
        self.sql.execute(statement, &[&self.tenant.0, &name, &status, &reason]).await.expect("a changed template");
    }
}
