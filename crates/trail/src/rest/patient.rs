//! Patients, as resources and requests refer to them.
use super::resource::text;
use super::{Asked, Does, Id, Instance, Limits, compartment, query, reference};
use kiln_fhir::json::Tape;
use std::collections::HashMap;

/// A patient, as somebody refers to one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Patient {
    /// `Patient/id` of this server, or the URL of one elsewhere; without a version.
    Reference(String),
    /// By an identifier.
    Identifier {
        /// `system`
        system: Option<String>,
        /// `value`
        value: String,
    },
    /// In a transaction: the `fullUrl` of another entry, which gets its id only then.
    Placeholder(String),
}

impl Patient {
    /// The patient of this server with that id.
    pub fn of(id: &Id) -> Self {
        Self::Reference(["Patient/", id.as_str()].concat())
    }

    /// The same, where it was referred to by a URL of this server.
    #[must_use]
    pub(super) fn at(&self, bases: &[&str]) -> Self {
        match self {
            Self::Reference(url) => reference::patient(url, Some("Patient"), bases),
            _ => None,
        }
        .unwrap_or_else(|| self.clone())
    }

    /// As an event names it; a placeholder is nobody yet.
    pub fn named(&self) -> Option<crate::Patient<'_>> {
        match self {
            Self::Reference(reference) => Some(crate::Patient::Reference(reference)),
            Self::Identifier { system, value } => {
                Some(crate::Patient::Identifier { system: system.as_deref(), value })
            }
            Self::Placeholder(_) => None,
        }
    }
}

/// Patients, each once, up to a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    pub(super) patients: Vec<Patient>,
    pub(super) has_more: bool,
}

impl About {
    pub(super) fn add(&mut self, patient: Patient, limits: &Limits) {
        if self.patients.contains(&patient) {
            return;
        }
        if self.patients.len() < limits.patients_max {
            self.patients.push(patient);
        } else {
            self.has_more = true;
        }
    }
}

/// Resources inside each other are looked into no deeper: a document in a Bundle of operations.
const INSIDE_MAX: usize = 4;

/// Whom the resource at a node is about.
pub(super) fn of_resource(tape: &Tape<'_>, at: usize, bases: &[&str], limits: &Limits) -> About {
    let mut about = About::default();
    let reader = Reader { tape, bases, limits };
    reader.resource(at, INSIDE_MAX, &mut about);
    about
}

/// Nodes of the Patients that a resource holds, by their ids there.
type Contained<'t> = HashMap<&'t str, usize>;

struct Reader<'r, 'a> {
    tape: &'r Tape<'a>,
    bases: &'r [&'r str],
    limits: &'r Limits,
}

impl Reader<'_, '_> {
    fn resource(&self, at: usize, inside_left: usize, about: &mut About) {
        let name = text(self.tape, at, "resourceType").unwrap_or_default();
        if name == "Patient" {
            let id = text(self.tape, at, "id").and_then(Id::parse);
            if let Some(id) = id {
                about.add(Patient::of(&id), self.limits);
            }
        }
        let contained = self.contained(at);
        for member in compartment::ABOUT {
            self.walk(&contained, at, &[member], about);
        }
        for path in compartment::paths(name) {
            self.walk(&contained, at, path, about);
        }
        if inside_left > 0 && matches!(name, "Bundle" | "Parameters") {
            self.inside(at, name, inside_left - 1, about);
        }
    }

    /// What a Bundle or Parameters hold.
    fn inside(&self, at: usize, name: &str, inside_left: usize, about: &mut About) {
        let list = if name == "Bundle" { "entry" } else { "parameter" };
        for item in self.tape.member(at, list).into_iter().flat_map(|list| self.tape.items(list)) {
            if let Some(resource) = self.tape.member(item, "resource") {
                self.resource(resource, inside_left, about);
            }
            if name == "Parameters" {
                self.walk(&Contained::new(), item, &["valueReference"], about);
            }
        }
    }

    /// Steps down a path.
    fn walk(&self, contained: &Contained<'_>, at: usize, path: &[&str], about: &mut About) {
        let Some((name, rest)) = path.split_first() else { return };
        let Some(member) = self.tape.member(at, name) else { return };
        for item in self.tape.items(member) {
            if !rest.is_empty() {
                self.walk(contained, item, rest, about);
            } else if let Some(patient) = self.reference(contained, item, name) {
                about.add(patient, self.limits);
            }
        }
    }

