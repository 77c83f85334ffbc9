//! What each release's `AuditEvent` may hold: tables of elements, and the check that walks them.
//!
//! A release is a table: names, types, cardinalities and required bindings are its
//! `StructureDefinition`'s; the [`Slot`] of an element says what it means to the canonical view.
mod check;
mod codes;
mod contained;
mod datatypes;
mod dstu2;
mod extension;
mod general;
mod primitive;
mod r4;
mod r5;
mod r5_draft;
mod r6;
mod releases;
mod resources;
mod slot;
mod stu3;

pub(crate) use check::{Checked, check, find};
pub(crate) use datatypes::{CODEABLE_CONCEPT, CODING, EXTENSIONS_ONLY, META, REFERENCE};
#[cfg(test)]
use datatypes::{IDENTIFIER, PERIOD, QUANTITY};
pub(crate) use extension::EXTENSION;
pub(crate) use primitive::Primitive;
use releases::Releases;
pub(crate) use resources::{UNKNOWN_ELEMENT, resource};
pub(crate) use slot::Slot;

use crate::Release;
use crate::json::{ends_alike, start};

/// The table of a release's `AuditEvent`.
pub(crate) fn audit_event(release: Release) -> &'static Type {
    match release {
        Release::Dstu2 => &dstu2::AUDIT_EVENT,
        Release::Stu3 => &stu3::AUDIT_EVENT,
        Release::R4 | Release::R4b => &r4::AUDIT_EVENT,
        Release::R5Draft => &r5_draft::AUDIT_EVENT,
        Release::R5 => &r5::AUDIT_EVENT,
        Release::R6 => &r6::AUDIT_EVENT,
    }
}

/// A resource, a backbone element or a datatype.
#[derive(Debug)]
pub(crate) struct Type {
    /// Elements of its own, in the order of the definition, as most senders write them.
    own: &'static [Element],
    /// Elements that all of its kind have; none of them is mandatory.
    common: &'static [Element],
    /// Those that must be there, a bit for the position of each.
    mandatory: u64,
    /// Those of which one may be there, the types of a choice.
    choice: u64,
    /// Where the first of its own elements with a meaning stands, by that meaning.
    first: [u8; Slot::COUNT],
    /// Two elements of which one may be there (`sev-1`).
    exclusive: Option<Exclusive>,
}

/// A rule between two elements.
#[derive(Debug)]
struct Exclusive {
    rule: &'static str,
    one: &'static str,
    other: &'static str,
    /// Where elements of these names stand, a bit for the position of each.
    positions: [u64; 2],
}

/// One element; of a choice (`value[x]`), one of its types. Where releases differ in it, it is in
/// the table several times.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: &'static str,
    /// The [`start`] of its name.
    start: u64,
    pub(crate) kind: Kind,
    /// Whether it repeats, and is an array in JSON.
    pub(crate) many: bool,
    presence: Presence,
    /// The releases that have it.
    releases: Releases,
    /// Whether it changes what the rest means (`isModifier`), in ways that nothing here knows.
    modifier: bool,
    pub(crate) slot: Slot,
}

/// When an element must be there.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Presence {
    Optional,
    /// It, or an extension in its place.
    Mandatory,
    /// It, with a value: the view cannot do without.
    Value,
    /// At most one of its type's choice.
    Choice,
    /// Exactly one of its type's choice.
    MandatoryChoice,
}

/// What an element holds.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Kind {
    /// `resourceType`, looked at before.
    ResourceType,
    Primitive(Primitive),
    /// A `code` with a required binding.
    Code(&'static [&'static str]),
    Complex(&'static Type),
    /// Any resource.
    Resource,
    /// A datatype that is looked at only as far as JSON goes.
    Opaque,
}

impl Type {
    const fn datatype(own: &'static [Element]) -> Self {
        Self::of(own, &datatypes::ELEMENT)
    }

    const fn backbone(own: &'static [Element]) -> Self {
        Self::of(own, &datatypes::BACKBONE)
    }

