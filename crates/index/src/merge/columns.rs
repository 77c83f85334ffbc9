//! Merges the columns, and numbers the documents anew.
use super::Ladder;
use crate::{
    column::{BLOCK_LEN, Column},
    content::Columns,
    file::{Error, Section, View},
    runs::Main,
};

/// The columns of the whole, and the new number of each document of each file.
pub(super) fn merge(views: &[View<'_>]) -> Result<(Columns, Vec<Vec<u32>>), Error> {
    let count: usize = views.iter().map(|view| view.count() as usize).sum();
    let mut received = Vec::with_capacity(count);
    let mut location = Vec::with_capacity(count);
    let mut recorded = Vec::with_capacity(count);
    let mut order = Vec::with_capacity(count);
    each_received(views, &mut |instant| received.push(instant))?;
    each(views, Section::Location, &mut |at| location.push(at as u64))?;
    let documents = in_order(views, &mut |instant, offset| {
        recorded.push(instant);
        order.push(offset);
        Ok::<_, Error>(())
    })?;
    Ok((Columns { recorded, order, received, location, main: main(views) }, documents))
}

/// What `recorded` is of all documents that are no outliers.
pub(super) fn main(views: &[View<'_>]) -> Main {
    let mut main = Main::default();
    for view in views {
        main.add_runs(&view.header().runs);
    }
    main
}

/// Calls `take` with every time of receipt, in the order of the log.
pub(super) fn each_received(views: &[View<'_>], take: &mut dyn FnMut(i64)) -> Result<(), Error> {
    let (mut last, mut is_sorted) = (i64::MIN, true);
    each(views, Section::Received, &mut |instant| {
        is_sorted &= instant >= last;
        last = instant;
        take(instant);
    })?;
    if is_sorted { Ok(()) } else { Err(Error::Damaged("the times of receipt go back")) }
}

/// Calls `take` with every number of a column of all files.
pub(super) fn each(
    views: &[View<'_>],
    section: Section,
    take: &mut dyn FnMut(i64),
) -> Result<(), Error> {
    let mut buffer = [0; BLOCK_LEN];
    for view in views {
        let column = view.column(section);
        for block in 0..column.blocks() {
            let len = column.block(block, &mut buffer)?;
            buffer[..len].iter().for_each(|value| take(*value));
        }
    }
    Ok(())
}

/// Calls `take` with `recorded` and log offset of each document of the whole, in order; returns the
/// new number of each document of each file.
pub(super) fn in_order<E: From<Error>>(
    views: &[View<'_>],
    take: &mut dyn FnMut(i64, u32) -> Result<(), E>,
) -> Result<Vec<Vec<u32>>, E> {
    let (mut documents, mut sources) = (Vec::new(), Vec::new());
    let mut ladder = Ladder::default();
    let mut base = 0;
    for (file, view) in views.iter().enumerate() {
        documents.push(Vec::with_capacity(view.count() as usize));
        sources.push(Source::new(*view, base));
        base += view.count();
        if let Some(head) = sources[file].next()? {
            ladder.insert(file, head, |a, b| a.0.cmp(&b.0));
        }
    }
    let mut next_document = 0;
    while let Some((file, head)) = ladder.pop() {
        let (source, documents) = (&mut sources[file], &mut documents[file]);
        let mut head = Some(head);
        // Stays with one file for as long as it has the lowest, files in order where equal.
        while let Some((instant, offset)) = head {
            if ladder.peek().is_some_and(|(other, next)| (next.0, *other) < (instant, file)) {
                ladder.insert(file, (instant, offset), |a, b| a.0.cmp(&b.0));
                break;
            }
            documents.push(next_document);
            next_document += 1;
            take(instant, offset)?;
            head = source.next()?;
        }
    }
    Ok(documents)
}

/// What one file tells by document, block by block.
struct Source<'a> {
    view: View<'a>,
    recorded: Column<'a>,
    order: Option<Column<'a>>,
    /// Of its first offset in the whole.
    base: u32,
    next: u32,
    instants: [i64; BLOCK_LEN],
    distances: [i64; BLOCK_LEN],
    last: i64,
}

impl<'a> Source<'a> {
    fn new(view: View<'a>, base: u32) -> Self {
        let (recorded, order) = (view.column(Section::Recorded), view.order());
        let (instants, distances) = ([0; BLOCK_LEN], [0; BLOCK_LEN]);
        Self { view, recorded, order, base, next: 0, instants, distances, last: i64::MIN }
    }

    /// `recorded` and offset in the whole of the next document.
    fn next(&mut self) -> Result<Option<(i64, u32)>, Error> {
        if self.next == self.view.count() {
            return Ok(None);
        }
        let (block, at) = (self.next as usize / BLOCK_LEN, self.next as usize % BLOCK_LEN);
        if at == 0 {
            self.recorded.block(block, &mut self.instants)?;
            if let Some(order) = self.order {
                order.block(block, &mut self.distances)?;
            }
        }
        let instant = self.instants[at];
        if std::mem::replace(&mut self.last, instant) > instant {
            return Err(Error::Damaged("the documents are out of order"));
        }
        let offset = self.view.checked_offset(self.next, self.distances[at])?;
        self.next += 1;
        Ok(Some((instant, self.base + offset)))
    }
}
