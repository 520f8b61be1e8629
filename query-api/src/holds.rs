//! What is held: which messages wait because Meta refuses everything of their token, account, number, template or campaign.

use http::StatusCode;
use posthaste_model::{CampaignId, IntentId, Millis};
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_campaigns::CampaignRow;
use posthaste_sql::queries::api_holds::{self, HoldRow};
use serde_json::{Value, json};

use crate::State;
use crate::page::{self, Page};
use crate::problem::Problem;
use crate::request::{Answer, Request, json};
use crate::rotation;

/// `GET /v1/holds`
pub(crate) async fn list(state: &State, request: Request) -> Answer {
    let page = Page::of(&request)?;
    let [scope, name] = page.after_texts()?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = api_holds::list_holds().bind(&*tx, &scope, &name, &page.fetch()).all().await?;
    tx.rollback().await?;
    let cursor = |row: &HoldRow| page::cursor(&[&row.scope, &row.name]);
    Ok(json(StatusCode::OK, &page.body(&rows, cursor, describe)))
}

/// What holds the messages of a campaign.
pub(crate) async fn of_campaign(tx: &Tx, row: &CampaignRow) -> Result<Vec<Value>, Problem> {
    let id = CampaignId(row.campaign_id);
    // The messages of a campaign lie side by side; any of them says which partition its sender is in.
    let first = IntentId::of_recipient(id, 0).0;
    let last = IntentId::of_recipient(id, row.cursor.max(0).unsigned_abs()).0;
    let own = id.to_string();
    let turns = rotation::turns(row);
    let names: Vec<&str> = turns.iter().map(|turn| turn.name.as_str()).collect();
    let languages: Vec<&str> = turns.iter().map(|turn| turn.language.as_str()).collect();
    let held =
        api_holds::campaign_holds().bind(&**tx, &row.sender_id, &own, &names, &languages, &first, &last).all().await?;
    Ok(held.iter().map(describe).collect())
}

fn describe(row: &HoldRow) -> Value {
    json!({
        "scope": row.scope,
        "name": row.name,
        "code": row.code,
        "reason": row.reason,
        "since": Millis(row.since_ms),
        "next_probe_at": Millis(row.probe_at_ms),
        "probes": row.probes,
    })
}
