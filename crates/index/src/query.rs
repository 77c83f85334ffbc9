//! The query tree: small, and the same for every store.

use crate::{Field, Kind, LogIndex, Millis, Term, Terms};
use std::ops::Range;

/// Which records are wanted. [`Query::matches`] is the definition; the index only answers faster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Every record.
    All,
    /// No record.
    Nothing,
    /// Records that have this term.
    Term(Term),
    /// Records with a value of an ordered kind that begins so.
    Prefix {
        /// Which property.
        field: Field,
        /// Which form of it; an ordered kind.
        kind: Kind,
        /// The beginning; empty matches every value of this field and kind.
        prefix: String,
    },
    /// Records with a value of an ordered kind that has this inside. Of a value that holds a NUL
    /// only the part before the first one is looked at.
    Contains {
        /// Which property.
        field: Field,
        /// Which form of it; an ordered kind.
        kind: Kind,
        /// What is inside; empty matches every value of this field and kind.
        needle: String,
        /// Where inside.
        place: Place,
    },
    /// Records whose `recorded` lies in the range.
    Recorded(Range<Millis>),
    /// Records that were received in the range.
    Received(Range<Millis>),
    /// Records at one of these positions, ascending.
    At(Vec<LogIndex>),
    /// Records that all of these want; all records when empty.
    And(Vec<Query>),
    /// Records that one of these wants; none when empty.
    Or(Vec<Query>),
    /// Records that this does not want.
    Not(Box<Query>),
}

/// Where in a value something is looked for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Anywhere,
    /// At the beginning of a word: of the value, or behind a character that is neither a letter
    /// nor a digit ([`char::is_alphanumeric`]).
    WordStart,
}

/// What a query looks at of one record.
#[derive(Copy, Clone, Debug)]
pub struct DocumentView<'a> {
    /// Its position in the log.
    pub log_index: LogIndex,
    /// When the sender says it was recorded.
    pub recorded: Millis,
    /// When it was received.
    pub received: Millis,
    /// Its terms.
    pub terms: &'a Terms,
}

impl Query {
    /// Whether the record is wanted: the oracle of the index, and what decides for records that
    /// no index holds yet.
    pub fn matches(&self, document: &DocumentView<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Term(term) => document
                .terms
                .iter()
                .any(|t| t.field == term.field && t.kind == term.kind && t.value == term.value),
            Self::Prefix { field, kind, prefix } => document.terms.iter().any(|t| {
                t.field == *field && t.kind == *kind && t.value.starts_with(prefix.as_str())
            }),
            Self::Contains { field, kind, needle, place } => document
                .terms
                .iter()
                .any(|t| t.field == *field && t.kind == *kind && place.has(t.value, needle)),
            Self::Recorded(range) => range.contains(&document.recorded),
            Self::Received(range) => range.contains(&document.received),
            Self::At(positions) => positions.binary_search(&document.log_index).is_ok(),
            Self::And(queries) => queries.iter().all(|q| q.matches(document)),
            Self::Or(queries) => queries.iter().any(|q| q.matches(document)),
            Self::Not(query) => !query.matches(document),
        }
    }
}

impl Place {
    /// Whether the value has the needle here.
    fn has(self, value: &str, needle: &str) -> bool {
        let value = value.split('\0').next().unwrap_or_default();
        let is_wanted = |at: usize| match self {
            Self::Anywhere => true,
            Self::WordStart => !value[..at].ends_with(char::is_alphanumeric),
        };
        (0..=value.len())
            .filter(|at| value.is_char_boundary(*at))
            .any(|at| value[at..].starts_with(needle) && is_wanted(at))
    }
}
