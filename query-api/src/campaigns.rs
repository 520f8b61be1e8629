//! Campaigns: create, look at, and the state machine.
//!
//! ```text
//! draft ──start──► running ◄──resume── paused
//!   │ │               ▲ │ └────pause────►  │
//!   │ └─start later─► scheduled            │
//!   └─────cancel──────┴─┴──────cancel──────┴──► cancelled        running, paused ──► completed (by the pipeline)
//! ```
//! `scheduled` is not a state of the row either: it is `running` with a `start_at` that has not come, so nobody has to be
//! there when it does. It cannot be moved, because it may begin while it is: it can be started now, or cancelled.
//!
//! `completed` is not a state of the row but the pipeline's finding that nothing is left to do. So is `pausing` beside
//! `paused`: a pause and a cancel bump the generation, and the owner of the sender confirms a pause's when no more than one
//! arm window of the campaign can still leave. Until then a paused campaign is shown as `pausing`.

use http::StatusCode;
use posthaste_model::{CampaignId, Layout, MarketingOptions, Millis, UnknownPolicy};
use posthaste_postgres::Tx;
use posthaste_sql::client::Params;
use posthaste_sql::queries::api_campaigns::{self, CampaignRow, InsertCampaignParams, LockCampaign};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::State;
use crate::fields::Faults;
use crate::holds;
use crate::idempotency::Key;
use crate::page::{self, Page};
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, json, now, parse_json, text, with_location};
use crate::rotation::{self, Named};
use crate::rules::{self, Rules};

/// Time that a campaign's messages may wait, in seconds, where the caller does not say: a day.
const TTL_DEFAULT_S: i32 = 86_400;
/// Shortest and longest time to live that Meta and the schema allow (Meta: 30 s to 30 days).
pub(crate) const TTL_RANGE_S: std::ops::RangeInclusive<i32> = 30..=2_592_000;
/// Longest name, as in the schema.
pub(crate) const NAME_MAX: usize = 200;
/// Farthest start, in milliseconds from now: a year. What is farther away is a slip of the pen.
const START_AHEAD_MAX_MS: i64 = 366 * 24 * 3_600_000;
/// Longest template name (Meta: message_templates) and longest sender id that is looked up.
pub(crate) const IDENTIFIER_MAX: usize = 512;

/// What can be done to a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Begin to send.
    Start,
    /// Hold.
    Pause,
    /// Go on.
    Resume,
    /// End for good.
    Cancel,
}

/// What a verb does in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// To this state.
    To(&'static str),
    /// It is there already.
    Stay,
    /// Not allowed.
    Refuse,
}

impl Verb {
    fn move_from(self, state: &str) -> Move {
        match (self, state) {
            (Self::Start, "draft" | "scheduled") | (Self::Resume, "paused") => Move::To("running"),
            (Self::Pause, "running") => Move::To("paused"),
            (Self::Cancel, "draft" | "scheduled" | "running" | "paused") => Move::To("cancelled"),
            (Self::Pause, "paused") | (Self::Resume, "running") | (Self::Cancel, "cancelled") => Move::Stay,
            _ => Move::Refuse,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        }
    }
}

/// What can be done in a state: the verbs that move it, and copies of it.
pub(crate) fn allowed_in(state: &str) -> String {
    let verbs = [Verb::Start, Verb::Pause, Verb::Resume, Verb::Cancel];
    let moves = verbs.into_iter().filter(|verb| matches!(verb.move_from(state), Move::To(_))).map(Verb::as_str);
    let retry = matches!(state, "completed" | "cancelled").then_some("retry");
    let allowed: Vec<_> = moves.chain(retry).chain(["clone"]).collect();
    format!("it can be: {}", allowed.join(", "))
}

/// The campaign that the path names; a malformed id is one that does not exist.
pub(crate) fn campaign_id(request: &Request) -> Result<CampaignId, Problem> {
    request.id().parse().map_err(|_| Problem::not_found("campaign", request.id()))
}

/// Locks a campaign's row until the transaction ends.
pub(crate) async fn lock_campaign(tx: &Tx, campaign: CampaignId) -> Result<LockCampaign, Problem> {
    let found = api_campaigns::lock_campaign().bind(&**tx, &campaign.0).opt().await?;
    found.ok_or_else(|| Problem::not_found("campaign", &campaign.to_string()))
}

