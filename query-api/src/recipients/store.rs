//! Writes the lines of an upload in batches: who is in the campaign already, the recipients, the rejected lines.

use std::collections::{HashMap, HashSet};

use posthaste_model::Contact;
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_recipients;
use uuid::Uuid;

use super::parse::{Checked, Recipient, Reject};
use crate::opt_outs;
use crate::problem::{Code, Problem};

/// Lines that are written at once.
pub(crate) const BATCH_LINES: usize = 2000;
/// Recipients in one row of `campaign_chunk`: what the pipeline loads at once.
const CHUNK_RECIPIENTS: usize = 500;

/// Appends one upload to a campaign, within one transaction that has locked the campaign's row.
pub(crate) struct Appender<'a> {
    tx: &'a Tx,
    campaign_id: Uuid,
    /// Of the campaign's template.
    category: String,
    chunk: i32,
    next_ordinal: i32,
    /// Accepted, not yet written: fewer than a chunk's worth.
    pending: Vec<(Contact, Vec<String>)>,
    shown_max: usize,
    /// Lines that were accepted.
    pub(crate) accepted: i32,
    /// Lines that were rejected.
    pub(crate) rejected: i32,
    /// The first of the rejected lines.
    pub(crate) shown: Vec<Reject>,
}

impl<'a> Appender<'a> {
    /// Begins behind the recipients that the campaign has.
    pub(crate) fn new(
        tx: &'a Tx,
        campaign_id: Uuid,
        category: String,
        chunk: i32,
        recipients: i32,
        shown_max: usize,
    ) -> Self {
        Self {
            tx,
            campaign_id,
            category,
            chunk,
            next_ordinal: recipients,
            pending: Vec::new(),
            shown_max,
            accepted: 0,
            rejected: 0,
            shown: Vec::new(),
        }
    }

    /// Writes a batch of lines.
    pub(crate) async fn batch(&mut self, lines: Vec<Checked>) -> Result<(), Problem> {
        let mut recipients = Vec::with_capacity(lines.len());
        let mut rejects = Vec::new();
        for line in lines {
            match line {
                Ok(recipient) => recipients.push(recipient),
                Err(reject) => rejects.push(reject),
            }
        }
        let recipients = self.without_opted_out(recipients, &mut rejects).await?;
        let recipients = self.without_duplicates(recipients, &mut rejects).await?;
        self.accepted += i32::try_from(recipients.len()).expect("a batch is small");
        self.pending.extend(recipients.into_iter().map(|recipient| (recipient.contact, recipient.params)));
        if self.pending.len() >= CHUNK_RECIPIENTS {
            let rest = self.pending.len() % CHUNK_RECIPIENTS;
            let whole = self.pending.len() - rest;
            self.write_recipients(whole).await?;
        }
        self.write_rejects(rejects).await
    }

    /// Writes what is left.
    pub(crate) async fn finish(&mut self) -> Result<(), Problem> {
        self.write_recipients(self.pending.len()).await
    }

    async fn without_opted_out(
        &self,
        recipients: Vec<Recipient>,
        rejects: &mut Vec<Reject>,
    ) -> Result<Vec<Recipient>, Problem> {
        let contacts: Vec<&str> = recipients.iter().map(|recipient| recipient.contact.as_str()).collect();
        let noted = opt_outs::noted(self.tx, &contacts).await?.into_iter();
        let concerned = noted.filter(|row| opt_outs::concerns(&row.scope, Some(&self.category)));
        let opted_out: HashSet<String> = concerned.map(|row| row.contact).collect();
        Ok(keep(recipients, rejects, |recipient| {
            let out = opted_out.contains(recipient.contact.as_str());
            out.then(|| (Code::OptedOut, format!("{} has opted out", recipient.contact)))
        }))
    }

