//! The two rates that Meta enforces on a number: its throughput and the rate to one and the same user.
//!
//! Times are microseconds of one monotone clock. Everything here is pure: the caller brings the time.

use std::collections::{HashMap, VecDeque};

/// One second, in microseconds.
pub(crate) const SECOND_US: u64 = 1_000_000;

/// Steady rate to one user: a message in six seconds (Meta: throughput, "pair rate limit").
const PAIR_INTERVAL_US: u64 = 6 * SECOND_US;

/// Messages that may go to one user at once, borrowed from the future (Meta: same page, "up to 45 messages").
const PAIR_BURST: u64 = 45;

/// Pairs below which forgotten ones are not looked for: a sweep then costs less than what it frees.
const PAIR_SWEEP_MIN: usize = 4_096;

/// At most `limit` events in any window of one second, half-open: events exactly a second apart do not meet.
#[derive(Debug)]
pub(crate) struct SlidingWindow {
    limit: usize,
    events: VecDeque<u64>,
}

impl SlidingWindow {
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit: limit as usize, events: VecDeque::new() }
    }

    pub(crate) fn limit(&self) -> u32 {
        u32::try_from(self.limit).unwrap_or(u32::MAX)
    }

    /// Admits at most `limit` events in any window from now on.
    pub(crate) fn set_limit(&mut self, limit: u32) {
        self.limit = limit as usize;
    }

    /// Counts an event that may be refused; `false` when the second that ends now is full.
    pub(crate) fn admit(&mut self, now: u64) -> bool {
        expire(&mut self.events, now);
        if self.events.len() >= self.limit {
            return false;
        }
        self.events.push_back(now);
        true
    }

    /// Counts an event that cannot be refused: an inbound message takes its place in the second whatever the limit.
    pub(crate) fn occupy(&mut self, now: u64) {
        expire(&mut self.events, now);
        self.events.push_back(now);
    }
}

/// The greatest number of events seen in any second.
#[derive(Debug, Default)]
pub(crate) struct RateMeter {
    events: VecDeque<u64>,
    max: usize,
    max_at: u64,
}

impl RateMeter {
    pub(crate) fn count(&mut self, now: u64, unix_ms: u64) {
        expire(&mut self.events, now);
        self.events.push_back(now);
        if self.events.len() > self.max {
            (self.max, self.max_at) = (self.events.len(), unix_ms);
        }
    }

    pub(crate) fn max(&self) -> u64 {
        self.max as u64
    }

    /// When that second ended, in unix milliseconds.
    pub(crate) fn max_at(&self) -> u64 {
        self.max_at
    }

    /// How long before `now` those of the same second came, in milliseconds, latest first.
    pub(crate) fn before_ms(&self, now: u64) -> Vec<u64> {
        let ages = self.events.iter().rev().map(|at| now.saturating_sub(*at));
        ages.take_while(|age| *age < SECOND_US).map(|age| age / 1_000).collect()
    }
}

fn expire(events: &mut VecDeque<u64>, now: u64) {
    while events.front().is_some_and(|&oldest| oldest + SECOND_US <= now) {
        events.pop_front();
    }
}

/// Calls of the app within an hour, at most a number; 0 admits all and counts none.
#[derive(Debug)]
pub(crate) struct AppCalls {
    most: usize,
    hour_us: u64,
    calls: VecDeque<u64>,
}

impl AppCalls {
    /// `hour_us` is what an hour at Meta takes here.
    pub(crate) fn new(most: u32, hour_us: u64) -> Self {
        Self { most: most as usize, hour_us, calls: VecDeque::new() }
    }

    /// Admits at most `most` calls in any hour from now on.
    pub(crate) fn set_most(&mut self, most: u32) {
        self.most = most as usize;
    }

    /// Counts a call; `false` when the hour is full.
    pub(crate) fn admit(&mut self, now: u64) -> bool {
        if self.most == 0 {
            return true;
        }
        while self.calls.front().is_some_and(|&oldest| oldest + self.hour_us <= now) {
            self.calls.pop_front();
        }
        if self.calls.len() >= self.most {
            return false;
        }
        self.calls.push_back(now);
        true
    }

