//! Campaigns that are made from another: of all its recipients, or of those whose messages failed.
//!
//! The copy is a draft, to be looked at, added to and started like any other. Recipients go from chunk to chunk, a few
//! thousand at a time, so that a million of them need no more memory than a page; whoever has opted out since is rejected.

use std::collections::HashSet;

use http::StatusCode;
use posthaste_model::{CampaignId, Contact, IntentId, Status};
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_campaigns::{self, CampaignRow};
use posthaste_sql::queries::api_copies::{self, ChunksToCopy};
use posthaste_sql::queries::api_recipients;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::State;
use crate::campaigns::{NAME_MAX, allowed_in, campaign_id, read, shown_state};
use crate::fields::Faults;
use crate::idempotency::Key;
use crate::problem::{Code, Problem};
use crate::recipients::parse::{Checked, Recipient};
use crate::recipients::store::Appender;
use crate::request::{Answer, Request, parse_json, text, with_location};
use crate::rotation;

/// Chunks of recipients that are copied at once: 500 recipients each.
const CHUNKS_AT_ONCE: i64 = 8;
/// The copied recipients are the first chunk of the new campaign; what is uploaded later has other numbers.
const COPY_CHUNK: i32 = 0;
/// How a message may have ended to be retried.
const RETRIABLE: [Status; 4] = [Status::Failed, Status::Rejected, Status::Expired, Status::Unconfirmed];
/// The same where the caller does not say: not `unconfirmed`, for such a message may have arrived.
const RETRIED_BY_DEFAULT: [Status; 3] = [Status::Failed, Status::Rejected, Status::Expired];

/// Which recipients are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copying {
    /// All.
    Clone,
    /// Those of a finished campaign whose messages failed.
    Retry,
}

/// What the body of the request says.
struct Wish {
    name: Option<String>,
    /// How the messages ended whose recipients are copied; `None` for all recipients.
    statuses: Option<Vec<&'static str>>,
}

impl Wish {
    fn read(body: &Value, copying: Copying) -> Result<Self, Problem> {
        let faults = Faults::default();
        let mut wish = Self { name: None, statuses: None };
        if let Some(object) = faults.object(body) {
            object.only(match copying {
                Copying::Clone => &["name"],
                Copying::Retry => &["name", "statuses"],
            });
            wish.name = object.optional_text("name", 1..=NAME_MAX).map(str::to_owned);
            if copying == Copying::Retry {
                let statuses = object.texts("statuses", false).unwrap_or_default();
                wish.statuses = Some(retried(&statuses, &faults));
            }
        }
        faults.check()?;
        Ok(wish)
    }
}

fn retried(statuses: &[&str], faults: &Faults) -> Vec<&'static str> {
    if statuses.is_empty() {
        return RETRIED_BY_DEFAULT.map(Status::as_str).to_vec();
    }
    let known = |text: &&str| RETRIABLE.into_iter().map(Status::as_str).find(|status| status == text);
    let chosen: Vec<_> = statuses.iter().filter_map(known).collect();
    if chosen.len() < statuses.len() {
        let words = RETRIABLE.map(Status::as_str).join(", ");
        faults.push("/statuses", Code::FieldInvalid, format!("write a list of these: {words}"));
    }
    chosen
}

/// `POST /v1/campaigns/{id}:clone` and `:retry`
pub(crate) async fn copy(state: &State, mut request: Request, copying: Copying) -> Answer {
    request.query.only(&[])?;
    let bytes = request.bytes(state.config.body_bytes_max).await?;
    let key = Key::of(&request, &bytes)?;
    let source = campaign_id(&request)?;
    // A copy holds its connection as long as an upload does.
    let _turn = state.upload_turns.acquire().await.map_err(Problem::internal)?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    if let Some(stored) = key.stored(&tx).await? {
        tx.rollback().await?;
        return Ok(stored.into_response());
    }
    let found = api_campaigns::get_campaign().bind(&*tx, &source.0).opt().await?;
    let found = found.ok_or_else(|| Problem::not_found("campaign", &source.to_string()))?;
    let wish = if bytes.is_empty() {
        Wish::read(&json!({}), copying)?
    } else {
        request.content_type(&["application/json"])?;
        Wish::read(&parse_json(&bytes)?, copying)?
    };
    require_finished(&found, copying)?;
    let category = rotation::check_copied(&tx, &found).await?;
    let id = CampaignId(Uuid::now_v7());
    let name = wish.name.unwrap_or_else(|| name_of_copy(&found.name, copying));
    api_copies::copy_campaign().bind(&*tx, &id.0, &name, &source.0).await?;
    api_copies::copy_campaign_templates().bind(&*tx, &id.0, &source.0).await?;
    api_campaigns::insert_campaign_progress().bind(&*tx, &id.0).await?;
    let copied = copy_recipients(&tx, &found, id, category, wish.statuses.as_deref()).await?;
    if copying == Copying::Retry && copied == 0 {
        let detail = format!("no message of the campaign ended as {}", wish.statuses.unwrap_or_default().join(", "));
        return Err(Problem::new(Code::NothingToRetry, detail));
    }
    let body = read(&tx, id).await?.to_string();
    key.keep(&tx, StatusCode::CREATED, &body).await?;
    tx.commit().await?;
    Ok(with_location(text(StatusCode::CREATED, "application/json", body), &format!("/v1/campaigns/{id}")))
}

