//! The share of a number's limit that Meta lets through at the moment: multiplicative decrease when it says "too fast"
//! (130429), additive recovery with time (AIMD; Chiu and Jain, 1989).
//!
//! Other software may send from the same number, and a limit may be lower than what is configured. The bucket keeps its
//! own pace, which is the ceiling; while the share is less than one, its slots are put further apart.

use posthaste_model::Millis;

use super::Bucket;

/// What is left of the share after each throttle.
const DECREASE: f64 = 0.7;
/// The share never falls below this: something must leave to learn that there is room again.
const FLOOR: f64 = 0.05;
/// Share that comes back in a second: from one decrease to the full rate it takes half a minute.
const RECOVERY_PER_S: f64 = 0.01;

/// See the module's documentation.
#[derive(Debug, Clone, PartialEq)]
pub struct Adaptive {
    /// The share right after the newest decrease.
    share: f64,
    decreased_at: Option<Millis>,
}

impl Default for Adaptive {
    fn default() -> Self {
        Self { share: 1.0, decreased_at: None }
    }
}

impl Adaptive {
    /// The share of the limit that is used now, above 0 and at most 1.
    pub fn share(&self, now: Millis) -> f64 {
        let since_ms = self.decreased_at.map_or(0, |at| now.since(at).max(0));
        (self.share + RECOVERY_PER_S * since_ms as f64 / 1000.0).min(1.0)
    }

    /// Notes a throttle of a message that was armed at `armed`. Those that were armed before the newest decrease were sent
    /// at the old rate and say nothing new: one flight of refusals is one decrease.
    pub fn throttled(&mut self, armed: Millis, now: Millis) {
        if self.decreased_at.is_none_or(|at| armed > at) {
            self.share = (self.share(now) * DECREASE).max(FLOOR);
            self.decreased_at = Some(now);
        }
    }

    /// Puts the bucket's next slot, one having been taken just now, as far away as the share asks for.
    pub fn space(&self, bucket: &mut Bucket, now: Millis) {
        let share = self.share(now);
        if share < 1.0 {
            bucket.stretch(share);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is throttled when: the share stays between floor and one, a throttle never raises it, time never
        /// lowers it, and left alone it comes back to one.
        #[test]
        fn the_share_falls_with_throttles_alone_and_always_recovers(
            gaps in prop::collection::vec((0i64..20_000, -5_000i64..1), 1..50),
        ) {
            let (mut adaptive, mut now) = (Adaptive::default(), Millis(0));
            for (gap, ago) in gaps {
                let before = adaptive.share(now);
                now = now.plus(gap);
                let after = adaptive.share(now);
                prop_assert!(after >= before);
                adaptive.throttled(now.plus(ago), now);
                prop_assert!(adaptive.share(now) <= after && adaptive.share(now) >= FLOOR);
            }
            prop_assert_eq!(adaptive.share(now.plus(100_000)), 1.0);
        }

        /// The slots of a second are no more than the share of the limit, and one.
        #[test]
        fn slots_keep_to_the_share(limit in prop::sample::select(vec![20u32, 80, 1000]), throttles in 1usize..4) {
            let mut adaptive = Adaptive::default();
            for n in 0..throttles as i64 {
                adaptive.throttled(Millis(n + 1), Millis(n + 1));
            }
            let mut bucket = Bucket::empty(limit, 0.95, Millis(0));
            let mut slots = Vec::new();
            for at in (10..3_000).step_by(50) {
                while let Some(slot) = bucket.take(Millis(at), 100) {
                    adaptive.space(&mut bucket, Millis(at));
                    slots.push(slot.0);
                }
            }
            let share = adaptive.share(Millis(3_000));
            let most = (0..slots.len()).map(|i| slots[i..].iter().take_while(|at| **at < slots[i] + 1_000).count()).max();
            let allowed = bucket.rate() * share + 1.0;
            prop_assert!(most.unwrap_or(0) as f64 <= allowed, "{most:?} of {allowed}");
            prop_assert!(slots.len() as f64 > 2.5 * bucket.rate() * DECREASE.powi(throttles as i32), "{}", slots.len());
        }
    }

    #[test]
    fn one_flight_of_refusals_is_one_decrease() {
        let mut adaptive = Adaptive::default();
        for armed in 900..1_000 {
            adaptive.throttled(Millis(armed), Millis(1_000));
        }
        assert_eq!(adaptive.share(Millis(1_000)), DECREASE);
        adaptive.throttled(Millis(1_100), Millis(1_100));
        assert!(adaptive.share(Millis(1_100)) < DECREASE);
    }
}
