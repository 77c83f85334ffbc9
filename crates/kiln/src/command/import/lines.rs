//! Lines of a file in chunks: one allocation for many lines, none of them longer than a limit.
use bytes::Bytes;
use std::{
    io::{self, BufRead, BufReader, Read},
    ops::Range,
};

/// A chunk ends after the line that reaches this size, and at `LineLimits::chunk_lines_max`.
pub(crate) const CHUNK_BYTES: usize = 1 << 20;

/// Some lines of a file, without the blank ones.
#[derive(Debug)]
pub(crate) struct Chunk {
    begin: u64,
    bytes: Bytes,
    lines: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    number: u64,
    end: u64,
    range: Range<usize>,
    too_long: bool,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: u64,
    /// Where the next one begins, in bytes from the beginning of what is read.
    pub(crate) end: u64,
    /// Without the white space around it.
    pub(crate) body: Result<Bytes, TooLong>,
}

/// A line that was longer than a line may be: it was read and dropped.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

impl Chunk {
    /// Where it begins, in bytes from the beginning of what is read.
    pub(crate) fn begin(&self) -> u64 {
        self.begin
    }

    /// Nothing is copied.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line> {
        self.lines.iter().map(|place| {
            let Place { number, end, too_long, .. } = *place;
            let body =
                if too_long { Err(TooLong) } else { Ok(self.bytes.slice(place.range.clone())) };
            Line { number, end, body }
        })
    }

    /// The lines that begin here or later.
    pub(crate) fn behind(&self, offset: u64) -> Self {
        let lines = self.lines.iter().filter(|line| line.end > offset).cloned().collect();
        Self { begin: offset, bytes: self.bytes.clone(), lines }
    }
}

/// Reads a file line by line.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    /// Of the last line that was read.
    number: u64,
    /// Bytes that were read.
    end: u64,
    limits: LineLimits,
    /// Why nothing more can be read, until it is told.
    failed: Option<io::Error>,
}

/// How large lines and chunks may be.
#[derive(Copy, Clone, Debug)]
pub(crate) struct LineLimits {
    /// Bytes of one line.
    pub(crate) line_bytes_max: usize,
    /// Lines of one chunk, which is stored as one unit.
    pub(crate) chunk_lines_max: usize,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(input: R, limits: LineLimits) -> Self {
        let input = BufReader::with_capacity(256 << 10, input);
        Self { input, number: 0, end: 0, limits, failed: None }
    }

    /// The next lines that are not blank; `None` at the end. What was read before an error comes
    /// first, and a line that it cut off does not come.
    pub(crate) fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        let begin = self.end;
        let mut bytes = Vec::with_capacity(CHUNK_BYTES + (64 << 10));
        let mut lines = Vec::new();
        while self.failed.is_none()
            && bytes.len() < CHUNK_BYTES
            && lines.len() < self.limits.chunk_lines_max
        {
            match self.next_line(&mut bytes) {
                Ok(None) => break,
                Ok(Some(line)) if line.range.is_empty() && !line.too_long => {}
                Ok(Some(line)) => lines.push(line),
                Err(error) => self.failed = Some(error),
            }
        }
        if self.end > begin {
            return Ok(Some(Chunk { begin, bytes: Bytes::from(bytes), lines }));
        }
        self.failed.take().map_or(Ok(None), Err)
    }

    /// Reads one line behind the others; `None` at the end.
    fn next_line(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<Place>> {
        let start = bytes.len();
        let read = self.read_line(bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let mut range = trim(bytes, start);
        let too_long = range.len() > self.limits.line_bytes_max;
        let mut skipped = 0;
        if too_long {
            skipped = self.skip_line(bytes)?;
            bytes.truncate(start);
            range = start..start;
        }
        self.number += 1;
        self.end += read as u64 + skipped;
        Ok(Some(Place { number: self.number, end: self.end, range, too_long }))
    }

    /// Reads at most so much that a line which is too long shows.
    fn read_line(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        // The two more are a line's end, `\r\n`; the third shows that there is more.
        let limit = self.limits.line_bytes_max as u64 + 3;
        (&mut self.input).take(limit).read_until(b'\n', bytes)
    }

    /// Drops the rest of a line whose beginning was read.
    fn skip_line(&mut self, beginning: &[u8]) -> io::Result<u64> {
        let mut skipped = 0;
        let mut ended = beginning.ends_with(b"\n");
        while !ended {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let drop = end.map_or(buffer.len(), |end| end + 1);
            ended = end.is_some() || buffer.is_empty();
            self.input.consume(drop);
            skipped += drop as u64;
        }
        Ok(skipped)
    }
}

/// Without the line end and the white space around.
fn trim(bytes: &[u8], start: usize) -> Range<usize> {
    let line = &bytes[start..];
    let from = start + (line.len() - line.trim_ascii_start().len());
    from..from + line.trim_ascii().len()
}

#[cfg(test)]
mod tests;
