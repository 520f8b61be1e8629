//! Which ids Meta tells of one person (Meta: business-scoped-user-ids): those that one webhook names together, and those that a
//! report of a change names as the ones before and after it. Nothing else says that two ids are one person's, be it a profile name
//! or a number that looks alike.

use posthaste_model::phone::{self, from_wa_id};
use posthaste_model::user_id::{Scope, scope_of};
use posthaste_model::whatsapp::account::{IdChange, Preference, UserIdUpdate};
use posthaste_model::whatsapp::call::Call;
use posthaste_model::whatsapp::content::SystemChange;
use posthaste_model::whatsapp::{Content, Identity, Update};
use posthaste_model::{Channel, Contact, InboundReceived, Millis, Source};

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
mod tests {
    use posthaste_model::{SenderId, WabaId, Wamid};
    use serde_json::{Value, json};

    use super::*;

    fn ids(told: Option<Told>) -> Vec<(IdKind, String, bool)> {
        told.map(|told| told.ids.into_iter().map(|id| (id.kind, id.value, id.former)).collect()).unwrap_or_default()
    }

    fn id(kind: IdKind, value: &str) -> (IdKind, String, bool) {
        (kind, value.to_owned(), false)
    }

    fn former(kind: IdKind, value: &str) -> (IdKind, String, bool) {
        (kind, value.to_owned(), true)
    }

    fn message(identity: Value, contact: &str, content: Value) -> InboundReceived {
        let new = InboundReceived::new(SenderId::new("1"), WabaId::new("2"), Wamid::new("w"), Millis(7_000), "{}");
        InboundReceived {
            identity: serde_json::from_value(identity).expect("an identity"),
            contact: Some(Contact::new(contact)),
            content: serde_json::from_value(content).expect("a content"),
            ..new
        }
    }

    fn update(value: Value) -> Update {
        serde_json::from_value(value).expect("an update")
    }

    #[test]
    fn a_message_that_names_one_id_says_nothing_and_one_with_several_joins_them() {
        let text = json!({"kind": "text", "body": "x"});
        let all =
            json!({"wa_id": "16315550101", "user_id": "US.1", "parent_user_id": "US.ENT.2", "username": "@pablo"});
        let told = of_message(&message(all.clone(), "+16315550101", text.clone())).expect("a report");
        assert_eq!(told.at, Millis(7_000));
        assert_eq!(
            ids(Some(told)),
            [
                id(IdKind::Phone, "+16315550101"),
                id(IdKind::UserId, "US.1"),
                id(IdKind::ParentUserId, "US.ENT.2"),
                id(IdKind::Username, "pablo"),
            ]
        );
        for alone in [json!({"wa_id": "16315550101"}), json!({"user_id": "+16315550101"}), json!({})] {
            assert_eq!(of_message(&message(alone, "+16315550101", text.clone())), None);
        }
        let past = InboundReceived { source: Source::History, ..message(all, "+16315550101", text) };
        assert_eq!(of_message(&past), None);
    }

    #[test]
    fn what_has_not_the_form_of_an_id_is_none() {
        let odd = json!({"wa_id": "163155501019999999", "user_id": "120363", "username": "a b"});
        assert_eq!(of_message(&message(odd, "Y2FwaV9ncm91cDox", json!({"kind": "unknown"}))), None);
        // A user id in the place of the number.
        let told = of_message(&message(json!({"username": "ann"}), "US.7", json!({"kind": "unknown"})));
        assert_eq!(ids(told), [id(IdKind::UserId, "US.7"), id(IdKind::Username, "ann")]);
    }

