//! Intents: messages that somebody wants sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::channel::Channel;
use crate::id::{CampaignId, Contact, IntentId, SenderId, TenantId, Wamid};
use crate::time::Millis;

/// Number of an attempt, from 1.
pub type AttemptNumber = i16;

/// Lane class, in order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// One-time passwords.
    Otp,
    /// Single messages.
    Transactional,
    /// Campaign messages.
    Campaign,
    /// Receipts: they are no messages, but each uses a place of the number's throughput.
    Receipt,
}

impl Class {
    /// Every class, most urgent first.
    pub const ALL: [Self; 4] = [Self::Otp, Self::Transactional, Self::Campaign, Self::Receipt];

    /// Name in the store and in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Otp => "otp",
            Self::Transactional => "transactional",
            Self::Campaign => "campaign",
            Self::Receipt => "receipt",
        }
    }

    /// The inverse of [`Class::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }
}

/// What to do with an attempt whose outcome stays unknown after grace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownPolicy {
    /// Report it as `unconfirmed`; never send again.
    #[default]
    AtMostOnce,
    /// Send again, as a new attempt; the message may arrive twice.
    AtLeastOnce,
}

impl UnknownPolicy {
    /// Name in the store and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtMostOnce => "at_most_once",
            Self::AtLeastOnce => "at_least_once",
        }
    }

    /// The inverse of [`UnknownPolicy::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::AtMostOnce, Self::AtLeastOnce].into_iter().find(|policy| policy.as_str() == text)
    }
}

/// What Meta does with a marketing message that it cannot optimise the delivery of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProductPolicy {
    /// It goes as an ordinary message: what Meta does where nothing is said.
    CloudApiFallback,
    /// It is refused.
    Strict,
}

impl ProductPolicy {
    /// Reads Meta's word.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "CLOUD_API_FALLBACK" => Some(Self::CloudApiFallback),
            "STRICT" => Some(Self::Strict),
            _ => None,
        }
    }
}

/// How a template is sent by the Marketing Messages API; what is left out is left to Meta (Meta:
/// marketing-messages/send-marketing-messages).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketingOptions {
    /// What becomes of a message whose delivery cannot be optimised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_policy: Option<ProductPolicy>,
    /// Whether Meta may use what people do with the message for optimising.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_activity_sharing: Option<bool>,
    /// The highest price, as Meta takes it; only to phone numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid_spec: Option<Value>,
}

/// A template with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateMessage {
    /// Name of the template.
    pub name: String,
    /// Language code as the send API writes it, with an underscore (`en_US`).
    pub language: String,
    /// Its category when it was accepted, as Meta writes it, where it is known: a change of it changes what is marketing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Positional parameters of the body, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<String>,
    /// All parameters as Meta takes them, where those of the body are not enough; `body` is empty then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Value>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Wamid>,
    /// That it goes by the Marketing Messages API, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketing: Option<MarketingOptions>,
}

/// Free text; allowed by Meta inside the 24-hour window only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextMessage {
    /// At most 4,096 characters.
    pub body: String,
    /// Whether a link in the text is shown with a preview.
    #[serde(default)]
    pub preview_url: bool,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Wamid>,
}

/// A message of any other type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeForm {
    /// Meta's type: `image`, `interactive`, `reaction`, …; `messenger` or `instagram` for a message of that channel.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its object, as Meta takes it; of Messenger and Instagram the whole body that the Send API takes.
    pub object: Value,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Wamid>,
}

/// Tells a person that their message was read (Meta: messages/mark-message-as-read). Saying it twice changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The message that was read, and with it all before it in its conversation.
    pub message_id: Wamid,
    /// Whether they are shown that an answer is being written.
    #[serde(default)]
    pub typing: bool,
}

impl Receipt {
    /// How long Meta shows that an answer is being written, in milliseconds; one that leaves later would tell what is not so
    /// any more.
    pub const TYPING_MS: i64 = 25_000;
}

