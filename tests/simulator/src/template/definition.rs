//! What a template says, and what a message must bring for it (Meta: templates, "components").

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::GraphError;
use crate::media::Kind;
use crate::template::{Category, TemplateSpec};

/// Longest name, in characters.
const NAME_CHARS: usize = 512;

/// Longest text of a body.
const BODY_CHARS: usize = 1_024;

/// Longest text of a header or a footer.
const HEADER_CHARS: usize = 60;

/// Longest text of a button.
const BUTTON_CHARS: usize = 25;

/// Most buttons of a template.
const BUTTONS_MAX: usize = 10;

/// Most components: each kind once.
const COMPONENTS_MAX: usize = 8;

/// The places of a text that a message fills.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) count: usize,
    /// Their names; empty where they are numbered.
    pub(crate) names: Vec<String>,
}

/// What a message must bring for the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Header {
    /// It is not looked at: there is none, or the template was given on the command line.
    Free,
    Text(Places),
    Media(Kind),
}

/// The components of a template and what they need.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    /// As they were given.
    pub(crate) components: Vec<Value>,
    pub(crate) body: Places,
    pub(crate) header: Header,
    /// Indexes of the buttons that take a text: URLs with a place, and one-time passwords.
    pub(crate) buttons: Vec<usize>,
}

/// A template as somebody creates it.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) category: Category,
    /// Whether its places have names.
    pub(crate) is_named: bool,
    pub(crate) ttl_seconds: Option<u64>,
    pub(crate) content: Content,
}

#[derive(Deserialize)]
struct Order {
    #[serde(default)]
    name: String,
    #[serde(default)]
    language: String,
    category: Option<String>,
    parameter_format: Option<String>,
    message_send_ttl_seconds: Option<u64>,
    components: Option<Vec<Value>>,
}

/// A change of a template; what is absent stays.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) category: Option<Category>,
    pub(crate) ttl_seconds: Option<u64>,
    pub(crate) components: Option<Vec<Value>>,
}

fn order(body: &[u8]) -> Result<Order, GraphError> {
    serde_json::from_slice(body)
        .map_err(|error| GraphError::parameter(format!("The body is not the JSON of a template: {error}")))
}

fn category(text: &str) -> Result<Category, GraphError> {
    Category::named(text)
        .ok_or_else(|| GraphError::parameter("category must be one of MARKETING, UTILITY, AUTHENTICATION."))
}

impl Definition {
    /// Reads the body of `POST /{waba}/message_templates`.
    ///
    /// # Errors
    /// The error that Meta answers for the first rule that is broken.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, GraphError> {
        let order = order(body)?;
        let is_name = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        if order.name.is_empty() || order.name.len() > NAME_CHARS || !order.name.bytes().all(is_name) {
            return Err(GraphError::parameter(format!("name must be 1 to {NAME_CHARS} characters of a-z, 0-9 and _.")));
        }
        if !is_language(&order.language) {
            return Err(GraphError::parameter("language must be a code such as `en` or `en_US`."));
        }
        let category = category(order.category.as_deref().unwrap_or_default())?;
        let is_named = match order.parameter_format.as_deref().map(str::to_ascii_uppercase).as_deref() {
            None | Some("POSITIONAL") => false,
            Some("NAMED") => true,
            Some(_) => return Err(GraphError::parameter("parameter_format must be POSITIONAL or NAMED.")),
        };
        let components =
            order.components.ok_or_else(|| GraphError::parameter("The parameter components is required."))?;
        let content = Content::read(components, category, is_named)?;
        let ttl_seconds = order.message_send_ttl_seconds;
        Ok(Self { name: order.name, language: order.language, category, is_named, ttl_seconds, content })
    }

    /// A template of the command line: a body, and no other rules.
    pub(crate) fn given(spec: &TemplateSpec) -> Self {
        let place = |index: usize| spec.named.get(index).cloned().unwrap_or_else(|| (index + 1).to_string());
        let places: Vec<String> = (0..spec.params).map(|index| format!("{{{{{}}}}}", place(index))).collect();
        let text = format!("The template {} with {}.", spec.name, places.join(", "));
        Self {
            name: spec.name.clone(),
            language: spec.language.clone(),
            category: spec.category,
            is_named: !spec.named.is_empty(),
            ttl_seconds: None,
            content: Content {
                components: vec![json!({ "type": "BODY", "text": text })],
                body: Places { count: spec.params, names: spec.named.clone() },
                header: Header::Free,
                buttons: Vec::new(),
            },
        }
    }
}