    /// The patient that a Reference in an element of this name refers to; of R5's
    /// `CodeableReference` the reference inside.
    fn reference(&self, contained: &Contained<'_>, at: usize, element: &str) -> Option<Patient> {
        let inner = self.tape.member(at, "reference");
        if let Some(inner) = inner.filter(|&inner| self.tape.children(inner).next().is_some()) {
            return self.reference(contained, inner, element);
        }
        let kind = text(self.tape, at, "type");
        if let Some(reference) = inner.and_then(|inner| self.tape.text(inner)) {
            let found = match reference.strip_prefix('#') {
                Some(id) => contained.get(id).and_then(|&at| self.first_identifier(at)),
                None => reference::patient(reference, kind, self.bases),
            };
            if found.is_some() || reference::is_of_another(reference) {
                return found;
            }
        }
        let is_patient = kind.map_or(compartment::is_about(element), |kind| kind == "Patient");
        let identifier = self.tape.member(at, "identifier").filter(|_| is_patient)?;
        self.identifier(identifier)
    }

    /// Patients that a resource holds itself: nobody else knows their ids.
    fn contained(&self, at: usize) -> Contained<'_> {
        let list = self.tape.member(at, "contained");
        let resources = list.into_iter().flat_map(|list| self.tape.items(list));
        let patients =
            resources.filter(|&at| text(self.tape, at, "resourceType") == Some("Patient"));
        patients.filter_map(|at| Some((text(self.tape, at, "id")?, at))).collect()
    }

    fn first_identifier(&self, patient: usize) -> Option<Patient> {
        let identifiers = self.tape.member(patient, "identifier")?;
        self.tape.items(identifiers).find_map(|at| self.identifier(at))
    }

    fn identifier(&self, at: usize) -> Option<Patient> {
        let part = |name| {
            let part = text(self.tape, at, name);
            part.filter(|part| part.len() <= reference::BYTES_MAX).map(str::to_owned)
        };
        Some(Patient::Identifier { system: part("system"), value: part("value")? })
    }
}

/// Patients whom a request names, by its path and its criteria.
pub(super) fn of_request(asked: &Asked, form: Option<&str>, limits: &Limits) -> Vec<Patient> {
    let mut about = About::default();
    let named = match &asked.does {
        Does::SearchCompartment(instance, _) => Some(instance),
        _ => asked.instance(),
    };
    if let Some(Instance { id, .. }) = named.filter(|named| named.r#type.as_str() == "Patient") {
        about.add(Patient::of(id), limits);
    }
    let criteria = asked.conditions.if_none_exist.as_deref();
    for criteria in [asked.query.as_deref(), form, criteria].into_iter().flatten() {
        let of_patients = asked.resource_type().is_some_and(|kind| kind.as_str() == "Patient");
        for (name, value) in query::parameters(criteria) {
            for value in query::alternatives(&value) {
                let found = criterion(&name, &value, of_patients);
                if let Some(patient) = found {
                    about.add(patient, limits);
                }
            }
        }
    }
    about.patients
}

/// The patient that one value of a search parameter names.
fn criterion(name: &str, value: &str, of_patients: bool) -> Option<Patient> {
    let (name, modifier) = name.split_once([':', '.']).unwrap_or((name, ""));
    if name == "_id" && of_patients && modifier.is_empty() {
        return Id::parse(value).map(|id| Patient::of(&id));
    }
    let is_patient = name == "patient" || modifier == "Patient";
    let about = ["patient", "subject", "for", "beneficiary", "individual"];
    match modifier {
        _ if !about.contains(&name) => None,
        // The latter is a chain through the type: `subject:Patient.identifier`.
        "identifier" | "Patient.identifier" => reference::identifier(value),
        "" | "Patient" => {
            let id = Id::parse(value).filter(|_| is_patient).map(|id| Patient::of(&id));
            id.or_else(|| reference::patient(value, None, &[]))
        }
        "Patient._id" | "_id" if is_patient || modifier.starts_with("Patient") => {
            Id::parse(value).map(|id| Patient::of(&id))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
