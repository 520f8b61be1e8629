//! The HTTP surface: an accept loop of our own, so that connections are bounded and shutdown has a deadline.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::answer;
use crate::call::{self, Call};
use crate::control;
use crate::courier::Poster;
use crate::error::GraphError;
use crate::graph::{self, Reply};
use crate::management::sessions;
use crate::media;
use crate::page;
use crate::query::Query;
use crate::route::Route;
use crate::send::Edge;
use crate::world::World;

/// Connections served at once: a sender at 1,000 messages a second and a latency of a second needs a thousand.
const CONNECTIONS_MAX: usize = 4_096;

/// Largest body of a request other than an upload, in bytes; the longest message is far below.
const BODY_MAX: usize = 256 * 1024;

/// How long a connection may stay idle or take to send a request's head. Longer than clients keep theirs in a pool.
const IDLE_MAX: Duration = Duration::from_secs(300);

/// Wait after an accept that failed for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Why a connection is closed: the fault that leaves a send without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the simulator hangs up, as ordered")]
struct HangUp;

/// Accepts connections until told to stop.
pub(crate) async fn run(
    listener: TcpListener,
    world: Arc<World>,
    poster: Poster,
    connections: TaskTracker,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await.expect("the semaphore is never closed");
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let (world, poster, stop) = (world.clone(), poster.clone(), stop.clone());
                connections.spawn(async move {
                    if let Err(error) = serve(stream, world, poster, stop).await {
                        tracing::trace!(%error, "connection ended");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, world: Arc<World>, poster: Poster, stop: CancellationToken) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let service = service_fn(async |request| answer(&world, &poster, request).await.map(media::delivery::sent));
    let mut builder = http1::Builder::new();
    let builder = builder.timer(TokioTimer::new()).header_read_timeout(IDLE_MAX);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => return ended.map_err(io::Error::other),
            () = stop.cancelled(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

fn answered(reply: Reply) -> Result<Response<Full<Bytes>>, HangUp> {
    match reply {
        Reply::Answer(response) => Ok(response),
        Reply::HangUp => Err(HangUp),
    }
}

async fn answer(
    world: &Arc<World>,
    poster: &Poster,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, HangUp> {
    let (head, body) = request.into_parts();
    let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
    let route = Route::of(path);
    if let (&Method::POST, Route::Edge(id, "media")) = (&head.method, route) {
        let outcome = media::edge::upload(world, id, &head.headers, body).await;
        return Ok(call::told(world, outcome).await);
    }
    if let (&Method::POST, Route::Node(id)) = (&head.method, route)
        && id.starts_with("upload:")
    {
        let outcome = sessions::receive(world, id, query, &head.headers, body).await;
        return Ok(call::told(world, outcome).await);
    }
    let Ok(body) = Limited::new(body, BODY_MAX).collect().await else {
        let error = GraphError::parameter(format!("The body is broken off or larger than {BODY_MAX} bytes."));
        return Ok(answer::typed(StatusCode::PAYLOAD_TOO_LARGE, error.body("A0")));
    };
    let body = body.to_bytes();
    match (&head.method, route) {
        (method, Route::Control(request)) => Ok(control::handle(world, poster, method, request, query, &body).await),
        (&Method::POST, Route::Edge(id, "messages")) if world.pages.are_meant(id) => {
            answered(page::edge::messages(world, poster, id, &Query::parse(query), &head.headers, &body).await)
        }
        (&Method::POST, Route::Edge(number, edge @ ("messages" | "marketing_messages"))) => {
            let edge = if edge == "messages" { Edge::Messages } else { Edge::MarketingMessages };
            answered(graph::messages(world, poster, edge, number, &head.headers, &body).await)
        }
        (method, route) => {
            let call = Call { world, poster, method, path, query: Query::parse(query), body: &body };
            let outcome = call.run(route, &head.headers).await;
            Ok(call::told(world, outcome).await)
        }
    }
}
