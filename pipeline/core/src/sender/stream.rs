//! Progress of the webhook stream, by which the grace of unknown outcomes is measured.
//!
//! Only an unbroken run of heartbeats counts. While no edge takes webhooks Meta keeps what it could not deliver and repeats
//! it afterwards, at intervals that grow; the first heartbeat after such a time says nothing about what is still to come.

use std::collections::BTreeMap;

use posthaste_model::{HEARTBEAT_EVERY_MS, Millis};

/// A longer time without a heartbeat is an outage. One that comes late or is lost (an append may take 2 s) is none.
const GAP_MAX_MS: i64 = 3 * HEARTBEAT_EVERY_MS;

/// Heartbeats of one partition, or of all, without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    from: Millis,
    upto: Millis,
}

/// What was heard of the partitions of `webhooks.raw.v1`. A new owner has heard nothing: it cannot know of outages before.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    partitions: usize,
    runs: BTreeMap<i32, Run>,
}

impl Stream {
    pub(super) fn new(partitions: usize) -> Self {
        Self { partitions, runs: BTreeMap::new() }
    }

    /// Notes a heartbeat. Several edges write into each partition, by clocks that differ: an older one changes nothing.
    pub(super) fn heard(&mut self, partition: i32, at: Millis) {
        let run = self.runs.entry(partition).or_insert(Run { from: at, upto: at });
        if at.since(run.upto) > GAP_MAX_MS {
            run.from = at;
        }
        run.upto = at.max(run.upto);
    }

    /// Whether every partition was processed, without a gap, for longer than `grace_ms` after `at`.
    pub(super) fn has_passed(&self, at: Millis, grace_ms: i64) -> bool {
        let from = self.runs.values().map(|run| run.from).max();
        let upto = self.runs.values().map(|run| run.upto).min();
        match (from, upto) {
            (Some(from), Some(upto)) if self.runs.len() >= self.partitions => upto.since(at.max(from)) > grace_ms,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GRACE_MS: i64 = 30_000;

    proptest! {
        /// However heartbeats and outages follow one another: what has passed has seen more than a grace of heartbeats
        /// after it, no two of them further apart than a gap.
        #[test]
        fn no_outage_counts_as_grace(
            gaps in prop::collection::vec(prop_oneof![4 => 1_000i64..5_000, 1 => 1_000i64..500_000], 1..60),
            at in 0i64..300_000,
        ) {
            let mut stream = Stream::new(1);
            let mut beats = Vec::new();
            for gap in gaps {
                beats.push(beats.last().copied().unwrap_or(0) + gap);
                stream.heard(0, Millis(*beats.last().expect("pushed")));
                let run = beats.iter().rev().scan(None, |later: &mut Option<i64>, beat| {
                    let unbroken = later.is_none_or(|later| later - beat <= GAP_MAX_MS);
                    *later = Some(*beat);
                    unbroken.then_some(*beat)
                });
                let heard_after = beats.last().expect("pushed") - run.last().expect("one beat").max(at);
                prop_assert_eq!(stream.has_passed(Millis(at), GRACE_MS), heard_after > GRACE_MS);
            }
        }
    }

    #[test]
    fn the_partition_that_is_furthest_back_counts_and_one_that_was_never_heard_of_most_of_all() {
        let mut stream = Stream::new(2);
        for at in (0..=60_000).step_by(2_000) {
            stream.heard(0, Millis(at));
        }
        assert!(!stream.has_passed(Millis(0), GRACE_MS));
        for at in (0..=30_000).step_by(2_000) {
            stream.heard(1, Millis(at));
        }
        assert!(!stream.has_passed(Millis(0), GRACE_MS));
        stream.heard(1, Millis(32_000));
        assert!(stream.has_passed(Millis(0), GRACE_MS));
        assert!(!stream.has_passed(Millis(2_000), GRACE_MS));
    }
}
