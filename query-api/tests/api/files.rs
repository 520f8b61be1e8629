//! The folder of files: what is swept from it and what stays; downloads that break off; and one tenant's slow calls beside
//! another's.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Method;
use posthaste_management::{Desk, download, sweep};
use posthaste_postgres::WorkerPool;
use posthaste_simulator::{Options, Simulator};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::media::{PNG, form, keeps, until, upload, want};
use crate::meta::{SILENT, sha256};
use crate::world::{WABA, World, start};

/// How long a change is waited for; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// The files in the folder of a world.
fn files(world: &World) -> Vec<PathBuf> {
    let folders =
        std::fs::read_dir(world.media.path()).expect("the folder").map(|entry| entry.expect("an entry").path());
    let inside =
        |folder: PathBuf| std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    folders.flat_map(inside).collect()
}

/// Makes a file as old as the youngest that is swept.
fn age(file: &PathBuf) {
    let opened = std::fs::File::options().append(true).open(file).expect("the file");
    opened.set_modified(SystemTime::now() - sweep::AGE_MIN - Duration::from_secs(1)).expect("its time");
}

#[tokio::test]
async fn old_files_that_no_row_names_are_swept_and_nothing_else_is() {
    let world = World::new().await;
    let kept = upload(&world, &world.sender, form("image/png", PNG)).await.id();
    let [named] = &files(&world)[..] else { panic!("one file") };
    let folder = named.parent().expect("the tenant's folder");
    let (lost, half, fresh) = (folder.join("lost"), folder.join("half#1"), folder.join("fresh"));
    let stranger = world.media.path().join("tenant=00000000-0000-4000-8000-000000000000/theirs");
    std::fs::create_dir_all(stranger.parent().expect("a folder")).expect("a folder");
    for file in [&lost, &half, &fresh, &stranger] {
        std::fs::write(file, b"x").expect("a file");
    }
    for file in [named, &lost, &half, &stranger] {
        age(file);
    }
    assert_eq!(sweep::sweep(&world.desk, sweep::AGE_MIN).await.expect("swept"), 2);
    assert_eq!([&lost, &half, &fresh, &stranger].map(|file| file.exists()), [false, false, true, true]);
    assert_eq!(world.get(&format!("/graph/v23.0/{kept}/content")).await.bytes, PNG);
    assert_eq!(sweep::sweep(&world.desk, sweep::AGE_MIN).await.expect("swept again"), 0);
}

/// Passes connections on to Postgres. The answer to the COMMIT after the first write to `media` never comes back.
async fn losing_commits(postgres: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&postgres).await.expect("Postgres answers");
            tokio::spawn(pass(client, server));
        }
    });
    port
}

