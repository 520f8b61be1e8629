//! JSON over HTTP, for the API and the simulator.

use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;

/// Longest wait for an answer.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// A client of one base URL.
#[derive(Debug)]
pub(crate) struct Fetch {
    base: String,
    key: Option<String>,
    client: Client<HttpConnector, Empty<Bytes>>,
}

impl Fetch {
    /// `key` is sent as bearer token.
    pub(crate) fn new(base: &str, key: Option<String>) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { base: base.trim_end_matches('/').to_owned(), key, client }
    }

    /// The answer of a GET.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let url = format!("{}{path}", self.base);
        let mut request = Request::get(&url);
        if let Some(key) = &self.key {
            request = request.header(http::header::AUTHORIZATION, format!("Bearer {key}"));
        }
        let request = request.body(Empty::new()).with_context(|| url.clone())?;
        let exchange = async {
            let answer = self.client.request(request).await?;
            let status = answer.status();
            anyhow::Ok((status, answer.into_body().collect().await?.to_bytes()))
        };
        let (status, body) =
            tokio::time::timeout(ANSWER_MAX, exchange).await.with_context(|| format!("GET {url}: no answer"))??;
        anyhow::ensure!(status.is_success(), "GET {url}: {status}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).with_context(|| format!("answer of GET {url}"))
    }
}
