//! Allowed hours: when in the day messages may leave, in a zone of the campaign's choice or where the recipient lives.
//!
//! The time comes in as [`Millis`]; the rules of the zones are data of the crate `chrono-tz` (the IANA database), so an
//! answer depends on nothing but its arguments.

mod calling_codes;

use std::fmt;

use chrono::{DateTime, Offset, TimeZone, Timelike};
use chrono_tz::Tz;
use posthaste_model::{Contact, Millis};

pub use calling_codes::calling_code;

/// Minutes of a day.
const DAY_MIN: i64 = 24 * 60;
const MINUTE_MS: i64 = 60_000;
/// How far ahead a time is looked for at which several zones are open at once, in steps from one zone's opening to the
/// next: a few days' worth. What is not open within them never is, but for a change of summer time.
const STEPS_MAX: usize = 64;

/// An IANA time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

impl Zone {
    /// Greenwich, for whom nothing else is known.
    pub const UTC: Self = Self(Tz::UTC);

    /// The zone of this name, as `Europe/Berlin`; `None` where the database has none.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// Zones of the country that a number belongs to, by its calling code: empty where the code is not known. Where a
    /// country has several zones all of them are given, for the number does not say in which one its owner is.
    pub fn of_contact(contact: &Contact) -> &'static [Tz] {
        calling_codes::zones(contact.as_str().trim_start_matches('+'))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// In which zone the hours count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoursZone {
    /// In this one.
    Fixed(Zone),
    /// Where the recipient lives.
    Recipient,
}

impl HoursZone {
    /// `recipient`, or the name of a zone.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "recipient" { Some(Self::Recipient) } else { Zone::parse(text).map(Self::Fixed) }
    }
}

/// From when to when in the day, every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hours {
    from: u16,
    to: u16,
    zone: HoursZone,
}

impl Hours {
    /// Hours from the minute `from` of the day (0 to 1,439) up to the minute `to` (1 to 1,440), which is not among them;
    /// over midnight where `to` is the smaller one. `None` for anything else, and where both are the same minute.
    pub fn new(from: i32, to: i32, zone: HoursZone) -> Option<Self> {
        let (from, to) = (u16::try_from(from).ok()?, u16::try_from(to).ok()?);
        let valid = from < 1_440 && (1..=1_440).contains(&to) && from != to;
        valid.then_some(Self { from, to, zone })
    }

    /// In which zone they count.
    pub fn zone(&self) -> HoursZone {
        self.zone
    }

    /// When messages may leave that want to leave at `now`, whoever they go to: `now` itself while the hours are open.
    /// Always open where the hours count in the recipient's zone.
    pub fn opens(&self, now: Millis) -> Millis {
        match self.zone {
            HoursZone::Fixed(zone) => self.opens_in(zone.0, now),
            HoursZone::Recipient => now,
        }
    }

    /// When a message to this person may leave: when the hours are open in every zone of their country, or in the zone
    /// `otherwise` where the number does not tell the country. `None` if there is no such time within days.
    pub fn opens_for(&self, contact: &Contact, otherwise: Zone, now: Millis) -> Option<Millis> {
        let fixed;
        let zones = match self.zone {
            HoursZone::Fixed(_) => return Some(self.opens(now)),
            HoursZone::Recipient => match Zone::of_contact(contact) {
                [] => {
                    fixed = [otherwise.0];
                    &fixed
                }
                zones => zones,
            },
        };
        let mut at = now;
        for _ in 0..STEPS_MAX {
            let latest = zones.iter().map(|zone| self.opens_in(*zone, at)).max()?;
            if latest == at {
                return Some(at);
            }
            at = latest;
        }
        None
    }

    fn is_open(&self, minute: i64) -> bool {
        let (from, to) = (i64::from(self.from), i64::from(self.to));
        if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
    }

    fn opens_in(&self, zone: Tz, now: Millis) -> Millis {
        let (minute, offset) = local(zone, now);
        if self.is_open(minute) {
            return now;
        }
        let ahead = (i64::from(self.from) - minute).rem_euclid(DAY_MIN);
        let at = Millis((now.0.div_euclid(MINUTE_MS) + ahead) * MINUTE_MS);
        // The clocks may be changed until then: what was reckoned with today's offset is moved by the difference.
        let (_, then) = local(zone, at);
        let moved = at.plus(-(then - offset) * 1_000);
        // An hour that is skipped has no opening in it: the first minute after it counts.
        if self.is_open(local(zone, moved).0) { moved } else { at.max(moved) }
    }
}

/// The minute of the local day, and the offset from UTC in seconds.
fn local(zone: Tz, at: Millis) -> (i64, i64) {
    let utc = DateTime::from_timestamp_millis(at.0).unwrap_or_default().naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    let time = utc.and_utc().with_timezone(&offset);
    (i64::from(time.hour()) * 60 + i64::from(time.minute()), i64::from(offset.local_minus_utc()))
}

#[cfg(test)]
mod tests;
