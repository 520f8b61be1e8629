//! The truth that tests compare with: what was asked, what was accepted, and what was reported about it.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::script::Status;
use crate::send::{Draft, PricingCategory};
use crate::wamid::{self, Recipient};

/// Everything the simulator has counted since it started. Counts are of events unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    /// POSTs to `/{version}/{phone-number-id}/messages`.
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
    /// Accepted messages of which every status was reported and acknowledged.
    pub fully_acknowledged: u64,
    /// Statuses reported, each message's each status once.
    pub statuses_generated: StatusCounts,
    /// Webhook POSTs made, retries included.
    pub webhooks_posted: u64,
    /// Webhook POSTs answered with 200.
    pub webhooks_acknowledged: u64,
    /// Webhook POSTs made again because the one before was not answered with 200.
    pub webhook_retries: u64,
    /// Updates that wait: for their time, for a POST, or for a 200.
    pub webhook_updates_pending: u64,
    /// Updates that could not be posted because there was no callback.
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
    /// Inbound messages that were marked as read, each call counted.
    pub read_receipts: u64,
    /// Those with a typing indicator.
    pub typing_indicators: u64,
    /// Templates created.
    pub templates_created: u64,
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

/// All statuses, in the order of their numbers.
const STATUSES: [Status; 4] = [Status::Sent, Status::Delivered, Status::Read, Status::Failed];

/// What was reported of a message, and how the report fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    /// In capitals, as Meta's message history writes it.
    pub(crate) status: &'static str,
    pub(crate) at_unix_s: u32,
    pub(crate) state: &'static str,
}

impl Message {
    /// The reports so far, each status once.
    pub(crate) fn reports(&self) -> Vec<Report> {
        let reported = STATUSES.into_iter().filter(|status| self.reported & (1 << *status as u8) != 0);
        let report = |status: Status| {
            let has = |bits: u8| bits & (1 << status as u8) != 0;
            let state = match () {
                () if has(self.acknowledged) => "DELIVERED",
                () if has(self.dropped) => "FAILED",
                () if has(self.retried) => "RETRYING",
                () => "PENDING",
            };
            Report { status: status.in_capitals(), at_unix_s: self.at_unix_s[status as usize], state }
        };
        reported.map(report).collect()
    }
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
    fn of(&mut self, status: FinalStatus) -> &mut u64 {
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

/// What is remembered of an accepted message; its wamid follows from its index.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) recipient: Recipient,
    pub(crate) token: Option<Box<str>>,
    pub(crate) number: u16,
    pub(crate) category: PricingCategory,
    accepted_at_ms: u64,
    highest: FinalStatus,
    /// A bit for each status that was reported.
    reported: u8,
    /// A bit for each status of which a report was acknowledged, was not and waits for its retry, had no callback.
    acknowledged: u8,
    retried: u8,
    dropped: u8,
    /// When each status occurred, in unix seconds.
    at_unix_s: [u32; STATUSES.len()],
    /// Updates not yet acknowledged, duplicates included.
    outstanding: u8,
}

/// The ledger's books: totals, and one line for every accepted message.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) totals: Ledger,
    messages: Vec<Message>,
    reads: Vec<ReadRecord>,
    capacity: usize,
    tokens: HashSet<u64>,
    intents: HashSet<u64>,
}

