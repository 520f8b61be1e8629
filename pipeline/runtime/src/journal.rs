//! The POST journal: tells, after a crash of this process, which armed attempts were never POSTed.
//!
//! Before the first byte of a POST leaves, its intent and attempt are appended to a file. The bytes are in the page cache
//! when `write` returns: they survive the death of the process, though not of the machine. A successor on the same machine
//! and the same boot therefore knows of every armed attempt whether its POST may have begun; the others it sends again
//! without a doubt. Without the file (another machine, a reboot) each armed attempt is `unknown`, as it would be without a
//! journal: it can only make things better.
//!
//! What is settled and committed needs no entry. A journal that has grown is written anew with its newest entries and the
//! attempts that are still armed, and those of earlier owners are removed once their attempts have been judged and the log
//! has the judgement, so that the disk holds little. Where the database was set back to an earlier time, the journals of all
//! machines tell what left although no row and no event says so (docs/RECOVERY.md).

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use posthaste_model::{AttemptNumber, IntentId};

/// Bytes of one entry: intent id and attempt number.
const ENTRY_BYTES: usize = 18;
/// Bytes of the boot id at the head of the file.
const BOOT_BYTES: usize = 36;

/// A journal of this many bytes is written anew: 58,000 POSTs, a minute of the fastest number.
const COMPACT_BYTES: u64 = 1 << 20;
/// Bytes of the newest entries that stay when it is written anew, settled or not: what came of them may not be on the log yet,
/// and where the database is lost nothing else tells that they left.
const KEEP_BYTES: usize = 1 << 18;
/// Endings of a journal's name, and of the one that is being written in its place.
const SUFFIX: &str = ".journal";
const SUFFIX_NEW: &str = ".journal.new";

/// The journal of one owner of one partition.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    file: File,
    bytes: u64,
    compact_at: u64,
    /// Whether a part of an entry may lie behind the last whole one.
    is_torn: bool,
}

impl Open {
    fn mend(&mut self) -> io::Result<()> {
        if self.is_torn {
            self.file.set_len(self.bytes)?;
            self.is_torn = false;
        }
        Ok(())
    }
}

fn path(dir: &Path, partition: i32, epoch: i64) -> PathBuf {
    dir.join(format!("senders-{partition}-{epoch}{SUFFIX}"))
}

/// Changes with every boot of the machine.
pub(crate) fn boot_id() -> io::Result<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|id| id.trim().to_owned())
}

fn encode(intent: IntentId, attempt: AttemptNumber) -> [u8; ENTRY_BYTES] {
    let mut entry = [0; ENTRY_BYTES];
    entry[..16].copy_from_slice(intent.0.as_bytes());
    entry[16..].copy_from_slice(&attempt.to_be_bytes());
    entry
}

fn decode(entry: &[u8]) -> (IntentId, AttemptNumber) {
    let id = uuid::Uuid::from_slice(&entry[..16]).expect("sixteen bytes");
    (IntentId(id), AttemptNumber::from_be_bytes([entry[16], entry[17]]))
}

