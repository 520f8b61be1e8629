//! What there is in the records of a replay, and what of it the store does not have.

use std::collections::BTreeMap;

use posthaste_core::normalize::{Normalized, RawWebhook, normalize};
use posthaste_model::{Millis, Status, StatusObserved, Token, header};
use posthaste_postgres::LetterDesk;
use posthaste_runtime::record::InRecord;

use super::left_out;

/// What inbound messages are called.
const INBOUND: &str = "inbound message";

/// Counts by type.
#[derive(Debug, Default)]
pub(super) struct Tally {
    records: u64,
    left_out: BTreeMap<&'static str, u64>,
    kinds: BTreeMap<String, Count>,
}

/// Elements of one type.
#[derive(Debug, Default)]
struct Count {
    found: u64,
    /// What a replay would add; `None` where it was not asked or has no answer.
    new: Option<u64>,
}

/// Natural keys of a batch that the store can be asked about.
#[derive(Default)]
struct Keys {
    inbound: Vec<(String, String)>,
    statuses: BTreeMap<Status, Vec<(String, Token)>>,
}

impl Tally {
    /// Counts a record, and says whether it is to be replayed.
    pub(super) fn takes(&mut self, record: &InRecord) -> bool {
        self.records += 1;
        match left_out(record) {
            Some(why) => *self.left_out.entry(why).or_default() += 1,
            None => return true,
        }
        false
    }

    fn count(&mut self, kind: impl Into<String>) {
        self.kinds.entry(kind.into()).or_default().found += 1;
    }

    /// Adds what the records hold; asks `desk`, where there is one, what of it is known.
    pub(super) async fn add(&mut self, records: &[InRecord], desk: Option<&LetterDesk>) -> anyhow::Result<()> {
        let mut keys = Keys::default();
        for record in records {
            let received_at = record.header(header::PH_RECEIVED_AT).and_then(Millis::parse).unwrap_or_default();
            let output = normalize(&RawWebhook { body: &record.value, received_at });
            for (_, event) in output.events {
                self.event(event, &mut keys);
            }
            for buried in output.buried {
                self.count(format!("cannot be read: {}", buried.code));
            }
        }
        match desk {
            Some(desk) => self.compare(&keys, desk).await,
            None => Ok(()),
        }
    }

    fn event(&mut self, event: Normalized, keys: &mut Keys) {
        match event {
            Normalized::Status(status) => match own(&status) {
                Some(token) => {
                    self.count(kind_of(status.status));
                    let entry = keys.statuses.entry(status.status).or_default();
                    entry.push((status.sender_id.to_string(), token));
                }
                None => self.count("status of a message that was not sent here"),
            },
            Normalized::Watermark(_) => self.count("report of all messages up to a time (harmless)"),
            Normalized::Inbound(inbound) => {
                self.count(INBOUND);
                keys.inbound.push((inbound.sender_id.to_string(), inbound.wamid.to_string()));
            }
            Normalized::Template(_) => self.count("template change (harmless)"),
            Normalized::Limits(_) => self.count("limit change (harmless)"),
            Normalized::Account(_) => self.count("account update (published once more, harmless)"),
            Normalized::Unknown(_) => self.count("unknown update (published once more)"),
            Normalized::UnknownStatus(_) => self.count("unknown status (its update is published once more)"),
        }
    }

    async fn compare(&mut self, keys: &Keys, desk: &LetterDesk) -> anyhow::Result<()> {
        if !keys.inbound.is_empty() {
            let (senders, wamids): (Vec<&str>, Vec<&str>) =
                keys.inbound.iter().map(|(sender, wamid)| (sender.as_str(), wamid.as_str())).unzip();
            let known = desk.known_inbound(&senders, &wamids).await?;
            self.add_new(INBOUND.to_owned(), keys.inbound.len(), known);
        }
        for (status, of) in &keys.statuses {
            let senders: Vec<&str> = of.iter().map(|(sender, _)| sender.as_str()).collect();
            let intents: Vec<_> = of.iter().map(|(_, token)| token.intent_id.0).collect();
            let attempts: Vec<i16> = of.iter().map(|(_, token)| token.attempt).collect();
            let bits = vec![status.bit(); of.len()];
            let (found, known) = desk.known_statuses(&senders, &intents, &attempts, &bits).await?;
            let found = usize::try_from(found)?;
            if found < of.len() {
                let unknown = self.kinds.entry("status of an attempt that the store does not have".to_owned());
                unknown.or_default().found += (of.len() - found) as u64;
            }
            self.add_new(kind_of(*status), found, known);
        }
        Ok(())
    }

    fn add_new(&mut self, kind: String, found: usize, known: i64) {
        let new = (found as u64).saturating_sub(known.unsigned_abs());
        *self.kinds.entry(kind).or_default().new.get_or_insert(0) += new;
    }

    /// Prints the counts; `published` is how many records were, if any were to be.
    pub(super) fn print(&self, topic: &str, published: Option<u64>) {
        println!("{topic}: {} records read", self.records);
        for (why, count) in &self.left_out {
            println!("  left out, {why}: {count}");
        }
        for (kind, Count { found, new }) in &self.kinds {
            match new {
                Some(new) => println!("  {kind}: {found}, new to the store: {new}"),
                None => println!("  {kind}: {found}"),
            }
        }
        match published {
            Some(published) => println!("{published} records published again"),
            None => println!("nothing was published (--dry-run)"),
        }
    }
}

fn kind_of(status: Status) -> String {
    format!("status {status}")
}

/// The attempt that a status is of, where it is one of ours.
fn own(status: &StatusObserved) -> Option<Token> {
    status.token.as_deref()?.parse().ok()
}
