//! Uris: policies, profiles, `meta.source` (<https://hl7.org/fhir/R4/search.html#uri>). They are
//! compared as sent, with case.
use crate::clause::{any, term};
use crate::field::URI;
use crate::value;
use kiln_index::{Field, Query, Terms};

/// Uris are told apart by this many bytes.
pub(crate) const URI_BYTES_MAX: usize = 2048;

/// `:above` takes a uri of at most this many parts.
pub(crate) const URI_PARTS_MAX: usize = 64;

/// Indexes one uri.
pub(crate) fn index(terms: &mut Terms, field: Field, uri: &str) {
    terms.push(field, URI, cut(uri));
}

/// One value: this uri.
pub(crate) fn compile(field: Field, piece: &str) -> Query {
    term(field, URI, cut(&value::unescape(piece)).to_owned())
}

/// One value of a parameter on canonical uris: without a version it matches each version
/// (<https://hl7.org/fhir/R4/references.html#canonical>).
pub(crate) fn compile_canonical(field: Field, piece: &str) -> Query {
    let uri = value::unescape(piece);
    let exact = term(field, URI, cut(&uri).to_owned());
    if uri.contains('|') {
        return exact;
    }
    any(vec![exact, below(field, &uri, "|")])
}

/// One value of `:below`: this uri, and those under it.
pub(crate) fn compile_below(field: Field, piece: &str) -> Query {
    let uri = value::unescape(piece);
    if uri.ends_with(['/', '#', '|']) {
        return below(field, &uri, "");
    }
    let under = ["/", "#", "|"].map(|boundary| below(field, &uri, boundary));
    any([term(field, URI, cut(&uri).to_owned())].into_iter().chain(under).collect())
}

/// One value of `:above`: this uri, and those it is under.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile_above(field: Field, piece: &str) -> Result<Query, &'static str> {
    let uri = value::unescape(piece);
    // The authority has no uri above it: `http://` is none.
    let path = uri.find("://").map_or(0, |at| at + 3);
    let mut above = vec![term(field, URI, cut(&uri).to_owned())];
    for (at, boundary) in uri[path..].match_indices(['/', '#', '|']) {
        if above.len() > 2 * URI_PARTS_MAX {
            return Err("takes a uri of at most 64 parts with :above");
        }
        let end = path + at;
        above.push(term(field, URI, uri[..end].to_owned()));
        above.push(term(field, URI, uri[..end + boundary.len()].to_owned()));
    }
    Ok(any(above))
}

fn below(field: Field, uri: &str, boundary: &str) -> Query {
    Query::Prefix { field, kind: URI, prefix: cut(&format!("{uri}{boundary}")).to_owned() }
}

fn cut(uri: &str) -> &str {
    &uri[..uri.floor_char_boundary(URI_BYTES_MAX)]
}

#[cfg(test)]
mod tests;
