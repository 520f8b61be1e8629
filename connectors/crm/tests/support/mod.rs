//! A database of its own, fresh tenants on the shared topics, and receivers that remember.

use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU16, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use posthaste_core::crm::{Feed, Schedule};
use posthaste_crm::{SinkOptions, run_sink_with};
use posthaste_kafka::{Catalogue, KafkaPublisher};
use posthaste_model::{EventType, Millis, Sequence, TenantId};
use posthaste_postgres::{Admin, WorkerPool};
use posthaste_runtime::config::Config;
use posthaste_runtime::log::Publisher as _;
use posthaste_runtime::record::{Envelope, OutRecord};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Conversations of each tenant in each topic.
pub(crate) const CONVERSATIONS: usize = 6;
/// How long a condition may take on a busy machine before it counts as never.
const PATIENCE: Duration = Duration::from_secs(60);
/// A login of the tests' own with the worker's rights: the worker's password belongs to others.
const LOGIN: &str = "crm_sink_test";

fn environment(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run this test by deploy/test, which starts Kafka and Postgres"))
}

/// Connects, and lets the connection run by itself.
async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection to Postgres");
    tokio::spawn(connection);
    client
}

/// One database, one consumer group.
pub(crate) struct World {
    config: Config,
    options: SinkOptions,
    admin_url: String,
    database: String,
    client: Client,
    admin: Admin,
    publisher: KafkaPublisher,
    /// The producer that the events claim to be from.
    producer: String,
    sequence: AtomicI64,
    published: Mutex<Vec<OutRecord>>,
}

impl World {
    pub(crate) async fn new(schedule: Schedule) -> Self {
        let admin_url = environment("POSTHASTE_TEST_PG_ADMIN_URL");
        let kafka = environment("POSTHASTE_TEST_KAFKA_BOOTSTRAP");
        let id = Uuid::new_v4().simple().to_string();
        let database = format!("crm_{id}");
        connect(&admin_url).await.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("a database");
        let (server, _) = admin_url.rsplit_once('/').expect("a URL with a database");
        let url = format!("{server}/{database}");
        posthaste_migrations::migrate(&url).await.expect("migrations");
        let client = connect(&url).await;
        let role = format!(
            "DO $$ BEGIN CREATE ROLE {LOGIN} LOGIN PASSWORD '{LOGIN}' IN ROLE posthaste_worker;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        );
        client.batch_execute(&role).await.expect("a login");
        let host = server.rsplit_once('@').map_or(server, |(_, host)| host);
        let worker_url = format!("postgres://{LOGIN}:{LOGIN}@{host}/{database}");
        let settings = [
            ("POSTHASTE_KAFKA__BOOTSTRAP_SERVERS", kafka.as_str()),
            ("POSTHASTE_KAFKA__SESSION_TIMEOUT_MS", "10000"),
            ("POSTHASTE_POSTGRES__WORKER_URL", &worker_url),
            ("POSTHASTE_SINK__ALLOW_PRIVATE_ADDRESSES", "true"),
            ("POSTHASTE_SINK__TIMEOUT_MS", "5000"),
        ];
        let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let config = Config::load(None, settings).expect("a configuration");
        Catalogue::built_in().expect("the catalogue").apply(&config.kafka).await.expect("topics");
        let options = SinkOptions {
            group: format!("crm-test-{id}"),
            schedule: Arc::new(schedule),
            // Small, so that a receiver which fails is soon left behind.
            buffer_records_max: 32,
            ..SinkOptions::default()
        };
        Self {
            publisher: KafkaPublisher::new(&config.kafka).expect("a producer"),
            admin: Admin::connect(&url).await.expect("an administrative connection"),
            config,
            options,
            admin_url,
            database,
            client,
            producer: format!("crm-test-{id}"),
            sequence: AtomicI64::new(0),
            published: Mutex::default(),
        }
    }

    pub(crate) async fn remove(self) {
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.database);
        connect(&self.admin_url).await.batch_execute(&statement).await.expect("the database goes");
    }

    pub(crate) async fn tenant(&self) -> TenantId {
        let name = format!("t{}", Uuid::new_v4().simple());
        self.admin.create_tenant(&name).await.expect("a tenant").0
    }

    pub(crate) async fn endpoint(&self, tenant: TenantId, receiver: &Receiver, feeds: &[Feed]) -> Uuid {
        let id = Uuid::new_v4();
        let topics: Vec<&str> = feeds.iter().map(|feed| feed.topic()).collect();
        let url = format!("http://{}/events", receiver.address);
        let endpoint = "INSERT INTO sink_endpoint (tenant_id, endpoint_id, url, topics) VALUES ($1, $2, $3, $4)";
        self.client.execute(endpoint, &[&tenant.0, &id, &url, &topics]).await.expect("an endpoint");
        let secret = "INSERT INTO sink_secret VALUES ($1, $2, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')";
        self.client.execute(secret, &[&tenant.0, &id]).await.expect("a secret");
        id
    }

