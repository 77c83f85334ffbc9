//! A document as one flat list of nodes, in the order of its text.
use serde_json::Number;
use std::borrow::Cow;
use std::fmt::{self, Write as _};

mod member;

pub use member::Children;
pub(crate) use member::{Member, Members};

/// Where a container ends while it is still being read: it holds everything after it, as whatever
/// ends after the last node does.
pub(super) const OPEN: u32 = u32::MAX;

/// One document. A node is named by its position; the root is 0.
#[derive(Default)]
pub struct Tape<'a> {
    nodes: Vec<Node<'a>>,
    /// Texts in which an escape had to be resolved.
    resolved: Vec<String>,
    /// Names in which an escape had to be resolved, after the nodes that have them.
    names: Vec<(usize, Box<str>)>,
    /// Whether U+FFFE or U+FFFF stands somewhere in its text, not as an escape.
    pub(super) noncharacters: bool,
}

/// A value, and its name where it is a member of an object. Nothing in it has to be dropped.
#[derive(Debug)]
struct Node<'a> {
    /// Empty where it is one of [`Tape::names`].
    key: Option<&'a str>,
    value: Stored<'a>,
}

/// A value, without the texts that the tape itself owns.
#[derive(Debug)]
pub(super) enum Stored<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(&'a str),
    /// One of [`Tape::resolved`].
    Resolved(usize),
    Array(Span),
    Object(Span),
}

/// A JSON value.
#[derive(Copy, Clone, Debug)]
pub enum Value<'t> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(&'t Number),
    /// A string, its escapes resolved.
    Text(&'t str),
    /// `[…]`
    Array(Span),
    /// `{…}`
    Object(Span),
}

/// What a container holds: the nodes after it and before `end`.
#[derive(Copy, Clone, Debug)]
pub struct Span {
    end: u32,
    /// Direct children.
    pub len: u32,
}

