//! How one POST of a message ended.

use posthaste_model::{Contact, Wamid};
use serde::{Deserialize, Serialize};

use crate::verdict::Verdict;

/// How one POST of a message ended, as far as it can be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendOutcome {
    /// Meta took the message over.
    Accepted {
        /// Meta's id of the message.
        wamid: Wamid,
        /// Meta holds the message back for a while (`held_for_quality_assessment`, `paused`): its first status may take an
        /// hour, and may be a failure.
        held: bool,
        /// The number that it goes to, where Meta writes it otherwise than it was sent to (Meta: messages/send-messages): it stands so
        /// in all webhooks of that person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<Contact>,
    },
    /// Meta answered that it did not take the message. The verdict is never [`Verdict::Unknown`]: such answers are
    /// [`SendOutcome::Unknown`].
    Refused {
        /// What follows from it.
        verdict: Verdict,
        /// Status of the HTTP response; Meta's codes are the better evidence.
        http_status: u16,
        /// Meta's error code, where the answer had one.
        code: Option<i64>,
        /// Meta's words, for people.
        reason: String,
        /// Meta's `Retry-After`, in milliseconds.
        retry_after_ms: Option<i64>,
        /// How long to wait before the next try as it is documented for the code, in milliseconds.
        wait_ms: Option<i64>,
    },
    /// No byte of the request left this machine.
    NotSent {
        /// Why, for people.
        reason: String,
        /// Meta could not be reached; else it was held back here.
        unreachable: bool,
    },
    /// The request may have been processed.
    Unknown {
        /// What happened instead of an answer, for people.
        reason: String,
        /// Status of the HTTP response, where there was one.
        http_status: Option<u16>,
    },
}
