//! The load: many kept-alive connections, each one request at a time.
//!
//! Open loop: request *k* is due at `start + k / rate`, whichever connection is free takes it, and its latency counts from
//! when it was due, not from when it was sent: a server that stalls cannot make the generator forget the requests that it
//! should have sent meanwhile (coordinated omission). Closed loop: every connection sends as soon as it was answered.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use crate::clock;

/// A request without an answer after this time is an error: far beyond what the edge allows itself (2 s for the log).
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// Open loop: requests that could not be sent this long after the end are given up.
const OVERTIME_MAX: Duration = Duration::from_secs(10);
/// Pause of a connection that could not be opened, so that a server that is gone is not hammered.
const RECONNECT_PAUSE: Duration = Duration::from_millis(100);

/// How requests follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pace {
    /// Open loop, requests a second.
    Rate(f64),
    /// Closed loop.
    Max,
}

/// When it is enough.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// After this time (open loop: requests due within it).
    Elapsed(Duration),
    /// After this many requests.
    Requests(u64),
}

/// One load.
pub(crate) struct Load<'a> {
    /// Where to.
    pub(crate) target: SocketAddr,
    /// The request of each number, from 0.
    pub(crate) request: &'a dyn Fn(u64) -> Request<Full<Bytes>>,
    /// Connections, opened at the first request of each.
    pub(crate) connections: usize,
    /// Open or closed loop.
    pub(crate) pace: Pace,
    /// The end.
    pub(crate) until: Until,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Latencies of the requests that succeeded, ascending.
    pub(crate) latencies: Vec<Duration>,
    /// Their numbers, and when each was answered, in unix milliseconds; in the order of the answers.
    pub(crate) answered_ms: Vec<(u64, u64)>,
    /// Other endings by kind.
    pub(crate) errors: BTreeMap<String, u64>,
    /// From the start to the last answer.
    pub(crate) wall: Duration,
}

impl Outcome {
    /// Successes a second.
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.wall.as_secs_f64()
    }

    /// The latency that this share of the requests stayed within, in milliseconds; 1.0 is the greatest.
    pub(crate) fn percentile_ms(&self, share: f64) -> f64 {
        let Some(last) = self.latencies.len().checked_sub(1) else { return f64::NAN };
        let rank = (share * self.latencies.len() as f64).ceil() as usize;
        self.latencies[rank.saturating_sub(1).min(last)].as_secs_f64() * 1_000.0
    }

    /// All requests that did not succeed.
    pub(crate) fn failed(&self) -> u64 {
        self.errors.values().sum()
    }
}

/// What the connections of one load share; they live on one thread.
struct Shared<'a> {
    load: &'a Load<'a>,
    start: Instant,
    next: RefCell<u64>,
    outcome: RefCell<Outcome>,
}

/// Applies the load.
pub(crate) async fn apply(load: &Load<'_>) -> Outcome {
    let shared = Rc::new(Shared { load, start: Instant::now(), next: RefCell::new(0), outcome: RefCell::default() });
    join_all((0..load.connections).map(|_| connection(Rc::clone(&shared)))).await;
    let mut outcome = shared.outcome.take();
    outcome.wall = shared.start.elapsed();
    outcome.latencies.sort_unstable();
    outcome
}

impl Shared<'_> {
    /// The next request: its number and when it is due; `None` at the end.
    fn take(&self) -> Option<(u64, Instant)> {
        let mut next = self.next.borrow_mut();
        let due = match self.load.pace {
            Pace::Rate(rate) => self.start + Duration::from_secs_f64(*next as f64 / rate),
            Pace::Max => Instant::now(),
        };
        let over = match self.load.until {
            Until::Elapsed(time) => due.saturating_duration_since(self.start) >= time,
            Until::Requests(count) => *next >= count,
        };
        if over {
            return None;
        }
        *next += 1;
        Some((*next - 1, due))
    }

    /// Open loop: the end of all patience.
    fn given_up(&self, due: Instant) -> bool {
        matches!(self.load.pace, Pace::Rate(_)) && due.elapsed() > OVERTIME_MAX
    }

    fn failed(&self, kind: String) {
        *self.outcome.borrow_mut().errors.entry(kind).or_default() += 1;
    }
}

