//! `Bundle`: what comes in (batch, transaction, collection), and what goes out.
use crate::{Limits, OperationOutcome};

mod read;
mod writer;

pub use read::parse;
pub use writer::{EntryWriter, Outgoing, Response, SearchMode, Writer};

/// What a Bundle that came in is for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum BundleType {
    /// Entries fail alone.
    Batch,
    /// All or nothing.
    Transaction,
    /// Forwarded events: answered in order, as a batch-response.
    Collection,
}

/// One entry: the exact bytes of its resource and its request.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The resource's bytes inside the Bundle, untouched; `None` when there is none.
    pub resource: Option<&'a [u8]>,
    /// Its `resourceType`, where it has one.
    pub resource_type: Option<String>,
    /// `request.method`
    pub method: Option<String>,
    /// `request.url`
    pub url: Option<String>,
    /// `request.ifNoneExist`
    pub if_none_exist: Option<String>,
    /// Why this entry cannot be understood, where it cannot.
    pub error: Option<OperationOutcome>,
}

/// A Bundle that came in.
#[derive(Clone, Debug)]
pub struct Bundle<'a> {
    /// What it is for.
    pub r#type: BundleType,
    /// Its entries.
    pub entries: Vec<Entry<'a>>,
}

/// How large a Bundle may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleLimits {
    /// Bytes in all.
    pub body_bytes_max: usize,
    /// Entries.
    pub entries_max: usize,
    /// Limits of each entry.
    pub entry: Limits,
}

impl Default for BundleLimits {
    fn default() -> Self {
        Self { body_bytes_max: 16 << 20, entries_max: 1000, entry: Limits::default() }
    }
}

#[cfg(test)]
mod tests;
