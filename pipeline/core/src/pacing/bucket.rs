//! The bucket of a sender: the generic cell rate algorithm (GCRA, ITU-T I.371), which sets the pace exactly.
//!
//! One number is the whole state: the theoretical arrival time of the next message. In any window of one second a bucket
//! passes at most `rate + burst` messages, so `rate + burst` stays below the limit that Meta enforces; a bucket of 80 with
//! a capacity of 80 would pass 160 in one second.

use posthaste_model::Millis;

/// Longest burst, as time of the rate: what accumulates while one commit is on its way.
const BURST_MS: f64 = 25.0;

/// A rate limit. Times are kept in microseconds, so that a rate of 1,000/s has no rounding.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    limit: u32,
    interval_us: i64,
    burst: i64,
    arrival_us: i64,
}

impl Bucket {
    /// An *empty* bucket: a new owner does not know what the old one has just sent, so the first message passes one
    /// burst's time from now.
    ///
    /// `limit` is Meta's, in messages per second, at least 5; `headroom` is the share of it that is used.
    pub fn empty(limit: u32, headroom: f64, now: Millis) -> Self {
        let rate = (f64::from(limit) * headroom).max(1.0);
        let spare = (f64::from(limit) - rate - 1.0).max(1.0);
        let burst = (rate * BURST_MS / 1000.0).ceil().min(spare).max(1.0);
        // Both are small and positive: the limit is at most 1,000.
        let (interval_us, burst) = ((1e6 / rate).ceil() as i64, burst as i64);
        Self { limit, interval_us, burst, arrival_us: now.0 * 1000 + interval_us * burst }
    }

    /// The limit that it was made for.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Messages per second that it lets through in the long run.
    pub fn rate(&self) -> f64 {
        1e6 / self.interval_us as f64
    }

    /// Takes the place of one message, if there is one.
    pub fn take(&mut self, now: Millis) -> bool {
        let now_us = now.0 * 1000;
        let tolerance_us = self.interval_us * (self.burst - 1);
        if self.arrival_us - tolerance_us > now_us {
            return false;
        }
        self.arrival_us = self.arrival_us.max(now_us) + self.interval_us;
        true
    }

    /// Counts messages that used the number's throughput without asking: inbound ones, which Meta counts too.
    pub fn charge(&mut self, now: Millis, messages: u32) {
        self.arrival_us = self.arrival_us.max(now.0 * 1000) + self.interval_us * i64::from(messages);
    }

    /// Lets nothing pass for a while.
    pub fn hold(&mut self, now: Millis, ms: i64) {
        self.arrival_us = self.arrival_us.max(now.plus(ms).0 * 1000);
    }

    /// When the next message may pass.
    pub fn next_at(&self) -> Millis {
        let us = self.arrival_us - self.interval_us * (self.burst - 1);
        Millis(us.div_euclid(1000) + i64::from(us.rem_euclid(1000) > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Takes as much as possible at each of the instants; gives the instants of the messages that passed.
    fn passed(bucket: &mut Bucket, instants: &[i64]) -> Vec<i64> {
        let mut passed = Vec::new();
        for &at in instants {
            while bucket.take(Millis(at)) {
                passed.push(at);
            }
        }
        passed
    }

    fn most_in_a_second(times: &[i64]) -> usize {
        (0..times.len()).map(|i| times[i..].iter().take_while(|&&t| t < times[i] + 1000).count()).max().unwrap_or(0)
    }

    proptest! {
        /// Whatever the instants at which it is asked, no sliding second passes more than the limit.
        #[test]
        fn no_sliding_second_exceeds_the_limit(
            limit in prop::sample::select(vec![5u32, 20, 80, 250, 1000]),
            gaps in prop::collection::vec(0i64..400, 1..200),
        ) {
            let mut bucket = Bucket::empty(limit, 0.95, Millis(0));
            let instants: Vec<i64> = gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at) }).collect();
            prop_assert!(most_in_a_second(&passed(&mut bucket, &instants)) <= limit as usize);
        }
    }

    #[test]
    fn asked_often_enough_it_keeps_its_rate() {
        for limit in [20u32, 80, 250, 1000] {
            let mut bucket = Bucket::empty(limit, 0.95, Millis(0));
            let instants: Vec<i64> = (0..60_000).step_by(10).collect();
            let count = passed(&mut bucket, &instants).len() as f64;
            let expected = f64::from(limit) * 0.95 * 60.0;
            assert!((count - expected).abs() / expected < 0.01, "limit {limit}: {count} instead of {expected}");
        }
    }

    #[test]
    fn it_starts_empty() {
        let mut bucket = Bucket::empty(1000, 0.95, Millis(1_000));
        assert!(!bucket.take(Millis(1_000)));
        assert!(bucket.next_at() > Millis(1_000));
        let at = bucket.next_at();
        assert!(bucket.take(at));
    }

    #[test]
    fn inbound_messages_use_it_up() {
        let mut bucket = Bucket::empty(80, 0.95, Millis(0));
        bucket.charge(Millis(0), 76);
        assert_eq!(passed(&mut bucket, &[500, 900]), Vec::<i64>::new());
    }
}
