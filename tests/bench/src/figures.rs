//! The figures of a run: written as a line of JSON when the run ends, printed as one table when all have ended.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::table::Table;

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Cell {
    /// A number with so many decimals; none where there was nothing to measure.
    Number(usize, Option<f64>),
    /// Whether what must hold held: the benchmark fails where it did not.
    Check(bool),
    /// Whether a target was met: the benchmark passes in either case.
    Target(bool),
}

/// The figures of a run, by label.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Figures(Vec<(String, Cell)>);

impl Figures {
    /// A number. What is not finite is shown as a dash.
    pub(crate) fn number(&mut self, label: &str, decimals: usize, value: f64) {
        self.0.push((label.to_owned(), Cell::Number(decimals, Some(value).filter(|value| value.is_finite()))));
    }

    /// Something that must hold.
    pub(crate) fn check(&mut self, label: &str, holds: bool) {
        self.0.push((label.to_owned(), Cell::Check(holds)));
    }

    /// Something that is wished for.
    pub(crate) fn target(&mut self, label: &str, met: bool) {
        self.0.push((label.to_owned(), Cell::Target(met)));
    }

    /// Adds this run to a file.
    pub(crate) fn append(&self, file: &Path) -> anyhow::Result<()> {
        let mut out = OpenOptions::new().create(true).append(true).open(file)?;
        writeln!(out, "{}", serde_json::to_string(self)?)?;
        Ok(())
    }

    fn get(&self, label: &str) -> Option<&Cell> {
        self.0.iter().find(|(own, _)| own == label).map(|(_, cell)| cell)
    }
}

/// Prints the table of all runs in the file; fails when something did not hold that must.
pub(crate) fn print_table(file: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    let runs: Vec<Figures> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let Some(first) = runs.first() else { anyhow::bail!("{} has no runs", file.display()) };
    let mut table = Table::new(runs.len());
    let mut broken = Vec::new();
    for (label, cell) in &first.0 {
        let cells: Vec<Option<&Cell>> = runs.iter().map(|run| run.get(label)).collect();
        match cell {
            Cell::Number(decimals, _) => {
                table.numbers(label, *decimals, &cells.into_iter().map(value).collect::<Vec<_>>())
            }
            Cell::Check(_) | Cell::Target(_) => table.words(label, cells.iter().map(|cell| words(*cell).to_owned())),
        }
    }
    for (label, cell) in runs.iter().flat_map(|run| &run.0) {
        if *cell == Cell::Check(false) && !broken.contains(&label.as_str()) {
            broken.push(label.as_str());
        }
    }
    table.print();
    anyhow::ensure!(broken.is_empty(), "a run was not exact: {}", broken.join("; "));
    Ok(())
}

fn value(cell: Option<&Cell>) -> f64 {
    match cell {
        Some(Cell::Number(_, Some(value))) => *value,
        _ => f64::NAN,
    }
}

fn words(cell: Option<&Cell>) -> &'static str {
    match cell {
        Some(Cell::Check(true)) => "yes",
        Some(Cell::Check(false)) => "NO",
        Some(Cell::Target(true)) => "met",
        Some(Cell::Target(false)) => "missed",
        Some(Cell::Number(..)) | None => "-",
    }
}

/// The value that this share of the values stayed within; not a number when there is none. 1.0 is the greatest.
pub(crate) fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_in_which_something_did_not_hold_fails_the_benchmark_and_a_missed_target_does_not() {
        let folder = std::env::temp_dir().join(format!("posthaste-bench-figures-{}", std::process::id()));
        let write = |holds: bool| {
            let mut run = Figures::default();
            run.number("sends/s", 0, 983.0);
            run.number("nothing measured", 0, f64::NAN);
            run.target("fast", false);
            run.check("exact", holds);
            run.append(&folder).unwrap();
        };
        write(true);
        assert!(print_table(&folder).is_ok());
        write(false);
        assert!(print_table(&folder).unwrap_err().to_string().contains("exact"));
        std::fs::remove_file(&folder).unwrap();
    }

    #[test]
    fn a_percentile_is_the_value_that_the_share_stayed_within() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert!((percentile(&values, 0.5) - 50.0).abs() < 1e-9);
        assert!((percentile(&values, 0.99) - 99.0).abs() < 1e-9);
        assert!((percentile(&values, 1.0) - 100.0).abs() < 1e-9);
        assert!(percentile(&[], 0.5).is_nan());
    }
}
