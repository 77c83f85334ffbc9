//! In whose words an answer speaks: FHIR's, or the plain API's.
use crate::{answer::Answer, form::Form, router};
use hyper::StatusCode;
use kiln_fhir::{Issue, OperationOutcome, Release, json::push_string};
use kiln_pages::Language;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Who speaks. What refuses a request before it is routed speaks as its path asks, too.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// FHIR, in this form.
    Fhir(Form),
    /// The plain API, below `/api`.
    Plain,
    /// A page, for a person.
    Page(Language),
}

impl Dialect {
    /// The dialect of a path, as long as nothing else is said: JSON of its release, or of R4.
    pub(crate) fn of(path: &str) -> Self {
        let path = percent_decode_str(path).decode_utf8_lossy();
        match path.strip_prefix("/api") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => Self::Plain,
            _ => Self::Fhir(Form::json(router::release(&path).unwrap_or(Release::R4))),
        }
    }

    /// An answer that says what is wrong.
    pub(crate) fn outcome(self, status: StatusCode, outcome: &OperationOutcome) -> Answer {
        match self {
            Self::Fhir(form) => Answer::fhir(status, form, outcome.to_json_in(form.release)),
            // What refuses a page is a page, which `audit` makes: it knows whose it is.
            Self::Plain | Self::Page(_) => Answer::plain(status, plain_error(outcome)),
        }
    }
}

/// `{"error": {"code", "message", "issues": [{"code", "message", "path"?}]}}`
fn plain_error(outcome: &OperationOutcome) -> Vec<u8> {
    let (listed, more) = outcome.listed();
    let mut out = Vec::with_capacity(96 + 160 * listed.len());
    out.extend_from_slice(b"{\"error\":{");
    if let Some(first) = listed.first() {
        push_code(&mut out, first);
        push_string(&mut out, &placed(first));
    }
    out.extend_from_slice(b",\"issues\":[");
    for (position, issue) in listed.iter().chain(&more).enumerate() {
        out.extend_from_slice(if position > 0 { b",{" } else { b"{" });
        push_code(&mut out, issue);
        push_string(&mut out, &issue.diagnostics);
        if let Some(path) = path(issue) {
            out.extend_from_slice(b",\"path\":");
            push_string(&mut out, path);
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}}");
    out
}

/// What is wrong with what: programs print `error.message` alone.
fn placed(issue: &Issue) -> Cow<'_, str> {
    match path(issue) {
        Some(path) if !issue.diagnostics.starts_with(path) => {
            [path, ": ", &issue.diagnostics].concat().into()
        }
        _ => Cow::Borrowed(&issue.diagnostics),
    }
}

/// FHIR's name for a parameter of the request is `http.` and its own name.
fn path(issue: &Issue) -> Option<&str> {
    issue.expression.as_deref().map(|path| path.strip_prefix("http.").unwrap_or(path))
}

fn push_code(out: &mut Vec<u8>, issue: &Issue) {
    out.extend_from_slice(b"\"code\":\"");
    out.extend_from_slice(issue.code.code().as_bytes());
    out.extend_from_slice(b"\",\"message\":");
}

#[cfg(test)]
mod tests;
