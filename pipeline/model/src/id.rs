//! Identifiers. Ours are prefixed, time-ordered UUIDs; Meta's are opaque strings that are never taken apart.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Why a text is not one of our ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdError {
    /// The prefix that the id must carry, with its underscore.
    pub prefix: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an id of the form {}<32 hex digits> is expected", self.prefix)
    }
}

impl std::error::Error for IdError {}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The prefix of the public form.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($prefix)
                    .filter(|rest| rest.len() == 32)
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map($name)
                    .ok_or(IdError { prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

uuid_id!(
    /// A customer of the platform, the unit of isolation.
    TenantId, "ten_"
);
uuid_id!(
    /// One campaign.
    CampaignId, "cmp_"
);
uuid_id!(
    /// One message that somebody wants sent.
    IntentId, "msg_"
);

/// What a handle begins with: an id of WhatsApp's, and nothing that WhatsApp would make.
const HANDLE: &str = "wamid.PH";

impl IntentId {
    /// Names the message where Meta's id is expected, before there is one.
    pub fn handle(self) -> String {
        format!("{HANDLE}{:X}", self.0.simple())
    }

    /// The message that a handle names.
    pub fn of_handle(text: &str) -> Option<Self> {
        Uuid::try_parse(text.strip_prefix(HANDLE)?).ok().map(Self)
    }

    /// The id of a campaign's recipient: the same campaign and ordinal give the same id, so that a campaign which is
    /// expanded twice after a crash still makes each message once.
    ///
    /// The 48-bit time and 42 random bits of the campaign's UUIDv7 come first and the ordinal last (UUIDv8,
    /// RFC 9562 section 5.8), so a campaign's messages lie side by side in the primary key.
    pub fn of_recipient(campaign: CampaignId, ordinal: u32) -> Self {
        let mut bytes = *campaign.0.as_bytes();
        bytes[12..16].copy_from_slice(&ordinal.to_be_bytes());
        // Keep the variant bits of byte 8; byte 6 carries the version.
        bytes[6] = (bytes[6] & 0x0f) | 0x80;
        Self(Uuid::from_bytes(bytes))
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps a text; callers check its form at the border where it enters.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Ok(Self(Arc::from(text.as_ref())))
            }
        }
    };
}

text_id!(
    /// A business's sending identity on a channel (WhatsApp: the `phone_number_id`): the unit of ownership and of rate.
    SenderId
);
text_id!(
    /// A WhatsApp business account.
    WabaId
);
text_id!(
    /// A business portfolio at Meta: the accounts of one business, which share a messaging limit.
    PortfolioId
);
text_id!(
    /// The person at the other end. For WhatsApp the phone number in E.164 form with its `+` (see [`crate::phone`]), or
    /// Meta's business-scoped user id where no number is known.
    Contact
);
text_id!(
    /// Meta's id of a message. It contains the peer's phone number: personal data, keep it out of log lines.
    Wamid
);
text_id!(
    /// The Meta app that a webhook came through: the last segment of its URL.
    AppKey
);

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign() -> CampaignId {
        "cmp_01932d3c7a4b7c3d9e8f0a1b2c3d4e5f".parse().expect("a well-formed id")
    }

    #[test]
    fn an_id_reads_back_as_written() {
        let text = campaign().to_string();
        assert_eq!(text.parse::<CampaignId>(), Ok(campaign()));
        assert_eq!(serde_json::to_string(&campaign()).expect("json"), format!("\"{text}\""));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let text = campaign().to_string();
        assert_eq!(text.parse::<TenantId>(), Err(IdError { prefix: "ten_" }));
        assert!("cmp_123".parse::<CampaignId>().is_err());
    }

    #[test]
    fn a_handle_names_its_message() {
        let id = IntentId::of_recipient(campaign(), 7);
        assert_eq!(IntentId::of_handle(&id.handle()), Some(id));
        for other in ["wamid.HBgL", "wamid.PH", "msg_01a1fcbd55d2803a85594beb00000151"] {
            assert_eq!(IntentId::of_handle(other), None, "{other}");
        }
    }

    #[test]
    fn recipients_of_a_campaign_are_distinct_and_ordered() {
        let ids: Vec<_> = (0..1000).map(|n| IntentId::of_recipient(campaign(), n)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(ids[7], IntentId::of_recipient(campaign(), 7));
        assert_eq!(ids[0].0.get_version_num(), 8);
    }
}
