//! What DataFusion scans: one tenant's files and its part of the hot tail.
//!
//! The tenant's predicate is not in the plan at all: the files that this table names and the batches that it holds are
//! one tenant's by construction, so there is nothing above it that a statement could bend.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::physical_plan::parquet::{CachedParquetFileReaderFactory, ParquetFileReaderFactory};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;

use super::schema;

/// Bytes from the end of a file that are fetched first: the footer of a file of ours is smaller, so one read gets it.
const FOOTER_BYTES: usize = 32 * 1024;

/// The files of one tenant, and how to read them.
#[derive(Debug, Clone)]
pub(crate) struct LakeFiles {
    /// Path in the store and size in bytes, from the manifest.
    pub(crate) files: Vec<(String, u64)>,
    /// Where the store is registered.
    pub(crate) url: ObjectStoreUrl,
    /// Reads files; remembers their footers, for files never change.
    pub(crate) reader: Arc<CachedParquetFileReaderFactory>,
}

/// The table `transitions` of one tenant, for one query.
#[derive(Debug)]
pub(crate) struct TransitionsTable {
    files: LakeFiles,
    tail: Vec<RecordBatch>,
}

impl TransitionsTable {
    /// The tenant's files and the rows of the tail that no file of it holds.
    pub(crate) fn new(files: LakeFiles, tail: Vec<RecordBatch>) -> Self {
        Self { files, tail }
    }

    fn scan_files(&self, groups: usize, projection: Option<&Vec<usize>>) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.files.files.iter().map(|(path, bytes)| PartitionedFile::new(path, *bytes)).collect();
        let reader: Arc<dyn ParquetFileReaderFactory> = Arc::clone(&self.files.reader) as _;
        let source =
            ParquetSource::new(schema()).with_metadata_size_hint(FOOTER_BYTES).with_parquet_file_reader_factory(reader);
        let config = FileScanConfigBuilder::new(self.files.url.clone(), Arc::new(source))
            .with_file_groups(FileGroup::new(files).split_files(groups))
            .with_projection_indices(projection.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

#[async_trait]
impl TableProvider for TransitionsTable {
    fn schema(&self) -> SchemaRef {
        schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Filters stay above the scan; the optimizer then hands them to the Parquet reader, which skips row groups by them.
    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        // One partition for the whole tail: it is small, and a partition per batch would cost more than it brings.
        let tail = MemorySourceConfig::try_new_exec(std::slice::from_ref(&self.tail), schema(), projection.cloned())?;
        if self.files.files.is_empty() {
            return Ok(tail);
        }
        let files = self.scan_files(state.config().target_partitions(), projection)?;
        if self.tail.is_empty() {
            return Ok(files);
        }
        UnionExec::try_new(vec![files, tail])
    }
}
