//! Meta's management API on behalf of tenants: their numbers and accounts, their templates, and the files of their messages.
//!
//! [`Desk`] is the only way to it: it finds the access token under the worker's role, in a transaction that names the tenant, so
//! that another tenant's number, account or file looks exactly like one that does not exist, and no token leaves this crate but
//! to Meta. Beside what tenants ask for it says [why nothing arrives](diagnosis), [compares](sync) templates with Meta's lists, [downloads](download) what people
//! send before Meta forgets it, and [sweeps](sweep) the folder of files.

mod calls;
mod desk;
pub mod diagnosis;
pub mod download;
mod files;
mod groups;
mod limits;
mod media;
mod sessions;
pub mod sweep;
pub mod sync;
pub mod template;
mod turns;

pub use calls::{HistoryId, Passed};
pub use desk::{Desk, DeskError, SetupError};
pub use files::{FileError, MediaFiles, StoredFile, Writing};
pub use limits::{FILE_BYTES_MAX, HEAD_BYTES, file_bytes_max, file_bytes_max_of};
pub use media::NewFile;
pub use posthaste_meta::management::ByteStream;
pub use posthaste_meta::{Answer, Download};
pub use sessions::NewSession;