    /// As [`World::endpoint`], of Meta's form.
    pub(crate) async fn meta_endpoint(&self, tenant: TenantId, receiver: &Receiver, feeds: &[Feed], app_secret: &str) {
        let id = self.endpoint(tenant, receiver, feeds).await;
        let form = "UPDATE sink_endpoint SET form = 'meta' WHERE endpoint_id = $1";
        self.client.execute(form, &[&id]).await.expect("an endpoint");
        let secret = "UPDATE sink_secret SET secret = $2 WHERE endpoint_id = $1";
        self.client.execute(secret, &[&id, &app_secret]).await.expect("a secret");
    }

    /// Registers a number.
    pub(crate) async fn number(&self, tenant: TenantId, id: &str, waba: &str, display: &str) {
        let number = "INSERT INTO sender (tenant_id, sender_id, waba_id, display_number) VALUES ($1, $2, $3, $4)";
        self.client.execute(number, &[&tenant.0, &id, &waba, &display]).await.expect("a number");
    }

    pub(crate) async fn enable(&self, endpoint: Uuid) {
        let statement = "UPDATE sink_endpoint SET disabled_reason = NULL WHERE endpoint_id = $1";
        self.client.execute(statement, &[&endpoint]).await.expect("an update");
    }

    pub(crate) async fn disabled_reason(&self, endpoint: Uuid) -> Option<String> {
        let statement = "SELECT disabled_reason FROM sink_endpoint WHERE endpoint_id = $1";
        self.client.query_one(statement, &[&endpoint]).await.expect("a row").get(0)
    }

    pub(crate) async fn cursors(&self, endpoint: Uuid) -> Vec<i64> {
        let statement = "SELECT next_offset FROM sink_cursor WHERE endpoint_id = $1";
        let rows = self.client.query(statement, &[&endpoint]).await.expect("rows");
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Processes that hold a partition.
    pub(crate) async fn owners(&self) -> i64 {
        let statement = "SELECT count(DISTINCT owner) FROM task_lease";
        self.client.query_one(statement, &[]).await.expect("a row").get(0)
    }

    /// Publishes events `numbers` of every conversation of every tenant; gives how many of them each tenant's receiver of
    /// all topics is owed.
    pub(crate) async fn publish(&self, tenants: &[TenantId], numbers: Range<i64>) -> usize {
        let mut records = Vec::new();
        for number in numbers {
            for &tenant in tenants {
                for conversation in 0..CONVERSATIONS {
                    records.extend(Feed::ALL.map(|feed| self.record(tenant, feed, conversation, number)));
                }
            }
        }
        let owed = records.len() / tenants.len();
        self.published.lock().extend(records.iter().cloned());
        self.publisher.publish(records).await.expect("published");
        owed
    }

    /// Publishes everything once more, as a producer does that crashed before it had noted its success.
    pub(crate) async fn publish_again(&self) {
        let records = self.published.lock().clone();
        self.publisher.publish(records).await.expect("published");
    }

    /// Publishes one event.
    pub(crate) async fn tell(
        &self,
        tenant: Option<TenantId>,
        feed: Feed,
        event_type: EventType,
        key: &str,
        event: serde_json::Result<Vec<u8>>,
    ) {
        let sequence = self.next();
        let envelope = Envelope {
            id: format!("{}-{}", self.producer, sequence.seq),
            source: "/told".to_owned(),
            event_type,
            time: Millis(1_700_000_000_000),
            subject: key.to_owned(),
            tenant,
            sequence: &sequence,
            origin: None,
        };
        let record = OutRecord {
            topic: feed.topic().into(),
            key: Some(key.to_owned()),
            partition: None,
            headers: envelope.headers(),
            value: Bytes::from(event.expect("JSON")),
        };
        self.publisher.publish(vec![record]).await.expect("published");
    }

    fn next(&self) -> Sequence {
        let seq = self.sequence.fetch_add(1, Ordering::SeqCst);
        Sequence { task: self.producer.clone(), partition: 0, seq }
    }

    fn record(&self, tenant: TenantId, feed: Feed, conversation: usize, number: i64) -> OutRecord {
        let sequence = self.next();
        let envelope = Envelope {
            id: format!("{}-{conversation}-{number}-{tenant}", feed.topic()),
            source: "/senders/1".to_owned(),
            event_type: match feed {
                Feed::Inbound => EventType::InboundReceived,
                Feed::Delivery => EventType::DeliveryTransitioned,
                Feed::Accounts => EventType::AccountUpdated,
            },
            time: Millis(1_700_000_000_000 + number),
            subject: number.to_string(),
            tenant: Some(tenant),
            sequence: &sequence,
            origin: None,
        };
        OutRecord {
            topic: feed.topic().into(),
            key: Some(format!("{tenant}:{conversation}")),
            partition: None,
            headers: envelope.headers(),
            value: Bytes::from(format!(r#"{{"conversation":{conversation},"number":{number}}}"#)),
        }
    }

    pub(crate) fn start(&self) -> Running {
        let pool = WorkerPool::new(&self.config.postgres).expect("a pool");
        let (config, options, stop) = (self.config.clone(), self.options.clone(), CancellationToken::new());
        let token = stop.clone();
        let task = tokio::spawn(async move {
            run_sink_with(&config, pool, options, token).await.expect("the sink runs until it is told to stop");
        });
        Running { stop, task }
    }

    pub(crate) async fn wait_for(&self, what: &str, condition: impl AsyncFn() -> bool) {
        until(what, condition).await;
    }
}

async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"));
}

/// A running sink.
pub(crate) struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(20), self.task).await.expect("it stops in time").expect("no panic");
    }
}

