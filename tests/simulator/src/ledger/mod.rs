//! The truth that tests compare with: what was asked, what was accepted, and what was reported about it.

mod book;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::script::Status;

use crate::page::PageTotals;
pub(crate) use book::{Book, Report, Tokens};

/// Everything the simulator has counted since it started. Counts are of events unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    /// POSTs to `/{version}/{phone-number-id}/messages` and `…/marketing_messages`.
    pub requests: u64,
    /// Messages accepted, answered or not.
    pub accepted: u64,
    /// Refusals by Meta's error code.
    pub rejected_by_code: BTreeMap<u32, u64>,
    /// Sends above a number's throughput (inbound counted), refused with 130429.
    pub breaches: u64,
    /// The first of them, at most [`BREACHES_TOLD_MAX`].
    pub breaches_told: Vec<Breach>,
    /// Sends above the rate to one user, refused with 131056.
    pub pair_breaches: u64,
    /// Messages accepted whose `biz_opaque_callback_data` had been accepted before.
    pub duplicate_tokens: u64,
    /// Messages accepted whose token, up to its last dot, had been accepted before. A sender that numbers its
    /// attempts after the last dot sees here how often one intent was sent more than once.
    pub duplicate_intents: u64,
    /// Accepted messages by the highest status reported so far; they add up to `accepted`.
    pub by_final_status: FinalStatusCounts,
    /// Accepted messages of which every status was reported and acknowledged, also those of which none ever is.
    pub fully_acknowledged: u64,
    /// Statuses reported, each message's each status once.
    pub statuses_generated: StatusCounts,
    /// Webhook POSTs made, retries included.
    pub webhooks_posted: u64,
    /// Webhook POSTs answered with 200.
    pub webhooks_acknowledged: u64,
    /// Webhook POSTs made again because the one before was not answered with 200.
    pub webhook_retries: u64,
    /// Webhook POSTs made beside another one of the same body, at the same time.
    pub webhook_duplicates: u64,
    /// Webhook POSTs repeated after they had been answered with 200, because of another app.
    pub webhook_fan_outs: u64,
    /// Updates that wait: for their time, for a POST, or for a 200.
    pub webhook_updates_pending: u64,
    /// Updates that were not posted because there was no callback, or given up after seven days.
    pub webhook_updates_dropped: u64,
    /// Inbound messages made up or ordered.
    pub inbound_generated: u64,
    /// Greatest number of POSTs in any sliding second, refused ones included, by `phone_number_id`.
    pub send_rate_max: BTreeMap<String, u64>,
    /// When those seconds ended, in unix milliseconds.
    pub send_rate_max_at_ms: BTreeMap<String, u64>,
    /// First and last POST to a known number, in unix milliseconds.
    pub first_send_at_ms: Option<u64>,
    /// See `first_send_at_ms`.
    pub last_send_at_ms: Option<u64>,
    /// Request faults that were injected.
    pub injected: InjectedCounts,
    /// Files by what became of them.
    pub media: MediaCounts,
    /// Forged webhooks posted, beside those of `webhooks_posted`.
    pub forgeries_posted: u64,
    /// Of these, those answered with 200: the receiver does not check signatures.
    pub forgeries_accepted: u64,
    /// Accepted messages that were held for quality assessment.
    pub held: u64,
    /// Most people whom templates were sent to outside their windows within any 24 hours.
    pub portfolio_people_max: u64,
    /// Accepted templates to people beyond the messaging limit.
    pub portfolio_breaches: u64,
    /// Inbound messages that were marked as read, each call counted.
    pub read_receipts: u64,
    /// Those with a typing indicator.
    pub typing_indicators: u64,
    /// Templates created.
    pub templates_created: u64,
    /// The same of pages, which are counted apart.
    pub pages: PageTotals,
}

/// Most breaches that are told one by one.
pub const BREACHES_TOLD_MAX: usize = 32;

/// A send above a number's throughput, with what filled the second before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// `phone_number_id` of the sender.
    pub number: String,
    /// When it arrived, in unix milliseconds.
    pub at_ms: u64,
    /// How long before it the POSTs of the same second came, refused ones too, in milliseconds and latest first; what is
    /// missing to the limit was written by people.
    pub posts_before_ms: Vec<u64>,
}

/// Accepted messages by highest status, in the order accepted, sent, failed, delivered, read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are the statuses")]
pub struct FinalStatusCounts {
    pub accepted: u64,
    pub sent: u64,
    pub delivered: u64,
    pub read: u64,
    pub failed: u64,
}

/// Statuses by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are the statuses")]
pub struct StatusCounts {
    pub sent: u64,
    pub delivered: u64,
    pub read: u64,
    pub failed: u64,
}

/// Request faults by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InjectedCounts {
    /// Sends answered with a bare 5xx.
    pub error_500: u64,
    /// Of these, messages that were accepted.
    pub error_500_accepted: u64,
    /// Accepted sends whose connection was closed without an answer.
    pub reset: u64,
    /// Sends refused with 130429 within the limit.
    pub throttle: u64,
}

/// Uploads and downloads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MediaCounts {
    /// Files uploaded.
    pub uploaded: u64,
    /// Files that people sent, those too large to be taken over included.
    pub inbound: u64,
    /// Downloads answered with the file.
    pub downloaded: u64,
    /// Downloads refused: the address had expired, was not given out, or its file was gone.
    pub downloads_refused: u64,
    /// Downloads that failed as ordered.
    pub downloads_failed: u64,
}

/// An accepted message as `GET /_simulator/messages` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRecord {
    /// Order of acceptance, from 1.
    pub index: u64,
    /// `phone_number_id` of the sender.
    pub number: String,
    /// The recipient: digits, or a user or group id.
    pub to: String,
    /// When its POST arrived, in unix milliseconds.
    pub accepted_at_ms: u64,
    /// Its WhatsApp message id.
    pub wamid: String,
    /// `biz_opaque_callback_data`.
    pub token: Option<String>,
    /// Highest status reported so far.
    pub status: FinalStatus,
    /// Every status was reported and acknowledged.
    pub acknowledged: bool,
}

/// A read receipt as `GET /_simulator/reads` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRecord {
    /// Order of arrival, from 1.
    pub index: u64,
    /// `phone_number_id` of the sender.
    pub number: String,
    /// Id of the inbound message.
    pub message_id: String,
    /// With a typing indicator.
    pub typing: bool,
    /// When it arrived, in unix milliseconds.
    pub at_ms: u64,
}

/// The highest status of a message, in the order of its evidence: proof of delivery outranks a failure report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the variants are the statuses")]
pub enum FinalStatus {
    Accepted,
    Sent,
    Failed,
    Delivered,
    Read,
}

impl From<Status> for FinalStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Sent => Self::Sent,
            Status::Delivered => Self::Delivered,
            Status::Read => Self::Read,
            Status::Failed => Self::Failed,
        }
    }
}

impl FinalStatusCounts {
    pub(crate) fn of(&mut self, status: FinalStatus) -> &mut u64 {
        match status {
            FinalStatus::Accepted => &mut self.accepted,
            FinalStatus::Sent => &mut self.sent,
            FinalStatus::Failed => &mut self.failed,
            FinalStatus::Delivered => &mut self.delivered,
            FinalStatus::Read => &mut self.read,
        }
    }
}

impl StatusCounts {
    fn of(&mut self, status: Status) -> &mut u64 {
        match status {
            Status::Sent => &mut self.sent,
            Status::Delivered => &mut self.delivered,
            Status::Read => &mut self.read,
            Status::Failed => &mut self.failed,
        }
    }
}