impl Book {
    pub(crate) fn new(capacity: u32) -> Self {
        Self {
            totals: Ledger::default(),
            messages: Vec::new(),
            reads: Vec::new(),
            capacity: capacity as usize,
            tokens: HashSet::new(),
            intents: HashSet::new(),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.messages.len() >= self.capacity
    }

    /// The index that the next accepted message will have.
    pub(crate) fn next_index(&self) -> u64 {
        self.messages.len() as u64 + 1
    }

    /// Enters a message that was accepted at `at_ms` and about which `updates` will be posted.
    pub(crate) fn accept(&mut self, draft: &Draft, number: u16, at_ms: u64, updates: usize) {
        self.totals.accepted += 1;
        self.totals.by_final_status.accepted += 1;
        if let Some(token) = &draft.token {
            let intent = token.rsplit_once('.').map_or(&**token, |(intent, _)| intent);
            self.totals.duplicate_tokens += u64::from(!self.tokens.insert(wamid::fingerprint(token)));
            self.totals.duplicate_intents += u64::from(!self.intents.insert(wamid::fingerprint(intent)));
        }
        self.messages.push(Message {
            recipient: draft.recipient.clone(),
            token: draft.token.clone(),
            number,
            category: draft.category,
            accepted_at_ms: at_ms,
            highest: FinalStatus::Accepted,
            reported: 0,
            acknowledged: 0,
            retried: 0,
            dropped: 0,
            at_unix_s: [0; STATUSES.len()],
            outstanding: u8::try_from(updates).expect("a script has at most three statuses and their duplicates"),
        });
    }

    /// Enters a read receipt; `false` when no more are remembered.
    pub(crate) fn mark_read(&mut self, number: String, message_id: String, typing: bool, at_ms: u64) -> bool {
        if self.reads.len() >= self.capacity {
            return false;
        }
        self.totals.read_receipts += 1;
        self.totals.typing_indicators += u64::from(typing);
        let index = self.reads.len() as u64 + 1;
        self.reads.push(ReadRecord { index, number, message_id, typing, at_ms });
        true
    }

    /// The read receipts after index `after`, at most `limit`.
    pub(crate) fn reads(&self, after: u64, limit: usize) -> Vec<ReadRecord> {
        let start = usize::try_from(after).unwrap_or(usize::MAX).min(self.reads.len());
        self.reads[start..].iter().take(limit).cloned().collect()
    }

    pub(crate) fn reject(&mut self, code: u32) {
        *self.totals.rejected_by_code.entry(code).or_default() += 1;
    }

    pub(crate) fn breach(&mut self, breach: Breach) {
        self.totals.breaches += 1;
        if self.totals.breaches_told.len() < BREACHES_TOLD_MAX {
            self.totals.breaches_told.push(breach);
        }
    }

    pub(crate) fn message(&self, index: u64) -> &Message {
        &self.messages[index as usize - 1]
    }

    /// Counts the report of a status; the second report of the same status is a duplicate and counts nothing.
    pub(crate) fn report(&mut self, index: u64, status: Status, at_unix_s: u64) {
        let message = &mut self.messages[index as usize - 1];
        let bit = 1 << status as u8;
        if message.reported & bit != 0 {
            return;
        }
        message.reported |= bit;
        message.at_unix_s[status as usize] = u32::try_from(at_unix_s).unwrap_or(u32::MAX);
        *self.totals.statuses_generated.of(status) += 1;
        let highest = message.highest.max(status.into());
        *self.totals.by_final_status.of(message.highest) -= 1;
        *self.totals.by_final_status.of(highest) += 1;
        message.highest = highest;
    }

    /// Counts the acknowledgement of one update about a message.
    pub(crate) fn acknowledge(&mut self, index: u64, status: Status) {
        let message = &mut self.messages[index as usize - 1];
        message.acknowledged |= 1 << status as u8;
        message.outstanding -= 1;
        self.totals.fully_acknowledged += u64::from(message.outstanding == 0);
    }

    /// Notes that a report was not acknowledged and will be posted again.
    pub(crate) fn retry(&mut self, index: u64, status: Status) {
        self.messages[index as usize - 1].retried |= 1 << status as u8;
    }

    /// Notes that a report could not be posted.
    pub(crate) fn drop_report(&mut self, index: u64, status: Status) {
        self.messages[index as usize - 1].dropped |= 1 << status as u8;
    }

    /// A message by its index, if there is one.
    pub(crate) fn find(&self, index: u64) -> Option<&Message> {
        self.messages.get(usize::try_from(index).ok()?.checked_sub(1)?)
    }

    /// The messages after index `after`, at most `limit`, with ids made from `seed` and names from `numbers`.
    pub(crate) fn records(&self, after: u64, limit: usize, seed: u64, numbers: &[String]) -> Vec<MessageRecord> {
        let start = usize::try_from(after).unwrap_or(usize::MAX).min(self.messages.len());
        let lines = self.messages[start..].iter().take(limit).enumerate();
        lines
            .map(|(offset, message)| {
                let index = (start + offset) as u64 + 1;
                MessageRecord {
                    index,
                    number: numbers[usize::from(message.number)].clone(),
                    to: message.recipient.to_string(),
                    accepted_at_ms: message.accepted_at_ms,
                    wamid: wamid::outbound(seed, index, &message.recipient),
                    token: message.token.as_deref().map(str::to_owned),
                    status: message.highest,
                    acknowledged: message.outstanding == 0,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn draft(token: &str) -> Draft {
        let recipient = Recipient::Phone(16_505_551_234);
        Draft { recipient, input: "+16505551234".into(), token: Some(token.into()), category: PricingCategory::Utility }
    }

    #[test]
    fn a_second_attempt_is_a_duplicate_intent_but_no_duplicate_token() {
        let mut book = Book::new(10);
        for token in ["v1.a.1", "v1.a.2", "v1.a.2", "v1.b.1"] {
            book.accept(&draft(token), 0, 0, 1);
        }
        assert_eq!((book.totals.duplicate_tokens, book.totals.duplicate_intents), (1, 2));
    }

    proptest! {
        #[test]
        fn the_highest_status_does_not_depend_on_order_or_repetition(reports in proptest::collection::vec(0..4_usize, 1..12)) {
            let kinds = [Status::Sent, Status::Delivered, Status::Read, Status::Failed];
            let mut book = Book::new(1);
            book.accept(&draft("t"), 0, 0, 1);
            reports.iter().for_each(|&kind| book.report(1, kinds[kind], 0));
            let expected = reports.iter().map(|&kind| FinalStatus::from(kinds[kind])).max().unwrap();
            let record = &book.records(0, 1, 1, &["n".to_owned()])[0];
            prop_assert_eq!(record.status, expected);
            let mut counts = FinalStatusCounts::default();
            *counts.of(expected) = 1;
            prop_assert_eq!(book.totals.by_final_status, counts);
        }
    }

    #[test]
    fn records_are_paged_by_index() {
        let mut book = Book::new(10);
        (0..5).for_each(|_| book.accept(&draft("t"), 0, 0, 1));
        let page = book.records(2, 2, 1, &["n".to_owned()]);
        assert_eq!(page.iter().map(|record| record.index).collect::<Vec<_>>(), [3, 4]);
        assert!(book.records(5, 2, 1, &["n".to_owned()]).is_empty());
    }
}
