//! Facebook pages and Instagram accounts, both called pages here: who writes with them, and how fast they may answer
//! (Meta: messenger-platform/overview, messenger-platform/overview/rate-limiting, instagram-platform).

mod book;
pub(crate) mod edge;
mod event;
mod pace;
mod send;

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::error::GraphError;
use pace::Pace;

pub(crate) use book::PageBook;
pub use book::{PageMessageRecord, PageTotals};
pub(crate) use event::PageFacts;

/// How long a person's message lets the page answer (Meta: messenger-platform/send-messages, "24-hour standard messaging window").
const WINDOW: Duration = Duration::from_secs(24 * 3_600);

/// How long it lets a human agent answer (Meta: same page, "human agent tag").
const AGENT_WINDOW: Duration = Duration::from_secs(7 * 24 * 3_600);

/// People of one page who are remembered.
const PEOPLE_MAX: usize = 100_000;

/// Where a page's conversations take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the values are names")]
pub enum PageChannel {
    Messenger,
    Instagram,
}

impl PageChannel {
    /// The `object` of its webhooks.
    pub(crate) fn object(self) -> &'static str {
        match self {
            Self::Messenger => "page",
            Self::Instagram => "instagram",
        }
    }
}

/// A page that the simulator plays; written `CHANNEL:ID[:TOKEN]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSpec {
    /// Messenger or Instagram.
    pub channel: PageChannel,
    /// Id of the page or of the Instagram account: digits.
    pub id: String,
    /// Its token; the simulator's where it has none of its own.
    pub token: Option<String>,
}

impl FromStr for PageSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let channel = match parts.next() {
            Some("messenger") => PageChannel::Messenger,
            Some("instagram") => PageChannel::Instagram,
            _ => return Err(format!("`{text}`: write messenger:ID or instagram:ID, with :TOKEN where it has its own")),
        };
        let id = parts.next().filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
        let id = id.ok_or_else(|| format!("`{text}`: the id must be digits"))?.to_owned();
        let token = parts.next().map(str::to_owned);
        if token.as_deref() == Some("") {
            return Err(format!("`{text}`: the token is empty"));
        }
        Ok(Self { channel, id, token })
    }
}

/// Somebody who has written to a page.
#[derive(Debug)]
struct Person {
    /// When they wrote last, in microseconds of the world's clock.
    wrote_us: u64,
    /// Takes messages from the page.
    is_available: bool,
}

#[derive(Debug)]
struct State {
    people: HashMap<Box<str>, Person>,
    pace: Pace,
}

/// How long the windows of 24 hours and of 7 days are here, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Windows {
    pub(crate) standard_us: u64,
    pub(crate) agent_us: u64,
}

impl Windows {
    fn new(time_factor: u32) -> Self {
        let compressed = |span: Duration| (span / time_factor).as_micros() as u64;
        Self { standard_us: compressed(WINDOW), agent_us: compressed(AGENT_WINDOW) }
    }
}

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) channel: PageChannel,
    pub(crate) id: Arc<str>,
    token: String,
    windows: Windows,
    state: Mutex<State>,
}

/// No more people are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crowded;

impl Page {
    /// Notes that a person has written: the windows open anew.
    ///
    /// # Errors
    /// [`Crowded`] when nobody else is remembered.
    pub(crate) fn hear(&self, person: &str, now_us: u64) -> Result<(), Crowded> {
        let mut state = self.state.lock();
        if state.people.len() >= PEOPLE_MAX && !state.people.contains_key(person) {
            return Err(Crowded);
        }
        let known = state.people.entry(person.into()).or_insert(Person { wrote_us: now_us, is_available: true });
        known.wrote_us = now_us;
        state.pace.engage(person, now_us);
        Ok(())
    }

    /// Whether a person takes messages from now on; `false` when nobody of this id has written.
    pub(crate) fn set_available(&self, person: &str, is_available: bool) -> bool {
        let mut state = self.state.lock();
        state.people.get_mut(person).map(|known| known.is_available = is_available).is_some()
    }

    /// Whether a person can be written to, by an agent or otherwise.
    ///
    /// # Errors
    /// 100 for somebody who has not written, 551 for who takes no messages, 10 when the window is closed.
    fn admit_person(&self, person: &str, is_agent: bool, now_us: u64) -> Result<(), GraphError> {
        let window_us = if is_agent { self.windows.agent_us } else { self.windows.standard_us };
        match self.state.lock().people.get(person) {
            None => Err(GraphError::no_person()),
            Some(Person { is_available: false, .. }) => Err(GraphError::person_unavailable()),
            Some(known) if now_us >= known.wrote_us + window_us => Err(GraphError::outside_window()),
            Some(_) => Ok(()),
        }
    }
}