    async fn without_duplicates(
        &self,
        recipients: Vec<Recipient>,
        rejects: &mut Vec<Reject>,
    ) -> Result<Vec<Recipient>, Problem> {
        let contacts: Vec<&str> = recipients.iter().map(|recipient| recipient.contact.as_str()).collect();
        let lines: Vec<i64> = recipients.iter().map(|recipient| recipient.line).collect();
        let claim = api_recipients::claim_contacts();
        let claimed = claim.bind(&**self.tx, &self.campaign_id, &self.chunk, &contacts, &lines).all().await?;
        if claimed.len() == recipients.len() {
            return Ok(recipients);
        }
        let claimed: HashSet<i64> = claimed.into_iter().collect();
        let known: Vec<&str> =
            recipients.iter().filter(|r| !claimed.contains(&r.line)).map(|r| r.contact.as_str()).collect();
        let first = api_recipients::first_claims().bind(&**self.tx, &self.campaign_id, &known).all().await?;
        let first: HashMap<String, (i32, i64)> =
            first.into_iter().map(|row| (row.contact, (row.chunk, row.line))).collect();
        Ok(keep(recipients, rejects, |recipient| {
            if claimed.contains(&recipient.line) {
                return None;
            }
            let reason = match first.get(recipient.contact.as_str()) {
                Some((chunk, line)) if *chunk == self.chunk => format!("the same number as in line {line}"),
                Some((chunk, line)) => format!("the same number as in line {line} of chunk {chunk}"),
                None => "the same number as in an earlier line".to_owned(),
            };
            Some((Code::DuplicateRecipient, reason))
        }))
    }

    /// Writes the first `count` of the pending recipients.
    async fn write_recipients(&mut self, count: usize) -> Result<(), Problem> {
        if count == 0 {
            return Ok(());
        }
        let written: Vec<_> = self.pending.drain(..count).collect();
        let (mut ordinals, mut counts, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for chunk in written.chunks(CHUNK_RECIPIENTS) {
            let size = i32::try_from(chunk.len()).expect("a chunk is small");
            ordinals.push(self.next_ordinal);
            counts.push(size);
            texts.push(serde_json::to_string(chunk).map_err(Problem::internal)?);
            self.next_ordinal = self
                .next_ordinal
                .checked_add(size)
                .ok_or_else(|| Problem::internal("a campaign has more recipients than a 32-bit number"))?;
        }
        api_recipients::insert_chunks().bind(&**self.tx, &self.campaign_id, &ordinals, &counts, &texts).await?;
        Ok(())
    }

    async fn write_rejects(&mut self, mut rejects: Vec<Reject>) -> Result<(), Problem> {
        if rejects.is_empty() {
            return Ok(());
        }
        rejects.sort_by_key(|reject| reject.line);
        let lines: Vec<i64> = rejects.iter().map(|reject| reject.line).collect();
        let codes: Vec<&str> = rejects.iter().map(|reject| reject.code.as_str()).collect();
        let reasons: Vec<&str> = rejects.iter().map(|reject| reject.reason.as_str()).collect();
        let raws: Vec<&str> = rejects.iter().map(|reject| reject.raw.as_str()).collect();
        let insert = api_recipients::insert_rejects();
        insert.bind(&**self.tx, &self.campaign_id, &self.chunk, &lines, &codes, &reasons, &raws).await?;
        self.rejected += i32::try_from(rejects.len()).expect("a batch is small");
        let room = self.shown_max - self.shown.len();
        self.shown.extend(rejects.into_iter().take(room));
        Ok(())
    }
}

/// The recipients without fault; the others become rejects.
fn keep(
    recipients: Vec<Recipient>,
    rejects: &mut Vec<Reject>,
    fault: impl Fn(&Recipient) -> Option<(Code, String)>,
) -> Vec<Recipient> {
    let mut kept = Vec::with_capacity(recipients.len());
    for recipient in recipients {
        match fault(&recipient) {
            None => kept.push(recipient),
            Some((code, reason)) => rejects.push(Reject { line: recipient.line, code, reason, raw: recipient.raw }),
        }
    }
    kept
}
