//! A message against its template.

use std::collections::BTreeSet;

use posthaste_model::{Column, TemplateMessage, layout};
use serde_json::Value;

use super::columns::column_of;
use super::{Button, CODE_MAX, Columns, Header, Wants, list, numbered};
use crate::fields::Faults;
use crate::problem::Code;
use crate::recipients::parse::check_values;

/// Where the parameters of the body alone are written.
const PARAMS: &str = "/template/params";

/// Compares the components of a message with what its template wants; `pointer` is where they stand.
pub(crate) fn check(wants: &Wants, components: &[Value], pointer: &str, faults: &Faults) {
    let given = Given { components, pointer, faults };
    given.header(wants);
    given.texts("body", &wants.body, wants);
    given.buttons(wants);
    given.offer(wants.offer);
    given.cards(wants);
    if wants.is_code {
        given.code();
    }
}

/// The components of a message of which the body's parameters alone are written; empty where these can stand as they are.
pub(crate) fn of_params(wants: &Wants, params: &[String], faults: &Faults) -> Option<Vec<Value>> {
    let columns = match wants.columns() {
        Ok(columns) => columns,
        Err((component, why)) => {
            faults.push(PARAMS, Code::FieldMissing, format!("the template has {component}, {why}: write components"));
            return None;
        }
    };
    let of_body = |place: &String| columns.columns.iter().find(|own| own.name == column_of(place)).cloned();
    let body: Vec<Column> = wants.body.iter().filter_map(of_body).collect();
    if let Some(other) = columns.columns.iter().find(|own| !body.contains(own)) {
        let detail = format!("the template wants {} beside the parameters of its body: write components", other.name);
        faults.push(PARAMS, Code::FieldMissing, detail);
        return None;
    }
    let Columns { columns, slots } = columns.in_order_of(&body)?;
    check_params(params, &columns, faults);
    Some(slots.map_or_else(Vec::new, |slots| layout::components(&slots, params)))
}

/// Counts the parameters of the body, where no more is known of the template.
pub(crate) fn count(wanted: usize, message: &TemplateMessage, faults: &Faults) {
    if message.components.is_empty() {
        return check_params(&message.body, &numbered(wanted), faults);
    }
    let given = Given { components: &message.components, pointer: "/template/components", faults };
    let count = given.parameters("body").0.len();
    if count != wanted {
        let detail = format!("the template's body has {wanted} parameters, {count} were given");
        faults.push(given.pointer, Code::ParameterCount, detail);
    }
}

fn check_params(params: &[String], columns: &[Column], faults: &Faults) {
    if let Err((index, (code, detail))) = check_values(params, columns) {
        let pointer = index.map_or_else(|| PARAMS.to_owned(), |index| format!("{PARAMS}/{index}"));
        faults.push(pointer, code, detail);
    }
}

/// The components of a message, or of a card of its carousel.
struct Given<'a> {
    components: &'a [Value],
    pointer: &'a str,
    faults: &'a Faults,
}

impl<'a> Given<'a> {
    /// The components of a kind, with their places.
    fn all(&self, kind: &'static str) -> impl Iterator<Item = (usize, &'a Value)> {
        let is_it = move |own: &&Value| own["type"].as_str().is_some_and(|text| text.eq_ignore_ascii_case(kind));
        self.components.iter().enumerate().filter(move |(_, own)| is_it(own))
    }

    /// The parameters of the components of a kind, which is written once, and where they stand.
    fn parameters(&self, kind: &'static str) -> (Vec<&'a Value>, String) {
        let pointer = match self.all(kind).next() {
            Some((at, _)) => format!("{}/{at}/parameters", self.pointer),
            None => self.pointer.to_owned(),
        };
        (self.all(kind).flat_map(|(_, own)| list(&own["parameters"])).collect(), pointer)
    }

    fn header(&self, wants: &Wants) {
        let kind = match &wants.header {
            Header::Absent => return self.texts("header", &[], wants),
            Header::Text(places) => return self.texts("header", places, wants),
            Header::Media(kind) => *kind,
            Header::Other(_) => return,
        };
        let (given, pointer) = self.parameters("header");
        match given[..] {
            [] => {
                let detail =
                    format!("the template has a header of type {kind}: write a header with one parameter of it");
                self.faults.push(pointer, Code::FieldMissing, detail);
            }
            [one] if is_type(one, kind) => {}
            [one, ..] => {
                let detail = format!("the template's header is of type {kind}, not {}", shown(&one["type"]));
                self.faults.push(format!("{pointer}/0/type"), Code::ParameterFormat, detail);
            }
        }
    }

    /// Texts by number, or each by its name.
    fn texts(&self, component: &'static str, places: &[String], wants: &Wants) {
        let (given, pointer) = self.parameters(component);
        if given.len() != places.len() {
            let (wanted, given) = (places.len(), given.len());
            let detail = format!("the template's {component} has {wanted} parameters, {given} were given");
            return self.faults.push(pointer, Code::ParameterCount, detail);
        }
        let mut left: BTreeSet<&str> = places.iter().map(String::as_str).collect();
        for (at, parameter) in given.iter().enumerate() {
            let pointer = format!("{pointer}/{at}/parameter_name");
            match (parameter["parameter_name"].as_str(), wants.is_named) {
                (Some(name), true) if left.remove(name) => {}
                (None, false) => {}
                (Some(name), true) => {
                    let detail = format!("\"{name}\": write each of {} once", places.join(", "));
                    self.faults.push(pointer, Code::ParameterFormat, detail);
                }
                (Some(_), false) => {
                    let detail = "the template's parameters are numbered: leave the name out";
                    self.faults.push(pointer, Code::ParameterFormat, detail);
                }
                // Whether money and times need their name Meta does not say.
                (None, true) if !is_type(parameter, "text") => {}
                (None, true) => {
                    let detail = format!("the template's parameters have names: write one of {}", places.join(", "));
                    self.faults.push(pointer, Code::ParameterFormat, detail);
                }
            }
        }
    }

