//! A frame: one to four records, compressed together. The smallest piece that is read.
//!
//! ```text
//! cipher (1)          0: in the clear
//! [ key id (4) ‖ nonce (12) ]                       only when the cipher is not 0
//! records (1)         1 to 4
//! varint dictionary   0: none
//! varint first        log index of the first record
//! varint stored       length of what follows the header
//! varint raw          length of the bodies after decompression
//! CRC32C (4)          of the header before it and of what follows it
//! heads               one for each record (`record/encoding.rs`)
//! bodies              a zstd frame (RFC 8878) of the bodies, one after the other; it names no
//!                     dictionary itself and stands without its magic number (4 bytes)
//! ```
//!
//! `stored` counts heads and bodies: what a cipher would cover.
//!
//! A frame says where in the log it stands, so it can be read, and checked, alone: the location
//! that the index keeps of a record is the offset of its frame in the segment file.
use crate::{
    LogIndex,
    dictionary::Dictionaries,
    wire::{Malformed, Reader, put_varint},
};
use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};
use zstd::zstd_safe::{self, CCtx, DCtx};

/// Records in one frame at most: more would save few bytes and make a page of hits dearer.
pub(crate) const RECORDS_MAX: usize = 4;
/// A frame takes no further record once it holds this many bytes of bodies.
pub(crate) const BODY_BYTES_FULL: usize = 64 << 10;
/// No header is longer.
pub(crate) const HEADER_LEN_MAX: usize = 1 + 16 + 1 + 5 + 10 + 5 + 5 + 4;

const CIPHER_CLEAR: u8 = 0;
const LEVEL: i32 = 1;
/// What every zstd frame begins with (RFC 8878 §3.1.1).
const ZSTD_MAGIC: [u8; 4] = 0xfd2f_b528_u32.to_le_bytes();
/// Decompressors kept for reuse.
const IDLE_MAX: usize = 16;

/// What stands before the stored bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) records: u8,
    pub(crate) dictionary: u32,
    pub(crate) first: LogIndex,
    pub(crate) stored_len: usize,
    pub(crate) raw_len: usize,
    crc: u32,
    /// How long the header is, its CRC included.
    pub(crate) len: usize,
}

impl Header {
    /// Reads a header from the front of `bytes`.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != CIPHER_CLEAR {
            return Err(Malformed("a known cipher: unknown cipher"));
        }
        let records = reader.u8()?;
        if records == 0 || usize::from(records) > RECORDS_MAX {
            return Err(Malformed("1 to 4 records in a frame"));
        }
        let number = |n: u64| u32::try_from(n).map_err(|_e| Malformed("a number below 2^32"));
        let dictionary = number(reader.varint()?)?;
        let first = LogIndex(reader.varint()?);
        let stored_len = number(reader.varint()?)? as usize;
        let raw_len = number(reader.varint()?)? as usize;
        let crc = reader.u32()?;
        let len = reader.position();
        Ok(Self { records, dictionary, first, stored_len, raw_len, crc, len })
    }

    /// How long the whole frame is.
    pub(crate) fn frame_len(&self) -> usize {
        self.len + self.stored_len
    }

    /// Whether the frame (header and stored bytes) is what was written.
    pub(crate) fn check(&self, frame: &[u8]) -> Result<(), Malformed> {
        let head = crc32c::crc32c(&frame[..self.len - 4]);
        let crc = crc32c::crc32c_append(head, &frame[self.len..self.frame_len()]);
        if crc == self.crc { Ok(()) } else { Err(Malformed("the frame's checksum")) }
    }
}

/// Compresses frames; owned by the one who writes.
pub(crate) struct Writer {
    codec: Arc<Codec>,
    context: CCtx<'static>,
    compressed: Vec<u8>,
}

impl Writer {
    pub(crate) fn new(codec: Arc<Codec>) -> Self {
        Self { codec, context: CCtx::create(), compressed: Vec::new() }
    }

