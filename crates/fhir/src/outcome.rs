//! `OperationOutcome` (<https://hl7.org/fhir/R4/operationoutcome.html>).
mod written;

pub use written::WrittenError;

use crate::Release;
use crate::json::push_string;

/// How bad an issue is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing was done.
    Error,
    /// It was done, but look.
    Warning,
    /// For information.
    Information,
}

/// What kind of issue (`issue-type`); the code of each is in its name.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum IssueType {
    /// `structure`: not well-formed.
    Structure,
    /// `required`: a mandatory element is missing.
    Required,
    /// `value`: an element's value is not what it may be.
    Value,
    /// `invariant`: a rule between elements is broken.
    Invariant,
    /// `code-invalid`: a code is not in a required binding.
    CodeInvalid,
    /// `not-supported`: understood, but not built.
    NotSupported,
    /// `not-found`
    NotFound,
    /// `deleted`
    Deleted,
    /// `too-long`: larger than a limit.
    TooLong,
    /// `too-costly`: takes longer than a limit.
    TooCostly,
    /// `duplicate`: an idempotency key came before with other content.
    Duplicate,
    /// `multiple-matches`
    MultipleMatches,
    /// `business-rule`: e.g. audit events never change.
    BusinessRule,
    /// `login`: who asks must show a credential.
    Login,
    /// `forbidden`
    Forbidden,
    /// `invalid`: anything else wrong with the request.
    Invalid,
    /// `exception`: our own fault.
    Exception,
    /// `no-store`: no room.
    NoStore,
    /// `throttled`
    Throttled,
    /// `transient`
    Transient,
    /// `informational`
    Informational,
}

/// One issue: what is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// How bad.
    pub severity: Severity,
    /// What kind.
    pub code: IssueType,
    /// For people: what is wrong and what to do. Never a value of the request's body.
    pub diagnostics: String,
    /// Which element, as `FHIRPath` with positions: `AuditEvent.agent[0].requestor`.
    pub expression: Option<String>,
}

/// The answer that names what is wrong. At most [`OperationOutcome::ISSUES_MAX`] issues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationOutcome {
    /// The issues, worst first as found.
    pub issues: Vec<Issue>,
}

impl OperationOutcome {
    /// More issues than this are counted, not listed.
    pub const ISSUES_MAX: usize = 100;

    /// One error.
    pub fn error(code: IssueType, diagnostics: impl Into<String>) -> Self {
        Issue::error(code, diagnostics).into()
    }

    /// The resource as JSON, as R4 and later releases have it.
    pub fn to_json(&self) -> Vec<u8> {
        self.to_json_in(Release::R4)
    }

    /// The resource as JSON of this release.
    pub fn to_json_in(&self, release: Release) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + 160 * self.issues.len().min(Self::ISSUES_MAX));
        self.write_json_in(release, &mut out);
        out
    }

    /// Appends the resource as JSON, as R4 and later releases have it.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        self.write_json_in(Release::R4, out);
    }

    /// Appends the resource as JSON of this release. Without issues it says that all is well, for
    /// FHIR wants at least one (`OperationOutcome.issue` is 1..*). DSTU2 says where by `location`,
    /// an `XPath`, later releases by `expression`
    /// (<https://hl7.org/fhir/DSTU2/operationoutcome.html>).
    pub fn write_json_in(&self, release: Release, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"resourceType\":\"OperationOutcome\",\"issue\":[");
        if self.issues.is_empty() {
            Issue::information("all is well").write_json(release, out);
        }
        let (listed, more) = self.listed();
        for (position, issue) in listed.iter().chain(&more).enumerate() {
            if position > 0 {
                out.push(b',');
            }
            issue.write_json(release, out);
        }
        out.extend_from_slice(b"]}");
    }

    /// The issues that are written, and where they are not all, one that counts the others.
    pub fn listed(&self) -> (&[Issue], Option<Issue>) {
        match self.issues.split_at_checked(Self::ISSUES_MAX - 1) {
            Some((listed, others)) if others.len() > 1 => (listed, Some(Issue::more(others.len()))),
            _ => (&self.issues, None),
        }
    }

    /// Whether an issue is an error.
    pub fn has_error(&self) -> bool {
        self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }
}

impl From<Issue> for OperationOutcome {
    fn from(issue: Issue) -> Self {
        Self { issues: vec![issue] }
    }
}

