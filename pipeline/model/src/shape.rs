//! Meta's objects as types, read leniently: a member of an unexpected shape becomes absent, and never costs the members
//! beside it.
//!
//! A *shape* is a struct whose members have Meta's names. It serializes as it stands, without what is absent, and reads
//! its own output back. [`filled`] and [`Members`] take what Meta (or somebody who copies Meta) writes: numbers as strings
//! and strings as numbers, seconds since the epoch for times, lists with odd elements. They read straight from the bytes:
//! a tree of a webhook costs more than everything else that is done with it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::lenient::{self, Elements, Name, Object, Scalar};
use crate::time::Millis;

/// Seconds since the epoch never reach this (it is the year 5138): a larger timestamp is in milliseconds, as Messenger,
/// Instagram and some business solution providers write it.
pub const SECONDS_MAX: i64 = 100_000_000_000;

/// An object of Meta's.
pub trait Shape: Sized + Default + PartialEq {
    /// The members that are read, in their order.
    const MEMBERS: &'static [&'static str];

    /// Takes what is there and has the right shape.
    ///
    /// # Errors
    ///
    /// Where the text is not JSON.
    fn visit<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// A member of an object.
pub trait Member: Sized + Default {
    /// Reads the member; what has another shape is absent.
    ///
    /// # Errors
    ///
    /// Where the text is not JSON.
    fn read<'de, D: Deserializer<'de>>(value: D) -> Result<Self, D::Error>;
}

/// A shape that its object was read as; `None` where no member could be read: an object that has none of them is something
/// else.
pub fn filled<T: Shape>(raw: &RawValue) -> Option<T> {
    filled_of(raw.get())
}

/// As [`filled`], of a text that is JSON.
pub fn filled_of<T: Shape>(json: &str) -> Option<T> {
    lenient::parse::<Filled<T>>(json)?.0
}

/// As [`filled`], where serde wants a type to deserialize. A text that is not JSON is an error.
#[derive(Debug)]
pub struct Filled<T>(pub Option<T>);

impl<T> Default for Filled<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Shape> Deserialize<'de> for Filled<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Object(shape) = Object::<Visited<T>>::deserialize(deserializer)?;
        Ok(Self(shape.map(|Visited(shape)| shape).filter(|shape| *shape != T::default())))
    }
}

/// A value as a member; absent where it cannot be read.
pub fn member<T: Member>(raw: &RawValue) -> T {
    lenient::parse::<Read<T>>(raw.get()).map(|Read(member)| member).unwrap_or_default()
}

/// The members of an object, each as it was written. Of two with one name the later one counts.
#[derive(Debug, Default)]
pub struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Takes an object apart; `None` where the value is none.
    pub fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str::<Object<Self>>(raw.get()).ok()?.0
    }

    /// A member, unless it is missing or null.
    pub fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let (_, raw) = self.0.iter().rev().find(|(own, _)| own == name)?;
        (raw.get() != "null").then_some(raw)
    }

    /// A member as a type; absent where it is missing or has another shape.
    pub fn get<T: Member>(&self, name: &str) -> T {
        self.raw(name).map(member).unwrap_or_default()
    }

    /// A member that is an object, taken apart.
    pub fn object(&self, name: &str) -> Option<Members<'a>> {
        Members::of(self.raw(name)?)
    }

    /// A member that is an object, as a shape of which something could be read.
    pub fn filled<T: Shape>(&self, name: &str) -> Option<T> {
        filled(self.raw(name)?)
    }

    /// Every member, in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, raw)| (&**name, *raw))
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(8);
        while let Some((Name(name), raw)) = map.next_entry()? {
            members.push((name, raw));
        }
        Ok(Members(members))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

/// A point in time: seconds or milliseconds since the epoch, as number or string, or RFC 3339.
pub fn moment(text: &str) -> Option<Millis> {
    match lenient::whole(text) {
        Ok(seconds @ 0..SECONDS_MAX) => Some(Millis(seconds * 1000)),
        Ok(millis @ SECONDS_MAX..=Millis::MAX_WRITABLE) => Some(Millis(millis)),
        Ok(_) => None,
        Err(_) => Millis::parse(text),
    }
}

/// A member read leniently, where serde wants a type to deserialize.
#[derive(Debug, Default)]
pub struct Read<T>(pub T);

impl<'de, T: Member> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// A shape read leniently, where serde wants a type to deserialize.
struct Visited<T>(T);

