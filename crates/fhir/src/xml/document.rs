//! A document of XML as one flat list of elements, those of one name in one place chained together.
use crate::Release;
use crate::definition::{Kind, Type, UNKNOWN_ELEMENT, resource};
use crate::json::shown;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use super::hint::Hints;
use super::name::decoded;

/// An element is named by its position; the root is 0.
pub(super) struct Document<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    /// Of those that have any.
    attributes: Vec<Attributes<'a>>,
    /// How long it was as text.
    pub(super) bytes: usize,
    /// Whether there were comments, which DSTU2 keeps.
    pub(super) comments: bool,
    /// Whether there are names of other characters than FHIR's have.
    pub(super) odd_names: bool,
}

/// No element: none is before the root.
pub(super) const NONE: u32 = 0;

/// Attributes that few elements have.
#[derive(Default)]
pub(super) struct Attributes<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    /// Of extensions.
    pub(super) url: Option<Cow<'a, str>>,
}

/// An element, or a comment that is kept as one.
pub(super) struct Node<'a> {
    /// Without its prefix.
    pub(super) name: &'a str,
    pub(super) value: Option<Cow<'a, str>>,
    /// Where its other attributes stand, from 1.
    attributes: u32,
    /// Whether `value` is a `div` as it stands.
    pub(super) narrative: bool,
    /// What its JSON was.
    pub(super) hints: Hints,
    parent: u32,
    /// The first element inside.
    first: u32,
    /// The next one of the same name inside the same.
    next: u32,
    /// Of the first of its name: the last of its name so far, and the first of the next name.
    last: u32,
    other: u32,
}

impl<'a> Node<'a> {
    pub(super) fn new(name: &'a str) -> Self {
        let [attributes, parent, first, next, last, other] = [NONE; 6];
        let (value, narrative, hints) = (None, false, Hints::default());
        Self { name, value, attributes, narrative, hints, parent, first, next, last, other }
    }
}

/// An element that is still open.
pub(super) struct Open<'a> {
    pub(super) node: u32,
    /// The first of the latest new name inside.
    group: u32,
    /// How many names there are inside.
    names: usize,
    /// Bits of those names: where the one of a name is missing, that name is new.
    bits: u64,
    /// All of them, once there are many.
    all: Option<HashMap<&'a str, u32>>,
}

impl Open<'_> {
    pub(super) fn new(node: u32) -> Self {
        Self { node, group: NONE, names: 0, bits: 0, all: None }
    }
}

/// With more names than this in one element the next is looked for by hash, so that the work stays
/// linear whatever is sent.
const NAMES_COMPARED_MAX: usize = 32;

/// One bit of sixty-four for a name, by its length and its ends.
fn bit(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let [first, last] = [bytes.first(), bytes.last()].map(|end| usize::from(*end.unwrap_or(&0)));
    1 << ((first * 7 + last * 3 + bytes.len()) % 64)
}

impl<'a> Document<'a> {
    /// None of its elements yet, of a text of so many bytes.
    pub(super) fn with_capacity(nodes: usize, bytes: usize) -> Self {
        let nodes = Vec::with_capacity(nodes);
        Self { nodes, attributes: Vec::new(), bytes, comments: false, odd_names: false }
    }

