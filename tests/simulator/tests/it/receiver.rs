//! A webhook receiver that checks signatures and counts, and a client that sends: the other side of the simulator.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use parking_lot::Mutex;
use ring::hmac;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// What a receiver has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Statuses by wamid, each once, in order of arrival.
    pub(crate) statuses: HashMap<String, Vec<String>>,
    /// Tokens by wamid.
    pub(crate) tokens: HashMap<String, String>,
    /// Status elements that had been seen before.
    pub(crate) duplicates: u64,
    /// Pairs of statuses that arrived in the wrong order.
    pub(crate) reordered: u64,
    /// Inbound texts by id.
    pub(crate) inbound: HashMap<String, String>,
    /// Inbound messages that are no texts, by id.
    pub(crate) files: HashMap<String, Value>,
    /// Events of templates.
    pub(crate) templates: Vec<String>,
    /// Titles of `other_info` in updates of templates.
    pub(crate) titles: Vec<String>,
    /// The last update of each template, by name.
    pub(crate) template_updates: HashMap<String, Value>,
    /// The last contact of each user id.
    pub(crate) contacts: HashMap<String, Value>,
    /// `recipient_id` and `recipient_user_id` of statuses, by wamid.
    pub(crate) recipients: HashMap<String, (Value, Value)>,
    /// Codes of failures, by wamid.
    pub(crate) failures: HashMap<String, u64>,
    /// With which status a message's price was told, by wamid.
    pub(crate) priced_with: HashMap<String, String>,
    /// Elements of `statuses` and `messages` as they came, by id.
    pub(crate) elements: HashMap<String, Value>,
    /// Categories of pricing, by wamid.
    pub(crate) pricing: HashMap<String, String>,
    /// Changes of other fields, with the id of their entry.
    pub(crate) others: HashMap<String, (String, Value)>,
    /// Events of pages: the object and the entry's id of their webhook, and the event; `standby` where it stood there.
    pub(crate) page_events: Vec<PageEvent>,
    /// Greatest number of updates, changes and entries in one POST.
    pub(crate) largest: (usize, usize, usize),
    /// Webhooks whose signature does not verify; they are refused, unless the receiver `is_careless`.
    pub(crate) forged: u64,
    /// Of these, those without a signature.
    pub(crate) unsigned: u64,
    /// See `forged`.
    pub(crate) is_careless: bool,
    /// A webhook is answered when another one of the same body has come.
    pub(crate) awaits_twins: bool,
    twins: HashMap<Bytes, Arc<Notify>>,
    /// Inbound messages that had been seen before.
    pub(crate) repeated_inbound: u64,
    /// Rules that a webhook broke.
    pub(crate) faults: Vec<String>,
    armed: HashSet<String>,
}

/// An event of a page.
#[derive(Debug, Clone)]
pub(crate) struct PageEvent {
    pub(crate) object: String,
    pub(crate) page: String,
    pub(crate) is_standby: bool,
    pub(crate) event: Value,
}

/// A receiver on a port of its own; it answers 503 while `is_down`.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) addr: SocketAddr,
    pub(crate) seen: Arc<Mutex<Seen>>,
    pub(crate) is_down: Arc<AtomicBool>,
    /// POSTs answered with 200.
    pub(crate) taken: Arc<AtomicU64>,
}

/// Rank of a status; failure is not ordered with the others here.
fn rank(status: &str) -> u8 {
    match status {
        "sent" => 1,
        "delivered" => 2,
        "read" => 3,
        _ => 0,
    }
}

