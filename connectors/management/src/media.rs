//! Files of tenants at Meta: uploads, descriptions, downloads, deletions (Meta: business-phone-numbers/media).

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::Method;
use posthaste_meta::management::{ByteStream, Resumption};
use posthaste_meta::{Access, Answer, Download, Upload};
use posthaste_model::TenantId;
use posthaste_sql::client::Params as _;
use posthaste_sql::queries::files::{PutUploadParams, file_of_upload, forget_media, put_upload};
use serde_json::{Value, json};

use crate::desk::{Desk, DeskError, detached, followed};
use crate::files::{StoredFile, Writing};
use crate::turns::Turn;

/// Days that Meta keeps what was uploaded (Meta: business-phone-numbers/media).
const UPLOAD_DAYS: i32 = 30;

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

/// Whether Meta knows no such object (Meta: support/error-codes, 100 with subcode 33).
fn is_unknown(answer: &Answer) -> bool {
    let error = &answer.json()["error"];
    answer.status == 404
        || (error["code"] == 100 && error["error_subcode"].as_i64().is_none_or(|subcode| subcode == 33))
}

/// Bytes on their way, with the turn that they take: it ends with them.
fn holding(turn: Turn, body: ByteStream) -> ByteStream {
    Box::pin(stream::unfold((body, turn), |(mut body, turn)| async move {
        let piece = body.next().await?;
        Some((piece, (body, turn)))
    }))
}

impl Desk {
    /// Uploads a file. It stays in the folder if Meta took it, even where its row could not be written for certain: a COMMIT
    /// whose answer was lost may have happened, and the [sweep](crate::sweep) removes what no row names. What Meta did not take
    /// is removed at once.
    pub async fn upload(&self, tenant: TenantId, file: NewFile) -> Result<Answer, DeskError> {
        let desk = self.clone();
        detached(async move {
            let NewFile { sender_id, mime_type, filename, writing } = file;
            let file = Uploaded { sender_id, mime_type, filename, stored: writing.finish().await? };
            let answer = desk.send_file(tenant, &file).await;
            let answered = answer.as_ref().ok().filter(|answer| answer.is_success()).map(Answer::json);
            match answered.as_ref().and_then(|answered| answered["id"].as_str()) {
                Some(id) => followed("uploaded", desk.keep_upload(tenant, id, &file).await),
                None => {
                    let removed = desk.files.remove(tenant, &file.stored.path).await;
                    followed("given up", removed.map_err(DeskError::from));
                }
            }
            answer
        })
        .await
    }

    async fn send_file(&self, tenant: TenantId, file: &Uploaded) -> Result<Answer, DeskError> {
        let own = self.number_credential(tenant, &file.sender_id).await?;
        let _turn = self.turn(tenant).await?;
        let (bytes, body) = self.files.read(tenant, &file.stored.path).await?;
        let filename = file.filename.clone().unwrap_or_else(|| "file".to_owned());
        let upload = Upload { mime_type: file.mime_type.clone(), filename, bytes, body };
        Ok(self.client.upload(own.access(), &file.sender_id, upload).await?)
    }

    /// What Meta knows of a file of a number: its type, size, hash, and a URL that is good for five minutes.
    pub async fn describe_media(
        &self,
        tenant: TenantId,
        (sender_id, media_id): (&str, &str),
    ) -> Result<Answer, DeskError> {
        let own = self.number_credential(tenant, sender_id).await?;
        self.describe(tenant, own.access(), media_id).await
    }

    /// The number is not named: Meta lets it be left out, and refuses files of people that are asked for with it.
    async fn describe(&self, tenant: TenantId, access: Access<'_>, media_id: &str) -> Result<Answer, DeskError> {
        self.ask(tenant, access, Method::GET, (&[media_id], &[]), None).await
    }

    /// A file of a number as Meta has it, or Meta's refusal; and what Meta says of the file. The rest of one that has begun to
    /// arrive, where `resumption` says so.
    pub async fn fetch_media(
        &self,
        tenant: TenantId,
        (sender_id, media_id): (&str, &str),
        resumption: Option<Resumption<'_>>,
    ) -> Result<Result<(Value, Download), Answer>, DeskError> {
        let own = self.number_credential(tenant, sender_id).await?;
        let answer = self.describe(tenant, own.access(), media_id).await?;
        let described = answer.json();
        match described["url"].as_str().filter(|_| answer.is_success()) {
            None => Ok(Err(answer)),
            Some(url) => {
                let turn = self.turn(tenant).await?;
                let download = self.client.download(own.access(), url, resumption).await?;
                Ok(Ok((described, Download { body: holding(turn, download.body), ..download })))
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
                let own = desk.number_credential(tenant, &sender_id).await?;
                desk.ask(tenant, own.access(), Method::DELETE, (&[&media_id], &[]), None).await?
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
