//! What pages have sent, and what became of it.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::PageChannel;
use super::event::{PageReport, PageStatus};
use crate::ledger::{FinalStatus, FinalStatusCounts, InjectedCounts, Tokens};

/// Everything that was counted of pages. Counts are of events unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageTotals {
    /// POSTs to `/{version}/{page}/messages` and `/{version}/me/messages`, sender actions included.
    pub requests: u64,
    /// Messages accepted, answered or not.
    pub accepted: u64,
    /// Refusals by Meta's error code.
    pub rejected_by_code: BTreeMap<u32, u64>,
    /// Calls above a page's rates by the second and the hour (613), or above its calls of the day (32).
    pub breaches: u64,
    /// Messages accepted whose `metadata` had been accepted before.
    pub duplicate_tokens: u64,
    /// The same for the metadata up to its last dot.
    pub duplicate_intents: u64,
    /// Accepted messages by the highest status reported so far; a message is `sent` when its echo was.
    pub by_final_status: FinalStatusCounts,
    /// Accepted messages of which everything was reported and acknowledged.
    pub fully_acknowledged: u64,
    /// `mark_seen`, `typing_on` and `typing_off`.
    pub sender_actions: u64,
    /// Those of them that were `mark_seen`.
    pub seen: u64,
    /// What people wrote or did.
    pub inbound: u64,
    /// Request faults that were injected.
    pub injected: InjectedCounts,
    /// Greatest number of POSTs in any sliding second, refused ones included, by the page's id.
    pub send_rate_max: BTreeMap<String, u64>,
}

/// An accepted message as `GET /_simulator/page-messages` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageMessageRecord {
    /// Order of acceptance, from 1.
    pub index: u64,
    /// Id of the page.
    pub page: String,
    /// Its channel.
    pub channel: PageChannel,
    /// The recipient.
    pub to: String,
    /// Its id.
    pub mid: String,
    /// `metadata`.
    pub metadata: Option<String>,
    /// When its POST arrived, in unix milliseconds.
    pub accepted_at_ms: u64,
    /// Highest status reported so far.
    pub status: FinalStatus,
    /// Everything was reported and acknowledged.
    pub acknowledged: bool,
}

/// What is remembered of an accepted message; its mid follows from its index.
#[derive(Debug)]
pub(super) struct PageMessage {
    pub(super) page: u16,
    pub(super) to: Box<str>,
    pub(super) token: Option<Box<str>>,
    pub(super) accepted_at_ms: u64,
    pub(super) highest: FinalStatus,
    /// Updates not yet acknowledged, duplicates included.
    pub(super) outstanding: u8,
}

/// Totals, and a line for every accepted message.
#[derive(Debug)]
pub(crate) struct PageBook {
    pub(crate) totals: PageTotals,
    messages: Vec<PageMessage>,
    /// Messages of a conversation that are not known to be read, oldest first.
    unread: HashMap<(u16, Box<str>), Vec<u64>>,
    capacity: usize,
    tokens: Tokens,
    /// What people wrote or did, each with an id of its own.
    pub(super) inbound: u64,
}

impl PageBook {
    pub(super) fn new(capacity: u32) -> Self {
        Self {
            totals: PageTotals::default(),
            messages: Vec::new(),
            unread: HashMap::new(),
            capacity: capacity as usize,
            tokens: Tokens::default(),
            inbound: 0,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.messages.len() >= self.capacity
    }

    /// Enters an accepted message about which `updates` will be posted; its index, from 1.
    pub(super) fn accept(&mut self, page: u16, to: &str, token: Option<Box<str>>, at_ms: u64) -> u64 {
        self.totals.accepted += 1;
        self.totals.by_final_status.accepted += 1;
        if let Some(token) = &token {
            let known = self.tokens.enter(token);
            self.totals.duplicate_tokens += u64::from(known.token);
            self.totals.duplicate_intents += u64::from(known.intent);
        }
        let (accepted_at_ms, highest, outstanding) = (at_ms, FinalStatus::Accepted, 0);
        self.messages.push(PageMessage { page, to: to.into(), token, accepted_at_ms, highest, outstanding });
        let index = self.messages.len() as u64;
        self.unread.entry((page, to.into())).or_default().push(index);
        index
    }

    /// Notes how many updates will be posted about a message.
    pub(super) fn announce(&mut self, index: u64, updates: usize) {
        let message = &mut self.messages[index as usize - 1];
        message.outstanding = u8::try_from(updates).expect("an echo, a delivery, a reading and their duplicates");
    }

    pub(super) fn reject(&mut self, code: u32) {
        *self.totals.rejected_by_code.entry(code).or_default() += 1;
    }

    fn raise(&mut self, index: u64, status: FinalStatus) {
        let message = &mut self.messages[index as usize - 1];
        let highest = message.highest.max(status);
        *self.totals.by_final_status.of(message.highest) -= 1;
        *self.totals.by_final_status.of(highest) += 1;
        message.highest = highest;
    }

    /// Counts a report. A watermark is one of every message of the conversation that was accepted up to it.
    pub(crate) fn report(&mut self, report: PageReport) {
        let PageReport { message: index, status, is_watermark } = report;
        let messages = &self.messages;
        let message = &messages[index as usize - 1];
        let is_meant = |other: &u64| {
            *other == index || (is_watermark && messages[*other as usize - 1].accepted_at_ms <= message.accepted_at_ms)
        };
        let thread = (message.page, message.to.clone());
        let meant: Vec<u64> = match self.unread.get_mut(&thread) {
            Some(unread) if status == PageStatus::Read => unread.extract_if(.., |other| is_meant(other)).collect(),
            Some(unread) => unread.iter().copied().filter(is_meant).collect(),
            None => Vec::new(),
        };
        meant.into_iter().for_each(|index| self.raise(index, status.into()));
    }

    /// Counts the acknowledgement of one update about a message.
    pub(crate) fn acknowledge(&mut self, index: u64) {
        let message = &mut self.messages[index as usize - 1];
        message.outstanding -= 1;
        self.totals.fully_acknowledged += u64::from(message.outstanding == 0);
    }

    /// The messages after index `after`, at most `limit`, as `told` tells them by their index.
    pub(super) fn records<T>(&self, after: u64, limit: usize, told: impl Fn(&PageMessage, u64) -> T) -> Vec<T> {
        let start = usize::try_from(after).unwrap_or(usize::MAX).min(self.messages.len());
        let lines = (start as u64 + 1..).zip(&self.messages[start..]).take(limit);
        lines.map(|(index, message)| told(message, index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watermark_is_of_all_that_came_before_and_a_mid_of_its_message() {
        let mut book = PageBook::new(9);
        for (to, at_ms) in [("a", 1), ("a", 2), ("b", 2), ("a", 3)] {
            book.accept(0, to, None, at_ms);
        }
        let report = |message, status, is_watermark| PageReport { message, status, is_watermark };
        book.report(report(2, PageStatus::Delivered, true));
        book.report(report(4, PageStatus::Read, false));
        let statuses = |book: &PageBook| book.records(0, 9, |message, _| message.highest);
        use FinalStatus::{Accepted, Delivered, Read};
        assert_eq!(statuses(&book), [Delivered, Delivered, Accepted, Read]);
        book.report(report(2, PageStatus::Read, true));
        book.report(report(4, PageStatus::Delivered, true));
        assert_eq!(statuses(&book), [Read, Read, Accepted, Read]);
        let expected = FinalStatusCounts { accepted: 1, read: 3, ..FinalStatusCounts::default() };
        assert_eq!(book.totals.by_final_status, expected);
    }
}
