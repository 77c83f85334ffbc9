//! Fills the view from a checked document. What an element means stands in its slot, so one filler
//! serves every release: where releases differ in type, the JSON value shows which it is.
use super::{
    Agent, AuditEvent, CodeableConcept, Coding, Entity, Identifier, Meta, Reference, Source, Str,
};
use crate::definition::Slot;
use crate::json::{Member, Tape};
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
    for (at, slot) in fill.members(fill.tape.root()?) {
        match slot {
            Slot::Recorded => recorded = instant(at),
            // DSTU2 has a few of the event's elements one object deeper.
            Slot::Event => {
                for (at, slot) in fill.members(at) {
                    match slot {
                        Slot::Recorded => recorded = instant(at),
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

impl<'t, 'a> Fill<'t, 'a> {
    fn event(&self, event: &mut AuditEvent<'a>, at: Member<'t, 'a>, slot: Slot) {
        match slot {
            Slot::Id => event.id = at.lasting_text(),
            Slot::Meta => event.meta = self.meta(at),
            Slot::Type => event.r#type = self.all(at, Self::concept),
            Slot::Subtype => event.subtype = self.all(at, Self::concept),
            Slot::Action => event.action = at.lasting_text(),
            Slot::Severity => event.severity = at.lasting_text(),
            Slot::Outcome => self.outcome(event, at),
            Slot::OutcomeDetail => event.outcome_detail = self.all(at, Self::detail),
            Slot::Purpose => event.purpose = self.all(at, Self::concept),
            Slot::BasedOn => event.based_on = self.all(at, Self::reference),
            Slot::Patient => event.patient = Some(self.reference(at)),
            Slot::Encounter => event.encounter = Some(self.reference(at)),
            Slot::Agent => event.agents = self.all(at, Self::agent),
            Slot::Source => event.source = self.source(at),
            Slot::Entity => event.entities = self.all(at, Self::entity),
            Slot::None if is_extension(at) => self.foreign_of_event(event, at),
            _ => {}
        }
    }

    fn meta(&self, at: Member<'t, 'a>) -> Meta<'a> {
        let mut meta = Meta::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::MetaSource => meta.source = at.lasting_text(),
                Slot::Profile => meta.profile = texts(at),
                Slot::Security => meta.security = self.all(at, Self::coding),
                Slot::Tag => meta.tag = self.all(at, Self::coding),
                _ => {}
            }
        }
        meta
    }

    /// A code (up to R4B), or an object of a code and details (R5).
    fn outcome(&self, event: &mut AuditEvent<'a>, at: Member<'t, 'a>) {
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
    fn detail(&self, at: Member<'t, 'a>) -> CodeableConcept<'a> {
        match at.lasting_text() {
            Some(text) => CodeableConcept { coding: Vec::new(), text: Some(text) },
            None => self.concept(at),
        }
    }

    fn agent(&self, at: Member<'t, 'a>) -> Agent<'a> {
        let mut agent = Agent::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::Type => agent.r#type = Some(self.concept(at)),
                Slot::Role => agent.role = self.all(at, Self::concept),
                Slot::Who => self.beside(&mut agent.who, at),
                Slot::WhoIdentifier => agent.who = Some(self.identified(agent.who, at)),
                Slot::AltId => agent.alt_id = at.lasting_text(),
                Slot::Name => agent.name = at.lasting_text(),
                Slot::Requestor => agent.requestor = at.boolean(),
                Slot::Location => agent.location = Some(self.reference(at)),
                Slot::Policy => agent.policy = texts(at),
                Slot::Media => agent.media = Some(self.coding(at)),
                Slot::Network => self.network(&mut agent, at),
                Slot::NetworkAddress => agent.network_address = self.text_or_reference(at),
                Slot::Purpose => agent.purpose = self.all(at, Self::concept),
                Slot::None if is_extension(at) => self.foreign_of_agent(&mut agent, at),
                _ => {}
            }
        }
        agent
    }

    fn network(&self, agent: &mut Agent<'a>, at: Member<'t, 'a>) {
        for (at, slot) in self.members(at) {
            match slot {
                Slot::NetworkAddress => agent.network_address = at.lasting_text(),
                Slot::NetworkType => agent.network_type = at.lasting_text(),
                _ => {}
            }
        }
    }

    fn text_or_reference(&self, at: Member<'t, 'a>) -> Option<Str<'a>> {
        at.lasting_text().or_else(|| self.reference(at).reference)
    }

    fn source(&self, at: Member<'t, 'a>) -> Source<'a> {
        let mut source = Source::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::Site => {
                    let site = self.reference(at);
                    source.site = at.lasting_text().or(site.display).or(site.reference);
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

    fn entity(&self, at: Member<'t, 'a>) -> Entity<'a> {
        let mut entity = Entity::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::What => self.beside(&mut entity.what, at),
                Slot::WhatIdentifier => entity.what = Some(self.identified(entity.what, at)),
                Slot::Type => entity.r#type = Some(self.coding(at)),
                Slot::Role => entity.role = Some(self.concept(at)),
                Slot::Lifecycle => entity.lifecycle = Some(self.coding(at)),
                Slot::SecurityLabel => entity.security_label = self.all(at, Self::concept),
                Slot::Name => entity.name = at.lasting_text(),
                Slot::Description => entity.description = at.lasting_text(),
                Slot::Query => entity.query = at.lasting_text(),
                Slot::Agent => entity.agents = self.all(at, Self::agent),
                Slot::None if is_extension(at) => self.foreign_of_entity(&mut entity, at),
                _ => {}
            }
        }
        entity
    }

    /// A concept; a lone Coding or code becomes its only coding.
    fn concept(&self, at: Member<'t, 'a>) -> CodeableConcept<'a> {
        let mut concept = CodeableConcept::default();
        if let Some(code) = at.lasting_text() {
            concept.coding.push(Coding { code: Some(code), ..Coding::default() });
            return concept;
        }
        for (member, slot) in self.members(at) {
            match slot {
                Slot::Coding => concept.coding = self.all(member, Self::coding),
                Slot::Text => concept.text = member.lasting_text(),
                Slot::System | Slot::Code | Slot::Display => {
                    concept.coding = vec![self.coding(at)];
                    return concept;
                }
                _ => {}
            }
        }
        concept
    }

    fn coding(&self, at: Member<'t, 'a>) -> Coding<'a> {
        let mut coding = Coding::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::System => coding.system = at.lasting_text(),
                Slot::Code => coding.code = at.lasting_text(),
                Slot::Display => coding.display = at.lasting_text(),
                _ => {}
            }
        }
        coding
    }

    /// A reference; the identifier that stood beside it, before R4, goes before one inside it.
    fn beside(&self, found: &mut Option<Reference<'a>>, at: Member<'t, 'a>) {
        let identifier = found.as_mut().and_then(|found| found.identifier.take());
        let reference = found.insert(Reference::default());
        self.refer(reference, at);
        if identifier.is_some() {
            reference.identifier = identifier;
        }
    }

    /// The reference with the identifier that stands beside it, before R4.
    fn identified(&self, found: Option<Reference<'a>>, at: Member<'t, 'a>) -> Reference<'a> {
        Reference { identifier: Some(self.identifier(at)), ..found.unwrap_or_default() }
    }

    fn reference(&self, at: Member<'t, 'a>) -> Reference<'a> {
        let mut reference = Reference::default();
        self.refer(&mut reference, at);
        reference
    }

    fn refer(&self, reference: &mut Reference<'a>, at: Member<'t, 'a>) {
        for (at, slot) in self.members(at) {
            match slot {
                Slot::Reference => reference.reference = at.lasting_text(),
                Slot::Type => reference.r#type = at.lasting_text(),
                Slot::Identifier => reference.identifier = Some(self.identifier(at)),
                Slot::Display => reference.display = at.lasting_text(),
                _ => {}
            }
        }
    }

    fn identifier(&self, at: Member<'t, 'a>) -> Identifier<'a> {
        let mut identifier = Identifier::default();
        for (at, slot) in self.members(at) {
            match slot {
                Slot::System => identifier.system = at.lasting_text(),
                Slot::Value => identifier.value = at.lasting_text(),
                Slot::Type => identifier.r#type = self.concept(at),
                _ => {}
            }
        }
        identifier
    }

    /// Members of an object with their meaning; of anything else none.
    #[inline]
    fn members(&self, at: Member<'t, 'a>) -> impl Iterator<Item = (Member<'t, 'a>, Slot)> {
        at.members().map(|member| (member, self.slots[member.at]))
    }

    /// One for each item of an array; something else is its own only item.
    fn all<T>(&self, at: Member<'t, 'a>, one: fn(&Self, Member<'t, 'a>) -> T) -> Vec<T> {
        let mut all = Vec::with_capacity(at.items_count());
        all.extend(at.items().map(|item| one(self, item)));
        all
    }
}

fn is_extension(at: Member<'_, '_>) -> bool {
    at.key() == "extension"
}

/// Texts of an array, without those that are null.
fn texts<'a>(at: Member<'_, 'a>) -> Vec<Str<'a>> {
    at.items().filter_map(Member::lasting_text).collect()
}

fn instant(at: Member<'_, '_>) -> Option<Instant> {
    at.text().and_then(Instant::read)
}
