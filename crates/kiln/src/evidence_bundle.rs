//! The evidence bundle: a ZIP of plain files that a person can open, and that `kiln verify bundle`
//! checks. Here is what its writer and its reader have to agree on.
//!
//! ```text
//! README.txt                         what it is, how to check it, what it does not prove
//! log.vkey                           the key that signed the checkpoint: to be compared
//! checkpoint                         the one checkpoint that every proof ends in
//! events/<index>.json|.xml           an event's bytes as they were received
//! events/<index>.tlog-proof          its proof, c2sp.org/tlog-proof
//! statements/<index>.json            what the log states of itself
//! statements/<index>.tlog-proof
//! manifest.json                      what there is: written last
//! ```
mod readme;
mod writer;

pub(crate) use readme::{Vouching, readme};
pub(crate) use writer::Writer;

use kiln_fhir::MediaType;
use serde::{Deserialize, Serialize};

/// Events in one bundle: the table of a ZIP is in memory while it is written and while it is read.
pub(crate) const EVENTS_MAX: usize = 100_000;
/// Statements in one bundle.
pub(crate) const STATEMENTS_MAX: usize = 10_000;
/// A record's bytes. Above what a server takes unless its settings are far from the defaults.
pub(crate) const RECORD_BYTES_MAX: usize = 64 << 20;
/// The manifest of that many records is smaller.
pub(crate) const MANIFEST_BYTES_MAX: usize = 64 << 20;
/// Two files a record, and those beside them.
pub(crate) const FILES_MAX: usize = 2 * (EVENTS_MAX + STATEMENTS_MAX) + 4;

pub(crate) const README: &str = "README.txt";
pub(crate) const LOG_KEY: &str = "log.vkey";
pub(crate) const CHECKPOINT: &str = "checkpoint";
pub(crate) const MANIFEST: &str = "manifest.json";

/// What the manifest says it is of.
pub(crate) const FORMAT: &str = "kiln evidence bundle";
/// Readers refuse what has another one.
pub(crate) const VERSION: u32 = 1;

/// What there is in a bundle. Nobody signs it: each record is proved by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    pub(crate) format: String,
    pub(crate) version: u32,
    /// The Kiln that wrote it, and when.
    pub(crate) kiln: String,
    pub(crate) made: String,
    /// The checkpoint's log and size.
    pub(crate) origin: String,
    pub(crate) size: u64,
    pub(crate) asked: Asked,
    pub(crate) events: Vec<Item>,
    pub(crate) statements: Vec<Item>,
    /// Statements that are in the log, below the checkpoint, and not here.
    pub(crate) statements_left_out: u64,
}

/// What was searched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    /// The FHIR release whose search parameters these are.
    pub(crate) release: String,
    pub(crate) filters: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sent_in: Option<String>,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// Its position in the log.
    pub(crate) index: u64,
    pub(crate) id: String,
    /// When it was received.
    pub(crate) received: String,
    /// Its bytes.
    pub(crate) file: String,
    /// Its proof.
    pub(crate) proof: String,
}

/// The two kinds of records that a bundle has, each in a folder of its own.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Events,
    Statements,
}

impl Part {
    /// What a record of this part is called.
    pub(crate) fn one(self) -> &'static str {
        match self {
            Self::Events => "event",
            Self::Statements => "statement",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Statements => "statements",
        }
    }

    /// The name of a record's bytes.
    pub(crate) fn file(self, index: u64, media: MediaType) -> String {
        let extension = match media {
            MediaType::Json => "json",
            MediaType::Xml => "xml",
        };
        format!("{}/{index:010}.{extension}", self.folder())
    }

    /// The name of its proof.
    pub(crate) fn proof(self, index: u64) -> String {
        format!("{}/{index:010}.tlog-proof", self.folder())
    }
}

#[cfg(test)]
mod tests;
