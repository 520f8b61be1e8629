//! The roles of a process, alone or together.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use hyper_util::service::TowerToHyperService;
use posthaste_analytics::{Engine, Tail, run_lake};
use posthaste_api::ApiState;
use posthaste_core::sender::Settings;
use posthaste_crm::run_sink;
use posthaste_ingress::{App, Tally};
use posthaste_kafka::{Catalogue, Consumer, ConsumerOptions, EdgeProducer, KafkaPublisher, RETENTION_PASSED};
use posthaste_management::{Desk, download, sweep, sync};
use posthaste_meta::{GraphClient, GraphOptions, Secret};
use posthaste_model::{AppKey, HEARTBEAT_EVERY_MS, topic};
use posthaste_postgres::{ApiPool, CommandLog, PostgresStore, WorkerPool};
use posthaste_runtime::accounts::{self, AccountsRunner, Outdated};
use posthaste_runtime::alive;
use posthaste_runtime::clock;
use posthaste_runtime::config::Config;
use posthaste_runtime::directory::Directory;
use posthaste_runtime::dispatch::Dispatcher;
use posthaste_runtime::http::{Limits, serve};
use posthaste_runtime::log::{Assignee, Commits, Publisher, SET_BACK};
use posthaste_runtime::normalize::{self, NormalizeRunner};
use posthaste_runtime::runner::{self, Pure, SenderRunner, SenderRunnerOptions};
use posthaste_runtime::store::{Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::adapters::{EngineAnalytics, GraphGateway, KafkaRawLog, LoggedCommands};
use crate::telemetry::{self, Ready};

/// How often the edge gives a sign of life into the webhook stream.
const HEARTBEAT_EVERY: Duration = Duration::from_millis(HEARTBEAT_EVERY_MS.unsigned_abs());
/// How often the edge tells what became of webhooks, where anything did: a record for each app, and one for all other names.
const TALLY_EVERY: Duration = Duration::from_secs(5);
/// How long a fetch may wait: for what a person waits for, for what only must keep up, and for what is rare.
const SENDERS_WAIT: Duration = Duration::from_millis(20);
const WEBHOOKS_WAIT: Duration = Duration::from_millis(40);
const ACCOUNTS_WAIT: Duration = Duration::from_millis(250);
/// Wait before something that ended is started again.
const RESTART_WAIT: Duration = Duration::from_secs(1);
/// How often old idempotency keys and notes of statuses are removed, and how many at once: 100 and 1,000 a second in the long run.
const PURGE_EVERY: Duration = Duration::from_secs(60);
const PURGE_KEYS_MAX: i64 = 6_000;
const PURGE_REPORTS_MAX: i64 = 60_000;
/// Longest shutdown; afterwards the process ends as it is, and the store fences what is left.
const SHUTDOWN_MAX: Duration = Duration::from_secs(40);

/// Which roles a process has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Roles {
    edge: bool,
    pipeline: bool,
    api: bool,
}

impl Roles {
    pub(crate) const ALL: Self = Self { edge: true, pipeline: true, api: true };
    pub(crate) const EDGE: Self = Self { edge: true, pipeline: false, api: false };
    pub(crate) const PIPELINE: Self = Self { edge: false, pipeline: true, api: false };
    pub(crate) const API: Self = Self { edge: false, pipeline: false, api: true };
}

/// What the parts of a process share.
#[derive(Clone)]
struct Process {
    config: Arc<Config>,
    owner: String,
    publisher: Arc<dyn Publisher>,
    catalogue: Arc<Catalogue>,
    failures: mpsc::UnboundedSender<String>,
    stop: CancellationToken,
}

