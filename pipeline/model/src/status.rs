//! Statuses of an attempt, and the join that merges them.
//!
//! Webhooks arrive duplicated, reordered, and before the HTTP response. The status of an attempt is therefore the
//! *maximum* of all that was ever reported, in one total order: the merge is commutative, associative and idempotent,
//! so any order of arrival gives the same result. Evidence of delivery outranks a report of failure.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::id::{CampaignId, Contact, IntentId, SenderId, TenantId, Wamid};
use crate::intent::{AttemptNumber, Class};
use crate::time::Millis;
use crate::whatsapp::{Identity, MetaError};

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $rank:literal, $text:literal);+ $(;)?) => {
        /// Status of one attempt. The order of the variants is the order of the join.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[repr(u8)]
        pub enum Status { $($(#[$doc])* $name = $rank),+ }

        impl Status {
            /// Every status, in the order of the join.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Name in the store, in events and in SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The inverse of [`Status::as_str`].
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

statuses! {
    /// Waiting in its lane.
    Queued = 0, "queued";
    /// Durably recorded as about to be POSTed.
    Armed = 1, "armed";
    /// The outcome of the POST cannot be known yet.
    Unknown = 2, "unknown";
    /// Still unknown after grace, policy `at_most_once`: terminal.
    Unconfirmed = 3, "unconfirmed";
    /// Refused by Meta before processing; another attempt follows.
    Deferred = 4, "deferred";
    /// Not sent in time: terminal.
    Expired = 5, "expired";
    /// Its campaign was cancelled before it was armed: terminal.
    Cancelled = 6, "cancelled";
    /// Refused, by us or by Meta's answer to the POST: terminal.
    Rejected = 7, "rejected";
    /// Meta answered 200 with a wamid.
    Accepted = 8, "accepted";
    /// Left Meta's servers.
    Sent = 9, "sent";
    /// Meta reported failure after accepting.
    Failed = 10, "failed";
    /// On the person's device.
    Delivered = 11, "delivered";
    /// Shown to the person.
    Read = 12, "read";
    /// A voice message was played.
    Played = 13, "played";
}

impl Status {
    /// Merges a report into a status. See the module's documentation for its laws.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }

    /// Whether the attempt still needs its sender's attention: to be armed, settled or reconciled.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Armed | Self::Unknown)
    }

    /// The bit of this status in a set of statuses.
    pub const fn bit(self) -> i32 {
        1 << (self as u8)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The correlation token that a send carries in `biz_opaque_callback_data` and that statuses echo:
/// `v1.<32 hex digits>.<attempt>`. It holds no personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// The intent.
    pub intent_id: IntentId,
    /// Which attempt.
    pub attempt: AttemptNumber,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v1.{}.{}", self.intent_id.0.simple(), self.attempt)
    }
}

impl FromStr for Token {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, attempt) = text.strip_prefix("v1.").and_then(|rest| rest.split_once('.')).ok_or(())?;
        let id = Some(id).filter(|id| id.len() == 32).and_then(|id| uuid::Uuid::try_parse(id).ok()).ok_or(())?;
        let attempt = attempt.parse().ok().filter(|n| *n >= 1).ok_or(())?;
        Ok(Self { intent_id: IntentId(id), attempt })
    }
}

/// `status.observed.v1`: a status webhook, one element of one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusObserved {
    /// Where the message was sent.
    #[serde(default, skip_serializing_if = "crate::shape::is_absent")]
    pub channel: Channel,
    /// The number that it is about.
    pub sender_id: SenderId,
    /// Meta's id of the message.
    pub wamid: Wamid,
    /// `sent`, `delivered`, `read`, `played` or `failed`; other values travel as [`StatusReported`].
    pub status: Status,
    /// Meta's timestamp (seconds precision).
    pub at: Millis,
    /// The recipient, where Meta names one; in a group the participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Everything that Meta tells of who the recipient is.
    #[serde(default, skip_serializing_if = "crate::shape::is_absent")]
    pub identity: Identity,
    /// The group that the message went to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// `biz_opaque_callback_data`, as echoed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Meta's error code, for `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// Meta's error title or details, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The errors in full.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<MetaError>,
    /// Meta's `pricing` object, verbatim JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<String>,
    /// Meta's `conversation` object, verbatim JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
}

impl StatusObserved {
    /// A status that tells nothing else.
    pub fn new(sender_id: SenderId, wamid: Wamid, status: Status, at: Millis) -> Self {
        Self {
            channel: Channel::default(),
            sender_id,
            wamid,
            status,
            at,
            contact: None,
            identity: Identity::default(),
            group_id: None,
            token: None,
            code: None,
            reason: None,
            errors: Vec::new(),
            pricing: None,
            conversation: None,
        }
    }
}

/// `status.reported.v1`: a status that Meta told and that moves no message: of another participant of a group than the first who
/// reached it, of a message that was not sent from here, or by a name that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReported {
    /// Whose number it is. It is not known before the sender task, and nor are the three members about the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<TenantId>,
    /// The number that it is about.
    pub sender_id: SenderId,
    /// Meta's id of the message.
    pub wamid: Wamid,
    /// The status, as Meta calls it.
    pub status: String,
    /// Meta's timestamp (seconds precision).
    pub at: Millis,
    /// The message, where it was sent from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent_id: Option<IntentId>,
    /// Which attempt of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<AttemptNumber>,
    /// What the caller gave the message to have it back, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_data: Option<Box<str>>,
    /// The recipient, where Meta names one; in a group the participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Everything that Meta tells of who the recipient is.
    #[serde(default, skip_serializing_if = "crate::shape::is_absent")]
    pub identity: Identity,
    /// The group that the message went to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// `biz_opaque_callback_data`, as echoed: a token of ours, or what another system gave its message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The errors in full. These and the next two stand in `raw` alone, where that is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<MetaError>,
    /// Meta's `pricing` object, verbatim JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<String>,
    /// Meta's `conversation` object, verbatim JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The element as Meta sent it, JSON text, byte-exact, where this version does not know the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

impl From<&StatusObserved> for StatusReported {
    fn from(observed: &StatusObserved) -> Self {
        Self {
            tenant_id: None,
            sender_id: observed.sender_id.clone(),
            wamid: observed.wamid.clone(),
            status: observed.status.to_string(),
            at: observed.at,
            intent_id: None,
            attempt: None,
            callback_data: None,
            contact: observed.contact.clone(),
            identity: observed.identity.clone(),
            group_id: observed.group_id.clone(),
            token: observed.token.clone(),
            errors: observed.errors.clone(),
            pricing: observed.pricing.clone(),
            conversation: observed.conversation.clone(),
            raw: None,
        }
    }
}

/// `watermark.observed.v1`: what became of all messages to a person up to a point of time
/// (Meta: messenger-platform/webhooks, `message_deliveries` and `message_reads`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatermarkObserved {
    /// The page or the account that sent them.
    pub sender_id: SenderId,
    /// The person.
    pub contact: Contact,
    /// `delivered` or `read`.
    pub status: Status,
    /// What was sent later is not meant.
    pub upto: Millis,
    /// When Meta saw it.
    pub at: Millis,
}

