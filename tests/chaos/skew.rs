//! A wrong wall clock for one process: `skew.c`, compiled and preloaded.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The source, part of this program, so that it is found wherever this is run.
const SOURCE: &str = include_str!("skew.c");

/// Compiles the library into this folder.
pub(crate) fn library(folder: &Path) -> Result<PathBuf, String> {
    let (source, library) = (folder.join("skew.c"), folder.join("skew.so"));
    std::fs::write(&source, SOURCE).map_err(|error| format!("{}: {error}", source.display()))?;
    let output = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).output();
    let output = output.map_err(|error| format!("cc: {error}"))?;
    if output.status.success() { Ok(library) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// What a process with this clock has in its environment.
pub(crate) fn environment(library: &Path, seconds: i32) -> Vec<(String, String)> {
    let pairs = [("LD_PRELOAD", library.display().to_string()), ("CHAOS_CLOCK_SKEW_S", seconds.to_string())];
    pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// Why there can be none on this machine.
pub(crate) fn lacking() -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    library(folder.path()).err().map(|reason| format!("the clock's library cannot be compiled: {reason}"))
}