impl<'de, T: Shape> Deserialize<'de> for Visited<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ShapeVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Shape> Visitor<'de> for ShapeVisitor<T> {
            type Value = Visited<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::visit(map).map(Visited)
            }
        }
        deserializer.deserialize_map(ShapeVisitor(std::marker::PhantomData))
    }
}

impl Member for Option<String> {
    fn read<'de, D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        Ok(Scalar::deserialize(value)?.into_text().map(Cow::into_owned))
    }
}

impl Member for Option<i64> {
    fn read<'de, D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        Ok(Scalar::deserialize(value)?.into_text().and_then(|text| lenient::whole(&text).ok()))
    }
}

impl Member for Option<bool> {
    fn read<'de, D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        Ok(match Scalar::deserialize(value)? {
            Scalar::Flag(flag) => Some(flag),
            other => other.into_text().and_then(|text| text.parse().ok()),
        })
    }
}

impl Member for Option<Millis> {
    fn read<'de, D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        Ok(Scalar::deserialize(value)?.into_text().and_then(|text| moment(&text)))
    }
}

impl<T: Shape> Member for Option<Box<T>> {
    fn read<'de, D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let Object(shape) = Object::<Visited<T>>::deserialize(value)?;
        Ok(shape.map(|Visited(shape)| Box::new(shape)))
    }
}

impl<T: Shape> Member for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let elements = Elements::<Object<Visited<T>>>::deserialize(value)?.into_vec();
        Ok(elements.into_iter().filter_map(|Object(shape)| shape).map(|Visited(shape)| shape).collect())
    }
}

impl Member for Vec<String> {
    fn read<'de, D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let elements = Elements::<Scalar<'_>>::deserialize(value)?.into_vec();
        Ok(elements.into_iter().filter_map(Scalar::into_text).map(Cow::into_owned).collect())
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

            fn visit<'de, A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                let mut shape = Self::default();
                while let Some(crate::lenient::Name(name)) = map.next_key()? {
                    $(if name == const { crate::shape::plain(stringify!($field)) } {
                        shape.$field = map.next_value::<crate::shape::Read<$type>>()?.0;
                        continue;
                    })+
                    map.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(shape)
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

    fn raw(json: &str) -> &RawValue {
        serde_json::from_str(json).expect("JSON")
    }

    fn read(value: &serde_json::Value) -> Whole {
        filled(raw(&value.to_string())).unwrap_or_default()
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
        let odd =
            json!({"id": "a\0b", "count": [], "novelty": {"id": "c"}, "part": null, "parts": [[{}]], "names": [{}]});
        assert_eq!(read(&odd), Whole { id: Some("ab".to_owned()), ..Whole::default() });
    }

    #[test]
    fn half_a_pair_and_a_depth_without_end_cost_nothing_beside_them() {
        let half: Whole = filled(raw(r#"{"id": "\ud83d!", "count": 1}"#)).expect("a shape");
        assert_eq!((half.id.as_deref(), half.count), (Some("\u{fffd}!"), Some(1)));
        let deep = format!(r#"{{"count": 1, "novelty": {0}{1}, "id": {0}{1}}}"#, "[".repeat(9_999), "]".repeat(9_999));
        assert_eq!(filled(raw(&deep)), Some(Whole { count: Some(1), ..Whole::default() }));
    }

    #[test]
    fn what_was_written_reads_back() {
        let whole = read(&json!({"id": "1", "timestamp": 1_750_030_073_123_i64, "part": {"type": "x"}, "parts": [{}]}));
        let written = serde_json::to_string(&whole).expect("JSON");
        assert_eq!(serde_json::from_str::<Whole>(&written).expect("its own output"), whole, "{written}");
        assert_eq!(Whole::MEMBERS[..2], ["id", "count"]);
        assert_eq!(Part::MEMBERS, ["type"]);
    }

    #[test]
    fn an_object_is_taken_apart_and_of_two_members_with_one_name_the_later_counts() {
        let object =
            Members::of(raw(r#" {"a": 1, "n\u0061me": {"type": "x"}, "none": null, "a": "2"}"#)).expect("an object");
        assert_eq!(object.get::<Option<i64>>("a"), Some(2));
        assert_eq!(object.filled::<Part>("name"), Some(Part { r#type: Some("x".to_owned()) }));
        assert_eq!(object.filled::<Whole>("name"), None, "nothing of what it should have");
        assert!(object.raw("none").is_none() && object.object("a").is_none());
        assert_eq!(object.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "name", "none", "a"]);
        assert!(["[]", "1", "null", r#""x""#].iter().all(|json| Members::of(raw(json)).is_none()));
    }
}
