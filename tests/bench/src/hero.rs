//! The hero run: one number at its limit for minutes, all its statuses, and a `kill -9` of the worker in the middle.

use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use http::Request;
use http_body_util::Full;
use posthaste_model::{CampaignId, IntentId};
use tokio::time::{Instant, sleep};

use crate::api::{Api, Campaign};
use crate::clock::{now_ms, seconds};
use crate::curve::{Lags, Point};
use crate::figures::Figures;
use crate::load::{self, Load, Outcome, Pace, Until};
use crate::process::load_average;
use crate::simulator::{Ledger, Sent};
use crate::tenants::{Tenants, key};
use crate::world::{Plan, Site, Spent, World, sender};

/// How often API and simulator are asked: the resolution of lags.
const ASK_EVERY: Duration = Duration::from_millis(50);
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// Longest wait for the first send: a fresh JVM compiles.
const FIRST_MAX: Duration = Duration::from_secs(60);
/// The second lag leaves out the time without sends after the kill, and so much before and after it.
const RECOVERY_MS: u64 = 10_000;
/// What may have happened just before the kill was noticed.
const BEFORE_KILL_MS: u64 = 200;
/// Messages that requests for single messages go to, from the first on.
const MESSAGES_ASKED: u64 = 1_000;
/// Connections of the API's load.
const CONNECTIONS: usize = 64;
/// Memory that our processes may have together, in MiB.
const MEMORY_MAX_MIB: f64 = 1024.0;
/// Greatest p99 of a status, in seconds.
const LAG_MAX_S: f64 = 1.0;
/// Greatest p99 of an API request, in milliseconds.
const API_MAX_MS: f64 = 100.0;

/// Options of `hero`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    site: Site,
    /// Messages, in seconds of the limit.
    #[arg(long)]
    seconds: u32,
    /// Messages a second that the number may send.
    #[arg(long)]
    limit: u32,
    /// Requests a second to the API meanwhile; 0 for none.
    #[arg(long, default_value_t = 0)]
    api_rate: u32,
    /// Leave the worker alone.
    #[arg(long)]
    no_kill: bool,
    /// Time to the simulator's answers, MIN..MAX in milliseconds.
    #[arg(long)]
    latency_ms: Option<String>,
}

/// What was seen of the run.
#[derive(Debug)]
struct Watched {
    ledger: Ledger,
    campaign: Campaign,
    reported: Vec<Point>,
    applied: Vec<Point>,
    /// When the worker was killed, and how many messages had been accepted by then.
    killed: Option<Point>,
    applied_at_ms: u64,
}

/// One run.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let load_average = load_average();
    let plan = Plan {
        tenants: Tenants { tenants: 1, senders: 1, limit: options.limit },
        workers: 1,
        webhooks: true,
        simulator: options.latency_ms.iter().flat_map(|range| ["--latency-ms".into(), range.clone()]).collect(),
    };
    let mut world = World::start(&options.site, &plan).await?;
    let api = options.site.api_of(0);
    let recipients = options.seconds * options.limit;
    let id = api.campaign_of(&sender(0), 0, recipients).await?;
    let meter = world.meter()?;
    api.control(&id, "start").await?;
    world
        .simulator
        .until("the first send", FIRST_MAX, |ledger| ledger.accepted >= MESSAGES_ASKED.min(u64::from(recipients)))
        .await?;
    let simulator = world.simulator.clone();
    let (watched, outcome) = tokio::join!(watch(options, &mut world, &api, &id, recipients), load_api(options, &id));
    let watched = watched?;
    let spent = meter.spent(&world)?;
    let around = match watched.killed {
        Some(killed) => {
            simulator.messages(killed.count.saturating_sub(u64::from(options.limit)), around(options)).await?
        }
        None => Vec::new(),
    };
    let figures = figures(options, &world, &watched, &spent, &around, outcome?.as_ref(), load_average)?;
    figures.append(&options.site.out)?;
    world.end().await
}

/// Messages around the kill that are looked at: some seconds before, and what a minute can bring after it.
fn around(options: &Options) -> u64 {
    u64::from(options.limit) * 62
}

