//! Nodes directly inside an object or an array.
use super::{Node, Stored, Tape};
use std::borrow::Cow;

/// Nodes directly inside a container.
#[derive(Debug)]
pub struct Children<'t, 'a> {
    members: Members<'t, 'a>,
}

impl<'t, 'a> Children<'t, 'a> {
    pub(super) fn of(members: Members<'t, 'a>) -> Self {
        Self { members }
    }
}

impl Iterator for Children<'_, '_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        self.members.next().map(|member| member.at)
    }
}

/// Nodes directly inside a container.
#[derive(Debug)]
pub(crate) struct Members<'t, 'a> {
    tape: &'t Tape<'a>,
    /// All until the container ends.
    nodes: &'t [Node<'a>],
    next: usize,
}

impl<'t, 'a> Members<'t, 'a> {
    /// The first of these nodes, and those beside it before `end`.
    #[inline]
    pub(super) fn between(tape: &'t Tape<'a>, next: usize, end: usize) -> Self {
        Self { tape, nodes: &tape.nodes[..end], next }
    }
}

/// A node directly inside a container.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Member<'t, 'a> {
    tape: &'t Tape<'a>,
    node: &'t Node<'a>,
    pub(crate) at: usize,
}

impl<'t, 'a> Member<'t, 'a> {
    /// Its name; that of an item is empty.
    #[inline]
    pub(crate) fn key(self) -> &'t str {
        self.tape.key_of(self.at, self.node)
    }

    /// Its text, where it is a string.
    #[inline]
    pub(crate) fn text(self) -> Option<&'t str> {
        match &self.node.value {
            Stored::Text(text) => Some(text),
            Stored::Resolved(text) => Some(&self.tape.resolved[*text]),
            _ => None,
        }
    }

    /// Its text, where it is a string, for longer than there is the tape: borrowed from the
    /// document unless an escape had to be resolved.
    #[inline]
    pub(crate) fn lasting_text(self) -> Option<Cow<'a, str>> {
        match self.node.value {
            Stored::Text(text) => Some(Cow::Borrowed(text)),
            Stored::Resolved(text) => self.tape.resolved_text(text),
            _ => None,
        }
    }

    /// Its truth, where it is `true` or `false`.
    pub(crate) fn boolean(self) -> Option<bool> {
        match self.node.value {
            Stored::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Members of an object or items of an array; of anything else none.
    #[inline]
    pub(crate) fn members(self) -> Members<'t, 'a> {
        Members::between(self.tape, self.at + 1, self.node.after(self.at, self.tape.len()))
    }

    /// Items of an array; anything else is its own only item.
    #[inline]
    pub(crate) fn items(self) -> Members<'t, 'a> {
        let end = self.node.after(self.at, self.tape.len());
        let is_array = matches!(self.node.value, Stored::Array(_));
        Members::between(self.tape, self.at + usize::from(is_array), end)
    }

    /// How many [`Self::items`] there are.
    #[inline]
    pub(crate) fn items_count(self) -> usize {
        match self.node.value {
            Stored::Array(span) => span.len as usize,
            _ => 1,
        }
    }

    #[inline]
    pub(crate) fn is_object(self) -> bool {
        matches!(self.node.value, Stored::Object(_))
    }

    /// Whether it is an array that is not empty.
    #[inline]
    pub(crate) fn has_items(self) -> bool {
        matches!(self.node.value, Stored::Array(span) if span.len > 0)
    }
}

impl<'t, 'a> Iterator for Members<'t, 'a> {
    type Item = Member<'t, 'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let at = self.next;
        let node = self.nodes.get(at)?;
        self.next = node.after(at, self.nodes.len());
        Some(Member { tape: self.tape, node, at })
    }
}
