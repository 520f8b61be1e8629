//! The rows of the hot tail, by tenant and partition.

use std::collections::BTreeMap;

use datafusion::arrow::compute::concat_batches;
use posthaste_model::TenantId;

use crate::tables::transitions::{Sealed, schema};

/// Rows of one tenant and partition, in the order of their offsets.
pub(crate) type TailChunk = Sealed;

/// Chunks are merged up to this many rows, which is what DataFusion works on at once.
const CHUNK_ROWS_MAX: usize = 8_192;

/// Rows in memory. A tenant's rows are apart from all others from the start.
#[derive(Debug, Default)]
pub(crate) struct TailBuffer {
    tenants: BTreeMap<TenantId, BTreeMap<i32, Vec<TailChunk>>>,
    /// Offset below which the lake holds everything, per partition.
    covered: BTreeMap<i32, i64>,
    rows: usize,
}

impl TailBuffer {
    /// Rows in memory.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds rows with offsets above all that the partition has. Drops them if the lake holds them already.
    pub(crate) fn append(&mut self, tenant: TenantId, partition: i32, rows: Sealed) {
        if rows.last_offset < self.covered.get(&partition).copied().unwrap_or(0) {
            return;
        }
        self.rows += rows.batch.num_rows();
        let chunks = self.tenants.entry(tenant).or_default().entry(partition).or_default();
        chunks.push(rows);
        merge(chunks);
    }

    /// Lets go the chunks whose rows are all in files, by the offsets that the lake has committed.
    pub(crate) fn cover(&mut self, next_offsets: &BTreeMap<i32, i64>) {
        self.covered.clone_from(next_offsets);
        let covered = &self.covered;
        for partitions in self.tenants.values_mut() {
            for (partition, chunks) in partitions.iter_mut() {
                let end = covered.get(partition).copied().unwrap_or(0);
                chunks.retain(|chunk| chunk.last_offset >= end);
            }
            partitions.retain(|_, chunks| !chunks.is_empty());
        }
        self.tenants.retain(|_, partitions| !partitions.is_empty());
        let chunks = self.tenants.values().flat_map(BTreeMap::values).flatten();
        self.rows = chunks.map(|chunk| chunk.batch.num_rows()).sum();
    }

    /// One tenant's chunks.
    pub(crate) fn rows_of(&self, tenant: TenantId) -> Vec<(i32, TailChunk)> {
        let partitions = self.tenants.get(&tenant).into_iter().flatten();
        partitions.flat_map(|(partition, chunks)| chunks.iter().map(|chunk| (*partition, chunk.clone()))).collect()
    }
}

/// Merges the newest chunks as long as the last but one is at most twice the last: every row is copied a logarithmic
/// number of times, and few chunks remain however small the batches are that come in.
fn merge(chunks: &mut Vec<TailChunk>) {
    while let [.., before, last] = chunks.as_slice() {
        let (older, newer) = (before.batch.num_rows(), last.batch.num_rows());
        if older > 2 * newer || older + newer > CHUNK_ROWS_MAX {
            return;
        }
        let batch = concat_batches(&schema(), [&before.batch, &last.batch]).expect("chunks have one schema");
        let merged = Sealed { batch, first_offset: before.first_offset, last_offset: last.last_offset };
        chunks.truncate(chunks.len() - 2);
        chunks.push(merged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::transitions::{Rows, samples};

    fn row(partition: i32, offset: i64) -> Sealed {
        let mut rows = Rows::default();
        rows.push(partition, offset, &samples::transition(1, 1, "sent"));
        rows.seal().expect("a row")
    }

    fn rows(buffer: &TailBuffer) -> usize {
        buffer.rows_of(samples::tenant()).iter().map(|(_, chunk)| chunk.batch.num_rows()).sum()
    }

    #[test]
    fn single_rows_are_merged_into_few_chunks_and_none_is_lost() {
        let mut buffer = TailBuffer::default();
        for offset in 0..5_000 {
            buffer.append(samples::tenant(), 0, row(0, offset));
        }
        assert_eq!((rows(&buffer), buffer.rows()), (5_000, 5_000));
        let chunks = buffer.rows_of(samples::tenant());
        assert!(chunks.len() <= 13, "{} chunks for 5,000 rows", chunks.len());
        assert!(chunks.windows(2).all(|pair| pair[0].1.last_offset < pair[1].1.first_offset));
    }

    #[test]
    fn what_the_lake_holds_is_let_go_and_not_taken_again() {
        let mut buffer = TailBuffer::default();
        buffer.append(samples::tenant(), 0, row(0, 10));
        buffer.append(samples::tenant(), 1, row(1, 10));
        buffer.cover(&BTreeMap::from([(0, 11), (1, 10)]));
        assert_eq!((rows(&buffer), buffer.rows()), (1, 1), "partition 1 is covered up to offset 10, which is the next");
        buffer.append(samples::tenant(), 0, row(0, 10));
        assert_eq!(rows(&buffer), 1);
        buffer.append(samples::tenant(), 0, row(0, 11));
        assert_eq!(rows(&buffer), 2);
    }
}
