//! Writes postings, each distinct one once.
use super::{BITMAP, CHUNK_LEN, FULL, GAPS, LIST_MAX, RUNS, chunk_count, chunk_len};
use crate::{hash::HashedMap, varint};

/// Appends postings to one section.
///
/// Several terms of a record often have the very same documents (`Patient/1` and `1`; a reference
/// and its type): equal postings are written once and shared.
pub(crate) struct Writer {
    count: u32,
    out: Vec<u8>,
    containers: Vec<u8>,
    written: HashedMap<u32>,
}

impl Writer {
    /// For a file of `count` documents.
    pub(crate) fn new(count: u32) -> Self {
        Self { count, out: Vec::new(), containers: Vec::new(), written: HashedMap::default() }
    }

    /// Writes the posting of these documents, ascending, and says where it lies.
    pub(crate) fn write(&mut self, documents: &[u32]) -> u32 {
        let start = self.out.len();
        let len = documents.len() as u32;
        if self.is_list(len) {
            varint::write(&mut self.out, 2 * len);
            write_gaps(&mut self.out, documents, 0);
        } else {
            varint::write(&mut self.out, 2 * len + 1);
            self.write_chunks(documents);
        }
        self.share(start)
    }

    fn is_list(&self, len: u32) -> bool {
        let bitmap = (self.count / 8) as usize;
        // Where a bitmap would be favoured, containers give it a chance; in files of a few
        // thousand their directory costs more to read than the list.
        let dense = self.count >= LISTS_ONLY_BELOW && BITMAP_FAVOUR * len as usize >= bitmap;
        len <= LIST_MAX && len != self.count && !dense
    }

    /// The section.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Takes back what was written from `start` when it is there already.
    fn share(&mut self, start: usize) -> u32 {
        let (before, new) = self.out.split_at(start);
        // The map looks at the lowest bits for a place, so the checksum stands there.
        let check = (new.len() as u64) << 32 | u64::from(crc32c::crc32c(new));
        let hash = check.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let earlier = *self.written.entry(hash).or_insert(start as u32);
        let same = before.get(earlier as usize..).is_some_and(|bytes| bytes.starts_with(new));
        if same {
            self.out.truncate(start);
            return earlier;
        }
        start as u32
    }

    fn write_chunks(&mut self, documents: &[u32]) {
        self.containers.clear();
        let mut rest = documents;
        for chunk in 0..chunk_count(self.count) {
            let base = chunk as u32 * CHUNK_LEN;
            let len = chunk_len(self.count, chunk);
            let (here, after) = rest.split_at(rest.partition_point(|d| *d < base + len));
            rest = after;
            self.write_chunk(here, base, len);
        }
        self.out.append(&mut self.containers);
    }

    fn write_chunk(&mut self, documents: &[u32], base: u32, chunk_len: u32) {
        let form = smallest(documents, base, chunk_len);
        varint::write(&mut self.out, 4 * documents.len() as u32 + form);
        let start = self.containers.len();
        match form {
            FULL => return,
            GAPS => write_gaps(&mut self.containers, documents, base),
            RUNS => write_runs(&mut self.containers, documents, base),
            _ => {
                self.containers.resize(start + chunk_len.div_ceil(8) as usize, 0);
                let bitmap = &mut self.containers[start..];
                for number in documents.iter().map(|document| document - base) {
                    bitmap[number as usize / 8] |= 1 << (number % 8);
                }
                return;
            }
        }
        varint::write(&mut self.out, (self.containers.len() - start) as u32);
    }
}

/// Files of fewer documents have lists alone, up to their limit.
const LISTS_ONLY_BELOW: u32 = 4096;

/// A bitmap may take so many times the bytes of the smallest form: it is read 64 documents at a
/// time, the others one by one.
const BITMAP_FAVOUR: usize = 8;

/// The form that a chunk's documents take.
fn smallest(documents: &[u32], base: u32, chunk_len: u32) -> u32 {
    if documents.is_empty() || documents.len() == chunk_len as usize {
        return FULL;
    }
    let bitmap = chunk_len.div_ceil(8) as usize;
    // A gap takes a byte at least and a run two, which often settles it.
    let breaks = documents.windows(2).filter(|pair| pair[0] + 1 != pair[1]).count();
    if bitmap <= BITMAP_FAVOUR * documents.len().min(2 * (breaks + 1)) {
        return BITMAP;
    }
    let (mut gaps, mut runs) = (0, 0);
    let (mut next, mut run) = (base, 0);
    for document in documents {
        let gap = document - next;
        gaps += varint::size(gap);
        if gap > 0 || run == 0 {
            runs += varint::size(gap) + if run > 0 { varint::size(run - 1) } else { 0 };
            run = 0;
        }
        run += 1;
        next = document + 1;
    }
    runs += varint::size(run - 1);
    match () {
        () if bitmap <= BITMAP_FAVOUR * gaps.min(runs) => BITMAP,
        () if runs < gaps => RUNS,
        () => GAPS,
    }
}

fn write_gaps(out: &mut Vec<u8>, documents: &[u32], base: u32) {
    let mut next = base;
    for document in documents {
        varint::write(out, document - next);
        next = document + 1;
    }
}

fn write_runs(out: &mut Vec<u8>, documents: &[u32], base: u32) {
    let mut next = base;
    let mut rest = documents;
    while let Some(&first) = rest.first() {
        let run = rest.iter().zip(first..).take_while(|(document, at)| **document == *at).count();
        varint::write(out, first - next);
        varint::write(out, run as u32 - 1);
        next = first + run as u32;
        rest = &rest[run..];
    }
}
