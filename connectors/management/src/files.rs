//! The folder of files, as an object store. A file is there whole or not at all, and its path names its tenant.

use std::fmt;
use std::io;
use std::path::{Path as FsPath, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use futures_util::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, WriteMultipart};
use posthaste_meta::management::ByteStream;
use posthaste_model::TenantId;
use ring::digest;
use tokio::sync::mpsc;
use uuid::Uuid;

/// What the name of a tenant's folder begins with.
const FOLDER: &str = "tenant=";
/// Bytes of a part that is written at once, and parts of one file that wait to be written: what a file holds of the memory.
const PART_BYTES: usize = 1 << 20;
const PARTS_WAITING_MAX: usize = 2;

/// Why a file could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The folder cannot be made or written.
    #[error("media.dir: {0}")]
    Io(#[from] io::Error),
    /// The object store refused.
    #[error("media.dir: {0}")]
    Store(#[from] object_store::Error),
    /// It has more bytes than it may have.
    #[error("the file has more than {0} bytes")]
    TooLarge(u64),
    /// A path that is not this tenant's.
    #[error("the file is not one of this tenant")]
    NotOfTenant,
}

/// The folder `media.dir`.
#[derive(Debug, Clone)]
pub struct MediaFiles {
    store: Arc<LocalFileSystem>,
    dir: PathBuf,
}

/// A file as it lies in the folder.
#[derive(Debug)]
pub(crate) struct OldFile {
    /// What a row would call it.
    pub(crate) path: String,
    file: PathBuf,
}

impl OldFile {
    /// Removes it; one that is gone already is no error.
    pub(crate) async fn remove(self) -> io::Result<()> {
        match tokio::fs::remove_file(self.file).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Where.
    pub path: String,
    /// How many bytes.
    pub bytes: u64,
    /// SHA-256 of them, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// A file that is being written. Dropped before [`Writing::finish`] it leaves nothing behind.
pub struct Writing {
    files: MediaFiles,
    upload: WriteMultipart,
    path: Path,
    hash: digest::Context,
    bytes: u64,
    bytes_max: u64,
}

impl fmt::Debug for Writing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writing").field("path", &self.path).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

fn folder(tenant: TenantId) -> String {
    format!("{FOLDER}{}", tenant.0)
}

fn tenant_of(folder: &str) -> Option<TenantId> {
    folder.strip_prefix(FOLDER)?.parse().ok().map(TenantId)
}

fn walk(
    dir: &FsPath,
    time: SystemTime,
    count: usize,
    sender: &mpsc::Sender<(TenantId, Vec<OldFile>)>,
) -> io::Result<()> {
    for folder in std::fs::read_dir(dir)? {
        let folder = folder?;
        let Some(tenant) = folder.file_name().to_str().and_then(tenant_of) else { continue };
        let mut files = std::fs::read_dir(folder.path())?;
        loop {
            let mut piece = Vec::new();
            while piece.len() < count
                && let Some(entry) = files.next()
            {
                piece.extend(old(tenant, &entry?, time));
            }
            if piece.is_empty() {
                break;
            }
            // Nobody waits for the rest.
            if sender.blocking_send((tenant, piece)).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// A file, if it was written before this time. One that vanishes meanwhile is none.
fn old(tenant: TenantId, entry: &std::fs::DirEntry, time: SystemTime) -> Option<OldFile> {
    let metadata = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let name = entry.file_name().into_string().ok()?;
    let is_old = metadata.modified().ok()? < time;
    is_old.then(|| OldFile { path: format!("{}/{name}", folder(tenant)), file: entry.path() })
}

fn owned(tenant: TenantId, path: &str) -> Result<Path, FileError> {
    let of_tenant = path.split('/').next() == Some(folder(tenant).as_str());
    Path::parse(path).ok().filter(|_| of_tenant).ok_or(FileError::NotOfTenant)
}

impl MediaFiles {
    /// Opens the folder, making it if it does not exist.
    pub fn open(dir: &FsPath) -> Result<Self, FileError> {
        std::fs::create_dir_all(dir)?;
        Ok(Self { store: Arc::new(LocalFileSystem::new_with_prefix(dir)?), dir: dir.to_owned() })
    }

    /// Every file that was last written before this time, in pieces of at most `count` of one tenant: finished ones and those whose
    /// writer has died. What is no folder of a tenant is left out.
    pub(crate) fn written_before(&self, time: SystemTime, count: usize) -> mpsc::Receiver<(TenantId, Vec<OldFile>)> {
        let (sender, receiver) = mpsc::channel(1);
        let dir = self.dir.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = walk(&dir, time, count, &sender) {
                tracing::warn!(%error, "the folder of files cannot be read");
            }
        });
        receiver
    }

    /// Begins a file of a tenant that may have this many bytes. Of the file a few MiB are in memory at once.
    pub async fn begin(&self, tenant: TenantId, bytes_max: u64) -> Result<Writing, FileError> {
        let path = Path::from(format!("{}/{}", folder(tenant), Uuid::now_v7().simple()));
        let upload = self.store.put_multipart(&path).await?;
        let upload = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        let hash = digest::Context::new(&digest::SHA256);
        Ok(Writing { files: self.clone(), upload, path, hash, bytes: 0, bytes_max })
    }

    /// A file of a tenant: how many bytes it has, and they themselves.
    pub async fn read(&self, tenant: TenantId, path: &str) -> Result<(u64, ByteStream), FileError> {
        let found = self.store.get(&owned(tenant, path)?).await?;
        let bytes = found.meta.size;
        Ok((bytes, Box::pin(found.into_stream().map_err(|error| error.to_string()))))
    }

    /// Removes a file of a tenant; one that is gone already is no error.
    pub async fn remove(&self, tenant: TenantId, path: &str) -> Result<(), FileError> {
        match self.store.delete(&owned(tenant, path)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Writing {
    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// SHA-256 of the bytes so far, in lower-case hexadecimal digits.
    pub fn sha256(&self) -> String {
        hex::encode(self.hash.clone().finish())
    }

    /// Adds bytes; waits while too many are not written yet.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let after = self.bytes + bytes.len() as u64;
        if after > self.bytes_max {
            return Err(FileError::TooLarge(self.bytes_max));
        }
        self.upload.wait_for_capacity(PARTS_WAITING_MAX).await?;
        // What the disk did not take is not among the bytes so far: whoever goes on after them would leave a hole.
        self.bytes = after;
        self.hash.update(bytes);
        self.upload.write(bytes);
        Ok(())
    }

    /// Makes the file appear, durably.
    pub async fn finish(self) -> Result<StoredFile, FileError> {
        let sha256 = self.sha256();
        self.upload.finish().await?;
        let file = self.files.store.path_to_filesystem(&self.path)?;
        tokio::task::spawn_blocking(move || sync(&file)).await.map_err(io::Error::other)??;
        Ok(StoredFile { path: self.path.to_string(), bytes: self.bytes, sha256 })
    }
}

/// A row must not outlive its file in a loss of power: the file's content, its name and its folder's (which may be new) reach the
/// disk first.
fn sync(file: &FsPath) -> Result<(), FileError> {
    for path in file.ancestors().take(3) {
        std::fs::File::open(path)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use object_store::{MultipartUpload, PutPayload, PutResult, UploadPart};

    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(0xa));
    const OTHER: TenantId = TenantId(Uuid::from_u128(0xb));

    async fn written(files: &MediaFiles, bytes: &[u8]) -> StoredFile {
        let mut writing = files.begin(TENANT, 1 << 30).await.expect("a file");
        for chunk in bytes.chunks(300_000) {
            writing.write(chunk).await.expect("written");
        }
        writing.finish().await.expect("finished")
    }

    #[tokio::test]
    async fn a_file_reads_back_as_written_and_for_its_tenant_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let files = MediaFiles::open(&dir.path().join("media")).expect("opened");
        let bytes: Vec<u8> = (0..3_500_000u32).map(|n| n.to_le_bytes()[n as usize % 3]).collect();
        let stored = written(&files, &bytes).await;
        assert_eq!(stored.sha256, hex::encode(digest::digest(&digest::SHA256, &bytes)));
        let (size, stream) = files.read(TENANT, &stored.path).await.expect("found");
        let read: Vec<bytes::Bytes> = stream.try_collect().await.expect("read");
        assert_eq!((size, read.concat()), (bytes.len() as u64, bytes));
        let crooked = format!("tenant={}/../{}", OTHER.0, stored.path);
        for path in [stored.path.as_str(), &crooked] {
            assert!(matches!(files.read(OTHER, path).await.err(), Some(FileError::NotOfTenant)), "{path}");
            assert!(files.remove(OTHER, path).await.is_err(), "{path}");
        }
        files.remove(TENANT, &stored.path).await.expect("removed");
        files.remove(TENANT, &stored.path).await.expect("gone already");
        assert!(files.read(TENANT, &stored.path).await.is_err());
    }

    /// A disk that takes nothing.
    #[derive(Debug)]
    struct FullDisk;

    impl FullDisk {
        fn refuse<T>(&self) -> object_store::Result<T> {
            Err(object_store::Error::Generic { store: "test", source: "no space left on the disk".into() })
        }
    }

    #[async_trait]
    impl MultipartUpload for FullDisk {
        fn put_part(&mut self, _: PutPayload) -> UploadPart {
            let refused = self.refuse();
            Box::pin(async { refused })
        }

        async fn complete(&mut self) -> object_store::Result<PutResult> {
            self.refuse()
        }

        async fn abort(&mut self) -> object_store::Result<()> {
            self.refuse()
        }
    }

    #[tokio::test]
    async fn what_is_not_written_is_not_counted() {
        let dir = tempfile::tempdir().expect("a folder");
        let files = MediaFiles::open(dir.path()).expect("opened");
        let mut writing = files.begin(TENANT, 1 << 30).await.expect("a file");
        writing.upload = WriteMultipart::new_with_chunk_size(Box::new(FullDisk), PART_BYTES);
        let part = vec![7; PART_BYTES];
        let mut taken = Vec::new();
        while writing.write(&part).await.is_ok() {
            taken.extend_from_slice(&part);
        }
        let hash = hex::encode(digest::digest(&digest::SHA256, &taken));
        assert_eq!((writing.bytes(), writing.sha256()), (taken.len() as u64, hash));
        writing.bytes_max = writing.bytes();
        assert!(matches!(writing.write(b"x").await, Err(FileError::TooLarge(_))));
        assert_eq!(writing.bytes(), taken.len() as u64);
    }

    #[test]
    fn what_is_not_finished_leaves_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let files = MediaFiles::open(dir.path()).expect("opened");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let mut writing = files.begin(TENANT, 10).await.expect("a file");
            writing.write(b"0123456789").await.expect("as many as it may have");
            assert!(matches!(writing.write(b"x").await, Err(FileError::TooLarge(10))));
        });
        // What was dropped is removed in the background, which ends before the runtime.
        drop(runtime);
        let left = std::fs::read_dir(dir.path().join(folder(TENANT))).map(Iterator::count);
        assert_eq!(left.unwrap_or(0), 0);
    }
}
