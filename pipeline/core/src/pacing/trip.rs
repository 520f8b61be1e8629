//! The shortest recent time from a POST to its answer.

use posthaste_model::Millis;

/// The shortest trip is looked for in this time and the same time before it, so that it follows a change of route.
const WINDOW_MS: i64 = 10_000;

/// The shortest trips of this window and of the one before, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShortestTrip {
    since: Millis,
    now_ms: Option<i64>,
    before_ms: Option<i64>,
}

impl ShortestTrip {
    /// Notes a trip that ended at `at`.
    pub fn add(&mut self, trip_ms: i64, at: Millis) {
        if at.since(self.since) > WINDOW_MS {
            *self = Self { since: at, now_ms: None, before_ms: self.now_ms };
        }
        self.now_ms = Some(self.now_ms.map_or(trip_ms, |shortest| shortest.min(trip_ms)));
    }

    /// The shortest; 0 while none is known.
    pub fn ms(&self) -> i64 {
        self.now_ms.into_iter().chain(self.before_ms).min().unwrap_or(0).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_of_two_windows_counts_and_older_ones_are_forgotten() {
        let mut trips = ShortestTrip::default();
        assert_eq!(trips.ms(), 0);
        trips.add(100, Millis(20_000));
        trips.add(50, Millis(21_000));
        assert_eq!(trips.ms(), 50);
        trips.add(200, Millis(31_000));
        assert_eq!(trips.ms(), 50);
        trips.add(200, Millis(42_000));
        assert_eq!(trips.ms(), 200);
    }
}
