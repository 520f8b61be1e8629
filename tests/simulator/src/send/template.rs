//! What Meta checks in a message that is a template.

use serde::Deserialize;
use serde_json::Value;

use super::{Assets, Edge, PricingCategory, check_media};
use crate::error::GraphError;
use crate::media::Kind;
use crate::template::{Category, Entry, Header, Places};

/// Spaces in a row that a template parameter may not have (Meta: "more than 4 consecutive spaces").
const SPACES_IN_A_ROW: &str = "     ";

#[derive(Deserialize)]
pub(super) struct Template {
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
    /// Of a button: a number or the text of one.
    #[serde(default)]
    index: Value,
}

#[derive(Deserialize)]
struct Parameter {
    #[serde(default)]
    r#type: String,
    text: Option<String>,
    parameter_name: Option<String>,
    image: Option<Value>,
    video: Option<Value>,
    document: Option<Value>,
}

impl Template {
    fn component(&self, kind: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.r#type.eq_ignore_ascii_case(kind))
    }

    fn parameters(&self, kind: &str) -> &[Parameter] {
        self.component(kind).map_or(&[], |component| &component.parameters)
    }
}

/// Checks a template and its parameters; what the message is charged as.
pub(super) fn check(template: Option<&Template>, assets: &Assets<'_>) -> Result<PricingCategory, GraphError> {
    let template = template
        .filter(|template| !template.name.is_empty())
        .ok_or_else(|| GraphError::missing("template.name is missing."))?;
    let language = template.language.as_ref().and_then(|language| language.code.as_deref());
    let language = language.ok_or_else(|| GraphError::missing("template.language.code is missing."))?;
    assets.templates.usable(&template.name, language, |entry| {
        let content = &entry.definition.content;
        check_header(template, &content.header)?;
        check_texts("body", template.parameters("body"), &content.body)?;
        for index in &content.buttons {
            check_button(template, *index)?;
        }
        for parameter in template.components.iter().flat_map(|component| &component.parameters) {
            check_file(parameter, assets)?;
        }
        charged(entry, assets)
    })
}

/// What a template is charged as; not every one may take every edge (Meta: marketing-messages/send-marketing-messages).
fn charged(entry: &Entry, assets: &Assets<'_>) -> Result<PricingCategory, GraphError> {
    let is_synced = entry.created_us.is_none_or(|at| at + assets.marketing_sync_us <= assets.now_us);
    match (assets.edge, entry.definition.category) {
        (Edge::MarketingMessages, Category::Marketing) if is_synced => Ok(PricingCategory::MarketingLite),
        (Edge::MarketingMessages, Category::Marketing) => Err(GraphError::template_syncing(&entry.definition.name)),
        (Edge::MarketingMessages, _) => Err(GraphError::not_marketing(&entry.definition.name)),
        (Edge::Messages, Category::Marketing) if assets.marketing_is_off => Err(GraphError::marketing_is_off()),
        (Edge::Messages, Category::Marketing) => Ok(PricingCategory::Marketing),
        (Edge::Messages, Category::Utility) => Ok(PricingCategory::Utility),
        (Edge::Messages, Category::Authentication) => Ok(PricingCategory::Authentication),
    }
}

fn check_header(template: &Template, header: &Header) -> Result<(), GraphError> {
    let given = template.parameters("header");
    match header {
        Header::Free => Ok(()),
        Header::Text(places) => check_texts("header", given, places),
        Header::Media(kind) => match given {
            [parameter] if parameter.r#type == kind.name() => Ok(()),
            _ => Err(GraphError::parameter_format(format!(
                "header: Format mismatch, expected {}, received {}",
                kind.name().to_ascii_uppercase(),
                given.first().map_or("UNKNOWN".to_owned(), |parameter| parameter.r#type.to_ascii_uppercase())
            ))),
        },
    }
}

fn check_button(template: &Template, index: usize) -> Result<(), GraphError> {
    let is_it = |component: &&Component| {
        component.r#type.eq_ignore_ascii_case("button")
            && (component.index == index || component.index.as_str() == Some(&index.to_string()))
    };
    match template.components.iter().find(is_it).map_or(&[][..], |component| &component.parameters) {
        [parameter] => check_text(parameter.text.as_deref(), &format!("button {index}")),
        _ => Err(GraphError::missing(format!("buttons: Button at index {index} of type Url requires a parameter"))),
    }
}

fn check_texts(component: &str, given: &[Parameter], places: &Places) -> Result<(), GraphError> {
    if given.len() != places.count {
        return Err(GraphError::parameter_count(component, places.count, given.len()));
    }
    for (index, parameter) in given.iter().enumerate() {
        let place = format!("{component} parameter {}", index + 1);
        match (&parameter.parameter_name, places.names.is_empty()) {
            (Some(_), true) => {
                return Err(GraphError::parameter_format(format!("{place}: the template's parameters have no names")));
            }
            (None, false) => return Err(GraphError::parameter_format(format!("{place}: parameter_name is missing"))),
            (Some(name), false) if !places.names.contains(name) => {
                return Err(GraphError::parameter_format(format!("{place}: the template has no parameter `{name}`")));
            }
            _ => {}
        }
        if parameter.r#type == "text" {
            check_text(parameter.text.as_deref(), &place)?;
        }
    }
    Ok(())
}

fn check_file(parameter: &Parameter, assets: &Assets<'_>) -> Result<(), GraphError> {
    let (kind, file) = match &*parameter.r#type {
        "image" => (Kind::Image, &parameter.image),
        "video" => (Kind::Video, &parameter.video),
        "document" => (Kind::Document, &parameter.document),
        _ => return Ok(()),
    };
    check_media(kind, file.as_ref().unwrap_or(&Value::Null), assets)
}

fn check_text(text: Option<&str>, place: &str) -> Result<(), GraphError> {
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