impl Receiver {
    /// Starts a receiver that knows the app's secret and the verify token.
    pub(crate) async fn start(secret: &str, verify_token: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let receiver = Self { addr, seen: Arc::default(), is_down: Arc::default(), taken: Arc::default() };
        let key = Arc::new(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
        let (seen, is_down, taken, token) =
            (receiver.seen.clone(), receiver.is_down.clone(), receiver.taken.clone(), verify_token.to_owned());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, is_down, taken, token, key) =
                    (seen.clone(), is_down.clone(), taken.clone(), token.clone(), key.clone());
                tokio::spawn(async move {
                    let service = service_fn(|request| take(request, &seen, &is_down, &taken, &token, &key));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        receiver
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks/meta/app", self.addr)
    }
}

async fn take(
    request: Request<Incoming>,
    seen: &Mutex<Seen>,
    is_down: &AtomicBool,
    taken: &AtomicU64,
    token: &str,
    key: &hmac::Key,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let answer = |status, body: String| Ok(Response::builder().status(status).body(Full::new(body.into())).unwrap());
    if request.method() == Method::GET {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let value = |name: &str| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
        };
        let is_ours =
            value("hub.mode").as_deref() == Some("subscribe") && value("hub.verify_token").as_deref() == Some(token);
        return if is_ours {
            answer(StatusCode::OK, value("hub.challenge").unwrap_or_default())
        } else {
            answer(StatusCode::FORBIDDEN, String::new())
        };
    }
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    if is_down.load(Ordering::Relaxed) {
        return answer(StatusCode::SERVICE_UNAVAILABLE, String::new());
    }
    let header = head.headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tag = hex::decode(header.strip_prefix("sha256=").unwrap_or_default()).unwrap_or_default();
    let twin = seen.lock().meet(&body);
    if let Some(twin) = twin {
        twin.notified().await;
    }
    let mut seen = seen.lock();
    if hmac::verify(key, &body, &tag).is_err() {
        seen.forged += 1;
        seen.unsigned += u64::from(header.is_empty());
        if !seen.is_careless {
            return answer(StatusCode::FORBIDDEN, String::new());
        }
        return answer(StatusCode::OK, String::new());
    }
    seen.read(&serde_json::from_slice(&body).unwrap());
    taken.fetch_add(1, Ordering::Relaxed);
    answer(StatusCode::OK, String::new())
}

impl Seen {
    /// Notes that a send was answered, so that statuses which came before are known to have been early.
    pub(crate) fn arm(&mut self, wamid: &str) -> bool {
        self.armed.insert(wamid.to_owned());
        self.statuses.contains_key(wamid)
    }

    /// What to wait for where the other webhook of this body has not come.
    fn meet(&mut self, body: &Bytes) -> Option<Arc<Notify>> {
        if !self.awaits_twins {
            return None;
        }
        if let Some(first) = self.twins.remove(body) {
            first.notify_one();
            return None;
        }
        Some(self.twins.entry(body.clone()).or_default().clone())
    }

    fn read(&mut self, envelope: &Value) {
        let entries = envelope["entry"].as_array().unwrap();
        if envelope["object"] != "whatsapp_business_account" {
            return self.read_pages(envelope["object"].as_str().unwrap(), entries);
        }
        let changes: Vec<&Value> = entries.iter().flat_map(|entry| entry["changes"].as_array().unwrap()).collect();
        let mut updates = 0;
        for entry in entries {
            for change in entry["changes"].as_array().unwrap() {
                let field = change["field"].as_str().unwrap();
                if !["messages", "message_template_status_update"].contains(&field) {
                    let id = entry["id"].as_str().unwrap().to_owned();
                    self.others.insert(field.to_owned(), (id, change["value"].clone()));
                    updates += 1;
                }
            }
        }
        for change in &changes {
            let value = &change["value"];
            if change["field"] == "message_template_status_update" {
                self.templates.push(value["event"].as_str().unwrap().to_owned());
                if let Some(title) = value["other_info"]["title"].as_str() {
                    self.titles.push(title.to_owned());
                }
                let name = value["message_template_name"].as_str().unwrap().to_owned();
                self.template_updates.insert(name, value.clone());
                updates += 1;
            }
            for contact in value["contacts"].as_array().into_iter().flatten() {
                self.contacts.insert(contact["user_id"].as_str().unwrap().to_owned(), contact.clone());
            }
            for status in value["statuses"].as_array().into_iter().flatten() {
                self.read_status(status, value);
                updates += 1;
            }
            for message in value["messages"].as_array().into_iter().flatten() {
                let text = |member: &Value| member.as_str().unwrap().to_owned();
                self.elements.insert(text(&message["id"]), message.clone());
                match message["type"].as_str() {
                    Some("text") => {
                        let known = self.inbound.insert(text(&message["id"]), text(&message["text"]["body"]));
                        self.repeated_inbound += u64::from(known.is_some());
                    }
                    _ => {
                        self.files.insert(text(&message["id"]), message.clone());
                    }
                }
                updates += 1;
            }
        }
        self.largest =
            (self.largest.0.max(updates), self.largest.1.max(changes.len()), self.largest.2.max(entries.len()));
    }

