//! The accept loop of every HTTP surface: header time-out, connection cap, graceful shutdown with a deadline.
//!
//! A loop of our own because the servers that come with HTTP frameworks leave one of the three out. HTTP/1.1 only: TLS
//! and HTTP/2 end at the load balancer, and hyper's protocol detection would wait for a first byte without time-out.

use std::error::Error;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Read buffer of a connection in bytes, and so the largest request head: browsers and proxies stay under 16 KiB.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Pause after a failed accept. The usual cause is that the process has no file descriptor left, which lasts.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Limits of one listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections served at once; further ones wait in the kernel's backlog.
    pub connections_max: usize,
    /// From the end of one request (or from the connection's start) until the head of the next has arrived in full; so it
    /// bounds idle connections too.
    pub header_timeout: Duration,
    /// How long requests may still run once shutdown has begun.
    pub drain_timeout: Duration,
}

impl Limits {
    /// The usual time-outs with a cap of `connections_max`: 30 s for a head, long enough for a client that keeps its
    /// connection for later, and 10 s to drain.
    pub fn with_connections(connections_max: usize) -> Self {
        Self { connections_max, header_timeout: Duration::from_secs(30), drain_timeout: Duration::from_secs(10) }
    }
}

/// How a shutdown went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were still busy at the deadline, and were cut.
    pub cut: usize,
}

/// What a service, a response body or a connection fails with.
type BoxError = Box<dyn Error + Send + Sync>;

/// Serves until `shutdown` completes and every connection has ended or been cut.
///
/// New connections are refused from the moment that `shutdown` completes; idle ones are closed at once, busy ones after
/// the response that they are busy with, all of them at [`Limits::drain_timeout`]. Cancel-safe: dropping the future cuts
/// every connection.
pub async fn serve<S, B>(
    listener: TcpListener,
    service: S,
    shutdown: impl Future<Output = ()>,
    limits: Limits,
) -> Drained
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let slots = Arc::new(Semaphore::new(limits.connections_max));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout).max_buf_size(HEAD_BYTES_MAX);

    let mut shutdown = pin!(shutdown);
    loop {
        let accept = async {
            let slot = Arc::clone(&slots).acquire_owned().await.expect("the semaphore is never closed");
            (accept(&listener).await, slot)
        };
        let (stream, slot) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = accept => accepted,
        };
        while connections.try_join_next().is_some() {}
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service.clone()));
        connections.spawn(async move {
            let _slot = slot;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended early");
            }
        });
    }
    drop(listener);

    if tokio::time::timeout(limits.drain_timeout, graceful.shutdown()).await.is_ok() {
        return Drained { cut: 0 };
    }
    while connections.try_join_next().is_some() {}
    let cut = connections.len();
    connections.shutdown().await;
    tracing::warn!(cut, "connections were still busy at the end of the drain time and have been cut");
    Drained { cut }
}

/// The next connection, however long it takes.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are small and complete: waiting to fill a segment only delays them.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
                return stream;
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::net::SocketAddr;

    use bytes::Bytes;
    use http_body_util::Full;
    use hyper::service::service_fn;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::{Notify, oneshot};
    use tokio::task::JoinHandle;

    use super::*;

    struct Server {
        address: SocketAddr,
        /// Lets `/wait` answer.
        gate: Arc<Notify>,
        /// Says that `/wait` has been reached.
        reached: Arc<Notify>,
        stop: oneshot::Sender<()>,
        done: JoinHandle<Drained>,
    }

    async fn start(limits: Limits) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (gate, reached) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (stop, stopped) = oneshot::channel();
        let state = (Arc::clone(&gate), Arc::clone(&reached));
        let service = service_fn(move |request: Request<Incoming>| {
            let (gate, reached) = state.clone();
            async move {
                if request.uri().path() == "/wait" {
                    reached.notify_one();
                    gate.notified().await;
                }
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"done"))))
            }
        });
        let shutdown = async move { stopped.await.expect("the test holds the sender") };
        let done = tokio::spawn(serve(listener, service, shutdown, limits));
        Server { address, gate, reached, stop, done }
    }

    fn limits() -> Limits {
        Limits { connections_max: 8, header_timeout: Duration::from_secs(30), drain_timeout: Duration::from_secs(30) }
    }

    async fn send(server: &Server, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(server.address).await.expect("a connection");
        stream.write_all(request.as_bytes()).await.expect("a write");
        stream
    }

    async fn read_to_end(mut stream: TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("text");
        text
    }

    #[tokio::test]
    async fn half_a_head_and_an_idle_connection_are_closed_after_the_time_out() {
        let server = start(Limits { header_timeout: Duration::from_millis(100), ..limits() }).await;
        let half = send(&server, "GET / HTTP/1.1\r\nhost: a\r\n").await;
        let idle = send(&server, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        let silent = send(&server, "").await;
        assert!(!read_to_end(half).await.contains("200 OK"));
        assert!(read_to_end(idle).await.ends_with("done"));
        assert_eq!(read_to_end(silent).await, "");
    }

    #[tokio::test]
    async fn a_connection_above_the_cap_waits_for_a_free_place() {
        let server = start(Limits { connections_max: 1, ..limits() }).await;
        let first = send(&server, "GET /wait HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        server.reached.notified().await;
        let mut second = send(&server, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        let early = tokio::time::timeout(Duration::from_millis(100), second.read_u8()).await;
        assert!(early.is_err(), "the second request must not be answered while the first is");
        server.gate.notify_one();
        assert!(read_to_end(first).await.ends_with("done"));
        assert!(read_to_end(second).await.ends_with("done"));
    }

    #[tokio::test]
    async fn shutdown_closes_idle_connections_and_lets_the_busy_one_finish() {
        let server = start(limits()).await;
        let idle = send(&server, "").await;
        let busy = send(&server, "GET /wait HTTP/1.1\r\nhost: a\r\n\r\n").await;
        server.reached.notified().await;
        server.stop.send(()).expect("the server runs");
        assert_eq!(read_to_end(idle).await, "");
        server.gate.notify_one();
        assert!(read_to_end(busy).await.ends_with("done"));
        assert_eq!(server.done.await.expect("no panic"), Drained { cut: 0 });
        assert!(TcpStream::connect(server.address).await.is_err(), "the port is closed");
    }

    #[tokio::test]
    async fn what_does_not_finish_in_time_is_cut_and_counted() {
        let server = start(Limits { drain_timeout: Duration::from_millis(50), ..limits() }).await;
        let busy = send(&server, "GET /wait HTTP/1.1\r\nhost: a\r\n\r\n").await;
        server.reached.notified().await;
        server.stop.send(()).expect("the server runs");
        assert_eq!(server.done.await.expect("no panic"), Drained { cut: 1 });
        assert_eq!(read_to_end(busy).await, "");
    }
}
