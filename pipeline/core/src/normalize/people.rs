//! Who the people of a webhook are (Meta: webhooks/reference/messages, business-scoped-user-ids).

use posthaste_model::lenient::{self, Object, Text};
use posthaste_model::whatsapp::Identity;
use serde::Deserialize;

use super::envelope::{Elements, object};

/// What a webhook tells of one person.
#[derive(Deserialize)]
pub(super) struct Contact<'a> {
    #[serde(borrow, default)]
    wa_id: Text<'a>,
    #[serde(borrow, default)]
    user_id: Text<'a>,
    #[serde(borrow, default)]
    parent_user_id: Text<'a>,
    #[serde(borrow, default)]
    identity_key_hash: Text<'a>,
    #[serde(borrow, default)]
    profile: Object<Profile<'a>>,
}

#[derive(Deserialize)]
struct Profile<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    username: Text<'a>,
}

/// Contacts where they are read together with everything else.
pub(super) type Told<'a> = lenient::Elements<Object<Contact<'a>>>;

impl<'a> Contact<'a> {
    /// Those of `contacts` that can be read.
    pub(super) fn of(contacts: &Elements<'a>) -> Vec<Self> {
        let Elements::List(contacts) = contacts else { return Vec::new() };
        contacts.iter().filter_map(|raw| object(raw).ok()).collect()
    }

    /// The name of the profile.
    pub(super) fn name(&self) -> Option<String> {
        self.profile.0.as_ref()?.name.owned()
    }

    fn username(&self) -> Option<String> {
        self.profile.0.as_ref()?.username.owned()
    }
}

/// People by `wa_id` and by `user_id`. A batch holds contacts in any order, so a message finds its own by id.
#[derive(Default)]
pub(super) struct People<'a>(Vec<(&'a str, &'a Contact<'a>)>);

impl<'a> People<'a> {
    pub(super) fn of(contacts: impl IntoIterator<Item = &'a Contact<'a>>) -> Self {
        let contacts = contacts.into_iter();
        let mut people = Vec::with_capacity(2 * contacts.size_hint().0);
        for contact in contacts {
            people.extend([&contact.wa_id, &contact.user_id].into_iter().filter_map(|id| Some((id.get()?, contact))));
        }
        people.sort_by_key(|(id, _)| *id);
        Self(people)
    }

    /// The person of these ids; of two who are told of by one id the later counts.
    pub(super) fn find(&self, number: &Text<'_>, user_id: &Text<'_>) -> Option<&'a Contact<'a>> {
        [number, user_id].into_iter().find_map(|id| {
            let id = id.get()?;
            let (own, person) = self.0[..self.0.partition_point(|(own, _)| *own <= id)].last()?;
            (*own == id).then_some(*person)
        })
    }
}

/// Everything that is told of a person: by these ids, and elsewhere in the batch.
pub(super) fn identity(
    known: Option<&Contact<'_>>,
    number: &Text<'_>,
    user_id: &Text<'_>,
    parent: &Text<'_>,
) -> Identity {
    let digits = number.get().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    Identity {
        wa_id: digits.map(str::to_owned).or_else(|| known?.wa_id.owned()),
        user_id: user_id.owned().or_else(|| known?.user_id.owned()),
        parent_user_id: parent.owned().or_else(|| known?.parent_user_id.owned()),
        username: known.and_then(Contact::username),
        identity_key_hash: known.and_then(|known| known.identity_key_hash.owned()),
    }
}
