//! A cap in messages per minute: the generic cell rate algorithm again (see `bucket.rs`), without bursts.
//!
//! Slots lie at least a minute over the cap apart, so no sliding minute has more of them than the cap says.

use posthaste_model::Millis;

use super::bucket::{nanos, to_millis};

/// A minute in nanoseconds.
const MINUTE_NS: i64 = 60_000_000_000;

/// How many messages a minute may have, as a fraction: a cap that several share is a part of it for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerMinute {
    /// Messages per minute of all who share it.
    pub messages: u32,
    /// How many share it.
    pub shared_by: u32,
}

impl PerMinute {
    /// A cap that is not shared.
    pub const fn alone(messages: u32) -> Self {
        Self { messages, shared_by: 1 }
    }

    fn interval_ns(self) -> i64 {
        let (messages, shared_by) = (i64::from(self.messages.max(1)), i64::from(self.shared_by.max(1)));
        (MINUTE_NS * shared_by + messages - 1) / messages
    }
}

/// The slots that a cap leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    per_minute: PerMinute,
    next_ns: i64,
}

impl Cap {
    /// A cap of which a predecessor may have used a slot just before `since`.
    pub fn used(per_minute: PerMinute, since: Millis) -> Self {
        Self { per_minute, next_ns: nanos(since) + per_minute.interval_ns() }
    }

    /// A cap that nobody has used yet.
    pub fn fresh(per_minute: PerMinute, now: Millis) -> Self {
        Self { per_minute, next_ns: nanos(now) }
    }

    /// What it was made for.
    pub fn per_minute(&self) -> PerMinute {
        self.per_minute
    }

    /// Time of the next slot, rounded up to a millisecond; may be past.
    pub fn next_at(&self) -> Millis {
        to_millis(self.next_ns)
    }

    /// A message leaves at `at`, which is not before [`Cap::next_at`].
    pub fn spend(&mut self, at: Millis) {
        self.next_ns = self.next_ns.max(nanos(at)) + self.per_minute.interval_ns();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whenever messages want to leave, no sliding minute has more than the cap, whoever owned it before; and one that
        /// is always asked is used up to the rounding of its slots.
        #[test]
        fn no_sliding_minute_exceeds_the_cap(
            messages in 1u32..2_000,
            shared_by in 1u32..4,
            gaps in prop::collection::vec(0i64..2_000, 1..300),
            eager in any::<bool>(),
        ) {
            let per_minute = PerMinute { messages, shared_by };
            let mut cap = Cap::used(per_minute, Millis(0));
            let (mut now, mut slots) = (Millis(0), vec![0]);
            for gap in gaps {
                now = if eager { now } else { now.plus(gap) }.max(cap.next_at());
                cap.spend(now);
                slots.push(now.0);
            }
            for (n, first) in slots.iter().enumerate() {
                let in_minute = slots[n..].iter().take_while(|at| **at < first + 60_000).count();
                let most = f64::from(messages) / f64::from(shared_by);
                prop_assert!(in_minute as f64 <= most.ceil().max(1.0), "{in_minute} of {most}");
            }
            if eager {
                let rate = (slots.len() - 1) as f64 * 60_000.0 / now.0 as f64;
                prop_assert!(rate > f64::from(messages) / f64::from(shared_by) * 0.95, "{rate} a minute");
            }
        }
    }

    #[test]
    fn a_fresh_cap_lets_the_first_message_leave_at_once() {
        let mut cap = Cap::fresh(PerMinute::alone(2), Millis(1_000));
        assert_eq!(cap.next_at(), Millis(1_000));
        cap.spend(Millis(5_000));
        assert_eq!(cap.next_at(), Millis(35_000));
    }
}
