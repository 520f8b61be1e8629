//! What the tasks of the sink share, and how partitions and receivers come and go.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use posthaste_core::HighWater;
use posthaste_core::crm::{Endpoint, Feed, Limits, StreamId};
use posthaste_model::{Channel, Millis, SenderId, TenantId};
use posthaste_postgres::{PoolError, WorkerPool};
use posthaste_runtime::config::Config;
use posthaste_runtime::log::{Assigned, Assignee, StartAt};
use posthaste_runtime::sink::Sink;
use posthaste_sql::queries::{lease, sink};
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::SinkOptions;
use crate::book::{Book, Cursor, Snapshot, task_name};
use crate::clock::Clock;
use crate::numbers::{Number, Numbers};
use crate::partition::{Partition, Progress, Receivers};
use crate::receiver::{Receiver, ReceiverId, Signals, Spec};
use crate::webhook::{WebhookClient, WebhookError, sink as webhook};

/// Records between the consumer and a partition, which routes them at once. About what one fetch brings: a full channel
/// pauses the partition, and each pause throws away what was read ahead and costs a fetch.
const CHANNEL_RECORDS: usize = 1_024;
/// Tenants named in one transaction; each costs 37 bytes of a setting.
const TENANTS_PER_TRANSACTION: usize = 1_000;
/// How long a take-over waits for the store; the group waits with it, up to its `max.poll.interval.ms` of 300 s.
const TAKE_OVER_WAIT: Duration = Duration::from_secs(200);
/// Pause between two tries of it.
const TAKE_OVER_PAUSE: Duration = Duration::from_millis(500);
/// Longest wait for deliveries in flight when partitions are given up; what comes later is delivered again by the next
/// owner. A third of the session time-out bounds it too, so that the group does not give us up.
const DRAIN_WAIT: Duration = Duration::from_secs(5);

/// A partition and the task that routes it.
struct Owned {
    partition: Arc<Partition>,
    router: JoinHandle<()>,
}

/// See the module.
pub(crate) struct Shared {
    pub(crate) options: SinkOptions,
    pub(crate) pool: WorkerPool,
    pub(crate) signals: Arc<Signals>,
    pub(crate) commits: OnceLock<mpsc::UnboundedSender<(String, i32, i64)>>,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    book: AsyncMutex<Book>,
    receivers: Arc<Receivers>,
    owned: Mutex<HashMap<StreamId, Owned>>,
    client: WebhookClient,
    pub(crate) numbers: Arc<Numbers>,
    limits: Limits,
    clock: Clock,
    drain_wait: Duration,
    ttl_ms: i64,
    /// In the leases, for people.
    owner: String,
}

impl Shared {
    pub(crate) fn new(config: &Config, options: SinkOptions, pool: WorkerPool, signals: Signals) -> Self {
        let session = Duration::from_millis(config.kafka.session_timeout_ms.into());
        let numbers = Arc::<Numbers>::default();
        Self {
            client: WebhookClient::new(&config.sink),
            receivers: Arc::new(Receivers::new(Arc::clone(&numbers))),
            numbers,
            limits: Limits {
                concurrency: config.sink.concurrency_per_endpoint,
                records_max: options.buffer_records_max,
                bytes_max: options.buffer_bytes_max,
            },
            options,
            pool,
            signals: Arc::new(signals),
            commits: OnceLock::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            book: AsyncMutex::default(),
            owned: Mutex::default(),
            clock: Clock::start(),
            drain_wait: DRAIN_WAIT.min(session / 3),
            ttl_ms: config.pipeline.lease_ttl_ms.into(),
            owner: format!("sink-{}", uuid::Uuid::new_v4()),
        }
    }

    /// A partition that this process reads.
    pub(crate) fn partition(&self, stream: StreamId) -> Option<Arc<Partition>> {
        self.owned.lock().get(&stream).map(|owned| Arc::clone(&owned.partition))
    }

    /// Saves what has changed and tells the group.
    pub(crate) async fn save(&self) -> Result<(), PoolError> {
        let mut book = self.book.lock().await;
        let partitions: Vec<_> = self.owned.lock().values().map(|owned| Arc::clone(&owned.partition)).collect();
        self.save_partitions(&mut book, partitions).await?;
        book.release_retired();
        let lagging = self.receivers.all().iter().filter(|receiver| receiver.state.lock().is_lagging()).count();
        metrics::gauge!("posthaste_sink_lagging_endpoints").set(u32::try_from(lagging).unwrap_or(u32::MAX));
        Ok(())
    }

