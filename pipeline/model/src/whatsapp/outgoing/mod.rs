//! What may be sent, as data: the members of each type of message with their limits, and the check of a message against them.
//!
//! A message is checked before it is queued, so that what Meta would refuse costs nobody an attempt, and each fault is told with
//! its place, the limit and the value. Members that are not in the tables are passed on as they are: Meta adds some every month, and
//! judges them better than we do. A `text` alone becomes a type of ours, and keeps the members of that.

mod rules;

use serde_json::Value;

pub use rules::{COMPONENTS, TYPES};

/// What a value must be.
#[derive(Debug)]
pub enum Rule {
    /// A text of so many characters.
    Text(usize, usize),
    /// A text of so many bytes in UTF-8.
    Bytes(usize, usize),
    /// A text that fills a place in a template: as [`Rule::Text`], on one line, without long gaps (Meta: errors 132012, 132018).
    Parameter(usize),
    /// One of these words, in any case.
    Words(&'static [&'static str]),
    /// One of these words, in any case, and why others are not.
    Only(&'static [&'static str], &'static str),
    /// Nothing: the member is not the caller's, and why.
    Reserved(&'static str),
    /// `true` or `false`.
    Flag,
    /// A whole number in this range, or the same as a text.
    Whole(i64, i64),
    /// Degrees up to this many in both directions, as a number or as a text.
    Degrees(f64),
    /// Whatever Meta makes of it.
    Any,
    /// An object with these members.
    Object(&'static [Field]),
    /// An object with exactly one of the named members, and these.
    OneOf(&'static [&'static str], &'static [Field]),
    /// An object whose member of this name says which members it has.
    Tagged(&'static str, &'static [(&'static str, &'static [Field])]),
    /// A list of so many.
    List(usize, usize, &'static Rule),
    /// As the rule says, and what the function finds beside it.
    Also(&'static Rule, fn(&Value, &str, &mut Vec<Fault>)),
}

/// A member of an object.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it must be.
    pub rule: Rule,
}

/// A member that must be there.
pub(crate) const fn must(name: &'static str, rule: Rule) -> Field {
    Field { name, required: true, rule }
}

/// A member that need not be there.
pub(crate) const fn may(name: &'static str, rule: Rule) -> Field {
    Field { name, required: false, rule }
}

/// One thing that is wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// Stable code: `missing`, `wrong_type`, `too_short`, `too_long`, `not_one_of`, `out_of_range`, `too_few`, `too_many`,
    /// `forbidden_character`, `too_many_spaces` or `reserved`.
    pub code: &'static str,
    /// What is wrong, with the limit and the value, and what to do.
    pub detail: String,
}

impl Fault {
    pub(crate) fn new(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), code, detail: detail.into() }
    }
}

/// Most spaces in a row within a parameter (Meta: errors 132012 and 132018).
const SPACES_MAX: usize = 4;

impl Rule {
    /// Checks a value; `pointer` is where it stands. Reports all that is wrong, not the first alone.
    pub fn check(&self, value: &Value, pointer: &str, faults: &mut Vec<Fault>) {
        match self {
            Self::Text(min, max) => text(value, pointer, *min, *max, faults),
            Self::Parameter(max) => parameter(value, pointer, *max, faults),
            Self::Bytes(min, max) => bytes(value, pointer, *min, *max, faults),
            Self::Words(words) => {
                if !is_one_of(value, words) {
                    let detail = format!("{}: write {}", shown(value), words.join(" or "));
                    faults.push(Fault::new(pointer, "not_one_of", detail));
                }
            }
            Self::Only(words, reason) => {
                if !is_one_of(value, words) {
                    let detail = format!("{}: write {}; {reason}", shown(value), words.join(" or "));
                    faults.push(Fault::new(pointer, "not_one_of", detail));
                }
            }
            Self::Reserved(reason) => faults.push(Fault::new(pointer, "reserved", format!("leave it out: {reason}"))),
            Self::Flag => {
                if !value.is_boolean() {
                    faults.push(Fault::new(pointer, "wrong_type", format!("{}: write true or false", shown(value))));
                }
            }
            Self::Whole(min, max) => {
                let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
                if !number.is_some_and(|number| (*min..=*max).contains(&number)) {
                    let detail = format!("{}: write a whole number from {min} to {max}", shown(value));
                    faults.push(Fault::new(pointer, "out_of_range", detail));
                }
            }
            Self::Degrees(max) => {
                let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
                if !number.is_some_and(|number: f64| number.abs() <= *max) {
                    let detail = format!("{}: write degrees from -{max} to {max}", shown(value));
                    faults.push(Fault::new(pointer, "out_of_range", detail));
                }
            }
            Self::Any => {}
            Self::Object(fields) => object(value, pointer, fields, faults),
            Self::OneOf(names, fields) => {
                object(value, pointer, fields, faults);
                let there = names.iter().filter(|name| value.get(name).is_some_and(|member| !member.is_null())).count();
                if value.is_object() && there != 1 {
                    let detail = format!("{there} of {} are there: write exactly one", names.join(", "));
                    faults.push(Fault::new(pointer, if there == 0 { "missing" } else { "too_many" }, detail));
                }
            }
            Self::Tagged(tag, variants) => tagged(value, pointer, tag, variants, faults),
            Self::List(min, max, of) => list(value, pointer, *min, *max, of, faults),
            Self::Also(rule, more) => {
                rule.check(value, pointer, faults);
                more(value, pointer, faults);
            }
        }
    }
}

