//! `normalize`: a verified webhook body becomes events, element by element.
//!
//! Stateless and pure: the same body gives the same events with the same indexes, so the position of an event in the
//! task's output is a function of its input, and a replay is recognised as one. Meta aggregates up to 1,000 updates in a
//! POST (Meta: webhooks/overview) and resends the whole POST when it is refused, so one bad element must not cost its
//! neighbours: it is buried with a code and a reason, and they pass.

#[cfg(test)]
mod cases;
mod conversation;
mod envelope;
mod limits;
mod message;
mod messaging;
mod people;
mod plain;
mod status;
mod template;
#[cfg(test)]
mod tests;

use posthaste_model::lenient::{self, Object, Text};
use posthaste_model::shape::{SECONDS_MAX, filled};
use posthaste_model::whatsapp::Update;
use posthaste_model::whatsapp::update::HistoryProgress;
use posthaste_model::{
    AccountUpdated, Channel, InboundReceived, LimitsChanged, Millis, SenderId, Source, StatusObserved, StatusReported,
    TemplateChanged, UnknownUpdate, WabaId, WatermarkObserved,
};
use serde_json::value::RawValue;

use envelope::{Change, Elements, Entry, Envelope, Past, Thread, Value, WabaInfo, lists, object, value};
use message::{Message, Place};
use people::{Contact, People};

/// The field of messages and of their statuses.
const FIELD_MESSAGES: &str = "messages";
/// The same while another app owns the conversation.
const FIELD_STANDBY: &str = "standby";
/// What the business wrote on a phone that shares its number with the platform.
const FIELD_ECHOES: &str = "smb_message_echoes";
/// The same field by an older name.
const FIELD_ECHOES_OLD: &str = "message_echoes";
/// Messages of the past.
const FIELD_HISTORY: &str = "history";
/// The field of template reviews and pauses.
const FIELD_TEMPLATE_STATUS: &str = "message_template_status_update";
/// The account where a body names none: keys on the log must not be empty.
const WABA_UNKNOWN: &str = "unknown";
/// A verified webhook body as it stands on `webhooks.raw.v1`.
#[derive(Debug, Clone, Copy)]
pub struct RawWebhook<'a> {
    /// The bytes that Meta signed.
    pub body: &'a [u8],
    /// Arrival at the edge; stands in where an element has no time of its own.
    pub received_at: Millis,
}

/// What one element says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Normalized {
    /// A status of a message.
    Status(StatusObserved),
    /// What became of all messages to a person up to a point of time.
    Watermark(WatermarkObserved),
    /// A message of a conversation; `tenant_id` is not set yet.
    Inbound(Box<InboundReceived>),
    /// A template's status.
    Template(TemplateChanged),
    /// Limits that Meta has changed.
    Limits(LimitsChanged),
    /// Something else about an account.
    Account(Box<AccountUpdated>),
    /// A field, status value or member that this version does not know, kept verbatim.
    Unknown(UnknownUpdate),
    /// A status value that it does not know, of a message that is named.
    UnknownStatus(Box<UnknownStatus>),
}

/// A status value that this version does not know: kept as all that it does not know, and told as what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStatus {
    /// For whoever reads of accounts.
    pub update: UnknownUpdate,
    /// For the owner of the number, who knows its message.
    pub reported: StatusReported,
}

/// An element that can never be processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buried {
    /// Position among all elements of the body.
    pub index: u32,
    /// Stable code: `not_utf8`, `not_json`, `not_envelope`, `malformed_entry`, `malformed_change`, `malformed_list`,
    /// `malformed_history`, `malformed_message`, `message_without_id`, `malformed_status`, `status_without_id`, `status_without_value`,
    /// `malformed_template` or `no_sender`.
    pub code: &'static str,
    /// What is wrong, for people; quotes nothing of the content.
    pub reason: String,
    /// The element as Meta sent it; what is not UTF-8 is replaced by U+FFFD.
    pub raw: String,
}

