//! Figures of several runs, as their medians.
use serde_json::{Map, Value, json};
use std::io::Write as _;

/// One thing that was measured.
#[derive(Clone, Debug)]
pub(super) struct Row {
    name: String,
    /// Column and figure.
    figures: Vec<(&'static str, f64)>,
}

impl Row {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), figures: Vec::new() }
    }

    pub(super) fn with(mut self, column: &'static str, figure: f64) -> Self {
        self.figures.push((column, figure));
        self
    }
}

/// The medians.
#[derive(Debug)]
pub(super) struct Report {
    bench: &'static str,
    runs: usize,
    rows: Vec<Row>,
}

impl Report {
    /// Every run has the same rows and columns.
    pub(super) fn of(bench: &'static str, runs: &[Vec<Row>]) -> Self {
        let mut rows = runs.first().cloned().unwrap_or_default();
        for (at, row) in rows.iter_mut().enumerate() {
            for (column, (_, figure)) in row.figures.iter_mut().enumerate() {
                let each = runs.iter().map(|run| run[at].figures[column].1);
                *figure = median(each.collect());
            }
        }
        Self { bench, runs: runs.len(), rows }
    }

    pub(super) fn print(&self, as_json: bool) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if as_json {
            writeln!(out, "{}", self.json())?;
            return Ok(());
        }
        writeln!(out, "kiln bench {}, median of {}", self.bench, self.runs)?;
        let width = self.rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
        for row in &self.rows {
            write!(out, "{:width$}", row.name)?;
            for (column, figure) in &row.figures {
                write!(out, "  {column} {}", short(*figure))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let row = |row: &Row| {
            let figures =
                row.figures.iter().map(|(column, figure)| ((*column).into(), json!(figure)));
            json!({"name": row.name, "figures": figures.collect::<Map<String, Value>>()})
        };
        let rows: Vec<Value> = self.rows.iter().map(row).collect();
        json!({"bench": self.bench, "runs": self.runs, "rows": rows})
    }
}

/// The middle one; of an even number, the lower of the two.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

/// Three digits that count.
fn short(figure: f64) -> String {
    match figure.abs() {
        0.0 => "0".to_owned(),
        1000.0.. => format!("{figure:.0}"),
        10.0.. => format!("{figure:.1}"),
        1.0.. => format!("{figure:.2}"),
        _ => format!("{figure:.3}"),
    }
}

/// Durations, for their percentiles.
#[derive(Debug, Default)]
pub(super) struct Latencies(Vec<f64>);

impl Latencies {
    pub(super) fn push(&mut self, duration: std::time::Duration) {
        self.0.push(duration.as_secs_f64() * 1000.0);
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// In milliseconds; `share` of all are not longer.
    pub(super) fn percentile(&mut self, share: f64) -> f64 {
        self.0.sort_by(f64::total_cmp);
        let at = (self.0.len() as f64 * share).ceil() as usize;
        self.0.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests;
