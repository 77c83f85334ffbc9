//! Small steps of building a query tree.
use kiln_index::{Field, Kind, Millis, Query};
use std::ops::Range;

/// Records that have this term.
pub(crate) fn term(field: Field, kind: Kind, value: String) -> Query {
    Query::Term(kiln_index::Term { field, kind, value })
}

/// Records that one of these wants.
pub(crate) fn any(queries: Vec<Query>) -> Query {
    let mut flat = Vec::with_capacity(queries.len());
    for query in queries {
        match query {
            Query::Nothing => {}
            Query::Or(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 => Query::Nothing,
        1 => flat.remove(0),
        _ => Query::Or(flat),
    }
}

/// Records that all of these want. Ranges of time become one, which is what an index can skip by.
pub(crate) fn all(queries: Vec<Query>) -> Query {
    let mut flat = Vec::with_capacity(queries.len());
    let mut recorded = None;
    let mut received = None;
    for query in queries {
        match query {
            Query::All => {}
            Query::Recorded(range) => narrow(&mut recorded, range),
            Query::Received(range) => narrow(&mut received, range),
            other => flat.push(other),
        }
    }
    if [&recorded, &received].into_iter().flatten().any(Range::is_empty) {
        return Query::Nothing;
    }
    flat.extend(recorded.map(Query::Recorded));
    flat.extend(received.map(Query::Received));
    Query::And(flat)
}

fn narrow(so_far: &mut Option<Range<Millis>>, by: Range<Millis>) {
    *so_far = Some(match so_far.take() {
        Some(range) => range.start.max(by.start)..range.end.min(by.end),
        None => by,
    });
}
