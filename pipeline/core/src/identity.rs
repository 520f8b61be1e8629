//! Which ids Meta tells of one person (Meta: business-scoped-user-ids): those that one webhook names together, and those that a
//! report of a change names as the ones before and after it. Nothing else says that two ids are one person's, be it a profile name
//! or a number that looks alike.

use posthaste_model::phone::{self, from_wa_id};
use posthaste_model::user_id::{Scope, scope_of};
use posthaste_model::whatsapp::account::{IdChange, Preference, UserIdUpdate};
use posthaste_model::whatsapp::call::Call;
use posthaste_model::whatsapp::content::SystemChange;
use posthaste_model::whatsapp::{Content, Identity, Update};
use posthaste_model::{Channel, Contact, InboundReceived, Millis, Source, StatusObserved};

/// Longest username that is kept, in bytes; Meta's have at most 35 characters.
const USERNAME_BYTES_MAX: usize = 64;

/// What kind of id it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdKind {
    /// A phone number with its `+`; operators give it to somebody else one day.
    Phone,
    /// Business-scoped user id.
    UserId,
    /// That of a parent portfolio.
    ParentUserId,
    /// Public name without its `@`; may be somebody else's one day.
    Username,
}

impl IdKind {
    /// Name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::UserId => "user_id",
            Self::ParentUserId => "parent_user_id",
            Self::Username => "username",
        }
    }
}

/// One id of a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// What it is.
    pub kind: IdKind,
    /// The id; its form is that of its kind, so an id of one kind is never one of another.
    pub value: String,
    /// Another id of this kind has taken its place.
    pub former: bool,
}

/// What one webhook tells of one person: at least two ids, each once, and of each kind that has a former one the one that has taken
/// its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The ids.
    pub ids: Vec<Id>,
    /// Meta's time of it.
    pub at: Millis,
}

/// A number as a business has written it, where Meta writes it otherwise (Meta: messages/send-messages; numbers of Brazil and
/// Mexico). Whoever has one of the two has both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// As it was sent to.
    pub written: Contact,
    /// As Meta writes it, in everything that it tells of the person.
    pub number: Contact,
    /// When it was told.
    pub at: Millis,
}

impl Spelling {
    /// Nothing, unless these are two numbers.
    pub fn of(written: &Contact, number: &Contact, at: Millis) -> Option<Self> {
        let is_number = |contact: &Contact| phone::parse(contact.as_str()).is_ok_and(|parsed| parsed == *contact);
        let are_two = written != number && is_number(written) && is_number(number);
        are_two.then(|| Self { written: written.clone(), number: number.clone(), at })
    }
}

/// At most one id of each kind.
#[derive(Debug, Clone, Default)]
struct Ids {
    phone: Option<String>,
    user_id: Option<String>,
    parent_user_id: Option<String>,
    username: Option<String>,
}

impl Ids {
    /// Puts what is a number or a user id by its form at its place, if that is empty.
    fn put(&mut self, text: Option<&str>) {
        let Some(contact) = text.map(from_wa_id) else { return };
        let place = match scope_of(contact.as_str()) {
            Some(Scope::Portfolio) => &mut self.user_id,
            Some(Scope::Parent) => &mut self.parent_user_id,
            None if phone::parse(contact.as_str()).is_ok_and(|parsed| parsed == contact) => &mut self.phone,
            None => return,
        };
        place.get_or_insert_with(|| contact.to_string());
    }

    fn put_username(&mut self, text: Option<&str>) {
        let name = text.map(|text| text.trim_start_matches('@'));
        let fits = |name: &&str| {
            (1..=USERNAME_BYTES_MAX).contains(&name.len())
                && !name.contains(|c: char| c.is_control() || c.is_whitespace())
        };
        self.username = name.filter(fits).map(str::to_owned);
    }

    fn of(identity: &Identity) -> Self {
        let mut ids = Self::default();
        for text in [&identity.wa_id, &identity.user_id, &identity.parent_user_id] {
            ids.put(text.as_deref());
        }
        ids.put_username(identity.username.as_deref());
        ids
    }
}