/// Shows a person on Messenger or Instagram that somebody reads or writes (Meta: messenger-platform/send-messages/sender-actions).
/// Like a receipt it is no message: nobody is sent anything, and Meta gives it no id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderAction {
    /// `messenger` or `instagram`.
    pub channel: String,
    /// `mark_seen`, `typing_on` or `typing_off`.
    pub action: String,
}

impl SenderAction {
    /// How long Meta shows that an answer is being written, in milliseconds: what leaves later would tell what is not so any more.
    pub const TYPING_MS: i64 = 20_000;

    /// Whether it says that an answer is being written, or not any more.
    pub fn is_typing(&self) -> bool {
        self.action.starts_with("typing")
    }
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// A template message.
    Template(TemplateMessage),
    /// A free text.
    Text(TextMessage),
    /// Anything else but a template; like a free text, inside the 24-hour window only.
    FreeForm(FreeForm),
    /// That a message was read. Nobody is sent anything, Meta reports no status of it, and nor do we publish any.
    Receipt(Receipt),
    /// The same for Messenger and Instagram.
    Action(SenderAction),
}

impl Message {
    /// Name of the template, where it is one.
    pub fn template(&self) -> Option<&TemplateMessage> {
        match self {
            Self::Template(template) => Some(template),
            Self::Text(_) | Self::FreeForm(_) | Self::Receipt(_) | Self::Action(_) => None,
        }
    }

    /// Whether it only says that a message was read, or that an answer is being written.
    pub fn is_receipt(&self) -> bool {
        matches!(self, Self::Receipt(_) | Self::Action(_))
    }

    /// Whether it has sound or moving pictures, of which Messenger and Instagram take fewer than of anything else.
    pub fn is_heavy(&self) -> bool {
        let Self::FreeForm(own) = self else { return false };
        let kind = own.object.pointer("/message/attachment/type").and_then(Value::as_str);
        self.channel() != Channel::Whatsapp
            && kind.is_some_and(|kind| ["audio", "video"].iter().any(|heavy| kind.eq_ignore_ascii_case(heavy)))
    }

    /// The channel that it can be sent on.
    pub fn channel(&self) -> Channel {
        match self {
            Self::FreeForm(other) => Channel::parse(&other.kind).unwrap_or_default(),
            Self::Action(action) => Channel::parse(&action.channel).unwrap_or_default(),
            Self::Template(_) | Self::Text(_) | Self::Receipt(_) => Channel::Whatsapp,
        }
    }

    /// The message that it answers.
    pub fn reply_to(&self) -> Option<&Wamid> {
        match self {
            Self::Template(template) => template.reply_to.as_ref(),
            Self::Text(text) => text.reply_to.as_ref(),
            Self::FreeForm(other) => other.reply_to.as_ref(),
            Self::Receipt(_) | Self::Action(_) => None,
        }
    }
}

/// The campaign that an intent belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignRef {
    /// The campaign.
    pub id: CampaignId,
    /// Its generation when the intent was released: pauses before. What may be armed is decided by the campaign's state
    /// alone, for after a resume the messages of an older generation leave too.
    pub generation: i32,
    /// Position among the campaign's recipients, from 0.
    pub ordinal: u32,
}

/// Most characters of [`Intent::callback_data`] (Meta: messages/send-messages, `biz_opaque_callback_data`).
pub const CALLBACK_DATA_MAX: usize = 512;

/// `intent.submitted.v1`: one message that somebody wants sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Its id; a second intent with the same id is a duplicate.
    pub intent_id: IntentId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Where it is sent from.
    pub sender_id: SenderId,
    /// To whom.
    pub contact: Contact,
    /// Its lane class.
    pub class: Class,
    /// Its campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignRef>,
    /// What is sent.
    pub message: Message,
    /// The caller's own text, which every event about the message gives back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_data: Option<Box<str>>,
    /// What happens when its fate stays unknown.
    #[serde(default)]
    pub unknown_policy: UnknownPolicy,
    /// When it was accepted from the tenant.
    pub accepted_at: Millis,
    /// After this instant it is not sent any more.
    pub expires_at: Millis,
}
