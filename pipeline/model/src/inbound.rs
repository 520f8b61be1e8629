//! Inbound messages.

use serde::{Deserialize, Serialize};

use crate::id::{Contact, SenderId, TenantId, WabaId, Wamid};
use crate::time::Millis;

/// `inbound.received.v1`: a message from a person to a business.
///
/// Types that the software does not understand yet have `kind` = `unknown`; the element's bytes are in `raw` in any case,
/// so nothing that Meta sent is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundReceived {
    /// Whose number it came to; set once the owner of the sender has looked it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<TenantId>,
    /// The number that it came to.
    pub sender_id: SenderId,
    /// The account of that number.
    pub waba_id: WabaId,
    /// Meta's id; with the sender it is the natural key.
    pub wamid: Wamid,
    /// Who wrote, where Meta names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The person's profile name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    /// Meta's timestamp (seconds precision).
    pub at: Millis,
    /// `text`, or `unknown` for every type that is not normalized yet.
    pub kind: String,
    /// The text of a text message, with U+0000 removed (Postgres cannot hold it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Wamid>,
    /// The element as Meta sent it: JSON text, byte-exact.
    pub raw: String,
}
