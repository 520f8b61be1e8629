//! Through a real socket, byte by byte, into a log that can be told to fail.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use hyper_util::service::TowerToHyperService;
use posthaste_meta::Secret;
use posthaste_model::{AppKey, Millis};
use posthaste_runtime::http::{Limits, serve};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::service::{self, routes};

const NOW: Millis = Millis(1_790_000_000_123);
const WELL: u8 = 0;
const FAILING: u8 = 1;
const HANGING: u8 = 2;

#[derive(Clone, Default)]
struct MemoryLog {
    records: Arc<Mutex<Vec<RawRecord>>>,
    mood: Arc<AtomicU8>,
}

impl RawLog for MemoryLog {
    async fn append(&self, record: RawRecord) -> Result<(), AppendError> {
        match self.mood.load(Ordering::SeqCst) {
            WELL => self.records.lock().expect("no panic").push(record),
            FAILING => return Err(AppendError("told to fail".to_owned())),
            _ => std::future::pending().await,
        }
        Ok(())
    }
}

struct Edge {
    address: SocketAddr,
    log: MemoryLog,
    tally: Arc<Tally>,
}

async fn edge() -> Edge {
    edge_with(BODY_TIMEOUT, Duration::from_millis(200)).await
}

async fn edge_with(body_timeout: Duration, append_timeout: Duration) -> Edge {
    let log = MemoryLog::default();
    let app = App {
        verify_tokens: vec!["token-1".to_owned(), "token-2".to_owned()],
        secrets: vec![Secret::new("new"), Secret::new("old")],
    };
    let apps = HashMap::from([(AppKey::new("demo"), app)]);
    let tally = Arc::new(Tally::new("edge", apps.keys().cloned(), NOW));
    let own = Arc::clone(&tally);
    let filter = routes(service::Edge { apps, log: log.clone(), tally, now: || NOW, body_timeout, append_timeout });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = TowerToHyperService::new(warp::service(filter));
    tokio::spawn(serve(listener, service, std::future::pending(), Limits::with_connections(16)));
    Edge { address, log, tally: own }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn code(&self) -> String {
        assert!(self.head.contains("content-type: application/problem+json"), "{}", self.head);
        let document: Value = serde_json::from_str(&self.body).expect("a problem document");
        assert_eq!(document["status"], self.status);
        assert!(["type", "title", "detail"].iter().all(|name| document[name].is_string()));
        document["code"].as_str().expect("a code").to_owned()
    }
}

impl Edge {
    /// Sends bytes as they are, and reads the answer until it is complete. `half_close` ends the sending side.
    async fn raw(&self, request: &[u8], half_close: bool) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        let (mut reader, mut writer) = stream.split();
        // The edge may answer and close before it has read everything: then writing fails, and the answer counts.
        let write = async {
            let written = writer.write_all(request).await;
            if half_close {
                writer.shutdown().await.ok();
            }
            written
        };
        let (_, answer) = tokio::join!(write, read_answer(&mut reader));
        answer
    }

    async fn send(&self, request: &[u8]) -> Answer {
        self.raw(request, false).await.expect("an answer")
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: edge\r\n\r\n").as_bytes()).await
    }

    /// POSTs a body with its length and these headers.
    async fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send(&request(path, headers, body.len(), body)).await
    }

    /// POSTs a body to the app, signed with this secret.
    async fn signed(&self, secret: &str, body: &[u8]) -> Answer {
        let signature = Secret::new(secret).sign(body);
        let headers = [("content-type", "application/json"), ("x-hub-signature-256", signature.as_str())];
        self.post("/webhooks/meta/demo", &headers, body).await
    }

    fn records(&self) -> Vec<RawRecord> {
        self.log.records.lock().expect("no panic").clone()
    }
}

fn request(path: &str, headers: &[(&str, &str)], length: usize, body: &[u8]) -> Vec<u8> {
    let mut head = format!("POST {path} HTTP/1.1\r\nhost: edge\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

async fn read_answer(reader: &mut (impl AsyncReadExt + Unpin)) -> Option<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(reader.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).expect("an ASCII head");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    let mut body = vec![0; length.parse().expect("a number")];
    reader.read_exact(&mut body).await.ok()?;
    let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
    Some(Answer { status, head, body: String::from_utf8(body).expect("UTF-8") })
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_signed_body_reaches_the_log_byte_for_byte() {
    let edge = edge().await;
    let body = "{ \"a\" : \"\\u00e9\\/ é\u{0}\" }\r\n\t".as_bytes();
    let answer = edge.signed("new", body).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    let expected = RawRecord { app: AppKey::new("demo"), body: Bytes::copy_from_slice(body), received_at: NOW };
    assert_eq!(edge.records(), [expected]);
}

#[tokio::test]
async fn both_secrets_pass_and_a_third_does_not() {
    let edge = edge().await;
    assert_eq!(edge.signed("new", b"{}").await.status, 200);
    assert_eq!(edge.signed("old", b"{}").await.status, 200);
    let forged = edge.signed("guess", b"{}").await;
    assert_eq!((forged.status, forged.code().as_str()), (401, "signature_invalid"));
    assert_eq!(edge.records().len(), 2);
}

#[tokio::test]
async fn a_signature_of_another_body_is_refused() {
    let edge = edge().await;
    let signature = Secret::new("new").sign(b"{\"a\":1}");
    let answer = edge.post("/webhooks/meta/demo", &[JSON, ("x-hub-signature-256", &signature)], b"{\"a\":2}").await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "signature_invalid"));
    assert!(edge.records().is_empty());
}

