//! Runs a query over the index files of a snapshot.
mod aggregate;
mod bitset;
mod chunk;
mod node;
mod order;
mod page;
mod plan;
mod values;

use crate::{Error, File, HashKey, LogIndex, Millis, Query, Term, file::View, hash::TermHasher};
use chunk::{Chunk, Pool};
use node::{Node, Selection};
use plan::Plan;
use std::{borrow::Borrow, ops::Range};
use values::Budget;

/// In which order a page comes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// By (`recorded`, log index), newest first.
    RecordedNewest,
    /// By (`recorded`, log index), oldest first.
    RecordedOldest,
    /// By log index, newest first.
    LogNewest,
    /// By log index, oldest first.
    LogOldest,
}

/// A hit, and where a page ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// When the sender says it was recorded.
    pub recorded: Millis,
    /// Its position in the log.
    pub log_index: LogIndex,
}

/// What one page is asked for.
#[derive(Debug)]
pub struct Page<'a> {
    /// Which records.
    pub query: &'a Query,
    /// In which order.
    pub order: Order,
    /// The last hit of the page before, if there was one.
    pub after: Option<Position>,
    /// The log as it was: only records below this position count.
    pub size: LogIndex,
    /// How many hits at most.
    pub limit: usize,
}

/// What [`aggregate()`] counts by.
#[derive(Debug)]
pub enum Buckets<'a> {
    /// How many matching records have each of these terms.
    Terms(&'a [Term]),
    /// How many matching records each of these queries wants, too.
    Queries(&'a [Query]),
    /// How many matching records were recorded in each of these ranges, ascending and disjoint.
    Recorded(&'a [Range<Millis>]),
}

/// A number of records.
pub type Count = u64;

/// One page of hits. `files` cover the log from 0 in order; records with the term `hidden` are in
/// no answer; `expired` is asked between pieces of work (65,536 documents or 4,096 values at most).
///
/// A file in which nobody has the hidden term costs a look at its header.
///
/// # Errors
/// [`Error::Expired`] also when [`Query::Contains`] has to look at more values than a search may
/// (2^27, of which 2^24 match).
///
/// # Panics
/// When the query asks for the inside of a kind that is not ordered: the files could not answer it.
pub fn page<B: AsRef<[u8]>, F: Borrow<File<B>>>(
    files: &[F],
    key: &HashKey,
    hidden: Option<&Term>,
    page: &Page<'_>,
    expired: &dyn Fn() -> bool,
) -> Result<Vec<Position>, Error> {
    let hasher = TermHasher::new(key);
    let views = views(files, &hasher)?;
    let plan = Plan::hiding(page.query, hidden, &hasher);
    page::Gather { page, plan, budget: Budget::new(expired), pool: Pool::default() }.run(&views)
}

/// How many records below `size` match, those with the term `hidden` left out.
///
/// # Panics
/// As [`page()`] does.
pub fn count<B: AsRef<[u8]>, F: Borrow<File<B>>>(
    files: &[F],
    key: &HashKey,
    hidden: Option<&Term>,
    query: &Query,
    size: LogIndex,
    expired: &dyn Fn() -> bool,
) -> Result<Count, Error> {
    let hasher = TermHasher::new(key);
    let plan = Plan::hiding(query, hidden, &hasher);
    let budget = Budget::new(expired);
    let mut pool = Pool::default();
    let mut total = 0;
    for view in views(files, &hasher)? {
        let offsets = below_size(view, size);
        let Some(selection) = Selection::new(view, &plan, offsets, &budget)? else { continue };
        for number in Chunk::all(&selection.documents) {
            budget.check()?;
            let chunk = Chunk::new(view, number);
            if chunk.is_covered(&selection) {
                total += chunk.count(&selection.node, &mut pool)?;
            } else if let Some(set) = chunk.select(&selection, &selection.documents, &mut pool)? {
                total += set.count();
                pool.give_back(set);
            }
        }
    }
    Ok(total)
}

/// Counts matching records below `size` per bucket, in the order of the buckets; those with the
/// term `hidden` are left out.
///
/// # Panics
/// As [`page()`] does.
pub fn aggregate<B: AsRef<[u8]>, F: Borrow<File<B>>>(
    files: &[F],
    key: &HashKey,
    hidden: Option<&Term>,
    query: &Query,
    size: LogIndex,
    buckets: &Buckets<'_>,
    expired: &dyn Fn() -> bool,
) -> Result<Vec<Count>, Error> {
    let hasher = TermHasher::new(key);
    let plan = Plan::hiding(query, hidden, &hasher);
    let buckets = aggregate::Buckets::new(buckets, &hasher);
    let mut counts = vec![0; buckets.len()];
    let budget = Budget::new(expired);
    let mut pool = Pool::default();
    for view in views(files, &hasher)? {
        let offsets = below_size(view, size);
        let Some(selection) = Selection::new(view, &plan, offsets, &budget)? else { continue };
        let buckets = buckets.resolve(view, &budget)?;
        for number in Chunk::all(&selection.documents) {
            budget.check()?;
            let chunk = Chunk::new(view, number);
            if chunk.is_covered(&selection) && matches!(selection.node, Node::All) {
                buckets.count_all(chunk, &mut pool, &mut counts)?;
            } else if let Some(set) = chunk.select(&selection, &selection.documents, &mut pool)? {
                buckets.count(chunk, &set, &mut pool, &mut counts)?;
                pool.give_back(set);
            }
        }
    }
    Ok(counts)
}

fn views<'a, B: AsRef<[u8]> + 'a, F: Borrow<File<B>>>(
    files: &'a [F],
    hasher: &TermHasher,
) -> Result<Vec<View<'a>>, Error> {
    let check = hasher.check();
    let views: Vec<_> = files.iter().map(|file| file.borrow().view()).collect();
    if views.iter().any(|view| view.header().key_check != check) {
        return Err(Error::Damaged("it is of another store"));
    }
    Ok(views)
}

/// The log offsets of the documents that were there when the log had this size.
fn below_size(view: View<'_>, size: LogIndex) -> Range<u32> {
    let below = size.0.saturating_sub(view.header().first.0);
    0..below.min(u64::from(view.count())) as u32
}
