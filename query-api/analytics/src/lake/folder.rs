//! The folder of Parquet files, as an object store.

use std::io;
use std::path::Path as FsPath;
use std::sync::Arc;

use bytes::Bytes;
use chrono::NaiveDate;
use datafusion::arrow::array::RecordBatch;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use posthaste_model::TenantId;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    /// The folder cannot be made or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The object store refused.
    #[error("{0}")]
    Store(#[from] object_store::Error),
    /// The rows could not be encoded.
    #[error("{0}")]
    Parquet(#[from] ParquetError),
}

/// The folder `lake.dir`.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    store: Arc<LocalFileSystem>,
}

/// Path of a file: it names the offsets of its first and last row, so a flush that is repeated after a crash writes the
/// same rows to the same place.
pub(crate) fn file_path(day: NaiveDate, tenant: TenantId, partition: i32, first: i64, last: i64) -> String {
    format!("transitions/day={day}/tenant={}/p{partition}-{first}-{last}.parquet", tenant.0)
}

/// Whether a path of the manifest is one of this tenant: asserted before every read, as the writer's counterpart.
pub(crate) fn belongs_to(path: &str, tenant: TenantId) -> bool {
    path.split('/').nth(2).and_then(|folder| folder.strip_prefix("tenant=")) == Some(tenant.0.to_string().as_str())
}

impl Folder {
    /// Opens the folder, making it if it does not exist.
    pub(crate) fn open(dir: &FsPath) -> Result<Self, FolderError> {
        std::fs::create_dir_all(dir)?;
        Ok(Self { store: Arc::new(LocalFileSystem::new_with_prefix(dir)?) })
    }

    /// For readers.
    pub(crate) fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store) as _
    }

    /// Writes a file, atomically and durably, and returns its size in bytes. An existing file is replaced.
    pub(crate) async fn write(&self, path: &str, batch: RecordBatch) -> Result<u64, FolderError> {
        let bytes = blocking(move || encode(&batch)).await?;
        let size = bytes.len() as u64;
        let location = Path::from(path);
        self.store.put(&location, bytes.into()).await?;
        let file = self.store.path_to_filesystem(&location)?;
        blocking(move || sync(&file)).await?;
        Ok(size)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FolderError> + Send + 'static,
) -> Result<T, FolderError> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn encode(batch: &RecordBatch) -> Result<Bytes, FolderError> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
    writer.write(batch)?;
    Ok(writer.into_inner()?.into())
}

/// The manifest must not outlive the file in a loss of power: the file's content, its name, and the folders of day and
/// tenant (which may be new) reach the disk first.
fn sync(file: &FsPath) -> Result<(), FolderError> {
    // Of <lake>/transitions/day=…/tenant=…/file: the file and the four folders that hold it.
    for path in file.ancestors().take(5) {
        std::fs::File::open(path)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::transitions::{Rows, samples};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    #[tokio::test]
    async fn a_file_reads_back_as_written() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&dir.path().join("lake")).expect("a lake");
        let mut rows = Rows::default();
        rows.push(3, 17, &samples::transition(1, 1, "failed"));
        rows.push(3, 19, &samples::bare(2));
        let sealed = rows.seal().expect("rows");
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        let path = file_path(day, samples::tenant(), 3, sealed.first_offset, sealed.last_offset);
        assert_eq!(path, "transitions/day=2026-11-21/tenant=00000000-0000-0000-0000-00000000000a/p3-17-19.parquet");

        // Twice, as after a crash between the file and its commit.
        folder.write(&path, sealed.batch.clone()).await.expect("written");
        let size = folder.write(&path, sealed.batch.clone()).await.expect("written again");

        let file = std::fs::read(dir.path().join("lake").join(&path)).expect("the file");
        assert_eq!(file.len() as u64, size);
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file)).expect("parquet").build().expect("rows");
        let read: Vec<RecordBatch> = reader.map(|batch| batch.expect("rows")).collect();
        assert_eq!(read, [sealed.batch]);
    }

    #[test]
    fn a_path_names_its_tenant() {
        let other = TenantId(uuid::Uuid::from_u128(0xb));
        let path = file_path(NaiveDate::default(), samples::tenant(), 0, 1, 2);
        assert!(belongs_to(&path, samples::tenant()));
        assert!(!belongs_to(&path, other));
        assert!(!belongs_to("transitions/day=2026-11-21/p0-1-2.parquet", samples::tenant()));
    }
}
