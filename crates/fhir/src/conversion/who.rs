//! Who and what: a reference that holds an identifier (since R4), or a reference and an identifier
//! side by side (before).
use super::datatype::Except;
use super::derived::{DERIVED_MEMBER, UNKNOWN_MEMBER};
use super::given::{Field, Given};
use super::object::{Conversion, Sink, name};
use crate::definition::{Element, Kind, REFERENCE, Slot, Type};

/// The elements that say who.
#[derive(Copy, Clone)]
pub(super) struct Party {
    /// The reference.
    pub(super) one: Slot,
    /// The identifier beside it, before R4.
    pub(super) beside: Slot,
}

pub(super) const WHO: Party = Party { one: Slot::Who, beside: Slot::WhoIdentifier };
pub(super) const WHAT: Party = Party { one: Slot::What, beside: Slot::WhatIdentifier };
pub(super) const OBSERVER: Party = Party { one: Slot::Observer, beside: Slot::ObserverIdentifier };

impl Conversion<'_> {
    /// Writes who it is. `label` is the source's name of it, where the target has no element for
    /// one: it is shown as the reference's display. Whether anything was written.
    pub(super) fn party(
        &self,
        given: &Given,
        target: &'static Type,
        party: Party,
        label: Option<&Field>,
        sink: &mut Sink,
    ) -> bool {
        let start = sink.out.len();
        let one = self.target(target, party.one);
        let beside = self.target(target, party.beside);
        let carried = [one, beside].into_iter().flatten();
        let carried = carried.filter(|element| self.uncarry(given, element, &mut sink.out)).count();
        if carried > 0 {
            return true;
        }
        let reference = given.slot(party.one);
        let identifier = given.slot(party.beside);
        match (one, beside) {
            (one, Some(beside)) => {
                let split = if self.keeps_apart() {
                    self.split_to_split([reference, identifier], one, beside, sink)
                } else {
                    self.split(reference, one, beside, sink)
                };
                if !split {
                    self.carry_both(given, [reference, identifier], sink);
                }
            }
            (Some(one), None) => {
                let label = label.and_then(|label| label.value);
                if !self.join([reference, identifier], one, label, sink) {
                    self.carry_both(given, [reference, identifier], sink);
                }
            }
            (None, None) => {}
        }
        sink.out.len() > start
    }

    fn carry_both(&self, given: &Given, fields: [Option<&Field>; 2], sink: &mut Sink) {
        for field in fields.into_iter().flatten() {
            self.carry(field, given.paths, &mut sink.ext);
        }
    }

    /// Whether the source keeps them side by side.
    pub(super) fn keeps_apart(&self) -> bool {
        self.from.number() < crate::Release::R4.number()
    }

    fn split_to_split(
        &self,
        fields: [Option<&Field>; 2],
        one: Option<&Element>,
        beside: &Element,
        sink: &mut Sink,
    ) -> bool {
        for (field, element) in fields.into_iter().zip([one, Some(beside)]) {
            match (field, element) {
                (Some(field), Some(element)) => {
                    self.renamed(field, element.name, element, &mut sink.out);
                }
                (Some(field), None) => self.lose(field),
                (None, _) => {}
            }
        }
        true
    }

    /// One reference becomes a reference and an identifier; false where something is left that must
    /// be carried.
    fn split(
        &self,
        reference: Option<&Field>,
        one: Option<&Element>,
        beside: &Element,
        sink: &mut Sink,
    ) -> bool {
        let at = reference.and_then(|field| field.value);
        let identifier = at.and_then(|at| self.document.member(at, "identifier"));
        let (start, pieces) = (sink.out.len(), self.piece_count());
        let mut exact = true;
        if let (Some(one), Some(at)) = (one, at) {
            name(&mut sink.out, one.name);
            let without = self.without_derived(at, &["identifier", "display", "_display"]);
            let except = Except { without, with: None };
            if !self.object(at, &REFERENCE, except, &mut sink.out) {
                sink.out.truncate(start);
            }
        } else if let Some(at) = at {
            // Before R4 the source has an identifier only.
            exact = identifier.is_some() && self.has_only(at, &["identifier", "type"]);
            if exact && let Some(at) = self.document.member(at, "type") {
                self.piece(at);
            }
        }
        let written = identifier.is_some_and(|id| self.write_identifier(id, beside, &mut sink.out));
        if !written && one.is_none() && !self.returns {
            self.derive_identifier(at, beside, &mut sink.out);
        }
        if let Some(at) = at.filter(|_| sink.out.len() == start) {
            // On the way back it must not be made up around what is left of it.
            self.forget_pieces(pieces);
            self.piece(at);
        }
        exact
    }

    /// The identifier, and the display where Kiln made it up.
    fn without_derived(
        &self,
        at: usize,
        names: &'static [&'static str],
    ) -> &'static [&'static str] {
        let display = self.document.member(at, "_display");
        let is_derived = display.is_some_and(|display| self.has_derived(display));
        if is_derived { names } else { &names[..1] }
    }

    fn write_identifier(&self, at: usize, element: &Element, out: &mut Vec<u8>) -> bool {
        let (start, pieces) = (out.len(), self.piece_count());
        name(out, element.name);
        let written = self.value(at, element.kind, element.kind, out);
        if !written {
            out.truncate(start);
            self.forget_pieces(pieces);
            self.piece(at);
        }
        written
    }

    pub(super) fn derive_identifier(
        &self,
        at: Option<usize>,
        element: &Element,
        out: &mut Vec<u8>,
    ) {
        let text = at.and_then(|at| self.text_member(at, &["reference", "display"]));
        name(out, element.name);
        out.push(b'{');
        let mark = if text.is_some() { DERIVED_MEMBER } else { UNKNOWN_MEMBER };
        out.extend_from_slice(mark.as_bytes());
        self.bare(text, "value", out);
        out.push(b'}');
    }

    /// A reference and an identifier become one reference; false where they must be carried, too.
    fn join(
        &self,
        fields: [Option<&Field>; 2],
        one: &Element,
        label: Option<usize>,
        sink: &mut Sink,
    ) -> bool {
        let [reference, identifier] = fields.map(|field| field.and_then(|field| field.value));
        if reference.is_none() && identifier.is_none() {
            return true;
        }
        let out = &mut sink.out;
        let (start, pieces) = (out.len(), self.piece_count());
        let inner = reference.and_then(|at| self.document.member(at, "identifier"));
        name(out, one.name);
        out.push(b'{');
        let mut without: &[&str] = &[];
        if let Some(at) = reference {
            without = self.without_derived(at, &["identifier", "display", "_display"]);
            let keeps = identifier.is_none();
            let without = if keeps { &without[1..] } else { without };
            self.members(at, &REFERENCE, Except { without, with: None }, out);
        }
        if let Some(at) = identifier {
            let element = REFERENCE.element("identifier", self.to).map(|element| element.kind);
            let kind = element.unwrap_or(Kind::Opaque);
            let before = out.len();
            name(out, "identifier");
            if !self.value(at, kind, kind, out) {
                out.truncate(before);
                self.piece(at);
            }
        }
        let shown = |at: usize| {
            without.len() == 1
                && ["display", "_display"].iter().any(|n| self.document.member(at, n).is_some())
        };
        let written = out.last() != Some(&b'{');
        if let Some(label) = label.filter(|_| written && !reference.is_some_and(shown)) {
            self.derived_text(label, "display", out);
        }
        out.push(b'}');
        if !written {
            out.truncate(start);
            self.forget_pieces(pieces);
            fields.into_iter().flatten().for_each(|field| self.lose(field));
            return true;
        }
        let exact = !self.keeps_apart() || inner.is_none();
        if !exact {
            self.forget_pieces(pieces);
        }
        exact
    }

    /// Makes up who it was from its names, or says that it is not known.
    pub(super) fn derive_party(
        &self,
        element: &Element,
        label: Option<&Field>,
        id: Option<&Field>,
        out: &mut Vec<u8>,
    ) {
        let label = label.and_then(|field| field.value);
        let id = id.and_then(|field| field.value);
        let known = label.is_some() || id.is_some();
        name(out, element.name);
        out.push(b'{');
        out.extend_from_slice(if known { DERIVED_MEMBER } else { UNKNOWN_MEMBER }.as_bytes());
        if let Some(id) = id {
            name(out, "identifier");
            out.extend_from_slice(b"{\"value\":");
            self.document.write(id, out);
            out.push(b'}');
        }
        self.bare(label, "display", out);
        out.push(b'}');
    }
}
