//! What the API asks of the analytics engine.

use async_trait::async_trait;
use bytes::Bytes;
use posthaste_model::{CampaignId, TenantId};
use serde_json::Value;

use crate::problem::{Code, Problem};

/// When to try again after too many queries, in seconds: most queries take less.
const QUERIES_RETRY_AFTER_S: u64 = 2;
/// When to try again after the lake was away, in seconds.
const LAKE_RETRY_AFTER_S: u64 = 10;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A JSON document that names the columns, the rows, and whether there were more.
    Json,
    /// CSV with a header line.
    Csv,
    /// An Arrow IPC stream.
    Arrow,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The rows, in the form that was asked for.
    pub body: Bytes,
    /// Whether there were more rows than an answer may have.
    pub truncated: bool,
}

/// What kept a query from being answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryFailure {
    /// The statement cannot be planned or run.
    Invalid,
    /// The statement is not a query.
    Forbidden,
    /// It took longer than allowed.
    Timeout,
    /// It needed more memory than allowed.
    Memory,
    /// Too many queries of the tenant run already.
    TooMany,
    /// The lake's files cannot be read.
    LakeUnavailable,
    /// A defect of ours.
    Failed,
}

/// Why a query has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// What happened.
    pub failure: QueryFailure,
    /// What exactly, for the caller to read: names limits and columns, no files.
    pub detail: String,
}

/// Answers questions over the delivery stream, for one tenant at a time.
#[async_trait]
pub trait Analytics: Send + Sync + 'static {
    /// Runs the tenant's own SQL over the tenant's own rows.
    async fn query(&self, tenant: TenantId, sql: &str, format: Format) -> Result<Rows, QueryError>;

    /// How far the messages of a campaign have come: a JSON object.
    async fn funnel(&self, tenant: TenantId, campaign: CampaignId) -> Result<Value, QueryError>;
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        let QueryError { failure, detail } = error;
        match failure {
            QueryFailure::Invalid => Self::new(Code::SqlInvalid, detail),
            QueryFailure::Forbidden => Self::new(Code::SqlForbidden, detail),
            QueryFailure::Timeout => Self::new(Code::QueryTimeout, detail),
            QueryFailure::Memory => Self::new(Code::QueryMemory, detail),
            QueryFailure::TooMany => Self::new(Code::TooManyQueries, detail).retry_after(QUERIES_RETRY_AFTER_S),
            QueryFailure::LakeUnavailable => Self::new(Code::LakeUnavailable, detail).retry_after(LAKE_RETRY_AFTER_S),
            QueryFailure::Failed => Self::new(Code::QueryFailed, detail),
        }
    }
}
