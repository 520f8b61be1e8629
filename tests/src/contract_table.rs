//! Two tables of `docs/META_COVERAGE.md` name tests; here they are looked for.

use crate::named_tests::{check, read};

/// The heading of the table of what is asked of Meta.
const HEADING: &str = "| what | here | tests |";
/// The heading of the words that the table of what goes out has in the place of tests, and the heading of that table.
const WORDS: &str = "| word | test |";
const OUTGOING: &str = "| member | must be there | limit | tests |";

fn rows<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let (_, table) = page.split_once(heading).expect(heading);
    table.lines().skip(2).take_while(|line| line.starts_with('|')).collect()
}

fn last_cell(row: &str) -> &str {
    row.trim_matches('|').rsplit('|').next().unwrap_or_default().trim()
}

#[test]
fn every_row_names_tests_that_exist_or_says_why_there_is_none() {
    let page = read("docs/META_COVERAGE.md").expect("the page");
    let rows = rows(&page, HEADING);
    assert!(rows.len() > 20, "{} rows", rows.len());
    rows.into_iter().for_each(|row| check(row, last_cell(row)));
}

#[test]
fn every_member_that_goes_out_names_tests_by_words_that_are_explained() {
    let page = read("docs/META_COVERAGE.md").expect("the page");
    let words: Vec<&str> = rows(&page, WORDS)
        .into_iter()
        .map(|row| {
            check(row, last_cell(row));
            row.trim_matches('|').split('|').next().unwrap_or_default().trim()
        })
        .collect();
    let members = rows(&page, OUTGOING);
    assert!(members.len() > 400, "{} rows", members.len());
    for row in members {
        assert!(last_cell(row).split(", ").all(|word| words.contains(&word)), "{row}");
    }
}
