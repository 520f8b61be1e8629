//! Analytics over the delivery stream: Kafka to Arrow to Parquet, and SQL over it, tenant by tenant.
//!
//! Two readers follow `delivery.v1` and decide alike (see `intake`). The *lake* turns transitions into Parquet files, one
//! per day, tenant and partition of a flush; a file exists for readers once its manifest row is committed, in one
//! transaction with the offset. The *hot tail*, in the process that answers queries, holds in memory what no file holds
//! yet. A query reads both: first the tail, then the manifest, so that a row that moves between the two is seen, and the
//! offsets in the manifest say which rows of the tail to leave out, so that it is seen once.
//!
//! This is the only crate that links DataFusion. Its surface is [`run_lake`], [`Tail`] and [`Engine`].

mod engine;
mod intake;
mod lake;
mod tables;
mod tail;

pub use engine::{Answer, Engine, Format, Funnel, QueryError};
pub use lake::{LakeError, run_lake};
pub use tail::Tail;

/// Name of the lake's task in `task_lease`, and so of the offsets at which the hot tail begins.
const LAKE_TASK: &str = "lake";
