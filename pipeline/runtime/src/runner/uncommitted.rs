//! Input that is decided and not committed, and how it is gone through again when the core breaks over it.
//!
//! A panic of the core leaves its state behind half changed: it is built anew from what is committed, and everything that
//! was taken in since is decided again, in pieces that halve with each panic, each with a commit of its own. Before each
//! piece a round without records shows that the state is not itself the cause. The record that breaks the core alone is
//! buried; its neighbours pass.

use std::collections::VecDeque;

use super::decode::Poison;
use crate::dispatch::Settled;
use crate::record::InRecord;

/// Records that are kept for deciding them again; at this many, even those without any effect are committed.
const RECORDS_MAX: usize = 10_000;
/// Code of the letter of a record that the core panics over.
pub(super) const PANICKED: &str = "decide_panicked";

/// What a round may take in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Whatever is ready.
    Everything,
    /// Outcomes, and no record.
    Outcomes,
    /// At most so many of the records that are gone through again, and nothing else.
    Records(usize),
}

/// See the module's documentation.
#[derive(Debug, Default)]
pub(super) struct Uncommitted {
    records: Vec<InRecord>,
    outcomes: Vec<Settled>,
    again: Option<Again>,
    /// A batch was refused since the last commit because it broke an invariant.
    unsound: bool,
}

#[derive(Debug)]
struct Again {
    outcomes: VecDeque<Settled>,
    records: VecDeque<InRecord>,
    most: usize,
    /// Whether the round at hand, or the last one, had no records.
    without_records: bool,
    /// What to bury instead of deciding it: the first record.
    condemned: Option<Poison>,
}

impl Uncommitted {
    /// Begins a round.
    pub(super) fn turn(&mut self) -> Turn {
        let Some(again) = &mut self.again else { return Turn::Everything };
        again.without_records = !again.without_records;
        if again.without_records { Turn::Outcomes } else { Turn::Records(again.most) }
    }

    /// Whether input is gone through again, so that nothing new is waited for.
    pub(super) fn is_repeating(&self) -> bool {
        self.again.is_some()
    }

    /// Whether it is time to commit even what has no effect.
    pub(super) fn is_full(&self) -> bool {
        self.records.len() >= RECORDS_MAX
    }

    /// The next outcome that is decided again.
    pub(super) fn next_outcome(&mut self) -> Option<Settled> {
        self.again.as_mut()?.outcomes.pop_front()
    }

    /// The next record that is decided again, or that is buried for the reason that comes with it.
    pub(super) fn next_record(&mut self) -> Option<(InRecord, Option<Poison>)> {
        let again = self.again.as_mut()?;
        let record = again.records.pop_front()?;
        let poison = again.condemned.take();
        if poison.is_some() {
            // The culprit is found: the others are presumed innocent.
            again.most = usize::MAX;
        }
        Some((record, poison))
    }

    /// Notes what the round takes in.
    pub(super) fn took_record(&mut self, record: InRecord) {
        self.records.push(record);
    }

    /// Notes what the round takes in.
    pub(super) fn took_outcome(&mut self, outcome: Settled) {
        self.outcomes.push(outcome);
    }

    /// A round went well. One that was not committed had no effect, and so had its outcomes.
    pub(super) fn passed(&mut self, committed: bool) {
        self.outcomes.clear();
        if committed {
            self.records.clear();
            self.unsound = false;
        }
        if self.again.as_ref().is_some_and(|again| again.records.is_empty() && again.outcomes.is_empty()) {
            self.again = None;
        }
    }

    /// The core panicked over what was taken in; gives how many records are decided at once from now on, or the panic back
    /// when no record can be its cause.
    pub(super) fn panicked(&mut self, text: String) -> Result<usize, String> {
        let halved = match self.records.len() {
            0 => return Err(text),
            count => (count / 2).max(1),
        };
        let alone = self.records.len() == 1 && self.again.as_ref().is_some_and(|again| !again.without_records);
        self.repeat(halved);
        if let Some(again) = self.again.as_mut().filter(|_| alone) {
            again.condemned = Some(Poison::buried(PANICKED, text));
        }
        Ok(halved)
    }