    /// How much of the hour was used up when a call was counted last, in percent.
    pub(crate) fn used(&self) -> u16 {
        let percent = (self.calls.len() * 100).checked_div(self.most).unwrap_or_default();
        u16::try_from(percent).expect("a hundred percent at most")
    }
}

/// The people whom the account has written to first within 24 hours (Meta: messaging-limits).
#[derive(Debug)]
pub(crate) struct Portfolio {
    limit: usize,
    day_us: u64,
    /// When each was written to last, by the keys of recipients.
    people: HashMap<u64, u64>,
    /// Every message that was counted, oldest first.
    messages: VecDeque<(u64, u64)>,
}

impl Portfolio {
    /// `limit` 0 admits all; `day_us` is what 24 hours at Meta take here.
    pub(crate) fn new(limit: u32, day_us: u64) -> Self {
        Self { limit: limit as usize, day_us, people: HashMap::new(), messages: VecDeque::new() }
    }

    pub(crate) fn limit(&self) -> u32 {
        u32::try_from(self.limit).unwrap_or(u32::MAX)
    }

    /// Admits at most `limit` people from now on; 0 admits all.
    pub(crate) fn set_limit(&mut self, limit: u32) {
        self.limit = limit as usize;
    }

    /// Counts a message to somebody; how many people there are then, and whether this one was within the limit. Somebody beyond
    /// it is not counted among them.
    pub(crate) fn admit(&mut self, person: u64, now: u64) -> (usize, bool) {
        self.forget(now);
        let is_within = self.limit == 0 || self.people.len() < self.limit || self.people.contains_key(&person);
        if is_within {
            self.people.insert(person, now);
            self.messages.push_back((now, person));
        }
        (self.people.len(), is_within)
    }

    /// How many people there are now.
    pub(crate) fn count(&mut self, now: u64) -> usize {
        self.forget(now);
        self.people.len()
    }

    fn forget(&mut self, now: u64) {
        while let Some(&(at, forgotten)) = self.messages.front()
            && at + self.day_us <= now
        {
            self.messages.pop_front();
            if self.people.get(&forgotten) == Some(&at) {
                self.people.remove(&forgotten);
            }
        }
    }
}

/// The rate of one number to each user, by the generic cell rate algorithm (ITU-T I.371).
///
/// Holds one theoretical arrival time for a user; an arrival time in the past is the same as none, so forgotten
/// users are swept out and the memory follows the number of users written to within the last minutes.
#[derive(Debug, Default)]
pub(crate) struct PairLimits {
    arrivals: HashMap<u64, u64>,
    sweep_at: usize,
}

