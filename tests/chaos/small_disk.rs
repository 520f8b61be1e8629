//! A disk of a few megabytes that can be filled: a tmpfs in the mount namespace that `tests/chaos/run` has made.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name of the file that fills it.
const BALLAST: &str = "ballast";
/// Bytes of one write of it: a page of the smallest size, so that no more than a part of one stays free.
const BALLAST_PIECE: usize = 4096;

/// A mounted tmpfs. Unmounted when it is dropped.
#[derive(Debug)]
pub(crate) struct SmallDisk(PathBuf);

/// Why there can be none on this machine.
pub(crate) fn lacking() -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    // A disk that can be mounted is unmounted at once, by its drop.
    SmallDisk::mount(folder.path(), 1).err()
}

impl SmallDisk {
    /// Mounts one of so many megabytes over a folder, which is created.
    pub(crate) fn mount(folder: &Path, megabytes: u32) -> Result<Self, String> {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let options = format!("size={megabytes}m");
        let output =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "posthaste-chaos"]).arg(folder).output();
        let output = output.map_err(|error| format!("mount: {error}"))?;
        if output.status.success() {
            return Ok(Self(folder.to_owned()));
        }
        let reason = String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned();
        Err(format!("no tmpfs can be mounted (as root?): {reason}"))
    }

    /// Writes until nothing more fits.
    pub(crate) fn fill(&self) {
        let path = self.0.join(BALLAST);
        let mut file = OpenOptions::new().create(true).append(true).open(&path).expect("the ballast can be opened");
        let full = fill(&mut file);
        assert_eq!(full, ErrorKind::StorageFull, "{}", path.display());
    }

    /// Makes the room free again.
    pub(crate) fn clear(&self) {
        // Not there unless it was filled.
        let _ = std::fs::remove_file(self.0.join(BALLAST));
    }
}

fn fill(file: &mut File) -> ErrorKind {
    loop {
        if let Err(error) = file.write_all(&[0; BALLAST_PIECE]) {
            return error.kind();
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Processes that still have files there keep them until they end.
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.0).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("{} could not be unmounted", self.0.display());
        }
    }
}
