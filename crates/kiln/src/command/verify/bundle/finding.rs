//! What a check of a bundle finds.
use crate::{command::verify::told, exit::Verdict};
use kiln_evidence::Trust;
use serde::Serialize;

/// So many are told; what is beyond them is counted only.
pub(super) const FINDINGS_MAX: usize = 1000;

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) verdict: Fault,
    /// The file in the bundle, or all of it.
    pub(super) file: String,
    pub(super) told: String,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Fault {
    Altered,
    Missing,
    /// It is there, and nothing speaks for it.
    Extra,
}

impl Fault {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Altered => "ALTERED",
            Self::Missing => "MISSING",
            Self::Extra => "EXTRA",
        }
    }
}

/// All that a check has found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The checkpoint that all proofs end in, where it is good.
    pub(super) trust: Option<Trust>,
    /// Records that are `ok`.
    pub(super) events: u64,
    pub(super) statements: u64,
    pub(super) found: Vec<Finding>,
    pub(super) left_out: u64,
    /// Why it could not be told.
    pub(super) unknown: Option<String>,
}

impl Findings {
    pub(super) fn add(&mut self, verdict: Fault, file: &str, told: impl Into<String>) {
        if self.found.len() == FINDINGS_MAX {
            self.left_out += 1;
            return;
        }
        // Whoever made the file chose its name.
        let file = file.chars().flat_map(char::escape_debug).take(200).collect();
        self.found.push(Finding { verdict, file, told: told.into() });
    }

    pub(super) fn verdict(&self) -> Verdict {
        match &self.trust {
            _ if !self.found.is_empty() => Verdict::Wrong,
            Some(trust) if self.unknown.is_none() => told::verdict(trust),
            _ => Verdict::Unknown,
        }
    }
}
