//! Fills the view from a checked document. What an element means stands in its slot, so one filler
//! serves every release: where releases differ in type, the JSON value shows which it is.
use super::{
    Agent, AuditEvent, CodeableConcept, Coding, Entity, Identifier, Meta, Reference, Source, Str,
};
use crate::definition::Slot;
use crate::json::{Tape, Value};
use crate::{Instant, Release};

mod foreign;

/// The view; `None` without a `recorded` that says a day, which the check refuses before.
pub(super) fn fill<'a>(
    tape: &Tape<'a>,
    slots: &[Slot],
    release: Release,
) -> Option<AuditEvent<'a>> {
    let fill = Fill { tape, slots };
    let mut event = AuditEvent::empty(release, Instant { millis: 0 });
    let mut recorded = None;
    for (at, slot) in fill.members(0) {
        match slot {
            Slot::Recorded => recorded = fill.instant(at),
            // DSTU2 has a few of the event's elements one object deeper.
            Slot::Event => {
                for (at, slot) in fill.members(at) {
                    match slot {
                        Slot::Recorded => recorded = fill.instant(at),
                        _ => fill.event(&mut event, at, slot),
                    }
                }
            }
            _ => fill.event(&mut event, at, slot),
        }
    }
    event.recorded = recorded?;
    Some(event)
}

struct Fill<'t, 'a> {
    tape: &'t Tape<'a>,
    slots: &'t [Slot],
}

