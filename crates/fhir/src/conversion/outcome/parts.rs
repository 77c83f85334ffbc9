//! R5's outcome: a code and details, each of which is carried where it does not fit.
use super::super::derived::Made;
use super::super::document::Kind as Json;
use super::super::given::{Field, Given, Paths};
use super::super::object::{Conversion, Sink, name};
use super::{Form, Outcome, form};
use crate::definition::{CODEABLE_CONCEPT, Element, Kind, Slot};

impl Conversion<'_> {
    pub(super) fn to_parts(
        &self,
        given: &Given,
        outcome: &Outcome,
        from: Form,
        element: &Element,
        sink: &mut Sink,
    ) {
        let Kind::Complex(inner) = element.kind else { return };
        let whole = from == Form::Concept && outcome.codings.len() > 1;
        let (out, pieces) = (&mut sink.out, self.piece_count());
        name(out, element.name);
        out.push(b'{');
        if let Some(at) = outcome.element.filter(|_| !whole) {
            self.id_and_extensions(at, out);
        }
        let find = |slot| inner.elements(self.to).find(|element| element.slot == slot);
        let uncarried = |slot, out: &mut Vec<u8>| {
            find(slot).is_some_and(|element| self.uncarry(given, element, out))
        };
        if !uncarried(Slot::OutcomeCode, out) {
            name(out, "code");
            let start = out.len();
            let first = Outcome {
                code: outcome.code,
                codings: outcome.codings.iter().take(1).copied().collect(),
                ..Outcome::default()
            };
            self.codes(&first, out);
            if out.len() == start {
                out.push(b'{');
                Made::Unknown.mark(out);
                out.push(b'}');
            }
        }
        if !uncarried(Slot::OutcomeDetail, out) {
            self.outcome_details(outcome, out);
        }
        out.push(b'}');
        if let Some(field) = given.slot(Slot::Outcome).filter(|_| whole) {
            self.forget_pieces(pieces);
            self.carry(field, given.paths, &mut sink.ext);
        }
    }

    fn outcome_details(&self, outcome: &Outcome, out: &mut Vec<u8>) {
        let has_text = outcome.text.is_some() || outcome.text_beside.is_some();
        if !has_text && outcome.details.is_empty() {
            return;
        }
        let start = out.len();
        name(out, "detail");
        out.push(b'[');
        let list = out.len();
        if has_text {
            out.push(b'{');
            self.text(outcome.text, outcome.text_beside, out);
            if out.last() == Some(&b'{') {
                out.truncate(list);
            } else {
                out.push(b'}');
            }
        }
        for &detail in &outcome.details {
            if self.document.kind(detail) == Json::Object {
                let kind = Kind::Complex(&CODEABLE_CONCEPT);
                self.one_of(detail, kind, kind, out);
            }
        }
        if out.len() == list {
            out.truncate(start);
        } else {
            out.push(b']');
        }
    }

    /// Carries what of R5's outcome does not fit.
    pub(super) fn carry_parts(
        &self,
        given: &Given,
        outcome: &Outcome,
        codes_fit: bool,
        details_fit: bool,
        sink: &mut Sink,
    ) {
        let Some(field) = given.slot(Slot::Outcome) else { return };
        let Kind::Complex(inner) = field.element.kind else { return };
        let paths = Paths { from: [given.paths.from[0], "outcome"], ..given.paths };
        for (fits, slot, nodes) in [
            (codes_fit, Slot::OutcomeCode, &outcome.codings),
            (details_fit, Slot::OutcomeDetail, &outcome.details),
        ] {
            let Some(element) = inner.elements(self.from).find(|e| e.slot == slot) else {
                continue;
            };
            if fits {
                continue;
            }
            let (start, pieces) = (sink.ext.len(), self.piece_count());
            for &at in nodes {
                if slot == Slot::OutcomeCode && self.is_coding_set_aside(&self.coding_parts(at)) {
                    self.piece(at);
                    continue;
                }
                let field = Field { element, value: Some(at), beside: None };
                self.carry(&field, paths, &mut sink.ext);
            }
            let all = field.value.and_then(|at| self.document.member(at, element.name));
            if let Some(all) =
                all.filter(|_| slot == Slot::OutcomeDetail && self.piece_count() > pieces)
            {
                // An item would stand beside what its text becomes on the way back.
                sink.ext.truncate(start);
                self.forget_pieces(pieces);
                self.piece(all);
            }
        }
    }

    /// Only parts of an outcome are there, in extensions.
    pub(super) fn carried_parts(&self, given: &Given, element: &Element, sink: &mut Sink) {
        if form(element) == Form::Parts
            && (given.is_carried(Slot::OutcomeCode) || given.is_carried(Slot::OutcomeDetail))
        {
            self.to_parts(given, &Outcome::default(), Form::Code, element, sink);
        }
    }

    /// The first text of R5's details.
    pub(super) fn detail_text(&self, outcome: &Outcome) -> Option<usize> {
        outcome.details.iter().find_map(|&detail| {
            let own = self.text_member(detail, &["text"]);
            own.or_else(|| {
                let codings = self.document.member(detail, "coding")?;
                let mut codings = self.document.children(codings);
                codings.find_map(|coding| self.text_member(coding, &["display", "code"]))
            })
        })
    }
}
