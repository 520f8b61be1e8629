//! What Meta checks in the body of a send (Meta: messages/send-messages, templates).

mod template;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::GraphError;
use crate::media::{Kind, MediaStore};
use crate::template::Catalogue;
use crate::wamid::{Recipient, is_user_id};
use template::Template;

/// Longest text body, in characters (Meta: messages/text-messages).
const TEXT_CHARS: usize = 4_096;

/// Longest `biz_opaque_callback_data`, in characters.
const TOKEN_CHARS: usize = 512;

/// Types other than `text` and `template`; of these only the member that they name is looked at.
const OTHER_TYPES: [&str; 11] = [
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "interactive",
    "pin",
    "unpin",
];

/// Types that groups take as people do (Meta: groups/groups-messaging).
const SHARED_TYPES: [&str; 8] = ["", "text", "template", "image", "video", "audio", "document", "sticker"];
/// Types that groups alone take.
const GROUP_TYPES: [&str; 2] = ["pin", "unpin"];

/// Where a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// `/messages`.
    Messages,
    /// `/marketing_messages`.
    MarketingMessages,
}

/// What a message is charged as (Meta: pricing).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PricingCategory {
    /// No template.
    Service,
    Marketing,
    MarketingLite,
    Utility,
    Authentication,
}

impl PricingCategory {
    pub(crate) fn is_marketing(self) -> bool {
        matches!(self, Self::Marketing | Self::MarketingLite)
    }
}

/// What a message is checked against: where it was sent, and what its content may refer to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Assets<'a> {
    pub(crate) templates: &'a Catalogue,
    pub(crate) media: &'a MediaStore,
    pub(crate) now_us: u64,
    pub(crate) edge: Edge,
    /// Marketing is refused at `/messages`.
    pub(crate) marketing_is_off: bool,
    /// How long after its creation a template can be sent at `/marketing_messages`.
    pub(crate) marketing_sync_us: u64,
    /// Some countries' numbers are told otherwise than they were written.
    pub(crate) rewrites_numbers: bool,
}

/// A send that Meta accepts, if the limits allow.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Message(Draft),
    /// An inbound message was read; with `is_typing` the user sees that an answer is being written.
    MarkRead {
        wamid: String,
        is_typing: bool,
    },
}

/// An outbound message that has passed the checks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) recipient: Recipient,
    /// `to` or `recipient` as written.
    pub(crate) input: String,
    /// `biz_opaque_callback_data`.
    pub(crate) token: Option<Box<str>>,
    pub(crate) category: PricingCategory,
}

impl Draft {
    /// Template, as opposed to a free-form message.
    pub(crate) fn is_template(&self) -> bool {
        self.category != PricingCategory::Service
    }
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow, default)]
    messaging_product: Cow<'a, str>,
    #[serde(borrow, default)]
    recipient_type: Cow<'a, str>,
    to: Option<String>,
    recipient: Option<String>,
    #[serde(borrow, default)]
    r#type: Cow<'a, str>,
    #[serde(borrow, default)]
    status: Cow<'a, str>,
    message_id: Option<String>,
    typing_indicator: Option<serde_json::Value>,
    product_policy: Option<serde_json::Value>,
    message_activity_sharing: Option<serde_json::Value>,
    text: Option<Text>,
    template: Option<Template>,
    biz_opaque_callback_data: Option<Box<str>>,
}

#[derive(Deserialize)]
struct Text {
    body: Option<String>,
}

/// Checks the body of a send from the number `display`.
///
/// # Errors
/// The error that Meta answers for the first rule that is broken.
pub(crate) fn check(body: &[u8], display: &str, assets: &Assets<'_>) -> Result<Command, GraphError> {
    let payload: Payload<'_> = serde_json::from_slice(body)
        .map_err(|error| GraphError::parameter(format!("The body is not the JSON of a message: {error}")))?;
    if payload.messaging_product != "whatsapp" {
        return Err(GraphError::parameter("The parameter messaging_product is required and must be `whatsapp`."));
    }
    if !payload.status.is_empty() {
        return mark_read(&payload);
    }
    if assets.edge == Edge::MarketingMessages {
        check_marketing(&payload)?;
    }
    let category = check_content(&payload, body, assets)?;
    if payload.biz_opaque_callback_data.as_ref().is_some_and(|token| token.chars().count() > TOKEN_CHARS) {
        return Err(GraphError::parameter(format!(
            "biz_opaque_callback_data must be at most {TOKEN_CHARS} characters long."
        )));
    }
    check_recipient_type(&payload, category)?;
    let (recipient, input) = addressee(payload.to, payload.recipient, &payload.recipient_type)?;
    let recipient = if assets.rewrites_numbers { recipient.into_metas_writing() } else { recipient };
    if recipient.to_string() == display {
        return Err(GraphError::to_self());
    }
    if category == PricingCategory::Authentication && matches!(&recipient, Recipient::Other(id) if is_user_id(id)) {
        return Err(GraphError::needs_phone());
    }
    Ok(Command::Message(Draft { recipient, input, token: payload.biz_opaque_callback_data, category }))
}

