//! What all parts of the simulator share: the account it plays, its books, and its schedule.

mod people;
mod templates;
mod updates;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Response, Uri};
use http_body_util::Full;
use parking_lot::{Mutex, RwLock};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use crate::answer::{self, Usage};
use crate::ledger::{Book, Ledger, MessageRecord};
use crate::limits::{AppCalls, PairLimits, Portfolio, RateMeter, SlidingWindow};
use crate::management::Management;
use crate::media::{Media, MediaStore};
use crate::number;
use crate::options::{Faults, MillisRange, Options, RetrySchedule};
use crate::page::Pages;
use crate::sanction::Sanction;
use crate::scenario::Play;
use crate::schedule::{Schedule, Update};
use crate::send::{Assets, Edge};
use crate::subscription::Overrides;
use crate::template::{Catalogue, Spans};
use crate::webhook::{Business, ChangeFacts, Signer};

/// How long a person's message opens the window.
const WINDOW: Duration = Duration::from_secs(24 * 3_600);

/// How long the name of a deleted template cannot be used again (Meta: templates).
const NAME_BLOCKED: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The time of limits by the hour.
const HOUR: Duration = Duration::from_secs(3_600);

/// How long a new template cannot be sent as a marketing message (Meta: marketing-messages, "about 10 minutes").
const MARKETING_SYNC: Duration = Duration::from_secs(600);

/// Uploads read at once: each may take twice the largest file while it is read.
const UPLOADS_MAX: usize = 4;

/// Monotone microseconds for limits and schedule, wall-clock time for what is told.
#[derive(Debug)]
pub(crate) struct Clock {
    origin: Instant,
}

impl Clock {
    fn start() -> Self {
        Self { origin: Instant::now() }
    }

    /// Microseconds since the start; never goes back.
    pub(crate) fn now_us(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_micros()).expect("half a million years have not passed")
    }

    pub(crate) fn unix_ms() -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).expect("half a billion years have not passed")
    }
}

/// The limits of one number, and the rate at which it was really used.
#[derive(Debug)]
pub(crate) struct NumberLimits {
    pub(crate) window: SlidingWindow,
    pub(crate) meter: RateMeter,
    pub(crate) pairs: PairLimits,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) token: String,
    pub(crate) latency: RwLock<MillisRange>,
    pub(crate) status_delay: MillisRange,
    pub(crate) retry_schedule: RetrySchedule,
    pub(crate) business: Business,
    pub(crate) limits: Vec<Mutex<NumberLimits>>,
    pub(crate) templates: Catalogue,
    pub(crate) media: MediaStore,
    pub(crate) management: Management,
    pub(crate) uploads: Semaphore,
    pub(crate) faults: RwLock<Faults>,
    pub(crate) callback: RwLock<Option<Uri>>,
    pub(crate) overrides: RwLock<Overrides>,
    pub(crate) is_subscribed: AtomicBool,
    /// What is told of each number, by its index.
    pub(crate) number_fields: Vec<RwLock<Map<String, Value>>>,
    pub(crate) verify_token: String,
    pub(crate) signer: Signer,
    /// Of the secret that the app had before.
    pub(crate) previous_signer: Option<Signer>,
    pub(crate) clock: Clock,
    pub(crate) schedule: Schedule,
    pub(crate) book: Mutex<Book>,
    /// Meta's code that every send is refused with, as ordered.
    pub(crate) refusing: RwLock<Option<u32>>,
    /// What is in force against the account.
    pub(crate) sanction: RwLock<Option<Sanction>>,
    /// Who has stopped the marketing of which number, by the keys of all their ids.
    stopped: RwLock<HashSet<(u16, u64)>>,
    pub(crate) app_calls: Mutex<AppCalls>,
    pub(crate) hold: MillisRange,
    pub(crate) pages: Pages,
    /// The scenario under way.
    pub(crate) play: RwLock<Option<Arc<Play>>>,
    portfolio: Mutex<Portfolio>,
    enforce_window: bool,
    time_factor: u32,
    pub(crate) marketing_is_off: AtomicBool,
    review: MillisRange,
    base_url: String,
    /// When each person wrote to a number last, in unix milliseconds.
    wrote: Mutex<HashMap<(u16, u64), u64>>,
    requests: AtomicU64,
    calls: AtomicU64,
    files: AtomicU64,
    templates_made: AtomicU64,
    /// The number of each inbound message, by the message's index.
    inbound: Mutex<Vec<u16>>,
    number_index: HashMap<String, u16>,
}