/// `delivery.transitioned.v1`: one change of a message's status; each status appears at most once per attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Whose message.
    pub tenant_id: TenantId,
    /// Which message.
    pub intent_id: IntentId,
    /// Which attempt.
    pub attempt: AttemptNumber,
    /// The status that was reached.
    pub status: Status,
    /// When it was reached: Meta's clock for statuses that Meta reports, ours for the others.
    pub at: Millis,
    /// When the message was accepted from the tenant.
    pub accepted_at: Millis,
    /// The sender.
    pub sender_id: SenderId,
    /// The recipient.
    pub contact: Contact,
    /// Everything that Meta told with this status of who the recipient is.
    #[serde(default, skip_serializing_if = "crate::shape::is_absent")]
    pub identity: Identity,
    /// The group that Meta said the message went to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Lane class.
    pub class: Class,
    /// Campaign, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    /// Template name, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// What the caller gave the message to have it back, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_data: Option<Box<str>>,
    /// Meta's id, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wamid: Option<Wamid>,
    /// Meta's error code, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// Why, for `failed`, `rejected`, `deferred`, `unknown`, `unconfirmed`, `expired`, `cancelled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The errors of Meta's status webhook in full.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<MetaError>,
    /// Meta's `pricing` object, verbatim JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<String>,
    /// Meta's `conversation` object, verbatim JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// When the attempt was put into its lane, ready to be sent; a repeated one, when its wait was over. With the first
    /// transition that is published of an attempt, and no other: `queued` is not published on its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued_at: Option<Millis>,
    /// When it was recorded as about to be sent; there as `queued_at` is, if it was armed at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub armed_at: Option<Millis>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All triples of statuses: the space is small enough to check the laws on every element of it.
    #[test]
    fn the_join_is_commutative_associative_and_idempotent() {
        for &a in Status::ALL {
            assert_eq!(a.join(a), a);
            for &b in Status::ALL {
                assert_eq!(a.join(b), b.join(a));
                for &c in Status::ALL {
                    assert_eq!(a.join(b).join(c), a.join(b.join(c)));
                }
            }
        }
    }

    #[test]
    fn evidence_of_delivery_outranks_a_report_of_failure() {
        assert_eq!(Status::Failed.join(Status::Delivered), Status::Delivered);
        assert_eq!(Status::Failed.join(Status::Sent), Status::Failed);
    }

    #[test]
    fn names_read_back() {
        for &status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_string(&status).expect("json"), format!("\"{status}\""));
        }
    }

    #[test]
    fn a_token_reads_back_and_a_foreign_one_is_refused() {
        let token = Token { intent_id: IntentId(uuid::Uuid::from_u128(7)), attempt: 3 };
        assert_eq!(token.to_string().parse(), Ok(token));
        for foreign in ["", "v1.", "order-17", "v1.00.1", "v1.00000000000000000000000000000007.0"] {
            assert!(foreign.parse::<Token>().is_err(), "{foreign}");
        }
    }
}
