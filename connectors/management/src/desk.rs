//! Calls of Meta's management API for a tenant, and what follows from them in the store.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::Method;
use posthaste_meta::client::GraphOptionsError;
use posthaste_meta::{Answer, CallError, Download, GraphOptions, ManagementClient, Upload};
use posthaste_model::TenantId;
use posthaste_postgres::{PoolError, Tx, WorkerPool};
use posthaste_runtime::config::Config;
use posthaste_sql::client::Params as _;
use posthaste_sql::queries::management::{
    EditedTemplateParams, PutTemplateParams, PutUploadParams, deleted_templates, edited_template, file_of_upload,
    forget_media, put_template, put_upload, token_of_account, token_of_number,
};
use serde_json::{Value, json};

use crate::files::{FileError, MediaFiles, StoredFile, Writing};
use crate::template::{Template, body};

/// Days that Meta keeps what was uploaded (Meta: business-phone-numbers/media).
const UPLOAD_DAYS: i32 = 30;

/// Why there is no answer of Meta's.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The tenant has no such number, account, template or file.
    #[error("there is no such object of this tenant")]
    Unknown,
    /// Meta was not reached, or may have done what was asked.
    #[error("{0}")]
    Call(#[from] CallError),
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

/// A file of a tenant that is to go to Meta.
#[derive(Debug)]
pub struct NewFile {
    /// The number that will send it.
    pub sender_id: String,
    /// Media type, without parameters.
    pub mime_type: String,
    /// What people see as its name.
    pub filename: Option<String>,
    /// Its bytes, all of them written.
    pub writing: Writing,
}

/// A file as it is kept once Meta has it.
struct Uploaded {
    sender_id: String,
    mime_type: String,
    filename: Option<String>,
    stored: StoredFile,
}

/// Calls Meta for tenants. Cheap to clone. What was begun is finished even if its caller goes away, so that the store follows
/// what Meta did.
#[derive(Clone)]
pub struct Desk {
    pub(crate) pool: WorkerPool,
    pub(crate) client: ManagementClient,
    files: Arc<MediaFiles>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("client", &self.client).finish_non_exhaustive()
    }
}

