//! WhatsApp message ids and what else is derived from a user's number.
//!
//! A wamid is the standard base64 of `1C 18 <len> <peer's digits> 15 02 00 <11|12> 18 <len> <device id> 00`, where
//! outbound ids carry `11` and 18 hexadecimal digits, and inbound ones `12` and 20 digits that start with `3A`
//! (seen in published payloads; Meta documents the id as opaque).

use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::options::Share;
use crate::script::{Dice, chance, dice, mix, unmix};

/// Longest phone number of ITU-T E.164, in digits.
const E164_DIGITS: usize = 15;

/// Set in the key of a recipient without phone number; no phone number reaches that far.
const UNPHONED: u64 = 1 << 63;

/// Whom a message goes to. A phone number is kept as a number: messages are remembered by the million.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recipient {
    Phone(u64),
    /// A business-scoped user id or a group id.
    Other(Box<str>),
}

impl Recipient {
    /// Reads `to`: Meta tolerates `+`, spaces, `-` and brackets (Meta: messages/send-messages). `None` when it is no
    /// phone number.
    pub(crate) fn phone(to: &str) -> Option<Self> {
        let mut digits = 0_usize;
        let mut number = 0_u64;
        for byte in to.bytes() {
            match byte {
                b'0'..=b'9' if digits < E164_DIGITS => {
                    number = number * 10 + u64::from(byte - b'0');
                    digits += 1;
                }
                b'+' | b' ' | b'-' | b'(' | b')' => {}
                _ => return None,
            }
        }
        (digits >= 5 && number != 0).then_some(Self::Phone(number))
    }

    /// The recipient as Meta writes it in answers and webhooks (Meta: messages/send-messages): mobile numbers of Brazil have no ninth
    /// digit there, those of Mexico a 1 after the country code.
    pub(crate) fn into_metas_writing(self) -> Self {
        let Self::Phone(number) = self else { return self };
        let digits = number.to_string();
        let rewritten = match digits.as_bytes() {
            [b'5', b'5', _, _, b'9', rest @ ..] if rest.len() == 8 => [&digits[..4], &digits[5..]].concat(),
            [b'5', b'2', rest @ ..] if rest.len() == 10 => ["521", &digits[2..]].concat(),
            _ => return self,
        };
        rewritten.parse().map_or(self, Self::Phone)
    }

    /// A number that stands for the recipient.
    pub(crate) fn key(&self) -> u64 {
        match self {
            Self::Phone(number) => *number,
            Self::Other(id) => fingerprint(id) | UNPHONED,
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(number) => write!(out, "{number}"),
            Self::Other(id) => out.write_str(id),
        }
    }
}

/// 64 bits that stand for a text in sets too large to hold the texts. Two of three million texts share their bits
/// with a probability of one to four million.
pub(crate) fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The digits of the one person of a group who tells of its messages.
pub(crate) fn participant(group: &str) -> u64 {
    16_315_560_000 + fingerprint(group) % 10_000
}

/// The id of outbound message number `index`.
pub(crate) fn outbound(seed: u64, index: u64, recipient: &Recipient) -> String {
    let device = format!("{:016X}{:02X}", mix(mix(seed, Dice::Wamid as u64), index), index & 0xFF);
    wamid(&recipient.to_string(), 0x11, &device)
}

/// The id of inbound message number `index`.
pub(crate) fn inbound(seed: u64, index: u64, from: &str) -> String {
    let device = format!("3A{:016X}{:02X}", mix(mix(seed, Dice::Inbound as u64), index), index & 0xFF);
    wamid(from, 0x12, &device)
}

/// The index of the inbound message that has this id, and who sent it; `None` for an id that this seed never makes.
pub(crate) fn inbound_index(seed: u64, id: &str) -> Option<(u64, u64)> {
    let (peer, device) = parts(id)?;
    let mixed = u64::from_str_radix(device.strip_prefix("3A")?.get(..16)?, 16).ok()?;
    let index = unmix(mix(seed, Dice::Inbound as u64), mixed);
    (inbound(seed, index, &peer) == id).then_some((index, peer.parse().ok()?))
}

/// The index of the outbound message that has this id; `None` for an id that this seed never makes.
pub(crate) fn outbound_index(seed: u64, id: &str) -> Option<u64> {
    let mixed = u64::from_str_radix(parts(id)?.1.get(..16)?, 16).ok()?;
    Some(unmix(mix(seed, Dice::Wamid as u64), mixed))
}

/// Peer and device id.
fn parts(id: &str) -> Option<(String, String)> {
    let blob = STANDARD.decode(id.strip_prefix("wamid.")?).ok()?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    let (peer, rest) = blob.get(3..)?.split_at_checked(usize::from(*blob.get(2)?))?;
    let device = rest.get(6..)?.get(..usize::from(*rest.get(5)?))?;
    Some((text(peer)?, text(device)?))
}

