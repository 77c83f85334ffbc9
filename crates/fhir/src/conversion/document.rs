//! JSON that was accepted before, as a flat list of nodes over its bytes: nothing is unescaped and
//! no number is read, so what is copied keeps its digits and its escapes.
use std::borrow::Cow;

/// What a node is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

/// A value, and its name where it is a member of an object.
#[derive(Copy, Clone, Debug)]
struct Node {
    /// Inside the quotes; of an item of an array empty at 0.
    key: (u32, u32),
    value: (u32, u32),
    /// The first node that is neither this one nor inside it.
    after: u32,
    kind: Kind,
    escaped: bool,
}

/// One document. A node is named by its position; the root is 0.
#[derive(Debug)]
pub(super) struct Document<'a> {
    json: &'a str,
    nodes: Vec<Node>,
    /// Whether a name is written with escapes, so that it must be rewritten before it is compared.
    pub(super) escaped_keys: bool,
    /// Whether any member is called `url`, as every extension's is.
    pub(super) has_urls: bool,
    /// Whether there is white space between values.
    spaced: bool,
}

/// So many bytes have one value, at least.
const BYTES_PER_NODE: usize = 20;

/// Deeper documents are not read: what was accepted is not as deep.
const DEPTH_MAX: usize = 256;

impl<'a> Document<'a> {
    /// Reads it; none for what is no JSON, or larger than 32 bits can say.
    pub(super) fn read(json: &'a [u8]) -> Option<Self> {
        u32::try_from(json.len()).ok()?;
        let json = std::str::from_utf8(json).ok()?;
        let nodes = Vec::with_capacity(json.len() / BYTES_PER_NODE + 1);
        let document = Self { json, nodes, escaped_keys: false, has_urls: false, spaced: false };
        let has_escapes = memchr::memchr(b'\\', json.as_bytes()).is_some();
        let mut reader = Reader { document, at: 0, has_escapes, open: Vec::with_capacity(16) };
        reader.read()?;
        Some(reader.document)
    }

    #[inline]
    pub(super) fn kind(&self, at: usize) -> Kind {
        self.nodes[at].kind
    }

    /// The first node that is neither this one nor inside it.
    #[inline]
    pub(super) fn after(&self, at: usize) -> usize {
        self.nodes[at].after as usize
    }

    /// The name of a member as it is written; of an item or the root it is empty.
    #[inline]
    pub(super) fn key(&self, at: usize) -> &'a str {
        let (start, end) = self.nodes[at].key;
        &self.json[start as usize..end as usize]
    }

    /// The name of a member, to be compared only.
    #[inline]
    pub(super) fn key_bytes(&self, at: usize) -> &'a [u8] {
        let (start, end) = self.nodes[at].key;
        &self.json.as_bytes()[start as usize..end as usize]
    }

    /// Whether the node is a member of an object.
    pub(super) fn is_member(&self, at: usize) -> bool {
        self.nodes[at].key.0 > 0
    }

    /// A value as it is written.
    pub(super) fn raw(&self, at: usize) -> &'a [u8] {
        let (start, end) = self.nodes[at].value;
        &self.json.as_bytes()[start as usize..end as usize]
    }

    /// A string, its escapes resolved.
    pub(super) fn text(&self, at: usize) -> Option<Cow<'a, str>> {
        let node = &self.nodes[at];
        if node.kind != Kind::Text {
            return None;
        }
        if node.escaped {
            return serde_json::from_slice(self.raw(at)).ok().map(Cow::Owned);
        }
        let (start, end) = node.value;
        self.json.get(start as usize + 1..end as usize - 1).map(Cow::Borrowed)
    }

    /// Whether it is this string.
    pub(super) fn is_text(&self, at: usize, text: &str) -> bool {
        let node = &self.nodes[at];
        if node.escaped {
            return self.text(at).is_some_and(|own| own == text);
        }
        let raw = self.raw(at);
        node.kind == Kind::Text && raw.get(1..raw.len() - 1) == Some(text.as_bytes())
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Members of an object or items of an array; of anything else none.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let (mut next, end) = (at + 1, self.after(at));
        std::iter::from_fn(move || {
            let at = next;
            (at < end).then(|| {
                next = self.after(at);
                at
            })
        })
    }

    /// Items of an array; anything else is its own only item.
    pub(super) fn items(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let is_array = self.kind(at) == Kind::Array;
        let (mut next, end) = (if is_array { at + 1 } else { at }, self.after(at));
        std::iter::from_fn(move || {
            let at = next;
            (at < end).then(|| {
                next = self.after(at);
                at
            })
        })
    }

    #[inline]
    pub(super) fn member(&self, at: usize, name: &str) -> Option<usize> {
        self.children(at).find(|&child| self.key_bytes(child) == name.as_bytes())
    }

    /// The string that a member is.
    pub(super) fn member_text(&self, at: usize, name: &str) -> Option<Cow<'a, str>> {
        self.text(self.member(at, name)?)
    }

    /// Appends a value without white space.
    pub(super) fn write(&self, at: usize, out: &mut Vec<u8>) {
        if !self.spaced && !self.escaped_keys {
            return out.extend_from_slice(self.raw(at));
        }
        match self.kind(at) {
            Kind::Object => {
                out.push(b'{');
                for (position, child) in self.children(at).enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    self.write_key(child, out);
                    out.push(b':');
                    self.write(child, out);
                }
                out.push(b'}');
            }
            Kind::Array => {
                out.push(b'[');
                for (position, child) in self.children(at).enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    self.write(child, out);
                }
                out.push(b']');
            }
            _ => out.extend_from_slice(self.raw(at)),
        }
    }

    /// Appends the members of an object into one that was opened just now.
    pub(super) fn write_members(&self, at: usize, out: &mut Vec<u8>) {
        let open = out.pop();
        let start = out.len();
        self.write(at, out);
        debug_assert_eq!(open, out.get(start).copied());
        out.pop();
    }

    fn write_key(&self, at: usize, out: &mut Vec<u8>) {
        let (start, end) = self.nodes[at].key;
        let quoted = &self.json[start as usize - 1..=end as usize];
        match serde_json::from_str::<String>(quoted) {
            Ok(key) if self.escaped_keys => crate::json::push_string(out, &key),
            _ => out.extend_from_slice(quoted.as_bytes()),
        }
    }

    /// The names and positions that lead from the root to a node.
    pub(super) fn path(&self, target: usize) -> Vec<Step<'a>> {
        let (mut steps, mut at) = (Vec::new(), 0);
        while at < target {
            let found = (self.children(at).enumerate())
                .find(|&(_, child)| child <= target && target < self.after(child));
            let Some((position, child)) = found else { break };
            let member = self.is_member(child);
            steps.push(if member { Step::Member(self.key(child)) } else { Step::Item(position) });
            at = child;
        }
        steps
    }
}

/// From a container to what it holds.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

struct Reader<'a> {
    document: Document<'a>,
    at: usize,
    /// Without any, a string ends at the next quotation mark.
    has_escapes: bool,
    /// The containers around, and whether each is an object.
    open: Vec<(u32, bool)>,
}

impl Reader<'_> {
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
