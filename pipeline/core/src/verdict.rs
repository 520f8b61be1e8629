//! What a refusal by Meta means for the message and for everything that shares its fate. The core decides by this; the
//! table of Meta's codes is the connector's.

use serde::{Deserialize, Serialize};

/// What a limit or a stop applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The Meta app: all tenants that send through it.
    App,
    /// The access token.
    Token,
    /// The WhatsApp business account.
    Waba,
    /// The sending number.
    Sender,
    /// The number and one person.
    Pair,
    /// The template, in one language.
    Template,
    /// The campaign.
    Campaign,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 7] =
        [Self::App, Self::Token, Self::Waba, Self::Sender, Self::Pair, Self::Template, Self::Campaign];

    /// The inverse of [`Scope::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// Name in the store, in logs, metrics and documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Token => "token",
            Self::Waba => "waba",
            Self::Sender => "sender",
            Self::Pair => "pair",
            Self::Template => "template",
            Self::Campaign => "campaign",
        }
    }
}

/// What to do about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The message can never be sent as it is: terminal.
    Permanent,
    /// Refused before processing because something goes too fast: slow the scope down, send the message again later.
    Throttle(Scope),
    /// Refused before processing for a passing reason of this message alone: send it again.
    Retry {
        /// How long to wait first, in milliseconds.
        after_ms: i64,
    },
    /// Nothing of the scope can be sent until somebody acts: the message waits, and after a handful of such refusals the
    /// whole scope does. Of [`Scope::Campaign`] the refused message itself is lost: it can never be sent as it is.
    Pause(Scope),
    /// The message may have been processed: only a status webhook or the tenant's policy can tell.
    Unknown,
}
