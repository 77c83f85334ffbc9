//! Postings: which documents have a term.
//!
//! ```text
//! list:    varint 2·n, then n gaps                                  (n ≤ 512, not all documents)
//! chunked: varint 2·n + 1, a directory, the containers
//! directory, for each 65,536 documents: varint 4·n + form; but for forms 0 and 2 and n = 0,
//!          a varint with the container's bytes follows
//! gaps:    varint of the first document, then of each next one less its predecessor less one
//! ```
//! Containers hold document numbers less the chunk's first, `n` of them:
//!
//! | form | container |
//! |---|---|
//! | 0 | none: every document of the chunk (or, with n = 0, no document) |
//! | 1 | gaps |
//! | 2 | a bitmap, lowest bit first, of a bit for each document of the chunk, in whole bytes |
//! | 3 | gaps of runs: varint of documents skipped, varint of the run's length less one |
//!
//! The smallest form wins, but a bitmap may take eight times the bytes of the others, since it is
//! read 64 documents at a time, and gaps at two nanoseconds each: this happens where 1 to 12 % of
//! the documents have the term, and costs at most 1/8 byte a document for each such term.
mod writer;

use crate::{
    file::{Error, Section, View},
    varint,
};
pub(crate) use writer::{Writer, drain_bits};

/// Documents in a chunk.
pub(crate) const CHUNK_LEN: u32 = 1 << 16;
/// Documents of a list: above, a directory of two bytes or so a chunk is a small part.
pub(crate) const LIST_MAX: u32 = 512;
const VARINT_BYTES_MAX: usize = 5;
/// Gaps that are looked at together,
const GAPS_AT_ONCE: u32 = 8;
/// and the bits that say of each that it takes more than a byte.
const LONGER: u64 = 0x8080_8080_8080_8080;

const FULL: u32 = 0;
const GAPS: u32 = 1;
const BITMAP: u32 = 2;
const RUNS: u32 = 3;

/// The documents of a term.
pub(crate) enum Posting<'a> {
    /// Ascending gaps of this many documents.
    List(Gaps<'a>),
    /// Containers.
    Chunked(Box<Chunks>),
}

/// The directory of a chunked posting, read.
pub(crate) struct Chunks {
    pub(crate) total: u32,
    chunks: Box<[Chunk]>,
}

#[derive(Copy, Clone, Default)]
struct Chunk {
    len: u32,
    form: u32,
    at: usize,
    bytes: usize,
}

/// What one chunk holds, by number inside the chunk.
#[derive(Copy, Clone)]
pub(crate) enum Container<'a> {
    Empty,
    Full,
    Gaps(Gaps<'a>),
    Bitmap(&'a [u8]),
    Runs(Runs<'a>),
}

/// Ascending numbers, all below `end`.
#[derive(Copy, Clone)]
pub(crate) struct Gaps<'a> {
    pub(crate) len: u32,
    end: u32,
    bytes: &'a [u8],
}

/// Ascending ranges, all below `end`.
#[derive(Copy, Clone)]
pub(crate) struct Runs<'a> {
    end: u32,
    bytes: &'a [u8],
}

/// Reads the posting at `at` of the postings section.
pub(crate) fn read(view: View<'_>, at: u32) -> Result<Posting<'_>, Error> {
    let window = VARINT_BYTES_MAX * (1 + 2 * chunk_count(view.count()));
    let start = view.up_to(Section::Postings, at as usize, window)?;
    let mut bytes = start;
    let head = varint::read(&mut bytes).ok_or(WRONG)?;
    let len = head / 2;
    if len > view.count() {
        return Err(WRONG);
    }
    let at = at as usize + (start.len() - bytes.len());
    if head % 2 == 1 {
        return Chunks::read(view, len, at, bytes).map(Box::new).map(Posting::Chunked);
    }
    if len > LIST_MAX {
        return Err(WRONG);
    }
    let bytes = view.up_to(Section::Postings, at, len as usize * VARINT_BYTES_MAX)?;
    Ok(Posting::List(Gaps { len, end: view.count(), bytes }))
}

impl Posting<'_> {
    /// How many documents there are.
    pub(crate) fn len(&self) -> u32 {
        match self {
            Self::List(gaps) => gaps.len,
            Self::Chunked(chunks) => chunks.total,
        }
    }

    /// Calls `take` with every document, ascending.
    pub(crate) fn for_each(&self, view: View<'_>, mut take: impl FnMut(u32)) -> Result<(), Error> {
        match self {
            Self::List(gaps) => gaps.for_each(take),
            Self::Chunked(chunks) => (0..chunk_count(view.count())).try_for_each(|chunk| {
                let base = chunk as u32 * CHUNK_LEN;
                let end = chunk_len(view.count(), chunk);
                chunks.container(view, chunk)?.for_each(end, |number| take(base + number))
            }),
        }
    }
}

