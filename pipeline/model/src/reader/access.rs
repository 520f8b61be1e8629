//! What serde asks a [`Reader`] for.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{DEPTH_MAX, KEPT, KeptParts, Odd, Reader};

impl<'de> Reader<'de> {
    #[inline]
    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Odd> {
        self.at += 1;
        self.deeper()?;
        let mut inside = Inside { reader: self, is_first: true, is_over: false };
        let value = visitor.visit_map(&mut inside)?;
        let is_over = inside.is_over;
        self.depth -= 1;
        if is_over { Ok(value) } else { Err(Odd) }
    }

    #[inline]
    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Odd> {
        self.at += 1;
        self.deeper()?;
        let mut inside = Inside { reader: self, is_first: true, is_over: false };
        let value = visitor.visit_seq(&mut inside)?;
        let is_over = inside.is_over;
        self.depth -= 1;
        if is_over { Ok(value) } else { Err(Odd) }
    }

    fn deeper(&mut self) -> Result<(), Odd> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(Odd) } else { Ok(()) }
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Odd;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        match self.token() {
            b'"' => match self.string()? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            b'{' => self.object(visitor),
            b'[' => self.list(visitor),
            b't' => self.word("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.word("false").and_then(|()| visitor.visit_bool(false)),
            b'n' => self.word("null").and_then(|()| visitor.visit_unit()),
            b'-' | b'0'..=b'9' => self.number(visitor),
            _ => Err(Odd),
        }
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        self.pass()?;
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        if self.token() == b'n' {
            return self.word("null").and_then(|()| visitor.visit_none());
        }
        visitor.visit_some(self)
    }

    /// Of a struct that its members name: serde would also take a list, by position.
    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Odd> {
        if self.token() == b'{' { self.object(visitor) } else { Err(Odd) }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Odd> {
        if name != KEPT {
            return visitor.visit_newtype_struct(self);
        }
        self.token();
        let begin = self.at;
        visitor.visit_seq(KeptParts { reader: self, begin, is_read: false })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier
    }
}

/// The inside of an object or of a list.
struct Inside<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
    is_over: bool,
}

impl Inside<'_, '_> {
    /// Goes to the next member or element; whether there is one.
    #[inline]
    fn advance(&mut self, end: u8) -> Result<bool, Odd> {
        let token = self.reader.token();
        if token == end && !self.is_over {
            self.reader.at += 1;
            self.is_over = true;
        }
        if self.is_over {
            return Ok(false);
        }
        if !self.is_first {
            self.reader.take(b',')?;
        }
        self.is_first = false;
        Ok(true)
    }
}

impl<'de> MapAccess<'de> for Inside<'_, 'de> {
    type Error = Odd;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Odd> {
        if !self.advance(b'}')? {
            return Ok(None);
        }
        if self.reader.token() != b'"' {
            return Err(Odd);
        }
        let name = self.reader.string()?;
        self.reader.take(b':')?;
        seed.deserialize(Name(name)).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Odd> {
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> SeqAccess<'de> for Inside<'_, 'de> {
    type Error = Odd;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Odd> {
        if !self.advance(b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

/// The name of a member.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = Odd;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        match self.0 {
            Cow::Borrowed(name) => visitor.visit_borrowed_str(name),
            Cow::Owned(name) => visitor.visit_string(name),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
