//! How large a file may be (Meta: business-phone-numbers/media).

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// Most bytes of a file of any kind: a document's.
pub const FILE_BYTES_MAX: u64 = 100 * MIB;

/// Most bytes of a file of this media type. What is no audio, image, sticker or video that Meta takes goes as a document.
pub fn file_bytes_max(mime_type: &str) -> u64 {
    match essence(mime_type).as_str() {
        "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" | "audio/opus" => 16 * MIB,
        "video/3gp" | "video/3gpp" | "video/mp4" => 16 * MIB,
        "image/jpeg" | "image/png" => 5 * MIB,
        // The larger limit, of one that moves.
        "image/webp" => 500 * KIB,
        _ => FILE_BYTES_MAX,
    }
}

/// First bytes of a file that [`file_bytes_max_of`] looks at.
pub const HEAD_BYTES: usize = 21;

/// The same of a file that begins with these bytes: a sticker that does not move may be smaller only.
pub fn file_bytes_max_of(mime_type: &str, head: &[u8]) -> u64 {
    match essence(mime_type).as_str() {
        "image/webp" if !is_animated(head) => 100 * KIB,
        _ => file_bytes_max(mime_type),
    }
}

/// The extended form of WebP has a flag for animation (RFC 9649, section 2.7).
fn is_animated(head: &[u8]) -> bool {
    head.get(12..16) == Some(b"VP8X") && head.get(20).is_some_and(|flags| flags & 0b10 != 0)
}

/// A media type without its parameters, in lower case: `audio/ogg` of `audio/ogg; codecs=opus`.
pub(crate) fn essence(mime_type: &str) -> String {
    mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_by_its_type_without_parameters() {
        assert_eq!(file_bytes_max("Audio/OGG; codecs=opus"), 16 * MIB);
        assert_eq!(file_bytes_max("image/png"), 5 * MIB);
        assert_eq!(file_bytes_max("application/pdf"), FILE_BYTES_MAX);
    }

    #[test]
    fn a_sticker_may_be_larger_if_it_moves() {
        let extended = |flags: u8| [b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0".as_slice(), &[flags]].concat();
        assert_eq!(extended(0).len(), HEAD_BYTES);
        assert_eq!(file_bytes_max_of("image/webp", &extended(0b0001_0010)), 500 * KIB);
        assert_eq!(file_bytes_max_of("image/webp", &extended(0b0001_0000)), 100 * KIB);
        assert_eq!(file_bytes_max_of("image/webp; x=y", b"RIFF\0\0\0\0WEBPVP8L"), 100 * KIB);
        assert_eq!(file_bytes_max_of("image/png", b""), 5 * MIB);
    }
}