impl<'a> Fill<'_, 'a> {
    fn event(&self, event: &mut AuditEvent<'a>, at: usize, slot: Slot) {
        match slot {
            Slot::Id => event.id = self.text(at),
            Slot::Meta => event.meta = self.meta(at),
            Slot::Type => event.r#type = self.all(at, Self::concept),
            Slot::Subtype => event.subtype = self.all(at, Self::concept),
            Slot::Action => event.action = self.text(at),
            Slot::Severity => event.severity = self.text(at),
            Slot::Outcome => self.outcome(event, at),
            Slot::OutcomeDetail => event.outcome_detail = self.all(at, Self::detail),
            Slot::Purpose => event.purpose = self.all(at, Self::concept),
            Slot::BasedOn => event.based_on = self.all(at, Self::reference),
            Slot::Patient => event.patient = Some(self.reference(at)),
            Slot::Encounter => event.encounter = Some(self.reference(at)),
            Slot::Agent => event.agents = self.all(at, Self::agent),
            Slot::Source => event.source = self.source(at),
            Slot::Entity => event.entities = self.all(at, Self::entity),
            Slot::None if self.is_extension(at) => self.foreign_of_event(event, at),
            _ => {}
        }
    }

    fn is_extension(&self, at: usize) -> bool {
        self.tape.key(at) == "extension"
    }

    fn meta(&self, at: usize) -> Meta<'a> {
        let mut meta = Meta::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::MetaSource => meta.source = self.text(at),
                Slot::Profile => meta.profile = self.texts(at),
                Slot::Security => meta.security = self.all(at, Self::coding),
                Slot::Tag => meta.tag = self.all(at, Self::coding),
                _ => {}
            }
        }
        meta
    }

    /// A code (up to R4B), or an object of a code and details (R5).
    fn outcome(&self, event: &mut AuditEvent<'a>, at: usize) {
        let mut outcome = self.concept(at);
        for (at, slot) in self.members(at) {
            match slot {
                Slot::OutcomeCode => outcome.coding.push(self.coding(at)),
                Slot::OutcomeDetail => event.outcome_detail = self.all(at, Self::detail),
                _ => {}
            }
        }
        event.outcome = Some(outcome);
    }

    /// A text (up to R4B) or a concept.
    fn detail(&self, at: usize) -> CodeableConcept<'a> {
        match self.text(at) {
            Some(text) => CodeableConcept { coding: Vec::new(), text: Some(text) },
            None => self.concept(at),
        }
    }

    fn agent(&self, at: usize) -> Agent<'a> {
        let mut agent = Agent::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::Type => agent.r#type = Some(self.concept(at)),
                Slot::Role => agent.role = self.all(at, Self::concept),
                Slot::Who => self.beside(&mut agent.who, at),
                Slot::WhoIdentifier => agent.who = Some(self.identified(agent.who, at)),
                Slot::AltId => agent.alt_id = self.text(at),
                Slot::Name => agent.name = self.text(at),
                Slot::Requestor => agent.requestor = self.boolean(at),
                Slot::Location => agent.location = Some(self.reference(at)),
                Slot::Policy => agent.policy = self.texts(at),
                Slot::Media => agent.media = Some(self.coding(at)),
                Slot::Network => self.network(&mut agent, at),
                Slot::NetworkAddress => agent.network_address = self.text_or_reference(at),
                Slot::Purpose => agent.purpose = self.all(at, Self::concept),
                Slot::None if self.is_extension(at) => self.foreign_of_agent(&mut agent, at),
                _ => {}
            }
        }
        agent
    }

    fn network(&self, agent: &mut Agent<'a>, at: usize) {
        for (at, slot) in self.members(at) {
            match slot {
                Slot::NetworkAddress => agent.network_address = self.text(at),
                Slot::NetworkType => agent.network_type = self.text(at),
                _ => {}
            }
        }
    }

    fn text_or_reference(&self, at: usize) -> Option<Str<'a>> {
        self.text(at).or_else(|| self.reference(at).reference)
    }

    fn source(&self, at: usize) -> Source<'a> {
        let mut source = Source::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::Site => {
                    let site = self.reference(at);
                    source.site = self.text(at).or(site.display).or(site.reference);
                }
                Slot::Observer => source.observer = Some(self.reference(at)),
                Slot::ObserverIdentifier => {
                    source.observer = Some(self.identified(source.observer, at));
                }
                Slot::Type => source.r#type = self.all(at, Self::concept),
                _ => {}
            }
        }
        source
    }

    fn entity(&self, at: usize) -> Entity<'a> {
        let mut entity = Entity::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::What => self.beside(&mut entity.what, at),
                Slot::WhatIdentifier => entity.what = Some(self.identified(entity.what, at)),
                Slot::Type => entity.r#type = Some(self.coding(at)),
                Slot::Role => entity.role = Some(self.concept(at)),
                Slot::Lifecycle => entity.lifecycle = Some(self.coding(at)),
                Slot::SecurityLabel => entity.security_label = self.all(at, Self::concept),
                Slot::Name => entity.name = self.text(at),
                Slot::Description => entity.description = self.text(at),
                Slot::Query => entity.query = self.text(at),
                Slot::Agent => entity.agents = self.all(at, Self::agent),
                Slot::None if self.is_extension(at) => self.foreign_of_entity(&mut entity, at),
                _ => {}
            }
        }
        entity
    }

    /// A concept; a lone Coding or code becomes its only coding.
    fn concept(&self, at: usize) -> CodeableConcept<'a> {
        let mut concept = CodeableConcept::default();
        if let Some(code) = self.text(at) {
            concept.coding.push(Coding { code: Some(code), ..Coding::default() });
            return concept;
        }
        for (member, slot) in self.members(at) {
            match slot {
                Slot::Coding => concept.coding = self.all(member, Self::coding),
                Slot::Text => concept.text = self.text(member),
                Slot::System | Slot::Code | Slot::Display => {
                    concept.coding = vec![self.coding(at)];
                    return concept;
                }
                _ => {}
            }
        }
        concept
    }

    fn coding(&self, at: usize) -> Coding<'a> {
        let mut coding = Coding::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::System => coding.system = self.text(at),
                Slot::Code => coding.code = self.text(at),
                Slot::Display => coding.display = self.text(at),
                _ => {}
            }
        }
        coding
    }

    /// A reference; the identifier that stood beside it, before R4, goes before one inside it.
    fn beside(&self, found: &mut Option<Reference<'a>>, at: usize) {
        let identifier = found.as_mut().and_then(|found| found.identifier.take());
        let reference = found.insert(self.reference(at));
        if identifier.is_some() {
            reference.identifier = identifier;
        }
    }

    /// The reference with the identifier that stands beside it, before R4.
    fn identified(&self, found: Option<Reference<'a>>, at: usize) -> Reference<'a> {
        Reference { identifier: Some(self.identifier(at)), ..found.unwrap_or_default() }
    }

    fn reference(&self, at: usize) -> Reference<'a> {
        let mut reference = Reference::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::Reference => reference.reference = self.text(at),
                Slot::Type => reference.r#type = self.text(at),
                Slot::Identifier => reference.identifier = Some(self.identifier(at)),
                Slot::Display => reference.display = self.text(at),
                _ => {}
            }
        }
        reference
    }

    fn identifier(&self, at: usize) -> Identifier<'a> {
        let mut identifier = Identifier::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::System => identifier.system = self.text(at),
                Slot::Value => identifier.value = self.text(at),
                Slot::Type => identifier.r#type = self.concept(at),
                _ => {}
            }
        }
        identifier
    }

    /// Members of an object with their meaning; of anything else none.
    #[inline]
    fn members(&self, at: usize) -> impl Iterator<Item = (usize, Slot)> {
        self.tape.children(at).map(|child| (child, self.slots[child]))
    }

    /// One for each item of an array; something else is its own only item.
    fn all<T>(&self, at: usize, one: fn(&Self, usize) -> T) -> Vec<T> {
        let count = match self.tape.value(at) {
            Value::Array(span) => span.len as usize,
            _ => 1,
        };
        let mut all = Vec::with_capacity(count);
        all.extend(self.tape.items(at).map(|item| one(self, item)));
        all
    }

    /// Texts of an array, without those that are null.
    fn texts(&self, at: usize) -> Vec<Str<'a>> {
        self.tape.items(at).filter_map(|item| self.text(item)).collect()
    }

    #[inline]
    fn text(&self, at: usize) -> Option<Str<'a>> {
        self.tape.lasting_text(at)
    }

    fn instant(&self, at: usize) -> Option<Instant> {
        self.tape.text(at).and_then(Instant::read)
    }

    fn boolean(&self, at: usize) -> Option<bool> {
        match self.tape.value(at) {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }
}
