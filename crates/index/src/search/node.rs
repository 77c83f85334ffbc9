//! A plan resolved against one file: which documents it wants, still unread.
use super::{
    plan::Plan,
    values::{self, Budget},
};
use crate::{
    LogIndex, Millis,
    dictionary::{self, Reference},
    file::{Error, Section, View},
    posting::{self, CHUNK_LEN, Chunks, Gaps, Posting},
    table::Table,
};
use std::ops::Range;

/// A node of the tree for one file.
pub(super) enum Node<'a> {
    All,
    Nothing,
    /// The documents of a small posting, in a file of one chunk.
    Gaps(Gaps<'a>),
    /// These documents, ascending.
    List(Vec<u32>),
    /// The documents of a large posting.
    Chunked(Box<Chunks>),
    /// A bit for each document.
    Bitmap(Vec<u64>),
    /// The documents in this range.
    Documents(Range<u32>),
    /// The documents whose log offset is in this range.
    Offsets(Range<u32>),
    And(Vec<Node<'a>>),
    Or(Vec<Node<'a>>),
    Not(Box<Node<'a>>),
}

/// What one file has to look at for a query.
pub(super) struct Selection<'a> {
    pub(super) node: Node<'a>,
    /// Only these documents.
    pub(super) documents: Range<u32>,
    /// Only documents with these log offsets.
    pub(super) offsets: Range<u32>,
}

impl<'a> Selection<'a> {
    /// Resolves the plan for the documents whose log offset is in `offsets`; `None` when it wants
    /// none of them.
    pub(super) fn new(
        view: View<'a>,
        plan: &Plan<'_>,
        offsets: Range<u32>,
        budget: &Budget<'_>,
    ) -> Result<Option<Self>, Error> {
        let mut selection = Self { node: Node::All, documents: 0..view.count(), offsets };
        let mut nodes = Vec::new();
        for part in plan.conjuncts() {
            match part {
                Plan::Recorded(range) => {
                    let range = documents(view, range)?;
                    selection.documents = overlap(&selection.documents, &range);
                }
                Plan::Received(range) => {
                    let range = offsets_received(view, range)?;
                    selection.offsets = overlap(&selection.offsets, &range);
                }
                part => match resolve(view, part, budget)? {
                    Node::Nothing => return Ok(None),
                    Node::All => (),
                    node => nodes.push(node),
                },
            }
            if selection.documents.is_empty() || selection.offsets.is_empty() {
                return Ok(None);
            }
        }
        selection.node = and(nodes);
        if view.order().is_none() {
            // Documents stand in the order of the log: one range says both.
            selection.documents = overlap(&selection.documents, &selection.offsets);
            selection.offsets = 0..view.count();
        }
        Ok((!selection.documents.is_empty()).then_some(selection))
    }
}

/// The documents of one plan.
pub(super) fn resolve<'a>(
    view: View<'a>,
    plan: &Plan<'_>,
    budget: &Budget<'_>,
) -> Result<Node<'a>, Error> {
    Ok(match plan {
        Plan::All => Node::All,
        Plan::Nothing => Node::Nothing,
        Plan::Hash(form, _) if !view.header().forms.has(*form) => Node::Nothing,
        Plan::Hash(_, hash) => match find(view, *hash)? {
            None => Node::Nothing,
            Some(reference) => referred(view, reference)?,
        },
        Plan::Key(key) => match dictionary::find(view, key)? {
            None => Node::Nothing,
            Some(reference) => referred(view, reference)?,
        },
        Plan::Prefix(prefix) => values::beginning(view, prefix)?,
        Plan::Contains(inside) => values::containing(view, inside, budget)?,
        Plan::Recorded(range) => in_range(view, documents(view, range)?, Node::Documents),
        Plan::Received(range) => {
            let identity = view.order().is_none();
            let node = if identity { Node::Documents } else { Node::Offsets };
            in_range(view, offsets_received(view, range)?, node)
        }
        Plan::At(positions) => {
            // A position that is asked for twice is one document: lengths of lists are counts.
            let mut documents = super::order::documents_at(view, positions)?;
            documents.dedup();
            list(documents)
        }
        Plan::And(parts) => {
            let mut nodes = Vec::new();
            for part in parts {
                match resolve(view, part, budget)? {
                    Node::All => (),
                    Node::Nothing => return Ok(Node::Nothing),
                    node => nodes.push(node),
                }
            }
            and(nodes)
        }
        Plan::Or(parts) => {
            let mut nodes = Vec::new();
            for part in parts {
                match resolve(view, part, budget)? {
                    Node::All => return Ok(Node::All),
                    Node::Nothing => (),
                    node => nodes.push(node),
                }
            }
            either(nodes)
        }
        Plan::Not(part) => match resolve(view, part, budget)? {
            Node::All => Node::Nothing,
            Node::Nothing => Node::All,
            Node::Not(inner) => *inner,
            node => Node::Not(Box::new(node)),
        },
    })
}