async fn connection(shared: Rc<Shared<'_>>) {
    let mut open = None;
    while let Some((number, due)) = shared.take() {
        sleep_until(due).await;
        if shared.given_up(due) {
            shared.failed("not sent in time".to_owned());
            continue;
        }
        match timeout(ANSWER_MAX, exchange(&mut open, shared.load, number)).await {
            Ok(Ok(status)) if status.is_success() => {
                let mut outcome = shared.outcome.borrow_mut();
                outcome.latencies.push(due.elapsed());
                outcome.answered_ms.push((number, clock::now_ms()));
            }
            Ok(Ok(status)) => shared.failed(format!("status {}", status.as_u16())),
            Ok(Err(error)) => {
                open = None;
                shared.failed(error);
                tokio::time::sleep(RECONNECT_PAUSE).await;
            }
            Err(_) => {
                open = None;
                shared.failed("no answer".to_owned());
            }
        }
    }
}

/// Makes one request over the connection, which is opened when there is none.
async fn exchange(
    open: &mut Option<SendRequest<Full<Bytes>>>,
    load: &Load<'_>,
    number: u64,
) -> Result<http::StatusCode, String> {
    let mut sender = match open.take() {
        Some(sender) => sender,
        None => connect(load.target).await.map_err(|_| "connect".to_owned())?,
    };
    let request = (load.request)(number);
    let answer = sender.send_request(request).await.map_err(|_| "connection".to_owned())?;
    let status = answer.status();
    answer.into_body().collect().await.map_err(|_| "connection".to_owned())?;
    *open = Some(sender);
    Ok(status)
}

async fn connect(target: SocketAddr) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(target).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    sender.ready().await?;
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that takes one connection at a time, stalls for `stall` before its first answer, and then answers at once.
    async fn stalling(stall: Duration) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = vec![0; 64 * 1024];
            let mut first = true;
            while stream.read(&mut buffer).await.unwrap_or(0) > 0 {
                if std::mem::take(&mut first) {
                    tokio::time::sleep(stall).await;
                }
                if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.is_err() {
                    return;
                }
            }
        });
        address
    }

    /// A stall of 300 ms at 100/s delays thirty requests; a generator that waits for the answer would see one slow request.
    #[tokio::test]
    async fn a_stall_is_charged_to_every_request_that_was_due_in_it() {
        let request = |_| Request::get("/").body(Full::default()).unwrap();
        let target = stalling(Duration::from_millis(300)).await;
        let load = Load {
            target,
            request: &request,
            connections: 1,
            pace: Pace::Rate(100.0),
            until: Until::Elapsed(Duration::from_secs(1)),
        };
        let outcome = apply(&load).await;
        assert_eq!(outcome.latencies.len() as u64 + outcome.failed(), 100);
        let late = outcome.latencies.iter().filter(|latency| **latency >= Duration::from_millis(50)).count();
        assert!(late >= 25, "{late} requests late");
        assert!(outcome.percentile_ms(1.0) >= 300.0);
    }

    #[test]
    fn a_percentile_is_the_latency_that_the_share_stayed_within() {
        let latencies = (1..=100).map(Duration::from_millis).collect();
        let outcome = Outcome { latencies, wall: Duration::from_secs(2), ..Outcome::default() };
        assert!((outcome.percentile_ms(0.5) - 50.0).abs() < 1e-9);
        assert!((outcome.percentile_ms(0.99) - 99.0).abs() < 1e-9);
        assert!((outcome.percentile_ms(1.0) - 100.0).abs() < 1e-9);
        assert!((outcome.rate() - 50.0).abs() < 1e-9);
    }
}