async fn pass(mut client: TcpStream, mut server: TcpStream) {
    let (mut asked, mut answered) = ([0; 8 << 10], [0; 8 << 10]);
    let mut has_written = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(bytes @ 1..) = read else { return };
                let text = String::from_utf8_lossy(&asked[..bytes]);
                has_written |= text.contains("INSERT INTO media");
                let is_commit = has_written && text.contains("COMMIT");
                server.write_all(&asked[..bytes]).await.expect("Postgres reads");
                if is_commit {
                    // Once it says so it has committed; nobody is told.
                    let mut told = Vec::new();
                    while !told.windows(b"COMMIT".len()).any(|word| word == b"COMMIT") {
                        assert!(server.read_buf(&mut told).await.is_ok_and(|bytes| bytes > 0), "Postgres answers");
                    }
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(bytes @ 1..) = read else { return };
                if client.write_all(&answered[..bytes]).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_file_stays_whose_row_was_committed_although_nobody_heard_of_it() {
    let mut world = World::new().await;
    let (before, rest) = world.config.postgres.worker_url.split_once('@').expect("a URL with a user");
    let (server, database) = rest.split_once('/').expect("a URL with a database");
    let port = losing_commits(server.to_owned()).await;
    let mut config = world.config.clone();
    config.postgres.worker_url = format!("{before}@127.0.0.1:{port}/{database}");
    world.address = start(&config, Arc::clone(&world.commands)).await;
    let id = upload(&world, &world.sender, form("image/png", PNG)).await.id();
    let rows = "SELECT count(*) FROM media WHERE tenant_id = $1 AND state = 'stored'";
    assert_eq!(world.sql.query_one(rows, &[&world.tenant.0]).await.expect("a count").get::<_, i64>(0), 1);
    keeps(&world, 1).await;
    files(&world).iter().for_each(age);
    assert_eq!(sweep::sweep(&world.desk, sweep::AGE_MIN).await.expect("swept"), 0);
    assert_eq!(world.get(&format!("/graph/v23.0/{id}/content")).await.bytes, PNG);
}

/// A file that a person sends; gives its id and its bytes.
async fn sent(world: &World, simulator: &Simulator, order: Value) -> (String, Bytes) {
    let mut whole = json!({ "number": world.sender, "from": "16315550101", "type": "document", "size": 90_000 });
    whole.as_object_mut().expect("an object").extend(order.as_object().expect("an object").clone());
    let answer = world.ask_simulator(simulator, Method::POST, "/_simulator/inbound", &whole).await;
    let id = answer.json()["media_id"].as_str().expect("an id").to_owned();
    let described = world.ask_simulator(simulator, Method::GET, &format!("/v23.0/{id}"), &Value::Null).await.json();
    (id, Bytes::from(described["sha256"].as_str().expect("a hash").to_owned()))
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_was_or_begins_anew() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(download::run(world.desk.clone(), world.config.media.clone(), stop.clone()));
    for order in [json!({ "cut_downloads": 3 }), json!({ "cut_downloads": 2, "cut_renames": true })] {
        let before = simulator.ledger().media;
        let (id, hash) = sent(&world, &simulator, order.clone()).await;
        want(&world, &id, "application/pdf", Some(std::str::from_utf8(&hash).expect("digits"))).await;
        let (_, attempts, error) = until(&world, &id, |state, _| state == "stored").await;
        assert_eq!((attempts, error), (1, None), "in one try: {order}");
        let given = world.get(&format!("/graph/v23.0/{id}/content")).await;
        assert_eq!((given.bytes.len(), sha256(&given.bytes).into()), (90_000, hash));
        let after = simulator.ledger().media;
        let cuts = order["cut_downloads"].as_u64().expect("a number");
        assert_eq!((after.downloads_failed - before.downloads_failed, after.downloaded - before.downloaded), (cuts, 1));
    }
    stop.cancel();
    running.await.expect("the downloads end");
    keeps(&world, 2).await;
}

#[tokio::test]
async fn slow_calls_of_one_tenant_leave_turns_to_the_others() {
    let (mut world, mut other) = (World::new().await, World::new().await);
    let mut config = world.config.clone();
    config.graph.timeout_ms = 60_000;
    config.graph.management_calls_max = 3;
    config.graph.management_calls_per_tenant = 2;
    world.address = start(&config, Arc::clone(&world.commands)).await;
    other.address = world.address;
    let template = |name: &str| {
        json!({ "name": name, "language": "en_US", "category": "UTILITY",
            "components": [{ "type": "BODY", "text": "Hello." }] })
    };
    let path = format!("/graph/v23.0/{WABA}/message_templates");
    let world = Arc::new(world);
    for _ in 0..5 {
        let (world, path, body) = (Arc::clone(&world), path.clone(), template(SILENT));
        tokio::spawn(async move { world.post(&path, &body).await });
    }
    let asked = || world.meta.count("/message_templates");
    tokio::time::timeout(PATIENCE, async {
        while asked() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("as many as may are under way");
    let created = other.post(&path, &template("theirs")).await;
    assert_eq!(created.status, 200, "{}", created.text);
    assert_eq!(asked(), 3, "two that are never answered, and one of another tenant");
}

#[tokio::test]
async fn a_tenant_that_has_no_turn_is_told_to_wait() {
    let world = World::new().await;
    let mut config = world.config.clone();
    config.graph.management_calls_per_tenant = 1;
    config.graph.timeout_ms = 2_000;
    let desk = Desk::new(WorkerPool::new(&config.postgres).expect("a pool"), &config).expect("a desk");
    let id = world.meta.add_file("image/png", PNG);
    let held = desk.fetch_media(world.tenant, (&world.sender, &id), None).await.expect("an answer").expect("a file");
    let refused = desk.describe_media(world.tenant, (&world.sender, &id)).await.expect_err("the only turn is taken");
    assert_eq!(refused.to_string(), "1 calls of yours to Meta are under way");
    drop(held);
    assert!(desk.describe_media(world.tenant, (&world.sender, &id)).await.expect("a turn again").is_success());
}

#[tokio::test]
async fn a_download_without_a_turn_is_no_try() {
    let world = World::new().await;
    let mut config = world.config.clone();
    config.graph.management_calls_per_tenant = 1;
    config.graph.timeout_ms = 500;
    // One try that fails would be the last.
    config.media.attempts_max = 1;
    let desk = Desk::new(WorkerPool::new(&config.postgres).expect("a pool"), &config).expect("a desk");
    let [id, held] = [PNG, b"another"].map(|bytes| world.meta.add_file("image/png", bytes));
    let held = desk.fetch_media(world.tenant, (&world.sender, &held), None).await.expect("an answer").expect("a file");
    want(&world, &id, "image/png", Some(&sha256(PNG))).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(download::run(desk, config.media, stop.clone()));
    let reason =
        "SELECT error FROM media WHERE tenant_id = $1 AND media_id = $2 AND attempts = 0 AND error IS NOT NULL";
    let put_back = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(row) = world.sql.query_opt(reason, &[&world.tenant.0, &id]).await.expect("an answer") {
                return row.get::<_, String>(0);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("it is put back");
    assert_eq!(put_back, "1 calls of yours to Meta are under way");
    drop(held);
    assert_eq!(until(&world, &id, |state, _| state != "wanted").await, ("stored".to_owned(), 1, None));
    stop.cancel();
    running.await.expect("the downloads end");
}
