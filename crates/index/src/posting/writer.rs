//! Writes postings, each distinct one once.
use super::{BITMAP, CHUNK_LEN, FULL, GAPS, LIST_MAX, RUNS, chunk_count, chunk_len};
use crate::{hash::HashedMap, varint};
use siphasher::sip::SipHasher13;

/// Distinct postings that are remembered. A file of a million documents has fewer; of a larger one
/// those that come first are shared, and the others may be written twice.
const REMEMBERED_MAX: usize = 900_000;

/// Appends postings to one section.
///
/// Several terms of a record often have the very same documents (`Patient/1` and `1`; a reference
/// and its type): equal postings are written once and shared.
pub(crate) struct Writer {
    count: u32,
    /// Postings that were not taken yet.
    out: Vec<u8>,
    /// Bytes of those that were.
    taken: u64,
    containers: Vec<u8>,
    numbers: Vec<u32>,
    written: HashedMap<u32>,
    prints: Option<Prints>,
    is_shared: bool,
}

/// Tells postings that were taken from others of the same checksum.
struct Prints {
    hasher: SipHasher13,
    /// By what `written` has for its key.
    prints: HashedMap<u64>,
}

impl Writer {
    /// For a file of `count` documents.
    pub(crate) fn new(count: u32) -> Self {
        Self {
            count,
            out: Vec::new(),
            taken: 0,
            containers: Vec::new(),
            numbers: Vec::new(),
            written: HashedMap::default(),
            prints: None,
            is_shared: false,
        }
    }

    /// The same, with postings that are taken away as they come. `secret` is known to no sender,
    /// so that none can send records whose postings are taken for those of others.
    pub(crate) fn taken_from(count: u32, secret: u64) -> Self {
        let hasher = SipHasher13::new_with_keys(secret, !secret);
        Self { prints: Some(Prints { hasher, prints: HashedMap::default() }), ..Self::new(count) }
    }

    /// Takes away the postings so far; only from one that was made to be taken from.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.taken += self.out.len() as u64;
        std::mem::take(&mut self.out)
    }

    /// Bytes of all postings so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.taken + self.out.len() as u64
    }

    /// Bytes that were not taken.
    pub(crate) fn pending(&self) -> usize {
        self.out.len()
    }

    /// Whether a posting of the same documents as the last one will be found where that is.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
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

    /// Writes the posting of `len` documents, more than a list may have, that are bits of these
    /// words, clears them, and says where it lies.
    pub(crate) fn write_bits(&mut self, words: &mut [u64], len: u32) -> u32 {
        let start = self.out.len();
        varint::write(&mut self.out, 2 * len + 1);
        self.containers.clear();
        let mut numbers = std::mem::take(&mut self.numbers);
        for (chunk, words) in words.chunks_mut(CHUNK_LEN as usize / 64).enumerate() {
            let base = chunk as u32 * CHUNK_LEN;
            numbers.clear();
            drain_bits(words, base, &mut numbers);
            self.write_chunk(&numbers, base, chunk_len(self.count, chunk));
        }
        self.numbers = numbers;
        self.out.append(&mut self.containers);
        self.share(start)
    }

    fn is_list(&self, len: u32) -> bool {
        let bitmap = (self.count / 8) as usize;
        // Where a bitmap would be favoured, containers give it a chance; in files of a few
        // thousand their directory costs more to read than the list.
        let dense = self.count >= LISTS_ONLY_BELOW && BITMAP_FAVOUR * len as usize >= bitmap;
        len <= LIST_MAX && len != self.count && !dense
    }

    /// The section, but for postings that were taken.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Takes back what was written from `start` when it is there already.
    fn share(&mut self, start: usize) -> u32 {
        let at = (self.taken + start as u64) as u32;
        let (before, new) = self.out.split_at(start);
        // The map looks at the lowest bits for a place, so the checksum stands there.
        let check = (new.len() as u64) << 32 | u64::from(crc32c::crc32c(new));
        let hash = check.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.is_shared = false;
        if self.written.len() >= REMEMBERED_MAX && !self.written.contains_key(&hash) {
            return at;
        }
        let earlier = *self.written.entry(hash).or_insert(at);
        let same = match &mut self.prints {
            None => before.get(earlier as usize..).is_some_and(|bytes| bytes.starts_with(new)),
            Some(prints) => {
                let print = prints.hasher.hash(new);
                *prints.prints.entry(hash).or_insert(print) == print && earlier != at
            }
        };
        self.is_shared = same || earlier == at;
        if same {
            self.out.truncate(start);
            return earlier;
        }
        at
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

/// Appends the numbers of the bits, counted from `base`, and clears them.
pub(crate) fn drain_bits(words: &mut [u64], base: u32, out: &mut Vec<u32>) {
    for (at, word) in words.iter_mut().enumerate() {
        let mut rest = std::mem::take(word);
        while rest != 0 {
            out.push(base + at as u32 * 64 + rest.trailing_zeros());
            rest &= rest - 1;
        }
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
