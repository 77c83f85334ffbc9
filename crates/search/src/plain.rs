//! What the plain API's filters ask for, where FHIR's parameters do not: parties by whatever is
//! known of them, outcomes by R4's four codes in events of every release.
use crate::clause::{any, term};
use crate::field::{OUTCOME, PATIENT, SYSTEM_CODE};
use crate::reference::Parts;
use crate::settings::Sender;
use crate::{patient, reference, token, value};
use kiln_index::{Field, Query};

/// Where R5 keeps outcomes (<https://hl7.org/fhir/R5/valueset-audit-event-outcome.html>), as
/// terms are folded.
const ISSUE_SEVERITY: &str = "http://hl7.org/fhir/issue-severity";

/// One value: what a reference's parameter takes, or the value of an identifier of any system.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile_party(
    field: Field,
    piece: &str,
    senders: &[Sender],
) -> Result<Query, &'static str> {
    either(field, piece, |piece| reference::compile(field, piece, senders))
}

/// One value: what FHIR's `patient` takes, or the value of a patient's identifier of any system.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile_patient(piece: &str, senders: &[Sender]) -> Result<Query, &'static str> {
    either(PATIENT, piece, |piece| patient::compile(piece, senders))
}

/// A text such as `#x` is no reference, but an identifier all the same.
fn either(
    identifier: Field,
    piece: &str,
    reference: impl Fn(&str) -> Result<Query, &'static str>,
) -> Result<Query, &'static str> {
    let mut ways = vec![token::compile(identifier, piece)?];
    if Parts::of(&value::unescape(piece)).is_some() {
        ways.push(reference(piece)?);
    }
    Ok(any(ways))
}

/// One value: the code in any system, or what R5's severities say of it, as HL7's maps from R5 to
/// R4 read them (<https://github.com/HL7/fhir-cross-version>).
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile_outcome(piece: &str) -> Result<Query, &'static str> {
    let severities: &[&str] = match piece {
        "0" => &["success", "information"],
        "4" => &["warning"],
        "8" => &["error"],
        "12" => &["fatal"],
        _ => &[],
    };
    let said = |code: &&str| term(OUTCOME, SYSTEM_CODE, format!("{ISSUE_SEVERITY}|{code}"));
    let code = token::compile(OUTCOME, piece)?;
    Ok(any([code].into_iter().chain(severities.iter().map(said)).collect()))
}

#[cfg(test)]
mod tests;
