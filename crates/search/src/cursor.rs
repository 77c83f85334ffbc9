//! Page tokens: stateless, authenticated, and without anything of the search in clear.
use kiln_index::{LogIndex, Position};

/// Where a page ended, in which log, for which search.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The log's size when the first page was answered.
    pub size: LogIndex,
    /// The last hit.
    pub after: Position,
}

/// The token for a search whose applied parameters (without the token) hash to `query_sha256`.
pub fn encode(_cursor: &Cursor, _query_sha256: &[u8; 32], _key: &[u8; 32]) -> String {
    todo!()
}

/// Reads a token; `None` when it is forged, damaged or of another search.
pub fn decode(_token: &str, _query_sha256: &[u8; 32], _key: &[u8; 32]) -> Option<Cursor> {
    todo!()
}
