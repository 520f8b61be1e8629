//! The table of routes, and what every request goes through: id, route, time limit, caller, problem document, metrics.
//!
//! One warp filter takes any request and this table decides. With one warp filter per route a request that fits none is
//! answered by whichever rejection comes last, without its id; here each of them gets a problem document that says
//! whether the path, the method or the key was wrong, and a test compares the table with the OpenAPI document.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use posthaste_sql::queries::api_catalog;
use serde_json::json;
use warp::reply::Response;

use crate::campaigns::{self, Verb};
use crate::copies::{self, Copying};
use crate::graph::groups::Edge as OfGroup;
use crate::graph::messages::Edge;
use crate::graph::numbers::Edge as Managed;
use crate::problem::{self, Code, Problem};
use crate::request::{self, Answer, BodyStream, Query, Request, percent_decode};
use crate::{
    State, catalog, diagnosis, endpoints, graph, holds, identities, letters, messages, opt_outs, recipients, sql,
};

/// Longest time for a request that only asks the database.
const DEADLINE: Duration = Duration::from_secs(60);
/// Longest time for an upload, and for a copy: 64 MiB over a line of 1 Mbit/s take nine minutes.
pub(crate) const UPLOAD_DEADLINE: Duration = Duration::from_secs(900);
/// What a query gets beyond the engine's own limit, so that the engine's answer comes first.
const SQL_MARGIN: Duration = Duration::from_secs(5);
/// What the paths of the drop-in Graph API begin with: their errors have Meta's form.
const GRAPH: &str = "/graph/";
/// The OpenAPI document.
pub(crate) const OPENAPI: &str = include_str!("../../deploy/contracts/openapi.json");

/// What a path and a method ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Health,
    Ready,
    OpenApi,
    Errors,
    CampaignCreate,
    CampaignList,
    CampaignGet,
    CampaignControl(Verb),
    CampaignCopy(Copying),
    RecipientsUpload,
    RejectsDownload,
    Funnel,
    MessageSubmit,
    MessageGet,
    Sql,
    EndpointCreate,
    EndpointList,
    EndpointDelete,
    Senders,
    Diagnosis,
    Templates,
    OptOutList,
    OptOutAdd,
    OptOutDelete,
    IdentityGet,
    LetterList,
    LetterGet,
    LetterReplay,
    LetterReplayParked,
    LetterDiscard,
    Holds,
    GraphSend(Edge),
    GraphNumbers,
    GraphObject,
    GraphTemplates,
    GraphTemplateCreate,
    GraphChange,
    GraphTemplateDelete,
    GraphMediaUpload,
    GraphMediaContent,
    GraphDelete,
    GraphManage(Managed),
    GraphHistoryEvents,
    GraphGroup(OfGroup),
    GraphUploadBegin,
    GraphUploadContinue,
    GraphUploadState,
}

