//! Names of the record headers: CloudEvents 1.0 Kafka binding, binary mode, plus some of ours.

/// CloudEvents version, always `1.0`.
pub const CE_SPECVERSION: &str = "ce_specversion";
/// Deterministic id of the event: the same event published twice carries the same id.
pub const CE_ID: &str = "ce_id";
/// `/senders/<sender id>`, `/wabas/<waba id>` or `/apps/<app>`.
pub const CE_SOURCE: &str = "ce_source";
/// See [`crate::event::EventType`].
pub const CE_TYPE: &str = "ce_type";
/// When it happened, RFC 3339.
pub const CE_TIME: &str = "ce_time";
/// Intent id or wamid.
pub const CE_SUBJECT: &str = "ce_subject";
/// The tenant, where it is known.
pub const CE_TENANT_ID: &str = "ce_tenantid";
/// Name of the JSON schema of the value.
pub const CE_DATASCHEMA: &str = "ce_dataschema";
/// Always `application/json`, except on `webhooks.raw.v1`.
pub const CONTENT_TYPE: &str = "content-type";
/// Position in the producing task: `<task>/<partition>/<seq>`, see [`crate::sequence::Sequence`].
pub const PH_SEQ: &str = "ph-seq";
/// Where the input came from: `<topic>/<partition>/<offset>/<index>`, see [`crate::sequence::Origin`].
pub const PH_ORIGIN: &str = "ph-origin";
/// On `webhooks.raw.v1`: the app key of the URL; absent where an event of the edge is about no app.
pub const PH_APP: &str = "ph-app";
/// On `webhooks.raw.v1`: arrival at the edge, RFC 3339.
pub const PH_RECEIVED_AT: &str = "ph-received-at";
/// On `dead-letters.v1`: the stable reason code.
pub const PH_REASON: &str = "ph-reason";
/// On `dead-letters.v1`: `parked` where the record is whole and only this version does not know its type.
pub const PH_LETTER: &str = "ph-letter";
/// The value of [`PH_LETTER`] on a letter that is parked.
pub const PARKED: &str = "parked";
/// W3C trace context, passed through.
pub const TRACEPARENT: &str = "traceparent";
