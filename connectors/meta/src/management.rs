//! The client of Meta's management API: numbers, templates and files. Its answers are given as Meta wrote them.
//!
//! Everything is bounded: calls at once, the time of a call and of a transfer, the bytes of an answer. An access token goes
//! to the Graph API and to Meta's file servers, and to no other host.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, stream};
use http::header::{
    ACCEPT_RANGES, AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, IF_RANGE, RANGE,
};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::client::{Access, GraphOptions, GraphOptionsError};
use crate::transport::{self, Root, chain, is_segment};

mod form;
mod sessions;

/// Largest answer that is read, in bytes: a page of a hundred templates with their components.
const ANSWER_BYTES_MAX: usize = 8 << 20;
/// Longest silence within a file that is being downloaded.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// Hosts of Meta that files are fetched from with the token (Meta: business-phone-numbers/media).
const FILE_HOSTS: [&str; 2] = ["graph.facebook.com", "lookaside.fbsbx.com"];

/// Bytes as they come; an error says why they broke off.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

type Outgoing = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// What Meta answered, whether it did what was asked or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body, as Meta wrote it: JSON, unless its servers are unwell.
    pub body: Bytes,
}

impl Answer {
    /// Whether Meta did what was asked.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Nothing was asked.
    #[error("{0}")]
    NotAsked(String),
    /// Meta may have done what was asked.
    #[error("{0}")]
    Unanswered(String),
}

/// A file on its way to Meta.
pub struct Upload {
    /// Media type, without parameters.
    pub mime_type: String,
    /// What people see as its name.
    pub filename: String,
    /// How many bytes `body` has.
    pub bytes: u64,
    /// Its bytes.
    pub body: ByteStream,
}

/// Where to go on with a file that broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resumption<'a> {
    /// How many of its bytes are there.
    pub offset: u64,
    /// What the server called the file then: the rest is that of another file if it is called otherwise now.
    pub etag: &'a str,
}

/// A file on its way from Meta.
pub struct Download {
    /// HTTP status; what follows is a file if it is 200, and the rest of one if it is 206.
    pub status: u16,
    /// Media type, where Meta's server says it.
    pub mime_type: Option<String>,
    /// How many bytes the whole file has, where Meta's server says it.
    pub bytes: Option<u64>,
    /// The place in the file at which `body` begins: 0, or what was asked for.
    pub offset: u64,
    /// What the server calls the file, if it gives the rest of it to whoever has begun.
    pub etag: Option<String>,
    /// Its bytes. Holds a connection until it is dropped.
    pub body: ByteStream,
}

/// Asks Meta about numbers, templates and files. Cheap to clone; connections are pooled.
#[derive(Clone)]
pub struct ManagementClient {
    client: Client<HttpsConnector<HttpConnector>, Outgoing>,
    root: Root,
    timeout: Duration,
    transfer_timeout: Duration,
    slots: Arc<Semaphore>,
}

impl fmt::Debug for ManagementClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagementClient").field("root", &self.root).finish_non_exhaustive()
    }
}

impl ManagementClient {
    /// Prepares a client; opens no connection yet. `options.timeout_ms` is the limit of a call, `transfer_timeout` that of an
    /// upload, `options.connections_max` of both and of downloads at once.
    pub fn new(options: &GraphOptions, transfer_timeout: Duration) -> Result<Self, GraphOptionsError> {
        let root = transport::root(options)?;
        Ok(Self {
            client: transport::pooled(options.connections_max),
            root,
            timeout: Duration::from_millis(options.timeout_ms),
            transfer_timeout,
            slots: Arc::new(Semaphore::new(options.connections_max)),
        })
    }

    /// Calls `/{version}/{segments}?{query}`, with a JSON body if there is one.
    pub async fn call(
        &self,
        access: Access<'_>,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
        body: Option<Bytes>,
    ) -> Result<Answer, CallError> {
        let mut headers = HeaderMap::new();
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let body = Full::new(body.unwrap_or_default()).map_err(|never| match never {}).boxed_unsync();
        let uri = self.uri(access, segments, query)?;
        let request = request(access, method, &uri, headers, body)?;
        self.answer(request, self.timeout).await
    }

    /// Uploads a file of a number (Meta: business-phone-numbers/media).
    pub async fn upload(&self, access: Access<'_>, sender_id: &str, upload: Upload) -> Result<Answer, CallError> {
        let (headers, body) = form::form(upload)?;
        let uri = self.uri(access, &[sender_id, "media"], &[])?;
        let request = request(access, Method::POST, &uri, headers, body)?;
        self.answer(request, self.transfer_timeout).await
    }

