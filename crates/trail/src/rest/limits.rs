//! How much is read.

/// How large a request and an answer may be to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a path below the base.
    pub path_bytes_max: usize,
    /// Bytes of a query, of a form, and of criteria.
    pub query_bytes_max: usize,
    /// Bytes of a body that is read for what it says.
    pub body_bytes_max: usize,
    /// Entries of a Bundle that is asked; more are refused.
    pub entries_max: usize,
    /// Matches of an answer that are listed; more are counted.
    pub returned_max: usize,
    /// Patients that are listed of one resource.
    pub patients_max: usize,
    /// Objects and arrays inside each other.
    pub depth_max: usize,
    /// Values and keys in a body.
    pub nodes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            path_bytes_max: 2 << 10,
            query_bytes_max: 64 << 10,
            body_bytes_max: 16 << 20,
            entries_max: 10_000,
            returned_max: 10_000,
            patients_max: 100,
            depth_max: 100,
            nodes_max: 2_000_000,
        }
    }
}
