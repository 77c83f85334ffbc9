//! One object of the source, its elements by what they mean.
use super::document::Kind as Json;
use super::extension::DERIVED;
use super::object::Conversion;
use crate::definition::{Element, Slot, Type};

/// The names that lead to an element, without the element's own: of the source, of the target.
#[derive(Copy, Clone, Default)]
pub(super) struct Paths {
    pub(super) from: [&'static str; 2],
    pub(super) to: [&'static str; 2],
}

/// An element that is there: its value, and what stands beside it as `_name`.
#[derive(Copy, Clone)]
pub(super) struct Field {
    pub(super) element: &'static Element,
    pub(super) value: Option<usize>,
    pub(super) beside: Option<usize>,
}

impl Field {
    pub(super) fn nodes(&self) -> impl Iterator<Item = usize> {
        self.value.into_iter().chain(self.beside)
    }
}

/// One object of the source.
pub(super) struct Given {
    pub(super) fields: Vec<Field>,
    /// A bit for each meaning that an element has or had.
    seen: u64,
    /// Whether anything stands beside a value that may come later.
    has_beside: bool,
    /// The list of its extensions.
    pub(super) extensions: Option<usize>,
    /// Elements of the target that extensions carry, with those extensions.
    pub(super) carried: Vec<(&'static Element, usize)>,
    pub(super) paths: Paths,
}

impl Given {
    const fn new(fields: Vec<Field>, paths: Paths) -> Self {
        let carried = Vec::new();
        Self { fields, seen: 0, has_beside: false, extensions: None, carried, paths }
    }

    /// The element with this meaning.
    #[inline]
    pub(super) fn slot(&self, slot: Slot) -> Option<&Field> {
        if self.seen & bit(slot) == 0 {
            return None;
        }
        self.fields.iter().find(|field| field.element.slot == slot)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.element.name == name)
    }

    pub(super) fn of(&self, element: &Element) -> Option<&Field> {
        self.fields.iter().find(|field| std::ptr::eq(field.element, element))
    }

    pub(super) fn is_carried(&self, slot: Slot) -> bool {
        self.carried.iter().any(|(element, _)| element.slot == slot)
    }
}

const fn bit(slot: Slot) -> u64 {
    const { assert!(Slot::COUNT <= 64, "a bit for each") };
    1 << slot as u64
}

impl Conversion<'_> {
    /// The elements of an object.
    pub(super) fn gather(
        &self,
        at: usize,
        source: &'static Type,
        target: &'static Type,
        paths: Paths,
    ) -> Given {
        let mut given = self.nothing(paths);
        self.gather_into(&mut given, at, source);
        self.gather_carried(&mut given, [Some(target), None], paths);
        given
    }

    /// An object that nothing was gathered into yet.
    pub(super) fn nothing(&self, paths: Paths) -> Given {
        let spare = self.spare.borrow_mut().pop();
        Given::new(spare.unwrap_or_else(|| Vec::with_capacity(16)), paths)
    }

    /// Keeps the memory of an object for the next one.
    pub(super) fn done(&self, mut given: Given) {
        given.fields.clear();
        self.spare.borrow_mut().push(given.fields);
    }

    pub(super) fn gather_into(&self, given: &mut Given, at: usize, source: &'static Type) {
        let mut hint = 0;
        for child in self.document.children(at) {
            let key = self.document.key(child);
            if let Some((next, element)) = source.next_element(key, hint, self.from) {
                hint = next;
                self.add(given, element, child, false);
            } else if let Some(bare) = key.strip_prefix('_')
                && let Some((_, element)) = source.next_element(bare, 0, self.from)
                && element.is_primitive()
            {
                self.add(given, element, child, true);
            } else {
                self.piece(child);
            }
        }
        if self.has_ours && !self.sets_aside {
            given.fields.retain(|field| !self.is_derived(field));
        }
    }

    #[inline]
    fn add(&self, given: &mut Given, element: &'static Element, at: usize, is_beside: bool) {
        let (value, beside) = if is_beside { (None, Some(at)) } else { (Some(at), None) };
        let bit = bit(element.slot);
        let has_meaning = element.slot != Slot::None;
        // Names are unique.
        let may_be_there = is_beside || given.has_beside || has_meaning && given.seen & bit != 0;
        given.seen |= bit;
        given.has_beside |= is_beside;
        if !has_meaning && element.name == "extension" {
            given.extensions = value;
        }
        if !may_be_there {
            return given.fields.push(Field { element, value, beside });
        }
        let same = |field: &&mut Field| {
            std::ptr::eq(field.element, element)
                || has_meaning && field.element.slot == element.slot
        };
        match given.fields.iter_mut().find(same) {
            None => given.fields.push(Field { element, value, beside }),
            // Two types of one choice: there cannot be both.
            Some(field) if !std::ptr::eq(field.element, element) => self.piece(at),
            Some(field) if is_beside => field.beside = beside,
            Some(field) => field.value = value,
        }
    }

    /// Adds those elements of an object that have a meaning; the others are lost.
    pub(super) fn add_meanings(&self, given: &mut Given, inner: Given) {
        for field in &inner.fields {
            if field.element.slot == Slot::None {
                self.lose(field);
            } else {
                given.seen |= bit(field.element.slot);
                given.fields.push(*field);
            }
        }
        self.done(inner);
    }

    pub(super) fn gather_carried(
        &self,
        given: &mut Given,
        targets: [Option<&'static Type>; 2],
        paths: Paths,
    ) {
        if !self.has_ours || self.sets_aside {
            return;
        }
        for at in given.extensions.into_iter().flat_map(|at| self.document.children(at)) {
            let known = |(_, known): &(&'static Element, usize)| *known == at;
            if !given.carried.iter().any(known)
                && let Some(element) = self.carried(at, targets, paths)
            {
                given.carried.push((element, at));
            }
        }
    }

    /// Whether Kiln made an element up.
    fn is_derived(&self, field: &Field) -> bool {
        if field.element.many {
            return false;
        }
        field.nodes().any(|at| self.has_derived(at))
    }

    pub(super) fn has_derived(&self, at: usize) -> bool {
        self.has_ours
            && !self.sets_aside
            && self.document.kind(at) == Json::Object
            && self.document.member(at, "extension").is_some_and(|extensions| {
                let urls = self
                    .document
                    .children(extensions)
                    .filter_map(|extension| self.document.member(extension, "url"));
                urls.into_iter().any(|url| self.document.is_text(url, DERIVED))
            })
    }
}
