//! The README, as it is shown and against what the simulator answers.

use std::collections::BTreeSet;
use std::path::Path;

use clap::Args as _;
use posthaste_simulator::SimulatorArgs;

const README: &str = include_str!("../../README.md");

/// Each table, as its lines.
fn tables() -> Vec<Vec<&'static str>> {
    let blocks = README.split("\n\n").map(|block| block.lines().filter(|line| line.starts_with('|')).collect());
    blocks.filter(|table: &Vec<&str>| !table.is_empty()).collect()
}

/// What stands between backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Options of the command line that a text names.
fn options(text: &str) -> BTreeSet<&str> {
    let is_name = |byte: char| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == '-';
    let names = text.split("--").skip(1).filter_map(|rest| rest.split(|byte| !is_name(byte)).next());
    names.filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase())).collect()
}

#[test]
fn every_option_is_told_and_every_option_that_is_told_exists() {
    let command = SimulatorArgs::augment_args(clap::Command::new("simulate"));
    let known: BTreeSet<&str> = command.get_arguments().filter_map(|argument| argument.get_long()).collect();
    // Of the test runner, of an integration, and of every command.
    const OTHERS: [&str; 3] = ["ignored", "graph", "help"];
    let told: BTreeSet<&str> = options(README).into_iter().filter(|name| !OTHERS.contains(name)).collect();
    assert_eq!(told.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "do not exist");
    assert_eq!(known.difference(&told).collect::<Vec<_>>(), Vec::<&&str>::new(), "are not told");
}

#[test]
fn the_checklist_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: String| std::fs::read_to_string(root.join(path)).ok();
    let list = tables().into_iter().find(|table| table[0].starts_with("| behaviour | option or request |")).unwrap();
    assert!(list.len() > 30, "{} rows", list.len());
    for row in &list[2..] {
        let tests: Vec<&str> = quoted(row.trim_matches('|').rsplit('|').next().unwrap()).collect();
        assert!(!tests.is_empty(), "no test: {row}");
        for test in tests {
            let (module, name) = test.split_once("::").unwrap_or((test, ""));
            let (text, name) = match name.strip_prefix("tests::") {
                None => (read(format!("tests/it/{module}.rs")), name),
                Some(name) => (read(format!("src/{module}.rs")).or(read(format!("src/{module}/mod.rs"))), name),
            };
            let name = if name.is_empty() { "#[tokio::test]".to_owned() } else { format!("fn {name}(") };
            assert!(text.is_some_and(|text| text.contains(&name)), "{test} does not exist");
        }
    }
}

#[test]
fn every_table_has_a_head() {
    assert!(tables().len() > 5);
    for table in tables() {
        assert!(table.get(1).is_some_and(|line| line.starts_with("|---")), "no head: {}", table[0]);
    }
}

#[test]
fn the_errors_of_registration_are_in_the_table_of_errors() {
    let errors = tables().into_iter().find(|table| table[0].starts_with("| code | HTTP |")).unwrap();
    let source =
        concat!(include_str!("../../src/management/registration.rs"), include_str!("../../src/management/mod.rs"));
    let codes = source.split("of_registration(").skip(1).map(|call| call.trim_start().split(',').next().unwrap());
    let codes: Vec<String> = codes.map(|code| code.replace('_', "")).collect();
    assert!(codes.len() >= 4, "{codes:?}");
    for code in codes {
        assert!(errors.iter().any(|line| line.starts_with(&format!("| {code} | 400 |"))), "{code} is not told");
    }
}
