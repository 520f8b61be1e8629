//! The Graph client: one POST, one honest answer about what became of it.
//!
//! Meta has no idempotency key, so everything after the first byte may have left is [`SendOutcome::Unknown`], unless Meta
//! itself says in its own error form that it refused. HTTP/1.1 over a pool: one HTTP/2 connection with its 100 streams
//! passes fewer messages than a hundred plain ones.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use posthaste_core::outcome::SendOutcome;
use posthaste_core::pacing::AppUsage;
use posthaste_core::verdict::Verdict;
use posthaste_model::lenient::{Elements, Object, Text};
use posthaste_model::phone::from_wa_id;
use posthaste_model::{Contact, Wamid};
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::departure::{Departing, Departure};
use crate::transport::{self, Root, chain, is_segment};
use crate::{errors, usage};

/// Largest answer that is read, in bytes. Meta's are under 2 KiB.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// Longest reason that is kept, in characters: it goes into events and rows.
const REASON_CHARS_MAX: usize = 500;
/// Longest wait that a `Retry-After` is believed, in seconds.
const RETRY_AFTER_MAX: i64 = 24 * 60 * 60;

/// Where and how to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphOptions {
    /// Scheme and authority, without path: `https://graph.facebook.com`, or a simulator over plain `http`.
    pub base_url: String,
    /// Version segment of the path, `v26.0`, for tenants that have none of their own.
    pub version: String,
    /// Longest time from asking for a connection to the end of the answer, in milliseconds.
    pub timeout_ms: u64,
    /// Requests, and so connections, at once. Further calls wait for their turn within their own time-out.
    pub connections_max: usize,
}

/// What Meta is called with for a tenant.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    /// The access token.
    pub token: &'a str,
    /// The version of the Graph API, where the tenant has one of its own (Meta: graph-api/guides/versioning).
    pub version: Option<&'a str>,
}

impl fmt::Debug for Access<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Why a client cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphOptionsError {
    /// The base is not a scheme and an authority.
    #[error("graph.base_url {0:?} must be http:// or https:// with a host, such as https://graph.facebook.com")]
    BaseUrl(String),
    /// The version is not one path segment.
    #[error("graph.version {0:?} must be one path segment, such as v26.0")]
    Version(String),
}

/// Sends messages. Cheap to share behind an `Arc`; connections are pooled.
pub struct GraphClient {
    client: Client<HttpsConnector<HttpConnector>, Departing>,
    root: Root,
    timeout: Duration,
    slots: Semaphore,
}

impl fmt::Debug for GraphClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphClient").field("root", &self.root).finish_non_exhaustive()
    }
}

impl GraphClient {
    /// Prepares a client; opens no connection yet. Needs a Tokio runtime when it is used, not when it is made.
    pub fn new(options: &GraphOptions) -> Result<Self, GraphOptionsError> {
        let root = transport::root(options)?;
        Ok(Self {
            client: transport::pooled(options.connections_max),
            root,
            timeout: Duration::from_millis(options.timeout_ms),
            slots: Semaphore::new(options.connections_max),
        })
    }

