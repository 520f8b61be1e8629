//! One consumer on one operating-system thread.
//!
//! `BaseConsumer::poll` is the only read path of rust-rdkafka that has no lost wake-ups (rust-rdkafka #638, #665, #840),
//! so the thread polls, hands each record to its partition's bounded channel, and pauses a partition of which too much
//! waits for room in it. Offsets are set in the assignment itself, never by a seek, and a record below the expected offset
//! is dropped.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::Mutex;
use posthaste_runtime::config::KafkaConfig;
use posthaste_runtime::log::{Assigned, Assignee, StartAt};
use posthaste_runtime::record::{Headers, InRecord};
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::{Offset, TopicPartitionList};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::lag;
use super::stranded::{self, Watch};

/// How long one poll waits; also how often paused partitions are looked at when nothing arrives.
const POLL_WAIT: Duration = Duration::from_millis(20);
/// Offsets are committed this often at most. Each commit is a record of the broker's own; a stateless task that stops
/// in between does half a second's work again, and its readers drop what they have seen.
const COMMIT_EVERY: Duration = Duration::from_millis(500);
/// Limit on one request for committed offsets during a rebalance.
const COMMITTED_WAIT: Duration = Duration::from_secs(10);
/// How long closing may take before the thread is abandoned; safe, because the store fences whoever is late.
const CLOSE_WAIT: Duration = Duration::from_secs(20);

/// Records of a partition that wait beside its full channel before the partition is paused. A pause makes what librdkafka
/// has fetched ahead outdated (`rd_kafka_toppar_pause_resume` raises the partition's version), so it must be rare.
const WAITING_MAX: usize = 4_000;
/// Records of a partition that librdkafka fetches ahead; a pause costs as many at most, and one fetch.
const FETCHED_AHEAD: &str = "2000";
/// Most bytes that a fetch asks for of one partition, compressed. A larger record comes all the same (Kafka: KIP-74).
const FETCH_BYTES: &str = "262144";

/// How the reason of a failure begins that starting anew cannot mend.
pub const RETENTION_PASSED: &str = "the next record is no longer in the log";

/// Why a consumer could not be started, or stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum ConsumerError {
    /// The client could not be made or could not subscribe.
    #[error("kafka consumer of group {group}: {source}")]
    Client {
        /// The group.
        group: String,
        /// What librdkafka said.
        source: KafkaError,
    },
    /// The thread could not be started.
    #[error("thread of kafka consumer: {0}")]
    Thread(#[from] std::io::Error),
}

/// What a consumer reads.
#[derive(Debug, Clone)]
pub struct ConsumerOptions {
    /// Consumer group.
    pub group: String,
    /// Topics.
    pub topics: Vec<String>,
    /// How long the broker may hold a fetch back until a batch worth having is there; also the pace of an idle consumer's
    /// requests, each of which costs the broker as much as dozens of records.
    pub fetch_wait: Duration,
}

