//! Groups as they are managed at Meta (Meta: groups/reference): their settings, their links, who is in them and who wants to be. That a
//! number makes groups and lists them is in `numbers.rs`. What is asked is checked, passed on, and answered as Meta answers; what
//! comes of it Meta tells by webhooks.

use std::time::Instant;

use http::Method;
use posthaste_management::Passed;
use posthaste_model::TenantId;
use posthaste_postgres::Tx;
use posthaste_sql::queries::groups;
use serde_json::Value;

use super::templates::{capture, not_answered, passed_on, unknown};
use super::{managed, numbers, rules};
use crate::State;
use crate::problem::Problem;
use crate::request::{Answer, Request, parse_json};

/// What of a group is asked for, beside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    InviteLink,
    Participants,
    JoinRequests,
}

impl Edge {
    const fn as_str(self) -> &'static str {
        match self {
            Self::InviteLink => "invite_link",
            Self::Participants => "participants",
            Self::JoinRequests => "join_requests",
        }
    }
}

/// Whether a group is of a number of the transaction's tenant.
pub(super) async fn is_known(tx: &Tx, tenant: TenantId, id: &str) -> Result<bool, Problem> {
    Ok(groups::number_of_group().bind(&**tx, &tenant.0, &id).opt().await?.is_some())
}

/// `/graph/{version}/{group-id}/{edge}`
pub(crate) async fn call(state: &State, request: Request, edge: Edge) -> Answer {
    let (id, tenant) = (capture(&request), request.caller.tenant_id);
    let tx = state.pool.tenant_tx(tenant).await?;
    let is_known = is_known(&tx, tenant, &id).await?;
    tx.rollback().await?;
    if !is_known {
        return Err(unknown("group", &id));
    }
    pass(state, request, Some(edge)).await
}

/// Passes on what is asked of a group that is the tenant's: of itself, or of an edge.
pub(super) async fn pass(state: &State, mut request: Request, edge: Option<Edge>) -> Answer {
    let (id, tenant) = (capture(&request), request.caller.tenant_id);
    let query = query(&request, edge)?;
    let body = body(state, &mut request, edge).await?;
    state.management_calls.count(tenant, Instant::now())?;
    let method = if request.method == Method::HEAD { Method::GET } else { request.method };
    let passed = Passed { method, edge: edge.map(Edge::as_str), query, body };
    let answered = state.desk.ask_of_group(tenant, &id, passed).await;
    answered.map(passed_on).map_err(|error| not_answered(error, "group", &id))
}

fn query(request: &Request, edge: Option<Edge>) -> Result<Vec<(&'static str, String)>, Problem> {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Ok(Vec::new());
    }
    match edge {
        None => numbers::parameters(request, &["fields"]),
        Some(Edge::JoinRequests) => numbers::parameters(request, &["limit", "after", "before"]),
        Some(Edge::InviteLink | Edge::Participants) => Ok(Vec::new()),
    }
}

/// The body, checked and without what Meta has no word for; none where nothing is to be said.
async fn body(state: &State, request: &mut Request, edge: Option<Edge>) -> Result<Option<Value>, Problem> {
    let is_deletion = request.method == Method::DELETE && edge.is_none();
    if is_deletion || !matches!(request.method, Method::POST | Method::DELETE) {
        return Ok(None);
    }
    let body = parse_json(&request.bytes(state.config.body_bytes_max).await?)?;
    let members = match edge {
        None => managed::group_settings(&body)?,
        Some(Edge::InviteLink) => managed::new_link(&body)?,
        Some(Edge::Participants) => managed::participants(&body)?,
        Some(Edge::JoinRequests) => managed::join_requests(&body)?,
    };
    Ok(Some(rules::known(body, members)))
}