impl Chunks {
    fn read(view: View<'_>, total: u32, at: usize, start: &[u8]) -> Result<Self, Error> {
        let mut bytes = start;
        let mut chunks = vec![Chunk::default(); chunk_count(view.count())].into_boxed_slice();
        let mut position = 0;
        for (number, chunk) in chunks.iter_mut().enumerate() {
            let head = varint::read(&mut bytes).ok_or(WRONG)?;
            let documents = chunk_len(view.count(), number);
            let (len, form) = (head / 4, head % 4);
            let size = match form {
                FULL => 0,
                BITMAP => documents.div_ceil(8),
                _ => varint::read(&mut bytes).ok_or(WRONG)?,
            } as usize;
            if len > documents || (form == FULL && len != 0 && len != documents) {
                return Err(WRONG);
            }
            *chunk = Chunk { len, form, at: position, bytes: size };
            position += size;
        }
        let begin = at + start.len() - bytes.len();
        for chunk in &mut chunks {
            chunk.at += begin;
        }
        Ok(Self { total, chunks })
    }

    /// How many documents of a chunk have the term.
    pub(crate) fn len(&self, chunk: usize) -> u32 {
        self.chunks[chunk].len
    }

    /// The documents of a chunk that have the term.
    pub(crate) fn container<'a>(
        &self,
        view: View<'a>,
        chunk: usize,
    ) -> Result<Container<'a>, Error> {
        let Chunk { len, form, at, bytes } = self.chunks[chunk];
        let end = chunk_len(view.count(), chunk);
        if len == 0 {
            return Ok(Container::Empty);
        }
        let bytes = view.exact(Section::Postings, at, bytes)?;
        Ok(match form {
            FULL => Container::Full,
            GAPS => Container::Gaps(Gaps { len, end, bytes }),
            BITMAP => Container::Bitmap(bytes),
            _ => Container::Runs(Runs { end, bytes }),
        })
    }
}

impl Container<'_> {
    /// Calls `take` with every number; `end` is the chunk's length.
    fn for_each(self, end: u32, mut take: impl FnMut(u32)) -> Result<(), Error> {
        match self {
            Self::Empty => Ok(()),
            Self::Full => {
                (0..end).for_each(take);
                Ok(())
            }
            Self::Gaps(gaps) => gaps.for_each(take),
            Self::Runs(runs) => runs.for_each(|from, to| (from..to).for_each(&mut take)),
            Self::Bitmap(bytes) => {
                for (at, word) in words(bytes).enumerate() {
                    let mut word = word;
                    while word != 0 {
                        let number = at as u32 * 64 + word.trailing_zeros();
                        if number >= end {
                            return Err(WRONG);
                        }
                        take(number);
                        word &= word - 1;
                    }
                }
                Ok(())
            }
        }
    }
}

impl Gaps<'_> {
    /// Calls `take` with every number.
    #[inline]
    pub(crate) fn for_each(self, mut take: impl FnMut(u32)) -> Result<(), Error> {
        let mut bytes = self.bytes;
        let (mut next, mut left) = (0_u32, self.len);
        while left > 0 {
            if left >= GAPS_AT_ONCE
                && let Some((gaps, rest)) = short_gaps(bytes)
            {
                let sum: u32 = gaps.iter().map(|gap| u32::from(*gap)).sum();
                if next + sum + GAPS_AT_ONCE > self.end {
                    return Err(WRONG);
                }
                for gap in gaps {
                    take(next + u32::from(*gap));
                    next += u32::from(*gap) + 1;
                }
                (bytes, left) = (rest, left - GAPS_AT_ONCE);
                continue;
            }
            let gap = varint::read(&mut bytes).ok_or(WRONG)?;
            let number = next.saturating_add(gap);
            if number >= self.end {
                return Err(WRONG);
            }
            take(number);
            (next, left) = (number + 1, left - 1);
        }
        Ok(())
    }
}

/// The next few gaps, if each takes one byte, as most do.
#[inline]
fn short_gaps(bytes: &[u8]) -> Option<(&[u8; GAPS_AT_ONCE as usize], &[u8])> {
    let (gaps, rest) = bytes.split_first_chunk()?;
    (u64::from_le_bytes(*gaps) & LONGER == 0).then_some((gaps, rest))
}

impl Runs<'_> {
    /// Calls `take` with the start and end of every range.
    #[inline]
    pub(crate) fn for_each(self, mut take: impl FnMut(u32, u32)) -> Result<(), Error> {
        let mut bytes = self.bytes;
        let mut next = 0_u32;
        while !bytes.is_empty() {
            let skipped = varint::read(&mut bytes).ok_or(WRONG)?;
            let longer = varint::read(&mut bytes).ok_or(WRONG)?;
            let from = next.saturating_add(skipped);
            let last = from.saturating_add(longer);
            if last >= self.end {
                return Err(WRONG);
            }
            take(from, last + 1);
            next = last + 1;
        }
        Ok(())
    }
}

/// A bitmap, 64 documents at a time.
pub(crate) fn words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let (whole, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let last = (!rest.is_empty()).then(|| u64::from_le_bytes(last));
    whole.iter().map(|word| u64::from_le_bytes(*word)).chain(last)
}

/// How many chunks a file of `count` documents has.
pub(crate) fn chunk_count(count: u32) -> usize {
    count.div_ceil(CHUNK_LEN) as usize
}

/// How many documents a chunk of a file of `count` documents has.
pub(crate) fn chunk_len(count: u32, chunk: usize) -> u32 {
    count.saturating_sub(chunk as u32 * CHUNK_LEN).min(CHUNK_LEN)
}

const WRONG: Error = Error::Damaged("the documents of a term do not hold together");

#[cfg(test)]
mod tests;