/// Runs until a signal, or until something fails that only a restart mends.
pub(crate) async fn run(config: Config, roles: Roles) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let (failures, mut failed) = mpsc::unbounded_channel();
    let ready = Ready::default();
    telemetry::start(&config.telemetry, ready.clone(), stop.clone()).await?;
    let process = Process {
        owner: format!("{}-{}", std::process::id(), uuid::Uuid::now_v7().simple()),
        publisher: Arc::new(KafkaPublisher::new(&config.kafka)?),
        catalogue: Arc::new(Catalogue::built_in()?),
        config: Arc::new(config),
        failures,
        stop: stop.clone(),
    };
    // Edge and API do not wait for a broker; with other partition counts than the catalogue's they end all the same.
    let topics = process.clone();
    tokio::spawn(async move {
        let checked = topics.catalogue.check_when_reachable(&topics.config.kafka).await;
        report(&topics, checked.map_err(anyhow::Error::from));
    });
    let mut parts = JoinSet::new();
    if roles.edge {
        start_edge(&process, &mut parts).await?;
    }
    if roles.api {
        start_api(&process, &mut parts).await?;
    }
    if roles.pipeline {
        let (outdated, told) = mpsc::unbounded_channel();
        start_pipeline(&process, &mut parts, outdated, ready.clone());
        start_management(&process, &mut parts, told)?;
    } else {
        ready.set(true);
    }
    let reason = tokio::select! {
        signal = signal() => { tracing::info!(signal, "shutting down"); None }
        Some(reason) = failed.recv() => Some(reason),
    };
    ready.set(false);
    stop.cancel();
    let drained = tokio::time::timeout(SHUTDOWN_MAX, async { while parts.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!("the shutdown took too long and is cut short");
    }
    match reason {
        None => Ok(()),
        Some(reason) if is_lasting(&reason) => Err(anyhow::anyhow!(reason)),
        Some(reason) => Err(anyhow::anyhow!("{reason}; a restart continues where this process stopped")),
    }
}

/// Whether a restart would end the same: an operator must do something first.
fn is_lasting(reason: &str) -> bool {
    [RETENTION_PASSED, SET_BACK].iter().any(|lasting| reason.contains(lasting))
}

async fn signal() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}

async fn bind(key: &str, address: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("{key} {address}: choose another address or port"))
}

async fn start_edge(process: &Process, parts: &mut JoinSet<()>) -> anyhow::Result<()> {
    let config = &process.config;
    let listener = bind("edge.listen", &config.edge.listen).await?;
    let app = |app: &posthaste_runtime::config::AppConfig| App {
        verify_tokens: app.verify_tokens.clone(),
        secrets: app.secrets.iter().map(|secret| Secret::new(secret)).collect(),
    };
    let apps: HashMap<AppKey, App> =
        config.edge.apps.iter().map(|(key, settings)| (AppKey::new(key.as_str()), app(settings))).collect();
    if apps.is_empty() {
        tracing::warn!("no app is configured under edge.apps: every webhook will be answered with 404");
    }
    let log = KafkaRawLog(Arc::new(EdgeProducer::new(&config.kafka)?));
    let tally = Arc::new(Tally::new(process.owner.as_str(), apps.keys().cloned(), clock::wall()));
    let edge = posthaste_ingress::service(apps, log.clone(), Arc::clone(&tally), clock::wall);
    let service = TowerToHyperService::new(warp::service(edge));
    let limits = Limits::with_connections(config.edge.connections_max);
    tracing::info!(listen = config.edge.listen, "edge listens");
    let stop = process.stop.clone();
    parts.spawn(async move {
        serve(listener, service, stop.cancelled_owned(), limits).await;
    });
    let partitions = process.catalogue.partitions(topic::WEBHOOKS_RAW).unwrap_or(1);
    parts.spawn(heartbeats(log.clone(), partitions, process.stop.clone()));
    parts.spawn(tallies(log, tally, process.stop.clone()));
    Ok(())
}

/// Signs of life, by which the pipeline knows how far the webhook stream has been processed.
async fn heartbeats(log: KafkaRawLog, partitions: i32, stop: CancellationToken) {
    let mut tick = tokio::time::interval(HEARTBEAT_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        let at = clock::wall();
        let beats = (0..partitions).map(|partition| log.heartbeat(partition, at));
        let failed = futures_util::future::join_all(beats).await.into_iter().find_map(Result::err);
        if let Some(error) = failed {
            tracing::warn!(%error, "a sign of life could not be given");
        }
    }
}

