//! What is done with campaigns that there are: list, show, start, pause, resume, cancel, clone, retry.

use anyhow::Context as _;
use clap::Args;
use posthaste_model::CampaignId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use super::http::Api;
use crate::cli::ApiArgs;

/// Options of `campaign list`.
#[derive(Debug, Args)]
pub(crate) struct CampaignList {
    #[command(flatten)]
    api: ApiArgs,
}

/// One campaign.
#[derive(Debug, Args)]
pub(crate) struct CampaignOne {
    #[command(flatten)]
    api: ApiArgs,
    /// The campaign: cmp_…
    id: CampaignId,
}

/// Options of `campaign start`.
#[derive(Debug, Args)]
pub(crate) struct CampaignStart {
    #[command(flatten)]
    one: CampaignOne,
    /// Begin at this time, as in 2026-11-21T06:00:00Z, instead of now.
    #[arg(long)]
    at: Option<String>,
}

/// Options of `campaign clone`.
#[derive(Debug, Args)]
pub(crate) struct CampaignClone {
    #[command(flatten)]
    one: CampaignOne,
    /// Name of the new campaign. Default: the old one's with a mark.
    #[arg(long)]
    name: Option<String>,
}

/// Options of `campaign retry`.
#[derive(Debug, Args)]
pub(crate) struct CampaignRetry {
    #[command(flatten)]
    copy: CampaignClone,
    /// How the messages ended that are to be retried; may be repeated. A message that is unconfirmed may have arrived.
    /// Default: failed, rejected and expired.
    #[arg(long = "status", value_parser = ["failed", "rejected", "expired", "unconfirmed"])]
    statuses: Vec<String>,
    /// Start the new campaign too.
    #[arg(long)]
    start: bool,
}

#[derive(Debug, Deserialize)]
struct Page {
    data: Vec<State>,
    next_cursor: Option<String>,
}

fn print(campaign: &State) {
    let progress = &campaign.progress;
    println!(
        "{}\t{}\t{} recipients, accepted {}, delivered {}, failed {}, rejected {}, expired {}, unconfirmed {}\t{}",
        campaign.id,
        campaign.state,
        campaign.recipients,
        progress.accepted,
        progress.delivered,
        progress.failed,
        progress.rejected,
        progress.expired,
        progress.unconfirmed,
        campaign.name
    );
}

async fn act(one: &CampaignOne, verb: &str, body: &Value) -> anyhow::Result<State> {
    let answer = Api::new(&one.api)?.post_json(&format!("/v1/campaigns/{}:{verb}", one.id), body).await?;
    serde_json::from_slice(&answer).with_context(|| format!("answer of {verb}"))
}

/// Lists the tenant's campaigns, newest first.
pub(super) async fn list(options: &CampaignList) -> anyhow::Result<()> {
    let api = Api::new(&options.api)?;
    let mut path = "/v1/campaigns".to_owned();
    loop {
        let page: Page = serde_json::from_slice(&api.get(&path).await?).context("answer of GET /v1/campaigns")?;
        page.data.iter().for_each(print);
        let Some(cursor) = page.next_cursor else { return Ok(()) };
        path = format!("/v1/campaigns?cursor={cursor}");
    }
}

/// Prints one campaign as the API shows it.
pub(super) async fn show(one: &CampaignOne) -> anyhow::Result<()> {
    let answer = Api::new(&one.api)?.get(&format!("/v1/campaigns/{}", one.id)).await?;
    let campaign: Value = serde_json::from_slice(&answer).context("answer of GET /v1/campaigns/{id}")?;
    println!("{campaign:#}");
    Ok(())
}

/// Starts a campaign, now or later.
pub(super) async fn start(options: &CampaignStart) -> anyhow::Result<()> {
    let body = options.at.as_ref().map_or_else(|| json!({}), |at| json!({ "start_at": at }));
    print(&act(&options.one, "start", &body).await?);
    Ok(())
}

/// `pause`, `resume`, `cancel`.
pub(super) async fn control(one: &CampaignOne, verb: &str) -> anyhow::Result<()> {
    print(&act(one, verb, &json!({})).await?);
    Ok(())
}

/// Makes a draft of all recipients.
pub(super) async fn clone(options: &CampaignClone) -> anyhow::Result<()> {
    print(&act(&options.one, "clone", &json!({ "name": options.name })).await?);
    Ok(())
}

/// Makes a draft of the recipients whose messages failed, and starts it where that is wanted.
pub(super) async fn retry(options: CampaignRetry) -> anyhow::Result<()> {
    let CampaignRetry { copy, statuses, start } = options;
    let mut made = act(&copy.one, "retry", &json!({ "name": copy.name, "statuses": statuses })).await?;
    if start {
        let id = made.id.parse().context("id of the new campaign")?;
        made = act(&CampaignOne { api: copy.one.api, id }, "start", &json!({})).await?;
    }
    print(&made);
    Ok(())
}
