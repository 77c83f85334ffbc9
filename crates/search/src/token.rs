//! Tokens: codes, identifiers (<https://hl7.org/fhir/R4/search.html#token>). They match without
//! case, in system and code alike.
use crate::clause::{any, term};
use crate::field::{ABSENT, BARE_CODE, CODE, SYSTEM, SYSTEM_CODE};
use crate::fold::push_caseless;
use crate::system::System;
use crate::value;
use kiln_fhir::{CodeableConcept, Coding, Identifier};
use kiln_index::{Field, Kind, Query, Terms};

/// Indexes codings.
pub(crate) fn index_codings<'e, 'a: 'e>(
    terms: &mut Terms,
    field: Field,
    codings: impl IntoIterator<Item = &'e Coding<'a>>,
) {
    let mut before = None;
    for coding in codings {
        let url = coding.system.as_deref();
        // Codings next to each other mostly share their system.
        index(terms, field, url.map(System::of), url != before, coding.code.as_deref());
        before = url;
    }
}

/// Indexes the codings of concepts.
pub(crate) fn index_concepts<'e, 'a: 'e>(
    terms: &mut Terms,
    field: Field,
    concepts: impl IntoIterator<Item = &'e CodeableConcept<'a>>,
) {
    index_codings(terms, field, concepts.into_iter().flat_map(|concept| &concept.coding));
}

/// Indexes an identifier.
pub(crate) fn index_identifier(terms: &mut Terms, field: Field, identifier: &Identifier<'_>) {
    let system = identifier.system.as_deref().map(System::as_sent);
    index(terms, field, system, true, identifier.value.as_deref());
}

/// Indexes a plain code, or a text that is searched as a token.
pub(crate) fn index_plain(terms: &mut Terms, field: Field, code: &str) {
    terms.push_with(field, BARE_CODE, |out| push_caseless(out, code));
}

/// One text serves as the system, the code and both together.
fn index(
    terms: &mut Terms,
    field: Field,
    system: Option<System<'_>>,
    is_new: bool,
    code: Option<&str>,
) {
    match (system, code) {
        (None, Some(code)) => index_plain(terms, field, code),
        (Some(system), None) if is_new => {
            terms.push_with(field, SYSTEM, |out| system.push(out));
        }
        (_, None) => {}
        (Some(system), Some(code)) => {
            let (both, mut bar, mut end) = (terms.len(), 0, 0);
            terms.push_with(field, SYSTEM_CODE, |out| {
                let start = out.len();
                system.push(out);
                bar = out.len() - start;
                out.push('|');
                push_caseless(out, code);
                end = out.len() - start;
            });
            terms.push_part(field, CODE, both, bar + 1..end);
            if is_new {
                terms.push_part(field, SYSTEM, both, 0..bar);
            }
        }
    }
}

/// One value of a parameter on codings: `code`, `system|code`, `|code`, `system|`.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile(field: Field, piece: &str) -> Result<Query, &'static str> {
    compile_in(field, piece, |url, out| System::of(url).push(out))
}

/// One value of a parameter on identifiers, as of one on codings.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile_identifier(field: Field, piece: &str) -> Result<Query, &'static str> {
    compile_in(field, piece, |url, out| System::as_sent(url).push(out))
}

fn compile_in(
    field: Field,
    piece: &str,
    fold: fn(&str, &mut String),
) -> Result<Query, &'static str> {
    let (system, code) = value::system_and_code(piece);
    let mut url = String::new();
    fold(system.as_deref().unwrap_or_default(), &mut url);
    Ok(match (system.is_some(), url.as_str(), code.as_ref()) {
        (_, "", "") => return Err(FORMS),
        (false, _, code) => any([CODE, BARE_CODE].map(|kind| folded(field, kind, &[code])).into()),
        (true, "", code) => folded(field, BARE_CODE, &[code]),
        (true, system, "") => folded(field, SYSTEM, &[system]),
        (true, system, code) => folded(field, SYSTEM_CODE, &[system, "|", code]),
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
        (None | Some(""), code) => folded(field, BARE_CODE, &[code]),
        (Some(system), _) if !is_implied(system) => Query::Nothing,
        (Some(_), "") => Query::Not(Box::new(term(field, ABSENT, String::new()))),
        (Some(_), code) => folded(field, BARE_CODE, &[code]),
    })
}

/// What several values of one parameter want together: one of them, or with `:not` none of them,
/// which records without the element satisfy too.
pub(crate) fn compile_not(values: Vec<Query>) -> Query {
    Query::Not(Box::new(any(values)))
}

/// What a token may look like in a search.
pub(crate) const FORMS: &str = "takes a code, system|code, |code or system|";

/// A term whose value is these parts without differences of case.
pub(crate) fn folded(field: Field, kind: Kind, parts: &[&str]) -> Query {
    let mut text = String::new();
    for part in parts {
        push_caseless(&mut text, part);
    }
    term(field, kind, text)
}

#[cfg(test)]
mod tests;
