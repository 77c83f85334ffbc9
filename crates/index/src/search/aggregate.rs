//! Counts the members of a set by bucket.
use super::{
    Count,
    bitset::Bitset,
    chunk::{Chunk, Pool},
    node::{self, Node},
    plan::Plan,
    values::Budget,
};
use crate::{
    Millis,
    file::{Error, View},
    hash::TermHasher,
};
use std::ops::Range;

/// The buckets, made ready once for all files.
pub(super) enum Buckets<'a> {
    Plans(Vec<Plan<'a>>),
    Recorded(&'a [Range<Millis>]),
}

impl<'a> Buckets<'a> {
    pub(super) fn new(buckets: &super::Buckets<'a>, hasher: &TermHasher) -> Self {
        match *buckets {
            super::Buckets::Terms(terms) => {
                Self::Plans(terms.iter().map(|term| Plan::term(term, hasher)).collect())
            }
            super::Buckets::Queries(queries) => {
                Self::Plans(queries.iter().map(|query| Plan::new(query, hasher)).collect())
            }
            super::Buckets::Recorded(ranges) => Self::Recorded(ranges),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Plans(plans) => plans.len(),
            Self::Recorded(ranges) => ranges.len(),
        }
    }

    /// The buckets of one file.
    pub(super) fn resolve<'v>(
        &self,
        view: View<'v>,
        budget: &Budget<'_>,
    ) -> Result<InFile<'v>, Error> {
        let nodes: Result<_, _> = match self {
            Self::Plans(plans) => {
                plans.iter().map(|plan| node::resolve(view, plan, budget)).collect()
            }
            Self::Recorded(ranges) => ranges
                .iter()
                .map(|range| node::documents(view, range).map(Node::Documents))
                .collect(),
        };
        nodes.map(InFile)
    }
}

/// The buckets of one file.
pub(super) struct InFile<'a>(Vec<Node<'a>>);

impl InFile<'_> {
    /// Adds what a chunk has in each bucket, all of it.
    pub(super) fn count_all(
        &self,
        chunk: Chunk<'_>,
        pool: &mut Pool,
        counts: &mut [Count],
    ) -> Result<(), Error> {
        for (node, count) in self.0.iter().zip(counts) {
            *count += chunk.count(node, pool)?;
        }
        Ok(())
    }

    /// Adds what the set of a chunk has in each bucket.
    pub(super) fn count(
        &self,
        chunk: Chunk<'_>,
        set: &Bitset,
        pool: &mut Pool,
        counts: &mut [Count],
    ) -> Result<(), Error> {
        for (node, count) in self.0.iter().zip(counts) {
            *count += match node {
                Node::Documents(range) => set.count_in(chunk.part(range)),
                node if chunk.most(node) == 0 => 0,
                node => chunk.count_both(node, set, pool)?,
            };
        }
        Ok(())
    }
}