    async fn save_partitions(&self, book: &mut Book, partitions: Vec<Arc<Partition>>) -> Result<(), PoolError> {
        // Positions first, cursors after: a record that is routed in between is behind no position.
        let snapshots: Vec<Snapshot> =
            partitions.into_iter().filter(|partition| !partition.is_fenced()).filter_map(Snapshot::take).collect();
        let receivers = self.receivers.all();
        let saved = book.save(&self.pool, &self.options.group, self.ttl_ms, &snapshots, &receivers).await?;
        for (stream, position) in saved {
            if let Some(commits) = self.commits.get() {
                // The group's own offset is a courtesy to lag tools; the consumer may be gone.
                let _ = commits.send((stream.feed.topic().to_owned(), stream.partition, position));
            }
        }
        Ok(())
    }

    /// Reads which receivers there are, and adds, changes and takes out.
    pub(crate) async fn refresh(&self) -> Result<(), PoolError> {
        let mut book = self.book.lock().await;
        let tx = self.pool.tenants_tx([]).await?;
        let rows = sink::directory_receivers().bind(&*tx).all().await?;
        let needs_numbers = |row: &sink::DirectoryReceivers| {
            row.form == "meta" || row.topics.iter().any(|topic| topic == Feed::Accounts.topic())
        };
        if rows.iter().any(needs_numbers) {
            let numbers = sink::directory_number_owners().bind(&*tx).all().await?;
            self.numbers.set(numbers.into_iter().map(number).collect());
        }
        tx.commit().await?;
        let mut known: HashMap<ReceiverId, Arc<Receiver>> =
            self.receivers.all().into_iter().map(|receiver| (receiver.id, receiver)).collect();
        let mut new = Vec::new();
        let mut refused = Vec::new();
        for row in rows {
            let id = ReceiverId { tenant: TenantId(row.tenant_id), endpoint: row.endpoint_id };
            let feeds = row.topics.iter().filter_map(|topic| Feed::of_topic(topic)).collect();
            let spec = Spec { url: row.url, secret: row.secret, form: row.form, feeds };
            match known.remove(&id) {
                Some(receiver) if receiver.spec() == spec => {}
                // Its last cursors are saved first; it comes with the next refresh.
                None if book.is_retiring(id) => {}
                present => match (webhook(&self.client, &spec, &self.numbers), present) {
                    (Ok(sink), Some(receiver)) => receiver.change(spec, sink),
                    (Ok(sink), None) => new.push((id, spec, sink)),
                    // A newer version serves it.
                    (Err(WebhookError::Form), _) => {
                        tracing::warn!(endpoint = %id.endpoint, "a receiver of a form that this version does not know is left alone");
                    }
                    (Err(error), _) => refused.push((id, error.to_string())),
                },
            }
        }
        for receiver in known.into_values() {
            self.retire(&mut book, receiver);
        }
        self.add(&mut book, new).await?;
        drop(book);
        for (id, reason) in refused {
            self.disable(id, &reason).await?;
        }
        Ok(())
    }

    /// Starts to serve receivers that were not served so far.
    async fn add(&self, book: &mut Book, new: Vec<(ReceiverId, Spec, Arc<dyn Sink>)>) -> Result<(), PoolError> {
        let cursors = self.load_cursors(new.iter().map(|(id, ..)| *id), &self.streams()).await?;
        for (id, spec, sink) in new {
            let own = cursors.iter().filter(|(other, ..)| *other == id);
            let failing_since = own.clone().filter_map(|(.., cursor)| cursor.failing_since_ms).min().map(Millis);
            let mut state = Endpoint::new(self.limits, Arc::clone(&self.options.schedule), failing_since);
            for (id, stream, cursor) in own {
                state.resume(*stream, cursor.next_offset);
                book.learn(*id, *stream, *cursor);
            }
            let receiver = Arc::new(Receiver::new(id, spec, sink, state));
            self.receivers.insert(Arc::clone(&receiver));
            self.tasks.spawn(receiver.run(self.clock, Arc::clone(&self.signals)));
        }
        Ok(())
    }

