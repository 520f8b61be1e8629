//! Failover: two workers, one of which is killed again and again and comes back when its numbers send once more.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use tokio::time::{Instant, sleep};

use crate::api::Api;
use crate::clock::{now_ms, seconds};
use crate::figures::{Figures, percentile};
use crate::process::load_average;
use crate::simulator::Sent;
use crate::tenants::{Tenants, admin};
use crate::world::{Plan, Site, World, sender};

const WORKERS: usize = 2;
/// How often it is looked whether all numbers send.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What arrives later than this after a kill was sent by somebody who lives.
const LEFTOVERS_MS: u64 = 100;
/// Longest wait until all numbers send again.
const RESUME_MAX: Duration = Duration::from_secs(60);
/// All numbers send when each has been seen to within this time.
const STEADY_MS: u64 = 2_000;
/// After a worker has come back: the hand-over of numbers to it happens within this time.
const HAND_OVER: Duration = Duration::from_secs(8);
/// Before a kill, and a part of it more.
const RUNS_MS: (u64, u64) = (1_000, 4_000);
/// Longest time from a kill until all numbers send again, and longest gap of a hand-over.
const TARGET_S: f64 = 15.0;
/// Seconds that one kill takes, at most on average: the campaigns must last.
const KILL_S: u32 = 45;
/// Longest wait for the end of the campaigns.
const PATIENCE: Duration = Duration::from_secs(180);

/// Options of `failover`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    site: Site,
    /// Kills.
    #[arg(long)]
    kills: u32,
    /// Numbers that send.
    #[arg(long)]
    senders: u32,
    /// Messages a second of each.
    #[arg(long)]
    limit: u32,
}

/// What was seen, number by number.
#[derive(Debug, Default)]
struct Seen {
    upto: u64,
    times: BTreeMap<String, Vec<u64>>,
}

impl Seen {
    fn add(&mut self, sent: Vec<Sent>) {
        for sent in sent {
            self.upto = self.upto.max(sent.index);
            self.times.entry(sent.number).or_default().push(sent.accepted_at_ms);
        }
    }

    /// When the last number came to send again after this time; `None` while one has not.
    fn resumed_ms(&self, after_ms: u64, numbers: u32) -> Option<u64> {
        if self.times.len() < numbers as usize {
            return None;
        }
        let first = |times: &Vec<u64>| times.get(times.partition_point(|at| *at < after_ms)).copied();
        self.times.values().map(first).try_fold(0, |latest, at| Some(latest.max(at?)))
    }

    /// The longest time without a send of any number within a span.
    fn longest_gap_ms(&self, from_ms: u64, to_ms: u64) -> u64 {
        let of = |times: &Vec<u64>| {
            let within: Vec<u64> = times.iter().copied().filter(|at| (from_ms..to_ms).contains(at)).collect();
            within.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).max().unwrap_or(to_ms - from_ms)
        };
        self.times.values().map(of).max().unwrap_or(0)
    }
}