    fn read_pages(&mut self, object: &str, entries: &[Value]) {
        self.largest = (self.largest.0.max(entries.len()), self.largest.1, self.largest.2.max(entries.len()));
        for entry in entries {
            for (list, is_standby) in [("messaging", false), ("standby", true)] {
                for event in entry[list].as_array().into_iter().flatten() {
                    let (object, page) = (object.to_owned(), entry["id"].as_str().unwrap().to_owned());
                    self.page_events.push(PageEvent { object, page, is_standby, event: event.clone() });
                }
            }
        }
    }

    fn read_status(&mut self, status: &Value, value: &Value) {
        let (id, name) = (status["id"].as_str().unwrap(), status["status"].as_str().unwrap());
        let is_told = value["contacts"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|contact| contact["user_id"] == status["recipient_user_id"]);
        self.elements.insert(id.to_owned(), status.clone());
        let recipient = (status["recipient_id"].clone(), status["recipient_user_id"].clone());
        self.recipients.insert(id.to_owned(), recipient);
        if name != "failed" && !is_told && status["recipient_type"] != "group" {
            self.faults.push(format!("{name} without contact"));
        }
        if (name == "failed") != status["errors"].is_array() {
            self.faults.push(format!("wrong members: {status}"));
        }
        if status["pricing"].is_object() {
            let first = self.priced_with.entry(id.to_owned()).or_insert_with(|| name.to_owned());
            if first != name {
                self.faults.push(format!("priced twice: {status}"));
            }
        }
        if !status["timestamp"].is_string() {
            self.faults.push(format!("timestamp is no string: {status}"));
        }
        if let Some(code) = status["errors"][0]["code"].as_u64() {
            self.failures.insert(id.to_owned(), code);
        }
        if let Some(category) = status["pricing"]["category"].as_str() {
            self.pricing.insert(id.to_owned(), category.to_owned());
        }
        if let Some(token) = status["biz_opaque_callback_data"].as_str() {
            self.tokens.insert(id.to_owned(), token.to_owned());
        }
        let known = self.statuses.entry(id.to_owned()).or_default();
        if known.iter().any(|earlier| earlier == name) {
            self.duplicates += 1;
            return;
        }
        self.reordered += u64::from(known.iter().any(|earlier| rank(earlier) > rank(name)));
        known.push(name.to_owned());
    }
}

/// A part of a form: its name, the type of a file (none: it is no file; empty: a file without type), its content.
pub(crate) type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// A client of the simulator.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    number: String,
    usage: Arc<AtomicU64>,
    business_usage: Arc<Mutex<Value>>,
}

