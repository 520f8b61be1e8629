//! A fresh world for each test, and what can be seen of it.

pub(crate) mod api;
pub(crate) mod app;
pub(crate) mod broker;
pub(crate) mod database;
pub(crate) mod events;
pub(crate) mod receiver;
pub(crate) mod services;
pub(crate) mod truth;
pub(crate) mod wait;
pub(crate) mod web;
pub(crate) mod webhook;

use std::time::Duration;

use http::Method;
use posthaste_simulator::{Faults, MillisRange, NumberSpec, Options, Simulator};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

use api::{LANGUAGE, TEMPLATE, Tenant};
use app::{APP_SECRET, App, PASSWORD, Role, Site, VERIFY_TOKEN, free_port};
use broker::Broker;
use database::Database;
use services::Services;
use wait::until;

/// One world at a time: the topics have fixed names.
static TURN: Mutex<()> = Mutex::const_new(());

/// Graph token of every sender.
pub(crate) const GRAPH_TOKEN: &str = "it-graph-token";
/// The senders of the first tenant and the second.
pub(crate) const SENDERS: [&str; 2] = ["106540352242922", "106540352242923"];
/// Their business accounts. The simulator plays the first; of the second it only takes messages.
pub(crate) const WABAS: [&str; 2] = ["102290129340398", "102290129340399"];
/// The first of the further numbers of the first tenant.
const FIRST_MORE_SENDER: u64 = 106_540_352_242_930;
/// How long the simulator may take to get all its webhooks acknowledged.
const FLUSH_MAX: Duration = Duration::from_secs(60);

/// What kind of world a test wants.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// A process for each.
    pub(crate) roles: &'static [Role],
    /// Messages a second of each sender.
    pub(crate) limit: u32,
    /// How the simulator misbehaves.
    pub(crate) faults: Faults,
    /// Whether the simulator posts its webhooks.
    pub(crate) webhooks: bool,
    /// Numbers of the first tenant beside its first.
    pub(crate) senders_more: usize,
    /// Templates of the first account beside its first, with the same body.
    pub(crate) templates_more: &'static [&'static str],
    /// Pages and Instagram accounts of the first tenant, as `--page` of the simulator names them, each with its token.
    pub(crate) pages: &'static [&'static str],
    /// Whether texts to people who have not written are refused, here and at Meta.
    pub(crate) enforces_windows: bool,
    /// Seed of what the simulator draws by chance.
    pub(crate) seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            roles: &[Role::All],
            limit: 1000,
            faults: Options::defaults().faults,
            webhooks: true,
            senders_more: 0,
            templates_more: &[],
            pages: &[],
            enforces_windows: false,
            seed: 7,
        }
    }
}

/// A migrated database with two tenants, for tests that need nothing else.
pub(crate) struct Schema {
    pub(crate) database: Database,
    /// The tenants' ids.
    pub(crate) tenants: [uuid::Uuid; 2],
    _folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Schema {
    pub(crate) async fn migrated() -> Self {
        let turn = TURN.lock().await;
        let services = Services::of_environment();
        let database = Database::create(&services.postgres).await;
        let folder = tempdir();
        let site = Site::new(folder.path(), &services, &database, free_port(), "http://127.0.0.1:1".to_owned());
        site.operate(&["migrate"]).await;
        let mut tenants = Vec::new();
        for index in 0..2 {
            let id = create_tenant(&site, index, 80).await.id;
            tenants.push(uuid::Uuid::parse_str(id.trim_start_matches("ten_")).expect("a tenant's id holds a UUID"));
        }
        Self { database, tenants: [tenants[0], tenants[1]], _folder: folder, _turn: turn }
    }
}

fn tempdir() -> TempDir {
    tempfile::Builder::new().prefix("posthaste-it-").tempdir().expect("a folder")
}

/// Everything of one test.
pub(crate) struct World {
    pub(crate) services: Services,
    pub(crate) broker: Broker,
    pub(crate) database: Database,
    pub(crate) simulator: Simulator,
    pub(crate) site: Site,
    pub(crate) apps: Vec<App>,
    /// The first tenant.
    pub(crate) tenant: Tenant,
    /// The first tenant's numbers.
    pub(crate) senders: Vec<String>,
    pub(crate) limit: u32,
    folder: Option<TempDir>,
    _turn: MutexGuard<'static, ()>,
}

impl World {
    pub(crate) async fn start(plan: Plan) -> Self {
        let turn = TURN.lock().await;
        let services = Services::of_environment();
        let broker = Broker::new(&services.kafka);
        let database = Database::create(&services.postgres).await;
        broker.wipe().await;
        let folder = tempdir();
        let edge_port = free_port();
        let simulator =
            posthaste_simulator::start(simulator_options(&plan, edge_port)).await.expect("the simulator starts");
        let mut site =
            Site::new(folder.path(), &services, &database, edge_port, format!("http://{}", simulator.addr()));
        site.enforces_windows = plan.enforces_windows;
        site.operate(&["migrate"]).await;
        site.operate(&["topics", "apply"]).await;
        broker.serve().await;
        let tenant = create_tenant(&site, 0, plan.limit).await;
        for name in plan.templates_more {
            add_template(&site, 0, name).await;
        }
        for page in plan.pages {
            add_page(&site, page).await;
        }
        let mut senders = vec![tenant.sender.clone()];
        for id in more_senders(&plan) {
            add_sender(&site, 0, &id, plan.limit).await;
            senders.push(id);
        }
        let mut world = Self {
            services,
            broker,
            database,
            simulator,
            site,
            apps: Vec::new(),
            tenant,
            senders,
            limit: plan.limit,
            folder: Some(folder),
            _turn: turn,
        };
        for role in plan.roles {
            let app = world.site.start(*role).await;
            world.apps.push(app);
        }
        world
    }