/// A running consumer. Dropping it without [`Consumer::stop`] abandons the thread at its next poll.
pub struct Consumer {
    commits: mpsc::UnboundedSender<(String, i32, i64)>,
    stop: Arc<AtomicBool>,
    finished: Option<oneshot::Receiver<Option<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Consumer {
    /// Starts the thread and subscribes. Must be called within a tokio runtime, on which `assignee` then runs.
    pub fn start(
        config: &KafkaConfig,
        options: ConsumerOptions,
        assignee: Arc<dyn Assignee>,
    ) -> Result<Self, ConsumerError> {
        let client_error = |source| ConsumerError::Client { group: options.group.clone(), source };
        let routes = Arc::new(Mutex::new(Routes::default()));
        let context = Context {
            assignee,
            runtime: Handle::current(),
            routes: Arc::clone(&routes),
            fatal: Mutex::default(),
            group: options.group.clone(),
        };
        let mut client_config = super::base_config(config, &options.group);
        if !config.instance.is_empty() {
            // A static member that restarts gets its partitions back without a rebalance (Kafka: KIP-345).
            client_config.set("group.instance.id", &config.instance);
        }
        let client: BaseConsumer<Context> = client_config
            .set("group.id", &options.group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "error")
            .set("isolation.level", "read_committed")
            .set("session.timeout.ms", config.session_timeout_ms.to_string())
            .set("heartbeat.interval.ms", (config.session_timeout_ms / 10).to_string())
            .set("max.poll.interval.ms", "300000")
            .set("partition.assignment.strategy", "range")
            // Without a minimum the broker answers each record by itself, which costs it more than everything else
            // (docs/BENCHMARKS.md).
            .set("fetch.min.bytes", "65536")
            .set("fetch.wait.max.ms", options.fetch_wait.as_millis().to_string())
            .set("fetch.error.backoff.ms", "100")
            // How long a partition of which enough is fetched ahead is not asked for; a second unless told, too long where
            // so little is (librdkafka, CONFIGURATION.md).
            .set("fetch.queue.backoff.ms", "20")
            .set("queued.min.messages", FETCHED_AHEAD)
            .set("queued.max.messages.kbytes", "16384")
            .set("fetch.message.max.bytes", FETCH_BYTES)
            .set("statistics.interval.ms", lag::EVERY_MS)
            .create_with_context(context)
            .map_err(client_error)?;
        let topics: Vec<&str> = options.topics.iter().map(String::as_str).collect();
        client.subscribe(&topics).map_err(client_error)?;

        let (commits, commit_requests) = mpsc::unbounded_channel();
        let (finish, finished) = oneshot::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let watch = Watch::new(stranded::fresh(config), topics.first().copied().unwrap_or_default());
        let poll = Poll {
            client,
            routes,
            commit_requests,
            stop: Arc::clone(&stop),
            group: options.group.clone(),
            watch,
            uncommitted: HashMap::new(),
            committed_at: Instant::now(),
        };
        let thread =
            std::thread::Builder::new().name(format!("kafka-{}", options.group)).spawn(move || poll.run(finish))?;
        Ok(Self { commits, stop, finished: Some(finished), thread: Some(thread) })
    }

    /// Tells the group how far a partition is: the offset of the *next* record to read. A courtesy to lag tools, and the
    /// truth for stateless tasks; never blocks.
    pub fn commit(&self, topic: &str, partition: i32, next_offset: i64) {
        // A send can only fail when the thread has ended, and then there is nothing left to commit to.
        let _ = self.commits.send((topic.to_owned(), partition, next_offset));
    }

    /// A sender of commits that can be given to other tasks.
    pub fn committer(&self) -> mpsc::UnboundedSender<(String, i32, i64)> {
        self.commits.clone()
    }

    /// Waits until the consumer stops by itself; gives the reason. Never returns while it is healthy.
    pub async fn failed(&mut self) -> String {
        match self.finished.as_mut() {
            Some(finished) => finished.await.ok().flatten().unwrap_or_else(|| "the consumer's thread ended".to_owned()),
            None => std::future::pending().await,
        }
    }

    /// Leaves the group: partitions are revoked (and so drained) first.
    pub async fn stop(mut self) {
        self.stop.store(true, Ordering::Release);
        let Some(finished) = self.finished.take() else { return };
        if tokio::time::timeout(CLOSE_WAIT, finished).await.is_err() {
            tracing::warn!("a kafka consumer did not close in time and is abandoned");
            return;
        }
        if let Some(thread) = self.thread.take() {
            // The thread has sent its last word: joining does not block.
            let _ = thread.join();
        }
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
    }
}

#[derive(Default)]
struct Routes {
    by_topic: HashMap<Arc<str>, HashMap<i32, Route>>,
    /// Whether a partition has records that wait.
    waiting: bool,
}

impl Routes {
    fn contains(&self, topic: &str, partition: i32) -> bool {
        self.by_topic.get(topic).is_some_and(|partitions| partitions.contains_key(&partition))
    }

