//! Messages as the Graph API takes them (Meta: messages/send-messages, templates), and what can be said about one before
//! it is sent.

use bytes::Bytes;
use posthaste_model::{Contact, Message, TemplateMessage, TextMessage, Token};
use serde::Serialize;

/// Most characters of a text message (Meta: messages/text-messages).
pub const TEXT_CHARS_MAX: usize = 4_096;
/// Most characters of a template's name (Meta: message_templates).
pub const TEMPLATE_NAME_CHARS_MAX: usize = 512;
/// Most characters of one body parameter: the body that it is filled into has no more (Meta: message_templates).
pub const PARAMETER_CHARS_MAX: usize = 1_024;
/// Most spaces in a row within a parameter (Meta: errors 132012 and 132018).
pub const PARAMETER_SPACES_MAX: usize = 4;
/// Most characters of a language code; the longest of Meta's has six (`pt_BR` has five, `zh_HK`, `es_419`).
const LANGUAGE_CHARS_MAX: usize = 16;

/// One thing that is wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the message as [`Message`] is written in JSON: `/template/body/0`.
    pub pointer: String,
    /// Stable code: `empty`, `too_long`, `forbidden_character`, `too_many_spaces`, `malformed_name` or
    /// `malformed_language`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub detail: String,
}

/// Checks everything that needs no knowledge of the template: Meta would refuse the message, or the campaign with it.
/// Reports all that is wrong, not the first alone.
pub fn validate(message: &Message) -> Result<(), Vec<FieldError>> {
    let mut errors = Vec::new();
    match message {
        Message::Text(text) => validate_text(text, &mut errors),
        Message::Template(template) => validate_template(template, &mut errors),
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn validate_text(text: &TextMessage, errors: &mut Vec<FieldError>) {
    let mut report = |code, detail: String| errors.push(FieldError { pointer: "/text/body".into(), code, detail });
    if text.body.trim().is_empty() {
        report("empty", "the text is empty: write something".into());
    }
    let chars = text.body.chars().count();
    if chars > TEXT_CHARS_MAX {
        report("too_long", format!("the text has {chars} characters: shorten it to {TEXT_CHARS_MAX}"));
    }
    if text.body.contains('\0') {
        report("forbidden_character", "the text holds the character U+0000: remove it".into());
    }
}

fn validate_template(template: &TemplateMessage, errors: &mut Vec<FieldError>) {
    let name = &template.name;
    let named = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !named || name.len() > TEMPLATE_NAME_CHARS_MAX {
        let detail =
            format!("a template's name has 1 to {TEMPLATE_NAME_CHARS_MAX} lower-case letters, digits and underscores");
        errors.push(FieldError { pointer: "/template/name".into(), code: "malformed_name", detail });
    }
    if !is_language(&template.language) {
        let detail = "a language is written as in the template, with an underscore: en, en_US, es_419".into();
        errors.push(FieldError { pointer: "/template/language".into(), code: "malformed_language", detail });
    }
    for (at, parameter) in template.body.iter().enumerate() {
        if let Err((code, detail)) = validate_parameter(parameter) {
            errors.push(FieldError { pointer: format!("/template/body/{at}"), code, detail });
        }
    }
}

fn is_language(code: &str) -> bool {
    let mut parts = code.split('_');
    let language = parts.next().is_some_and(|part| part.len() >= 2 && part.bytes().all(|b| b.is_ascii_lowercase()));
    code.len() <= LANGUAGE_CHARS_MAX
        && language
        && parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Checks one parameter of a template's body; the error is a code and a detail as in [`FieldError`]. Also for the lines
/// of a recipient file.
pub fn validate_parameter(text: &str) -> Result<(), (&'static str, String)> {
    if text.trim().is_empty() {
        return Err(("empty", "the parameter is empty: Meta refuses empty parameters, give it a value".into()));
    }
    let chars = text.chars().count();
    if chars > PARAMETER_CHARS_MAX {
        return Err(("too_long", format!("the parameter has {chars} characters: shorten it to {PARAMETER_CHARS_MAX}")));
    }
    if text.contains(['\n', '\r', '\t', '\0']) {
        let detail = "the parameter holds a line break, a tab or U+0000: Meta refuses these, use spaces";
        return Err(("forbidden_character", detail.into()));
    }
    if text.as_bytes().windows(PARAMETER_SPACES_MAX + 1).any(|run| run.iter().all(|b| *b == b' ')) {
        let detail = format!("the parameter holds more than {PARAMETER_SPACES_MAX} spaces in a row: use fewer");
        return Err(("too_many_spaces", detail));
    }
    Ok(())
}

#[derive(Serialize)]
struct Request<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    /// A phone number with its `+`: without it Meta would put the sender's country code in front.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    /// A business-scoped user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(flatten)]
    content: Content<'a>,
    biz_opaque_callback_data: String,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Content<'a> {
    Text { text: TextObject<'a> },
    Template { template: TemplateObject<'a> },
}

#[derive(Serialize)]
struct TextObject<'a> {
    preview_url: bool,
    body: &'a str,
}

#[derive(Serialize)]
struct TemplateObject<'a> {
    name: &'a str,
    language: Language<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    components: Vec<Component<'a>>,
}

#[derive(Serialize)]
struct Language<'a> {
    code: &'a str,
    policy: &'static str,
}

#[derive(Serialize)]
struct Component<'a> {
    r#type: &'static str,
    parameters: Vec<Parameter<'a>>,
}