/// Follows the campaign until everything about it has been applied; kills the worker at half way.
async fn watch(options: &Options, world: &mut World, api: &Api, id: &str, recipients: u32) -> anyhow::Result<Watched> {
    let recipients = u64::from(recipients);
    let deadline = Instant::now() + Duration::from_secs(u64::from(options.seconds) * 3 + 120);
    let (mut reported, mut applied, mut killed) = (Vec::new(), Vec::new(), None);
    let mut told = Instant::now();
    loop {
        let ledger = world.simulator.ledger().await?;
        reported.push(Point { at_ms: now_ms(), count: ledger.statuses_generated.total() });
        let campaign = api.campaign(id).await?;
        let statuses = campaign.progress.statuses;
        applied.push(Point { at_ms: now_ms(), count: statuses.total() });
        if killed.is_none() && !options.no_kill && ledger.accepted * 2 >= recipients {
            killed = Some(Point { at_ms: now_ms(), count: ledger.accepted });
            eprintln!("kill -9 of the worker after {} of {recipients} messages", ledger.accepted);
            world.workers[0].kill()?;
            world.workers[0].spawn()?;
        }
        if told.elapsed() > TELL_EVERY {
            told = Instant::now();
            let (accepted, generated) = (ledger.accepted, ledger.statuses_generated.total());
            eprintln!("{accepted} of {recipients} sent, {} of {generated} statuses applied", statuses.total());
        }
        let done = campaign.completed_at.is_some() && ledger.is_reported() && statuses == ledger.statuses_generated;
        if done || Instant::now() > deadline {
            return Ok(Watched { ledger, campaign, reported, applied, killed, applied_at_ms: now_ms() });
        }
        sleep(ASK_EVERY).await;
    }
}

/// Asks for the campaign and for single messages in turn, for as long as the campaign is planned to take.
async fn load_api(options: &Options, id: &str) -> anyhow::Result<Option<Outcome>> {
    if options.api_rate == 0 {
        return Ok(None);
    }
    let campaign: CampaignId = id.parse()?;
    let bearer = format!("Bearer {}", key(0));
    let request = |number: u64| {
        let ordinal = u32::try_from(number % MESSAGES_ASKED).expect("below a thousand");
        let path = if number.is_multiple_of(2) {
            format!("/v1/campaigns/{id}")
        } else {
            format!("/v1/messages/{}", IntentId::of_recipient(campaign, ordinal))
        };
        Request::get(path)
            .header(http::header::HOST, "localhost")
            .header(http::header::AUTHORIZATION, &bearer)
            .body(Full::<Bytes>::default())
            .expect("digits and letters")
    };
    let load = Load {
        target: ([127, 0, 0, 1], options.site.api_port).into(),
        request: &request,
        connections: CONNECTIONS,
        pace: Pace::Rate(f64::from(options.api_rate)),
        until: Until::Elapsed(Duration::from_secs(u64::from(options.seconds))),
    };
    Ok(Some(load::apply(&load).await))
}

/// The longest time without a send after the kill: from, to.
fn outage(killed: Option<Point>, around: &[Sent]) -> Option<(u64, u64)> {
    let killed = killed?;
    let times: Vec<u64> = around.iter().map(|sent| sent.accepted_at_ms).collect();
    let after = times.windows(2).filter(|pair| pair[1] + BEFORE_KILL_MS >= killed.at_ms);
    after.map(|pair| (pair[0], pair[1])).max_by_key(|(from, to)| to.saturating_sub(*from))
}

fn figures(
    options: &Options,
    world: &World,
    watched: &Watched,
    spent: &Spent,
    around: &[Sent],
    api: Option<&Outcome>,
    load_average: f64,
) -> anyhow::Result<Figures> {
    let mut figures = Figures::default();
    let gap = outage(watched.killed, around);
    rates(&mut figures, options, watched, gap)?;
    lags(&mut figures, watched, gap);
    exactness(&mut figures, options, watched);
    if let Some(outcome) = api {
        figures.number("API: requests/s", 0, outcome.rate());
        for (label, share) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] {
            figures.number(&format!("API: {label}, ms"), 1, outcome.percentile_ms(share));
        }
        figures.number("API: errors", 0, outcome.failed() as f64);
        figures.target("API: p99 under 100 ms", outcome.percentile_ms(0.99) < API_MAX_MS);
    }
    let thousands = watched.ledger.accepted as f64 / 1_000.0;
    for (name, seconds) in &spent.each {
        figures.number(&format!("{name}: CPU-s per 1,000 messages"), 3, seconds / thousands);
    }
    for (name, mib) in world.peaks_mib()? {
        figures.number(&format!("{name}: peak RSS, MiB"), 0, mib);
    }
    let ours = world.ours_mib()?;
    figures.number("edge, API and worker together, MiB", 0, ours);
    figures.target("together under 1 GiB", ours < MEMORY_MAX_MIB);
    figures.number("CPU outside these processes, %", 0, spent.others_percent);
    figures.number("load average at the start", 2, load_average);
    Ok(figures)
}

