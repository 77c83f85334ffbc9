//! Counted figures, what they were counted with, and how far others are from them.
use super::FILE;
use crate::job;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::{fmt::Write as _, path::Path};

/// A change of so many percent, up or down, is told.
const PERCENT_MAX: f64 = 3.0;
const BLESS: &str = "cargo xtask instructions --bless";

/// What figures depend on beside the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conditions {
    /// With its target.
    pub(super) compiler: String,
    /// It pretends to be a processor of its own, whatever the machine is.
    pub(super) valgrind: String,
    /// Without AVX2 valgrind pretends to be an older processor.
    pub(super) has_avx2: bool,
}

/// Instructions of each piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) conditions: Conditions,
    /// Name, unit, instructions of one unit.
    pub(super) pieces: Vec<(String, String, u64)>,
}

impl Conditions {
    /// Those of this machine; `None` without valgrind.
    pub(super) fn here(root: &Path) -> Result<Option<Self>> {
        let Ok(valgrind) = job::command(root, "valgrind", &["--version"]).output() else {
            return Ok(None);
        };
        let valgrind = String::from_utf8(valgrind.stdout)?.trim().to_owned();
        let rustc = job::command(root, "rustc", &["-vV"]).output().context("rustc")?;
        let rustc = String::from_utf8(rustc.stdout)?;
        let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
        let version = rustc.lines().next().unwrap_or_default();
        let compiler = format!("{version} for {}", host.unwrap_or_default());
        let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let has_avx2 = processor.split_whitespace().any(|flag| flag == "avx2");
        Ok(Some(Self { compiler, valgrind, has_avx2 }))
    }

    /// Why figures of these conditions say nothing about those. Another valgrind seldom matters:
    /// it is only told when figures differ.
    pub(super) fn difference(&self, kept: &Self) -> Option<String> {
        if self.compiler != kept.compiler {
            let (here, theirs) = (&self.compiler, &kept.compiler);
            return Some(format!(
                "{here} here, but {FILE} was counted with {theirs}: `{BLESS}` counts anew"
            ));
        }
        (self.has_avx2 != kept.has_avx2).then(|| "this processor has no AVX2".to_owned())
    }
}

impl Figures {
    /// What [`to_text`](Self::to_text) wrote.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text)?;
        let said = |name: &str| {
            let text = value["counted_with"][name].as_str();
            text.map(str::to_owned).with_context(|| format!("it does not say its {name}"))
        };
        let conditions = Conditions {
            compiler: said("compiler")?,
            valgrind: said("valgrind")?,
            has_avx2: value["counted_with"]["avx2"].as_bool().context("it does not say avx2")?,
        };
        let pieces = value["instructions"].as_array().context("it has no instructions")?;
        let piece = |piece: &Value| {
            let text = |name: &str| piece[name].as_str().map(str::to_owned);
            let figure = piece["instructions"].as_u64();
            Some((text("piece")?, text("unit")?, figure?))
        };
        let pieces = pieces.iter().map(piece).collect::<Option<_>>();
        Ok(Self { conditions, pieces: pieces.context("a piece of it is not whole")? })
    }

    /// As they are kept.
    pub(super) fn to_text(&self) -> String {
        let Conditions { compiler, valgrind, has_avx2 } = &self.conditions;
        let pieces = self.pieces.iter().map(|(piece, unit, instructions)| {
            json!({"piece": piece, "unit": unit, "instructions": instructions})
        });
        let value = json!({
            "what": format!("instructions of one unit, by callgrind; `{BLESS}` writes this file"),
            "counted_with": {"compiler": compiler, "valgrind": valgrind, "avx2": has_avx2},
            "instructions": pieces.collect::<Vec<_>>(),
        });
        format!("{value:#}\n")
    }

    /// Each piece with what is kept of it.
    pub(super) fn table(&self, counted: &Self) -> String {
        let mut table =
            format!("{:<10} {:>12} {:>12} {:>9}\n", "piece", "kept", "counted", "change");
        for (piece, unit, now) in &counted.pieces {
            let kept = self.kept(piece);
            let change =
                kept.map_or_else(String::new, |kept| format!("{:+.2} %", percent(kept, *now)));
            let kept = kept.map_or_else(|| "-".to_owned(), |kept| kept.to_string());
            // Writing into a string does not fail.
            let _written =
                writeln!(table, "{piece:<10} {kept:>12} {now:>12} {change:>9}  each {unit}");
        }
        table
    }

    /// What is beyond the bound, and what to do about it.
    pub(super) fn differences(&self, counted: &Self) -> Vec<String> {
        let found = counted.pieces.iter().filter_map(|(piece, unit, now)| {
            let Some(kept) = self.kept(piece) else {
                return Some(format!("{FILE} does not know `{piece}`: `{BLESS}` adds it"));
            };
            let change = percent(kept, *now);
            let what = format!(
                "`{piece}`: {kept} instructions for each {unit} are kept, {now} were counted"
            );
            match change.abs() > PERCENT_MAX {
                false => None,
                true if change > 0.0 => Some(format!("{what}, {change:.1} % more")),
                true => Some(format!("{what}, {:.1} % fewer: well done", -change)),
            }
        });
        let mut found: Vec<String> = found.collect();
        let gone = self.pieces.iter().filter(|(piece, ..)| counted.kept(piece).is_none());
        found.extend(gone.map(|(piece, ..)| format!("`{piece}` of {FILE} is no piece of work")));
        if !found.is_empty() {
            found.extend(self.advice(counted));
        }
        found
    }

    fn advice(&self, counted: &Self) -> Vec<String> {
        let mut advice = vec![format!(
            "at most {PERCENT_MAX} % either way go unsaid; where the work is worth it, or is less, \
             `{BLESS}` keeps the new figures, and the commit says why; \
             `callgrind_annotate target/instructions/PIECE.callgrind` shows where they come from"
        )];
        let (here, theirs) = (&counted.conditions.valgrind, &self.conditions.valgrind);
        if here != theirs {
            advice.push(format!("these were counted with {here}, those with {theirs}"));
        }
        advice
    }

    fn kept(&self, piece: &str) -> Option<u64> {
        self.pieces.iter().find(|(name, ..)| name == piece).map(|(_, _, figure)| *figure)
    }
}

fn percent(kept: u64, now: u64) -> f64 {
    (now as f64 / kept as f64 - 1.0) * 100.0
}

#[cfg(test)]
mod tests;