/// Method, path and meaning. `{…}` stands for one segment, or for what is left of it by the words around; it has no colon.
pub(crate) const ROUTES: [(Method, &str, Route); 73] = [
    (Method::GET, "/healthz", Route::Health),
    (Method::GET, "/readyz", Route::Ready),
    (Method::GET, "/openapi.json", Route::OpenApi),
    (Method::GET, "/errors", Route::Errors),
    (Method::POST, "/v1/campaigns", Route::CampaignCreate),
    (Method::GET, "/v1/campaigns", Route::CampaignList),
    (Method::GET, "/v1/campaigns/{id}", Route::CampaignGet),
    (Method::POST, "/v1/campaigns/{id}:start", Route::CampaignControl(Verb::Start)),
    (Method::POST, "/v1/campaigns/{id}:pause", Route::CampaignControl(Verb::Pause)),
    (Method::POST, "/v1/campaigns/{id}:resume", Route::CampaignControl(Verb::Resume)),
    (Method::POST, "/v1/campaigns/{id}:cancel", Route::CampaignControl(Verb::Cancel)),
    (Method::POST, "/v1/campaigns/{id}:clone", Route::CampaignCopy(Copying::Clone)),
    (Method::POST, "/v1/campaigns/{id}:retry", Route::CampaignCopy(Copying::Retry)),
    (Method::POST, "/v1/campaigns/{id}/recipients", Route::RecipientsUpload),
    (Method::GET, "/v1/campaigns/{id}/rejects", Route::RejectsDownload),
    (Method::GET, "/v1/campaigns/{id}/funnel", Route::Funnel),
    (Method::POST, "/v1/messages", Route::MessageSubmit),
    (Method::GET, "/v1/messages/{id}", Route::MessageGet),
    (Method::POST, "/v1/sql", Route::Sql),
    (Method::POST, "/v1/webhook-endpoints", Route::EndpointCreate),
    (Method::GET, "/v1/webhook-endpoints", Route::EndpointList),
    (Method::DELETE, "/v1/webhook-endpoints/{id}", Route::EndpointDelete),
    (Method::GET, "/v1/senders", Route::Senders),
    (Method::GET, "/v1/diagnosis", Route::Diagnosis),
    (Method::GET, "/v1/templates", Route::Templates),
    (Method::GET, "/v1/opt-outs", Route::OptOutList),
    (Method::POST, "/v1/opt-outs", Route::OptOutAdd),
    (Method::DELETE, "/v1/opt-outs/{id}", Route::OptOutDelete),
    (Method::GET, "/v1/identities/{id}", Route::IdentityGet),
    (Method::GET, "/v1/letters", Route::LetterList),
    (Method::GET, "/v1/letters/{id}", Route::LetterGet),
    (Method::POST, "/v1/letters/{id}:replay", Route::LetterReplay),
    (Method::POST, "/v1/letters/{id}:discard", Route::LetterDiscard),
    (Method::POST, "/v1/letters:replay-parked", Route::LetterReplayParked),
    (Method::GET, "/v1/holds", Route::Holds),
    (Method::POST, "/graph/{version}/{id}/messages", Route::GraphSend(Edge::Messages)),
    (Method::POST, "/graph/{version}/{id}/marketing_messages", Route::GraphSend(Edge::MarketingMessages)),
    (Method::GET, "/graph/{version}/{id}/phone_numbers", Route::GraphNumbers),
    (Method::GET, "/graph/{version}/{id}/message_templates", Route::GraphTemplates),
    (Method::POST, "/graph/{version}/{id}/message_templates", Route::GraphTemplateCreate),
    (Method::DELETE, "/graph/{version}/{id}/message_templates", Route::GraphTemplateDelete),
    (Method::POST, "/graph/{version}/{id}/media", Route::GraphMediaUpload),
    (Method::GET, "/graph/{version}/{id}/content", Route::GraphMediaContent),
    (Method::POST, "/graph/{version}/{id}/register", Route::GraphManage(Managed::Register)),
    (Method::POST, "/graph/{version}/{id}/deregister", Route::GraphManage(Managed::Deregister)),
    (Method::POST, "/graph/{version}/{id}/request_code", Route::GraphManage(Managed::RequestCode)),
    (Method::POST, "/graph/{version}/{id}/verify_code", Route::GraphManage(Managed::VerifyCode)),
    (Method::GET, "/graph/{version}/{id}/whatsapp_business_profile", Route::GraphManage(Managed::Profile)),
    (Method::POST, "/graph/{version}/{id}/whatsapp_business_profile", Route::GraphManage(Managed::Profile)),
    (Method::GET, "/graph/{version}/{id}/block_users", Route::GraphManage(Managed::BlockUsers)),
    (Method::POST, "/graph/{version}/{id}/block_users", Route::GraphManage(Managed::BlockUsers)),
    (Method::DELETE, "/graph/{version}/{id}/block_users", Route::GraphManage(Managed::BlockUsers)),
    (Method::GET, "/graph/{version}/{id}/message_history", Route::GraphManage(Managed::MessageHistory)),
    (Method::POST, "/graph/{version}/{id}/smb_app_data", Route::GraphManage(Managed::SmbAppData)),
    (Method::DELETE, "/graph/{version}/{id}/contact_book", Route::GraphManage(Managed::ContactBook)),
    (Method::GET, "/graph/{version}/{id}/events", Route::GraphHistoryEvents),
    (Method::GET, "/graph/{version}/{id}/groups", Route::GraphManage(Managed::Groups)),
    (Method::POST, "/graph/{version}/{id}/groups", Route::GraphManage(Managed::Groups)),
    (Method::GET, "/graph/{version}/{id}/invite_link", Route::GraphGroup(OfGroup::InviteLink)),
    (Method::POST, "/graph/{version}/{id}/invite_link", Route::GraphGroup(OfGroup::InviteLink)),
    (Method::DELETE, "/graph/{version}/{id}/participants", Route::GraphGroup(OfGroup::Participants)),
    (Method::GET, "/graph/{version}/{id}/join_requests", Route::GraphGroup(OfGroup::JoinRequests)),
    (Method::POST, "/graph/{version}/{id}/join_requests", Route::GraphGroup(OfGroup::JoinRequests)),
    (Method::DELETE, "/graph/{version}/{id}/join_requests", Route::GraphGroup(OfGroup::JoinRequests)),
    (Method::GET, "/graph/{version}/{id}/subscribed_apps", Route::GraphManage(Managed::SubscribedApps)),
    (Method::POST, "/graph/{version}/{id}/subscribed_apps", Route::GraphManage(Managed::SubscribedApps)),
    (Method::DELETE, "/graph/{version}/{id}/subscribed_apps", Route::GraphManage(Managed::SubscribedApps)),
    (Method::POST, "/graph/{version}/{id}/uploads", Route::GraphUploadBegin),
    (Method::POST, "/graph/{version}/upload:{id}", Route::GraphUploadContinue),
    (Method::GET, "/graph/{version}/upload:{id}", Route::GraphUploadState),
    (Method::GET, "/graph/{version}/{id}", Route::GraphObject),
    (Method::POST, "/graph/{version}/{id}", Route::GraphChange),
    (Method::DELETE, "/graph/{version}/{id}", Route::GraphDelete),
];

