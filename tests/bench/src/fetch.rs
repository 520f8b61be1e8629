//! JSON over HTTP, for the API and the simulator.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, SizeHint};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;

use crate::clock;

/// Longest wait for an answer.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// Longest wait for the answer of a POST: an upload of a million lines is one.
const POST_MAX: Duration = Duration::from_secs(600);
/// A body is handed over in pieces of this many bytes.
const PIECE: usize = 64 * 1024;

/// A body that notes when its end was handed over.
#[derive(Debug)]
pub(crate) struct Pieces {
    rest: Bytes,
    /// Unix milliseconds; 0 before.
    ended_ms: Arc<AtomicU64>,
}

impl Pieces {
    fn of(body: Bytes) -> Self {
        Self { rest: body, ended_ms: Arc::default() }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::convert::Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        if self.rest.is_empty() {
            self.ended_ms.store(clock::now_ms(), Ordering::Relaxed);
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

/// A client of one base URL.
#[derive(Debug, Clone)]
pub(crate) struct Fetch {
    base: String,
    key: Option<String>,
    client: Client<HttpConnector, Pieces>,
}

impl Fetch {
    /// `key` is sent as bearer token.
    pub(crate) fn new(base: &str, key: Option<String>) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { base: base.trim_end_matches('/').to_owned(), key, client }
    }

    /// The answer of a GET.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let body = self.exchange(Method::GET, path, "", Pieces::of(Bytes::new()), ANSWER_MAX).await?;
        serde_json::from_slice(&body).with_context(|| format!("answer of GET {path}"))
    }

    /// The text that a GET is answered with.
    pub(crate) async fn text(&self, path: &str) -> anyhow::Result<String> {
        let body = self.exchange(Method::GET, path, "", Pieces::of(Bytes::new()), ANSWER_MAX).await?;
        String::from_utf8(body.into()).with_context(|| format!("answer of GET {path}"))
    }

    /// The answer of a POST, which has an idempotency key of its own.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &str,
        body: impl Into<Bytes>,
    ) -> anyhow::Result<T> {
        Ok(self.post_watched(path, kind, body).await?.0)
    }

    /// The same, with the time (unix milliseconds) at which the last piece of the body was handed to the network.
    pub(crate) async fn post_watched<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &str,
        body: impl Into<Bytes>,
    ) -> anyhow::Result<(T, u64)> {
        let body = Pieces::of(body.into());
        let ended_ms = Arc::clone(&body.ended_ms);
        let answer = self.exchange(Method::POST, path, kind, body, POST_MAX).await?;
        let answer = serde_json::from_slice(&answer).with_context(|| format!("answer of POST {path}"))?;
        Ok((answer, ended_ms.load(Ordering::Relaxed)))
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: Pieces,
        patience: Duration,
    ) -> anyhow::Result<Bytes> {
        let url = format!("{}{path}", self.base);
        let mut request = Request::builder().method(method.clone()).uri(&url);
        if let Some(key) = &self.key {
            request = request.header(http::header::AUTHORIZATION, format!("Bearer {key}"));
        }
        if method == Method::POST {
            request = request.header("idempotency-key", uuid::Uuid::new_v4().to_string());
        }
        if !kind.is_empty() {
            request = request.header(http::header::CONTENT_TYPE, kind);
        }
        let request = request.body(body).with_context(|| url.clone())?;
        let exchange = async {
            let answer = self.client.request(request).await?;
            let status = answer.status();
            anyhow::Ok((status, answer.into_body().collect().await?.to_bytes()))
        };
        let answer = tokio::time::timeout(patience, exchange).await;
        let (status, body) = answer.with_context(|| format!("{method} {url}: no answer"))??;
        anyhow::ensure!(status.is_success(), "{method} {url}: {status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }
}
