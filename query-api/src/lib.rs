//! The tenant API: campaigns, messages, SQL.
//!
//! One warp filter, [`service`], in front of a table of routes. Everything a tenant does runs in a transaction that
//! names the tenant, so another tenant's id looks exactly like one that does not exist. What the API needs beyond the
//! database are two traits, [`Commands`] which takes single messages into the pipeline and [`Analytics`] which answers questions,
//! and the [`Desk`] by which Meta is asked about numbers, templates and files.

mod analytics;
mod auth;
mod campaigns;
mod catalog;
mod commands;
mod contact;
mod copies;
mod diagnosis;
mod endpoints;
mod fields;
mod graph;
mod holds;
mod idempotency;
mod identities;
mod letters;
mod marketing;
mod messages;
mod messenger;
mod opt_outs;
mod page;
mod problem;
mod recipients;
mod request;
mod rotation;
mod routes;
mod rules;
mod sql;
mod template;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Buf;
use futures_util::StreamExt;
use http::{HeaderMap, Method};
use posthaste_management::Desk;
use posthaste_postgres::ApiPool;
use posthaste_runtime::config::{ApiConfig, Config};
use tokio::sync::Semaphore;
use warp::filters::path::FullPath;
use warp::reply::Response;
use warp::{Filter, Rejection};

pub use analytics::{Analytics, Format, QueryError, QueryFailure, Rows};
pub use commands::{Commands, Idempotency, SubmitError, SubmitIntent, Submitted};
pub use graph::messages::read_graph_message;
pub use idempotency::{Fingerprint, RETENTION_HOURS};
pub use problem::{Code, Surface, markdown};
pub use recipients::parse::{Checked, Fault, Form, Recipient, Reject, read_recipients};

/// Uploads that work through their lines at once: each holds a connection for seconds, and the others need some too.
const UPLOADS_WRITING_MAX: usize = 3;

/// What the API works with; cheap to clone.
#[derive(Clone)]
pub struct ApiState(Arc<State>);

/// The parts of [`ApiState`].
struct State {
    pool: ApiPool,
    commands: Arc<dyn Commands>,
    analytics: Arc<dyn Analytics>,
    desk: Desk,
    config: ApiConfig,
    public_url: String,
    /// Where the edge is and which apps it knows.
    edge: posthaste_management::diagnosis::Edge,
    media_uploads: recipients::Uploads,
    media_turns: Semaphore,
    management_calls: graph::allowance::Allowance,
    sql_timeout: Duration,
    allow_private_addresses: bool,
    keys: auth::Keys,
    uploads: recipients::Uploads,
    upload_turns: Semaphore,
}

impl ApiState {
    /// Puts the parts together; uses `[api]`, `[media]`, what `[edge]` says of where it is and of its apps, `sql.timeout_ms` and `sink.allow_private_addresses` of the configuration.
    pub fn new(
        pool: ApiPool,
        commands: Arc<dyn Commands>,
        analytics: Arc<dyn Analytics>,
        desk: Desk,
        config: &Config,
    ) -> Self {
        let turns = UPLOADS_WRITING_MAX.min(config.postgres.api_connections.saturating_sub(1)).max(1);
        Self(Arc::new(State {
            pool,
            commands,
            analytics,
            desk,
            config: config.api.clone(),
            public_url: config.media.public_url.clone(),
            edge: (&config.edge).into(),
            media_uploads: recipients::Uploads::default(),
            media_turns: Semaphore::new(config.media.uploads_max),
            management_calls: graph::allowance::Allowance::default(),
            sql_timeout: Duration::from_millis(config.sql.timeout_ms),
            allow_private_addresses: config.sink.allow_private_addresses,
            keys: auth::Keys::default(),
            uploads: recipients::Uploads::default(),
            upload_turns: Semaphore::new(turns),
        }))
    }
}

/// The API as one filter that answers every request; serve it with `warp::service`.
pub fn service(
    state: ApiState,
) -> impl Filter<Extract = (Response,), Error = Infallible> + Clone + Send + Sync + 'static {
    let query = warp::query::raw().or_else(|_: Rejection| async { Ok::<_, Rejection>((String::new(),)) });
    warp::method()
        .and(warp::path::full())
        .and(query)
        .and(warp::header::headers_cloned())
        .and(warp::body::stream())
        .then(move |method: Method, path: FullPath, query: String, headers: HeaderMap, body| {
            let body = StreamExt::map(body, |frame: Result<_, warp::Error>| frame.map(bytes_of));
            let path = path.as_str().to_owned();
            routes::handle(
                Arc::clone(&state.0),
                routes::Incoming { method, path, query, headers, body: Box::pin(body) },
            )
        })
        // None of the filters above refuses anything; the type cannot say so.
        .recover(|_: Rejection| async {
            Ok::<_, Infallible>(problem::Problem::internal("unroutable").into_response("-"))
        })
        .unify()
}

fn bytes_of(mut buffer: impl Buf) -> bytes::Bytes {
    buffer.copy_to_bytes(buffer.remaining())
}
