//! Resumable uploads (Meta: graph-api/guides/upload): `POST /{app-id}/uploads`, `POST` and `GET /upload:…`. The bytes go through to
//! Meta as they come; nothing of them is kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream;
use http::{HeaderMap, header};
use parking_lot::Mutex;
use posthaste_management::{ByteStream, DeskError, NewSession, file_bytes_max};
use uuid::Uuid;

use super::templates::{capture, not_answered, passed_on, unknown};
use crate::State;
use crate::problem::{Code, Problem};
use crate::request::{Answer, BODY_IDLE, BodyStream, Request, next_frame};
use crate::routes::UPLOAD_DEADLINE;

/// Types that an example may have (Meta: graph-api/reference/application/uploads).
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"];
/// Longest name of a file, in characters.
const FILENAME_CHARS_MAX: usize = 240;
/// Longest id of an app.
const APP_MAX: usize = 32;
/// The header that says where in the file the bytes of a request belong.
const OFFSET: &str = "file_offset";

fn wrong(detail: impl Into<String>) -> Problem {
    Problem::new(Code::QueryInvalid, detail)
}

/// `POST /graph/{version}/{app-id}/uploads`
pub(crate) async fn begin(state: &State, request: Request) -> Answer {
    let app = capture(&request);
    if app.len() > APP_MAX || !app.bytes().all(|b| b.is_ascii_digit()) {
        return Err(unknown("app", &app));
    }
    let file = described(&request)?;
    state.management_calls.count(request.caller.tenant_id, Instant::now())?;
    let begun = state.desk.begin_session(request.caller.tenant_id, &app, file).await;
    begun.map(passed_on).map_err(|error| match error {
        DeskError::Unknown => wrong("you have no phone number: an upload needs the access token of one"),
        error => not_answered(error, "app", &app),
    })
}

fn described(request: &Request) -> Result<NewSession, Problem> {
    let file_type = request.query.decoded("file_type")?.unwrap_or_default();
    if !TYPES.contains(&file_type.as_str()) {
        return Err(wrong(format!("file_type: write {}", TYPES.join(" or "))));
    }
    let most = i64::try_from(file_bytes_max(&file_type)).unwrap_or(i64::MAX);
    let file_length =
        request.query.number("file_length", 1..=most)?.ok_or_else(|| wrong("file_length: write the bytes"))?;
    let file_name = request.query.decoded("file_name")?;
    let is_plain = |name: &String| name.chars().count() <= FILENAME_CHARS_MAX && !name.chars().any(char::is_control);
    if !file_name.as_ref().is_none_or(is_plain) {
        return Err(wrong(format!("file_name: write at most {FILENAME_CHARS_MAX} plain characters")));
    }
    Ok(NewSession { file_length: file_length.unsigned_abs(), file_type, file_name })
}

/// The session in the path.
fn session(request: &Request) -> Result<(Uuid, String), Problem> {
    let shown = format!("upload:{}", capture(request));
    let id = Uuid::try_parse(&capture(request)).map_err(|_| unknown("upload", &shown))?;
    Ok((id, shown))
}

/// `GET /graph/{version}/upload:{id}`
pub(crate) async fn describe(state: &State, request: Request) -> Answer {
    let (id, shown) = session(&request)?;
    state.management_calls.count(request.caller.tenant_id, Instant::now())?;
    let told = state.desk.session_state(request.caller.tenant_id, id).await;
    told.map(passed_on).map_err(|error| not_answered(error, "upload", &shown))
}

/// `POST /graph/{version}/upload:{id}`: the bytes from `file_offset` on, all that are left or some of them.
pub(crate) async fn receive(state: &State, request: Request) -> Answer {
    let (id, shown) = session(&request)?;
    let tenant = request.caller.tenant_id;
    let _places = state.media_places(tenant)?;
    let offset = number(&request.headers, OFFSET)?;
    let bytes = number(&request.headers, header::CONTENT_LENGTH.as_str())?;
    state.management_calls.count(tenant, Instant::now())?;
    let fault = Arc::default();
    let body = pieces(request.body, BODY_IDLE, Arc::clone(&fault));
    let taken = state.desk.continue_session(tenant, id, offset, (bytes, body), UPLOAD_DEADLINE).await;
    taken.map(passed_on).map_err(|error| match error {
        // Meta did not answer because the bytes did not come.
        DeskError::Call(error) => fault.lock().take().unwrap_or_else(|| not_answered(error.into(), "upload", &shown)),
        DeskError::BeyondEnd { left } => {
            let detail = format!("{bytes} bytes from {OFFSET} {offset} on: the file has {left} more");
            Problem::new(Code::BodyInvalid, detail)
        }
        error => not_answered(error, "upload", &shown),
    })
}

fn number(headers: &HeaderMap, name: &str) -> Result<u64, Problem> {
    let number = headers.get(name).and_then(|value| value.to_str().ok()?.parse().ok());
    number.ok_or_else(|| Problem::new(Code::BodyInvalid, format!("send the header {name} with a whole number")))
}

/// The bytes as they come. Why they broke off, if it is the caller's fault, stands in `fault` before the stream says so.
fn pieces(body: BodyStream, idle: Duration, fault: Arc<Mutex<Option<Problem>>>) -> ByteStream {
    Box::pin(stream::unfold((body, fault), move |(mut body, fault)| async move {
        let piece = next_frame(&mut body, idle).await.map_err(|problem| {
            let detail = problem.detail.clone();
            *fault.lock() = Some(problem);
            detail
        });
        piece.transpose().map(|piece| (piece, (body, fault)))
    }))
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    #[tokio::test]
    async fn a_caller_that_falls_silent_is_named_as_the_cause() {
        let fault = Arc::default();
        let begun = stream::iter([Ok("some".into())]);
        let body: BodyStream = Box::pin(begun.chain(stream::pending()));
        let mut pieces = pieces(body, Duration::from_millis(10), Arc::clone(&fault));
        assert_eq!(pieces.next().await, Some(Ok("some".into())));
        assert!(fault.lock().is_none());
        assert!(pieces.next().await.is_some_and(|piece| piece.is_err()));
        assert_eq!(fault.lock().take().map(|problem| problem.code), Some(Code::RequestTimeout));
    }
}