/// `POST /v1/campaigns`
pub(crate) async fn create(state: &State, mut request: Request) -> Answer {
    request.query.only(&[])?;
    request.content_type(&["application/json"])?;
    let bytes = request.bytes(state.config.body_bytes_max).await?;
    let key = Key::of(&request, &bytes)?;
    let body = parse_json(&bytes)?;
    let draft = Draft::read(&body)?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    if let Some(stored) = key.stored(&tx).await? {
        tx.rollback().await?;
        return Ok(stored.into_response());
    }
    let fit = rotation::check(&tx, draft.sender_id, &draft.templates, draft.marketing.is_some()).await?;
    let id = CampaignId(Uuid::now_v7());
    insert(&tx, id, &draft, fit.layout.as_ref()).await?;
    rotation::insert(&tx, id, &draft.templates).await?;
    api_campaigns::insert_campaign_progress().bind(&*tx, &id.0).await?;
    let body = read(&tx, id).await?.to_string();
    key.keep(&tx, StatusCode::CREATED, &body).await?;
    tx.commit().await?;
    Ok(with_location(text(StatusCode::CREATED, "application/json", body), &format!("/v1/campaigns/{id}")))
}

async fn insert(tx: &Tx, id: CampaignId, draft: &Draft<'_>, layout: Option<&Layout>) -> Result<(), Problem> {
    let rules = &draft.rules;
    let Named { name: template_name, language: template_language, .. } = draft.templates[0];
    let params = InsertCampaignParams {
        campaign_id: id.0,
        name: draft.name,
        sender_id: draft.sender_id,
        template_name,
        template_language,
        marketing: draft.marketing.as_ref().map(|options| json!(options).to_string()),
        layout: layout.map(|layout| json!(layout).to_string()),
        unknown_policy: draft.unknown_policy.as_str(),
        ttl_seconds: draft.ttl_seconds,
        weight: rules.weight,
        max_per_minute: rules.max_per_minute,
        jitter_min_ms: rules.jitter_ms.map(|(least, _)| least),
        jitter_max_ms: rules.jitter_ms.map(|(_, most)| most),
        hours_from: rules.hours.as_ref().map(|hours| hours.from),
        hours_to: rules.hours.as_ref().map(|hours| hours.to),
        hours_zone: rules.hours.as_ref().map(|hours| hours.zone),
    };
    api_campaigns::insert_campaign().params(&**tx, &params).await?;
    Ok(())
}

/// What a new campaign's body says.
struct Draft<'a> {
    name: &'a str,
    sender_id: &'a str,
    /// At least one.
    templates: Vec<Named<'a>>,
    marketing: Option<MarketingOptions>,
    unknown_policy: UnknownPolicy,
    ttl_seconds: i32,
    rules: Rules<'a>,
}

impl<'a> Draft<'a> {
    fn read(body: &'a Value) -> Result<Self, Problem> {
        let faults = Faults::default();
        let draft = Self::collect(body, &faults);
        faults.check()?;
        draft.ok_or_else(|| faults.problem())
    }

    fn collect(body: &'a Value, faults: &Faults) -> Option<Self> {
        let object = faults.object(body)?;
        let known = ["name", "sender_id", "template", "templates", "unknown_policy", "ttl_seconds"];
        object.only(&[known.as_slice(), &rules::FIELDS].concat());
        let name = object.text("name", 1..=NAME_MAX);
        let sender_id = object.text("sender_id", 1..=IDENTIFIER_MAX);
        let unknown_policy = object.choice_or(
            "unknown_policy",
            UnknownPolicy::default(),
            UnknownPolicy::parse,
            "at_most_once or at_least_once",
        );
        let ttl_seconds = object.number_or("ttl_seconds", TTL_DEFAULT_S, TTL_RANGE_S);
        let rules = Rules::read(&object);
        let templates = rotation::read(&object, faults);
        let (name, sender_id) = (name?, sender_id?);
        let (templates, marketing) = templates?;
        Some(Self {
            name,
            sender_id,
            templates,
            marketing,
            unknown_policy: unknown_policy?,
            ttl_seconds: ttl_seconds?,
            rules: rules?,
        })
    }
}

/// `GET /v1/campaigns/{id}`
pub(crate) async fn get(state: &State, request: Request) -> Answer {
    request.query.only(&[])?;
    let id = campaign_id(&request)?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let body = read(&tx, id).await?;
    tx.rollback().await?;
    Ok(json(StatusCode::OK, &body))
}