fn mark_read(payload: &Payload<'_>) -> Result<Command, GraphError> {
    if payload.status != "read" {
        return Err(GraphError::parameter("status must be `read`."));
    }
    let is_typing = match &payload.typing_indicator {
        None => false,
        Some(indicator) if indicator["type"] == "text" => true,
        Some(_) => return Err(GraphError::parameter("typing_indicator.type must be `text`.")),
    };
    match &payload.message_id {
        Some(id) if id.starts_with("wamid.") => Ok(Command::MarkRead { wamid: id.clone(), is_typing }),
        _ => Err(GraphError::parameter("message_id must be the id of an inbound message.")),
    }
}

/// Groups take some types, and people the others.
fn check_recipient_type(payload: &Payload<'_>, category: PricingCategory) -> Result<(), GraphError> {
    let kind = &*payload.r#type;
    let fits = if payload.recipient_type == "group" {
        (SHARED_TYPES.contains(&kind) || GROUP_TYPES.contains(&kind)) && category != PricingCategory::Authentication
    } else {
        !GROUP_TYPES.contains(&kind)
    };
    if fits { Ok(()) } else { Err(GraphError::unsupported(format!("type `{kind}` is not for this recipient_type."))) }
}

/// `to` wins over `recipient`; one of them is required.
fn addressee(
    to: Option<String>,
    recipient: Option<String>,
    recipient_type: &str,
) -> Result<(Recipient, String), GraphError> {
    let named = to.map(|to| (to, false)).or(recipient.map(|id| (id, true))).filter(|(id, _)| !id.is_empty());
    let (input, is_user_id) = named.ok_or_else(|| GraphError::parameter("The parameter to is required."))?;
    let recipient = match recipient_type {
        _ if is_user_id => Some(Recipient::Other(input.as_str().into())),
        "group" => Some(Recipient::Other(input.as_str().into())),
        "" | "individual" => Recipient::phone(&input),
        _ => return Err(GraphError::parameter("recipient_type must be `individual` or `group`.")),
    };
    let recipient = recipient.ok_or_else(|| GraphError::value(format!("`{input}` is not a phone number.")))?;
    Ok((recipient, input))
}

/// What only marketing messages may say, and that they are templates.
fn check_marketing(payload: &Payload<'_>) -> Result<(), GraphError> {
    if payload.r#type != "template" {
        return Err(GraphError::only_marketing());
    }
    let policies = [None, Some("CLOUD_API_FALLBACK"), Some("STRICT")];
    if !policies.contains(&payload.product_policy.as_ref().map(|policy| policy.as_str().unwrap_or_default())) {
        return Err(GraphError::parameter("product_policy must be CLOUD_API_FALLBACK or STRICT."));
    }
    if payload.message_activity_sharing.as_ref().is_some_and(|sharing| !sharing.is_boolean()) {
        return Err(GraphError::parameter("message_activity_sharing must be true or false."));
    }
    Ok(())
}

/// Checks what the message says; what it is charged as.
fn check_content(payload: &Payload<'_>, body: &[u8], assets: &Assets<'_>) -> Result<PricingCategory, GraphError> {
    let free = |()| PricingCategory::Service;
    match &*payload.r#type {
        "" | "text" => check_text(payload.text.as_ref()).map(free),
        "template" => template::check(payload.template.as_ref(), assets),
        other if OTHER_TYPES.contains(&other) => check_member(body, other, assets).map(free),
        other => Err(GraphError::parameter(format!("type `{other}` is not a message type."))),
    }
}

