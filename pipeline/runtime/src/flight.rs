//! What may be on its way and what may have arrived: no second at Meta sees more POSTs than the limit, whatever the delays.
//!
//! The plan and the gate say when POSTs *leave*; Meta counts when they *arrive*, and what was held up on the way arrives
//! together with what follows. When a POST arrived is known only within bounds: after it left, and before its answer
//! came. Let `trip` be the shortest time from a POST to its answer of late. Put all arrivals earlier by the time that the
//! way there takes at least (a shift of all changes no window); then a POST that left at `d` and was answered at `a`
//! arrived within `[d, a − trip]`. So a window of one second that ends after now can only hold
//!
//! * the POSTs that are unanswered,
//! * those with `a − trip` within the last second, and
//! * the one that wants to leave.
//!
//! If these are at most the limit, no such window exceeds it. In the steady state that costs nothing but the excess of an
//! answer's time over the shortest: the most that can leave is `limit / (1 + mean excess in seconds)`, 983/s of 1,000 if
//! answers take between 5 and 40 ms.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use posthaste_model::Millis;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::clock::Clock;

/// A POST that is unanswered for longer has arrived, or never will.
pub const COUNTED_MAX: Duration = Duration::from_secs(1);
/// The window that Meta looks at.
const WINDOW: Duration = Duration::from_secs(1);
/// The shortest trip is looked for in this time and the same time before it, so that it follows a change of route.
const TRIPS_FOR: Duration = Duration::from_secs(10);
/// How long what people wrote is remembered, in milliseconds.
pub const INBOUND_MS: i64 = 120_000;
/// Seconds that are remembered at most; a clock of Meta's that is ahead of ours makes a few more than the time above has.
const INBOUND_SECONDS: usize = 180;
/// Answers after which the shortest trip counts: the first ones bring the making of a connection along, and taken for the
/// shortest there could be they would put the arrivals of the others too early.
const TRIPS_MIN: u32 = 32;
/// Times that the expected error of the shortest trip is taken off it (see [`Trips::shortest_possible`]). That the error is larger has
/// a chance of e^-16, one in nine million.
const ERRORS: f64 = 4.0;
/// Taken off it at least: clocks that differ by a ten-thousandth count different seconds.
const ERROR_MIN: Duration = Duration::from_micros(100);

/// The POSTs of one sender that may arrive within the window at hand.
#[derive(Debug)]
pub struct Flight {
    places: usize,
    landed: Notify,
    road: Mutex<Road>,
    inbound: Arc<Inbound>,
}

/// What people write to a number, by the second in which Meta says they did. Meta counts it in that second, and we hear of
/// it later, so room is kept for half as many again as were written in the busiest second of the last two minutes.
#[derive(Debug, Default)]
pub struct Inbound(Mutex<BTreeMap<i64, usize>>);

impl Inbound {
    /// So many messages were written at that time. Older ones than are remembered change nothing.
    pub fn heard(&self, at: Millis, messages: usize) {
        let mut seconds = self.0.lock();
        *seconds.entry(at.0.div_euclid(1000)).or_default() += messages;
        while seconds.len() > INBOUND_SECONDS {
            seconds.pop_first();
        }
    }

    /// Starts anew with what the store knows: the owner before heard of it, or this process did and hears of it twice.
    pub fn begin(&self, heard: impl IntoIterator<Item = (Millis, usize)>) {
        self.0.lock().clear();
        heard.into_iter().for_each(|(at, messages)| self.heard(at, messages));
    }

    fn reserve(&self, now: Millis) -> usize {
        let since = now.plus(-INBOUND_MS).0.div_euclid(1000);
        let busiest = self.0.lock().range(since..).map(|(_, messages)| *messages).max();
        busiest.map_or(0, |busiest| busiest + busiest / 2 + 1)
    }
}

#[derive(Debug, Default)]
struct Road {
    unanswered: usize,
    /// The latest possible arrivals of the POSTs that are answered, shifted as said above; those of the last second.
    arrivals: VecDeque<Instant>,
    trips: Trips,
}

