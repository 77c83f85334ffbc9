//! The filters of a plain search, as parameters of [`kiln_search`'s] plain names.
//!
//! [`kiln_search`'s]: https://hl7.org/fhir/R4/search.html
use kiln_fhir::{IssueType, OperationOutcome};

/// A plain search as it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// The parameters to search by, values escaped as FHIR demands.
    pub pairs: Vec<(String, String)>,
    /// `limit`: events on a page.
    pub limit: Option<usize>,
    /// `cursor`: the page token, still opaque.
    pub cursor: Option<String>,
}

/// Reads the decoded parameters of the URL.
///
/// # Errors
/// Each issue naming its filter: unknown or repeated ones, empty values, dates and zones that are
/// none.
pub fn parse(pairs: &[(String, String)]) -> Result<Filters, OperationOutcome> {
    let _ = pairs;
    Err(OperationOutcome::error(IssueType::NotSupported, "the plain API is not built yet"))
}