fn check_text(text: Option<&Text>) -> Result<(), GraphError> {
    let body = text.and_then(|text| text.body.as_deref()).unwrap_or_default();
    if body.is_empty() {
        return Err(GraphError::parameter("The parameter text['body'] is required."));
    }
    if body.chars().count() > TEXT_CHARS {
        return Err(GraphError::parameter(format!("Param text['body'] must be at most {TEXT_CHARS} characters long.")));
    }
    Ok(())
}

fn check_member(body: &[u8], name: &str, assets: &Assets<'_>) -> Result<(), GraphError> {
    let payload: serde_json::Value =
        serde_json::from_slice(body).map_err(|error| GraphError::parameter(error.to_string()))?;
    let member = payload.get(name).filter(|member| member.is_object() || member.is_array());
    let member =
        member.ok_or_else(|| GraphError::missing(format!("A message of type `{name}` needs the member `{name}`.")))?;
    let header = &member["header"];
    match (Kind::named(name), header["type"].as_str().and_then(Kind::named)) {
        (Some(kind), _) => check_media(kind, member, assets),
        (None, Some(kind)) => check_media(kind, &header[kind.name()], assets),
        (None, None) => Ok(()),
    }
}

/// A file is named by `id` or `link`; what is behind a link is not looked at.
fn check_media(kind: Kind, media: &serde_json::Value, assets: &Assets<'_>) -> Result<(), GraphError> {
    let name = kind.name();
    let id = match (&media["id"], &media["link"]) {
        (serde_json::Value::String(id), serde_json::Value::Null) => id,
        (serde_json::Value::Null, serde_json::Value::String(_)) => return Ok(()),
        _ => return Err(GraphError::parameter(format!("Param {name} needs exactly one of `id` and `link`."))),
    };
    let mime = assets.media.mime(id, assets.now_us).ok_or_else(|| {
        GraphError::parameter(format!(
            "Param {name}['id'] is not a valid whatsapp business account media attachment ID: {id}."
        ))
    })?;
    if !kind.carries(&mime) {
        return Err(GraphError::upload(format!(
            "The file {id} is of type {mime}; a message of type {name} cannot carry it."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Spans;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn checked(body: &[u8], edge: Edge, marketing_is_off: bool) -> Result<Command, GraphError> {
        let specs = [
            "order:en_US:2",
            "hi:en:1:NAMED=first",
            "sale:en:0:CATEGORY=MARKETING",
            "otp:en:1:CATEGORY=AUTHENTICATION",
        ];
        let specs = specs.map(|spec| spec.parse().unwrap());
        let templates = Catalogue::new(1, &specs, 10, Spans { hour_us: 1, blocked_us: 1 });
        let media = MediaStore::new(1, 1 << 20, 1);
        let (now_us, marketing_sync_us) = (0, 1);
        let rewrites_numbers = false;
        let assets = Assets {
            templates: &templates,
            media: &media,
            now_us,
            edge,
            marketing_is_off,
            marketing_sync_us,
            rewrites_numbers,
        };
        check(body, "15550783881", &assets)
    }

    fn code(body: &Value) -> Option<(u16, u32)> {
        let error = checked(body.to_string().as_bytes(), Edge::Messages, false).err();
        error.map(|error| (error.http.as_u16(), error.code))
    }

    fn category(body: &Value, edge: Edge, marketing_is_off: bool) -> Result<PricingCategory, u32> {
        match checked(body.to_string().as_bytes(), edge, marketing_is_off) {
            Ok(Command::Message(draft)) => Ok(draft.category),
            Ok(Command::MarkRead { .. }) => Err(0),
            Err(error) => Err(error.code),
        }
    }

    fn text(body: &str) -> Value {
        json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "text", "text": {"body": body}})
    }

    fn template(name: &str, language: &str, parameters: Value) -> Value {
        let components = json!([{"type": "body", "parameters": parameters}]);
        let template = json!({"name": name, "language": {"code": language}, "components": components});
        json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "template", "template": template})
    }

    fn with(mut body: Value, name: &str, value: Value) -> Value {
        body[name] = value;
        body
    }

    #[test]
    fn every_rule_has_its_error() {
        let word = |text: &str| json!({"type": "text", "text": text});
        let named = |name: &str| json!({"type": "text", "text": "x", "parameter_name": name});
        let cases = [
            (text("hello"), None),
            (text(""), Some((400, 100))),
            (text(&"ä".repeat(4_096)), None),
            (text(&"ä".repeat(4_097)), Some((400, 100))),
            (with(text("x"), "messaging_product", json!("sms")), Some((400, 100))),
            (with(text("x"), "to", Value::Null), Some((400, 100))),
            (with(text("x"), "to", json!("nobody")), Some((400, 131_009))),
            (with(text("x"), "to", json!("+1 555 0783881")), Some((400, 131_021))),
            (with(text("x"), "type", json!("carrier_pigeon")), Some((400, 100))),
            (with(text("x"), "type", json!("image")), Some((400, 131_008))),
            (with(text("x"), "biz_opaque_callback_data", json!("t".repeat(512))), None),
            (with(text("x"), "biz_opaque_callback_data", json!("t".repeat(513))), Some((400, 100))),
            (template("order", "en_US", json!([word("a"), word("b")])), None),
            (template("order", "en_US", json!([word("a")])), Some((400, 132_000))),
            (template("order", "en_US", json!([word("a"), word("")])), Some((400, 132_012))),
            (template("order", "en_US", json!([word("a"), {"type": "text"}])), Some((400, 100))),
            (template("order", "en_US", json!([word("a"), word("b\nc")])), Some((400, 132_018))),
            (template("order", "en_US", json!([word("a"), named("b")])), Some((400, 132_012))),
            (template("order", "de", json!([word("a"), word("b")])), Some((404, 132_001))),
            (template("nothing", "en_US", json!([])), Some((404, 132_001))),
            (template("hi", "en", json!([named("first")])), None),
            (template("hi", "en", json!([named("last")])), Some((400, 132_012))),
            (template("hi", "en", json!([word("a")])), Some((400, 132_012))),
            (with(with(text("x"), "recipient_type", json!("group")), "to", json!("Y2Fw")), None),
            (
                with(with(with(text("x"), "type", json!("pin")), "pin", json!({})), "recipient_type", json!("group")),
                None,
            ),
            (with(with(text("x"), "type", json!("pin")), "pin", json!({})), Some((400, 131_051))),
            (
                with(
                    with(with(text("x"), "type", json!("reaction")), "reaction", json!({})),
                    "recipient_type",
                    json!("group"),
                ),
                Some((400, 131_051)),
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(code(&body), expected, "{body}");
        }
    }

    #[test]
    fn marketing_has_an_edge_of_its_own() {
        let sale = template("sale", "en", json!([]));
        let order = template("order", "en_US", json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]));
        let (here, there) = (Edge::Messages, Edge::MarketingMessages);
        assert_eq!(category(&sale, here, false), Ok(PricingCategory::Marketing));
        assert_eq!(category(&sale, here, true), Err(131_063));
        assert_eq!(category(&order, here, true), Ok(PricingCategory::Utility));
        assert_eq!(category(&sale, there, true), Ok(PricingCategory::MarketingLite));
        assert_eq!(category(&order, there, false), Err(134_100));
        assert_eq!(category(&text("x"), there, false), Err(131_055));
        assert_eq!(
            category(&with(sale.clone(), "product_policy", json!("STRICT")), there, false),
            Ok(PricingCategory::MarketingLite)
        );
        assert_eq!(category(&with(sale.clone(), "product_policy", json!("LAX")), there, false), Err(100));
        assert_eq!(category(&with(sale, "message_activity_sharing", json!("yes")), there, false), Err(100));
    }

    #[test]
    fn a_password_needs_a_phone_number() {
        let otp = template("otp", "en", json!([{"type": "text", "text": "1234"}]));
        assert_eq!(code(&otp), None);
        let to_user = with(with(otp, "to", Value::Null), "recipient", json!("US.1234"));
        assert_eq!(code(&to_user), Some((400, 131_062)));
    }

    #[test]
    fn a_read_receipt_is_not_a_message() {
        let receipt = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.HBgL"});
        let is_typing = |body: &Value| match checked(body.to_string().as_bytes(), Edge::Messages, false) {
            Ok(Command::MarkRead { is_typing, .. }) => Some(is_typing),
            Ok(Command::Message(_)) | Err(_) => None,
        };
        assert_eq!(is_typing(&receipt), Some(false));
        assert_eq!(is_typing(&with(receipt.clone(), "typing_indicator", json!({"type": "text"}))), Some(true));
        assert_eq!(is_typing(&with(receipt.clone(), "typing_indicator", json!({"type": "voice"}))), None);
        assert_eq!(code(&with(receipt, "message_id", json!("x"))), Some((400, 100)));
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(checked(&body, Edge::Messages, false).is_err());
        }
    }
}