/// Times from a POST to its answer, of the last ten to twenty seconds.
#[derive(Debug, Default)]
struct Trips {
    since: Option<Instant>,
    latest: Sample,
    before: Sample,
}

/// What is remembered of some trips.
#[derive(Debug, Default, Clone, Copy)]
struct Sample {
    seen: u32,
    sum: Duration,
    shortest: Option<Duration>,
}

impl Sample {
    fn with(self, other: Self) -> Self {
        Self {
            seen: self.seen + other.seen,
            sum: self.sum + other.sum,
            shortest: [self.shortest, other.shortest].into_iter().flatten().min(),
        }
    }
}

impl Trips {
    /// Notes one that ended now; gives the shortest there could be, or nothing as long as too few were seen to know it.
    fn noted(&mut self, trip: Duration, now: Instant) -> Duration {
        if self.since.is_none_or(|since| now - since > TRIPS_FOR) {
            let before = if self.latest.seen >= TRIPS_MIN { self.latest } else { Sample::default() };
            *self = Self { since: Some(now), latest: Sample::default(), before };
        }
        self.latest = self.latest.with(Sample { seen: 1, sum: trip, shortest: Some(trip) });
        Self::shortest_possible(self.latest.with(self.before))
    }

    /// The shortest trip that was seen is a little longer than the shortest possible one, and by the difference arrivals would be put,
    /// and forgotten, too early. Both ways of a trip have a shortest time and an excess over it; let both excesses have a
    /// density of at least `1 / e` near nothing, `e` the mean of their sum. Of `n` sums none is then below `g` with a chance of at
    /// most `exp(-n g² / 2e²)`: the shortest is too long by `e √(2/n)` or so. A thousand messages a second whose answers vary by
    /// 3 ms pay 0.2 ms for it, where a place in a thousand left unused would be 1 ms.
    fn shortest_possible(sample: Sample) -> Duration {
        let Some(shortest) = sample.shortest.filter(|_| sample.seen >= TRIPS_MIN) else { return Duration::ZERO };
        let excess = (sample.sum / sample.seen).saturating_sub(shortest);
        let error = excess.mul_f64(ERRORS * (2.0 / f64::from(sample.seen)).sqrt());
        shortest.saturating_sub(error.max(ERROR_MIN))
    }
}

impl Road {
    /// Forgets what no window that ends after now can hold; gives what counts, and when that will be less.
    fn counted(&mut self, now: Instant) -> (usize, Option<Instant>) {
        while let Some(oldest) = self.arrivals.front()
            && *oldest + WINDOW <= now
        {
            self.arrivals.pop_front();
        }
        (self.unanswered + self.arrivals.len(), self.arrivals.front().map(|oldest| *oldest + WINDOW))
    }
}

impl Flight {
    /// `limit` is Meta's, in messages per second; `inbound` is what the number hears. The account begins empty: what another
    /// process sent just before was paced (docs/decisions/0006-pace.md).
    pub fn new(limit: u32, inbound: Arc<Inbound>) -> Arc<Self> {
        Arc::new(Self { places: limit.max(1) as usize, landed: Notify::new(), road: Mutex::default(), inbound })
    }

    /// Waits until one more may leave. One caller at a time: the sender's own task.
    pub async fn depart(self: &Arc<Self>, clock: &Clock) -> Place {
        loop {
            let landed = self.landed.notified();
            let wake = {
                let mut road = self.road.lock();
                let now = Instant::now();
                let (counted, less_at) = road.counted(now);
                // A number that hears more than it may say still says something: one in a second.
                if counted < self.places.saturating_sub(self.inbound.reserve(clock.now())).max(1) {
                    road.unanswered += 1;
                    return Place { flight: Arc::clone(self), departed: None, arrived: None };
                }
                less_at
            };
            match wake {
                // An answer moves its POST from the one count to the other, so only time makes room.
                Some(at) => tokio::time::sleep_until(at).await,
                None => landed.await,
            }
        }
    }

    fn land(&self, arrived: Option<Instant>) {
        let mut road = self.road.lock();
        road.unanswered -= 1;
        road.arrivals.extend(arrived);
        drop(road);
        self.landed.notify_one();
    }
}

