//! Numbers and accounts as they are managed at Meta: registration, verification, PIN, profile, blocked people, subscription, history
//! of a message, contact book (Meta: business-phone-numbers, whatsapp-business-account/subscribed_apps, whatsapp/block-users,
//! business-scoped-user-ids). What is asked is checked, passed on with the token that is stored, and answered as Meta answers.

use std::time::Instant;

use http::Method;
use posthaste_management::Passed;
use posthaste_model::IntentId;
use posthaste_model::user_id::{self, Scope, scope_of};
use posthaste_postgres::Tx;
use posthaste_sql::queries::{api_catalog, api_media, api_messages};
use serde_json::Value;

use super::templates::{capture, not_answered, passed_on, unknown};
use super::{groups, histories, managed, rules, templates};
use crate::State;
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, parse_json};

/// Most entries of a page that may be asked for.
const PAGE_MAX: i64 = 1_000;
/// Longest list of fields, and longest cursor or id of a message, in bytes.
const FIELDS_MAX: usize = 512;
const VALUE_MAX: usize = 1_024;

/// What of a number or an account is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Register,
    Deregister,
    RequestCode,
    VerifyCode,
    Profile,
    BlockUsers,
    MessageHistory,
    SmbAppData,
    ContactBook,
    Groups,
    SubscribedApps,
}

impl Edge {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Deregister => "deregister",
            Self::RequestCode => "request_code",
            Self::VerifyCode => "verify_code",
            Self::Profile => "whatsapp_business_profile",
            Self::BlockUsers => "block_users",
            Self::MessageHistory => "message_history",
            Self::SmbAppData => "smb_app_data",
            Self::ContactBook => "contact_book",
            Self::Groups => "groups",
            Self::SubscribedApps => "subscribed_apps",
        }
    }

    /// What the id in the path is of.
    const fn what(self) -> &'static str {
        match self {
            Self::SubscribedApps => "account",
            _ => "phone number",
        }
    }

    /// Parameters of the query that are passed on.
    const fn query(self) -> &'static [&'static str] {
        match self {
            Self::Profile => &["fields"],
            Self::BlockUsers | Self::Groups => &["limit", "after", "before"],
            Self::MessageHistory => &["message_id", "fields", "limit", "after", "before"],
            Self::ContactBook => &["messaging_product", "bsuid"],
            _ => &[],
        }
    }
}

/// A call of one of these edges.
pub(crate) async fn call(state: &State, mut request: Request, edge: Edge) -> Answer {
    let (id, tenant) = (capture(&request), request.caller.tenant_id);
    let what = edge.what();
    let mut query = query(&request, edge)?;
    let tx = state.pool.tenant_tx(tenant).await?;
    let looked_up = look_up(&tx, edge, &id, &mut query).await;
    // Without it the connection would be thrown away with what was refused.
    tx.rollback().await?;
    looked_up?;
    let body = body(state, &mut request, edge).await?;
    state.management_calls.count(tenant, Instant::now())?;
    let method = if request.method == Method::HEAD { Method::GET } else { request.method };
    let message = value(&query, "message_id").map(str::to_owned);
    let passed = Passed { method, edge: Some(edge.as_str()), query, body };
    let answered = match edge {
        Edge::SubscribedApps => state.desk.ask_of_account(tenant, &id, passed).await,
        Edge::Register | Edge::Deregister => state.desk.register(tenant, &id, passed).await,
        Edge::Groups if passed.method == Method::GET => state.desk.list_groups(tenant, &id, passed).await,
        _ => state.desk.ask_of_number(tenant, &id, passed).await,
    };
    let answer = answered.map_err(|error| not_answered(error, what, &id))?;
    Ok(passed_on(match (edge, message) {
        (Edge::MessageHistory, Some(message)) => histories::with_our_ids(answer, &id, &message),
        _ => answer,
    }))
}

/// `POST /graph/{version}/{id}`: the PIN of a number, whether an account sends marketing as any message, settings of a group, or another
/// text of a template.
pub(crate) async fn change(state: &State, mut request: Request) -> Answer {
    let (id, tenant) = (capture(&request), request.caller.tenant_id);
    let tx = state.pool.tenant_tx(tenant).await?;
    let is_number = api_catalog::number_of().bind(&*tx, &id.as_str()).opt().await?.is_some();
    let is_account = api_media::account_known().bind(&*tx, &id.as_str()).opt().await?.is_some();
    let is_group = groups::is_known(&tx, tenant, &id).await?;
    tx.rollback().await?;
    if !is_number && !is_account {
        return if is_group { groups::pass(state, request, None).await } else { templates::edit(state, request).await };
    }
    let body = parse_json(&request.bytes(state.config.body_bytes_max).await?)?;
    let members = if is_number { managed::pin(&body)? } else { managed::marketing(&body)? };
    state.management_calls.count(tenant, Instant::now())?;
    let body = Some(rules::known(body, members));
    let passed = Passed { method: Method::POST, edge: None, query: Vec::new(), body };
    let (what, answered) = if is_number {
        ("phone number", state.desk.ask_of_number(tenant, &id, passed).await)
    } else {
        ("account", state.desk.ask_of_account(tenant, &id, passed).await)
    };
    answered.map(passed_on).map_err(|error| not_answered(error, what, &id))
}

