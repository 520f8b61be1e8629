//! The recipients of benchmark campaigns.

use std::fmt::Write as _;
use std::io::Write as _;

/// Area codes, from 203 on: 202 has the contact that the quickstart opts out.
const AREAS: u32 = 700;
/// Most recipients: four digits behind 555, without the first hundred.
pub(crate) const COUNT_MAX: u32 = AREAS * 9_900;

/// `to,1,2` and a line for each of `count` recipients from the index `first` on, all different. The first 70,000 are of the
/// form +1 xxx 555 01xx, which the North American Numbering Plan keeps for fiction.
pub(crate) fn csv(first: u32, count: u32) -> anyhow::Result<String> {
    let end = first.checked_add(count).filter(|end| count > 0 && *end <= COUNT_MAX);
    anyhow::ensure!(end.is_some(), "{count} recipients from {first} on: there are {COUNT_MAX}");
    let mut text = String::from("to,1,2\n");
    for index in first..first + count {
        writeln!(text, "{},Ana,A-{index:07}", number(index)).expect("a text takes everything");
    }
    Ok(text)
}

/// Prints [`csv`].
pub(crate) fn print(count: u32) -> anyhow::Result<()> {
    Ok(std::io::stdout().lock().write_all(csv(0, count)?.as_bytes())?)
}

/// Phone number of the recipient at this index.
pub(crate) fn number(index: u32) -> String {
    format!("+1{}555{:04}", 203 + index % AREAS, 100 + index / AREAS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_numbers_differ_and_the_first_70_000_are_fictional() {
        let numbers: std::collections::HashSet<String> = (0..70_000).map(number).collect();
        assert_eq!(numbers.len(), 70_000);
        assert!(numbers.iter().all(|number| number.len() == 12 && &number[5..10] == "55501"));
        assert_eq!(number(COUNT_MAX - 1), "+19025559999");
        assert!(csv(COUNT_MAX - 1, 1).is_ok() && csv(COUNT_MAX - 1, 2).is_err() && csv(0, 0).is_err());
    }
}
