//! The members of a webhook, borrowed for the time of writing.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::media::Kind;
use crate::script::Status;
use crate::send::PricingCategory;
use crate::template::{Category, TemplateEvent};

use super::{Business, InboundContent, InboundFacts, InboundMedia, PER_CHANGE, StatusFacts};

/// Where Meta explains its codes.
const ERROR_CODES: &str = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";

#[derive(Serialize)]
pub(super) struct Envelope<'a> {
    pub(super) object: &'static str,
    pub(super) entry: Vec<Entry<'a>>,
}

#[derive(Serialize)]
pub(super) struct Entry<'a> {
    pub(super) id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<u64>,
    pub(super) changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
pub(super) struct Change<'a> {
    pub(super) value: Value<'a>,
    pub(super) field: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Value<'a> {
    Messages(Messages<'a>),
    Template(TemplateUpdate<'a>),
    Other(&'a serde_json::Value),
}

#[derive(Serialize)]
pub(super) struct Messages<'a> {
    messaging_product: &'static str,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<Contact<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statuses: Vec<StatusElement<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<MessageElement<'a>>,
    #[serde(skip)]
    number: u16,
}

#[derive(Serialize)]
struct Metadata<'a> {
    display_phone_number: &'a str,
    phone_number_id: &'a str,
}

#[derive(Serialize)]
struct Contact<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<Profile<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_id: Option<&'a str>,
    user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_user_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Profile<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
}

#[derive(Serialize)]
struct StatusElement<'a> {
    id: &'a str,
    status: Status,
    #[serde(serialize_with = "as_text")]
    timestamp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_participant_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_parent_user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Pricing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<[ErrorElement; 1]>,
}

#[derive(Serialize)]
struct Pricing {
    billable: bool,
    pricing_model: &'static str,
    r#type: &'static str,
    category: PricingCategory,
}

#[derive(Serialize)]
struct ErrorElement {
    code: u32,
    title: &'static str,
    message: &'static str,
    error_data: ErrorData,
    href: &'static str,
}

#[derive(Serialize)]
struct ErrorData {
    details: &'static str,
}

#[derive(Serialize)]
struct MessageElement<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    from_user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_parent_user_id: Option<&'a str>,
    id: &'a str,
    #[serde(serialize_with = "as_text")]
    timestamp: u64,
    #[serde(flatten)]
    content: Content<'a>,
    r#type: &'a str,
}

/// The members that depend on a message's type; the first is named by it.
struct Content<'a>(&'a InboundContent);

impl<'a> Content<'a> {
    fn type_name(&self) -> &'a str {
        match self.0 {
            InboundContent::Text(_) => "text",
            InboundContent::Media(media) => media.kind.name(),
            InboundContent::Lost(_) => "unsupported",
            InboundContent::Other { name, .. } => name,
        }
    }
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        match self.0 {
            InboundContent::Text(body) => members.serialize_entry("text", &TextBody { body })?,
            InboundContent::Media(media) => members.serialize_entry(media.kind.name(), &MediaBody::from(media))?,
            InboundContent::Lost(kind) => {
                members.serialize_entry("unsupported", &Unsupported { r#type: kind.name() })?;
                members.serialize_entry("errors", &[&MEDIA_LOST])?;
            }
            InboundContent::Other { members: others, .. } => {
                for (name, value) in others {
                    members.serialize_entry(name, value)?;
                }
            }
        }
        members.end()
    }
}

#[derive(Serialize)]
struct TextBody<'a> {
    body: &'a str,
}

#[derive(Serialize)]
struct Unsupported {
    r#type: &'static str,
}

/// What is told of a file above 100 MB (Meta: business-phone-numbers/media).
static MEDIA_LOST: ErrorElement = ErrorElement {
    code: 131_052,
    title: "Media download error",
    message: "Media download error",
    error_data: ErrorData { details: "Failed to download the media from the sender: it is larger than 100 MB." },
    href: ERROR_CODES,
};

#[derive(Serialize)]
struct MediaBody<'a> {
    id: String,
    mime_type: &'a str,
    sha256: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    animated: Option<bool>,
}

impl<'a> From<&'a InboundMedia> for MediaBody<'a> {
    fn from(media: &'a InboundMedia) -> Self {
        Self {
            id: media.id.to_string(),
            mime_type: &media.mime,
            sha256: &media.sha256,
            url: &media.url,
            caption: media.caption.as_deref(),
            filename: media.filename.as_deref(),
            voice: (media.kind == Kind::Audio).then_some(media.voice),
            animated: (media.kind == Kind::Sticker).then_some(media.animated),
        }
    }
}

