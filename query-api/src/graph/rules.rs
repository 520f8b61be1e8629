//! What a template may be (Meta: whatsapp-business-account/message_templates; templates/components), as far as it can be told
//! before Meta reviews it. Kinds of components and buttons that are not known here are left to Meta.

use posthaste_model::category::{AUTHENTICATION, CATEGORIES};
use posthaste_model::whatsapp::template::parameters;
use serde_json::Value;

use crate::fields::Faults;
use crate::problem::{Code, Problem};

/// Most characters of each member.
const NAME_MAX: usize = 512;
const LANGUAGE_MAX: usize = 16;
const HEADER_MAX: usize = 60;
const BODY_MAX: usize = 1_024;
const FOOTER_MAX: usize = 60;
const BUTTON_MAX: usize = 25;
/// Most buttons of a template.
const BUTTONS_MAX: usize = 10;
/// Faults that one answer names.
const FAULTS_MAX: usize = 5;
/// Formats of a header.
const HEADERS: [&str; 6] = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "PRODUCT"];
const FORMATS: [&str; 2] = ["POSITIONAL", "NAMED"];

/// Members of a creation that are passed on; others could ask Meta for something else than was checked.
pub(crate) const OF_CREATION: [&str; 13] = [
    "name",
    "language",
    "category",
    "components",
    "parameter_format",
    "allow_category_change",
    "message_send_ttl_seconds",
    "cta_url_link_tracking_opted_out",
    "display_format",
    "library_template_name",
    "library_template_button_inputs",
    "bid_spec",
    "degrees_of_freedom_spec",
];
/// The same of an edit.
pub(crate) const OF_EDIT: [&str; 7] = [
    "category",
    "components",
    "message_send_ttl_seconds",
    "parameter_format",
    "cta_url_link_tracking_opted_out",
    "bid_spec",
    "degrees_of_freedom_spec",
];

/// A body with these members alone, and of those what is not null.
pub(crate) fn known(mut body: Value, members: &[&str]) -> Value {
    if let Some(object) = body.as_object_mut() {
        object.retain(|name, value| members.contains(&name.as_str()) && !value.is_null());
    }
    body
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_nul),
        Value::Object(object) => object.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// Checks the body of a creation.
pub(crate) fn creation(body: &Value) -> Result<(), Problem> {
    check(body, |rules| {
        let name = rules.text("", body, "name", NAME_MAX);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_some_and(|name| !name.chars().all(plain)) {
            rules.fault("/name", "write lower-case letters, digits and _ only");
        }
        rules.text("", body, "language", LANGUAGE_MAX);
        if rules.text("", body, "category", NAME_MAX).is_some() {
            rules.word("/category", &body["category"], &CATEGORIES);
        }
        rules.components(body, true);
    })
}

/// Checks the body of an edit: whatever it has is checked, and it must have something.
pub(crate) fn edit(body: &Value) -> Result<(), Problem> {
    check(body, |rules| {
        if OF_EDIT.iter().all(|member| body[*member].is_null()) {
            rules.fault("", format!("nothing is changed; write {}", OF_EDIT.join(" or ")));
        }
        if !body["category"].is_null() {
            rules.word("/category", &body["category"], &CATEGORIES);
        }
        if !body["components"].is_null() {
            rules.components(body, false);
        }
    })
}

fn check(body: &Value, rule: impl FnOnce(&Rules<'_>)) -> Result<(), Problem> {
    let faults = Faults::default();
    if faults.object(body).is_some() {
        let rules = Rules(&faults);
        rule(&rules);
        if has_nul(body) {
            rules.fault("", "take U+0000 out of its texts");
        }
    }
    told(&faults)
}

/// Meta's error for anything that is wrong with an object is 100; its details name the first members.
pub(super) fn told(faults: &Faults) -> Result<(), Problem> {
    faults.check().map_err(|problem| {
        let faults = problem.errors.iter().take(FAULTS_MAX).map(|fault| format!("{}: {}", fault.pointer, fault.detail));
        Problem::new(Code::ValidationFailed, faults.collect::<Vec<_>>().join("; "))
    })
}

struct Rules<'f>(&'f Faults);

