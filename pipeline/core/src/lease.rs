//! How long a new owner waits before it POSTs.

/// Silence of a new owner after the wait for its predecessor, in milliseconds. Late messages follow each other up to a
/// tenth faster than the limit (`posthaste_runtime::gate`), and one owner's account of arrivals knows nothing of another's:
/// in the last `x <= 1` seconds of the old one at most `x + 0.1` seconds' worth may have left, so the new one begins a tenth of a
/// second later.
pub const HAND_OVER_MS: i64 = 100;

/// Wait after the proven end of a predecessor, in milliseconds. Its last POSTs may still be on their way, and count in the
/// second in which they arrive: a second for the way, after which a POST has arrived or never will, and the second that
/// Meta looks at. The silence of a hand-over, which follows this wait as any other, is a part of these two seconds.
pub const AFTER_END_MS: i64 = 2_000 - HAND_OVER_MS;

/// What a new owner knows of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// How long the lease that is taken over still lasts, in milliseconds; negative if it is over.
    pub lease_ms: i64,
    /// Whether the process that has it is proven to have ended.
    pub has_ended: bool,
    /// How long the owners before that one may still POST, in milliseconds: it may have ended while it waited for them.
    pub earlier_ms: i64,
}

impl Before {
    /// How long nothing may be POSTed, in milliseconds.
    pub fn wait_ms(self) -> i64 {
        let own = if self.has_ended { self.lease_ms.min(AFTER_END_MS) } else { self.lease_ms };
        own.max(self.earlier_ms).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proven_end_of_one_owner_says_nothing_of_those_before_it() {
        let wait = |lease_ms, has_ended, earlier_ms| Before { lease_ms, has_ended, earlier_ms }.wait_ms();
        assert_eq!(wait(9_000, false, -5), 9_000);
        assert_eq!(wait(9_000, true, -5), AFTER_END_MS);
        assert_eq!(wait(9_000, true, 8_000), 8_000);
        assert_eq!(wait(500, true, -5), 500, "it was not renewed for so long that its last POST has left long ago");
        assert_eq!(wait(-1, false, -1), 0);
    }
}
