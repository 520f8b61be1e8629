//! Rows of one partition that wait for a flush.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use posthaste_model::{Millis, TenantId, Transition};

use crate::tables::transitions::{Rows, Sealed};

/// Rows by day (UTC, of the transition) and tenant: each pair becomes a file.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    groups: BTreeMap<(NaiveDate, TenantId), Rows>,
    rows: usize,
}

/// What becomes a file.
#[derive(Debug)]
pub(crate) struct Group {
    /// Day of the transitions, UTC.
    pub(crate) day: NaiveDate,
    /// Whose rows they are; all of them.
    pub(crate) tenant: TenantId,
    /// The rows.
    pub(crate) sealed: Sealed,
}

impl Buffer {
    /// Adds a row.
    pub(crate) fn push(&mut self, partition: i32, offset: i64, transition: &Transition) {
        let group = self.groups.entry((day_of(transition.at), transition.tenant_id)).or_default();
        group.push(partition, offset, transition);
        self.rows += 1;
    }

    /// Rows that wait.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Takes all rows out.
    pub(crate) fn take(&mut self) -> Vec<Group> {
        self.rows = 0;
        std::mem::take(&mut self.groups)
            .into_iter()
            .filter_map(|((day, tenant), rows)| Some(Group { day, tenant, sealed: rows.seal()? }))
            .collect()
    }
}

fn day_of(at: Millis) -> NaiveDate {
    DateTime::from_timestamp_millis(at.0).expect("the intake takes plausible times only").date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::transitions::samples;

    #[test]
    fn each_tenant_and_day_is_a_file_of_its_own() {
        let other = TenantId(uuid::Uuid::from_u128(0xb));
        let mut buffer = Buffer::default();
        let rows = [
            samples::transition(1, 1, "sent"),
            Transition { tenant_id: other, ..samples::transition(2, 1, "sent") },
            Transition { at: samples::DAY.plus(-1), ..samples::transition(3, 1, "sent") },
            samples::transition(4, 1, "sent"),
        ];
        for (offset, row) in (10..).zip(&rows) {
            buffer.push(0, offset, row);
        }
        assert_eq!(buffer.rows(), 4);
        let groups: Vec<_> = buffer
            .take()
            .into_iter()
            .map(|g| {
                (g.day.to_string(), g.tenant, g.sealed.first_offset, g.sealed.last_offset, g.sealed.batch.num_rows())
            })
            .collect();
        assert_eq!(
            groups,
            [
                ("2026-11-20".to_owned(), samples::tenant(), 12, 12, 1),
                ("2026-11-21".to_owned(), samples::tenant(), 10, 13, 2),
                ("2026-11-21".to_owned(), other, 11, 11, 1),
            ]
        );
        assert!(buffer.take().is_empty(), "what is taken is gone");
    }
}
