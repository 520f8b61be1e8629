//! The tables: a row per figure, a column per run, then median and spread. Markdown, so that they can be kept.

/// A table of figures.
#[derive(Debug)]
pub(crate) struct Table {
    runs: usize,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    label: String,
    cells: Vec<String>,
    median: String,
    spread: String,
}

impl Table {
    /// A table of this many runs.
    pub(crate) fn new(runs: usize) -> Self {
        Self { runs, rows: Vec::new() }
    }

    /// A row of numbers with this many decimals.
    pub(crate) fn numbers(&mut self, label: &str, decimals: usize, values: &[f64]) {
        let shown = |value: f64| if value.is_finite() { format!("{value:.decimals$}") } else { "-".to_owned() };
        let (low, high) = values.iter().fold((f64::NAN, f64::NAN), |(low, high), v| (v.min(low), v.max(high)));
        self.rows.push(Row {
            label: label.to_owned(),
            cells: values.iter().copied().map(shown).collect(),
            median: shown(median(values)),
            spread: format!("{} … {}", shown(low), shown(high)),
        });
    }

    /// A row of words.
    pub(crate) fn words(&mut self, label: &str, values: impl IntoIterator<Item = String>) {
        let cells = values.into_iter().collect();
        self.rows.push(Row { label: label.to_owned(), cells, median: String::new(), spread: String::new() });
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let mut head = vec![String::new()];
        head.extend((1..=self.runs).map(|run| format!("run {run}")));
        head.extend(["median".to_owned(), "spread".to_owned()]);
        let mut lines = vec![head];
        lines.extend(self.rows.iter().map(|row| {
            let mut line = vec![row.label.clone()];
            line.extend(row.cells.iter().cloned());
            line.extend([row.median.clone(), row.spread.clone()]);
            line
        }));
        print_lines(&lines);
    }
}

/// Prints lines of cells as a Markdown table; the first is its head.
pub(crate) fn print_lines(lines: &[Vec<String>]) {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0).max(3)).collect();
    for (index, line) in lines.iter().enumerate() {
        let cell = |(column, width): (usize, &usize)| {
            let text = line.get(column).map_or("", String::as_str);
            if column == 0 { format!("{text:<width$}") } else { format!("{text:>width$}") }
        };
        println!("| {} |", widths.iter().enumerate().map(cell).collect::<Vec<_>>().join(" | "));
        if index == 0 {
            let rule = |(column, width): (usize, &usize)| {
                if column == 0 { "-".repeat(*width) } else { format!("{}:", "-".repeat(width - 1)) }
            };
            println!("| {} |", widths.iter().enumerate().map(rule).collect::<Vec<_>>().join(" | "));
        }
    }
}

/// The middle one, or the mean of the two in the middle; not a number when there is none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.as_slice() {
        [] => f64::NAN,
        sorted if sorted.len() % 2 == 1 => sorted[sorted.len() / 2],
        sorted => f64::midpoint(sorted[sorted.len() / 2 - 1], sorted[sorted.len() / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn a_median_is_in_the_middle() {
        assert!((median(&[9.0, 1.0, 5.0]) - 5.0).abs() < 1e-9);
        assert!((median(&[4.0, 1.0, 2.0, 9.0]) - 3.0).abs() < 1e-9);
        assert!(median(&[]).is_nan());
    }
}
