//! Posthaste as processes beside the simulator, on the Kafka and the Postgres that the script has started.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;

use crate::api::{Api, TEMPLATE};
use crate::app::{App, Launch};
use crate::process::{self, Process};
use crate::recipients;
use crate::simulator::Simulator;
use crate::tenants::{self, Tenants};

/// Account of all numbers; the simulator plays one.
pub(crate) const WABA: &str = "102290129340398";
/// First number, and how it is shown; the others follow.
const FIRST_SENDER: u64 = 106_540_352_242_922;
const FIRST_DISPLAY: u64 = 15_550_783_881;

/// Where everything is; the script sets it all.
#[derive(Debug, Clone, Args)]
pub(crate) struct Site {
    /// The binary that is measured.
    #[arg(long, env = "POSTHASTE_BENCH_BINARY")]
    binary: PathBuf,
    /// Its configuration.
    #[arg(long, env = "POSTHASTE_BENCH_CONFIG")]
    config: PathBuf,
    /// Folder of the logs.
    #[arg(long, env = "POSTHASTE_BENCH_LOGS")]
    logs: PathBuf,
    /// The database, as its superuser.
    #[arg(long, env = "POSTHASTE_BENCH_ADMIN_URL", hide_env_values = true)]
    pub(crate) admin_url: String,
    /// Port of the edge, as configured.
    #[arg(long, env = "POSTHASTE_BENCH_EDGE_PORT")]
    pub(crate) edge_port: u16,
    /// Port of the API, as configured.
    #[arg(long, env = "POSTHASTE_BENCH_API_PORT")]
    pub(crate) api_port: u16,
    /// Port of the simulator, as configured.
    #[arg(long, env = "POSTHASTE_BENCH_SIM_PORT")]
    sim_port: u16,
    /// Where the processes answer operators: edge, API, workers.
    #[arg(long, env = "POSTHASTE_BENCH_TELEMETRY_PORTS", value_delimiter = ',')]
    telemetry_ports: Vec<u16>,
    /// The Meta app's secret.
    #[arg(long, env = "POSTHASTE_BENCH_SECRET", hide_env_values = true)]
    pub(crate) secret: String,
    /// Its verify token.
    #[arg(long, env = "POSTHASTE_BENCH_VERIFY_TOKEN", hide_env_values = true)]
    verify_token: String,
    /// Access token of the numbers.
    #[arg(long, env = "POSTHASTE_BENCH_GRAPH_TOKEN", hide_env_values = true)]
    pub(crate) graph_token: String,
    /// Kafka's process.
    #[arg(long, env = "POSTHASTE_BENCH_KAFKA_PID")]
    kafka_pid: u32,
    /// Postgres' process.
    #[arg(long, env = "POSTHASTE_BENCH_PG_PID")]
    postgres_pid: u32,
    /// File to which the figures of the run are appended.
    #[arg(long, env = "POSTHASTE_BENCH_OUT")]
    pub(crate) out: PathBuf,
    /// Which run it is, from 1: the simulator's dice fall otherwise in each.
    #[arg(long, default_value_t = 1)]
    pub(crate) run: u64,
}

/// What a benchmark wants of its world.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Tenants and their numbers.
    pub(crate) tenants: Tenants,
    /// Workers (`posthaste pipeline`).
    pub(crate) workers: usize,
    /// Whether the simulator posts its statuses.
    pub(crate) webhooks: bool,
    /// Further options of the simulator.
    pub(crate) simulator: Vec<String>,
}

/// Id of the number at this index.
pub(crate) fn sender(index: u32) -> String {
    (FIRST_SENDER + u64::from(index)).to_string()
}

/// Options of the simulator that give it these numbers.
pub(crate) fn numbers(indices: Range<u32>, limit: u32) -> Vec<String> {
    let number = |index| ["--number".into(), format!("{}:{limit}:{}", sender(index), FIRST_DISPLAY + u64::from(index))];
    indices.flat_map(number).collect()
}

impl Site {
    /// `place` is that of its port among those of all.
    fn role(&self, name: &str, role: &str, place: usize, ready: (String, &'static str)) -> anyhow::Result<Launch> {
        let telemetry = format!("127.0.0.1:{}", self.telemetry_port(place)?);
        Ok(Launch {
            name: name.to_owned(),
            program: self.binary.clone(),
            arguments: vec!["--config".into(), self.config.display().to_string(), role.into()],
            environment: vec![
                ("POSTHASTE_TELEMETRY__LISTEN".into(), telemetry),
                // The same at each start: whoever comes back takes its own place.
                ("POSTHASTE_KAFKA__INSTANCE".into(), format!("bench-{name}")),
            ],
            logs: self.logs.clone(),
            ready,
        })
    }

    fn telemetry_port(&self, place: usize) -> anyhow::Result<u16> {
        self.telemetry_ports.get(place).copied().context("the script gives too few ports for telemetry")
    }

    fn worker(&self, index: usize) -> anyhow::Result<Launch> {
        let telemetry = format!("http://127.0.0.1:{}", self.telemetry_port(2 + index)?);
        self.role(&format!("worker-{index}"), "pipeline", 2 + index, (telemetry, "/readyz"))
    }

    fn simulator(&self, plan: &Plan) -> Launch {
        let (template, language) = TEMPLATE;
        let mut arguments: Vec<String> = ["simulate", "--waba", WABA].map(str::to_owned).to_vec();
        let mut option = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        option("--listen", format!("127.0.0.1:{}", self.sim_port));
        option("--app-secret", self.secret.clone());
        option("--verify-token", self.verify_token.clone());
        option("--token", self.graph_token.clone());
        option("--template", format!("{template}:{language}:2"));
        option("--seed", (100 + self.run).to_string());
        option("--remember", recipients::COUNT_MAX.to_string());
        if plan.webhooks {
            option("--webhook-url", format!("http://127.0.0.1:{}/webhooks/meta/demo", self.edge_port));
        }
        arguments.extend(numbers(0..plan.tenants.senders, plan.tenants.limit));
        arguments.extend(plan.simulator.iter().cloned());
        Launch {
            name: "simulator".into(),
            program: self.binary.clone(),
            arguments,
            environment: Vec::new(),
            logs: self.logs.clone(),
            ready: (self.simulator_url(), "/_simulator/health"),
        }
    }

    fn simulator_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.sim_port)
    }

    /// The client of a tenant.
    pub(crate) fn api_of(&self, tenant: u32) -> Api {
        Api::at(&format!("http://127.0.0.1:{}", self.api_port), &tenants::key(tenant))
    }
}

