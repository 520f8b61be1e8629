//! People who must not be sent to.

use http::StatusCode;
use posthaste_model::Millis;
use posthaste_model::category::MARKETING;
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_opt_outs::{self, OptedOutContacts};
use serde_json::json;
use warp::reply::Response;

use crate::State;
use crate::contact;
use crate::fields::Faults;
use crate::page::{self, Page};
use crate::problem::Problem;
use crate::request::{Answer, Request, json, parse_json, with_location};

/// Longest reason, in characters.
const REASON_MAX: usize = 200;

/// Those of these people who have opted out, and of what.
pub(crate) async fn noted(tx: &Tx, contacts: &[&str]) -> Result<Vec<OptedOutContacts>, tokio_postgres::Error> {
    api_opt_outs::opted_out_contacts().bind(&**tx, &contacts).all().await
}

/// Whether an opt-out concerns messages of a template of this category, or with `None` texts.
pub(crate) fn concerns(scope: &str, category: Option<&str>) -> bool {
    scope == "all" || category.is_some_and(|category| category.eq_ignore_ascii_case(MARKETING))
}

/// `GET /v1/opt-outs`
pub(crate) async fn list(state: &State, request: Request) -> Answer {
    let page = Page::of(&request)?;
    let [after] = page.after_texts()?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = api_opt_outs::list_opt_outs().bind(&*tx, &after, &page.fetch()).all().await?;
    tx.rollback().await?;
    let body = page.body(
        &rows,
        |row| page::cursor(&[&row.contact]),
        |row| {
            json!({
                "contact": row.contact,
                "reason": row.reason,
                "scope": row.scope,
                "source": row.source,
                "at": Millis(row.at_ms),
            })
        },
    );
    Ok(json(StatusCode::OK, &body))
}

/// `POST /v1/opt-outs`; harmless when repeated. It concerns the person, under whichever id.
pub(crate) async fn add(state: &State, mut request: Request) -> Answer {
    request.query.only(&[])?;
    request.content_type(&["application/json"])?;
    let body = parse_json(&request.bytes(state.config.body_bytes_max).await?)?;
    let faults = Faults::default();
    let (mut contact, mut reason) = (None, None);
    if let Some(object) = faults.object(&body) {
        object.only(&["contact", "reason"]);
        contact = object
            .any_text("contact")
            .and_then(|text| contact::parse(text).map_err(|(code, detail)| faults.push("/contact", code, detail)).ok());
        reason = object.optional_text("reason", 1..=REASON_MAX);
    }
    faults.check()?;
    let Some(contact) = contact else { return Err(faults.problem()) };
    let reason = reason.unwrap_or("asked for");
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    api_opt_outs::opt_out_person().bind(&*tx, &contact.as_str(), &reason).one().await?;
    tx.commit().await?;
    let response = json(StatusCode::CREATED, &json!({ "contact": contact, "reason": reason }));
    Ok(with_location(response, &format!("/v1/opt-outs/{contact}")))
}

/// `DELETE /v1/opt-outs/{contact}`
pub(crate) async fn remove(state: &State, request: Request) -> Answer {
    request.query.only(&[])?;
    let named = request.id().to_owned();
    let missing = || Problem::not_found("opt-out of", &named);
    let contact = contact::parse(&named).map_err(|_| missing())?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let removed = api_opt_outs::withdraw_opt_out().bind(&*tx, &contact.as_str()).one().await?;
    tx.commit().await?;
    if removed == 0 {
        return Err(missing());
    }
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}
