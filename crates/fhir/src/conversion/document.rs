//! JSON that was accepted before, as a flat list of nodes over its bytes: nothing is unescaped and
//! no number is read, so what is copied keeps its digits and its escapes.
mod reader;

use reader::Reader;
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

impl<'a> Document<'a> {
    /// Reads it; none for what is no JSON, or larger than 32 bits can say.
    pub(super) fn read(json: &'a [u8]) -> Option<Self> {
        u32::try_from(json.len()).ok()?;
        let json = std::str::from_utf8(json).ok()?;
        Reader::document(json)
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
