//! From a record of the log to what a receiver gets.

use std::sync::Arc;

use posthaste_core::crm::LaneKey;
use posthaste_model::header;
use posthaste_runtime::record::InRecord;
use posthaste_runtime::sink::Delivery;
use serde_json::value::RawValue;

/// Bytes that an event costs in a buffer beyond its value: id, type, time, lane and the maps' own.
const OVERHEAD_BYTES: usize = 512;

/// An event on its way to the receivers of its tenant.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Its conversation.
    pub(crate) lane: LaneKey,
    /// What is sent.
    pub(crate) delivery: Arc<Delivery>,
    /// What it costs in a buffer.
    pub(crate) bytes: usize,
}

impl Event {
    /// Reads a record. One without id or type, or whose value is not JSON, is nothing that a receiver could use: our own
    /// tasks write none, so it is reported and passed over.
    pub(crate) fn read(record: &InRecord) -> Option<Self> {
        let text = |name| record.header(name).map(str::to_owned);
        let event = text(header::CE_ID).zip(text(header::CE_TYPE)).zip(text(header::CE_TIME));
        let is_json = serde_json::from_slice::<&RawValue>(&record.value).is_ok();
        let Some(((id, event_type), time)) = event.filter(|_| is_json) else {
            tracing::error!(
                topic = &*record.topic,
                partition = record.partition,
                offset = record.offset,
                "a record is not an event (it needs ce_id, ce_type, ce_time and a JSON value) and is not delivered"
            );
            metrics::counter!("posthaste_sink_deliveries_total", "outcome" => "not_an_event").increment(1);
            return None;
        };
        Some(Self {
            lane: LaneKey::from(record.key.as_deref().unwrap_or_default()),
            bytes: record.value.len() + OVERHEAD_BYTES,
            delivery: Arc::new(Delivery { id, event_type, time, data: record.value.clone() }),
        })
    }
}
