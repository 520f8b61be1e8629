//! Resumable uploads (Meta: graph-api/guides/upload): a session, its bytes in one piece or several, and a handle once they are all
//! there.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::answer::{self, Outcome};
use crate::call::{Call, admit, authorise};
use crate::error::GraphError;
use crate::media::FILE_MAX;
use crate::query::Query;
use crate::script::mix;
use crate::subscription::APP;
use crate::world::World;

/// Types that an example may have.
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"];

/// Sessions that are remembered.
const SESSIONS_MAX: usize = 1_000;

/// A file on its way.
#[derive(Debug)]
struct Session {
    signature: String,
    length: u64,
    bytes: u64,
}

/// The sessions, and the handles of those whose file is complete.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    open: Mutex<HashMap<String, Session>>,
    handles: Mutex<Vec<String>>,
}

impl Sessions {
    /// Whether a handle was given out.
    pub(crate) fn knows(&self, handle: &str) -> bool {
        self.handles.lock().iter().any(|known| known == handle)
    }

    /// Checks the examples of headers.
    ///
    /// # Errors
    /// 2388047 when a handle was not given out here.
    pub(crate) fn check_examples(&self, components: &[Value]) -> Result<(), GraphError> {
        let handles =
            components.iter().filter_map(|component| component["example"]["header_handle"].as_array()).flatten();
        match handles.map(|handle| handle.as_str().unwrap_or_default()).find(|handle| !self.knows(handle)) {
            None => Ok(()),
            Some(_) => Err(GraphError::template_header("header: the example is not the handle of an upload.")),
        }
    }

    /// Takes the bytes that follow on the first `offset`; how many there are now, and of how many.
    fn take(&self, (id, query): (&str, &Query), offset: u64, bytes: u64) -> Result<(u64, u64), GraphError> {
        let mut open = self.open.lock();
        let session = open.get_mut(id).filter(|own| query.get("sig") == Some(own.signature.as_str()));
        let session = session.ok_or_else(|| GraphError::no_node(id))?;
        if offset != session.bytes || offset + bytes > session.length {
            return Err(GraphError::parameter(format!(
                "file_offset: {} bytes of {} are there.",
                session.bytes, session.length
            )));
        }
        session.bytes += bytes;
        Ok((session.bytes, session.length))
    }
}

/// `POST /{app-id}/uploads?file_length=…&file_type=…`.
///
/// # Errors
/// 100 when a parameter is missing or wrong.
pub(crate) fn begin(call: &Call<'_>, app: &str) -> Outcome {
    if app != APP {
        return Err(GraphError::no_node(app));
    }
    let length = call.query.get("file_length").and_then(|length| length.parse().ok());
    let length = length.filter(|length| (1..=FILE_MAX).contains(length));
    let length = length.ok_or_else(|| GraphError::parameter("file_length is the number of bytes."))?;
    if !call.query.get("file_type").is_some_and(|of_type| TYPES.contains(&of_type)) {
        return Err(GraphError::parameter(format!("file_type must be one of {}.", TYPES.join(", "))));
    }
    let mut open = call.world.management.sessions.open.lock();
    if open.len() >= SESSIONS_MAX {
        return Err(GraphError::exhausted("The simulator remembers no more uploads; restart it."));
    }
    let number = open.len() as u64;
    // As Meta's: characters that are no letters, and a part that looks like a query.
    let id = format!("upload:{}=", STANDARD_NO_PAD.encode(format!("attachment:{number:08}")));
    let signature = format!("AR{}", URL_SAFE_NO_PAD.encode(mix(call.world.seed, number).to_be_bytes()));
    let told = json!({ "id": format!("{id}?sig={signature}") });
    open.insert(id, Session { signature, length, bytes: 0 });
    Ok(answer::ok(&told))
}

/// `GET /upload:…`: how many bytes are there.
///
/// # Errors
/// 100 when there is no such session.
pub(crate) fn describe(call: &Call<'_>, id: &str) -> Outcome {
    let open = call.world.management.sessions.open.lock();
    let session = open.get(id).filter(|own| call.query.get("sig") == Some(own.signature.as_str()));
    let session = session.ok_or_else(|| GraphError::no_node(id))?;
    Ok(answer::ok(&json!({ "id": format!("{id}?sig={}", session.signature), "file_offset": session.bytes })))
}

/// `POST /upload:…` with the header `file_offset`: the handle once all bytes are there, else how many are.
///
/// # Errors
/// 190 without a token in the form `OAuth …`, 100 when the offset is not that of the session.
pub(crate) async fn receive(world: &World, id: &str, query: &str, headers: &HeaderMap, body: Incoming) -> Outcome {
    let _place = world.uploads.acquire().await.expect("the semaphore is never closed");
    let read = Limited::new(body, FILE_MAX as usize).collect().await;
    let bytes: Bytes = read.map_err(|_| GraphError::parameter("The body is broken off or too large."))?.to_bytes();
    authorise(world, headers)?;
    admit(world)?;
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    if !text("authorization").is_some_and(|value| value.starts_with("OAuth ")) {
        return Err(GraphError::no_token());
    }
    let offset = text("file_offset").and_then(|offset| offset.parse().ok());
    let offset = offset.ok_or_else(|| GraphError::parameter("The header file_offset is required."))?;
    let sessions = &world.management.sessions;
    let (there, length) = sessions.take((id, &Query::parse(query)), offset, bytes.len() as u64)?;
    if there < length {
        return Ok(answer::ok(&json!({ "id": id, "file_offset": there })));
    }
    let handle = format!("4::{}", URL_SAFE_NO_PAD.encode(id));
    sessions.handles.lock().push(handle.clone());
    Ok(answer::ok(&json!({ "h": handle })))
}
