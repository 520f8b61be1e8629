//! Messages in conversations: what people wrote, and what a business wrote elsewhere.

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::id::{Contact, SenderId, TenantId, WabaId, Wamid};
use crate::time::Millis;
use crate::whatsapp::{Content, Context, Identity, MetaError, Referral};

/// How we heard of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A person wrote to the number: it opens the service window and uses throughput up.
    #[default]
    Person,
    /// The business wrote it elsewhere: on the phone that shares the number with the platform, or on a device linked to it (Meta:
    /// webhooks/reference/smb_message_echoes), in the inbox of its page, or with another app.
    Echo,
    /// It is up to 180 days old, and was handed over when the number joined the platform (Meta:
    /// webhooks/reference/history).
    History,
    /// A person wrote while another app owned the conversation; not to be answered.
    Standby,
}

impl Source {
    /// Name in the store and in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Echo => "echo",
            Self::History => "history",
            Self::Standby => "standby",
        }
    }
}

/// `inbound.received.v1`: a message of a conversation that we did not send ourselves.
///
/// Types that the software does not understand have `kind` = `unknown`; the element's bytes are in `raw` in any case, so
/// nothing that Meta sent is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundReceived {
    /// Whose number it came to; set once the owner of the sender has looked it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<TenantId>,
    /// Where the conversation is held.
    #[serde(default, skip_serializing_if = "crate::shape::is_absent")]
    pub channel: Channel,
    /// The number, the page or the Instagram account that it came to.
    pub sender_id: SenderId,
    /// The account of that number; a page and an Instagram account are their own.
    pub waba_id: WabaId,
    /// Meta's id; with the sender it is the natural key. What Messenger and Instagram tell of a message that was sent before has no
    /// id of its own, and gets one that is made of the event: `edit:<mid>:<number of the edit>`, `revoke:<mid>`,
    /// `reaction:<mid>:<person>:<time>:<action>`, and a postback without id `postback:<person>:<time>`.
    pub wamid: Wamid,
    /// How we heard of it.
    #[serde(default)]
    pub source: Source,
    /// Whether the business wrote it, and not the person.
    #[serde(default)]
    pub from_business: bool,
    /// The person in the conversation, whoever of the two wrote, where Meta names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Everything that Meta tells of who the person is.
    #[serde(default, skip_serializing_if = "crate::shape::is_absent")]
    pub identity: Identity,
    /// The person's profile name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    /// Meta's timestamp: whole seconds on WhatsApp, milliseconds elsewhere.
    pub at: Millis,
    /// The group that it was written in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// What it holds, in a word: [`Content::kind`].
    pub kind: String,
    /// The text of a text message, with U+0000 removed (Postgres cannot hold it); of Messenger and Instagram every text, beside
    /// whatever it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What it holds.
    #[serde(default)]
    pub content: Content,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Wamid>,
    /// What else it refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Box<Context>>,
    /// The advertisement that the person came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Box<Referral>>,
    /// Why Meta does not pass its content on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<MetaError>,
    /// How far a message of the business had come, of the past: `DELIVERED`, `READ`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past_status: Option<String>,
    /// The element as Meta sent it: JSON text, byte-exact.
    pub raw: String,
}

impl InboundReceived {
    /// A message of which nothing more is known than that it came: content unknown, from nobody that Meta names.
    pub fn new(sender_id: SenderId, waba_id: WabaId, wamid: Wamid, at: Millis, raw: impl Into<String>) -> Self {
        let content = Content::default();
        Self {
            tenant_id: None,
            channel: Channel::default(),
            sender_id,
            waba_id,
            wamid,
            source: Source::default(),
            from_business: false,
            contact: None,
            identity: Identity::default(),
            profile_name: None,
            at,
            group_id: None,
            kind: content.kind().to_owned(),
            text: None,
            content,
            reply_to: None,
            context: None,
            referral: None,
            errors: Vec::new(),
            past_status: None,
            raw: raw.into(),
        }
    }

    /// Whether a person wrote it just now: it opens the service window, and uses the number's throughput up.
    pub fn is_live(&self) -> bool {
        matches!(self.source, Source::Person | Source::Standby)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it stood on the log before there was another channel.
    const OLD: &str = r#"{"sender_id":"1065","waba_id":"WABA","wamid":"wamid.A","at":"2026-09-21T14:13:20.000Z","kind":"text","raw":"{}"}"#;

    #[test]
    fn an_event_that_names_no_channel_is_of_whatsapp_and_is_written_as_before() {
        let old: InboundReceived = serde_json::from_str(OLD).expect("an event");
        assert_eq!(old.channel, Channel::Whatsapp);
        assert!(!serde_json::to_string(&old).expect("JSON").contains("channel"));
        let new = InboundReceived { channel: Channel::Messenger, ..old };
        let written = serde_json::to_string(&new).expect("JSON");
        assert!(written.contains(r#""channel":"messenger""#), "{written}");
        assert_eq!(serde_json::from_str::<InboundReceived>(&written).expect("an event"), new);
    }
}