fn rates(figures: &mut Figures, options: &Options, watched: &Watched, gap: Option<(u64, u64)>) -> anyhow::Result<()> {
    let ledger = &watched.ledger;
    let (first, last) = ledger.span_ms()?;
    let silent = gap.map_or(0.0, |(from, to)| seconds(from, to));
    let steady = ledger.accepted as f64 / (seconds(first, last) - silent);
    figures.number("messages accepted by the simulator", 0, ledger.accepted as f64);
    figures.number("sends/s, first to last", 0, ledger.accepted as f64 / seconds(first, last));
    figures.number("longest time without a send after the kill, s", 1, gap.map_or(f64::NAN, |_| silent));
    figures.number("sends/s without that time", 0, steady);
    figures.target("that is within 1 % of the limit", steady >= 0.99 * f64::from(options.limit));
    figures.number("most sends in any sliding second", 0, ledger.send_rate_max() as f64);
    figures.number("that second ended, s after the first send", 1, ledger.fullest_second_s());
    figures.number("statuses applied", 0, watched.campaign.progress.statuses.total() as f64);
    figures.number("last send to all statuses applied, s", 1, seconds(last, watched.applied_at_ms));
    figures.number("webhook POSTs repeated", 0, ledger.webhook_retries as f64);
    Ok(())
}

fn lags(figures: &mut Figures, watched: &Watched, gap: Option<(u64, u64)>) {
    let all = Lags::between(&watched.reported, &watched.applied, &[]);
    let spans: Vec<(u64, u64)> = gap.iter().map(|(from, to)| (from - RECOVERY_MS, to + RECOVERY_MS)).collect();
    let steady = Lags::between(&watched.reported, &watched.applied, &spans);
    figures.number("status lag: p50, s", 2, all.percentile_s(0.5));
    figures.number("status lag: p99, s", 2, all.percentile_s(0.99));
    figures.number("status lag: max, s", 2, all.percentile_s(1.0));
    figures.target("status lag: p99 under 1 s", all.percentile_s(0.99) < LAG_MAX_S);
    figures.number("status lag without the kill and 10 s around it: p99, s", 2, steady.percentile_s(0.99));
}

fn exactness(figures: &mut Figures, options: &Options, watched: &Watched) {
    let (ledger, progress) = (&watched.ledger, &watched.campaign.progress);
    let recipients = u64::from(options.seconds) * u64::from(options.limit);
    let named = progress.accepted + progress.given_up();
    let breaches = ledger.breaches();
    figures.number("breaches of throughput or pair limit", 0, breaches as f64);
    figures.number("messages sent twice", 0, ledger.duplicate_intents as f64);
    figures.number("lost: without a named outcome", 0, recipients.saturating_sub(named) as f64);
    figures.number("given up and named as such", 0, progress.given_up() as f64);
    figures.check("no breach", breaches == 0);
    figures.check("nothing sent twice", ledger.duplicate_intents == 0);
    figures.check("nothing lost", named == recipients && progress.accepted == ledger.accepted);
    figures.check("applied statuses equal the ledger", progress.statuses == ledger.statuses_generated);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_without_a_send_is_the_longest_one_after_the_kill() {
        let sent = |at: u64| Sent {
            index: 0,
            number: String::new(),
            to: String::new(),
            accepted_at_ms: at,
            wamid: String::new(),
            token: None,
        };
        let around: Vec<Sent> = [0, 9_000, 10_000, 12_500, 12_501].into_iter().map(sent).collect();
        let killed = Some(Point { at_ms: 10_050, count: 0 });
        assert_eq!(outage(killed, &around), Some((10_000, 12_500)));
        assert_eq!(outage(None, &around), None);
    }
}
