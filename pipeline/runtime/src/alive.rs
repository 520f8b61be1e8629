//! The proof that a process has ended: a lock on a file, which the kernel lets go when the process ends and not before.
//!
//! A process that has a lease may stand still and POST when it goes on, so its successor waits for the end of the lease. If
//! both are on the same machine the kernel knows better: the lock of a process that stands still is held, that of a process
//! that was killed is free (flock(2): a lock is released when the last descriptor of the open file is closed, and exec
//! closes ours). The file names the boot of its machine: of another one, or of one that has been started anew, it proves
//! nothing. So the proof can only make a take-over shorter.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::journal::boot_id;

/// Ending of the files' names.
const SUFFIX: &str = ".alive";
/// Mark of a file that was found free.
const ENDED: &str = "\n";
/// The file of a process that was found to have ended this long ago proves what nobody asks any more: its leases, a minute at
/// most, are long over.
const KEPT_FOR: Duration = Duration::from_secs(600);

fn path(dir: &Path, owner: &str) -> PathBuf {
    dir.join(format!("{owner}{SUFFIX}"))
}

/// Takes the lock until the process ends, before it has any lease; `owner` is its name there. Removes the files of those
/// that ended long ago.
pub fn begin(dir: &Path, owner: &str) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    sweep(dir)?;
    let mut file = OpenOptions::new().create_new(true).write(true).open(path(dir, owner))?;
    file.lock()?;
    file.write_all(boot_id()?.as_bytes())?;
    // Whatever part of the process fails, another may still POST: only the kernel closes it.
    std::mem::forget(file);
    Ok(())
}

/// Whether this owner is proven to have ended. `false` says nothing.
pub fn has_ended(dir: &Path, owner: &str) -> bool {
    is_free(&path(dir, owner)).unwrap_or(false)
}

fn is_free(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut boot = String::new();
    file.read_to_string(&mut boot)?;
    if boot.trim_end() != boot_id()? {
        return Ok(false);
    }
    // Shared, so that two who ask at the same time do not see each other.
    match file.try_lock_shared() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A file tells when its process began, not when it ended: whoever finds it free first marks it, so that its age counts
/// from then, and it is there for as long as its leases may last.
fn sweep(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(SUFFIX) {
            // Another process may sweep the same file.
            let _ = sweep_one(&path);
        }
    }
    Ok(())
}

fn sweep_one(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).open(path)?;
    if file.try_lock_shared().is_err() {
        return Ok(());
    }
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let is_old = file.metadata()?.modified()?.elapsed().is_ok_and(|age| age > KEPT_FOR);
    match text.ends_with(ENDED) {
        false => file.write_all(ENDED.as_bytes()),
        true if is_old => std::fs::remove_file(path),
        true => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn whoever_lives_or_is_unknown_has_not_ended() {
        let dir = tempfile::tempdir().expect("a folder");
        begin(dir.path(), "one").expect("the lock");
        assert!(!has_ended(dir.path(), "one"), "it lives");
        assert!(!has_ended(dir.path(), "another"), "nothing is known of it");
        std::fs::write(path(dir.path(), "another"), "another boot").expect("written");
        assert!(!has_ended(dir.path(), "another"), "of another boot nothing is known");
    }

    #[test]
    fn what_ended_is_swept_away_long_after_it_was_found_and_what_lives_is_not() {
        let dir = tempfile::tempdir().expect("a folder");
        begin(dir.path(), "lives").expect("the lock");
        std::fs::write(path(dir.path(), "ended"), boot_id().expect("a boot id")).expect("written");
        let grow_old = |owner: &str| {
            let file = OpenOptions::new().append(true).open(path(dir.path(), owner)).expect("its file");
            file.set_modified(std::time::SystemTime::now() - 2 * KEPT_FOR).expect("an old file");
        };
        ["lives", "ended"].into_iter().for_each(grow_old);
        begin(dir.path(), "new").expect("the lock");
        assert!(has_ended(dir.path(), "ended"), "it lived for long, and may have ended a moment ago");
        begin(dir.path(), "newer").expect("the lock");
        assert!(has_ended(dir.path(), "ended"));
        ["lives", "ended"].into_iter().for_each(grow_old);
        begin(dir.path(), "newest").expect("the lock");
        let left = ["lives", "ended", "new", "newer", "newest"].map(|owner| path(dir.path(), owner).exists());
        assert_eq!(left, [true, false, true, true, true]);
    }

    /// The kernel's promise, on which all of it rests: a stopped process holds its lock, a killed one does not.
    #[test]
    fn a_process_that_stands_still_has_not_ended_and_a_killed_one_has() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(path(dir.path(), "one"), boot_id().expect("a boot id")).expect("written");
        let mut child = Command::new("flock")
            .args(["--exclusive", "--no-fork"])
            .arg(path(dir.path(), "one"))
            .args(["sh", "-c", "echo locked; kill -STOP $$; sleep 60"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("flock of util-linux");
        let mut told = [0; 6];
        child.stdout.take().expect("piped").read_exact(&mut told).expect("it has the lock");
        assert!(!has_ended(dir.path(), "one"));
        child.kill().expect("SIGKILL");
        child.wait().expect("it ended");
        assert!(has_ended(dir.path(), "one"));
        assert!(has_ended(dir.path(), "one"), "whoever asks next learns it too");
    }
}