    #[test]
    fn a_change_names_what_was_and_what_is() {
        let system = |members: Value| {
            let mut content = json!({"kind": "system", "body": "User A changed from 1 to 2"});
            content.as_object_mut().expect("an object").extend(members.as_object().expect("members").clone());
            content
        };
        let known = json!({"wa_id": "16315550101", "user_id": "US.1"});
        let number = system(json!({"type": "user_changed_number", "wa_id": "16315550202"}));
        assert_eq!(
            ids(of_message(&message(known.clone(), "+16315550101", number))),
            [id(IdKind::Phone, "+16315550202"), former(IdKind::Phone, "+16315550101"), id(IdKind::UserId, "US.1")]
        );
        let both = system(json!({"type": "user_changed_user_id", "wa_id": "16315550202", "user_id": "US.9"}));
        assert_eq!(
            ids(of_message(&message(known.clone(), "+16315550101", both))),
            [
                id(IdKind::Phone, "+16315550202"),
                former(IdKind::Phone, "+16315550101"),
                id(IdKind::UserId, "US.9"),
                former(IdKind::UserId, "US.1"),
            ]
        );
        // Of a number whose successor is not told nobody knows that it was given up.
        let hidden = system(json!({"type": "user_changed_user_id", "user_id": "US.9"}));
        assert_eq!(
            ids(of_message(&message(known.clone(), "+16315550101", hidden))),
            [id(IdKind::Phone, "+16315550101"), id(IdKind::UserId, "US.9"), former(IdKind::UserId, "US.1")]
        );
        let old =
            system(json!({"type": "customer_changed_number", "customer": "16315550101", "new_wa_id": "16315550202"}));
        assert_eq!(
            ids(of_message(&message(json!({}), "+16315550101", old))),
            [id(IdKind::Phone, "+16315550202"), former(IdKind::Phone, "+16315550101")]
        );
        let keys = system(json!({"type": "customer_identity_changed", "identity": "x", "wa_id": "16315550202"}));
        assert_eq!(
            ids(of_message(&message(known, "+16315550101", keys))),
            [id(IdKind::Phone, "+16315550101"), id(IdKind::UserId, "US.1")]
        );
    }

    #[test]
    fn updates_tell_of_people_too() {
        let changed = update(json!({"kind": "user_id", "wa_id": "5678123456",
            "user_id": {"previous": "US.1", "current": "US.9"}, "timestamp": "2026-09-21T14:13:20.000Z"}));
        let told = of_update(&changed, Millis(1)).expect("a report");
        assert_eq!(told.at, Millis(1_790_000_000_000));
        assert_eq!(
            ids(Some(told)),
            [id(IdKind::Phone, "+5678123456"), id(IdKind::UserId, "US.9"), former(IdKind::UserId, "US.1")]
        );
        let preference =
            update(json!({"kind": "preference", "wa_id": "16315550101", "user_id": "US.1", "value": "stop"}));
        let told = of_update(&preference, Millis(5)).expect("a report");
        assert_eq!((told.at, told.ids.len()), (Millis(5), 2));
        assert_eq!(of_update(&update(json!({"kind": "review", "decision": "APPROVED"})), Millis(5)), None);
    }

    #[test]
    fn a_call_of_a_person_opens_the_window_when_it_began() {
        let at = |second: i64| Some(Millis(second * 1_000));
        let call = Call {
            from: Some("16315550101".into()),
            from_user_id: Some("US.1".into()),
            event: Some("connect".into()),
            timestamp: at(100),
            direction: Some("USER_INITIATED".into()),
            ..Call::default()
        };
        let number = Contact::new("+16315550101");
        assert_eq!(caller(&call), Some((number.clone(), Millis(100_000))));
        assert_eq!(of_update(&Update::from(call.clone()), Millis(1)).map(|told| told.ids.len()), Some(2));
        let end = Call { event: Some("terminate".into()), timestamp: at(900), start_time: at(110), ..call.clone() };
        assert_eq!(caller(&end), Some((number, Millis(110_000))));
        assert_eq!(caller(&Call { start_time: None, ..end }), None, "nobody answered; its beginning was told before");
        let hidden = Call { from: None, ..call.clone() };
        assert_eq!(caller(&hidden), Some((Contact::new("US.1"), Millis(100_000))));
        let ours = Call { direction: Some("BUSINESS_INITIATED".into()), ..call };
        assert_eq!((caller(&ours), of_update(&Update::from(ours.clone()), Millis(1))), (None, None));
    }
}
