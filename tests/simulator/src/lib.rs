//! A Graph API double: a real HTTP server that behaves as Meta documents the WhatsApp Cloud API.
//!
//! It accepts sends, checks token, template and payload, enforces a number's throughput and the rate to one user,
//! answers with Meta's error bodies, posts signed status webhooks, and keeps a [`Ledger`] of what really happened, so
//! that a test can compare. Everything drawn by chance follows from a seed. It knows nothing of the sender under test.
//!
//! ```no_run
//! # async fn example() -> Result<(), posthaste_simulator::SimulatorError> {
//! use posthaste_simulator::{Options, start};
//!
//! let options = Options { webhook_url: Some("http://127.0.0.1:8080/webhooks".into()), ..Options::defaults() };
//! let simulator = start(options).await?;
//! println!("send to http://{}/v23.0/106540352242922/messages", simulator.addr());
//! println!("{} accepted", simulator.ledger().accepted);
//! simulator.shutdown().await;
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod account;
mod action;
mod answer;
mod batch;
mod call;
mod control;
mod courier;
mod error;
mod failure;
mod fault;
mod graph;
mod history;
mod inbound;
mod ledger;
mod limits;
mod listing;
mod management;
mod media;
mod number;
mod options;
mod page;
mod query;
mod route;
mod sanction;
mod scenario;
mod schedule;
mod script;
mod send;
mod server;
mod subscription;
mod template;
mod wamid;
mod webhook;
mod world;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub use error::SimulatorError;
pub use ledger::{
    BREACHES_TOLD_MAX, Breach, FinalStatus, FinalStatusCounts, InjectedCounts, Ledger, MediaCounts, MessageRecord,
    ReadRecord, StatusCounts,
};
pub use options::{Faults, MillisRange, NumberSpec, Options, RetrySchedule, Share};
pub use page::{PageChannel, PageMessageRecord, PageSpec, PageTotals};
pub use scenario::{Scenario, ScenarioFailure, SimulatorArgs};
pub use script::Status;
pub use template::{Category, TemplateSpec};

use courier::Poster;
use world::World;

/// How long requests under way may take to end at shutdown.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(5);

/// A running simulator. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Simulator {
    addr: SocketAddr,
    world: Arc<World>,
    poster: Poster,
    tasks: TaskTracker,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

/// Starts a simulator on the current tokio runtime. With `verify_callback` it returns after the handshake.
///
/// # Errors
/// When an option is wrong, the address is taken, or the callback does not verify.
pub async fn start(options: Options) -> Result<Simulator, SimulatorError> {
    options.validate()?;
    let callback = options.webhook_url.as_deref().map(options::callback_uri).transpose();
    let callback = callback.map_err(|reason| SimulatorError::option("--webhook-url", reason))?;
    let bind = |source| SimulatorError::Bind { addr: options.listen, source };
    let listener = TcpListener::bind(options.listen).await.map_err(bind)?;
    let addr = listener.local_addr().map_err(bind)?;
    let world = Arc::new(World::new(&options, addr, callback.clone()));
    let poster = Poster::new(options.webhook_concurrency.into());
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let stop_on_drop = stop.clone().drop_guard();

    tasks.spawn(server::run(listener, world.clone(), poster.clone(), tasks.clone(), stop.clone()));
    if let (Some(url), true) = (&callback, options.verify_callback) {
        poster.verify(url, &options.verify_token, options.seed).await?;
    }
    let (batches, queue) = mpsc::unbounded_channel();
    let queue = Arc::new(tokio::sync::Mutex::new(queue));
    for _ in 0..options.webhook_concurrency {
        tasks.spawn(courier::run(world.clone(), poster.clone(), queue.clone(), stop.clone()));
    }
    let rng = script::dice(options.seed, script::Dice::Batch, 0);
    tasks.spawn(schedule::run(world.clone(), rng, options.batch_max.into(), batches, stop.clone()));
    if options.inbound_rate > 0.0 {
        tasks.spawn(inbound::run(world.clone(), options.inbound_rate, stop.clone()));
    }
    tracing::info!(%addr, numbers = options.numbers.len(), webhook_url = options.webhook_url, "Graph simulator listens");
    Ok(Simulator { addr, world, poster, tasks, stop, _stop_on_drop: stop_on_drop })
}

impl Simulator {
    /// The address it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What it has counted so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.world.ledger()
    }

    /// The accepted messages after index `after` (0 for all), at most `limit`, in order of acceptance.
    #[must_use]
    pub fn messages(&self, after: u64, limit: usize) -> Vec<MessageRecord> {
        self.world.messages(after, limit)
    }

    /// The accepted messages of pages after index `after` (0 for all), at most `limit`, in order of acceptance.
    #[must_use]
    pub fn page_messages(&self, after: u64, limit: usize) -> Vec<PageMessageRecord> {
        self.world.pages.records(after, limit, self.world.seed)
    }

    /// The read receipts after index `after` (0 for all), at most `limit`, in order of arrival.
    #[must_use]
    pub fn reads(&self, after: u64, limit: usize) -> Vec<ReadRecord> {
        self.world.book.lock().reads(after, limit)
    }

    /// Posts webhooks to `url` from now on, also those that wait for a retry.
    ///
    /// # Errors
    /// When `url` is not an http URL.
    pub fn set_webhook_url(&self, url: &str) -> Result<(), SimulatorError> {
        let uri = options::callback_uri(url).map_err(|reason| SimulatorError::option("--webhook-url", reason))?;
        *self.world.callback.write() = Some(uri);
        Ok(())
    }

    /// Changes the faults from now on; scripts of messages already accepted stay.
    ///
    /// # Errors
    /// When the request faults add up to more than 1, or the code of failures is none.
    pub fn set_faults(&self, faults: Faults) -> Result<(), SimulatorError> {
        faults.validate().map_err(|(option, reason)| SimulatorError::option(option, reason))?;
        *self.world.faults.write() = faults;
        Ok(())
    }

    /// Takes the steps of a scenario, and waits until it is over: every step was taken, nothing is pending, no request has come for a
    /// while, and the ledger is as expected; or its deadline has passed. Its world must be what the simulator was started with.
    ///
    /// # Errors
    /// What is not as expected.
    pub async fn play(&self, scenario: &Scenario) -> Result<(), ScenarioFailure> {
        let play = Arc::new(scenario::Play::new(scenario));
        *self.world.play.write() = Some(play.clone());
        let outcome = play.run(&self.world, &self.poster).await;
        *self.world.play.write() = None;
        outcome
    }

    /// Waits until every update that is due now or later is acknowledged; `false` when that takes longer than `wait`.
    pub async fn flush(&self, wait: Duration) -> bool {
        tokio::time::timeout(wait, self.world.schedule.emptied()).await.is_ok()
    }

    /// Stops: answers the requests under way, abandons webhooks not yet acknowledged.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(SHUTDOWN_DEADLINE, self.tasks.wait()).await.is_err() {
            tracing::warn!(tasks = self.tasks.len(), "simulator stops with requests under way");
        }
    }
}