/// What failed is known when the campaign has ended, not before.
fn require_finished(campaign: &CampaignRow, copying: Copying) -> Result<(), Problem> {
    let completed = campaign.completed_at_ms.is_some();
    if copying == Copying::Clone || completed {
        return Ok(());
    }
    let state = shown_state(&campaign.state, completed, campaign.scheduled);
    let detail = if state == "cancelled" {
        "the campaign is cancelled and its last messages are ending; ask again when completed_at is there".to_owned()
    } else {
        format!("the campaign is {state}, so its failed messages cannot be retried yet; {}", allowed_in(state))
    };
    Err(Problem::new(Code::CampaignState, detail))
}

fn name_of_copy(name: &str, copying: Copying) -> String {
    let mark = match copying {
        Copying::Clone => " (copy)",
        Copying::Retry => " (retry)",
    };
    name.chars().take(NAME_MAX - mark.len()).chain(mark.chars()).collect()
}

/// Fills a new campaign with recipients of another one; gives how many there are.
async fn copy_recipients(
    tx: &Tx,
    source: &CampaignRow,
    copy: CampaignId,
    category: String,
    statuses: Option<&[&'static str]>,
) -> Result<i32, Problem> {
    let mut appender = Appender::new(tx, copy.0, category, COPY_CHUNK, 0, 0);
    let mut from = 0;
    loop {
        let (campaign, end) = (&source.campaign_id, &source.recipients);
        let chunks = api_copies::chunks_to_copy().bind(&**tx, campaign, &from, end, &CHUNKS_AT_ONCE).all().await?;
        let Some(last) = chunks.last() else { break };
        let next = last.first_ordinal + last.count;
        let wanted = match statuses {
            Some(statuses) => Some(ended(tx, CampaignId(source.campaign_id), from..next, statuses).await?),
            None => None,
        };
        let mut lines = Vec::new();
        for chunk in &chunks {
            lines.extend(recipients(chunk, CampaignId(source.campaign_id), wanted.as_ref())?);
        }
        appender.batch(lines).await?;
        from = next;
    }
    appender.finish().await?;
    let (accepted, rejected) = (appender.accepted, appender.rejected);
    let digest = source.campaign_id.as_bytes().as_slice();
    api_recipients::insert_upload().bind(&**tx, &copy.0, &COPY_CHUNK, &digest, &accepted, &rejected).await?;
    api_campaigns::grow_campaign().bind(&**tx, &accepted, &rejected, &copy.0).one().await?;
    Ok(accepted)
}

/// The messages of these recipients that ended with one of the statuses.
async fn ended(
    tx: &Tx,
    campaign: CampaignId,
    ordinals: std::ops::Range<i32>,
    statuses: &[&'static str],
) -> Result<HashSet<Uuid>, Problem> {
    // The messages of a campaign lie side by side, in the order of their ordinals.
    let first = IntentId::of_recipient(campaign, ordinals.start.unsigned_abs()).0;
    let last = IntentId::of_recipient(campaign, (ordinals.end - 1).unsigned_abs()).0;
    let found = api_copies::messages_that_ended().bind(&**tx, &first, &last, &statuses).all().await?;
    Ok(found.into_iter().collect())
}

/// The recipients of a chunk as lines of an upload, so that they are checked and written as such.
fn recipients(
    chunk: &ChunksToCopy,
    campaign: CampaignId,
    wanted: Option<&HashSet<Uuid>>,
) -> Result<Vec<Checked>, Problem> {
    let held: Vec<(Contact, Vec<String>)> = serde_json::from_str(&chunk.recipients).map_err(Problem::internal)?;
    let is_wanted = |ordinal: i32| {
        wanted.is_none_or(|wanted| wanted.contains(&IntentId::of_recipient(campaign, ordinal.unsigned_abs()).0))
    };
    let line = |(ordinal, (contact, params)): (i32, (Contact, Vec<String>))| {
        let raw = contact.to_string();
        Ok(Recipient { line: i64::from(ordinal) + 1, contact, params, raw })
    };
    Ok((chunk.first_ordinal..).zip(held).filter(|(ordinal, _)| is_wanted(*ordinal)).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_copy_says_what_it_is_and_fits() {
        assert_eq!(name_of_copy("spring", Copying::Retry), "spring (retry)");
        let long = name_of_copy(&"ü".repeat(NAME_MAX), Copying::Clone);
        assert_eq!(long.chars().count(), NAME_MAX);
        assert!(long.ends_with("ü (copy)"));
    }
}
