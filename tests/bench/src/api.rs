//! The tenant's API, as a tenant uses it.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fetch::Fetch;
use crate::recipients;
use crate::simulator::Statuses;

/// Lines of one upload.
pub(crate) const UPLOAD_LINES: u32 = 50_000;
/// The template that every benchmark sends.
pub(crate) const TEMPLATE: (&str, &str) = ("order_update", "en_US");

/// How far a campaign is.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) struct Progress {
    pub(crate) released: u64,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    pub(crate) expired: u64,
    pub(crate) cancelled: u64,
    pub(crate) unconfirmed: u64,
    #[serde(flatten)]
    pub(crate) statuses: Statuses,
}

impl Progress {
    /// Messages that ended otherwise than by Meta's acceptance, and are named so.
    pub(crate) fn given_up(&self) -> u64 {
        self.rejected + self.expired + self.cancelled + self.unconfirmed
    }
}

/// A campaign as the API shows it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Campaign {
    pub(crate) state: String,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) recipients: u64,
    pub(crate) completed_at: Option<DateTime<Utc>>,
    pub(crate) progress: Progress,
}

/// The funnel from SQL.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Funnel {
    pub(crate) messages: u64,
    pub(crate) accepted: u64,
    pub(crate) sent: u64,
    pub(crate) delivered: u64,
    pub(crate) read: u64,
    pub(crate) failed: u64,
}

/// A tenant's client.
#[derive(Debug, Clone)]
pub(crate) struct Api(Fetch);

impl Api {
    /// At this base URL, with this key.
    pub(crate) fn at(base: &str, key: &str) -> Self {
        Self(Fetch::new(base, Some(key.to_owned())))
    }

    /// A campaign without recipients; its id.
    pub(crate) async fn draft(&self, sender: &str) -> anyhow::Result<String> {
        let (name, language) = TEMPLATE;
        let body =
            json!({ "name": "benchmark", "sender_id": sender, "template": { "name": name, "language": language } });
        let answer: Value = self.0.post("/v1/campaigns", "application/json", body.to_string()).await?;
        answer["id"].as_str().map(str::to_owned).ok_or_else(|| anyhow::anyhow!("a campaign without an id: {answer}"))
    }

    /// Uploads one piece of its recipients. Gives when its last byte was sent, in unix milliseconds.
    pub(crate) async fn upload(&self, id: &str, chunk: u32, csv: Bytes) -> anyhow::Result<u64> {
        let path = format!("/v1/campaigns/{id}/recipients?chunk={chunk}");
        let (_, ended_ms): (Value, _) = self.0.post_watched(&path, "text/csv", csv).await?;
        Ok(ended_ms)
    }

    /// A campaign to `count` good recipients from the index `first` on, ready to be started; its id.
    pub(crate) async fn campaign_of(&self, sender: &str, first: u32, count: u32) -> anyhow::Result<String> {
        let id = self.draft(sender).await?;
        for (chunk, from) in (0..).zip((first..first + count).step_by(UPLOAD_LINES as usize)) {
            let lines = UPLOAD_LINES.min(first + count - from);
            self.upload(&id, chunk, recipients::csv(from, lines)?.into()).await?;
        }
        Ok(id)
    }

    /// `start`, `pause`, `resume` or `cancel`.
    pub(crate) async fn control(&self, id: &str, verb: &str) -> anyhow::Result<Campaign> {
        self.0.post(&format!("/v1/campaigns/{id}:{verb}"), "application/json", "").await
    }

    /// A campaign.
    pub(crate) async fn campaign(&self, id: &str) -> anyhow::Result<Campaign> {
        self.0.get(&format!("/v1/campaigns/{id}")).await
    }

    /// Its funnel.
    pub(crate) async fn funnel(&self, id: &str) -> anyhow::Result<Funnel> {
        self.0.get(&format!("/v1/campaigns/{id}/funnel")).await
    }

    /// Waits until it is completed.
    pub(crate) async fn completed(&self, id: &str, patience: Duration) -> anyhow::Result<Campaign> {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let campaign = self.campaign(id).await?;
            if campaign.completed_at.is_some() {
                return Ok(campaign);
            }
            anyhow::ensure!(
                tokio::time::Instant::now() < deadline,
                "campaign {id} is not completed after {patience:?}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
