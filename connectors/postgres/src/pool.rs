//! Pools of connections, and transactions that act for named tenants.

use std::ops::Deref;
use std::time::Duration;

use deadpool_postgres::{Client, Manager, ManagerConfig, Object, Pool, PoolConfig, RecyclingMethod, Runtime, Timeouts};
use posthaste_model::TenantId;
use posthaste_runtime::config::PostgresConfig;
use tokio_postgres::NoTls;

/// Limit on one statement of the services; a batch takes milliseconds.
const STATEMENT_TIMEOUT_MS: u64 = 60_000;
/// Limit on an open transaction that does nothing: its owner is stuck or gone.
const IDLE_TIMEOUT_MS: u64 = 60_000;
/// Limit on making a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why there is no connection or transaction.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// The URL in the configuration cannot be read.
    #[error("{key}: {source}")]
    Url {
        /// The configuration key.
        key: &'static str,
        /// What is wrong with it.
        source: tokio_postgres::Error,
    },
    /// No connection within the configured time, or the database refused one.
    #[error("no database connection: {0}")]
    Unavailable(#[from] deadpool_postgres::PoolError),
    /// The transaction could not be begun or ended.
    #[error("database: {0}")]
    Database(#[from] tokio_postgres::Error),
}

/// Planner settings of the pipeline's connections. Every statement of theirs goes by keys, a batch of them at a time. A plan
/// that is made while a table is empty, and kept, would read all rows of a tenant for each batch and join them by hash.
const KEYED_PLANS: &str = " -c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off \
                           -c enable_seqscan=off";

fn pool(
    config: &PostgresConfig,
    (key, url): (&'static str, &str),
    size: usize,
    planner: &str,
) -> Result<Pool, PoolError> {
    let mut postgres: tokio_postgres::Config = url.parse().map_err(|source| PoolError::Url { key, source })?;
    postgres
        .connect_timeout(CONNECT_TIMEOUT)
        .keepalives_idle(Duration::from_secs(30))
        .application_name("posthaste")
        .options(format!(
            "-c statement_timeout={STATEMENT_TIMEOUT_MS} -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MS}{planner}"
        ));
    let manager = Manager::from_config(postgres, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    let wait = Duration::from_millis(config.acquire_timeout_ms);
    let timeouts = Timeouts { wait: Some(wait), create: Some(CONNECT_TIMEOUT), recycle: Some(wait) };
    let pool = Pool::builder(manager)
        .config(PoolConfig { max_size: size, timeouts, ..PoolConfig::default() })
        .runtime(Runtime::Tokio1)
        .build()
        .expect("timeouts have the runtime that they need");
    Ok(pool)
}

/// Connections of the API's role: one tenant a transaction.
#[derive(Clone, Debug)]
pub struct ApiPool(Pool);

impl ApiPool {
    /// Makes the pool; connects when it is first used.
    pub fn new(config: &PostgresConfig) -> Result<Self, PoolError> {
        Ok(Self(pool(config, ("postgres.api_url", &config.api_url), config.api_connections, "")?))
    }

    /// A transaction that sees and writes rows of this tenant only.
    pub async fn tenant_tx(&self, tenant: TenantId) -> Result<Tx, PoolError> {
        begin(&self.0, &format!("BEGIN; SET LOCAL app.tenant_id = '{}'", tenant.0)).await
    }

    /// Such a transaction, and what `questions` gives, which are sent along with its beginning: no round trip between. They
    /// must only read: if the transaction could not be begun they are asked outside of it, where nobody's rows are seen,
    /// and their answers are not given.
    pub async fn tenant_questions<T>(
        &self,
        tenant: TenantId,
        questions: impl AsyncFnOnce(&Tx) -> T,
    ) -> Result<(Tx, T), PoolError> {
        begin_with(&self.0, &format!("BEGIN; SET LOCAL app.tenant_id = '{}'", tenant.0), questions).await
    }

    /// A transaction without a tenant: for the question whose API key this is, and for readiness.
    pub async fn anonymous_tx(&self) -> Result<Tx, PoolError> {
        begin(&self.0, "BEGIN").await
    }
}

/// Connections of the pipeline's role: a batch spans tenants, and names them.
#[derive(Clone, Debug)]
pub struct WorkerPool(Pool);

impl WorkerPool {
    /// Makes the pool; connects when it is first used.
    pub fn new(config: &PostgresConfig) -> Result<Self, PoolError> {
        Ok(Self(pool(config, ("postgres.worker_url", &config.worker_url), config.worker_connections, KEYED_PLANS)?))
    }

    /// A transaction that sees and writes rows of exactly these tenants (and the tasks' own tables).
    pub async fn tenants_tx(&self, tenants: impl IntoIterator<Item = TenantId>) -> Result<Tx, PoolError> {
        begin(&self.0, &for_tenants(tenants)).await
    }

    /// As [`ApiPool::tenant_questions`], for exactly these tenants.
    pub async fn tenants_questions<T>(
        &self,
        tenants: impl IntoIterator<Item = TenantId>,
        questions: impl AsyncFnOnce(&Tx) -> T,
    ) -> Result<(Tx, T), PoolError> {
        begin_with(&self.0, &for_tenants(tenants), questions).await
    }
}

fn for_tenants(tenants: impl IntoIterator<Item = TenantId>) -> String {
    let mut list = String::new();
    for tenant in tenants {
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(&tenant.0.to_string());
    }
    format!("BEGIN; SET LOCAL app.tenant_ids = '{{{list}}}'")
}

async fn begin_with<T>(
    pool: &Pool,
    statement: &str,
    questions: impl AsyncFnOnce(&Tx) -> T,
) -> Result<(Tx, T), PoolError> {
    let tx = Tx { client: Some(pool.get().await?) };
    // Each is sent when it is first polled, so the transaction is begun before the first question.
    let (begun, answers) = tokio::join!(biased; tx.batch_execute(statement), questions(&tx));
    begun?;
    Ok((tx, answers))
}

async fn begin(pool: &Pool, statement: &str) -> Result<Tx, PoolError> {
    let client = pool.get().await?;
    // One message: 147 µs instead of 531 µs for three.
    client.batch_execute(statement).await?;
    Ok(Tx { client: Some(client) })
}

/// An open transaction. Dropped without [`Tx::commit`] or [`Tx::rollback`] it closes its connection: the server rolls
/// back, and no half-done transaction returns to the pool.
#[derive(Debug)]
pub struct Tx {
    client: Option<Client>,
}

impl Tx {
    /// Commits. An error leaves the outcome unknown if the connection died meanwhile.
    pub async fn commit(mut self) -> Result<(), PoolError> {
        self.finish("COMMIT").await
    }

    /// Rolls back and keeps the connection.
    pub async fn rollback(mut self) -> Result<(), PoolError> {
        self.finish("ROLLBACK").await
    }

    async fn finish(&mut self, statement: &str) -> Result<(), PoolError> {
        let client = self.client.as_ref().expect("a transaction is finished once");
        client.batch_execute(statement).await?;
        self.client = None;
        Ok(())
    }
}

impl Deref for Tx {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.client.as_ref().expect("the connection is there until the transaction is finished")
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}
