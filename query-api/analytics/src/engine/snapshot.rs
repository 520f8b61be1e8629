//! A tenant's rows at one moment: files, and the rows of the tail that are in none of them.

use std::collections::BTreeMap;

use datafusion::arrow::array::{AsArray as _, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::Int64Type;
use posthaste_model::TenantId;
use posthaste_sql::queries::lake::TenantLakeFiles;

use super::QueryError;
use crate::lake::belongs_to;
use crate::tables::transitions::schema;
use crate::tail::TailChunk;

/// Batches of the tail are joined up to this many rows, which is what DataFusion works on at once.
const BATCH_ROWS: usize = 8_192;

/// What one query reads.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    /// Path and size in bytes.
    pub(super) files: Vec<(String, u64)>,
    /// Rows of no file.
    pub(super) tail: Vec<RecordBatch>,
}

impl Snapshot {
    /// Joins a manifest and a tail that was read *before* it.
    ///
    /// All rows of a tenant in a partition up to the last offset of its files are in those files, so exactly the rows
    /// above it are taken from the tail.
    pub(super) fn new(
        tenant: TenantId,
        manifest: Vec<TenantLakeFiles>,
        tail: Vec<(i32, TailChunk)>,
    ) -> Result<Self, QueryError> {
        let mut covered: BTreeMap<i32, i64> = BTreeMap::new();
        let mut files = Vec::with_capacity(manifest.len());
        for file in manifest {
            if !belongs_to(&file.path, tenant) {
                tracing::error!(path = file.path, %tenant, "the manifest names a file of another tenant");
                metrics::counter!("posthaste_invariant_violations_total", "invariant" => "I-9").increment(1);
                return Err(QueryError::LakeUnavailable);
            }
            let last = covered.entry(file.partition).or_insert(file.last_offset);
            *last = file.last_offset.max(*last);
            files.push((file.path, file.bytes.unsigned_abs()));
        }
        let uncovered = tail.into_iter().filter_map(|(partition, chunk)| {
            let covered = covered.get(&partition).copied().unwrap_or(-1);
            above(covered, &chunk)
        });
        Ok(Self { files, tail: join(uncovered) })
    }
}

/// The rows of a chunk whose offsets are above a given one.
fn above(offset: i64, chunk: &TailChunk) -> Option<RecordBatch> {
    if chunk.last_offset <= offset {
        return None;
    }
    let column = chunk.batch.column_by_name("offset").expect("a column of the schema");
    let first = column.as_primitive::<Int64Type>().values().partition_point(|value| *value <= offset);
    Some(chunk.batch.slice(first, chunk.batch.num_rows() - first))
}

/// Joins small batches: DataFusion pays per batch.
fn join(batches: impl Iterator<Item = RecordBatch>) -> Vec<RecordBatch> {
    let mut joined = Vec::new();
    let (mut waiting, mut rows) = (Vec::new(), 0);
    for batch in batches {
        rows += batch.num_rows();
        waiting.push(batch);
        if rows >= BATCH_ROWS {
            joined.push(concat(&waiting));
            waiting.clear();
            rows = 0;
        }
    }
    if !waiting.is_empty() {
        joined.push(concat(&waiting));
    }
    joined
}

fn concat(batches: &[RecordBatch]) -> RecordBatch {
    concat_batches(&schema(), batches).expect("chunks have one schema")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lake::file_path;
    use crate::tables::transitions::{Rows, samples};

    fn chunk(offsets: std::ops::Range<i64>) -> TailChunk {
        let mut rows = Rows::default();
        for offset in offsets {
            rows.push(0, offset, &samples::transition(1, 1, "sent"));
        }
        rows.seal().expect("rows")
    }

    fn file(tenant: TenantId, partition: i32, first: i64, last: i64) -> TenantLakeFiles {
        let path = file_path(chrono::NaiveDate::default(), tenant, partition, first, last);
        TenantLakeFiles { partition, last_offset: last, path, bytes: 1 }
    }

    fn offsets(snapshot: &Snapshot) -> Vec<i64> {
        let values = |batch: &RecordBatch| {
            let column = batch.column_by_name("offset").expect("a column").as_primitive::<Int64Type>().clone();
            column.values().to_vec()
        };
        snapshot.tail.iter().flat_map(values).collect()
    }

    #[test]
    fn a_row_that_is_in_a_file_is_not_taken_from_the_tail() {
        let tail = vec![(0, chunk(0..5)), (0, chunk(5..10)), (1, chunk(3..6))];
        // The later file ends lower, as happens when the days of a flush overlap.
        let manifest = vec![file(samples::tenant(), 0, 0, 6), file(samples::tenant(), 0, 2, 5)];
        let snapshot = Snapshot::new(samples::tenant(), manifest, tail).expect("a snapshot");
        assert_eq!(offsets(&snapshot), [7, 8, 9, 3, 4, 5]);
        assert_eq!((snapshot.tail.len(), snapshot.files.len()), (1, 2), "small batches are joined");
    }

    #[test]
    fn a_file_of_another_tenant_is_never_read() {
        let other = TenantId(uuid::Uuid::from_u128(0xb));
        let outcome = Snapshot::new(samples::tenant(), vec![file(other, 0, 0, 6)], Vec::new());
        assert_eq!(outcome.expect_err("refused"), QueryError::LakeUnavailable);
    }
}
