//! The tenant's dead letters: what of its messages could not be processed, and what to do about it.
//!
//! A replay is carried out by the pipeline, which holds the log: the request only says that it is wanted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use posthaste_model::Millis;
use posthaste_postgres::{LetterId, LetterState};
use posthaste_sql::queries::letters::{self, Letter, LetterRow};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::State;
use crate::page::{self, Page};
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, json};

/// Stands after the newest letter: the end of the year 9999, in milliseconds.
const NEWEST_MS: i64 = 253_402_300_799_999;

/// `GET /v1/letters`, newest first; of one state, if the caller names it.
pub(crate) async fn list(state: &State, request: Request) -> Answer {
    let page = Page::beside(&request, &["state"])?;
    let states = LetterState::ALL.map(LetterState::as_str);
    let states = match request.query.text("state") {
        None => states.to_vec(),
        Some(text) => {
            let unknown = || Problem::new(Code::QueryInvalid, format!("state must be one of {}", states.join(", ")));
            vec![*states.iter().find(|state| **state == text).ok_or_else(unknown)?]
        }
    };
    let [at_ms, id] = page.after_texts()?;
    let (at_ms, id) = match at_ms.as_str() {
        "" => (NEWEST_MS, Uuid::max()),
        text => {
            let other = || Problem::new(Code::QueryInvalid, "cursor is of another list");
            let at_ms = text.parse().ok().filter(|at_ms| (0..=NEWEST_MS).contains(at_ms)).ok_or_else(other)?;
            (at_ms, id.parse::<LetterId>().map_err(|_| other())?.0)
        }
    };
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = letters::list_letters().bind(&*tx, &at_ms, &id, &states, &page.fetch()).all().await?;
    tx.rollback().await?;
    let cursor = |row: &LetterRow| page::cursor(&[&row.at_ms.to_string(), &LetterId(row.letter_id).to_string()]);
    Ok(json(StatusCode::OK, &page.body(&rows, cursor, entry)))
}

/// `GET /v1/letters/{id}`
pub(crate) async fn get(state: &State, request: Request) -> Answer {
    request.query.only(&[])?;
    let id = letter_id(&request)?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let found = letters::get_letter().bind(&*tx, &id.0).opt().await?;
    tx.rollback().await?;
    let found = found.ok_or_else(|| Problem::not_found("letter", request.id()))?;
    Ok(json(StatusCode::OK, &whole(&found)))
}

/// `POST /v1/letters/{id}:replay`; harmless when repeated.
pub(crate) async fn replay(state: &State, request: Request) -> Answer {
    ask(state, request, LetterState::Replaying, StatusCode::ACCEPTED).await
}

/// `POST /v1/letters/{id}:discard`; harmless when repeated.
pub(crate) async fn discard(state: &State, request: Request) -> Answer {
    ask(state, request, LetterState::Discarded, StatusCode::OK).await
}

/// `POST /v1/letters:replay-parked`: everything of the tenant that an earlier version did not know; harmless when repeated.
pub(crate) async fn replay_parked(state: &State, mut request: Request) -> Answer {
    request.query.only(&[])?;
    request.bytes(state.config.body_bytes_max).await?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let asked = letters::replay_parked_letters().bind(&*tx).all().await?;
    tx.commit().await?;
    Ok(json(StatusCode::ACCEPTED, &json!({ "letters": asked.len() })))
}

async fn ask(state: &State, mut request: Request, wanted: LetterState, status: StatusCode) -> Answer {
    request.query.only(&[])?;
    request.bytes(state.config.body_bytes_max).await?;
    let id = letter_id(&request)?;
    let missing = || Problem::not_found("letter", &id.to_string());
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let current = letters::lock_letter().bind(&*tx, &id.0).opt().await?.ok_or_else(missing)?;
    LetterState::asked(&current, wanted).map_err(|detail| Problem::new(Code::LetterState, detail))?;
    if current != wanted.as_str() {
        letters::set_letter_state().bind(&*tx, &wanted.as_str(), &None::<&str>, &id.0).await?;
    }
    let found = letters::get_letter().bind(&*tx, &id.0).opt().await?.ok_or_else(missing)?;
    tx.commit().await?;
    Ok(json(status, &whole(&found)))
}

/// The letter that the path names; a malformed id is one that does not exist.
fn letter_id(request: &Request) -> Result<LetterId, Problem> {
    request.id().parse().map_err(|_| Problem::not_found("letter", request.id()))
}

fn entry(row: &LetterRow) -> Value {
    json!({
        "id": LetterId(row.letter_id).to_string(),
        "state": row.state,
        "at": Millis(row.at_ms),
        "code": row.code,
        "reason": row.reason,
        "origin": row.origin,
        "bytes": row.bytes,
        "note": row.note,
        "changed_at": Millis(row.changed_at_ms),
    })
}

/// A letter with its bytes: exact in base64, and as text where they are text.
fn whole(letter: &Letter) -> Value {
    json!({
        "id": LetterId(letter.letter_id).to_string(),
        "state": letter.state,
        "at": Millis(letter.at_ms),
        "code": letter.code,
        "reason": letter.reason,
        "origin": letter.origin,
        "bytes": letter.value.len(),
        "value": std::str::from_utf8(&letter.value).ok(),
        "value_base64": STANDARD.encode(&letter.value),
        "note": letter.note,
        "changed_at": Millis(letter.changed_at_ms),
    })
}
