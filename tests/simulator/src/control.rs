//! `/_simulator/…`: what a test asks the simulator, and what it tells it to do.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode, header};
use http_body_util::Full;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::action::{Action, Refusal};
use crate::courier::Poster;
use crate::world::World;

/// Messages in one page of `/_simulator/messages` when none are asked for.
const PAGE: usize = 10_000;

/// Most messages in one page: about 20 MB.
const PAGE_MAX: usize = 100_000;

/// How long a flush waits when nothing is said, and at most, in milliseconds.
const FLUSH_MS: u64 = 30_000;
/// See [`FLUSH_MS`].
const FLUSH_MAX_MS: u64 = 600_000;

type Outcome = Result<Response<Full<Bytes>>, Refusal>;

/// Answers a control request; `path` is what follows `/_simulator/`.
pub(crate) async fn handle(
    world: &Arc<World>,
    poster: &Poster,
    method: &Method,
    path: &str,
    query: &str,
    body: &[u8],
) -> Response<Full<Bytes>> {
    let outcome = match (method.as_str(), path) {
        ("GET", "health") => Ok(answer(StatusCode::OK, &json!({"status": "ok"}))),
        ("GET", "ledger") => Ok(answer(StatusCode::OK, &world.ledger())),
        ("GET", "messages") => messages(world, query),
        ("GET", "page-messages") => page(query, |after, limit| world.pages.records(after, limit, world.seed)),
        ("GET", "reads") => reads(world, query),
        ("GET", "faults") => Ok(answer(StatusCode::OK, &*world.faults.read())),
        ("POST", "flush") => flush(world, query).await,
        ("POST", name) => perform(world, poster, name, body).await,
        _ => Err(unknown(method, path)),
    };
    outcome.unwrap_or_else(|Refusal(status, reason)| answer(status, &json!({ "error": reason })))
}

fn unknown(method: &Method, path: &str) -> Refusal {
    let reason = format!("{method} /_simulator/{path} does not exist; see the simulator's README");
    Refusal(StatusCode::NOT_FOUND, reason)
}

/// Carries out the action of this name.
async fn perform(world: &World, poster: &Poster, name: &str, body: &[u8]) -> Outcome {
    let action = action(name, body)?.ok_or_else(|| unknown(&Method::POST, name))?;
    action.perform(world, poster).await.map(|told| answer(StatusCode::OK, &told))
}

/// The action of a name; `None` when there is none.
fn action(name: &str, body: &[u8]) -> Result<Option<Action>, Refusal> {
    Ok(Some(match name {
        "account" => Action::Account(parsed(body)?),
        "callback" => Action::Callback(parsed(body)?),
        "change" => Action::Change(parsed(body)?),
        "faults" => Action::Faults(parsed(body)?),
        "group-join" => Action::GroupJoin(parsed(body)?),
        "inbound" => Action::Inbound(parsed(body)?),
        "latency" => Action::Latency(parsed(body)?),
        "messaging-limit" => Action::MessagingLimit(parsed(body)?),
        "number" => Action::Number(parsed(body)?),
        "opt-out" => Action::OptOut(parsed(body)?),
        "page-inbound" => Action::PageInbound(parsed(body)?),
        "page-person" => Action::PagePerson(parsed(body)?),
        "refuse" => Action::Refuse(parsed(body)?),
        "template-quality" => Action::TemplateQuality(parsed(body)?),
        "template-status" => Action::TemplateStatus(parsed(body)?),
        "webhooks" => Action::Webhooks(parsed(body)?),
        _ => return Ok(None),
    }))
}

fn answer(status: StatusCode, value: &impl Serialize) -> Response<Full<Bytes>> {
    let body = serde_json::to_vec(value).expect("the simulator's own types always serialise");
    typed(status, "application/json", body)
}

fn typed(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, content_type);
    response.body(Full::new(body.into())).expect("the headers are valid")
}

fn parsed<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::from(format!("the body does not fit: {error}")))
}

/// A number from the query, or `default`.
fn number(query: &str, name: &str, default: u64) -> Result<u64, Refusal> {
    let values = query.split('&').filter_map(|pair| pair.split_once('='));
    match values.filter(|(key, _)| *key == name).map(|(_, value)| value).next() {
        None => Ok(default),
        Some(value) => value.parse().map_err(|_| Refusal::from(format!("{name}={value}: give a whole number"))),
    }
}

fn messages(world: &World, query: &str) -> Outcome {
    page(query, |after, limit| world.messages(after, limit))
}

fn reads(world: &World, query: &str) -> Outcome {
    page(query, |after, limit| world.book.lock().reads(after, limit))
}

/// NDJSON, in order of arrival.
fn page<T: Serialize>(query: &str, records: impl FnOnce(u64, usize) -> Vec<T>) -> Outcome {
    let after = number(query, "after", 0)?;
    let limit = number(query, "limit", PAGE as u64)?.min(PAGE_MAX as u64) as usize;
    let mut lines = Vec::new();
    for record in records(after, limit) {
        serde_json::to_writer(&mut lines, &record).expect("the simulator's own types always serialise");
        lines.push(b'\n');
    }
    Ok(typed(StatusCode::OK, "application/x-ndjson", lines))
}

/// Answers when no update is pending any more, or with 504 when that takes too long.
async fn flush(world: &World, query: &str) -> Outcome {
    let wait = Duration::from_millis(number(query, "timeout-ms", FLUSH_MS)?.min(FLUSH_MAX_MS));
    match tokio::time::timeout(wait, world.schedule.emptied()).await {
        Ok(()) => Ok(answer(StatusCode::OK, &json!({ "pending": 0 }))),
        Err(_) => Ok(answer(StatusCode::GATEWAY_TIMEOUT, &json!({ "pending": world.schedule.pending() }))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_query_are_read_by_name() {
        assert!(matches!(number("after=3&limit=9", "limit", 1), Ok(9)));
        assert!(matches!(number("", "limit", 1), Ok(1)));
        assert!(
            matches!(number("limit=x", "limit", 1), Err(Refusal(StatusCode::BAD_REQUEST, reason)) if reason.contains("limit=x"))
        );
    }
}
