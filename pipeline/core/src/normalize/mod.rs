//! `normalize`: a verified webhook body becomes events, element by element.
//!
//! Stateless and pure: the same body gives the same events with the same indexes, so the position of an event in the
//! task's output is a function of its input, and a replay is recognised as one. Meta aggregates up to 1,000 updates in a
//! POST (Meta: webhooks/overview) and resends the whole POST when it is refused, so one bad element must not cost its
//! neighbours: it is buried with a code and a reason, and they pass.

mod envelope;
mod lenient;
mod limits;
mod message;
mod status;
mod template;
#[cfg(test)]
mod tests;

use posthaste_model::{
    InboundReceived, LimitsChanged, Millis, SenderId, StatusObserved, TemplateChanged, UnknownUpdate, WabaId,
};
use serde_json::value::RawValue;

use envelope::{Change, Entry, Envelope, Value, object};
use lenient::{Elements, Object, Text};
use message::{Arrival, Profiles};

/// The field of messages and of their statuses.
const FIELD_MESSAGES: &str = "messages";
/// The field of template reviews and pauses.
const FIELD_TEMPLATE_STATUS: &str = "message_template_status_update";
/// The account where a body names none: keys on the log must not be empty.
const WABA_UNKNOWN: &str = "unknown";
/// Seconds since the epoch never reach this (it is the year 5138); a larger timestamp is in milliseconds, as some
/// business solution providers write it.
const SECONDS_MAX: i64 = 100_000_000_000;
/// Last millisecond that RFC 3339 can write: 9999-12-31T23:59:59.999Z.
const MILLIS_MAX: i64 = 253_402_300_799_999;

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
    /// A message from a person; `tenant_id` is not set yet.
    Inbound(InboundReceived),
    /// A template's status.
    Template(TemplateChanged),
    /// Limits that Meta has changed.
    Limits(LimitsChanged),
    /// A field, status value or member that this version does not know, kept verbatim.
    Unknown(UnknownUpdate),
}

/// An element that can never be processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buried {
    /// Position among all elements of the body.
    pub index: u32,
    /// Stable code: `not_utf8`, `not_json`, `not_envelope`, `malformed_entry`, `malformed_change`, `malformed_list`,
    /// `malformed_message`, `message_without_id`, `malformed_status`, `status_without_id`, `status_without_value`,
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
    entry: &'a Entry<'a>,
}

impl Account<'_> {
    /// The account of a change (Meta: webhooks/reference/account_update: for partner events the entry is a business
    /// portfolio and the account stands in `waba_info`).
    fn waba(&self, value: Option<&Value<'_>>) -> WabaId {
        let named = value.and_then(|value| value.waba_info.0.as_ref()).and_then(|info| info.waba_id.get());
        WabaId::new(named.or_else(|| self.entry.id.get()).unwrap_or(WABA_UNKNOWN))
    }
}

struct Walk {
    received_at: Millis,
    output: Output,
}

