//! Where one crate's trait meets another crate's type.

use std::sync::Arc;

use async_trait::async_trait;
use posthaste_analytics::Engine;
use posthaste_api::{
    Analytics, Commands, Format, QueryError, QueryFailure, Rows, SubmitError, SubmitIntent, Submitted,
};
use posthaste_core::SendOutcome;
use posthaste_core::pacing::AppUsage;
use posthaste_core::sender::Attempt;
use posthaste_ingress::{AppendError, RawLog, RawRecord};
use posthaste_kafka::EdgeProducer;
use posthaste_meta::{Access, GraphClient};
use posthaste_model::{
    CampaignId, Channel, EventType, Message, Millis, TenantId, Wamid, WebhooksCounted, header, topic,
};
use posthaste_postgres::{Command, CommandLog, CommandOutcome};
use posthaste_runtime::clock;
use posthaste_runtime::dispatch::{Departure, Gateway};
use posthaste_runtime::store::DirectoryEntry;

/// Sends by the Graph API.
pub(crate) struct GraphGateway(pub(crate) GraphClient);

#[async_trait]
impl Gateway for GraphGateway {
    async fn send(
        &self,
        attempt: &Attempt,
        sender: &DirectoryEntry,
        departure: Departure,
    ) -> (SendOutcome, Option<AppUsage>) {
        let intent = &attempt.intent;
        let body = posthaste_meta::message::render(intent, &attempt.token(), clock::wall());
        let receipt = match &intent.message {
            Message::Receipt(receipt) => Some(receipt.message_id.clone()),
            Message::Action(own) => Some(Wamid::new(own.action.as_str())),
            _ => None,
        };
        // A page sends as itself, an Instagram account by the page that its token belongs to.
        let node = match intent.message.channel() {
            Channel::Whatsapp => sender.sender_id.as_str(),
            Channel::Messenger | Channel::Instagram => "me",
        };
        let edge = posthaste_meta::message::edge(&intent.message);
        let access = Access { token: &sender.access_token, version: sender.graph_version.as_deref() };
        self.0.send((node, edge), access, (body, receipt.as_ref()), departure).await
    }
}

/// Keeps webhooks in Kafka.
#[derive(Clone)]
pub(crate) struct KafkaRawLog(pub(crate) Arc<EdgeProducer>);

impl RawLog for KafkaRawLog {
    async fn append(&self, record: RawRecord) -> Result<(), AppendError> {
        let received_at = record.received_at.to_string();
        let headers = [
            (header::PH_APP, record.app.as_str()),
            (header::PH_RECEIVED_AT, received_at.as_str()),
            (header::CONTENT_TYPE, "application/json"),
        ];
        let appended = self.0.append(topic::WEBHOOKS_RAW, None, &headers, &record.body).await;
        appended.map_err(|error| AppendError(error.to_string()))
    }
}

impl KafkaRawLog {
    /// A sign of life in one partition of the webhook stream.
    pub(crate) async fn heartbeat(&self, partition: i32, at: Millis) -> Result<(), AppendError> {
        let at = at.to_string();
        let headers = [(header::CE_TYPE, EventType::EdgeHeartbeat.as_str()), (header::PH_RECEIVED_AT, at.as_str())];
        let appended = self.0.append(topic::WEBHOOKS_RAW, Some(partition), &headers, b"").await;
        appended.map_err(|error| AppendError(error.to_string()))
    }

    /// What the edge has made of the webhooks of an app.
    pub(crate) async fn counted(&self, counted: &WebhooksCounted, at: Millis) -> Result<(), AppendError> {
        let at = at.to_string();
        let app = counted.app.as_ref().map(|app| (header::PH_APP, app.as_str()));
        let headers = [
            (header::CE_TYPE, EventType::WebhooksCounted.as_str()),
            (header::PH_RECEIVED_AT, at.as_str()),
            (header::CONTENT_TYPE, "application/json"),
        ];
        let headers: Vec<_> = headers.into_iter().chain(app).collect();
        let value = serde_json::to_vec(counted).expect("an event is JSON");
        let appended = self.0.append(topic::WEBHOOKS_RAW, None, &headers, &value).await;
        appended.map_err(|error| AppendError(error.to_string()))
    }
}

/// Hands single messages to the command log.
pub(crate) struct LoggedCommands(pub(crate) CommandLog);

#[async_trait]
impl Commands for LoggedCommands {
    async fn submit(&self, submit: SubmitIntent) -> Result<Submitted, SubmitError> {
        let limit = submit.backlog_max;
        let command = Command {
            intent: submit.intent,
            backlog_max: limit,
            key: submit.idempotency.key,
            fingerprint: submit.idempotency.fingerprint,
            status: submit.idempotency.status,
            body: submit.idempotency.body,
        };
        match self.0.submit(command).await {
            CommandOutcome::New => Ok(Submitted::New),
            CommandOutcome::Replayed { status, body } => Ok(Submitted::Replayed { status, body }),
            CommandOutcome::KeyReused => Err(SubmitError::KeyReused),
            CommandOutcome::Backlog { retry_after_s } => Err(SubmitError::Backlog { retry_after_s, limit }),
            CommandOutcome::Unavailable => Err(SubmitError::Unavailable),
        }
    }
}

/// Asks the analytics engine.
pub(crate) struct EngineAnalytics(pub(crate) Engine);

#[async_trait]
impl Analytics for EngineAnalytics {
    async fn query(&self, tenant: TenantId, sql: &str, format: Format) -> Result<Rows, QueryError> {
        let format = match format {
            Format::Json => posthaste_analytics::Format::Json,
            Format::Csv => posthaste_analytics::Format::Csv,
            Format::Arrow => posthaste_analytics::Format::Arrow,
        };
        let answer = self.0.query(tenant, sql, format).await.map_err(refused)?;
        Ok(Rows { body: answer.body, truncated: answer.truncated })
    }

    async fn funnel(&self, tenant: TenantId, campaign: CampaignId) -> Result<serde_json::Value, QueryError> {
        let funnel = self.0.funnel(tenant, campaign).await.map_err(refused)?;
        serde_json::to_value(funnel)
            .map_err(|error| QueryError { failure: QueryFailure::Failed, detail: error.to_string() })
    }
}

fn refused(error: posthaste_analytics::QueryError) -> QueryError {
    use posthaste_analytics::QueryError as E;
    let failure = match error {
        E::Invalid(_) => QueryFailure::Invalid,
        E::Forbidden(_) => QueryFailure::Forbidden,
        E::Timeout { .. } => QueryFailure::Timeout,
        E::Memory { .. } => QueryFailure::Memory,
        E::TooMany { .. } => QueryFailure::TooMany,
        E::LakeUnavailable => QueryFailure::LakeUnavailable,
        E::Failed => QueryFailure::Failed,
    };
    QueryError { failure, detail: error.to_string() }
}
