//! Calls about a tenant's numbers and accounts that are passed on to Meta (Meta: business-phone-numbers,
//! whatsapp-business-account/subscribed_apps).

use http::Method;
use posthaste_meta::{Access, Answer, CallError};
use posthaste_model::TenantId;
use posthaste_sql::queries::directory::directory_waba_tenants;
use posthaste_sql::queries::registrations::{
    forget_registration_calls, lock_number, put_registration_call, recent_registration_calls,
    take_back_registration_call,
};
use serde_json::Value;
use uuid::Uuid;

use crate::desk::{Desk, DeskError, detached};

/// Registrations and deregistrations of a number that Meta allows within 72 hours; one more locks it for 72 hours (Meta: error
/// 133016).
const REGISTRATIONS_MAX: i64 = 10;

/// What Meta is asked about a number, an account or a group. It may hold a PIN: it is never shown.
pub struct Passed {
    /// The method.
    pub method: Method,
    /// The edge of the number, account or group; none for itself.
    pub edge: Option<&'static str>,
    /// Names and values of the query, plain.
    pub query: Vec<(&'static str, String)>,
    /// The body.
    pub body: Option<Value>,
}

impl Passed {
    pub(crate) async fn ask(
        self,
        desk: &Desk,
        tenant: TenantId,
        access: Access<'_>,
        id: &str,
    ) -> Result<Answer, DeskError> {
        let path: Vec<&str> = [id].into_iter().chain(self.edge).collect();
        let query: Vec<(&str, &str)> = self.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = self.body.map(|body| body.to_string().into());
        let answer = desk.ask(tenant, access, self.method, (&path, &query), body).await?;
        Ok(without_links(answer))
    }
}

/// A history of a message, as Meta and we name what it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryId {
    /// The number that the message is of.
    pub sender_id: String,
    /// Meta's id of the history.
    pub history_id: String,
    /// Meta's id of the message.
    pub message_id: String,
}

/// An answer without the addresses of other pages, of lists within lists too: Meta writes the access token into them. The cursors
/// stay.
fn without_links(answer: Answer) -> Answer {
    let mut body = answer.json();
    if !strip_links(&mut body) {
        return answer;
    }
    Answer { body: body.to_string().into(), ..answer }
}