impl Sender {
    pub(crate) fn new(addr: SocketAddr, number: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            base: format!("http://{addr}"),
            number: number.to_owned(),
            usage: Arc::default(),
            business_usage: Arc::default(),
        }
    }

    /// Any request; status and JSON (null when the body is none), or `None` when the connection was closed.
    pub(crate) async fn call(&self, method: Method, path: &str, token: &str, body: String) -> Option<(u16, Value)> {
        let (status, body) = self.text(method, path, token, body).await?;
        Some((status, serde_json::from_str(&body).unwrap_or(Value::Null)))
    }

    /// The same; status and body as it came.
    pub(crate) async fn text(&self, method: Method, path: &str, token: &str, body: String) -> Option<(u16, String)> {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        let request = request.header("authorization", format!("Bearer {token}"));
        let (head, body) = self.exchange(request.body(Full::new(body.into())).unwrap()).await?;
        Some((head.status.as_u16(), String::from_utf8(body.to_vec()).unwrap()))
    }

    /// A call with the simulator's token.
    pub(crate) async fn graph(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.call(method, &format!("/v23.0/{path}"), "simulator-token", body).await.unwrap()
    }

    /// Fetches any address; status, type and bytes.
    pub(crate) async fn fetch(&self, url: &str, token: &str) -> (u16, String, Bytes) {
        let request = Request::get(url).header("authorization", format!("Bearer {token}"));
        let (head, body) = self.exchange(request.body(Full::default()).unwrap()).await.unwrap();
        let of_type = head.headers.get("content-type").map(|value| value.to_str().unwrap().to_owned());
        (head.status.as_u16(), of_type.unwrap_or_default(), body)
    }

    /// Fetches with further headers; nothing where the answer breaks off.
    pub(crate) async fn try_fetch(&self, url: &str, headers: &[(&str, &str)]) -> Option<(u16, http::HeaderMap, Bytes)> {
        let mut request = Request::get(url).header("authorization", "Bearer simulator-token");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, body) = self.exchange(request.body(Full::default()).unwrap()).await?;
        Some((head.status.as_u16(), head.headers, body))
    }

    /// Uploads a form.
    pub(crate) async fn upload(&self, parts: &[Part<'_>]) -> (u16, Value) {
        let mut form = Vec::new();
        for (name, of_type, content) in parts {
            let filename = of_type.map_or(String::new(), |of_type| {
                let of_type = if of_type.is_empty() { String::new() } else { format!("\r\nContent-Type: {of_type}") };
                format!("; filename=\"grüße.bin\"{of_type}")
            });
            let head = format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"{filename}\r\n\r\n");
            form.extend_from_slice(head.as_bytes());
            form.extend_from_slice(content);
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(b"--xyz--\r\n");
        let request = Request::post(format!("{}/v23.0/{}/media", self.base, self.number))
            .header("authorization", "Bearer simulator-token")
            .header("content-type", "multipart/form-data; boundary=xyz");
        let (head, body) = self.exchange(request.body(Full::new(form.into())).unwrap()).await.unwrap();
        (head.status.as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// Usage of the app as it was told last, in percent.
    pub(crate) fn usage(&self) -> u64 {
        self.usage.load(Ordering::Relaxed)
    }

    /// Usage of the account as it was told last, by its id.
    pub(crate) fn business_usage(&self) -> Value {
        self.business_usage.lock().clone()
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Option<(http::response::Parts, Bytes)> {
        let (head, body) = self.client.request(request).await.ok()?.into_parts();
        if let Some(usage) = head.headers.get("x-app-usage").and_then(|usage| usage.to_str().ok()) {
            let usage: Value = serde_json::from_str(usage).unwrap();
            self.usage.store(usage["call_count"].as_u64().unwrap(), Ordering::Relaxed);
        }
        if let Some(usage) = head.headers.get("x-business-use-case-usage").and_then(|usage| usage.to_str().ok()) {
            *self.business_usage.lock() = serde_json::from_str(usage).unwrap();
        }
        Some((head, body.collect().await.ok()?.to_bytes()))
    }

    /// Sends a template with two parameters.
    pub(crate) async fn send(&self, to: &str, token: &str) -> Option<(u16, Value)> {
        let body = format!(
            r#"{{"messaging_product":"whatsapp","recipient_type":"individual","to":"{to}","type":"template","biz_opaque_callback_data":"{token}","template":{{"name":"order_update","language":{{"code":"en_US"}},"components":[{{"type":"body","parameters":[{{"type":"text","text":"Zoë"}},{{"type":"text","text":"a/b"}}]}}]}}}}"#
        );
        self.call(Method::POST, &format!("/v23.0/{}/messages", self.number), "simulator-token", body).await
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, &format!("/_simulator/{path}"), "", body.to_string()).await.unwrap()
    }
}
