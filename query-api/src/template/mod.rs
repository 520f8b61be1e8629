//! What a template wants of the messages that are made of it (Meta: messages/template-messages).
//!
//! Meta refuses a message whose parameters are not those of its template, each with an attempt that leads nowhere. So they are
//! compared here with what is known of the template. Where its components are not known, because an operator registered it, and of
//! what is new in Meta's words, Meta judges.

mod check;
mod columns;

use posthaste_model::category::AUTHENTICATION;
use posthaste_model::whatsapp::template::parameters;
use serde_json::Value;

pub(crate) use check::{check, count, of_params};
pub(crate) use columns::{Columns, NUMBER, fixed_header, numbered};

/// Most characters of a one-time password (Meta: authentication templates).
pub(crate) const CODE_MAX: usize = 15;

/// What a template wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wants {
    /// Whether its parameters have names.
    pub(crate) is_named: bool,
    /// Whether it brings a one-time password.
    pub(crate) is_code: bool,
    pub(crate) header: Header,
    /// The parameters of its body: names, or numbers from 1.
    pub(crate) body: Vec<String>,
    pub(crate) buttons: Vec<Button>,
    /// The cards of its carousel.
    pub(crate) cards: Vec<Self>,
    /// Whether it has an offer; and whether that ends, at a time which the message must name.
    pub(crate) offer: Option<bool>,
}

/// What it has above its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Header {
    Absent,
    /// A text with these parameters.
    Text(Vec<String>),
    /// A file or a place: the type of its parameter.
    Media(&'static str),
    /// Something that Meta judges.
    Other(String),
}

/// What a button wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Button {
    /// Nothing, and it takes nothing.
    Nothing,
    /// A parameter of the type `takes`.
    Wanting {
        /// What a message calls it.
        sub_type: &'static str,
        /// The type of the parameter.
        takes: &'static str,
    },
    /// A parameter may be there or not.
    Taking {
        /// What a message calls it.
        sub_type: &'static str,
    },
    /// Meta judges it.
    Other,
}

impl Wants {
    /// What the components of a template want.
    pub(crate) fn of(components: &Value, category: &str, parameter_format: &str) -> Self {
        let is_code = category.eq_ignore_ascii_case(AUTHENTICATION);
        let is_named = parameter_format.eq_ignore_ascii_case("NAMED") && !is_code;
        let mut wants = Self::of_components(components, is_named);
        wants.is_code = is_code;
        if is_code {
            // Meta writes its body, and does not always tell it.
            wants.body = vec!["1".to_owned()];
            // Its buttons all bring the password, whatever URL they are told with.
            for button in wants.buttons.iter_mut().filter(|button| **button == Button::Nothing) {
                *button = Button::Wanting { sub_type: "url", takes: "text" };
            }
        }
        wants
    }

    /// What a template of Meta's words for a one-time password wants, where nothing else is known of it.
    pub(crate) fn of_code() -> Self {
        Self {
            is_code: true,
            body: vec!["1".to_owned()],
            buttons: vec![Button::Wanting { sub_type: "url", takes: "text" }],
            ..Self::of_components(&Value::Null, false)
        }
    }

    fn of_components(components: &Value, is_named: bool) -> Self {
        let (header, body, buttons) = (Header::Absent, Vec::new(), Vec::new());
        let mut wants = Self { is_named, is_code: false, header, body, buttons, cards: Vec::new(), offer: None };
        for component in list(components) {
            match upper(component, "type").as_str() {
                "HEADER" => wants.header = Header::of(component, is_named),
                "BODY" => wants.body = places(component, is_named),
                "BUTTONS" => wants.buttons = list(&component["buttons"]).iter().map(Button::of).collect(),
                "CAROUSEL" => {
                    let cards = list(&component["cards"]).iter();
                    wants.cards = cards.map(|card| Self::of_components(&card["components"], is_named)).collect();
                }
                "LIMITED_TIME_OFFER" => {
                    wants.offer = Some(component["limited_time_offer"]["has_expiration"] == true);
                }
                _ => {}
            }
        }
        wants
    }
}

impl Header {
    fn of(component: &Value, is_named: bool) -> Self {
        match upper(component, "format").as_str() {
            "TEXT" => Self::Text(places(component, is_named)),
            "IMAGE" => Self::Media("image"),
            "VIDEO" => Self::Media("video"),
            "DOCUMENT" => Self::Media("document"),
            "LOCATION" => Self::Media("location"),
            other => Self::Other(other.to_lowercase()),
        }
    }
}

impl Button {
    fn of(button: &Value) -> Self {
        match upper(button, "type").as_str() {
            "URL" if parameters(button["url"].as_str().unwrap_or_default()).is_empty() => Self::Nothing,
            "URL" | "OTP" => Self::Wanting { sub_type: "url", takes: "text" },
            "COPY_CODE" => Self::Wanting { sub_type: "copy_code", takes: "coupon_code" },
            "MPM" => Self::Wanting { sub_type: "mpm", takes: "action" },
            "QUICK_REPLY" => Self::Taking { sub_type: "quick_reply" },
            "FLOW" => Self::Taking { sub_type: "flow" },
            "CATALOG" => Self::Taking { sub_type: "catalog" },
            "PHONE_NUMBER" | "REQUEST_CONTACT_INFO" => Self::Nothing,
            _ => Self::Other,
        }
    }
}

/// The parameters of a text, in the order in which a message gives them: numbers by their value.
fn places(component: &Value, is_named: bool) -> Vec<String> {
    let mut places: Vec<String> =
        parameters(component["text"].as_str().unwrap_or_default()).into_iter().map(str::to_owned).collect();
    if !is_named {
        places.sort_by_key(|place| place.parse::<u32>().unwrap_or(u32::MAX));
    }
    places
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn upper(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_ascii_uppercase()
}

#[cfg(test)]
mod tests;
