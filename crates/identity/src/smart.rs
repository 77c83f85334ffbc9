//! SMART App Launch's scopes of `AuditEvent`, in both forms: `system/AuditEvent.rs` (SMART 2.2,
//! "FHIR resource scope syntax") and `system/AuditEvent.read` (SMART 1).
//!
//! What is not understood grants nothing. `u` and `d` grant nothing: no audit event is changed or
//! deleted. What the same scopes say of other types is [`ResourceGrants`].
use crate::{PatientContext, Reach, Role, Scope, Scopes};
mod access;
mod resources;
use access::Access;

pub use resources::{Access as ResourceAccess, Allowed, ResourceGrants};

/// What to tell clients that they may ask for (`scopes_supported` of
/// `.well-known/smart-configuration`).
pub const SCOPES_SUPPORTED: [&str; 6] = [
    "system/AuditEvent.c",
    "system/AuditEvent.rs",
    "system/AuditEvent.crs",
    "user/AuditEvent.c",
    "user/AuditEvent.rs",
    "patient/AuditEvent.rs",
];

/// Searches of granular scopes that are kept of one token; those beyond them grant nothing.
const FILTERS_MAX: usize = 32;

/// What scopes and roles together allow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Which routes.
    pub scopes: Scopes,
    /// Which events.
    pub reach: Reach,
}

/// What a text of scopes, with blanks between them, allows, and these roles.
///
/// `patient` is the patient in the token's context: without one, `patient/…` and [`Role::Patient`]
/// grant nothing. `is_patient` says that the person who signed in is a patient (or speaks for one),
/// to whom `user/…` gives no more than `patient/…`.
///
/// Scopes add up. Where they differ in what may be read and what may be searched, or in whose
/// events, the smaller reach holds for all of it: an event beyond what any scope grants is never
/// shown.
pub fn grant(
    scopes: &str,
    roles: &[Role],
    patient: Option<PatientContext>,
    is_patient: bool,
) -> Grant {
    let mut sum = Sum { patient, is_patient, ..Sum::default() };
    scopes.split_ascii_whitespace().for_each(|scope| sum.add_scope(scope));
    for role in roles {
        sum.add_role(*role);
    }
    sum.grant()
}

#[derive(Default)]
struct Sum {
    patient: Option<PatientContext>,
    is_patient: bool,
    others: Scopes,
    read: Access,
    search: Access,
    filters: usize,
}

impl Sum {
    fn add_role(&mut self, role: Role) {
        let is_patient = role == Role::Patient;
        let read = Scopes::of(&[Scope::Read, Scope::Search]);
        self.others = self.others.with(role.scopes().without(read));
        if role.scopes().has(Scope::Read) {
            self.add_read(Letters { r: true, s: true, ..Letters::default() }, is_patient, None);
        }
    }

    fn add_scope(&mut self, text: &str) {
        let Some(one) = ResourceScope::parse(text) else { return };
        let is_patient =
            one.level == Level::Patient || (one.level == Level::User && self.is_patient);
        // Nobody's audit events come from a patient's own hand, and a part of them is no place
        // where all that is sent could be held to it.
        if one.letters.c && !is_patient && one.filter.is_none() {
            self.others = self.others.with(Scopes::of(&[Scope::Create]));
        }
        self.add_read(one.letters, is_patient, one.filter);
    }

    fn add_read(&mut self, letters: Letters, is_patient: bool, filter: Option<&str>) {
        if is_patient && self.patient.is_none() {
            return;
        }
        self.filters += usize::from(filter.is_some());
        if filter.is_some() && self.filters > FILTERS_MAX {
            return;
        }
        if letters.r {
            self.read.add(is_patient, filter);
        }
        if letters.s {
            self.search.add(is_patient, filter);
        }
    }

    fn grant(self) -> Grant {
        let kinds = [(Scope::Read, &self.read), (Scope::Search, &self.search)];
        let given: Vec<_> = kinds.into_iter().filter(|(_, access)| access.is_given()).collect();
        let scopes: Vec<Scope> = given.iter().map(|(scope, _)| *scope).collect();
        let given: Vec<&Access> = given.into_iter().map(|(_, access)| access).collect();
        let reach = Access::reach(&given, self.patient);
        Grant { scopes: self.others.with(Scopes::of(&scopes)), reach }
    }
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Level {
    Patient,
    User,
    System,
}

/// Interactions, by their letters; on `AuditEvent` `u` and `d` are read over.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are SMART's five letters")]
struct Letters {
    c: bool,
    r: bool,
    u: bool,
    d: bool,
    s: bool,
}

/// One scope that speaks of `AuditEvent`.
struct ResourceScope<'a> {
    level: Level,
    letters: Letters,
    filter: Option<&'a str>,
}

impl<'a> ResourceScope<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (level, resource, letters, filter) = parts(text)?;
        let is_of_events = resource == "AuditEvent" || resource == "*";
        is_of_events.then_some(Self { level, letters, filter })
    }
}

/// The parts of a scope of any resource type: whose, the type or `*`, what, the search behind it.
fn parts(text: &str) -> Option<(Level, &str, Letters, Option<&str>)> {
    let (level, rest) = text.split_once('/')?;
    let level = match level {
        "patient" => Level::Patient,
        "user" => Level::User,
        "system" => Level::System,
        _ => return None,
    };
    let (resource, rest) = rest.split_once('.')?;
    let (interactions, filter) = match rest.split_once('?') {
        Some((_, "")) => return None,
        Some((interactions, filter)) => (interactions, Some(filter)),
        None => (rest, None),
    };
    let letters = match (interactions, filter) {
        ("read", None) => Letters { r: true, s: true, ..Letters::default() },
        ("write", None) => Letters { c: true, u: true, d: true, ..Letters::default() },
        ("*", None) => Letters::ALL,
        _ => Letters::parse(interactions)?,
    };
    Some((level, resource, letters, filter))
}

impl Letters {
    const ALL: Self = Self { c: true, r: true, u: true, d: true, s: true };

    fn has(self, access: ResourceAccess) -> bool {
        match access {
            ResourceAccess::Create => self.c,
            ResourceAccess::Read => self.r,
            ResourceAccess::Update => self.u,
            ResourceAccess::Delete => self.d,
            ResourceAccess::Search => self.s,
        }
    }

    /// Letters of `cruds`, each at most once and in that order: others "SHALL NOT" be.
    fn parse(text: &str) -> Option<Self> {
        let mut known = "cruds".chars();
        let in_order = text.chars().all(|letter| known.any(|other| other == letter));
        let has = |letter| text.contains(letter);
        let letters = Self { c: has('c'), r: has('r'), u: has('u'), d: has('d'), s: has('s') };
        (in_order && !text.is_empty()).then_some(letters)
    }
}

#[cfg(test)]
mod tests;