/// The body is announced and never sent: an answer proves that it was not waited for.
#[tokio::test]
async fn what_the_head_shows_is_refused_before_the_body() {
    let edge = edge().await;
    let signature = Secret::new("new").sign(b"{}");
    let signed = ("x-hub-signature-256", signature.as_str());
    let too_large = BODY_BYTES_MAX + 1;
    for (path, headers, length, status, code) in [
        ("/webhooks/meta/demo", vec![JSON], 10, 401, "signature_missing"),
        ("/webhooks/meta/demo", vec![JSON, ("x-hub-signature-256", "sha256=abc")], 10, 401, "signature_malformed"),
        ("/webhooks/meta/demo", vec![JSON, ("x-hub-signature-256", "é")], 10, 401, "signature_malformed"),
        ("/webhooks/meta/demo", vec![signed], 10, 415, "content_type_unsupported"),
        ("/webhooks/meta/demo", vec![("content-type", "text/plain"), signed], 10, 415, "content_type_unsupported"),
        ("/webhooks/meta/demo", vec![JSON, signed], too_large, 413, "body_too_large"),
        ("/webhooks/meta/other", vec![JSON, signed], 10, 404, "app_unknown"),
        ("/webhooks/meta", vec![JSON, signed], 10, 404, "route_unknown"),
        ("/healthz", vec![JSON, signed], 10, 405, "method_not_allowed"),
    ] {
        let answer = edge.send(&request(path, &headers, length, b"")).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path} {headers:?}");
    }
    assert!(edge.records().is_empty());
}

#[tokio::test]
async fn what_was_taken_and_what_was_refused_and_why_is_counted_by_app() {
    let edge = edge().await;
    for secret in ["new", "guess", "guess"] {
        edge.signed(secret, b"{}").await;
    }
    edge.post("/webhooks/meta/demo", &[JSON], b"{}").await;
    edge.post("/webhooks/meta/nobodys", &[JSON], b"{}").await;
    edge.get("/webhooks/meta/demo?hub.mode=subscribe").await;
    let told = edge.tally.news();
    let times = |app: Option<&str>| {
        let told = told.iter().find(|told| told.app.as_ref().map(AppKey::as_str) == app).expect("news");
        told.outcomes.iter().map(|(outcome, counted)| (outcome.clone(), counted.times)).collect::<Vec<_>>()
    };
    let expected = [("accepted", 1), ("signature_invalid", 2), ("signature_missing", 1)];
    assert_eq!(times(Some("demo")), expected.map(|(outcome, times)| (outcome.to_owned(), times)));
    assert_eq!(times(None), [("app_unknown".to_owned(), 1)], "handshakes are no webhooks");
    edge.log.mood.store(FAILING, Ordering::SeqCst);
    edge.signed("new", b"{}").await;
    let [told] = edge.tally.news().try_into().expect("one app has news");
    assert_eq!(told.outcomes["log_unavailable"].times, 1);
    assert_eq!(told.outcomes["accepted"].times, 1, "only what the log has was taken");
}

#[tokio::test]
async fn a_content_type_may_name_its_charset() {
    let edge = edge().await;
    let signature = Secret::new("new").sign(b"{}");
    let headers = [("content-type", "Application/JSON; charset=utf-8"), ("x-hub-signature-256", signature.as_str())];
    assert_eq!(edge.post("/webhooks/meta/demo", &headers, b"{}").await.status, 200);
}

#[tokio::test]
async fn a_truncated_body_is_not_taken() {
    let edge = edge().await;
    let signature = Secret::new("new").sign(b"{}");
    let request = request("/webhooks/meta/demo", &[JSON, ("x-hub-signature-256", &signature)], 100, b"{}");
    if let Some(answer) = edge.raw(&request, true).await {
        assert_eq!((answer.status, answer.code().as_str()), (400, "body_invalid"));
    }
    assert_eq!(edge.signed("new", b"{\"next\":1}").await.status, 200, "the edge lives on");
    assert_eq!(edge.records().len(), 1);
}

