//! The peers' job on awa: `peer-awa setup`, `accept N`, `work`. The receiver of webhooks is `awa.mjs`.

use std::env::var;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use awa::{Client, InsertOpts, InsertParams, JobArgs, JobError, JobResult, QueueConfig, RateLimit};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::{Client as Http, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::postgres::{PgPool, PgPoolOptions};
use tokio::io::AsyncBufReadExt as _;

const QUEUE: &str = "send";
/// Jobs in one bulk insert.
const CHUNK: usize = 5_000;
const CONNECTIONS: u32 = 16;
/// As `graph.timeout_ms` of Posthaste.
const ATTEMPT_MAX: Duration = Duration::from_secs(10);
/// Messages that may leave at once when the rate is limited.
const BURST: u32 = 20;

#[derive(Debug, Serialize, Deserialize, JobArgs)]
struct Send {
    intent: String,
    to: String,
}

struct Poster {
    http: Http<HttpConnector, Full<Bytes>>,
    uri: String,
    token: String,
}

impl Poster {
    fn from_env() -> anyhow::Result<Self> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let http = Http::builder(TokioExecutor::new()).build(connector);
        let uri = format!("{}/v26.0/{}/messages", var("SIMULATOR")?, var("SENDER")?);
        Ok(Self { http, uri, token: format!("Bearer {}", var("GRAPH_TOKEN")?) })
    }

    /// Fails when the message was not accepted, or when nobody can tell: the queue tries again.
    async fn post(&self, job: &Send, attempt: i16) -> anyhow::Result<()> {
        let text = |text: &str| json!({"type": "text", "text": text});
        let body = json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": job.to, "type": "template",
            "biz_opaque_callback_data": format!("{}.{attempt}", job.intent),
            "template": {
                "name": "order_update", "language": {"code": "en_US"},
                "components": [{"type": "body", "parameters": [text("Ana"), text(&job.intent)]}],
            },
        });
        let request = Request::post(&self.uri)
            .header("authorization", &self.token)
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body.to_string())))?;
        let answer = tokio::time::timeout(ATTEMPT_MAX, self.http.request(request)).await??;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        anyhow::ensure!(status == 200, "{status} {}", String::from_utf8_lossy(&body));
        Ok(())
    }
}

fn jobs(count: usize) -> anyhow::Result<Vec<InsertParams>> {
    let job = |index: usize| {
        let to = format!("+1{}555{:04}", 203 + index % 700, 100 + index / 700);
        let args = Send { intent: format!("m{index}"), to };
        let opts = InsertOpts { queue: QUEUE.into(), max_attempts: 8, ..Default::default() };
        Ok(awa::model::insert::params_with(&args, opts)?)
    };
    (0..count).map(job).collect()
}

async fn accept(pool: &PgPool, count: usize) -> anyhow::Result<()> {
    let from = Instant::now();
    for chunk in jobs(count)?.chunks(CHUNK) {
        awa::insert_many_copy_from_pool(pool, chunk).await?;
    }
    println!("{}", json!({"seconds": from.elapsed().as_secs_f64()}));
    Ok(())
}

fn client(pool: PgPool) -> anyhow::Result<Client> {
    let poster = Arc::new(Poster::from_env()?);
    let workers = var("CONCURRENCY")?.parse()?;
    let rate: f64 = var("RATE")?.parse()?;
    let rate_limit = (rate > 0.0).then_some(RateLimit { max_rate: rate, burst: BURST });
    let config = QueueConfig {
        max_workers: workers,
        poll_interval: Duration::from_millis(50),
        claimers: 2,
        rate_limit,
        ..Default::default()
    };
    Ok(Client::builder(pool)
        .queue(QUEUE, config)
        // A dead worker's jobs come back after 15 s: the shortest that is three heartbeats.
        .heartbeat_interval(Duration::from_secs(5))
        .heartbeat_staleness(Duration::from_secs(15))
        .heartbeat_rescue_interval(Duration::from_secs(5))
        .leader_election_interval(Duration::from_secs(1))
        .register::<Send, _, _>(move |job, context| {
            let poster = poster.clone();
            let attempt = context.job.attempt;
            async move {
                poster.post(&job, attempt).await.map_err(JobError::retryable_msg)?;
                Ok(JobResult::Completed)
            }
        })
        .build()?)
}

async fn work(pool: PgPool) -> anyhow::Result<()> {
    let client = client(pool)?;
    println!("ready");
    tokio::io::BufReader::new(tokio::io::stdin()).read_line(&mut String::new()).await?;
    client.start().await?;
    std::future::pending().await
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let role = std::env::args().nth(1).context("a role is wanted: setup, accept N, work")?;
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect(&var("DATABASE_URL")?).await?;
    match role.as_str() {
        "setup" => {
            awa::migrations::run(&pool).await?;
            sqlx::query("CREATE TABLE statuses (wamid text, status text, PRIMARY KEY (wamid, status))")
                .execute(&pool)
                .await?;
            Ok(())
        }
        "accept" => accept(&pool, std::env::args().nth(2).context("accept N")?.parse()?).await,
        "work" => work(pool).await,
        role => anyhow::bail!("no role {role}"),
    }
}