/// What became of webhooks, for whoever asks why nothing arrives; once more at the end.
async fn tallies(log: KafkaRawLog, tally: Arc<Tally>, stop: CancellationToken) {
    let mut goes_on = true;
    while goes_on {
        goes_on = stop.run_until_cancelled(tokio::time::sleep(TALLY_EVERY)).await.is_some();
        for counted in tally.news() {
            if let Err(error) = log.counted(&counted, clock::wall()).await {
                tracing::warn!(%error, "what became of webhooks could not be told");
                tally.untold(&counted);
            }
        }
    }
}

async fn start_api(process: &Process, parts: &mut JoinSet<()>) -> anyhow::Result<()> {
    let config = &process.config;
    let listener = bind("api.listen", &config.api.listen).await?;
    let worker_pool = WorkerPool::new(&config.postgres)?;
    let api_pool = ApiPool::new(&config.postgres)?;
    let commands = CommandLog::start(
        PostgresStore::new(worker_pool.clone()),
        Arc::clone(&process.publisher),
        process.owner.clone(),
        process.failures.clone(),
        process.stop.clone(),
    );
    let desk = Desk::new(worker_pool.clone(), config)?;
    let (tail, reader) = Tail::start(&config.kafka, worker_pool, process.stop.clone());
    parts.spawn(async move {
        // The tail ends with the process; how does not matter.
        let _ = reader.await;
    });
    let engine = Engine::new(&config.lake, &config.sql, api_pool.clone(), tail).context("lake.dir")?;
    let state =
        ApiState::new(api_pool, Arc::new(LoggedCommands(commands)), Arc::new(EngineAnalytics(engine)), desk, config);
    let service = TowerToHyperService::new(warp::service(posthaste_api::service(state)));
    let limits = Limits::with_connections(config.api.connections_max);
    tracing::info!(listen = config.api.listen, "API listens");
    let stop = process.stop.clone();
    parts.spawn(async move {
        serve(listener, service, stop.cancelled_owned(), limits).await;
    });
    Ok(())
}

/// Starts the tasks, each on its own: normalize must not wait for a store that is away.
fn start_pipeline(process: &Process, parts: &mut JoinSet<()>, outdated: mpsc::UnboundedSender<Outdated>, ready: Ready) {
    let normalize = process.clone();
    parts.spawn(async move { report(&normalize, run_normalize(&normalize).await) });
    let senders = process.clone();
    parts.spawn(async move { report(&senders, run_senders(&senders, ready).await) });
    let accounts = process.clone();
    parts.spawn(async move { report(&accounts, run_accounts(&accounts, outdated).await) });
    let sink = process.clone();
    parts.spawn(keep_running("sink", process.clone(), move || {
        let sink = sink.clone();
        async move {
            sink.catalogue.check_when_reachable(&sink.config.kafka).await?;
            let pool = WorkerPool::new(&sink.config.postgres)?;
            run_sink(&sink.config, pool, sink.stop).await.map_err(anyhow::Error::from)
        }
    }));
    let lake = process.clone();
    parts.spawn(keep_running("lake", process.clone(), move || {
        let lake = lake.clone();
        async move {
            lake.catalogue.check_when_reachable(&lake.config.kafka).await?;
            let pool = WorkerPool::new(&lake.config.postgres)?;
            run_lake(&lake.config.kafka, &lake.config.lake, pool, lake.stop).await.map_err(anyhow::Error::from)
        }
    }));
}

/// Starts what asks Meta on its own: downloads of what people send, and the comparison of templates, at night and of the accounts that
/// are `told` to be outdated; and the sweeping of the folder of files. They wait while the store is away.
fn start_management(
    process: &Process,
    parts: &mut JoinSet<()>,
    told: mpsc::UnboundedReceiver<Outdated>,
) -> anyhow::Result<()> {
    let config = &process.config;
    let desk = Desk::new(WorkerPool::new(&config.postgres)?, config)?;
    if config.media.downloads_max > 0 {
        parts.spawn(download::run(desk.clone(), config.media.clone(), process.stop.clone()));
    }
    parts.spawn(sweep::run(desk.clone(), process.stop.clone()));
    parts.spawn(sync::run_outdated(desk.clone(), told, process.stop.clone()));
    if let Ok(hour) = u32::try_from(config.templates.sync_hour) {
        parts.spawn(sync::run_nightly(desk, hour, process.stop.clone()));
    }
    Ok(())
}

