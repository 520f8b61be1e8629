//! The README, as it is shown and against what the simulator answers.

const README: &str = include_str!("../../README.md");

/// Each table, as its lines.
fn tables() -> Vec<Vec<&'static str>> {
    let blocks = README.split("\n\n").map(|block| block.lines().filter(|line| line.starts_with('|')).collect());
    blocks.filter(|table: &Vec<&str>| !table.is_empty()).collect()
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