    /// Fetches a file from where Meta said it is, or the rest of one that broke off (RFC 9110, 13.1.5 and 14.2). Only the Graph
    /// API's own host and Meta's file servers are asked.
    pub async fn download(
        &self,
        access: Access<'_>,
        url: &str,
        resumption: Option<Resumption<'_>>,
    ) -> Result<Download, CallError> {
        if !self.may_hold_files(url) {
            return Err(CallError::NotAsked("Meta named a host for the file that is not one of its own".to_owned()));
        }
        let mut headers = HeaderMap::new();
        if let Some(Resumption { offset, etag }) = resumption {
            let text =
                |value: &str| HeaderValue::from_str(value).map_err(|error| CallError::NotAsked(error.to_string()));
            headers.insert(RANGE, text(&format!("bytes={offset}-"))?);
            headers.insert(IF_RANGE, text(etag)?);
        }
        let body = Full::new(Bytes::new()).map_err(|never| match never {}).boxed_unsync();
        let request = request(access, Method::GET, url, headers, body)?;
        let (response, slot) = self.response(request, self.timeout).await?;
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let offset = match (response.status(), resumption) {
            (StatusCode::PARTIAL_CONTENT, Some(wanted)) => continued(text(CONTENT_RANGE), text(ETAG), wanted)?,
            (StatusCode::PARTIAL_CONTENT, None) => {
                return Err(CallError::Unanswered("Meta's file server gave a part of the file unasked".to_owned()));
            }
            _ => 0,
        };
        // What is called "weak" may be other bytes.
        let etag = text(ETAG).filter(|etag| text(ACCEPT_RANGES) == Some("bytes") && etag.starts_with('"'));
        Ok(Download {
            status: response.status().as_u16(),
            mime_type: text(CONTENT_TYPE).map(str::to_owned),
            bytes: text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok()?.checked_add(offset)),
            offset,
            etag: etag.map(str::to_owned),
            body: frames(response.into_body(), slot),
        })
    }

    /// The token goes to the Graph API itself, and over TLS to Meta's file servers.
    fn may_hold_files(&self, url: &str) -> bool {
        let Ok(uri) = url.parse::<Uri>() else { return false };
        let is_graph = uri.scheme() == self.root.uri.scheme() && uri.authority() == self.root.uri.authority();
        let is_metas = uri.scheme_str() == Some("https")
            && uri.port_u16().is_none_or(|port| port == 443)
            && uri.host().is_some_and(|host| FILE_HOSTS.contains(&host));
        let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        (is_graph || is_metas) && !has_user
    }

    fn uri(&self, access: Access<'_>, segments: &[&str], query: &[(&str, &str)]) -> Result<String, CallError> {
        let mut uri = self.root.prefix(access).map_err(CallError::NotAsked)?;
        for segment in segments {
            if !is_segment(segment) {
                return Err(CallError::NotAsked(format!("{segment:?} cannot stand in a path")));
            }
            uri.push('/');
            uri.push_str(segment);
        }
        for (place, (name, value)) in query.iter().enumerate() {
            uri.push(if place == 0 { '?' } else { '&' });
            uri.push_str(name);
            uri.push('=');
            uri.extend(form_urlencoded::byte_serialize(value.as_bytes()));
        }
        Ok(uri)
    }

    async fn answer(&self, request: Request<Outgoing>, limit: Duration) -> Result<Answer, CallError> {
        let deadline = tokio::time::Instant::now() + limit;
        let (response, _slot) = self.response(request, limit).await?;
        let status = response.status().as_u16();
        let read = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect();
        match tokio::time::timeout_at(deadline, read).await {
            Ok(Ok(body)) => Ok(Answer { status, body: body.to_bytes() }),
            Ok(Err(error)) => {
                Err(CallError::Unanswered(format!("Meta's answer could not be read: {}", chain(error.as_ref()))))
            }
            Err(_) => Err(late(limit)),
        }
    }

    async fn response(
        &self,
        request: Request<Outgoing>,
        limit: Duration,
    ) -> Result<(Response<Incoming>, OwnedSemaphorePermit), CallError> {
        let deadline = tokio::time::Instant::now() + limit;
        let slot = tokio::time::timeout_at(deadline, Arc::clone(&self.slots).acquire_owned()).await;
        let slot = slot
            .map_err(|_| CallError::NotAsked("too many calls of Meta at once; none ended in time".to_owned()))?
            .expect("the semaphore is never closed");
        match tokio::time::timeout_at(deadline, self.client.request(request)).await {
            Ok(Ok(response)) => Ok((response, slot)),
            Ok(Err(error)) if error.is_connect() => {
                Err(CallError::NotAsked(format!("Meta cannot be reached: {}", chain(&error))))
            }
            Ok(Err(error)) => Err(CallError::Unanswered(format!("Meta did not answer: {}", chain(&error)))),
            Err(_) => Err(late(limit)),
        }
    }
}

