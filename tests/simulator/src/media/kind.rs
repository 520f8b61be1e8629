//! Kinds of media: which types of files each takes, and how large they may be (Meta: business-phone-numbers/media).

use http::HeaderValue;
use rand::RngCore;
use rand::rngs::StdRng;

use crate::error::GraphError;

/// Largest file of any kind, in bytes: that of documents.
pub(crate) const FILE_MAX: u64 = 100 * MEGABYTE;

const KILOBYTE: u64 = 1_024;
const MEGABYTE: u64 = 1_024 * KILOBYTE;

/// The member of a message that carries the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Audio,
    Document,
    Image,
    Sticker,
    Video,
}

/// Types other than documents.
static TYPES: [(&str, Kind); 11] = [
    ("audio/aac", Kind::Audio),
    ("audio/amr", Kind::Audio),
    ("audio/mpeg", Kind::Audio),
    ("audio/mp4", Kind::Audio),
    ("audio/ogg", Kind::Audio),
    ("image/jpeg", Kind::Image),
    ("image/png", Kind::Image),
    ("image/webp", Kind::Sticker),
    ("video/3gp", Kind::Video),
    ("video/3gpp", Kind::Video),
    ("video/mp4", Kind::Video),
];

/// Bytes by which files of a type are known, with their offset. Types that begin in more than one way are not here.
static SIGNATURES: [(&str, usize, &[u8]); 11] = [
    ("application/pdf", 0, b"%PDF-"),
    ("audio/amr", 0, b"#!AMR"),
    ("audio/mp4", 4, b"ftyp"),
    ("audio/ogg", 0, b"OggS"),
    ("image/jpeg", 0, b"\xFF\xD8\xFF"),
    ("image/png", 0, b"\x89PNG\r\n\x1A\n"),
    ("image/webp", 0, b"RIFF"),
    ("image/webp", 8, b"WEBP"),
    ("video/3gp", 4, b"ftyp"),
    ("video/3gpp", 4, b"ftyp"),
    ("video/mp4", 4, b"ftyp"),
];

impl Kind {
    /// The kind by the name of its member.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Audio, Self::Document, Self::Image, Self::Sticker, Self::Video]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Image => "image",
            Self::Sticker => "sticker",
            Self::Video => "video",
        }
    }

    /// The kind of a MIME type without parameters; `None` when it is of no kind. Whatever is no sound, picture or film is a
    /// document.
    pub(crate) fn of(mime: &str) -> Option<Self> {
        let listed = TYPES.iter().find(|(name, _)| *name == mime).map(|(_, kind)| *kind);
        let family = mime.split_once('/').map(|(family, _)| family)?;
        listed.or((!["audio", "image", "video"].contains(&family)).then_some(Self::Document))
    }

    /// The type of a file of this kind for which none is given.
    pub(crate) fn default_mime(self) -> &'static str {
        match self {
            Self::Audio => "audio/ogg; codecs=opus",
            Self::Document => "application/pdf",
            Self::Image => "image/jpeg",
            Self::Sticker => "image/webp",
            Self::Video => "video/mp4",
        }
    }

    /// Largest file, in bytes.
    fn bytes_max(self, file: &[u8]) -> u64 {
        match self {
            Self::Audio | Self::Video => 16 * MEGABYTE,
            Self::Document => FILE_MAX,
            Self::Image => 5 * MEGABYTE,
            Self::Sticker if is_animated(file) => 500 * KILOBYTE,
            Self::Sticker => 100 * KILOBYTE,
        }
    }

    /// Whether a message of this kind may carry a file of the type: documents take every file.
    pub(crate) fn carries(self, mime: &str) -> bool {
        self == Self::Document || Self::of(essence(mime)) == Some(self)
    }
}

/// A MIME type without its parameters.
pub(crate) fn essence(mime: &str) -> &str {
    mime.split(';').next().unwrap_or_default().trim()
}