    fn insert(&mut self, topic: &str, partition: i32, route: Route) {
        self.by_topic.entry(topic.into()).or_default().insert(partition, route);
    }

    fn remove(&mut self, gone: &[(String, i32)]) {
        for (topic, partition) in gone {
            if let Some(partitions) = self.by_topic.get_mut(topic.as_str()) {
                partitions.remove(partition);
            }
        }
    }

    fn names(&self) -> Vec<(String, i32)> {
        let of_topic = |(topic, partitions): (&Arc<str>, &HashMap<i32, Route>)| {
            partitions.keys().map(|partition| (topic.to_string(), *partition)).collect::<Vec<_>>()
        };
        self.by_topic.iter().flat_map(of_topic).collect()
    }
}

struct Route {
    records: mpsc::Sender<InRecord>,
    expected: i64,
    waiting: VecDeque<InRecord>,
    paused: bool,
}

struct Context {
    assignee: Arc<dyn Assignee>,
    runtime: Handle,
    routes: Arc<Mutex<Routes>>,
    fatal: Mutex<Option<String>>,
    group: String,
}

impl ClientContext for Context {
    fn error(&self, error: KafkaError, reason: &str) {
        tracing::warn!(%error, reason, "kafka consumer");
    }

    /// Tens of kilobytes of JSON: read where no partition waits for it.
    fn stats_raw(&self, statistics: &[u8]) {
        let (report, group, routes) = (statistics.to_vec(), self.group.clone(), Arc::clone(&self.routes));
        self.runtime.spawn(async move {
            let lags = lag::read(&report);
            let owned = routes.lock();
            for (topic, partition, behind) in lags {
                if owned.contains(&topic, partition) {
                    lag::tell(&group, &topic, partition, behind);
                }
            }
        });
    }
}

impl ConsumerContext for Context {
    fn pre_rebalance(&self, client: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(partitions) => {
                if let Err(reason) = self.take_over(client, partitions) {
                    *self.fatal.lock() = Some(reason);
                }
            }
            Rebalance::Revoke(partitions) => {
                let lost = client.assignment_lost();
                let partitions = names(partitions);
                self.routes.lock().remove(&partitions);
                partitions.iter().for_each(|(topic, partition)| lag::tell(&self.group, topic, *partition, 0));
                self.runtime.block_on(self.assignee.revoked(partitions, lost));
            }
            Rebalance::Error(error) => tracing::warn!(%error, "kafka rebalance"),
        }
    }
}

impl Context {
    fn take_over(&self, client: &BaseConsumer<Self>, partitions: &TopicPartitionList) -> Result<(), String> {
        if self.assignee.compares() {
            self.assignee.told(told(client, partitions)?);
        }
        let assigned = self.runtime.block_on(self.assignee.assigned(names(partitions)))?;
        let committed = committed_offsets(client, &assigned)?;
        let mut routes = self.routes.lock();
        for Assigned { topic, partition, start, records } in assigned {
            let offset = match start {
                StartAt::Offset(offset) => Offset::Offset(offset),
                StartAt::Beginning => Offset::Beginning,
                StartAt::Committed => committed.get(&(topic.clone(), partition)).copied().unwrap_or(Offset::Beginning),
            };
            let mut element = partitions
                .find_partition(&topic, partition)
                .ok_or_else(|| format!("{topic}/{partition} was taken over without being assigned"))?;
            element.set_offset(offset).map_err(|error| error.to_string())?;
            let expected = if let Offset::Offset(offset) = offset { offset } else { 0 };
            routes.insert(&topic, partition, Route { records, expected, waiting: VecDeque::new(), paused: false });
        }
        Ok(())
    }
}

fn told(client: &BaseConsumer<Context>, partitions: &TopicPartitionList) -> Result<Vec<(String, i32, i64)>, String> {
    let committed = client.committed_offsets(partitions.clone(), COMMITTED_WAIT).map_err(|error| error.to_string())?;
    let known = |((topic, partition), offset)| match offset {
        Offset::Offset(offset) => Some((topic, partition, offset)),
        _ => None,
    };
    Ok(committed.to_topic_map().into_iter().filter_map(known).collect())
}

