//! Pieces of JSON read leniently: what has an unexpected shape becomes "absent" instead of an error, so that one odd
//! member never costs the element that it stands in.
//!
//! Third-party samples of Meta's webhooks show numbers where Meta's reference has strings, and the reverse (Meta:
//! webhooks/reference/messages against webhooks/reference/message_template_status_update).
//!
//! Nothing here builds a tree: what is not wanted is passed over, and what stays unread stays as it was written.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::num::ParseIntError;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::surrogates;

/// Reads JSON text, with U+FFFD in place of halves of UTF-16 pairs where it cannot be read otherwise; `None` where it cannot
/// be read at all.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).or_else(|_| serde_json::from_str(&surrogates::replaced(json))).ok()
}

/// Declares what a visitor makes of values that it does not expect.
macro_rules! otherwise {
    ($value:expr; $($kind:ident),+) => { $(otherwise!(@ $kind $value);)+ };
    (@ flag $value:expr) => { fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> { Ok($value) } };
    (@ number $value:expr) => {
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> { Ok($value) }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> { Ok($value) }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> { Ok($value) }
    };
    (@ text $value:expr) => { fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> { Ok($value) } };
    (@ null $value:expr) => { fn visit_unit<E>(self) -> Result<Self::Value, E> { Ok($value) } };
    (@ list $value:expr) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok($value)
        }
    };
    (@ object $value:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($value)
        }
    };
}

/// A value that is neither list nor object.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scalar<'a> {
    /// Nothing, or a list or an object.
    #[default]
    Absent,
    /// A truth value.
    Flag(bool),
    /// A number.
    Number(Number),
    /// A string. U+0000 is removed, because Postgres cannot hold it in a text; the element's raw bytes keep it.
    Text(Cow<'a, str>),
}

impl<'a> Scalar<'a> {
    /// The string, or the number as the string that it would be.
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Absent | Self::Flag(_) => None,
        }
    }
}

/// A whole number, which JSON may also write as `17.0`.
pub(crate) fn whole(text: &str) -> Result<i64, ParseIntError> {
    text.strip_suffix(".0").unwrap_or(text).parse()
}

/// Removes U+0000.
fn clean(text: &str) -> Option<String> {
    // There is hardly ever one, and most texts are short: looking at every byte is faster than to search for the first.
    let is_odd = text.bytes().fold(false, |is_odd, byte| is_odd | (byte == 0));
    is_odd.then(|| text.replace('\0', ""))
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number or a truth value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(clean(text).map_or(Cow::Borrowed(text), Cow::Owned)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(clean(text).unwrap_or_else(|| text.to_owned()))))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(number).map_or(Scalar::Absent, Scalar::Number))
    }

    otherwise! { Scalar::Absent; null, list, object }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// A string, or a number as its digits, without an exponent and without a fraction of zero, for it may be an id; anything else is
/// absent. Without U+0000, as [`Scalar`].
#[derive(Debug, Default)]
pub struct Text<'a>(Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    /// The text, unless it is absent or empty.
    pub fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }

    /// The text as a whole number.
    pub fn number(&self) -> Option<i64> {
        whole(self.get()?).ok()
    }

    /// A copy of the text, unless it is absent or empty.
    pub fn owned(&self) -> Option<String> {
        self.get().map(str::to_owned)
    }

    /// The text as it was borrowed, even when it is empty.
    pub fn into_inner(self) -> Option<Cow<'a, str>> {
        self.0
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a number")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Some(clean(text).map_or(Cow::Borrowed(text), Cow::Owned))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(clean(text).unwrap_or_else(|| text.to_owned())))))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(clean(&text).unwrap_or(text)))))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Text(number.is_finite().then(|| Cow::Owned(number.to_string()))))
    }

    otherwise! { Text(None); flag, null, list, object }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

/// A JSON object read as `T`; any other JSON value is absent. (Derived structs alone would also take an array, by
/// position.)
#[derive(Debug)]
pub struct Object<T>(pub Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(None)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|object| Object(Some(object)))
    }

    otherwise! { Object(None); flag, number, text, null, list }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

/// A list; of [`serde_json::value::RawValue`]s, where its elements are to be read one by one.
#[derive(Debug, Default)]
pub enum Elements<T> {
    /// The member is missing or null.
    #[default]
    Absent,
    /// A list.
    List(Vec<T>),
    /// Something else stands where a list belongs.
    Odd,
}

impl<T> Elements<T> {
    /// The elements; none where there is no list.
    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::List(elements) => elements,
            Self::Absent | Self::Odd => Vec::new(),
        }
    }
}

struct ElementsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ElementsVisitor<T> {
    type Value = Elements<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            elements.push(element);
        }
        Ok(Elements::List(elements))
    }

    otherwise! { Elements::Absent; null }
    otherwise! { Elements::Odd; flag, number, text, object }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Elements<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementsVisitor(PhantomData))
    }
}

/// The name of a member.
pub struct Name<'a>(pub Cow<'a, str>);

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_stand_for_ids_are_told_by_their_digits() {
        for (json, expected) in [
            ("18446744073709551616", Some("18446744073709552000")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("1750030073.0", Some("1750030073")),
            ("0e400", Some("0")),
            ("-9.5", Some("-9.5")),
            ("true", None),
            (r#""1.0""#, Some("1.0")),
        ] {
            let text: Text<'_> = serde_json::from_str(json).expect("JSON");
            assert_eq!(text.get(), expected, "{json}");
        }
        let shown = serde_json::from_str::<Scalar<'_>>("37.0").expect("JSON").into_text();
        assert_eq!(shown.as_deref(), Some("37.0"), "as Meta wrote it, as far as JSON tells");
    }
}
