//! A migrated database of its own for each test, a tenant in it, and the store as the pipeline sees it.

use std::time::Duration;

use posthaste_model::{Channel, TenantId};
use posthaste_postgres::{Admin, PostgresStore, SenderSpec, TemplateSpec, WorkerPool};
use posthaste_runtime::config::{Config, Layer};
use posthaste_runtime::store::{Advance, Lease, Store};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// Where the databases of earlier runs of this program are recognised by.
const DATABASE_PREFIX: &str = "posthaste_store_test_";
/// Password of the worker's role in the cluster of the tests.
const PASSWORD: &str = "store-test";
/// The sender of the test's tenant, and its account.
pub(crate) const SENDER: &str = "106540352242922";
pub(crate) const WABA: &str = "102290129340398";
/// The template of the test's tenant.
pub(crate) const TEMPLATE: &str = "order_update";

const TTL: Duration = Duration::from_secs(60);

fn admin_url() -> String {
    std::env::var("POSTHASTE_TEST_PG_ADMIN_URL").expect(
        "POSTHASTE_TEST_PG_ADMIN_URL is not set: these tests need a Postgres; run them with deploy/test, \
         or set it to the URL of a superuser",
    )
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("Postgres answers");
    tokio::spawn(connection);
    client
}

pub(crate) struct World {
    pub(crate) tenant: TenantId,
    pub(crate) store: PostgresStore,
    /// The database as its owner sees it.
    pub(crate) sql: Client,
    /// Where its owner finds the database.
    pub(crate) url: String,
}

/// Runs a test in a world of its own, and removes it afterwards; what a failed test leaves is removed by the next run.
pub(crate) async fn in_world(test: impl AsyncFnOnce(World)) {
    let (server, _) = admin_url().rsplit_once('/').map(|(s, d)| (s.to_owned(), d.to_owned())).expect("a URL");
    let admin = connect(&admin_url()).await;
    // One at a time until the database has a connection: before that it looks left over to another test.
    admin.batch_execute("SELECT pg_advisory_lock(7432)").await.expect("a lock");
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
    let url = format!("{server}/{name}");
    let sql = connect(&url).await;
    admin.batch_execute("SELECT pg_advisory_unlock(7432)").await.expect("the lock is given back");
    posthaste_migrations::migrate(&url).await.expect("the migrations apply");
    test(World::new(&url, sql).await).await;
    admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("the database is removed");
}

impl World {
    async fn new(url: &str, sql: Client) -> Self {
        let (_, host) = url.split_once('@').expect("a URL with a user");
        let worker_url = format!("postgres://posthaste_worker:{PASSWORD}@{host}");
        let mut admin = Admin::connect(url).await.expect("an administrative connection");
        admin.enable_login(&worker_url).await.expect("the worker's role may log in");
        let (tenant, _) = admin.create_tenant("test").await.expect("a tenant");
        let sender = SenderSpec {
            channel: Channel::Whatsapp,
            sender_id: SENDER.into(),
            waba_id: WABA.into(),
            display_number: "+1 631 555 0100".into(),
            limit_per_second: 80,
            access_token: "token".into(),
            portfolio_id: None,
            messaging_limit: None,
        };
        admin.put_sender(tenant, &sender).await.expect("a sender");
        let template = TemplateSpec {
            waba_id: WABA.into(),
            name: TEMPLATE.into(),
            language: "en_US".into(),
            category: "UTILITY".into(),
            body: "Hello {{1}}".into(),
            parameter_count: 1,
        };
        admin.put_template(tenant, &template).await.expect("a template");
        let text = format!("[postgres]\nworker_url = \"{worker_url}\"\nworker_connections = 2\n");
        let config = Config::load(Some(&Layer { name: "test".into(), text }), []).expect("a good configuration");
        let pool = WorkerPool::new(&config.postgres).expect("a pool");
        Self { tenant, store: PostgresStore::new(pool), sql, url: url.to_owned() }
    }

    /// The lease of a new owner of partition 0 of the sender task.
    pub(crate) async fn lease(&self) -> Lease {
        self.store.take_lease("senders", 0, ("test", &|_| false), TTL).await.expect("a lease")
    }
}

/// A commit that moves the offset by one and publishes nothing.
pub(crate) fn advance(lease: &Lease) -> Advance {
    Advance {
        old_offset: lease.next_offset,
        new_offset: lease.next_offset + 1,
        outbox_seq: lease.outbox_seq,
        published_upto: lease.published_upto,
        trim: false,
        high_water: "{}".into(),
        outbox: None,
        ttl: TTL,
    }
}