#[derive(Serialize)]
pub(super) struct TemplateUpdate<'a> {
    pub(super) event: TemplateEvent,
    pub(super) message_template_id: u64,
    pub(super) message_template_name: &'a str,
    pub(super) message_template_language: String,
    pub(super) message_template_category: Category,
    pub(super) reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) other_info: Option<OtherInfo>,
}

#[derive(Serialize)]
pub(super) struct OtherInfo {
    title: &'static str,
    description: &'static str,
}

impl OtherInfo {
    pub(super) fn of(title: &'static str) -> Self {
        let description = match title {
            "UNPAUSE" => "The template can be sent again.",
            "DISABLED" => "The template was paused too often and is disabled.",
            _ => "The template is paused because people did not like it.",
        };
        Self { title, description }
    }
}

/// Meta writes the timestamps of messages and statuses as strings.
fn as_text<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl<'a> From<&'a StatusFacts> for StatusElement<'a> {
    fn from(facts: &'a StatusFacts) -> Self {
        let is_failed = facts.status == Status::Failed;
        Self {
            id: &facts.wamid,
            status: facts.status,
            timestamp: facts.at_unix_s,
            recipient_id: facts.recipient_id.as_deref(),
            recipient_type: facts.participant_id.is_some().then_some("group"),
            recipient_participant_id: facts.participant_id.as_deref(),
            // A failed message names the id that it was sent to and no other.
            recipient_user_id: facts.user_id.as_deref().filter(|_| !is_failed || facts.recipient_id.is_none()),
            recipient_parent_user_id: facts.parent_user_id.as_deref().filter(|_| !is_failed),
            biz_opaque_callback_data: facts.token.as_deref(),
            pricing: facts.is_priced.then_some(Pricing {
                billable: true,
                pricing_model: "PMP",
                r#type: "regular",
                category: facts.category,
            }),
            errors: facts.failure.map(|failure| {
                [ErrorElement {
                    code: failure.code,
                    title: failure.title,
                    message: failure.title,
                    error_data: ErrorData { details: failure.details },
                    href: ERROR_CODES,
                }]
            }),
        }
    }
}

impl<'a> Messages<'a> {
    pub(super) fn of(business: &'a Business, number: u16) -> Self {
        let (id, display) = &business.numbers[usize::from(number)];
        let metadata = Metadata { display_phone_number: display, phone_number_id: id };
        Self {
            messaging_product: "whatsapp",
            metadata,
            contacts: Vec::new(),
            statuses: Vec::new(),
            messages: Vec::new(),
            number,
        }
    }

    /// Whether another status (or message) of the number may be added.
    pub(super) fn takes(&self, number: u16, of_statuses: bool) -> bool {
        let (statuses, messages) = (self.statuses.len(), self.messages.len());
        let (same, other) = if of_statuses { (statuses, messages) } else { (messages, statuses) };
        self.number == number && other == 0 && same < PER_CHANGE
    }

    pub(super) fn add_status(&mut self, facts: &'a StatusFacts) {
        // Statuses come with their contact since April 2026, failed ones still without.
        if let Some(user_id) = facts.user_id.as_deref().filter(|_| facts.status != Status::Failed) {
            let (wa_id, parent_user_id) = (facts.recipient_id.as_deref(), facts.parent_user_id.as_deref());
            self.contacts.push(Contact { profile: None, wa_id, user_id, parent_user_id });
        }
        self.statuses.push(facts.into());
    }

    pub(super) fn add_inbound(&mut self, facts: &'a InboundFacts) {
        let profile = Some(Profile { name: &facts.name, username: facts.username.as_deref() });
        let from = facts.tells_number.then_some(facts.from.as_str());
        let parent_user_id = facts.parent_user_id.as_deref();
        let content = Content(&facts.content);
        // What the system tells has no contact.
        if content.type_name() != "system" {
            self.contacts.push(Contact { profile, wa_id: from, user_id: &facts.user_id, parent_user_id });
        }
        self.messages.push(MessageElement {
            from,
            from_user_id: &facts.user_id,
            from_parent_user_id: parent_user_id,
            id: &facts.wamid,
            timestamp: facts.at_unix_s,
            r#type: content.type_name(),
            content,
        });
    }
}