/// The report that these ids make, where those `before` are the person's too, unless one of the same kind has taken their place.
fn told(before: Ids, now: Ids, at: Millis) -> Option<Told> {
    let mut ids = Vec::new();
    for (kind, before, now) in [
        (IdKind::Phone, before.phone, now.phone),
        (IdKind::UserId, before.user_id, now.user_id),
        (IdKind::ParentUserId, before.parent_user_id, now.parent_user_id),
        (IdKind::Username, before.username, now.username),
    ] {
        let replaced = before.clone().filter(|before| now.as_ref().is_some_and(|now| now != before));
        ids.extend(now.or(before).map(|value| Id { kind, value, former: false }));
        ids.extend(replaced.map(|value| Id { kind, value, former: true }));
    }
    (ids.len() >= 2).then_some(Told { ids, at })
}

/// What a message tells of who wrote it, or whom the business wrote to. The past tells nothing: its times are old, and who had the
/// number then is not said.
pub fn of_message(message: &InboundReceived) -> Option<Told> {
    if message.channel != Channel::Whatsapp || message.source == Source::History {
        return None;
    }
    let mut before = Ids::of(&message.identity);
    before.put(message.contact.as_ref().map(Contact::as_str));
    let mut now = Ids::default();
    if let Content::System(change) = &message.content
        && is_change_of_ids(change)
    {
        let number = change.wa_id.as_deref().or(change.new_wa_id.as_deref());
        for text in [number, change.user_id.as_deref(), change.parent_user_id.as_deref()] {
            now.put(text);
        }
        before.put(change.customer.as_deref());
    }
    told(before, now, message.at)
}

/// What a status tells of whom the message went to; `sent_to` is how it was addressed, if it was ours. A username is left to what people
/// write: nothing is sent to it, and with it each person would be news twice.
pub fn of_status(observed: &StatusObserved, sent_to: Option<&Contact>) -> Option<Told> {
    let mut now = Ids { username: None, ..Ids::of(&observed.identity) };
    for contact in [observed.contact.as_ref(), sent_to] {
        now.put(contact.map(Contact::as_str));
    }
    told(Ids::default(), now, observed.at)
}

/// Meta: webhooks/reference/messages/system. The other changes are of a person's keys.
fn is_change_of_ids(change: &SystemChange) -> bool {
    let kinds = ["user_changed_number", "user_changed_user_id", "customer_changed_number"];
    change.r#type.as_deref().is_some_and(|kind| kinds.contains(&kind))
}

/// What an update tells of a person, if it is about one; `at` is the time of the webhook, for updates that have none.
pub fn of_update(update: &Update, at: Millis) -> Option<Told> {
    match update {
        Update::UserId(changed) => of_change(changed, at),
        Update::Preference(preference) => of_preference(preference, at),
        Update::Call(call) => of_call(call, at),
        _ => None,
    }
}

fn of_change(changed: &UserIdUpdate, at: Millis) -> Option<Told> {
    let (mut before, mut now) = (Ids::default(), Ids::default());
    now.put(changed.wa_id.as_deref());
    for change in [&changed.user_id, &changed.parent_user_id].into_iter().flatten() {
        let IdChange { previous, current } = change.as_ref();
        before.put(previous.as_deref());
        now.put(current.as_deref());
    }
    told(before, now, changed.timestamp.unwrap_or(at))
}

fn of_preference(preference: &Preference, at: Millis) -> Option<Told> {
    let mut now = Ids::default();
    for text in [&preference.wa_id, &preference.user_id, &preference.parent_user_id] {
        now.put(text.as_deref());
    }
    told(Ids::default(), now, preference.timestamp.unwrap_or(at))
}

fn of_call(call: &Call, at: Millis) -> Option<Told> {
    let mut now = Ids::default();
    if is_from_person(call) {
        now.put(call.from.as_deref());
        now.put(call.from_user_id.as_deref());
    }
    told(Ids::default(), now, call.timestamp.unwrap_or(at))
}

/// Meta: calling/reference, `direction`.
fn is_from_person(call: &Call) -> bool {
    call.direction.as_deref() == Some("USER_INITIATED")
}

/// Who called the business, and when by Meta's time: answered or not, it opens the service window as a message does (Meta:
/// messages/send-messages, "customer service windows"). The end of a call comes later than what opens it, so of that only the time
/// counts at which they began to talk.
pub fn caller(call: &Call) -> Option<(Contact, Millis)> {
    if !is_from_person(call) {
        return None;
    }
    let ends = call.event.as_deref() == Some("terminate");
    let at = if ends { call.start_time } else { call.timestamp };
    let mut ids = Ids::default();
    ids.put(call.from.as_deref());
    ids.put(call.from_user_id.as_deref());
    Some((Contact::new(ids.phone.or(ids.user_id)?), at?))
}

#[cfg(test)]
mod tests;
