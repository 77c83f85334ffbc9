//! Why a request is not read on.
use kiln_fhir::{Issue, IssueType};

/// A request that is no FHIR REST, or none that can be understood for certain: it goes nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status that says so: 400, 404, 405, 413, 414, 415.
    pub status: u16,
    /// What is wrong and what to do; nothing that was sent.
    pub issue: Issue,
    /// Of a 405: the methods that there are, for `Allow`; else empty.
    pub allow: &'static str,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: IssueType, says: impl Into<String>) -> Self {
        Self { status, issue: Issue::error(code, says), allow: "" }
    }

    /// 400: what was sent is wrong.
    pub(crate) fn invalid(says: impl Into<String>) -> Self {
        Self::new(400, IssueType::Invalid, says)
    }

    /// 413: larger than a limit.
    pub(crate) fn too_long(says: impl Into<String>) -> Self {
        Self::new(413, IssueType::TooLong, says)
    }

    /// 405: there is such a path, and not with this method.
    pub(crate) fn method(allow: &'static str, says: impl Into<String>) -> Self {
        Self { allow, ..Self::new(405, IssueType::NotSupported, says) }
    }

    /// The same, of this element of what was sent.
    #[must_use]
    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.issue = self.issue.at(path);
        self
    }
}
