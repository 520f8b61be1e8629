//! Tests that a document names, in back-ticks, as `path::test`; here they are looked for.

use std::path::{Path, PathBuf};

/// What a row says that no test covers; it goes on with the reason.
const NONE: &str = "none: ";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

pub(crate) fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))
}

/// What stands in back-ticks.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Whether there is a test, a fault, a deliberate bug or a chaos scenario of this name.
fn exists(name: &str) -> Result<(), String> {
    let (path, text) = match name.split_once(':') {
        Some(("sim", fault)) => ("pipeline/sim/src/scenario.rs", format!("= \"{fault}\"")),
        Some(("bug", bug)) => ("pipeline/sim/src/bugs.rs", format!("= \"{bug}\"")),
        Some(("chaos", scenario)) => ("tests/chaos/scenarios.rs", format!("name: \"{scenario}\"")),
        _ => {
            let (path, test) = name.split_once("::").ok_or_else(|| format!("{name} is neither a fault nor a test"))?;
            (path, format!("fn {test}("))
        }
    };
    if read(path)?.contains(&text) { Ok(()) } else { Err(format!("{name}: {path} has no {text}")) }
}

/// Panics unless a row's cell names tests that exist, or says why there is none.
pub(crate) fn check(row: &str, cell: &str) {
    let names = names(cell);
    let explained = cell.trim().len() > NONE.len() && cell.trim().starts_with(NONE);
    assert!(!names.is_empty() || explained, "{row}: {cell}");
    for name in names {
        exists(name).unwrap_or_else(|error| panic!("{row}: {error}"));
    }
}

#[test]
fn a_name_that_does_not_exist_is_noticed() {
    for name in ["sim:crush", "bug:none", "chaos:peace", "tests/it/main.rs::nothing", "tests/none.rs::nothing", "words"]
    {
        assert!(exists(name).is_err(), "{name}");
    }
}
