//! JSON text read in one pass, as long as there is nothing odd about it.
//!
//! serde_json reads all JSON, says what is wrong with the rest and where, and passes over a value once more for everybody who
//! wants it as it was written. Webhooks come by the thousand and are hardly ever odd: a [`Reader`] says of a text what
//! serde_json says of it, or that it is [`Odd`], and then serde_json is asked.

mod access;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Number;
use serde_json::value::RawValue;

/// Deeper nesting is left to serde_json.
const DEPTH_MAX: u8 = 64;
/// Bytes that are looked at together.
const CHUNK: usize = size_of::<u64>();
/// Digits that a number of 64 bits has in any case.
const DIGITS: usize = 19;
/// Name of the type that is handed out together with its text.
const KEPT: &str = "posthaste::Kept";

/// Reads a whole text.
///
/// # Errors
///
/// Where there is anything that serde_json is to judge: what is no JSON, what is no `T`, halves of UTF-16 pairs in a string that
/// is wanted, deep nesting.
pub fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Odd> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.token() == 0 && reader.at == text.len() { Ok(value) } else { Err(Odd) }
}

/// A text that is not read here. It says nothing of the reason: whoever wants to know one asks serde_json.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Odd;

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("something that is left to serde_json")
    }
}

impl std::error::Error for Odd {}

impl de::Error for Odd {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A value together with its text. A [`Reader`] alone can tell it.
#[derive(Debug)]
pub struct Kept<'a, T> {
    /// The value.
    pub value: T,
    /// The bytes that it was read from.
    pub raw: &'a str,
}

struct KeptVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for KeptVisitor<T> {
    type Value = Kept<'de, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value and its text")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        match (seq.next_element()?, seq.next_element()?) {
            (Some(value), Some(raw)) => Ok(Kept { value, raw }),
            _ => Err(de::Error::invalid_length(0, &self)),
        }
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Kept<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(KEPT, KeptVisitor(PhantomData))
    }
}

/// A value that stays as it was written; of a [`Reader`] or of serde_json.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a>(pub &'a str);

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        KeptVisitor::<IgnoredAny>(PhantomData).visit_seq(seq).map(|kept| Raw(kept.raw))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<Self::Value, D::Error> {
        <&RawValue>::deserialize(value).map(|raw| Raw(raw.get()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(KEPT, RawVisitor)
    }
}

/// Stands somewhere in a text.
struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u8,
}