    const fn resource(own: &'static [Element]) -> Self {
        Self::of(own, &datatypes::RESOURCE)
    }

    const fn of(own: &'static [Element], common: &'static [Element]) -> Self {
        let (mut mandatory, mut choice, mut position) = (0, 0, 0);
        let mut first = [u8::MAX; Slot::COUNT];
        while position < own.len() {
            let slot = own[position].slot as usize;
            if first[slot] == u8::MAX {
                first[slot] = position as u8;
            }
            match own[position].presence {
                Presence::Optional => {}
                Presence::Mandatory | Presence::Value => mandatory |= 1 << position,
                Presence::Choice | Presence::MandatoryChoice => choice |= 1 << position,
            }
            position += 1;
        }
        Self { own, common, mandatory, choice, first, exclusive: None }
    }

    const fn exclusive(
        mut self,
        rule: &'static str,
        one: &'static str,
        other: &'static str,
    ) -> Self {
        let positions = [self.positions(one), self.positions(other)];
        self.exclusive = Some(Exclusive { rule, one, other, positions });
        self
    }

    /// Where its own elements of this name stand, a bit for the position of each; none is longer
    /// than eight letters.
    const fn positions(&self, name: &str) -> u64 {
        assert!(name.len() <= 8, "a name is told by its start");
        let (mut positions, mut position) = (0, 0);
        while position < self.own.len() {
            let element = &self.own[position];
            if element.name.len() == name.len() && element.start == start(name.as_bytes()) {
                positions |= 1 << position;
            }
            position += 1;
        }
        positions
    }

    /// Its elements in this release, in the order of the definition: what all of its kind have
    /// stands first (<https://hl7.org/fhir/R4/xml.html>).
    pub(crate) fn elements(&self, release: Release) -> impl Iterator<Item = &'static Element> {
        let releases = Releases::only(release);
        let all = self.common.iter().chain(self.own);
        all.filter(move |element| element.releases.meet(releases))
    }

    /// The elements of this release with this meaning, several where it is a choice.
    pub(crate) fn of_slot(
        &self,
        slot: Slot,
        release: Release,
    ) -> impl Iterator<Item = &'static Element> {
        let releases = Releases::only(release);
        let own = self.own.get(usize::from(self.first[slot as usize])..).unwrap_or_default();
        let all = own.iter().chain(self.common);
        all.filter(move |element| element.slot == slot && element.releases.meet(releases))
    }

    /// The first of the elements of this release with this meaning.
    pub(crate) fn in_slot(&self, slot: Slot, release: Release) -> Option<&'static Element> {
        let is_it = |element: &&Element| element.slot == slot && element.is_in(release);
        if let Some(own) = self.own.get(usize::from(self.first[slot as usize])..) {
            return own.iter().find(is_it);
        }
        self.common.iter().find(is_it)
    }

    /// Whether it is a backbone element or a resource: they may have modifier extensions.
    pub(crate) fn is_backbone(&self) -> bool {
        !std::ptr::eq(self.common, &raw const datatypes::ELEMENT as *const [Element])
    }

    /// How many elements there must be, a choice counting once.
    pub(crate) fn needed(&self, release: Release) -> usize {
        if self.mandatory == 0 && self.choice == 0 {
            return 0;
        }
        let must = self.elements(release).filter(|element| element.is_mandatory());
        let (mut others, mut has_choice) = (0, false);
        for element in must {
            match element.presence {
                Presence::MandatoryChoice => has_choice = true,
                _ => others += 1,
            }
        }
        others + usize::from(has_choice)
    }

    /// The element of this name in this release.
    pub(crate) fn element(&self, name: &str, release: Release) -> Option<&'static Element> {
        self.find(name, 0, Releases::only(release)).map(|(_, element)| element)
    }

    /// The element of this name, and where to look for the next one: `hint` of the next call.
    pub(crate) fn next_element(
        &self,
        name: &str,
        hint: usize,
        release: Release,
    ) -> Option<(usize, &'static Element)> {
        let (at, element) = self.find(name, hint, Releases::only(release))?;
        Some((at + 1, element))
    }

    /// The element of this name, with its position. Names mostly come in the order of the table, so
    /// the search starts at `hint`, the position after the last one found.
    fn find(
        &self,
        name: &str,
        hint: usize,
        releases: Releases,
    ) -> Option<(usize, &'static Element)> {
        self.find_from(name, hint, releases)
    }

    /// [`Self::find`], where it is worth its room.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call takes as long as what it does")]
    fn find_from(
        &self,
        name: &str,
        hint: usize,
        releases: Releases,
    ) -> Option<(usize, &'static Element)> {
        let start = start(name.as_bytes());
        let mut at = hint;
        while let Some(element) = self.own.get(at) {
            if element.is(name, start, releases) {
                return Some((at, element));
            }
            at += 1;
        }
        self.find_before(name, hint, releases)
    }

    /// The element of this name among those before `hint`, and those that all of its kind have.
    fn find_before(
        &self,
        name: &str,
        hint: usize,
        releases: Releases,
    ) -> Option<(usize, &'static Element)> {
        let start = start(name.as_bytes());
        let is_it = |element: &Element| element.is(name, start, releases);
        let before = &self.own[..hint.min(self.own.len())];
        if let Some(at) = before.iter().position(is_it) {
            return Some((at, &self.own[at]));
        }
        let at = self.common.iter().position(is_it)?;
        Some((self.own.len() + at, &self.common[at]))
    }
}