/// Checks the object of a message of this type. A type that is not in the table has no faults: who takes messages in asks the table
/// for the type first.
pub fn check(kind: &str, object: &Value, pointer: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some((_, rule)) = TYPES.iter().find(|(name, _)| *name == kind) {
        rule.check(object, pointer, &mut faults);
    }
    faults
}

fn text(value: &Value, pointer: &str, min: usize, max: usize, faults: &mut Vec<Fault>) {
    let Some(text) = value.as_str() else {
        return faults.push(Fault::new(pointer, "wrong_type", format!("{}: write a text", shown(value))));
    };
    let chars = text.chars().count();
    if chars < min {
        let detail = format!("{chars} characters: write at least {min}");
        faults.push(Fault::new(pointer, "too_short", detail));
    }
    if chars > max {
        faults.push(Fault::new(pointer, "too_long", format!("{chars} characters: shorten it to {max}")));
    }
    if text.contains('\0') {
        faults.push(Fault::new(pointer, "forbidden_character", "it holds the character U+0000: remove it"));
    }
}

fn bytes(value: &Value, pointer: &str, min: usize, max: usize, faults: &mut Vec<Fault>) {
    text(value, pointer, min, usize::MAX, faults);
    let bytes = value.as_str().map_or(0, str::len);
    if bytes > max {
        faults.push(Fault::new(pointer, "too_long", format!("{bytes} bytes in UTF-8: shorten it to {max}")));
    }
}

fn is_one_of(value: &Value, words: &[&str]) -> bool {
    value.as_str().is_some_and(|text| words.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

fn parameter(value: &Value, pointer: &str, max: usize, faults: &mut Vec<Fault>) {
    text(value, pointer, 1, max, faults);
    let Some(text) = value.as_str() else { return };
    if !text.is_empty() && text.trim().is_empty() {
        faults.push(Fault::new(pointer, "too_short", "it is empty: Meta refuses empty parameters, give it a value"));
    }
    if text.contains(['\n', '\r', '\t']) {
        let detail = "it holds a line break or a tab: Meta refuses these in parameters, use spaces";
        faults.push(Fault::new(pointer, "forbidden_character", detail));
    }
    if text.as_bytes().windows(SPACES_MAX + 1).any(|run| run.iter().all(|byte| *byte == b' ')) {
        let detail = format!("it holds more than {SPACES_MAX} spaces in a row: use fewer");
        faults.push(Fault::new(pointer, "too_many_spaces", detail));
    }
}

fn object(value: &Value, pointer: &str, fields: &[Field], faults: &mut Vec<Fault>) {
    let Some(members) = value.as_object() else {
        return faults.push(Fault::new(pointer, "wrong_type", format!("{}: write an object", shown(value))));
    };
    for field in fields {
        let place = format!("{pointer}/{}", field.name);
        match members.get(field.name).filter(|member| !member.is_null()) {
            Some(member) => field.rule.check(member, &place, faults),
            None if field.required => faults.push(Fault::new(&place, "missing", format!("write {}", field.name))),
            None => {}
        }
    }
}

fn tagged(
    value: &Value,
    pointer: &str,
    tag: &str,
    variants: &[(&'static str, &'static [Field])],
    faults: &mut Vec<Fault>,
) {
    let place = format!("{pointer}/{tag}");
    if !value.is_object() {
        return faults.push(Fault::new(pointer, "wrong_type", format!("{}: write an object", shown(value))));
    }
    let Some(word) = value.get(tag).and_then(Value::as_str) else {
        return faults.push(Fault::new(&place, "missing", format!("write {tag}")));
    };
    match variants.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
        Some((_, fields)) => object(value, pointer, fields, faults),
        None => {
            let known: Vec<&str> = variants.iter().map(|(name, _)| *name).collect();
            let detail = format!("\"{word}\": write {}", known.join(" or "));
            faults.push(Fault::new(&place, "not_one_of", detail));
        }
    }
}

fn list(value: &Value, pointer: &str, min: usize, max: usize, of: &Rule, faults: &mut Vec<Fault>) {
    let Some(items) = value.as_array() else {
        return faults.push(Fault::new(pointer, "wrong_type", format!("{}: write a list", shown(value))));
    };
    let count = items.len();
    if count < min {
        faults.push(Fault::new(pointer, "too_few", format!("{count} are there: write at least {min}")));
    }
    if count > max {
        faults.push(Fault::new(pointer, "too_many", format!("{count} are there: leave at most {max}")));
    }
    for (at, item) in items.iter().enumerate() {
        of.check(item, &format!("{pointer}/{at}"), faults);
    }
}

/// A value for people: short, and nothing of what it holds.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.len() <= 40 => format!("\"{text}\""),
        Value::String(text) => format!("a text of {} characters", text.chars().count()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests;