/// `GET /v1/campaigns`, newest first.
pub(crate) async fn list(state: &State, request: Request) -> Answer {
    let page = Page::of(&request)?;
    let [before] = page.after_texts()?;
    let before = match before.as_str() {
        "" => Uuid::max(),
        text => {
            let id: Result<CampaignId, _> = text.parse();
            id.map_err(|_| Problem::new(Code::QueryInvalid, "cursor is of another list"))?.0
        }
    };
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = api_campaigns::list_campaigns().bind(&*tx, &before, &page.fetch()).all().await?;
    tx.rollback().await?;
    let cursor = |row: &CampaignRow| page::cursor(&[&CampaignId(row.campaign_id).to_string()]);
    Ok(json(StatusCode::OK, &page.body(&rows, cursor, describe)))
}

/// `POST /v1/campaigns/{id}:start`
pub(crate) async fn start(state: &State, mut request: Request) -> Answer {
    request.query.only(&[])?;
    let bytes = request.bytes(state.config.body_bytes_max).await?;
    let key = Key::of(&request, &bytes)?;
    let id = campaign_id(&request)?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    if let Some(stored) = key.stored(&tx).await? {
        tx.rollback().await?;
        return Ok(stored.into_response());
    }
    let locked = lock_campaign(&tx, id).await?;
    let start_at = start_at(&request, &bytes, &locked)?;
    check_move(Verb::Start, &locked)?;
    if locked.scheduled && start_at.is_some() {
        let detail = "the campaign is scheduled: start it now (without start_at), or cancel it and clone it";
        return Err(Problem::new(Code::CampaignState, detail));
    }
    if locked.recipients == 0 {
        return Err(Problem::new(Code::CampaignEmpty, "no line of recipients has been accepted yet"));
    }
    rotation::check_of(&tx, id, &locked).await?;
    api_campaigns::start_campaign().bind(&*tx, &start_at.map(|at| at.0), &id.0).await?;
    let body = read(&tx, id).await?.to_string();
    key.keep(&tx, StatusCode::ACCEPTED, &body).await?;
    tx.commit().await?;
    Ok(with_location(text(StatusCode::ACCEPTED, "application/json", body), &format!("/v1/campaigns/{id}")))
}

/// When the campaign is to begin: `start_at` of the body, which may be left out as a whole. Past and future are told apart
/// by the database's clock, which is the one that starts it.
fn start_at(request: &Request, bytes: &[u8], locked: &LockCampaign) -> Result<Option<Millis>, Problem> {
    if bytes.is_empty() {
        return Ok(None);
    }
    request.content_type(&["application/json"])?;
    let body = parse_json(bytes)?;
    let faults = Faults::default();
    let mut start_at = None;
    if let Some(object) = faults.object(&body) {
        object.only(&["start_at"]);
        if object.has("start_at") {
            let ahead = 1..=START_AHEAD_MAX_MS;
            start_at = object
                .any_text("start_at")
                .and_then(Millis::parse)
                .filter(|at| ahead.contains(&at.since(Millis(locked.now_ms))));
            if start_at.is_none() {
                let detail = format!(
                    "write a time of the coming 366 days as in 2026-11-21T06:13:53Z; it is {} now",
                    Millis(locked.now_ms)
                );
                faults.push("/start_at", Code::FieldInvalid, detail);
            }
        }
    }
    faults.check()?;
    Ok(start_at)
}

/// `POST /v1/campaigns/{id}:pause`, `:resume` and `:cancel`; repeating one changes nothing.
pub(crate) async fn control(state: &State, mut request: Request, verb: Verb) -> Answer {
    request.query.only(&[])?;
    request.bytes(state.config.body_bytes_max).await?;
    let id = campaign_id(&request)?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let locked = lock_campaign(&tx, id).await?;
    if let Move::To(next) = check_move(verb, &locked)? {
        let generations = i32::from(verb != Verb::Resume);
        api_campaigns::set_campaign_state().bind(&*tx, &next, &generations, &id.0).await?;
    }
    let body = read(&tx, id).await?;
    tx.commit().await?;
    Ok(json(StatusCode::OK, &body))
}

/// The state that the caller sees: a cancelled campaign stays cancelled when its last message has ended.
pub(crate) fn shown_state(state: &str, completed: bool, scheduled: bool) -> &str {
    match (state, completed) {
        ("cancelled", _) => state,
        (_, true) => "completed",
        _ if scheduled => "scheduled",
        _ => state,
    }
}

