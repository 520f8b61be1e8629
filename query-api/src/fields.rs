//! Reads the fields of a JSON body and collects everything that is wrong with them, each with its JSON pointer.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::problem::{Code, FieldError, Problem};

/// Where the faults of one body are collected.
#[derive(Default)]
pub(crate) struct Faults(RefCell<Vec<FieldError>>);

impl Faults {
    /// Notes a fault.
    pub(crate) fn push(&self, pointer: impl Into<String>, code: Code, detail: impl Into<String>) {
        let error = FieldError { pointer: pointer.into(), code: code.as_str(), detail: detail.into() };
        self.0.borrow_mut().push(error);
    }

    /// The body as an object.
    pub(crate) fn object<'a>(&self, value: &'a Value) -> Option<Object<'a, '_>> {
        match value {
            Value::Object(map) => Some(Object { map, pointer: String::new(), faults: self }),
            _ => {
                self.push("", Code::FieldInvalid, "the body must be a JSON object");
                None
            }
        }
    }

    /// Fails if there is any fault.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if self.0.borrow().is_empty() { Ok(()) } else { Err(self.problem()) }
    }

    /// All faults as one problem.
    pub(crate) fn problem(&self) -> Problem {
        Problem::validation(self.0.take())
    }
}

/// One JSON object of a body.
pub(crate) struct Object<'a, 'f> {
    map: &'a Map<String, Value>,
    pointer: String,
    faults: &'f Faults,
}

impl<'a, 'f> Object<'a, 'f> {
    fn at(&self, field: &str) -> String {
        format!("{}/{}", self.pointer, field.replace('~', "~0").replace('/', "~1"))
    }

    /// Notes that a field is not as it must be.
    pub(crate) fn invalid(&self, field: &str, detail: impl Into<String>) {
        self.faults.push(self.at(field), Code::FieldInvalid, detail);
    }

    /// Notes every field that is not one of these.
    pub(crate) fn only(&self, known: &[&str]) {
        for field in self.map.keys().filter(|field| !known.contains(&field.as_str())) {
            let detail = format!("there is no such field; known here: {}", known.join(", "));
            self.faults.push(self.at(field), Code::FieldUnknown, detail);
        }
    }