impl Journal {
    /// Opens the journal of a new owner.
    pub fn create(dir: &Path, partition: i32, epoch: i64) -> io::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let path = path(dir, partition, epoch);
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        if file.metadata()?.len() == 0 {
            file.write_all(boot_id()?.as_bytes())?;
        }
        let bytes = file.metadata()?.len();
        Ok(Self { path, open: Mutex::new(Open { file, bytes, compact_at: COMPACT_BYTES, is_torn: false }) })
    }

    /// Notes that the POST of this attempt is about to begin.
    pub fn note(&self, intent: IntentId, attempt: AttemptNumber) -> io::Result<()> {
        let mut open = self.open.lock();
        open.mend()?;
        if let Err(error) = open.file.write_all(&encode(intent, attempt)) {
            // A full disk may have taken a part of it, behind which every later entry would be read as another.
            open.is_torn = true;
            let _ = open.mend();
            return Err(error);
        }
        open.bytes += ENTRY_BYTES as u64;
        Ok(())
    }

    /// Whether it has grown so much that [`Journal::compact`] is due.
    pub fn has_grown(&self) -> bool {
        let open = self.open.lock();
        open.bytes >= open.compact_at
    }

    /// Writes the journal anew with its newest entries, and those before them whose attempts are still `armed` by what is
    /// committed; notes that come meanwhile wait. Until the new file has the journal's name, the old one counts.
    pub fn compact(&self, armed: &HashSet<(IntentId, AttemptNumber)>) -> io::Result<()> {
        let mut open = self.open.lock();
        open.mend()?;
        // However this ends, it is not tried again before as much has been written once more.
        open.compact_at = open.bytes + COMPACT_BYTES;
        let old = std::fs::read(&self.path)?;
        let (boot, entries) = old.split_at_checked(BOOT_BYTES).ok_or(io::ErrorKind::UnexpectedEof)?;
        let older = entries.len().saturating_sub(KEEP_BYTES).next_multiple_of(ENTRY_BYTES).min(entries.len());
        let (older, newest) = entries.split_at(older);
        let mut new = boot.to_vec();
        for entry in older.chunks_exact(ENTRY_BYTES).filter(|entry| armed.contains(&decode(entry))) {
            new.extend_from_slice(entry);
        }
        new.extend_from_slice(newest);
        let path = self.path.with_extension(SUFFIX_NEW.trim_start_matches('.'));
        std::fs::write(&path, &new)?;
        let file = OpenOptions::new().append(true).open(&path)?;
        std::fs::rename(&path, &self.path)?;
        let bytes = new.len() as u64;
        *open = Open { file, bytes, compact_at: bytes + COMPACT_BYTES, is_torn: false };
        Ok(())
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
        Some(entries.chunks_exact(ENTRY_BYTES).map(decode).collect())
    }

    /// What the journals of this folder say was POSTed, of one partition or of all, whoever wrote them and before whichever boot:
    /// of each message the last attempt.
    pub fn posted(dir: &Path, partition: Option<i32>) -> io::Result<HashMap<IntentId, AttemptNumber>> {
        let prefix = partition.map_or_else(|| "senders-".to_owned(), |partition| format!("senders-{partition}-"));
        let mut posted = HashMap::new();
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&prefix) && (name.ends_with(SUFFIX) || name.ends_with(SUFFIX_NEW)) {
                let bytes = std::fs::read(entry.path())?;
                let entries = bytes.get(BOOT_BYTES..).unwrap_or_default();
                for (id, number) in entries.chunks_exact(ENTRY_BYTES).map(decode) {
                    let last = posted.entry(id).or_insert(number);
                    *last = number.max(*last);
                }
            }
        }
        Ok(posted)
    }

    /// Removes the journals of owners before this epoch: their attempts have been judged and the judgement committed.
    pub fn remove_before(dir: &Path, partition: i32, epoch: i64) {
        let prefix = format!("senders-{partition}-");
        let Ok(entries) = std::fs::read_dir(dir) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let old = name
                .strip_prefix(&prefix)
                .and_then(|rest| rest.strip_suffix(SUFFIX).or_else(|| rest.strip_suffix(SUFFIX_NEW)))
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
    fn a_compacted_journal_holds_what_is_armed_and_what_is_newest_and_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::create(dir.path(), 3, 7).unwrap();
        let mut count = 0;
        while !journal.has_grown() {
            count += 1;
            journal.note(id(count), 1).unwrap();
        }
        // The second one is armed, and so is one that has not left yet.
        let armed = [2, count + 1].map(|n| (id(n), 1)).into();
        journal.compact(&armed).unwrap();
        assert!(!journal.has_grown());
        journal.note(id(1), 2).unwrap();
        let posted = Journal::read(dir.path(), 3, 7).unwrap();
        let newest = (KEEP_BYTES / ENTRY_BYTES) as u128;
        let kept = (count - newest + 1..=count).chain([2]).map(|n| (id(n), 1));
        assert_eq!(posted, kept.chain([(id(1), 2)]).collect());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn all_that_was_posted_is_told_by_every_journal_whatever_the_boot() {
        let dir = tempfile::tempdir().unwrap();
        for (partition, epoch, n, attempt) in [(1, 1, 1, 3), (1, 2, 2, 1), (11, 1, 3, 1), (1, 4, 1, 2)] {
            Journal::create(dir.path(), partition, epoch).unwrap().note(id(n), attempt).unwrap();
        }
        let mut foreign = vec![b'x'; BOOT_BYTES];
        foreign.extend(encode(id(4), 2));
        foreign.extend([7; 5]);
        std::fs::write(path(dir.path(), 1, 3), foreign).unwrap();
        std::fs::write(dir.path().join("another.lock"), "none of ours").unwrap();
        let of_one = HashMap::from([(id(1), 3), (id(2), 1), (id(4), 2)]);
        assert_eq!(Journal::posted(dir.path(), Some(1)).unwrap(), of_one);
        assert_eq!(Journal::posted(dir.path(), None).unwrap().len(), 4);
        assert!(Journal::posted(&dir.path().join("missing"), None).is_err());
    }

    #[test]
    fn old_journals_are_removed_and_others_stay() {
        let dir = tempfile::tempdir().unwrap();
        for (partition, epoch) in [(1, 1), (1, 2), (1, 10), (11, 1)] {
            Journal::create(dir.path(), partition, epoch).unwrap();
        }
        std::fs::write(dir.path().join("senders-1-2.journal.new"), "cut short").unwrap();
        Journal::remove_before(dir.path(), 1, 10);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
        assert!(Journal::read(dir.path(), 1, 2).is_none());
        assert!(Journal::read(dir.path(), 1, 10).is_some());
        assert!(Journal::read(dir.path(), 11, 1).is_some());
    }

    /// As after a write that a full disk cut short.
    #[test]
    fn a_torn_entry_does_not_displace_those_that_follow() {
        let dir = tempfile::tempdir().expect("a folder");
        let journal = Journal::create(dir.path(), 3, 1).expect("a journal");
        let id = |n| IntentId(uuid::Uuid::from_u128(n));
        journal.note(id(1), 1).expect("noted");
        {
            let mut open = journal.open.lock();
            open.file.write_all(&[7; 5]).expect("a part of an entry");
            open.is_torn = true;
        }
        journal.note(id(2), 1).expect("noted");
        assert_eq!(Journal::read(dir.path(), 3, 1), Some(HashSet::from([(id(1), 1), (id(2), 1)])));
    }
}