fn check_move(verb: Verb, locked: &LockCampaign) -> Result<Move, Problem> {
    let state = shown_state(&locked.state, locked.completed, locked.scheduled);
    match verb.move_from(state) {
        Move::Refuse => {
            let detail = format!("the campaign is {state}, so it cannot {}; {}", verb.as_str(), allowed_in(state));
            Err(Problem::new(Code::CampaignState, detail))
        }
        step => Ok(step),
    }
}

/// `GET /v1/campaigns/{id}/funnel`
pub(crate) async fn funnel(state: &State, request: Request) -> Answer {
    request.query.only(&[])?;
    let id = campaign_id(&request)?;
    let tenant = request.caller.tenant_id;
    let tx = state.pool.tenant_tx(tenant).await?;
    read(&tx, id).await?;
    tx.rollback().await?;
    Ok(json(StatusCode::OK, &state.analytics.funnel(tenant, id).await?))
}

/// The campaign as the API shows it, from within a transaction of its tenant.
pub(crate) async fn read(tx: &Tx, id: CampaignId) -> Result<Value, Problem> {
    let row = api_campaigns::get_campaign().bind(&**tx, &id.0).opt().await?;
    let row = row.ok_or_else(|| Problem::not_found("campaign", &id.to_string()))?;
    let mut body = describe(&row);
    body["holds"] = Value::Array(holds::of_campaign(tx, &row).await?);
    Ok(body)
}

/// A campaign as the API shows it.
fn describe(row: &CampaignRow) -> Value {
    let completed = row.completed_at_ms.is_some();
    let state = if row.pausing && !completed { "pausing" } else { shown_state(&row.state, completed, row.scheduled) };
    let started_at_ms = row.started_at_ms.filter(|_| !row.scheduled);
    // Released but not yet taken in by its sender, or taken in and neither POSTed nor ended.
    let queued = (row.cursor - row.ingested + row.open - row.unknown).max(0);
    let hold = rules::hold(row).filter(|_| state == "running");
    let held = if hold.is_some() { queued } else { 0 };
    let mut shown = json!({
        "id": CampaignId(row.campaign_id),
        "name": row.name,
        "sender_id": row.sender_id,
        "template": { "name": row.template_name, "language": row.template_language },
        "templates": rotation::describe(row),
        "columns": rotation::describe_columns(row),
        "unknown_policy": row.unknown_policy,
        "ttl_seconds": row.ttl_seconds,
        "state": state,
        "created_at": Millis(row.created_at_ms),
        "start_at": row.start_at_ms.map(Millis),
        "started_at": started_at_ms.map(Millis),
        "completed_at": row.completed_at_ms.map(Millis),
        "copied_from": row.copied_from.map(CampaignId),
        "recipients": row.recipients,
        "rejected_lines": row.rejected_lines,
        "progress": {
            "released": row.cursor,
            "queued": queued,
            "held": held,
            "accepted": row.accepted,
            "sent": row.sent,
            "delivered": row.delivered,
            "read": row.read,
            "failed": row.failed,
            "rejected": row.rejected,
            "expired": row.expired,
            "cancelled": row.cancelled,
            "unconfirmed": row.unconfirmed,
            "unknown": row.unknown,
        },
    });
    if let Some(options) = &row.marketing {
        shown["template"]["marketing"] = serde_json::from_str(options).unwrap_or_default();
    }
    for (field, value) in rules::describe(row, state, now()) {
        shown[field] = value;
    }
    shown["hold"] = json!(hold);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_machine_is_the_picture() {
        let verbs = [Verb::Start, Verb::Pause, Verb::Resume, Verb::Cancel];
        let table = [
            ("draft", [Move::To("running"), Move::Refuse, Move::Refuse, Move::To("cancelled")]),
            ("scheduled", [Move::To("running"), Move::Refuse, Move::Refuse, Move::To("cancelled")]),
            ("running", [Move::Refuse, Move::To("paused"), Move::Stay, Move::To("cancelled")]),
            ("paused", [Move::Refuse, Move::Stay, Move::To("running"), Move::To("cancelled")]),
            ("cancelled", [Move::Refuse, Move::Refuse, Move::Refuse, Move::Stay]),
            ("completed", [Move::Refuse; 4]),
        ];
        for (state, moves) in table {
            assert_eq!(verbs.map(|verb| verb.move_from(state)), moves, "{state}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_allowed() {
        assert_eq!(allowed_in("running"), "it can be: pause, cancel, clone");
        assert_eq!(allowed_in("completed"), "it can be: retry, clone");
    }
}
