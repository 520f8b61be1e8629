//! Templates of an account (Meta: whatsapp-business-account/message_templates). What Meta answers to a creation, an edit or a
//! deletion is given as Meta wrote it; the list is ours, kept by webhooks and compared with Meta's every night.

use std::time::Instant;

use http::{HeaderValue, StatusCode, header};
use posthaste_management::{Answer as MetaAnswer, DeskError};
use posthaste_model::TenantId;
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_catalog::{self, TemplateRow};
use posthaste_sql::queries::api_media;
use serde_json::{Value, json};
use warp::reply::Response;

use super::{accounts, media, numbers, rules};
use crate::State;
use crate::problem::{Code, Problem};
use crate::request::{Answer, Query, Request, json, parse_json};

/// Templates in one page when none are asked for, and at most.
const PAGE: i64 = 25;
const PAGE_MAX: i64 = 1_000;
/// How long a caller waits whose other calls take all the turns, in seconds.
const BUSY_RETRY_S: u64 = 5;
/// The same of one who has begun too many uploads: some of them are older than an hour less than a week.
const SESSIONS_RETRY_S: u64 = 3_600;

/// An answer of Meta's, as Meta wrote it.
pub(crate) fn passed_on(answer: MetaAnswer) -> Response {
    let mut response = Response::new(answer.body.into());
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Why Meta's answer is missing, in the words of this API.
pub(crate) fn not_answered(error: DeskError, what: &str, id: &str) -> Problem {
    match error {
        DeskError::Unknown => unknown(what, id),
        DeskError::Busy(_) => Problem::new(Code::TooManyCalls, error.to_string()).retry_after(BUSY_RETRY_S),
        DeskError::Registrations { free_in_s } => {
            Problem::new(Code::RegistrationLimit, error.to_string()).retry_after(free_in_s)
        }
        DeskError::Sessions(_) => Problem::new(Code::TooManyUploads, error.to_string()).retry_after(SESSIONS_RETRY_S),
        DeskError::BeyondEnd { .. } => Problem::new(Code::BodyInvalid, error.to_string()),
        DeskError::Call(error) => Problem::new(Code::MetaUnavailable, error.to_string()),
        DeskError::Pool(error) => error.into(),
        DeskError::Database(error) => error.into(),
        DeskError::File(_) | DeskError::Ended => Problem::internal(error),
    }
}

/// Another tenant's id looks exactly like one that does not exist.
pub(crate) fn unknown(what: &str, id: &str) -> Problem {
    Problem::new(Code::NotFound, format!("there is no {what} {id} of yours"))
}

/// The id in the path.
pub(crate) fn capture(request: &Request) -> String {
    request.captures.get(1).cloned().unwrap_or_default()
}

/// `GET /graph/{version}/{waba}/message_templates`, with `name`, `language`, `status`, `category`, `fields`, `limit`, `after` and
/// `before`.
pub(crate) async fn list(state: &State, request: Request) -> Answer {
    let account = capture(&request);
    let query = &request.query;
    let fields = numbers::parameters(&request, &["fields"])?;
    let limit = query.number("limit", 1..=PAGE_MAX)?.unwrap_or(PAGE);
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let (rows, is_last) = page(&tx, query, &account, limit).await?;
    let is_known = api_media::account_known().bind(&*tx, &account.as_str()).opt().await?.is_some();
    tx.rollback().await?;
    if !is_known {
        return Err(unknown("account", &account));
    }
    let data: Vec<Value> = rows.iter().map(|row| accounts::picked(shown(row), &fields)).collect();
    let mut answer = json!({ "data": data });
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        let cursor = |row: &TemplateRow| format!("{}.{}", row.name, row.language);
        answer["paging"]["cursors"] = json!({ "before": cursor(first), "after": cursor(last) });
        if !is_last {
            answer["paging"]["next"] = json!(next(state, &request, &account, &cursor(last)));
        }
    }
    Ok(json(StatusCode::OK, &answer))
}

/// Templates after or before a cursor, in the order of their names, and whether none follow them.
async fn page(tx: &Tx, query: &Query, account: &str, limit: i64) -> Result<(Vec<TemplateRow>, bool), Problem> {
    let (name, language) = (query.text("name"), query.text("language"));
    let status = query.text("status").map(str::to_lowercase);
    let category = query.text("category").map(str::to_uppercase);
    let (status, category) = (status.as_deref(), category.as_deref());
    let cursor = |text: &str| {
        let (name, language) = text.split_once('.').unwrap_or((text, ""));
        (name.to_owned(), language.to_owned())
    };
    if let (Some(before), None) = (query.text("before").filter(|text| !text.is_empty()), query.text("after")) {
        let (before_name, before_language) = cursor(before);
        let rows = api_catalog::templates_before()
            .bind(&**tx, &account, &before_name, &before_language, &name, &language, &status, &category, &limit)
            .all()
            .await?;
        // What the cursor names follows.
        return Ok((rows, false));
    }
    let (after_name, after_language) = cursor(query.text("after").unwrap_or_default());
    // One more shows whether there are more.
    let mut rows = api_catalog::templates_of()
        .bind(&**tx, &account, &after_name, &after_language, &name, &language, &status, &category, &(limit + 1))
        .all()
        .await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_last = rows.len() <= size;
    rows.truncate(size);
    Ok((rows, is_last))
}

