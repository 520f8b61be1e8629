//! The routes of the edge: `GET` and `POST /webhooks/meta/{app}`, `GET /healthz`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use metrics::{counter, histogram};
use posthaste_meta::signature::{self, Signature};
use posthaste_model::{AppKey, Millis};
use warp::reply::Response;
use warp::{Filter, Rejection};

use crate::problem::Refusal;
use crate::{App, RawLog, RawRecord, Tally};

/// Largest body, in bytes: Meta sends up to 3 MB (Meta: webhooks/overview), and the origin of an event reckons with 4 MiB.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Longest time for a body to arrive: Meta gives up on a request within that, and a slow sender must not hold its place.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for the log. Meta counts on 250 ms and repeats what fails.
pub const APPEND_TIMEOUT: Duration = Duration::from_secs(2);
/// Most bytes that are reserved on the word of the announced length: a body that announces 4 MiB and sends nothing should
/// cost nothing.
const BODY_BYTES_RESERVED: usize = 64 * 1024;

/// The edge for these apps. `tally` counts what becomes of their webhooks; `now` is the clock of [`RawRecord::received_at`].
///
/// Serve it with `posthaste_runtime::http::serve` and `hyper_util::service::TowerToHyperService::new(warp::service(…))`.
/// Bodies are read only after app, content type, announced length and the form of the signature have passed; memory is at
/// most [`BODY_BYTES_MAX`] per connection.
pub fn service<L: RawLog>(
    apps: HashMap<AppKey, App>,
    log: L,
    tally: Arc<Tally>,
    now: impl Fn() -> Millis + Send + Sync + 'static,
) -> impl Filter<Extract = (Response,), Error = Infallible> + Clone + Send + Sync + 'static {
    routes(Edge { apps, log, tally, now, body_timeout: BODY_TIMEOUT, append_timeout: APPEND_TIMEOUT })
}

pub(crate) fn routes<L: RawLog, N: Fn() -> Millis + Send + Sync + 'static>(
    edge: Edge<L, N>,
) -> impl Filter<Extract = (Response,), Error = Infallible> + Clone + Send + Sync + 'static {
    let edge = Arc::new(edge);
    let with_edge = warp::any().map(move || Arc::clone(&edge));
    let route = || warp::path!("webhooks" / "meta" / String).map(AppKey::new);

    // Path before method, so that an unknown path is not taken for a wrong method.
    let handshake = route()
        .and(warp::get())
        .and(with_edge.clone())
        .and(warp::query::<HashMap<String, String>>())
        .map(|app, edge: Arc<Edge<_, _>>, query| answer(edge.handshake(&app, &query)));
    let receive =
        route().and(warp::post()).and(with_edge).and(warp::header::headers_cloned()).and(warp::body::stream()).then(
            |app, edge: Arc<Edge<_, _>>, headers, body| async move {
                let started = Instant::now();
                let answered = answer(edge.receive(app, headers, body).await);
                if answered.status().is_success() {
                    histogram!("posthaste_webhook_ack_seconds").record(started.elapsed().as_secs_f64());
                }
                answered
            },
        );
    let health = warp::path!("healthz").and(warp::get()).map(|| Response::new("ok\n".into()));

    handshake.or(receive).unify().or(health).unify().recover(unrouted).unify()
}

/// What a request was good for.
enum Done {
    /// A handshake, with the challenge to echo.
    Verified(String),
    /// A webhook that the log has.
    Accepted,
}

fn answer(result: Result<Done, Refusal>) -> Response {
    let (label, response) = match result {
        Ok(Done::Verified(challenge)) => ("verified", plain(challenge)),
        Ok(Done::Accepted) => ("accepted", Response::new(Bytes::new().into())),
        Err(refusal) => (refusal.code(), refusal.into_response()),
    };
    counter!("posthaste_webhook_requests_total", "result" => label).increment(1);
    response
}

