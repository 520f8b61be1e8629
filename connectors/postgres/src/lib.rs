//! Postgres: the pools, the only way to a transaction, and the store of the tasks.
//!
//! Row-level security holds everything apart: no role may bypass it, every transaction names its tenants in a setting
//! that dies with it, and a transaction that names none sees no row.

mod accounts;
mod admin;
mod backlog;
mod commands;
mod holds;
mod letters;
mod pool;
mod recovery;
mod store;

pub use admin::{Admin, AdminError, SenderSpec, TemplateSpec, TenantTerms};
pub use commands::{Command, CommandLog, CommandOutcome};
pub use holds::HoldDesk;
pub use letters::{LetterDesk, LetterId, LetterState, LetterStore, NewLetter, Taken};
pub use pool::{ApiPool, PoolError, Tx, WorkerPool};
pub use recovery::LeaseSeen;
pub use store::PostgresStore;

/// Whether an error means that the database is away or overloaded, so that the same call may work later; anything else
/// is a defect of the call.
pub fn is_fault(error: &tokio_postgres::Error) -> bool {
    use tokio_postgres::error::SqlState;
    match error.code() {
        None => true,
        Some(code) => {
            // 08 connection, 53 resources, 57 operator intervention, 58 system; 40 serialization and deadlock.
            ["08", "53", "57", "58", "40"].iter().any(|class| code.code().starts_with(class))
                || *code == SqlState::LOCK_NOT_AVAILABLE
        }
    }
}