/// Whether there was one.
fn strip_links(value: &mut Value) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().fold(false, |found, item| strip_links(item) | found),
        Value::Object(members) => {
            let mut found = false;
            if let Some(paging) = members.get_mut("paging").and_then(Value::as_object_mut) {
                let before = paging.len();
                paging.retain(|name, _| !matches!(name.as_str(), "next" | "previous"));
                found = paging.len() != before;
            }
            members.values_mut().fold(found, |found, member| strip_links(member) | found)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

impl Desk {
    /// Asks Meta about a number of a tenant.
    pub async fn ask_of_number(&self, tenant: TenantId, sender_id: &str, passed: Passed) -> Result<Answer, DeskError> {
        let (desk, sender_id) = (self.clone(), sender_id.to_owned());
        detached(async move {
            let own = desk.number_credential(tenant, &sender_id).await?;
            passed.ask(&desk, tenant, own.access(), &sender_id).await
        })
        .await
    }

    /// Asks Meta about an account of a tenant. An account that has numbers of other tenants too is shown and not changed: what is
    /// said of its webhooks holds for all of its numbers.
    pub async fn ask_of_account(&self, tenant: TenantId, waba_id: &str, passed: Passed) -> Result<Answer, DeskError> {
        let (desk, waba_id) = (self.clone(), waba_id.to_owned());
        detached(async move {
            let own = desk.account_credential(tenant, &waba_id).await?;
            if !passed.method.is_safe() && !desk.holds_alone(tenant, &waba_id).await? {
                return Err(DeskError::Unknown);
            }
            passed.ask(&desk, tenant, own.access(), &waba_id).await
        })
        .await
    }

    /// Asks Meta about a history, if Meta names it among those of this message of the tenant's number: any token of an app may ask by
    /// the id of any history.
    pub async fn ask_of_history(
        &self,
        tenant: TenantId,
        history: HistoryId,
        passed: Passed,
    ) -> Result<Answer, DeskError> {
        let desk = self.clone();
        detached(async move {
            let HistoryId { sender_id, history_id, message_id } = history;
            let own = desk.number_credential(tenant, &sender_id).await?;
            let query = vec![("message_id", message_id), ("fields", "id".to_owned())];
            let search = Passed { method: Method::GET, edge: Some("message_history"), query, body: None };
            let found = search.ask(&desk, tenant, own.access(), &sender_id).await?;
            if !found.is_success() {
                return Ok(found);
            }
            let histories = found.json();
            let mut ids = histories["data"].as_array().into_iter().flatten().map(|found| &found["id"]);
            if !ids.any(|id| *id == history_id.as_str()) {
                return Err(DeskError::Unknown);
            }
            passed.ask(&desk, tenant, own.access(), &history_id).await
        })
        .await
    }

    async fn holds_alone(&self, tenant: TenantId, waba_id: &str) -> Result<bool, DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        let holders = directory_waba_tenants().bind(&*tx, &vec![waba_id]).all().await?;
        tx.rollback().await?;
        Ok(holders.iter().all(|holder| holder.tenant_id == tenant.0))
    }

    /// Registers or deregisters a number, unless that were once too often: Meta is not asked then.
    pub async fn register(&self, tenant: TenantId, sender_id: &str, passed: Passed) -> Result<Answer, DeskError> {
        let (desk, sender_id) = (self.clone(), sender_id.to_owned());
        detached(async move {
            let own = desk.number_credential(tenant, &sender_id).await?;
            let call_id = desk.count_registration(tenant, &sender_id).await?;
            let answer = passed.ask(&desk, tenant, own.access(), &sender_id).await;
            if let Err(DeskError::Busy(_) | DeskError::Call(CallError::NotAsked(_))) = &answer {
                let tx = desk.pool.tenants_tx([tenant]).await?;
                take_back_registration_call().bind(&*tx, &tenant.0, &call_id).await?;
                tx.commit().await?;
            }
            answer
        })
        .await
    }

    async fn count_registration(&self, tenant: TenantId, sender_id: &str) -> Result<Uuid, DeskError> {
        let tx = self.pool.tenants_tx([tenant]).await?;
        // Of several at once one counts after the other.
        lock_number().bind(&*tx, &tenant.0, &sender_id).opt().await?.ok_or(DeskError::Unknown)?;
        forget_registration_calls().bind(&*tx, &tenant.0, &sender_id).await?;
        let recent = recent_registration_calls().bind(&*tx, &tenant.0, &sender_id).one().await?;
        if recent.calls >= REGISTRATIONS_MAX {
            tx.rollback().await?;
            return Err(DeskError::Registrations { free_in_s: recent.free_in_s.unwrap_or(0).max(1).unsigned_abs() });
        }
        let call_id = Uuid::now_v7();
        put_registration_call().bind(&*tx, &tenant.0, &call_id, &sender_id).await?;
        tx.commit().await?;
        Ok(call_id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_of_pages_are_taken_out_and_all_else_stays_as_meta_wrote_it() {
        let answer = |body: &str| Answer { status: 200, body: body.to_owned().into() };
        for body in [r#"{"data": [ ]}"#, "<html>", r#"{"data":[],"paging":{"cursors":{"after":"x"}}}"#] {
            assert_eq!(without_links(answer(body)), answer(body));
        }
        let link = "https://graph.facebook.com/v26.0/1?access_token=EAAG";
        let events = json!({ "data": [], "paging": { "next": link } });
        let page = json!({ "data": [1, { "next": 2, "events": events }],
            "paging": { "cursors": { "after": "x" }, "next": link, "previous": link } });
        let expected = json!({ "data": [1, { "next": 2, "events": { "data": [], "paging": {} } }],
            "paging": { "cursors": { "after": "x" } } });
        assert_eq!(without_links(answer(&page.to_string())).json(), expected);
    }
}