impl Edit {
    /// Reads the body of `POST /{template-id}`.
    ///
    /// # Errors
    /// 100 when it is no JSON, changes nothing, or names no category.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, GraphError> {
        let order = order(body)?;
        let category = order.category.as_deref().map(category).transpose()?;
        let edit = Self { category, ttl_seconds: order.message_send_ttl_seconds, components: order.components };
        if edit.category.is_none() && edit.ttl_seconds.is_none() && edit.components.is_none() {
            return Err(GraphError::parameter("Give components, category or message_send_ttl_seconds."));
        }
        Ok(edit)
    }
}

/// `en`, `fil`, `en_US`, `zh_HK`.
fn is_language(code: &str) -> bool {
    let (language, region) = code.split_once('_').unwrap_or((code, "XX"));
    matches!(language.len(), 2 | 3)
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && region.len() == 2
        && region.bytes().all(|byte| byte.is_ascii_uppercase())
}

impl Content {
    /// Reads and checks components.
    ///
    /// # Errors
    /// 2388040 for what is too long, 2388047, 2388072 and 2388073 for header, body and footer, 2388299 for a body that begins or
    /// ends with a place, 100 for the rest.
    pub(crate) fn read(components: Vec<Value>, category: Category, is_named: bool) -> Result<Self, GraphError> {
        if components.len() > COMPONENTS_MAX {
            return Err(GraphError::parameter(format!("components: at most {COMPONENTS_MAX} are possible.")));
        }
        let mut content =
            Self { components: Vec::new(), body: Places::default(), header: Header::Free, buttons: Vec::new() };
        let mut seen = Vec::new();
        for (index, component) in components.iter().enumerate() {
            let kind = component["type"].as_str().unwrap_or_default().to_ascii_uppercase();
            if seen.contains(&kind) {
                return Err(GraphError::parameter(format!("components[{index}]: there is a {kind} already.")));
            }
            match kind.as_str() {
                "HEADER" => content.header = header(component, is_named)?,
                "BODY" => content.body = body(component, category, is_named)?,
                "FOOTER" => footer(component)?,
                "BUTTONS" => content.buttons = buttons(component)?,
                "CAROUSEL" | "LIMITED_TIME_OFFER" | "CALL_PERMISSION_REQUEST" => {}
                _ => return Err(GraphError::parameter(format!("components[{index}]: `{kind}` is not a component."))),
            }
            seen.push(kind);
        }
        if !seen.iter().any(|kind| kind == "BODY") {
            return Err(GraphError::template_body("A template needs a component of type BODY."));
        }
        Ok(Self { components, ..content })
    }
}

fn text<'a>(component: &'a Value, most: usize, place: &str) -> Result<&'a str, GraphError> {
    let text = component["text"].as_str().unwrap_or_default();
    if text.chars().count() > most {
        return Err(GraphError::template_length(format!("{place}: at most {most} characters are possible.")));
    }
    Ok(text)
}

fn header(component: &Value, is_named: bool) -> Result<Header, GraphError> {
    match component["format"].as_str().unwrap_or_default().to_ascii_uppercase().as_str() {
        "TEXT" => {
            let text = text(component, HEADER_CHARS, "header")?;
            let places = Places::of(text, is_named)
                .map_err(|reason| GraphError::template_header(format!("header: {reason}")))?;
            if text.is_empty() || places.count > 1 {
                return Err(GraphError::template_header("header: a text with at most one place is needed."));
            }
            Ok(Header::Text(places))
        }
        "IMAGE" => Ok(Header::Media(Kind::Image)),
        "VIDEO" => Ok(Header::Media(Kind::Video)),
        "DOCUMENT" => Ok(Header::Media(Kind::Document)),
        "LOCATION" | "PRODUCT" => Ok(Header::Free),
        _ => Err(GraphError::template_header(
            "header: format must be TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION or PRODUCT.",
        )),
    }
}

