//! The query engine: one session per request, with the tables of one tenant.

mod admission;
mod answer;
mod error;
mod funnel;
mod session;
mod snapshot;
#[cfg(test)]
mod tests;
mod views;

use std::sync::Arc;
use std::time::{Duration, Instant};

pub use answer::{Answer, Format};
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::SessionContext;
pub use error::QueryError;
pub use funnel::Funnel;
use futures_util::future::BoxFuture;
use object_store::ObjectStore;
use posthaste_model::{CampaignId, TenantId, topic};
use posthaste_postgres::{ApiPool, PoolError};
use posthaste_runtime::config::{LakeConfig, SqlConfig};
use posthaste_sql::queries::lake;
use tokio::runtime::Runtime;

use crate::lake::{Folder, describe};
use crate::tables::transitions::{LakeFiles, TransitionsTable};
use crate::tail::Tail;
use admission::{Admission, Permit};
use answer::{AnswerLimits, answer};
use session::{add_views, lake_url, plan, session};
use snapshot::Snapshot;

/// Memory for the footers of files, which all queries of a process share.
const FOOTER_CACHE_BYTES: usize = 16 << 20;
/// Threads for queries. They are apart from those that serve requests, so that a heavy query delays other queries only.
const QUERY_THREADS: usize = 2;
/// Threads that read files for queries.
const READ_THREADS: usize = 8;
/// Stack of these threads, in bytes of address space. DataFusion walks expressions by recursion that is not guarded
/// everywhere: the deepest text that is let through must not end the process.
const STACK_BYTES: usize = 32 << 20;

/// Answers SQL over one tenant's deliveries.
pub struct Engine {
    pool: ApiPool,
    tail: Tail,
    store: Arc<dyn ObjectStore>,
    reader: Arc<CachedParquetFileReaderFactory>,
    limits: SqlConfig,
    admission: Admission,
    /// `None` only while the engine is dropped.
    threads: Option<Runtime>,
}

impl Engine {
    /// Makes an engine over the folder `lake.dir`, the manifest (which `pool` must read from the primary: a replica that
    /// lags would miss rows that the tail has let go) and the hot tail of this process.
    ///
    /// Fails if the folder cannot be made or read, or the threads cannot be started.
    pub fn new(lake: &LakeConfig, limits: &SqlConfig, pool: ApiPool, tail: Tail) -> Result<Self, std::io::Error> {
        let store = Folder::open(&lake.dir).map_err(std::io::Error::other)?.store();
        let cache = RuntimeEnvBuilder::new()
            .with_metadata_cache_limit(FOOTER_CACHE_BYTES)
            .build()
            .map_err(std::io::Error::other)?
            .cache_manager
            .get_file_metadata_cache();
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(QUERY_THREADS)
            .max_blocking_threads(READ_THREADS)
            .thread_stack_size(STACK_BYTES)
            .thread_name("sql")
            .enable_all()
            .build()?;
        Ok(Self {
            pool,
            tail,
            reader: Arc::new(CachedParquetFileReaderFactory::new(Arc::clone(&store), cache)),
            store,
            limits: limits.clone(),
            admission: Admission::new(limits.concurrency_per_tenant),
            threads: Some(threads),
        })
    }

    /// Answers one statement. Tables: `transitions` and the views that `sql/README.md` describes, with this tenant's
    /// rows only, up to about a second ago. Ends within `sql.timeout_ms`.
    pub async fn query(&self, tenant: TenantId, sql: &str, format: Format) -> Result<Answer, QueryError> {
        self.bounded(tenant, self.snapshot(tenant), self.question(sql, format)).await
    }

    /// The funnel of a campaign; all zero if it has none of this tenant's messages.
    pub async fn funnel(&self, tenant: TenantId, campaign: CampaignId) -> Result<Funnel, QueryError> {
        let limit = self.limits.memory_bytes_max;
        let work = move |context: SessionContext| async move {
            let failed = |error: DataFusionError| QueryError::of(&error, limit);
            // An id is a prefix and hex digits: nothing in it could end the text.
            let sql = format!("{} WHERE campaign_id = '{campaign}'", Funnel::SELECT);
            let batches = plan(&context, &sql, limit).await?.collect().await.map_err(failed)?;
            Ok(Funnel::read(campaign, &batches))
        };
        self.bounded(tenant, self.snapshot(tenant), work).await
    }

