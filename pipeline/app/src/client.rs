//! Commands that use the API as a tenant would: they know nothing that a tenant does not.

mod control;
mod http;
mod report;
mod rules;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;
use serde_json::json;

use crate::cli::ApiArgs;
use http::Api;
pub(crate) use report::{ReportArgs, report};

/// How often progress is asked for.
const ASK_EVERY: Duration = Duration::from_millis(500);
/// Statuses may follow a campaign's last send for this long before the command stops waiting.
const QUIET_MAX: Duration = Duration::from_secs(5);
/// Longest absence of the API that the command sits out.
const AWAY_MAX: Duration = Duration::from_secs(60);
/// Bytes of one uploaded chunk at most; cut at a line's end.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

/// Campaigns.
#[derive(Debug, Subcommand)]
pub(crate) enum CampaignCommand {
    /// Create a campaign, upload its recipients, start it, and show its progress until it is done.
    Run(CampaignRun),
    /// List the tenant's campaigns, newest first.
    List(control::CampaignList),
    /// Print a campaign and its progress.
    Show(control::CampaignOne),
    /// Start a draft, now or at a time.
    Start(control::CampaignStart),
    /// Hold a campaign.
    Pause(control::CampaignOne),
    /// Go on with a paused campaign.
    Resume(control::CampaignOne),
    /// End a campaign for good.
    Cancel(control::CampaignOne),
    /// Make a draft of the same template and recipients.
    Clone(control::CampaignClone),
    /// Make a draft of those recipients of a finished campaign whose messages failed.
    Retry(control::CampaignRetry),
}

/// Options of `campaign run`.
#[derive(Debug, Args)]
pub(crate) struct CampaignRun {
    #[command(flatten)]
    api: ApiArgs,
    /// Number that it sends from (Meta's phone number id).
    #[arg(long)]
    sender: String,
    /// Template name.
    #[arg(long)]
    template: String,
    /// Template language.
    #[arg(long, default_value = "en_US")]
    language: String,
    /// Recipients: a header line `to,1,2,…`, then a line per person.
    #[arg(long)]
    csv: PathBuf,
    /// File for the lines that were rejected, with number and reason.
    #[arg(long)]
    rejects: PathBuf,
    /// Name of the campaign.
    #[arg(long, default_value = "campaign")]
    name: String,
    /// What to do with a message whose fate stays unknown: at_most_once or at_least_once.
    #[arg(long, default_value = "at_most_once", value_parser = ["at_most_once", "at_least_once"])]
    unknown_policy: String,
    #[command(flatten)]
    rules: rules::RuleOptions,
}

