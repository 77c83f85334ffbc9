//! Tokens: codes, identifiers (<https://hl7.org/fhir/R4/search.html#token>). They match without
//! case, in system and code alike.
use crate::clause::{any, term};
use crate::field::{CODE, NO_SYSTEM_CODE, PRESENT, SYSTEM, SYSTEM_CODE};
use crate::fold::push_caseless;
use crate::value;
use kiln_fhir::{CodeableConcept, Coding, Identifier};
use kiln_index::{Field, Kind, Query, Terms};

/// Indexes the codings of concepts, and that there is one.
pub(crate) fn index_concepts(terms: &mut Terms, field: Field, concepts: &[CodeableConcept<'_>]) {
    if !concepts.is_empty() {
        terms.push(field, PRESENT, "");
    }
    for concept in concepts {
        index_codings(terms, field, &concept.coding);
    }
}

/// Indexes codings.
pub(crate) fn index_codings(terms: &mut Terms, field: Field, codings: &[Coding<'_>]) {
    for coding in codings {
        index(terms, field, coding.system.as_deref(), coding.code.as_deref());
    }
}

/// Indexes an identifier.
pub(crate) fn index_identifier(terms: &mut Terms, field: Field, identifier: &Identifier<'_>) {
    index(terms, field, identifier.system.as_deref(), identifier.value.as_deref());
}

/// Indexes a plain code, or a text that is searched as a token.
pub(crate) fn index_plain(terms: &mut Terms, field: Field, code: &str) {
    terms.push_with(field, CODE, |out| push_caseless(out, code));
}

fn index(terms: &mut Terms, field: Field, system: Option<&str>, code: Option<&str>) {
    if let Some(code) = code {
        index_plain(terms, field, code);
        match system {
            Some(system) => terms.push_with(field, SYSTEM_CODE, |out| {
                push_caseless(out, system);
                out.push('|');
                push_caseless(out, code);
            }),
            None => terms.push_with(field, NO_SYSTEM_CODE, |out| push_caseless(out, code)),
        }
    }
    if let Some(system) = system {
        terms.push_with(field, SYSTEM, |out| push_caseless(out, system));
    }
}

/// One value of a parameter on codings or identifiers: `code`, `system|code`, `|code`, `system|`.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile(field: Field, piece: &str) -> Result<Query, &'static str> {
    let (system, code) = value::system_and_code(piece);
    Ok(match (system.as_deref(), code.as_ref()) {
        (None | Some(""), "") => return Err(FORMS),
        (None, code) => folded(field, CODE, &[code]),
        (Some(""), code) => folded(field, NO_SYSTEM_CODE, &[code]),
        (Some(system), "") => folded(field, SYSTEM, &[system]),
        (Some(system), code) => folded(field, SYSTEM_CODE, &[system, "|", code]),
    })
}

/// One value of a parameter on elements that hold a code or text alone. Where the definition of
/// the element names the code system, that `system` may be given; any other matches nothing.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile_plain(
    field: Field,
    implied: Option<&str>,
    piece: &str,
) -> Result<Query, &'static str> {
    let (system, code) = value::system_and_code(piece);
    let is_implied = |system: &str| implied.is_some_and(|known| known.eq_ignore_ascii_case(system));
    Ok(match (system.as_deref(), code.as_ref()) {
        (None | Some(""), "") => return Err(FORMS),
        (None | Some(""), code) => folded(field, CODE, &[code]),
        (Some(system), _) if !is_implied(system) => Query::Nothing,
        (Some(_), "") => term(field, PRESENT, String::new()),
        (Some(_), code) => folded(field, CODE, &[code]),
    })
}

/// What several values of one parameter want together: one of them, or with `:not` none of them,
/// which records without the element satisfy too.
pub(crate) fn compile_not(values: Vec<Query>) -> Query {
    Query::Not(Box::new(any(values)))
}

const FORMS: &str = "takes a code, system|code, |code or system|";

fn folded(field: Field, kind: Kind, parts: &[&str]) -> Query {
    let mut text = String::new();
    for part in parts {
        push_caseless(&mut text, part);
    }
    term(field, kind, text)
}

#[cfg(test)]
mod tests;
