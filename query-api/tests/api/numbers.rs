//! Numbers through the drop-in Graph API, with the simulator as Meta; accounts are in `accounts.rs`.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Method;
use parking_lot::Mutex;
use posthaste_simulator::Options;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use crate::accounts::callback;
use crate::world::{Answer, WABA, World, start};

pub(crate) async fn call(world: &World, method: Method, path: &str, body: Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    world.send(method, &format!("/graph/v23.0/{path}"), &[("content-type", "application/json")], body).await
}

async fn post(world: &World, edge: &str, body: Value) -> Answer {
    call(world, Method::POST, &format!("{}/{edge}", world.sender), body).await
}

async fn get(world: &World, edge: &str) -> Answer {
    call(world, Method::GET, &format!("{}/{edge}", world.sender), Value::Null).await
}

fn whatsapp(mut members: Value) -> Value {
    members["messaging_product"] = json!("whatsapp");
    members
}

/// Status and Meta's code.
pub(crate) fn outcome(answer: &Answer) -> (u16, Option<i64>) {
    (answer.status.as_u16(), answer.json()["error"]["code"].as_i64())
}

#[tokio::test]
async fn a_number_is_verified_registered_and_gets_another_pin() {
    let (world, _simulator) = World::simulated(&[], Options::defaults()).await;
    let register = |pin: &str| whatsapp(json!({ "pin": pin, "unknown": true }));
    let order = json!({ "code_method": "SMS", "language": "en_US" });
    for (edge, body, expected) in [
        ("request_code", order, (200, None)),
        ("verify_code", json!({ "code": &world.sender[..6] }), (200, None)),
        ("register", register("123456"), (200, None)),
        ("register", register("654321"), (400, Some(133_005))),
        ("register", register("12345"), (400, Some(100))),
        ("deregister", Value::Null, (200, None)),
    ] {
        let answer = post(&world, edge, body).await;
        assert_eq!(outcome(&answer), expected, "{edge}: {}", answer.text);
    }
    let changed = call(&world, Method::POST, &world.sender, json!({ "pin": "654321" })).await;
    assert_eq!((changed.status.as_u16(), changed.json()), (200, json!({ "success": true })));
    assert_eq!(outcome(&post(&world, "register", register("654321")).await), (200, None));
    let other = call(&world, Method::POST, &world.sender, json!({ "name": "x" })).await;
    assert_eq!(outcome(&other), (400, Some(100)), "nothing else of a number is changed");
}

#[tokio::test]
async fn the_callback_of_one_number_is_not_changed() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    let elsewhere = json!({ "override_callback_uri": callback().await, "verify_token": "v" });
    for body in
        [json!({ "webhook_configuration": elsewhere }), json!({ "pin": "123456", "webhook_configuration": elsewhere })]
    {
        let refused = call(&world, Method::POST, &world.sender, body).await;
        assert_eq!(outcome(&refused), (400, Some(100)), "{}", refused.text);
        assert!(refused.text.contains("/webhook_configuration"), "{}", refused.text);
    }
    let path = format!("/v23.0/{}?fields=webhook_configuration", world.sender);
    let told = world.ask_simulator(&simulator, Method::GET, &path, &Value::Null).await.json();
    assert_eq!(told["webhook_configuration"]["phone_number"], Value::Null, "{told}");
}

