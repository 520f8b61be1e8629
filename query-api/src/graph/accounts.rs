//! Numbers of an account, and what an id stands for (Meta: business-phone-numbers).

use http::StatusCode;
use posthaste_sql::queries::{api_catalog, api_media};
use serde_json::{Value, json};

use super::{media, templates};
use crate::State;
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, json};

/// From this throughput on Meta calls a number's level high.
const HIGH: i32 = 1_000;

/// `GET /graph/{version}/{waba}/phone_numbers`
pub(crate) async fn numbers(state: &State, request: Request) -> Answer {
    let account = request.captures.get(1).cloned().unwrap_or_default();
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = api_catalog::numbers_of().bind(&*tx, &account.as_str()).all().await?;
    tx.rollback().await?;
    if rows.is_empty() {
        return Err(Problem::at(Code::SenderUnknown, "", format!("there is no account {account} of yours")));
    }
    let data: Vec<Value> =
        rows.iter().map(|row| number(&row.sender_id, &row.display_number, row.limit_per_second)).collect();
    Ok(json(StatusCode::OK, &json!({ "data": data })))
}

/// `GET /graph/{version}/{id}`: a number, a file or a template, by which of them the tenant has.
pub(crate) async fn object(state: &State, request: Request) -> Answer {
    let id = request.captures.get(1).cloned().unwrap_or_default();
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let own = api_catalog::number_of().bind(&*tx, &id.as_str()).opt().await?;
    let file = api_media::media_of().bind(&*tx, &id.as_str()).opt().await?;
    let template = api_catalog::template_of().bind(&*tx, &id.as_str()).opt().await?;
    tx.rollback().await?;
    match (own, file, template) {
        (Some(row), ..) => Ok(json(StatusCode::OK, &number(&row.sender_id, &row.display_number, row.limit_per_second))),
        (None, Some(row), _) => media::describe(state, request, row).await,
        (None, None, Some(row)) => Ok(json(StatusCode::OK, &templates::shown(&row))),
        (None, None, None) => Err(Problem::at(
            Code::SenderUnknown,
            "",
            format!("there is no phone number, file or template {id} of yours"),
        )),
    }
}

fn number(id: &str, display: &str, limit_per_second: i32) -> Value {
    let level = if limit_per_second >= HIGH { "HIGH" } else { "STANDARD" };
    json!({ "id": id, "display_phone_number": display, "throughput": { "level": level } })
}
