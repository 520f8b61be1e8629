//! Resumable uploads through the drop-in Graph API, with the simulator as Meta.

use std::sync::Arc;

use http::Method;
use posthaste_simulator::Options;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::world::{Answer, WABA, World, start};

/// The simulator's app.
const APP: &str = "634974688087057";
const FILE: &[u8] = &[7; 100_000];

async fn begin(world: &World, query: &str) -> Answer {
    world.send(Method::POST, &format!("/graph/v23.0/{APP}/uploads?{query}"), &[], "").await
}

async fn begun(world: &World) -> String {
    let answer = begin(world, "file_length=100000&file_type=image%2Fpng&file_name=a+b.png").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.id()
}

/// As Meta's documentation has it: the token in its own form.
async fn send(world: &World, id: &str, offset: &str, bytes: &'static [u8]) -> Answer {
    let token = format!("OAuth {}", world.key);
    let headers = [("authorization", token.as_str()), ("file_offset", offset)];
    world.send_plain(Method::POST, &format!("/graph/v23.0/{id}"), &headers, bytes).await
}

#[tokio::test]
async fn an_example_is_uploaded_in_pieces_and_a_template_is_created_with_it() {
    let (world, _simulator) = World::simulated(&[], Options::defaults()).await;
    let id = begun(&world).await;
    assert!(id.starts_with("upload:") && !id.contains('?'), "{id}");
    let state = async || world.get(&format!("/graph/v23.0/{id}")).await.json();
    assert_eq!(state().await, json!({ "id": id, "file_offset": 0 }));
    let some = send(&world, &id, "0", &FILE[..40_000]).await;
    assert_eq!((some.status.as_u16(), some.json()), (200, json!({ "id": id, "file_offset": 40_000 })));
    assert_eq!(state().await["file_offset"], 40_000);
    let behind = send(&world, &id, "0", &FILE[..10]).await;
    assert_eq!((behind.status.as_u16(), &behind.json()["error"]["code"]), (400, &json!(100)), "Meta's refusal");
    let done = send(&world, &id, "40000", &FILE[40_000..]).await;
    let handle = done.json()["h"].as_str().expect("a handle").to_owned();

    let template = |handle: &str| {
        json!({ "name": "with_picture", "language": "en_US", "category": "MARKETING", "components": [
            { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": [handle] } },
            { "type": "BODY", "text": "Look at this." }] })
    };
    let path = format!("/graph/v23.0/{WABA}/message_templates");
    let refused = world.post(&path, &template("4::nobodys")).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]["code"]), (400, &json!(2_388_047)));
    let created = world.post(&path, &template(&handle)).await;
    assert_eq!((created.status.as_u16(), &created.json()["status"]), (200, &json!("PENDING")), "{}", created.text);
    let picture = json!({ "messaging_product": "whatsapp", "profile_picture_handle": handle });
    let profile = format!("/graph/v23.0/{}/whatsapp_business_profile", world.sender);
    assert_eq!(world.post(&profile, &picture).await.json(), json!({ "success": true }));
}

#[tokio::test]
async fn what_cannot_be_uploaded_is_refused_before_meta_is_asked() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    for query in [
        "file_length=100&file_type=text/plain",
        "file_length=0&file_type=image/png",
        "file_length=5242881&file_type=image/png",
        "file_type=image/png",
        "file_length=100&file_type=image/png&file_name=%00",
    ] {
        let answer = begin(&world, query).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (400, &json!(100)), "{query}");
    }
    assert_eq!(world.send(Method::POST, "/graph/v23.0/me/uploads", &[], "").await.json()["error"]["code"], 100);
    let id = begun(&world).await;
    for (offset, bytes) in [("1", FILE), ("99999", &FILE[..2]), ("-1", &FILE[..2]), ("", &FILE[..2])] {
        let answer = send(&world, &id, offset, bytes).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (400, &json!(100)), "{offset}");
    }
    let told = world.get(&format!("/graph/v23.0/{id}")).await.json();
    assert_eq!(told["file_offset"], 0, "nothing has come to Meta");
    simulator.shutdown().await;
    assert_eq!(world.get(&format!("/graph/v23.0/{id}")).await.json()["error"]["code"], 131_016);
}

/// Sends the head of a request with so many bytes and some of them; gives what is answered.
async fn send_some(world: &World, id: &str, bytes: usize, some: &[u8]) -> String {
    let mut stream = TcpStream::connect(world.address).await.expect("a connection");
    let head = format!(
        "POST /graph/v23.0/{id} HTTP/1.1\r\nhost: localhost\r\nauthorization: OAuth {}\r\nfile_offset: 0\r\n\
         content-length: {bytes}\r\n\r\n",
        world.key
    );
    stream.write_all(head.as_bytes()).await.expect("a head");
    stream.write_all(some).await.expect("some bytes");
    stream.shutdown().await.expect("no more bytes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

#[tokio::test]
async fn a_caller_that_breaks_off_is_told_that_it_did() {
    let (world, _simulator) = World::simulated(&[], Options::defaults()).await;
    let id = begun(&world).await;
    let answer = send_some(&world, &id, FILE.len(), &FILE[..1_000]).await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("the body broke off"), "{answer}");
}

#[tokio::test]
async fn a_slow_caller_has_the_time_of_the_route_and_not_that_of_our_own_transfers() {
    let (mut world, _simulator) = World::simulated(&[], Options::defaults()).await;
    let mut config = world.config.clone();
    // No transfer is that fast.
    config.media.transfer_timeout_ms = 0;
    world.address = start(&config, Arc::clone(&world.commands)).await;
    let id = begun(&world).await;
    let done = send(&world, &id, "0", FILE).await;
    assert!(done.status == 200 && done.json()["h"].is_string(), "{}", done.text);
}

#[tokio::test]
async fn another_tenants_uploads_look_as_if_they_did_not_exist() {
    let (world, _simulator) = World::simulated(&[], Options::defaults()).await;
    let mut stranger = World::new().await;
    stranger.address = world.address;
    let id = begun(&world).await;
    let missing = "upload:019a8c5de0cf7a3f8a1f0f2b5c6d7e8f";
    let words = |answer: &Answer, id: &str| {
        let error = &answer.json()["error"];
        (answer.status, error["code"].clone(), error["error_data"]["details"].to_string().replace(id, "ID"))
    };
    let seen = stranger.get(&format!("/graph/v23.0/{id}")).await;
    assert_eq!(words(&seen, &id), words(&stranger.get(&format!("/graph/v23.0/{missing}")).await, missing));
    assert_eq!((seen.status.as_u16(), &seen.json()["error"]["code"]), (400, &json!(100)));
    let sent = send(&stranger, &id, "0", FILE).await;
    assert_eq!(words(&sent, &id), words(&send(&stranger, missing, "0", FILE).await, missing));
    let told: Value = world.get(&format!("/graph/v23.0/{id}")).await.json();
    assert_eq!(told["file_offset"], 0);
}
