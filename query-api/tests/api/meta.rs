//! A stand-in for Meta's management API on loopback: templates and files, with one token for everybody, as where one app of a
//! platform serves all its tenants. What keeps tenants apart must then be ours.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use hyper_util::service::TowerToHyperService;
use parking_lot::Mutex;
use posthaste_runtime::http::{Limits, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use warp::Filter;
use warp::filters::path::FullPath;

/// The token of every number.
pub(crate) const TOKEN: &str = "token";
/// A template of this name is refused, and one of the other is never answered.
pub(crate) const REFUSED: &str = "refused";
pub(crate) const SILENT: &str = "silent";

/// A file as it was uploaded.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) mime_type: String,
    pub(crate) bytes: Bytes,
    /// How many bytes Meta says that it has.
    pub(crate) size_told: usize,
}

/// What Meta has.
#[derive(Default)]
pub(crate) struct Meta {
    /// Method and path of each request.
    pub(crate) requests: Mutex<Vec<String>>,
    pub(crate) templates: Mutex<Vec<Value>>,
    pub(crate) files: Mutex<BTreeMap<String, File>>,
}

/// Ids differ between the tests of a run, which share a database.
fn id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let run = std::process::id();
    format!("9{run}{:06}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The error that [`REFUSED`] meets, as Meta writes it.
pub(crate) fn refusal() -> Value {
    json!({ "error": { "message": "Invalid parameter", "type": "OAuthException", "code": 100, "error_subcode": 2_388_024,
        "is_transient": false, "error_user_title": "Content in This Language Already Exists", "fbtrace_id": "Az8" } })
}

impl Meta {
    /// Serves until the test ends.
    pub(crate) async fn start() -> (Arc<Self>, SocketAddr) {
        let meta = Arc::new(Self::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let own = Arc::clone(&meta);
        let query = warp::query::raw().or_else(|_| async { Ok::<_, warp::Rejection>((String::new(),)) });
        let service = warp::method()
            .and(warp::path::full())
            .and(query)
            .and(warp::header::headers_cloned())
            .and(warp::body::bytes())
            .then(move |method: Method, path: FullPath, query: String, headers: HeaderMap, body: Bytes| {
                let meta = Arc::clone(&own);
                async move { meta.answer(address, &method, path.as_str(), &query, &headers, body).await }
            })
            .recover(|_| async { Ok::<_, Infallible>(Response::new(Bytes::new())) })
            .unify();
        let service = TowerToHyperService::new(warp::service(service));
        tokio::spawn(serve(listener, service, std::future::pending(), Limits::with_connections(64)));
        (meta, address)
    }

    /// Requests whose path contains a text.
    pub(crate) fn count(&self, part: &str) -> usize {
        self.requests.lock().iter().filter(|request| request.contains(part)).count()
    }

    /// A file as a person sends it; gives its id.
    pub(crate) fn add_file(&self, mime_type: &str, bytes: &'static [u8]) -> String {
        let id = id();
        self.files.lock().insert(
            id.clone(),
            File { mime_type: mime_type.into(), bytes: Bytes::from_static(bytes), size_told: bytes.len() },
        );
        id
    }

    async fn answer(
        &self,
        address: SocketAddr,
        method: &Method,
        path: &str,
        query: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response<Bytes> {
        self.requests.lock().push(format!("{method} {path}?{query}"));
        if headers.get("authorization").is_none_or(|value| value != &format!("Bearer {TOKEN}")) {
            return json_answer(401, &json!({ "error": { "code": 190 } }));
        }
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (method.as_str(), segments.as_slice()) {
            ("POST", ["v26.0", _, "message_templates"]) => self.create(&body).await,
            ("GET", ["v26.0", _, "message_templates"]) => self.list(query),
            ("DELETE", ["v26.0", _, "message_templates"]) => json_answer(200, &json!({ "success": true })),
            ("POST", ["v26.0", _, "media"]) => self.upload(headers, body).await,
            ("GET", ["files", id]) => match self.files.lock().get(*id) {
                Some(file) => answer(200, &file.mime_type, file.bytes.clone()),
                None => answer(404, "text/plain", Bytes::new()),
            },
            ("GET", ["v26.0", id]) => match self.files.lock().get(*id) {
                Some(file) => json_answer(
                    200,
                    &json!({ "messaging_product": "whatsapp", "id": id,
                    "url": format!("http://{address}/files/{id}"), "mime_type": file.mime_type,
                    "sha256": sha256(&file.bytes), "file_size": file.size_told }),
                ),
                None => json_answer(400, &json!({ "error": { "code": 100, "message": "Object does not exist" } })),
            },
            ("DELETE", ["v26.0", id]) => {
                self.files.lock().remove(*id);
                json_answer(200, &json!({ "success": true }))
            }
            ("POST", ["v26.0", _]) => json_answer(200, &json!({ "success": true })),
            _ => json_answer(404, &json!({ "error": { "code": 2500, "message": path } })),
        }
    }

    async fn create(&self, body: &Bytes) -> Response<Bytes> {
        let mut template: Value = serde_json::from_slice(body).expect("JSON");
        match template["name"].as_str() {
            Some(REFUSED) => return json_answer(400, &refusal()),
            Some(SILENT) => std::future::pending().await,
            _ => {}
        }
        let id = id();
        template["id"] = json!(id);
        template["status"] = json!("PENDING");
        let category = template["category"].clone();
        self.templates.lock().push(template);
        json_answer(200, &json!({ "id": id, "status": "PENDING", "category": category }))
    }

    /// Pages of two, whatever is asked for.
    fn list(&self, query: &str) -> Response<Bytes> {
        let after = query.split('&').find_map(|pair| pair.strip_prefix("after=")).and_then(|after| after.parse().ok());
        let templates = self.templates.lock();
        let from = after.unwrap_or(0);
        let page: Vec<_> = templates.iter().skip(from).take(2).collect();
        let mut answer = json!({ "data": page });
        if !page.is_empty() {
            let next = from + page.len();
            answer["paging"]["cursors"]["after"] = json!(next.to_string());
            if next < templates.len() {
                answer["paging"]["next"] = json!("https://graph.facebook.com/…");
            }
        }
        json_answer(200, &answer)
    }

    async fn upload(&self, headers: &HeaderMap, body: Bytes) -> Response<Bytes> {
        let content_type = headers["content-type"].to_str().expect("a text");
        let boundary = multer::parse_boundary(content_type).expect("a boundary");
        let stream = futures_util::stream::once(async move { Ok::<_, Infallible>(body) });
        let mut parts = multer::Multipart::new(stream, boundary);
        let (mut product, mut declared, mut file) = (None, None, None);
        while let Some(field) = parts.next_field().await.expect("a form") {
            match field.name() {
                Some("messaging_product") => product = Some(field.text().await.expect("a text")),
                Some("type") => declared = Some(field.text().await.expect("a text")),
                _ => file = Some(field.bytes().await.expect("bytes")),
            }
        }
        assert_eq!(product.as_deref(), Some("whatsapp"));
        let id = id();
        let bytes: Bytes = file.expect("a file");
        let file = File { mime_type: declared.expect("a type"), size_told: bytes.len(), bytes };
        self.files.lock().insert(id.clone(), file);
        json_answer(200, &json!({ "id": id }))
    }
}

fn answer(status: u16, media: &str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    response.headers_mut().insert("content-type", media.parse().expect("a media type"));
    response
}

fn json_answer(status: u16, body: &Value) -> Response<Bytes> {
    answer(status, "application/json", body.to_string().into())
}

/// In lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, bytes);
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