/// Text that no browser takes for anything else: the challenge is the caller's.
fn plain(text: String) -> Response {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

async fn unrouted(rejection: Rejection) -> Result<Response, Infallible> {
    let refusal = if rejection.find::<warp::reject::MethodNotAllowed>().is_some() {
        Refusal::MethodNotAllowed
    } else if rejection.find::<warp::reject::InvalidQuery>().is_some() {
        Refusal::VerifyTokenInvalid
    } else {
        Refusal::RouteUnknown
    };
    Ok(answer(Err(refusal)))
}

/// What the routes work with.
pub(crate) struct Edge<L, N> {
    pub(crate) apps: HashMap<AppKey, App>,
    pub(crate) log: L,
    pub(crate) tally: Arc<Tally>,
    pub(crate) now: N,
    pub(crate) body_timeout: Duration,
    pub(crate) append_timeout: Duration,
}

impl<L: RawLog, N: Fn() -> Millis> Edge<L, N> {
    /// The verification request (Meta: webhooks/create-webhook-endpoint).
    fn handshake(&self, app: &AppKey, query: &HashMap<String, String>) -> Result<Done, Refusal> {
        let app = self.apps.get(app).ok_or(Refusal::AppUnknown)?;
        let parameter = |name| query.get(name).map(String::as_str).unwrap_or_default();
        let token = parameter("hub.verify_token");
        // Every token is compared, so that the time does not tell which one is near.
        let matches = app.verify_tokens.iter().filter(|known| signature::equal(known, token)).count();
        let challenge = parameter("hub.challenge");
        if parameter("hub.mode") != "subscribe" || token.is_empty() || matches == 0 || challenge.is_empty() {
            return Err(Refusal::VerifyTokenInvalid);
        }
        Ok(Done::Verified(challenge.to_owned()))
    }

    /// A notification, counted.
    async fn receive<B: Buf>(
        &self,
        app_key: AppKey,
        headers: HeaderMap,
        body: impl Stream<Item = Result<B, warp::Error>>,
    ) -> Result<Done, Refusal> {
        let received_at = (self.now)();
        let outcome = self.take(app_key.clone(), received_at, headers, body).await;
        self.tally.note(&app_key, outcome.as_ref().err().copied(), received_at);
        outcome
    }

    async fn take<B: Buf>(
        &self,
        app_key: AppKey,
        received_at: Millis,
        headers: HeaderMap,
        body: impl Stream<Item = Result<B, warp::Error>>,
    ) -> Result<Done, Refusal> {
        let app = self.apps.get(&app_key).ok_or(Refusal::AppUnknown)?;
        if !is_json(&headers) {
            return Err(Refusal::ContentTypeUnsupported);
        }
        let signature = Signature::parse(text(&headers, signature::HEADER)).map_err(Refusal::Signature)?;
        let announced = text(&headers, CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok()).unwrap_or(0);
        if announced > BODY_BYTES_MAX {
            return Err(Refusal::BodyTooLarge);
        }
        let body = tokio::time::timeout(self.body_timeout, read(body, announced))
            .await
            .map_err(|_| Refusal::BodyTimeout)??;
        signature.verify(&body, &app.secrets).map_err(Refusal::Signature)?;

        let append = self.log.append(RawRecord { app: app_key, body, received_at });
        match tokio::time::timeout(self.append_timeout, append).await {
            Ok(Ok(())) => Ok(Done::Accepted),
            Ok(Err(error)) => {
                tracing::warn!(%error, "webhook refused");
                Err(Refusal::LogUnavailable)
            }
            Err(_) => {
                tracing::warn!("webhook refused: no acknowledgement from the log in time");
                Err(Refusal::LogUnavailable)
            }
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

fn is_json(headers: &HeaderMap) -> bool {
    let essence = text(headers, CONTENT_TYPE.as_str()).and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// The whole body, as long as it stays within [`BODY_BYTES_MAX`]; chunked bodies announce no length.
async fn read<B: Buf>(body: impl Stream<Item = Result<B, warp::Error>>, announced: usize) -> Result<Bytes, Refusal> {
    let mut body = pin!(body);
    let mut bytes = BytesMut::with_capacity(announced.min(BODY_BYTES_RESERVED));
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Refusal::BodyIncomplete)?;
        if bytes.len() + chunk.remaining() > BODY_BYTES_MAX {
            return Err(Refusal::BodyTooLarge);
        }
        bytes.put(chunk);
    }
    Ok(bytes.freeze())
}
