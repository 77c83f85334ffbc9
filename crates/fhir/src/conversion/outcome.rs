//! How it ended: a code and a text (up to R4B), a concept (the draft of R5), or a code and details
//! (R5). Ids and extensions of the outcome stay with the outcome in all of them.
mod parts;

use super::coding::Written;
use super::given::{Field, Given};
use super::object::{Conversion, Sink, item, name};
use crate::definition::{CODEABLE_CONCEPT, EXTENSIONS_ONLY, Element, Kind, Slot, Type};
use crate::event_outcome;

/// The system of 0, 4, 8 and 12, as 12 of the 13 examples of R5 have it.
const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/audit-event-outcome";
const SYSTEM_OLD: &str = "http://hl7.org/fhir/audit-event-outcome";

/// The target's or the source's form.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Form {
    Code,
    Concept,
    Parts,
}

/// What an outcome says, in nodes of the source.
#[derive(Default)]
struct Outcome {
    /// `0`, without a system.
    code: Option<usize>,
    codings: Vec<usize>,
    text: Option<usize>,
    text_beside: Option<usize>,
    details: Vec<usize>,
    /// What holds its id and its extensions.
    element: Option<usize>,
}

fn form(element: &Element) -> Form {
    match element.kind {
        Kind::Complex(inner) if inner.is_backbone() => Form::Parts,
        Kind::Complex(_) => Form::Concept,
        _ => Form::Code,
    }
}

