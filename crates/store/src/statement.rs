//! What Kiln states of its own log, in the log: a record like any other, with a leaf and a proof,
//! that no search finds.
use crate::{Condition, Millis, NewRecord, RecordKind, Unit};
use bytes::Bytes;
use kiln_index::Terms;
use serde::{Deserialize, Serialize};

/// A statement, as its record's body has it in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "statement", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Statement {
    /// The first record of a signed log.
    Genesis {
        /// The origin of its checkpoints.
        origin: String,
        /// The key that signs them: a vkey line (C2SP signed-note).
        key: String,
        /// The version of the Kiln that began the log.
        version: String,
    },
    /// A Kiln begins to write.
    Start {
        /// Its version.
        version: String,
    },
    /// It has stopped cleanly. A start without a stop before it follows a crash.
    Stop,
    /// Another key signs from here on. The group that holds this is signed by both.
    KeyChange {
        /// The key so far, as a vkey line.
        old: String,
        /// The key from here on.
        new: String,
    },
    /// What witnesses have cosigned.
    Anchor {
        /// SHA-256 of the note's text, in hex.
        checkpoint: String,
        /// The whole note, with all its signatures.
        note: String,
    },
    /// The log goes on from an older copy of itself, which an operator has put back.
    AdoptRestore {
        /// The origin of the log that was lost.
        origin: String,
        /// The key under the new origin, as a vkey line.
        key: String,
        /// How many records the copy had; what stood behind them is lost.
        lost_from: u64,
        /// How many records are known to have been there.
        known: u64,
        /// The root over those, in hex.
        root: String,
    },
}

/// The version that statements name.
pub(crate) fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Whom statements come from.
const PRINCIPAL: &str = "kiln";
/// No release: a statement is no FHIR.
const RELEASE: u8 = 0;
/// JSON.
const MEDIA_TYPE: u8 = 1;

impl Statement {
    /// The body of its record.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and numbers become JSON")
    }

    /// Reads the body of a statement's record; `None` when it is none that this build knows.
    pub fn from_json(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// What is appended.
    pub(crate) fn unit(&self) -> Unit {
        let record = NewRecord {
            kind: RecordKind::Statement,
            release: RELEASE,
            media_type: MEDIA_TYPE,
            body: Bytes::from(self.to_json()),
            // The pool takes the instant of receipt and adds the terms.
            recorded: Millis(0),
            terms: Terms::new(),
            entry: 0,
            if_none_exist: None,
        };
        let (principal, condition) = (PRINCIPAL.into(), Condition::Atomic);
        Unit { records: vec![record], principal, condition, key: None }
    }
}

#[cfg(test)]
mod tests;
