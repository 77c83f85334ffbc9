//! Which version of each resource is the current one: derived from the log, and kept in memory.
use super::{body, body::Head, place};
use kiln_index::LogIndex;
use kiln_store::{ReadError, Snapshot};
use std::collections::{HashMap, HashSet};

/// Records that are read at once while the table is made.
const READ_AT_ONCE: usize = 1024;

/// The current version of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Current {
    /// Where its record stands.
    pub(crate) at: LogIndex,
    /// `meta.versionId`
    pub(crate) version: Box<str>,
    /// Whether that version says that the resource is gone.
    pub(crate) is_deletion: bool,
}

/// Current versions by `Type/id`, deletions among them.
#[derive(Debug, Default)]
pub(super) struct Table {
    by_key: HashMap<Box<str>, Current>,
    /// Where the current versions stand that are no deletions.
    current: HashSet<LogIndex>,
    newest: Option<LogIndex>,
}

impl Table {
    /// Makes it from the log.
    pub(super) fn of(snapshot: &Snapshot) -> Result<Self, ReadError> {
        let mut table = Self::default();
        let mut walk = place::Walk::all(snapshot, READ_AT_ONCE);
        while let Some(records) = walk.next()? {
            for record in records {
                match body::read(&record.body) {
                    Some((head, _)) => table.put(&head, record.log_index),
                    None => return Err(ReadError::Damaged(unknown(record.log_index))),
                }
            }
        }
        Ok(table)
    }

    /// A version more. What is older than what is known changes nothing.
    pub(super) fn put(&mut self, head: &Head, at: LogIndex) {
        self.newest = self.newest.max(Some(at));
        let key = head.key().into_boxed_str();
        let (version, is_deletion) = (head.version.as_str().into(), head.is_deletion());
        if self.by_key.get(&key).is_some_and(|known| known.at >= at) {
            return;
        }
        if let Some(old) = self.by_key.insert(key, Current { at, version, is_deletion }) {
            self.current.remove(&old.at);
        }
        if !is_deletion {
            self.current.insert(at);
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Current> {
        self.by_key.get(key)
    }

    /// Whether a current version that is no deletion stands there.
    pub(super) fn is_current(&self, at: LogIndex) -> bool {
        self.current.contains(&at)
    }

    /// Where the newest version of any resource stands.
    pub(super) fn newest(&self) -> Option<LogIndex> {
        self.newest
    }
}

fn unknown(at: LogIndex) -> String {
    format!("record {} is a resource in a form that this build does not know", at.0)
}

#[cfg(test)]
mod tests;
