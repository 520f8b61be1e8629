//! The API as a tenant uses it.

use http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::web::{Answer, call};

/// A tenant with a key, a sender and a template.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    /// `ten_…`, as in events.
    pub(crate) id: String,
    pub(crate) sender: String,
    key: String,
    base: String,
}

/// The approved template of every tenant; it has two parameters.
pub(crate) const TEMPLATE: &str = "order_update";
/// Its language.
pub(crate) const LANGUAGE: &str = "en_US";

/// The `index`-th number of the tests' phone book.
pub(crate) fn phone(index: usize) -> String {
    format!("+1{}", 2_025_550_000 + index)
}

/// A CSV of recipients.
pub(crate) fn recipients(indexes: std::ops::Range<usize>) -> String {
    let mut csv = "to,1,2\n".to_owned();
    for index in indexes {
        csv.push_str(&format!("{},Ada {index},A-{index}\n", phone(index)));
    }
    csv
}

impl Tenant {
    pub(crate) fn new(id: String, key: String, sender: &str, api_port: u16) -> Self {
        Self { id, key, sender: sender.to_owned(), base: format!("http://127.0.0.1:{api_port}") }
    }

    /// What it authenticates with.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) async fn try_call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<Answer, String> {
        let authorization = format!("Bearer {}", self.key);
        let mut all = vec![("authorization", authorization.as_str())];
        all.extend(headers);
        call(method, &format!("{}{path}", self.base), &all, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_call(Method::GET, path, &[], String::new()).await.expect("the API answers")
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.try_call(Method::POST, path, &headers, body.to_string()).await.expect("the API answers")
    }

    /// With an Idempotency-Key that nobody used before.
    pub(crate) async fn post_new(&self, path: &str, body: &Value) -> Answer {
        self.post(path, &Uuid::new_v4().to_string(), body).await
    }

    /// Creates a campaign and uploads its recipients. Gives its id.
    pub(crate) async fn campaign(&self, csv: String) -> String {
        self.campaign_with(csv, json!({ "template": { "name": TEMPLATE, "language": LANGUAGE } })).await
    }

    /// The same with other members than the template.
    pub(crate) async fn campaign_with(&self, csv: String, members: Value) -> String {
        let mut body = json!({ "name": "it", "sender_id": self.sender });
        body.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
        let created = self.post_new("/v1/campaigns", &body).await.expect(201);
        let id = created["id"].as_str().expect("an id").to_owned();
        self.upload(&id, csv).await;
        id
    }

    /// Uploads a draft's recipients.
    pub(crate) async fn upload(&self, campaign: &str, csv: String) {
        let path = format!("/v1/campaigns/{campaign}/recipients?chunk=0");
        let uploaded = self.try_call(Method::POST, &path, &[("content-type", "text/csv")], csv).await;
        let uploaded = uploaded.expect("the API answers");
        assert!(uploaded.status.is_success(), "{uploaded:?}");
    }

    pub(crate) async fn start(&self, campaign: &str) {
        self.post_new(&format!("/v1/campaigns/{campaign}:start"), &json!({})).await.expect(202);
    }

    /// Rows of a statement over the API, as objects.
    pub(crate) async fn sql(&self, statement: &str) -> Vec<Value> {
        let answer = self.post_new("/v1/sql", &json!({ "sql": statement })).await.expect(200);
        let columns: Vec<String> = answer["columns"]
            .as_array()
            .expect("columns")
            .iter()
            .map(|column| column["name"].as_str().or(column.as_str()).expect("a name").to_owned())
            .collect();
        let row = |row: &Value| match row {
            Value::Array(cells) => columns.iter().cloned().zip(cells.iter().cloned()).collect(),
            object => object.clone(),
        };
        answer["rows"].as_array().expect("rows").iter().map(row).collect()
    }

    pub(crate) async fn funnel(&self, campaign: &str) -> Value {
        self.get(&format!("/v1/campaigns/{campaign}/funnel")).await.expect(200)
    }

    pub(crate) async fn state(&self, campaign: &str) -> Value {
        self.get(&format!("/v1/campaigns/{campaign}")).await.expect(200)
    }
}