/// A request before anything is known about it.
pub(crate) struct Incoming {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: BodyStream,
}

/// Answers any request; never fails.
pub(crate) async fn handle(state: Arc<State>, incoming: Incoming) -> Response {
    let began = Instant::now();
    let id = request::request_id(&incoming.headers);
    let of_graph = incoming.path.starts_with(GRAPH);
    let (pattern, answer) = match find(&incoming.method, &incoming.path) {
        Ok((route, pattern, captures)) => {
            let limit = deadline(&state, route);
            let answer = tokio::time::timeout(limit, dispatch(&state, route, captures, incoming)).await;
            let late =
                || Problem::new(Code::DeadlineExceeded, format!("there was no answer within {} s", limit.as_secs()));
            (pattern, answer.unwrap_or_else(|_| Err(late())))
        }
        Err(problem) => ("none", Err(problem)),
    };
    let mut response =
        answer.unwrap_or_else(
            |problem| {
                if of_graph { graph::error::response(problem, &id) } else { problem.into_response(&id) }
            },
        );
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let status = response.status().as_u16().to_string();
    metrics::counter!("posthaste_api_requests_total", "route" => pattern, "status" => status).increment(1);
    metrics::histogram!("posthaste_api_request_seconds", "route" => pattern).record(began.elapsed().as_secs_f64());
    response
}

fn deadline(state: &State, route: Route) -> Duration {
    match route {
        Route::RecipientsUpload | Route::CampaignCopy(_) | Route::GraphMediaUpload | Route::GraphUploadContinue => {
            UPLOAD_DEADLINE
        }
        Route::Sql | Route::Funnel => state.sql_timeout + SQL_MARGIN,
        _ => DEADLINE,
    }
}

