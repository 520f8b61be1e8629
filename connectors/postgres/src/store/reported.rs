//! Statuses that were told beside the transitions, by the ids of their events: these have one length, whatever Meta's ids and words
//! have, and tell nobody's number.

use std::collections::HashSet;

use posthaste_core::sender::{Attempt, Keys, ReportKey};
use posthaste_model::Token;
use posthaste_runtime::record::event_id;
use posthaste_sql::queries::sender_reported::{insert_reports, known_reports};
use uuid::Uuid;

use super::{StoreError, from_database};
use crate::pool::Tx;

fn id(key: &ReportKey) -> Uuid {
    event_id(&key.to_string())
}

/// Those that the keys ask for and that were told. Nothing is asked where the attempts that were found say all of it: so it is
/// with messages to people that were sent from here.
pub(super) async fn load(tx: &Tx, keys: &Keys, attempts: &[Attempt]) -> Result<HashSet<ReportKey>, StoreError> {
    if keys.reported.is_empty() {
        return Ok(HashSet::new());
    }
    let found: HashSet<Token> = attempts.iter().map(Attempt::token).collect();
    let asked = keys.reported.iter().filter(|asked| asked.unless.is_none_or(|token| !found.contains(&token)));
    let asked: Vec<(&ReportKey, Uuid)> = asked.map(|asked| (&asked.key, id(&asked.key))).collect();
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let (tenants, ids): (Vec<Uuid>, Vec<Uuid>) = asked.iter().map(|(key, id)| (key.tenant_id.0, *id)).unzip();
    let rows = known_reports().bind(&**tx, &tenants, &ids).all().await.map_err(|error| from_database(&error))?;
    let known: HashSet<(Uuid, Uuid)> = rows.into_iter().map(|row| (row.tenant_id, row.event_id)).collect();
    let is_known = |(key, id): &(&ReportKey, Uuid)| known.contains(&(key.tenant_id.0, *id));
    Ok(asked.into_iter().filter(is_known).map(|(key, _)| key.clone()).collect())
}

/// Notes them. Far rarer than what is sent, so the statement is not prepared beforehand.
pub(super) async fn write(tx: &Tx, reported: &[ReportKey]) -> Result<(), StoreError> {
    if reported.is_empty() {
        return Ok(());
    }
    let tenants: Vec<Uuid> = reported.iter().map(|key| key.tenant_id.0).collect();
    let ids: Vec<Uuid> = reported.iter().map(id).collect();
    let written = insert_reports().bind(&**tx, &tenants, &ids).await;
    written.map(drop).map_err(|error| from_database(&error))
}
