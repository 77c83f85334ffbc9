//! Merges the columns, and numbers the documents anew.
use super::Ladder;
use crate::{
    column::{BLOCK_LEN, Column},
    content::Columns,
    file::{Error, Section, View},
};

/// The columns of the whole, and the new number of each document of each file.
pub(super) fn merge(views: &[View<'_>]) -> Result<(Columns, Vec<Vec<u32>>), Error> {
    let count: usize = views.iter().map(|view| view.count() as usize).sum();
    let mut received = Vec::with_capacity(count);
    let mut location = Vec::with_capacity(count);
    let mut recorded = Vec::with_capacity(count);
    for view in views {
        read(view.column(Section::Received), &mut received)?;
        read(view.column(Section::Location), &mut location)?;
    }
    if !received.is_sorted() {
        return Err(Error::Damaged("the times of receipt go back"));
    }
    let mut order = Vec::with_capacity(count);
    let mut documents = Vec::with_capacity(views.len());
    let mut sources = Vec::with_capacity(views.len());
    let mut base = 0;
    for view in views {
        sources.push(Source::read(*view, base)?);
        documents.push(Vec::with_capacity(view.count() as usize));
        base += view.count();
    }
    let mut ladder = Ladder::default();
    for (file, source) in sources.iter().enumerate() {
        source.recorded.first().into_iter().for_each(|head| ladder.insert(file, *head, i64::cmp));
    }
    while let Some((file, instant)) = ladder.pop() {
        let (source, documents) = (&sources[file], &mut documents[file]);
        let mut head = Some(instant);
        // Stays with one file for as long as it has the lowest, files in order where equal.
        while let Some(instant) = head {
            if ladder.peek().is_some_and(|(other, next)| (*next, *other) < (instant, file)) {
                ladder.insert(file, instant, i64::cmp);
                break;
            }
            order.push(source.offsets[documents.len()]);
            documents.push(recorded.len() as u32);
            recorded.push(instant);
            head = source.recorded.get(documents.len()).copied();
        }
    }
    let location = location.into_iter().map(|location: i64| location as u64).collect();
    Ok((Columns { recorded, order, received, location }, documents))
}

/// What one file tells by document.
struct Source {
    recorded: Vec<i64>,
    /// Offsets in the whole.
    offsets: Vec<u32>,
}

impl Source {
    fn read(view: View<'_>, base: u32) -> Result<Self, Error> {
        let mut recorded = Vec::with_capacity(view.count() as usize);
        read(view.column(Section::Recorded), &mut recorded)?;
        if !recorded.is_sorted() {
            return Err(Error::Damaged("the documents are out of order"));
        }
        let Some(order) = view.order() else {
            return Ok(Self { recorded, offsets: (base..base + view.count()).collect() });
        };
        let mut distances = Vec::with_capacity(recorded.len());
        read(order, &mut distances)?;
        let offsets = distances.into_iter().enumerate().map(|(document, distance)| {
            view.checked_offset(document as u32, distance).map(|offset| base + offset)
        });
        Ok(Self { recorded, offsets: offsets.collect::<Result<_, _>>()? })
    }
}

fn read(column: Column<'_>, out: &mut Vec<i64>) -> Result<(), Error> {
    let mut buffer = [0; BLOCK_LEN];
    for block in 0..column.blocks() {
        let len = column.block(block, &mut buffer)?;
        out.extend_from_slice(&buffer[..len]);
    }
    Ok(())
}
