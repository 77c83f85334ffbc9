//! What the plain API's filters ask for, where FHIR's parameters do not: parties by whatever is
//! known of them.
use crate::clause::any;
use crate::field::PATIENT;
use crate::reference::Parts;
use crate::settings::Sender;
use crate::{patient, reference, token, value};
use kiln_index::{Field, Query};

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
    let mut ways = vec![token::compile_identifier(identifier, piece)?];
    if Parts::of(&value::unescape(piece)).is_some() {
        ways.push(reference(piece)?);
    }
    Ok(any(ways))
}

#[cfg(test)]
mod tests;