    /// Disables a receiver in the store and takes it out. Its cursors stay: when its owner enables it again it goes on
    /// where it stopped, as far as the log reaches.
    pub(crate) async fn disable(&self, id: ReceiverId, reason: &str) -> Result<(), PoolError> {
        let mut book = self.book.lock().await;
        let tx = self.pool.tenants_tx([id.tenant]).await?;
        sink::disable_sink_endpoint().bind(&*tx, &reason, &id.tenant.0, &id.endpoint).await?;
        tx.commit().await?;
        if let Some(receiver) = self.receivers.all().into_iter().find(|receiver| receiver.id == id) {
            self.retire(&mut book, receiver);
        }
        Ok(())
    }

    fn retire(&self, book: &mut Book, receiver: Arc<Receiver>) {
        let feeds = receiver.spec().feeds;
        let partitions: Vec<_> = self.owned.lock().values().map(|owned| Arc::clone(&owned.partition)).collect();
        for partition in partitions.into_iter().filter(|partition| feeds.contains(&partition.id.feed)) {
            if let Some(position) = partition.progress().position {
                receiver.state.lock().pin(partition.id, position);
            }
        }
        receiver.state.lock().stop();
        receiver.stop();
        self.receivers.remove(&receiver);
        book.retired.push(receiver);
    }

    /// Ends the tasks of all receivers.
    pub(crate) fn stop_receivers(&self) {
        self.receivers.all().iter().for_each(|receiver| receiver.stop());
    }

    fn streams(&self) -> Vec<StreamId> {
        self.owned.lock().keys().copied().collect()
    }

    async fn load_cursors(
        &self,
        receivers: impl Iterator<Item = ReceiverId>,
        streams: &[StreamId],
    ) -> Result<Vec<(ReceiverId, StreamId, Cursor)>, PoolError> {
        let receivers: Vec<ReceiverId> = receivers.collect();
        let topics: Vec<&str> = streams.iter().map(|stream| stream.feed.topic()).collect();
        let partitions: Vec<i32> = streams.iter().map(|stream| stream.partition).collect();
        let mut cursors = Vec::new();
        for some in receivers.chunks(TENANTS_PER_TRANSACTION) {
            let tenants: HashSet<TenantId> = some.iter().map(|id| id.tenant).collect();
            let endpoints: Vec<uuid::Uuid> = some.iter().map(|id| id.endpoint).collect();
            let tx = self.pool.tenants_tx(tenants).await?;
            let rows = sink::load_sink_cursors().bind(&*tx, &topics, &partitions, &endpoints).all().await?;
            tx.commit().await?;
            cursors.extend(rows.into_iter().filter_map(|row| {
                let stream = StreamId { feed: Feed::of_topic(&row.topic)?, partition: row.partition };
                let id = ReceiverId { tenant: TenantId(row.tenant_id), endpoint: row.endpoint_id };
                let cursor = Cursor { next_offset: row.next_offset, failing_since_ms: row.failing_since_ms };
                Some((id, stream, cursor))
            }));
        }
        Ok(cursors)
    }

    /// Takes the leases of partitions, loads the cursors of all receivers there, and starts routing.
    async fn take_over(&self, streams: &[StreamId]) -> Result<Vec<Assigned>, PoolError> {
        let mut book = self.book.lock().await;
        let mut leases = Vec::new();
        let tx = self.pool.tenants_tx([]).await?;
        for &stream in streams {
            let task = task_name(&self.options.group, stream);
            lease::ensure_lease().bind(&*tx, &task, &stream.partition).await?;
            let statement = lease::take_lease();
            let taken = statement.bind(&*tx, &self.owner, &0, &self.ttl_ms, &task, &stream.partition).one().await?;
            leases.push((stream, taken));
        }
        tx.commit().await?;
        let receivers = self.receivers.all();
        let cursors = self.load_cursors(receivers.iter().map(|receiver| receiver.id), streams).await?;
        for (id, stream, cursor) in cursors {
            if let Some(receiver) = receivers.iter().find(|receiver| receiver.id == id) {
                receiver.state.lock().resume(stream, cursor.next_offset);
                book.learn(id, stream, cursor);
            }
        }
        let assigned = leases.into_iter().map(|(stream, lease)| {
            let position = Some(lease.next_offset).filter(|offset| *offset >= 0);
            // What cannot be read was written by somebody else; without it some duplicates pass.
            let high_water = HighWater::from_json(&lease.high_water).unwrap_or_default();
            let progress = Progress { position, high_water };
            self.route(Arc::new(Partition::new(stream, lease.epoch, progress)))
        });
        let assigned = assigned.collect();
        receivers.iter().for_each(|receiver| receiver.wake());
        Ok(assigned)
    }