/// What one delivery said: topic's event type, conversation, number.
type Told = (String, i64, i64);

/// An HTTP server that answers as it is told and remembers what it took.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    status: Arc<AtomicU16>,
    /// Ids and contents of deliveries that were answered with 200, in order of arrival.
    taken: Arc<Mutex<Vec<(String, Told)>>>,
    /// What came in Meta's form, in order of arrival.
    of_meta: Arc<Mutex<Vec<MetaPost>>>,
}

/// A POST in Meta's form.
#[derive(Debug, Clone)]
pub(crate) struct MetaPost {
    /// What it was answered with.
    pub(crate) status: u16,
    /// `X-Hub-Signature-256`.
    pub(crate) signature: String,
    pub(crate) body: Bytes,
}

impl Receiver {
    pub(crate) async fn start(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let receiver = Self {
            address: listener.local_addr().expect("an address"),
            status: Arc::new(AtomicU16::new(status)),
            taken: Arc::default(),
            of_meta: Arc::default(),
        };
        let server = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                let service = service_fn(move |request| {
                    let server = server.clone();
                    async move { Ok::<_, Infallible>(server.take(request).await) }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        receiver
    }

    async fn take(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let header = |name: &str| Some(head.headers.get(name)?.to_str().expect("a text").to_owned());
        let body = body.collect().await.expect("a body").to_bytes();
        let status = self.status.load(Ordering::SeqCst);
        if let Some(signature) = header("x-hub-signature-256") {
            self.of_meta.lock().push(MetaPost { status, signature, body });
        } else if status == 200 {
            let id = header("webhook-id").expect("an id");
            let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            let number = |name: &str| body["data"][name].as_i64().expect("a number");
            let told = (body["type"].as_str().expect("a type").to_owned(), number("conversation"), number("number"));
            self.taken.lock().push((id, told));
        }
        Response::builder().status(status).body(Full::default()).expect("a response")
    }

    /// What came in Meta's form and was answered with this.
    pub(crate) fn of_meta(&self, status: u16) -> Vec<MetaPost> {
        self.of_meta.lock().iter().filter(|post| post.status == status).cloned().collect()
    }

    pub(crate) fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// Different events that were taken.
    pub(crate) fn delivered(&self) -> usize {
        self.taken.lock().iter().map(|(id, _)| id).collect::<HashSet<_>>().len()
    }

    pub(crate) async fn wait_for(&self, events: usize) {
        until(&format!("{events} events"), async || self.delivered() >= events).await;
        assert_eq!(self.delivered(), events);
    }

    /// First deliveries by conversation.
    fn conversations(&self) -> BTreeMap<(String, i64), Vec<i64>> {
        let mut seen = HashSet::new();
        let mut conversations: BTreeMap<_, Vec<i64>> = BTreeMap::new();
        for (id, (event_type, conversation, number)) in self.taken.lock().iter() {
            if seen.insert(id.clone()) {
                conversations.entry((event_type.clone(), *conversation)).or_default().push(*number);
            }
        }
        conversations
    }

    /// Every conversation of all topics has arrived whole and in order; and, if so promised, nothing twice.
    pub(crate) fn check(&self, events: i64, is_once: bool) {
        let conversations = self.conversations();
        assert_eq!(conversations.len(), Feed::ALL.len() * CONVERSATIONS);
        for (conversation, numbers) in conversations {
            assert_eq!(numbers, (0..events).collect::<Vec<_>>(), "{conversation:?}");
        }
        if is_once {
            let deliveries = self.taken.lock().len();
            assert_eq!(deliveries, self.delivered(), "a delivery was repeated");
        }
    }

    /// As [`Receiver::check`], for a receiver of one topic.
    pub(crate) fn check_feed(&self, feed: Feed, events: i64) {
        let conversations = self.conversations();
        assert_eq!(conversations.len(), CONVERSATIONS);
        for ((event_type, conversation), numbers) in conversations {
            assert!(feed.topic().starts_with(event_type.split('.').next().expect("a domain")), "{event_type}");
            assert_eq!(numbers, (0..events).collect::<Vec<_>>(), "{conversation}");
        }
    }
}
