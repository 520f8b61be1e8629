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
    let (path, text) = match name.split_once("::") {
        Some((path, test)) => return is_test(path, test),
        None => place(name)?,
    };
    if read(path)?.contains(&text) { Ok(()) } else { Err(format!("{name}: {path} has no {text}")) }
}

/// Where a fault, a deliberate bug or a chaos scenario stands, and as what.
fn place(name: &str) -> Result<(&'static str, String), String> {
    Ok(match name.split_once(':') {
        Some(("sim", fault)) => ("pipeline/sim/src/scenario.rs", format!("= \"{fault}\"")),
        Some(("bug", bug)) => ("pipeline/sim/src/bugs.rs", format!("= \"{bug}\"")),
        Some(("chaos", scenario)) => ("tests/chaos/scenarios.rs", format!("name: \"{scenario}\"")),
        _ => return Err(format!("{name} is neither a fault nor a test")),
    })
}

/// Whether a file has a function of this name that is run as a test: one of its attributes says so.
fn is_test(path: &str, test: &str) -> Result<(), String> {
    let text = read(path)?;
    let (before, _) =
        text.split_once(&format!("fn {test}(")).ok_or_else(|| format!("{path} has no function {test}"))?;
    let attributes = before.rsplit('\n').skip(1).map(str::trim).take_while(|line| line.starts_with(['#', '/']));
    let is_run = attributes.filter(|line| line.starts_with("#[")).any(|line| line.contains("test"));
    if is_run { Ok(()) } else { Err(format!("{path}: {test} is no test")) }
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
    let helper = "tests/src/named_tests.rs::exists";
    for name in
        ["sim:crush", "bug:none", "chaos:peace", "tests/it/main.rs::nothing", "tests/none.rs::nothing", helper, "words"]
    {
        assert!(exists(name).is_err(), "{name}");
    }
    let own = "tests/src/named_tests.rs::a_name_that_does_not_exist_is_noticed";
    assert_eq!(exists(own), Ok(()));
}
