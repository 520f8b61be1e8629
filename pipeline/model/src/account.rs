//! Events about accounts, numbers and templates.

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::id::{SenderId, WabaId};
use crate::time::Millis;
use crate::whatsapp::Update;

/// Whether a template can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateStatus {
    /// In review.
    Pending,
    /// Can be sent.
    Approved,
    /// Refused in review.
    Rejected,
    /// Paused for quality; may come back.
    Paused,
    /// Gone for good.
    Disabled,
    /// Deleted, or about to be.
    Deleted,
    /// A status that this version does not know: not sendable.
    Unknown,
}

impl TemplateStatus {
    /// Name in the store and in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
            Self::Unknown => "unknown",
        }
    }

    /// The status after Meta's `event` (Meta: webhooks/reference/message_template_status_update). `None` where the event
    /// says nothing about sending (`FLAGGED` is a warning, `LOCKED` concerns editing, `LIMIT_EXCEEDED` creation).
    pub fn after_event(event: &str) -> Option<Self> {
        match event {
            "APPROVED" | "REINSTATED" | "UNARCHIVED" => Some(Self::Approved),
            "REJECTED" => Some(Self::Rejected),
            "PENDING" | "IN_APPEAL" => Some(Self::Pending),
            "PAUSED" => Some(Self::Paused),
            "DISABLED" => Some(Self::Disabled),
            "DELETED" | "PENDING_DELETION" | "ARCHIVED" => Some(Self::Deleted),
            "FLAGGED" | "LOCKED" | "LIMIT_EXCEEDED" => None,
            _ => Some(Self::Unknown),
        }
    }
}

/// `account.template_changed.v1`: Meta changed the status of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateChanged {
    /// The account.
    pub waba_id: WabaId,
    /// Template name.
    pub name: String,
    /// Language code with an underscore, whatever the webhook wrote.
    pub language: String,
    /// Meta's event, verbatim.
    pub event: String,
    /// The status that follows, where the event implies one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TemplateStatus>,
    /// Why, where Meta says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When: the entry's time, or arrival at the edge where there is none.
    pub at: Millis,
    /// The change, verbatim: dates, recommendations and whatever else it tells. Empty in events of versions before this member.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub raw: String,
}

/// How many people the numbers of a business portfolio may reach in 24 h outside service windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessagingLimit {
    /// So many, at least 1.
    People(u32),
    /// As many as there are.
    Unlimited,
}

/// `account.limits_changed.v1`: Meta granted other limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitsChanged {
    /// The account.
    pub waba_id: WabaId,
    /// Digits of the number that the webhook named, if it named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Throughput of that number, messages per second, where it has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_per_second: Option<u32>,
    /// Messaging limit of the account's portfolio, where the webhook told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messaging_limit: Option<MessagingLimit>,
    /// When: the entry's time, or arrival at the edge where there is none.
    pub at: Millis,
}

/// `account.updated.v1`: Meta told something of an account, of one of its numbers or templates, of a call or a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountUpdated {
    /// Where: whose account it is.
    #[serde(default, skip_serializing_if = "crate::shape::is_absent")]
    pub channel: Channel,
    /// The account; a page and an Instagram account are their own.
    pub waba_id: WabaId,
    /// The number, where the webhook names one by its id; the page or the Instagram account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_id: Option<SenderId>,
    /// The webhook's `field`; of what stands in `messaging` or `standby`, the member that names the event.
    pub field: String,
    /// What it tells.
    pub update: Update,
    /// When: the entry's time, or arrival at the edge where there is none.
    pub at: Millis,
    /// The change as Meta sent it: JSON text, byte-exact.
    pub raw: String,
}

/// `account.unknown_update.v1`: a field, type or status that this version does not know, kept with its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownUpdate {
    /// Where: whose account it is.
    #[serde(default, skip_serializing_if = "crate::shape::is_absent")]
    pub channel: Channel,
    /// The account, as far as the envelope names one.
    pub waba_id: WabaId,
    /// The webhook's `field`; of what stands in `messaging` or `standby`, the member that names the event.
    pub field: String,
    /// Why it is unknown: `field`, `status` or `shape`.
    pub what: String,
    /// Arrival at the edge.
    pub at: Millis,
    /// The element as Meta sent it: JSON text, byte-exact.
    pub raw: String,
}