async fn dispatch(state: &Arc<State>, route: Route, captures: Vec<String>, incoming: Incoming) -> Answer {
    match route {
        Route::Health => return Ok(request::json(StatusCode::OK, &json!({ "status": "ok" }))),
        Route::Ready => return ready(state).await,
        Route::OpenApi => return Ok(request::text(StatusCode::OK, "application/json", OPENAPI)),
        Route::Errors => return Ok(request::text(StatusCode::OK, "text/markdown; charset=utf-8", problem::markdown())),
        _ => {}
    }
    let Incoming { method, path, query, headers, body } = incoming;
    let caller = state.keys.caller(&state.pool, &headers).await?;
    let request = Request { caller, method, path, captures, query: Query::parse(&query), headers, body };
    match route {
        Route::CampaignCreate => campaigns::create(state, request).await,
        Route::CampaignList => campaigns::list(state, request).await,
        Route::CampaignGet => campaigns::get(state, request).await,
        Route::CampaignControl(Verb::Start) => campaigns::start(state, request).await,
        Route::CampaignControl(verb) => campaigns::control(state, request, verb).await,
        Route::CampaignCopy(copying) => copies::copy(state, request, copying).await,
        Route::RecipientsUpload => recipients::upload(state, request).await,
        Route::RejectsDownload => recipients::rejects(state, request).await,
        Route::Funnel => campaigns::funnel(state, request).await,
        Route::MessageSubmit => messages::submit(state, request).await,
        Route::MessageGet => messages::stored::get(state, request).await,
        Route::Sql => sql::query(state, request).await,
        Route::EndpointCreate => endpoints::create(state, request).await,
        Route::EndpointList => endpoints::list(state, request).await,
        Route::EndpointDelete => endpoints::remove(state, request).await,
        Route::Senders => catalog::senders(state, request).await,
        Route::Diagnosis => diagnosis::diagnose(state, request).await,
        Route::Templates => catalog::templates(state, request).await,
        Route::OptOutList => opt_outs::list(state, request).await,
        Route::OptOutAdd => opt_outs::add(state, request).await,
        Route::OptOutDelete => opt_outs::remove(state, request).await,
        Route::IdentityGet => identities::get(state, request).await,
        Route::LetterList => letters::list(state, request).await,
        Route::LetterGet => letters::get(state, request).await,
        Route::LetterReplay => letters::replay(state, request).await,
        Route::LetterDiscard => letters::discard(state, request).await,
        Route::LetterReplayParked => letters::replay_parked(state, request).await,
        Route::Holds => holds::list(state, request).await,
        Route::GraphSend(edge) => graph::messages::send(state, request, edge).await,
        Route::GraphNumbers => graph::accounts::numbers(state, request).await,
        Route::GraphObject => graph::accounts::object(state, request).await,
        Route::GraphTemplates => graph::templates::list(state, request).await,
        Route::GraphTemplateCreate => graph::templates::create(state, request).await,
        Route::GraphChange => graph::numbers::change(state, request).await,
        Route::GraphTemplateDelete => graph::templates::delete(state, request).await,
        Route::GraphMediaUpload => graph::media::upload(state, request).await,
        Route::GraphMediaContent => graph::media::content(state, request).await,
        Route::GraphDelete => graph::media::delete(state, request).await,
        Route::GraphManage(edge) => graph::numbers::call(state, request, edge).await,
        Route::GraphGroup(edge) => graph::groups::call(state, request, edge).await,
        Route::GraphHistoryEvents => graph::histories::events(state, request).await,
        Route::GraphUploadBegin => graph::sessions::begin(state, request).await,
        Route::GraphUploadContinue => graph::sessions::receive(state, request).await,
        Route::GraphUploadState => graph::sessions::describe(state, request).await,
        Route::Health | Route::Ready | Route::OpenApi | Route::Errors => {
            Err(Problem::internal("a public route was not answered as one"))
        }
    }
}

/// `GET /readyz`: whether the database answers.
async fn ready(state: &State) -> Answer {
    let tx = state.pool.anonymous_tx().await?;
    api_catalog::api_ready().bind(&*tx).one().await?;
    tx.rollback().await?;
    Ok(request::json(StatusCode::OK, &json!({ "status": "ready" })))
}

/// The route of a path and method, its pattern, and the parts of the path that it leaves open.
fn find(method: &Method, path: &str) -> Result<(Route, &'static str, Vec<String>), Problem> {
    let unknown = || Problem::new(Code::RouteUnknown, format!("there is no route {path}"));
    let segments: Option<Vec<String>> = path.split('/').skip(1).map(percent_decode).collect();
    let segments = segments.ok_or_else(unknown)?;
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let mut allowed = Vec::new();
    for (route_method, pattern, route) in &ROUTES {
        let Some(captures) = captures(pattern, &segments) else { continue };
        if route_method == method {
            return Ok((*route, pattern, captures));
        }
        allowed.push(route_method.as_str());
    }
    if allowed.is_empty() {
        return Err(unknown());
    }
    let allowed = allowed.join(", ");
    let mut problem = Problem::new(Code::MethodNotAllowed, format!("{method} is not possible here; {allowed} is"));
    problem.headers.push((header::ALLOW, HeaderValue::from_str(&allowed).map_err(Problem::internal)?));
    Err(problem)
}