#[derive(Serialize)]
struct Parameter<'a> {
    r#type: &'static str,
    text: &'a str,
}

/// The body of the POST: the same message, contact and token give the same bytes.
pub fn render(message: &Message, contact: &Contact, token: &Token) -> Bytes {
    let content = match message {
        Message::Text(TextMessage { body, preview_url }) => {
            Content::Text { text: TextObject { preview_url: *preview_url, body } }
        }
        Message::Template(template) => Content::Template { template: template_object(template) },
    };
    let contact = contact.as_str();
    let is_number = contact.starts_with('+');
    let request = Request {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to: is_number.then_some(contact),
        recipient: (!is_number).then_some(contact),
        content,
        biz_opaque_callback_data: token.to_string(),
    };
    Bytes::from(serde_json::to_vec(&request).expect("strings and booleans always serialize"))
}

fn template_object(template: &TemplateMessage) -> TemplateObject<'_> {
    let parameters: Vec<_> = template.body.iter().map(|text| Parameter { r#type: "text", text }).collect();
    let body = (!parameters.is_empty()).then_some(Component { r#type: "body", parameters });
    TemplateObject {
        name: &template.name,
        language: Language { code: &template.language, policy: "deterministic" },
        components: body.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use posthaste_model::IntentId;
    use serde_json::{Value, json};

    use super::*;

    fn template(name: &str, language: &str, body: &[&str]) -> Message {
        let body = body.iter().map(|text| (*text).to_owned()).collect();
        Message::Template(TemplateMessage { name: name.into(), language: language.into(), category: None, body })
    }

    fn text(body: &str) -> Message {
        Message::Text(TextMessage { body: body.into(), preview_url: true })
    }

    fn rendered(message: &Message, contact: &str) -> Value {
        let intent_id = "msg_0000000000000000000000000000002a".parse::<IntentId>().expect("an id");
        let bytes = render(message, &Contact::new(contact), &Token { intent_id, attempt: 2 });
        serde_json::from_slice(&bytes).expect("json")
    }

    fn wrong(message: &Message) -> Vec<(String, &'static str)> {
        let errors = validate(message).err().unwrap_or_default();
        errors.into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    #[test]
    fn a_template_is_rendered_with_positional_parameters() {
        assert_eq!(
            rendered(&template("order", "en_US", &["Ann", "#12"]), "+16505551234"),
            json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234",
                "type": "template", "template": {"name": "order",
                    "language": {"code": "en_US", "policy": "deterministic"},
                    "components": [{"type": "body", "parameters": [
                        {"type": "text", "text": "Ann"}, {"type": "text", "text": "#12"}]}]},
                "biz_opaque_callback_data": "v1.0000000000000000000000000000002a.2"})
        );
        assert_eq!(rendered(&template("plain", "de", &[]), "+1")["template"].get("components"), None);
    }

    #[test]
    fn a_text_goes_to_a_user_id_where_no_number_is_known() {
        let request = rendered(&text("héllo\n\"x\""), "US.1349");
        assert_eq!((&request["recipient"], request.get("to")), (&json!("US.1349"), None));
        assert_eq!(request["text"], json!({"preview_url": true, "body": "héllo\n\"x\""}));
        assert_eq!(request["type"], "text");
    }

    #[test]
    fn good_messages_pass() {
        for message in [
            template("order_2", "en_US", &["Ann", "a    b", &"é".repeat(PARAMETER_CHARS_MAX)]),
            template("a", "fil", &[]),
            template("a", "es_419", &["x"]),
            text(&"😀".repeat(TEXT_CHARS_MAX)),
            text("two\nlines"),
        ] {
            assert_eq!(validate(&message), Ok(()), "{message:?}");
        }
    }

    #[test]
    fn everything_wrong_is_reported_at_its_place() {
        assert_eq!(
            wrong(&template(
                "Order",
                "en-US",
                &["ok", "", "a\nb", "a     b", &"x".repeat(PARAMETER_CHARS_MAX + 1), "\t"]
            )),
            [
                ("/template/name".into(), "malformed_name"),
                ("/template/language".into(), "malformed_language"),
                ("/template/body/1".into(), "empty"),
                ("/template/body/2".into(), "forbidden_character"),
                ("/template/body/3".into(), "too_many_spaces"),
                ("/template/body/4".into(), "too_long"),
                ("/template/body/5".into(), "empty"),
            ]
        );
        for (language, name) in [("", "a"), ("EN", "a"), ("en_", "a"), ("e", "a"), ("en", ""), ("en", "ä")] {
            assert_eq!(wrong(&template(name, language, &[])).len(), 1, "{language} {name}");
        }
        assert_eq!(wrong(&text(" \n")), [("/text/body".into(), "empty")]);
        assert_eq!(wrong(&text(&"x".repeat(TEXT_CHARS_MAX + 1))), [("/text/body".into(), "too_long")]);
        assert_eq!(wrong(&text("a\0b")), [("/text/body".into(), "forbidden_character")]);
    }

    #[test]
    fn the_pointers_point_into_the_message() {
        let message = template("Order", "en-US", &["ok", ""]);
        let written = serde_json::to_value(&message).expect("json");
        for (pointer, _) in wrong(&message) {
            assert!(written.pointer(&pointer).is_some(), "{pointer}");
        }
        assert!(serde_json::to_value(text("")).expect("json").pointer("/text/body").is_some());
    }
}
