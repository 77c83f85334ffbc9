//! Collects what is found.
use super::report::{Affected, FINDINGS_MAX, Finding, RecordVerdict};
use crate::LogIndex;
use std::ops::Range;

/// What one part of the check has found.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) findings: Vec<Finding>,
    pub(super) left_out: u64,
    pub(super) unproven: Vec<String>,
    pub(super) absent: Vec<String>,
    pub(super) affected: Vec<Affected>,
}

/// Where something was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Spot {
    file: Option<String>,
    byte: Option<u64>,
    record: Option<u64>,
}

impl Spot {
    pub(super) fn file(name: impl Into<String>) -> Self {
        Self { file: Some(name.into()), ..Self::default() }
    }

    pub(super) fn byte(self, byte: u64) -> Self {
        Self { byte: Some(byte), ..self }
    }

    pub(super) fn record(self, record: LogIndex) -> Self {
        Self { record: Some(record.0), ..self }
    }

    fn sentence(&self, told: &str) -> String {
        let mut sentence = String::new();
        sentence.extend(self.file.clone());
        sentence.extend(self.byte.map(|byte| format!(" at byte {byte}")));
        if let Some(record) = self.record {
            let is_first = sentence.is_empty();
            let spot =
                if is_first { format!("record {record}") } else { format!(" (record {record})") };
            sentence.push_str(&spot);
        }
        if sentence.is_empty() { told.to_owned() } else { format!("{sentence}: {told}") }
    }
}

impl Told {
    pub(super) fn find(&mut self, spot: Spot, told: impl AsRef<str>) {
        if self.findings.len() >= FINDINGS_MAX {
            self.left_out += 1;
            return;
        }
        let told = spot.sentence(told.as_ref());
        let Spot { file, byte, record } = spot;
        self.findings.push(Finding { file, byte, record, told });
    }

    /// Something that cannot be told.
    pub(super) fn doubt(&mut self, told: impl Into<String>) {
        let told = told.into();
        if self.unproven.len() < FINDINGS_MAX && !self.unproven.contains(&told) {
            self.unproven.push(told);
        }
    }

    /// Derived files that are not there.
    pub(super) fn miss(&mut self, told: impl Into<String>) {
        if self.absent.len() < FINDINGS_MAX {
            self.absent.push(told.into());
        }
    }

    pub(super) fn affect(&mut self, records: Range<u64>, verdict: RecordVerdict) {
        if !records.is_empty() {
            self.affected.push(Affected { records, verdict });
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        let room = FINDINGS_MAX - self.findings.len();
        self.left_out += other.left_out + other.findings.len().saturating_sub(room) as u64;
        self.findings.extend(other.findings.into_iter().take(room));
        other.unproven.into_iter().for_each(|told| self.doubt(told));
        other.absent.into_iter().for_each(|told| self.miss(told));
        self.affected.extend(other.affected);
    }
}

/// Neighbours joined, and of those that overlap the one that says more: what is missing or erased
/// before what is altered.
pub(super) fn merged(mut affected: Vec<Affected>) -> Vec<Affected> {
    let weight = |verdict: &RecordVerdict| match verdict {
        RecordVerdict::Missing => 0,
        RecordVerdict::Erased { .. } => 1,
        RecordVerdict::Altered => 2,
    };
    affected.sort_by_key(|a| (a.records.start, weight(&a.verdict), u64::MAX - a.records.end));
    let mut merged: Vec<Affected> = Vec::new();
    for Affected { mut records, verdict } in affected {
        if let Some(last) = merged.last_mut() {
            if last.verdict == verdict && records.start <= last.records.end {
                last.records.end = last.records.end.max(records.end);
                continue;
            }
            records.start = records.start.max(last.records.end);
        }
        if !records.is_empty() {
            merged.push(Affected { records, verdict });
        }
    }
    merged
}