impl Rules<'_> {
    fn fault(&self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push(pointer, Code::FieldInvalid, detail);
    }

    fn text<'a>(&self, at: &str, value: &'a Value, member: &str, characters_max: usize) -> Option<&'a str> {
        let text = value[member].as_str().filter(|text| (1..=characters_max).contains(&text.chars().count()));
        if text.is_none() {
            self.fault(format!("{at}/{member}"), format!("write a text of 1 to {characters_max} characters"));
        }
        text
    }

    fn word(&self, at: &str, value: &Value, words: &[&str]) -> bool {
        let good = value.as_str().is_some_and(|text| words.iter().any(|word| word.eq_ignore_ascii_case(text)));
        if !good {
            self.fault(at, format!("write {}", words.join(" or ")));
        }
        good
    }

    fn components(&self, body: &Value, is_whole: bool) {
        if !body["parameter_format"].is_null() {
            self.word("/parameter_format", &body["parameter_format"], &FORMATS);
        }
        let is_named = is(&body["parameter_format"], "NAMED");
        let is_authentication = is(&body["category"], AUTHENTICATION);
        let Some(components) = body["components"].as_array().filter(|list| !list.is_empty()) else {
            self.fault("/components", "write a list of components");
            return;
        };
        let mut seen = Vec::new();
        for (place, component) in components.iter().enumerate() {
            let at = format!("/components/{place}");
            let Some(kind) = component["type"].as_str().map(str::to_ascii_uppercase) else {
                self.fault(format!("{at}/type"), "write HEADER, BODY, FOOTER or BUTTONS");
                continue;
            };
            match kind.as_str() {
                "HEADER" => self.header(&at, component, is_named),
                "BODY" => self.body(&at, component, (is_named, is_authentication)),
                // Meta writes the footer of an authentication template.
                "FOOTER" if !is_authentication => {
                    let text = self.text(&at, component, "text", FOOTER_MAX);
                    if text.is_some_and(|text| !parameters(text).is_empty()) {
                        self.fault(format!("{at}/text"), "a footer has no parameters");
                    }
                }
                "BUTTONS" => self.buttons(&at, component),
                _ => {}
            }
            if seen.contains(&kind) {
                self.fault(format!("{at}/type"), format!("there is another {kind}"));
            }
            seen.push(kind);
        }
        if is_whole && !seen.iter().any(|kind| kind == "BODY") {
            self.fault("/components", "write a component of type BODY");
        }
    }

    fn header(&self, at: &str, component: &Value, is_named: bool) {
        let is_known = self.word(&format!("{at}/format"), &component["format"], &HEADERS);
        if !is_known || !is(&component["format"], "TEXT") {
            return;
        }
        let Some(text) = self.text(at, component, "text", HEADER_MAX) else { return };
        if parameters(text).len() > 1 {
            self.fault(format!("{at}/text"), "a header has at most one parameter");
        }
        self.parameters(&format!("{at}/text"), text, is_named);
    }

    fn body(&self, at: &str, component: &Value, (is_named, is_authentication): (bool, bool)) {
        // Meta writes the body of an authentication template.
        if is_authentication && component["text"].is_null() {
            return;
        }
        let Some(text) = self.text(at, component, "text", BODY_MAX) else { return };
        let pointer = format!("{at}/text");
        let trimmed = text.trim();
        if trimmed.starts_with("{{") || trimmed.ends_with("}}") {
            self.fault(&pointer, "a body neither begins nor ends with a parameter");
        }
        self.parameters(&pointer, text, is_named);
    }

    /// Positional parameters are numbered from 1 without a gap; named ones have plain names.
    fn parameters(&self, pointer: &str, text: &str, is_named: bool) {
        let names = parameters(text);
        if is_named {
            let plain = |name: &&str| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            };
            if let Some(name) = names.iter().find(|name| !plain(name)) {
                self.fault(pointer, format!("{{{{{name}}}}}: a name has lower-case letters, digits and _ only"));
            }
            return;
        }
        let mut numbers: Vec<Option<usize>> = names.iter().map(|name| name.parse().ok()).collect();
        numbers.sort_unstable();
        if !numbers.iter().copied().eq((1..=names.len()).map(Some)) {
            self.fault(pointer, "number the parameters from {{1}} without a gap, or write parameter_format NAMED");
        }
    }

    fn buttons(&self, at: &str, component: &Value) {
        let buttons = component["buttons"].as_array().filter(|list| (1..=BUTTONS_MAX).contains(&list.len()));
        let Some(buttons) = buttons else {
            self.fault(format!("{at}/buttons"), format!("write a list of 1 to {BUTTONS_MAX} buttons"));
            return;
        };
        for (place, button) in buttons.iter().enumerate() {
            let at = format!("{at}/buttons/{place}");
            match button["type"].as_str().map(str::to_ascii_uppercase).as_deref() {
                None => self.fault(format!("{at}/type"), "write the button's type, such as QUICK_REPLY or URL"),
                Some(kind @ ("QUICK_REPLY" | "URL" | "PHONE_NUMBER")) => {
                    self.text(&at, button, "text", BUTTON_MAX);
                    match kind {
                        "URL" => drop(self.text(&at, button, "url", 2_000)),
                        "PHONE_NUMBER" => drop(self.text(&at, button, "phone_number", 20)),
                        _ => {}
                    }
                }
                Some(_) => {}
            }
        }
    }
}

