//! The signed webhook: a POST as Standard Webhooks describes it (standard-webhooks/spec/standard-webhooks.md), or as Meta makes it.

mod meta_form;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use bytes::{BufMut as _, Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use posthaste_core::crm::Feed;
use posthaste_model::EventType;
use posthaste_runtime::config::SinkConfig;
use posthaste_runtime::sink::{Delivery, Sink, Verdict};
use ring::hmac;

use crate::address::{Guard, GuardedResolver};
use crate::numbers::Numbers;
use crate::receiver::Spec;
use crate::webhook::meta_form::Rendered;

/// What is read of an answer, in bytes: only so that its connection can be used again. A longer one costs the connection.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// How long an idle connection is kept; shorter than the minute after which most servers close theirs.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Prefix of a signing secret.
const SECRET_PREFIX: &str = "whsec_";
/// Base64 with or without its padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Who calls.
const AGENT: &str = concat!("Posthaste/", env!("CARGO_PKG_VERSION"), " (webhooks)");

/// Why a receiver cannot be served as it is configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The URL.
    #[error("the URL must be http:// or https:// with a host and without user name and password")]
    Url,
    /// The secret.
    #[error("the signing secret must be whsec_ followed by base64")]
    Secret,
    /// The form, of a newer version.
    #[error("this version knows the forms event and meta")]
    Form,
}

/// The connections to all receivers.
#[derive(Clone)]
pub struct WebhookClient {
    client: Client<HttpsConnector<HttpConnector<GuardedResolver>>, Full<Bytes>>,
    guard: Guard,
    timeout: Duration,
}

impl fmt::Debug for WebhookClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookClient")
            .field("guard", &self.guard)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl WebhookClient {
    /// Prepares a client; opens no connection yet.
    pub fn new(config: &SinkConfig) -> Self {
        let guard = Guard { allow_private: config.allow_private_addresses };
        let mut http = HttpConnector::new_with_resolver(GuardedResolver(guard));
        http.enforce_http(false);
        http.set_nodelay(true);
        let https = hyper_rustls::HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(config.concurrency_per_endpoint)
            .build(https);
        Self { client, guard, timeout: Duration::from_millis(config.timeout_ms) }
    }
}

/// What a receiver is sent, and how it is signed.
enum Form {
    /// The event, by Standard Webhooks.
    Event(hmac::Key),
    /// Meta's own form, with the signature of Meta's apps.
    Meta {
        key: hmac::Key,
        numbers: Arc<Numbers>,
        /// Whether it asked for what is told of accounts too.
        has_accounts: bool,
    },
}

/// One receiver.
pub struct Webhook {
    client: WebhookClient,
    uri: Uri,
    form: Form,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("host", &self.uri.host()).finish_non_exhaustive()
    }
}

impl Webhook {
    /// A receiver of events. Checks URL and secret.
    pub fn new(client: WebhookClient, url: &str, secret: &str) -> Result<Self, WebhookError> {
        let key = secret.strip_prefix(SECRET_PREFIX).and_then(|encoded| LENIENT.decode(encoded).ok());
        let key = key.filter(|key| !key.is_empty()).ok_or(WebhookError::Secret)?;
        Self::with(client, url, Form::Event(hmac::Key::new(hmac::HMAC_SHA256, &key)))
    }

    fn with(client: WebhookClient, url: &str, form: Form) -> Result<Self, WebhookError> {
        let uri: Uri = url.parse().map_err(|_| WebhookError::Url)?;
        let authority = uri.authority().ok_or(WebhookError::Url)?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        if !is_web || authority.host().is_empty() || authority.as_str().contains('@') {
            return Err(WebhookError::Url);
        }
        Ok(Self { client, uri, form })
    }

