//! The people whom a number writes with: who has written lately, who wants no marketing, what they write.

use std::sync::Arc;

use super::{Clock, WINDOW, World};
use crate::error::GraphError;
use crate::schedule::Update;
use crate::send::Draft;
use crate::wamid;
use crate::webhook::{InboundContent, InboundFacts};

impl World {
    /// Whether a message may go to its recipient now: templates always may (Meta: messages/send-messages, "customer service
    /// windows").
    pub(crate) fn takes(&self, number: u16, draft: &Draft) -> bool {
        let wamid::Recipient::Phone(phone) = draft.recipient else { return true };
        draft.is_template() || !self.enforce_window || self.has_written(number, phone)
    }

    /// Whether what is in force against the account lets a message pass.
    ///
    /// # Errors
    /// As the sanction says.
    pub(crate) fn admit_sanctioned(&self, number: u16, draft: &Draft) -> Result<(), GraphError> {
        let Some(sanction) = *self.sanction.read() else { return Ok(()) };
        let has_written = match draft.recipient {
            wamid::Recipient::Phone(phone) => self.has_written(number, phone),
            wamid::Recipient::Other(_) => !draft.is_template(),
        };
        sanction.admit(draft, has_written, Clock::unix_ms())
    }

    /// Whether the recipient has stopped the marketing of a number.
    pub(crate) fn has_stopped(&self, number: u16, recipient: &wamid::Recipient) -> bool {
        self.stopped.read().contains(&(number, recipient.key()))
    }

    /// Notes and posts that a person stops or resumes the marketing of a number.
    pub(crate) fn prefer(&self, number: u16, phone: u64, is_stopped: bool) {
        let value = if is_stopped { "stop" } else { "resume" };
        let user_id = wamid::user_id(phone);
        let parent_user_id = wamid::parent_user_id(phone);
        let ids = [&user_id, &parent_user_id].map(|id| wamid::Recipient::Other(id.as_str().into()));
        let mut stopped = self.stopped.write();
        for recipient in ids.into_iter().chain([wamid::Recipient::Phone(phone)]) {
            let key = (number, recipient.key());
            if is_stopped {
                stopped.insert(key);
            } else {
                stopped.remove(&key);
            }
        }
        drop(stopped);
        let mut preference = serde_json::json!({
            "user_id": user_id,
            "detail": format!("User requested to {value} marketing messages"),
            "category": "marketing_messages",
            "value": value,
            "timestamp": Clock::unix_ms() / 1_000,
        });
        if self.tells_number(phone) {
            preference["wa_id"] = phone.to_string().into();
        }
        self.tell(
            "user_preferences".to_owned(),
            serde_json::json!({ "user_preferences": [preference] }),
            Some(number),
            None,
        );
    }

    pub(crate) fn messaging_limit(&self) -> u32 {
        self.portfolio.lock().limit()
    }

    pub(crate) fn set_messaging_limit(&self, people: u32) {
        self.portfolio.lock().set_limit(people);
    }

    /// Whether a person has written to a number within 24 hours.
    pub(crate) fn has_written(&self, number: u16, phone: u64) -> bool {
        let last = self.wrote.lock().get(&(number, phone)).copied();
        last.is_some_and(|at| Clock::unix_ms() < at + self.passing(WINDOW).as_millis() as u64)
    }

    /// When a person last wrote to any of the numbers, in unix milliseconds.
    pub(crate) fn last_wrote(&self, phone: u64) -> Option<u64> {
        let wrote = self.wrote.lock();
        (0..).take(self.business.numbers.len()).filter_map(|number| wrote.get(&(number, phone)).copied()).max()
    }

    /// Counts whom a template goes to outside a window.
    pub(crate) fn count_person(&self, number: u16, draft: &Draft) {
        let has_written = match draft.recipient {
            wamid::Recipient::Phone(phone) => self.has_written(number, phone),
            wamid::Recipient::Other(_) => false,
        };
        if has_written || !draft.is_template() {
            return;
        }
        let (people, is_within) = self.portfolio.lock().admit(draft.recipient.key(), self.clock.now_us());
        let totals = &mut self.book.lock().totals;
        totals.portfolio_people_max = totals.portfolio_people_max.max(people as u64);
        totals.portfolio_breaches += u64::from(!is_within);
    }

    /// Posts an inbound message, `copies` times; it takes its place in the number's throughput. Returns its wamid.
    pub(crate) fn receive(
        &self,
        number: u16,
        from: u64,
        name: String,
        content: InboundContent,
        copies: usize,
    ) -> String {
        let index = {
            let mut inbound = self.inbound.lock();
            inbound.push(number);
            inbound.len() as u64 - 1
        };
        let limits = &self.limits[usize::from(number)];
        {
            let mut limits = limits.lock();
            limits.window.occupy(self.clock.now_us());
        }
        self.book.lock().totals.inbound_generated += 1;
        self.wrote.lock().insert((number, from), Clock::unix_ms());
        let from_text = from.to_string();
        let facts = Arc::new(InboundFacts {
            number,
            wamid: wamid::inbound(self.seed, index, &from_text),
            from: from_text,
            user_id: wamid::user_id(from),
            name,
            parent_user_id: self.parent_user_id(from),
            username: wamid::username(self.seed, from, self.faults.read().username_share),
            tells_number: self.tells_number(from),
            content,
            at_unix_s: Clock::unix_ms() / 1_000,
        });
        let now = self.clock.now_us();
        self.schedule.add((0..copies).map(|_| (now, Update::Inbound(facts.clone()))));
        facts.wamid.clone()
    }

    /// Whether what a person does tells their phone number: whoever has a username hides it, and others may.
    fn tells_number(&self, phone: u64) -> bool {
        let faults = *self.faults.read();
        wamid::username(self.seed, phone, faults.username_share).is_none()
            && !wamid::hides_number(self.seed, phone, faults.hidden_number_share)
    }

    /// The id that a person has for all portfolios, where such ids are told.
    pub(super) fn parent_user_id(&self, phone: u64) -> Option<String> {
        self.faults.read().parent_user_ids.then(|| wamid::parent_user_id(phone))
    }

    /// Notes that a message from a person was read.
    ///
    /// # Errors
    /// 131009 when no such message came to the number, 131016 when no more receipts are remembered.
    pub(crate) fn mark_read(&self, number: u16, wamid: &str, is_typing: bool) -> Result<(), GraphError> {
        let index = wamid::inbound_index(self.seed, wamid).and_then(|(index, _)| usize::try_from(index).ok());
        if index.and_then(|index| self.inbound.lock().get(index).copied()) != Some(number) {
            return Err(GraphError::value(format!("{wamid} is no message that this number has received.")));
        }
        let id = self.business.numbers[usize::from(number)].0.clone();
        if self.book.lock().mark_read(id, wamid.to_owned(), is_typing, Clock::unix_ms()) {
            return Ok(());
        }
        Err(GraphError::exhausted("The simulator remembers no more read receipts; restart it, or raise --remember."))
    }
}
