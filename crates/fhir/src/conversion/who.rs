//! Who and what: a reference that holds an identifier (since R4), or a reference and an identifier
//! side by side (before).
use super::datatype::Except;
use super::derived::Made;
use super::document::Kind as Json;
use super::given::{Field, Given};
use super::object::{Conversion, Sink, name};
use crate::Release;
use crate::definition::{Element, Kind, REFERENCE, Slot, Type};
use std::borrow::Cow;

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

/// What a reference's display has to do with the name beside it.
enum Label<'d> {
    Nothing,
    /// The target has no element for the name: it is shown as the display where there is none.
    ToShow(usize),
    /// The name that the target has is carried: a display that says the same was made from it.
    Shown(Cow<'d, str>),
}

/// Members of a reference.
#[derive(Copy, Clone, Default)]
struct Parts {
    identifier: Option<usize>,
    display: Option<usize>,
    display_beside: Option<usize>,
    /// Whether all of it is the same in both releases.
    is_plain: bool,
}

const DISPLAY: &[&str] = &["display", "_display"];

impl<'d> Conversion<'d> {
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
        let label = match label.and_then(|label| label.value) {
            Some(label) => Label::ToShow(label),
            None => self.carried_name(given).map_or(Label::Nothing, Label::Shown),
        };
        let pieces = self.piece_count();
        match (one, beside) {
            (one, Some(beside)) => {
                let split = if self.keeps_apart() {
                    self.split_to_split([reference, identifier], one, beside, sink)
                } else {
                    self.split(reference, one, beside, &label, sink)
                };
                if !split {
                    self.carry_both(given, [reference, identifier], pieces, sink);
                }
            }
            (Some(one), None) => {
                if !self.join([reference, identifier], one, &label, sink) {
                    self.carry_both(given, [reference, identifier], pieces, sink);
                }
            }
            (None, None) => {}
        }
        sink.out.len() > start
    }

    fn carried_name(&self, given: &Given) -> Option<Cow<'d, str>> {
        let is_name = |(element, _): &&(&Element, usize)| element.slot == Slot::Name;
        let (_, at) = given.carried.iter().find(is_name)?;
        self.document.member_text(*at, "valueString")
    }

    fn parts(&self, reference: usize) -> Parts {
        let is_same = [self.from, self.to].iter().all(|r| r.number() >= Release::R4.number());
        let is_object = self.document.kind(reference) == Json::Object;
        let mut parts = Parts { is_plain: is_same && is_object, ..Parts::default() };
        for member in self.document.children(reference) {
            let is_known = match self.document.key_bytes(member) {
                b"reference" => !self.document.raw(member).starts_with(b"\"#"),
                b"type" => true,
                b"display" => {
                    parts.display = Some(member);
                    true
                }
                b"_display" => {
                    parts.display_beside = Some(member);
                    false
                }
                b"identifier" => {
                    parts.identifier = Some(member);
                    false
                }
                _ => false,
            };
            parts.is_plain &= is_known;
        }
        parts
    }

    /// Whether Kiln made the display: it says what the name does that is carried beside. It was
    /// marked once.
    fn is_display_made(&self, parts: &Parts, label: &Label<'_>) -> bool {
        if let Some(beside) = parts.display_beside {
            return self.has_derived(beside);
        }
        match (label, parts.display) {
            (Label::Shown(name), Some(display)) => self.document.is_text(display, name),
            _ => false,
        }
    }

    /// Carries them whole, so what could not be written beside is not missing.
    fn carry_both(
        &self,
        given: &Given,
        fields: [Option<&Field>; 2],
        pieces: usize,
        sink: &mut Sink,
    ) {
        self.forget_pieces(pieces);
        for field in fields.into_iter().flatten() {
            self.carry(field, given.paths, &mut sink.ext);
        }
    }

    /// Whether the source keeps them side by side.
    pub(super) fn keeps_apart(&self) -> bool {
        self.from.number() < Release::R4.number()
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
        label: &Label<'_>,
        sink: &mut Sink,
    ) -> bool {
        let at = reference.and_then(|field| field.value);
        let parts = at.map(|at| self.parts(at)).unwrap_or_default();
        let (start, pieces) = (sink.out.len(), self.piece_count());
        let mut exact = true;
        let is_made = self.is_display_made(&parts, label);
        if let (Some(one), Some(at)) = (one, at) {
            name(&mut sink.out, one.name);
            let except = Except { without: without(true, is_made), with: None };
            if !self.object(at, &REFERENCE, except, &mut sink.out) {
                sink.out.truncate(start);
            }
        } else if let Some(at) = at {
            // Before R4 the source has an identifier only.
            exact = parts.identifier.is_some() && self.has_only(at, &["identifier", "type"]);
            if exact && let Some(at) = self.document.member(at, "type") {
                self.piece(at);
            }
        }
        let identifier = parts.identifier;
        let written = identifier.is_some_and(|id| self.write_identifier(id, beside, &mut sink.out));
        if !written && one.is_none() && !self.returns {
            self.derive_identifier(at, beside, &mut sink.out);
        }
        let is_all_made = |at: usize| is_made && self.has_only(at, DISPLAY);
        if let Some(at) = at.filter(|&at| sink.out.len() == start && !is_all_made(at)) {
            // On the way back it must not be made up around what is left of it.
            self.forget_pieces(pieces);
            self.piece(at);
        }
        exact
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
        let made = if text.is_some() { Made::Derived } else { Made::Unknown };
        made.mark(out);
        self.bare(text, "value", out);
        out.push(b'}');
    }

    /// A reference and an identifier become one reference; false where they must be carried, too.
    fn join(
        &self,
        fields: [Option<&Field>; 2],
        one: &Element,
        label: &Label<'_>,
        sink: &mut Sink,
    ) -> bool {
        let [reference, identifier] = fields.map(|field| field.and_then(|field| field.value));
        if reference.is_none() && identifier.is_none() {
            return true;
        }
        let out = &mut sink.out;
        let (start, pieces) = (out.len(), self.piece_count());
        let parts = reference.map(|at| self.parts(at)).unwrap_or_default();
        let is_made = self.is_display_made(&parts, label);
        name(out, one.name);
        out.push(b'{');
        match reference {
            Some(at) if parts.is_plain && !is_made => self.document.write_members(at, out),
            Some(at) => {
                let without = without(identifier.is_some(), is_made);
                self.members(at, &REFERENCE, Except { without, with: None }, out);
            }
            None => {}
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
        let written = out.last() != Some(&b'{');
        if let Label::ToShow(label) = label
            && written
        {
            let own = if is_made { Parts::default() } else { parts };
            self.show(*label, own, out);
        }
        out.push(b'}');
        if !written {
            out.truncate(start);
            self.forget_pieces(pieces);
            // Of a display that Kiln made nothing is lost.
            let is_all_made = is_made && reference.is_some_and(|at| self.has_only(at, DISPLAY));
            let lost = fields.into_iter().flatten().filter(|_| !is_all_made);
            lost.for_each(|field| self.lose(field));
            return true;
        }
        !self.keeps_apart() || parts.identifier.is_none()
    }

    /// Shows a name as the display of a reference that has none of its own.
    fn show(&self, label: usize, own: Parts, out: &mut Vec<u8>) {
        match (own.display, own.display_beside) {
            (None, None) => self.bare(Some(label), "display", out),
            // The way back takes it for one that was made from the name.
            (Some(display), _) if self.document.text(display) == self.document.text(label) => {
                self.piece(display);
            }
            _ => {}
        }
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
        if known { Made::Derived } else { Made::Unknown }.mark(out);
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

/// The members of a reference that are not written with it.
const fn without(identifier: bool, display: bool) -> &'static [&'static str] {
    match (identifier, display) {
        (true, true) => &["identifier", "display", "_display"],
        (true, false) => &["identifier"],
        (false, true) => DISPLAY,
        (false, false) => &[],
    }
}
