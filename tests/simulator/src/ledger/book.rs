//! The books: totals, and a line for every accepted message and every read receipt.

use std::collections::HashSet;

use super::{BREACHES_TOLD_MAX, Breach, FinalStatus, Ledger, MessageRecord, ReadRecord};
use crate::script::Status;
use crate::send::{Draft, PricingCategory};
use crate::wamid::{self, Recipient};

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

/// The ledger's books: totals, and one line for every accepted message.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) totals: Ledger,
    messages: Vec<Message>,
    reads: Vec<ReadRecord>,
    capacity: usize,
    tokens: Tokens,
}

/// The tokens of accepted messages, and what they are without the number of the attempt.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    tokens: HashSet<u64>,
    intents: HashSet<u64>,
}

/// What had been accepted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) token: bool,
    /// The token up to its last dot.
    pub(crate) intent: bool,
}

impl Tokens {
    /// Enters the token of a message.
    pub(crate) fn enter(&mut self, token: &str) -> Known {
        let intent = token.rsplit_once('.').map_or(token, |(intent, _)| intent);
        Known {
            token: !self.tokens.insert(wamid::fingerprint(token)),
            intent: !self.intents.insert(wamid::fingerprint(intent)),
        }
    }
}

impl Book {
    pub(crate) fn new(capacity: u32) -> Self {
        Self {
            totals: Ledger::default(),
            messages: Vec::new(),
            reads: Vec::new(),
            capacity: capacity as usize,
            tokens: Tokens::default(),
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
            let known = self.tokens.enter(token);
            self.totals.duplicate_tokens += u64::from(known.token);
            self.totals.duplicate_intents += u64::from(known.intent);
        }
        self.totals.fully_acknowledged += u64::from(updates == 0);
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
            outstanding: u8::try_from(updates).expect("a script has at most four statuses and their duplicates"),
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
    use crate::ledger::FinalStatusCounts;
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
