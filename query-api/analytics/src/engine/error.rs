//! Why a query has no answer.

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;

/// Why a query has no answer. [`QueryError::code`] is stable; the texts are for people and name no file of the lake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The text is no query, names what does not exist, or fails on the values (a division by zero).
    #[error("{0}")]
    Invalid(String),
    /// The statement would change something, or read something else than the tenant's tables.
    #[error("{0}")]
    Forbidden(String),
    /// It took longer than `sql.timeout_ms`.
    #[error("the query took longer than {limit_ms} ms; narrow it, e.g. by campaign_id or by time, and try again")]
    Timeout {
        /// `sql.timeout_ms`.
        limit_ms: u64,
    },
    /// It needed more memory than `sql.memory_bytes_max`, or its answer did.
    #[error("the query needs more than {limit_bytes} bytes of memory; aggregate, or narrow it, and try again")]
    Memory {
        /// `sql.memory_bytes_max`.
        limit_bytes: usize,
    },
    /// The tenant has as many queries running as it may.
    #[error("{limit} queries of this tenant are running, which is the limit; try again when one has ended")]
    TooMany {
        /// `sql.concurrency_per_tenant`.
        limit: usize,
    },
    /// Files, manifest or hot tail cannot be read at the moment. The cause is in the log.
    #[error("the delivery data cannot be read at the moment; try again in a few seconds")]
    LakeUnavailable,
    /// A defect of ours. The cause is in the log.
    #[error("the query could not be carried out because of a defect in the service; it has been logged")]
    Failed,
}

impl QueryError {
    /// The stable code of the error, for problem documents and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "sql_invalid",
            Self::Forbidden(_) => "sql_forbidden",
            Self::Timeout { .. } => "query_timeout",
            Self::Memory { .. } => "query_memory",
            Self::TooMany { .. } => "too_many_queries",
            Self::LakeUnavailable => "lake_unavailable",
            Self::Failed => "query_failed",
        }
    }

    /// Judges an error of DataFusion. `limit_bytes` is `sql.memory_bytes_max`.
    pub(super) fn of(error: &DataFusionError, limit_bytes: usize) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Memory { limit_bytes },
            DataFusionError::SQL(..)
            | DataFusionError::Plan(_)
            | DataFusionError::SchemaError(..)
            | DataFusionError::NotImplemented(_)
            | DataFusionError::Configuration(_)
            | DataFusionError::Execution(_) => Self::Invalid(error.strip_backtrace()),
            DataFusionError::ArrowError(arrow, _) if concerns_values(arrow) => Self::Invalid(error.strip_backtrace()),
            DataFusionError::ObjectStore(_)
            | DataFusionError::IoError(_)
            | DataFusionError::ParquetError(_)
            | DataFusionError::ArrowError(..) => {
                tracing::error!(%error, "a query cannot read the lake");
                Self::LakeUnavailable
            }
            _ => {
                tracing::error!(%error, "a query failed");
                Self::Failed
            }
        }
    }
}

/// Whether an error of Arrow comes from what the query computes, not from reading.
fn concerns_values(error: &ArrowError) -> bool {
    !matches!(error, ArrowError::ExternalError(_) | ArrowError::IoError(..) | ArrowError::ParquetError(_))
}
