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
}
