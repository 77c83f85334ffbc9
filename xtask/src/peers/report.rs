//! What was measured, as medians, and ratios of what stood side by side.
use super::{Figures, median};
use crate::job;
use anyhow::Result;
use std::{path::Path, time::Duration};

/// One piece of work, by Kiln and by a peer, in turn.
pub(super) struct Row {
    pub(super) name: String,
    /// Connections, or what else is said of it.
    pub(super) how: String,
    pub(super) peer: &'static str,
    /// Of Kiln and the peer, a round each.
    rounds: Vec<(Figures, Figures)>,
}

/// What one side did in the middle of all rounds.
pub(super) struct Side {
    pub(super) rate: f64,
    pub(super) cpu: f64,
    pub(super) p50: Option<f64>,
    pub(super) p99: Option<f64>,
}

impl Row {
    pub(super) fn new(name: &str, how: &str, peer: &'static str) -> Self {
        Self { name: name.to_owned(), how: how.to_owned(), peer, rounds: Vec::new() }
    }

    /// A round of both.
    pub(super) fn push(&mut self, kiln: Figures, peer: Figures) {
        self.rounds.push((kiln, peer));
    }

    pub(super) fn kiln(&self) -> Side {
        side(self.rounds.iter().map(|(kiln, _)| kiln))
    }

    pub(super) fn theirs(&self) -> Side {
        side(self.rounds.iter().map(|(_, peer)| peer))
    }

    /// Kiln's rate for each of theirs: the median of the rounds, the least and the most.
    pub(super) fn ratio(&self) -> (f64, f64, f64) {
        let ratios = self.rounds.iter().map(|(kiln, peer)| kiln.rate / peer.rate);
        let ratios: Vec<f64> = ratios.collect();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        (median(ratios), least, most)
    }
}

fn side<'a>(figures: impl Iterator<Item = &'a Figures>) -> Side {
    let all: Vec<&Figures> = figures.collect();
    let figure = |of: fn(&Figures) -> f64| median(all.iter().map(|figures| of(figures)).collect());
    let latency = |of: fn(&Figures) -> Option<f64>| {
        all.iter().map(|figures| of(figures)).collect::<Option<Vec<_>>>().map(median)
    };
    Side {
        rate: figure(|it| it.rate),
        cpu: figure(|it| it.cpu),
        p50: latency(|it| it.p50),
        p99: latency(|it| it.p99),
    }
}

/// All of it.
pub(super) struct Report {
    /// Commit, day, processor, load before it began.
    pub(super) conditions: String,
    pub(super) rows: Vec<Row>,
    /// Peers that could not be had, and why.
    pub(super) skipped: Vec<String>,
    /// After the load: how long until a published checkpoint covered all, of Kiln and Tessera.
    pub(super) published: Vec<(Duration, Duration)>,
}

impl Report {
    pub(super) fn on(root: &Path) -> Result<Self> {
        let said = |program: &str, arguments: &[&str]| {
            let output = job::command(root, program, arguments).output()?;
            anyhow::Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let commit = said("git", &["rev-parse", "--short", "HEAD"])?;
        let day = said("date", &["-u", "+%Y-%m-%d"])?;
        let processors = std::thread::available_parallelism()?;
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or("unknown");
        let conditions =
            format!("{day}, {commit}, {processors} processors, load {load} before it began");
        let (rows, skipped, published) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { conditions, rows, skipped, published })
    }

    /// A peer, or why it is left out.
    pub(super) fn or_skipped<T>(&mut self, name: &str, peer: Result<T>) -> Option<T> {
        peer.map_err(|error| {
            let skipped = format!("SKIPPED: {name}: {error:#}");
            println!("{skipped}");
            self.skipped.push(skipped);
        })
        .ok()
    }

    /// Prints it as it comes.
    pub(super) fn push(&mut self, row: Row) {
        println!("{}", line(&row));
        self.rows.push(row);
    }

    /// Seconds, the medians of both.
    pub(super) fn published(&self) -> (f64, f64) {
        let (kiln, peer): (Vec<_>, Vec<_>) =
            self.published.iter().map(|(a, b)| (a.as_secs_f64(), b.as_secs_f64())).unzip();
        (median(kiln), median(peer))
    }

    pub(super) fn text(&self) -> String {
        let rows = self.rows.iter().map(line).chain(self.skipped.iter().cloned());
        format!("\n{}\n{}", self.conditions, rows.collect::<Vec<_>>().join("\n"))
    }
}

fn line(row: &Row) -> String {
    let (kiln, theirs, (ratio, least, most)) = (row.kiln(), row.theirs(), row.ratio());
    format!(
        "{}, {}: Kiln {}/s at {} µs of CPU, {} {}/s at {} µs: × {} ({} to {})",
        row.name,
        row.how,
        short(kiln.rate),
        short(kiln.cpu),
        row.peer,
        short(theirs.rate),
        short(theirs.cpu),
        short(ratio),
        short(least),
        short(most)
    )
}

/// Three digits that count, thousands with a comma.
pub(super) fn short(figure: f64) -> String {
    match figure {
        999.5.. => {
            let rounded = 10_f64.powi(figure.log10() as i32 - 2);
            let whole = ((figure / rounded).round() * rounded) as u64;
            format!("{},{:03}", whole / 1000, whole % 1000)
        }
        100.0.. => format!("{figure:.0}"),
        10.0.. => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

#[cfg(test)]
pub(super) mod tests;
