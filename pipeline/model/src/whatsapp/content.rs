//! What a message holds (Meta: webhooks/reference/messages; WhatsApp Business Platform OpenAPI, webhooks).

use serde::{Deserialize, Serialize};

use crate::messenger::{Attachment, Attachments};
use crate::shape::{Members, shapes};
use crate::time::Millis;

pub use held::Early;
use held::{Apart, Held};

mod held;

shapes! {
    /// A text; at most 4,096 characters.
    Text {
        /// The words.
        body: Option<String>,
    }

    /// A file: `image`, `video`, `audio`, `document` or `sticker`. Its bytes are at Meta, for 7 days.
    Media {
        /// Id for the media endpoint.
        id: Option<String>,
        /// Such as `audio/ogg; codecs=opus`.
        mime_type: Option<String>,
        /// Hash of the bytes, as Meta writes it (base64 in webhooks, hex on the media endpoint).
        sha256: Option<String>,
        /// Where it can be fetched with the number's token, for five minutes.
        url: Option<String>,
        /// Words under it.
        caption: Option<String>,
        /// Name of a document.
        filename: Option<String>,
        /// Whether an `audio` was recorded as a voice note.
        voice: Option<bool>,
        /// Whether a `sticker` moves.
        animated: Option<bool>,
    }

    /// A place. Degrees are kept as Meta wrote them.
    Location {
        /// Degrees north.
        latitude: Option<String>,
        /// Degrees east.
        longitude: Option<String>,
        /// Its name.
        name: Option<String>,
        /// Its address.
        address: Option<String>,
        /// A page about it.
        url: Option<String>,
    }

    /// Cards of people.
    Cards {
        /// Each card.
        contacts: Vec<Card>,
    }

    /// One person's card.
    Card {
        /// Their name.
        name: Option<Box<CardName>>,
        /// Their numbers.
        phones: Vec<CardPhone>,
        /// Their addresses for letters of the electronic kind.
        emails: Vec<CardEmail>,
        /// Where they live or work.
        addresses: Vec<CardAddress>,
        /// Whom they work for.
        org: Option<Box<CardOrganization>>,
        /// Their pages.
        urls: Vec<CardUrl>,
        /// `YYYY-MM-DD`.
        birthday: Option<String>,
        /// The same as a vCard.
        vcard: Option<String>,
        /// `contact_request` where they answered a request for it, `other` where somebody shared it.
        origin: Option<String>,
    }

    /// The name on a card.
    CardName {
        /// As it is shown.
        formatted_name: Option<String>,
        /// Given name.
        first_name: Option<String>,
        /// Family name.
        last_name: Option<String>,
        /// What stands between them.
        middle_name: Option<String>,
        /// What stands after them.
        suffix: Option<String>,
        /// What stands before them.
        prefix: Option<String>,
    }

    /// A number on a card.
    CardPhone {
        /// As it was written.
        phone: Option<String>,
        /// Its WhatsApp account.
        wa_id: Option<String>,
        /// Business-scoped id of that account.
        user_id: Option<String>,
        /// `CELL`, `HOME`, `WORK`, …
        r#type: Option<String>,
    }

    /// An e-mail address on a card.
    CardEmail {
        /// The address.
        email: Option<String>,
        /// `HOME` or `WORK`.
        r#type: Option<String>,
    }

    /// A postal address on a card.
    CardAddress {
        /// Street and house.
        street: Option<String>,
        /// City.
        city: Option<String>,
        /// State.
        state: Option<String>,
        /// Postal code.
        zip: Option<String>,
        /// Country.
        country: Option<String>,
        /// ISO 3166 alpha-2 code of the country.
        country_code: Option<String>,
        /// `HOME` or `WORK`.
        r#type: Option<String>,
    }

    /// An employer on a card.
    CardOrganization {
        /// The company.
        company: Option<String>,
        /// The department.
        department: Option<String>,
        /// The person's title there.
        title: Option<String>,
    }

    /// A page on a card.
    CardUrl {
        /// Its address.
        url: Option<String>,
        /// `HOME` or `WORK`.
        r#type: Option<String>,
    }

    /// What was chosen of a message's buttons, of its list, or of its quick replies.
    Choice {
        /// The id that the message gave it.
        id: Option<String>,
        /// What the person read.
        title: Option<String>,
        /// The second line of a list's row.
        description: Option<String>,
    }

    /// What a person filled in: a flow, or an address.
    FlowReply {
        /// `flow`, `address_message`, …
        name: Option<String>,
        /// What the chat shows, such as `Sent`.
        body: Option<String>,
        /// The answers: JSON text, not necessarily an object.
        response_json: Option<String>,
    }

    /// Whether a business may call.
    CallPermission {
        /// `accept` or `reject`.
        response: Option<String>,
        /// Whether it holds until it is withdrawn.
        is_permanent: Option<bool>,
        /// Until when it holds.
        expiration_timestamp: Option<Millis>,
        /// `user_action` or `automatic`.
        response_source: Option<String>,
    }

    /// A tap on a quick-reply button of a template; `DID_NOT_REQUEST_CODE` under a one-time password that nobody asked for. Of
    /// Messenger and Instagram a postback: a tap on a button, on the menu, on an icebreaker, on "get started".
    Button {
        /// What the template's sender gave it.
        payload: Option<String>,
        /// What the person read.
        text: Option<String>,
        /// The message whose code was not asked for.
        from_logical_id: Option<String>,
    }

    /// An order from a catalogue.
    Order {
        /// The catalogue.
        catalog_id: Option<String>,
        /// What the person wrote with it.
        text: Option<String>,
        /// What they want.
        product_items: Vec<OrderItem>,
    }

    /// A line of an order. Numbers are kept as Meta wrote them.
    OrderItem {
        /// The product in the catalogue.
        product_retailer_id: Option<String>,
        /// How many.
        quantity: Option<String>,
        /// Price of one.
        item_price: Option<String>,
        /// ISO 4217 code of the price.
        currency: Option<String>,
    }

    /// A reaction to a message; without `emoji` it was taken back.
    Reaction {
        /// The message.
        message_id: Option<String>,
        /// The sign.
        emoji: Option<String>,
    }

    /// A person has another number or another id.
    SystemChange {
        /// In words.
        body: Option<String>,
        /// `user_changed_number`, `user_changed_user_id`; older: `customer_changed_number`, `customer_identity_changed`.
        r#type: Option<String>,
        /// Their new number.
        wa_id: Option<String>,
        /// Their new number, as older versions write it.
        new_wa_id: Option<String>,
        /// Their new business-scoped id.
        user_id: Option<String>,
        /// Their new id in the parent portfolio.
        parent_user_id: Option<String>,
        /// Hash of their new keys.
        identity: Option<String>,
        /// Who they were.
        customer: Option<String>,
    }

    /// What Meta does not pass on.
    Unsupported {
        /// What it was: `poll_creation`, `edit`, `pin`, …
        r#type: Option<String>,
    }
}

