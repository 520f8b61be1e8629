//! Places in the messaging limit of a portfolio: one short transaction per sender, under the lock of the portfolio's row.
//!
//! The lock makes the counts of owners that know nothing of each other one count. A reservation whose answer is lost is
//! asked for again and found. Times are the store's alone.

use std::collections::{BTreeSet, HashSet};

use posthaste_core::sender::{DAY_MS, MARGIN_MS, Reserved, Wanted};
use posthaste_model::Contact;
use posthaste_runtime::store::StoreError;
use posthaste_sql::queries::portfolio;

use super::{PostgresStore, from_database, from_pool};
use crate::pool::Tx;

/// Minutes for which a person counts.
const COUNTED_MIN: i32 = ((DAY_MS + MARGIN_MS) / 60_000) as i32;
/// Minutes after a person's message in which an answer is certain to arrive within their service window.
const OPEN_MIN: i32 = ((DAY_MS - MARGIN_MS) / 60_000) as i32;

pub(super) async fn reserve(store: &PostgresStore, wanted: &Wanted) -> Result<Reserved, StoreError> {
    let tx = store.tenants_tx(BTreeSet::from([wanted.tenant_id])).await?;
    let reserved = in_transaction(&tx, wanted).await.map_err(|error| from_database(&error))?;
    tx.commit().await.map_err(|error| from_pool(&error))?;
    Ok(reserved)
}

async fn in_transaction(tx: &Tx, wanted: &Wanted) -> Result<Reserved, tokio_postgres::Error> {
    let (tenant, name) = (&wanted.tenant_id.0, wanted.portfolio_id.as_str());
    let sender_id = wanted.sender_id.clone();
    let limit = portfolio::lock_portfolio().bind(&**tx, tenant, &name).opt().await?.flatten();
    let Some(limit) = limit else {
        // It was lifted since the directory was read.
        return Ok(Reserved { sender_id, granted: wanted.contacts.clone(), refused: Vec::new(), free_in_ms: 0 });
    };
    portfolio::forget_windows().bind(&**tx, tenant, &sender_id.as_str()).await?;
    let used = portfolio::forget_reached().bind(&**tx, tenant, &name, &COUNTED_MIN).one().await?;
    let room = i64::from((limit - used).max(0));
    let contacts: Vec<&str> = wanted.contacts.iter().map(Contact::as_str).collect();
    let found = portfolio::reserve_contacts()
        .bind(&**tx, &contacts, tenant, &sender_id.as_str(), &OPEN_MIN, &name, &room)
        .all()
        .await?;
    let found: HashSet<String> = found.into_iter().collect();
    let (granted, refused): (Vec<_>, Vec<_>) =
        wanted.contacts.iter().cloned().partition(|contact| found.contains(contact.as_str()));
    let some = !refused.is_empty();
    let wait_ms = portfolio::note_portfolio().bind(&**tx, &some, &COUNTED_MIN, tenant, &name).one().await?;
    if some {
        metrics::counter!("posthaste_portfolio_refused_total").increment(refused.len() as u64);
        tracing::info!(
            tenant = %wanted.tenant_id,
            portfolio = name,
            limit,
            refused = refused.len(),
            free_in_ms = wait_ms,
            "the messaging limit is used up; messages wait"
        );
    }
    Ok(Reserved { sender_id, granted, refused, free_in_ms: wait_ms.unwrap_or(0) })
}
