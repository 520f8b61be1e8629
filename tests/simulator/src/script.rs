//! What will happen to a message: which statuses it will have, when, and how they will be reported.
//!
//! Pure: a script follows from the seed, the message's index, the fault shares and the range of delays alone.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::failure::{DRAWN, Failure, PAUSED};
use crate::options::{Faults, MillisRange, Share};

/// A status that Meta reports by webhook (Meta: webhooks/reference/messages/status).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Meta has handed the message on.
    Sent,
    /// It reached the user's device.
    Delivered,
    /// The user has seen it.
    Read,
    /// It will not be delivered.
    Failed,
}

impl Status {
    /// Meta's word for it in message histories.
    pub(crate) fn in_capitals(self) -> &'static str {
        match self {
            Self::Sent => "SENT",
            Self::Delivered => "DELIVERED",
            Self::Read => "READ",
            Self::Failed => "FAILED",
        }
    }
}

/// One report of one status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) status: Status,
    /// When it happened, in milliseconds after the accept; its timestamp.
    pub(crate) occurs_after_ms: u32,
    /// When it is reported, in milliseconds after the accept; not before it happened.
    pub(crate) posts_after_ms: u32,
    pub(crate) failure: Option<&'static Failure>,
    /// Tells what the message costs.
    pub(crate) is_priced: bool,
}

/// Everything that will be reported about one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Script {
    /// The first step is reported before the send is answered.
    pub(crate) early: bool,
    /// It is held for quality assessment first.
    pub(crate) is_held: bool,
    /// In order of occurrence, then the duplicates.
    pub(crate) steps: Vec<Step>,
}

/// Which dice of the seed: each kind of decision has its own, so that one does not shift the other.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dice {
    Script,
    Request,
    Wamid,
    Batch,
    Inbound,
    Call,
    Media,
    Template,
    Hold,
    Username,
    Page,
    PageScript,
    PageInbound,
    Distortion,
    Window,
    ErrorData,
    HiddenNumber,
}

/// A generator for decision number `index` of a kind.
pub(crate) fn dice(seed: u64, kind: Dice, index: u64) -> StdRng {
    StdRng::seed_from_u64(mix(mix(seed, kind as u64), index))
}

