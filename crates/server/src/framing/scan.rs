//! Where one request ends and the next begins, read as strictly as the standard has it.

/// Bytes of a line; hyper's own limits on heads are below it.
const LINE_BYTES_MAX: usize = 64 << 10;
/// Hex digits of a chunk's size.
const SIZE_DIGITS_MAX: usize = 15;

/// Reads requests as they come, one after the other.
#[derive(Debug, Default)]
pub(super) struct Scan {
    at: At,
    /// The line under way, without its end.
    line: Vec<u8>,
    head: Head,
}

/// Where the next byte stands.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
enum At {
    /// Before a request, or in its first line.
    #[default]
    First,
    /// In its fields.
    Fields,
    /// In its body, which has so many more bytes.
    Body(u64),
    /// In the line of a chunk's size.
    Size,
    /// In a chunk, which has so many more bytes.
    Chunk(u64),
    /// In the line end behind a chunk.
    ChunkEnd,
    /// In the fields behind the last chunk.
    Trailer,
    /// Nowhere: what came can be read in two ways.
    Broken,
}

/// What of the fields says how long the body is.
#[derive(Debug, Default)]
struct Head {
    length: Option<u64>,
    is_chunked: bool,
}

/// What could be read in two ways.
#[derive(Debug)]
struct Ambiguous;

impl Scan {
    /// Whether something came that could be read in two ways.
    pub(super) fn is_broken(&self) -> bool {
        self.at == At::Broken
    }

    /// Takes the next bytes; the position of the first that must not be read on, if there is one.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            match &mut self.at {
                At::Body(more) | At::Chunk(more) => {
                    let step = (*more).min((bytes.len() - at) as u64);
                    *more -= step;
                    at += step as usize;
                    self.after_data();
                }
                _ => {
                    at += self.plain(&bytes[at..]);
                    let Some(&byte) = bytes.get(at) else { break };
                    if self.byte(byte).is_err() {
                        self.at = At::Broken;
                        return Some(at);
                    }
                    at += 1;
                }
            }
        }
        None
    }

    fn after_data(&mut self) {
        match self.at {
            At::Body(0) => self.at = At::First,
            At::Chunk(0) => self.at = At::ChunkEnd,
            _ => {}
        }
    }

    /// Takes at once what of a line says nothing by itself, and tells how much that is.
    fn plain(&mut self, bytes: &[u8]) -> usize {
        let ends = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0);
        let more = bytes.iter().position(ends).unwrap_or(bytes.len());
        let fits = self.line.len() + more <= LINE_BYTES_MAX;
        if !fits || self.line.last() == Some(&b'\r') {
            return 0;
        }
        self.line.extend_from_slice(&bytes[..more]);
        more
    }

    /// A byte of a line. Lines end with CR LF, and with nothing else.
    fn byte(&mut self, byte: u8) -> Result<(), Ambiguous> {
        let ends = self.line.last() == Some(&b'\r');
        if byte == b'\n' && ends {
            self.line.pop();
            let line = std::mem::take(&mut self.line);
            let next = self.line_end(&line);
            self.line = line;
            self.line.clear();
            return next;
        }
        if byte == b'\n' || byte == 0 || ends || self.line.len() >= LINE_BYTES_MAX {
            return Err(Ambiguous);
        }
        self.line.push(byte);
        Ok(())
    }

    fn line_end(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        self.at = match (self.at, line) {
            // RFC 9112 §2.2: an empty line before a request is read over.
            (At::First | At::Trailer, b"") => At::First,
            (At::First, _) => {
                self.head = Head::default();
                At::Fields
            }
            (At::Fields, b"") => self.head.body()?,
            (At::Fields, line) => {
                self.head.field(line)?;
                At::Fields
            }
            (At::Size, line) => match size(line).ok_or(Ambiguous)? {
                0 => At::Trailer,
                more => At::Chunk(more),
            },
            (At::ChunkEnd, b"") => At::Size,
            (At::Trailer, line) if !is_folded(line) => At::Trailer,
            _ => return Err(Ambiguous),
        };
        Ok(())
    }
}

impl Head {
    fn field(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Ambiguous)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        // RFC 9112 §5.1, §5.2: nothing stands between a name and its colon, and no line is folded.
        if name.is_empty() || name.iter().any(u8::is_ascii_whitespace) {
            return Err(Ambiguous);
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            let length = decimal(value).ok_or(Ambiguous)?;
            return if self.length.replace(length).is_none() { Ok(()) } else { Err(Ambiguous) };
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let is_again = std::mem::replace(&mut self.is_chunked, true);
            let is_plain = value.eq_ignore_ascii_case(b"chunked");
            return if is_plain && !is_again { Ok(()) } else { Err(Ambiguous) };
        }
        Ok(())
    }

    /// Where the byte behind the head stands.
    fn body(&self) -> Result<At, Ambiguous> {
        match (self.length, self.is_chunked) {
            (Some(_), true) => Err(Ambiguous),
            (None, true) => Ok(At::Size),
            (None | Some(0), false) => Ok(At::First),
            (Some(length), false) => Ok(At::Body(length)),
        }
    }
}

fn is_folded(line: &[u8]) -> bool {
    line.first().is_some_and(u8::is_ascii_whitespace)
}

/// Digits, and nothing else (RFC 9110 §8.6).
fn decimal(text: &[u8]) -> Option<u64> {
    let is_plain = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(text).ok().filter(|_| is_plain)?.parse().ok()
}

/// Hex digits, and perhaps extensions (RFC 9112 §7.1).
fn size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next()?;
    let fits = (1..=SIZE_DIGITS_MAX).contains(&digits.len());
    let is_plain = fits && digits.iter().all(u8::is_ascii_hexdigit);
    u64::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| is_plain)?, 16).ok()
}

#[cfg(test)]
mod tests;