/// Everything that runs.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) api: App,
    pub(crate) workers: Vec<App>,
    edge: App,
    simulator_app: App,
    services: [Process; 2],
}

impl World {
    /// Registers the tenants and starts all processes.
    pub(crate) async fn start(site: &Site, plan: &Plan) -> anyhow::Result<Self> {
        tenants::register(site, &plan.tenants).await?;
        let simulator_app = App::start(site.simulator(plan)).await?;
        let edge_url = format!("http://127.0.0.1:{}", site.edge_port);
        let edge = App::start(site.role("edge", "edge", 0, (edge_url, "/healthz"))?).await?;
        let api_url = format!("http://127.0.0.1:{}", site.api_port);
        let api = App::start(site.role("api", "api", 1, (api_url, "/readyz"))?).await?;
        let mut workers = Vec::new();
        for index in 0..plan.workers {
            workers.push(App::start(site.worker(index)?).await?);
        }
        let kafka = Process { name: "java".into(), pid: site.kafka_pid };
        let postgres = Process { name: "postgres".into(), pid: site.postgres_pid };
        let simulator = Simulator::at(&site.simulator_url());
        Ok(Self { simulator, api, workers, edge, simulator_app, services: [kafka, postgres] })
    }

    /// What is ours: what the product's processes are.
    fn ours(&self) -> impl Iterator<Item = &App> {
        [&self.edge, &self.api].into_iter().chain(&self.workers)
    }

    fn cpu(&self) -> anyhow::Result<Vec<(String, f64)>> {
        let apps = self.ours().chain([&self.simulator_app]);
        let mut all = Vec::new();
        for app in apps {
            all.push((app.name().to_owned(), app.cpu_seconds()?));
        }
        for service in &self.services {
            all.push((service.name.clone(), service.cpu_seconds()?));
        }
        Ok(all)
    }

    /// Peak memory by process, in MiB: those of the product, then the simulator.
    pub(crate) fn peaks_mib(&self) -> anyhow::Result<Vec<(String, f64)>> {
        let apps = self.ours().chain([&self.simulator_app]);
        apps.map(|app| Ok((app.name().to_owned(), app.peak_mib()?))).collect()
    }

    /// Peak memory of the product's processes together, in MiB.
    pub(crate) fn ours_mib(&self) -> anyhow::Result<f64> {
        self.ours().map(App::peak_mib).sum()
    }

    /// Begins to measure processor time.
    pub(crate) fn meter(&self) -> anyhow::Result<Meter> {
        Ok(Meter { each: self.cpu()?, machine: process::machine_seconds()?, at: Instant::now() })
    }

    /// Ends everything in order, so that the next run finds the places in the consumer groups free.
    pub(crate) async fn end(mut self) -> anyhow::Result<()> {
        for worker in &mut self.workers {
            worker.stop().await?;
        }
        self.api.stop().await?;
        self.edge.stop().await?;
        self.simulator_app.stop().await
    }
}

/// Processor seconds at one moment, to be compared with a later one.
#[derive(Debug)]
pub(crate) struct Meter {
    each: Vec<(String, f64)>,
    machine: f64,
    at: Instant,
}

/// What was spent since.
#[derive(Debug)]
pub(crate) struct Spent {
    /// Processor seconds by process.
    pub(crate) each: Vec<(String, f64)>,
    /// Share of the processors that went elsewhere, in percent.
    pub(crate) others_percent: f64,
}

impl Spent {
    /// Processor seconds of all together.
    pub(crate) fn total(&self) -> f64 {
        self.each.iter().map(|(_, seconds)| seconds).sum()
    }
}

impl Meter {
    /// What was spent since it was made.
    pub(crate) fn spent(&self, world: &World) -> anyhow::Result<Spent> {
        let now = world.meter()?;
        let each: Vec<(String, f64)> =
            now.each.iter().zip(&self.each).map(|((name, now), (_, then))| (name.clone(), now - then)).collect();
        let cores = std::thread::available_parallelism()?.get() as f64;
        let own: f64 = each.iter().map(|(_, seconds)| seconds).sum();
        let others = (now.machine - self.machine - own).max(0.0);
        Ok(Spent { each, others_percent: 100.0 * others / (self.at.elapsed().as_secs_f64() * cores) })
    }
}
