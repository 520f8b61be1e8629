//! Messenger and Instagram: an entry holds events in `messaging` and, while another app owns the conversation, in `standby`
//! (Meta: messenger-platform/webhooks; instagram-platform/webhooks/examples).
//!
//! Each event becomes one event of ours, but for a report of delivery, which becomes one for each message that it names.

use posthaste_model::lenient::Text;
use posthaste_model::messenger::event::{Comment, Optin, ThreadControl, ThreadReferral, Watermark};
use posthaste_model::shape::{Members, filled};
use posthaste_model::whatsapp::{Referral, Update};
use posthaste_model::{
    AccountUpdated, Channel, Contact, Millis, SenderId, Source, Status, StatusObserved, Wamid, WatermarkObserved,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::{Elements, object};
use super::{Account, Fault, Normalized, Walk, conversation};

/// The members that name an event.
const EVENTS: &[&str] = &[
    "message",
    "message_edit",
    "postback",
    "reaction",
    "read",
    "delivery",
    "referral",
    "optin",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "app_roles",
];
/// The members that every event has.
const AROUND: &[&str] = &["sender", "recipient", "timestamp"];
/// The fields of comments.
const FIELDS_COMMENTS: &[&str] = &["comments", "live_comments"];
/// The field of a change, and the list of an entry, with what another app is to answer.
const STANDBY: &str = "standby";

/// A change. Apps with Instagram's own login get events and comments in this form, the latter also in the entry itself.
#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow, default)]
    field: Text<'a>,
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
}

/// One event, and whom it concerns.
pub(super) struct Event<'a> {
    pub(super) channel: Channel,
    /// The page or the Instagram account.
    pub(super) sender: SenderId,
    /// The person.
    pub(super) contact: Option<Contact>,
    /// Whether the business did it.
    pub(super) from_business: bool,
    pub(super) source: Source,
    pub(super) at: Millis,
    /// The time as Meta wrote it: the same when the event comes again.
    pub(super) stamp: String,
    /// The member that names it.
    pub(super) name: &'a str,
    /// That member.
    pub(super) object: &'a Members<'a>,
    /// The same, unread.
    pub(super) object_raw: &'a RawValue,
    /// All of it.
    pub(super) raw: &'a str,
}

impl Event<'_> {
    /// The person as text, for shapes.
    fn person(&self) -> Option<String> {
        self.contact.as_ref().map(ToString::to_string)
    }
}

impl Walk {
    /// Everything of an entry of a page or of an Instagram account.
    pub(super) fn page(&mut self, raw: &RawValue, account: &Account<'_>) {
        let (entry, before) = (account.entry, self.next_index());
        for (list, source) in [(&entry.messaging, Source::Person), (&entry.standby, Source::Standby)] {
            self.each(list, raw, |walk, element| walk.messaging(element, account, source));
        }
        self.each(&entry.changes, raw, |walk, change| walk.page_change(change, account));
        if self.next_index() > before {
            return;
        }
        match (&entry.changes, entry.field.get()) {
            (Elements::Absent, Some(_)) => self.page_change(raw, account),
            _ => self.keep(account, "entry", "shape", raw),
        }
    }

