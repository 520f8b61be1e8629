//! Who a contact is: all ids of a person, as Meta has told them.

use http::StatusCode;
use posthaste_model::Millis;
use posthaste_sql::queries::api_identities::{IdsOfPerson, ids_of_person};
use serde_json::{Value, json};

use crate::State;
use crate::contact;
use crate::problem::Problem;
use crate::request::{Answer, Request, json};

/// Most ids that are told at once, the newest of each kind first.
const IDS_MAX: i64 = 1_000;

/// `GET /v1/identities/{contact}`
pub(crate) async fn get(state: &State, request: Request) -> Answer {
    request.query.only(&[])?;
    let named = request.id().to_owned();
    let missing = || Problem::not_found("person known by", &named);
    let contact = contact::parse(&named).map_err(|_| missing())?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = ids_of_person().bind(&*tx, &contact.as_str(), &IDS_MAX).all().await?;
    tx.rollback().await?;
    if rows.is_empty() {
        return Err(missing());
    }
    Ok(json(StatusCode::OK, &json!({ "contact": contact, "portfolios": portfolios(&rows) })))
}

/// Rows of one portfolio stand together.
fn portfolios(rows: &[IdsOfPerson]) -> Vec<Value> {
    let of_portfolio = |rows: &[IdsOfPerson]| {
        let ids: Vec<_> = rows
            .iter()
            .map(|row| json!({ "kind": row.kind, "value": row.value, "former": row.former, "told_at": told_at(row.at_ms) }))
            .collect();
        json!({ "portfolio_id": rows[0].portfolio_id, "ids": ids })
    };
    rows.chunk_by(|a, b| a.portfolio_id == b.portfolio_id).map(of_portfolio).collect()
}

/// A number of which nothing is told but that it is another one's in another spelling has no report of its own.
fn told_at(at_ms: i64) -> Option<Millis> {
    (at_ms > 0).then_some(Millis(at_ms))
}
