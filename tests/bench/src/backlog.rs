//! A backlog of statuses: they pile up in the log while no worker runs, and are then applied; beside it what Postgres takes
//! when the same rows are written by bare batched commits.

use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use http::Request;
use http_body_util::Full;
use posthaste_meta::Secret;
use tokio::time::{Instant, sleep};

use crate::api::Api;
use crate::bare;
use crate::bodies::{self, Status};
use crate::clock::{now_ms, seconds};
use crate::figures::Figures;
use crate::load::{self, Load, Outcome, Pace, Until};
use crate::process::load_average;
use crate::simulator::Sent;
use crate::tenants::Tenants;
use crate::world::{Plan, Site, World, sender};

/// Messages a second of each number: what Meta grants at most.
const LIMIT: u32 = 1_000;
/// Statuses that are reported of each message, in the order in which they come.
const KINDS: [&str; 3] = ["sent", "delivered", "read"];
/// Statuses in one webhook.
const BATCH: usize = 20;
/// Connections over which webhooks are posted.
const CONNECTIONS: usize = 64;
/// How often progress is asked for.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// Longest time for the campaigns, and for the backlog, per 1,000 messages; and a minute more.
const PATIENCE_PER_THOUSAND: Duration = Duration::from_secs(6);
/// Applied a second, of what bare commits reach.
const SHARE_MIN: f64 = 0.5;

/// Options of `backlog`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    site: Site,
    /// Messages; each has three statuses.
    #[arg(long)]
    messages: u32,
    /// Numbers that have sent them.
    #[arg(long)]
    senders: u32,
}

impl Options {
    fn patience(&self) -> Duration {
        Duration::from_secs(60) + PATIENCE_PER_THOUSAND * self.messages.div_ceil(1_000)
    }
}

/// When the backlog was drained, in unix milliseconds.
#[derive(Debug)]
struct Drained {
    started_ms: u64,
    first_ms: u64,
    last_ms: u64,
    /// Statuses that had been applied at the first look that saw any.
    at_first: u64,
}

/// One run.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let load_average = load_average();
    let tenants = Tenants { tenants: 1, senders: options.senders, limit: LIMIT };
    let plan = Plan { tenants, workers: 1, webhooks: false, simulator: Vec::new() };
    let mut world = World::start(&options.site, &plan).await?;
    let api = options.site.api_of(0);
    let campaigns = send(options, &api).await?;
    let sent = world.simulator.messages(0, u64::MAX).await?;
    world.workers[0].stop().await?;
    eprintln!("{} messages sent; the worker is stopped", sent.len());
    let posted = report(options, &sent).await;
    anyhow::ensure!(posted.failed() == 0, "webhooks were refused: {:?}", posted.errors);
    let statuses = (sent.len() * KINDS.len()) as u64;
    eprintln!("{statuses} statuses wait in the log");
    let meter = world.meter()?;
    let drained = drain(options, &mut world, &api, &campaigns, statuses).await?;
    let spent = meter.spent(&world)?;
    world.workers[0].stop().await?;
    let bare = bare::commits(&options.site, KINDS.len()).await?;

    let mut figures = Figures::default();
    figures.number("statuses", 0, statuses as f64);
    figures.number("webhooks: statuses/s taken by the edge", 0, posted.rate() * BATCH as f64);
    let applied = (statuses - drained.at_first) as f64 / seconds(drained.first_ms, drained.last_ms);
    figures.number("applied/s, first to last", 0, applied);
    let whole = statuses as f64 / seconds(drained.started_ms, drained.last_ms);
    figures.number("applied/s, from the start of the worker", 0, whole);
    figures.number("bare commits: connections", 0, bare.connections as f64);
    figures.number("bare commits: rows/s", 0, bare.rows_per_second());
    figures.number("applied of bare, %", 0, 100.0 * applied / bare.rows_per_second());
    figures.target("at least 50 %", applied >= SHARE_MIN * bare.rows_per_second());
    for (name, seconds) in &spent.each {
        figures.number(&format!("{name}: CPU-s per 1,000 statuses"), 3, seconds * 1_000.0 / statuses as f64);
    }
    let mut exact = true;
    for id in &campaigns {
        let progress = api.campaign(id).await?.progress;
        let each = progress.accepted;
        exact &= [progress.statuses.sent, progress.statuses.delivered, progress.statuses.read] == [each; 3];
    }
    figures.check("every status of every message counts once", exact);
    figures.check("the same rows in both", bare.rows == statuses);
    figures.number("CPU outside these processes, %", 0, spent.others_percent);
    figures.number("load average at the start", 2, load_average);
    figures.append(&options.site.out)?;
    world.end().await
}