/// What a message holds. The names are the types of WhatsApp, which messages of Messenger and Instagram are told in too; replies
/// to interactive messages have the names of their kinds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// A text.
    Text(Text),
    /// An image.
    Image(Media),
    /// A video.
    Video(Media),
    /// A sound; `voice` says whether it is a voice note.
    Audio(Media),
    /// A document.
    Document(Media),
    /// A sticker.
    Sticker(Media),
    /// A place.
    Location(Location),
    /// Cards of people.
    Contacts(Cards),
    /// A tap on a button of an interactive message.
    ButtonReply(Choice),
    /// A row of a list.
    ListReply(Choice),
    /// A form.
    NfmReply(FlowReply),
    /// An answer to a request to call.
    CallPermissionReply(CallPermission),
    /// A tap on a template's button; a postback.
    Button(Button),
    /// An order.
    Order(Order),
    /// A reaction.
    Reaction(Reaction),
    /// A change of a person's number or id.
    System(SystemChange),
    /// A message was changed.
    Edit(Box<Edit>),
    /// A message was deleted for everyone.
    Revoke(Revoke),
    /// A chat was opened for the first time.
    RequestWelcome,
    /// A file of the past whose content comes in a webhook of its own.
    MediaPlaceholder,
    /// Something that only Messenger and Instagram have: a link, a post, a reel, a mention in a story.
    Attachment(Box<Attachment>),
    /// Several things attached to one message.
    Attachments(Attachments),
    /// What Meta does not pass on.
    Unsupported(Unsupported),
    /// A type that this version does not know, or a known one whose object cannot be read.
    #[default]
    #[serde(other)]
    Unknown,
}

/// A changed message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Edit {
    /// The message that it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_message_id: Option<String>,
    /// What it holds now.
    pub message: Content,
}

shapes! {
    /// A deleted message.
    Revoke {
        /// The message.
        original_message_id: Option<String>,
    }
}

impl Content {
    /// The file that it holds, or that a change put in its place.
    pub fn media(&self) -> Option<&Media> {
        match self {
            Self::Image(media)
            | Self::Video(media)
            | Self::Audio(media)
            | Self::Document(media)
            | Self::Sticker(media) => Some(media),
            Self::Edit(edit) => edit.message.media(),
            _ => None,
        }
    }

