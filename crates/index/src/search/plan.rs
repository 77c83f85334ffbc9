//! A query made ready once, for all files: hashes taken, keys built, constants folded.
use super::values::Inside;
use crate::{LogIndex, Millis, Query, Term, dictionary, forms::Form, hash::TermHasher};
use std::ops::Range;

/// What a query asks of every file.
#[derive(Debug)]
pub(super) enum Plan<'a> {
    All,
    Nothing,
    /// A term of a point kind.
    Hash(Form, u64),
    /// A value of an ordered kind.
    Key(Vec<u8>),
    /// Values of an ordered kind that begin so.
    Prefix(Vec<u8>),
    /// Values of an ordered kind that have this inside.
    Contains(Box<Inside>),
    Recorded(Range<Millis>),
    Received(Range<Millis>),
    At(&'a [LogIndex]),
    And(Vec<Plan<'a>>),
    Or(Vec<Plan<'a>>),
    Not(Box<Plan<'a>>),
}

impl<'a> Plan<'a> {
    /// The plan of a query that never sees records with the term `hidden`.
    ///
    /// # Panics
    /// As [`Plan::new`] does.
    pub(super) fn hiding(query: &'a Query, hidden: Option<&Term>, hasher: &TermHasher) -> Self {
        let plan = Self::new(query, hasher);
        let Some(hidden) = hidden else { return plan };
        // Behind the query's own parts: what wants nothing of a file looks up nothing more.
        let others = Self::Not(Box::new(Self::term(hidden, hasher)));
        Self::and([plan, others].into_iter())
    }

    /// # Panics
    /// When the inside is asked of a kind that is not ordered: no file could answer it.
    pub(super) fn new(query: &'a Query, hasher: &TermHasher) -> Self {
        match query {
            Query::All => Self::All,
            Query::Nothing => Self::Nothing,
            Query::Term(term) => Self::term(term, hasher),
            Query::Prefix { field, kind, prefix } => {
                assert!(kind.is_ordered(), "a prefix needs an ordered kind");
                let mut key = Vec::new();
                dictionary::push_key(&mut key, *field, *kind, prefix);
                Self::Prefix(key)
            }
            Query::Contains { field, kind, needle, place } => {
                assert!(kind.is_ordered(), "looking inside needs an ordered kind");
                let mut key = Vec::new();
                dictionary::push_key(&mut key, *field, *kind, "");
                Self::Contains(Box::new(Inside::new(key, needle, *place)))
            }
            Query::Recorded(range) if range.is_empty() => Self::Nothing,
            Query::Recorded(range) => Self::Recorded(range.clone()),
            Query::Received(range) if range.is_empty() => Self::Nothing,
            Query::Received(range) => Self::Received(range.clone()),
            Query::At(positions) => Self::At(positions),
            Query::And(queries) => Self::and(queries.iter().map(|q| Self::new(q, hasher))),
            Query::Or(queries) => Self::or(queries.iter().map(|q| Self::new(q, hasher))),
            Query::Not(query) => match Self::new(query, hasher) {
                Self::All => Self::Nothing,
                Self::Nothing => Self::All,
                Self::Not(inner) => *inner,
                plan => Self::Not(Box::new(plan)),
            },
        }
    }

    pub(super) fn term(term: &Term, hasher: &TermHasher) -> Self {
        if !term.kind.is_ordered() {
            let hash = hasher.hash(term.field, term.kind, &term.value);
            return Self::Hash(Form::of(term.field, term.kind), hash);
        }
        let mut key = Vec::new();
        dictionary::push_key(&mut key, term.field, term.kind, &term.value);
        Self::Key(key)
    }

    fn and(plans: impl Iterator<Item = Self>) -> Self {
        let mut parts = Vec::new();
        for plan in plans {
            match plan {
                Self::All => (),
                Self::Nothing => return Self::Nothing,
                Self::And(inner) => parts.extend(inner),
                plan => parts.push(plan),
            }
        }
        // Where one part wants nothing of a file, what costs more is not looked at.
        parts.sort_by_key(Self::cost);
        match parts.len() {
            0 => Self::All,
            1 => parts.remove(0),
            _ => Self::And(parts),
        }
    }

    fn or(plans: impl Iterator<Item = Self>) -> Self {
        let mut parts = Vec::new();
        for plan in plans {
            match plan {
                Self::All => return Self::All,
                Self::Nothing => (),
                Self::Or(inner) => parts.extend(inner),
                plan => parts.push(plan),
            }
        }
        match parts.len() {
            0 => Self::Nothing,
            1 => parts.remove(0),
            _ => Self::Or(parts),
        }
    }

    /// What it costs to see what it wants of a file: a look at the header, at a few blocks, or at
    /// many values.
    fn cost(&self) -> u8 {
        match self {
            Self::All | Self::Nothing | Self::Recorded(_) | Self::Received(_) => 0,
            Self::Hash(..) | Self::Key(_) | Self::At(_) => 1,
            Self::Prefix(_) => 2,
            Self::Contains(_) => 3,
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::cost).max().unwrap_or(0),
            Self::Not(part) => part.cost(),
        }
    }

    /// The parts that all must hold.
    pub(super) fn conjuncts(&self) -> &[Self] {
        match self {
            Self::And(parts) => parts,
            plan => std::slice::from_ref(plan),
        }
    }
}
