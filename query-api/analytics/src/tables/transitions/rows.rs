//! Transitions to Arrow.

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Int16Builder, Int32Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMillisecondBuilder,
};
use posthaste_model::Transition;

use super::schema;

/// Rows of one partition of the topic, in the order of their offsets.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    tenant_id: StringBuilder,
    intent_id: StringBuilder,
    attempt: Int16Builder,
    status: StringBuilder,
    at: TimestampMillisecondBuilder,
    accepted_at: TimestampMillisecondBuilder,
    sender_id: StringBuilder,
    contact: StringBuilder,
    class: StringBuilder,
    campaign_id: StringBuilder,
    template: StringBuilder,
    wamid: StringBuilder,
    code: Int64Builder,
    reason: StringBuilder,
    pricing: StringBuilder,
    partition: Int32Builder,
    offset: Int64Builder,
    queued_at: TimestampMillisecondBuilder,
    armed_at: TimestampMillisecondBuilder,
    offsets: Option<(i64, i64)>,
}

/// Rows that were closed.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    /// The rows; never empty.
    pub(crate) batch: RecordBatch,
    /// Offset of the first row.
    pub(crate) first_offset: i64,
    /// Offset of the last row.
    pub(crate) last_offset: i64,
}

impl Rows {
    /// No rows, with room for this many: a column has room for 1,024 otherwise, and keeps it when it is closed.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        let text = |bytes: usize| StringBuilder::with_capacity(rows, rows * bytes);
        let time = || TimestampMillisecondBuilder::with_capacity(rows);
        Self {
            tenant_id: text(36),
            intent_id: text(36),
            attempt: Int16Builder::with_capacity(rows),
            status: text(9),
            at: time(),
            accepted_at: time(),
            sender_id: text(16),
            contact: text(14),
            class: text(13),
            campaign_id: text(36),
            template: text(24),
            wamid: text(60),
            code: Int64Builder::with_capacity(rows),
            reason: text(0),
            pricing: text(0),
            partition: Int32Builder::with_capacity(rows),
            offset: Int64Builder::with_capacity(rows),
            queued_at: time(),
            armed_at: time(),
            offsets: None,
        }
    }

    /// Appends a row.
    pub(crate) fn push(&mut self, partition: i32, offset: i64, transition: &Transition) {
        push_id(&mut self.tenant_id, transition.tenant_id);
        push_id(&mut self.intent_id, transition.intent_id);
        self.attempt.append_value(transition.attempt);
        self.status.append_value(transition.status.as_str());
        self.at.append_value(transition.at.0);
        self.accepted_at.append_value(transition.accepted_at.0);
        self.sender_id.append_value(transition.sender_id.as_str());
        self.contact.append_value(transition.contact.as_str());
        self.class.append_value(transition.class.as_str());
        match transition.campaign_id {
            Some(campaign) => push_id(&mut self.campaign_id, campaign),
            None => self.campaign_id.append_null(),
        }
        self.template.append_option(transition.template.as_deref());
        self.wamid.append_option(transition.wamid.as_ref().map(|wamid| wamid.as_str()));
        self.code.append_option(transition.code);
        self.reason.append_option(transition.reason.as_deref());
        self.pricing.append_option(transition.pricing.as_deref());
        self.partition.append_value(partition);
        self.offset.append_value(offset);
        self.queued_at.append_option(transition.queued_at.map(|at| at.0));
        self.armed_at.append_option(transition.armed_at.map(|at| at.0));
        let (first, last) = self.offsets.unwrap_or((offset, offset));
        debug_assert!(last <= offset, "rows come in the order of their offsets");
        self.offsets = Some((first, offset));
    }

    /// Closes the rows; `None` if there are none.
    pub(crate) fn seal(mut self) -> Option<Sealed> {
        let (first_offset, last_offset) = self.offsets?;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.tenant_id.finish()),
            Arc::new(self.intent_id.finish()),
            Arc::new(self.attempt.finish()),
            Arc::new(self.status.finish()),
            Arc::new(self.at.finish().with_timezone("UTC")),
            Arc::new(self.accepted_at.finish().with_timezone("UTC")),
            Arc::new(self.sender_id.finish()),
            Arc::new(self.contact.finish()),
            Arc::new(self.class.finish()),
            Arc::new(self.campaign_id.finish()),
            Arc::new(self.template.finish()),
            Arc::new(self.wamid.finish()),
            Arc::new(self.code.finish()),
            Arc::new(self.reason.finish()),
            Arc::new(self.pricing.finish()),
            Arc::new(self.partition.finish()),
            Arc::new(self.offset.finish()),
            Arc::new(self.queued_at.finish().with_timezone("UTC")),
            Arc::new(self.armed_at.finish().with_timezone("UTC")),
        ];
        let batch = RecordBatch::try_new(schema(), columns).expect("the builders are those of the schema");
        Some(Sealed { batch, first_offset, last_offset })
    }
}

fn push_id(column: &mut StringBuilder, id: impl Display) {
    write!(column, "{id}").expect("writing to memory does not fail");
    column.append_value("");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::transitions::samples;

    /// Text of every cell of a row, by the schema's own names.
    fn cells(batch: &RecordBatch, row: usize) -> Vec<String> {
        let text = |column| arrow::util::display::array_value_to_string(column, row).expect("printable");
        batch.columns().iter().map(|column| text(column)).collect()
    }

    #[test]
    fn every_field_of_a_transition_arrives_in_its_column() {
        let transition = samples::transition(7, 2, "failed");
        let mut rows = Rows::default();
        rows.push(5, 41, &transition);
        rows.push(5, 44, &samples::bare(8));
        let sealed = rows.seal().expect("two rows");
        assert_eq!((sealed.first_offset, sealed.last_offset, sealed.batch.num_rows()), (41, 44, 2));
        assert_eq!(
            cells(&sealed.batch, 0),
            [
                transition.tenant_id.to_string(),
                transition.intent_id.to_string(),
                "2".to_owned(),
                "failed".to_owned(),
                "2026-11-21T00:02:10Z".to_owned(),
                "2026-11-21T00:00:00Z".to_owned(),
                "106540352242922".to_owned(),
                "+16315550107".to_owned(),
                "campaign".to_owned(),
                transition.campaign_id.expect("a campaign").to_string(),
                "offer".to_owned(),
                "wamid.7".to_owned(),
                "131026".to_owned(),
                "undeliverable".to_owned(),
                "{}".to_owned(),
                "5".to_owned(),
                "41".to_owned(),
                "2026-11-21T00:02:00Z".to_owned(),
                "2026-11-21T00:02:01Z".to_owned(),
            ]
        );
        for name in ["campaign_id", "template", "wamid", "code", "reason", "pricing", "queued_at", "armed_at"] {
            assert!(sealed.batch.column_by_name(name).expect("a column").is_null(1), "{name}");
        }
    }

    #[test]
    fn no_rows_make_no_batch() {
        assert!(Rows::default().seal().is_none());
    }
}