impl Issue {
    /// An error.
    pub fn error(code: IssueType, diagnostics: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, diagnostics)
    }

    /// A warning.
    pub fn warning(code: IssueType, diagnostics: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, diagnostics)
    }

    /// Something to know.
    pub fn information(diagnostics: impl Into<String>) -> Self {
        Self::new(Severity::Information, IssueType::Informational, diagnostics)
    }

    /// The same issue, at an element: `AuditEvent.agent[0].requestor`.
    #[must_use]
    pub fn at(mut self, expression: impl Into<String>) -> Self {
        self.expression = Some(expression.into());
        self
    }

    fn new(severity: Severity, code: IssueType, diagnostics: impl Into<String>) -> Self {
        Self { severity, code, diagnostics: diagnostics.into(), expression: None }
    }

    fn more(count: usize) -> Self {
        Self::information(format!("{count} more issues are not listed"))
    }

    fn write_json(&self, release: Release, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"severity\":\"");
        out.extend_from_slice(self.severity.code().as_bytes());
        out.extend_from_slice(b"\",\"code\":\"");
        out.extend_from_slice(self.code.code_in(release).as_bytes());
        out.extend_from_slice(b"\",\"diagnostics\":");
        push_string(out, &self.diagnostics);
        if let Some(expression) = &self.expression {
            if release == Release::Dstu2 {
                out.extend_from_slice(b",\"location\":[");
                push_string(out, &xpath(expression));
            } else {
                out.extend_from_slice(b",\"expression\":[");
                push_string(out, expression);
            }
            out.push(b']');
        }
        out.push(b'}');
    }
}

impl Severity {
    /// Its code in `issue-severity`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

impl IssueType {
    /// Its code in a release's `issue-type`; where it came later, the code it was put under.
    pub const fn code_in(self, release: Release) -> &'static str {
        match (release, self) {
            (Release::Dstu2 | Release::Stu3, Self::Deleted) => Self::NotFound.code(),
            (Release::Dstu2 | Release::Stu3, Self::MultipleMatches) => "processing",
            _ => self.code(),
        }
    }

    /// Its code in `issue-type`, since R4.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Required => "required",
            Self::Value => "value",
            Self::Invariant => "invariant",
            Self::CodeInvalid => "code-invalid",
            Self::NotSupported => "not-supported",
            Self::NotFound => "not-found",
            Self::Deleted => "deleted",
            Self::TooLong => "too-long",
            Self::TooCostly => "too-costly",
            Self::Duplicate => "duplicate",
            Self::MultipleMatches => "multiple-matches",
            Self::BusinessRule => "business-rule",
            Self::Login => "login",
            Self::Forbidden => "forbidden",
            Self::Invalid => "invalid",
            Self::Exception => "exception",
            Self::NoStore => "no-store",
            Self::Throttled => "throttled",
            Self::Transient => "transient",
            Self::Informational => "informational",
        }
    }
}

/// `/f:AuditEvent/f:agent[1]/f:requestor` of `AuditEvent.agent[0].requestor`: names are FHIR's,
/// positions start at one.
fn xpath(expression: &str) -> String {
    let mut path = String::with_capacity(expression.len() * 2);
    for step in expression.split('.') {
        let (name, position) = step.split_once('[').unwrap_or((step, ""));
        path.push_str("/f:");
        path.push_str(name.trim_start_matches('_'));
        if let Ok(position) = position.trim_end_matches(']').parse::<usize>() {
            path.push('[');
            path.push_str(&(position + 1).to_string());
            path.push(']');
        }
    }
    path
}

/// Issues as they are found: at most [`OperationOutcome::ISSUES_MAX`] are made, the rest counted.
#[derive(Debug, Default)]
pub(crate) struct Issues {
    listed: Vec<Issue>,
    more: usize,
}

impl Issues {
    /// Notes an issue. `make` runs only when it will be listed: naming an element takes time.
    pub(crate) fn push(&mut self, make: impl FnOnce() -> Issue) {
        if self.listed.len() < OperationOutcome::ISSUES_MAX - 1 {
            self.listed.push(make());
        } else {
            self.more += 1;
        }
    }

    /// Adds others after these.
    pub(crate) fn append(&mut self, others: Self) {
        others.listed.into_iter().for_each(|issue| self.push(|| issue));
        self.more += others.more;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// The issues, the last of them telling how many more there are.
    pub(crate) fn into_vec(mut self) -> Vec<Issue> {
        if self.more > 0 {
            self.listed.push(Issue::more(self.more));
        }
        self.listed
    }
}

#[cfg(test)]
mod tests;
