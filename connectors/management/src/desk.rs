//! Calls of Meta's management API for a tenant, and what follows from them in the store.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::Method;
use posthaste_meta::client::GraphOptionsError;
use posthaste_meta::{Access, Answer, CallError, GraphOptions, ManagementClient};
use posthaste_model::TenantId;
use posthaste_postgres::{PoolError, Tx, WorkerPool};
use posthaste_runtime::config::Config;
use posthaste_sql::client::Params as _;
use posthaste_sql::queries;
use posthaste_sql::queries::credentials::{credential_of_account, credential_of_number};
use posthaste_sql::queries::templates::{
    EditedTemplateParams, PutTemplateParams, deleted_templates, edited_template, put_template,
};
use serde_json::Value;

use crate::files::{FileError, MediaFiles};
use crate::template::{Template, body, ttl_seconds};
use crate::turns::{Turn, Turns};

/// Why there is no answer of Meta's.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The tenant has no such number, account, template or file.
    #[error("there is no such object of this tenant")]
    Unknown,
    /// Meta was not reached, or may have done what was asked.
    #[error("{0}")]
    Call(#[from] CallError),
    /// The tenant has as many calls under way as it may, and none ended in time. Meta was not asked.
    #[error("{0} calls of yours to Meta are under way")]
    Busy(usize),
    /// The number was registered and deregistered as often as Meta allows.
    #[error("the number was registered or deregistered ten times within 72 hours; once more would lock it for as long")]
    Registrations {
        /// Seconds until one of them does not count any more.
        free_in_s: u64,
    },
    /// The tenant has as many uploads begun as it may.
    #[error("{0} uploads of yours were begun within a week")]
    Sessions(i64),
    /// More bytes than the file has left.
    #[error("the file has {left} bytes left")]
    BeyondEnd {
        /// Bytes after the place that was named.
        left: u64,
    },
    /// The database has no connection.
    #[error("{0}")]
    Pool(#[from] PoolError),
    /// The database refused.
    #[error("database: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// The folder of files.
    #[error("{0}")]
    File(#[from] FileError),
    /// A defect of ours.
    #[error("the work ended before its answer")]
    Ended,
}

/// Why there can be no desk.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The base URL or version of the Graph API.
    #[error("{0}")]
    Graph(#[from] GraphOptionsError),
    /// The folder of files.
    #[error("{0}")]
    Folder(#[from] FileError),
}

/// What a tenant's numbers are called with.
pub(crate) struct Credential {
    pub(crate) token: String,
    pub(crate) version: Option<String>,
}

impl Credential {
    pub(crate) fn access(&self) -> Access<'_> {
        Access { token: &self.token, version: self.version.as_deref() }
    }
}

impl From<queries::credentials::Credential> for Credential {
    fn from(row: queries::credentials::Credential) -> Self {
        Self { token: row.access_token, version: row.graph_version }
    }
}

/// Calls Meta for tenants. Cheap to clone. What was begun is finished even if its caller goes away, so that the store follows
/// what Meta did.
#[derive(Clone)]
pub struct Desk {
    pub(crate) pool: WorkerPool,
    pub(crate) client: ManagementClient,
    pub(crate) files: Arc<MediaFiles>,
    turns: Arc<Turns>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("client", &self.client).finish_non_exhaustive()
    }
}

/// The present instant, in milliseconds since the epoch.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    i64::try_from(since.as_millis()).expect("the clock is before the year 292 million")
}

impl Desk {
    /// Uses `[graph]` and `[media]` of the configuration, and connections of the worker's role.
    pub fn new(pool: WorkerPool, config: &Config) -> Result<Self, SetupError> {
        let options = GraphOptions {
            base_url: config.graph.base_url.clone(),
            version: config.graph.version.clone(),
            timeout_ms: config.graph.timeout_ms,
            connections_max: config.graph.management_calls_max,
        };
        let client = ManagementClient::new(&options, Duration::from_millis(config.media.transfer_timeout_ms))?;
        let turns =
            Turns::new(config.graph.management_calls_per_tenant, Duration::from_millis(config.graph.timeout_ms));
        let files = Arc::new(MediaFiles::open(&config.media.dir)?);
        Ok(Self { pool, client, files, turns: Arc::new(turns) })
    }

    /// A turn of a tenant to call Meta, as soon as it has one.
    pub(crate) async fn turn(&self, tenant: TenantId) -> Result<Turn, DeskError> {
        self.turns.take(tenant).await
    }

    /// A call for a tenant in its turn: method, path and query, and a JSON body if there is one.
    pub(crate) async fn ask(
        &self,
        tenant: TenantId,
        access: Access<'_>,
        method: Method,
        (path, query): (&[&str], &[(&str, &str)]),
        body: Option<Bytes>,
    ) -> Result<Answer, DeskError> {
        let _turn = self.turn(tenant).await?;
        Ok(self.client.call(access, method, path, query, body).await?)
    }

    /// The folder of files.
    pub fn files(&self) -> &MediaFiles {
        &self.files
    }

    /// Creates a template in an account (Meta: whatsapp-business-account/message_templates).
    pub async fn create_template(&self, tenant: TenantId, waba_id: &str, body: Value) -> Result<Answer, DeskError> {
        let (desk, waba_id) = (self.clone(), waba_id.to_owned());
        detached(async move {
            let own = desk.account_credential(tenant, &waba_id).await?;
            let as_of = now_ms();
            let path = [waba_id.as_str(), "message_templates"];
            let asked = Some(body.to_string().into());
            let answer = desk.ask(tenant, own.access(), Method::POST, (&path, &[]), asked).await?;
            if let Some(template) = Template::created(&body, &answer.json()).filter(|_| answer.is_success()) {
                followed("created", desk.keep(tenant, &waba_id, &template, as_of).await);
            }
            Ok(answer)
        })
        .await
    }

