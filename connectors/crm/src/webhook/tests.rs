use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Response;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::*;
use crate::numbers::Number;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// HMAC-SHA256 as RFC 2104 defines it, over a plain hash: shares nothing with the code under test.
fn hmac_by_hand(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0u8; 64];
    block[..key.len()].copy_from_slice(key);
    let hash = |pad: u8, rest: &[u8]| {
        let mut input: Vec<u8> = block.iter().map(|byte| byte ^ pad).collect();
        input.extend_from_slice(rest);
        ring::digest::digest(&ring::digest::SHA256, &input).as_ref().to_vec()
    };
    hash(0x5c, &hash(0x36, message))
}

/// Verifies as a receiver would, from the headers and the raw body.
fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = STANDARD.decode(&SECRET[6..]).unwrap();
    let mut signed = format!("{}.{}.", text("webhook-id"), text("webhook-timestamp")).into_bytes();
    signed.extend_from_slice(body);
    text("webhook-signature") == format!("v1,{}", STANDARD.encode(hmac_by_hand(&key, &signed)))
}

struct Seen {
    headers: HeaderMap,
    body: Bytes,
}

/// A receiver that gives every request the same answer.
async fn receiver(answer: fn() -> Response<Full<Bytes>>) -> (SocketAddr, mpsc::UnboundedReceiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (seen, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = seen.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let seen = seen.clone();
                async move {
                    let (head, body) = request.into_parts();
                    let body = body.collect().await.unwrap().to_bytes();
                    seen.send(Seen { headers: head.headers, body }).unwrap();
                    Ok::<_, Infallible>(answer())
                }
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (address, requests)
}

fn status(status: u16) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::default()).unwrap()
}

fn client(allow_private_addresses: bool) -> WebhookClient {
    WebhookClient::new(&SinkConfig { timeout_ms: 300, concurrency_per_endpoint: 4, allow_private_addresses })
}

fn webhook(url: &str) -> Webhook {
    Webhook::new(client(true), url, SECRET).unwrap()
}

fn delivery() -> Delivery {
    Delivery {
        id: "0190abcd-0000-8000-8000-000000000001".into(),
        event_type: "inbound.received.v1".into(),
        time: "2026-11-21T03:04:05.678Z".into(),
        data: Bytes::from_static(br#"{"text":"gr\u00fc\u00df dich \"du\"","n":12345678901234567890}"#),
    }
}

async fn verdict_of(answer: fn() -> Response<Full<Bytes>>) -> Verdict {
    let (address, _requests) = receiver(answer).await;
    webhook(&format!("http://{address}/hook")).deliver(&delivery()).await
}

#[test]
fn the_published_vector_of_standard_webhooks_holds() {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(&SECRET[6..]).unwrap());
    let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[tokio::test]
async fn a_delivery_is_signed_and_carries_the_event_untouched() {
    let (address, mut requests) = receiver(|| status(204)).await;
    let verdict = webhook(&format!("http://{address}/hook?tenant=1")).deliver(&delivery()).await;
    assert_eq!(verdict, Verdict::Delivered);
    let seen = requests.recv().await.unwrap();
    assert!(is_signed(&seen.headers, &seen.body));
    assert!(!is_signed(&seen.headers, b"{}"));
    assert_eq!(seen.headers["webhook-id"], delivery().id);
    let sent: u64 = seen.headers["webhook-timestamp"].to_str().unwrap().parse().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(now - sent <= 5, "seconds since the epoch");
    let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["type"], "inbound.received.v1");
    assert_eq!(body["timestamp"], "2026-11-21T03:04:05.678Z");
    assert!(seen.body.ends_with(br#","data":{"text":"gr\u00fc\u00df dich \"du\"","n":12345678901234567890}}"#));
}

#[tokio::test]
async fn in_metas_form_a_delivery_is_signed_as_meta_signs_and_what_meta_would_not_tell_is_not_sent() {
    let (address, mut requests) = receiver(|| status(200)).await;
    let numbers = Arc::new(Numbers::default());
    let number = Number {
        tenant: posthaste_model::TenantId(uuid::Uuid::nil()),
        waba_id: "102".into(),
        display: "+1 555 0100".into(),
        is_whatsapp: true,
    };
    numbers.set(std::collections::HashMap::from([(posthaste_model::SenderId::new("106"), number)]));
    let (url, secret) = (format!("http://{address}/hook"), "app-secret".to_owned());
    let spec = Spec { url, secret, form: "meta".into(), feeds: Vec::new() };
    let sink = sink(&client(true), &spec, &numbers).unwrap();
    let transition = |status: &str| Delivery {
        event_type: "delivery.transitioned.v1".into(),
        data: Bytes::from(format!(
            r#"{{"tenant_id":"ten_00000000000000000000000000000001","intent_id":"msg_0000000000000000000000000000002a",
               "attempt":1,"status":"{status}","at":"2026-11-21T03:04:05.678Z","accepted_at":"2026-11-21T03:04:05.678Z",
               "sender_id":"106","contact":"+16315550101","class":"transactional"}}"#
        )),
        ..delivery()
    };
    let stranger = Delivery {
        data: Bytes::from(
            transition("read").data.iter().map(|byte| if *byte == b'6' { b'7' } else { *byte }).collect::<Vec<_>>(),
        ),
        ..transition("read")
    };
    assert!(matches!(sink.deliver(&stranger).await, Verdict::Retry { .. }), "its number may be known soon");
    for status in ["unknown", "delivered"] {
        assert_eq!(sink.deliver(&transition(status)).await, Verdict::Delivered);
    }
    let seen = requests.recv().await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["entry"][0]["changes"][0]["value"]["statuses"][0]["status"], "delivered", "the first that came");
    let hex: String = hmac_by_hand(b"app-secret", &seen.body).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(seen.headers["x-hub-signature-256"], format!("sha256={hex}"));
    let unknown = Spec { form: "newer".into(), ..spec };
    assert_eq!(super::sink(&client(true), &unknown, &numbers).err(), Some(WebhookError::Form));
}