/// The body, checked and without what Meta has no word for; none where nothing is to be said.
async fn body(state: &State, request: &mut Request, edge: Edge) -> Result<Option<Value>, Problem> {
    if !matches!(request.method, Method::POST | Method::DELETE) {
        return Ok(None);
    }
    let bytes = request.bytes(state.config.body_bytes_max).await?;
    let may_be_empty = matches!(edge, Edge::Deregister | Edge::ContactBook | Edge::SubscribedApps);
    if bytes.trim_ascii().is_empty() && may_be_empty {
        return Ok(None);
    }
    let body = parse_json(&bytes)?;
    let members: &[&str] = match edge {
        Edge::Register => managed::register(&body)?,
        Edge::RequestCode => managed::code_order(&body)?,
        Edge::VerifyCode => managed::code(&body)?,
        Edge::Profile => managed::profile(&body)?,
        Edge::BlockUsers => managed::people(&body)?,
        Edge::SmbAppData => managed::app_data(&body)?,
        Edge::Groups => managed::group(&body)?,
        Edge::SubscribedApps if request.method == Method::POST => managed::subscription(&body)?,
        // Nothing that a body could say.
        Edge::Deregister | Edge::ContactBook | Edge::SubscribedApps | Edge::MessageHistory => return Ok(None),
    };
    Ok(Some(rules::known(body, members)))
}

/// These of the query's parameters.
pub(super) fn parameters(request: &Request, names: &[&'static str]) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut query = Vec::new();
    for name in names {
        query.extend(parameter(request, name)?.map(|value| (*name, value)));
    }
    Ok(query)
}

fn value<'a>(query: &'a [(&'static str, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
}

/// What of the query is passed on.
fn query(request: &Request, edge: Edge) -> Result<Vec<(&'static str, String)>, Problem> {
    let has_query = edge == Edge::ContactBook || matches!(request.method, Method::GET | Method::HEAD);
    let query = if has_query { parameters(request, edge.query())? } else { Vec::new() };
    let wrong = |detail: String| Err(Problem::new(Code::QueryInvalid, detail));
    match edge {
        Edge::MessageHistory if value(&query, "message_id").is_none() => {
            wrong("message_id: write the id of a message".to_owned())
        }
        Edge::ContactBook if value(&query, "messaging_product") != Some("whatsapp") => {
            wrong("messaging_product: write whatsapp".to_owned())
        }
        Edge::ContactBook if value(&query, "bsuid").and_then(scope_of) != Some(Scope::Portfolio) => {
            wrong(format!("bsuid: write a user id, and none of a parent portfolio; {}", user_id::FORM))
        }
        _ => Ok(query),
    }
}

/// A parameter, if it says no more than Meta's token may be used for: braces and parentheses in `fields` would lead to objects that
/// are not the caller's (Meta: graph-api/guides/field-expansion).
fn parameter(request: &Request, name: &str) -> Result<Option<String>, Problem> {
    let wrong = |detail: String| Err(Problem::new(Code::QueryInvalid, format!("{name}: {detail}")));
    if name == "limit" {
        return Ok(request.query.number(name, 1..=PAGE_MAX)?.map(|limit| limit.to_string()));
    }
    let Some(value) = request.query.decoded(name)? else { return Ok(None) };
    let is_field = |b: u8| b.is_ascii_alphanumeric() || b"_.,".contains(&b);
    if name == "fields" && !(value.len() <= FIELDS_MAX && value.bytes().all(is_field)) {
        return wrong(format!("write names with commas between them, at most {FIELDS_MAX} characters"));
    }
    if value.len() > VALUE_MAX {
        return wrong(format!("write at most {VALUE_MAX} characters"));
    }
    Ok(Some(value))
}

/// Whether number or account are the tenant's own; and what its query names by a handle, by Meta's id.
async fn look_up(tx: &Tx, edge: Edge, id: &str, query: &mut [(&'static str, String)]) -> Result<(), Problem> {
    let is_own = if edge == Edge::SubscribedApps {
        api_media::account_known().bind(&**tx, &id).opt().await?.is_some()
    } else {
        api_catalog::number_of().bind(&**tx, &id).opt().await?.is_some()
    };
    if !is_own {
        return Err(unknown(edge.what(), id));
    }
    name_by_wamid(tx, query).await
}

/// A message may be named by the handle that its send was answered with.
async fn name_by_wamid(tx: &Tx, query: &mut [(&'static str, String)]) -> Result<(), Problem> {
    for (_, named) in query.iter_mut().filter(|(name, _)| *name == "message_id") {
        let Some(id) = IntentId::of_handle(named) else { continue };
        *named = wamid(tx, id).await?.ok_or_else(|| {
            Problem::new(Code::NotFound, format!("there is no message {named} of yours that Meta has an id of"))
        })?;
    }
    Ok(())
}

/// Meta's id of the last attempt that has one.
async fn wamid(tx: &Tx, id: IntentId) -> Result<Option<String>, Problem> {
    let attempts = api_messages::get_message_attempts().bind(&**tx, &id.0).all().await?;
    Ok(attempts.into_iter().rev().find_map(|attempt| attempt.wamid))
}
