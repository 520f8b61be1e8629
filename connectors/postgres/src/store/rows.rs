//! From rows to the core's types.

use std::sync::Arc;

use posthaste_core::Scope;
use posthaste_core::breaker::{Hold, HoldKey};
use posthaste_core::hours::{Hours, HoursZone};
use posthaste_core::sender::{Attempt, Campaign, CampaignState, CampaignTemplate, OptOutScope, Rules, Times};
use posthaste_core::standing::{Restriction, is_low};
use posthaste_model::{
    CampaignId, CampaignRef, Class, Contact, Intent, IntentId, Layout, MarketingOptions, Millis, SenderId, Status,
    TemplateStatus, TenantId, UnknownPolicy, Wamid,
};
use posthaste_runtime::store::StoreError;
use posthaste_sql::queries::sender_attempts::{LoadAttempts, OpenAttempts};
use posthaste_sql::queries::sender_campaigns::LoadCampaigns;
use posthaste_sql::queries::sender_holds::OpenHolds;
use serde::Deserialize;

fn unreadable(column: &str, value: &str) -> StoreError {
    StoreError::Refused(format!("{column} holds \"{value}\", which this version does not know"))
}

/// The two queries give the same columns in two generated types.
macro_rules! from_row {
    ($name:ident, $row:ty) => {
        pub(super) fn $name(row: $row) -> Result<Attempt, StoreError> {
            let message = serde_json::from_str(&row.message)
                .map_err(|error| StoreError::Refused(format!("intent.message: {error}")))?;
            let intent = Intent {
                intent_id: IntentId(row.intent_id),
                tenant_id: TenantId(row.tenant_id),
                sender_id: SenderId::new(row.sender_id),
                contact: Contact::new(row.contact),
                class: Class::parse(&row.class).ok_or_else(|| unreadable("intent.class", &row.class))?,
                campaign: row.campaign_id.map(|id| CampaignRef {
                    id: CampaignId(id),
                    generation: row.generation,
                    ordinal: row.ordinal.unsigned_abs(),
                }),
                message,
                callback_data: row.callback_data.map(String::into_boxed_str),
                unknown_policy: UnknownPolicy::parse(&row.unknown_policy)
                    .ok_or_else(|| unreadable("intent.unknown_policy", &row.unknown_policy))?,
                accepted_at: Millis(row.accepted_at_ms),
                expires_at: Millis(row.expires_at_ms),
            };
            Ok(Attempt {
                intent: Arc::new(intent),
                number: row.attempt,
                status: Status::parse(&row.status).ok_or_else(|| unreadable("attempt.status", &row.status))?,
                marks: row.marks,
                due_at: Millis(row.due_at_ms),
                armed_epoch: row.armed_epoch,
                times: Times {
                    armed: row.armed_at_ms.map(Millis),
                    unknown: row.unknown_at_ms.map(Millis),
                    ..Times::default()
                },
                wamid: row.wamid.map(Wamid::new),
                code: row.code,
                reason: row.reason,
            })
        }
    };
}

from_row!(from_open, OpenAttempts);
from_row!(from_load, LoadAttempts);

pub(super) fn from_hold(row: OpenHolds) -> Result<(HoldKey, Hold), StoreError> {
    let scope = Scope::parse(&row.scope).ok_or_else(|| unreadable("send_hold.scope", &row.scope))?;
    let hold = Hold {
        code: row.code,
        reason: row.reason,
        by_report: row.by_report,
        since: Millis(row.since_ms),
        probe_at: Millis(row.probe_at_ms),
        wait_ms: row.wait_ms,
        probes: row.probes,
    };
    Ok((HoldKey { tenant_id: TenantId(row.tenant_id), scope, name: row.name }, hold))
}

fn rules(row: &LoadCampaigns) -> Result<Rules, StoreError> {
    let hours = match (row.hours_from, row.hours_to, &row.hours_zone) {
        (Some(from), Some(to), Some(name)) => {
            let zone = HoursZone::parse(name).ok_or_else(|| unreadable("campaign.hours_zone", name))?;
            let hours = Hours::new(from, to, zone);
            Some(hours.ok_or_else(|| unreadable("campaign.hours_from and hours_to", &format!("{from}, {to}")))?)
        }
        _ => None,
    };
    let jitter_ms = row.jitter_min_ms.zip(row.jitter_max_ms);
    Ok(Rules {
        max_per_minute: row.max_per_minute.map(i32::unsigned_abs),
        jitter_ms: jitter_ms.map(|(least, most)| (least.unsigned_abs(), most.unsigned_abs())),
        hours,
    })
}