    fn route(&self, partition: Arc<Partition>) -> Assigned {
        let stream = partition.id;
        // A first start has no position: it begins where the group is, or with what the log still has.
        let start = partition.progress().position.map_or(StartAt::Committed, StartAt::Offset);
        let (records, incoming) = mpsc::channel(CHANNEL_RECORDS);
        let router = self.tasks.spawn(Arc::clone(&partition).run(Arc::clone(&self.receivers), incoming));
        self.owned.lock().insert(stream, Owned { partition, router });
        Assigned { topic: stream.feed.topic().to_owned(), partition: stream.partition, start, records }
    }

    /// Lets deliveries in flight finish and saves how far everybody is.
    async fn hand_back(&self, partitions: Vec<Arc<Partition>>) {
        let deadline = Instant::now() + self.drain_wait;
        loop {
            let settled = self.signals.settled.notified();
            let receivers = self.receivers.all();
            let in_flight: usize = receivers
                .iter()
                .flat_map(|receiver| partitions.iter().map(move |partition| (receiver, partition.id)))
                .map(|(receiver, stream)| receiver.state.lock().close(stream))
                .sum();
            if in_flight == 0 || tokio::time::timeout_at(deadline, settled).await.is_err() {
                break;
            }
        }
        let mut book = self.book.lock().await;
        if let Err(error) = self.save_partitions(&mut book, partitions.clone()).await {
            tracing::warn!(%error, "cursors of partitions that were given up are not saved: some events will be delivered again");
            return;
        }
        if let Err(error) = self.release(&partitions).await {
            tracing::debug!(%error, "leases run out by themselves");
        }
    }

    async fn release(&self, partitions: &[Arc<Partition>]) -> Result<(), PoolError> {
        let tx = self.pool.tenants_tx([]).await?;
        for partition in partitions {
            let task = task_name(&self.options.group, partition.id);
            lease::release_lease().bind(&*tx, &task, &partition.id.partition, &partition.epoch).await?;
        }
        tx.commit().await
    }
}

fn number(row: sink::DirectoryNumberOwners) -> (SenderId, Number) {
    let number = Number {
        tenant: TenantId(row.tenant_id),
        waba_id: row.waba_id,
        display: row.display_number,
        is_whatsapp: row.channel == Channel::Whatsapp.as_str(),
    };
    (SenderId::new(row.sender_id), number)
}

fn streams_of(partitions: &[(String, i32)]) -> Vec<StreamId> {
    let stream =
        |(topic, partition): &(String, i32)| Feed::of_topic(topic).map(|feed| StreamId { feed, partition: *partition });
    partitions.iter().filter_map(stream).collect()
}

#[async_trait]
impl Assignee for Shared {
    async fn assigned(&self, partitions: Vec<(String, i32)>) -> Result<Vec<Assigned>, String> {
        let streams = streams_of(&partitions);
        let deadline = Instant::now() + TAKE_OVER_WAIT;
        loop {
            match self.take_over(&streams).await {
                Ok(assigned) => return Ok(assigned),
                Err(error) if self.stop.is_cancelled() || Instant::now() > deadline => return Err(error.to_string()),
                Err(error) => tracing::warn!(%error, "the sink waits for the database to take partitions over"),
            }
            tokio::time::sleep(TAKE_OVER_PAUSE).await;
        }
    }

    async fn revoked(&self, partitions: Vec<(String, i32)>, lost: bool) {
        let streams = streams_of(&partitions);
        let owned: Vec<Owned> = {
            let mut all = self.owned.lock();
            streams.iter().filter_map(|stream| all.remove(stream)).collect()
        };
        let mut partitions = Vec::new();
        for Owned { partition, router } in owned {
            router.abort();
            // Only once it has ended is the position final.
            let _ = router.await;
            partitions.push(partition);
        }
        if !lost {
            self.hand_back(partitions).await;
        }
        let mut book = self.book.lock().await;
        for stream in streams {
            book.forget_partition(stream);
            for receiver in self.receivers.all() {
                receiver.state.lock().remove(stream);
                receiver.wake();
            }
        }
    }
}