impl World {
    pub(crate) fn new(options: &Options, addr: SocketAddr, callback: Option<Uri>) -> Self {
        let compressed = |span: Duration| (span / options.time_factor).as_micros() as u64;
        let limits = |limit| NumberLimits {
            window: SlidingWindow::new(limit),
            meter: RateMeter::default(),
            pairs: PairLimits::default(),
        };
        let numbers: Vec<(String, String)> =
            options.numbers.iter().map(|number| (number.id.clone(), number.display.clone())).collect();
        Self {
            seed: options.seed,
            token: options.token.clone(),
            latency: RwLock::new(options.latency_ms),
            status_delay: options.status_delay_ms,
            retry_schedule: options.retry_schedule,
            number_index: numbers.iter().map(|(id, _)| id.clone()).zip(0..).collect(),
            business: Business { waba: options.waba.clone(), numbers },
            limits: options.numbers.iter().map(|number| Mutex::new(limits(number.limit))).collect(),
            templates: Catalogue::new(
                options.seed,
                &options.templates,
                options.templates_max.into(),
                Spans { hour_us: compressed(HOUR), blocked_us: compressed(NAME_BLOCKED) },
            ),
            media: MediaStore::new(options.seed, u64::from(options.media_mb) << 20, options.time_factor),
            management: Management::default(),
            uploads: Semaphore::new(UPLOADS_MAX),
            faults: RwLock::new(options.faults),
            callback: RwLock::new(callback),
            overrides: RwLock::default(),
            is_subscribed: AtomicBool::new(true),
            number_fields: options
                .numbers
                .iter()
                .map(|number| RwLock::new(number::fields(number, options.messaging_limit)))
                .collect(),
            verify_token: options.verify_token.clone(),
            signer: Signer::new(&options.app_secret),
            previous_signer: options.previous_app_secret.as_deref().map(Signer::new),
            clock: Clock::start(),
            schedule: Schedule::default(),
            book: Mutex::new(Book::new(options.remember)),
            refusing: RwLock::default(),
            sanction: RwLock::default(),
            stopped: RwLock::default(),
            app_calls: Mutex::new(AppCalls::new(options.app_calls_max, compressed(HOUR))),
            hold: options.hold_ms,
            pages: Pages::new(&options.pages, &options.token, options.time_factor, options.remember),
            play: RwLock::default(),
            portfolio: Mutex::new(Portfolio::new(options.messaging_limit, compressed(WINDOW))),
            enforce_window: options.enforce_window,
            time_factor: options.time_factor,
            marketing_is_off: AtomicBool::new(options.no_marketing_on_cloud_api),
            review: options.review_ms,
            base_url: base_url(options, addr),
            wrote: Mutex::default(),
            requests: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            files: AtomicU64::new(0),
            templates_made: AtomicU64::new(0),
            inbound: Mutex::default(),
        }
    }

    /// How much of the app's calls is told to be used up, in percent: what was ordered, or what really is.
    fn app_usage(&self) -> u16 {
        self.app_calls.lock().used().max(self.faults.read().app_usage)
    }

    /// An answer with what every answer of Graph has.
    pub(crate) fn stamped(&self, answer: Response<Full<Bytes>>, trace: &str) -> Response<Full<Bytes>> {
        let account = self.faults.read().account_usage;
        answer::stamped(answer, trace, Usage { app: self.app_usage(), account, waba: &self.business.waba })
    }

    /// The index of a number by its id.
    pub(crate) fn number(&self, id: &str) -> Option<u16> {
        self.number_index.get(id).copied()
    }

