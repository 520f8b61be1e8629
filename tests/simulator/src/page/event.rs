//! What is told of a page: what people do, and what became of what it sent (Meta: messenger-platform/reference/webhook-events).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::PageChannel;
use super::send::Draft;
use crate::ledger::FinalStatus;
use crate::options::{Faults, MillisRange};
use crate::script::{Dice, chance, dice, millis, mix};

/// Id of the app that echoes name as their sender.
const APP: u64 = 634_974_688_087_057;

/// What was reported of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageStatus {
    /// Its echo: the page has sent it.
    Echoed,
    Delivered,
    Read,
}

impl From<PageStatus> for FinalStatus {
    fn from(status: PageStatus) -> Self {
        match status {
            PageStatus::Echoed => Self::Sent,
            PageStatus::Delivered => Self::Delivered,
            PageStatus::Read => Self::Read,
        }
    }
}

/// A status of a message, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageReport {
    pub(crate) message: u64,
    pub(crate) status: PageStatus,
    /// It is told as a point of time, and holds for all that was sent before.
    pub(crate) is_watermark: bool,
}

/// An event of a page.
#[derive(Debug)]
pub(crate) struct PageFacts {
    pub(crate) channel: PageChannel,
    pub(crate) page: Arc<str>,
    /// An element of `messaging` or `standby`.
    pub(crate) event: Value,
    /// Another app owns the conversation.
    pub(crate) is_standby: bool,
    pub(crate) at_ms: u64,
    /// What it tells of a message that the page has sent.
    pub(crate) report: Option<PageReport>,
}

/// The id of outbound message number `index`.
pub(super) fn outbound_mid(channel: PageChannel, seed: u64, index: u64) -> String {
    mid(channel, mix(mix(seed, Dice::PageScript as u64), index), index)
}

/// The id of inbound message number `index`.
pub(super) fn inbound_mid(channel: PageChannel, seed: u64, index: u64) -> String {
    mid(channel, mix(mix(seed, Dice::PageInbound as u64), index), index)
}

/// `m_…` on Messenger, base64 of a path on Instagram (seen in published payloads; both are opaque).
fn mid(channel: PageChannel, mixed: u64, index: u64) -> String {
    let device = format!("{mixed:016X}{:02X}", index & 0xFF);
    match channel {
        PageChannel::Messenger => format!("m_{}", URL_SAFE_NO_PAD.encode(device)),
        PageChannel::Instagram => URL_SAFE_NO_PAD.encode(format!("ig_dm_item:1:IGMessageID:{device}")),
    }
}

/// An event that has its parties and its time.
pub(super) fn event(from: &str, to: &str, at_ms: u64, name: &str, member: Value) -> Value {
    let mut event = Map::new();
    event.insert("sender".to_owned(), json!({ "id": from }));
    event.insert("recipient".to_owned(), json!({ "id": to }));
    event.insert("timestamp".to_owned(), at_ms.into());
    event.insert(name.to_owned(), member);
    event.into()
}

/// A message that was accepted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accepted<'a> {
    pub(super) channel: PageChannel,
    pub(super) page: &'a Arc<str>,
    pub(super) to: &'a str,
    pub(super) draft: &'a Draft,
    pub(super) index: u64,
    pub(super) at_ms: u64,
}

impl Accepted<'_> {
    /// Everything that will be reported about it, each with its delay in milliseconds: echo, delivery (Messenger alone) and
    /// reading, and their duplicates.
    pub(super) fn course(&self, seed: u64, faults: &Faults, delay: MillisRange) -> Vec<(u32, Arc<PageFacts>)> {
        let rng = &mut dice(seed, Dice::PageScript, self.index);
        let echoed = millis(rng, delay);
        let delivered = echoed + millis(rng, delay);
        let read = delivered + millis(rng, delay);
        let is_read = chance(rng, faults.read_share);
        let names_mid = !chance(rng, faults.watermark_only_share);
        let mid = outbound_mid(self.channel, seed, self.index);
        let mut course = vec![(echoed, self.fact(PageStatus::Echoed, "message", self.echo(&mid), echoed))];
        if self.channel == PageChannel::Messenger {
            let mut delivery = json!({ "watermark": self.at_ms });
            if names_mid {
                delivery["mids"] = json!([mid]);
            }
            course.push((delivered, self.fact(PageStatus::Delivered, "delivery", delivery, delivered)));
        }
        if is_read {
            let reading = match self.channel {
                PageChannel::Messenger => json!({ "watermark": self.at_ms }),
                PageChannel::Instagram => json!({ "mid": mid }),
            };
            course.push((read, self.fact(PageStatus::Read, "read", reading, read)));
        }
        for index in 0..course.len() {
            if chance(rng, faults.duplicate_share) {
                let (after_ms, facts) = course[index].clone();
                course.push((after_ms + millis(rng, delay), facts));
            }
        }
        course
    }

    fn fact(&self, status: PageStatus, name: &str, member: Value, after_ms: u32) -> Arc<PageFacts> {
        let at_ms = self.at_ms + u64::from(after_ms);
        let (from, to) = if status == PageStatus::Echoed { (&**self.page, self.to) } else { (self.to, &**self.page) };
        let is_watermark = member.get("watermark").is_some();
        Arc::new(PageFacts {
            channel: self.channel,
            page: self.page.clone(),
            event: event(from, to, at_ms, name, member),
            is_standby: false,
            at_ms,
            report: Some(PageReport { message: self.index, status, is_watermark }),
        })
    }

    fn echo(&self, mid: &str) -> Value {
        let mut message = json!({ "mid": mid, "is_echo": true, "app_id": APP });
        if let Some(metadata) = &self.draft.token {
            message["metadata"] = (&**metadata).into();
        }
        if let Some(text) = &self.draft.text {
            message["text"] = text.as_str().into();
        }
        if let Some(attachment) = &self.draft.attachment {
            message["attachments"] = json!([attachment]);
        }
        message
    }
}
