//! Logs, and the port that operators and orchestrators ask: `/metrics`, `/healthz`, `/readyz`.

use std::convert::Infallible;
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use posthaste_runtime::config::TelemetryConfig;
use posthaste_runtime::http::{Limits, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Connections to this port at once.
const CONNECTIONS_MAX: usize = 64;
/// How often histograms are folded, so that they do not grow between two scrapes.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// Upper bounds of the time histograms, in seconds.
const BUCKETS_SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Upper bounds of the size histograms.
const BUCKETS_RECORDS: [f64; 8] = [0.0, 1.0, 5.0, 20.0, 50.0, 100.0, 300.0, 1000.0];

/// Starts logging to standard error.
pub(crate) fn log(config: &TelemetryConfig) -> anyhow::Result<()> {
    let filter = config.log.parse::<tracing_subscriber::EnvFilter>().context("telemetry.log")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_format == "json" {
        log.json().init();
    } else {
        log.with_ansi(std::io::stderr().is_terminal()).init();
    }
    Ok(())
}

/// Whether the process can do its work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ready(Arc<AtomicBool>);

impl Ready {
    pub(crate) fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }
}

/// Serves the port until `stop`.
pub(crate) async fn start(config: &TelemetryConfig, ready: Ready, stop: CancellationToken) -> anyhow::Result<()> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS_SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_records".to_owned()), &BUCKETS_RECORDS)?
        .install_recorder()
        .context("metrics recorder")?;
    let listener = TcpListener::bind(&config.listen)
        .await
        .with_context(|| format!("telemetry.listen {}: choose another address or port", config.listen))?;
    let upkeep = handle.clone();
    let stopped = stop.clone();
    tokio::spawn(async move {
        while stopped.run_until_cancelled(tokio::time::sleep(UPKEEP_EVERY)).await.is_some() {
            upkeep.run_upkeep();
        }
    });
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = answer(request.uri().path(), &handle, &ready);
        async move { Ok::<_, Infallible>(answer) }
    });
    tokio::spawn(async move {
        serve(listener, service, stop.cancelled_owned(), Limits::with_connections(CONNECTIONS_MAX)).await;
    });
    Ok(())
}

fn answer(path: &str, metrics: &PrometheusHandle, ready: &Ready) -> Response<Full<Bytes>> {
    let (status, body) = match path {
        "/metrics" => (StatusCode::OK, metrics.render()),
        "/healthz" => (StatusCode::OK, "alive\n".to_owned()),
        "/readyz" if ready.0.load(Ordering::Acquire) => (StatusCode::OK, "ready\n".to_owned()),
        "/readyz" => (StatusCode::SERVICE_UNAVAILABLE, "starting\n".to_owned()),
        _ => (StatusCode::NOT_FOUND, "here are /metrics, /healthz and /readyz\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response
}
