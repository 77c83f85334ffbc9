//! An event and its parts, slot by slot in a fixed order, so that what is written does not depend
//! on the order of the source's members.
use super::Head;
use super::derived::Made;
use super::given::{Field, Given, Paths};
use super::object::{Conversion, Sink, close_extensions, item, name};
use super::systems::of_slot;
use super::who::{OBSERVER, WHAT, WHO};
use crate::Release;
use crate::definition::{Kind, Slot, Type, audit_event};

impl Conversion<'_> {
    /// Writes the whole event. Pieces are noted, and not written yet.
    pub(super) fn event(
        &self,
        head: Head,
        sink: &mut Sink,
        finish: impl FnOnce(&Self, &mut Vec<u8>),
    ) {
        let (source, target) = (audit_event(self.from), audit_event(self.to));
        let wrapper = |release| if release == Release::Dstu2 { "event" } else { "" };
        let paths = Paths { from: [wrapper(self.from), ""], to: [wrapper(self.to), ""] };
        let inner = inner_event(target, self.to);
        let given = self.gather_event(source, [Some(target), inner], paths);
        sink.out.extend_from_slice(b"{\"resourceType\":\"AuditEvent\"");
        self.head(&given, target, head, &mut sink.out);
        self.common(&given, target, &mut sink.out);
        if inner.is_some() {
            name(&mut sink.out, "event");
            sink.out.push(b'{');
        }
        self.happened(&given, inner.unwrap_or(target), source, sink);
        if inner.is_some() {
            sink.out.push(b'}');
        }
        for slot in [Slot::Agent, Slot::Source, Slot::Entity] {
            self.part(&given, target, slot, sink);
        }
        let written = self.own_extensions(&given, &mut sink.out);
        finish(self, &mut sink.ext);
        close_extensions(&mut sink.out, written, &sink.ext);
        sink.out.push(b'}');
    }

    /// What the server sets, `id` and `meta`.
    fn head(&self, given: &Given, target: &'static Type, head: Head, out: &mut Vec<u8>) {
        for (slot, empty) in [(Slot::Id, ",\"id\":\"\""), (Slot::Meta, ",\"meta\":{}")] {
            let start = out.len();
            if let Some(field) = given.slot(slot) {
                self.common_field(field, target, out);
            }
            let (name, _) = empty.split_at(empty.len() - 2);
            if head == Head::ToFill && !out[start..].starts_with(name.as_bytes()) {
                out.extend_from_slice(empty.as_bytes());
            }
        }
    }

    /// The elements of the root, and of DSTU2's `event` in it.
    fn gather_event(
        &self,
        source: &'static Type,
        targets: [Option<&'static Type>; 2],
        paths: Paths,
    ) -> Given {
        let mut given = self.nothing(paths);
        self.gather_into(&mut given, 0, source);
        let event = given.slot(Slot::Event).and_then(|field| field.value);
        if let (Some(at), Some(inner)) = (event, inner_event(source, self.from)) {
            let own = self.gather(at, inner, inner, Paths::default());
            self.add_meanings(&mut given, own);
        }
        // Of the wrapper's two halves only one has an element of a name.
        self.gather_carried(&mut given, [targets[1].or(targets[0]), None], paths);
        given
    }

    /// What happened, when, why, and how it ended.
    fn happened(
        &self,
        given: &Given,
        target: &'static Type,
        source: &'static Type,
        sink: &mut Sink,
    ) {
        for slot in [Slot::Type, Slot::Subtype] {
            self.kind_of_event(given, target, slot, sink);
        }
        self.plain(given, target, Slot::Action, sink);
        self.plain(given, target, Slot::Severity, sink);
        self.occurred(given, target, sink);
        self.plain(given, target, Slot::Recorded, sink);
        self.outcome(given, target, sink);
        let known = of_slot(Slot::Purpose, false, false);
        self.concepts(given, target, Slot::Purpose, known, sink);
        self.plain(given, target, Slot::BasedOn, sink);
        self.patient(given, target, source, sink);
        self.plain(given, target, Slot::Encounter, sink);
    }

    /// The general or the specific type; where the target must have it, it is made from the other.
    fn kind_of_event(&self, given: &Given, target: &'static Type, slot: Slot, sink: &mut Sink) {
        let known = of_slot(slot, false, false);
        let written = self.concepts(given, target, slot, known, sink);
        let (other, mandatory) = match slot {
            Slot::Type => (Slot::Subtype, self.to != Release::R5),
            _ => (Slot::Type, self.to == Release::R5),
        };
        let Some(element) = self.target(target, slot).filter(|_| mandatory) else { return };
        if !written && !self.returns {
            let known = of_slot(Slot::Type, false, false);
            self.derive_concept(element, given.slot(other), known, &mut sink.out);
        }
    }

    /// Agents, the source or entities.
    fn part(&self, given: &Given, target: &'static Type, slot: Slot, sink: &mut Sink) {
        let (Some(field), Some(element)) = (given.slot(slot), self.target(target, slot)) else {
            return;
        };
        let (Some(at), Kind::Complex(from), Kind::Complex(to)) =
            (field.value, field.element.kind, element.kind)
        else {
            return self.lose(field);
        };
        let write = |at: usize, sink: &mut Sink| match slot {
            Slot::Agent => self.agent(at, from, to, self.agent_paths(), sink),
            Slot::Source => self.source(at, from, to, sink),
            _ => self.entity(at, from, to, sink),
        };
        name(&mut sink.out, element.name);
        if !element.many {
            write(at, sink);
            return;
        }
        self.list(at, write, sink);
    }

    /// A list of parts, one for each of the source.
    fn list(&self, at: usize, write: impl Fn(usize, &mut Sink) -> bool, sink: &mut Sink) {
        sink.out.push(b'[');
        for child in self.document.items(at) {
            item(&mut sink.out);
            let start = sink.out.len();
            // All that it holds may be among the pieces that are put back.
            if !write(child, sink) && !self.returns {
                // An item must be there, so that the others keep their places.
                sink.out.truncate(start + 1);
                Made::Derived.mark(&mut sink.out);
                sink.out.push(b'}');
            }
        }
        sink.out.push(b']');
    }

    fn agent_paths(&self) -> Paths {
        let of = |release| if release == Release::Dstu2 { "participant" } else { "agent" };
        Paths { from: [of(self.from), ""], to: [of(self.to), ""] }
    }

    pub(super) const fn entity_name(release: Release) -> &'static str {
        if matches!(release, Release::Dstu2) { "object" } else { "entity" }
    }

    fn agent(
        &self,
        at: usize,
        from: &'static Type,
        to: &'static Type,
        paths: Paths,
        sink: &mut Sink,
    ) -> bool {
        let given = self.gather(at, from, to, paths);
        let mark = sink.ext.len();
        sink.out.push(b'{');
        self.common(&given, to, &mut sink.out);
        self.concepts(&given, to, Slot::Type, &[], sink);
        self.concepts(&given, to, Slot::Role, of_slot(Slot::Role, false, false), sink);
        let label = self.label(&given, to);
        let has_who = self.party(&given, to, WHO, label, sink);
        let is_optional = self.target(to, Slot::AltId).is_some();
        if let Some(who) =
            self.target(to, Slot::Who).filter(|_| !has_who && !is_optional && !self.returns)
        {
            self.derive_party(who, label, given.slot(Slot::AltId), &mut sink.out);
        }
        self.alt_id(&given, to, sink);
        self.plain(&given, to, Slot::Name, sink);
        self.requestor(&given, to, sink);
        self.plain(&given, to, Slot::Location, sink);
        self.plain(&given, to, Slot::Policy, sink);
        self.concepts(&given, to, Slot::Media, of_slot(Slot::Media, false, false), sink);
        self.network(&given, to, sink);
        let known = of_slot(Slot::Purpose, false, false);
        self.concepts(&given, to, Slot::Purpose, known, sink);
        self.close(given, mark, sink)
    }

    /// The source's name of something, where the target has no element for names.
    fn label<'g>(&self, given: &'g Given, target: &'static Type) -> Option<&'g Field> {
        let field = given.slot(Slot::Name)?;
        (self.target(target, Slot::Name).is_none() && field.value.is_some()).then_some(field)
    }

    /// `altId`, or the extension that holds it since R5.
    fn alt_id(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        let has_element = self.target(target, Slot::AltId).is_some();
        let Some(field) = given.slot(Slot::AltId).filter(|_| !has_element) else {
            return self.plain(given, target, Slot::AltId, sink);
        };
        let start = sink.ext.len();
        item(&mut sink.ext);
        sink.ext.extend_from_slice(b"{\"url\":\"");
        sink.ext.extend_from_slice(super::extension::ALTERNATIVE_USER_ID.as_bytes());
        sink.ext.extend_from_slice(b"\",\"valueIdentifier\":{");
        self.copy(field, "value", field.element.kind, &mut sink.ext);
        if sink.ext.last() == Some(&b'{') {
            sink.ext.truncate(start);
        } else {
            sink.ext.extend_from_slice(b"}}");
        }
    }

    fn source(&self, at: usize, from: &'static Type, to: &'static Type, sink: &mut Sink) -> bool {
        let paths = Paths { from: ["source", ""], to: ["source", ""] };
        let given = self.gather(at, from, to, paths);
        let mark = sink.ext.len();
        sink.out.push(b'{');
        self.common(&given, to, &mut sink.out);
        self.site(&given, to, sink);
        let has_observer = self.party(&given, to, OBSERVER, None, sink);
        if let Some(observer) =
            self.target(to, Slot::Observer).filter(|_| !has_observer && !self.returns)
        {
            self.derive_party(observer, None, None, &mut sink.out);
        }
        let identifier = self.target(to, Slot::ObserverIdentifier);
        if let Some(identifier) = identifier.filter(|_| !has_observer && !self.returns) {
            self.derive_identifier(None, identifier, &mut sink.out);
        }
        self.concepts(&given, to, Slot::Type, of_slot(Slot::Type, false, true), sink);
        self.close(given, mark, sink)
    }

    fn entity(&self, at: usize, from: &'static Type, to: &'static Type, sink: &mut Sink) -> bool {
        let paths = Paths {
            from: [Self::entity_name(self.from), ""],
            to: [Self::entity_name(self.to), ""],
        };
        let given = self.gather(at, from, to, paths);
        let mark = sink.ext.len();
        sink.out.push(b'{');
        self.common(&given, to, &mut sink.out);
        let label = self.label(&given, to);
        let has_what = self.party(&given, to, WHAT, label, sink);
        let needs_what = !has_what && label.is_some();
        if let Some(what) = self.target(to, Slot::What).filter(|_| needs_what) {
            self.derive_party(what, label, None, &mut sink.out);
        }
        for slot in [Slot::Type, Slot::Role] {
            self.concepts(&given, to, slot, of_slot(slot, true, false), sink);
        }
        self.lifecycle(&given, to, sink);
        let known = of_slot(Slot::SecurityLabel, true, false);
        self.concepts(&given, to, Slot::SecurityLabel, known, sink);
        for slot in [Slot::Name, Slot::Description, Slot::Query] {
            self.plain(&given, to, slot, sink);
        }
        self.details(&given, to, sink);
        self.entity_agents(&given, to, paths, sink);
        self.close(given, mark, sink)
    }

    /// `lifecycle`, or the extension that holds it since R5.
    fn lifecycle(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        let known = of_slot(Slot::Lifecycle, true, false);
        let has_element = self.target(target, Slot::Lifecycle).is_some();
        let Some(field) = given.slot(Slot::Lifecycle).filter(|_| !has_element) else {
            self.concepts(given, target, Slot::Lifecycle, known, sink);
            return;
        };
        let Some(at) = field.value else { return };
        let (start, pieces) = (sink.ext.len(), self.piece_count());
        item(&mut sink.ext);
        sink.ext.extend_from_slice(b"{\"url\":\"");
        sink.ext.extend_from_slice(super::extension::LIFECYCLE.as_bytes());
        sink.ext.extend_from_slice(b"\",\"valueCodeableConcept\":{\"coding\":[");
        if self.coding(at, known, &mut sink.ext) == super::coding::Written::Exact {
            return sink.ext.extend_from_slice(b"]}}");
        }
        sink.ext.truncate(start);
        self.forget_pieces(pieces);
        self.carry(field, given.paths, &mut sink.ext);
    }

    fn details(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        let (Some(field), Some(element)) =
            (given.slot(Slot::Detail), self.target(target, Slot::Detail))
        else {
            return;
        };
        let (Some(at), Kind::Complex(from), Kind::Complex(to)) =
            (field.value, field.element.kind, element.kind)
        else {
            return self.lose(field);
        };
        name(&mut sink.out, element.name);
        self.list(at, |at, sink| self.detail(at, from, to, sink), sink);
    }

    /// The agents that R5 attributes to an entity.
    fn entity_agents(&self, given: &Given, target: &'static Type, paths: Paths, sink: &mut Sink) {
        let (Some(field), Some(element)) =
            (given.slot(Slot::Agent), self.target(target, Slot::Agent))
        else {
            return self.plain(given, target, Slot::Agent, sink);
        };
        let (Some(at), Kind::Complex(from), Kind::Complex(to)) =
            (field.value, field.element.kind, element.kind)
        else {
            return self.lose(field);
        };
        let paths = Paths { from: [paths.from[0], "agent"], to: [paths.to[0], "agent"] };
        name(&mut sink.out, element.name);
        self.list(at, |at, sink| self.agent(at, from, to, paths, sink), sink);
    }
}

/// DSTU2's `event`.
fn inner_event(definition: &'static Type, release: Release) -> Option<&'static Type> {
    let event = definition.elements(release).find(|element| element.slot == Slot::Event)?;
    match event.kind {
        Kind::Complex(inner) => Some(inner),
        _ => None,
    }
}