fn report(process: &Process, outcome: anyhow::Result<()>) {
    if let Err(error) = outcome {
        // Nobody listens any more when the process is going down.
        let _ = process.failures.send(format!("{error:#}"));
    }
}

/// Starts a task again that may be started again at any time.
async fn keep_running<F, Fut>(name: &'static str, process: Process, run: F)
where
    F: Fn() -> Fut + Send + 'static,
    Fut: Future<Output = anyhow::Result<()>> + Send,
{
    while !process.stop.is_cancelled() {
        if let Err(error) = run().await {
            tracing::warn!(task = name, error = format!("{error:#}"), "the task ended and begins anew");
            process.stop.run_until_cancelled(tokio::time::sleep(RESTART_WAIT)).await;
        }
    }
}

/// Runs a consumer until the process stops. One that fails (a static member that was fenced while the broker restarted, for
/// one) has given its partitions up and is made anew; only a record that is gone ends the process, or a store that was set back.
async fn consume(
    process: &Process,
    task: &str,
    (topic, fetch_wait): (&str, Duration),
    assignee: Arc<dyn Assignee>,
    commits: Commits,
) -> anyhow::Result<()> {
    while !process.stop.is_cancelled() {
        let options =
            ConsumerOptions { group: format!("posthaste-{task}"), topics: vec![topic.to_owned()], fetch_wait };
        let mut consumer = Consumer::start(&process.config.kafka, options, Arc::clone(&assignee))?;
        commits.connect(consumer.committer());
        tokio::select! {
            () = process.stop.cancelled() => consumer.stop().await,
            reason = consumer.failed() => {
                anyhow::ensure!(!is_lasting(&reason), "consumer of {task}: {reason}");
                tracing::warn!(task, reason, "the consumer failed and is made anew");
                process.stop.run_until_cancelled(tokio::time::sleep(RESTART_WAIT)).await;
            }
        }
    }
    Ok(())
}

async fn run_normalize(process: &Process) -> anyhow::Result<()> {
    process.catalogue.check_when_reachable(&process.config.kafka).await?;
    let partitions = process.catalogue.partitions(topic::SENDERS).unwrap_or(1);
    let runner = NormalizeRunner::new(Arc::clone(&process.publisher), partitions, process.failures.clone());
    let commits = runner.commits().clone();
    consume(process, normalize::TASK, (topic::WEBHOOKS_RAW, WEBHOOKS_WAIT), runner, commits).await
}

async fn run_accounts(process: &Process, outdated: mpsc::UnboundedSender<Outdated>) -> anyhow::Result<()> {
    process.catalogue.check_when_reachable(&process.config.kafka).await?;
    let store = Arc::new(PostgresStore::new(WorkerPool::new(&process.config.postgres)?));
    let runner = AccountsRunner::new(store, outdated, process.failures.clone());
    let commits = runner.commits().clone();
    consume(process, accounts::TASK, (topic::ACCOUNTS, ACCOUNTS_WAIT), runner, commits).await
}

async fn run_senders(process: &Process, ready: Ready) -> anyhow::Result<()> {
    let config = &process.config;
    let journal_dir = &config.pipeline.journal_dir;
    alive::begin(journal_dir, &process.owner)
        .with_context(|| format!("pipeline.journal_dir {}", journal_dir.display()))?;
    let postgres = PostgresStore::new(WorkerPool::new(&config.postgres)?);
    let store: Arc<dyn Store> = Arc::new(postgres.clone());
    let partitions = process.catalogue.partitions(topic::SENDERS).unwrap_or(1);
    let Some(directory) = directory(process, &store, partitions).await? else { return Ok(()) };
    anyhow::ensure!(
        postgres.unfinished_recovery().await?.is_none(),
        "a recovery of the database is not finished; run posthaste recover again"
    );
    tokio::spawn(purge(postgres, Arc::clone(&directory), process.stop.clone()));
    process.catalogue.check_when_reachable(&config.kafka).await?;
    let graph = GraphClient::new(&GraphOptions {
        base_url: config.graph.base_url.clone(),
        version: config.graph.version.clone(),
        timeout_ms: config.graph.timeout_ms,
        connections_max: config.graph.connections_max,
    })?;
    let gateway = Arc::new(GraphGateway(graph));
    let dispatcher = Dispatcher::new(gateway, Arc::clone(&directory), config.graph.connections_max)?;
    let runner = SenderRunner::new(
        options(process),
        store,
        Arc::clone(&process.publisher),
        dispatcher,
        directory,
        Arc::new(Pure),
        process.failures.clone(),
    );
    let commits = runner.commits().clone();
    ready.set(true);
    tracing::info!("pipeline runs");
    consume(process, runner::TASK, (topic::SENDERS, SENDERS_WAIT), runner, commits).await
}

/// Removes idempotency keys, and notes of what was told, that have served their time.
async fn purge(store: PostgresStore, directory: Arc<Directory>, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(PURGE_EVERY)).await.is_some() {
        let tenants: BTreeSet<_> = directory.senders().tenants.iter().copied().collect();
        match store.purge_keys(tenants.clone(), PURGE_KEYS_MAX).await {
            Ok(purged) => tracing::debug!(purged, "old idempotency keys removed"),
            Err(error) => tracing::warn!(%error, "old idempotency keys could not be removed"),
        }
        match store.purge_reports(tenants, PURGE_REPORTS_MAX).await {
            Ok(purged) => tracing::debug!(purged, "old notes of statuses removed"),
            Err(error) => tracing::warn!(%error, "old notes of statuses could not be removed"),
        }
    }
}