    /// A field that may be left out or null.
    fn optional(&self, field: &str) -> Option<&'a Value> {
        self.map.get(field).filter(|value| !value.is_null())
    }

    fn required(&self, field: &str, what: &str) -> Option<&'a Value> {
        let value = self.optional(field);
        if value.is_none() {
            self.faults.push(self.at(field), Code::FieldMissing, format!("write {what}"));
        }
        value
    }

    /// Whether the field is there.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.optional(field).is_some()
    }

    /// A text whose number of characters is in the range.
    pub(crate) fn text(&self, field: &str, length: RangeInclusive<usize>) -> Option<&'a str> {
        let what = format!("a text of {} to {} characters", length.start(), length.end());
        let value = self.required(field, &what)?;
        match value.as_str() {
            Some(text) if length.contains(&text.chars().count()) && !text.contains('\0') => Some(text),
            _ => {
                self.invalid(field, format!("write {what}"));
                None
            }
        }
    }

    /// A text that may be left out.
    pub(crate) fn optional_text(&self, field: &str, length: RangeInclusive<usize>) -> Option<&'a str> {
        if self.has(field) { self.text(field, length) } else { None }
    }

    /// A text that is checked elsewhere; null and a missing field are faults.
    pub(crate) fn any_text(&self, field: &str) -> Option<&'a str> {
        let value = self.required(field, "a text")?;
        let text = value.as_str();
        if text.is_none() {
            self.invalid(field, "write a text");
        }
        text
    }

    /// A whole number in the range, or the default.
    pub(crate) fn number_or(&self, field: &str, default: i32, range: RangeInclusive<i32>) -> Option<i32> {
        let Some(value) = self.optional(field) else { return Some(default) };
        let number = value.as_i64().and_then(|n| i32::try_from(n).ok()).filter(|n| range.contains(n));
        if number.is_none() {
            self.invalid(field, format!("write a whole number from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// One of a few words, or the default.
    pub(crate) fn choice_or<T>(
        &self,
        field: &str,
        default: T,
        parse: impl Fn(&str) -> Option<T>,
        words: &str,
    ) -> Option<T> {
        let Some(value) = self.optional(field) else { return Some(default) };
        let choice = value.as_str().and_then(parse);
        if choice.is_none() {
            self.invalid(field, format!("write {words}"));
        }
        choice
    }

    /// A value of a form of its own; a missing one is a fault.
    pub(crate) fn checked<T>(&self, field: &str, detail: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let value = read(self.required(field, detail.trim_start_matches("write "))?);
        if value.is_none() {
            self.invalid(field, detail);
        }
        value
    }

    /// A value that is checked elsewhere; a missing one is a fault.
    pub(crate) fn value(&self, field: &str) -> Option<&'a Value> {
        self.required(field, "a value")
    }

    /// An object within this one.
    pub(crate) fn object(&self, field: &str, what: &str) -> Option<Object<'a, 'f>> {
        let value = self.required(field, what)?;
        match value {
            Value::Object(map) => Some(Object { map, pointer: self.at(field), faults: self.faults }),
            _ => {
                self.invalid(field, format!("write {what}"));
                None
            }
        }
    }

    /// A list of objects whose length is in the range; what is no object is a fault of its own.
    pub(crate) fn objects(
        &self,
        field: &str,
        length: RangeInclusive<usize>,
        what: &str,
    ) -> Option<Vec<Object<'a, 'f>>> {
        let wanted = format!("a list of {} to {} objects with {what}", length.start(), length.end());
        let items = self.required(field, &wanted)?.as_array().filter(|items| length.contains(&items.len()));
        let Some(items) = items else {
            self.invalid(field, format!("write {wanted}"));
            return None;
        };
        let object = |(index, item): (usize, &'a Value)| {
            let pointer = format!("{}/{index}", self.at(field));
            let Value::Object(map) = item else {
                self.faults.push(pointer, Code::FieldInvalid, format!("write an object with {what}"));
                return None;
            };
            Some(Object { map, pointer, faults: self.faults })
        };
        let objects: Vec<_> = items.iter().enumerate().filter_map(object).collect();
        (objects.len() == items.len()).then_some(objects)
    }

    /// A list of texts; a missing one is empty where `required` is false.
    pub(crate) fn texts(&self, field: &str, required: bool) -> Option<Vec<&'a str>> {
        if !required && !self.has(field) {
            return Some(Vec::new());
        }
        let texts = self
            .required(field, "a list of texts")?
            .as_array()
            .and_then(|items| items.iter().map(Value::as_str).collect());
        if texts.is_none() {
            self.invalid(field, "write a list of texts");
        }
        texts
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_of_a_body_is_named_with_its_pointer() {
        let body = json!({"name": "", "ttl": 5, "inner": {"a/b": 1}, "list": ["x", 2]});
        let faults = Faults::default();
        let object = faults.object(&body).expect("an object");
        object.only(&["name", "ttl", "inner", "list"]);
        assert_eq!(object.text("name", 1..=10), None);
        assert_eq!(object.text("sender", 1..=10), None);
        assert_eq!(object.number_or("ttl", 1, 30..=60), None);
        assert_eq!(object.number_or("other", 7, 30..=60), Some(7));
        assert_eq!(object.texts("list", true), None);
        object.object("inner", "an object").expect("an object").only(&["c"]);
        let problem = faults.check().unwrap_err();
        let pointers: Vec<_> = problem.errors.iter().map(|error| (error.pointer.as_str(), error.code)).collect();
        assert_eq!(
            pointers,
            [
                ("/name", "field_invalid"),
                ("/sender", "field_missing"),
                ("/ttl", "field_invalid"),
                ("/list", "field_invalid"),
                ("/inner/a~1b", "field_unknown")
            ]
        );
    }

    #[test]
    fn a_body_that_is_no_object_is_a_fault() {
        let faults = Faults::default();
        assert!(faults.object(&json!([1])).is_none());
        assert_eq!(faults.problem().errors[0].pointer, "");
    }
}