impl<'de> Reader<'de> {
    /// The next byte that is not blank; 0, which no JSON has outside of strings or in them, at the end.
    #[inline]
    fn token(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return *byte;
            }
            self.at += 1;
        }
        0
    }

    /// Passes over a byte that must stand here.
    #[inline]
    fn take(&mut self, byte: u8) -> Result<(), Odd> {
        if self.token() != byte {
            return Err(Odd);
        }
        self.at += 1;
        Ok(())
    }

    /// Passes over `true`, `false` or `null`.
    fn word(&mut self, word: &str) -> Result<(), Odd> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(Odd);
        }
        self.at += word.len();
        Ok(())
    }

    /// The string that begins here.
    #[inline]
    fn string(&mut self) -> Result<Cow<'de, str>, Odd> {
        let bytes = self.text.as_bytes();
        let begin = self.at + 1;
        let end = plain_end(bytes, begin);
        match bytes.get(end) {
            Some(b'"') => {
                self.at = end + 1;
                Ok(Cow::Borrowed(&self.text[begin..end]))
            }
            Some(b'\\') => self.escaped(),
            _ => Err(Odd),
        }
    }

    #[inline(never)]
    fn escaped(&mut self) -> Result<Cow<'de, str>, Odd> {
        let begin = self.at;
        self.pass_string()?;
        serde_json::from_str(&self.text[begin..self.at]).map(Cow::Owned).map_err(|_| Odd)
    }

    /// Passes over the string that begins here.
    #[inline]
    fn pass_string(&mut self) -> Result<(), Odd> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        loop {
            at = plain_end(bytes, at);
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => at += escape(&bytes[at..])?,
                _ => return Err(Odd),
            }
        }
        self.at = at + 1;
        Ok(())
    }

    /// What could be the number that begins here.
    fn digits(&mut self) -> &'de str {
        let rest = &self.text[self.at..];
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
        let end = rest.as_bytes().iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn pass_number(&mut self) -> Result<(), Odd> {
        let digits = self.digits();
        if whole(digits).is_none() {
            serde_json::from_str::<IgnoredAny>(digits).map_err(|_| Odd)?;
        }
        Ok(())
    }

    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Odd> {
        let digits = self.digits();
        if let Some(number) = whole(digits) {
            return visitor.visit_u64(number);
        }
        let number: Number = serde_json::from_str(digits).map_err(|_| Odd)?;
        number.deserialize_any(visitor).map_err(|_| Odd)
    }

    /// Passes over the name of a member and its colon.
    #[inline]
    fn pass_name(&mut self) -> Result<(), Odd> {
        if self.token() != b'"' {
            return Err(Odd);
        }
        self.pass_string()?;
        self.take(b':')
    }

    /// Passes over a value, however it is nested.
    fn pass(&mut self) -> Result<(), Odd> {
        // A bit for each list and object that is open, 1 for an object, below one that says how many there are.
        let mut open = 1_u64;
        loop {
            match self.token() {
                b'"' => self.pass_string()?,
                b'-' | b'0'..=b'9' => self.pass_number()?,
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                b'n' => self.word("null")?,
                bracket @ (b'{' | b'[') => {
                    self.at += 1;
                    let is_object = bracket == b'{';
                    if self.token() != if is_object { b'}' } else { b']' } {
                        if open.leading_zeros() == 0 {
                            return Err(Odd);
                        }
                        open = open << 1 | u64::from(is_object);
                        if is_object {
                            self.pass_name()?;
                        }
                        continue;
                    }
                    self.at += 1;
                }
                _ => return Err(Odd),
            }
            if self.pass_ends(&mut open)? {
                return Ok(());
            }
        }
    }

    /// Passes over everything between a value and the next one within the same outermost value; whether there is none.
    #[inline]
    fn pass_ends(&mut self, open: &mut u64) -> Result<bool, Odd> {
        while *open > 1 {
            let is_object = *open & 1 == 1;
            match self.token() {
                b',' => {
                    self.at += 1;
                    if is_object {
                        self.pass_name()?;
                    }
                    return Ok(false);
                }
                b'}' if is_object => {}
                b']' if !is_object => {}
                _ => return Err(Odd),
            }
            self.at += 1;
            *open >>= 1;
        }
        Ok(true)
    }
}

/// Where the string that goes on at `at` ends, or else its first escape, or what must not stand in it.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<CHUNK>) {
        let chunk = u64::from_le_bytes(*chunk);
        // Sets the highest bit of each byte that is wanted, and of no byte before the first of them (Mycroft's algorithm).
        let zero = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes;
        let control = chunk.wrapping_sub(ONES * 0x20) & !chunk;
        let found = control | zero(chunk ^ (ONES * u64::from(b'"'))) | zero(chunk ^ (ONES * u64::from(b'\\')));
        let found = found & (ONES << 7);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += CHUNK;
    }
    let is_plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_plain(byte)).count()
}

/// How long the escape is that `bytes` begin with. Whether a half of a pair has its other half is not asked.
fn escape(bytes: &[u8]) -> Result<usize, Odd> {
    match bytes.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') if bytes.get(2..6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) => Ok(6),
        _ => Err(Odd),
    }
}

/// A number without sign, fraction and exponent, as nearly all are.
fn whole(digits: &str) -> Option<u64> {
    let bytes = digits.as_bytes();
    let is_plain = matches!(bytes, [b'0'] | [b'1'..=b'9', ..]) && bytes.len() <= DIGITS;
    if is_plain { digits.parse().ok() } else { None }
}

/// Hands out a value, and then its text.
struct KeptParts<'r, 'de> {
    reader: &'r mut Reader<'de>,
    begin: usize,
    is_read: bool,
}

impl<'de> SeqAccess<'de> for KeptParts<'_, 'de> {
    type Error = Odd;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Odd> {
        if !self.is_read {
            self.is_read = true;
            return seed.deserialize(&mut *self.reader).map(Some);
        }
        let raw = &self.reader.text[self.begin..self.reader.at];
        seed.deserialize(BorrowedStrDeserializer::new(raw)).map(Some)
    }
}