fn chunked(secret: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /webhooks/meta/demo HTTP/1.1\r\nhost: edge\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\nx-hub-signature-256: {}\r\n\r\n",
        Secret::new(secret).sign(body)
    );
    let mut request = head.into_bytes();
    for chunk in body.chunks(64 * 1024) {
        request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    request
}

#[tokio::test]
async fn the_limit_holds_for_chunked_bodies_too() {
    let edge = edge().await;
    let largest = vec![b' '; BODY_BYTES_MAX];
    assert_eq!(edge.signed("new", &largest).await.status, 200);
    assert_eq!(edge.send(&chunked("new", &largest)).await.status, 200);
    assert_eq!(edge.send(&chunked("new", b"{}")).await.status, 200);
    // The edge stops reading in mid-body and closes; whether the answer survives the reset is TCP's business.
    if let Some(answer) = edge.raw(&chunked("new", &vec![b' '; BODY_BYTES_MAX + 1]), false).await {
        assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
    }
    assert_eq!(edge.records().iter().map(|record| record.body.len()).collect::<Vec<_>>(), [4 << 20, 4 << 20, 2]);
}

#[tokio::test]
async fn a_log_that_fails_or_hangs_is_answered_503_and_recovers() {
    let edge = edge().await;
    for mood in [FAILING, HANGING] {
        edge.log.mood.store(mood, Ordering::SeqCst);
        let answer = tokio::time::timeout(APPEND_TIMEOUT * 2, edge.signed("new", b"{}")).await.expect("in time");
        assert_eq!((answer.status, answer.code().as_str()), (503, "log_unavailable"));
        assert!(answer.head.contains("retry-after: 5\r\n"));
    }
    edge.log.mood.store(WELL, Ordering::SeqCst);
    assert_eq!(edge.signed("new", b"{}").await.status, 200);
    assert_eq!(edge.records().len(), 1);
}

#[tokio::test]
async fn one_connection_carries_many_webhooks() {
    let edge = edge().await;
    let mut stream = TcpStream::connect(edge.address).await.expect("a connection");
    for n in 0..50 {
        let body = format!("{{\"n\":{n}}}");
        let signature = Secret::new("old").sign(body.as_bytes());
        let headers = [JSON, ("x-hub-signature-256", signature.as_str())];
        stream
            .write_all(&request("/webhooks/meta/demo", &headers, body.len(), body.as_bytes()))
            .await
            .expect("a write");
        assert_eq!(read_answer(&mut stream).await.map(|answer| answer.status), Some(200));
    }
    assert_eq!(edge.records().len(), 50);
}

#[tokio::test]
async fn the_handshake_echoes_the_challenge_for_any_of_the_tokens() {
    let edge = edge().await;
    for token in ["token-1", "token-2"] {
        let path = format!("/webhooks/meta/demo?hub.mode=subscribe&hub.challenge=11%3C58%20x&hub.verify_token={token}");
        let answer = edge.get(&path).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "11<58 x"));
        assert!(answer.head.contains("content-type: text/plain"));
    }
}

#[tokio::test]
async fn a_wrong_handshake_is_refused() {
    let edge = edge().await;
    for (query, status, code) in [
        ("demo?hub.mode=subscribe&hub.challenge=1&hub.verify_token=token-3", 403, "verify_token_invalid"),
        ("demo?hub.mode=subscribe&hub.challenge=1&hub.verify_token=", 403, "verify_token_invalid"),
        ("demo?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=token-1", 403, "verify_token_invalid"),
        ("demo?hub.mode=subscribe&hub.verify_token=token-1", 403, "verify_token_invalid"),
        ("demo", 403, "verify_token_invalid"),
        ("other?hub.mode=subscribe&hub.challenge=1&hub.verify_token=token-1", 404, "app_unknown"),
    ] {
        let answer = edge.get(&format!("/webhooks/meta/{query}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{query}");
    }
}

#[tokio::test]
async fn health_and_unknown_routes_are_answered() {
    let edge = edge().await;
    assert_eq!(edge.get("/healthz").await.status, 200);
    assert_eq!(edge.get("/").await.code(), "route_unknown");
    let answer = edge.send(b"PUT /webhooks/meta/demo HTTP/1.1\r\nhost: edge\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!((answer.status, answer.code().as_str()), (405, "method_not_allowed"));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let edge = edge_with(Duration::from_millis(50), APPEND_TIMEOUT).await;
    let signature = Secret::new("new").sign(b"{}");
    let answer =
        edge.send(&request("/webhooks/meta/demo", &[JSON, ("x-hub-signature-256", &signature)], 2, b"{")).await;
    assert_eq!((answer.status, answer.code().as_str()), (408, "request_timeout"));
    assert!(edge.records().is_empty());
}

#[test]
fn every_refusal_has_a_code_of_its_own() {
    let codes: std::collections::BTreeSet<_> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
    assert_eq!(codes.len(), Refusal::ALL.len());
}
