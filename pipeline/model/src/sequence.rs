//! Positions: where a record came from, and where it stands in its producer's output.

use std::fmt;
use std::str::FromStr;

/// `<task>/<partition>/<seq>`: position of a record in the output of one producing task-partition. Gapless and ordered
/// per producer, so a consumer drops whatever is not above the highest it has seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequence {
    /// Name of the producing task.
    pub task: String,
    /// Its partition.
    pub partition: i32,
    /// The number.
    pub seq: i64,
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.task, self.partition, self.seq)
    }
}

impl FromStr for Sequence {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('/');
        let (task, partition, seq) = (parts.next(), parts.next(), parts.next());
        match (task, partition.and_then(|p| p.parse().ok()), seq.and_then(|s| s.parse().ok()), parts.next()) {
            (Some(task), Some(partition), Some(seq), None) if !task.is_empty() => {
                Ok(Self { task: task.to_owned(), partition, seq })
            }
            _ => Err(()),
        }
    }
}

/// `<topic>/<partition>/<offset>/<index>`: the record that an event was made from, and its index among the events made
/// from that record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Topic of the record.
    pub topic: String,
    /// Partition of the record.
    pub partition: i32,
    /// Offset of the record.
    pub offset: i64,
    /// Index within the record, from 0.
    pub index: u32,
}

impl Origin {
    /// Bits of a sequence number that hold the index: a record of 4 MiB cannot hold more elements than this.
    pub const INDEX_BITS: u32 = 21;

    /// The sequence number of a stateless task's output: a function of the input, so that a replay gives the same.
    pub fn sequence_number(&self) -> i64 {
        (self.offset << Self::INDEX_BITS) | i64::from(self.index)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.topic, self.partition, self.offset, self.index)
    }
}

impl FromStr for Origin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('/');
        let topic = parts.next().filter(|t| !t.is_empty()).ok_or(())?;
        let partition = parts.next().and_then(|p| p.parse().ok()).ok_or(())?;
        let offset = parts.next().and_then(|p| p.parse().ok()).ok_or(())?;
        let index = parts.next().and_then(|p| p.parse().ok()).ok_or(())?;
        if parts.next().is_some() {
            return Err(());
        }
        Ok(Self { topic: topic.to_owned(), partition, offset, index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_read_back_as_written() {
        let sequence = Sequence { task: "senders".into(), partition: 3, seq: 99 };
        assert_eq!(sequence.to_string().parse(), Ok(sequence));
        let origin = Origin { topic: "webhooks.raw.v1".into(), partition: 1, offset: 5, index: 2 };
        assert_eq!(origin.to_string().parse(), Ok(origin));
        assert!("senders/3".parse::<Sequence>().is_err());
        assert!("a/1/2/3/4".parse::<Origin>().is_err());
    }

    #[test]
    fn sequence_numbers_follow_offset_then_index() {
        let at = |offset, index| Origin { topic: "t".into(), partition: 0, offset, index }.sequence_number();
        assert!(at(1, 5) < at(1, 6));
        assert!(at(1, (1 << Origin::INDEX_BITS) - 1) < at(2, 0));
    }
}