    /// Counts a request; its number, from 1.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How many requests there were.
    pub(crate) fn activity(&self) -> u64 {
        self.requests.load(Ordering::Relaxed) + self.calls.load(Ordering::Relaxed)
    }

    /// Counts a call other than a send; its number, from 1.
    pub(crate) fn next_call(&self) -> u64 {
        self.calls.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Counts a file that is made up; its number, from 1.
    pub(crate) fn next_file(&self) -> u64 {
        self.files.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How long something takes here that takes `life` at Meta.
    pub(crate) fn passing(&self, life: Duration) -> Duration {
        life / self.time_factor
    }

    /// What a send on an edge is checked against.
    pub(crate) fn assets(&self, edge: Edge) -> Assets<'_> {
        Assets {
            templates: &self.templates,
            media: &self.media,
            now_us: self.clock.now_us(),
            edge,
            marketing_is_off: self.marketing_is_off.load(Ordering::Relaxed),
            marketing_sync_us: self.passing(MARKETING_SYNC).as_micros() as u64,
            rewrites_numbers: self.faults.read().rewrite_numbers,
        }
    }

    /// Where clients reach the simulator, without a slash at the end.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Counts a template that is created or changed; its number, from 1.
    pub(crate) fn next_template(&self) -> u64 {
        self.templates_made.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Keeps a file for the life that files of its origin have at Meta; its id, or `None` when there is no room.
    pub(crate) fn keep(&self, media: Media, life: Duration) -> Option<u64> {
        let now = self.clock.now_us();
        self.media.keep(media, now, now + self.passing(life).as_micros() as u64).ok()
    }

    /// A file that has not expired.
    pub(crate) fn media(&self, id: &str) -> Option<(u64, Media)> {
        self.media.get(id, self.clock.now_us())
    }

    /// An address from which a file can be fetched from now on.
    pub(crate) fn media_url(&self, id: u64) -> String {
        format!("{}{}", self.base_url, self.media.address(id, Clock::unix_ms()))
    }

    pub(crate) fn ledger(&self) -> Ledger {
        let mut ledger = self.book.lock().totals.clone();
        ledger.requests = self.requests.load(Ordering::Relaxed);
        ledger.pages = self.pages.totals();
        ledger.webhook_updates_pending = self.schedule.pending();
        for ((id, _), limits) in self.business.numbers.iter().zip(&self.limits) {
            let limits = limits.lock();
            ledger.send_rate_max.insert(id.clone(), limits.meter.max());
            ledger.send_rate_max_at_ms.insert(id.clone(), limits.meter.max_at());
        }
        ledger
    }

    pub(crate) fn messages(&self, after: u64, limit: usize) -> Vec<MessageRecord> {
        let ids: Vec<String> = self.business.numbers.iter().map(|(id, _)| id.clone()).collect();
        self.book.lock().records(after, limit, self.seed, &ids)
    }

    /// Posts a change of any field. Where a number is given, the value gets its `metadata`.
    pub(crate) fn tell(&self, field: String, mut value: Value, number: Option<u16>, entry: Option<String>) {
        if let Some((id, display)) = number.and_then(|index| self.business.numbers.get(usize::from(index))) {
            value["messaging_product"] = "whatsapp".into();
            value["metadata"] = serde_json::json!({ "display_phone_number": display, "phone_number_id": id });
        }
        let facts = ChangeFacts { field, value, number, entry, at_unix_s: Clock::unix_ms() / 1_000 };
        self.schedule.add([(self.clock.now_us(), Update::Change(Arc::new(facts)))]);
    }
}

/// The address that clients are given: the one asked for, or the one listened on.
fn base_url(options: &Options, addr: SocketAddr) -> String {
    let host = if addr.ip().is_unspecified() { format!("127.0.0.1:{}", addr.port()) } else { addr.to_string() };
    options.public_url.as_deref().map_or_else(|| format!("http://{host}"), |url| url.trim_end_matches('/').to_owned())
}