#[tokio::test]
async fn a_status_that_moves_no_message_is_told_in_metas_form_alone() {
    let (address, mut requests) = receiver(|| status(204)).await;
    let webhook = webhook(&format!("http://{address}/hook"));
    let reported = Delivery { event_type: "status.reported.v1".into(), ..delivery() };
    for delivery in [reported, delivery()] {
        assert_eq!(webhook.deliver(&delivery).await, Verdict::Delivered);
    }
    let body: serde_json::Value = serde_json::from_slice(&requests.recv().await.unwrap().body).unwrap();
    assert_eq!(body["type"], "inbound.received.v1", "the first that came");
}

#[tokio::test]
async fn answers_have_the_meaning_that_the_specification_gives_them() {
    let wait = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(verdict_of(|| status(200)).await, Verdict::Delivered);
    assert_eq!(verdict_of(|| status(410)).await, Verdict::Disable);
    let reason = |code: u16| format!("the receiver answered {code}");
    assert_eq!(verdict_of(|| status(500)).await, Verdict::Retry { after: None, reason: reason(500) });
    assert_eq!(verdict_of(|| status(404)).await, Verdict::Retry { after: None, reason: reason(404) });
    assert_eq!(verdict_of(|| status(502)).await, Verdict::Retry { after: None, reason: reason(502) });
    assert_eq!(verdict_of(|| status(429)).await, Verdict::Throttled { retry_after: None, reason: reason(429) });
    for (answer, code) in
        [((|| later(429)) as fn() -> Response<Full<Bytes>>, 429), (|| later(502), 502), (|| later(504), 504)]
    {
        assert_eq!(verdict_of(answer).await, Verdict::Throttled { retry_after: wait(7), reason: reason(code) });
    }
    assert_eq!(verdict_of(|| later(503)).await, Verdict::Retry { after: wait(7), reason: reason(503) });
}

fn later(status: u16) -> Response<Full<Bytes>> {
    Response::builder().status(status).header("retry-after", "7").body(Full::default()).unwrap()
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    static FOLLOWED: AtomicUsize = AtomicUsize::new(0);
    static TARGET: std::sync::OnceLock<SocketAddr> = std::sync::OnceLock::new();
    let (target, _requests) = receiver(|| {
        FOLLOWED.fetch_add(1, Ordering::SeqCst);
        status(200)
    })
    .await;
    TARGET.set(target).unwrap();
    let verdict = verdict_of(|| {
        let location = format!("http://{}/", TARGET.get().unwrap());
        Response::builder().status(307).header("location", location).body(Full::default()).unwrap()
    })
    .await;
    assert!(
        matches!(verdict, Verdict::Retry { reason, .. } if reason.contains("307") && reason.contains("not followed"))
    );
    assert_eq!(FOLLOWED.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_receiver_that_never_answers_costs_the_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let begun = std::time::Instant::now();
    let verdict = webhook(&format!("http://{}/", silent.local_addr().unwrap())).deliver(&delivery()).await;
    assert!(matches!(verdict, Verdict::Retry { reason, .. } if reason == "no answer within 300 ms"));
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    let endless = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    });
    let verdict = webhook(&format!("http://{address}/")).deliver(&delivery()).await;
    assert_eq!(verdict, Verdict::Delivered, "not a time-out");
    tokio::time::timeout(Duration::from_secs(5), endless).await.expect("the connection is closed").unwrap();
}

#[tokio::test]
async fn a_closed_port_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let verdict = webhook(&format!("http://{address}/")).deliver(&delivery()).await;
    assert!(matches!(verdict, Verdict::Retry { reason, .. } if reason.starts_with("no connection")));
}

#[tokio::test]
async fn our_own_network_cannot_be_called() {
    let (address, mut requests) = receiver(|| status(200)).await;
    let port = address.port();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0", "169.254.169.254"] {
        let webhook = Webhook::new(client(false), &format!("http://{host}:{port}/"), SECRET).unwrap();
        let verdict = webhook.deliver(&delivery()).await;
        let Verdict::Retry { reason, .. } = verdict else { panic!("{host}: {verdict:?}") };
        assert!(reason.contains("not a public address"), "{host}: {reason}");
    }
    assert!(requests.try_recv().is_err());
}

#[test]
fn a_url_or_secret_that_cannot_work_is_refused() {
    for url in ["", "example.org", "ftp://example.org/", "https://", "https://user:pw@example.org/", "/hook"] {
        assert_eq!(Webhook::new(client(true), url, SECRET).unwrap_err(), WebhookError::Url, "{url}");
    }
    for secret in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_***"] {
        let error = Webhook::new(client(true), "https://example.org", secret).unwrap_err();
        assert_eq!(error, WebhookError::Secret, "{secret}");
    }
}