fn committed_offsets(
    client: &BaseConsumer<Context>,
    assigned: &[Assigned],
) -> Result<HashMap<(String, i32), Offset>, String> {
    let mut wanted = TopicPartitionList::new();
    for partition in assigned.iter().filter(|assigned| assigned.start == StartAt::Committed) {
        wanted.add_partition(&partition.topic, partition.partition);
    }
    if wanted.count() == 0 {
        return Ok(HashMap::new());
    }
    let committed = client.committed_offsets(wanted, COMMITTED_WAIT).map_err(|error| error.to_string())?;
    let known = |(_, offset): &(_, Offset)| matches!(offset, Offset::Offset(_));
    Ok(committed.to_topic_map().into_iter().filter(known).collect())
}

fn names(partitions: &TopicPartitionList) -> Vec<(String, i32)> {
    partitions.elements().iter().map(|element| (element.topic().to_owned(), element.partition())).collect()
}

struct Poll {
    client: BaseConsumer<Context>,
    routes: Arc<Mutex<Routes>>,
    commit_requests: mpsc::UnboundedReceiver<(String, i32, i64)>,
    stop: Arc<AtomicBool>,
    group: String,
    watch: Watch,
    /// Offset of the next record by topic and partition.
    uncommitted: HashMap<(String, i32), i64>,
    committed_at: Instant,
}

impl Poll {
    /// Runs until it is told to stop, or cannot go on; then tells the reason.
    fn run(mut self, finish: oneshot::Sender<Option<String>>) {
        let reason = self.poll();
        self.commit();
        self.commit_now();
        self.leave();
        // Nobody waits any more when the process is going down.
        if let Some(reason) = reason {
            tracing::error!(group = self.group, reason, "kafka consumer stops");
            // The partitions are given up: whoever comes next need not wait for a client that may take long to close.
            let _ = finish.send(Some(reason));
            drop(self.client);
        } else {
            drop(self.client);
            let _ = finish.send(None);
        }
    }

    fn poll(&mut self) -> Option<String> {
        loop {
            if self.stop.load(Ordering::Acquire) {
                break None;
            }
            if let Some(reason) = self.client.context().fatal.lock().take() {
                break Some(reason);
            }
            match self.client.poll(POLL_WAIT) {
                Some(Ok(message)) => {
                    self.watch.heard();
                    self.route(&message);
                }
                Some(Err(error)) => {
                    if let Some(reason) = self.judge(&error) {
                        break Some(reason);
                    }
                }
                None if self.watch.finds_stranded(self.client.client()) => break Some(stranded::REASON.to_owned()),
                None => {}
            }
            self.refill();
            self.commit();
        }
    }

    /// Unsubscribes and polls until the partitions are given up: the drain runs inside these polls.
    fn leave(&self) {
        self.client.unsubscribe();
        let deadline = Instant::now() + CLOSE_WAIT / 2;
        while Instant::now() < deadline && !self.routes.lock().names().is_empty() {
            let _ = self.client.poll(POLL_WAIT);
        }
        // A client that failed fatally may never be told that it lost its partitions; their owner must know.
        let left = std::mem::take(&mut *self.routes.lock()).names();
        if !left.is_empty() {
            let context = self.client.context();
            context.runtime.block_on(context.assignee.revoked(left, true));
        }
    }

