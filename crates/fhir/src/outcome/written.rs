//! An outcome that was written, read again for people.
use super::OperationOutcome;
use serde::Deserialize;

/// An error of an outcome, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenError {
    /// The first element that it is about; `None` where it names none.
    pub expression: Option<String>,
    /// What is wrong.
    pub diagnostics: String,
}

impl OperationOutcome {
    /// The errors of an outcome that [`Self::to_json`] wrote, in order; none of what is no outcome.
    pub fn written_errors(json: &[u8]) -> Vec<WrittenError> {
        #[derive(Deserialize)]
        struct Outcome {
            #[serde(default)]
            issue: Vec<Issue>,
        }
        #[derive(Deserialize)]
        struct Issue {
            severity: String,
            #[serde(default)]
            diagnostics: String,
            #[serde(default)]
            expression: Vec<String>,
        }
        let outcome = serde_json::from_slice::<Outcome>(json);
        let issues = outcome.map(|outcome| outcome.issue).unwrap_or_default();
        let errors = issues.into_iter().filter(|issue| issue.severity == "error");
        let written = |issue: Issue| WrittenError {
            expression: issue.expression.into_iter().next(),
            diagnostics: issue.diagnostics,
        };
        errors.map(written).collect()
    }
}
