//! The channels of Meta's that conversations are held on.

use serde::{Deserialize, Serialize};

/// Where a conversation is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// WhatsApp: a sender is a number of the Cloud API, by its `phone_number_id`. Events that name no channel are of it.
    #[default]
    Whatsapp,
    /// Messenger: a sender is a Facebook page, a contact a person's page-scoped id (PSID).
    Messenger,
    /// Instagram: a sender is a professional account, a contact a person's Instagram-scoped id (IGSID).
    Instagram,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Whatsapp, Self::Messenger, Self::Instagram];

    /// Name in the store and in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Messenger => "messenger",
            Self::Instagram => "instagram",
        }
    }

    /// The inverse of [`Channel::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }

    /// The channel that a webhook's `object` stands for (Meta: graph-api/webhooks/reference). Whatever is not Messenger's
    /// or Instagram's has WhatsApp's form.
    pub fn of_object(object: &str) -> Self {
        match object {
            "page" => Self::Messenger,
            "instagram" => Self::Instagram,
            _ => Self::Whatsapp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.as_str()), Some(channel));
            assert_eq!(serde_json::to_string(&channel).expect("json"), format!("\"{}\"", channel.as_str()));
        }
        assert_eq!(Channel::parse("telegram"), None);
    }
}
