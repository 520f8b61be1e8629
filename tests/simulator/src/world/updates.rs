//! The way of updates: what happens when they are due, whose callback takes them, and what is written.

use std::sync::atomic::Ordering;

use http::Uri;
use serde_json::Value;

use super::World;
use crate::ledger::Report;
use crate::schedule::Update;
use crate::subscription::{self, Place};
use crate::wamid;
use crate::webhook::{Facts, StatusFacts};

impl World {
    /// Makes happen what happens when an update is due; those that are to be told.
    pub(crate) fn report(&self, mut updates: Vec<Update>) -> Vec<Update> {
        let before = updates.len();
        let (mut book, mut pages) = (self.book.lock(), self.pages.book.lock());
        updates.retain(|update| match update {
            Update::Status(status) => {
                book.report(status.message, status.status, status.at_unix_s);
                true
            }
            // Whoever changed or deleted the template in the meantime has ended its review or pause.
            Update::Template(facts) => {
                facts.releases.is_none_or(|from| self.templates.release(facts.template.id, from))
            }
            Update::Page(facts) => {
                facts.report.into_iter().for_each(|report| pages.report(report));
                true
            }
            Update::Inbound(_) | Update::Change(_) => true,
        });
        drop((book, pages));
        let untold = (before - updates.len()) as u64;
        if untold > 0 {
            self.schedule.settle(untold);
        }
        updates
    }

    /// The updates by whose callback takes them, in their order.
    pub(crate) fn by_place(&self, updates: Vec<Update>) -> Vec<(Place, Vec<Update>)> {
        if self.overrides.read().is_empty() && self.pages.is_empty() {
            return vec![(Place::App, updates)];
        }
        let mut groups: Vec<(Place, Vec<Update>)> = Vec::new();
        for update in updates {
            let place = self.place(&update);
            match groups.iter_mut().find(|(known, _)| *known == place) {
                Some((_, group)) => group.push(update),
                None => groups.push((place, vec![update])),
            }
        }
        groups
    }

    fn place(&self, update: &Update) -> Place {
        match update {
            Update::Status(status) => Place::Number(self.book.lock().message(status.message).number),
            Update::Inbound(facts) => Place::Number(facts.number),
            Update::Page(facts) => Place::Pages(facts.channel),
            Update::Change(facts) if subscription::follows(&facts.field) => {
                facts.number.map_or(Place::Account, Place::Number)
            }
            Update::Change(_) | Update::Template(_) => Place::App,
        }
    }

    /// The callback for updates of a place; `None` when there is none or the app is not subscribed.
    pub(crate) fn callback_of(&self, place: Place) -> Option<Uri> {
        if !self.is_subscribed.load(Ordering::Relaxed) {
            return None;
        }
        self.overrides.read().effective(place).cloned().or_else(|| self.callback.read().clone())
    }

    /// The callbacks that concern a number, by whose they are.
    pub(crate) fn webhook_configuration(&self, number: u16) -> Value {
        let overrides = self.overrides.read();
        let told = [
            ("phone_number", overrides.of(Place::Number(number)).cloned()),
            ("whatsapp_business_account", overrides.of(Place::Account).cloned()),
            ("application", self.callback.read().clone()),
        ];
        let told = told.into_iter().filter_map(|(name, uri)| Some((name.to_owned(), uri?.to_string().into())));
        Value::Object(told.collect())
    }

    /// What was reported of a message of a number, if `wamid` is its id.
    pub(crate) fn reports(&self, number: u16, index: u64, wamid: &str) -> Option<Vec<Report>> {
        let book = self.book.lock();
        let message = book.find(index).filter(|message| message.number == number)?;
        (wamid::outbound(self.seed, index, &message.recipient) == wamid).then(|| message.reports())
    }

    /// The number of a message and what was reported of it.
    pub(crate) fn reports_of(&self, index: u64) -> Option<(u16, Vec<Report>)> {
        let book = self.book.lock();
        book.find(index).map(|message| (message.number, message.reports()))
    }

    /// What is to be written about each update.
    pub(crate) fn facts<'a>(&self, updates: &'a [Update]) -> Vec<Facts<'a>> {
        let book = self.book.lock();
        let facts = updates.iter().map(|update| match update {
            Update::Inbound(facts) => Facts::Inbound(facts),
            Update::Template(facts) => Facts::Template(facts),
            Update::Change(facts) => Facts::Change(facts),
            Update::Page(facts) => Facts::Page(facts),
            Update::Status(update) => {
                let message = book.message(update.message);
                let parent_user_id = match message.recipient {
                    wamid::Recipient::Phone(phone) => self.parent_user_id(phone),
                    wamid::Recipient::Other(_) => None,
                };
                let (recipient_id, user_id, participant_id) = match &message.recipient {
                    wamid::Recipient::Phone(phone) => (Some(phone.to_string()), Some(wamid::user_id(*phone)), None),
                    wamid::Recipient::Other(id) if wamid::is_user_id(id) => (None, Some(id.to_string()), None),
                    wamid::Recipient::Other(group) => {
                        (Some(group.to_string()), None, Some(wamid::participant(group).to_string()))
                    }
                };
                Facts::Status(StatusFacts {
                    number: message.number,
                    wamid: wamid::outbound(self.seed, update.message, &message.recipient),
                    status: update.status,
                    at_unix_s: update.at_unix_s,
                    recipient_id,
                    participant_id,
                    user_id,
                    parent_user_id,
                    is_priced: update.is_priced,
                    token: message.token.clone(),
                    category: message.category,
                    failure: update.failure,
                })
            }
        });
        facts.collect()
    }
}