/// All pages.
#[derive(Debug)]
pub(crate) struct Pages {
    pages: Vec<Page>,
    pub(crate) book: Mutex<PageBook>,
}

impl Pages {
    /// Pages whose token is `token` where they have none of their own.
    pub(crate) fn new(specs: &[PageSpec], token: &str, time_factor: u32, remember: u32) -> Self {
        let windows = Windows::new(time_factor);
        let page = |spec: &PageSpec| Page {
            channel: spec.channel,
            id: spec.id.as_str().into(),
            token: spec.token.clone().unwrap_or_else(|| token.to_owned()),
            windows,
            state: Mutex::new(State { people: HashMap::new(), pace: Pace::new(spec.channel, time_factor) }),
        };
        Self { pages: specs.iter().map(page).collect(), book: Mutex::new(PageBook::new(remember)) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Whether a path names a page: by its id, or `me`, which is the page of the token.
    pub(crate) fn are_meant(&self, id: &str) -> bool {
        !self.is_empty() && (id == "me" || self.find(id).is_some())
    }

    /// The index of a page by its id.
    pub(crate) fn find(&self, id: &str) -> Option<u16> {
        (0..).zip(&self.pages).find(|(_, page)| &*page.id == id).map(|(index, _)| index)
    }

    pub(crate) fn page(&self, index: u16) -> &Page {
        &self.pages[usize::from(index)]
    }

    /// The page of an id, or of `me`, if the token is its own.
    fn authorised(&self, id: &str, token: &str) -> Option<u16> {
        let is_meant = |page: &Page| page.token == token && (id == "me" || &*page.id == id);
        (0..).zip(&self.pages).find(|(_, page)| is_meant(page)).map(|(index, _)| index)
    }

    /// The totals, with the rates of each page.
    pub(crate) fn totals(&self) -> PageTotals {
        let mut totals = self.book.lock().totals.clone();
        for page in &self.pages {
            totals.send_rate_max.insert(page.id.to_string(), page.state.lock().pace.rate_max());
        }
        totals
    }

    /// The accepted messages after index `after`, at most `limit`.
    pub(crate) fn records(&self, after: u64, limit: usize, seed: u64) -> Vec<PageMessageRecord> {
        self.book.lock().records(after, limit, |message, index| PageMessageRecord {
            index,
            page: self.page(message.page).id.to_string(),
            channel: self.page(message.page).channel,
            to: message.to.to_string(),
            mid: event::outbound_mid(self.page(message.page).channel, seed, index),
            metadata: message.token.as_deref().map(str::to_owned),
            accepted_at_ms: message.accepted_at_ms,
            status: message.highest,
            acknowledged: message.outstanding == 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_page_is_read() {
        let page: PageSpec = "instagram:178414:ig:token".parse().unwrap();
        assert_eq!(
            (page.channel, page.id.as_str(), page.token.as_deref()),
            (PageChannel::Instagram, "178414", Some("ig:token"))
        );
        for (text, hint) in [
            ("whatsapp:1", "messenger:ID"),
            ("messenger", "digits"),
            ("messenger:x", "digits"),
            ("messenger:1:", "empty"),
        ] {
            assert!(text.parse::<PageSpec>().unwrap_err().contains(hint), "{text}");
        }
    }

    #[test]
    fn windows_are_a_day_for_all_and_a_week_for_agents() {
        let spec = PageSpec { channel: PageChannel::Messenger, id: "7".into(), token: None };
        let pages = Pages::new(&[spec], "t", 1_000, 10);
        let page = pages.page(0);
        let code = |person, is_agent, now_s: u64| {
            page.admit_person(person, is_agent, now_s * 1_000_000).err().map(|error| error.code)
        };
        assert_eq!(code("8", false, 0), Some(100));
        page.hear("8", 0).unwrap();
        // A day is 86.4 s here, a week 604.8 s.
        assert_eq!(
            [code("8", false, 86), code("8", false, 87), code("8", true, 604), code("8", true, 605)],
            [None, Some(10), None, Some(10)]
        );
        page.hear("8", 600_000_000).unwrap();
        assert_eq!(code("8", false, 605), None);
        assert!(page.set_available("8", false) && !page.set_available("9", false));
        assert_eq!(code("8", false, 605), Some(551));
        assert_eq!(
            (pages.authorised("me", "t"), pages.authorised("7", "t"), pages.authorised("7", "x")),
            (Some(0), Some(0), None)
        );
        assert!(pages.are_meant("me") && pages.are_meant("7") && !pages.are_meant("8"));
    }
}
