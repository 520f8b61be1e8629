//! Files that no row names: what a crash between a file and its row leaves behind, or a COMMIT whose answer was lost.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use posthaste_model::TenantId;
use posthaste_sql::queries::files::{named_files, tenant_known};
use rand::Rng as _;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, DeskError};
use crate::files::OldFile;

/// Youngest file that is swept: far longer than the longest transfer, at whose end the row is written.
pub const AGE_MIN: Duration = Duration::from_secs(24 * 60 * 60);
/// How often the folder is swept, at a moment that is drawn: workers that share one do it at different times.
const EVERY: Duration = Duration::from_secs(6 * 60 * 60);
/// Files that rows are asked about at once.
const PIECE: usize = 500;

/// Sweeps the folder of files every few hours, until `stop`.
pub async fn run(desk: Desk, stop: CancellationToken) {
    loop {
        let wait = EVERY.mul_f64(rand::rng().random_range(0.5..1.0));
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            return;
        }
        match stop.run_until_cancelled(sweep(&desk, AGE_MIN)).await {
            None => return,
            Some(Ok(0)) => {}
            Some(Ok(removed)) => tracing::info!(removed, "files that no row named were removed"),
            Some(Err(error)) => tracing::warn!(%error, "the folder of files could not be swept"),
        }
    }
}

/// Removes the files that are older than `age` and that no row names; gives how many. A folder of a tenant that this database
/// does not know is left alone: it may be another's.
pub async fn sweep(desk: &Desk, age: Duration) -> Result<usize, DeskError> {
    let Some(before) = SystemTime::now().checked_sub(age) else { return Ok(0) };
    let mut pieces = desk.files().written_before(before, PIECE);
    let mut removed = 0;
    while let Some((tenant, files)) = pieces.recv().await {
        for file in unnamed(desk, tenant, files).await? {
            let path = file.path.clone();
            match file.remove().await {
                Ok(()) => removed += 1,
                Err(error) => tracing::warn!(%tenant, path, %error, "a file that no row names cannot be removed"),
            }
        }
    }
    Ok(removed)
}

/// Those of a tenant's files that no row names. They are old, so none is about to be named.
async fn unnamed(desk: &Desk, tenant: TenantId, files: Vec<OldFile>) -> Result<Vec<OldFile>, DeskError> {
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let tx = desk.pool.tenants_tx([tenant]).await?;
    let is_known = tenant_known().bind(&*tx, &tenant.0).opt().await?.is_some();
    let named: HashSet<String> = named_files().bind(&*tx, &tenant.0, &paths).all().await?.into_iter().collect();
    tx.rollback().await?;
    Ok(files.into_iter().filter(|file| is_known && !named.contains(&file.path)).collect())
}