#[tokio::test]
async fn the_registration_that_would_lock_a_number_is_refused_and_meta_is_not_asked() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    let register = || post(&world, "register", whatsapp(json!({ "pin": "123456" })));
    for _ in 0..5 {
        assert_eq!(outcome(&register().await), (200, None));
        assert_eq!(outcome(&post(&world, "deregister", Value::Null).await), (200, None));
    }
    let refused = register().await;
    assert_eq!(outcome(&refused), (400, Some(133_016)), "{}", refused.text);
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((71 * 3_600..=72 * 3_600).contains(&wait), "{wait}");
    assert_eq!(outcome(&post(&world, "deregister", Value::Null).await), (400, Some(133_016)));
    // At Meta the number is as it was: a send is refused because it is deregistered, and not because it is locked.
    let text = whatsapp(json!({ "to": "+16315550101", "type": "text", "text": { "body": "x" } }));
    let path = format!("/v23.0/{}/messages", world.sender);
    assert_eq!(outcome(&world.ask_simulator(&simulator, Method::POST, &path, &text).await), (400, Some(133_010)));
    let first = "UPDATE registration_call SET asked_at = now() - interval '72 hours' WHERE call_id = \
                 (SELECT min(call_id::text)::uuid FROM registration_call WHERE tenant_id = $1 AND sender_id = $2)";
    world.sql.execute(first, &[&world.tenant.0, &world.sender]).await.expect("the first is long ago");
    // Meta counts for itself, and there it is not long ago.
    assert_eq!(outcome(&register().await), (400, Some(133_016)));
    let calls = "SELECT count(*) FROM registration_call WHERE tenant_id = $1";
    assert_eq!(world.sql.query_one(calls, &[&world.tenant.0]).await.expect("a count").get::<_, i64>(0), 10);
}

#[tokio::test]
async fn a_profile_is_changed_and_told() {
    let (world, _simulator) = World::simulated(&[], Options::defaults()).await;
    let edge = "whatsapp_business_profile";
    let change = whatsapp(json!({ "about": "Open", "vertical": "RETAIL", "websites": ["https://example.org"] }));
    assert_eq!(outcome(&post(&world, edge, change).await), (200, None));
    let told = get(&world, &format!("{edge}?fields=about%2Cwebsites")).await.json();
    let expected = json!({ "messaging_product": "whatsapp", "about": "Open", "websites": ["https://example.org"] });
    assert_eq!(told["data"], json!([expected]));
    let long = post(&world, edge, whatsapp(json!({ "about": "x".repeat(140) }))).await;
    assert_eq!(outcome(&long), (400, Some(100)));
    assert!(long.text.contains("/about"), "{}", long.text);
}

#[tokio::test]
async fn people_are_blocked_listed_and_let_in_again() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    for from in ["16315550101", "16315550102"] {
        let order = json!({ "number": world.sender, "from": from, "text": "hello" });
        assert_eq!(world.ask_simulator(&simulator, Method::POST, "/_simulator/inbound", &order).await.status, 200);
    }
    let people = whatsapp(json!({ "block_users": [{ "user": "+16315550101" }, { "user": "+16315550102" }] }));
    let blocked = post(&world, "block_users", people.clone()).await.json();
    assert_eq!(blocked["block_users"]["added_users"].as_array().map(Vec::len), Some(2));
    let page = get(&world, "block_users?limit=1").await.json();
    assert_eq!(page["data"], json!([{ "messaging_product": "whatsapp", "wa_id": "16315550101" }]));
    assert_eq!(page["paging"]["next"], Value::Null, "Meta would write its access token into it");
    let after = page["paging"]["cursors"]["after"].as_str().expect("a cursor");
    let rest = get(&world, &format!("block_users?limit=1&after={after}")).await.json();
    assert_eq!(rest["data"][0]["wa_id"], "16315550102");
    let path = format!("{}/block_users", world.sender);
    let removed = call(&world, Method::DELETE, &path, people).await.json();
    assert_eq!(removed["block_users"]["removed_users"].as_array().map(Vec::len), Some(2));
    assert_eq!(get(&world, "block_users").await.json()["data"], json!([]));
    assert_eq!(outcome(&post(&world, "block_users", whatsapp(json!({ "block_users": [{}] }))).await), (400, Some(100)));
}