fn is(value: &Value, word: &str) -> bool {
    value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn good() -> Value {
        json!({ "name": "order_confirmation", "language": "en_US", "category": "UTILITY", "components": [
            { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::aW"] } },
            { "type": "BODY", "text": "Hello {{1}}, order {{2}} is here.", "example": { "body_text": [["Ann", "#1"]] } },
            { "type": "FOOTER", "text": "Thank you" },
            { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Look", "url": "https://example.org/{{1}}" }] },
        ] })
    }

    #[test]
    fn a_good_template_passes_and_what_only_meta_knows_too() {
        creation(&good()).expect("good");
        let mut carousel = good();
        carousel["components"][0] = json!({ "type": "CAROUSEL", "cards": [] });
        creation(&carousel).expect("left to Meta");
        creation(&json!({ "name": "code", "language": "en", "category": "authentication", "components": [
            { "type": "body", "add_security_recommendation": true },
            { "type": "footer", "code_expiration_minutes": 10 },
            { "type": "buttons", "buttons": [{ "type": "otp", "otp_type": "copy_code" }] }] }))
        .expect("Meta writes the words");
        edit(&json!({ "category": "MARKETING" })).expect("a part is enough");
        edit(&json!({ "bid_spec": { "bid_amount": 87_000 } })).expect("the highest price of a marketing template");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let long = "x".repeat(1_025);
        for (pointer, value, place) in [
            ("/name", json!("Order"), "/name"),
            ("/name", json!("x".repeat(513)), "/name"),
            ("/language", json!(""), "/language"),
            ("/category", json!("PROMOTION"), "/category"),
            ("/components", json!([]), "/components"),
            ("/components/0/format", json!("GIF89"), "/components/0/format"),
            (
                "/components/0",
                json!({ "type": "HEADER", "format": "TEXT", "text": "y".repeat(61) }),
                "/components/0/text",
            ),
            ("/components/1/text", json!(long), "/components/1/text"),
            ("/components/1/text", json!("{{1}} first"), "/components/1/text"),
            ("/components/1/text", json!("a {{2}} b"), "/components/1/text"),
            ("/components/1/text", json!("a {{name}} b"), "/components/1/text"),
            ("/components/2/type", json!("BODY"), "/components/2/type"),
            ("/components/2/text", json!("z".repeat(61)), "/components/2/text"),
            ("/components/3/buttons/0/text", json!("b".repeat(26)), "/components/3/buttons/0/text"),
            ("/components/3/buttons", json!([]), "/components/3/buttons"),
        ] {
            let mut body = good();
            *body.pointer_mut(pointer).expect("a member") = value;
            let problem = creation(&body).expect_err(pointer);
            assert!(problem.detail.contains(place), "{pointer}: {}", problem.detail);
        }
        assert!(edit(&json!({ "name": "other" })).is_err(), "a name stays");
        assert!(creation(&json!([])).is_err());
    }
}
