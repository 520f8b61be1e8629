//! JSON as Meta writes it, and the signature over it.

use std::io;

use ring::hmac;
use serde_json::ser::{CharEscape, Formatter};

/// JSON as Meta signs it: ASCII only, everything else as `\uXXXX`, and `/` as `\/`.
pub(super) struct MetaFormat;

impl Formatter for MetaFormat {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain = 0;
        for (at, character) in
            fragment.char_indices().filter(|(_, character)| !character.is_ascii() || *character == '/')
        {
            writer.write_all(&fragment.as_bytes()[plain..at])?;
            plain = at + character.len_utf8();
            if character == '/' {
                writer.write_all(b"\\/")?;
                continue;
            }
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::Solidus => writer.write_all(b"\\/"),
            other => serde_json::ser::CompactFormatter.write_char_escape(writer, other),
        }
    }
}

/// Signs bodies with the app's secret.
#[derive(Debug)]
pub(crate) struct Signer {
    key: hmac::Key,
}

impl Signer {
    pub(crate) fn new(app_secret: &str) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, app_secret.as_bytes()) }
    }

    /// The value of `X-Hub-Signature-256` for a body.
    pub(crate) fn sign(&self, body: &[u8]) -> String {
        format!("sha256={}", hex::encode(hmac::sign(&self.key, body)))
    }
}
