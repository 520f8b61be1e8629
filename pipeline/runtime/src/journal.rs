//! The POST journal: tells, after a crash of this process, which armed attempts were never POSTed.
//!
//! Before the first byte of a POST leaves, its intent and attempt are appended to a file. The bytes are in the page cache
//! when `write` returns: they survive the death of the process, though not of the machine. A successor on the same machine
//! and the same boot therefore knows of every armed attempt whether its POST may have begun; the others it sends again
//! without a doubt. Without the file (another machine, a reboot) each armed attempt is `unknown`, as it would be without a
//! journal: it can only make things better.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use posthaste_model::{AttemptNumber, IntentId};

/// Bytes of one entry: intent id and attempt number.
const ENTRY_BYTES: usize = 18;
/// Bytes of the boot id at the head of the file.
const BOOT_BYTES: usize = 36;

/// The journal of one owner of one partition.
#[derive(Debug)]
pub struct Journal {
    file: Mutex<File>,
}

fn path(dir: &Path, partition: i32, epoch: i64) -> PathBuf {
    dir.join(format!("senders-{partition}-{epoch}.journal"))
}

/// Changes with every boot of the machine.
fn boot_id() -> io::Result<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|id| id.trim().to_owned())
}

impl Journal {
    /// Opens the journal of a new owner.
    pub fn create(dir: &Path, partition: i32, epoch: i64) -> io::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let mut file = OpenOptions::new().create(true).append(true).open(path(dir, partition, epoch))?;
        if file.metadata()?.len() == 0 {
            file.write_all(boot_id()?.as_bytes())?;
        }
        Ok(Self { file: Mutex::new(file) })
    }

    /// Notes that the POST of this attempt is about to begin.
    pub fn note(&self, intent: IntentId, attempt: AttemptNumber) -> io::Result<()> {
        let mut entry = [0; ENTRY_BYTES];
        entry[..16].copy_from_slice(intent.0.as_bytes());
        entry[16..].copy_from_slice(&attempt.to_be_bytes());
        self.file.lock().write_all(&entry)
    }

    /// What a previous owner POSTed; `None` when its journal cannot be had.
    pub fn read(dir: &Path, partition: i32, epoch: i64) -> Option<HashSet<(IntentId, AttemptNumber)>> {
        let mut bytes = Vec::new();
        File::open(path(dir, partition, epoch)).ok()?.read_to_end(&mut bytes).ok()?;
        let (boot, entries) = bytes.split_at_checked(BOOT_BYTES)?;
        if boot_id().ok()?.as_bytes() != boot {
            return None;
        }
        // An entry that was cut short belongs to a POST that did not begin.
        let decode = |entry: &[u8]| {
            let id = uuid::Uuid::from_slice(&entry[..16]).expect("sixteen bytes");
            (IntentId(id), AttemptNumber::from_be_bytes([entry[16], entry[17]]))
        };
        Some(entries.chunks_exact(ENTRY_BYTES).map(decode).collect())
    }

    /// Removes the journals of owners before this epoch: their attempts have been judged and the judgement committed.
    pub fn remove_before(dir: &Path, partition: i32, epoch: i64) {
        let prefix = format!("senders-{partition}-");
        let Ok(entries) = std::fs::read_dir(dir) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let old = name
                .strip_prefix(&prefix)
                .and_then(|rest| rest.strip_suffix(".journal"))
                .and_then(|number| number.parse::<i64>().ok())
                .is_some_and(|number| number < epoch);
            if old && let Err(error) = std::fs::remove_file(entry.path()) {
                tracing::warn!(%error, file = name, "an old journal cannot be removed");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> IntentId {
        IntentId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn what_was_noted_is_read_and_the_rest_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::create(dir.path(), 3, 7).unwrap();
        journal.note(id(1), 1).unwrap();
        journal.note(id(2), 5).unwrap();
        let posted = Journal::read(dir.path(), 3, 7).unwrap();
        assert!(posted.contains(&(id(1), 1)) && posted.contains(&(id(2), 5)));
        assert!(!posted.contains(&(id(2), 1)));
    }

    #[test]
    fn a_missing_or_foreign_journal_says_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Journal::read(dir.path(), 0, 1), None);
        std::fs::write(path(dir.path(), 0, 1), [b'x'; BOOT_BYTES + ENTRY_BYTES]).unwrap();
        assert_eq!(Journal::read(dir.path(), 0, 1), None, "another boot");
    }

    #[test]
    fn old_journals_are_removed_and_others_stay() {
        let dir = tempfile::tempdir().unwrap();
        for (partition, epoch) in [(1, 1), (1, 2), (1, 10), (11, 1)] {
            Journal::create(dir.path(), partition, epoch).unwrap();
        }
        Journal::remove_before(dir.path(), 1, 10);
        assert!(Journal::read(dir.path(), 1, 2).is_none());
        assert!(Journal::read(dir.path(), 1, 10).is_some());
        assert!(Journal::read(dir.path(), 11, 1).is_some());
    }
}