#[tokio::test]
async fn a_person_is_taken_out_of_the_contact_book() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    let order = json!({ "number": world.sender, "from": "16315550101", "text": "hello" });
    let wrote = world.ask_simulator(&simulator, Method::POST, "/_simulator/inbound", &order).await.json();
    let person = wrote["user_id"].as_str().expect("an id").to_owned();
    let forget = async |query: &str| {
        call(&world, Method::DELETE, &format!("{}/contact_book?{query}", world.sender), Value::Null).await
    };
    for (query, name) in [
        (format!("bsuid={person}"), "messaging_product"),
        (format!("messaging_product=messenger&bsuid={person}"), "messaging_product"),
        ("messaging_product=whatsapp".to_owned(), "bsuid"),
        ("messaging_product=whatsapp&bsuid=%2B16315550101".to_owned(), "bsuid"),
        ("messaging_product=whatsapp&bsuid=US.ENT.11815799212886844830".to_owned(), "bsuid"),
    ] {
        let refused = forget(&query).await;
        assert_eq!(outcome(&refused), (400, Some(100)), "{query}: {}", refused.text);
        let details = refused.json()["error"]["error_data"]["details"].clone();
        assert!(details.as_str().is_some_and(|text| text.starts_with(name)), "{query}: {details}");
    }
    let query = format!("messaging_product=whatsapp&bsuid={person}&unknown=true");
    for is_deleted in [true, false] {
        let told = json!({ "messaging_product": "whatsapp", "success": true, "deleted": is_deleted });
        assert_eq!(forget(&query).await.json(), told);
    }
}

#[tokio::test]
async fn the_history_of_a_message_is_asked_by_metas_id_or_by_its_handle() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    let text = whatsapp(json!({ "to": "+16315550101", "type": "text", "text": { "body": "x" } }));
    let path = format!("/v23.0/{}/messages", world.sender);
    let sent = world.ask_simulator(&simulator, Method::POST, &path, &text).await.json();
    let wamid = sent["messages"][0]["id"].as_str().expect("an id").to_owned();
    let queued = post(&world, "messages", text).await.json();
    let handle = queued["messages"][0]["id"].as_str().expect("a handle").to_owned();
    let history = async |id: &str| get(&world, &format!("message_history?message_id={id}")).await;
    let by_id = history(&wamid.replace('=', "%3D")).await.json();
    assert_eq!(by_id["data"][0]["message_id"], wamid.as_str(), "{by_id}");
    assert_eq!(outcome(&history(&handle).await), (400, Some(100)), "it has not left");

    // As the pipeline writes it.
    let id = world.commands.accepted.lock()[0].intent.intent_id.0;
    let intent = "INSERT INTO intent (tenant_id, intent_id, sender_id, contact, class, message, unknown_policy, accepted_at, expires_at) \
                  VALUES ($1, $2, $3, '+16315550101', 'transactional', '{}', 'at_most_once', now(), now())";
    world.sql.execute(intent, &[&world.tenant.0, &id, &world.sender]).await.expect("an intent");
    let attempt = "INSERT INTO attempt (tenant_id, intent_id, attempt, task_partition, open, status, marks, due_at, wamid) \
                   VALUES ($1, $2, 1, 0, false, 'accepted', 0, now(), $3)";
    world.sql.execute(attempt, &[&world.tenant.0, &id, &wamid]).await.expect("an attempt");
    assert_eq!(history(&handle).await.json(), by_id);
    assert_eq!(outcome(&get(&world, "message_history").await), (400, Some(100)));
}

