//! Forward-only migrations, embedded into the binary.
//!
//! Expand, then contract: a migration never takes away what the previous version of the software still reads. An edited
//! migration is refused (refinery compares checksums).

use tokio_postgres::NoTls;

mod embedded {
    refinery::embed_migrations!(".");
}

/// Key of the advisory lock that keeps two migrators apart; any constant that nobody else uses.
const LOCK: i64 = 0x706f_7374;

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database could not be reached, or refused the lock.
    #[error("postgres.admin_url: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// A migration failed or has been edited after it was applied.
    #[error("migration: {0}")]
    Migration(#[from] refinery::Error),
}

/// Applies what is missing; returns the names of the migrations that were applied. Safe to run from several machines at
/// once, and again.
pub async fn migrate(admin_url: &str) -> Result<Vec<String>, MigrateError> {
    let (mut client, connection) = tokio_postgres::connect(admin_url, NoTls).await?;
    let driver = tokio::spawn(connection);
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await?;
    let report = embedded::migrations::runner().run_async(&mut client).await;
    client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await?;
    drop(client);
    // The connection ends with its client; what it says then does not matter.
    let _ = driver.await;
    Ok(report?.applied_migrations().iter().map(ToString::to_string).collect())
}