/// Where the next page is: what was asked for, from another cursor on. The key stands in the header alone.
fn next(state: &State, request: &Request, account: &str, after: &str) -> String {
    let version = request.captures.first().map_or("v1", String::as_str);
    let kept = ["name", "language", "status", "category", "fields", "limit"];
    let same: String =
        kept.iter().filter_map(|name| request.query.text(name).map(|value| format!("{name}={value}&"))).collect();
    format!("{}/graph/{version}/{account}/message_templates?{same}after={after}", media::base(state, request))
}

/// A template as Meta shows it.
pub(crate) fn shown(row: &TemplateRow) -> Value {
    // One that an operator registered, until it is compared with Meta's list.
    let id = row.template_id.clone().unwrap_or_else(|| format!("{}.{}.{}", row.waba_id, row.name, row.language));
    let mut shown = json!({
        "id": id,
        "name": row.name,
        "language": row.language,
        "status": row.status.to_uppercase(),
        "category": row.category,
        "quality_score": { "score": row.quality.as_deref().unwrap_or("UNKNOWN") },
        "parameter_format": row.parameter_format,
        "components": components(&row.components, &row.body),
    });
    if let Some(seconds) = row.ttl_seconds {
        shown["message_send_ttl_seconds"] = json!(seconds);
    }
    if row.status == "rejected" {
        shown["rejected_reason"] = json!(row.status_reason.as_deref().unwrap_or("NONE"));
    }
    shown
}

/// The components that are kept of a template; its body alone while Meta has not told them.
pub(crate) fn components(kept: &str, body: &str) -> Value {
    match serde_json::from_str(kept) {
        Ok(Value::Array(list)) if !list.is_empty() => Value::Array(list),
        _ => json!([{ "type": "BODY", "text": body }]),
    }
}

/// `POST /graph/{version}/{waba}/message_templates`
pub(crate) async fn create(state: &State, mut request: Request) -> Answer {
    let account = capture(&request);
    let body = parse_json(&request.bytes(state.config.body_bytes_max).await?)?;
    rules::creation(&body)?;
    let body = rules::known(body, &rules::OF_CREATION);
    state.management_calls.count(request.caller.tenant_id, Instant::now())?;
    let created = state.desk.create_template(request.caller.tenant_id, &account, body).await;
    created.map(passed_on).map_err(|error| not_answered(error, "account", &account))
}

/// `POST /graph/{version}/{template-id}`
pub(crate) async fn edit(state: &State, mut request: Request) -> Answer {
    let id = capture(&request);
    let body = parse_json(&request.bytes(state.config.body_bytes_max).await?)?;
    let template = find(state, request.caller.tenant_id, &id).await?.ok_or_else(|| unknown("template", &id))?;
    rules::edit(&body)?;
    let body = rules::known(body, &rules::OF_EDIT);
    state.management_calls.count(request.caller.tenant_id, Instant::now())?;
    let edited = state.desk.edit_template(request.caller.tenant_id, (&template.waba_id, &id), body).await;
    edited.map(passed_on).map_err(|error| not_answered(error, "template", &id))
}

/// `DELETE /graph/{version}/{waba}/message_templates`, with `name` and, for one language of it, `hsm_id`.
pub(crate) async fn delete(state: &State, request: Request) -> Answer {
    let account = capture(&request);
    let name = request.query.text("name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Problem::new(Code::QueryInvalid, "name: write the name of the template"))?;
    let id = request.query.text("hsm_id");
    if let Some(id) = id {
        let found =
            find(state, request.caller.tenant_id, id).await?.filter(|own| own.waba_id == account && own.name == name);
        found.ok_or_else(|| unknown("template", id))?;
    }
    state.management_calls.count(request.caller.tenant_id, Instant::now())?;
    let deleted = state.desk.delete_template(request.caller.tenant_id, (&account, name, id)).await;
    deleted.map(passed_on).map_err(|error| not_answered(error, "account", &account))
}

async fn find(state: &State, tenant: TenantId, id: &str) -> Result<Option<TemplateRow>, Problem> {
    let tx = state.pool.tenant_tx(tenant).await?;
    let row = api_catalog::template_of().bind(&*tx, &id).opt().await?;
    tx.rollback().await?;
    Ok(row)
}
