//! The CRM sink: events of tenants, delivered to their receivers as signed webhooks (Standard Webhooks).
//!
//! One shared reader follows `inbound.v1`, `delivery.v1` and `accounts.v1` and hands each record to the receivers of its tenant
//! (or to those whose account it tells of, see `numbers.rs`), without ever waiting for one. Every receiver has a small buffer and a lane per conversation ([`posthaste_core::crm`]). One
//! whose buffer is full is left behind and read for separately once it has room, until it is level again.
//!
//! **Where reading starts.** The position of a partition (in `task_lease`) and the cursors of the receivers that are
//! behind it (in `sink_cursor`) are saved in one transaction. A receiver without a cursor has been served up to the
//! position. So reading starts at the position; receivers with a cursor begin in catch-up; a new receiver begins at the
//! position that the reader has when it is first seen, at most some seconds after it was added. Where there is no
//! position yet, reading starts at the group's committed offset, else at the oldest record.
//!
//! **Guarantee.** At least once, in order per conversation (by first deliveries), for as long as the log keeps the event;
//! the `webhook-id` is the event's own, so receivers dedupe by it. An event that its receiver refuses through the whole
//! schedule while taking others is given up, and counted. Numbers of tries are not kept over a restart; since when a
//! receiver fails is.

mod about;
mod address;
mod book;
mod catch_up;
mod clock;
mod event;
mod numbers;
mod partition;
mod receiver;
mod shared;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use posthaste_core::crm::{CatchUp, Feed, Schedule};
use posthaste_kafka::{Consumer, ConsumerError, ConsumerOptions};
use posthaste_postgres::WorkerPool;
use posthaste_runtime::config::{Config, KafkaConfig};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

pub use webhook::{Webhook, WebhookClient, WebhookError};

use crate::catch_up::{SLICES_MAX, Slice};
use crate::receiver::{Receiver, ReceiverId, Signals};
use crate::shared::Shared;

/// Consumer group of the sink.
pub const GROUP: &str = "posthaste-sink";
/// How long a fetch may wait: part of the time from an event to its delivery.
const FETCH_WAIT: Duration = Duration::from_millis(100);
/// How often positions and cursors are saved: what a crash delivers twice is less than this.
const SAVE_INTERVAL: Duration = Duration::from_millis(500);
/// How often the list of receivers is read.
const REFRESH_INTERVAL: Duration = Duration::from_secs(2);
/// Longest wait for the tasks to end at shutdown, after the partitions have been given up: they only need to notice.
const STOP_WAIT: Duration = Duration::from_secs(5);

/// Why the sink stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The consumer could not be started.
    #[error("crm sink: {0}")]
    Consumer(#[from] ConsumerError),
    /// The consumer stopped.
    #[error("crm sink: the kafka consumer stopped: {0}")]
    Stopped(String),
}

/// What can differ from the usual, in tests above all.
#[derive(Debug, Clone)]
pub struct SinkOptions {
    /// Consumer group, and prefix of the names of the leases. One group per database: the cursors are the group's.
    pub group: String,
    /// When deliveries are tried again, and when a receiver is disabled.
    pub schedule: Arc<Schedule>,
    /// Events that wait in memory for one receiver.
    pub buffer_records_max: usize,
    /// Bytes of these events.
    pub buffer_bytes_max: usize,
}

impl Default for SinkOptions {
    /// The schedule of Standard Webhooks, and buffers of which a hundred dead receivers fill 200 MB at most.
    fn default() -> Self {
        Self {
            group: GROUP.to_owned(),
            schedule: Arc::new(Schedule::standard()),
            buffer_records_max: 1_024,
            buffer_bytes_max: 2 * 1024 * 1024,
        }
    }
}

/// Delivers until `shutdown`; then lets deliveries in flight finish within a deadline, saves every cursor and returns.
pub async fn run_sink(config: &Config, pool: WorkerPool, shutdown: CancellationToken) -> Result<(), SinkError> {
    run_sink_with(config, pool, SinkOptions::default(), shutdown).await
}

