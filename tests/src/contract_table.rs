//! The last table of `docs/META_COVERAGE.md` names tests; here they are looked for.

use crate::named_tests::{check, read};

/// The heading of the table.
const HEADING: &str = "| what | here | tests |";

#[test]
fn every_row_names_tests_that_exist_or_says_why_there_is_none() {
    let page = read("docs/META_COVERAGE.md").expect("the page");
    let (_, table) = page.split_once(HEADING).expect("the page has the table");
    let rows: Vec<&str> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 20, "{} rows", rows.len());
    for row in rows {
        let cell = row.trim_matches('|').rsplit('|').next().unwrap_or_default();
        check(row, cell);
    }
}
