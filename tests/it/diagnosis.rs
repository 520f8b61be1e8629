//! Why nothing arrives, asked of Meta.

use http::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::app::{APP, APP_SECRET, Role};
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::web::call;
use crate::support::webhook::{entry, messages, signature, text, wamid, webhook};
use crate::support::{GRAPH_TOKEN, Plan, SENDERS, WABAS, World};

/// Id of the app that the simulator plays.
const APP_ID: &str = "634974688087057";

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
    let way = |subscription, callback, signature, arrivals| {
        let found =
            [("token", "good"), ("subscription", subscription), ("callback", callback), ("signature", signature)];
        found
            .into_iter()
            .chain([("arrivals", arrivals)])
            .map(|(step, state)| format!("{step}:{state}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(states, way("good", "good", "unsure", "unsure"), "{said}");
    world.control("inbound", &json!({ "number": SENDERS[0], "from": "12025550001", "text": "hello?" })).await;
    until("the message and its signature are told", PATIENCE, async || {
        let (states, said) = found(&world).await;
        holds(states == way("good", "good", "good", "good"), || said)
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
    assert_eq!(states, way("good", "bad", "unsure", "good"), "{said}");
    assert!(said.contains(&elsewhere) && said.contains("override of the account"), "{said}");
    let (states, said) = subscription(Method::POST, String::new()).await;
    assert_eq!(states, way("good", "good", "good", "good"), "{said}");
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
    let good = ["token", "subscription", "callback"].map(|step| [step, "good"]);
    let unsure = ["signature", "arrivals"].map(|step| [step, "unsure"]);
    let steps: Vec<[&str; 2]> = good.into_iter().chain(unsure).collect();
    let expected: Vec<_> = steps.iter().map(|[step, state]| vec![SENDERS[0], *step, *state]).collect();
    assert_eq!(lines, expected, "{said}");

    let options = ["--tenant", "it-0", "--id", SENDERS[0], "--waba", WABAS[0], "--display", "+15550783881"];
    world.site.operate(&[&["sender", "add", "--limit", "80", "--token", "wrong"][..], &options].concat()).await;
    let (states, said) = found(&world).await;
    assert_eq!(states[0], "token:bad", "{said}");
    assert!(said.contains("posthaste sender add"), "{said}");
}

/// The finding of a step, once it is as it should be.
async fn finding(world: &World, step: &str, state: &str, words: &[&str]) {
    until(&format!("{step} is {state}"), PATIENCE, async || {
        let answer = world.tenant.get("/v1/diagnosis").await.expect(200);
        let findings = answer["data"].as_array().expect("a list");
        let found = findings.iter().find(|finding| finding["step"] == step).expect("the step").clone();
        let detail = found["detail"].as_str().expect("a text");
        holds(found["state"] == state && words.iter().all(|words| detail.contains(words)), || found.to_string())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_not_that_of_the_app_is_named_until_it_is_the_right_one() {
    let roles = &[Role::Edge, Role::Pipeline, Role::Api];
    let world = World::start(Plan { roles, webhooks: false, ..Plan::default() }).await;
    // Without webhooks the simulator has no callback: the edge's only app stands for it.
    finding(&world, "signature", "unsure", &[APP, "no webhook came"]).await;
    let post = async |app: &str, secret: &str, name: &str| {
        let body =
            webhook(&[entry(WABAS[0], &[messages(SENDERS[0], &[text("12025550001", &wamid(name), "hi")], &[])])]);
        let signed = signature(secret, &body);
        let headers = [("content-type", "application/json"), ("x-hub-signature-256", signed.as_str())];
        let url = world.site.webhook_url().replace(&format!("/{APP}"), &format!("/{app}"));
        call(Method::POST, &url, &headers, body).await.expect("an answer").status.as_u16()
    };
    assert_eq!(post(APP, "another-secret", "one").await, 401);
    finding(&world, "signature", "bad", &["signature_invalid", "no webhook was accepted", "edge.apps.it.secrets"])
        .await;
    assert_eq!(post(APP, APP_SECRET, "two").await, 200);
    finding(
        &world,
        "signature",
        "good",
        &["last accepted at", "(1 since", "none refused since; before: signature_invalid"],
    )
    .await;
    // One that is refused beside others that are accepted may be a forger's.
    assert_eq!(post(APP, "another-secret", "three").await, 401);
    finding(&world, "signature", "unsure", &["signature_invalid", "(2)", "last accepted at"]).await;
    let earlier = "UPDATE webhook_tally SET at = at - interval '10 minutes' WHERE outcome = 'accepted'";
    world.database.query(earlier, &[]).await;
    finding(&world, "signature", "bad", &["signature_invalid", "(2)", "last accepted at"]).await;
    assert_eq!(post(APP, APP_SECRET, "four").await, 200);
    finding(&world, "signature", "good", &["(2 since"]).await;

    // What names no app is an operator's to know, whoever posts it: it comes to no tenant, and to no receiver.
    for name in ["guess-1", "guess-2%3Cb%3E"] {
        assert_eq!(post(name, APP_SECRET, "five").await, 404);
    }
    until("the operator is told of names that no app has", PATIENCE, async || {
        let said = world.site.operate(&["doctor", "--tenant", "it-0"]).await;
        let strangers = said.lines().find(|line| line.starts_with("2 webhooks since")).map(str::to_owned);
        holds(strangers.is_some_and(|line| line.ends_with("\"guess-2?3Cb?3E\"")), || said)
    })
    .await;
    let (_, said) = found(&world).await;
    assert!(!said.contains("guess"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_and_another_app_than_the_edges_own_are_named() {
    let mut world = World::start(Plan::default()).await;
    finding(&world, "callback", "good", &["edge.public_url is not set"]).await;
    finding(&world, "subscription", "good", &[&format!("Simulated App ({APP_ID})"), "edge.apps.it.id is not set"])
        .await;
    let own = format!("http://127.0.0.1:{}", world.site.edge_port);
    for (public_url, app_id, callback, subscription) in [
        (own.clone(), APP_ID, ("good", "own address"), ("good", "the edge's app it")),
        ("https://hooks.example.org".to_owned(), "1", ("bad", "edge.public_url"), ("bad", "edge.apps.it.id")),
    ] {
        (world.site.public_url, world.site.app_id) = (public_url, app_id.to_owned());
        world.restart(Role::All).await;
        finding(&world, "callback", callback.0, &[&format!("{own}/webhooks/meta/it"), callback.1]).await;
        finding(&world, "subscription", subscription.0, &[&format!("Simulated App ({APP_ID})"), subscription.1]).await;
    }
    finding(&world, "signature", "unsure", &["under which app"]).await;
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
