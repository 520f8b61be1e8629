//! The recipients of a benchmark campaign.

use std::io::{BufWriter, Write as _};

/// Area codes, from 203 on: 202 has the contact that the quickstart opts out.
const AREAS: u32 = 700;
/// Most recipients: four digits behind 555, without the first hundred.
const COUNT_MAX: u32 = AREAS * 9_900;

/// Prints `to,1,2` and a line for each, all different. The first 70,000 are of the form +1 xxx 555 01xx, which the North
/// American Numbering Plan keeps for fiction.
pub(crate) fn print(count: u32) -> anyhow::Result<()> {
    anyhow::ensure!((1..=COUNT_MAX).contains(&count), "{count} recipients: 1 to {COUNT_MAX} are possible");
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "to,1,2")?;
    for index in 0..count {
        writeln!(out, "{},Ana,A-{index:07}", number(index))?;
    }
    out.flush()?;
    Ok(())
}

fn number(index: u32) -> String {
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
    }
}
