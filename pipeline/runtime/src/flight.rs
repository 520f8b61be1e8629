//! How many POSTs of a sender may be on their way at once, so that delays on the way cannot add up to a breach.
//!
//! The gate bounds how many POSTs *leave* in a second; Meta counts how many *arrive*. What was held up on the way arrives
//! together with what follows. In a window of one second arrive at most those that had left before it and not arrived,
//! and those that leave during it. Let `rate` be the most that leave in a second and `trip` the shortest time from a POST
//! to its answer: the POSTs of the last `trip` are on their way in any case, so with at most
//!
//! ```text
//! (limit − rate) + rate × trip
//! ```
//!
//! unanswered POSTs, no window sees more than the limit, whatever the delays. (Little's law gives the throughput: the
//! bound costs nothing while answers take no longer than the shortest trip plus `(limit − rate) / rate` seconds.)

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use posthaste_core::pacing::ShortestTrip;
use posthaste_model::Millis;
use tokio::sync::Notify;

use crate::clock::Clock;

/// A POST that is unanswered for longer has arrived, or never will: it no longer counts.
pub const COUNTED_MAX: Duration = Duration::from_secs(1);
/// Fewest POSTs that are allowed at once.
const PLACES_MIN: usize = 2;

/// The POSTs of one sender that are on their way.
#[derive(Debug)]
pub struct Flight {
    limit: f64,
    rate: f64,
    unanswered: AtomicUsize,
    landed: Notify,
    clock: Clock,
    trips: Mutex<ShortestTrip>,
}

impl Flight {
    /// `limit` is Meta's, `rate` the most that the gate lets leave; both in messages per second.
    pub fn new(limit: f64, rate: f64) -> Arc<Self> {
        Arc::new(Self {
            limit,
            rate,
            unanswered: AtomicUsize::new(0),
            landed: Notify::new(),
            clock: Clock::start(),
            trips: Mutex::default(),
        })
    }

    fn places(&self) -> usize {
        let trip = (self.trips.lock().ms() as f64 / 1000.0).min(COUNTED_MAX.as_secs_f64());
        (((self.limit - self.rate) + self.rate * trip) as usize).max(PLACES_MIN)
    }

    /// Waits for a place. One caller at a time: the sender's own task.
    pub async fn depart(self: &Arc<Self>) -> Place {
        loop {
            let landed = self.landed.notified();
            if self.unanswered.load(Ordering::Acquire) < self.places() {
                self.unanswered.fetch_add(1, Ordering::AcqRel);
                return Place { flight: Arc::clone(self), departed: None };
            }
            landed.await;
        }
    }
}

/// A place among the POSTs that are on their way; free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    flight: Arc<Flight>,
    departed: Option<Millis>,
}

impl Place {
    /// The POST leaves now.
    pub fn leave(&mut self) {
        self.departed = Some(self.flight.clock.now());
    }

    /// Its answer has come.
    pub fn answered(self) {
        if let Some(departed) = self.departed {
            let now = self.flight.clock.now();
            self.flight.trips.lock().add(now.since(departed), now);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.flight.unanswered.fetch_sub(1, Ordering::AcqRel);
        self.flight.landed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_places_follow_the_shortest_trip() {
        let flight = Flight::new(1000.0, 940.0);
        assert_eq!(flight.places(), 60);
        flight.trips.lock().add(100, flight.clock.now());
        assert_eq!(flight.places(), 154);
        flight.trips.lock().add(50, flight.clock.now());
        assert_eq!(flight.places(), 107);
    }

    #[tokio::test]
    async fn a_full_flight_waits_for_a_landing() {
        let flight = Flight::new(5.0, 5.0);
        let first = flight.depart().await;
        let _second = flight.depart().await;
        let third = tokio::spawn({
            let flight = Arc::clone(&flight);
            async move { flight.depart().await }
        });
        tokio::task::yield_now().await;
        assert!(!third.is_finished());
        drop(first);
        let _third = third.await.unwrap();
        assert_eq!(flight.unanswered.load(Ordering::Acquire), 2);
    }

    /// POSTs leave at the bound's pace; the road holds everything up for a while and lets it go at once.
    #[test]
    fn delays_cannot_add_up_to_a_breach() {
        let (limit, rate, trip_ms) = (1000.0_f64, 940.0_f64, 40);
        let flight = Flight::new(limit, rate);
        flight.trips.lock().add(trip_ms, flight.clock.now());
        let places = flight.places();
        // Everything unanswered arrives at the start of the window, and what leaves in the window arrives in it, but for
        // the shortest trip.
        let arriving = places as f64 + rate * (1.0 - trip_ms as f64 / 1000.0);
        assert!(arriving <= limit + 1.0, "{arriving}");
    }
}
