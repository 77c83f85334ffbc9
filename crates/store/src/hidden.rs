//! What stands in the log and is no audit event: statements, versions of resources, intents. One
//! term hides them all from every search, so that a search pays for one; those who ask for them by
//! their kind find them by another.
use crate::RecordKind;
use kiln_index::{Field, Kind, Query, Term, Terms};

/// The field of the store's own terms; no extractor uses it.
pub(crate) const OWN_FIELD: Field = Field(u16::MAX);

const HIDDEN_KIND: Kind = Kind::point(1);
/// Of the day when only statements were hidden; it stands in index files.
const HIDDEN: &str = "statement";
const KIND_KIND: Kind = Kind::point(2);

/// The term of everything that no search shows, and of nothing else.
pub(crate) fn term() -> Term {
    Term { field: OWN_FIELD, kind: HIDDEN_KIND, value: HIDDEN.to_owned() }
}

/// Adds the store's own terms of a record of this kind; an audit event has none.
pub(crate) fn push_terms(kind: RecordKind, terms: &mut Terms) {
    if kind.is_hidden() {
        terms.push(OWN_FIELD, HIDDEN_KIND, HIDDEN);
    }
    if let Some(name) = name(kind) {
        terms.push(OWN_FIELD, KIND_KIND, name);
    }
}

/// Finds the records of a hidden kind, and no audit event whatever is asked for.
pub(crate) fn of(kind: RecordKind) -> Query {
    let named = |kind| {
        let value = name(kind).unwrap_or_default().to_owned();
        Query::Term(Term { field: OWN_FIELD, kind: KIND_KIND, value })
    };
    match kind {
        RecordKind::Resource | RecordKind::Intent => named(kind),
        RecordKind::Statement => {
            let others = [RecordKind::Resource, RecordKind::Intent].map(named);
            let others = Query::Not(Box::new(Query::Or(others.into())));
            Query::And(vec![Query::Term(term()), others])
        }
        RecordKind::AuditEvent | RecordKind::InvalidAuditEvent | RecordKind::TrailEvent => {
            Query::Nothing
        }
    }
}

/// Statements came first, and have no name.
fn name(kind: RecordKind) -> Option<&'static str> {
    match kind {
        RecordKind::Resource => Some("resource"),
        RecordKind::Intent => Some("intent"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
