//! What a record of `delivery.v1` means to a reader. Lake and hot tail both ask here, and start from the same committed
//! high-water, so they keep and drop the same records: a row is in a file exactly if it was in the tail.

use posthaste_core::HighWater;
use posthaste_model::{EventType, Millis, Transition};
use posthaste_runtime::record::InRecord;

/// Earliest time that is taken for a fact, 2000-01-01: no channel that we serve is older. Beyond the bounds a defective
/// clock would open a folder per invented day.
const AT_MIN: Millis = Millis(946_684_800_000);
/// Latest time that is taken for a fact, 2200-01-01.
const AT_MAX: Millis = Millis(7_258_118_400_000);

/// What to do with a record.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Keep it as a row.
    Row(Box<Transition>),
    /// It was read before.
    Duplicate,
    /// An event of a type that this table does not hold, or that only a newer version knows.
    Foreign,
    /// It can never be read.
    Poison(Poison),
}

/// Why a record can never be read.
#[derive(Debug)]
pub(crate) struct Poison {
    /// Stable code, the `reason` label of `posthaste_dead_letters_total`.
    pub(crate) reason: &'static str,
    /// For people. Holds no value of the record: those are personal data.
    pub(crate) detail: String,
}

/// Judges the next record of a partition. Records must come in the order of their offsets.
pub(crate) fn judge(high_water: &mut HighWater, record: &InRecord) -> Verdict {
    let sequence = record.sequence();
    if let Some(sequence) = &sequence
        && !high_water.admit(sequence)
    {
        return Verdict::Duplicate;
    }
    if record.event_type() != Some(EventType::DeliveryTransitioned) {
        return Verdict::Foreign;
    }
    if sequence.is_none() {
        let detail = "the header ph-seq is missing or malformed".to_owned();
        return Verdict::Poison(Poison { reason: "transition_without_sequence", detail });
    }
    let transition: Transition = match serde_json::from_slice(&record.value) {
        Ok(transition) => transition,
        Err(error) => {
            // The line and column of the error, not its text: that may quote the value.
            let detail = format!("not a transition, at line {} column {}", error.line(), error.column());
            return Verdict::Poison(Poison { reason: "transition_undecodable", detail });
        }
    };
    let times = AT_MIN..AT_MAX;
    if !times.contains(&transition.at) || !times.contains(&transition.accepted_at) {
        let detail = format!("at {} or accepted_at {} is no plausible time", transition.at, transition.accepted_at);
        return Verdict::Poison(Poison { reason: "transition_time_out_of_range", detail });
    }
    Verdict::Row(Box::new(transition))
}

#[cfg(test)]
mod tests {
    use posthaste_model::header;

    use super::*;
    use crate::tables::transitions::samples;

    fn is_row(verdict: &Verdict) -> bool {
        matches!(verdict, Verdict::Row(_))
    }

    #[test]
    fn a_record_that_is_published_twice_is_read_once() {
        let mut high_water = HighWater::default();
        let transition = samples::transition(1, 1, "sent");
        assert!(is_row(&judge(&mut high_water, &samples::record(0, &transition, "senders/3/7"))));
        assert!(matches!(judge(&mut high_water, &samples::record(1, &transition, "senders/3/7")), Verdict::Duplicate));
        assert!(matches!(judge(&mut high_water, &samples::record(2, &transition, "senders/3/6")), Verdict::Duplicate));
        assert!(is_row(&judge(&mut high_water, &samples::record(3, &transition, "senders/4/6"))));
        assert!(is_row(&judge(&mut high_water, &samples::record(4, &transition, "senders/3/8"))));
    }

    #[test]
    fn foreign_events_are_skipped_and_broken_ones_are_named() {
        let mut high_water = HighWater::default();
        let transition = samples::transition(1, 1, "sent");
        let mut foreign = samples::record(0, &transition, "senders/3/1");
        foreign.headers =
            [(header::CE_TYPE, "delivery.transitioned.v9"), (header::PH_SEQ, "senders/3/1")].into_iter().collect();
        assert!(matches!(judge(&mut high_water, &foreign), Verdict::Foreign));

        let mut broken = samples::record(1, &transition, "senders/3/2");
        broken.value = "{\"tenant_id\":1}".into();
        let Verdict::Poison(poison) = judge(&mut high_water, &broken) else { panic!("a broken value is poison") };
        assert_eq!(poison.reason, "transition_undecodable");

        let Verdict::Poison(poison) = judge(&mut high_water, &samples::record(2, &transition, "nonsense")) else {
            panic!("a record without a sequence is poison")
        };
        assert_eq!(poison.reason, "transition_without_sequence");

        let ancient = Transition { at: Millis(0), ..transition };
        let Verdict::Poison(poison) = judge(&mut high_water, &samples::record(3, &ancient, "senders/3/3")) else {
            panic!("a time before 2000 is poison")
        };
        assert_eq!(poison.reason, "transition_time_out_of_range");
    }
}
