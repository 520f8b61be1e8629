//! The corpus that was kept, through the same laws as in the fuzz targets.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use posthaste_oracles::TARGETS;

/// Files of all targets together, and their bytes: the corpus stays small enough for every clone and every run.
const FILES_MAX: usize = 300;
const BYTES_MAX: usize = 1_500_000;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus")
}

fn files(target: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(corpus().join(target)).expect("each target has a corpus");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn every_input_that_was_kept_keeps_the_laws() {
    let mut broken = Vec::new();
    for (target, law) in TARGETS {
        let files = files(target);
        assert!(!files.is_empty(), "{target} has no corpus");
        for file in files {
            let data = fs::read(&file).expect("a file of the corpus");
            if catch_unwind(|| law(&data)).is_err() {
                broken.push(file);
            }
        }
    }
    assert!(broken.is_empty(), "these break a law: {broken:?}");
}

#[test]
fn the_corpus_is_small_and_has_the_targets_that_there_are() {
    let mut names: Vec<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.sort();
    let entries = fs::read_dir(corpus()).expect("a corpus");
    let mut found: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name().into_string()).collect();
    found.sort();
    assert_eq!(found, names.iter().cloned().map(Ok).collect::<Vec<_>>());
    let files: Vec<_> = names.iter().flat_map(|name| files(name)).collect();
    let bytes: usize = files.iter().map(|file| fs::read(file).expect("a file of the corpus").len()).sum();
    assert!(files.len() <= FILES_MAX && bytes <= BYTES_MAX, "{} files of {bytes} bytes", files.len());
}