#[tokio::test]
async fn what_a_query_may_not_say_is_refused_before_meta_is_asked() {
    let world = World::new().await;
    let long = "x".repeat(2_000);
    for (edge, name) in [
        ("whatsapp_business_profile?fields=about,owner%7Bid%7D", "fields"),
        ("whatsapp_business_profile?fields=about.limit(1)", "fields"),
        ("whatsapp_business_profile?fields=about%26access_token%3Dx", "fields"),
        (&format!("whatsapp_business_profile?fields={long}"), "fields"),
        ("message_history?message_id=wamid.X&fields=events%7Bid%7D", "fields"),
        (&format!("message_history?message_id={long}"), "message_id"),
        ("block_users?limit=0", "limit"),
        ("block_users?limit=1001", "limit"),
        ("block_users?limit=1%7D", "limit"),
        (&format!("block_users?after={long}"), "after"),
        (&format!("block_users?before={long}"), "before"),
    ] {
        let refused = get(&world, edge).await;
        assert_eq!(outcome(&refused), (400, Some(100)), "{edge}: {}", refused.text);
        let details = refused.json()["error"]["error_data"]["details"].clone();
        assert!(details.as_str().is_some_and(|text| text.starts_with(name)), "{edge}: {details}");
    }
    assert_eq!(*world.meta.requests.lock(), Vec::<String>::new());
}

/// Passes connections on to Postgres and counts them; gives the port.
async fn counting(postgres: String, count: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            let mut server = TcpStream::connect(&postgres).await.expect("Postgres answers");
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut server).await });
        }
    });
    port
}

#[tokio::test]
async fn a_refusal_leaves_the_connection_as_it_is() {
    let mut world = World::new().await;
    let mut config = world.config.clone();
    let (before, rest) = config.postgres.api_url.split_once('@').expect("a URL with a user");
    let (server, database) = rest.split_once('/').expect("a URL with a database");
    let connections = Arc::default();
    let port = counting(server.to_owned(), Arc::clone(&connections)).await;
    config.postgres.api_url = format!("{before}@127.0.0.1:{port}/{database}");
    world.address = start(&config, Arc::clone(&world.commands)).await;
    for edge in [
        "block_users?limit=0",
        "message_history",
        "message_history?message_id=wamid.PH018F0000000000000000000000000001",
        "block_users?after=x%ff",
    ] {
        assert_eq!(outcome(&get(&world, edge).await), (400, Some(100)), "{edge}");
        assert_eq!(world.get("/readyz").await.status, 200);
        assert_eq!(connections.load(Ordering::Relaxed), 1, "{edge}");
    }
}

#[tokio::test]
async fn the_calls_of_an_hour_are_those_about_numbers_accounts_templates_and_uploads() {
    let world = World::new().await;
    let body = json!({ "name": "a", "language": "en_US", "category": "UTILITY",
        "components": [{ "type": "BODY", "text": "Hello." }] });
    let templates = format!("{WABA}/message_templates");
    let created = call(&world, Method::POST, &templates, body.clone()).await;
    assert_eq!(created.status, 200, "{}", created.text);
    let template = created.id();
    // An upload that is not there costs a call as any other does.
    let upload = "upload:019a8c5de0cf7a3f8a1f0f2b5c6d7e8f";
    let path = format!("/graph/v23.0/{upload}");
    let piece = async || world.send(Method::POST, &path, &[("file_offset", "0")], "a piece").await;
    assert_eq!(outcome(&piece().await), (400, Some(100)));
    for n in 2..1_000 {
        let answer = call(&world, Method::GET, upload, Value::Null).await;
        assert_eq!(outcome(&answer), (400, Some(100)), "call {n}: {}", answer.text);
    }
    let asked = world.meta.requests.lock().len();
    let edit = json!({ "components": [{ "type": "BODY", "text": "Good day." }] });
    for (method, path, body) in [
        (Method::GET, upload, Value::Null),
        (Method::POST, "634974688087057/uploads?file_length=100&file_type=image/png", Value::Null),
        (Method::POST, templates.as_str(), body),
        (Method::POST, &template, edit),
        (Method::DELETE, &format!("{templates}?name=a"), Value::Null),
        (Method::GET, &format!("{WABA}/subscribed_apps"), Value::Null),
        (Method::GET, WABA, Value::Null),
        (Method::GET, &format!("{}/whatsapp_business_profile", world.sender), Value::Null),
    ] {
        let refused = call(&world, method.clone(), path, body).await;
        assert_eq!(outcome(&refused), (429, Some(80_007)), "{method} {path}: {}", refused.text);
        assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|wait| wait > 5), "{method} {path}");
    }
    assert_eq!(outcome(&piece().await), (429, Some(80_007)));
    assert_eq!(world.meta.requests.lock().len(), asked, "Meta was not asked");
}

