//! How fast a page may send.

use super::PageChannel;
use crate::limits::{AppCalls, Portfolio, RateMeter, SlidingWindow};
use crate::wamid::fingerprint;

/// What a call is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Load {
    /// Texts, links, stickers, and the actions that are no messages.
    Light,
    /// Sound and film.
    Heavy,
    /// The answer to a comment.
    Reply,
}

/// The limits of a page, as Meta documents them (Meta: messenger-platform/overview/rate-limiting; the same for Instagram).
#[derive(Debug, Clone, Copy)]
struct Limits {
    light_a_second: u32,
    heavy_a_second: u32,
    replies_an_hour: u32,
    /// Calls in 24 hours for each person who has written in them; Messenger alone.
    calls_a_person: u32,
}

const MESSENGER: Limits = Limits { light_a_second: 300, heavy_a_second: 10, replies_an_hour: 750, calls_a_person: 200 };
const INSTAGRAM: Limits = Limits { calls_a_person: 0, ..MESSENGER };

/// An hour and a day, in microseconds.
const HOUR_US: u64 = 3_600_000_000;
/// See [`HOUR_US`].
const DAY_US: u64 = 24 * HOUR_US;

/// Which limit a call is beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// A rate by the second or the hour.
    Rate,
    /// The calls of the day.
    Day,
}

/// The limits of a page and how far they are used.
#[derive(Debug)]
pub(super) struct Pace {
    limits: Limits,
    light: SlidingWindow,
    heavy: SlidingWindow,
    replies: AppCalls,
    /// People who have written within 24 hours.
    engaged: Portfolio,
    calls: AppCalls,
    meter: RateMeter,
}

impl Pace {
    pub(super) fn new(channel: PageChannel, time_factor: u32) -> Self {
        let limits = match channel {
            PageChannel::Messenger => MESSENGER,
            PageChannel::Instagram => INSTAGRAM,
        };
        let (hour_us, day_us) = (HOUR_US / u64::from(time_factor), DAY_US / u64::from(time_factor));
        Self {
            limits,
            light: SlidingWindow::new(limits.light_a_second),
            heavy: SlidingWindow::new(limits.heavy_a_second),
            replies: AppCalls::new(limits.replies_an_hour, hour_us),
            engaged: Portfolio::new(0, day_us),
            calls: AppCalls::new(0, day_us),
            meter: RateMeter::default(),
        }
    }

    /// Notes that a person has written.
    pub(super) fn engage(&mut self, person: &str, now_us: u64) {
        let (people, _) = self.engaged.admit(fingerprint(person), now_us);
        self.allow(people);
    }

    fn allow(&mut self, people: usize) {
        let most = people as u64 * u64::from(self.limits.calls_a_person);
        self.calls.set_most(u32::try_from(most).unwrap_or(u32::MAX));
    }

    /// Counts a call.
    ///
    /// # Errors
    /// Which limit it is beyond; then it counts no further.
    pub(super) fn admit(&mut self, load: Load, now_us: u64, unix_ms: u64) -> Result<(), Excess> {
        self.meter.count(now_us, unix_ms);
        let is_within = match load {
            Load::Light => self.light.admit(now_us),
            Load::Heavy => self.heavy.admit(now_us),
            Load::Reply => self.replies.admit(now_us),
        };
        if !is_within {
            return Err(Excess::Rate);
        }
        let people = self.engaged.count(now_us);
        self.allow(people);
        if self.calls.admit(now_us) { Ok(()) } else { Err(Excess::Day) }
    }

    /// Most calls in any second.
    pub(super) fn rate_max(&self) -> u64 {
        self.meter.max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(pace: &mut Pace, load: Load, calls: usize, now_us: u64) -> usize {
        (0..calls).filter(|_| pace.admit(load, now_us, 0).is_ok()).count()
    }

    #[test]
    fn texts_are_limited_by_the_second_and_films_more_so() {
        let mut pace = Pace::new(PageChannel::Instagram, 1);
        assert_eq!(admitted(&mut pace, Load::Light, 400, 0), 300);
        assert_eq!(admitted(&mut pace, Load::Heavy, 400, 0), 10);
        assert_eq!(admitted(&mut pace, Load::Reply, 800, 0), 750);
        assert_eq!(admitted(&mut pace, Load::Light, 1, 1_000_000), 1);
        assert_eq!(pace.rate_max(), 1_600);
    }

    #[test]
    fn the_day_of_a_page_has_two_hundred_calls_for_each_person_who_writes() {
        let mut pace = Pace::new(PageChannel::Messenger, 1);
        pace.engage("a", 0);
        assert_eq!(admitted(&mut pace, Load::Light, 250, 0), 200);
        assert_eq!(pace.admit(Load::Light, 1_000_000, 0), Err(Excess::Day));
        pace.engage("b", 1_000_000);
        assert_eq!(admitted(&mut pace, Load::Light, 250, 1_000_000), 200);
        assert_eq!(pace.admit(Load::Light, DAY_US + 1, 0), Err(Excess::Day), "who wrote first has passed");
    }
}
