//! Evaluates a tree over one chunk of one file.
use super::{
    bitset::{Bitset, Leaf},
    node::{Node, Selection},
    order,
};
use crate::{
    file::{Error, View},
    posting::{CHUNK_LEN, Container, chunk_len},
};
use std::ops::Range;

/// Memory for sets, used again from chunk to chunk and file to file.
#[derive(Default)]
pub(super) struct Pool(Vec<Vec<u64>>);

impl Pool {
    pub(super) fn give_back(&mut self, set: Bitset) {
        self.0.push(set.words);
    }
}

/// One chunk of a file.
#[derive(Copy, Clone)]
pub(super) struct Chunk<'a> {
    view: View<'a>,
    number: usize,
    /// Its first document.
    pub(super) base: u32,
    len: u32,
}

impl<'a> Chunk<'a> {
    pub(super) fn new(view: View<'a>, number: usize) -> Self {
        let base = number as u32 * CHUNK_LEN;
        Self { view, number, base, len: chunk_len(view.count(), number) }
    }

    /// The chunks that the documents of a range lie in.
    pub(super) fn all(documents: &Range<u32>) -> Range<usize> {
        (documents.start / CHUNK_LEN) as usize..documents.end.div_ceil(CHUNK_LEN) as usize
    }

    /// The part of a range of documents that lies in this chunk, less its base.
    pub(super) fn part(self, documents: &Range<u32>) -> Range<u32> {
        let from = documents.start.clamp(self.base, self.base + self.len);
        let to = documents.end.clamp(from, self.base + self.len);
        from - self.base..to - self.base
    }

    /// The documents of this chunk that are selected and in the range; `None` when there are none.
    pub(super) fn select(
        self,
        selection: &Selection<'_>,
        documents: &Range<u32>,
        pool: &mut Pool,
    ) -> Result<Option<Bitset>, Error> {
        if self.most(&selection.node) == 0 {
            return Ok(None);
        }
        let mut set = self.evaluate(&selection.node, pool)?;
        let part = self.part(documents);
        set.remove_range(0, part.start);
        set.remove_range(part.end, self.len);
        order::retain_offsets(self.view, &selection.offsets, self.base, &mut set.words)?;
        if set.is_empty() {
            pool.give_back(set);
            return Ok(None);
        }
        Ok(Some(set))
    }

    /// Whether neither documents nor offsets of the selection leave out any of this chunk.
    pub(super) fn is_covered(self, selection: &Selection<'_>) -> bool {
        let all = selection.offsets == (0..self.view.count());
        all && self.part(&selection.documents) == (0..self.len)
    }

    /// How many documents of the chunk are in the node, where that is known without a look at them.
    pub(super) fn exact(self, node: &Node<'_>) -> Option<u64> {
        match node {
            Node::Bitmap(_) | Node::Offsets(_) | Node::And(_) | Node::Or(_) | Node::Not(_) => None,
            node => Some(self.most(node).into()),
        }
    }

    /// How many documents of the chunk are in the node.
    pub(super) fn count(self, node: &Node<'_>, pool: &mut Pool) -> Result<u64, Error> {
        if let Some(count) = self.exact(node) {
            return Ok(count);
        }
        let set = self.evaluate(node, pool)?;
        let count = set.count();
        pool.give_back(set);
        Ok(count)
    }

    /// How many members of a set of this chunk are in the node too.
    pub(super) fn count_both(
        self,
        node: &Node<'_>,
        set: &Bitset,
        pool: &mut Pool,
    ) -> Result<u64, Error> {
        if let Some(leaf) = self.leaf(node)? {
            return set.count_leaf(leaf);
        }
        let mut both = self.evaluate(node, pool)?;
        both.intersect(Leaf::Words(&set.words))?;
        let count = both.count();
        pool.give_back(both);
        Ok(count)
    }

    /// No more than this many documents of the chunk are in the node.
    pub(super) fn most(self, node: &Node<'_>) -> u32 {
        match node {
            Node::Nothing => 0,
            Node::All | Node::Bitmap(_) | Node::Offsets(_) => self.len,
            Node::List(documents) => self.part_of_list(documents).len() as u32,
            Node::Gaps(gaps) => gaps.len,
            Node::Chunked(chunks) => chunks.len(self.number),
            Node::Documents(range) => self.part(range).len() as u32,
            Node::And(nodes) => nodes.iter().map(|node| self.most(node)).min().unwrap_or(self.len),
            Node::Or(nodes) => {
                let sum = nodes.iter().map(|node| self.most(node)).fold(0, u32::saturating_add);
                sum.min(self.len)
            }
            Node::Not(inner) => match &**inner {
                // Of these the number is exact.
                Node::List(_) | Node::Gaps(_) | Node::Chunked(_) | Node::Documents(_) => {
                    self.len - self.most(inner)
                }
                _ => self.len,
            },
        }
    }

