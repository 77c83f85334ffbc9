//! Collects the documents of one index file.
use crate::{HashKey, LogIndex, Millis, Terms};

/// One record as the index sees it.
#[derive(Copy, Clone, Debug)]
pub struct Document<'a> {
    /// When the sender says it was recorded.
    pub recorded: Millis,
    /// When it was received; never below the one before.
    pub received: Millis,
    /// Where the store keeps it; opaque here.
    pub location: u64,
    /// Its terms.
    pub terms: &'a Terms,
}

/// Builds one index file from documents pushed in log order.
#[derive(Debug)]
pub struct Builder {}

impl Builder {
    /// A file whose first document stands at `first`.
    pub fn new(_key: &HashKey, _extract_version: u32, _first: LogIndex) -> Self {
        todo!()
    }
    /// Adds the next document of the log.
    pub fn push(&mut self, _document: &Document<'_>) {
        todo!()
    }
    /// How many documents were pushed.
    pub fn len(&self) -> usize {
        todo!()
    }
    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        todo!()
    }
    /// Writes the file.
    pub fn finish(self, _out: &mut impl std::io::Write) -> std::io::Result<()> {
        todo!()
    }
}
