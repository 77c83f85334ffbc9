//! One page of hits, in one of four orders.
use super::{
    Order, Page, Position,
    bitset::Bitset,
    chunk::{Chunk, Pool},
    node::{self, Selection},
    order,
    plan::Plan,
    values::Budget,
};
use crate::{
    LogIndex, Millis,
    column::BLOCK_LEN,
    file::{Error, Section, View},
};
use std::{
    collections::{BTreeMap, BinaryHeap},
    ops::Range,
};

/// Gathers a page over the files of a snapshot.
pub(super) struct Gather<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) plan: Plan<'a>,
    pub(super) budget: Budget<'a>,
    pub(super) pool: Pool,
}

impl Gather<'_> {
    /// The page; `files` cover the log in order.
    pub(super) fn run(&mut self, files: &[View<'_>]) -> Result<Vec<Position>, Error> {
        if self.page.limit == 0 || matches!(self.plan, Plan::Nothing) {
            return Ok(Vec::new());
        }
        match self.page.order {
            Order::RecordedNewest | Order::RecordedOldest => self.by_recorded(files),
            Order::LogNewest => self.by_log(files.iter().rev()),
            Order::LogOldest => self.by_log(files.iter()),
        }
    }

    fn newest_first(&self) -> bool {
        matches!(self.page.order, Order::RecordedNewest | Order::LogNewest)
    }

    /// Whether `a` comes before `b` on the page.
    fn precedes(&self, a: Position, b: Position) -> bool {
        if self.newest_first() { a > b } else { a < b }
    }

    fn by_recorded(&mut self, files: &[View<'_>]) -> Result<Vec<Position>, Error> {
        let newest_first = self.newest_first();
        let mut runs: Vec<Run<'_>> =
            files.iter().flat_map(|f| Run::all(*f, newest_first)).collect();
        if newest_first {
            runs.sort_unstable_by_key(|run| std::cmp::Reverse(run.best));
        } else {
            runs.sort_unstable_by_key(|run| run.best);
        }
        let limit = self.page.limit;
        let mut kept: Vec<Position> = Vec::new();
        let mut selections = Selections::new();
        for run in runs {
            let worst = (kept.len() == limit).then(|| kept.last().copied()).flatten();
            if worst.is_some_and(|worst| !self.precedes(run.best, worst)) {
                break;
            }
            let before = kept.len();
            self.run_by_recorded(&run, worst, &mut selections, &mut kept)?;
            // Both parts are in order: the sort finds them so, and only merges.
            if before > 0 && kept.len() > before {
                if newest_first {
                    kept.sort_by(|a, b| b.cmp(a));
                } else {
                    kept.sort();
                }
                kept.truncate(limit);
            }
        }
        Ok(kept)
    }

    /// Appends at most a page of the run's hits, in order, all before `worst`. What is wanted of a
    /// file with more runs is kept for them.
    fn run_by_recorded<'v>(
        &mut self,
        run: &Run<'v>,
        worst: Option<Position>,
        selections: &mut Selections<'v>,
        kept: &mut Vec<Position>,
    ) -> Result<(), Error> {
        let Run { view, documents, .. } = run;
        let view = *view;
        let first = view.header().first;
        let resolved = match selections.remove(&first) {
            Some(resolved) => resolved,
            None => self.selection(view, self.below_size(view))?,
        };
        if let Some(selection) = &resolved {
            let documents = node::overlap(&selection.documents, documents);
            self.file_by_recorded(view, selection, documents, worst, kept)?;
        }
        if *documents != (0..view.count()) {
            selections.insert(first, resolved);
        }
        Ok(())
    }

    fn file_by_recorded(
        &mut self,
        view: View<'_>,
        selection: &Selection<'_>,
        mut documents: Range<u32>,
        worst: Option<Position>,
        kept: &mut Vec<Position>,
    ) -> Result<(), Error> {
        if let Some(after) = self.page.after {
            let at = first_not_below(view, after)?;
            if self.newest_first() {
                documents.end = documents.end.min(at);
            } else {
                let hit = at < view.count() && position(view, at)? == after;
                documents.start = documents.start.max(at + u32::from(hit));
            }
        }
        let end = kept.len().saturating_add(self.page.limit);
        let newest_first = self.newest_first();
        let mut chunks = Chunk::all(&documents);
        while let Some(number) = next(&mut chunks, newest_first) {
            let chunk = Chunk::new(view, number);
            let Some(set) = self.select(chunk, selection, &documents)? else { continue };
            let mut members = Members::new(&set, newest_first);
            while let Some(member) = members.next() {
                let position = position(view, chunk.base + member)?;
                if worst.is_some_and(|worst| !self.precedes(position, worst)) {
                    self.pool.give_back(set);
                    return Ok(());
                }
                kept.push(position);
                if kept.len() == end {
                    self.pool.give_back(set);
                    return Ok(());
                }
            }
            self.pool.give_back(set);
        }
        Ok(())
    }

    fn by_log<'v>(
        &mut self,
        files: impl Iterator<Item = &'v View<'v>>,
    ) -> Result<Vec<Position>, Error> {
        let mut kept = Vec::new();
        for view in files {
            if kept.len() == self.page.limit {
                break;
            }
            let mut offsets = self.below_size(*view);
            if let Some(after) = self.page.after {
                let first = view.header().first.0;
                let here = |index: u64| index.saturating_sub(first).min(offsets.end.into()) as u32;
                if self.newest_first() {
                    offsets.end = here(after.log_index.0);
                } else {
                    offsets.start = here(after.log_index.0.saturating_add(1));
                }
            }
            if let Some(selection) = self.selection(*view, offsets)? {
                self.file_by_log(*view, &selection, &mut kept)?;
            }
        }
        Ok(kept)
    }

    /// Appends the file's next hits in the order of the log, up to the page's limit.
    fn file_by_log(
        &mut self,
        view: View<'_>,
        selection: &Selection<'_>,
        kept: &mut Vec<Position>,
    ) -> Result<(), Error> {
        let mut best = Best {
            limit: self.page.limit - kept.len(),
            newest_first: self.newest_first(),
            heap: BinaryHeap::new(),
        };
        let mut chunks = Chunk::all(&selection.documents);
        while let Some(number) = next(&mut chunks, best.newest_first) {
            self.chunk_by_log(view, Chunk::new(view, number), selection, &mut best)?;
        }
        for (key, document) in best.heap.into_sorted_vec() {
            let offset = if self.newest_first() { !key } else { key };
            let recorded = view.column(Section::Recorded).get(document as usize)?;
            let log_index = LogIndex(view.header().first.0 + u64::from(offset));
            kept.push(Position { recorded: Millis(recorded), log_index });
        }
        Ok(())
    }

    /// Looks only at blocks of documents that can have a better offset than those at hand.
    fn chunk_by_log(
        &mut self,
        view: View<'_>,
        chunk: Chunk<'_>,
        selection: &Selection<'_>,
        best: &mut Best,
    ) -> Result<(), Error> {
        let part = chunk.part(&selection.documents);
        let documents = chunk.base + part.start..chunk.base + part.end;
        let from = documents.start as usize / BLOCK_LEN;
        let mut blocks = from..(documents.end as usize).div_ceil(BLOCK_LEN);
        let entries = view.order().map(|order| order.entries(blocks.clone())).transpose()?;
        let mut set: Option<Bitset> = None;
        while let Some(block) = next(&mut blocks, best.newest_first) {
            let start = (block * BLOCK_LEN) as u32;
            let can = match &entries {
                Some(entries) => order::offsets_of_block(view, &entries.entry(block)?, block),
                None => start..start + BLOCK_LEN as u32,
            };
            if !best.wants(&can) {
                continue;
            }
            if set.is_none() {
                set = self.select(chunk, selection, &selection.documents)?;
            }
            let Some(set) = &set else { return Ok(()) };
            let words = (start - chunk.base) as usize / 64;
            let words = &set.words[words..set.words.len().min(words + BLOCK_LEN / 64)];
            if words.iter().all(|word| *word == 0) {
                continue;
            }
            for document in members_of(words).map(|member| start + member) {
                best.offer(view.offset(document)?, document);
            }
        }
        if let Some(set) = set {
            self.pool.give_back(set);
        }
        Ok(())
    }

    fn select(
        &mut self,
        chunk: Chunk<'_>,
        selection: &Selection<'_>,
        documents: &Range<u32>,
    ) -> Result<Option<Bitset>, Error> {
        self.budget.check()?;
        chunk.select(selection, documents, &mut self.pool)
    }

    fn selection<'v>(
        &self,
        view: View<'v>,
        offsets: Range<u32>,
    ) -> Result<Option<Selection<'v>>, Error> {
        self.budget.check()?;
        if offsets.is_empty() {
            return Ok(None);
        }
        Selection::new(view, &self.plan, offsets, &self.budget)
    }

    fn below_size(&self, view: View<'_>) -> Range<u32> {
        super::below_size(view, self.page.size)
    }
}