fn captures(pattern: &str, segments: &[String]) -> Option<Vec<String>> {
    let mut captures = Vec::new();
    let mut segments = segments.iter();
    for part in pattern.split('/').skip(1) {
        let segment = segments.next()?;
        let open = part.split_once('{').and_then(|(prefix, rest)| Some((prefix, rest.split_once('}')?.1)));
        match open {
            None if part == segment => {}
            None => return None,
            Some((prefix, verb)) => {
                let id = segment.strip_prefix(prefix)?.strip_suffix(verb)?;
                captures.push(Some(id).filter(|id| !id.is_empty() && !id.contains(':'))?.to_owned());
            }
        }
    }
    segments.next().is_none().then_some(captures)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::problem::Surface;

    fn found(method: Method, path: &str) -> Result<(Route, Vec<String>), Code> {
        find(&method, path).map(|(route, _, captures)| (route, captures)).map_err(|problem| problem.code)
    }

    #[test]
    fn a_path_finds_its_route() {
        assert_eq!(found(Method::GET, "/v1/campaigns"), Ok((Route::CampaignList, vec![])));
        assert_eq!(found(Method::GET, "/v1/campaigns/cmp_1"), Ok((Route::CampaignGet, vec!["cmp_1".into()])));
        let pause = Route::CampaignControl(Verb::Pause);
        assert_eq!(found(Method::POST, "/v1/campaigns/cmp_1:pause"), Ok((pause, vec!["cmp_1".into()])));
        assert_eq!(found(Method::POST, "/v1/campaigns/cmp_1%3Apause"), Ok((pause, vec!["cmp_1".into()])));
        assert_eq!(found(Method::DELETE, "/v1/opt-outs/%2B1631"), Ok((Route::OptOutDelete, vec!["+1631".into()])));
        let upload = found(Method::GET, "/graph/v23.0/upload:018f");
        assert_eq!(upload, Ok((Route::GraphUploadState, vec!["v23.0".into(), "018f".into()])));
        assert_eq!(found(Method::HEAD, "/healthz"), Ok((Route::Health, vec![])));
    }

    #[test]
    fn what_fits_no_route_says_whether_path_or_method_is_wrong() {
        assert_eq!(found(Method::PUT, "/v1/campaigns"), Err(Code::MethodNotAllowed));
        assert_eq!(found(Method::GET, "/v1/campaigns/cmp_1:pause"), Err(Code::MethodNotAllowed));
        for path in ["/", "/v1", "/v1/campaigns/", "/v1/campaigns/cmp_1:fly", "/v1/campaigns/a/b/c", "/%ff", "/v1/sql/"]
        {
            assert_eq!(found(Method::POST, path), Err(Code::RouteUnknown), "{path}");
        }
    }

    #[test]
    fn the_openapi_document_has_exactly_these_routes_and_codes() {
        let document: Value = serde_json::from_str(OPENAPI).expect("JSON");
        assert_eq!(document["openapi"], "3.1.0");
        let paths = document["paths"].as_object().expect("paths");
        let documented: BTreeSet<_> = paths
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().expect("a path item").keys().filter(|key| *key != "parameters");
                methods.map(move |method| format!("{} {path}", method.to_uppercase()))
            })
            .collect();
        let served: BTreeSet<_> = ROUTES.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        assert_eq!(documented, served);
        let codes =
            document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"].as_array().expect("an enum");
        let documented: BTreeSet<_> = codes.iter().filter_map(Value::as_str).collect();
        let answered = |code: &&Code| matches!(code.surface(), Surface::Api | Surface::Sql);
        let given: BTreeSet<_> = Code::ALL.iter().filter(answered).map(|code| code.as_str()).collect();
        assert_eq!(documented, given);
    }
}
