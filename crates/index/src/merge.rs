//! Merges neighbouring index files into one.
use crate::{Error, File};

/// Writes one file that answers as the given ones do. They follow each other in the log.
pub fn merge<B: AsRef<[u8]>>(
    _files: &[&File<B>],
    _out: &mut impl std::io::Write,
) -> Result<(), MergeError> {
    todo!()
}

/// Why a merge stopped.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A source file is damaged.
    #[error(transparent)]
    Source(#[from] Error),
    /// The output could not be written.
    #[error(transparent)]
    Output(#[from] std::io::Error),
}