/// One run.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let load_average = load_average();
    let tenants = Tenants { tenants: 1, senders: options.senders, limit: options.limit };
    let plan = Plan { tenants, workers: WORKERS, webhooks: true, simulator: Vec::new() };
    let mut world = World::start(&options.site, &plan).await?;
    let api = options.site.api_of(0);
    let campaigns = start(options, &api).await?;
    let mut seen = Seen::default();
    resumed(&world, &mut seen, now_ms(), options.senders).await?;
    let (mut kills, mut hand_overs) = (Vec::new(), Vec::new());
    for kill in 0..options.kills {
        let (least, more) = RUNS_MS;
        sleep(Duration::from_millis(least + u64::from(kill) * 1_370 % more)).await;
        // A kill that strikes before the hand-over has come to rest would be two faults at once.
        resumed(&world, &mut seen, now_ms() - STEADY_MS, options.senders).await?;
        let victim = kill as usize % WORKERS;
        world.workers[victim].kill()?;
        let killed_ms = now_ms();
        let resumed_ms = resumed(&world, &mut seen, killed_ms + LEFTOVERS_MS, options.senders).await?;
        kills.push(seconds(killed_ms, resumed_ms));
        let back_ms = now_ms();
        world.workers[victim].spawn()?;
        world.workers[victim].ready().await?;
        sleep(HAND_OVER).await;
        seen.add(world.simulator.messages(seen.upto, u64::MAX).await?);
        hand_overs.push(seen.longest_gap_ms(back_ms, now_ms()) as f64 / 1_000.0);
        eprintln!(
            "kill {} of {}: all numbers send again after {:.1} s",
            kill + 1,
            options.kills,
            seconds(killed_ms, resumed_ms)
        );
    }
    let (accepted, given_up, released) = end(&api, &campaigns).await?;
    let open: i64 = admin(&options.site).await?.query_one("SELECT count(*) FROM attempt WHERE open", &[]).await?.get(0);
    let ledger = world.simulator.ledger().await?;

    let mut figures = Figures::default();
    figures.number("kills", 0, f64::from(options.kills));
    for (label, times) in [
        ("kill -9 until all numbers send", &kills),
        ("longest gap of a number when the worker comes back", &hand_overs),
    ] {
        for (name, share) in [("p50", 0.5), ("max", 1.0)] {
            figures.number(&format!("{label}: {name}, s"), 1, percentile(times, share));
        }
        figures.target(&format!("{label}: within 15 s"), percentile(times, 1.0) <= TARGET_S);
    }
    figures.number("messages accepted by the simulator", 0, ledger.accepted as f64);
    figures.number("most sends of a number in any sliding second", 0, ledger.send_rate_max() as f64);
    figures.number("attempts without a named outcome", 0, open as f64);
    figures.check("no breach", ledger.breaches() == 0);
    figures.check("nothing sent twice", ledger.duplicate_intents == 0);
    figures.check("every attempt has a named outcome", open == 0 && accepted + given_up == released);
    figures.check("accepted by the API as by the ledger", accepted == ledger.accepted);
    figures.number("load average at the start", 2, load_average);
    figures.append(&options.site.out)?;
    world.end().await
}

async fn start(options: &Options, api: &Api) -> anyhow::Result<Vec<String>> {
    let each = options.limit * KILL_S * (options.kills + 1);
    let mut campaigns = Vec::new();
    for index in 0..options.senders {
        campaigns.push(api.campaign_of(&sender(index), index * each, each).await?);
    }
    for id in &campaigns {
        api.control(id, "start").await?;
    }
    Ok(campaigns)
}

/// Waits until every number has sent after this time; gives when the last of them did.
async fn resumed(world: &World, seen: &mut Seen, after_ms: u64, numbers: u32) -> anyhow::Result<u64> {
    let begun = Instant::now();
    loop {
        seen.add(world.simulator.messages(seen.upto, u64::MAX).await?);
        if let Some(at_ms) = seen.resumed_ms(after_ms, numbers) {
            return Ok(at_ms);
        }
        anyhow::ensure!(begun.elapsed() < RESUME_MAX, "a number has not sent for {RESUME_MAX:?}");
        sleep(LOOK_EVERY).await;
    }
}

/// Cancels the campaigns and waits until each message has its end; gives accepted, given up and released ones.
async fn end(api: &Api, campaigns: &[String]) -> anyhow::Result<(u64, u64, u64)> {
    for id in campaigns {
        api.control(id, "cancel").await?;
    }
    let mut sum = (0, 0, 0);
    for id in campaigns {
        let progress = api.completed(id, PATIENCE).await?.progress;
        sum = (sum.0 + progress.accepted, sum.1 + progress.given_up(), sum.2 + progress.released);
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(numbers: &[(&str, &[u64])]) -> Seen {
        let times = numbers.iter().map(|(number, times)| ((*number).to_owned(), times.to_vec())).collect();
        Seen { upto: 0, times }
    }

    #[test]
    fn sending_has_resumed_when_the_last_number_has() {
        let both = seen(&[("a", &[0, 10, 20, 30]), ("b", &[0, 10, 900])]);
        assert_eq!(both.resumed_ms(15, 2), Some(900));
        assert_eq!(both.resumed_ms(901, 2), None);
        assert_eq!(both.resumed_ms(15, 3), None, "a number that was never seen");
    }

    #[test]
    fn the_longest_gap_is_that_of_any_number() {
        let both = seen(&[("a", &[0, 10, 20, 30]), ("b", &[0, 10, 900])]);
        assert_eq!(both.longest_gap_ms(0, 1_000), 890);
        assert_eq!(both.longest_gap_ms(500, 700), 200, "silence is a gap");
    }
}
