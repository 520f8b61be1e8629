//! Files of the drop-in Graph API: uploaded once, described, given, deleted; and what people sent, downloaded and checked.

use std::time::Duration;

use http::Method;
use posthaste_management::download;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::meta::{TOKEN, sha256};
use crate::world::{Answer, World};

pub(crate) const PNG: &[u8] = b"\x89PNG not really, but Meta is to judge that";

/// A form as client libraries send it.
pub(crate) fn form(mime_type: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--B\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
         --B\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n{mime_type}\r\n\
         --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".png\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n--B--\r\n"].concat()
}

pub(crate) async fn upload(world: &World, number: &str, body: Vec<u8>) -> Answer {
    let headers = [("content-type", "multipart/form-data; boundary=B")];
    world.send(Method::POST, &format!("/graph/v23.0/{number}/media"), &headers, body).await
}

fn uploads(world: &World) -> usize {
    world.meta.count(&format!("POST /v26.0/{}/media", world.sender))
}

/// Waits until the folder of a world has this many files: what is given up is removed in the background.
pub(crate) async fn keeps(world: &World, files: usize) {
    let count = || {
        let folders = std::fs::read_dir(world.media.path()).expect("the folder");
        folders
            .map(|folder| std::fs::read_dir(folder.expect("an entry").path()).map_or(0, Iterator::count))
            .sum::<usize>()
    };
    let settled = async {
        while count() != files {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), settled).await;
    assert!(in_time.is_ok(), "{} files in the folder, not {files}", count());
}

#[tokio::test]
async fn the_same_bytes_are_uploaded_once_until_their_last_day() {
    let world = World::new().await;
    let first = upload(&world, &world.sender, form("image/png", PNG)).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let file = world.meta.files.lock()[&first.id()].clone();
    assert_eq!((file.mime_type.as_str(), file.bytes.as_ref()), ("image/png", PNG));
    assert_eq!(upload(&world, &world.sender, form("image/png", PNG)).await.id(), first.id());
    assert_eq!(uploads(&world), 1);
    keeps(&world, 1).await;

    let other_type = upload(&world, &world.sender, form("application/pdf", PNG)).await;
    assert_ne!(other_type.id(), first.id());
    let last_day = "UPDATE media SET expires_at = now() + interval '23 hours' WHERE media_id = $1";
    world.sql.execute(last_day, &[&first.id()]).await.expect("a day later");
    assert_ne!(upload(&world, &world.sender, form("image/png", PNG)).await.id(), first.id());
    assert_eq!(uploads(&world), 3);
}

#[tokio::test]
async fn a_file_is_described_with_a_url_of_ours_given_from_the_folder_and_deleted() {
    let world = World::new().await;
    let id = upload(&world, &world.sender, form("image/png", PNG)).await.id();
    let described = world.get(&format!("/graph/v23.0/{id}")).await.json();
    let path = format!("/graph/v23.0/{id}/content");
    assert_eq!(
        described,
        json!({ "messaging_product": "whatsapp", "id": id, "mime_type": "image/png",
        "sha256": sha256(PNG), "file_size": PNG.len(), "url": format!("http://{}{path}", world.address) })
    );
    let without_key = world.send_plain(Method::GET, &path, &[("authorization", &format!("Bearer {TOKEN}"))], "").await;
    assert_eq!(without_key.status, 401);
    let requests = world.meta.requests.lock().len();
    let given = world.get(&path).await;
    assert_eq!(
        (given.header("content-type"), given.header("content-length")),
        ("image/png", PNG.len().to_string().as_str())
    );
    assert_eq!(given.bytes, PNG);
    assert_eq!(world.meta.requests.lock().len(), requests, "Meta was not asked");

    assert_eq!(world.delete(&format!("/graph/v23.0/{id}")).await.json(), json!({ "success": true }));
    assert!(!world.meta.files.lock().contains_key(&id));
    keeps(&world, 0).await;
    for path in [format!("/graph/v23.0/{id}"), path] {
        assert_eq!(world.get(&path).await.json()["error"]["code"], 100, "{path}");
    }
}

#[tokio::test]
async fn what_cannot_be_uploaded_is_refused_as_meta_would_and_leaves_nothing() {
    let world = World::new().await;
    let too_large = vec![7; (5 << 20) + 1];
    let sticker = [b"RIFF\0\0\0\0WEBPVP8L".as_slice(), &[7; 100 << 10]].concat();
    let no_product = String::from_utf8(form("text/plain", b"x")).expect("UTF-8").replace("messaging_product", "other");
    let no_file =
        b"--B\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--B--\r\n".to_vec();
    for (number, body, code) in [
        (world.sender.as_str(), form("image/png", &too_large), 131_053),
        (&world.sender, form("image/webp", &sticker), 131_053),
        (&world.sender, form("image/png", b""), 131_053),
        (&world.sender, form("nonsense", PNG), 131_053),
        (&world.sender, no_product.into_bytes(), 131_008),
        (&world.sender, no_file, 131_008),
        (&world.sender, form("image/png", PNG)[..200].to_vec(), 100),
        ("999", form("image/png", PNG), 100),
    ] {
        let answer = upload(&world, number, body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (400, &json!(code)), "{}", answer.text);
    }
    assert_eq!(uploads(&world), 0);
    keeps(&world, 0).await;
}