    fn buttons(&self, wants: &Wants) {
        let mut seen = BTreeSet::new();
        for (at, own) in self.all("button") {
            let Some(index) = index(&own["index"]) else { continue };
            let pointer = format!("{}/{at}", self.pointer);
            let Some(button) = wants.buttons.get(index) else {
                let detail = format!("the template has {} buttons, the first of which is 0", wants.buttons.len());
                self.faults.push(format!("{pointer}/index"), Code::ParameterFormat, detail);
                continue;
            };
            seen.insert(index);
            self.button(*button, own, &pointer);
        }
        for (index, button) in wants.buttons.iter().enumerate().filter(|(index, _)| !seen.contains(index)) {
            if let Button::Wanting { sub_type, takes } = button {
                let detail = format!(
                    "the template's button {index} wants a parameter of type {takes}: write a component of type button, \
                     sub_type {sub_type} and index {index}"
                );
                self.faults.push(self.pointer, Code::FieldMissing, detail);
            }
        }
    }

    fn button(&self, button: Button, own: &Value, pointer: &str) {
        let given = list(&own["parameters"]);
        let (sub_type, takes) = match button {
            Button::Other => return,
            Button::Nothing if given.is_empty() => return,
            Button::Nothing => {
                let detail = "this button of the template takes no parameter: leave the component out";
                return self.faults.push(format!("{pointer}/parameters"), Code::ParameterFormat, detail);
            }
            Button::Wanting { sub_type, takes } => (sub_type, Some(takes)),
            Button::Taking { sub_type } => (sub_type, None),
        };
        if !own["sub_type"].as_str().is_some_and(|text| text.eq_ignore_ascii_case(sub_type)) {
            let detail = format!("this button of the template is {sub_type}, not {}", shown(&own["sub_type"]));
            self.faults.push(format!("{pointer}/sub_type"), Code::ParameterFormat, detail);
        } else if let Some(takes) = takes.filter(|takes| given.len() != 1 || !is_type(&given[0], takes)) {
            let detail = format!("write one parameter of type {takes}");
            self.faults.push(format!("{pointer}/parameters"), Code::ParameterFormat, detail);
        }
    }

    fn offer(&self, wanted: Option<bool>) {
        match (self.all("limited_time_offer").next(), wanted) {
            (Some((at, _)), None) => {
                let detail = "the template has no offer that ends: leave the component out";
                self.faults.push(format!("{}/{at}", self.pointer), Code::ParameterFormat, detail);
            }
            (None, Some(true)) => {
                let detail = "the template's offer ends: write a component of type limited_time_offer that says when";
                self.faults.push(self.pointer, Code::FieldMissing, detail);
            }
            _ => {}
        }
    }

    fn cards(&self, wants: &Wants) {
        let Some((at, own)) = self.all("carousel").next() else {
            if !wants.cards.is_empty() {
                let detail =
                    format!("the template has {} cards: write a component of type carousel", wants.cards.len());
                self.faults.push(self.pointer, Code::FieldMissing, detail);
            }
            return;
        };
        let pointer = format!("{}/{at}", self.pointer);
        if wants.cards.is_empty() {
            let detail = "the template has no carousel: leave the component out";
            return self.faults.push(pointer, Code::ParameterFormat, detail);
        }
        let cards = list(&own["cards"]);
        // Products are chosen by the message, and may be fewer or more than the template's examples.
        let are_products = wants.cards.iter().any(|card| matches!(card.header, Header::Other(_)));
        if !are_products && cards.len() != wants.cards.len() {
            let detail = format!("the template has {} cards, {} were given", wants.cards.len(), cards.len());
            return self.faults.push(format!("{pointer}/cards"), Code::ParameterCount, detail);
        }
        for (at, card) in cards.iter().enumerate() {
            let Some(wants) = index(&card["card_index"]).and_then(|index| wants.cards.get(index)) else { continue };
            check(wants, list(&card["components"]), &format!("{pointer}/cards/{at}/components"), self.faults);
        }
    }

    /// The password stands in the body and in the button that copies it, and is short.
    fn code(&self) {
        let (body, pointer) = self.parameters("body");
        let Some(code) = body.first().and_then(|parameter| parameter["text"].as_str()) else { return };
        let length = code.chars().count();
        if length > CODE_MAX {
            let detail = format!("{length} characters: a one-time password has at most {CODE_MAX}");
            self.faults.push(format!("{pointer}/0/text"), Code::ParameterTooLong, detail);
        }
        for (at, button) in self.all("button") {
            let text = button["parameters"][0]["text"].as_str();
            if text.is_some_and(|text| text != code) {
                let detail = "the button copies another password than the body shows: write the same";
                let pointer = format!("{}/{at}/parameters/0/text", self.pointer);
                self.faults.push(pointer, Code::ParameterFormat, detail);
            }
        }
    }
}

fn is_type(parameter: &Value, kind: &str) -> bool {
    parameter["type"].as_str().is_some_and(|text| text.eq_ignore_ascii_case(kind))
}

/// A place from 0, as a number or as a text.
fn index(value: &Value) -> Option<usize> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.and_then(|number| usize::try_from(number).ok())
}

fn shown(value: &Value) -> &str {
    value.as_str().unwrap_or("none")
}