    fn page_change(&mut self, raw: &RawValue, account: &Account<'_>) {
        let change: Change<'_> = match object(raw) {
            Ok(change) => change,
            Err(reason) => return self.bury(Fault::new("malformed_change", reason), raw.get()),
        };
        let Some(field) = change.field.get() else {
            return self.bury(Fault::new("malformed_change", "`field` is missing".to_owned()), raw.get());
        };
        let value = change.value.and_then(|value| Some((value, Members::of(value)?)));
        match value {
            Some((value, members)) if id_of(&members, "sender").or(id_of(&members, "recipient")).is_some() => {
                let source = if field == STANDBY { Source::Standby } else { Source::Person };
                self.messaging(value, account, source);
            }
            Some((value, _)) if FIELDS_COMMENTS.contains(&field) => {
                let Some(comment) = filled::<Comment>(value) else {
                    return self.keep(account, field, "shape", raw);
                };
                let at = super::moment(&account.entry.time, self.received_at);
                self.event(Normalized::Account(Box::new(AccountUpdated {
                    channel: account.channel,
                    waba_id: account.waba(None),
                    sender_id: account.entry.id.get().map(SenderId::new),
                    field: field.to_owned(),
                    update: comment.into(),
                    at,
                    raw: raw.get().to_owned(),
                })));
            }
            _ => self.keep(account, field, "field", raw),
        }
    }

    /// One element of `messaging` or `standby`.
    fn messaging(&mut self, raw: &RawValue, account: &Account<'_>, source: Source) {
        let Some(members) = Members::of(raw) else {
            return self.bury(Fault::new("malformed_message", "an object is expected".to_owned()), raw.get());
        };
        let Some((name, object_raw)) = EVENTS.iter().find_map(|name| Some((*name, members.raw(name)?))) else {
            let novelty = members
                .iter()
                .map(|(name, _)| name)
                .filter(|name| !AROUND.contains(name))
                .min()
                .map(|name| name.replace('\0', ""));
            let (field, what) = novelty.as_deref().map_or(("messaging", "shape"), |name| (name, "field"));
            return self.keep(account, field, what, raw);
        };
        let Some(object) = Members::of(object_raw) else { return self.keep(account, name, "shape", raw) };
        let (from, to) = (id_of(&members, "sender"), id_of(&members, "recipient"));
        let own = account.entry.id.get();
        let is_echo = object.get::<Option<bool>>("is_echo") == Some(true);
        let from_business = is_echo || (own.is_some() && from.as_deref() == own);
        let (business, person) = if from_business { (from, to) } else { (to, from) };
        let Some(sender) = own.map(str::to_owned).or(business) else {
            let reason = "neither the entry nor the event names the page or the account".to_owned();
            return self.bury(Fault::new("no_sender", reason), raw.get());
        };
        let stamp = members.get::<Option<String>>("timestamp").unwrap_or_default();
        self.tell_event(
            &Event {
                channel: account.channel,
                sender: SenderId::new(sender),
                contact: person.map(Contact::new),
                from_business,
                source: if from_business { Source::Echo } else { source },
                at: posthaste_model::shape::moment(&stamp).unwrap_or(self.received_at),
                stamp,
                name,
                object: &object,
                object_raw,
                raw: raw.get(),
            },
            account,
            raw,
        );
    }

    fn tell_event(&mut self, event: &Event<'_>, account: &Account<'_>, raw: &RawValue) {
        match event.name {
            "message" | "message_edit" | "postback" | "reaction" => match conversation::read(event) {
                Ok(told) => self.event(told),
                Err(fault) => self.bury(fault, event.raw),
            },
            "read" | "delivery" => self.progress(event, account, raw),
            name => {
                let object = event.object_raw;
                let update = match name {
                    "referral" => filled(object).map(|referral: Referral| {
                        ThreadReferral { contact: event.person(), referral: Some(Box::new(referral)) }.into()
                    }),
                    "optin" => filled(object).map(|optin: Optin| Optin { contact: event.person(), ..optin }.into()),
                    _ => ThreadControl::of(name, object)
                        .map(|control| ThreadControl { contact: event.person(), ..control }.into()),
                };
                match update {
                    Some(update) => self.tell_update(event, update),
                    None => self.keep(account, name, "shape", raw),
                }
            }
        }
    }

    /// Reports of delivery and of reading: of the messages that they name, or of all up to a point of time. Where a report
    /// has both, the names are the more exact.
    fn progress(&mut self, event: &Event<'_>, account: &Account<'_>, raw: &RawValue) {
        let status = if event.name == "read" { Status::Read } else { Status::Delivered };
        let mut mids: Vec<String> = event.object.get("mids");
        mids.extend(event.object.get::<Option<String>>("mid"));
        mids.retain(|mid| !mid.is_empty());
        let watermark = event.object.get::<Option<Millis>>("watermark");
        let at = if event.stamp.is_empty() { watermark.unwrap_or(event.at) } else { event.at };
        if mids.is_empty() && watermark.is_none() {
            return self.keep(account, event.name, "shape", raw);
        }
        if mids.is_empty() {
            if let (Some(contact), Some(upto)) = (event.contact.clone(), watermark) {
                let sender_id = event.sender.clone();
                self.event(Normalized::Watermark(WatermarkObserved { sender_id, contact, status, upto, at }));
            }
            let (contact, status) = (event.person(), Some(status.to_string()));
            return self.tell_update(event, Watermark { contact, status, watermark }.into());
        }
        for mid in mids {
            self.event(Normalized::Status(observed(event, mid, status, at, None)));
        }
    }

    fn tell_update(&mut self, event: &Event<'_>, update: Update) {
        self.event(Normalized::Account(Box::new(AccountUpdated {
            channel: event.channel,
            waba_id: posthaste_model::WabaId::new(event.sender.as_str()),
            sender_id: Some(event.sender.clone()),
            field: event.name.to_owned(),
            update,
            at: event.at,
            raw: event.raw.to_owned(),
        })));
    }
}

/// A status of the message that an event names.
pub(super) fn observed(
    event: &Event<'_>,
    mid: String,
    status: Status,
    at: Millis,
    token: Option<String>,
) -> StatusObserved {
    let new = StatusObserved::new(event.sender.clone(), Wamid::new(mid), status, at);
    StatusObserved { channel: event.channel, contact: event.contact.clone(), token, ..new }
}

/// The id in an object such as `sender`.
fn id_of(members: &Members<'_>, name: &str) -> Option<String> {
    members.object(name)?.get::<Option<String>>("id").filter(|id| !id.is_empty())
}
