//! Against a real TCP server that answers bytes as told.

use posthaste_core::verdict::Scope;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;

/// What the server does with one request.
enum Act {
    /// Reads the request, answers these bytes, keeps the connection.
    Answer(String),
    /// Reads the request, answers these bytes, closes the connection.
    AnswerAndClose(String),
    /// Reads the request, then resets the connection.
    Reset,
    /// Reads the request and keeps silent.
    Silence,
}

struct Server {
    base_url: String,
    /// Requests as they were read, with the number of their connection.
    seen: mpsc::UnboundedReceiver<(usize, String)>,
    /// Connections that the server has closed.
    closed: mpsc::UnboundedReceiver<usize>,
}

/// Performs the acts in order, one per request, over as many connections as the client opens.
async fn serve(acts: Vec<Act>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base_url = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell, seen) = mpsc::unbounded_channel();
    let (tell_closed, closed) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut acts = acts.into_iter();
        for connection in 0.. {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            while let Some(request) = read_request(&mut stream).await {
                tell.send((connection, request)).ok();
                match acts.next() {
                    Some(Act::Answer(answer)) => stream.write_all(answer.as_bytes()).await.expect("a write"),
                    Some(Act::AnswerAndClose(answer)) => {
                        stream.write_all(answer.as_bytes()).await.expect("a write");
                        break;
                    }
                    Some(Act::Reset) => {
                        stream.set_zero_linger().expect("linger");
                        break;
                    }
                    Some(Act::Silence) | None => std::future::pending().await,
                }
            }
            drop(stream);
            tell_closed.send(connection).ok();
        }
    });
    Server { base_url, seen, closed }
}

/// One request with its body; `None` when the peer closed first.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut byte = [0];
    while !text.ends_with("\r\n\r\n") {
        if stream.read(&mut byte).await.ok()? == 0 {
            return None;
        }
        text.push(char::from(byte[0]));
    }
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    text.push_str(&String::from_utf8(body).ok()?);
    Some(text)
}

fn response(status: &str, extra: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{extra}\r\n{body}", body.len())
}

fn client(base_url: &str, timeout_ms: u64) -> GraphClient {
    let options =
        GraphOptions { base_url: base_url.to_owned(), version: "v26.0".to_owned(), timeout_ms, connections_max: 4 };
    GraphClient::new(&options).expect("good options")
}

const ACCESS: Access<'_> = Access { token: "TOKEN", version: None };

async fn send(client: &GraphClient) -> SendOutcome {
    send_with(client, ACCESS).await
}

async fn send_with(client: &GraphClient, access: Access<'_>) -> SendOutcome {
    client.send(("1065", "messages"), access, (Bytes::from_static(b"{\"x\":1}"), None), Box::new(|| Ok(()))).await.0
}

/// The outcome of one request that is answered so.
async fn outcome(answer: String) -> SendOutcome {
    let server = serve(vec![Act::Answer(answer)]).await;
    send(&client(&server.base_url, 10_000)).await
}

