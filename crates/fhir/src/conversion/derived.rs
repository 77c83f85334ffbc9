//! What is mandatory in the target and absent in the source: made up from what is there, and
//! marked, so that it is dropped on the way back.
use super::document::Kind as Json;
use super::extension::DERIVED;
use super::given::{Field, Given};
use super::object::{Conversion, Sink, name};
use crate::definition::{Element, Slot, Type};

/// Where what is made up comes from.
#[derive(Copy, Clone)]
pub(super) enum Made {
    /// From other elements.
    Derived,
    /// From nothing (<https://hl7.org/fhir/R4/extension-data-absent-reason.html>).
    Unknown,
}

impl Made {
    /// Writes the mark as the first member of an object.
    pub(super) fn mark(self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\"extension\":[");
        if matches!(self, Self::Unknown) {
            out.extend_from_slice(DATA_ABSENT.as_bytes());
        }
        out.extend_from_slice(b"{\"url\":\"");
        out.extend_from_slice(DERIVED.as_bytes());
        out.extend_from_slice(b"\",\"valueBoolean\":true}]");
    }
}

const DATA_ABSENT: &str = concat!(
    r#"{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","#,
    r#""valueCode":"unknown"},"#
);

impl Conversion<'_> {
    /// Whether the agent is the requestor is not asked since R5: nobody says it is.
    pub(super) fn requestor(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        let start = sink.out.len();
        self.plain(given, target, Slot::Requestor, sink);
        let element = self.target(target, Slot::Requestor);
        let is_needed = element.is_some_and(Element::is_mandatory) && !self.returns;
        if sink.out.len() == start && is_needed {
            name(&mut sink.out, "requestor");
            sink.out.extend_from_slice(b"false,\"_requestor\":{");
            Made::Derived.mark(&mut sink.out);
            sink.out.push(b'}');
        }
    }

    /// R5 finds an event by its one `patient` only: it is filled where all that the event refers to
    /// are one patient.
    pub(super) fn patient(
        &self,
        given: &Given,
        target: &'static Type,
        source: &'static Type,
        sink: &mut Sink,
    ) {
        self.plain(given, target, Slot::Patient, sink);
        let has_element = |definition: &'static Type, release| {
            definition.of_slot(Slot::Patient, release).next().is_some()
        };
        let [had, has] = [has_element(source, self.from), has_element(target, self.to)];
        if had && !has && self.document.member(0, "patient").is_none() {
            // On the way back none is to be made up.
            if self.only_patient(given).is_some() {
                self.note_absence();
            }
            return;
        }
        let is_filled = given.slot(Slot::Patient).is_some() || given.is_carried(Slot::Patient);
        if is_filled || had || !has || self.returns {
            return;
        }
        let Some(reference) = self.only_patient(given) else { return };
        name(&mut sink.out, "patient");
        sink.out.push(b'{');
        Made::Derived.mark(&mut sink.out);
        self.bare(Some(reference), "reference", &mut sink.out);
        sink.out.push(b'}');
    }

    /// The reference of agents and entities to a patient, where there is only one.
    fn only_patient(&self, given: &Given) -> Option<usize> {
        let mut only: Option<usize> = None;
        for (slot, party) in [(Slot::Agent, "who"), (Slot::Entity, "what")] {
            let all = given.slot(slot).and_then(|field| field.value);
            let party = if self.keeps_apart() { "reference" } else { party };
            for at in all.into_iter().flat_map(|all| self.document.children(all)) {
                let party = self.document.member(at, party);
                let reference = party.and_then(|at| self.document.member(at, "reference"));
                let Some(reference) = reference.filter(|&at| self.is_patient(at)) else { continue };
                match only {
                    Some(known) if self.document.raw(known) != self.document.raw(reference) => {
                        return None;
                    }
                    _ => only = Some(reference),
                }
            }
        }
        only
    }

    /// `Patient/1`, of any base, of any version.
    fn is_patient(&self, at: usize) -> bool {
        let Some(text) = self.document.text(at) else { return false };
        let Some((before, id)) = text.rsplit_once('/') else { return false };
        let Some(before) = before.strip_suffix("/_history") else {
            return is_type(before) && !id.is_empty();
        };
        before.rsplit_once('/').is_some_and(|(before, _)| is_type(before))
    }

    /// A text of something that is no text: the first of these members that is one.
    pub(super) fn text_member(&self, at: usize, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| {
            let member = self.document.member(at, name)?;
            (self.document.kind(member) == Json::Text).then_some(member)
        })
    }

    /// A value and what stands beside it, under other names.
    pub(super) fn renamed(&self, field: &Field, as_name: &str, to: &Element, out: &mut Vec<u8>) {
        self.copy(field, as_name, to.kind, out);
    }
}

/// Whether the last part of a URL without its id is `Patient`.
fn is_type(url: &str) -> bool {
    url.strip_suffix("Patient").is_some_and(|base| base.is_empty() || base.ends_with('/'))
}