impl PairLimits {
    /// Counts a message to `user`; `false`, and nothing counted, when it comes too early.
    pub(crate) fn admit(&mut self, user: u64, now: u64) -> bool {
        if self.arrivals.len() >= self.sweep_at.max(PAIR_SWEEP_MIN) {
            self.arrivals.retain(|_, arrival| *arrival > now);
            self.sweep_at = self.arrivals.len() * 2;
        }
        let arrival = self.arrivals.entry(user).or_insert(now);
        if arrival.saturating_sub(now) > (PAIR_BURST - 1) * PAIR_INTERVAL_US {
            return false;
        }
        *arrival = now.max(*arrival) + PAIR_INTERVAL_US;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Instants from gaps; most are small, so that windows fill.
    fn instants() -> impl Strategy<Value = Vec<u64>> {
        let gap = prop_oneof![8 => 0..20_000u64, 1 => 0..2 * SECOND_US, 1 => Just(SECOND_US)];
        proptest::collection::vec(gap, 1..400).prop_map(|gaps| {
            gaps.into_iter()
                .scan(0, |now, gap| {
                    *now += gap;
                    Some(*now)
                })
                .collect()
        })
    }

    fn most_in_a_second(events: &[u64]) -> usize {
        events
            .iter()
            .map(|start| events.iter().filter(|at| (*start..start + SECOND_US).contains(at)).count())
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #[test]
        fn no_sliding_second_holds_more_than_the_limit(instants in instants(), limit in 1..60u32) {
            let mut window = SlidingWindow::new(limit);
            let admitted: Vec<u64> = instants.iter().copied().filter(|&at| window.admit(at)).collect();
            prop_assert!(most_in_a_second(&admitted) <= limit as usize);
        }

        #[test]
        fn an_event_is_refused_only_when_its_second_is_full(instants in instants(), limit in 1..60u32) {
            let mut window = SlidingWindow::new(limit);
            let mut admitted: Vec<u64> = Vec::new();
            for at in instants {
                let recent = admitted.iter().filter(|&&earlier| earlier + SECOND_US > at).count();
                prop_assert_eq!(window.admit(at), recent < limit as usize);
                if recent < limit as usize { admitted.push(at); }
            }
        }

        #[test]
        fn the_meter_reports_the_fullest_second(instants in instants()) {
            let mut meter = RateMeter::default();
            instants.iter().for_each(|&at| meter.count(at, at));
            prop_assert_eq!(meter.max(), most_in_a_second(&instants) as u64);
        }

        #[test]
        fn a_pair_never_gets_more_than_its_burst_and_its_rate(gaps in proptest::collection::vec(0..10 * SECOND_US, 1..300)) {
            let mut limits = PairLimits::default();
            let (mut now, mut admitted) = (0, Vec::new());
            for gap in gaps {
                now += gap;
                if limits.admit(1, now) { admitted.push(now); }
            }
            for (first, start) in admitted.iter().enumerate() {
                for (last, end) in admitted.iter().enumerate().skip(first) {
                    let count = (last - first + 1) as u64;
                    prop_assert!(count <= PAIR_BURST + (end - start) / PAIR_INTERVAL_US);
                }
            }
        }
    }

    #[test]
    fn the_hour_of_an_app_fills_and_passes() {
        let mut calls = AppCalls::new(4, 100);
        let counted = [0, 1, 2, 3, 99].map(|now| (calls.admit(now), calls.used()));
        assert_eq!(counted, [(true, 25), (true, 50), (true, 75), (true, 100), (false, 100)]);
        assert!(calls.admit(100), "the first call has passed");
        let mut unbounded = AppCalls::new(0, 100);
        assert_eq!((unbounded.admit(0), unbounded.used()), (true, 0));
    }

    #[test]
    fn a_portfolio_counts_people_and_not_messages_for_a_day() {
        let mut portfolio = Portfolio::new(2, 100);
        assert_eq!(portfolio.admit(1, 0), (1, true));
        assert_eq!(portfolio.admit(1, 10), (1, true));
        assert_eq!(portfolio.admit(2, 20), (2, true));
        assert_eq!(portfolio.admit(3, 30), (2, false));
        assert_eq!(portfolio.admit(1, 40), (2, true), "who was written to may be written to");
        assert_eq!(portfolio.admit(3, 120), (2, true), "the second was written to a day ago");
        assert_eq!(Portfolio::new(0, 100).admit(7, 0), (1, true));
    }

    #[test]
    fn inbound_messages_take_places_of_sends() {
        let mut window = SlidingWindow::new(2);
        window.occupy(0);
        assert!(window.admit(1));
        assert!(!window.admit(SECOND_US - 1));
        assert!(window.admit(SECOND_US));
    }

    #[test]
    fn a_burst_of_45_passes_and_the_next_waits_six_seconds() {
        let mut limits = PairLimits::default();
        assert!((0..45).all(|_| limits.admit(1, 0)));
        assert!(!limits.admit(1, PAIR_INTERVAL_US - 1));
        assert!(limits.admit(2, 0), "another user is not concerned");
        assert!(limits.admit(1, PAIR_INTERVAL_US));
    }

    #[test]
    fn forgotten_pairs_do_not_stay_in_memory() {
        let mut limits = PairLimits::default();
        for user in 0..100_000 {
            limits.admit(user, user * 10_000);
        }
        assert!(limits.arrivals.len() <= 2 * PAIR_SWEEP_MIN, "{}", limits.arrivals.len());
    }
}