    /// Appends the frame of these records, the first of which stands at `first`.
    pub(crate) fn write(
        &mut self,
        first: LogIndex,
        records: usize,
        heads: &[u8],
        bodies: &[u8],
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let dictionary = self.compress(bodies)?;
        let compressed = self.compressed.strip_prefix(&ZSTD_MAGIC);
        let compressed = compressed.ok_or_else(|| io::Error::other("zstd wrote no zstd frame"))?;
        let start = out.len();
        out.extend([CIPHER_CLEAR, records as u8]);
        put_varint(out, u64::from(dictionary));
        put_varint(out, first.0);
        put_varint(out, (heads.len() + compressed.len()) as u64);
        put_varint(out, bodies.len() as u64);
        let crc = crc32c::crc32c(&out[start..]);
        let crc = crc32c::crc32c_append(crc, heads);
        let crc = crc32c::crc32c_append(crc, compressed);
        out.extend(crc.to_le_bytes());
        out.extend(heads);
        out.extend(compressed);
        Ok(())
    }

    /// Compresses into `self.compressed`; returns the dictionary's id.
    fn compress(&mut self, raw: &[u8]) -> io::Result<u32> {
        self.compressed.clear();
        self.compressed.reserve(zstd_safe::compress_bound(raw.len()));
        let (id, result) = match self.codec.dictionaries.newest() {
            Some((id, dictionary)) => {
                let to = &mut self.compressed;
                (id, self.context.compress_using_cdict(to, raw, dictionary))
            }
            None => (0, self.context.compress(&mut self.compressed, raw, LEVEL)),
        };
        result.map_err(|code| io::Error::other(zstd_safe::get_error_name(code)))?;
        Ok(id)
    }
}

/// The dictionaries and a few decompressors, shared by all readers.
pub(crate) struct Codec {
    dictionaries: Dictionaries,
    idle: Mutex<Vec<DCtx<'static>>>,
    /// A dictionary that a frame needed and that is not here; 0 is none.
    lost: AtomicU32,
}

impl Codec {
    pub(crate) fn new(dictionaries: Dictionaries) -> Self {
        Self { dictionaries, idle: Mutex::new(Vec::new()), lost: AtomicU32::new(0) }
    }

    /// The bodies of a frame that was checked, from what stands behind its heads.
    pub(crate) fn decompress(&self, header: &Header, stored: &[u8]) -> Result<Vec<u8>, Malformed> {
        let mut raw = Vec::with_capacity(header.raw_len);
        let stored = &[&ZSTD_MAGIC, stored].concat()[..];
        let mut context = self.idle().pop().unwrap_or_else(DCtx::create);
        let result = if header.dictionary == 0 {
            context.decompress(&mut raw, stored)
        } else {
            let known = self.dictionaries.get(header.dictionary);
            let known = known.ok_or_else(|| {
                self.lost.store(header.dictionary, Ordering::Relaxed);
                Malformed("a dictionary that is here")
            })?;
            context.decompress_using_ddict(&mut raw, stored, &known.decompress)
        };
        let mut idle = self.idle();
        if idle.len() < IDLE_MAX {
            idle.push(context);
        }
        drop(idle);
        if result.is_ok() && raw.len() == header.raw_len {
            return Ok(raw);
        }
        Err(Malformed("a frame that decompresses to its length"))
    }

    /// What frames are written with, as zstd takes it; empty where that is no dictionary.
    pub(crate) fn dictionary(&self) -> &[u8] {
        self.dictionaries.newest_bytes()
    }

    /// A dictionary without which frames could not be read, that were as they were written.
    pub(crate) fn lost(&self) -> Option<u32> {
        Some(self.lost.load(Ordering::Relaxed)).filter(|id| *id != 0)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<DCtx<'static>>> {
        // A decompressor starts afresh with each frame, so a panic elsewhere left nothing behind.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
