//! Halves of UTF-16 pairs, which JSON can write (`"\ud83d"`) and Unicode text cannot hold (RFC 8259, section 8.2).

/// The same JSON text with U+FFFD in place of every escaped half that stands alone; what else is wrong stays wrong.
pub(crate) fn replaced(json: &str) -> String {
    let mut clean = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        clean.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                clean.push_str(r"\ufffd");
                rest = &rest[6..];
                continue;
            }
            // The backslash and whatever it escapes, which may be another backslash.
            _ => rest.chars().take(2).map(char::len_utf8).sum(),
        };
        let (escape, after) = rest.split_at(length);
        clean.push_str(escape);
        rest = after;
    }
    clean.push_str(rest);
    clean
}

/// The unit that an escape at the beginning of `json` writes.
fn unit(json: &str) -> Option<u16> {
    let digits = json.strip_prefix(r"\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lone_halves_are_replaced_and_nothing_else() {
        for (json, clean) in [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00x""#, r#""\ufffdx""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\ud83""#, r#""\ud83""#),
            (r#""\né\u00e9\/""#, r#""\né\u00e9\/""#),
            ("\\", "\\"),
        ] {
            assert_eq!(replaced(json), clean);
        }
    }

    proptest! {
        #[test]
        fn whatever_pairs_and_halves_a_string_holds_it_reads_afterwards(units in prop::collection::vec(any::<u16>(), 0..20)) {
            let escapes: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let read: String = serde_json::from_str(&replaced(&format!("\"{escapes}\""))).expect("a string");
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }
    }
}
