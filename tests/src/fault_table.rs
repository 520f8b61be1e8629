//! The table of faults in the README names tests; here they are looked for.

use crate::named_tests::{check, read};

/// Rows of the table: the points at which something can fail.
const FAULTS: usize = 26;

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

#[test]
fn every_fault_names_a_test_that_exists_or_says_why_there_is_none() {
    for (index, cell) in coverage().iter().enumerate() {
        check(&format!("row {}", index + 1), cell);
    }
}