/// Sends everything, and waits until Meta has accepted it.
async fn send(options: &Options, api: &Api) -> anyhow::Result<Vec<String>> {
    let each = options.messages / options.senders;
    let mut campaigns = Vec::new();
    for index in 0..options.senders {
        let id = api.campaign_of(&sender(index), index * each, each).await?;
        api.control(&id, "start").await?;
        campaigns.push(id);
    }
    for id in &campaigns {
        api.completed(id, options.patience()).await?;
    }
    Ok(campaigns)
}

/// Posts a status of every message, then the next of every message, as Meta does: the statuses of one message lie apart.
async fn report(options: &Options, sent: &[Sent]) -> Outcome {
    let secret = Secret::new(&options.site.secret);
    let per_kind = sent.len().div_ceil(BATCH);
    let request = |number: u64| {
        let (kind, at) = (number as usize / per_kind, number as usize % per_kind * BATCH);
        let of = |sent: &Sent| Status {
            kind: KINDS[kind],
            wamid: sent.wamid.clone(),
            contact: sent.to.clone(),
            token: sent.token.clone().unwrap_or_default(),
        };
        // A webhook is about one number: those of a batch are, when the batch is cut where the number changes.
        let batch = &sent[at..sent.len().min(at + BATCH)];
        let groups: Vec<(&str, Vec<Status>)> = batch
            .chunk_by(|one, other| one.number == other.number)
            .map(|group| (group[0].number.as_str(), group.iter().map(of).collect()))
            .collect();
        let signed = bodies::sign(&secret, &bodies::webhook_of(&groups));
        Request::post("/webhooks/meta/demo")
            .header(http::header::HOST, "localhost")
            .header(http::header::CONTENT_TYPE, "application/json")
            .header(posthaste_meta::signature::HEADER, signed.signature)
            .body(Full::<Bytes>::new(signed.body))
            .expect("parts that were made a moment ago")
    };
    let target = ([127, 0, 0, 1], options.site.edge_port).into();
    let until = Until::Requests((per_kind * KINDS.len()) as u64);
    load::apply(&Load { target, request: &request, connections: CONNECTIONS, pace: Pace::Max, until }).await
}

/// Starts the worker and waits until every status has been applied.
async fn drain(
    options: &Options,
    world: &mut World,
    api: &Api,
    campaigns: &[String],
    statuses: u64,
) -> anyhow::Result<Drained> {
    let deadline = Instant::now() + options.patience();
    let started_ms = now_ms();
    world.workers[0].spawn()?;
    let (mut first_ms, mut at_first) = (started_ms, 0);
    loop {
        let mut applied = 0;
        for id in campaigns {
            applied += api.campaign(id).await?.progress.statuses.total();
        }
        if at_first == 0 && applied > 0 {
            (first_ms, at_first) = (now_ms(), applied);
        }
        if applied >= statuses {
            return Ok(Drained { started_ms, first_ms, last_ms: now_ms(), at_first });
        }
        anyhow::ensure!(Instant::now() < deadline, "{applied} of {statuses} statuses are applied, and time is up");
        sleep(ASK_EVERY).await;
    }
}
