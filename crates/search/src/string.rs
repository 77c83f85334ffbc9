//! Strings: names and addresses (<https://hl7.org/fhir/R4/search.html#string>).
//!
//! A value stands once in the sorted dictionary, as its folded form, and where that is another, NUL
//! and the text as sent: its beginning is the default search, the whole is `:exact`, and
//! `:contains` looks inside the folded form. Folded text never holds NUL.
use crate::clause::{any, term};
use crate::field::{EXACT, TEXT};
use crate::fold::push_plain;
use crate::{token, value};
use kiln_index::{Field, Place, Query, Terms};

/// Texts are told apart by this many bytes of their folded form, save by `:exact`.
pub(crate) const TEXT_BYTES_MAX: usize = 256;

/// Indexes one text.
pub(crate) fn index(terms: &mut Terms, field: Field, text: &str) {
    if text.len() > TEXT_BYTES_MAX {
        terms.push(field, EXACT, text);
        terms.push_with(field, TEXT, |out| push_cut(out, text));
    } else {
        terms.push_with(field, TEXT, |out| push_both(out, text));
    }
}

/// One value: texts that begin with it.
pub(crate) fn compile(field: Field, piece: &str) -> Query {
    let mut prefix = String::new();
    push_cut(&mut prefix, &value::unescape(piece));
    Query::Prefix { field, kind: TEXT, prefix }
}

/// One value of `:contains`: texts that have it inside
/// (<https://hl7.org/fhir/R4/search.html#modifiers>). Of a text whose folded form is longer than
/// [`TEXT_BYTES_MAX`] only so much is looked at: what stands behind it is not found.
pub(crate) fn compile_contains(field: Field, piece: &str) -> Query {
    let mut needle = String::new();
    push_plain(&mut needle, &value::unescape(piece));
    Query::Contains { field, kind: TEXT, needle, place: Place::Anywhere }
}

/// One value of `:exact`.
pub(crate) fn compile_exact(field: Field, piece: &str) -> Query {
    let text = value::unescape(piece);
    if text.len() > TEXT_BYTES_MAX {
        return term(field, EXACT, text.into_owned());
    }
    let mut both = String::new();
    push_both(&mut both, &text);
    term(field, TEXT, both)
}

/// One value of a parameter that searches a text as a token: the whole text, without case (and, as
/// texts are folded, without accents). Texts have no system.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile_whole(field: Field, piece: &str) -> Result<Query, &'static str> {
    let (system, text) = value::system_and_code(piece);
    if text.is_empty() && system.as_deref().is_none_or(str::is_empty) {
        return Err(token::FORMS);
    }
    if system.is_some_and(|system| !system.is_empty()) {
        return Ok(Query::Nothing);
    }
    let mut whole = String::new();
    push_cut(&mut whole, &text);
    let with_sent = Query::Prefix { field, kind: TEXT, prefix: format!("{whole}\0") };
    Ok(any(vec![term(field, TEXT, whole), with_sent]))
}

/// A text that folding does not change, as an address, stands alone.
fn push_both(out: &mut String, text: &str) {
    let start = out.len();
    push_cut(out, text);
    if out[start..] != *text {
        out.push('\0');
        out.push_str(text);
    }
}

/// Both sides are cut at the same byte, so that a longer value still begins with what it is sent.
pub(crate) fn push_cut(out: &mut String, text: &str) {
    let start = out.len();
    push_plain(out, text);
    if out.len() - start > TEXT_BYTES_MAX {
        out.truncate(out.floor_char_boundary(start + TEXT_BYTES_MAX));
    }
}

#[cfg(test)]
mod tests;
