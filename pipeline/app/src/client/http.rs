//! A small client of the tenants' API.

use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::cli::ApiArgs;

/// Longest wait for an answer; an upload may take its time.
const ANSWER_WAIT: Duration = Duration::from_secs(300);
/// Largest answer.
const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;

/// One tenant's view of the API.
pub(super) struct Api {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    key: String,
}

impl Api {
    pub(super) fn new(args: &ApiArgs) -> anyhow::Result<Self> {
        anyhow::ensure!(
            args.api.starts_with("http://"),
            "--api: this client speaks http:// only, to an API on this machine"
        );
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(Self { client, base: args.api.trim_end_matches('/').to_owned(), key: args.key.clone() })
    }

    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Bytes> {
        self.call(Method::GET, path, "application/json", Bytes::new()).await
    }

    pub(super) async fn post_json(&self, path: &str, body: &Value) -> anyhow::Result<Bytes> {
        self.call(Method::POST, path, "application/json", body.to_string().into()).await
    }

    pub(super) async fn post_bytes(&self, path: &str, content_type: &str, body: Bytes) -> anyhow::Result<Bytes> {
        self.call(Method::POST, path, content_type, body).await
    }

    async fn call(&self, method: Method, path: &str, content_type: &str, body: Bytes) -> anyhow::Result<Bytes> {
        let named = format!("{method} {path}");
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", content_type)
            .header("idempotency-key", uuid::Uuid::now_v7().to_string())
            .body(Full::new(body))
            .context("--api")?;
        let exchange = async {
            let response = self.client.request(request).await?;
            let status = response.status();
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
            anyhow::Ok((status, body.map_err(|error| anyhow::anyhow!("{error}"))?.to_bytes()))
        };
        let (status, answer) = tokio::time::timeout(ANSWER_WAIT, exchange)
            .await
            .with_context(|| format!("{named}: no answer within {} s", ANSWER_WAIT.as_secs()))?
            .with_context(|| format!("{named} at {}: is the API running there?", self.base))?;
        if status.is_success() {
            return Ok(answer);
        }
        let problem: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let text = |member: &str| problem.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        anyhow::bail!("{named}: {status}: {} {} {}", text("code"), text("title"), text("detail"))
    }
}
