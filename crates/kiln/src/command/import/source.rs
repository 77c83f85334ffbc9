//! What is read: files as they are, and what gzip or zstd have made of them, told by their first
//! bytes and never by their names.
use flate2::bufread::MultiGzDecoder;
use indicatif::ProgressBar;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Chain, Cursor, Read},
    path::Path,
};
use zstd::stream::read::Decoder;

/// A zstd frame may want this much memory, 2^27 bytes, as `zstd -d` allows by itself; more is an
/// error (RFC 8878 §3.1.1.1.2).
const WINDOW_LOG_MAX: u32 = 27;
/// RFC 1952 §2.3.1.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// RFC 8878 §3.1.1, little-endian.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A frame that is skipped, as `pzstd` begins with (RFC 8878 §3.1.2): the last three bytes of the
/// magic number, whose first one's low half is free.
const SKIPPED: [u8; 3] = [0x2a, 0x4d, 0x18];
/// As much as is compressed at a time.
const BUFFER_BYTES: usize = 256 << 10;

/// The name that means stdin.
pub(super) fn is_stdin(file: &Path) -> bool {
    file == Path::new("-")
}

/// Opens what an operator names; `bar` counts the bytes that are read of it.
pub(super) fn open(file: &Path, bar: &ProgressBar) -> io::Result<Box<dyn Read>> {
    if is_stdin(file) {
        return plain(bar.wrap_read(io::stdin()));
    }
    #[expect(clippy::disallowed_methods, reason = "what the operator names is read here")]
    let file = File::open(file)?;
    plain(bar.wrap_read(file))
}

/// The text behind the bytes. Several gzip members, and several zstd frames, are one text.
fn plain(input: impl Read + 'static) -> io::Result<Box<dyn Read>> {
    let input = Peeked::new(input)?;
    if input.first.starts_with(&GZIP) {
        return Ok(Box::new(MultiGzDecoder::new(input.reader())));
    }
    if input.is_zstd() {
        let mut decoder = Decoder::with_buffer(input.reader())?;
        decoder.window_log_max(WINDOW_LOG_MAX)?;
        return Ok(Box::new(decoder));
    }
    Ok(Box::new(input.reader()))
}

/// An input and its first bytes, which are read once.
struct Peeked<R> {
    first: Vec<u8>,
    rest: R,
}

impl<R: Read> Peeked<R> {
    /// A pipe may give them one by one.
    fn new(mut rest: R) -> io::Result<Self> {
        let mut first = Vec::with_capacity(ZSTD.len());
        (&mut rest).take(ZSTD.len() as u64).read_to_end(&mut first)?;
        Ok(Self { first, rest })
    }

    fn is_zstd(&self) -> bool {
        let [half, rest @ ..] = &*self.first else { return false };
        self.first == ZSTD || (half >> 4 == 5 && *rest == SKIPPED)
    }

    fn reader(self) -> impl BufRead + use<R> {
        let all: Chain<Cursor<Vec<u8>>, R> = Cursor::new(self.first).chain(self.rest);
        BufReader::with_capacity(BUFFER_BYTES, all)
    }
}

#[cfg(test)]
mod tests;