#[derive(Debug, Deserialize)]
struct Created {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Uploaded {
    accepted: u64,
    rejected: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Progress {
    queued: u64,
    accepted: u64,
    sent: u64,
    delivered: u64,
    read: u64,
    failed: u64,
    rejected: u64,
    expired: u64,
    cancelled: u64,
    unknown: u64,
    unconfirmed: u64,
}

#[derive(Debug, Deserialize)]
struct State {
    id: String,
    name: String,
    state: String,
    recipients: u64,
    progress: Progress,
}

/// Carries out a campaign command.
pub(crate) async fn campaign(command: CampaignCommand) -> anyhow::Result<()> {
    match command {
        CampaignCommand::Run(options) => run(&options).await,
        CampaignCommand::List(options) => control::list(&options).await,
        CampaignCommand::Show(one) => control::show(&one).await,
        CampaignCommand::Start(options) => control::start(&options).await,
        CampaignCommand::Pause(one) => control::control(&one, "pause").await,
        CampaignCommand::Resume(one) => control::control(&one, "resume").await,
        CampaignCommand::Cancel(one) => control::control(&one, "cancel").await,
        CampaignCommand::Clone(options) => control::clone(&options).await,
        CampaignCommand::Retry(options) => control::retry(options).await,
    }
}

async fn run(options: &CampaignRun) -> anyhow::Result<()> {
    let api = Api::new(&options.api)?;
    let id = create(&api, options).await?;
    println!("campaign_id={id}");
    upload(&api, options, &id).await?;
    api.post_json(&format!("/v1/campaigns/{id}:start"), &json!({})).await?;
    let begun = std::time::Instant::now();
    let done = watch(&api, &id).await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{}: accepted {}, sent {}, delivered {}, read {}, failed {}, rejected {}, unknown {}, unconfirmed {} after {seconds:.1} s",
        done.state,
        done.progress.accepted,
        done.progress.sent,
        done.progress.delivered,
        done.progress.read,
        done.progress.failed,
        done.progress.rejected,
        done.progress.unknown,
        done.progress.unconfirmed,
    );
    Ok(())
}

async fn create(api: &Api, options: &CampaignRun) -> anyhow::Result<String> {
    let mut body = json!({
        "name": options.name,
        "sender_id": options.sender,
        "template": { "name": options.template, "language": options.language },
        "unknown_policy": options.unknown_policy,
    });
    options.rules.add_to(&mut body);
    let answer = api.post_json("/v1/campaigns", &body).await?;
    let created: Created = serde_json::from_slice(&answer).context("answer of POST /v1/campaigns")?;
    Ok(created.id)
}

/// Uploads the file in chunks, each with the header line, and writes the rejected lines.
async fn upload(api: &Api, options: &CampaignRun, id: &str) -> anyhow::Result<()> {
    let path = options.csv.display();
    let text = std::fs::read_to_string(&options.csv).with_context(|| format!("--csv {path}"))?;
    let (header, mut rest) =
        text.split_once('\n').with_context(|| format!("--csv {path}: there is no line after the header"))?;
    let (mut accepted, mut rejected) = (0, 0);
    for chunk in 0.. {
        let end = if rest.len() <= CHUNK_BYTES {
            rest.len()
        } else {
            rest[..CHUNK_BYTES].rfind('\n').map_or(rest.len(), |at| at + 1)
        };
        let (piece, tail) = rest.split_at(end);
        let body = format!("{header}\n{piece}");
        let answer =
            api.post_bytes(&format!("/v1/campaigns/{id}/recipients?chunk={chunk}"), "text/csv", body.into()).await?;
        let uploaded: Uploaded = serde_json::from_slice(&answer).context("answer of the upload")?;
        accepted += uploaded.accepted;
        rejected += uploaded.rejected;
        rest = tail;
        if rest.is_empty() {
            break;
        }
    }
    let lines = api.get(&format!("/v1/campaigns/{id}/rejects")).await?;
    let mut file =
        std::fs::File::create(&options.rejects).with_context(|| format!("--rejects {}", options.rejects.display()))?;
    file.write_all(&lines)?;
    println!("{accepted} recipients accepted, {rejected} lines rejected: see {}", options.rejects.display());
    Ok(())
}

/// Shows progress until the campaign is completed and its statuses have stopped coming.
async fn watch(api: &Api, id: &str) -> anyhow::Result<State> {
    let bar = ProgressBar::new(1);
    let style = ProgressStyle::with_template("{elapsed_precise} [{bar:32}] {pos}/{len} {msg}")?;
    bar.set_style(style.progress_chars("=> "));
    let mut last = None;
    let mut quiet_since = std::time::Instant::now();
    let mut away_since = None;
    loop {
        let answer = match api.get(&format!("/v1/campaigns/{id}")).await {
            Ok(answer) => answer,
            Err(error) => {
                // The campaign goes on without us: an API that is restarted is asked again.
                let since = *away_since.get_or_insert_with(std::time::Instant::now);
                anyhow::ensure!(since.elapsed() < AWAY_MAX, error);
                bar.set_message("the API does not answer; asking again");
                tokio::time::sleep(ASK_EVERY).await;
                continue;
            }
        };
        away_since = None;
        let state: State = serde_json::from_slice(&answer).context("answer of GET /v1/campaigns/{id}")?;
        let now = state.progress;
        bar.set_length(state.recipients);
        bar.set_position(now.accepted + now.rejected + now.expired + now.cancelled + now.unconfirmed);
        bar.set_message(format!(
            "queued {} sent {} delivered {} read {} failed {} unknown {}",
            now.queued, now.sent, now.delivered, now.read, now.failed, now.unknown
        ));
        if last != Some(now) {
            last = Some(now);
            quiet_since = std::time::Instant::now();
        }
        let settled = now.delivered + now.failed >= now.accepted;
        if ["completed", "cancelled"].contains(&state.state.as_str()) && (settled || quiet_since.elapsed() > QUIET_MAX)
        {
            bar.finish();
            return Ok(state);
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}
