//! `/_simulator/…`: what a test asks the simulator, and what it tells it to do.

mod inbound;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode, header};
use http_body_util::Full;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::courier::Poster;
use crate::number::throughput;
use crate::options::callback_uri;
use crate::template::{Quality, TemplateEvent};
use crate::world::World;

/// Messages in one page of `/_simulator/messages` when none are asked for.
const PAGE: usize = 10_000;

/// Most messages in one page: about 20 MB.
const PAGE_MAX: usize = 100_000;

/// How long a flush waits when nothing is said, and at most, in milliseconds.
const FLUSH_MS: u64 = 30_000;
/// See [`FLUSH_MS`].
const FLUSH_MAX_MS: u64 = 600_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateOrder {
    name: String,
    language: String,
    event: TemplateEvent,
    /// Without a webhook: as if it had been lost.
    #[serde(default)]
    silent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QualityOrder {
    name: String,
    language: String,
    score: Quality,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeOrder {
    field: String,
    value: serde_json::Map<String, serde_json::Value>,
    number: Option<String>,
    entry: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallbackOrder {
    url: Option<String>,
    #[serde(default)]
    verify: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusalOrder {
    code: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberOrder {
    number: String,
    /// Messages in any second from now on.
    limit: Option<u32>,
    #[serde(default)]
    fields: serde_json::Map<String, serde_json::Value>,
}

/// A refusal: its status and what to do.
struct Refusal(StatusCode, String);

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self(StatusCode::BAD_REQUEST, reason)
    }
}

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
        ("GET", "reads") => reads(world, query),
        ("GET", "faults") => Ok(answer(StatusCode::OK, &*world.faults.read())),
        ("POST", "faults") => change_faults(world, body),
        ("POST", "inbound") => inbound::order(world, body),
        ("POST", "template-status") => template_status(world, body),
        ("POST", "template-quality") => template_quality(world, body),
        ("POST", "change") => change(world, body),
        ("POST", "refuse") => refuse(world, body),
        ("POST", "number") => change_number(world, body),
        ("POST", "callback") => callback(world, poster, body).await,
        ("POST", "flush") => flush(world, query).await,
        _ => Err(Refusal(
            StatusCode::NOT_FOUND,
            format!("{method} /_simulator/{path} does not exist; see the simulator's README"),
        )),
    };
    outcome.unwrap_or_else(|Refusal(status, reason)| answer(status, &json!({ "error": reason })))
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

fn change_faults(world: &World, body: &[u8]) -> Outcome {
    let mut faults = world.faults.write();
    *faults = faults.patched(body)?;
    Ok(answer(StatusCode::OK, &*faults))
}

fn template_status(world: &World, body: &[u8]) -> Outcome {
    let TemplateOrder { name, language, event, silent } = parsed(body)?;
    if world.change_template(&name, &language, event, silent) {
        return Ok(answer(StatusCode::OK, &json!({"name": name, "language": language, "event": event})));
    }
    Err(unknown_template(&name, &language))
}

fn template_quality(world: &World, body: &[u8]) -> Outcome {
    let QualityOrder { name, language, score } = parsed(body)?;
    if world.rate_template(&name, &language, score) {
        return Ok(answer(StatusCode::OK, &json!({"name": name, "language": language, "score": score})));
    }
    Err(unknown_template(&name, &language))
}

fn unknown_template(name: &str, language: &str) -> Refusal {
    let reason = format!("template {name} in {language} does not exist; give it with --template, or create it");
    Refusal(StatusCode::NOT_FOUND, reason)
}

fn change(world: &World, body: &[u8]) -> Outcome {
    let ChangeOrder { field, value, number, entry } = parsed(body)?;
    let number = number.map(|id| known_number(world, &id)).transpose()?;
    world.tell(field.clone(), value.into(), number, entry);
    Ok(answer(StatusCode::OK, &json!({ "field": field })))
}

/// Refuses every send with a code from now on, or (`"code": null`) none.
fn refuse(world: &World, body: &[u8]) -> Outcome {
    let order: RefusalOrder = parsed(body)?;
    *world.refusing.write() = order.code;
    Ok(answer(StatusCode::OK, &json!({ "code": order.code })))
}

/// Changes what is told of a number, and its throughput.
fn change_number(world: &World, body: &[u8]) -> Outcome {
    let NumberOrder { number, limit, fields } = parsed(body)?;
    let index = usize::from(known_number(world, &number)?);
    if limit == Some(0) {
        return Err(Refusal::from("limit: give at least 1 message a second".to_owned()));
    }
    let mut told = world.number_fields[index].write();
    if let Some(unknown) = fields.keys().find(|name| !told.contains_key(*name) || *name == "id") {
        return Err(Refusal::from(format!("fields: `{unknown}` cannot be changed; see GET /{{version}}/{number}")));
    }
    told.extend(fields);
    if let Some(limit) = limit {
        world.limits[index].lock().window.set_limit(limit);
        told.insert("throughput".to_owned(), throughput(limit));
    }
    Ok(answer(StatusCode::OK, &*told))
}

fn known_number(world: &World, id: &str) -> Result<u16, Refusal> {
    let unknown = || Refusal(StatusCode::NOT_FOUND, format!("number: {id} is not simulated; give it with --number"));
    world.number(id).ok_or_else(unknown)
}

/// Sets, verifies or (`"url": null`) removes the callback.
async fn callback(world: &World, poster: &Poster, body: &[u8]) -> Outcome {
    let order: CallbackOrder = parsed(body)?;
    let uri =
        order.url.as_deref().map(callback_uri).transpose().map_err(|reason| Refusal::from(format!("url: {reason}")))?;
    if let (Some(uri), true) = (&uri, order.verify) {
        let verified = poster.verify(uri, &world.verify_token, world.seed).await;
        verified.map_err(|error| Refusal(StatusCode::BAD_GATEWAY, error.to_string()))?;
    }
    *world.callback.write() = uri;
    Ok(answer(StatusCode::OK, &json!({ "url": order.url })))
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
