//! Accounts, their numbers, and what an id stands for (Meta: business-phone-numbers, whatsapp-business-account). Which numbers are
//! the tenant's is known here; what they are like Meta is asked, unless no more is wanted than is kept.

use std::time::Instant;

use http::{Method, StatusCode};
use posthaste_management::{Answer as MetaAnswer, Passed};
use posthaste_model::TenantId;
use posthaste_sql::queries::{api_catalog, api_media};
use serde_json::{Value, json};

use super::templates::{capture, not_answered, passed_on};
use super::{groups, media, numbers, templates};
use crate::State;
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, json};

/// From this throughput on Meta calls a number's level high.
const HIGH: i32 = 1_000;
/// Members that are kept here: who asks for no others is answered without Meta.
const KEPT: [&str; 3] = ["id", "display_phone_number", "throughput"];

/// Members of an account that are told. Others would name what is not the tenant's in an account that several tenants have, such as
/// the numbers of all.
const OF_ACCOUNT: [&str; 14] = [
    "id",
    "name",
    "currency",
    "timezone_id",
    "message_template_namespace",
    "account_review_status",
    "business_verification_status",
    "country",
    "ownership_type",
    "status",
    "disable_marketing_messages_on_cloud_api",
    "marketing_messages_onboarding_status",
    "marketing_messages_lite_api_status",
    "whatsapp_business_manager_messaging_limit",
];

/// `GET /graph/{version}/{waba}/phone_numbers`, with `fields`, `limit`, `after` and `before`.
pub(crate) async fn numbers(state: &State, request: Request) -> Answer {
    let (account, tenant) = (capture(&request), request.caller.tenant_id);
    let query = numbers::parameters(&request, &["fields", "limit", "after", "before"])?;
    let tx = state.pool.tenant_tx(tenant).await?;
    let rows = api_catalog::numbers_of().bind(&*tx, &account.as_str()).all().await?;
    tx.rollback().await?;
    if rows.is_empty() {
        return Err(Problem::at(Code::SenderUnknown, "", format!("there is no account {account} of yours")));
    }
    if wants_kept(&query) {
        let data: Vec<Value> =
            rows.iter().map(|row| number(&row.sender_id, &row.display_number, row.limit_per_second, &query)).collect();
        return Ok(json(StatusCode::OK, &json!({ "data": data })));
    }
    state.management_calls.count(tenant, Instant::now())?;
    let passed = Passed { method: Method::GET, edge: Some("phone_numbers"), query, body: None };
    let answered = state.desk.ask_of_account(tenant, &account, passed).await;
    let answer = answered.map_err(|error| not_answered(error, "account", &account))?;
    let own: Vec<&str> = rows.iter().map(|row| row.sender_id.as_str()).collect();
    Ok(passed_on(only_own(answer, &own)))
}

/// A list of Meta's without the numbers that other tenants have in the same account.
fn only_own(answer: MetaAnswer, own: &[&str]) -> MetaAnswer {
    let mut body = answer.json();
    let Some(list) = body.get_mut("data").and_then(Value::as_array_mut) else { return answer };
    list.retain(|number| number["id"].as_str().is_some_and(|id| own.contains(&id)));
    MetaAnswer { body: body.to_string().into(), ..answer }
}

/// `GET /graph/{version}/{id}`: a number, a file, a template, an account or a group, by which of them the tenant has.
pub(crate) async fn object(state: &State, request: Request) -> Answer {
    let (id, tenant) = (capture(&request), request.caller.tenant_id);
    let tx = state.pool.tenant_tx(tenant).await?;
    let own = api_catalog::number_of().bind(&*tx, &id.as_str()).opt().await?;
    let file = api_media::media_of().bind(&*tx, &id.as_str()).opt().await?;
    let template = api_catalog::template_of().bind(&*tx, &id.as_str()).opt().await?;
    let is_account = api_media::account_known().bind(&*tx, &id.as_str()).opt().await?.is_some();
    let is_group = groups::is_known(&tx, tenant, &id).await?;
    tx.rollback().await?;
    match (own, file, template) {
        (Some(row), ..) => {
            let query = numbers::parameters(&request, &["fields"])?;
            described(state, tenant, query, row).await
        }
        (None, Some(row), _) => media::describe(state, request, row).await,
        (None, None, Some(row)) => {
            let wanted = numbers::parameters(&request, &["fields"])?;
            Ok(json(StatusCode::OK, &picked(templates::shown(&row), &wanted)))
        }
        (None, None, None) if is_account => {
            let query = numbers::parameters(&request, &["fields"])?;
            account(state, tenant, query, &id).await
        }
        (None, None, None) if is_group => groups::pass(state, request, None).await,
        (None, None, None) => Err(Problem::at(
            Code::SenderUnknown,
            "",
            format!("there is no phone number, file, template, account or group {id} of yours"),
        )),
    }
}

