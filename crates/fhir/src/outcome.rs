//! `OperationOutcome` (<https://hl7.org/fhir/R4/operationoutcome.html>).

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
        Self {
            issues: vec![Issue {
                severity: Severity::Error,
                code,
                diagnostics: diagnostics.into(),
                expression: None,
            }],
        }
    }

    /// The resource as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        todo!()
    }
}