/// Whether Meta knows no such object (Meta: support/error-codes, 100 with subcode 33).
fn is_unknown(answer: &Answer) -> bool {
    let error = &answer.json()["error"];
    answer.status == 404
        || (error["code"] == 100 && error["error_subcode"].as_i64().is_none_or(|subcode| subcode == 33))
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
        Ok(Self { pool, client, files: Arc::new(MediaFiles::open(&config.media.dir)?) })
    }

    /// The folder of files.
    pub fn files(&self) -> &MediaFiles {
        &self.files
    }

    /// Creates a template in an account (Meta: whatsapp-business-account/message_templates).
    pub async fn create_template(&self, tenant: TenantId, waba_id: &str, body: Value) -> Result<Answer, DeskError> {
        let (desk, waba_id) = (self.clone(), waba_id.to_owned());
        detached(async move {
            let token = desk.account_token(tenant, &waba_id).await?;
            let as_of = now_ms();
            let path = [waba_id.as_str(), "message_templates"];
            let answer = desk.client.call(&token, Method::POST, &path, &[], Some(body.to_string().into())).await?;
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
            let token = desk.account_token(tenant, &waba_id).await?;
            let as_of = now_ms();
            let answer = desk.client.call(&token, Method::POST, &[&id], &[], Some(body.to_string().into())).await?;
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
            let token = desk.account_token(tenant, &waba_id).await?;
            let mut query = vec![("name", name.as_str())];
            query.extend(id.as_deref().map(|id| ("hsm_id", id)));
            let path = [waba_id.as_str(), "message_templates"];
            let answer = desk.client.call(&token, Method::DELETE, &path, &query, None).await?;
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

    /// Uploads a file. It stays in the folder if Meta took it, and is removed otherwise.
    pub async fn upload(&self, tenant: TenantId, file: NewFile) -> Result<Answer, DeskError> {
        let desk = self.clone();
        detached(async move {
            let NewFile { sender_id, mime_type, filename, writing } = file;
            let file = Uploaded { sender_id, mime_type, filename, stored: writing.finish().await? };
            let answer = desk.send_file(tenant, &file).await;
            let answered = answer.as_ref().ok().filter(|answer| answer.is_success()).map(Answer::json);
            let kept = match answered.as_ref().and_then(|answered| answered["id"].as_str()) {
                Some(id) => followed("uploaded", desk.keep_upload(tenant, id, &file).await),
                None => false,
            };
            if !kept {
                followed("given up", desk.files.remove(tenant, &file.stored.path).await.map_err(DeskError::from));
            }
            answer
        })
        .await
    }

    async fn send_file(&self, tenant: TenantId, file: &Uploaded) -> Result<Answer, DeskError> {
        let token = self.number_token(tenant, &file.sender_id).await?;
        let (bytes, body) = self.files.read(tenant, &file.stored.path).await?;
        let filename = file.filename.clone().unwrap_or_else(|| "file".to_owned());
        let upload = Upload { mime_type: file.mime_type.clone(), filename, bytes, body };
        Ok(self.client.upload(&token, &file.sender_id, upload).await?)
    }

    /// What Meta knows of a file of a number: its type, size, hash, and a URL that is good for five minutes.
    pub async fn describe_media(
        &self,
        tenant: TenantId,
        (sender_id, media_id): (&str, &str),
    ) -> Result<Answer, DeskError> {
        let token = self.number_token(tenant, sender_id).await?;
        self.describe(&token, media_id).await
    }

    /// The number is not named: Meta lets it be left out, and refuses files of people that are asked for with it.
    async fn describe(&self, token: &str, media_id: &str) -> Result<Answer, DeskError> {
        Ok(self.client.call(token, Method::GET, &[media_id], &[], None).await?)
    }

    /// A file of a number as Meta has it, or Meta's refusal; and what Meta says of the file.
    pub async fn fetch_media(
        &self,
        tenant: TenantId,
        (sender_id, media_id): (&str, &str),
    ) -> Result<Result<(Value, Download), Answer>, DeskError> {
        let token = self.number_token(tenant, sender_id).await?;
        let answer = self.describe(&token, media_id).await?;
        let described = answer.json();
        match described["url"].as_str().filter(|_| answer.is_success()) {
            None => Ok(Err(answer)),
            Some(url) => {
                let download = self.client.download(&token, url).await?;
                Ok(Ok((described, download)))
            }
        }
    }

    /// Deletes a file: at Meta if Meta still has it, and here.
    pub async fn delete_media(
        &self,
        tenant: TenantId,
        (sender_id, media_id): (&str, &str),
        at_meta: bool,
    ) -> Result<Answer, DeskError> {
        let (desk, sender_id, media_id) = (self.clone(), sender_id.to_owned(), media_id.to_owned());
        detached(async move {
            let answer = if at_meta {
                let token = desk.number_token(tenant, &sender_id).await?;
                desk.client.call(&token, Method::DELETE, &[&media_id], &[], None).await?
            } else {
                Answer { status: 200, body: Bytes::from(json!({ "success": true }).to_string()) }
            };
            // One that was deleted before, by a call whose answer was lost, is gone too.
            if answer.is_success() || is_unknown(&answer) {
                desk.forget(tenant, &media_id).await?;
            }
            Ok(answer)
        })
        .await
    }

    async fn forget(&self, tenant: TenantId, media_id: &str) -> Result<(), DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        let path = forget_media().bind(&*tx, &tenant.0, &media_id).opt().await?.flatten();
        tx.commit().await?;
        if let Some(path) = path {
            self.files.remove(tenant, &path).await?;
        }
        Ok(())
    }

    async fn account_token(&self, tenant: TenantId, waba_id: &str) -> Result<String, DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        let token = token_of_account().bind(&*tx, &tenant.0, &waba_id).opt().await?;
        tx.rollback().await?;
        token.ok_or(DeskError::Unknown)
    }

    pub(crate) async fn number_token(&self, tenant: TenantId, sender_id: &str) -> Result<String, DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        let token = token_of_number().bind(&*tx, &tenant.0, &sender_id).opt().await?;
        tx.rollback().await?;
        token.ok_or(DeskError::Unknown)
    }

    async fn keep(&self, tenant: TenantId, waba_id: &str, own: &Template, as_of: i64) -> Result<(), DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        let written = write_template(&tx, tenant, waba_id, own, as_of).await;
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
            as_of_ms: as_of,
            tenant_id: tenant.0,
            template_id: id,
        };
        let tx = self.pool.tenants_tx([tenant]).await?;
        let written = edited_template().params(&*tx, &params).await;
        committed(tx, written).await
    }

    async fn keep_upload(&self, tenant: TenantId, media_id: &str, file: &Uploaded) -> Result<(), DeskError> {
        let params = PutUploadParams {
            tenant_id: tenant.0,
            media_id,
            sender_id: file.sender_id.as_str(),
            mime_type: file.mime_type.as_str(),
            sha256: file.stored.sha256.as_str(),
            bytes: i64::try_from(file.stored.bytes).unwrap_or(i64::MAX),
            filename: file.filename.as_deref(),
            path: file.stored.path.as_str(),
            days: UPLOAD_DAYS,
        };
        let tx = self.pool.tenants_tx([tenant]).await?;
        let replaced = file_of_upload().bind(&*tx, &tenant.0, &media_id).opt().await?.flatten();
        put_upload().params(&*tx, &params).await?;
        tx.commit().await?;
        if let Some(path) = replaced {
            followed("replaced", self.files.remove(tenant, &path).await.map_err(DeskError::from));
        }
        Ok(())
    }
}

/// Writes a template as Meta told it at `as_of` (milliseconds since the epoch); gives whether it is new.
pub(crate) async fn write_template(
    tx: &Tx,
    tenant: TenantId,
    waba_id: &str,
    template: &Template,
    as_of: i64,
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
        as_of_ms: as_of,
    };
    put_template().params(&**tx, &params).one().await
}

fn parameter_count(body: &str) -> i32 {
    i32::try_from(posthaste_model::whatsapp::template::parameters(body).len()).unwrap_or(i32::MAX)
}

async fn committed<T>(tx: Tx, written: Result<T, tokio_postgres::Error>) -> Result<(), DeskError> {
    written?;
    tx.commit().await?;
    Ok(())
}

/// Meta has done it whatever becomes of our rows: the answer is given, and the next comparison with Meta's list mends them.
fn followed(what: &str, outcome: Result<(), DeskError>) -> bool {
    if let Err(error) = &outcome {
        tracing::warn!(%error, what, "the store could not follow what Meta did");
    }
    outcome.is_ok()
}

/// Lets work run to its end although its caller may go away.
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, DeskError>> + Send + 'static,
) -> Result<T, DeskError> {
    tokio::spawn(work).await.unwrap_or(Err(DeskError::Ended))
}