/// Every element of a body, in order.
///
/// The indexes of events and buried elements together are 0, 1, 2, … without gap. Every change yields at least one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// What was understood or kept, with its position among all elements of the body.
    pub events: Vec<(u32, Normalized)>,
    /// What was not.
    pub buried: Vec<Buried>,
}

/// Why an element is buried.
struct Fault {
    code: &'static str,
    reason: String,
}

impl Fault {
    fn new(code: &'static str, reason: String) -> Self {
        Self { code, reason }
    }
}

/// Visits every element of every change of every entry.
pub fn normalize(raw: &RawWebhook<'_>) -> Output {
    let mut walk = Walk { received_at: raw.received_at, output: Output::default() };
    if let Err(fault) = walk.body(raw.body) {
        walk.bury(fault, &String::from_utf8_lossy(raw.body));
    }
    walk.output
}

/// The entry that a change stands in.
struct Account<'a> {
    channel: Channel,
    entry: &'a Entry<'a>,
}

impl Account<'_> {
    /// The account of a change (Meta: webhooks/reference/account_update: for partner events the entry is a business
    /// portfolio and the account stands in `waba_info`).
    fn waba(&self, value: Option<&Value<'_>>) -> WabaId {
        waba(value.and_then(|value| value.waba_info.0.as_ref()), &self.entry.id)
    }
}

fn waba(info: Option<&WabaInfo<'_>>, entry: &Text<'_>) -> WabaId {
    let named = info.and_then(|info| info.waba_id.get());
    WabaId::new(named.or_else(|| entry.get()).unwrap_or(WABA_UNKNOWN))
}

/// What a change is about.
struct About<'a> {
    field: &'a str,
    waba: WabaId,
    /// The number, where the change names one by its id.
    sender: Option<SenderId>,
    /// The entry's time, or arrival where it has none.
    at: Millis,
    /// The whole change.
    raw: &'a RawValue,
}

struct Walk {
    received_at: Millis,
    output: Output,
}

impl Walk {
    fn body(&mut self, body: &[u8]) -> Result<(), Fault> {
        let text = std::str::from_utf8(body).map_err(|error| Fault::new("not_utf8", error.to_string()))?;
        match plain::read(text) {
            Some(entries) => entries.into_iter().for_each(|entry| self.plain(entry)),
            None => self.layers(text)?,
        }
        Ok(())
    }

    /// An entry of a body in which nothing is odd.
    fn plain(&mut self, entry: plain::Entry<'_>) {
        for plain::Change { value, .. } in entry.changes {
            let (sender, waba) = (value.sender(), waba(value.waba_info.0.as_ref(), &entry.id));
            let (messages, statuses) = (value.messages.unwrap_or_default(), value.statuses.unwrap_or_default());
            self.output.events.reserve(messages.len() + statuses.len());
            let contacts = match &value.contacts {
                lenient::Elements::List(contacts) => contacts.as_slice(),
                lenient::Elements::Absent | lenient::Elements::Odd => &[],
            };
            let people = People::of(contacts.iter().filter_map(|contact| contact.0.as_ref()));
            let place = Place {
                sender: &sender,
                waba: &waba,
                people: &people,
                received_at: self.received_at,
                source: Source::Person,
                thread: None,
            };
            messages.into_iter().for_each(|message| self.message(*message.value.0, message.raw, &place));
            for status in statuses {
                self.status(&status.value, status.raw, &place, FIELD_MESSAGES);
            }
        }
    }