/// The text of an authentication template is Meta's own; its place is the code.
fn body(component: &Value, category: Category, is_named: bool) -> Result<Places, GraphError> {
    let text = text(component, BODY_CHARS, "body")?;
    if category == Category::Authentication {
        return Ok(Places { count: 1, names: Vec::new() });
    }
    if text.is_empty() {
        return Err(GraphError::template_body("body: a text is needed."));
    }
    let places = Places::of(text, is_named).map_err(|reason| GraphError::template_body(format!("body: {reason}")))?;
    if places.count > 0 && (text.trim_start().starts_with("{{") || text.trim_end().ends_with("}}")) {
        return Err(GraphError::template_edges("body: it begins or ends with a place."));
    }
    Ok(places)
}

fn footer(component: &Value) -> Result<(), GraphError> {
    let text = text(component, HEADER_CHARS, "footer")?;
    if text.is_empty() || text.contains("{{") {
        return Err(GraphError::template_footer("footer: a text without places is needed."));
    }
    Ok(())
}

fn buttons(component: &Value) -> Result<Vec<usize>, GraphError> {
    let buttons = component["buttons"].as_array().map_or(&[][..], Vec::as_slice);
    if buttons.is_empty() || buttons.len() > BUTTONS_MAX {
        return Err(GraphError::parameter(format!("buttons: 1 to {BUTTONS_MAX} are needed.")));
    }
    let mut taking = Vec::new();
    for (index, button) in buttons.iter().enumerate() {
        text(button, BUTTON_CHARS, &format!("buttons[{index}]"))?;
        match button["type"].as_str().unwrap_or_default().to_ascii_uppercase().as_str() {
            "URL" if button["url"].as_str().is_some_and(|url| url.contains("{{")) => taking.push(index),
            "OTP" => taking.push(index),
            "" => return Err(GraphError::parameter(format!("buttons[{index}]: type is missing."))),
            _ => {}
        }
    }
    Ok(taking)
}

impl Places {
    /// Reads the places of a text: `{{1}}`, `{{2}}` … without gaps, or names of a-z, 0-9 and `_`.
    pub(crate) fn of(text: &str, is_named: bool) -> Result<Self, String> {
        let mut names: Vec<String> = Vec::new();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").ok_or("a place is not closed by `}}`")?;
            let is_name = !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
            let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
            if !is_name || is_number == is_named {
                return Err(format!("`{{{{{name}}}}}` is not a place of this parameter_format"));
            }
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
            rest = after;
        }
        let count = names.len();
        if is_named {
            return Ok(Self { count, names });
        }
        match (1..=count).map(|number| number.to_string()).find(|number| !names.contains(number)) {
            Some(missing) => Err(format!("places are numbered without gaps, and {{{{{missing}}}}} is missing")),
            None => Ok(Self { count, names: Vec::new() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_without_gaps_or_named() {
        let names = |text, is_named| Places::of(text, is_named).map(|places| (places.count, places.names));
        assert_eq!(names("a {{1}} b {{2}} c {{1}}", false), Ok((2, vec![])));
        assert_eq!(names("a {{first_name}} b", true), Ok((1, vec!["first_name".to_owned()])));
        for (text, is_named) in [("{{2}}", false), ("{{1", false), ("{{a}}", false), ("{{1}}", true), ("{{A}}", true)] {
            assert!(names(text, is_named).is_err(), "{text}");
        }
    }

    #[test]
    fn languages_are_codes() {
        assert!(["en", "en_US", "fil", "zh_HK"].into_iter().all(is_language));
        assert!(!["", "e", "en-US", "en_us", "EN", "english"].into_iter().any(is_language));
    }
}
