//! Reads a file once, from its front to its end.
use crate::disk::DiskFile;
use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
};

const CHUNK: u64 = 1 << 20;

/// A file that is read in large pieces, each byte once.
pub(super) struct Stream<'a> {
    file: &'a dyn DiskFile,
    len: u64,
    /// Where the buffer's first byte stands in the file.
    at: u64,
    buffer: Vec<u8>,
    /// Where in the buffer the next byte is.
    start: usize,
    /// Counts what was read.
    done: &'a AtomicU64,
}

impl<'a> Stream<'a> {
    pub(super) fn new(file: &'a dyn DiskFile, len: u64, done: &'a AtomicU64) -> Self {
        Self { file, len, at: 0, buffer: Vec::new(), start: 0, done }
    }

    /// Where the next byte stands.
    pub(super) fn position(&self) -> u64 {
        self.at + self.start as u64
    }

    /// How many bytes are left.
    pub(super) fn room(&self) -> u64 {
        self.len - self.position()
    }

    /// The next bytes: as many as asked, or as are left.
    pub(super) fn peek(&mut self, wanted: u64) -> io::Result<&[u8]> {
        let wanted = wanted.min(self.room()) as usize;
        let have = self.buffer.len() - self.start;
        if have < wanted {
            self.at = self.position();
            self.buffer.drain(..self.start);
            self.start = 0;
            let from = self.at + have as u64;
            let more = ((wanted - have) as u64).max(CHUNK).min(self.len - from);
            self.buffer.resize(have + more as usize, 0);
            self.file.read_exact_at(&mut self.buffer[have..], from)?;
            self.done.fetch_add(more, Ordering::Relaxed);
        }
        Ok(&self.buffer[self.start..self.start + wanted])
    }

    /// Goes on behind bytes that were peeked at.
    pub(super) fn skip(&mut self, bytes: u64) {
        self.start += bytes as usize;
    }
}
