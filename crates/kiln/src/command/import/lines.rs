//! Lines of a file in chunks: one allocation for many lines, none of them longer than a limit.
use bytes::Bytes;
use std::{
    io::{self, BufRead, BufReader, Read},
    ops::Range,
};

/// A chunk ends after the line that reaches this size, and at `LineLimits::chunk_lines_max`.
pub(crate) const CHUNK_BYTES: usize = 1 << 20;

/// Some lines of a file.
#[derive(Debug)]
pub(crate) struct Chunk {
    bytes: Bytes,
    lines: Vec<Line>,
    /// What was read for it, line ends and dropped bytes included.
    pub(crate) read_bytes: u64,
}

#[derive(Debug)]
struct Line {
    /// Counted from 1.
    number: u64,
    range: Range<usize>,
    too_long: bool,
}

/// A line, or that it is longer than a line may be.
pub(crate) type LineBody = Result<Bytes, TooLong>;

/// A line that was read and dropped.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

impl Chunk {
    /// The lines with their numbers. Nothing is copied.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u64, LineBody)> {
        self.lines.iter().map(|line| {
            let body =
                if line.too_long { Err(TooLong) } else { Ok(self.bytes.slice(line.range.clone())) };
            (line.number, body)
        })
    }
}

/// Reads a file line by line.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    number: u64,
    limits: LineLimits,
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
        Self { input: BufReader::with_capacity(256 << 10, input), number: 0, limits }
    }

    /// The next lines that are not blank; `None` at the end.
    pub(crate) fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        let mut bytes = Vec::with_capacity(CHUNK_BYTES + (64 << 10));
        let mut lines = Vec::new();
        let mut read_bytes = 0;
        while bytes.len() < CHUNK_BYTES && lines.len() < self.limits.chunk_lines_max {
            let start = bytes.len();
            let read = self.read_line(&mut bytes)?;
            if read == 0 {
                break;
            }
            read_bytes += read as u64;
            self.number += 1;
            let range = trim(&bytes, start);
            let too_long = range.len() > self.limits.line_bytes_max;
            if too_long {
                read_bytes += self.skip_line(&bytes)?;
                bytes.truncate(start);
            }
            if !range.is_empty() {
                let range = if too_long { start..start } else { range };
                lines.push(Line { number: self.number, range, too_long });
            }
        }
        let is_end = read_bytes == 0;
        Ok((!is_end).then(|| Chunk { bytes: Bytes::from(bytes), lines, read_bytes }))
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