impl Conversion<'_> {
    pub(super) fn outcome(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        let Some(element) = self.target(target, Slot::Outcome) else { return };
        let from = given.slot(Slot::Outcome).map(|field| form(field.element));
        let to = form(element);
        // Before R5 the text is a part of its own, of the same form in all.
        if self.uncarry(given, element, &mut sink.out) {
            return self.plain_text(given, target, from, sink);
        }
        let has_text = from.is_none() && given.slot(Slot::OutcomeDetail).is_some();
        let from = if has_text { Form::Code } else { from.unwrap_or(to) };
        let is_carried =
            [Slot::OutcomeCode, Slot::OutcomeDetail].iter().any(|&slot| given.is_carried(slot));
        if from == to && !(is_carried && from == Form::Parts) {
            self.plain(given, target, Slot::Outcome, sink);
            return self.plain(given, target, Slot::OutcomeDetail, sink);
        }
        let Some(outcome) = self.read(given, from) else {
            return self.carried_parts(given, element, sink);
        };
        match to {
            Form::Code => self.to_code(given, &outcome, from, target, sink),
            Form::Concept => self.to_one_concept(given, &outcome, from, element, sink),
            Form::Parts => self.to_parts(given, &outcome, from, element, sink),
        }
    }

    /// The text that was sent beside an outcome that is carried.
    fn plain_text(
        &self,
        given: &Given,
        target: &'static Type,
        from: Option<Form>,
        sink: &mut Sink,
    ) {
        if from.is_none_or(|form| form == Form::Code)
            && self.target(target, Slot::OutcomeDetail).is_some()
        {
            self.plain(given, target, Slot::OutcomeDetail, sink);
        }
    }

    fn read(&self, given: &Given, form: Form) -> Option<Outcome> {
        let field = given.slot(Slot::Outcome);
        let mut outcome = Outcome::default();
        match form {
            Form::Code => {
                let text = given.slot(Slot::OutcomeDetail);
                field.or(text)?;
                outcome.code = field.and_then(|field| field.value);
                outcome.element = field.and_then(|field| field.beside);
                outcome.text = text.and_then(|text| text.value);
                outcome.text_beside = text.and_then(|text| text.beside);
            }
            Form::Concept => {
                let at = field?.value?;
                let codings = self.document.member(at, "coding");
                outcome.codings.extend(codings.into_iter().flat_map(|c| self.document.children(c)));
                outcome.text = self.document.member(at, "text");
                outcome.text_beside = self.document.member(at, "_text");
                outcome.element = Some(at);
            }
            Form::Parts => {
                let at = field?.value?;
                let code = self.document.member(at, "code");
                outcome.codings.extend(code.filter(|&code| !self.has_derived(code)));
                let details = self.document.member(at, "detail");
                outcome.details.extend(details.into_iter().flat_map(|d| self.document.children(d)));
                outcome.element = Some(at);
            }
        }
        if let Some(at) = outcome.element {
            self.lose_others(at, form);
        }
        Some(outcome)
    }

    /// What an outcome's element has that no other form has a place for.
    fn lose_others(&self, at: usize, form: Form) {
        let known: &[&str] = match form {
            Form::Code => &[],
            Form::Concept => &["coding", "text", "_text"],
            Form::Parts => &["code", "detail"],
        };
        for member in self.document.children(at) {
            let key = self.document.key(member);
            if !matches!(key, "id" | "extension") && !known.contains(&key) {
                self.piece(member);
            }
        }
    }

    fn to_code(
        &self,
        given: &Given,
        outcome: &Outcome,
        from: Form,
        target: &'static Type,
        sink: &mut Sink,
    ) {
        let code = outcome.codings.iter().find_map(|&coding| self.code_of(coding));
        let is_exact = |&coding: &usize| {
            self.has_only(coding, &["system", "code"])
                && self.is_member_text(coding, "system", SYSTEM)
                && self.code_of(coding).is_some()
        };
        let codes_fit = outcome.codings.len() < 2 && outcome.codings.iter().all(is_exact);
        let text_of = |at: usize| {
            (self.has_only(at, &["text", "_text"]))
                .then(|| ["text", "_text"].map(|name| self.document.member(at, name)))
        };
        let [mut text, mut text_beside] = [outcome.text, outcome.text_beside];
        let mut details_fit = true;
        if from == Form::Parts {
            let only = (outcome.details.len() == 1).then(|| text_of(outcome.details[0])).flatten();
            details_fit = only.is_some() || outcome.details.is_empty();
            [text, text_beside] = only.unwrap_or([self.detail_text(outcome), None]);
        }
        let whole = from == Form::Concept && !codes_fit;
        if let Some(code) = code {
            name(&mut sink.out, "outcome");
            crate::json::push_string(&mut sink.out, code);
        }
        if let Some(at) = outcome.element.filter(|_| !whole) {
            self.element_of(at, "_outcome", &mut sink.out);
        }
        if let Some(element) = self.target(target, Slot::OutcomeDetail) {
            let source = CODEABLE_CONCEPT.element("text", self.from);
            let beside = text_beside.filter(|_| !whole);
            if let Some(source) = source.filter(|_| text.is_some() || beside.is_some()) {
                let field = Field { element: source, value: text, beside };
                self.copy(&field, element.name, element.kind, &mut sink.out);
            }
        }
        if whole {
            if let Some(field) = given.slot(Slot::Outcome) {
                self.carry(field, given.paths, &mut sink.ext);
            }
            return;
        }
        self.carry_parts(given, outcome, codes_fit, details_fit, sink);
    }

    /// 0, 4, 8 or 12, of its own system or of the severities that R5 binds it to.
    fn code_of(&self, coding: usize) -> Option<&'static str> {
        let system = self.document.member_text(coding, "system");
        let code = self.document.member_text(coding, "code")?;
        match system.as_deref() {
            None | Some(SYSTEM | SYSTEM_OLD) => {
                event_outcome::NUMBERS.into_iter().find(|known| *known == code)
            }
            Some(event_outcome::SEVERITY_SYSTEM) => event_outcome::number_of(&code),
            _ => None,
        }
    }

    fn is_member_text(&self, at: usize, member: &str, text: &str) -> bool {
        self.document.member(at, member).is_some_and(|at| self.document.is_text(at, text))
    }

    /// Id and extensions of an outcome as those of a primitive.
    fn element_of(&self, at: usize, as_name: &str, out: &mut Vec<u8>) {
        let start = out.len();
        name(out, as_name);
        out.push(b'{');
        self.id_and_extensions(at, out);
        if out.last() == Some(&b'{') {
            out.truncate(start);
        } else {
            out.push(b'}');
        }
    }

    fn id_and_extensions(&self, at: usize, out: &mut Vec<u8>) {
        for member in ["id", "extension"] {
            let element = EXTENSIONS_ONLY.element(member, self.from);
            if let (Some(node), Some(element)) = (self.document.member(at, member), element) {
                let field = Field { element, value: Some(node), beside: None };
                self.copy(&field, member, element.kind, out);
            }
        }
    }

    fn to_one_concept(
        &self,
        given: &Given,
        outcome: &Outcome,
        from: Form,
        element: &Element,
        sink: &mut Sink,
    ) {
        let out = &mut sink.out;
        let start = out.len();
        name(out, element.name);
        out.push(b'{');
        if let Some(at) = outcome.element {
            self.id_and_extensions(at, out);
        }
        if outcome.code.is_some() || !outcome.codings.is_empty() {
            let start = out.len();
            name(out, "coding");
            out.push(b'[');
            let list = out.len();
            self.codes(outcome, out);
            if out.len() == list {
                out.truncate(start);
            } else {
                out.push(b']');
            }
        }
        let mut fits = true;
        let [mut text, mut beside] = [outcome.text, outcome.text_beside];
        if from == Form::Parts {
            let only = outcome.details.first().filter(|_| outcome.details.len() == 1);
            let only = only.filter(|&&at| self.has_only(at, &["text", "_text"]));
            fits = only.is_some() || outcome.details.is_empty();
            text = only.and_then(|&at| self.document.member(at, "text"));
            beside = only.and_then(|&at| self.document.member(at, "_text"));
            text = text.or_else(|| self.detail_text(outcome).filter(|_| !fits));
        }
        self.text(text, beside, out);
        if out.last() == Some(&b'{') {
            out.truncate(start);
        } else {
            out.push(b'}');
        }
        if from == Form::Parts {
            self.carry_parts(given, outcome, true, fits, sink);
        }
    }

    fn text(&self, text: Option<usize>, beside: Option<usize>, out: &mut Vec<u8>) {
        let source = CODEABLE_CONCEPT.element("text", self.from);
        if let Some(element) = source.filter(|_| text.is_some() || beside.is_some()) {
            let field = Field { element, value: text, beside };
            self.copy(&field, "text", element.kind, out);
        }
    }

    /// Its code as a Coding, or its codings.
    fn codes(&self, outcome: &Outcome, out: &mut Vec<u8>) {
        if let Some(code) = outcome.code {
            out.extend_from_slice(b"{\"system\":\"");
            out.extend_from_slice(SYSTEM.as_bytes());
            out.extend_from_slice(b"\",\"code\":");
            self.document.write(code, out);
            out.push(b'}');
        }
        for &coding in &outcome.codings {
            let (start, pieces) = (out.len(), self.piece_count());
            item(out);
            if self.coding(coding, &[], out) != Written::Exact {
                out.truncate(start);
                self.forget_pieces(pieces);
                self.piece(coding);
                self.doubt();
            }
        }
    }
}