    /// Edits a template of an account: whatever of its category and components the body has.
    pub async fn edit_template(
        &self,
        tenant: TenantId,
        (waba_id, template_id): (&str, &str),
        body: Value,
    ) -> Result<Answer, DeskError> {
        let (desk, waba_id, id) = (self.clone(), waba_id.to_owned(), template_id.to_owned());
        detached(async move {
            let own = desk.account_credential(tenant, &waba_id).await?;
            let as_of = now_ms();
            let asked = Some(body.to_string().into());
            let answer = desk.ask(tenant, own.access(), Method::POST, (&[&id], &[]), asked).await?;
            if answer.is_success() {
                followed("edited", desk.keep_edit(tenant, &id, &body, as_of).await);
            }
            Ok(answer)
        })
        .await
    }

    /// Deletes a template in all its languages, or the one with this id.
    pub async fn delete_template(
        &self,
        tenant: TenantId,
        (waba_id, name, template_id): (&str, &str, Option<&str>),
    ) -> Result<Answer, DeskError> {
        let (desk, waba_id, name) = (self.clone(), waba_id.to_owned(), name.to_owned());
        let id = template_id.map(str::to_owned);
        detached(async move {
            let own = desk.account_credential(tenant, &waba_id).await?;
            let mut query = vec![("name", name.as_str())];
            query.extend(id.as_deref().map(|id| ("hsm_id", id)));
            let path = [waba_id.as_str(), "message_templates"];
            let answer = desk.ask(tenant, own.access(), Method::DELETE, (&path, &query), None).await?;
            if answer.is_success() {
                let tx = desk.pool.tenants_tx([tenant]).await?;
                let id = id.as_deref();
                let deleted = deleted_templates().bind(&*tx, &tenant.0, &waba_id.as_str(), &name.as_str(), &id).await;
                followed("deleted", committed(tx, deleted).await);
            }
            Ok(answer)
        })
        .await
    }

    pub(crate) async fn account_credential(&self, tenant: TenantId, waba_id: &str) -> Result<Credential, DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        let own = credential_of_account().bind(&*tx, &tenant.0, &waba_id).opt().await?;
        tx.rollback().await?;
        own.map(Credential::from).ok_or(DeskError::Unknown)
    }

    pub(crate) async fn number_credential(&self, tenant: TenantId, sender_id: &str) -> Result<Credential, DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        let own = credential_of_number().bind(&*tx, &tenant.0, &sender_id).opt().await?;
        tx.rollback().await?;
        own.map(Credential::from).ok_or(DeskError::Unknown)
    }

    async fn keep(&self, tenant: TenantId, waba_id: &str, own: &Template, as_of: i64) -> Result<(), DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        let written = write_template(&tx, tenant, waba_id, own, Told { as_of, is_listed: false }).await;
        committed(tx, written).await
    }

    async fn keep_edit(&self, tenant: TenantId, id: &str, edit: &Value, as_of: i64) -> Result<(), DeskError> {
        let components = edit.get("components").filter(|components| components.is_array());
        let text = components.map(body);
        let params = EditedTemplateParams {
            category: edit["category"].as_str(),
            components: components.map(Value::to_string),
            body: text,
            parameter_count: text.map(parameter_count),
            ttl_seconds: ttl_seconds(edit),
            as_of_ms: as_of,
            tenant_id: tenant.0,
            template_id: id,
        };
        let tx = self.pool.tenants_tx([tenant]).await?;
        let written = edited_template().params(&*tx, &params).await;
        committed(tx, written).await
    }
}

/// How Meta told of a template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    /// When it was asked, in milliseconds since the epoch.
    pub(crate) as_of: i64,
    /// In its whole list, as opposed to the answer to a creation.
    pub(crate) is_listed: bool,
}

/// Writes a template as Meta told it; gives whether it is new.
pub(crate) async fn write_template(
    tx: &Tx,
    tenant: TenantId,
    waba_id: &str,
    template: &Template,
    told: Told,
) -> Result<bool, tokio_postgres::Error> {
    let params = PutTemplateParams {
        tenant_id: tenant.0,
        waba_id,
        name: template.name.as_str(),
        language: template.language.as_str(),
        template_id: template.id.as_str(),
        status: template.status.as_str(),
        status_reason: template.status_reason.as_deref(),
        category: template.category.as_str(),
        quality: template.quality.as_deref(),
        body: template.body(),
        parameter_count: parameter_count(template.body()),
        components: template.components.to_string(),
        parameter_format: template.parameter_format.as_str(),
        ttl_seconds: template.ttl_seconds,
        as_of_ms: told.as_of,
        is_listed: told.is_listed,
    };
    put_template().params(&**tx, &params).one().await
}

fn parameter_count(body: &str) -> i32 {
    i32::try_from(posthaste_model::whatsapp::template::parameters(body).len()).unwrap_or(i32::MAX)
}

pub(crate) async fn committed<T>(tx: Tx, written: Result<T, tokio_postgres::Error>) -> Result<(), DeskError> {
    written?;
    tx.commit().await?;
    Ok(())
}

/// Meta has done it whatever becomes of our rows: the answer is given, and the next comparison with Meta's list mends them.
pub(crate) fn followed(what: &str, outcome: Result<(), DeskError>) {
    if let Err(error) = &outcome {
        tracing::warn!(%error, what, "the store could not follow what Meta did");
    }
}

/// Lets work run to its end although its caller may go away.
pub(crate) async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, DeskError>> + Send + 'static,
) -> Result<T, DeskError> {
    tokio::spawn(work).await.unwrap_or(Err(DeskError::Ended))
}