/// A place on the road. Dropped before the POST has left it is free at once; afterwards it counts as an arrival.
#[derive(Debug)]
pub struct Place {
    flight: Arc<Flight>,
    departed: Option<Instant>,
    arrived: Option<Instant>,
}

impl Place {
    /// The POST leaves now.
    pub fn leave(&mut self) {
        self.departed = Some(Instant::now());
    }

    /// Its answer has come.
    pub fn answered(mut self) {
        let Some(departed) = self.departed else { return };
        let now = Instant::now();
        let shortest = self.flight.road.lock().trips.noted(now - departed, now);
        self.arrived = Some(now.checked_sub(shortest).map_or(now, |latest| latest.max(departed)));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Without an answer it may arrive at any time up to now.
        self.flight.land(self.arrived.or_else(|| self.departed.map(|_| Instant::now())));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Numbers between 0 and 1, the same in every run.
    fn dice(state: &AtomicU64) -> f64 {
        let x = state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Sends as fast as it may for some seconds; every second the road holds everything up for `stall_ms` and lets it go at
    /// once; the first `connects` take 60 ms longer on the way there. Gives the arrivals in microseconds.
    async fn arrivals(limit: u32, excess_ms: f64, stall_ms: u64, connects: usize, seconds: u64) -> Vec<u128> {
        let (flight, state) = (Flight::new(limit, Arc::default()), Arc::new(AtomicU64::new(7)));
        let (start, times) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
        let spacing = Duration::from_secs_f64(1.0 / f64::from(limit));
        let mut count = 0;
        while start.elapsed() < Duration::from_secs(seconds) {
            count += 1;
            let connect = Duration::from_millis(if count <= connects { 60 } else { 0 });
            let mut place = flight.depart(&Clock::start()).await;
            place.leave();
            let (state, times) = (Arc::clone(&state), Arc::clone(&times));
            tokio::spawn(async move {
                let ms = |low: f64, more: f64| Duration::from_secs_f64((low + more * dice(&state)) / 1000.0);
                tokio::time::sleep(ms(5.0, excess_ms / 2.0) + connect).await;
                let late_ms = (start.elapsed().as_millis() % 1000) as u64;
                if late_ms < stall_ms {
                    tokio::time::sleep(Duration::from_millis(stall_ms - late_ms)).await;
                }
                times.lock().push(start.elapsed().as_micros());
                tokio::time::sleep(ms(5.0, excess_ms / 2.0)).await;
                place.answered();
            });
            tokio::time::sleep(spacing).await;
        }
        let mut times = times.lock();
        std::mem::take(&mut *times)
    }

    fn most_in_a_second(times: &[u128]) -> usize {
        let mut first = 0;
        let most = times.iter().enumerate().map(|(last, at)| {
            while times[first] + 1_000_000 <= *at {
                first += 1;
            }
            last - first + 1
        });
        most.max().unwrap_or(0)
    }

    #[tokio::test(start_paused = true)]
    async fn no_second_sees_more_arrivals_than_the_limit_whatever_the_delays() {
        for (limit, excess_ms, stall_ms, connects) in
            [(1_000, 2.0, 0, 0), (250, 2.0, 0, 40), (1_000, 35.0, 0, 0), (1_000, 35.0, 400, 0), (80, 200.0, 700, 0)]
        {
            let times = arrivals(limit, excess_ms, stall_ms, connects, 10).await;
            let most = most_in_a_second(&times);
            assert!(most <= limit as usize, "{most} in a second of {limit}, {excess_ms} ms, {stall_ms} ms, {connects}");
        }
    }

    /// The paused clock steps in milliseconds, so that a spacing of one takes a little more: hence the 2 %.
    #[tokio::test(start_paused = true)]
    async fn a_calm_road_carries_nearly_the_limit() {
        let times = arrivals(250, 2.0, 0, 0, 20).await;
        let rate = times.len() as f64 / 20.0;
        assert!(rate > 250.0 * 0.98, "{rate}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_is_given_back_unused_is_free_at_once() {
        let flight = Flight::new(4, Arc::default());
        let places = [
            flight.depart(&Clock::start()).await,
            flight.depart(&Clock::start()).await,
            flight.depart(&Clock::start()).await,
            flight.depart(&Clock::start()).await,
        ];
        let waiting = tokio::time::timeout(Duration::from_millis(1), flight.depart(&Clock::start())).await;
        assert!(waiting.is_err(), "there are four");
        drop(places);
        let _place = tokio::time::timeout(Duration::ZERO, flight.depart(&Clock::start())).await.expect("free again");
    }

    #[tokio::test(start_paused = true)]
    async fn room_is_kept_for_what_people_write_and_given_back_when_they_fall_silent() {
        let (clock, inbound) = (Clock::start(), Arc::new(Inbound::default()));
        let now = Millis(clock.now().0 / 1000 * 1000);
        inbound.heard(now, 3);
        inbound.heard(now.plus(-1_000), 1);
        inbound.heard(now.plus(999), 1);
        assert_eq!(inbound.reserve(now), 7, "four were written in one second");
        let flight = Flight::new(9, Arc::clone(&inbound));
        let _two = [flight.depart(&clock).await, flight.depart(&clock).await];
        assert!(
            tokio::time::timeout(Duration::from_millis(1), flight.depart(&clock)).await.is_err(),
            "nine less seven"
        );
        assert_eq!(inbound.reserve(now.plus(INBOUND_MS + 1_000)), 0);
    }

    /// Trips whose ways are 2 ms and more each, and what is taken for the shortest possible after each of them.
    fn estimates(trips: usize, excess_ms: impl Fn(f64) -> f64) -> Vec<Duration> {
        let (state, now, mut known) = (AtomicU64::new(3), Instant::now(), Trips::default());
        let way = || 2.0 + excess_ms(dice(&state));
        let trip = |way: &dyn Fn() -> f64| Duration::from_secs_f64((way() + way()) / 1000.0);
        (0..trips).map(|at| known.noted(trip(&way), now + Duration::from_millis(at as u64))).collect()
    }

    #[tokio::test]
    async fn the_shortest_possible_trip_is_never_put_too_long_and_soon_not_much_too_short() {
        let possible = Duration::from_millis(4);
        let even: &dyn Fn(f64) -> f64 = &|x| 3.0 * x;
        let long_tail: &dyn Fn(f64) -> f64 = &|x| -1.5 * (1.0 - x).ln();
        for excess_ms in [even, long_tail] {
            let estimates = estimates(30_000, excess_ms);
            let too_long = estimates.iter().filter(|estimate| **estimate > possible).count();
            assert_eq!(too_long, 0);
            let settled = &estimates[9_000..];
            let too_short =
                settled.iter().filter(|estimate| **estimate + Duration::from_micros(300) < possible).count();
            assert_eq!(too_short, 0);
        }
    }

    #[tokio::test]
    async fn a_longer_way_is_known_after_twenty_seconds_and_a_shorter_one_at_once() {
        let (start, mut known) = (Instant::now(), Trips::default());
        let mut noted = |trips: u32, ms: u64, from_s: f64| {
            let trip = |at| {
                known.noted(Duration::from_millis(ms), start + Duration::from_secs_f64(from_s + f64::from(at) / 100.0))
            };
            (0..trips).map(trip).last().expect("there is one").as_millis()
        };
        noted(1_000, 5, 0.0);
        noted(1_000, 50, 10.1);
        assert!(noted(1, 50, 20.05) <= 5, "one of the last twenty seconds took five");
        noted(1_000, 50, 20.3);
        assert_eq!(noted(1, 50, 30.4), 49);
        assert!(noted(1, 5, 30.5) < 5);
    }

    #[test]
    fn what_was_written_long_ago_and_is_heard_all_at_once_takes_no_room() {
        let (now, inbound) = (Millis(10_000_000), Inbound::default());
        (0..100_000).for_each(|i| inbound.heard(now.plus(-INBOUND_MS - 1_000 - i % 3_600_000), 1));
        assert_eq!(inbound.reserve(now), 0);
        inbound.begin([(now, 4)]);
        inbound.begin([(now, 4)]);
        assert_eq!(inbound.reserve(now), 7, "a take-over counts what is known once");
    }
}