    fn judge(&self, error: &KafkaError) -> Option<String> {
        if let KafkaError::MessageConsumptionFatal(_) = error {
            return Some(format!("fatal: {error}"));
        }
        match error.rdkafka_error_code() {
            // Retention passed our offset: silently skipping would lose messages, so an operator decides.
            Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange) => {
                Some(format!("{RETENTION_PASSED} ({error}); an operator must decide where to go on"))
            }
            _ => {
                tracing::warn!(group = self.group, %error, "kafka poll");
                None
            }
        }
    }

    fn route(&self, message: &BorrowedMessage<'_>) {
        let mut routes = self.routes.lock();
        let Routes { by_topic, waiting } = &mut *routes;
        let Some((topic, _)) = by_topic.get_key_value(message.topic()) else { return };
        let topic = Arc::clone(topic);
        let Some(route) = by_topic.get_mut(&topic).and_then(|routes| routes.get_mut(&message.partition())) else {
            return;
        };
        if message.offset() < route.expected {
            return;
        }
        route.expected = message.offset() + 1;
        let record = to_record(message, topic);
        if route.waiting.is_empty() {
            match route.records.try_send(record) {
                Ok(()) | Err(TrySendError::Closed(_)) => return,
                Err(TrySendError::Full(record)) => route.waiting.push_back(record),
            }
        } else {
            route.waiting.push_back(record);
        }
        *waiting = true;
        if route.waiting.len() >= WAITING_MAX && !route.paused {
            let list = one(message.topic(), message.partition());
            match self.client.pause(&list) {
                Ok(()) => route.paused = true,
                Err(error) => tracing::warn!(%error, "kafka pause"),
            }
        }
    }

    /// Gives waiting records to channels that have room again, and resumes the partitions that have none left waiting.
    fn refill(&self) {
        let mut routes = self.routes.lock();
        if !routes.waiting {
            return;
        }
        routes.waiting = false;
        let Routes { by_topic, waiting } = &mut *routes;
        let all = by_topic.iter_mut().flat_map(|(topic, routes)| routes.iter_mut().map(move |one| (topic, one)));
        for (topic, (partition, route)) in all.filter(|(_, (_, route))| !route.waiting.is_empty() || route.paused) {
            while let Some(record) = route.waiting.pop_front() {
                match route.records.try_send(record) {
                    Ok(()) | Err(TrySendError::Closed(_)) => {}
                    Err(TrySendError::Full(record)) => {
                        route.waiting.push_front(record);
                        *waiting = true;
                        break;
                    }
                }
            }
            if route.waiting.is_empty() && route.paused {
                match self.client.resume(&one(topic, *partition)) {
                    Ok(()) => route.paused = false,
                    Err(error) => {
                        tracing::warn!(%error, "kafka resume");
                        *waiting = true;
                    }
                }
            }
        }
    }

    /// Commits what was told, if the last time is long enough ago.
    fn commit(&mut self) {
        while let Ok((topic, partition, next)) = self.commit_requests.try_recv() {
            let entry = self.uncommitted.entry((topic, partition)).or_insert(next);
            *entry = next.max(*entry);
        }
        if !self.uncommitted.is_empty() && self.committed_at.elapsed() >= COMMIT_EVERY {
            self.commit_now();
        }
    }

    fn commit_now(&mut self) {
        self.committed_at = Instant::now();
        let routes = self.routes.lock();
        let mut list = TopicPartitionList::new();
        for ((topic, partition), next) in self.uncommitted.drain() {
            // A partition that was given up belongs to its next owner.
            if routes.contains(&topic, partition)
                && let Err(error) = list.add_partition_offset(&topic, partition, Offset::Offset(next))
            {
                tracing::warn!(%error, "kafka commit");
            }
        }
        drop(routes);
        if list.count() > 0
            && let Err(error) = self.client.commit(&list, CommitMode::Async)
        {
            tracing::warn!(%error, "kafka commit");
        }
    }
}

fn one(topic: &str, partition: i32) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    list.add_partition(topic, partition);
    list
}

/// `topic` is the message's, shared by all records of it.
pub(crate) fn to_record(message: &BorrowedMessage<'_>, topic: Arc<str>) -> InRecord {
    let mut headers = Headers::default();
    for header in message.headers().into_iter().flat_map(|headers| headers.iter()) {
        headers.push(header.key, header.value.unwrap_or_default());
    }
    InRecord {
        topic,
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(Bytes::copy_from_slice),
        headers,
        value: Bytes::copy_from_slice(message.payload().unwrap_or_default()),
    }
}
