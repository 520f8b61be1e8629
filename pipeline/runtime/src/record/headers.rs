//! The headers of a record.

use std::fmt;
use std::io::Write as _;

use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeSeq as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Names and values, in order; a name may come twice. All names are in one piece of memory and all values in another: a
/// dozen headers a record, made on one thread and dropped on another, would cost two allocations each.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    names: String,
    values: Vec<u8>,
    /// Where each name and each value ends.
    ends: Vec<(u32, u32)>,
}

impl Headers {
    /// No headers, with room for `headers` of them and `bytes` bytes of values.
    pub fn with_capacity(headers: usize, bytes: usize) -> Self {
        let names = String::with_capacity(headers * 12);
        Self { names, values: Vec::with_capacity(bytes), ends: Vec::with_capacity(headers) }
    }

    /// Appends a header.
    pub fn push(&mut self, name: &str, value: &[u8]) {
        self.values.extend_from_slice(value);
        self.close(name);
    }

    /// Appends a header whose value is written as text.
    pub fn put(&mut self, name: &str, value: impl fmt::Display) {
        write!(self.values, "{value}").expect("writing to memory does not fail");
        self.close(name);
    }

    fn close(&mut self, name: &str) {
        self.names.push_str(name);
        let end = |len: usize| u32::try_from(len).expect("a record is at most a few MiB");
        self.ends.push((end(self.names.len()), end(self.values.len())));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The headers in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let starts = std::iter::once((0, 0)).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|((name, value), (name_end, value_end))| {
            (&self.names[name as usize..*name_end as usize], &self.values[value as usize..*value_end as usize])
        })
    }

    /// The value of the first header with this name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(header, _)| *header == name).map(|(_, value)| value)
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, String::from_utf8_lossy(value)))).finish()
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Headers {
    fn from_iter<T: IntoIterator<Item = (&'a str, &'a str)>>(headers: T) -> Self {
        let mut all = Self::default();
        headers.into_iter().for_each(|(name, value)| all.push(name, value.as_bytes()));
        all
    }
}

/// A list of pairs of texts; what is no UTF-8 is replaced, which no header of ours is.
impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for (name, value) in self.iter() {
            list.serialize_element(&(name, String::from_utf8_lossy(value)))?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Headers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of pairs of texts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Headers, A::Error> {
                let mut headers = Headers::default();
                while let Some((name, value)) = list.next_element::<(String, String)>()? {
                    headers.push(&name, value.as_bytes());
                }
                Ok(headers)
            }
        }
        deserializer.deserialize_seq(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is put in comes out, in order, and once more after the store has had it, in the form that it always had.
        #[test]
        fn headers_come_out_as_they_went_in(pairs in prop::collection::vec((".{0,9}", ".{0,9}"), 0..9)) {
            let headers: Headers = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let out: Vec<_> =
                headers.iter().map(|(name, value)| (name.to_owned(), String::from_utf8(value.to_vec()).unwrap())).collect();
            prop_assert_eq!(&out, &pairs);
            for (name, _) in &pairs {
                let first = pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_bytes());
                prop_assert_eq!(headers.get(name), first);
            }
            let json = serde_json::to_string(&headers).unwrap();
            prop_assert_eq!(&json, &serde_json::to_string(&pairs).unwrap());
            prop_assert_eq!(serde_json::from_str::<Headers>(&json).unwrap(), headers);
        }
    }
}
