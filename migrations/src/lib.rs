//! Forward-only migrations, embedded into the binary.
//!
//! Expand, then contract: a migration never takes away what the previous version of the software still reads. An edited
//! migration is refused (refinery compares checksums).

use std::error::Error as _;
use std::iter;

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls};

mod embedded {
    refinery::embed_migrations!(".");
}

/// Key of the advisory lock that keeps two migrators apart; any constant that nobody else uses.
const LOCK: i64 = 0x706f_7374;

/// Seconds for which a statement waits for a lock. Whoever comes after it to the same table waits behind it, even to read: with a
/// transaction of hours in front of it everything would stand still until that ends.
const LOCK_WAIT_S: i64 = 10;

/// Who has held locks for as long as a statement waited in vain, of which tables, and since when. Who may not see the sessions of
/// others sees their processes and tables still.
const HOLDERS: &str = "
SELECT format('process %s (%s, %s, for %s s) holds %s', a.pid, coalesce(a.usename, a.backend_type, 'somebody'),
              coalesce(a.state, 'state unknown'), coalesce(extract(epoch FROM now() - a.xact_start)::bigint::text, '?'),
              string_agg(DISTINCT l.relation::regclass::text, ', '))
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
 WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.pid <> pg_backend_pid()
   AND l.relation IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace)
   AND coalesce(a.xact_start <= now() - make_interval(secs => $1::bigint), true)
 GROUP BY a.pid, a.usename, a.backend_type, a.state, a.xact_start
 ORDER BY a.xact_start";

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database could not be reached, or refused the lock.
    #[error("postgres.admin_url: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// Somebody kept a lock for longer than a migration waits.
    #[error(
        "migration: waited {seconds} s for a lock, and let others pass: {holders}. Wait until that transaction ends, or end it \
         (SELECT pg_terminate_backend(process)), and run the migration again: it goes on where it stopped",
        seconds = LOCK_WAIT_S
    )]
    Locked {
        /// Who has held locks for that long, and of which tables.
        holders: String,
        /// Which migration it was.
        source: refinery::Error,
    },
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
    // From here on: another migrator may have as long as it needs.
    client.batch_execute(&format!("SET lock_timeout = '{LOCK_WAIT_S}s'")).await?;
    let report = match embedded::migrations::runner().run_async(&mut client).await {
        Err(source) if waited_in_vain(&source) => {
            Err(MigrateError::Locked { holders: holders(&client).await?, source })
        }
        other => other.map_err(MigrateError::from),
    };
    client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await?;
    drop(client);
    // The connection ends with its client; what it says then does not matter.
    let _ = driver.await;
    Ok(report?.applied_migrations().iter().map(ToString::to_string).collect())
}

fn waited_in_vain(error: &refinery::Error) -> bool {
    let mut causes = iter::successors(error.source(), |&cause| cause.source());
    let cause = causes.find_map(|cause| cause.downcast_ref::<tokio_postgres::Error>());
    cause.and_then(tokio_postgres::Error::code) == Some(&SqlState::LOCK_NOT_AVAILABLE)
}

/// Whoever was in the way has been there for at least as long as the statement waited, or is gone by now.
async fn holders(client: &Client) -> Result<String, tokio_postgres::Error> {
    let rows = client.query(HOLDERS, &[&LOCK_WAIT_S]).await?;
    let holders: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    Ok(if holders.is_empty() { "whoever held it has ended since".to_owned() } else { holders.join("; ") })
}
