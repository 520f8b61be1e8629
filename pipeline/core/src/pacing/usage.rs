//! How much of Graph's hourly limits an app has used up, and what follows from it for the pace of everything that is sent
//! with its token.
//!
//! Meta tells it with every answer (`X-App-Usage`, `X-Business-Use-Case-Usage`; graph-api/overview/rate-limiting), in percent,
//! and refuses everything at 100. So the pace goes down before that, from three quarters on, and stops there.

use posthaste_model::Millis;
use serde::{Deserialize, Serialize};

use super::Bucket;

/// From here on the pace goes down, in percent.
pub const SLOWS_FROM_PERCENT: u32 = 75;
/// Here it stops, in percent.
const STOPS_AT_PERCENT: u32 = 100;
/// Share of the pace that is left at least: something must leave to learn that there is room again.
const TRICKLE: f64 = 0.02;
/// How long nothing leaves where Meta does not say when there is room again, in milliseconds.
const STOP_MS: i64 = 60_000;
/// Longest stop that Meta is believed, in milliseconds: the limits are by the hour.
const STOP_MAX_MS: i64 = 3_600_000;

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AppUsage {
    /// The highest of all limits, in percent; may be more than 100.
    pub percent: u32,
    /// When there is room again, in milliseconds from now, where Meta says so.
    pub regain_ms: Option<i64>,
}

/// How fast to go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// This share of the pace, above 0 and at most 1.
    Share(f64),
    /// Not at all, for so many milliseconds.
    Stop(i64),
}

/// What follows from a usage: the full pace below three quarters, less and less up to the limit, nothing beyond.
pub fn pace(usage: AppUsage) -> Pace {
    if usage.percent >= STOPS_AT_PERCENT {
        let stop_ms = usage.regain_ms.filter(|ms| *ms > 0).unwrap_or(STOP_MS);
        return Pace::Stop(stop_ms.min(STOP_MAX_MS));
    }
    let left = f64::from(STOPS_AT_PERCENT - usage.percent) / f64::from(STOPS_AT_PERCENT - SLOWS_FROM_PERCENT);
    Pace::Share(left.clamp(TRICKLE, 1.0))
}

/// The governor of one token.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Governor {
    usage: AppUsage,
    stopped_until: Option<Millis>,
}

impl Governor {
    /// Notes what an answer says.
    pub fn told(&mut self, usage: AppUsage, now: Millis) {
        self.usage = usage;
        self.stopped_until = match pace(usage) {
            Pace::Share(_) => None,
            // Answers that were on their way when it stopped do not make it longer.
            Pace::Stop(ms) => Some(self.stopped_until.filter(|until| *until > now).unwrap_or(now.plus(ms))),
        };
    }

    /// What was told last, in percent.
    pub fn percent(&self) -> u32 {
        self.usage.percent
    }

    /// Until when nothing leaves.
    pub fn stopped_until(&self, now: Millis) -> Option<Millis> {
        self.stopped_until.filter(|until| *until > now)
    }

    /// Puts the bucket's next slot, one having been taken just now, as far away as the usage asks for.
    pub fn space(&self, bucket: &mut Bucket) {
        let share = match pace(self.usage) {
            Pace::Share(share) => share,
            Pace::Stop(_) => TRICKLE,
        };
        if share < 1.0 {
            bucket.stretch(share);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(percent: u32, regain_ms: Option<i64>) -> AppUsage {
        AppUsage { percent, regain_ms }
    }

    #[test]
    fn the_pace_falls_in_a_line_from_three_quarters_to_a_trickle_and_stops_at_the_limit() {
        let table = [(0, 1.0), (75, 1.0), (80, 0.8), (90, 0.4), (99, 0.04)];
        for (percent, share) in table {
            let Pace::Share(found) = pace(used(percent, Some(1))) else { panic!("{percent} stops") };
            assert!((found - share).abs() < 1e-9, "{found} at {percent}");
        }
        assert_eq!(pace(used(100, None)), Pace::Stop(60_000));
        assert_eq!(pace(used(140, Some(300_000))), Pace::Stop(300_000));
        assert_eq!(pace(used(100, Some(0))), Pace::Stop(60_000));
        assert_eq!(pace(used(100, Some(i64::MAX))), Pace::Stop(3_600_000));
    }

    #[test]
    fn a_stop_is_as_long_as_the_first_answer_said_and_then_something_leaves_to_ask_again() {
        let mut governor = Governor::default();
        governor.told(used(100, None), Millis(0));
        governor.told(used(100, None), Millis(500));
        assert_eq!(governor.stopped_until(Millis(501)), Some(Millis(60_000)));
        assert_eq!(governor.stopped_until(Millis(60_000)), None);
        let mut bucket = Bucket::empty(80, 0.93, Millis(60_000));
        let first = bucket.take(Millis(60_100), 0).expect("a slot");
        governor.space(&mut bucket);
        assert!((500..1_000).contains(&bucket.next_at().since(first)), "{:?}", bucket.next_at());
        governor.told(used(10, None), Millis(60_200));
        assert_eq!(governor.stopped_until(Millis(60_200)), None);
    }
}
