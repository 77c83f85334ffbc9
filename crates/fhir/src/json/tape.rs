//! A document as one flat list of nodes, in the order of its text.
use serde_json::Number;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Where a container ends while it is still being read: it holds everything after it, as whatever
/// ends after the last node does.
pub(super) const OPEN: u32 = u32::MAX;

/// One document. A node is named by its position; the root is 0.
#[derive(Debug, Default)]
pub struct Tape<'a> {
    nodes: Vec<Node<'a>>,
    /// Whether U+FFFE or U+FFFF stands somewhere in its text, not as an escape.
    pub(super) noncharacters: bool,
}

/// A value, and its name where it is a member of an object.
#[derive(Debug)]
struct Node<'a> {
    key: Option<Cow<'a, str>>,
    value: Value<'a>,
}

/// A JSON value; text is borrowed unless an escape had to be resolved.
#[derive(Debug)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, its escapes resolved.
    Text(Cow<'a, str>),
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
        Self { nodes: Vec::with_capacity(nodes), noncharacters: false }
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
    pub fn value(&self, at: usize) -> &Value<'a> {
        &self.nodes[at].value
    }

    /// The name of a member; of an item or the root it is empty.
    pub fn key(&self, at: usize) -> &str {
        self.nodes[at].key()
    }

    /// Whether the node is a member of an object.
    pub fn is_member(&self, at: usize) -> bool {
        self.nodes[at].key.is_some()
    }

    /// The text of a node that is a string.
    pub fn text(&self, at: usize) -> Option<&Cow<'a, str>> {
        match self.value(at) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Members of an object or items of an array; of anything else none.
    pub fn children(&self, at: usize) -> Children<'_, 'a> {
        Children { members: self.members(at) }
    }

    /// Members of an object or items of an array, each with its name and value.
    pub(crate) fn members(&self, at: usize) -> Members<'_, 'a> {
        self.between(at + 1, self.after(at))
    }

    fn between(&self, next: usize, end: usize) -> Members<'_, 'a> {
        Members { nodes: &self.nodes[..end], next }
    }

    /// Items of an array; anything else is its own only item.
    pub fn items(&self, at: usize) -> Children<'_, 'a> {
        match self.value(at) {
            Value::Array(_) => self.children(at),
            _ => Children { members: self.between(at, self.after(at)) },
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

    #[inline]
    pub(super) fn push(&mut self, key: Option<Cow<'a, str>>) -> usize {
        self.nodes.push(Node { key, value: Value::Null });
        self.nodes.len() - 1
    }

    #[inline]
    pub(super) fn add(&mut self, key: Option<Cow<'a, str>>, value: Value<'a>) -> usize {
        self.nodes.push(Node { key, value });
        self.nodes.len() - 1
    }

    pub(super) fn set(&mut self, at: usize, value: Value<'a>) {
        self.nodes[at].value = value;
    }

    pub(super) fn close(&mut self, at: usize, children: u32) {
        let span = Span { end: self.nodes.len() as u32, len: children };
        if let Value::Array(open) | Value::Object(open) = &mut self.nodes[at].value {
            *open = span;
        }
    }
}

impl Span {
    pub(super) const STARTED: Self = Self { end: OPEN, len: 0 };
}

impl<'a> Node<'a> {
    #[inline]
    fn key(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }

    /// The first node that is neither this one nor inside it, of so many in all.
    #[inline]
    fn after(&self, at: usize, len: usize) -> usize {
        match self.value {
            Value::Array(span) | Value::Object(span) => (span.end as usize).min(len),
            _ => at + 1,
        }
    }
}

/// Nodes directly inside a container.
#[derive(Debug)]
pub struct Children<'t, 'a> {
    members: Members<'t, 'a>,
}

impl Iterator for Children<'_, '_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        self.members.next().map(|(at, _, _)| at)
    }
}

/// Nodes directly inside a container, each with its name and value.
#[derive(Debug)]
pub(crate) struct Members<'t, 'a> {
    /// All until the container ends.
    nodes: &'t [Node<'a>],
    next: usize,
}

impl<'t, 'a> Iterator for Members<'t, 'a> {
    type Item = (usize, &'t str, &'t Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let at = self.next;
        let node = self.nodes.get(at)?;
        self.next = node.after(at, self.nodes.len());
        Some((at, node.key(), &node.value))
    }
}

/// A name as messages show it. What cannot be an element's name may be anything, a patient's name
/// too, and is not shown.
pub(crate) fn shown(key: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
    if (1..=64).contains(&key.len()) && key.bytes().all(plain) { key } else { "…" }
}