impl<'a> Tape<'a> {
    pub(super) fn with_capacity(nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes), ..Self::default() }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node: of a document that was read there is always one.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether there is U+FFFE or U+FFFF in it, which JSON can hold and XML cannot, other than as
    /// an escape.
    pub(crate) fn has_noncharacters(&self) -> bool {
        self.noncharacters
    }

    /// The value of a node.
    #[inline]
    pub fn value(&self, at: usize) -> Value<'_> {
        self.shown(&self.nodes[at].value)
    }

    #[inline]
    fn shown<'t>(&'t self, value: &'t Stored<'a>) -> Value<'t> {
        match value {
            Stored::Null => Value::Null,
            Stored::Bool(value) => Value::Bool(*value),
            Stored::Number(number) => Value::Number(number),
            Stored::Text(text) => Value::Text(text),
            Stored::Resolved(text) => Value::Text(&self.resolved[*text]),
            Stored::Array(span) => Value::Array(*span),
            Stored::Object(span) => Value::Object(*span),
        }
    }

    /// The name of a member; of an item or the root it is empty.
    #[inline]
    pub fn key(&self, at: usize) -> &str {
        self.key_of(at, &self.nodes[at])
    }

    #[inline]
    fn key_of<'t>(&'t self, at: usize, node: &Node<'t>) -> &'t str {
        match node.key {
            Some("") => self.resolved_key(at),
            key => key.unwrap_or_default(),
        }
    }

    #[cold]
    fn resolved_key(&self, at: usize) -> &str {
        let found = self.names.binary_search_by_key(&at, |(node, _)| *node);
        found.map(|found| &*self.names[found].1).unwrap_or_default()
    }

    /// Whether the node is a member of an object.
    pub fn is_member(&self, at: usize) -> bool {
        self.nodes[at].key.is_some()
    }

    /// The text of a node that is a string.
    #[inline]
    pub fn text(&self, at: usize) -> Option<&str> {
        match self.value(at) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text in which an escape had to be resolved, for longer than there is the tape.
    #[cold]
    fn resolved_text(&self, text: usize) -> Option<Cow<'a, str>> {
        self.resolved.get(text).cloned().map(Cow::Owned)
    }

    /// Whether an escape had to be resolved in the text of a node: in no other there is a control
    /// character.
    #[inline]
    pub(crate) fn is_resolved(&self, at: usize) -> bool {
        !self.resolved.is_empty() && matches!(self.nodes[at].value, Stored::Resolved(_))
    }

    /// Members of an object or items of an array; of anything else none.
    pub fn children(&self, at: usize) -> Children<'_, 'a> {
        Children::of(self.members(at))
    }

    /// Members of an object or items of an array; of anything else none.
    pub(crate) fn members(&self, at: usize) -> Members<'_, 'a> {
        Members::between(self, at + 1, self.after(at))
    }

    /// The root, where there is one.
    pub(crate) fn root(&self) -> Option<Member<'_, 'a>> {
        Members::between(self, 0, self.len()).next()
    }

    /// Items of an array; anything else is its own only item.
    pub fn items(&self, at: usize) -> Children<'_, 'a> {
        match self.value(at) {
            Value::Array(_) => self.children(at),
            _ => Children::of(Members::between(self, at, self.after(at))),
        }
    }

    /// The member of an object with this name.
    pub fn member(&self, at: usize, name: &str) -> Option<usize> {
        self.children(at).find(|&child| self.key(child) == name)
    }

    /// The first node that is neither this one nor inside it.
    pub fn after(&self, at: usize) -> usize {
        self.nodes[at].after(at, self.nodes.len())
    }

    /// The element's name from the root, which is called `root`: `AuditEvent.agent[0].requestor`.
    /// Walks from the root: for errors, not for every node.
    pub fn path(&self, root: &str, target: usize) -> String {
        let mut path = root.to_owned();
        let mut at = 0;
        while at < target {
            let Some((position, child)) = self
                .children(at)
                .enumerate()
                .find(|&(_, child)| child <= target && target < self.after(child))
            else {
                break;
            };
            if self.is_member(child) {
                path.push('.');
                path.push_str(shown(self.key(child)));
            } else {
                write!(path, "[{position}]").expect("a String takes every text");
            }
            at = child;
        }
        path
    }

    /// Adds a node, and returns which it is.
    #[inline]
    pub(super) fn push(&mut self, key: Option<&'a str>, value: Stored<'a>) -> usize {
        self.nodes.push(Node { key, value });
        self.nodes.len() - 1
    }

    /// Adds a node with a name in which an escape had to be resolved.
    pub(super) fn push_resolved(&mut self, key: &str, value: Stored<'a>) -> usize {
        let at = self.push(Some(""), value);
        self.names.push((at, key.into()));
        at
    }

    /// Keeps a text in which an escape had to be resolved.
    pub(super) fn resolve(&mut self, text: String) -> Stored<'a> {
        self.resolved.push(text);
        Stored::Resolved(self.resolved.len() - 1)
    }

    #[inline]
    pub(super) fn set(&mut self, at: usize, value: Stored<'a>) {
        self.nodes[at].value = value;
    }

    pub(super) fn close(&mut self, at: usize, children: u32) {
        let span = Span { end: self.nodes.len() as u32, len: children };
        if let Stored::Array(open) | Stored::Object(open) = &mut self.nodes[at].value {
            *open = span;
        }
    }
}

/// What it says, wherever its texts are kept.
impl fmt::Debug for Tape<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |at| self.is_member(at).then(|| self.key(at));
        formatter
            .debug_list()
            .entries((0..self.len()).map(|at| (name(at), self.value(at))))
            .finish()
    }
}

impl Span {
    pub(super) const STARTED: Self = Self { end: OPEN, len: 0 };
}

impl Node<'_> {
    /// The first node that is neither this one nor inside it, of so many in all.
    #[inline]
    fn after(&self, at: usize, len: usize) -> usize {
        match self.value {
            Stored::Array(span) | Stored::Object(span) => (span.end as usize).min(len),
            _ => at + 1,
        }
    }
}

/// A name as messages show it. What cannot be an element's name may be anything, a patient's name
/// too, and is not shown.
pub(crate) fn shown(key: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
    if (1..=64).contains(&key.len()) && key.bytes().all(plain) { key } else { "…" }
}
