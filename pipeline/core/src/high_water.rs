//! Dedupe by producer sequence: one integer per producing task-partition.
//!
//! A producer publishes gapless and in order, so a record is news exactly if its sequence number is above the highest one
//! that was seen from that producer (DESIGN of Restate's `dedup` and of Kafka's idempotent producer alike).

use std::collections::BTreeMap;

use posthaste_model::Sequence;

/// The highest sequence number seen per producing task-partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HighWater(BTreeMap<String, BTreeMap<i32, i64>>);

impl HighWater {
    /// Admits a record once: `true` the first time, `false` for every repetition.
    pub fn admit(&mut self, sequence: &Sequence) -> bool {
        if let Some(seen) = self.0.get_mut(&sequence.task).and_then(|task| task.get_mut(&sequence.partition)) {
            let news = sequence.seq > *seen;
            *seen = sequence.seq.max(*seen);
            return news;
        }
        self.0.entry(sequence.task.clone()).or_default().insert(sequence.partition, sequence.seq);
        true
    }

    /// The form in which the store keeps it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0).expect("maps of texts and numbers are JSON")
    }

    /// Reads what [`HighWater::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(partition: i32, seq: i64) -> Sequence {
        Sequence { task: "normalize".into(), partition, seq }
    }

    #[test]
    fn a_record_is_admitted_once_per_producer() {
        let mut seen = HighWater::default();
        assert!(seen.admit(&sequence(0, 5)));
        assert!(!seen.admit(&sequence(0, 5)));
        assert!(!seen.admit(&sequence(0, 4)));
        assert!(seen.admit(&sequence(0, 6)));
        assert!(seen.admit(&sequence(1, 5)), "another partition is another producer");
    }

    #[test]
    fn it_survives_the_store() {
        let mut seen = HighWater::default();
        seen.admit(&sequence(3, 9));
        let read = HighWater::from_json(&seen.to_json()).expect("own output");
        assert_eq!(read, seen);
        // Sender task, lake and hot tail all keep it so in task_lease.high_water.
        assert_eq!(seen.to_json(), r#"{"normalize":{"3":9}}"#);
        assert_eq!(HighWater::from_json("{}").expect("the column's default"), HighWater::default());
    }

    proptest::proptest! {
        /// However a gapless stream is cut and replayed, every number is admitted exactly once.
        #[test]
        fn replays_admit_nothing_twice(cuts in proptest::collection::vec((0i64..50, 1i64..20), 1..30)) {
            let mut seen = HighWater::default();
            let mut admitted = Vec::new();
            let mut end = 0;
            for (back, forward) in cuts {
                let from = (end - back).max(0);
                for seq in from..end + forward {
                    if seen.admit(&sequence(0, seq)) {
                        admitted.push(seq);
                    }
                }
                end += forward;
            }
            proptest::prop_assert_eq!(admitted, (0..end).collect::<Vec<_>>());
        }
    }
}