#[tokio::test]
async fn another_tenants_numbers_and_accounts_look_as_if_they_did_not_exist() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    let mut stranger = World::new().await;
    stranger.address = world.address;
    stranger.move_to("waba-2").await;
    let bearer = format!("Bearer {}", stranger.key);
    let ask = async |method: Method, id: &str, edge: &str, body: &Value| {
        let path = format!("/graph/v23.0/{id}{edge}");
        world.send_plain(method, &path, &[("authorization", bearer.as_str())], body.to_string()).await
    };
    let words = |answer: &Answer, id: &str| {
        let error = &answer.json()["error"];
        (answer.status, error["code"].clone(), error["error_data"]["details"].to_string().replace(id, "ID"))
    };
    let pin = whatsapp(json!({ "pin": "123456" }));
    let profile = whatsapp(json!({ "about": "Open" }));
    let people = whatsapp(json!({ "block_users": [{ "user": "+16315550101" }] }));
    for (method, own, edge, body) in [
        (Method::POST, world.sender.as_str(), "/register", &pin),
        (Method::POST, &world.sender, "/deregister", &Value::Null),
        (Method::POST, &world.sender, "/request_code", &json!({ "code_method": "SMS", "language": "en" })),
        (Method::POST, &world.sender, "/verify_code", &json!({ "code": "123456" })),
        (Method::POST, &world.sender, "", &json!({ "pin": "123456" })),
        (Method::GET, &world.sender, "/whatsapp_business_profile", &Value::Null),
        (Method::POST, &world.sender, "/whatsapp_business_profile", &profile),
        (Method::GET, &world.sender, "/block_users", &Value::Null),
        (Method::POST, &world.sender, "/block_users", &people),
        (Method::DELETE, &world.sender, "/block_users", &people),
        (Method::GET, &world.sender, "/message_history?message_id=wamid.X", &Value::Null),
        (Method::DELETE, &world.sender, "/contact_book?messaging_product=whatsapp&bsuid=US.1", &Value::Null),
        (Method::GET, &world.sender, "/groups", &Value::Null),
        (Method::POST, &world.sender, "/groups", &whatsapp(json!({ "subject": "x" }))),
        (Method::POST, &world.sender, "/smb_app_data", &whatsapp(json!({ "sync_type": "history" }))),
        (Method::GET, &world.sender, "?fields=status", &Value::Null),
        (Method::GET, WABA, "", &Value::Null),
        (Method::POST, WABA, "", &json!({ "disable_marketing_messages_on_cloud_api": true })),
        (Method::GET, WABA, "/phone_numbers", &Value::Null),
        (Method::GET, WABA, "/subscribed_apps", &Value::Null),
        (Method::POST, WABA, "/subscribed_apps", &Value::Null),
        (Method::DELETE, WABA, "/subscribed_apps", &Value::Null),
    ] {
        let seen = ask(method.clone(), own, edge, body).await;
        let none = ask(method.clone(), "123456", edge, body).await;
        assert_eq!(words(&seen, own), words(&none, "123456"), "{method} {edge}");
        assert_eq!(outcome(&seen), (400, Some(100)), "{method} {edge}: {}", seen.text);
    }
    let path = format!("/v23.0/{WABA}/subscribed_apps");
    let apps = world.ask_simulator(&simulator, Method::GET, &path, &Value::Null).await.json();
    assert_eq!(apps["data"].as_array().map(Vec::len), Some(1), "Meta was not asked");
}