    /// What is to be done in a session to answer a text.
    fn question(
        &self,
        sql: &str,
        format: Format,
    ) -> impl FnOnce(SessionContext) -> BoxFuture<'static, Result<Answer, QueryError>> + Send + 'static {
        let (sql, limit) = (sql.to_owned(), self.limits.memory_bytes_max);
        let bounds = AnswerLimits { rows_max: self.limits.rows_max, bytes_max: limit };
        move |context| {
            Box::pin(async move {
                let failed = |error: DataFusionError| QueryError::of(&error, limit);
                let stream = plan(&context, &sql, limit).await?.execute_stream().await.map_err(failed)?;
                answer(stream, format, bounds).await
            })
        }
    }

    /// The tenant's rows: first the tail, then the manifest. What the tail has let go before it was looked at is in the
    /// manifest that is read afterwards.
    async fn snapshot(&self, tenant: TenantId) -> Result<Snapshot, QueryError> {
        let tail = self.tail.rows_of(tenant).ok_or_else(|| {
            tracing::warn!("a query came before the hot tail was ready");
            QueryError::LakeUnavailable
        })?;
        let files = self.manifest(tenant).await.map_err(|error| {
            tracing::error!(error = describe(&error), "the lake's manifest cannot be read");
            QueryError::LakeUnavailable
        })?;
        Snapshot::new(tenant, files, tail)
    }

    async fn manifest(&self, tenant: TenantId) -> Result<Vec<lake::TenantLakeFiles>, PoolError> {
        let tx = self.pool.tenant_tx(tenant).await?;
        let files = lake::tenant_lake_files().bind(&*tx, &topic::DELIVERY).all().await?;
        tx.commit().await?;
        Ok(files)
    }

    /// Loads and works within the tenant's limits, and measures it.
    async fn bounded<T, F>(
        &self,
        tenant: TenantId,
        load: impl Future<Output = Result<Snapshot, QueryError>>,
        work: impl FnOnce(SessionContext) -> F + Send + 'static,
    ) -> Result<T, QueryError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, QueryError>> + Send + 'static,
    {
        let started = Instant::now();
        let limit_ms = self.limits.timeout_ms;
        let outcome = match self.admission.admit(tenant) {
            Ok(permit) => {
                let load_and_work = async { self.work(load.await?, permit, work).await };
                let limit = Duration::from_millis(limit_ms);
                let timeout = |_| Err(QueryError::Timeout { limit_ms });
                tokio::time::timeout(limit, load_and_work).await.unwrap_or_else(timeout)
            }
            Err(refused) => Err(refused),
        };
        let code = outcome.as_ref().map_or_else(QueryError::code, |_| "ok");
        metrics::histogram!("posthaste_sql_query_seconds", "outcome" => code).record(started.elapsed().as_secs_f64());
        outcome
    }

    /// Works on a thread for queries. The permit is given back when the work has really ended, which for a step that
    /// cannot be interrupted is later than its time-out: a tenant cannot pile up such steps.
    async fn work<T, F>(
        &self,
        snapshot: Snapshot,
        permit: Permit,
        work: impl FnOnce(SessionContext) -> F + Send + 'static,
    ) -> Result<T, QueryError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, QueryError>> + Send + 'static,
    {
        let files = LakeFiles { files: snapshot.files, url: lake_url(), reader: Arc::clone(&self.reader) };
        let (store, limit) = (Arc::clone(&self.store), self.limits.memory_bytes_max);
        let task = async move {
            let _permit = permit;
            let failed = |error: DataFusionError| QueryError::of(&error, limit);
            let table = Arc::new(TransitionsTable::new(files, snapshot.tail));
            let context = session(table, store, limit).map_err(failed)?;
            add_views(&context).await.map_err(failed)?;
            work(context).await
        };
        let threads = self.threads.as_ref().expect("the threads are there until the engine is dropped");
        let mut running = AbortOnDrop(threads.spawn(task));
        (&mut running.0).await.unwrap_or_else(|error| {
            tracing::error!(%error, "a query panicked");
            Err(QueryError::Failed)
        })
    }
}

impl Drop for Engine {
    /// A runtime may not be waited for within another; queries that still run are abandoned.
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// A query whose asker has gone, or whose time is up, stops.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