impl Walk {
    fn body(&mut self, body: &[u8]) -> Result<(), Fault> {
        let text = std::str::from_utf8(body).map_err(|error| Fault::new("not_utf8", error.to_string()))?;
        let envelope = match serde_json::from_str::<Object<Envelope<'_>>>(text) {
            Ok(Object(envelope)) => envelope,
            Err(error) if error.is_data() => return Err(Fault::new("not_envelope", error.to_string())),
            Err(error) => return Err(Fault::new("not_json", error.to_string())),
        };
        let Some(Envelope { entry: Elements::List(entries) }) = envelope else {
            return Err(Fault::new("not_envelope", "an object with a list `entry` is expected".to_owned()));
        };
        for entry in entries {
            self.entry(entry);
        }
        Ok(())
    }

    fn entry(&mut self, raw: &RawValue) {
        let entry: Entry<'_> = match object(raw) {
            Ok(entry) => entry,
            Err(reason) => return self.bury(Fault::new("malformed_entry", reason), raw.get()),
        };
        let account = Account { entry: &entry };
        match &entry.changes {
            Elements::List(changes) => changes.iter().for_each(|change| self.change(change, &account)),
            Elements::Absent => self.unknown("entry", "shape", account.waba(None), raw),
            Elements::Odd => {
                self.bury(Fault::new("malformed_entry", "`changes` is not a list".to_owned()), raw.get());
            }
        }
    }

    fn change(&mut self, raw: &RawValue, account: &Account<'_>) {
        let change: Change<'_> = match object(raw) {
            Ok(change) => change,
            Err(reason) => return self.bury(Fault::new("malformed_change", reason), raw.get()),
        };
        let value = change.value.0.as_ref();
        match (change.field.get(), value) {
            (None, _) => self.bury(Fault::new("malformed_change", "`field` is missing".to_owned()), raw.get()),
            (Some(FIELD_MESSAGES), Some(value)) => self.messages(raw, value, account),
            (Some(FIELD_MESSAGES), None) => {
                self.bury(Fault::new("malformed_change", "`value` is not an object".to_owned()), raw.get());
            }
            (Some(FIELD_TEMPLATE_STATUS), value) => {
                let at = moment(&account.entry.time, self.received_at);
                match template::read(raw, account.waba(value), at) {
                    Ok(changed) => self.event(Normalized::Template(changed)),
                    Err(fault) => self.bury(fault, raw.get()),
                }
            }
            (Some(field @ (limits::FIELD_NUMBER | limits::FIELD_BUSINESS)), value) => {
                let at = moment(&account.entry.time, self.received_at);
                match limits::read(raw, account.waba(value), at) {
                    Some(changed) => self.event(Normalized::Limits(changed)),
                    None => self.unknown(field, "field", account.waba(value), raw),
                }
            }
            (Some(field), value) => self.unknown(field, "field", account.waba(value), raw),
        }
    }

    /// The field `messages`: messages, statuses, errors that belong to no message, and actions of unnamed users.
    fn messages(&mut self, raw: &RawValue, value: &Value<'_>, account: &Account<'_>) {
        let before = self.next_index();
        let waba = account.waba(Some(value));
        let sender = value.metadata.0.as_ref().and_then(|m| m.phone_number_id.get()).map(SenderId::new);
        let profiles = match &value.messages {
            Elements::List(messages) if !messages.is_empty() => Profiles::read(&value.contacts),
            _ => Profiles::default(),
        };
        self.each(&value.messages, raw, |walk, element| {
            let Some(sender) = &sender else { return walk.bury(no_sender(), element.get()) };
            let arrival = Arrival { sender, waba: &waba, profiles: &profiles, received_at: walk.received_at };
            match message::read(element, &arrival) {
                Ok(inbound) => walk.event(Normalized::Inbound(inbound)),
                Err(fault) => walk.bury(fault, element.get()),
            }
        });
        self.each(&value.statuses, raw, |walk, element| {
            let Some(sender) = &sender else { return walk.bury(no_sender(), element.get()) };
            match status::read(element, sender, walk.received_at) {
                Ok(Some(observed)) => walk.event(Normalized::Status(observed)),
                Ok(None) => walk.unknown(FIELD_MESSAGES, "status", waba.clone(), element),
                Err(fault) => walk.bury(fault, element.get()),
            }
        });
        for others in [&value.errors, &value.user_actions] {
            self.each(others, raw, |walk, element| walk.unknown(FIELD_MESSAGES, "shape", waba.clone(), element));
        }
        if self.next_index() == before {
            self.unknown(FIELD_MESSAGES, "shape", waba, raw);
        }
    }

    fn each(&mut self, elements: &Elements<'_>, change: &RawValue, mut visit: impl FnMut(&mut Self, &RawValue)) {
        match elements {
            Elements::Absent => {}
            Elements::List(elements) => elements.iter().for_each(|element| visit(self, element)),
            Elements::Odd => {
                let reason = "a member of `value` that must be a list is something else".to_owned();
                self.bury(Fault::new("malformed_list", reason), change.get());
            }
        }
    }

    fn unknown(&mut self, field: &str, what: &str, waba_id: WabaId, raw: &RawValue) {
        let (field, what, raw) = (field.to_owned(), what.to_owned(), raw.get().to_owned());
        self.event(Normalized::Unknown(UnknownUpdate { waba_id, field, what, at: self.received_at, raw }));
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
        Some(millis @ SECONDS_MAX..=MILLIS_MAX) => Millis(millis),
        _ => received_at,
    }
}
