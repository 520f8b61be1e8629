//! Records of the log, as they come in and as they go out.

mod headers;

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
pub use headers::Headers;
use posthaste_model::{EventType, IntentId, Millis, Origin, Sequence, TenantId, header};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Namespace of our event ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x8e2d_6a54_6d1c_4c0e_9a59_7f0c_2f4b_11d3);

/// Headers of an event, and about how many bytes their names and values have each: enough for most at once.
const HEADERS: usize = 13;
const HEADER_BYTES: usize = 384;

/// A record to publish. Serializable, because the outbox keeps it until the log has acknowledged it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutRecord {
    /// Topic.
    pub topic: Cow<'static, str>,
    /// Key; decides the partition by murmur2. `None` spreads evenly.
    pub key: Option<String>,
    /// A partition that is meant, whatever the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<i32>,
    /// Headers, in order.
    pub headers: Headers,
    /// Value; JSON text, except on `webhooks.raw.v1` and `dead-letters.v1`.
    #[serde(with = "value_text")]
    pub value: Bytes,
}

/// Values are JSON text, so they are kept readable; a value that is not UTF-8 is kept as an array of numbers.
mod value_text {
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Value<'a> {
        Text(std::borrow::Cow<'a, str>),
        Octets(Vec<u8>),
    }

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.into()),
            Err(_) => Value::Octets(bytes.to_vec()),
        }
        .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Text(text) => Bytes::from(text.into_owned().into_bytes()),
            Value::Octets(octets) => Bytes::from(octets),
        })
    }
}

/// What the CloudEvents headers of a record say.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// Natural key of the event: the same event always has the same, so its id, made from it, is deterministic.
    pub id: String,
    /// `/senders/<id>`, `/wabas/<id>` or `/apps/<app>`.
    pub source: String,
    /// Type of the value.
    pub event_type: EventType,
    /// When it happened.
    pub time: Millis,
    /// Intent id or wamid.
    pub subject: String,
    /// Whose it is, where known.
    pub tenant: Option<TenantId>,
    /// Position in the producer's output.
    pub sequence: &'a Sequence,
    /// What it was made from.
    pub origin: Option<&'a Origin>,
}

impl Envelope<'_> {
    /// The headers, in the order of the interface description.
    pub fn headers(self) -> Headers {
        let id = event_id(&self.id);
        let event_type = self.event_type.as_str();
        let mut headers = Headers::with_capacity(HEADERS, HEADER_BYTES);
        headers.push(header::CE_SPECVERSION, b"1.0");
        headers.put(header::CE_ID, id);
        headers.push(header::CE_SOURCE, self.source.as_bytes());
        headers.push(header::CE_TYPE, event_type.as_bytes());
        headers.put(header::CE_TIME, self.time);
        headers.push(header::CE_SUBJECT, self.subject.as_bytes());
        if let Some(tenant) = self.tenant {
            headers.put(header::CE_TENANT_ID, tenant);
        }
        headers.put(header::CE_DATASCHEMA, format_args!("{event_type}.json"));
        headers.push(header::CONTENT_TYPE, b"application/json");
        headers.put(header::TRACEPARENT, traceparent(id, &self.subject));
        headers.put(header::PH_SEQ, self.sequence);
        if let Some(origin) = self.origin {
            headers.put(header::PH_ORIGIN, origin);
        }
        headers
    }
}

/// A name-based UUIDv8 (RFC 9562, appendix B.2) of a natural key: the SHA-1 of a version 5, marked as our own.
pub fn event_id(natural_key: &str) -> Uuid {
    let mut bytes = *Uuid::new_v5(&NAMESPACE, natural_key.as_bytes()).as_bytes();
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    Uuid::from_bytes(bytes)
}

/// W3C trace context: all events of one message share its id as trace id; the event is the span.
fn traceparent(id: Uuid, subject: &str) -> String {
    let trace = subject.parse::<IntentId>().map_or(id, |intent| intent.0);
    let span = u64::from_be_bytes(id.as_bytes()[8..].try_into().expect("the second half of a UUID"));
    format!("00-{:032x}-{:016x}-01", trace.as_u128(), span)
}

/// A record that was read from the log.
#[derive(Debug, Clone)]
pub struct InRecord {
    /// Topic; one text for all its records.
    pub topic: Arc<str>,
    /// Partition.
    pub partition: i32,
    /// Offset.
    pub offset: i64,
    /// Key.
    pub key: Option<Bytes>,
    /// Headers, in order; a header without a value has an empty one.
    pub headers: Headers,
    /// Value; empty for a tombstone.
    pub value: Bytes,
}

impl InRecord {
    /// The text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The type of the value, if this version knows it.
    pub fn event_type(&self) -> Option<EventType> {
        self.header(header::CE_TYPE).and_then(EventType::parse)
    }

    /// The position in the producer's output.
    pub fn sequence(&self) -> Option<Sequence> {
        self.header(header::PH_SEQ)?.parse().ok()
    }

    /// Where this record stands, as the origin of what is made from it.
    pub fn origin(&self, index: u32) -> Origin {
        Origin { topic: self.topic.to_string(), partition: self.partition, offset: self.offset, index }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_the_same_id_whenever_it_is_published_and_a_message_is_one_trace() {
        let intent = IntentId(Uuid::from_u128(7));
        let headers = |id: &str| {
            let sequence = Sequence { task: "senders".into(), partition: 0, seq: 1 };
            let envelope = Envelope {
                id: id.to_owned(),
                source: "/senders/1".to_owned(),
                event_type: EventType::DeliveryTransitioned,
                time: Millis(0),
                subject: intent.to_string(),
                tenant: None,
                sequence: &sequence,
                origin: None,
            };
            envelope.headers()
        };
        let value = |headers: &Headers, name: &str| {
            headers.get(name).map(|value| String::from_utf8(value.to_vec()).unwrap()).unwrap()
        };
        let (first, again, other) = (headers("a"), headers("a"), headers("b"));
        assert_eq!(value(&first, header::CE_ID), value(&again, header::CE_ID));
        assert_ne!(value(&first, header::CE_ID), value(&other, header::CE_ID));
        let id: Uuid = value(&first, header::CE_ID).parse().unwrap();
        assert_eq!(id.get_version_num(), 8);
        let (one, two) = (value(&first, header::TRACEPARENT), value(&other, header::TRACEPARENT));
        assert_eq!(one.len(), 55);
        assert_eq!(one[..35], two[..35], "one trace");
        assert_ne!(one, two, "two spans");
    }
}