    /// POSTs a body that [`crate::message::render`] made to `/{version}/{node}/{edge}`: the node is the number, or `me`, which
    /// is the page of the token, and the edge what [`crate::message::edge`] says. `departure` is called right
    /// before the body leaves; whatever ends the call before that is [`SendOutcome::NotSent`].
    ///
    /// Gives also what the answer told of the app's usage. Dropping the future leaves the outcome unknown. `receipt` is the
    /// message that a receipt marks as read, or the name of an action: Meta gives neither an id, and success says all.
    pub async fn send(
        &self,
        (node, edge): (&str, &str),
        access: Access<'_>,
        (body, receipt): (Bytes, Option<&Wamid>),
        departure: Departure,
    ) -> (SendOutcome, Option<AppUsage>) {
        let (body, ticket) = Departing::new(body, departure);
        let request = match self.request((node, edge), access, body) {
            Ok(request) => request,
            Err(reason) => return (SendOutcome::NotSent { reason, unreachable: false }, None),
        };
        let deadline = tokio::time::Instant::now() + self.timeout;
        let slot = match tokio::time::timeout_at(deadline, self.slots.acquire()).await {
            Ok(slot) => slot.expect("the semaphore is never closed"),
            Err(_) => {
                let reason = "no connection became free in time".to_owned();
                return (SendOutcome::NotSent { reason, unreachable: false }, None);
            }
        };
        let outcome = tokio::time::timeout_at(deadline, self.exchange(request, receipt)).await;
        drop(slot);
        let (outcome, usage) = outcome.unwrap_or_else(|_| {
            let reason = format!("no answer within {} ms", self.timeout.as_millis());
            (SendOutcome::Unknown { reason, http_status: None }, None)
        });
        let outcome = match outcome {
            SendOutcome::Unknown { reason, http_status: None } if ticket.withhold() => {
                SendOutcome::NotSent { reason, unreachable: !ticket.was_refused() }
            }
            other => other,
        };
        (outcome, usage)
    }

    fn request(
        &self,
        (node, edge): (&str, &str),
        access: Access<'_>,
        body: Departing,
    ) -> Result<Request<Departing>, String> {
        if !is_segment(node) || !is_segment(edge) {
            return Err("the sender's id is not a path segment".to_owned());
        }
        Request::builder()
            .method(Method::POST)
            .uri(format!("{}/{node}/{edge}", self.root.prefix(access)?))
            .header(AUTHORIZATION, transport::bearer(access.token)?)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body)
            .map_err(|error| error.to_string())
    }

    async fn exchange(&self, request: Request<Departing>, receipt: Option<&Wamid>) -> (SendOutcome, Option<AppUsage>) {
        let response = match self.client.request(request).await {
            Ok(response) => response,
            Err(error) => return (failed(&error), None),
        };
        let (head, body) = response.into_parts();
        let outcome = match read(body).await {
            Ok(body) => answered(head.status, &head.headers, &body, receipt),
            Err(reason) => SendOutcome::Unknown { reason, http_status: Some(head.status.as_u16()) },
        };
        (outcome, usage::of_answer(&head.headers))
    }
}

async fn read(body: Incoming) -> Result<Bytes, String> {
    match Limited::new(body, ANSWER_BYTES_MAX).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) => Err(format!("the answer could not be read: {}", chain(error.as_ref()))),
    }
}

/// No answer. Only an error of connecting (name, TCP, TLS) proves that no byte of the request left; hyper's other errors,
/// "canceled" among them, may come after the first.
fn failed(error: &Error) -> SendOutcome {
    let reason = shorten(&chain(error));
    if error.is_connect() {
        SendOutcome::NotSent { reason, unreachable: true }
    } else {
        SendOutcome::Unknown { reason, http_status: None }
    }
}

/// What was accepted: on WhatsApp a list with one message, on Messenger and Instagram its id alone.
#[derive(Deserialize)]
struct Accepted<'a> {
    /// Read leniently: whatever stands here, the message was taken.
    #[serde(borrow, default)]
    contacts: Elements<Object<AcceptedContact<'a>>>,
    #[serde(default)]
    messages: Vec<AcceptedMessage>,
    #[serde(default)]
    message_id: Option<String>,
}

impl Accepted<'_> {
    /// The number, where Meta writes it otherwise than the request did.
    fn number(&self) -> Option<Contact> {
        let Elements::List(contacts) = &self.contacts else { return None };
        let contact = contacts.first()?.0.as_ref()?;
        let number = from_wa_id(contact.wa_id.get()?);
        let written = contact.input.get().map(|input| input.trim_start_matches('+'));
        (written != Some(number.as_str().trim_start_matches('+'))).then_some(number)
    }

    fn message(self) -> Option<AcceptedMessage> {
        let alone = self.message_id.map(|id| AcceptedMessage { id, message_status: None });
        self.messages.into_iter().next().or(alone)
    }
}

/// Whom it goes to.
#[derive(Deserialize)]
struct AcceptedContact<'a> {
    /// As the request wrote it.
    #[serde(borrow, default)]
    input: Text<'a>,
    #[serde(borrow, default)]
    wa_id: Text<'a>,
}

