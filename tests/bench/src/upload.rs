//! A large campaign's recipients: how fast they are taken, how soon it can be started, and what the API's memory does.

use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use tokio::time::sleep;

use crate::api::Api;
use crate::app::App;
use crate::clock::{now_ms, seconds};
use crate::figures::Figures;
use crate::process::load_average;
use crate::recipients;
use crate::tenants::Tenants;
use crate::world::{Plan, Site, World, sender};

/// How often the API's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Longest wait for the first send, and for the end of the cancelled campaign.
const PATIENCE: Duration = Duration::from_secs(120);
/// Messages a second that the number may send: as good as any.
const LIMIT: u32 = 1_000;
/// From the last byte of the upload to the campaign's acceptance.
const ACCEPTED_MAX_S: f64 = 20.0;
/// Growth of the API's memory, in MiB.
const GROWTH_MAX_MIB: f64 = 100.0;

/// Options of `upload`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    site: Site,
    /// Recipients.
    #[arg(long)]
    recipients: u32,
    /// Lines of one upload.
    #[arg(long)]
    lines: u32,
}

/// Times in unix milliseconds.
#[derive(Debug)]
struct Uploaded {
    begun_ms: u64,
    bytes: u64,
    last_byte_ms: u64,
    answered_ms: u64,
}

/// One run.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let load_average = load_average();
    let tenants = Tenants { tenants: 1, senders: 1, limit: LIMIT };
    let plan = Plan { tenants, workers: 1, webhooks: true, simulator: Vec::new() };
    let world = World::start(&options.site, &plan).await?;
    let api = options.site.api_of(0);
    let id = api.draft(&sender(0)).await?;
    let resident_mib = world.api.resident_mib()?;
    let meter = world.meter()?;
    let (uploaded, most_mib) = tokio::select! {
        uploaded = upload(options, &api, &id) => (uploaded?, world.api.peak_mib()?),
        error = watch(&world.api) => return Err(error),
    };
    let spent = meter.spent(&world)?;
    api.control(&id, "start").await?;
    let started_ms = now_ms();
    let ledger = world.simulator.until("the first send", PATIENCE, |ledger| ledger.accepted > 0).await?;
    let campaign = api.control(&id, "cancel").await?;
    api.completed(&id, PATIENCE).await?;
    let whole = seconds(uploaded.begun_ms, uploaded.answered_ms);
    let since_end = |at_ms: u64| seconds(uploaded.last_byte_ms, at_ms);
    let mut figures = Figures::default();
    figures.number("recipients", 0, campaign.recipients as f64);
    figures.number("upload, s", 1, whole);
    figures.number("upload: lines/s", 0, f64::from(options.recipients) / whole);
    figures.number("upload: MiB/s", 1, uploaded.bytes as f64 / 1_048_576.0 / whole);
    figures.number("end of the upload to its answer, s", 2, since_end(uploaded.answered_ms));
    figures.number("end of the upload to the campaign's acceptance (started), s", 2, since_end(started_ms));
    figures.number("end of the upload to the first POST, s", 2, since_end(ledger.span_ms()?.0));
    figures.target("accepted within 20 s", since_end(started_ms) < ACCEPTED_MAX_S);
    figures.number("API: RSS before, MiB", 0, resident_mib);
    figures.number("API: peak RSS, MiB", 0, most_mib);
    figures.number("API: growth, MiB", 0, most_mib - resident_mib);
    figures.target("growth under 100 MiB", most_mib - resident_mib < GROWTH_MAX_MIB);
    for (name, seconds) in &spent.each {
        figures.number(&format!("{name}: CPU-s per 1,000,000 lines"), 1, seconds * 1e6 / f64::from(options.recipients));
    }
    figures.check("every line is a recipient", campaign.recipients == u64::from(options.recipients));
    figures.number("CPU outside these processes, %", 0, spent.others_percent);
    figures.number("load average at the start", 2, load_average);
    figures.append(&options.site.out)?;
    world.end().await
}

/// Uploads everything, one piece after the other.
async fn upload(options: &Options, api: &Api, id: &str) -> anyhow::Result<Uploaded> {
    let from = (0..options.recipients).step_by(options.lines as usize);
    let pieces: Vec<Bytes> = from
        .map(|first| Ok(recipients::csv(first, options.lines.min(options.recipients - first))?.into()))
        .collect::<anyhow::Result<_>>()?;
    let bytes = pieces.iter().map(|piece| piece.len() as u64).sum();
    let begun_ms = now_ms();
    let mut last_byte_ms = begun_ms;
    for (chunk, piece) in (0..).zip(pieces) {
        last_byte_ms = api.upload(id, chunk, piece).await?;
    }
    Ok(Uploaded { begun_ms, bytes, last_byte_ms, answered_ms: now_ms() })
}

/// Tells how the API's memory grows; ends only when it cannot be seen any more.
async fn watch(api: &App) -> anyhow::Error {
    let mut told = 0.0;
    loop {
        match api.resident_mib() {
            Ok(mib) if mib > told * 1.25 => {
                told = mib;
                eprintln!("the API has {mib:.0} MiB");
            }
            Ok(_) => {}
            Err(error) => return error,
        }
        sleep(LOOK_EVERY).await;
    }
}
