//! What the edge is compared with: the same warp, the same accept loop, the same route and the same reading of the body,
//! without signature and without log.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use clap::ValueEnum;
use hyper_util::service::TowerToHyperService;
use posthaste_ingress::{App, AppendError, RawLog, RawRecord, Tally};
use posthaste_meta::Secret;
use posthaste_model::AppKey;
use posthaste_runtime::clock;
use posthaste_runtime::http::{Limits, serve as accept};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use warp::Filter as _;

/// The default of `edge.connections_max`.
const CONNECTIONS_MAX: usize = 4096;
/// The limit of the edge, in bytes.
const BODY_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The app of the quickstart's configuration.
const APP: &str = "demo";

/// How much of the edge the baseline has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Reads the body and answers 200.
    Bare,
    /// The edge itself with a log that takes every record at once: what is left is the cost of Kafka.
    Verify,
}

/// A log that keeps nothing.
struct NoLog;

impl RawLog for NoLog {
    async fn append(&self, _record: RawRecord) -> Result<(), AppendError> {
        Ok(())
    }
}

/// Prints `listen=ADDRESS` and serves until standard input ends, which it does when the generator ends in whatever way.
pub(crate) async fn serve(listen: SocketAddr, kind: Kind, secret: &str) -> anyhow::Result<()> {
    let listener = TcpListener::bind(listen).await.with_context(|| format!("--listen {listen}"))?;
    println!("listen={}", listener.local_addr()?);
    let limits = Limits::with_connections(CONNECTIONS_MAX);
    let end = end_of_input();
    match kind {
        Kind::Bare => {
            let routes = warp::path!("webhooks" / "meta" / String)
                .and(warp::post())
                .and(warp::body::content_length_limit(BODY_BYTES_MAX))
                .and(warp::body::bytes())
                .map(|_app: String, _body: bytes::Bytes| http::StatusCode::OK);
            accept(listener, TowerToHyperService::new(warp::service(routes)), end, limits).await;
        }
        Kind::Verify => {
            let app = App { verify_tokens: Vec::new(), secrets: vec![Secret::new(secret)] };
            let apps = HashMap::from([(AppKey::new(APP), app)]);
            let tally = Arc::new(Tally::new(APP, apps.keys().cloned(), clock::wall()));
            let routes = posthaste_ingress::service(apps, NoLog, tally, clock::wall);
            accept(listener, TowerToHyperService::new(warp::service(routes)), end, limits).await;
        }
    }
    Ok(())
}

async fn end_of_input() {
    let (ended, end) = oneshot::channel::<()>();
    // A thread of its own: a read that blocks would hold one of the runtime's.
    std::thread::spawn(move || {
        drop(std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
        drop(ended);
    });
    drop(end.await);
}
