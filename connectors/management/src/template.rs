//! Templates as Meta writes them (Meta: whatsapp-business-account/message_templates), and what is kept of them.

use posthaste_model::TemplateStatus;
use posthaste_model::category::AUTHENTICATION;
use posthaste_model::whatsapp::template::parameters;
use serde_json::{Value, json};

/// The members that are asked of Meta's list.
pub(crate) const FIELDS: &str = "id,name,language,status,category,components,quality_score,parameter_format,rejected_reason,\
     message_send_ttl_seconds";

/// What is kept of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Meta's id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Language code with an underscore.
    pub language: String,
    /// Whether it can be sent.
    pub status: TemplateStatus,
    /// Why not, where Meta says so.
    pub status_reason: Option<String>,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: String,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`, where Meta says so.
    pub quality: Option<String>,
    /// `POSITIONAL` or `NAMED`.
    pub parameter_format: String,
    /// For how long Meta tries to deliver a message of it, in seconds, where Meta says so.
    pub ttl_seconds: Option<i32>,
    /// Its components, verbatim.
    pub components: Value,
}

impl Template {
    /// Reads an element of Meta's list; `None` where it is not one.
    pub fn listed(value: &Value) -> Option<Self> {
        let text = |field: &str| value[field].as_str().map(str::to_owned);
        let status = TemplateStatus::after_event(value["status"].as_str()?).unwrap_or(TemplateStatus::Unknown);
        Some(Self {
            id: text("id")?,
            name: text("name")?,
            language: text("language")?.replace('-', "_"),
            status,
            status_reason: text("rejected_reason").filter(|reason| reason != "NONE"),
            category: text("category")?,
            quality: value["quality_score"]["score"].as_str().map(str::to_owned),
            parameter_format: text("parameter_format").unwrap_or_else(|| "POSITIONAL".to_owned()),
            ttl_seconds: ttl_seconds(value),
            components: without_nul(list(&value["components"])),
        })
    }

    /// What came of the creation that a body asked for. Meta may judge it at once, and in another category. Id and status
    /// are Meta's word alone.
    pub fn created(asked: &Value, answered: &Value) -> Option<Self> {
        let mut whole = asked.clone();
        whole["id"] = answered["id"].clone();
        whole["status"] = answered["status"].as_str().unwrap_or("PENDING").into();
        if !answered["category"].is_null() {
            whole["category"] = answered["category"].clone();
        }
        Self::listed(&whole)
    }

    /// The text of its body; empty where Meta writes it (authentication).
    pub fn body(&self) -> &str {
        body(&self.components)
    }
}

/// For how long Meta tries to deliver, as a template or an edit of one says it.
pub(crate) fn ttl_seconds(template: &Value) -> Option<i32> {
    template["message_send_ttl_seconds"].as_i64().and_then(|seconds| i32::try_from(seconds).ok())
}

/// A list without U+0000 in its texts, which Postgres cannot hold.
fn without_nul(list: &[Value]) -> Value {
    fn plain(value: &Value) -> Value {
        match value {
            Value::String(text) => text.replace('\0', "").into(),
            Value::Array(list) => without_nul(list),
            Value::Object(object) => {
                object.iter().map(|(name, value)| (name.replace('\0', ""), plain(value))).collect()
            }
            other => other.clone(),
        }
    }
    list.iter().map(plain).collect()
}

/// The text of the body among components.
pub(crate) fn body(components: &Value) -> &str {
    list(components).iter().find(|own| is(own, "type", "BODY")).and_then(|own| own["text"].as_str()).unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn is(value: &Value, field: &str, word: &str) -> bool {
    value[field].as_str().is_some_and(|text| text.eq_ignore_ascii_case(word))
}

/// What a message must give for a template with these components, in the words of a template message: `component` (`header`,
/// `body` or `button`), for buttons `sub_type` and `index`, `type` of the parameter, `name` where it is one of a text, and an
/// `example` where Meta has one (Meta: messages/template-messages). What belongs to a card of a carousel has its number as `card`. The
/// body of a template for one-time passwords brings the password, also where Meta does not tell its words.
pub fn schema(components: &Value, category: &str) -> Vec<Value> {
    let mut schema = of_components(components);
    let is_of_body = |own: &Value| own["component"] == "body";
    if category.eq_ignore_ascii_case(AUTHENTICATION) && !schema.iter().any(is_of_body) {
        let place = schema.iter().position(|own| own["component"] == "button").unwrap_or(schema.len());
        schema.insert(place, json!({ "component": "body", "type": "text", "name": "1" }));
    }
    schema
}

fn of_components(components: &Value) -> Vec<Value> {
    let mut schema = Vec::new();
    for component in list(components) {
        let example = &component["example"];
        match component["type"].as_str().unwrap_or_default().to_ascii_uppercase().as_str() {
            "HEADER" if is(component, "format", "TEXT") => {
                texts("header", component, &example["header_text"], &example["header_text_named_params"], &mut schema);
            }
            "HEADER" => {
                if let Some(format) = component["format"].as_str() {
                    schema.push(json!({ "component": "header", "type": format.to_lowercase() }));
                }
            }
            "BODY" => {
                texts("body", component, &example["body_text"][0], &example["body_text_named_params"], &mut schema)
            }
            "BUTTONS" => {
                let buttons = list(&component["buttons"]).iter().enumerate();
                schema.extend(buttons.filter_map(|(index, own)| button(index, own)));
            }
            "LIMITED_TIME_OFFER" if component["limited_time_offer"]["has_expiration"] == true => {
                schema.push(json!({ "component": "limited_time_offer", "type": "limited_time_offer" }));
            }
            "CAROUSEL" => {
                for (number, card) in list(&component["cards"]).iter().enumerate() {
                    let of_card = of_components(&card["components"]).into_iter().map(|mut own| {
                        own["card"] = number.into();
                        own
                    });
                    schema.extend(of_card);
                }
            }
            _ => {}
        }
    }
    schema
}

fn texts(component: &str, own: &Value, positional: &Value, named: &Value, schema: &mut Vec<Value>) {
    for (place, name) in parameters(own["text"].as_str().unwrap_or_default()).into_iter().enumerate() {
        let mut entry = json!({ "component": component, "type": "text", "name": name });
        let named = list(named).iter().find(|own| own["param_name"] == name).map(|own| &own["example"]);
        if let Some(example) = named.or(positional.get(place)).filter(|example| example.is_string()) {
            entry["example"] = example.clone();
        }
        schema.push(entry);
    }
}

fn button(index: usize, own: &Value) -> Option<Value> {
    let (sub_type, kind) = match own["type"].as_str()?.to_ascii_uppercase().as_str() {
        "URL" if !parameters(own["url"].as_str().unwrap_or_default()).is_empty() => ("url", "text"),
        "OTP" => ("url", "text"),
        "COPY_CODE" => ("copy_code", "coupon_code"),
        "MPM" => ("mpm", "action"),
        _ => return None,
    };
    let mut entry = json!({ "component": "button", "sub_type": sub_type, "index": index, "type": kind });
    if let Some(example) = own["example"].get(0).or(own.get("example")).filter(|example| example.is_string()) {
        entry["example"] = example.clone();
    }
    Some(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_creation_takes_over_what_meta_judged() {
        let asked = json!({ "name": "order", "language": "en-US", "category": "UTILITY",
            "components": [{ "type": "body", "text": "Hello {{1}}" }] });
        let answered = json!({ "id": "594", "status": "APPROVED", "category": "MARKETING" });
        let template = Template::created(&asked, &answered).expect("a template");
        assert_eq!(
            (template.id.as_str(), template.status, template.category.as_str()),
            ("594", TemplateStatus::Approved, "MARKETING")
        );
        assert_eq!((template.language.as_str(), template.body()), ("en_US", "Hello {{1}}"));
        assert_eq!(Template::created(&asked, &json!({})), None, "without an id");
        let mut forged = asked;
        (forged["id"], forged["status"]) = (json!("600"), json!("APPROVED"));
        assert_eq!(Template::created(&forged, &json!({ "success": true })), None, "an id is Meta's to give");
        let template = Template::created(&forged, &json!({ "id": "594" })).expect("a template");
        assert_eq!((template.id.as_str(), template.status), ("594", TemplateStatus::Pending));
    }

    #[test]
    fn components_are_always_a_list_that_the_store_can_hold() {
        let listed = |components: Value| {
            let own = json!({ "id": "1", "name": "n", "language": "en", "category": "UTILITY", "status": "APPROVED",
                "components": components });
            Template::listed(&own).expect("a template").components
        };
        assert_eq!(listed(Value::Null), json!([]));
        let with_nul = json!([{ "type": "BODY", "text": "a\u{0}b", "example": { "body_text": [["\u{0}"]] } }]);
        assert_eq!(listed(with_nul), json!([{ "type": "BODY", "text": "ab", "example": { "body_text": [[""]] } }]));
    }

    #[test]
    fn a_schema_names_everything_that_a_message_must_give() {
        let components = json!([
            { "type": "HEADER", "format": "IMAGE" },
            { "type": "BODY", "text": "{{first}} of {{n}}", "example": { "body_text_named_params": [
                { "param_name": "n", "example": "10" }, { "param_name": "first", "example": "1" }] } },
            { "type": "FOOTER", "text": "no {{parameters}} here" },
            { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "Yes" },
                { "type": "URL", "url": "https://example.org/{{1}}", "example": ["https://example.org/a"] },
                { "type": "COPY_CODE", "example": "25OFF" }] },
        ]);
        assert_eq!(
            schema(&components, "UTILITY"),
            [
                json!({ "component": "header", "type": "image" }),
                json!({ "component": "body", "type": "text", "name": "first", "example": "1" }),
                json!({ "component": "body", "type": "text", "name": "n", "example": "10" }),
                json!({ "component": "button", "sub_type": "url", "index": 1, "type": "text", "example": "https://example.org/a" }),
                json!({ "component": "button", "sub_type": "copy_code", "index": 2, "type": "coupon_code", "example": "25OFF" }),
            ]
        );
        let positional =
            json!([{ "type": "BODY", "text": "a {{1}} b {{2}} c", "example": { "body_text": [["x", "y"]] } }]);
        assert_eq!(schema(&positional, "UTILITY")[1]["example"], "y");
        assert!(schema(&json!("nonsense"), "UTILITY").is_empty());
    }

    #[test]
    fn a_schema_has_cards_offers_and_passwords() {
        let card = |text: &str| {
            json!({ "components": [{ "type": "header", "format": "image" }, { "type": "body", "text": text },
            { "type": "buttons", "buttons": [{ "type": "url", "url": "https://example.org/{{1}}" }] }] })
        };
        let components = json!([{ "type": "BODY", "text": "Look" },
            { "type": "limited_time_offer", "limited_time_offer": { "text": "Ends soon", "has_expiration": true } },
            { "type": "carousel", "cards": [card("Only {{1}}"), card("No more")] }]);
        let url =
            |card: usize| json!({ "component": "button", "sub_type": "url", "index": 0, "type": "text", "card": card });
        assert_eq!(
            schema(&components, "MARKETING"),
            [
                json!({ "component": "limited_time_offer", "type": "limited_time_offer" }),
                json!({ "component": "header", "type": "image", "card": 0 }),
                json!({ "component": "body", "type": "text", "name": "1", "card": 0 }),
                url(0),
                json!({ "component": "header", "type": "image", "card": 1 }),
                url(1),
            ]
        );
        let code = json!([{ "type": "BODY", "add_security_recommendation": true },
            { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE" }] }]);
        let password = json!({ "component": "body", "type": "text", "name": "1" });
        let button = json!({ "component": "button", "sub_type": "url", "index": 0, "type": "text" });
        assert_eq!(schema(&code, "AUTHENTICATION"), [password.clone(), button]);
        let told = json!([{ "type": "BODY", "text": "*{{1}}* is your code." }]);
        assert_eq!(schema(&told, "AUTHENTICATION"), [password]);
    }
}