/// The best offsets so far, each with its document; the worst of them on top.
struct Best {
    limit: usize,
    newest_first: bool,
    /// Keys are offsets, or their complement where the newest are best: lower is better.
    heap: BinaryHeap<(u32, u32)>,
}

impl Best {
    fn key(&self, offset: u32) -> u32 {
        if self.newest_first { !offset } else { offset }
    }

    /// Whether one of these offsets could be among the best.
    fn wants(&self, can: &Range<u32>) -> bool {
        let offset = if self.newest_first { can.end.saturating_sub(1) } else { can.start };
        self.heap.len() < self.limit || self.heap.peek().is_some_and(|w| self.key(offset) < w.0)
    }

    fn offer(&mut self, offset: u32, document: u32) {
        let key = self.key(offset);
        if self.heap.len() < self.limit {
            self.heap.push((key, document));
        } else if let Some(mut worst) = self.heap.peek_mut().filter(|worst| key < worst.0) {
            *worst = (key, document);
        }
    }
}

/// The members of a set, ascending or descending.
struct Members<'a> {
    words: &'a [u64],
    rest: Range<usize>,
    word: u64,
    at: usize,
    descending: bool,
}

impl<'a> Members<'a> {
    fn new(set: &'a Bitset, descending: bool) -> Self {
        let words = &set.words;
        Self { words, rest: 0..words.len(), word: 0, at: 0, descending }
    }

