//! JSON that was accepted before, read once from its beginning to its end.
use super::{Document, Kind, Node};

/// So many bytes have one value, at least.
const BYTES_PER_NODE: usize = 20;

/// Deeper documents are not read: what was accepted is not as deep.
const DEPTH_MAX: usize = 256;

/// A document as far as it was read.
pub(super) struct Reader<'a> {
    document: Document<'a>,
    at: usize,
    /// Without any, a string ends at the next quotation mark.
    has_escapes: bool,
    /// The containers around, and whether each is an object.
    open: Vec<(u32, bool)>,
}

impl<'a> Reader<'a> {
    /// Reads the whole of it; none for what is no JSON.
    pub(super) fn document(json: &'a str) -> Option<Document<'a>> {
        let nodes = Vec::with_capacity(json.len() / BYTES_PER_NODE + 1);
        let document =
            Document { json, nodes, escaped_keys: false, has_urls: false, spaced: false };
        let has_escapes = memchr::memchr(b'\\', json.as_bytes()).is_some();
        let mut reader = Self { document, at: 0, has_escapes, open: Vec::with_capacity(16) };
        reader.read()?;
        Some(reader.document)
    }

    fn read(&mut self) -> Option<()> {
        let mut key = (0, 0);
        self.space();
        loop {
            let mut opened = self.value(key)?;
            // Closes what ends, and steps to the next value.
            loop {
                if self.open.is_empty() {
                    return Some(());
                }
                self.space();
                match self.byte()? {
                    b'}' | b']' => {
                        self.close();
                        opened = false;
                    }
                    b',' if !opened => {
                        self.at += 1;
                        self.space();
                        break;
                    }
                    _ if opened => break,
                    _ => return None,
                }
            }
            let in_object = self.open.last().is_some_and(|&(_, is_object)| is_object);
            key = if in_object { self.key()? } else { (0, 0) };
            self.space();
        }
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.document.json.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        if self.byte().is_some_and(|byte| byte <= b' ') {
            self.skip_space();
        }
    }

    #[cold]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
            self.document.spaced = true;
        }
    }

    /// Reads a value, of a container its beginning; whether it is one.
    #[inline]
    fn value(&mut self, key: (u32, u32)) -> Option<bool> {
        let start = self.at;
        let (kind, escaped) = match self.byte()? {
            b'"' => (Kind::Text, self.string()?),
            b'{' => (Kind::Object, false),
            b'[' => (Kind::Array, false),
            first => (self.scalar(first)?, false),
        };
        let nodes = &mut self.document.nodes;
        let after = nodes.len() as u32 + 1;
        let value = (start as u32, self.at as u32);
        nodes.push(Node { key, value, after, kind, escaped });
        let opened = matches!(kind, Kind::Object | Kind::Array);
        if opened {
            if self.open.len() == DEPTH_MAX {
                return None;
            }
            self.open.push((after - 1, kind == Kind::Object));
            self.at += 1;
        }
        Some(opened)
    }

    /// Steps over a string; whether it has escapes.
    #[inline]
    fn string(&mut self) -> Option<bool> {
        let bytes = self.document.json.as_bytes();
        if self.has_escapes {
            return self.string_with_escapes();
        }
        let start = self.at + 1;
        self.at = start + quotation_mark(bytes.get(start..)?)? + 1;
        Some(false)
    }

    fn string_with_escapes(&mut self) -> Option<bool> {
        let bytes = self.document.json.as_bytes();
        let (mut at, mut escaped) = (self.at + 1, false);
        loop {
            at += crate::json::plain(bytes.get(at..)?)? + 1;
            if bytes[at - 1] == b'"' {
                self.at = at;
                return Some(escaped);
            }
            escaped = true;
            at += 1;
        }
    }

    fn scalar(&mut self, first: u8) -> Option<Kind> {
        let kind = match first {
            b't' | b'f' => Kind::Bool,
            b'n' => Kind::Null,
            b'-' | b'0'..=b'9' => Kind::Number,
            _ => return None,
        };
        let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let rest = &self.document.json.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| inside(byte)).count();
        Some(kind)
    }

    /// Steps over a name and its colon; where it stands inside its quotes.
    #[inline]
    fn key(&mut self) -> Option<(u32, u32)> {
        if self.byte()? != b'"' {
            return None;
        }
        let start = self.at + 1;
        self.document.escaped_keys |= self.string()?;
        let end = self.at - 1;
        self.space();
        if self.byte()? != b':' {
            return None;
        }
        self.at += 1;
        self.document.has_urls |= &self.document.json.as_bytes()[start..end] == b"url";
        Some((start as u32, end as u32))
    }

    #[inline]
    fn close(&mut self) {
        self.at += 1;
        if let Some((open, _)) = self.open.pop() {
            let after = self.document.nodes.len() as u32;
            let node = &mut self.document.nodes[open as usize];
            node.after = after;
            node.value.1 = self.at as u32;
        }
    }
}

/// How many bytes stand before the first quotation mark. Strings are short: calling a library for
/// each takes longer than looking at eight bytes at once
/// (<https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>).
#[inline]
fn quotation_mark(text: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = ONES << 7;
    let mut rest = text;
    while let Some((chunk, after)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*chunk) ^ (ONES * u64::from(b'"'));
        let found = word.wrapping_sub(ONES) & !word & HIGHS;
        if found != 0 {
            return Some(text.len() - rest.len() + found.trailing_zeros() as usize / 8);
        }
        rest = after;
    }
    let at = rest.iter().position(|&byte| byte == b'"')?;
    Some(text.len() - rest.len() + at)
}
