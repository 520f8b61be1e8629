//! What the Graph simulator counted: the truth that every run is judged by.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use crate::fetch::Fetch;

/// Messages asked for at once.
const PAGE: u64 = 50_000;
/// How often the ledger is asked while something is waited for.
const ASK_EVERY: Duration = Duration::from_millis(20);

/// Statuses by kind: those of the ledger's messages, or those that the API says were reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Statuses {
    pub(crate) sent: u64,
    pub(crate) delivered: u64,
    pub(crate) read: u64,
    pub(crate) failed: u64,
}

impl Statuses {
    /// All of them.
    pub(crate) fn total(self) -> u64 {
        self.sent + self.delivered + self.read + self.failed
    }
}

/// What the simulator counted; see its README.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Ledger {
    pub(crate) requests: u64,
    pub(crate) accepted: u64,
    breaches: u64,
    breaches_told: Vec<serde_json::Value>,
    pair_breaches: u64,
    pub(crate) duplicate_intents: u64,
    pub(crate) by_final_status: Statuses,
    pub(crate) statuses_generated: Statuses,
    pub(crate) fully_acknowledged: u64,
    pub(crate) webhook_updates_pending: u64,
    pub(crate) webhook_retries: u64,
    pub(crate) webhooks_posted: u64,
    send_rate_max: BTreeMap<String, u64>,
    send_rate_max_at_ms: BTreeMap<String, u64>,
    pub(crate) first_send_at_ms: Option<u64>,
    pub(crate) last_send_at_ms: Option<u64>,
}

impl Ledger {
    /// Sends above a number's throughput or above the rate to one person. Shows the first of them.
    pub(crate) fn breaches(&self) -> u64 {
        self.breaches_told.iter().for_each(|breach| eprintln!("breach: {breach}"));
        self.breaches + self.pair_breaches
    }

    /// Most POSTs of one number in any sliding second.
    pub(crate) fn send_rate_max(&self) -> u64 {
        self.send_rate_max.values().copied().max().unwrap_or(0)
    }

    /// First and last POST, in unix milliseconds.
    pub(crate) fn span_ms(&self) -> anyhow::Result<(u64, u64)> {
        let first = self.first_send_at_ms.context("the simulator saw no send")?;
        Ok((first, self.last_send_at_ms.unwrap_or(first)))
    }

    /// How long after the first send the fullest second of any number ended, in seconds.
    pub(crate) fn fullest_second_s(&self) -> f64 {
        let fullest = self.send_rate_max.iter().max_by_key(|(_, most)| **most);
        let at_ms = fullest.map_or(0, |(number, _)| self.send_rate_max_at_ms[number]);
        at_ms.saturating_sub(self.first_send_at_ms.unwrap_or(0)) as f64 / 1_000.0
    }

    /// Whether everything about every accepted message was reported and acknowledged.
    pub(crate) fn is_reported(&self) -> bool {
        self.fully_acknowledged == self.accepted && self.webhook_updates_pending == 0
    }
}

/// An accepted message.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sent {
    pub(crate) index: u64,
    pub(crate) number: String,
    pub(crate) to: String,
    pub(crate) accepted_at_ms: u64,
    pub(crate) wamid: String,
    pub(crate) token: Option<String>,
}

/// A running simulator.
#[derive(Debug, Clone)]
pub(crate) struct Simulator(Fetch);

impl Simulator {
    /// At this base URL.
    pub(crate) fn at(base: &str) -> Self {
        Self(Fetch::new(base, None))
    }

    /// Its books.
    pub(crate) async fn ledger(&self) -> anyhow::Result<Ledger> {
        self.0.get("/_simulator/ledger").await
    }

    /// What was accepted after this index, in order, at most so many.
    pub(crate) async fn messages(&self, mut after: u64, at_most: u64) -> anyhow::Result<Vec<Sent>> {
        let end = after.saturating_add(at_most);
        let mut all: Vec<Sent> = Vec::new();
        loop {
            let limit = PAGE.min(end - after);
            let text = self.0.text(&format!("/_simulator/messages?after={after}&limit={limit}")).await?;
            let page: Vec<Sent> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
            let Some(last) = page.last() else { return Ok(all) };
            after = last.index;
            all.extend(page);
            if after >= end {
                return Ok(all);
            }
        }
    }

    /// Asks until the books are as wanted; fails after `patience`.
    pub(crate) async fn until(
        &self,
        what: &str,
        patience: Duration,
        wanted: impl Fn(&Ledger) -> bool,
    ) -> anyhow::Result<Ledger> {
        let deadline = Instant::now() + patience;
        loop {
            let ledger = self.ledger().await?;
            if wanted(&ledger) {
                return Ok(ledger);
            }
            anyhow::ensure!(Instant::now() < deadline, "{what}: not within {patience:?}");
            sleep(ASK_EVERY).await;
        }
    }
}