    /// Other attributes of an element than its value, where it has any.
    pub(super) fn attributes(&self, at: u32) -> Option<&Attributes<'a>> {
        let position = self.node(at).attributes.checked_sub(1)?;
        Some(&self.attributes[position as usize])
    }

    pub(super) fn id(&self, at: u32) -> Option<&Cow<'a, str>> {
        self.attributes(at)?.id.as_ref()
    }

    /// Room for such attributes.
    pub(super) fn attributes_mut(&mut self, at: u32) -> &mut Attributes<'a> {
        if self.node(at).attributes == NONE {
            self.attributes.push(Attributes::default());
            self.node_mut(at).attributes = self.attributes.len() as u32;
        }
        let position = self.node(at).attributes - 1;
        &mut self.attributes[position as usize]
    }

    /// Adds an element inside an open one; returns its position.
    pub(super) fn add(&mut self, inside: &mut Open<'a>, mut node: Node<'a>) -> u32 {
        let at = self.nodes.len() as u32;
        let name = node.name;
        node.parent = inside.node;
        node.last = at;
        self.nodes.push(node);
        if let Some(group) = self.group_of(inside, name) {
            let last = std::mem::replace(&mut self.node_mut(group).last, at);
            self.node_mut(last).next = at;
            return at;
        }
        match inside.group {
            NONE => self.node_mut(inside.node).first = at,
            before => self.node_mut(before).other = at,
        }
        inside.group = at;
        inside.names += 1;
        inside.bits |= bit(name);
        if let Some(all) = &mut inside.all {
            all.insert(name, at);
        }
        at
    }

    /// The first element of this name inside an open one.
    fn group_of(&self, inside: &mut Open<'a>, name: &str) -> Option<u32> {
        if inside.group != NONE && self.node(inside.group).name == name {
            return Some(inside.group);
        }
        if inside.bits & bit(name) == 0 {
            return None;
        }
        if inside.names <= NAMES_COMPARED_MAX {
            return self.groups(inside.node).find(|&group| self.node(group).name == name);
        }
        let known = || self.groups(inside.node).map(|group| (self.node(group).name, group));
        inside.all.get_or_insert_with(|| known().collect()).get(name).copied()
    }

    pub(super) fn node(&self, at: u32) -> &Node<'a> {
        &self.nodes[at as usize]
    }

    fn node_mut(&mut self, at: u32) -> &mut Node<'a> {
        &mut self.nodes[at as usize]
    }

    /// The name of the element that holds one.
    pub(super) fn around(&self, at: u32) -> &'a str {
        self.node(self.node(at).parent).name
    }

    /// The first elements of each name inside an element.
    pub(super) fn groups(&self, at: u32) -> impl Iterator<Item = u32> {
        let some = |at: u32| (at != NONE).then_some(at);
        std::iter::successors(some(self.node(at).first), move |&at| some(self.node(at).other))
    }

    /// An element and those of its name after it.
    pub(super) fn items(&self, first: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(first), move |&at| {
            let next = self.node(at).next;
            (next != NONE).then_some(next)
        })
    }

    /// Whether it is the only one of its name, and a value alone.
    pub(super) fn is_plain(&self, first: u32) -> bool {
        let node = self.node(first);
        node.value.is_some() && node.attributes == NONE && node.first == NONE && node.next == NONE
    }

    /// Whether it is the only one of its name.
    pub(super) fn is_alone(&self, first: u32) -> bool {
        self.node(first).next == NONE
    }

    /// The element as `FHIRPath` with positions, as [`crate::json::Tape::path`] writes it. Walks
    /// from the root: for errors, not for every element.
    pub(super) fn path(&self, target: u32, release: Release) -> String {
        let mut steps = Vec::new();
        let mut at = target;
        while at != 0 {
            steps.push(at);
            at = self.node(at).parent;
        }
        let root = decoded(self.node(0).name);
        let mut path = shown(&root).to_owned();
        let mut definition: Option<&Type> = Some(resource(&root, release));
        for at in steps.into_iter().rev() {
            let name = decoded(self.node(at).name);
            // Between the holder of a resource and its elements there is only its type's name.
            let Some(known) = definition else {
                definition = Some(resource(&name, release));
                continue;
            };
            write!(path, ".{}", shown(&name)).expect("a String takes every text");
            let element = known.element(&name, release);
            let group = self
                .groups(self.node(at).parent)
                .find(|&group| self.node(group).name == self.node(at).name);
            let items = group.map(|group| self.items(group));
            let position = items.into_iter().flatten().position(|item| item == at).unwrap_or(0);
            if position > 0 || element.is_some_and(|element| element.many) {
                write!(path, "[{position}]").expect("a String takes every text");
            }
            definition = match element.map(|element| element.kind) {
                Some(Kind::Complex(inner)) => Some(inner),
                Some(Kind::Resource) => None,
                _ => Some(&UNKNOWN_ELEMENT),
            };
        }
        path
    }
}