fn meta_error(code: i64, rest: &str) -> String {
    format!(r#"{{"error":{{"message":"(#{code}) words","type":"OAuthException","code":{code}{rest}}}}}"#)
}

#[tokio::test]
async fn a_tenant_of_another_version_is_sent_for_in_that() {
    let body = r#"{"messages":[{"id":"wamid.A"}]}"#;
    let answers = (0..3).map(|_| Act::Answer(response("200 OK", "", body))).collect();
    let mut server = serve(answers).await;
    let client = client(&server.base_url, 10_000);
    for (version, path) in [(Some("v24.0"), "/v24.0/"), (None, "/v26.0/"), (Some("v25.0"), "/v25.0/")] {
        let outcome = send_with(&client, Access { token: "T", version }).await;
        assert!(matches!(outcome, SendOutcome::Accepted { .. }), "{outcome:?}");
        let (_, request) = server.seen.recv().await.expect("a request");
        assert!(request.starts_with(&format!("POST {path}1065/messages HTTP/1.1\r\n")), "{request}");
    }
}

#[tokio::test]
async fn an_accepted_message_has_its_id_and_the_request_is_metas() {
    let body = r#"{"messaging_product":"whatsapp","contacts":[],"messages":[{"id":"wamid.A"}]}"#;
    let mut server = serve(vec![Act::Answer(response("200 OK", "", body))]).await;
    let outcome = send(&client(&server.base_url, 10_000)).await;
    assert_eq!(outcome, SendOutcome::Accepted { wamid: Wamid::new("wamid.A"), held: false, number: None });
    let (_, request) = server.seen.recv().await.expect("a request");
    assert!(request.starts_with("POST /v26.0/1065/messages HTTP/1.1\r\n"), "{request}");
    assert!(
        request.contains("authorization: Bearer TOKEN\r\n") && request.contains("content-type: application/json\r\n")
    );
    assert!(request.ends_with("\r\n\r\n{\"x\":1}"));
}

#[tokio::test]
async fn a_number_that_meta_writes_otherwise_is_told_and_nothing_that_stands_beside_the_id_costs_the_message() {
    for (contacts, number) in [
        (r#"[{"input":"+5511987654321","wa_id":"551187654321"}]"#, Some("+551187654321")),
        (r#"[{"input":"5511987654321","wa_id":"551187654321"},{"wa_id":"1"}]"#, Some("+551187654321")),
        (r#"[{"wa_id":551187654321}]"#, Some("+551187654321")),
        (r#"[{"input":"+16505551234","wa_id":"16505551234"}]"#, None),
        (r#"[{"input":"US.1","user_id":"US.1"}]"#, None),
        (r#"[{"input":[],"wa_id":{}}]"#, None),
        ("[7]", None),
        ("[]", None),
        ("{}", None),
        ("null", None),
    ] {
        let body = format!(r#"{{"contacts":{contacts},"messages":[{{"id":"wamid.A"}}]}}"#);
        let number = number.map(Contact::new);
        let accepted = SendOutcome::Accepted { wamid: Wamid::new("wamid.A"), held: false, number };
        assert_eq!(outcome(response("200 OK", "", &body)).await, accepted, "{contacts}");
    }
}

#[tokio::test]
async fn a_message_of_messenger_is_accepted_by_its_id_alone() {
    let body = r#"{"recipient_id":"7180","message_id":"m_AG5Hz2U"}"#;
    let accepted = SendOutcome::Accepted { wamid: Wamid::new("m_AG5Hz2U"), held: false, number: None };
    assert_eq!(outcome(response("200 OK", "", body)).await, accepted);
    // As to an action: of a message nothing that could be followed was sent, of an action it says all.
    let nothing = outcome(response("200 OK", "", r#"{"recipient_id":"7180"}"#)).await;
    assert!(matches!(nothing, SendOutcome::Unknown { http_status: Some(200), .. }), "{nothing:?}");
}

#[tokio::test]
async fn what_is_no_message_is_accepted_by_success_or_by_its_recipient_and_by_nothing_less() {
    let name = Wamid::new("typing_on");
    for (body, accepted) in [
        (r#"{"success":true}"#, true),
        (r#"{"recipient_id":"7180"}"#, true),
        (r#"{"success":false}"#, false),
        ("{}", false),
        ("<html>", false),
    ] {
        let server = serve(vec![Act::Answer(response("200 OK", "", body))]).await;
        let client = client(&server.base_url, 10_000);
        let request = (Bytes::from_static(b"{}"), Some(&name));
        let outcome = client.send(("me", "messages"), ACCESS, request, Box::new(|| Ok(()))).await.0;
        let expected = SendOutcome::Accepted { wamid: name.clone(), held: false, number: None };
        assert_eq!(outcome == expected, accepted, "{body}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_held_message_is_accepted_as_held() {
    for (status, held) in [("held_for_quality_assessment", true), ("paused", true), ("accepted", false)] {
        let body = format!(r#"{{"messages":[{{"id":"w","message_status":"{status}"}}]}}"#);
        let accepted = SendOutcome::Accepted { wamid: Wamid::new("w"), held, number: None };
        assert_eq!(outcome(response("200 OK", "", &body)).await, accepted);
    }
}

#[tokio::test]
async fn a_refusal_has_its_verdict_words_and_wait() {
    let refused = |verdict, http_status, code, reason: &str, (retry_after_ms, wait_ms)| SendOutcome::Refused {
        verdict,
        http_status,
        code,
        reason: reason.to_owned(),
        retry_after_ms,
        wait_ms,
    };
    let details = r#","error_data":{"messaging_product":"whatsapp","details":"d"}"#;
    for (answer, expected) in [
        (
            response("400 Bad Request", "", &meta_error(132_000, details)),
            refused(Verdict::Pause(Scope::Campaign), 400, Some(132_000), "d", (None, None)),
        ),
        (
            response("400 Bad Request", "retry-after: 7\r\n", &meta_error(130_429, r#","error_data":"plain""#)),
            refused(Verdict::Throttle(Scope::Sender), 400, Some(130_429), "plain", (Some(7_000), None)),
        ),
        (
            response("500 Internal Server Error", "", &meta_error(131_057, "")),
            refused(Verdict::Throttle(Scope::Sender), 500, Some(131_057), "(#131057) words", (None, Some(60_000))),
        ),
        (
            response("401 Unauthorized", "", &meta_error(190, "")),
            refused(Verdict::Pause(Scope::Token), 401, Some(190), "(#190) words", (None, None)),
        ),
        (
            response("403 Forbidden", "", &meta_error(10, r#","error_subcode":2018278"#)),
            refused(Verdict::Permanent, 403, Some(10), "(#10) words", (None, None)),
        ),
        (
            response("403 Forbidden", "", &meta_error(10, r#","error_subcode":7"#)),
            refused(Verdict::Pause(Scope::Token), 403, Some(10), "(#10) words", (None, None)),
        ),
        (
            response("429 Too Many Requests", "", "<html>"),
            refused(Verdict::Throttle(Scope::Sender), 429, None, "HTTP 429 without an error of Meta's", (None, None)),
        ),
    ] {
        assert_eq!(outcome(answer).await, expected);
    }
}

#[tokio::test]
async fn an_answer_that_says_nothing_leaves_the_outcome_unknown() {
    let long = "x".repeat(ANSWER_BYTES_MAX + 1);
    for (answer, http_status) in [
        (response("500 Internal Server Error", "", "<html><body>Sorry</body></html>"), 500),
        (response("502 Bad Gateway", "", ""), 502),
        (response("500 Internal Server Error", "", &meta_error(131_000, "")), 500),
        (response("400 Bad Request", "", &meta_error(999_999, "")), 400),
        (response("400 Bad Request", "", "{\"error\":\"odd\"}"), 400),
        (response("302 Found", "location: http://127.0.0.1:1/\r\n", ""), 302),
        (response("200 OK", "", "{}"), 200),
        (response("200 OK", "", "<html>"), 200),
        (response("200 OK", "", r#"{"messages":[]}"#), 200),
        (response("200 OK", "", &long), 200),
    ] {
        let outcome = outcome(answer).await;
        let SendOutcome::Unknown { http_status: seen, .. } = &outcome else { panic!("{outcome:?}") };
        assert_eq!(*seen, Some(http_status), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_leaves_the_outcome_unknown() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"mess".to_owned();
    for (act, http_status) in [
        (Act::Reset, None),
        (Act::AnswerAndClose(String::new()), None),
        (Act::AnswerAndClose("HTTP/1.1 2".to_owned()), None),
        (Act::AnswerAndClose("garbage\r\n\r\n".to_owned()), None),
        (Act::AnswerAndClose(cut), Some(200)),
    ] {
        let mut server = serve(vec![act]).await;
        let outcome = send(&client(&server.base_url, 10_000)).await;
        let SendOutcome::Unknown { http_status: seen, .. } = &outcome else { panic!("{outcome:?}") };
        assert_eq!(*seen, http_status, "{outcome:?}");
        server.seen.recv().await.expect("the request");
        assert!(server.seen.try_recv().is_err(), "it must not have been sent twice");
    }
}

#[tokio::test]
async fn a_reset_of_a_reused_connection_is_unknown_and_not_repeated() {
    let ok = response("200 OK", "", r#"{"messages":[{"id":"w"}]}"#);
    let mut server = serve(vec![Act::Answer(ok.clone()), Act::Reset, Act::Answer(ok)]).await;
    let client = client(&server.base_url, 10_000);
    assert!(matches!(send(&client).await, SendOutcome::Accepted { .. }));
    assert!(matches!(send(&client).await, SendOutcome::Unknown { .. }));
    assert_eq!(server.seen.recv().await.map(|(connection, _)| connection), Some(0));
    assert_eq!(server.seen.recv().await.map(|(connection, _)| connection), Some(0), "the second request reused it");
    assert!(server.seen.try_recv().is_err(), "it must not have been sent twice");
}

#[tokio::test]
async fn a_pooled_connection_that_the_server_closed_is_replaced() {
    let ok = response("200 OK", "", r#"{"messages":[{"id":"w"}]}"#);
    let mut server = serve(vec![Act::AnswerAndClose(ok.clone()), Act::Answer(ok)]).await;
    let client = client(&server.base_url, 10_000);
    assert!(matches!(send(&client).await, SendOutcome::Accepted { .. }));
    server.closed.recv().await.expect("the close");
    // The client may or may not have noticed yet; it must not lose the message, and must not send it twice.
    let second = send(&client).await;
    server.seen.recv().await.expect("the first request");
    match second {
        SendOutcome::Accepted { .. } => assert_eq!(server.seen.recv().await.map(|(connection, _)| connection), Some(1)),
        SendOutcome::Unknown { .. } => assert!(server.seen.try_recv().is_err()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn silence_ends_at_the_time_out_as_unknown() {
    let server = serve(vec![Act::Silence]).await;
    let outcome = send(&client(&server.base_url, 100)).await;
    let reason = "no answer within 100 ms".to_owned();
    assert_eq!(outcome, SendOutcome::Unknown { reason, http_status: None });
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base_url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let outcome = send(&client(&base_url, 10_000)).await;
    assert!(matches!(outcome, SendOutcome::NotSent { unreachable: true, .. }), "{outcome:?}");
    let outcome = send(&client("http://no-such-host.invalid", 10_000)).await;
    assert!(matches!(outcome, SendOutcome::NotSent { unreachable: true, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_broken_tls_handshake_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base_url = format!("https://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        stream.write_all(b"this is not TLS").await.expect("a write");
    });
    let outcome = send(&client(&base_url, 10_000)).await;
    assert!(matches!(outcome, SendOutcome::NotSent { .. }), "{outcome:?}");
}

#[tokio::test]
async fn what_cannot_be_a_request_is_not_sent() {
    let client = client("http://127.0.0.1:9", 10_000);
    let body = Bytes::from_static(b"{}");
    for (sender, token, version) in [
        ("1/../2", "T", None),
        ("", "T", None),
        ("..", "T", None),
        ("1065", "a\nb", None),
        ("1065", "T", Some("v1/..")),
    ] {
        let access = Access { token, version };
        let (outcome, _) = client.send((sender, "messages"), access, (body.clone(), None), Box::new(|| Ok(()))).await;
        assert!(matches!(outcome, SendOutcome::NotSent { unreachable: false, .. }), "{sender} {outcome:?}");
    }
}

#[test]
fn bad_options_say_what_to_write() {
    let with = |base_url: &str, version: &str| {
        let (base_url, version) = (base_url.to_owned(), version.to_owned());
        GraphClient::new(&GraphOptions { base_url, version, timeout_ms: 1, connections_max: 1 }).err()
    };
    for base in ["", "graph.facebook.com", "ftp://a", "https://a/path"] {
        assert_eq!(with(base, "v26.0"), Some(GraphOptionsError::BaseUrl(base.to_owned())));
    }
    assert_eq!(with("https://a/", "v26.0"), None);
    assert_eq!(with("https://a", "v26/x"), Some(GraphOptionsError::Version("v26/x".to_owned())));
}
