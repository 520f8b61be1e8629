//! Resumable uploads of examples for templates and pictures of profiles (Meta: graph-api/guides/upload). Meta knows a session by an
//! id that any token of the app may use: tenants know it by one of ours.

use std::time::Duration;

use http::Method;
use posthaste_meta::Answer;
use posthaste_meta::management::ByteStream;
use posthaste_model::TenantId;
use posthaste_sql::queries::credentials::credential_of_tenant;
use posthaste_sql::queries::uploads::{count_sessions, forget_sessions, put_session, session_of};
use serde_json::json;
use uuid::Uuid;

use crate::desk::{Credential, Desk, DeskError, detached};

/// Sessions of a tenant that are kept at once, each for a week.
const SESSIONS_MAX: i64 = 1_000;

/// What the ids of sessions begin with.
const PREFIX: &str = "upload:";

/// A file that is to be uploaded.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Bytes of the whole file.
    pub file_length: u64,
    /// Its media type.
    pub file_type: String,
    /// Its name.
    pub file_name: Option<String>,
}

/// A session that Meta has.
struct Session {
    meta_id: String,
    file_length: i64,
    credential: Credential,
}

impl Desk {
    /// Begins a session in an app, with the token of the tenant's first number. Meta's answer has our id of it.
    pub async fn begin_session(&self, tenant: TenantId, app_id: &str, file: NewSession) -> Result<Answer, DeskError> {
        let (desk, app_id) = (self.clone(), app_id.to_owned());
        detached(async move {
            let tx = desk.pool.tenants_tx([tenant]).await?;
            let own = credential_of_tenant().bind(&*tx, &tenant.0).opt().await?.ok_or(DeskError::Unknown)?;
            let credential = Credential { token: own.access_token, version: own.graph_version };
            forget_sessions().bind(&*tx, &tenant.0).await?;
            let open = count_sessions().bind(&*tx, &tenant.0).one().await?;
            tx.commit().await?;
            if open >= SESSIONS_MAX {
                return Err(DeskError::Sessions(SESSIONS_MAX));
            }
            let length = file.file_length.to_string();
            let mut query = vec![("file_length", length.as_str()), ("file_type", file.file_type.as_str())];
            query.extend(file.file_name.as_deref().map(|name| ("file_name", name)));
            let path = [app_id.as_str(), "uploads"];
            let answer = desk.ask(tenant, credential.access(), Method::POST, (&path, &query), None).await?;
            let answered = answer.json();
            let meta_id = answered["id"].as_str().filter(|id| answer.is_success() && id.starts_with(PREFIX));
            let Some(meta_id) = meta_id else { return Ok(answer) };
            let session_id = Uuid::now_v7();
            let bytes = i64::try_from(file.file_length).unwrap_or(i64::MAX);
            let tx = desk.pool.tenants_tx([tenant]).await?;
            put_session().bind(&*tx, &tenant.0, &session_id, &meta_id, &own.sender_id.as_str(), &bytes).await?;
            tx.commit().await?;
            Ok(Answer { body: json!({ "id": shown(session_id) }).to_string().into(), ..answer })
        })
        .await
    }

    /// How many bytes of the file a session has, in Meta's words and with our id.
    pub async fn session_state(&self, tenant: TenantId, session_id: Uuid) -> Result<Answer, DeskError> {
        let own = self.session(tenant, session_id).await?;
        let _turn = self.turn(tenant).await?;
        Ok(with_our_id(self.client.session(own.credential.access(), &own.meta_id).await?, session_id))
    }

    /// Gives a session the bytes that follow on those it has, which the caller says are `offset`, within `limit`. Meta answers
    /// with the handle of the file once all are there.
    pub async fn continue_session(
        &self,
        tenant: TenantId,
        session_id: Uuid,
        offset: u64,
        (bytes, body): (u64, ByteStream),
        limit: Duration,
    ) -> Result<Answer, DeskError> {
        let own = self.session(tenant, session_id).await?;
        let left = own.file_length.unsigned_abs().saturating_sub(offset);
        if bytes > left {
            return Err(DeskError::BeyondEnd { left });
        }
        let desk = self.clone();
        detached(async move {
            let _turn = desk.turn(tenant).await?;
            let access = own.credential.access();
            let answer = desk.client.continue_session(access, &own.meta_id, offset, (bytes, body), limit).await?;
            Ok(with_our_id(answer, session_id))
        })
        .await
    }

    async fn session(&self, tenant: TenantId, session_id: Uuid) -> Result<Session, DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        let own = session_of().bind(&*tx, &tenant.0, &session_id).opt().await?.ok_or(DeskError::Unknown)?;
        tx.rollback().await?;
        Ok(Session {
            meta_id: own.meta_id,
            file_length: own.file_length,
            credential: Credential { token: own.access_token, version: own.graph_version },
        })
    }
}

/// Meta's answer about a session with our id in place of Meta's, which any token of the app may use.
fn with_our_id(answer: Answer, session_id: Uuid) -> Answer {
    let mut answered = answer.json();
    if answered["id"].is_null() {
        return answer;
    }
    answered["id"] = shown(session_id).into();
    Answer { body: answered.to_string().into(), ..answer }
}

/// Our id of a session as tenants see it.
fn shown(session_id: Uuid) -> String {
    format!("{PREFIX}{}", session_id.simple())
}