#[tokio::test]
async fn another_tenants_files_look_as_if_they_did_not_exist() {
    let (world, stranger) = (World::new().await, World::new().await);
    let id = upload(&world, &world.sender, form("image/png", PNG)).await.id();
    let requests = world.meta.requests.lock().len();
    let bearer = format!("Bearer {}", stranger.key);
    let ask = async |method: Method, path: &str| {
        world.send_plain(method, path, &[("authorization", bearer.as_str())], "").await
    };
    for (method, tail) in [(Method::GET, ""), (Method::GET, "/content"), (Method::DELETE, "")] {
        let words = |answer: &Answer, id: &str| {
            let error = &answer.json()["error"];
            (answer.status, error["code"].clone(), error["error_data"]["details"].to_string().replace(id, "ID"))
        };
        let seen = ask(method.clone(), &format!("/graph/v23.0/{id}{tail}")).await;
        let none = ask(method.clone(), &format!("/graph/v23.0/1234{tail}")).await;
        assert_eq!(words(&seen, &id), words(&none, "1234"), "{method} {tail}");
        assert_eq!(seen.json()["error"]["code"], 100);
    }
    let headers = [("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=B")];
    let path = format!("/graph/v23.0/{}/media", world.sender);
    let foreign = world.send_plain(Method::POST, &path, &headers, form("image/png", PNG)).await;
    assert_eq!(foreign.json()["error"]["code"], 100, "another tenant's number");
    assert_eq!(world.meta.requests.lock().len(), requests, "Meta was not asked");

    // The same bytes of a number of their own are another file.
    let path = format!("/graph/v23.0/{}/media", stranger.sender);
    let own = world.send_plain(Method::POST, &path, &headers, form("image/png", PNG)).await;
    assert_ne!(own.id(), id);
    assert_eq!(world.get(&format!("/graph/v23.0/{id}/content")).await.bytes, PNG);
}

/// How long a change is waited for; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A row as the commit of a message writes it.
pub(crate) async fn want(world: &World, id: &str, mime_type: &str, hash: Option<&str>) {
    let sql = "INSERT INTO media (tenant_id, media_id, sender_id, direction, state, mime_type, sha256, expires_at) \
               VALUES ($1, $2, $3, 'in', 'wanted', $4, $5, now() + interval '7 days')";
    world.sql.execute(sql, &[&world.tenant.0, &id, &world.sender, &mime_type, &hash]).await.expect("a wanted file");
}

/// State, tries and error of a file, once they are as asked.
pub(crate) async fn until(world: &World, id: &str, done: impl Fn(&str, i32) -> bool) -> (String, i32, Option<String>) {
    let sql = "SELECT state, attempts, error FROM media WHERE tenant_id = $1 AND media_id = $2";
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        assert!(tokio::time::Instant::now() < deadline, "{id} is not as asked after {PATIENCE:?}");
        let row = world.sql.query_one(sql, &[&world.tenant.0, &id]).await.expect("the row");
        let (state, attempts): (String, i32) = (row.get(0), row.get(1));
        if done(&state, attempts) {
            return (state, attempts, row.get(2));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until a file is to be tried again soon because of what these words are about.
async fn waits_for_another_try(world: &World, id: &str, words: &str) {
    let waits = "SELECT next_try_at BETWEEN now() AND now() + interval '10 seconds' AND strpos(error, $3) > 0 \
                 FROM media WHERE tenant_id = $1 AND media_id = $2";
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let params: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&world.tenant.0, &id, &words];
    while world.sql.query_one(waits, &params).await.expect("the row").get::<_, Option<bool>>(0) != Some(true) {
        assert!(tokio::time::Instant::now() < deadline, "no other try of {id} waits after {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_people_sent_is_downloaded_checked_and_given_when_meta_has_forgotten_it() {
    let world = World::new().await;
    let good = world.meta.add_file("audio/ogg", b"OggS a voice note");
    let other_type = world.meta.add_file("video/mp4", b"film");
    let other_bytes = world.meta.add_file("image/jpeg", b"\xff\xd8 picture");
    let other_size = world.meta.add_file("application/pdf", b"%PDF, not all of");
    world.meta.files.lock().get_mut(&other_size).expect("the file").size_told += 1;
    want(&world, &good, "audio/ogg; codecs=opus", Some(&sha256(b"OggS a voice note"))).await;
    want(&world, &other_type, "image/jpeg", None).await;
    want(&world, &other_bytes, "image/jpeg", Some(&sha256(b"what the webhook said"))).await;
    want(&world, &other_size, "application/pdf", Some(&sha256(b"%PDF, not all of"))).await;

    // Before it is downloaded it is given from Meta.
    let path = format!("/graph/v23.0/{good}/content");
    assert_eq!(world.get(&path).await.bytes, b"OggS a voice note".as_slice());

    let stop = CancellationToken::new();
    let running = tokio::spawn(download::run(world.desk.clone(), world.config.media.clone(), stop.clone()));
    assert_eq!(until(&world, &good, |state, _| state == "stored").await, ("stored".to_owned(), 1, None));
    let (_, _, error) = until(&world, &other_type, |state, _| state == "failed").await;
    assert!(error.as_deref().is_some_and(|error| error.contains("video/mp4")), "{error:?}");
    waits_for_another_try(&world, &other_bytes, "the SHA-256 of what arrived is").await;
    waits_for_another_try(&world, &other_size, "16 bytes arrived of 17").await;
    let most = world.config.media.attempts_max;
    let last = "UPDATE media SET attempts = $3, next_try_at = now() WHERE tenant_id = $1 AND media_id = $2";
    world.sql.execute(last, &[&world.tenant.0, &other_bytes, &(most - 1)]).await.expect("the last try is due");
    let given_up = until(&world, &other_bytes, |state, _| state == "failed").await;
    assert_eq!(given_up.1, most, "as many tries as configured");
    stop.cancel();
    running.await.expect("the downloads end");

    world.meta.files.lock().clear();
    assert_eq!(world.get(&path).await.bytes, b"OggS a voice note".as_slice());
    keeps(&world, 1).await;
}