    fn next(&mut self) -> Option<u32> {
        while self.word == 0 {
            self.at = next(&mut self.rest, self.descending)?;
            self.word = self.words[self.at];
        }
        let bit = if self.descending {
            u64::BITS - 1 - self.word.leading_zeros()
        } else {
            self.word.trailing_zeros()
        };
        self.word &= !(1 << bit);
        Some(self.at as u32 * 64 + bit)
    }
}

fn members_of(words: &[u64]) -> impl Iterator<Item = u32> {
    words.iter().enumerate().flat_map(|(at, word)| {
        (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at as u32 * 64 + bit)
    })
}

fn next(range: &mut Range<usize>, descending: bool) -> Option<usize> {
    if descending { range.next_back() } else { range.next() }
}

/// What is wanted of files of which not all runs were looked at, by their first positions.
type Selections<'v> = BTreeMap<LogIndex, Option<Selection<'v>>>;

/// A run of a file's documents.
struct Run<'v> {
    view: View<'v>,
    documents: Range<u32>,
    /// None of its documents comes before this position.
    best: Position,
}

impl<'v> Run<'v> {
    fn all(view: View<'v>, newest_first: bool) -> impl Iterator<Item = Self> {
        let header = view.header();
        header.runs.iter().map(move |(documents, [min, max])| {
            let best = if newest_first {
                Position { recorded: max, log_index: LogIndex(header.end().0 - 1) }
            } else {
                Position { recorded: min, log_index: header.first }
            };
            Self { view, documents, best }
        })
    }
}

fn position(view: View<'_>, document: u32) -> Result<Position, Error> {
    let recorded = view.column(Section::Recorded).get(document as usize)?;
    let offset = view.offset(document)?;
    let log_index = LogIndex(view.header().first.0 + u64::from(offset));
    Ok(Position { recorded: Millis(recorded), log_index })
}

/// The first document whose position is not below `bound`.
fn first_not_below(view: View<'_>, bound: Position) -> Result<u32, Error> {
    for (documents, [min, max]) in view.header().runs.iter() {
        if bound.recorded < min {
            return Ok(documents.start);
        }
        if bound.recorded > max {
            continue;
        }
        let Range { start: mut low, end: mut high } = documents;
        while low < high {
            let middle = u32::midpoint(low, high);
            if position(view, middle)? < bound { low = middle + 1 } else { high = middle }
        }
        return Ok(low);
    }
    Ok(view.count())
}