    /// The documents of the chunk that are in the node.
    fn evaluate(self, node: &Node<'_>, pool: &mut Pool) -> Result<Bitset, Error> {
        let mut set = Bitset::empty(pool.0.pop().unwrap_or_default(), self.len);
        match node {
            Node::And(nodes) => self.evaluate_and(nodes, &mut set, pool)?,
            Node::Not(_) => {
                set.insert_range(0, self.len);
                self.intersect(node, &mut set, pool)?;
            }
            node => self.unite(node, &mut set, pool)?,
        }
        Ok(set)
    }

    /// Begins with the conjunct that has the fewest documents.
    fn evaluate_and(
        self,
        nodes: &[Node<'_>],
        set: &mut Bitset,
        pool: &mut Pool,
    ) -> Result<(), Error> {
        let fewest = (0..nodes.len()).min_by_key(|at| self.most(&nodes[*at]));
        let Some(fewest) = fewest.filter(|at| self.most(&nodes[*at]) > 0) else { return Ok(()) };
        self.unite(&nodes[fewest], set, pool)?;
        for (at, node) in nodes.iter().enumerate() {
            if at != fewest && !set.is_empty() {
                self.intersect(node, set, pool)?;
            }
        }
        Ok(())
    }

    fn unite(self, node: &Node<'_>, set: &mut Bitset, pool: &mut Pool) -> Result<(), Error> {
        if let Some(leaf) = self.leaf(node)? {
            return set.unite(leaf);
        }
        if let Node::Or(nodes) = node {
            return nodes.iter().try_for_each(|node| self.unite(node, set, pool));
        }
        self.with_set(node, pool, |other| set.unite(other))
    }

    fn intersect(self, node: &Node<'_>, set: &mut Bitset, pool: &mut Pool) -> Result<(), Error> {
        if let Some(leaf) = self.leaf(node)? {
            // Settling words as numbers come is a guess for the processor at each of them, which
            // costs more than a set of their own.
            return if leaf.is_scattered() {
                let mut other = Bitset::empty(pool.0.pop().unwrap_or_default(), self.len);
                other.unite(leaf)?;
                set.intersect(Leaf::Words(&other.words))?;
                pool.give_back(other);
                Ok(())
            } else {
                set.intersect(leaf)
            };
        }
        match node {
            Node::And(nodes) => nodes.iter().try_for_each(|node| self.intersect(node, set, pool)),
            Node::Not(inner) => self.subtract(inner, set, pool),
            Node::Offsets(keep) => {
                order::retain_offsets(self.view, keep, self.base, &mut set.words)
            }
            node => self.with_set(node, pool, |other| set.intersect(other)),
        }
    }

    fn subtract(self, node: &Node<'_>, set: &mut Bitset, pool: &mut Pool) -> Result<(), Error> {
        if let Some(leaf) = self.leaf(node)? {
            return set.subtract(leaf);
        }
        match node {
            Node::Or(nodes) => nodes.iter().try_for_each(|node| self.subtract(node, set, pool)),
            Node::Not(inner) => self.intersect(inner, set, pool),
            node => self.with_set(node, pool, |other| set.subtract(other)),
        }
    }

    /// Hands over the set of a node that has to be evaluated apart.
    fn with_set(
        self,
        node: &Node<'_>,
        pool: &mut Pool,
        then: impl FnOnce(Leaf<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let other = if let Node::Offsets(keep) = node {
            let mut set = Bitset::empty(pool.0.pop().unwrap_or_default(), self.len);
            set.insert_range(0, self.len);
            order::retain_offsets(self.view, keep, self.base, &mut set.words)?;
            set
        } else {
            self.evaluate(node, pool)?
        };
        then(Leaf::Words(&other.words))?;
        pool.give_back(other);
        Ok(())
    }

    /// The documents of a node that need no evaluation.
    fn leaf<'n>(self, node: &'n Node<'_>) -> Result<Option<Leaf<'n>>, Error>
    where
        'a: 'n,
    {
        Ok(Some(match node {
            Node::All => Leaf::Container(Container::Full),
            Node::Nothing => Leaf::Container(Container::Empty),
            Node::Gaps(gaps) => Leaf::Container(Container::Gaps(*gaps)),
            Node::List(documents) => Leaf::List(self.part_of_list(documents), self.base),
            Node::Chunked(chunks) => Leaf::Container(chunks.container(self.view, self.number)?),
            Node::Bitmap(words) => Leaf::Words(&words[self.base as usize / 64..]),
            Node::Documents(range) => {
                let part = self.part(range);
                Leaf::Range(part.start, part.end)
            }
            Node::Offsets(_) | Node::And(_) | Node::Or(_) | Node::Not(_) => return Ok(None),
        }))
    }

    fn part_of_list(self, documents: &[u32]) -> &[u32] {
        let from = documents.partition_point(|document| *document < self.base);
        let rest = &documents[from..];
        &rest[..rest.partition_point(|document| *document < self.base + self.len)]
    }
}