#[tokio::test]
async fn numbers_are_told_as_meta_tells_them_and_without_meta_where_no_more_is_wanted_than_is_kept() {
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    let fields = "fields=verified_name,quality_rating,status,whatsapp_business_manager_messaging_limit";
    let list = format!("{WABA}/phone_numbers");
    for query in ["", fields] {
        let path = format!("/v23.0/{}?{query}", world.sender);
        let metas = world.ask_simulator(&simulator, Method::GET, &path, &Value::Null).await.json();
        let number = call(&world, Method::GET, &format!("{}?{query}", world.sender), Value::Null).await.json();
        assert_eq!(number, metas, "{query}");
        assert_eq!(number["quality_rating"], "GREEN");
        let numbers = call(&world, Method::GET, &format!("{list}?{query}"), Value::Null).await.json();
        assert_eq!(numbers["data"], json!([metas]), "{query}");
    }
    drop(simulator);
    let kept = call(&world, Method::GET, &format!("{}?fields=id,throughput", world.sender), Value::Null).await;
    assert_eq!(kept.json()["throughput"]["level"], "STANDARD", "{}", kept.text);
    let asked = call(&world, Method::GET, &format!("{list}?fields=status{{owner}}"), Value::Null).await;
    assert_eq!(outcome(&asked), (400, Some(100)), "{}", asked.text);
}

#[tokio::test]
async fn what_a_numbers_phone_has_is_asked_for_once() {
    let (world, _simulator) = World::simulated(&[], Options::defaults()).await;
    let ask = async |kind: &str| outcome(&post(&world, "smb_app_data", whatsapp(json!({ "sync_type": kind }))).await);
    assert_eq!(ask("history").await, (200, None));
    assert_eq!(ask("smb_app_state_sync").await, (200, None));
    assert_eq!(ask("history").await, (400, Some(2_593_107)), "Meta's refusal as Meta wrote it");
    assert_eq!(ask("everything").await, (400, Some(100)));
}

/// Where a log is written to.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_pin_and_a_code_stand_in_no_log_no_answer_and_no_row() {
    const SECRET: &str = "739182";
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    // This thread runs the test, the API and the simulator.
    let _logging = tracing::subscriber::set_default(lines.finish());
    let (world, simulator) = World::simulated(&[], Options::defaults()).await;
    let pin = json!({ "pin": SECRET });
    let ask = async || {
        let register = whatsapp(json!({ "pin": SECRET, "data_localization_region": "Germany" }));
        for (edge, body) in [
            ("register", whatsapp(pin.clone())),
            ("register", register),
            ("register", pin.clone()),
            ("verify_code", json!({ "code": SECRET })),
            ("verify_code", json!({ "code": format!("{SECRET}{SECRET}") })),
        ] {
            let answer = post(&world, edge, body).await;
            assert!(!answer.text.contains(SECRET), "{edge}: {}", answer.text);
        }
        let changed = call(&world, Method::POST, &world.sender, pin.clone()).await;
        assert!(!changed.text.contains(SECRET), "{}", changed.text);
    };
    ask().await;
    simulator.shutdown().await;
    // What is not answered is told of, too.
    ask().await;
    tracing::info!("the end");
    let log = String::from_utf8(log.0.lock().clone()).expect("text");
    assert!(log.contains("the end"), "the log is kept");
    assert!(!log.contains(SECRET), "{log}");

    let own = "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' \
                WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace";
    let tables = world.sql.query(own, &[]).await.expect("the tables of tenants");
    let tables: Vec<String> = tables.iter().map(|row| row.get(0)).collect();
    assert!(tables.iter().any(|table| table == "registration_call"), "{tables:?}");
    for table in tables {
        let rows = format!("SELECT own::text FROM {table} AS own WHERE tenant_id = $1");
        for row in world.sql.query(&rows, &[&world.tenant.0]).await.expect("the tenant's rows") {
            let row: String = row.get(0);
            assert!(!row.contains(SECRET), "{table}: {row}");
        }
    }
}