/// The documents recorded in the range.
pub(super) fn documents(view: View<'_>, range: &Range<Millis>) -> Result<Range<u32>, Error> {
    Ok(recorded_from(view, range.start)?..recorded_from(view, range.end)?)
}

/// The first document recorded at the instant or later. Of runs that lie below or above it, only
/// the header is looked at.
fn recorded_from(view: View<'_>, instant: Millis) -> Result<u32, Error> {
    for (documents, [min, max]) in view.header().runs.iter() {
        if instant <= min {
            return Ok(documents.start);
        }
        if instant <= max {
            let column = view.column(Section::Recorded);
            return Ok(column.partition(|recorded| recorded < instant.0)? as u32);
        }
    }
    Ok(view.count())
}

fn offsets_received(view: View<'_>, range: &Range<Millis>) -> Result<Range<u32>, Error> {
    Ok(view.received_from(range.start)?..view.received_from(range.end)?)
}

/// The part of `positions` that lies in the file, as offsets.
pub(super) fn offsets_of<'a>(
    view: View<'a>,
    positions: &'a [LogIndex],
) -> impl ExactSizeIterator<Item = u32> + Clone + 'a {
    let (first, end) = (view.header().first, view.header().end());
    let from = positions.partition_point(|position| *position < first);
    let to = positions.partition_point(|position| *position < end);
    positions[from..to.max(from)].iter().map(move |position| (position.0 - first.0) as u32)
}

fn find(view: View<'_>, hash: u64) -> Result<Option<Reference>, Error> {
    if let Some(at) = Table::new(view, Section::Terms).find(hash)? {
        return Ok(Some(Reference::Posting(at)));
    }
    let Some(document) = Table::new(view, Section::Singles).find(hash)? else { return Ok(None) };
    if document >= view.count() {
        return Err(Error::Damaged("a term names a document that is not there"));
    }
    Ok(Some(Reference::Document(document)))
}

fn referred(view: View<'_>, reference: Reference) -> Result<Node<'_>, Error> {
    let at = match reference {
        Reference::Document(document) => return Ok(list(vec![document])),
        Reference::Posting(at) => at,
    };
    Ok(match posting::read(view, at)? {
        Posting::List(gaps) if view.count() <= CHUNK_LEN => Node::Gaps(gaps),
        Posting::List(gaps) => {
            let mut documents = Vec::with_capacity(gaps.len as usize);
            gaps.for_each(|document| documents.push(document))?;
            list(documents)
        }
        Posting::Chunked(chunks) if chunks.total == view.count() => Node::All,
        Posting::Chunked(chunks) => Node::Chunked(chunks),
    })
}

pub(super) fn list<'a>(documents: Vec<u32>) -> Node<'a> {
    if documents.is_empty() { Node::Nothing } else { Node::List(documents) }
}

fn in_range<'a>(view: View<'_>, range: Range<u32>, node: fn(Range<u32>) -> Node<'a>) -> Node<'a> {
    match range {
        range if range.is_empty() => Node::Nothing,
        range if range == (0..view.count()) => Node::All,
        range => node(range),
    }
}

fn and(mut nodes: Vec<Node<'_>>) -> Node<'_> {
    match nodes.len() {
        0 => Node::All,
        1 => nodes.remove(0),
        _ => Node::And(nodes),
    }
}

/// The documents of one of the nodes.
pub(super) fn either(mut nodes: Vec<Node<'_>>) -> Node<'_> {
    match nodes.len() {
        0 => Node::Nothing,
        1 => nodes.remove(0),
        _ => Node::Or(nodes),
    }
}

pub(super) fn overlap(a: &Range<u32>, b: &Range<u32>) -> Range<u32> {
    let start = a.start.max(b.start);
    start..a.end.min(b.end).max(start)
}
