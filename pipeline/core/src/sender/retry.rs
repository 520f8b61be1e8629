//! How long a message waits before its next attempt.

use posthaste_model::{AttemptNumber, IntentId};

/// First wait before another attempt where nothing is documented, in milliseconds; doubles with each.
pub(super) const RETRY_BASE_MS: i64 = 1_000;
/// Longest wait that doubling gives, in milliseconds; what is documented may be longer.
const RETRY_MAX_MS: i64 = 300_000;
/// The wait is moved by up to this share in both directions, in thousandths: messages that were refused together do not
/// come back together.
const JITTER_PERMILLE: i64 = 200;

/// The wait after attempt `number`, in milliseconds: doubled with each, and jittered. The jitter is drawn from the message
/// and the number, so that a replay waits as long.
pub(super) fn backoff_ms(id: IntentId, number: AttemptNumber, first_ms: i64) -> i64 {
    let doublings = u32::from(number.max(1).unsigned_abs() - 1).min(20);
    let doubled = (first_ms << doublings).min(RETRY_MAX_MS.max(first_ms));
    let spread = 2 * JITTER_PERMILLE + 1;
    let moved = (draw(id, number) % spread.unsigned_abs()) as i64 - JITTER_PERMILLE;
    doubled + doubled * moved / 1_000
}

/// Meta's `Retry-After` is believed between the wait that we would choose and twice that: neither a zero nor a day may
/// decide for us.
pub(super) fn honoured_ms(base_ms: i64, retry_after_ms: Option<i64>) -> i64 {
    retry_after_ms.map_or(base_ms, |ms| ms.clamp(base_ms, 2 * base_ms))
}

/// An even spread over the numbers of 64 bits (the finaliser of SplitMix64; Steele, Lea, Flood, 2014).
pub(super) fn draw(id: IntentId, number: AttemptNumber) -> u64 {
    let (high, low) = id.0.as_u64_pair();
    let mut z = high ^ low.rotate_left(32) ^ u64::from(number.unsigned_abs()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(n: u128) -> IntentId {
        IntentId(uuid::Uuid::from_u128(n))
    }

    proptest! {
        /// The wait is the doubled one within the jitter, whoever waits; and the same for the same attempt.
        #[test]
        fn waits_double_within_their_jitter(n in any::<u128>(), number in 1i16..100, first in 50i64..600_000) {
            let doubled = first.saturating_mul(1 << (number - 1).min(20)).min(RETRY_MAX_MS.max(first));
            let wait = backoff_ms(id(n), number, first);
            prop_assert!((wait - doubled).abs() <= doubled * JITTER_PERMILLE / 1_000, "{wait} for {doubled}");
            prop_assert_eq!(wait, backoff_ms(id(n), number, first));
        }

        #[test]
        fn what_meta_asks_for_is_kept_within_its_bounds(base in 1i64..1_000_000, asked in any::<Option<i64>>()) {
            let wait = honoured_ms(base, asked);
            prop_assert!((base..=2 * base).contains(&wait));
            prop_assert!(asked.is_none_or(|ms| !(base..=2 * base).contains(&ms) || ms == wait));
        }
    }

    #[test]
    fn messages_that_are_refused_together_do_not_come_back_together() {
        let waits: std::collections::BTreeSet<_> = (0..1_000).map(|n| backoff_ms(id(n), 1, 10_000)).collect();
        assert!(waits.len() > 300, "{} different waits", waits.len());
        assert!(waits.first() < Some(&8_100) && waits.last() > Some(&11_900), "{waits:?}");
    }
}