    fn layers(&mut self, text: &str) -> Result<(), Fault> {
        let envelope = match serde_json::from_str::<Object<Envelope<'_>>>(text) {
            Ok(Object(envelope)) => envelope,
            Err(error) if error.is_data() => return Err(Fault::new("not_envelope", error.to_string())),
            Err(error) => return Err(Fault::new("not_json", error.to_string())),
        };
        let channel = envelope.as_ref().map(Envelope::channel).unwrap_or_default();
        let Some(Envelope { entry: Elements::List(entries), .. }) = envelope else {
            return Err(Fault::new("not_envelope", "an object with a list `entry` is expected".to_owned()));
        };
        for entry in entries {
            self.entry(entry, channel);
        }
        Ok(())
    }

    fn entry(&mut self, raw: &RawValue, channel: Channel) {
        let entry: Entry<'_> = match object(raw) {
            Ok(entry) => entry,
            Err(reason) => return self.bury(Fault::new("malformed_entry", reason), raw.get()),
        };
        let account = Account { channel, entry: &entry };
        if channel != Channel::Whatsapp {
            return self.page(raw, &account);
        }
        match &entry.changes {
            Elements::List(changes) => changes.iter().for_each(|change| self.change(change, &account)),
            Elements::Absent => self.keep(&account, "entry", "shape", raw),
            Elements::Odd => {
                self.bury(Fault::new("malformed_entry", "`changes` is not a list".to_owned()), raw.get());
            }
        }
    }

    fn change(&mut self, raw: &RawValue, account: &Account<'_>) {
        match object::<Change<'_>>(raw) {
            Ok(change) => self.told(&change, raw, account),
            Err(reason) => self.bury(Fault::new("malformed_change", reason), raw.get()),
        }
    }

    /// A change that has been read; `raw` is all of it.
    fn told(&mut self, change: &Change<'_>, raw: &RawValue, account: &Account<'_>) {
        let Some(field) = change.field.get() else {
            return self.bury(Fault::new("malformed_change", "`field` is missing".to_owned()), raw.get());
        };
        let value = change.value.0.as_ref();
        let sender = value.and_then(|value| value.metadata.0.as_ref()).and_then(|m| m.phone_number_id.get());
        let about = About {
            field,
            waba: account.waba(value),
            sender: sender.map(SenderId::new),
            at: moment(&account.entry.time, self.received_at),
            raw,
        };
        match (field, value) {
            (FIELD_MESSAGES, Some(value)) => self.messages(&about, value, Source::Person),
            (FIELD_STANDBY, Some(value)) => self.messages(&about, value, Source::Standby),
            (FIELD_ECHOES | FIELD_ECHOES_OLD, Some(value)) => self.echoes(&about, value),
            (FIELD_HISTORY, Some(value)) => self.history(&about, value),
            (FIELD_MESSAGES, None) => {
                self.bury(Fault::new("malformed_change", "`value` is not an object".to_owned()), raw.get());
            }
            (FIELD_TEMPLATE_STATUS, _) => match template::read(raw, about.waba, about.at) {
                Ok(changed) => self.event(Normalized::Template(changed)),
                Err(fault) => self.bury(fault, raw.get()),
            },
            (_, Some(_)) => self.account(&about),
            (_, None) => self.unknown(&about, "field", raw),
        }
    }

    /// Messages, statuses, errors that belong to no message, and actions of unnamed people.
    fn messages(&mut self, about: &About<'_>, value: &Value<'_>, source: Source) {
        let before = self.next_index();
        self.conversation(about, &value.messages, &value.contacts, source, None);
        let contacts = contacts_of(&value.statuses, &value.contacts);
        let people = &People::of(&contacts);
        self.each(&value.statuses, about.raw, |walk, element| {
            let Some(sender) = &about.sender else { return walk.bury(no_sender(), element.get()) };
            let received_at = walk.received_at;
            let place = Place { sender, waba: &about.waba, people, received_at, source, thread: None };
            match status::Element::read(element) {
                Ok(status) => walk.status(&status, element.get(), &place, about.field),
                Err(fault) => walk.bury(fault, element.get()),
            }
        });
        for (list, elements) in [("errors", &value.errors), ("user_actions", &value.user_actions)] {
            self.each(elements, about.raw, |walk, element| walk.update(about, list, element));
        }
        if self.next_index() == before {
            self.unknown(about, "shape", about.raw);
        }
    }

    /// What the business wrote elsewhere.
    fn echoes(&mut self, about: &About<'_>, value: &Value<'_>) {
        let before = self.next_index();
        self.conversation(about, &value.message_echoes, &value.contacts, Source::Echo, None);
        if self.next_index() == before {
            self.unknown(about, "shape", about.raw);
        }
    }

    /// Chunks of the past, and files of the past, which follow in the shape of new messages.
    fn history(&mut self, about: &About<'_>, value: &Value<'_>) {
        let before = self.next_index();
        self.each(&value.history, about.raw, |walk, element| walk.past(about, element));
        self.conversation(about, &value.messages, &value.contacts, Source::History, None);
        if self.next_index() == before {
            self.unknown(about, "shape", about.raw);
        }
    }

    /// A chunk: how far the handing over is, threads, and why there are none.
    fn past(&mut self, about: &About<'_>, raw: &RawValue) {
        let chunk: Past<'_> = match object(raw) {
            Ok(chunk) => chunk,
            Err(reason) => return self.bury(Fault::new("malformed_history", reason), raw.get()),
        };
        let before = self.next_index();
        if let Some(metadata) = chunk.metadata.filter(|metadata| metadata.get().starts_with('{')) {
            let progress: HistoryProgress = filled(metadata).unwrap_or_default();
            self.tell(about, progress.into(), metadata.get());
        }
        self.each(&chunk.threads, raw, |walk, thread| match object::<Thread<'_>>(thread) {
            Ok(own) => walk.conversation(about, &own.messages, &Elements::Absent, Source::History, own.id.get()),
            Err(reason) => walk.bury(Fault::new("malformed_history", reason), thread.get()),
        });
        self.each(&chunk.errors, raw, |walk, element| walk.update(about, "errors", element));
        if self.next_index() == before {
            self.unknown(about, "shape", raw);
        }
    }

    fn conversation(
        &mut self,
        about: &About<'_>,
        messages: &Elements<'_>,
        contacts: &Elements<'_>,
        source: Source,
        thread: Option<&str>,
    ) {
        let contacts = contacts_of(messages, contacts);
        let people = &People::of(&contacts);
        self.each(messages, about.raw, |walk, element| {
            let Some(sender) = &about.sender else { return walk.bury(no_sender(), element.get()) };
            let received_at = walk.received_at;
            let place = Place { sender, waba: &about.waba, people, received_at, source, thread };
            match Message::read(element) {
                Ok(message) => walk.message(message, element.get(), &place),
                Err(fault) => walk.bury(fault, element.get()),
            }
        });
    }

    fn message(&mut self, message: Message<'_>, raw: &str, place: &Place<'_>) {
        match message.received(raw, place) {
            Ok(received) => self.event(Normalized::Inbound(received)),
            Err(fault) => self.bury(fault, raw),
        }
    }

    fn status(&mut self, status: &status::Element<'_>, raw: &str, place: &Place<'_>, field: &str) {
        match status.observed(place.sender, place.people, place.received_at) {
            Ok(Some(observed)) => self.event(Normalized::Status(observed)),
            Ok(None) => {
                let update = self.update_of(Channel::Whatsapp, place.waba.clone(), field, "status", raw);
                self.event(match status.reported(place.sender, place.people, place.received_at, raw) {
                    Some(reported) => Normalized::UnknownStatus(Box::new(UnknownStatus { update, reported })),
                    None => Normalized::Unknown(update),
                });
            }
            Err(fault) => self.bury(fault, raw),
        }
    }

    /// Every other field: an update, a list of updates, or unknown.
    fn account(&mut self, about: &About<'_>) {
        let names = Update::lists(about.field);
        if !names.is_empty() {
            let before = self.next_index();
            for (name, elements) in lists(about.raw, names) {
                self.each(&elements, about.raw, |walk, element| walk.update(about, name, element));
            }
            if self.next_index() == before {
                self.unknown(about, "shape", about.raw);
            }
            return;
        }
        let Some(update) = value(about.raw).and_then(|value| Update::whole(about.field, value)) else {
            return self.unknown(about, "field", about.raw);
        };
        if let Some(changed) = limits::of(&update, about) {
            self.event(Normalized::Limits(changed));
        }
        self.tell(about, update, about.raw.get());
    }

    /// An element that is an update of its own.
    fn update(&mut self, about: &About<'_>, list: &str, element: &RawValue) {
        match Update::element(list, element) {
            Some(update) => self.tell(about, update, element.get()),
            None => self.unknown(about, "shape", element),
        }
    }

    fn tell(&mut self, about: &About<'_>, update: Update, raw: &str) {
        self.event(Normalized::Account(Box::new(AccountUpdated {
            channel: Channel::Whatsapp,
            waba_id: about.waba.clone(),
            sender_id: about.sender.clone(),
            field: about.field.to_owned(),
            update,
            at: about.at,
            raw: raw.to_owned(),
        })));
    }

    fn each(&mut self, elements: &Elements<'_>, change: &RawValue, mut visit: impl FnMut(&mut Self, &RawValue)) {
        match elements {
            Elements::Absent => {}
            Elements::List(elements) => elements.iter().for_each(|element| visit(self, element)),
            Elements::Odd => {
                let reason = "a member that must be a list is something else".to_owned();
                self.bury(Fault::new("malformed_list", reason), change.get());
            }
        }
    }

    fn unknown(&mut self, about: &About<'_>, what: &str, raw: &RawValue) {
        self.unknown_of(Channel::Whatsapp, about.waba.clone(), about.field, what, raw.get());
    }

    fn keep(&mut self, account: &Account<'_>, field: &str, what: &str, raw: &RawValue) {
        self.unknown_of(account.channel, account.waba(None), field, what, raw.get());
    }

    fn unknown_of(&mut self, channel: Channel, waba_id: WabaId, field: &str, what: &str, raw: &str) {
        self.event(Normalized::Unknown(self.update_of(channel, waba_id, field, what, raw)));
    }

    fn update_of(&self, channel: Channel, waba_id: WabaId, field: &str, what: &str, raw: &str) -> UnknownUpdate {
        let (field, what, raw) = (field.to_owned(), what.to_owned(), raw.to_owned());
        UnknownUpdate { channel, waba_id, field, what, at: self.received_at, raw }
    }

    fn event(&mut self, event: Normalized) {
        let index = self.next_index();
        self.output.events.push((index, event));
    }

    fn bury(&mut self, fault: Fault, raw: &str) {
        let index = self.next_index();
        self.output.buried.push(Buried { index, code: fault.code, reason: fault.reason, raw: raw.to_owned() });
    }

    fn next_index(&self) -> u32 {
        let count = self.output.events.len() + self.output.buried.len();
        u32::try_from(count).expect("a body of 4 MiB holds fewer than 2^32 elements")
    }
}

/// The people of these elements, where there are any.
fn contacts_of<'a>(elements: &Elements<'_>, contacts: &Elements<'a>) -> Vec<Contact<'a>> {
    match elements {
        Elements::List(elements) if !elements.is_empty() => Contact::of(contacts),
        _ => Vec::new(),
    }
}

fn no_sender() -> Fault {
    Fault::new(
        "no_sender",
        "`value.metadata.phone_number_id` is missing, so the element belongs to no number".to_owned(),
    )
}

/// A timestamp of Meta's, or arrival where it cannot be read. Meta writes seconds, as a string or as a number.
fn moment(text: &Text<'_>, received_at: Millis) -> Millis {
    match text.number() {
        Some(seconds @ 0..SECONDS_MAX) => Millis(seconds * 1000),
        Some(millis @ SECONDS_MAX..=Millis::MAX_WRITABLE) => Millis(millis),
        _ => received_at,
    }
}