    /// Every kind, for documentation and tests.
    pub const KINDS: &'static [&'static str] = &[
        "text",
        "image",
        "video",
        "audio",
        "document",
        "sticker",
        "location",
        "contacts",
        "button_reply",
        "list_reply",
        "nfm_reply",
        "call_permission_reply",
        "button",
        "order",
        "reaction",
        "system",
        "edit",
        "revoke",
        "request_welcome",
        "media_placeholder",
        "attachment",
        "attachments",
        "unsupported",
        "unknown",
    ];

    /// The value of `kind` in JSON.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::Audio(_) => "audio",
            Self::Document(_) => "document",
            Self::Sticker(_) => "sticker",
            Self::Location(_) => "location",
            Self::Contacts(_) => "contacts",
            Self::ButtonReply(_) => "button_reply",
            Self::ListReply(_) => "list_reply",
            Self::NfmReply(_) => "nfm_reply",
            Self::CallPermissionReply(_) => "call_permission_reply",
            Self::Button(_) => "button",
            Self::Order(_) => "order",
            Self::Reaction(_) => "reaction",
            Self::System(_) => "system",
            Self::Edit(_) => "edit",
            Self::Revoke(_) => "revoke",
            Self::RequestWelcome => "request_welcome",
            Self::MediaPlaceholder => "media_placeholder",
            Self::Attachment(_) => "attachment",
            Self::Attachments(_) => "attachments",
            Self::Unsupported(_) => "unsupported",
            Self::Unknown => "unknown",
        }
    }

    /// A text.
    pub fn text(body: String) -> Self {
        Self::Text(Text { body: Some(body) })
    }

    /// Reads the content of a message: the member that its `type` names.
    pub fn read(message: &Members<'_>) -> Self {
        match message.get::<Option<String>>("type").as_deref() {
            None => Self::Unknown,
            Some("edit") => {
                message.object("edit").map(|edit| Self::Edit(Box::new(Edit::read(&edit)))).unwrap_or_default()
            }
            Some(kind) => Self::apart(kind, message).unwrap_or_default(),
        }
    }

    fn apart(kind: &str, message: &Members<'_>) -> Option<Self> {
        let Ok(content) = Self::of(kind, Apart { message, name: kind });
        content
    }

    /// What any message can hold that is not itself a change of one.
    fn of<H: Held>(kind: &str, held: H) -> Result<Option<Self>, H::Error> {
        Ok(match kind {
            "text" => held.filled()?.map(Self::Text),
            "image" => held.filled()?.map(Self::Image),
            "video" => held.filled()?.map(Self::Video),
            "audio" => held.filled()?.map(Self::Audio),
            // Older payloads and those of some providers have a type of its own for voice notes.
            "voice" => held.filled()?.map(|media| Self::Audio(Media { voice: Some(true), ..media })),
            "document" => held.filled()?.map(Self::Document),
            "sticker" => held.filled()?.map(Self::Sticker),
            "location" => held.filled()?.map(Self::Location),
            "contacts" => cards(held.get()?).map(Self::Contacts),
            "interactive" => held.reply()?,
            "button" => held.filled()?.map(Self::Button),
            "order" => held.filled()?.map(Self::Order),
            "reaction" => held.filled()?.map(Self::reaction),
            "system" => held.filled()?.map(Self::System),
            "revoke" => held.filled()?.map(Self::Revoke),
            "request_welcome" => Some(Self::RequestWelcome),
            "media_placeholder" => Some(Self::MediaPlaceholder),
            "unsupported" => Some(Self::Unsupported(held.filled()?.unwrap_or_default())),
            _ => None,
        })
    }

    /// A reply to an interactive message.
    fn reply<H: Held>(kind: &str, held: H) -> Result<Option<Self>, H::Error> {
        Ok(match kind {
            "button_reply" => held.filled()?.map(Self::ButtonReply),
            "list_reply" => held.filled()?.map(Self::ListReply),
            "nfm_reply" => held.filled()?.map(Self::NfmReply),
            "call_permission_reply" => held.filled()?.map(Self::CallPermissionReply),
            _ => None,
        })
    }

    /// An empty sign means the same as none.
    fn reaction(reaction: Reaction) -> Self {
        Self::Reaction(Reaction { emoji: reaction.emoji.filter(|emoji| !emoji.is_empty()), ..reaction })
    }
}

impl Edit {
    /// What it holds now is no change of its own, so that a message made of changes within changes is read once.
    fn read(object: &Members<'_>) -> Self {
        let content = |message: &Members<'_>| Content::apart(&message.get::<Option<String>>("type")?, message);
        Self {
            original_message_id: object.get("original_message_id"),
            message: object.object("message").as_ref().and_then(content).unwrap_or_default(),
        }
    }
}

/// Cards, if there are any.
fn cards(contacts: Vec<Card>) -> Option<Cards> {
    (!contacts.is_empty()).then_some(Cards { contacts })
}
