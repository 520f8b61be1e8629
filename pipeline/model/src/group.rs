//! Groups as recipients (Meta: groups/groups-messaging). A group has an id of Meta's; as a contact it is that id with [`PREFIX`]
//! before it, so that nothing takes it for a person.

use crate::id::Contact;
use crate::intent::Message;

/// What stands before a group's id in a contact. No number and no user id begins so.
pub const PREFIX: &str = "group:";
/// Longest id, in bytes. Those seen have 50 to 60.
pub const ID_MAX: usize = 256;
/// The form of a group's id, for people.
pub const FORM: &str =
    "a group's id is a text of Meta's of up to 256 letters, digits, +, /, =, - and _, like Y2FwaV9ncm91cDox";

/// Types that Meta takes in groups, beside templates.
const TYPES: [&str; 8] = ["text", "image", "video", "audio", "document", "sticker", "pin", "unpin"];
/// Types that Meta takes in groups alone.
const TYPES_OF_GROUPS: [&str; 2] = ["pin", "unpin"];

/// The contact of a group, if this has the form of a group's id.
pub fn contact(id: &str) -> Option<Contact> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_');
    let is_id = (1..=ID_MAX).contains(&id.len()) && id.bytes().all(fits);
    is_id.then(|| Contact::new(format!("{PREFIX}{id}")))
}

/// The id of the group that a contact is.
pub fn id(contact: &Contact) -> Option<&str> {
    contact.as_str().strip_prefix(PREFIX)
}

/// Why Meta would not take a message for this contact, if that is so: some types are for people, and some for groups.
pub fn mismatch(contact: &Contact, message: &Message) -> Option<String> {
    let kind = match message {
        Message::Text(_) => "text",
        Message::FreeForm(own) => own.kind.as_str(),
        Message::Template(_) | Message::Receipt(_) | Message::Action(_) => return None,
    };
    if id(contact).is_none() {
        let is_misplaced = TYPES_OF_GROUPS.contains(&kind);
        return is_misplaced
            .then(|| format!("\"{kind}\" is done in groups alone: write group_id, or recipient_type group"));
    }
    (!TYPES.contains(&kind)).then(|| format!("groups take template, {}, and no \"{kind}\"", TYPES.join(", ")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::intent::{FreeForm, TextMessage};

    #[test]
    fn a_group_is_told_from_people() {
        let group = contact("Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD==").expect("a group");
        assert_eq!(id(&group), Some("Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD=="));
        for person in ["+16315550101", "US.1349", "7180"] {
            assert_eq!(id(&Contact::new(person)), None, "{person}");
        }
        for bad in ["", "a b", "group:x", "ä", &"x".repeat(ID_MAX + 1)] {
            assert_eq!(contact(bad), None, "{bad}");
        }
    }

    #[test]
    fn groups_take_what_meta_takes_in_groups_and_people_the_rest() {
        let (group, person) = (contact("abc").expect("a group"), Contact::new("+16315550101"));
        let of = |kind: &str| Message::FreeForm(FreeForm { kind: kind.into(), object: json!({}), reply_to: None });
        let text = Message::Text(TextMessage { body: "x".into(), preview_url: false, reply_to: None });
        assert_eq!((mismatch(&group, &text), mismatch(&person, &text)), (None, None));
        for (kind, in_groups, to_people) in [
            ("image", true, true),
            ("sticker", true, true),
            ("pin", true, false),
            ("unpin", true, false),
            ("interactive", false, true),
            ("reaction", false, true),
            ("location", false, true),
            ("messenger", false, true),
        ] {
            assert_eq!(mismatch(&group, &of(kind)).is_none(), in_groups, "{kind}");
            assert_eq!(mismatch(&person, &of(kind)).is_none(), to_people, "{kind}");
        }
    }
}
