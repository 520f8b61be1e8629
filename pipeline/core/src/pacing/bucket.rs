//! The bucket of a sender: the generic cell rate algorithm (GCRA, ITU-T I.371), which sets the pace exactly.
//!
//! One number is the whole state: the time of the next free slot. Slots lie one interval apart and are handed out a short
//! window ahead, so that the pace does not depend on how long a commit takes; a slot that nobody took in time is gone. In
//! any window of one second there are at most `1 s / interval + 1` slots, and the interval is chosen so that this is no
//! more than the limit that Meta enforces. (A bucket of 80 with a capacity of 80 would pass 160 in one second.)

use posthaste_model::Millis;

const NANOS_PER_MS: i64 = 1_000_000;

/// A rate limit. Times are kept in nanoseconds: rounding an interval of a millisecond to microseconds costs a thousandth of
/// the rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    limit: u32,
    interval_ns: i64,
    next_ns: i64,
}

impl Bucket {
    /// An *empty* bucket: a new owner does not know what the old one has just sent, so the first slot is one interval
    /// from now.
    ///
    /// `limit` is Meta's, in messages per second, at least 2; `headroom` is the share of it that is used at most.
    pub fn empty(limit: u32, headroom: f64, now: Millis) -> Self {
        let planned = (1e9 / (f64::from(limit) * headroom)).ceil() as i64;
        // One slot more than a second divides into may fall into a second.
        let bounded = 1_000_000_000 / (i64::from(limit.max(2)) - 1) + 1;
        let interval_ns = planned.max(bounded);
        Self { limit, interval_ns, next_ns: nanos(now) + interval_ns }
    }

    /// The limit that it was made for.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Slots per second.
    pub fn rate(&self) -> f64 {
        1e9 / self.interval_ns as f64
    }

    /// Takes the next slot, if it lies at most `ahead_ms` from now; gives its time, rounded up to a millisecond.
    pub fn take(&mut self, now: Millis, ahead_ms: i64) -> Option<Millis> {
        let slot_ns = self.next_ns.max(nanos(now));
        if slot_ns > nanos(now.plus(ahead_ms)) {
            return None;
        }
        self.next_ns = slot_ns + self.interval_ns;
        Some(to_millis(slot_ns))
    }

    /// Slots that are free from now until `ahead_ms` from now.
    pub fn free(&self, now: Millis, ahead_ms: i64) -> f64 {
        let left_ns = nanos(now.plus(ahead_ms)) - self.next_ns.max(nanos(now));
        if left_ns < 0 { 0.0 } else { (left_ns / self.interval_ns + 1) as f64 }
    }

    /// Counts messages that used the number's throughput without asking: inbound ones, which Meta counts too.
    pub fn charge(&mut self, now: Millis, messages: u32) {
        self.next_ns = self.next_ns.max(nanos(now)) + self.interval_ns * i64::from(messages);
    }

    /// Lets nothing pass for a while.
    pub fn hold(&mut self, now: Millis, ms: i64) {
        self.not_before(now.plus(ms));
    }

    /// Gives no slot before this time.
    pub fn not_before(&mut self, at: Millis) {
        self.next_ns = self.next_ns.max(nanos(at));
    }

    /// Stretches the interval to the slot after the one that was taken just now, so that only this share of the rate is
    /// used.
    pub(super) fn stretch(&mut self, share: f64) {
        self.next_ns += (self.interval_ns as f64 * (1.0 / share - 1.0)).ceil() as i64;
    }

    /// Time of the next slot; may be past.
    pub fn next_at(&self) -> Millis {
        to_millis(self.next_ns)
    }
}

/// Good until the year 2262.
pub(super) fn nanos(at: Millis) -> i64 {
    at.0.saturating_mul(NANOS_PER_MS)
}

pub(super) fn to_millis(ns: i64) -> Millis {
    Millis(ns.div_euclid(NANOS_PER_MS) + i64::from(ns.rem_euclid(NANOS_PER_MS) > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AHEAD_MS: i64 = 100;

    /// Takes as much as possible at each of the instants; gives the times of the slots.
    fn slots(bucket: &mut Bucket, instants: &[i64]) -> Vec<i64> {
        let mut slots = Vec::new();
        for &at in instants {
            slots.extend(std::iter::from_fn(|| bucket.take(Millis(at), AHEAD_MS)).map(|slot| slot.0));
        }
        slots
    }

    fn most_in_a_second(times: &[i64]) -> usize {
        (0..times.len()).map(|i| times[i..].iter().take_while(|&&t| t < times[i] + 1000).count()).max().unwrap_or(0)
    }

    proptest! {
        /// Whatever the instants at which it is asked, no sliding second has more slots than the limit.
        #[test]
        fn no_sliding_second_exceeds_the_limit(
            limit in prop::sample::select(vec![5u32, 20, 80, 250, 1000]),
            gaps in prop::collection::vec(0i64..400, 1..200),
        ) {
            let mut bucket = Bucket::empty(limit, 0.99, Millis(0));
            let instants: Vec<i64> = gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at) }).collect();
            prop_assert!(most_in_a_second(&slots(&mut bucket, &instants)) <= limit as usize);
        }
    }

    #[test]
    fn asked_often_enough_it_keeps_its_rate() {
        for limit in [20u32, 80, 250, 1000] {
            let mut bucket = Bucket::empty(limit, 0.95, Millis(0));
            let instants: Vec<i64> = (0..60_000).step_by(70).collect();
            let count = slots(&mut bucket, &instants).len() as f64;
            let expected = f64::from(limit) * 0.947 * 60.0;
            assert!((count - expected).abs() / expected < 0.01, "limit {limit}: {count} instead of {expected}");
        }
    }

    #[test]
    fn it_starts_empty() {
        let mut bucket = Bucket::empty(1000, 0.95, Millis(1_000));
        assert_eq!(bucket.take(Millis(1_000), 0), None);
        assert_eq!(bucket.take(Millis(1_000), 10), Some(Millis(1_002)));
    }

    #[test]
    fn inbound_messages_use_it_up() {
        let mut bucket = Bucket::empty(80, 0.95, Millis(0));
        bucket.charge(Millis(0), 76);
        assert_eq!(slots(&mut bucket, &[500, 900]), Vec::<i64>::new());
    }

    #[test]
    fn what_is_free_is_what_can_be_taken() {
        let mut bucket = Bucket::empty(80, 0.93, Millis(0));
        for now in [0, 5, 50, 2_000, 2_001] {
            let free = bucket.free(Millis(now), AHEAD_MS);
            assert_eq!(free, slots(&mut bucket, &[now]).len() as f64, "at {now}");
            assert_eq!(bucket.free(Millis(now), AHEAD_MS), 0.0);
        }
    }
}
