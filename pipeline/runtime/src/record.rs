//! Records of the log, as they come in and as they go out.

use bytes::Bytes;
use posthaste_model::{EventType, Millis, Origin, Sequence, TenantId, header};
use serde::{Deserialize, Serialize};

/// A record to publish. Serializable, because the outbox keeps it until the log has acknowledged it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutRecord {
    /// Topic.
    pub topic: String,
    /// Key; decides the partition by murmur2. `None` spreads evenly.
    pub key: Option<String>,
    /// A partition that is meant, whatever the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<i32>,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
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
    /// Deterministic id.
    pub id: String,
    /// `/senders/<id>` or `/wabas/<id>`.
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
    pub fn headers(self) -> Vec<(String, String)> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let mut headers = vec![
            pair(header::CE_SPECVERSION, "1.0".to_owned()),
            pair(header::CE_ID, self.id),
            pair(header::CE_SOURCE, self.source),
            pair(header::CE_TYPE, self.event_type.as_str().to_owned()),
            pair(header::CE_TIME, self.time.to_string()),
            pair(header::CE_SUBJECT, self.subject),
        ];
        if let Some(tenant) = self.tenant {
            headers.push(pair(header::CE_TENANT_ID, tenant.to_string()));
        }
        headers.push(pair(header::CE_DATASCHEMA, format!("{}.json", self.event_type.as_str())));
        headers.push(pair(header::CONTENT_TYPE, "application/json".to_owned()));
        headers.push(pair(header::PH_SEQ, self.sequence.to_string()));
        if let Some(origin) = self.origin {
            headers.push(pair(header::PH_ORIGIN, origin.to_string()));
        }
        headers
    }
}

/// A record that was read from the log.
#[derive(Debug, Clone)]
pub struct InRecord {
    /// Topic.
    pub topic: String,
    /// Partition.
    pub partition: i32,
    /// Offset.
    pub offset: i64,
    /// Key.
    pub key: Option<Bytes>,
    /// Headers, in order; a header without a value has an empty one.
    pub headers: Vec<(String, Bytes)>,
    /// Value; empty for a tombstone.
    pub value: Bytes,
}

impl InRecord {
    /// The text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(header, _)| header == name)?;
        std::str::from_utf8(value).ok()
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
        Origin { topic: self.topic.clone(), partition: self.partition, offset: self.offset, index }
    }
}
