//! Meta's objects as types, read leniently: a member of an unexpected shape becomes absent, and never costs the members
//! beside it.
//!
//! A *shape* is a struct whose members have Meta's names. It serializes as it stands, without what is absent, and reads
//! its own output back. [`Shape::read`] takes what Meta (or somebody who copies Meta) writes: numbers as strings and
//! strings as numbers, seconds since the epoch for times, lists with odd elements.

use serde_json::{Map, Value};

use crate::time::Millis;

/// Seconds since the epoch never reach this (it is the year 5138): a larger timestamp is in milliseconds, as Messenger,
/// Instagram and some business solution providers write it.
pub const SECONDS_MAX: i64 = 100_000_000_000;

/// An object of Meta's.
pub trait Shape: Sized {
    /// The members that are read, in their order.
    const MEMBERS: &'static [&'static str];

    /// Takes what is there and has the right shape.
    fn read(object: &Map<String, Value>) -> Self;
}

/// A member of an object.
pub trait Member: Sized {
    /// Reads the member; `None` where the object has none.
    fn member(value: Option<&Value>) -> Self;
}

/// A string, or a number as the string that it would be. U+0000 is removed, because Postgres cannot hold it in a text.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.contains('\0') => Some(text.replace('\0', "")),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A point in time: seconds or milliseconds since the epoch, as number or string, or RFC 3339.
pub fn moment(text: &str) -> Option<Millis> {
    match text.parse::<i64>() {
        Ok(seconds @ 0..SECONDS_MAX) => Some(Millis(seconds * 1000)),
        Ok(millis @ SECONDS_MAX..=Millis::MAX_WRITABLE) => Some(Millis(millis)),
        Ok(_) => None,
        Err(_) => Millis::parse(text),
    }
}

impl Member for Option<String> {
    fn member(value: Option<&Value>) -> Self {
        value.and_then(text)
    }
}

impl Member for Option<i64> {
    fn member(value: Option<&Value>) -> Self {
        value.and_then(text)?.parse().ok()
    }
}

impl Member for Option<bool> {
    fn member(value: Option<&Value>) -> Self {
        match value? {
            Value::Bool(flag) => Some(*flag),
            other => text(other)?.parse().ok(),
        }
    }
}

impl Member for Option<Millis> {
    fn member(value: Option<&Value>) -> Self {
        moment(&value.and_then(text)?)
    }
}

impl<T: Shape> Member for Option<Box<T>> {
    fn member(value: Option<&Value>) -> Self {
        value?.as_object().map(|object| Box::new(T::read(object)))
    }
}

impl<T: Shape> Member for Vec<T> {
    fn member(value: Option<&Value>) -> Self {
        let elements = value.and_then(Value::as_array).into_iter().flatten();
        elements.filter_map(Value::as_object).map(T::read).collect()
    }
}

impl Member for Vec<String> {
    fn member(value: Option<&Value>) -> Self {
        value.and_then(Value::as_array).into_iter().flatten().filter_map(text).collect()
    }
}

/// Whether a member is left out when its object is written.
pub(crate) fn is_absent<T: Default + PartialEq>(member: &T) -> bool {
    *member == T::default()
}

/// The name of a member whose field is a raw identifier.
pub(crate) const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Declares shapes. Each field is a [`Member`].
macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $type:ty),+ $(,)? })+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$about])* #[serde(skip_serializing_if = "crate::shape::is_absent")] pub $field: $type,)+
        }

        impl crate::shape::Shape for $name {
            const MEMBERS: &'static [&'static str] = &[$(crate::shape::plain(stringify!($field))),+];

            fn read(object: &serde_json::Map<String, serde_json::Value>) -> Self {
                Self {
                    $($field: crate::shape::Member::member(
                        object.get(crate::shape::plain(stringify!($field))),
                    ),)+
                }
            }
        }
    )+ };
}
pub(crate) use shapes;

#[cfg(test)]
mod tests {
    #![allow(unreachable_pub, reason = "the macro declares public types")]

    use serde_json::json;

    use super::*;

    shapes! {
        /// For the tests.
        Part {
            /// A text.
            r#type: Option<String>,
        }
        /// For the tests.
        Whole {
            /// A text.
            id: Option<String>,
            /// A number.
            count: Option<i64>,
            /// A flag.
            animated: Option<bool>,
            /// A time.
            timestamp: Option<Millis>,
            /// An object.
            part: Option<Box<Part>>,
            /// A list.
            parts: Vec<Part>,
            /// A list of texts.
            names: Vec<String>,
        }
    }

    fn read(value: &Value) -> Whole {
        Whole::read(value.as_object().expect("an object"))
    }

    #[test]
    fn numbers_and_strings_stand_for_each_other() {
        let whole = read(&json!({
            "id": 9_007_199_254_740_993_u64, "count": "17", "animated": "true", "timestamp": "1750030073",
            "part": {"type": "ad"}, "parts": [{"type": 1}, "odd", {"type": "b"}], "names": ["a", 2, null],
        }));
        assert_eq!((whole.id.as_deref(), whole.count), (Some("9007199254740993"), Some(17)));
        assert_eq!((whole.animated, whole.timestamp), (Some(true), Some(Millis(1_750_030_073_000))));
        assert_eq!(whole.part.and_then(|part| part.r#type).as_deref(), Some("ad"));
        let types: Vec<_> = whole.parts.iter().map(|part| part.r#type.as_deref()).collect();
        assert_eq!((types, whole.names), (vec![Some("1"), Some("b")], vec!["a".to_owned(), "2".to_owned()]));
    }

    #[test]
    fn an_odd_member_costs_itself_alone() {
        let odd =
            json!({"id": {}, "count": "many", "animated": 7, "timestamp": "soon", "part": [], "parts": {}, "names": 1});
        assert_eq!(read(&odd), Whole::default());
        assert_eq!(read(&json!({"id": "a\0b", "count": []})).id.as_deref(), Some("ab"));
    }

    #[test]
    fn what_was_written_reads_back() {
        let whole = read(&json!({"id": "1", "timestamp": 1_750_030_073_123_i64, "part": {"type": "x"}, "parts": [{}]}));
        let written = serde_json::to_string(&whole).expect("JSON");
        assert_eq!(serde_json::from_str::<Whole>(&written).expect("its own output"), whole, "{written}");
        assert_eq!(Whole::MEMBERS[..2], ["id", "count"]);
        assert_eq!(Part::MEMBERS, ["type"]);
    }
}
