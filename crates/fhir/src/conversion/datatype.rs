//! Values of datatypes: copied member by member along both releases' tables, so that what the
//! target does not know is set aside.
use super::document::Kind as Json;
use super::given::Field;
use super::object::{Conversion, item, name};
use crate::Release;
use crate::definition::{
    CODEABLE_CONCEPT, CODING, EXTENSION, EXTENSIONS_ONLY, Element, Kind, META, REFERENCE, Slot,
    Type,
};

/// How an object differs from its source.
#[derive(Copy, Clone, Default)]
pub(super) struct Except<'e> {
    /// Members that are written elsewhere, or not at all.
    pub(super) without: &'e [&'static str],
    /// A member with another text.
    pub(super) with: Option<(&'static str, &'e str)>,
}

impl Conversion<'_> {
    /// Writes an element under a name; what of it cannot be there is set aside.
    pub(super) fn copy(&self, field: &Field, as_name: &str, kind: Kind, out: &mut Vec<u8>) {
        let many = field.element.many;
        if let (Some(at), None, Kind::Primitive(_), false) = (field.value, field.beside, kind, many)
        {
            name(out, as_name);
            return self.document.write(at, out);
        }
        let (start, pieces) = (out.len(), self.piece_count());
        let value = field.value.is_none_or(|at| {
            let write = |out: &mut Vec<u8>| {
                name(out, as_name);
                self.values(at, field.element.kind, kind, many, out)
            };
            self.or_piece(at, write, out)
        });
        let beside = field
            .beside
            .is_none_or(|at| self.or_piece(at, |out| self.besides(at, as_name, many, out), out));
        // Items of a list and what stands beside them go by their places.
        if many && field.beside.is_some() && !(value && beside) {
            out.truncate(start);
            self.forget_pieces(pieces);
            self.lose(field);
        }
    }

    /// Writes a node, or sets it aside whole; whether it was written.
    fn or_piece(
        &self,
        at: usize,
        write: impl FnOnce(&mut Vec<u8>) -> bool,
        out: &mut Vec<u8>,
    ) -> bool {
        let (start, pieces) = (out.len(), self.piece_count());
        let written = write(out);
        if !written {
            out.truncate(start);
            self.forget_pieces(pieces);
            self.piece(at);
        }
        written
    }

    /// A value, or all of a list; false where nothing of it can be written.
    fn values(&self, at: usize, from: Kind, to: Kind, many: bool, out: &mut Vec<u8>) -> bool {
        if !many {
            return self.value(at, from, to, out);
        }
        if self.document.kind(at) != Json::Array {
            return false;
        }
        out.push(b'[');
        let start = out.len();
        for child in self.document.children(at) {
            self.one_of(child, from, to, out);
        }
        let written = out.len() > start;
        out.push(b']');
        written
    }

    pub(super) fn one_of(&self, at: usize, from: Kind, to: Kind, out: &mut Vec<u8>) {
        let write = |out: &mut Vec<u8>| {
            item(out);
            self.value(at, from, to, out)
        };
        self.or_piece(at, write, out);
    }

    /// What stands beside a primitive; false where nothing of it can be written. Of a list it must
    /// keep its place, so it is there or not as one.
    fn besides(&self, at: usize, as_name: &str, many: bool, out: &mut Vec<u8>) -> bool {
        let pieces = self.piece_count();
        name(out, "_");
        out.truncate(out.len() - 2);
        out.extend_from_slice(as_name.as_bytes());
        out.extend_from_slice(b"\":");
        if !many {
            return self.beside(at, out);
        }
        out.push(b'[');
        let mut whole = true;
        for child in self.document.items(at) {
            item(out);
            if self.document.kind(child) == Json::Null {
                out.extend_from_slice(b"null");
            } else {
                whole &= self.beside(child, out);
            }
        }
        out.push(b']');
        whole && self.piece_count() == pieces
    }

    /// `_name` of one value; false where nothing of it can be written.
    pub(super) fn beside(&self, at: usize, out: &mut Vec<u8>) -> bool {
        let pieces = self.piece_count();
        let written = self.object(at, &EXTENSIONS_ONLY, Except::default(), out);
        if !written {
            self.forget_pieces(pieces);
        }
        written
    }

    /// Writes one value; false, and nothing but what the caller takes back, where it cannot be.
    pub(super) fn value(&self, at: usize, from: Kind, to: Kind, out: &mut Vec<u8>) -> bool {
        match (from, to) {
            (Kind::Complex(_), Kind::Complex(definition)) => {
                let is = |known: &'static Type| std::ptr::eq(definition, known);
                let parts = is(&CODING).then(|| self.coding_parts(at));
                if parts.is_some_and(|parts| self.is_coding_set_aside(&parts)) {
                    return false;
                }
                if parts.is_some_and(|parts| parts.is_plain)
                    || is(&CODEABLE_CONCEPT) && self.is_concept_as_it_is(at, &[])
                {
                    self.document.write(at, out);
                    return true;
                }
                self.object(at, definition, Except::default(), out)
            }
            (_, Kind::Code(codes)) => {
                let known = |text: &str| codes.contains(&text);
                let fits = self.document.text(at).is_none_or(|text| known(&text));
                if fits {
                    self.document.write(at, out);
                }
                fits
            }
            _ => {
                self.document.write(at, out);
                true
            }
        }
    }

    /// Writes an object of a datatype; false where it has no members.
    pub(super) fn object(
        &self,
        at: usize,
        definition: &'static Type,
        except: Except<'_>,
        out: &mut Vec<u8>,
    ) -> bool {
        if std::ptr::eq(definition, &raw const EXTENSION) {
            return self.extension(at, out);
        }
        if self.document.kind(at) != Json::Object {
            return false;
        }
        let pieces = self.piece_count();
        out.push(b'{');
        let mandatory = self.members(at, definition, except, out);
        let written = out.last() != Some(&b'{');
        out.push(b'}');
        // Without a part of it, the way back may find it incomplete.
        let is_whole = self.piece_count() == pieces || definition.needed(self.from) == 0;
        written && is_whole && mandatory >= definition.needed(self.to)
    }

    /// Writes the members of an object into one that is open; how many of them the target must
    /// have.
    pub(super) fn members(
        &self,
        at: usize,
        definition: &'static Type,
        except: Except<'_>,
        out: &mut Vec<u8>,
    ) -> usize {
        let is_whole = except.without.is_empty() && except.with.is_none();
        let is_object = self.document.kind(at) == Json::Object;
        if is_object && is_whole && self.is_plain(at, definition) {
            self.document.write_members(at, out);
            return 0;
        }
        let (mut hint, mut mandatory) = (0, 0);
        let needed = definition.needed(self.to) > 0;
        for child in self.document.children(at) {
            let key = self.document.key(child);
            if except.without.contains(&key) {
                continue;
            }
            let start = out.len();
            if let Some((next, element)) = definition.next_element(key, hint, self.from) {
                hint = next;
                match except.with {
                    Some((member, text)) if member == key => {
                        name(out, key);
                        crate::json::push_string(out, text);
                    }
                    _ => self.member_or_list(at, child, element, definition, out),
                }
            } else if !self.is_list_beside(at, key, definition)
                && !self.member_beside(child, key, definition, out)
            {
                self.piece(child);
            }
            // Only types that few extensions have know anything mandatory.
            if needed && out.len() > start && self.counts(at, key, definition) {
                mandatory += 1;
            }
        }
        mandatory
    }

    /// Whether an object has only members that are the same in both releases and mandatory in
    /// none, so that it is copied as it stands.
    fn is_plain(&self, at: usize, definition: &'static Type) -> bool {
        let mut members = self.document.children(at);
        let is = |known: &'static Type| std::ptr::eq(definition, known);
        if is(&META) {
            let known = |key| matches!(key, "profile" | "versionId" | "lastUpdated");
            return members.all(|member| known(self.document.key(member)));
        }
        let is_same = [self.from, self.to].iter().all(|r| r.number() >= Release::R4.number());
        let known = |member| match self.document.key(member) {
            "reference" => !self.document.raw(member).starts_with(b"\"#"),
            key => matches!(key, "display" | "type"),
        };
        is_same && is(&REFERENCE) && members.all(known)
    }

    /// A member; of a list of primitives together with what stands beside.
    fn member_or_list(
        &self,
        parent: usize,
        at: usize,
        element: &'static Element,
        definition: &'static Type,
        out: &mut Vec<u8>,
    ) {
        if !(element.many && element.is_primitive()) {
            return self.member(at, element, definition, out);
        }
        let beside = self.document.member(parent, &format!("_{}", element.name));
        let field = Field { element, value: Some(at), beside };
        let to = self.in_target(element, definition);
        match to.filter(|to| self.same_shape(element, to)) {
            Some(to) => self.copy(&field, to.name, to.kind, out),
            None => self.lose(&field),
        }
    }

    /// Whether a member stands beside a list that is there, and was written with it.
    fn is_list_beside(&self, parent: usize, key: &str, definition: &'static Type) -> bool {
        let element = key.strip_prefix('_').and_then(|bare| definition.element(bare, self.from));
        element.is_some_and(|element| {
            element.many
                && element.is_primitive()
                && self.document.member(parent, element.name).is_some()
        })
    }

    /// Whether a member is what the target must have; beside its value it does not count again.
    fn counts(&self, at: usize, key: &str, definition: &'static Type) -> bool {
        let bare = key.strip_prefix('_').filter(|bare| self.document.member(at, bare).is_none());
        let name = if key.starts_with('_') { bare } else { Some(key) };
        let element = name.and_then(|name| definition.element(name, self.to));
        element.is_some_and(Element::is_mandatory)
    }

    fn member(
        &self,
        at: usize,
        element: &'static Element,
        definition: &'static Type,
        out: &mut Vec<u8>,
    ) {
        let to = if self.is_dangling(at, element, definition) {
            None
        } else {
            self.in_target(element, definition)
        };
        let Some(to) = to.filter(|to| self.same_shape(element, to)) else {
            return self.piece(at);
        };
        let write = |out: &mut Vec<u8>| {
            name(out, element.name);
            self.values(at, element.kind, to.kind, element.many, out)
        };
        self.or_piece(at, write, out);
    }

    /// The element of the same name in the target, mostly the very same.
    fn in_target(
        &self,
        element: &'static Element,
        definition: &'static Type,
    ) -> Option<&'static Element> {
        if element.is_in(self.to) {
            return Some(element);
        }
        definition.element(element.name, self.to)
    }

    /// What is contained stays behind, so nothing can point to it.
    fn is_dangling(&self, at: usize, element: &Element, definition: &'static Type) -> bool {
        element.slot == Slot::Reference
            && std::ptr::eq(definition, &raw const REFERENCE)
            && self.document.raw(at).starts_with(b"\"#")
    }

    fn member_beside(
        &self,
        at: usize,
        key: &str,
        definition: &'static Type,
        out: &mut Vec<u8>,
    ) -> bool {
        let find = |release| {
            let element = definition.element(key.strip_prefix('_')?, release)?;
            element.is_primitive().then_some(element)
        };
        let (Some(from), Some(to)) = (find(self.from), find(self.to)) else { return false };
        if !self.same_shape(from, to) {
            return false;
        }
        self.or_piece(at, |out| self.besides(at, from.name, from.many, out), out);
        true
    }

    /// Writes an extension; false where its value is of a type that the target lacks, or where it
    /// must not be there.
    pub(super) fn extension(&self, at: usize, out: &mut Vec<u8>) -> bool {
        if self.document.kind(at) != Json::Object || self.is_set_aside(at) {
            return false;
        }
        let (start, pieces) = (out.len(), self.piece_count());
        out.push(b'{');
        let mut has_value = false;
        for child in self.document.children(at) {
            let (key, before) = (self.document.key(child), out.len());
            if let Some(element) = EXTENSION.element(key, self.from) {
                self.member(child, element, &EXTENSION, out);
            } else if !self.member_beside(child, key, &EXTENSION, out) {
                self.piece(child);
            }
            has_value |= !matches!(key, "id" | "url") && out.len() > before;
        }
        if has_value && self.document.member(at, "url").is_some() {
            out.push(b'}');
            return true;
        }
        out.truncate(start);
        self.forget_pieces(pieces);
        false
    }
}