    /// A tenant beside the first.
    pub(crate) async fn second_tenant(&self) -> Tenant {
        create_tenant(&self.site, 1, self.limit).await
    }

    /// kill -9 of the process with this role, and a new one in its place.
    pub(crate) async fn restart(&mut self, role: Role) {
        let app = self.apps.iter_mut().find(|app| app.role == role).expect("the plan has this role");
        app.kill();
        app.start(&self.site).await;
    }

    /// Panics if a process has ended by itself.
    pub(crate) fn assert_alive(&mut self) {
        self.apps.iter_mut().for_each(App::assert_alive);
    }

    /// Waits until the simulator has accepted so many messages.
    pub(crate) async fn accepted(&mut self, count: u64) {
        until(&format!("the simulator has accepted {count}"), wait::PATIENCE, async || {
            self.assert_alive();
            let accepted = self.simulator.ledger().accepted;
            wait::holds(accepted >= count, || format!("{accepted}"))
        })
        .await;
    }

    /// Asks something of the simulator: see its README.
    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let url = format!("http://{}/_simulator/{path}", self.simulator.addr());
        let answer = web::call(Method::POST, &url, &[], body.to_string()).await.expect("the simulator answers");
        assert!(answer.status.is_success(), "{answer:?}");
    }

    /// Waits until every webhook of the simulator is acknowledged.
    pub(crate) async fn flush(&self) {
        assert!(self.simulator.flush(FLUSH_MAX).await, "webhooks wait for a 200: {:?}", self.simulator.ledger());
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for app in &self.apps {
                eprintln!("\nlog of a process: {}", app.last_lines());
            }
            eprintln!("ledger of the simulator: {:?}", self.simulator.ledger());
            // Kept, so that the logs can be read.
            self.folder.take().map(TempDir::keep);
        }
    }
}

fn simulator_options(plan: &Plan, edge_port: u16) -> Options {
    Options {
        webhook_url: plan.webhooks.then(|| format!("http://127.0.0.1:{edge_port}/webhooks/meta/{}", app::APP)),
        app_secret: APP_SECRET.to_owned(),
        verify_token: VERIFY_TOKEN.to_owned(),
        token: GRAPH_TOKEN.to_owned(),
        waba: WABAS[0].to_owned(),
        numbers: SENDERS
            .map(str::to_owned)
            .into_iter()
            .chain(more_senders(plan))
            .map(|id| NumberSpec::new(id, plan.limit))
            .collect(),
        templates: [TEMPLATE]
            .iter()
            .chain(plan.templates_more)
            .map(|name| format!("{name}:{LANGUAGE}:2").parse().expect("a template"))
            .collect(),
        pages: plan.pages.iter().map(|page| page.parse().expect("a page")).collect(),
        status_delay_ms: MillisRange::new(20, 200),
        enforce_window: plan.enforces_windows,
        faults: plan.faults,
        seed: plan.seed,
        ..Options::defaults()
    }
}

/// The database login of a tenant.
pub(crate) fn psql_role(index: usize) -> String {
    format!("it_tenant_{index}")
}

fn tenant_name(index: usize) -> String {
    format!("it-{index}")
}

/// Ids of the first tenant's further numbers.
fn more_senders(plan: &Plan) -> impl Iterator<Item = String> + use<> {
    (0..plan.senders_more).map(|index| (FIRST_MORE_SENDER + index as u64).to_string())
}

/// Registers a number of the tenant `it-<index>`.
async fn add_sender(site: &Site, index: usize, id: &str, limit: u32) {
    let (name, limit) = (tenant_name(index), limit.to_string());
    let options = ["--tenant", &name, "--id", id, "--waba", WABAS[index], "--display", "+15550783881"];
    site.operate(&[&["sender", "add", "--limit", &limit, "--token", GRAPH_TOKEN][..], &options].concat()).await;
}

/// Creates the tenant `it-<index>` as an operator does.
async fn create_tenant(site: &Site, index: usize, limit: u32) -> Tenant {
    let (name, sender) = (tenant_name(index), SENDERS[index]);
    let role = psql_role(index);
    let printed = site.operate(&["tenant", "create", &name, "--psql-role", &role, "--psql-password", PASSWORD]).await;
    let value = |key: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_else(|| panic!("no {key} in {printed}")).to_owned()
    };
    let (id, key) = (value("tenant_id"), value("api_key"));
    add_sender(site, index, sender, limit).await;
    add_template(site, index, TEMPLATE).await;
    Tenant::new(id, key, sender, site.api_port)
}

/// Registers a page, written `CHANNEL:ID:TOKEN`, of the tenant `it-0`.
async fn add_page(site: &Site, page: &str) {
    let [channel, id, token] = page.splitn(3, ':').collect::<Vec<_>>()[..] else { panic!("{page}: no token") };
    let name = tenant_name(0);
    let options = ["--tenant", &name, "--id", id, "--display", "a page", "--channel", channel, "--token", token];
    site.operate(&[&["sender", "add", "--limit", "80"][..], &options].concat()).await;
}

/// Registers a template of the tenant `it-<index>`.
async fn add_template(site: &Site, index: usize, name: &str) {
    let (tenant, waba) = (tenant_name(index), WABAS[index]);
    let options = ["--name", name, "--language", LANGUAGE, "--body", "Hello {{1}}, your order {{2}} is on its way."];
    site.operate(&[&["template", "add", "--tenant", &tenant, "--waba", waba][..], &options].concat()).await;
}