/// A bijection of `value` for every `seed`: the finaliser of SplitMix64 (Steele, Lea, Flood 2014). Distinct indexes
/// of one seed therefore give distinct results.
pub(crate) fn mix(seed: u64, value: u64) -> u64 {
    let mut z = seed.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(value.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The value that [`mix`] made `mixed` of.
pub(crate) fn unmix(seed: u64, mixed: u64) -> u64 {
    const FIRST: u64 = inverse(0xBF58_476D_1CE4_E5B9);
    const SECOND: u64 = inverse(0x94D0_49BB_1331_11EB);
    const STEP: u64 = inverse(0x9E37_79B9_7F4A_7C15);
    let mut z = (mixed ^ (mixed >> 31) ^ (mixed >> 62)).wrapping_mul(SECOND);
    z = (z ^ (z >> 27) ^ (z >> 54)).wrapping_mul(FIRST);
    z = z ^ (z >> 30) ^ (z >> 60);
    z.wrapping_sub(seed.wrapping_mul(0xD134_2543_DE82_EF95)).wrapping_mul(STEP)
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration: each step doubles the bits that are right, from three.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut bits = 3;
    while bits < 64 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse
}

pub(crate) fn chance(rng: &mut StdRng, share: Share) -> bool {
    rng.random::<f64>() < share.get()
}

pub(crate) fn millis(rng: &mut StdRng, range: MillisRange) -> u32 {
    rng.random_range(range.min..=range.max)
}

impl Script {
    /// The script of accepted message number `index`.
    pub(crate) fn plan(seed: u64, index: u64, faults: &Faults, delay: MillisRange) -> Self {
        let rng = &mut dice(seed, Dice::Script, index);
        let mut steps =
            if chance(rng, faults.failed_share) { failing(rng, faults, delay) } else { succeeding(rng, faults, delay) };
        distort(&mut steps, &mut dice(seed, Dice::Distortion, index), faults, delay);
        let early = chance(rng, faults.early_share) && !steps.is_empty();
        if early {
            (steps[0].occurs_after_ms, steps[0].posts_after_ms) = (0, 0);
        }
        if chance(rng, faults.reorder_share) {
            reorder(rng, &mut steps, usize::from(early), delay);
        }
        for index in 0..steps.len() {
            if chance(rng, faults.duplicate_share) {
                let mut copy = steps[index].clone();
                copy.posts_after_ms += rng.random_range(0..=delay.max);
                steps.push(copy);
            }
        }
        Self { early, is_held: false, steps }
    }

    /// The script of accepted template number `index`: some are held for a while, and of these some fail then, because their
    /// template is paused (Meta: templates/template-pacing).
    pub(crate) fn paced(mut self, seed: u64, index: u64, faults: &Faults, hold: MillisRange) -> Self {
        let rng = &mut dice(seed, Dice::Hold, index);
        if !chance(rng, faults.held_share) {
            return self;
        }
        let until = millis(rng, hold);
        (self.early, self.is_held) = (false, true);
        for step in &mut self.steps {
            step.occurs_after_ms += until;
            step.posts_after_ms += until;
        }
        if chance(rng, faults.held_failed_share) {
            self.steps = vec![failed(PAUSED, until)];
        }
        self
    }

    /// The script of a message that was accepted and fails with a code, for a reason.
    pub(crate) fn failing_with(self, code: u32) -> Self {
        let after_ms = self.steps.first().map_or(0, |step| step.occurs_after_ms);
        Self { steps: vec![failed(code, after_ms)], ..self }
    }
}

fn failed(code: u32, after_ms: u32) -> Step {
    Step { failure: Failure::of(code), ..step(Status::Failed, after_ms) }
}

fn step(status: Status, after_ms: u32) -> Step {
    let is_priced = status == Status::Sent;
    Step { status, occurs_after_ms: after_ms, posts_after_ms: after_ms, failure: None, is_priced }
}

/// What integrators do not expect: nothing is reported, a failure follows a success, the price comes later.
fn distort(steps: &mut Vec<Step>, rng: &mut StdRng, faults: &Faults, delay: MillisRange) {
    if chance(rng, faults.dropped_share) {
        return steps.clear();
    }
    let last = steps.iter().map(|step| step.occurs_after_ms).max().unwrap_or_default();
    if steps[0].status == Status::Failed {
        if chance(rng, faults.failed_after_sent_share) {
            *steps = vec![step(Status::Sent, steps[0].occurs_after_ms / 2), steps[0].clone()];
        }
        return;
    }
    if chance(rng, faults.late_pricing_share) {
        steps[0].is_priced = false;
        steps[1..].iter_mut().take(1).for_each(|step| step.is_priced = true);
    }
    if chance(rng, faults.failed_after_delivered_share) {
        let code = if faults.failed_code == 0 { DRAWN[0].1.code } else { faults.failed_code };
        steps.push(failed(code, last + millis(rng, delay)));
    }
}

/// sent, delivered, read; a user who has the chat open causes `read` alone (Meta: same page).
fn succeeding(rng: &mut StdRng, faults: &Faults, delay: MillisRange) -> Vec<Step> {
    let sent = millis(rng, delay);
    let delivered = sent + millis(rng, delay);
    let read = delivered + millis(rng, delay);
    let is_read = chance(rng, faults.read_share);
    let is_read_only = is_read && chance(rng, faults.read_only_share);
    let mut steps = vec![step(Status::Sent, sent)];
    if !is_read_only {
        steps.push(step(Status::Delivered, delivered));
    }
    if is_read {
        steps.push(step(Status::Read, read));
    }
    steps
}

/// failed; sometimes the `sent` that preceded it is reported afterwards.
fn failing(rng: &mut StdRng, faults: &Faults, delay: MillisRange) -> Vec<Step> {
    let failed = millis(rng, delay);
    let late = failed + millis(rng, delay);
    let mut roll = rng.random_range(0..100);
    let drawn = DRAWN.iter().find(|(percent, _)| {
        let hit = roll < *percent;
        roll = roll.saturating_sub(*percent);
        hit
    });
    let failure = Failure::of(faults.failed_code).or(drawn.map(|(_, failure)| failure));
    let mut steps = vec![Step { failure, ..step(Status::Failed, failed) }];
    if chance(rng, faults.late_sent_after_failed_share) {
        steps.push(Step { posts_after_ms: late, ..step(Status::Sent, failed) });
    }
    steps
}

/// Holds one report back until after its successor. Time stamps stay: only the delivery is late.
fn reorder(rng: &mut StdRng, steps: &mut [Step], from: usize, delay: MillisRange) {
    let successors = steps.len().saturating_sub(1);
    if from < successors {
        let held = rng.random_range(from..successors);
        steps[held].posts_after_ms = steps[held + 1].posts_after_ms + 1 + millis(rng, delay);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DELAY: MillisRange = MillisRange::new(50, 400);

    fn faults() -> impl Strategy<Value = Faults> {
        proptest::array::uniform7(0.0..=1.0).prop_map(|shares| {
            let share = |index: usize| Share::try_from(shares[index]).unwrap();
            Faults {
                failed_share: share(0),
                read_share: share(1),
                read_only_share: share(2),
                duplicate_share: share(3),
                reorder_share: share(4),
                early_share: share(5),
                late_sent_after_failed_share: share(6),
                ..Faults::NONE
            }
        })
    }

    proptest! {
        #[test]
        fn a_script_follows_from_its_seed(seed: u64, index: u64, faults in faults()) {
            prop_assert_eq!(Script::plan(seed, index, &faults, DELAY), Script::plan(seed, index, &faults, DELAY));
        }

        #[test]
        fn nothing_is_reported_before_it_happens(seed: u64, index: u64, faults in faults()) {
            for step in Script::plan(seed, index, &faults, DELAY).steps {
                prop_assert!(step.posts_after_ms >= step.occurs_after_ms, "{step:?}");
            }
        }

        #[test]
        fn statuses_happen_in_their_order(seed: u64, index: u64, faults in faults()) {
            let script = Script::plan(seed, index, &faults, DELAY);
            let at = |status| script.steps.iter().find(|step| step.status == status).map(|step| step.occurs_after_ms);
            let chain: Vec<u32> = [Status::Sent, Status::Delivered, Status::Read].into_iter().filter_map(at).collect();
            prop_assert!(chain.is_sorted(), "{script:?}");
        }

        #[test]
        fn a_message_fails_or_arrives_and_never_both(seed: u64, index: u64, faults in faults()) {
            let script = Script::plan(seed, index, &faults, DELAY);
            let has = |status| script.steps.iter().any(|step| step.status == status);
            let arrives = has(Status::Delivered) || has(Status::Read);
            prop_assert_eq!(has(Status::Failed), !arrives, "{:?}", script);
            prop_assert!(has(Status::Failed) || has(Status::Sent), "{:?}", script);
            prop_assert_eq!(has(Status::Failed), script.steps.iter().any(|step| step.failure.is_some()));
        }

        #[test]
        fn what_was_mixed_is_found_again(seed: u64, value: u64) {
            prop_assert_eq!(unmix(seed, mix(seed, value)), value);
        }

        #[test]
        fn mixing_is_injective_for_a_seed(seed: u64, a: u64, b: u64) {
            prop_assume!(a != b);
            prop_assert_ne!(mix(seed, a), mix(seed, b));
        }
    }

    #[test]
    fn without_faults_a_message_is_sent_delivered_and_read_once_in_order() {
        for index in 0..1_000 {
            let script = Script::plan(1, index, &Faults::NONE, DELAY);
            assert_eq!(
                script.steps.iter().map(|step| step.status).collect::<Vec<_>>(),
                [Status::Sent, Status::Delivered, Status::Read]
            );
            assert!(script.steps.is_sorted_by_key(|step| step.posts_after_ms));
            assert!(!script.early);
        }
    }

    #[test]
    fn shares_are_kept_over_many_messages() {
        let tenth = Share::try_from(0.1).unwrap();
        let faults = Faults {
            failed_share: tenth,
            read_share: Share::try_from(0.7).unwrap(),
            early_share: tenth,
            ..Faults::NONE
        };
        let scripts: Vec<Script> = (0..20_000).map(|index| Script::plan(9, index, &faults, DELAY)).collect();
        let share =
            |hit: &dyn Fn(&Script) -> bool| scripts.iter().filter(|script| hit(script)).count() as f64 / 20_000.0;
        assert!((share(&|script| script.steps.iter().any(|step| step.status == Status::Failed)) - 0.1).abs() < 0.01);
        assert!((share(&|script| script.steps.iter().any(|step| step.status == Status::Read)) - 0.63).abs() < 0.015);
        assert!((share(&|script| script.early) - 0.1).abs() < 0.01);
    }

    #[test]
    fn a_message_can_end_in_every_way_that_integrators_do_not_expect() {
        let statuses = |faults: Faults| -> Vec<(Status, bool)> {
            let script = Script::plan(7, 1, &faults, DELAY);
            assert!(script.steps.is_sorted_by_key(|step| step.posts_after_ms), "{script:?}");
            script.steps.iter().map(|step| (step.status, step.is_priced)).collect()
        };
        let always = Share::ALWAYS;
        use Status::{Delivered, Failed, Read, Sent};
        assert_eq!(statuses(Faults { dropped_share: always, early_share: always, ..Faults::NONE }), []);
        assert_eq!(
            statuses(Faults { failed_share: always, failed_after_sent_share: always, ..Faults::NONE }),
            [(Sent, true), (Failed, false)]
        );
        assert_eq!(
            statuses(Faults { failed_after_delivered_share: always, read_share: Share::NEVER, ..Faults::NONE }),
            [(Sent, true), (Delivered, false), (Failed, false)]
        );
        assert_eq!(
            statuses(Faults { late_pricing_share: always, ..Faults::NONE }),
            [(Sent, false), (Delivered, true), (Read, false)]
        );
        assert_eq!(
            statuses(Faults { late_pricing_share: always, read_only_share: always, ..Faults::NONE }),
            [(Sent, false), (Read, true)]
        );
    }

    #[test]
    fn a_reordered_message_reports_a_status_after_its_successor() {
        let faults = Faults { reorder_share: Share::ALWAYS, ..Faults::NONE };
        for index in 0..1_000 {
            assert!(!Script::plan(3, index, &faults, DELAY).steps.is_sorted_by_key(|step| step.posts_after_ms));
        }
    }
}
