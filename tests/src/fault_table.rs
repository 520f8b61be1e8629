//! The table of faults in the README names tests; here they are looked for.

use std::path::{Path, PathBuf};

/// Rows of the table: the points at which something can fail.
const FAULTS: usize = 26;
/// What a row says that no test covers; it goes on with the reason.
const NONE: &str = "none: ";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))
}

/// The last column of each row, in order of their numbers.
fn coverage() -> Vec<String> {
    let readme = read("tests/README.md").expect("the README");
    let rows = readme.lines().filter_map(|line| {
        let mut cells = line.trim_matches('|').split('|');
        cells.next()?.trim().parse::<usize>().ok().map(|number| (number, cells.next_back()))
    });
    let rows: Vec<_> = rows.collect();
    let numbers: Vec<usize> = rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=FAULTS).collect::<Vec<_>>(), "the rows of the table");
    rows.into_iter()
        .map(|(number, cell)| cell.unwrap_or_else(|| panic!("row {number} has columns")).to_owned())
        .collect()
}

/// What stands in back-ticks.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

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

#[test]
fn every_fault_names_a_test_that_exists_or_says_why_there_is_none() {
    for (index, cell) in coverage().iter().enumerate() {
        let names = names(cell);
        assert!(
            !names.is_empty() || cell.trim().len() > NONE.len() && cell.trim().starts_with(NONE),
            "row {}: {cell}",
            index + 1
        );
        for name in names {
            exists(name).unwrap_or_else(|error| panic!("row {}: {error}", index + 1));
        }
    }
}

#[test]
fn a_name_that_does_not_exist_is_noticed() {
    for name in ["sim:crush", "bug:none", "chaos:peace", "tests/it/main.rs::nothing", "tests/none.rs::nothing", "words"]
    {
        assert!(exists(name).is_err(), "{name}");
    }
}