/// Waits for the store; `None` when the process stops meanwhile.
async fn directory(
    process: &Process,
    store: &Arc<dyn Store>,
    partitions: i32,
) -> anyhow::Result<Option<Arc<Directory>>> {
    while !process.stop.is_cancelled() {
        match Directory::start(Arc::clone(store), partitions, process.stop.clone()).await {
            Ok(directory) => return Ok(Some(directory)),
            Err(StoreError::Fault(reason)) => {
                tracing::warn!(reason, "the store is away; waiting for it");
                process.stop.run_until_cancelled(tokio::time::sleep(RESTART_WAIT)).await;
            }
            Err(error) => return Err(error).context("reading the directory; has `posthaste migrate` run?"),
        }
    }
    Ok(None)
}

fn options(process: &Process) -> SenderRunnerOptions {
    options_of(&process.config, process.owner.clone(), &process.catalogue)
}

/// How the sender task of this configuration runs.
pub(crate) fn options_of(config: &Config, owner: String, catalogue: &Catalogue) -> SenderRunnerOptions {
    let (kafka, pipeline) = (&config.kafka, &config.pipeline);
    SenderRunnerOptions {
        settings: Settings {
            headroom: pipeline.headroom,
            low_quality_share: pipeline.low_quality_share,
            horizon_seconds: pipeline.horizon_seconds,
            arm_window_ms: pipeline.arm_window_ms,
            unknown_grace_ms: pipeline.unknown_grace_ms,
            attempts_max: pipeline.attempts_max,
            verdict_of: posthaste_meta::errors::verdict_of,
        },
        owner,
        lease_ttl: Duration::from_millis(pipeline.lease_ttl_ms.into()),
        drain_max: Duration::from_millis(u64::from(kafka.session_timeout_ms) * 3 / 4),
        batch_events_max: pipeline.batch_events_max,
        journal_dir: pipeline.journal_dir.clone(),
        stream_partitions: usize::try_from(catalogue.partitions(topic::WEBHOOKS_RAW).unwrap_or(1)).unwrap_or(1),
    }
}