/// 0..1
const fn one(name: &'static str, kind: Kind) -> Element {
    Element {
        name,
        start: start(name.as_bytes()),
        kind,
        many: false,
        presence: Presence::Optional,
        releases: Releases::ALL,
        modifier: false,
        slot: Slot::None,
    }
}

/// 0..*
const fn many(name: &'static str, kind: Kind) -> Element {
    let mut element = one(name, kind);
    element.many = true;
    element
}

impl Element {
    /// 1..
    const fn mandatory(self) -> Self {
        self.present(Presence::Mandatory)
    }

    const fn present(mut self, presence: Presence) -> Self {
        self.presence = presence;
        self
    }

    /// This release and later ones have it.
    const fn since(mut self, release: Release) -> Self {
        self.releases = self.releases.and(Releases::since(release));
        self
    }

    /// This release and earlier ones have it.
    const fn until(mut self, release: Release) -> Self {
        self.releases = self.releases.and(Releases::until(release));
        self
    }

    const fn modifier(mut self) -> Self {
        self.modifier = true;
        self
    }

    const fn slot(mut self, slot: Slot) -> Self {
        self.slot = slot;
        self
    }

    /// Whether a release has it.
    pub(crate) const fn is_in(&self, release: Release) -> bool {
        self.releases.meet(Releases::only(release))
    }

    /// Whether this is its name, which starts so, and a release of these has it.
    #[inline]
    fn is(&self, name: &str, start: u64, releases: Releases) -> bool {
        let [own, name] = [self.name.as_bytes(), name.as_bytes()];
        self.start == start
            && own.len() == name.len()
            && ends_alike(own, name)
            && self.releases.meet(releases)
    }

    /// `value` of `valueString`, where it is one type of a choice.
    pub(crate) fn choice(&self) -> Option<&'static str> {
        if !matches!(self.presence, Presence::Choice | Presence::MandatoryChoice) {
            return None;
        }
        let end = self.name.find(|letter: char| letter.is_ascii_uppercase())?;
        Some(&self.name[..end])
    }

    /// Whether there must be one, of a choice one of its types.
    pub(crate) const fn is_mandatory(&self) -> bool {
        matches!(self.presence, Presence::Mandatory | Presence::Value | Presence::MandatoryChoice)
    }

    pub(crate) const fn is_primitive(&self) -> bool {
        matches!(self.kind, Kind::Primitive(_) | Kind::Code(_))
    }
}

#[cfg(test)]
mod tests;
