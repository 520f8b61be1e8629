//! What Meta checks in the body of a send (Meta: messages/send-messages, templates).

use std::borrow::Cow;

use serde::Deserialize;

use crate::error::GraphError;
use crate::media::{Kind, MediaStore};
use crate::template::{Catalogue, TemplateSpec};
use crate::wamid::Recipient;

/// Longest text body, in characters (Meta: messages/text-messages).
const TEXT_CHARS: usize = 4_096;

/// Longest `biz_opaque_callback_data`, in characters.
const TOKEN_CHARS: usize = 512;

/// Spaces in a row that a template parameter may not have (Meta: "more than 4 consecutive spaces").
const SPACES_IN_A_ROW: &str = "     ";

/// Types other than `text` and `template`; of these only the member that they name is looked at.
const OTHER_TYPES: [&str; 9] =
    ["image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive"];

/// What the content of a message may refer to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Assets<'a> {
    pub(crate) templates: &'a Catalogue,
    pub(crate) media: &'a MediaStore,
    pub(crate) now_us: u64,
}

/// A send that Meta accepts, if the limits allow.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Message(Draft),
    /// A read receipt or typing indicator for an inbound message.
    MarkRead,
}

/// An outbound message that has passed the checks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) recipient: Recipient,
    /// `to` or `recipient` as written.
    pub(crate) input: String,
    /// `biz_opaque_callback_data`.
    pub(crate) token: Option<Box<str>>,
    /// Template, as opposed to a free-form message.
    pub(crate) is_template: bool,
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
    text: Option<Text>,
    template: Option<Template>,
    biz_opaque_callback_data: Option<Box<str>>,
}

#[derive(Deserialize)]
struct Text {
    body: Option<String>,
}

#[derive(Deserialize)]
struct Template {
    #[serde(default)]
    name: String,
    language: Option<Language>,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Language {
    code: Option<String>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    #[serde(default)]
    r#type: String,
    text: Option<String>,
    parameter_name: Option<String>,
    image: Option<serde_json::Value>,
    video: Option<serde_json::Value>,
    document: Option<serde_json::Value>,
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
    let is_template = check_content(&payload, body, assets)?;
    if payload.biz_opaque_callback_data.as_ref().is_some_and(|token| token.chars().count() > TOKEN_CHARS) {
        return Err(GraphError::parameter(format!(
            "biz_opaque_callback_data must be at most {TOKEN_CHARS} characters long."
        )));
    }
    let (recipient, input) = addressee(payload.to, payload.recipient, &payload.recipient_type)?;
    if recipient.to_string() == display {
        return Err(GraphError::to_self());
    }
    Ok(Command::Message(Draft { recipient, input, token: payload.biz_opaque_callback_data, is_template }))
}

fn mark_read(payload: &Payload<'_>) -> Result<Command, GraphError> {
    if payload.status != "read" {
        return Err(GraphError::parameter("status must be `read`."));
    }
    match payload.message_id.as_deref() {
        Some(id) if id.starts_with("wamid.") => Ok(Command::MarkRead),
        _ => Err(GraphError::parameter("message_id must be the id of an inbound message.")),
    }
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

/// Whether the message is a template.
fn check_content(payload: &Payload<'_>, body: &[u8], assets: &Assets<'_>) -> Result<bool, GraphError> {
    match &*payload.r#type {
        "" | "text" => check_text(payload.text.as_ref()).map(|()| false),
        "template" => check_template(payload.template.as_ref(), assets).map(|()| true),
        other if OTHER_TYPES.contains(&other) => check_member(body, other, assets).map(|()| false),
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

fn check_template(template: Option<&Template>, assets: &Assets<'_>) -> Result<(), GraphError> {
    let template = template
        .filter(|template| !template.name.is_empty())
        .ok_or_else(|| GraphError::missing("template.name is missing."))?;
    let language = template.language.as_ref().and_then(|language| language.code.as_deref());
    let language = language.ok_or_else(|| GraphError::missing("template.language.code is missing."))?;
    for parameter in template.components.iter().flat_map(|component| &component.parameters) {
        check_parameter_media(parameter, assets)?;
    }
    assets.templates.usable(&template.name, language, |spec| {
        let body = template.components.iter().find(|component| component.r#type.eq_ignore_ascii_case("body"));
        check_parameters(body.map_or(&[], |body| &body.parameters), spec)
    })
}

fn check_parameters(given: &[Parameter], spec: &TemplateSpec) -> Result<(), GraphError> {
    if given.len() != spec.params {
        return Err(GraphError::parameter_count(spec.params, given.len()));
    }
    for (index, parameter) in given.iter().enumerate() {
        let place = format!("body parameter {}", index + 1);
        match (&parameter.parameter_name, spec.named.is_empty()) {
            (Some(_), true) => {
                return Err(GraphError::parameter_format(format!("{place}: the template's parameters have no names")));
            }
            (None, false) => return Err(GraphError::parameter_format(format!("{place}: parameter_name is missing"))),
            (Some(name), false) if !spec.named.contains(name) => {
                return Err(GraphError::parameter_format(format!("{place}: the template has no parameter `{name}`")));
            }
            _ => {}
        }
        if parameter.r#type == "text" {
            check_parameter_text(parameter.text.as_deref(), &place)?;
        }
    }
    Ok(())
}

fn check_parameter_media(parameter: &Parameter, assets: &Assets<'_>) -> Result<(), GraphError> {
    let (kind, media) = match &*parameter.r#type {
        "image" => (Kind::Image, &parameter.image),
        "video" => (Kind::Video, &parameter.video),
        "document" => (Kind::Document, &parameter.document),
        _ => return Ok(()),
    };
    check_media(kind, media.as_ref().unwrap_or(&serde_json::Value::Null), assets)
}

fn check_parameter_text(text: Option<&str>, place: &str) -> Result<(), GraphError> {
    let text = text.ok_or_else(|| GraphError::parameter(format!("{place}: text is missing")))?;
    if text.is_empty() {
        return Err(GraphError::parameter_format(format!("{place}: text is empty")));
    }
    if text.contains(['\n', '\r', '\t']) || text.contains(SPACES_IN_A_ROW) {
        return Err(GraphError::parameter_text(format!(
            "{place}: text cannot have new-line or tab characters or more than 4 consecutive spaces"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn code(body: &Value) -> Option<(u16, u32)> {
        let templates = Catalogue::new(1, &["order:en_US:2".parse().unwrap(), "hi:en:1:NAMED=first".parse().unwrap()]);
        let media = MediaStore::new(1, 1 << 20, 1);
        let assets = Assets { templates: &templates, media: &media, now_us: 0 };
        check(body.to_string().as_bytes(), "15550783881", &assets).err().map(|error| (error.http.as_u16(), error.code))
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
        ];
        for (body, expected) in cases {
            assert_eq!(code(&body), expected, "{body}");
        }
    }

    #[test]
    fn a_read_receipt_is_not_a_message() {
        let receipt = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.HBgL"});
        assert_eq!(code(&receipt), None);
        assert_eq!(code(&with(receipt, "message_id", json!("x"))), Some((400, 100)));
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let (templates, media) = (Catalogue::new(1, &[]), MediaStore::new(1, 1, 1));
            let assets = Assets { templates: &templates, media: &media, now_us: 0 };
            prop_assert!(check(&body, "1", &assets).is_err());
        }
    }
}
