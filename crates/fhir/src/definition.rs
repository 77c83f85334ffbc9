//! What each release's `AuditEvent` may hold: tables of elements, and the check that walks them.
//!
//! A release is a table: names, types, cardinalities and required bindings are its
//! `StructureDefinition`'s; the [`Slot`] of an element says what it means to the canonical view.
mod check;
mod codes;
mod datatypes;
mod extension;
mod primitive;
mod r4;
mod r5;
mod slot;

pub(crate) use check::{Checked, check};
pub(crate) use slot::Slot;

use crate::Release;
use primitive::Primitive;

/// The table of a release's `AuditEvent`, where this build has it.
pub(crate) fn audit_event(release: Release) -> Option<&'static Type> {
    match release {
        Release::R4 | Release::R4b => Some(&r4::AUDIT_EVENT),
        Release::R5 => Some(&r5::AUDIT_EVENT),
        Release::Dstu2 | Release::Stu3 | Release::R5Draft | Release::R6 => None,
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
    /// Two elements of which one may be there (`sev-1`).
    exclusive: Option<Exclusive>,
}

/// A rule between two elements.
#[derive(Debug)]
struct Exclusive {
    rule: &'static str,
    one: &'static str,
    other: &'static str,
}

/// One element; of a choice (`value[x]`), one of its types.
#[derive(Debug)]
struct Element {
    name: &'static str,
    kind: Kind,
    /// Whether it repeats, and is an array in JSON.
    many: bool,
    presence: Presence,
    /// The first release that has it.
    since: Release,
    slot: Slot,
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
enum Kind {
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
        while position < own.len() {
            match own[position].presence {
                Presence::Optional => {}
                Presence::Mandatory | Presence::Value => mandatory |= 1 << position,
                Presence::Choice | Presence::MandatoryChoice => choice |= 1 << position,
            }
            position += 1;
        }
        Self { own, common, mandatory, choice, exclusive: None }
    }

    const fn exclusive(
        mut self,
        rule: &'static str,
        one: &'static str,
        other: &'static str,
    ) -> Self {
        self.exclusive = Some(Exclusive { rule, one, other });
        self
    }

    /// The element of this name. Names mostly come in the order of the table, so the search starts
    /// at `hint`, the position after the last one found.
    fn find(&self, name: &str, hint: usize, release: Release) -> Option<(usize, &'static Element)> {
        if let Some(element) = self.own.get(hint)
            && element.name == name
            && element.since.number() <= release.number()
        {
            return Some((hint, element));
        }
        self.find_anywhere(name, hint, release)
    }

    fn find_anywhere(
        &self,
        name: &str,
        hint: usize,
        release: Release,
    ) -> Option<(usize, &'static Element)> {
        let (before, after) = self.own.split_at(hint.min(self.own.len()));
        let later = after.iter().position(|element| element.name == name).map(|at| at + hint);
        let at = later.or_else(|| before.iter().position(|element| element.name == name));
        let found = if let Some(at) = at {
            (at, &self.own[at])
        } else {
            let at = self.common.iter().position(|element| element.name == name)?;
            (self.own.len() + at, &self.common[at])
        };
        (found.1.since.number() <= release.number()).then_some(found)
    }
}

/// 0..1
const fn one(name: &'static str, kind: Kind) -> Element {
    Element {
        name,
        kind,
        many: false,
        presence: Presence::Optional,
        since: Release::Dstu2,
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

    const fn since(mut self, release: Release) -> Self {
        self.since = release;
        self
    }

    const fn slot(mut self, slot: Slot) -> Self {
        self.slot = slot;
        self
    }

    const fn is_primitive(&self) -> bool {
        matches!(self.kind, Kind::Primitive(_) | Kind::Code(_))
    }
}

#[cfg(test)]
mod tests;
