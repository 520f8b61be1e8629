//! How the values of a recipient fill the places of a template.
//!
//! A recipient of a campaign is a number and a list of texts. What each of these is (a parameter of the body, a link to a picture, the
//! end of a button's URL) is the same for all recipients, and is therefore kept once, with the campaign.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What a value is, and so what it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// A text on one line.
    Text,
    /// A one-time password.
    Code,
    /// A coupon code.
    Coupon,
    /// A file: the link to it, or Meta's id.
    File,
}

/// One value of every recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in uploads.
    pub name: String,
    /// What it is.
    pub kind: ColumnKind,
}

/// Where a place takes its value from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filling {
    /// The recipient's value in the column of this index.
    Column(usize),
    /// The same for all: the object that Meta takes.
    Value(Value),
}

/// A place of a template that a message fills, in Meta's words (Meta: messages/template-messages).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// `header`, `body` or `button`.
    pub component: String,
    /// Of a button: `url` or `copy_code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<String>,
    /// Of a button: its place among the template's buttons, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// `text`, `image`, `video`, `document`, `location` or `coupon_code`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name of the parameter, where the template has names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter_name: Option<String>,
    /// What it is filled with.
    pub filling: Filling,
}

/// The values of a campaign's recipients, and how each of its templates is filled with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The values, in the order in which they are kept.
    pub columns: Vec<Column>,
    /// The places of each template, in the order in which the templates take turns.
    pub templates: Vec<Vec<Slot>>,
}

/// The components of a message: the places of one template, filled. A place whose value is missing is left empty, for Meta to judge.
pub fn components(slots: &[Slot], values: &[String]) -> Vec<Value> {
    let mut components: Vec<(&Slot, Vec<Value>)> = Vec::new();
    for slot in slots {
        let parameter = slot.parameter(values);
        match components.last_mut() {
            Some((last, parameters)) if last.component == slot.component && last.index == slot.index => {
                parameters.push(parameter);
            }
            _ => components.push((slot, vec![parameter])),
        }
    }
    components.into_iter().map(|(slot, parameters)| slot.component(parameters)).collect()
}

impl Slot {
    fn component(&self, parameters: Vec<Value>) -> Value {
        let mut component = json!({ "type": self.component, "parameters": parameters });
        if let (Some(sub_type), Some(index)) = (&self.sub_type, self.index) {
            component["sub_type"] = json!(sub_type);
            component["index"] = json!(index.to_string());
        }
        component
    }

    fn parameter(&self, values: &[String]) -> Value {
        let value = match &self.filling {
            Filling::Value(value) => value.clone(),
            Filling::Column(column) => {
                let text = values.get(*column).map_or("", String::as_str);
                if matches!(self.kind.as_str(), "text" | "coupon_code") { json!(text) } else { file(text) }
            }
        };
        let mut parameter = Map::new();
        parameter.insert("type".to_owned(), json!(self.kind));
        if let Some(name) = &self.parameter_name {
            parameter.insert("parameter_name".to_owned(), json!(name));
        }
        parameter.insert(self.kind.clone(), value);
        Value::Object(parameter)
    }
}

/// A file as Meta takes it. Ids of Meta's are digits.
fn file(text: &str) -> Value {
    if is_link(text) { json!({ "link": text }) } else { json!({ "id": text }) }
}

/// Whether a text that names a file is a link, and not an id.
pub fn is_link(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(component: &str, kind: &str, filling: Filling) -> Slot {
        let (sub_type, index, parameter_name) = (None, None, None);
        Slot { component: component.into(), sub_type, index, kind: kind.into(), parameter_name, filling }
    }

    #[test]
    fn places_are_filled_as_meta_takes_them() {
        let named = |name: &str, column| Slot {
            parameter_name: Some(name.to_owned()),
            ..slot("body", "text", Filling::Column(column))
        };
        let button =
            Slot { sub_type: Some("url".to_owned()), index: Some(1), ..slot("button", "text", Filling::Column(1)) };
        let slots = [
            slot("header", "image", Filling::Column(0)),
            named("first_name", 1),
            named("order", 2),
            button.clone(),
            Slot { index: Some(2), ..button },
        ];
        let values = ["https://example.org/a.png", "Ann", "#12"].map(str::to_owned);
        let suffix = json!([{ "type": "text", "text": "Ann" }]);
        assert_eq!(
            json!(components(&slots, &values)),
            json!([
                { "type": "header", "parameters": [{ "type": "image", "image": { "link": "https://example.org/a.png" } }] },
                { "type": "body", "parameters": [
                    { "type": "text", "parameter_name": "first_name", "text": "Ann" },
                    { "type": "text", "parameter_name": "order", "text": "#12" }] },
                { "type": "button", "sub_type": "url", "index": "1", "parameters": suffix },
                { "type": "button", "sub_type": "url", "index": "2", "parameters": suffix },
            ])
        );
        assert_eq!(file("4711"), json!({ "id": "4711" }));
        let fixed = slot("header", "document", Filling::Value(json!({ "id": "1", "filename": "a.pdf" })));
        let document = json!([{ "type": "document", "document": { "id": "1", "filename": "a.pdf" } }]);
        assert_eq!(components(&[fixed], &[])[0]["parameters"], document);
    }

    #[test]
    fn a_layout_is_read_as_it_was_written() {
        let layout = Layout {
            columns: vec![Column { name: "header.image".into(), kind: ColumnKind::File }],
            templates: vec![vec![slot("header", "image", Filling::Column(0))]],
        };
        let written = json!({ "columns": [{ "name": "header.image", "kind": "file" }],
            "templates": [[{ "component": "header", "type": "image", "filling": { "column": 0 } }]] });
        assert_eq!(json!(layout), written);
        assert_eq!(serde_json::from_value::<Layout>(written).expect("a layout"), layout);
    }
}
