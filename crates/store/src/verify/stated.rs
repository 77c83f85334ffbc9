//! What the log states of itself.
use super::signatures::PublicKey;
use crate::{Envelope, LogIndex, RecordKind, Statement};
use kiln_evidence::VerifierKey;
use std::ops::Range;

/// A statement's record.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    pub(super) at: LogIndex,
    /// The records of its group.
    pub(super) group: Range<LogIndex>,
    /// Whether nothing but statements stands before it in its group.
    pub(super) is_leading: bool,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Known(Statement),
    /// A later build may know it.
    Unknown,
    /// No Kiln writes such a record.
    Wrong,
}

/// The statement of a record; `None` when it is none.
pub(super) fn read(envelope: &Envelope, body: &[u8]) -> Option<What> {
    if envelope.kind != RecordKind::Statement {
        return None;
    }
    let is_ours = envelope.principal == "kiln"
        && envelope.release == 0
        && envelope.media_type == 1
        && envelope.key.is_none();
    let parsed = Statement::from_json(body);
    Some(match parsed {
        _ if !is_ours => What::Wrong,
        Some(statement) => What::Known(statement),
        None if is_named(body) => What::Unknown,
        None => What::Wrong,
    })
}

/// Whether it is a statement of some other name.
fn is_named(body: &[u8]) -> bool {
    const NAMES: [&str; 6] = ["genesis", "start", "stop", "key-change", "anchor", "adopt-restore"];
    let parsed: Result<serde_json::Value, _> = serde_json::from_slice(body);
    let name = parsed.ok().and_then(|json| Some(json.get("statement")?.as_str()?.to_owned()));
    name.is_some_and(|name| !NAMES.contains(&&*name))
}

impl Stated {
    /// The keys that it tells of.
    pub(super) fn keys(&self) -> impl Iterator<Item = PublicKey> {
        let lines = match &self.what {
            What::Known(Statement::Genesis { key, .. } | Statement::AdoptRestore { key, .. }) => {
                vec![key]
            }
            What::Known(Statement::KeyChange { old, new }) => vec![old, new],
            _ => Vec::new(),
        };
        let keys: Vec<_> = lines
            .into_iter()
            .filter_map(|line| Some(line.parse::<VerifierKey>().ok()?.public_key()))
            .collect();
        keys.into_iter()
    }
}
