//! Why nothing arrives, asked of Meta.

use http::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::wait::{PATIENCE, until};
use crate::support::web::call;
use crate::support::{GRAPH_TOKEN, Plan, SENDERS, WABAS, World};

/// The states of the steps, in their order, and all that is said of them.
async fn found(world: &World) -> (Vec<String>, String) {
    let answer = world.tenant.get("/v1/diagnosis").await.expect(200);
    let findings: Vec<Value> = answer["data"].as_array().expect("a list").clone();
    assert!(findings.iter().all(|finding| finding["sender_id"] == SENDERS[0]), "{answer}");
    let states = findings.iter().map(|finding| format!("{}:{}", finding["step"], finding["state"]).replace('"', ""));
    (states.collect(), answer.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_webhooks_away_is_named_and_so_is_that_nothing_does() {
    let world = World::start(Plan::default()).await;
    let (states, said) = found(&world).await;
    assert_eq!(states, ["token:good", "subscription:good", "callback:good", "arrivals:unsure"], "{said}");
    world.control("inbound", &json!({ "number": SENDERS[0], "from": "12025550001", "text": "hello?" })).await;
    until("the message is told", PATIENCE, async || {
        let (states, said) = found(&world).await;
        if states.last().map(String::as_str) == Some("arrivals:good") { Ok(()) } else { Err(said) }
    })
    .await;

    let url = format!("http://{}/v23.0/{}/subscribed_apps", world.simulator.addr(), WABAS[0]);
    let token = format!("Bearer {GRAPH_TOKEN}");
    let subscription = async |method: Method, body: String| {
        let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
        let answer = call(method, &url, &headers, body).await.expect("an answer");
        assert!(answer.status.is_success(), "{answer:?}");
        found(&world).await
    };
    let elsewhere = callback_of_somebody_else().await;
    let body = json!({ "override_callback_uri": elsewhere, "verify_token": "v" }).to_string();
    let (states, said) = subscription(Method::POST, body).await;
    assert_eq!(states, ["token:good", "subscription:good", "callback:bad", "arrivals:good"], "{said}");
    assert!(said.contains(&elsewhere) && said.contains("override of the account"), "{said}");
    let (states, said) = subscription(Method::POST, String::new()).await;
    assert_eq!(states, ["token:good", "subscription:good", "callback:good", "arrivals:good"], "{said}");
    let (states, said) = subscription(Method::DELETE, String::new()).await;
    assert!(states.contains(&"subscription:bad".to_owned()) && said.contains("subscribed_apps"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_named_and_the_commands_say_what_the_api_says() {
    let world = World::start(Plan::default()).await;
    let listed = world.site.operate(&["template", "sync", "--tenant", "it-0"]).await;
    assert!(listed.contains(&format!("waba_id={} listed=1 new=0 deleted=0", WABAS[0])), "{listed}");
    let said = world.site.operate(&["doctor", "--tenant", "it-0"]).await;
    let lines: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    let steps = [["token", "good"], ["subscription", "good"], ["callback", "good"], ["arrivals", "unsure"]];
    assert_eq!(lines, steps.map(|[step, state]| vec![SENDERS[0], step, state]), "{said}");

    let options = ["--tenant", "it-0", "--id", SENDERS[0], "--waba", WABAS[0], "--display", "+15550783881"];
    world.site.operate(&[&["sender", "add", "--limit", "80", "--token", "wrong"][..], &options].concat()).await;
    let (states, said) = found(&world).await;
    assert_eq!(states[0], "token:bad", "{said}");
    assert!(said.contains("posthaste sender add"), "{said}");
}

/// A callback that verifies, and takes what the edge then does not get.
async fn callback_of_somebody_else() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = vec![0; 4_096];
            let read = connection.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]);
            let challenge = request.split("hub.challenge=").nth(1).and_then(|rest| rest.split(['&', ' ']).next());
            let challenge = challenge.unwrap_or_default();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", challenge.len());
            // Whoever asked may be gone.
            let _ = connection.write_all(format!("{head}{challenge}").as_bytes()).await;
        }
    });
    format!("http://{address}/hook")
}
