//! Files: uploads, descriptions, downloads, and what people send.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use posthaste_simulator::{Faults, Options};
use ring::digest;
use serde_json::{Value, json};

use crate::receiver::{Part, Sender};
use crate::stage::{FLUSH, NUMBER, pair, quick, until};

const TOKEN: &str = "simulator-token";

fn png(bytes: usize) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    file.resize(bytes, 7);
    file
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// Uploads a picture; its id.
async fn uploaded(sender: &Sender, file: &[u8]) -> String {
    let parts: [Part<'_>; 3] =
        [("messaging_product", None, b"whatsapp"), ("type", None, b"image/png"), ("file", Some("image/png"), file)];
    let (status, body) = sender.upload(&parts).await;
    assert_eq!(status, 200, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

async fn send(sender: &Sender, kind: &str, media: Value) -> (u16, Option<u64>) {
    let mut body = json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": kind});
    body[kind] = media;
    let (status, answer) = sender.graph(Method::POST, &format!("{NUMBER}/messages"), body).await;
    (status, answer["error"]["code"].as_u64())
}

#[tokio::test]
async fn what_was_uploaded_is_told_sent_fetched_and_deleted() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let file = png(3_000_000);
    let id = uploaded(&sender, &file).await;
    let (status, told) = sender.graph(Method::GET, &format!("{id}?phone_number_id={NUMBER}"), Value::Null).await;
    assert_eq!((status, &told["id"], &told["file_size"]), (200, &json!(id), &json!(file.len())));
    assert_eq!((&told["mime_type"], &told["messaging_product"]), (&json!("image/png"), &json!("whatsapp")));
    assert_eq!(told["sha256"], hex::encode(sha256(&file)));
    assert_eq!(sender.graph(Method::GET, &format!("{id}?phone_number_id=1"), Value::Null).await.0, 400);

    let url = told["url"].as_str().unwrap();
    assert_eq!(sender.fetch(url, "nobody's").await.0, 401);
    let (status, of_type, bytes) = sender.fetch(url, TOKEN).await;
    assert_eq!((status, of_type.as_str(), &bytes[..]), (200, "image/png", &file[..]));
    assert_eq!(sender.fetch(&url.replace("hash=", "hash=00"), TOKEN).await.0, 404, "an address of nobody's");

    assert_eq!(send(&sender, "image", json!({"id": id})).await, (200, None));
    assert_eq!(send(&sender, "document", json!({"id": id})).await, (200, None));
    assert_eq!(send(&sender, "video", json!({"id": id})).await, (400, Some(131_053)));
    assert_eq!(sender.graph(Method::DELETE, &id, Value::Null).await, (200, json!({"success": true})));
    for (method, path) in [(Method::GET, id.as_str()), (Method::DELETE, id.as_str())] {
        let (status, body) = sender.graph(method, path, Value::Null).await;
        assert_eq!((status, &body["error"]["code"], &body["error"]["error_subcode"]), (400, &json!(100), &json!(33)));
    }
    assert_eq!(sender.fetch(url, TOKEN).await.0, 404);
    assert_eq!(send(&sender, "image", json!({"id": id})).await, (400, Some(100)));
    let media = simulator.ledger().media;
    assert_eq!((media.uploaded, media.downloaded, media.downloads_refused), (1, 1, 2));
}

#[tokio::test]
async fn an_upload_that_is_not_whole_or_not_what_it_says_is_refused() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let product: Part<'_> = ("messaging_product", None, b"whatsapp");
    let file = png(100);
    let (large, script) = (png(5 * 1_024 * 1_024 + 1), b"MZ".to_vec());
    let cases: [(&[Part<'_>], u64); 8] = [
        (&[("file", Some("image/png"), &file)], 100),
        (&[product], 100),
        (&[product, ("file", Some(""), &file)], 100),
        (&[product, ("file", Some("image/png"), &large)], 131_053),
        (&[product, ("file", Some("image/gif"), &file)], 131_053),
        (&[product, ("file", Some("image/png"), &script)], 131_053),
        (&[product, ("type", None, b"image/jpeg"), ("file", Some("image/png"), &file)], 131_053),
        (&[product, ("type", None, &large), ("file", Some("image/png"), &file)], 100),
    ];
    for (parts, code) in cases {
        let (status, body) = sender.upload(parts).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!(code)), "{body}");
    }
    assert_eq!(sender.upload(&[product, ("file", Some("image/png"), &file)]).await.0, 200, "the type follows the file");
    let (status, body) = sender.graph(Method::POST, "999/media", Value::Null).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(33)));
    assert_eq!(simulator.ledger().media.uploaded, 1);
}

