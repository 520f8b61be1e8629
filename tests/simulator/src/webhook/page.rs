//! Webhooks of pages: an entry for each event, with its time in milliseconds.

use serde::Serialize;
use serde_json::Value;

use super::MetaFormat;
use crate::page::PageFacts;

#[derive(Serialize)]
struct Envelope<'a> {
    object: &'static str,
    entry: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    messaging: Option<[&'a Value; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standby: Option<[&'a Value; 1]>,
}

/// The body of one POST that carries events of pages of one channel.
pub(super) fn body(events: &[&PageFacts]) -> Vec<u8> {
    let object = events.first().map_or("page", |facts| facts.channel.object());
    let entry = events.iter().map(|facts| {
        let event = Some([&facts.event]);
        let (messaging, standby) = if facts.is_standby { (None, event) } else { (event, None) };
        Entry { id: &facts.page, time: facts.at_ms, messaging, standby }
    });
    let envelope = Envelope { object, entry: entry.collect() };
    let mut bytes = Vec::with_capacity(128 + events.len() * 320);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, MetaFormat);
    envelope.serialize(&mut serializer).expect("writing strings and numbers to memory cannot fail");
    bytes
}