/// Checks an uploaded file against its declared type.
///
/// # Errors
/// 131053 when the type is of no kind or no header's value, the file is not of the type, or larger than its kind may be.
pub(crate) fn check(mime: &str, file: &[u8]) -> Result<Kind, GraphError> {
    let is_value = HeaderValue::from_str(mime).is_ok();
    let mime = essence(mime);
    let kind = Kind::of(mime).filter(|_| is_value);
    let kind = kind.ok_or_else(|| GraphError::upload(format!("Files of type {mime} are not supported.")))?;
    let is_of_type =
        |(_, offset, bytes): &(&str, usize, &[u8])| file.get(*offset..).is_some_and(|rest| rest.starts_with(bytes));
    if !SIGNATURES.iter().filter(|(name, ..)| *name == mime).all(is_of_type) {
        return Err(GraphError::upload(format!("The file is not of the type {mime} that was declared.")));
    }
    let most = kind.bytes_max(file);
    if file.len() as u64 > most {
        return Err(GraphError::upload(format!(
            "The file has {} bytes; a file of kind {} may have {most}.",
            file.len(),
            kind.name()
        )));
    }
    Ok(kind)
}

/// The extended form of WebP has a flag for animation (RFC 9649, section 2.7).
pub(crate) fn is_animated(file: &[u8]) -> bool {
    file.get(12..16) == Some(b"VP8X") && file.get(20).is_some_and(|flags| flags & 0b10 != 0)
}

/// A file of a type, made up: its signature and chance.
pub(crate) fn made_up(mime: &str, bytes: usize, rng: &mut StdRng) -> Vec<u8> {
    let mut file = vec![0; bytes];
    rng.fill_bytes(&mut file);
    for (_, offset, signature) in SIGNATURES.iter().filter(|(name, ..)| *name == essence(mime)) {
        let end = offset + signature.len();
        if let Some(place) = file.get_mut(*offset..end) {
            place.copy_from_slice(signature);
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{Dice, dice};
    use proptest::prelude::*;

    fn file(mime: &str, bytes: u64) -> Vec<u8> {
        made_up(mime, bytes as usize, &mut dice(1, Dice::Inbound, 0))
    }

    #[test]
    fn every_kind_has_its_size() {
        for (mime, most) in [
            ("audio/ogg; codecs=opus", 16 * MEGABYTE),
            ("application/pdf", 100 * MEGABYTE),
            ("image/jpeg", 5 * MEGABYTE),
            ("image/webp", 100 * KILOBYTE),
            ("video/mp4", 16 * MEGABYTE),
        ] {
            assert!(check(mime, &file(mime, most)).is_ok(), "{mime}");
            assert_eq!(check(mime, &file(mime, most + 1)).unwrap_err().code, 131_053, "{mime}");
        }
        let mut animated = file("image/webp", 500 * KILOBYTE);
        animated[12..16].copy_from_slice(b"VP8X");
        animated[20] = 2;
        assert_eq!(check("image/webp", &animated), Ok(Kind::Sticker));
    }

    #[test]
    fn a_file_must_be_of_a_type_that_is_known_and_its_own() {
        for (mime, of) in [
            ("image/gif", "image/jpeg"),
            ("image/png", "image/jpeg"),
            ("nonsense", "image/jpeg"),
            ("text/a\nb", "text/plain"),
        ] {
            assert_eq!(check(mime, &file(of, 100)).unwrap_err().code, 131_053, "{mime}");
        }
        assert_eq!(check("text/csv", b"a;b"), Ok(Kind::Document), "any other type is a document");
        assert!(Kind::Document.carries("image/jpeg") && !Kind::Image.carries("application/pdf"));
    }

    proptest! {
        #[test]
        fn what_is_made_up_passes_for_its_type(index in 0..TYPES.len(), bytes in 16..2_000_u64) {
            prop_assert_eq!(check(TYPES[index].0, &file(TYPES[index].0, bytes)), Ok(TYPES[index].1));
        }
    }
}
