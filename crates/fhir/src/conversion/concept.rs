//! Coding and `CodeableConcept`: one or many of one become one or many of the other.
use super::coding::Written;
use super::datatype::Except;
use super::derived::Made;
use super::document::Kind as Json;
use super::given::{Field, Given, Paths};
use super::object::{Conversion, Sink, item, name};
use super::systems::{System, Url};
use crate::definition::{CODEABLE_CONCEPT, CODING, Element, Kind, Slot, Type};

/// What an element holds of concepts.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Shape {
    Coding,
    Codings,
    Concept,
    Concepts,
}

fn shape(element: &Element) -> Option<Shape> {
    let Kind::Complex(definition) = element.kind else { return None };
    Some(match (std::ptr::eq(definition, &raw const CODING), element.many) {
        (true, false) => Shape::Coding,
        (true, true) => Shape::Codings,
        _ if !std::ptr::eq(definition, &raw const CODEABLE_CONCEPT) => return None,
        (false, false) => Shape::Concept,
        (false, true) => Shape::Concepts,
    })
}

impl Conversion<'_> {
    /// Writes a slot of concepts; where its shape in the target cannot say all of it, the source's
    /// own is carried beside. Whether an element was written.
    pub(super) fn concepts(
        &self,
        given: &Given,
        target: &'static Type,
        slot: Slot,
        known: &[System],
        sink: &mut Sink,
    ) -> bool {
        if given.carried.is_empty() && given.slot(slot).is_none() {
            return false;
        }
        let Some(element) = self.target(target, slot) else {
            self.plain(given, target, slot, sink);
            return false;
        };
        if self.uncarry(given, element, &mut sink.out) {
            return true;
        }
        let Some(field) = given.slot(slot) else { return false };
        let (Some(at), Some(from), Some(to)) = (field.value, shape(field.element), shape(element))
        else {
            self.lose(field);
            return false;
        };
        let (start, pieces) = (sink.out.len(), self.piece_count());
        name(&mut sink.out, element.name);
        let written = match to {
            Shape::Coding => self.to_coding(at, from, known, &mut sink.out),
            Shape::Codings => self.to_codings(at, from, known, &mut sink.out),
            Shape::Concept => self.to_concept(at, from, slot, known, &mut sink.out),
            Shape::Concepts => self.to_concepts(at, from, known, &mut sink.out),
        };
        if written == Written::Exact {
            return true;
        }
        // Carried whole, so what could not be written here is not missing.
        self.forget_pieces(pieces);
        if written == Written::Nothing {
            sink.out.truncate(start);
        }
        self.keep_besides(field, at, from, (given.paths, known), &mut sink.ext);
        written == Written::Part
    }

    /// Keeps the source's own of what is written in part.
    fn keep_besides(
        &self,
        field: &Field,
        at: usize,
        from: Shape,
        (paths, known): (Paths, &[System]),
        ext: &mut Vec<u8>,
    ) {
        let (mut wrong, mut unsure) = (false, false);
        for coding in self.codings(at, from) {
            match self.url(coding, known) {
                Url::Wrong => wrong = true,
                Url::Unsure => unsure = true,
                Url::Same | Url::Moved(_) => {}
            }
        }
        if self.returns && (wrong || unsure) {
            // It left as a piece, together with codings that only the other release knows, which
            // stand here as they were; the piece takes their place.
        } else if wrong {
            self.lose(field);
        } else {
            self.carry(field, paths, ext);
        }
    }

    fn to_coding(&self, at: usize, from: Shape, known: &[System], out: &mut Vec<u8>) -> Written {
        let mut codings = self.codings(at, from);
        let Some(first) = codings.next() else { return Written::Nothing };
        let fits = match from {
            Shape::Coding | Shape::Codings => true,
            Shape::Concept => self.has_only(at, &["coding"]),
            Shape::Concepts => {
                let mut concepts = self.document.children(at);
                concepts.next().is_some_and(|concept| self.has_only(concept, &["coding"]))
                    && concepts.next().is_none()
            }
        };
        let fits = fits && codings.next().is_none();
        self.coding(first, known, out).and(fits)
    }

    fn to_codings(&self, at: usize, from: Shape, known: &[System], out: &mut Vec<u8>) -> Written {
        let one_each = |concept: usize| {
            self.has_only(concept, &["coding"])
                && self.codings(concept, Shape::Concept).count() == 1
        };
        let fits = match from {
            Shape::Coding | Shape::Codings => true,
            Shape::Concept => self.has_only(at, &["coding"]),
            Shape::Concepts => self.document.children(at).all(one_each),
        };
        self.coding_list(at, from, known, out).and(fits)
    }

    fn to_concept(
        &self,
        at: usize,
        from: Shape,
        slot: Slot,
        known: &[System],
        out: &mut Vec<u8>,
    ) -> Written {
        match from {
            Shape::Concept => self.concept(at, known, out),
            Shape::Coding | Shape::Codings => self.concept_of_codings(at, from, known, out),
            Shape::Concepts => {
                let mut concepts = self.document.children(at);
                let Some(first) = concepts.next() else { return Written::Nothing };
                if concepts.next().is_none() {
                    self.concept(first, known, out)
                } else if slot == Slot::Subtype {
                    // All that says what happened is found by R5's `code`.
                    self.concept_of_codings(at, from, known, out).and(false)
                } else {
                    self.concept(first, known, out).and(false)
                }
            }
        }
    }

    fn concept_of_codings(
        &self,
        at: usize,
        from: Shape,
        known: &[System],
        out: &mut Vec<u8>,
    ) -> Written {
        out.extend_from_slice(b"{\"coding\":");
        let written = self.coding_list(at, from, known, out);
        out.push(b'}');
        written
    }

    fn to_concepts(&self, at: usize, from: Shape, known: &[System], out: &mut Vec<u8>) -> Written {
        out.push(b'[');
        let (start, mut all) = (out.len(), Written::Exact);
        for one in self.document.items(at) {
            let before = out.len();
            item(out);
            let written = if matches!(from, Shape::Coding | Shape::Codings) {
                self.concept_of_codings(one, Shape::Coding, known, out)
            } else {
                self.concept(one, known, out)
            };
            if written == Written::Nothing {
                out.truncate(before);
            }
            all = all.and(written == Written::Exact);
        }
        let nothing = out.len() == start;
        out.push(b']');
        if nothing { Written::Nothing } else { all }
    }

    /// A concept as it is, its codings with the URLs of the target.
    fn concept(&self, at: usize, known: &[System], out: &mut Vec<u8>) -> Written {
        if self.is_concept_as_it_is(at, known) {
            self.document.write(at, out);
            return Written::Exact;
        }
        let codings = self.document.member(at, "coding");
        let moves = codings.is_some_and(|codings| self.moves(codings, known));
        let except = Except { without: if moves { &["coding"] } else { &[] }, with: None };
        if !self.object(at, &CODEABLE_CONCEPT, except, out) && !moves {
            return Written::Nothing;
        }
        let Some(codings) = codings.filter(|_| moves) else { return Written::Exact };
        out.pop();
        name(out, "coding");
        let written = self.coding_list(codings, Shape::Codings, known, out);
        out.push(b'}');
        written
    }

    /// Whether any coding has a URL that is not the same in the target.
    fn moves(&self, codings: usize, known: &[System]) -> bool {
        let mut codings = self.document.items(codings);
        codings.any(|coding| !matches!(self.url(coding, known), Url::Same))
    }

    /// Whether a concept is nothing but a text and codings that are written as they are.
    pub(super) fn is_concept_as_it_is(&self, at: usize, known: &[System]) -> bool {
        let is_as_it_is = |coding: usize| {
            let parts = self.coding_parts(coding);
            parts.is_plain && matches!(self.url_of(&parts, known), Url::Same)
        };
        let is_plain = |member: usize| match self.document.key_bytes(member) {
            b"coding" => {
                let mut codings = self.document.children(member).peekable();
                self.document.kind(member) == Json::Array
                    && codings.peek().is_some()
                    && codings.all(is_as_it_is)
            }
            b"text" => true,
            _ => false,
        };
        let mut members = self.document.children(at).peekable();
        self.document.kind(at) == Json::Object && members.peek().is_some() && members.all(is_plain)
    }

    fn coding_list(&self, at: usize, from: Shape, known: &[System], out: &mut Vec<u8>) -> Written {
        out.push(b'[');
        let (start, mut all) = (out.len(), Written::Exact);
        for coding in self.codings(at, from) {
            let before = out.len();
            item(out);
            let written = self.coding(coding, known, out);
            if written == Written::Nothing {
                out.truncate(before);
            }
            all = all.and(written == Written::Exact);
        }
        let nothing = out.len() == start;
        out.push(b']');
        if nothing { Written::Nothing } else { all }
    }

    /// All codings of a field of this shape.
    fn codings(&self, at: usize, shape: Shape) -> impl Iterator<Item = usize> + '_ {
        let is_concept = matches!(shape, Shape::Concept | Shape::Concepts);
        self.document.items(at).flat_map(move |one| {
            let inner = if is_concept { self.document.member(one, "coding") } else { Some(one) };
            inner.into_iter().flat_map(|codings| self.document.items(codings))
        })
    }

    /// Makes up a mandatory concept from another one: the specific type of the general, or back.
    pub(super) fn derive_concept(
        &self,
        element: &Element,
        source: Option<&Field>,
        known: &[System],
        out: &mut Vec<u8>,
    ) {
        let at = source.and_then(|source| source.value);
        let from = source.and_then(|source| shape(source.element)).unwrap_or(Shape::Concept);
        let codings = at.into_iter().flat_map(|at| self.codings(at, from));
        let mut codings = codings.filter(|&coding| self.says_something(coding)).peekable();
        let text = at.and_then(|at| {
            let texts = self.document.items(at);
            texts.into_iter().find_map(|one| self.document.member(one, "text"))
        });
        name(out, element.name);
        out.push(b'{');
        let is_unknown = codings.peek().is_none() && text.is_none();
        if is_unknown { Made::Unknown } else { Made::Derived }.mark(out);
        if shape(element) == Some(Shape::Coding) {
            match codings.next() {
                Some(coding) => self.bare_coding(coding, known, out),
                None => self.bare(text, "display", out),
            }
            out.push(b'}');
            return;
        }
        if codings.peek().is_some() {
            name(out, "coding");
            out.push(b'[');
            for coding in codings {
                item(out);
                out.push(b'{');
                self.bare_coding(coding, known, out);
                out.push(b'}');
            }
            out.push(b']');
        }
        self.bare(text, "text", out);
        out.push(b'}');
    }
}