fn wamid(peer: &str, direction: u8, device: &str) -> String {
    let peer = &peer.as_bytes()[..peer.len().min(usize::from(u8::MAX))];
    let mut blob = Vec::with_capacity(peer.len() + device.len() + 10);
    blob.extend_from_slice(&[0x1C, 0x18, peer.len() as u8]);
    blob.extend_from_slice(peer);
    blob.extend_from_slice(&[0x15, 0x02, 0x00, direction, 0x18, device.len() as u8]);
    blob.extend_from_slice(device.as_bytes());
    blob.push(0);
    let mut id = String::from("wamid.");
    STANDARD.encode_string(blob, &mut id);
    id
}

/// What the ids of people are made with. They do not follow from the seed: a portfolio knows people by the same ids whenever the
/// simulator is started again, as at Meta.
const PORTFOLIO: u64 = 0x5EED_0F1D;

/// The business-scoped user id of a phone number (Meta: business-scoped-user-ids). Its country is always `US`: the
/// simulator has no numbering plan.
pub(crate) fn user_id(phone: u64) -> String {
    format!("US.{:020}", mix(PORTFOLIO, phone))
}

/// The phone number that this is the business-scoped user id of; that of an id which nobody was given belongs to nobody.
pub(crate) fn phone_of(user_id: &str) -> Option<u64> {
    Some(unmix(PORTFOLIO, user_id.strip_prefix("US.")?.parse().ok()?))
}

/// The id that a person has for all portfolios of an enrolled business (Meta: same page).
pub(crate) fn parent_user_id(phone: u64) -> String {
    format!("US.ENT.{:020}", mix(!PORTFOLIO, phone))
}

/// Whether an id has the form of a business-scoped user id: a country, a dot, letters and digits.
pub(crate) fn is_user_id(id: &str) -> bool {
    let country = id.as_bytes().get(..2).is_some_and(|country| country.iter().all(u8::is_ascii_uppercase));
    country && id.as_bytes().get(2) == Some(&b'.')
}

/// The name that a user has chosen; a share of them has one.
pub(crate) fn username(seed: u64, phone: u64, share: Share) -> Option<String> {
    let has_one = chance(&mut dice(seed, Dice::Username, phone), share);
    has_one.then(|| format!("@user.{:07}", mix(seed, phone) % 10_000_000))
}

/// Whether a user's number is not told although they have chosen no name; that of a share of them is not.
pub(crate) fn hides_number(seed: u64, phone: u64, share: Share) -> bool {
    chance(&mut dice(seed, Dice::HiddenNumber, phone), share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_published_ones() {
        let id = outbound(1, 7, &Recipient::Phone(16_505_551_234));
        assert!(id.starts_with("wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI"), "{id}");
        let id = inbound(1, 7, "16505551234");
        assert!(id.starts_with("wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQ"), "{id}");
    }

    #[test]
    fn ids_are_distinct_and_follow_from_seed_and_index() {
        let id = |index| outbound(5, index, &Recipient::Phone(16_505_551_234));
        assert_eq!(id(3), id(3));
        assert_eq!((0..10_000).map(id).collect::<std::collections::HashSet<_>>().len(), 10_000);
    }

    #[test]
    fn an_index_is_found_by_its_id_and_no_other() {
        let recipient = Recipient::Phone(16_505_551_234);
        assert_eq!(outbound_index(5, &outbound(5, 77, &recipient)), Some(77));
        let id = inbound(5, 3, "16505551234");
        assert_eq!(inbound_index(5, &id), Some((3, 16_505_551_234)));
        assert_eq!(inbound_index(6, &id), None, "another seed");
        for wrong in ["", "wamid.", "wamid.HBgL", "wamid.????", &outbound(5, 3, &recipient)] {
            assert_eq!(inbound_index(5, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_of_brazil_and_mexico_are_written_as_meta_writes_them() {
        for (written, as_meta) in [
            ("+55 11 98765-4321", "551187654321"),
            ("551187654321", "551187654321"),
            ("+525512345678", "5215512345678"),
            ("5215512345678", "5215512345678"),
            ("+16505551234", "16505551234"),
        ] {
            let recipient = Recipient::phone(written).unwrap().into_metas_writing();
            assert_eq!(recipient.to_string(), as_meta, "{written}");
        }
        let group = Recipient::Other("5511987654321".into());
        assert_eq!(group.clone().into_metas_writing(), group);
    }

    #[test]
    fn phone_numbers_are_read_as_meta_reads_them() {
        let plain = Some(Recipient::Phone(16_505_551_234));
        assert_eq!(Recipient::phone("+1 (650) 555-1234"), plain);
        assert_eq!(Recipient::phone("16505551234"), plain);
        for wrong in ["", "+", "1234", "not a number", "1234567890123456", "00000"] {
            assert_eq!(Recipient::phone(wrong), None, "{wrong}");
        }
    }
}