/// Where the rest of a file begins, which must be where it was asked for, and of the same file.
fn continued(range: Option<&str>, etag: Option<&str>, wanted: Resumption<'_>) -> Result<u64, CallError> {
    let begin = range.and_then(|range| range.strip_prefix("bytes ")?.split_once('-')?.0.parse::<u64>().ok());
    if begin == Some(wanted.offset) && etag.is_none_or(|etag| etag == wanted.etag) {
        return Ok(wanted.offset);
    }
    Err(CallError::Unanswered("Meta's file server gave another part of the file than was asked for".to_owned()))
}

fn late(limit: Duration) -> CallError {
    CallError::Unanswered(format!("Meta did not answer within {} ms", limit.as_millis()))
}

fn request(
    access: Access<'_>,
    method: Method,
    uri: &str,
    headers: HeaderMap,
    body: Outgoing,
) -> Result<Request<Outgoing>, CallError> {
    let bearer = transport::bearer(access.token).map_err(CallError::NotAsked)?;
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .body(body)
        .map_err(|error| CallError::NotAsked(error.to_string()))?;
    *request.headers_mut() = headers;
    request.headers_mut().insert(AUTHORIZATION, bearer);
    Ok(request)
}

/// The frames of an answer; the slot is given back with the last.
fn frames(body: Incoming, slot: OwnedSemaphorePermit) -> ByteStream {
    Box::pin(stream::try_unfold((body, slot), |(mut body, slot)| async move {
        loop {
            let frame = tokio::time::timeout(SILENCE_MAX, body.frame()).await;
            let frame = frame.map_err(|_| format!("nothing more came within {} s", SILENCE_MAX.as_secs()))?;
            match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(chain(&error)),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some((bytes, (body, slot))));
                    }
                }
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCESS: Access<'_> = Access { token: "T", version: None };

    fn client(base_url: &str) -> ManagementClient {
        let options = GraphOptions {
            base_url: base_url.to_owned(),
            version: "v26.0".to_owned(),
            timeout_ms: 1_000,
            connections_max: 2,
        };
        ManagementClient::new(&options, Duration::from_secs(1)).expect("good options")
    }

    #[test]
    fn a_token_leaves_for_hosts_of_meta_and_for_the_configured_one_alone() {
        let meta = client("https://graph.facebook.com");
        for good in ["https://lookaside.fbsbx.com/whatsapp/1?x=2", "https://graph.facebook.com/v1/f"] {
            assert!(meta.may_hold_files(good), "{good}");
        }
        for bad in [
            "http://lookaside.fbsbx.com/1",
            "https://lookaside.fbsbx.com:8443/1",
            "https://lookaside.fbsbx.com.example.org/1",
            "https://lookaside.fbsbx.com@example.org/1",
            "https://example.org@lookaside.fbsbx.com/1",
            "https://example.org/lookaside.fbsbx.com",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!meta.may_hold_files(bad), "{bad}");
        }
        let simulator = client("http://127.0.0.1:9999");
        assert!(simulator.may_hold_files("http://127.0.0.1:9999/file/1"));
        assert!(!simulator.may_hold_files("http://127.0.0.1:9998/file/1"));
    }

    #[test]
    fn a_rest_is_that_of_the_file_that_was_begun() {
        let wanted = Resumption { offset: 7, etag: "\"a\"" };
        assert_eq!(continued(Some("bytes 7-9/10"), Some("\"a\""), wanted), Ok(7));
        assert_eq!(continued(Some("bytes 7-9/*"), None, wanted), Ok(7));
        for (range, etag) in [
            (Some("bytes 6-9/10"), Some("\"a\"")),
            (Some("bytes 7-9/10"), Some("\"b\"")),
            (Some("bytes */10"), None),
            (Some("lines 7-9/10"), None),
            (None, Some("\"a\"")),
        ] {
            assert!(continued(range, etag, wanted).is_err(), "{range:?} {etag:?}");
        }
    }

    #[test]
    fn paths_are_made_of_plain_segments_and_encoded_parameters() {
        let client = client("https://graph.facebook.com");
        assert_eq!(
            client.uri(ACCESS, &["1", "message_templates"], &[("name", "a b&c"), ("after", "x=")]).as_deref(),
            Ok("https://graph.facebook.com/v26.0/1/message_templates?name=a+b%26c&after=x%3D")
        );
        // Ids of groups are base64.
        assert_eq!(client.uri(ACCESS, &["Y2+w=="], &[]).as_deref(), Ok("https://graph.facebook.com/v26.0/Y2+w=="));
        let other = Access { version: Some("v24.0"), ..ACCESS };
        assert_eq!(client.uri(other, &["1"], &[]).as_deref(), Ok("https://graph.facebook.com/v24.0/1"));
        for bad in ["..", "", "1/2", "a?b", "a b"] {
            assert!(matches!(client.uri(ACCESS, &[bad], &[]), Err(CallError::NotAsked(_))), "{bad}");
        }
    }
}