pub(super) fn opt_out_scope(text: &str) -> Result<OptOutScope, StoreError> {
    match text {
        "all" => Ok(OptOutScope::All),
        "marketing" => Ok(OptOutScope::Marketing),
        other => Err(unreadable("opt_out.scope", other)),
    }
}

/// One of the templates of a campaign, as the query writes it.
#[derive(Deserialize)]
struct Turn {
    name: String,
    language: String,
    status: Option<String>,
    category: Option<String>,
    quality: Option<String>,
}

fn templates(row: &LoadCampaigns) -> Result<Vec<CampaignTemplate>, StoreError> {
    let only = Turn {
        name: row.template_name.clone(),
        language: row.template_language.clone(),
        status: row.template_status.clone(),
        category: row.template_category.clone(),
        quality: row.template_quality.clone(),
    };
    let turns = match &row.templates {
        None => vec![only],
        Some(text) => serde_json::from_str(text).map_err(|_| unreadable("campaign_template", text))?,
    };
    let layout: Option<Layout> = match &row.layout {
        None => None,
        Some(text) => Some(serde_json::from_str(text).map_err(|_| unreadable("campaign.layout", text))?),
    };
    if layout.as_ref().is_some_and(|layout| layout.templates.len() != turns.len()) {
        return Err(unreadable("campaign.layout", row.layout.as_deref().unwrap_or_default()));
    }
    let mut slots = layout.into_iter().flat_map(|layout| layout.templates);
    let template = |turn: Turn| CampaignTemplate {
        slots: slots.next().map(Into::into),
        name: turn.name,
        language: turn.language,
        category: turn.category,
        // A template that is not in the store is Meta's to judge.
        approved: turn.status.is_none_or(|status| status == TemplateStatus::Approved.as_str()),
        is_low: turn.quality.as_deref().is_some_and(is_low),
    };
    Ok(turns.into_iter().map(template).collect())
}

fn marketing(text: Option<&str>) -> Result<Option<MarketingOptions>, StoreError> {
    let read = |text| serde_json::from_str(text).map_err(|_| unreadable("campaign.marketing", text));
    text.map(read).transpose()
}

/// A restriction of an account, as the query writes it.
#[derive(Deserialize)]
struct Restricted {
    what: String,
    until: Option<i64>,
}

/// One that the version after this one knows says nothing here.
pub(super) fn restrictions(text: Option<&str>) -> Result<Vec<(Restriction, Millis)>, StoreError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let list: Vec<Restricted> = serde_json::from_str(text).map_err(|_| unreadable("account_standing", text))?;
    let read =
        |own: Restricted| Some((Restriction::parse(&own.what)?, Millis(own.until.unwrap_or(Millis::MAX_WRITABLE))));
    Ok(list.into_iter().filter_map(read).collect())
}

pub(super) fn from_campaign(row: LoadCampaigns) -> Result<Campaign, StoreError> {
    let state = match row.state.as_str() {
        "running" => CampaignState::Running,
        // A draft has messages only where the database was set back to a time before its start: they wait for the next one.
        "paused" | "draft" => CampaignState::Paused,
        "cancelled" => CampaignState::Cancelled,
        other => return Err(unreadable("campaign.state", other)),
    };
    let (rules, templates) = (rules(&row)?, templates(&row)?);
    let marketing = marketing(row.marketing.as_deref())?;
    Ok(Campaign {
        tenant_id: TenantId(row.tenant_id),
        campaign_id: CampaignId(row.campaign_id),
        sender_id: SenderId::new(row.sender_id),
        state,
        generation: row.generation,
        recipients: row.recipients,
        templates,
        marketing,
        unknown_policy: UnknownPolicy::parse(&row.unknown_policy)
            .ok_or_else(|| unreadable("campaign.unknown_policy", &row.unknown_policy))?,
        ttl_seconds: row.ttl_seconds,
        weight: row.weight.unsigned_abs(),
        rules,
        cursor: row.cursor,
        ingested: row.ingested,
        open: row.open,
        confirmed: row.confirmed,
    })
}