#[tokio::test]
async fn room_for_files_is_bounded() {
    let (_simulator, _receiver, sender) = pair(Options { media_mb: 1, ..quick(Faults::NONE) }).await;
    let parts: [Part<'_>; 2] = [("messaging_product", None, b"whatsapp"), ("file", Some("image/png"), &png(600_000))];
    assert_eq!(sender.upload(&parts).await.0, 200);
    let (status, body) = sender.upload(&parts).await;
    assert_eq!((status, &body["error"]["code"]), (503, &json!(131_016)));
    assert!(body["error"]["error_data"]["details"].as_str().unwrap().contains("--media-mb"));
}

#[tokio::test]
async fn addresses_and_ids_expire() {
    // Five minutes become 100 ms, a week 3.4 minutes.
    let (_simulator, _receiver, sender) = pair(Options { time_factor: 3_000, ..quick(Faults::NONE) }).await;
    let id = uploaded(&sender, &png(100)).await;
    let address = async || sender.graph(Method::GET, &id, Value::Null).await.1["url"].as_str().unwrap().to_owned();
    let first = address().await;
    until("the address has expired", async || sender.fetch(&first, TOKEN).await.0 == 404).await;
    until("a new address is good", async || sender.fetch(&address().await, TOKEN).await.0 == 200).await;

    // Thirty days become a quarter of a second.
    let (_simulator, _receiver, sender) = pair(Options { time_factor: 10_000_000, ..quick(Faults::NONE) }).await;
    let id = uploaded(&sender, &png(100)).await;
    until("the id has expired", async || sender.graph(Method::GET, &id, Value::Null).await.0 == 400).await;
}

#[tokio::test]
async fn a_file_that_somebody_sends_can_be_fetched_and_failures_are_as_ordered() {
    let (simulator, receiver, sender) = pair(quick(Faults::NONE)).await;
    let order = |kind: &str, more: Value| {
        let mut order = json!({"number": NUMBER, "from": "16505551234", "type": kind});
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        order
    };
    let send = async |order: Value| {
        let (status, answer) = sender.control("inbound", order).await;
        assert_eq!(status, 200, "{answer}");
        assert!(simulator.flush(FLUSH).await);
        receiver.seen.lock().files[answer["id"].as_str().unwrap()].clone()
    };
    let content = png(500);
    let more =
        json!({"mime_type": "image/png", "base64": STANDARD.encode(&content), "caption": "look", "sha256": "base64"});
    let image = send(order("image", more)).await;
    assert_eq!((&image["type"], &image["image"]["caption"]), (&json!("image"), &json!("look")));
    assert_eq!(image["image"]["sha256"], STANDARD.encode(sha256(&content)));
    let (status, _, bytes) = sender.fetch(image["image"]["url"].as_str().unwrap(), TOKEN).await;
    assert_eq!((status, &bytes[..]), (200, &content[..]));

    let document = send(order("document", json!({"size": 70_000, "filename": "a.pdf", "sha256": "wrong"}))).await;
    let id = document["document"]["id"].as_str().unwrap();
    let with_number = sender.graph(Method::GET, &format!("{id}?phone_number_id={NUMBER}"), Value::Null).await;
    assert_eq!(with_number.0, 400, "it was not uploaded for the number");
    let told = sender.graph(Method::GET, id, Value::Null).await.1;
    assert_eq!((&told["file_size"], &told["mime_type"]), (&json!(70_000), &json!("application/pdf")));
    let bytes = sender.fetch(told["url"].as_str().unwrap(), TOKEN).await.2;
    assert!(bytes.starts_with(b"%PDF-"));
    assert_ne!(document["document"]["sha256"], hex::encode(sha256(&bytes)), "as ordered");
    assert_eq!(document["document"]["filename"], "a.pdf");

    let audio = send(order("audio", json!({"voice": true, "failing_downloads": 2, "failing_status": 404}))).await;
    assert_eq!(audio["audio"]["voice"], true);
    let url = audio["audio"]["url"].as_str().unwrap();
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(sender.fetch(url, TOKEN).await.0);
    }
    assert_eq!(answers, [404, 404, 200]);

    let lost = send(order("video", json!({"oversize": true}))).await;
    assert_eq!((&lost["type"], &lost["errors"][0]["code"]), (&json!("unsupported"), &json!(131_052)));
    assert_eq!(lost["unsupported"]["type"], "video");
    let ledger = simulator.ledger();
    assert_eq!((ledger.inbound_generated, ledger.media.inbound, ledger.media.downloads_failed), (4, 4, 2));
    for wrong in [
        order("gif", json!({})),
        order("image", json!({"mime_type": "video/mp4"})),
        order("image", json!({"size": 1})),
        order("text", json!({})),
    ] {
        assert_eq!(sender.control("inbound", wrong.clone()).await.0, 400, "{wrong}");
    }
    assert_eq!((simulator.ledger().inbound_generated, simulator.ledger().media.inbound), (4, 4));
}

#[tokio::test]
async fn a_download_breaks_off_as_ordered_and_its_rest_can_be_had_by_its_name() {
    let (simulator, _receiver, sender) = pair(quick(Faults::NONE)).await;
    let order =
        json!({"number": NUMBER, "from": "16505551234", "type": "document", "size": 70_000, "cut_downloads": 1});
    let id = sender.control("inbound", order).await.1["media_id"].as_str().unwrap().to_owned();
    let url = sender.graph(Method::GET, &id, Value::Null).await.1["url"].as_str().unwrap().to_owned();
    assert!(sender.try_fetch(&url, &[]).await.is_none(), "it breaks off");
    let (status, headers, whole) = sender.try_fetch(&url, &[]).await.unwrap();
    assert_eq!((status, whole.len(), headers["accept-ranges"].as_bytes()), (200, 70_000, b"bytes".as_slice()));
    let etag = headers["etag"].to_str().unwrap();
    let range = ("range", "bytes=35000-");
    let (status, headers, rest) = sender.try_fetch(&url, &[range, ("if-range", etag)]).await.unwrap();
    assert_eq!((status, &rest[..]), (206, &whole[35_000..]));
    assert_eq!(headers["content-range"], "bytes 35000-69999/70000");
    let (status, _, anew) = sender.try_fetch(&url, &[range, ("if-range", "\"another\"")]).await.unwrap();
    assert_eq!((status, anew), (200, whole));
    assert_eq!((simulator.ledger().media.downloaded, simulator.ledger().media.downloads_failed), (3, 1));
}