/// As [`run_sink`], with options.
pub async fn run_sink_with(
    config: &Config,
    pool: WorkerPool,
    options: SinkOptions,
    shutdown: CancellationToken,
) -> Result<(), SinkError> {
    let (catch_ups, catch_up_requests) = mpsc::unbounded_channel();
    let (disable, disable_requests) = mpsc::unbounded_channel();
    let signals = Signals { catch_ups, disable, settled: Notify::new() };
    let group = options.group.clone();
    let shared = Arc::new(Shared::new(config, options, pool, signals));
    // The receivers must be known before the first record is routed, or it would pass them by.
    if !wait_for_receivers(&shared, &shutdown).await {
        return Ok(());
    }
    let topics = Feed::ALL.iter().map(|feed| feed.topic().to_owned()).collect();
    let assignee = Arc::clone(&shared);
    let mut consumer =
        Consumer::start(&config.kafka, ConsumerOptions { group, topics, fetch_wait: FETCH_WAIT }, assignee)
            .inspect_err(|_| shared.stop_receivers())?;
    // Set once, here.
    let _ = shared.commits.set(consumer.committer());
    shared.tasks.spawn(serve_catch_ups(Arc::clone(&shared), config.kafka.clone(), catch_up_requests));

    let outcome = tokio::select! {
        () = shutdown.cancelled() => Ok(()),
        reason = consumer.failed() => Err(SinkError::Stopped(reason)),
        never = keep(&shared, disable_requests) => match never {},
    };
    shared.stop.cancel();
    // Gives up the partitions: deliveries in flight finish, cursors are saved.
    consumer.stop().await;
    shared.stop_receivers();
    shared.tasks.close();
    if tokio::time::timeout(STOP_WAIT, shared.tasks.wait()).await.is_err() {
        tracing::warn!("tasks of the sink did not end in time and are abandoned");
    }
    outcome
}

/// Reads the list of receivers; false if shutdown came first.
async fn wait_for_receivers(shared: &Arc<Shared>, shutdown: &CancellationToken) -> bool {
    loop {
        match shared.refresh().await {
            Ok(()) => return true,
            Err(error) => tracing::warn!(%error, "the sink waits for the database"),
        }
        tokio::select! {
            () = shutdown.cancelled() => return false,
            () = tokio::time::sleep(REFRESH_INTERVAL) => {}
        }
    }
}

/// Saves, refreshes and disables, forever. While the database is away deliveries go on; what is due stays due.
async fn keep(
    shared: &Arc<Shared>,
    mut disable: mpsc::UnboundedReceiver<(ReceiverId, String)>,
) -> std::convert::Infallible {
    let (mut save, mut refresh) = (interval(SAVE_INTERVAL), interval(REFRESH_INTERVAL));
    save.set_missed_tick_behavior(MissedTickBehavior::Delay);
    refresh.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut to_disable: Vec<(ReceiverId, String)> = Vec::new();
    loop {
        let result = tokio::select! {
            _ = save.tick() => shared.save().await,
            _ = refresh.tick() => shared.refresh().await,
            Some(request) = disable.recv() => {
                to_disable.push(request);
                Ok(())
            }
        };
        if let Err(error) = result {
            tracing::warn!(%error, "the sink's bookkeeping failed and is repeated");
            continue;
        }
        while let Some((id, reason)) = to_disable.last() {
            if let Err(error) = shared.disable(*id, reason).await {
                tracing::warn!(%error, endpoint = %id.endpoint, "a receiver could not be disabled yet");
                break;
            }
            to_disable.pop();
        }
    }
}

/// Works off the requests for catch-up, a few at a time, in the order in which they came.
async fn serve_catch_ups(
    shared: Arc<Shared>,
    kafka: KafkaConfig,
    mut requests: mpsc::UnboundedReceiver<(Arc<Receiver>, CatchUp)>,
) {
    let slots = Arc::new(Semaphore::new(SLICES_MAX));
    loop {
        let next = async {
            let slot = Arc::clone(&slots).acquire_owned().await.expect("the semaphore is never closed");
            (requests.recv().await, slot)
        };
        let (request, slot) = tokio::select! {
            () = shared.stop.cancelled() => return,
            next = next => next,
        };
        let Some((receiver, by)) = request else { return };
        let Some(partition) = shared.partition(by.stream) else {
            // Given up meanwhile: the stream is gone or about to go.
            receiver.state.lock().end_catch_up(&by);
            continue;
        };
        let (shared, kafka) = (Arc::clone(&shared), kafka.clone());
        shared.clone().tasks.spawn(async move {
            let _slot = slot;
            let slice = Slice { receiver, partition, by, numbers: Arc::clone(&shared.numbers) };
            tokio::select! {
                () = shared.stop.cancelled() => {}
                () = slice.run(&kafka) => {}
            }
        });
    }
}