#[derive(Deserialize)]
struct AcceptedMessage {
    id: String,
    #[serde(default)]
    message_status: Option<String>,
}

/// The answer to a receipt, and on Messenger and Instagram that to an action.
#[derive(Deserialize)]
struct Marked {
    #[serde(default)]
    success: bool,
    #[serde(default)]
    recipient_id: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    error: GraphError,
}

#[derive(Deserialize)]
struct GraphError {
    code: i64,
    /// Read where the code alone says too little, on Messenger and Instagram.
    #[serde(default)]
    error_subcode: Option<i64>,
    #[serde(default)]
    message: Option<String>,
    /// An object with `details`; sometimes a plain string.
    #[serde(default)]
    error_data: Option<serde_json::Value>,
}

impl GraphError {
    fn reason(&self) -> String {
        let details = self.error_data.as_ref().and_then(|data| data.as_str().or_else(|| data.get("details")?.as_str()));
        let words = details.filter(|text| !text.is_empty()).or(self.message.as_deref());
        words.map_or_else(|| format!("error {}", self.code), shorten)
    }
}

/// Reads a complete answer (Meta: messages/send-messages; error form: graph-api/guides/error-handling).
fn answered(status: StatusCode, headers: &HeaderMap, body: &[u8], receipt: Option<&Wamid>) -> SendOutcome {
    let http_status = status.as_u16();
    if status.is_success() {
        return match receipt {
            Some(message) => marked(http_status, body, message),
            None => accepted(http_status, body),
        };
    }
    // Graph answers HTML when it is unwell, and then nothing is known.
    let error = serde_json::from_slice::<Refused>(body).ok().map(|refused| refused.error);
    let code = error.as_ref().map(|error| error.code);
    let subcode = error.as_ref().and_then(|error| error.error_subcode);
    let words =
        error.as_ref().map_or_else(|| format!("HTTP {http_status} without an error of Meta's"), GraphError::reason);
    match errors::verdict(http_status, code, subcode) {
        Verdict::Unknown => {
            let reason = code.map_or_else(|| words.clone(), |code| format!("code {code}: {words}"));
            SendOutcome::Unknown { reason, http_status: Some(http_status) }
        }
        verdict => SendOutcome::Refused {
            verdict,
            http_status,
            code,
            reason: words,
            retry_after_ms: retry_after_ms(headers),
            wait_ms: code.and_then(|code| errors::known(code, subcode)).and_then(|row| row.wait_ms),
        },
    }
}

fn marked(http_status: u16, body: &[u8], message: &Wamid) -> SendOutcome {
    match serde_json::from_slice::<Marked>(body) {
        Ok(Marked { success, recipient_id }) if success || recipient_id.is_some() => {
            SendOutcome::Accepted { wamid: message.clone(), held: false, number: None }
        }
        _ => SendOutcome::Unknown {
            reason: format!("HTTP {http_status} without success"),
            http_status: Some(http_status),
        },
    }
}

fn accepted(http_status: u16, body: &[u8]) -> SendOutcome {
    let answer = serde_json::from_slice::<Accepted<'_>>(body).ok();
    let number = answer.as_ref().and_then(Accepted::number);
    match answer.and_then(Accepted::message) {
        Some(AcceptedMessage { id, message_status }) if !id.is_empty() => SendOutcome::Accepted {
            wamid: Wamid::new(id),
            held: matches!(message_status.as_deref(), Some("held_for_quality_assessment" | "paused")),
            number,
        },
        _ => SendOutcome::Unknown {
            reason: format!("HTTP {http_status} without a message id"),
            http_status: Some(http_status),
        },
    }
}

/// `Retry-After` in seconds; the form with a date is not used by Graph.
fn retry_after_ms(headers: &HeaderMap) -> Option<i64> {
    let seconds: i64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    (seconds >= 0).then(|| seconds.min(RETRY_AFTER_MAX) * 1_000)
}

fn shorten(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(REASON_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests;
