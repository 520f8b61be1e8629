//! Numbers and templates as Meta lists them (Meta: business-phone-numbers; templates).

use http::StatusCode;
use posthaste_sql::queries::api_catalog;
use serde_json::{Value, json};

use crate::State;
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, json};

/// Templates in one page when none are asked for, and at most.
const PAGE: i64 = 25;
const PAGE_MAX: i64 = 1_000;
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

/// `GET /graph/{version}/{phone-number-id}`
pub(crate) async fn one_number(state: &State, request: Request) -> Answer {
    let id = request.captures.get(1).cloned().unwrap_or_default();
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let row = api_catalog::number_of().bind(&*tx, &id.as_str()).opt().await?;
    tx.rollback().await?;
    let row =
        row.ok_or_else(|| Problem::at(Code::SenderUnknown, "", format!("there is no phone number {id} of yours")))?;
    Ok(json(StatusCode::OK, &number(&row.sender_id, &row.display_number, row.limit_per_second)))
}

fn number(id: &str, display: &str, limit_per_second: i32) -> Value {
    let level = if limit_per_second >= HIGH { "HIGH" } else { "STANDARD" };
    json!({ "id": id, "display_phone_number": display, "throughput": { "level": level } })
}

/// `GET /graph/{version}/{waba}/message_templates`, with `name`, `language`, `status`, `category`, `limit` and `after`.
pub(crate) async fn templates(state: &State, request: Request) -> Answer {
    let account = request.captures.get(1).cloned().unwrap_or_default();
    let query = &request.query;
    let limit = query.number("limit", 1..=PAGE_MAX)?.unwrap_or(PAGE);
    let (name, language) = (query.text("name"), query.text("language"));
    let status = query.text("status").map(str::to_lowercase);
    let category = query.text("category").map(str::to_uppercase);
    let after = query.text("after").unwrap_or_default();
    let (after_name, after_language) = after.split_once('.').unwrap_or((after, ""));
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = api_catalog::templates_of()
        .bind(
            &*tx,
            &account.as_str(),
            &after_name,
            &after_language,
            &name,
            &language,
            &status.as_deref(),
            &category.as_deref(),
            &limit,
        )
        .all()
        .await?;
    tx.rollback().await?;
    let data: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "id": format!("{account}.{}.{}", row.name, row.language),
                "name": row.name,
                "language": row.language,
                "status": row.status.to_uppercase(),
                "category": row.category,
                "quality_score": { "score": row.quality.as_deref().unwrap_or("UNKNOWN") },
                "components": [{ "type": "BODY", "text": row.body }],
            })
        })
        .collect();
    let mut answer = json!({ "data": data });
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        let cursor = |name: &str, language: &str| format!("{name}.{language}");
        answer["paging"]["cursors"] =
            json!({ "before": cursor(&first.name, &first.language), "after": cursor(&last.name, &last.language) });
    }
    Ok(json(StatusCode::OK, &answer))
}