    /// The batch must not be committed. `false` when that is so for the second time.
    pub(super) fn refused(&mut self) -> bool {
        if self.unsound {
            return false;
        }
        self.unsound = true;
        self.repeat(usize::MAX);
        true
    }

    fn repeat(&mut self, most: usize) {
        let (mut outcomes, mut records) =
            (VecDeque::from_iter(self.outcomes.drain(..)), VecDeque::from_iter(self.records.drain(..)));
        if let Some(left) = self.again.take() {
            outcomes.extend(left.outcomes);
            records.extend(left.records);
        }
        self.again = Some(Again { outcomes, records, most, without_records: false, condemned: None });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(offset: i64) -> InRecord {
        InRecord {
            topic: "senders.v1".into(),
            partition: 0,
            offset,
            key: None,
            headers: std::iter::empty::<(&str, &str)>().collect(),
            value: bytes::Bytes::new(),
        }
    }

    /// Takes everything through a core that panics over some records; gives what passed and what was buried, in order, and
    /// how often the core was built anew.
    fn run(count: i64, poison: &[i64]) -> (Vec<i64>, Vec<i64>, usize) {
        let (mut passed, mut buried, mut builds) = (Vec::new(), Vec::new(), 0);
        let mut uncommitted = Uncommitted::default();
        let mut fresh: VecDeque<_> = (0..count).map(record).collect();
        while !fresh.is_empty() || uncommitted.is_repeating() {
            let (mut decided, mut letters) = (Vec::new(), Vec::new());
            let most = match uncommitted.turn() {
                Turn::Everything => 100,
                Turn::Outcomes => 0,
                Turn::Records(most) => most.min(100),
            };
            while decided.len() + letters.len() < most {
                let next = uncommitted.next_record();
                let next =
                    if uncommitted.is_repeating() { next } else { fresh.pop_front().map(|record| (record, None)) };
                let Some((record, condemned)) = next else { break };
                if condemned.is_some() { &mut letters } else { &mut decided }.push(record.offset);
                uncommitted.took_record(record);
            }
            if decided.iter().any(|offset| poison.contains(offset)) {
                uncommitted.panicked("text".into()).expect("a record is the cause");
                builds += 1;
            } else {
                passed.extend(decided);
                buried.extend(letters);
                uncommitted.passed(true);
            }
        }
        (passed, buried, builds)
    }

    proptest! {
        /// Exactly the culprits are buried, everything else passes once and in order, and a culprit costs no more than the
        /// halvings of a batch and one more.
        #[test]
        fn culprits_are_buried_and_their_neighbours_pass(
            count in 1i64..300,
            poison in prop::collection::btree_set(0i64..300, 0..4),
        ) {
            let poison: Vec<i64> = poison.into_iter().filter(|offset| *offset < count).collect();
            let (passed, buried, builds) = run(count, &poison);
            prop_assert_eq!(&buried, &poison);
            prop_assert_eq!(passed, (0..count).filter(|offset| !poison.contains(offset)).collect::<Vec<_>>());
            prop_assert!(builds <= poison.len() * 9, "{builds} for {poison:?}");
        }
    }

    #[test]
    fn without_a_record_there_is_nothing_to_bury() {
        let mut uncommitted = Uncommitted::default();
        assert_eq!(uncommitted.panicked("text".into()), Err("text".into()));
        uncommitted.took_record(record(1));
        assert_eq!(uncommitted.panicked("text".into()), Ok(1));
        assert_eq!(uncommitted.turn(), Turn::Outcomes);
        assert_eq!(uncommitted.panicked("text".into()), Err("text".into()), "the state itself is broken");
    }

    #[test]
    fn a_batch_that_breaks_an_invariant_twice_is_not_tried_a_third_time() {
        let mut uncommitted = Uncommitted::default();
        assert!(uncommitted.refused());
        uncommitted.passed(false);
        assert!(!uncommitted.refused());
        let mut uncommitted = Uncommitted::default();
        assert!(uncommitted.refused());
        uncommitted.passed(true);
        assert!(uncommitted.refused(), "another one, much later");
    }
}