async fn account(state: &State, tenant: TenantId, query: Vec<(&'static str, String)>, id: &str) -> Answer {
    if wanted(&query).is_some_and(|mut fields| fields.any(|field| !OF_ACCOUNT.contains(&field))) {
        let detail = format!("fields: of an account {} are told", OF_ACCOUNT.join(", "));
        return Err(Problem::new(Code::QueryInvalid, detail));
    }
    state.management_calls.count(tenant, Instant::now())?;
    let passed = Passed { method: Method::GET, edge: None, query, body: None };
    let answered = state.desk.ask_of_account(tenant, id, passed).await;
    answered.map(passed_on).map_err(|error| not_answered(error, "account", id))
}

async fn described(
    state: &State,
    tenant: TenantId,
    query: Vec<(&'static str, String)>,
    row: api_catalog::NumberRow,
) -> Answer {
    if wants_kept(&query) {
        return Ok(json(StatusCode::OK, &number(&row.sender_id, &row.display_number, row.limit_per_second, &query)));
    }
    state.management_calls.count(tenant, Instant::now())?;
    let passed = Passed { method: Method::GET, edge: None, query, body: None };
    let answered = state.desk.ask_of_number(tenant, &row.sender_id, passed).await;
    answered.map(passed_on).map_err(|error| not_answered(error, "phone number", &row.sender_id))
}

/// The members that are asked for; none where Meta's usual ones are.
fn wanted<'a>(query: &'a [(&'static str, String)]) -> Option<impl Iterator<Item = &'a str>> {
    let fields = query.iter().find(|(name, value)| *name == "fields" && !value.is_empty());
    fields.map(|(_, value)| value.split(',').map(str::trim))
}

fn wants_kept(query: &[(&'static str, String)]) -> bool {
    wanted(query).is_some_and(|mut fields| fields.all(|field| KEPT.contains(&field)))
}

/// An object with the members that are asked for, and its id, which Meta always tells.
pub(super) fn picked(object: Value, query: &[(&'static str, String)]) -> Value {
    let Some(fields) = wanted(query) else { return object };
    let fields: Vec<&str> = fields.chain(["id"]).collect();
    match object {
        Value::Object(mut members) => {
            members.retain(|name, _| fields.contains(&name.as_str()));
            Value::Object(members)
        }
        other => other,
    }
}

fn number(id: &str, display: &str, limit_per_second: i32, query: &[(&'static str, String)]) -> Value {
    let level = if limit_per_second >= HIGH { "HIGH" } else { "STANDARD" };
    let kept = json!({ "id": id, "display_phone_number": display, "throughput": { "level": level } });
    picked(kept, query)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &Value) -> MetaAnswer {
        MetaAnswer { status: 200, body: body.to_string().into() }
    }

    #[test]
    fn numbers_of_other_tenants_in_the_same_account_are_left_out() {
        let list = json!({ "data": [{ "id": "1" }, { "id": "2", "verified_name": "x" }, {}], "paging": {} });
        let left = only_own(answer(&list), &["2"]);
        assert_eq!(left.json(), json!({ "data": [{ "id": "2", "verified_name": "x" }], "paging": {} }));
        let refused = answer(&json!({ "error": { "code": 190 } }));
        assert_eq!(only_own(refused.clone(), &["2"]), refused);
    }
}