    /// The POST, or how the delivery ends without one.
    fn request(
        &self,
        delivery: &Delivery,
        timestamp: u64,
    ) -> Result<Result<Request<Full<Bytes>>, http::Error>, Verdict> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.uri.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, AGENT);
        Ok(match &self.form {
            // Whoever reads of changes of a message has nothing to do with a status that changes none.
            Form::Event(_) if delivery.event_type == EventType::StatusReported.as_str() => {
                return Err(Verdict::Delivered);
            }
            Form::Event(key) => {
                let body = body(delivery);
                request
                    .header("webhook-id", &delivery.id)
                    .header("webhook-timestamp", timestamp)
                    .header("webhook-signature", signature(key, &delivery.id, timestamp, &body))
                    .body(Full::new(body))
            }
            Form::Meta { key, numbers, has_accounts } => {
                let body = match meta_form::render(&delivery.event_type, &delivery.data, numbers, *has_accounts) {
                    Rendered::Body(body) => body,
                    Rendered::Nothing => return Err(Verdict::Delivered),
                    Rendered::Unreadable(reason) => {
                        tracing::error!(
                            event = delivery.id,
                            event_type = delivery.event_type,
                            reason,
                            "an event cannot be told in Meta's form and is not delivered"
                        );
                        metrics::counter!("posthaste_sink_deliveries_total", "outcome" => "not_an_event").increment(1);
                        return Err(Verdict::Delivered);
                    }
                    Rendered::Later => {
                        return Err(Verdict::Retry { after: None, reason: "its number is not known yet".to_owned() });
                    }
                };
                let signature: String =
                    hmac::sign(key, &body).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
                request.header("x-hub-signature-256", format!("sha256={signature}")).body(Full::new(body))
            }
        })
    }

    /// A literal address is connected to without being resolved, so it is checked here.
    fn check_literal(&self) -> Result<(), String> {
        let host = self.uri.host().unwrap_or_default();
        let literal: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
        self.client.guard.check(literal).map_err(|forbidden| forbidden.to_string())
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, HeaderMap), String> {
        let answer = self.client.client.request(request).await.map_err(|error| {
            // The innermost source is the one that says something: refused, reset, certificate, forbidden address.
            let mut source: &dyn std::error::Error = &error;
            while let Some(inner) = source.source() {
                source = inner;
            }
            if error.is_connect() { format!("no connection: {source}") } else { format!("no answer: {source}") }
        })?;
        let (head, body) = answer.into_parts();
        discard(body).await;
        Ok((head.status, head.headers))
    }
}

#[async_trait]
impl Sink for Webhook {
    async fn deliver(&self, delivery: &Delivery) -> Verdict {
        let retry = |reason| Verdict::Retry { after: None, reason };
        if let Err(reason) = self.check_literal() {
            return retry(reason);
        }
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let request = match self.request(delivery, timestamp) {
            Err(verdict) => return verdict,
            Ok(Ok(request)) => request,
            Ok(Err(error)) => return retry(format!("the event's id cannot stand in a header: {error}")),
        };
        match tokio::time::timeout(self.client.timeout, self.exchange(request)).await {
            Ok(Ok((status, headers))) => judge(status, &headers),
            Ok(Err(reason)) => retry(reason),
            Err(_) => retry(format!("no answer within {} ms", self.client.timeout.as_millis())),
        }
    }
}

/// `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
fn signature(key: &hmac::Key, id: &str, timestamp: u64, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(key);
    context.update(format!("{id}.{timestamp}.").as_bytes());
    context.update(body);
    format!("v1,{}", STANDARD.encode(context.sign()))
}

/// `{"type": …, "timestamp": …, "data": …}`, with the event as it stands in the log.
fn body(delivery: &Delivery) -> Bytes {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let head = format!("{{\"type\":{},\"timestamp\":{},\"data\":", text(&delivery.event_type), text(&delivery.time));
    let mut body = BytesMut::with_capacity(head.len() + delivery.data.len() + 1);
    body.put(head.as_bytes());
    body.put(delivery.data.as_ref());
    body.put_u8(b'}');
    body.freeze()
}

/// Reads an answer to its end, or as far as we care.
async fn discard(mut body: Incoming) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > ANSWER_BYTES_MAX {
            return;
        }
    }
}

/// What an answer means (Standard Webhooks, "Response": 2xx success; 410 disables; 429, 502 and 504 throttle; a redirect
/// is a failure).
fn judge(status: StatusCode, headers: &HeaderMap) -> Verdict {
    let after =
        headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok()).map(Duration::from_secs);
    let reason = format!("the receiver answered {}", status.as_u16());
    match status.as_u16() {
        200..300 => Verdict::Delivered,
        300..400 => Verdict::Retry { after: None, reason: format!("{reason}, and redirects are not followed") },
        410 => Verdict::Disable,
        429 => Verdict::Throttled { retry_after: after, reason },
        // Without a time these two come from a proxy whose server is down: the back-off of a failure is longer.
        502 | 504 if after.is_some() => Verdict::Throttled { retry_after: after, reason },
        _ => Verdict::Retry { after, reason },
    }
}

/// The sink of a receiver, ready to be shared.
pub(crate) fn sink(client: &WebhookClient, spec: &Spec, numbers: &Arc<Numbers>) -> Result<Arc<dyn Sink>, WebhookError> {
    let client = client.clone();
    Ok(Arc::new(match spec.form.as_str() {
        "event" => Webhook::new(client, &spec.url, &spec.secret)?,
        "meta" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, spec.secret.as_bytes());
            let has_accounts = spec.feeds.contains(&Feed::Accounts);
            Webhook::with(client, &spec.url, Form::Meta { key, numbers: Arc::clone(numbers), has_accounts })?
        }
        _ => return Err(WebhookError::Form),
    }))
}

#[cfg(test)]
mod tests;
