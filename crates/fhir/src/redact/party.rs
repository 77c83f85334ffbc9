//! Who did it, who tells it, and to whom it was done.
use super::Redaction;
use crate::Release;
use crate::json::Value;

/// Codes of agents that are patients, in whatever system: DICOM has none, v3's `RoleClass` the
/// first, `AuditEvent`'s examples the others.
const PATIENT_ROLES: [&str; 3] = ["PAT", "PATIENT", "patient"];

impl Redaction<'_, '_> {
    /// Who did it. Of another patient it is shown that there was one, and in what role.
    pub(super) fn agent(&self, at: usize, out: &mut Vec<u8>) -> bool {
        let must: &[&str] = match self.release {
            Release::R5 | Release::R6 => &["who"],
            _ => &["requestor"],
        };
        let is_shown = !self.is_another_patient(at);
        self.members(at, must, out, |name, at, out| match name {
            "type" | "role" | "media" | "purposeOfUse" | "authorization" => {
                self.each(at, out, |at, out| self.coded(at, out))
            }
            "requestor" => self.scalar(at, out),
            "who" | "reference" => is_shown && self.reference(at, true, out),
            "userId" => is_shown && self.identifier(at, out),
            "altId" | "name" => is_shown && self.scalar(at, out),
            _ => false,
        })
    }

    /// Where it was, and who tells it.
    pub(super) fn source(&self, at: usize, out: &mut Vec<u8>) -> bool {
        let must: &[&str] = match self.release {
            Release::Dstu2 | Release::Stu3 => &["identifier"],
            _ => &["observer"],
        };
        self.members(at, must, out, |name, at, out| match name {
            "site" if matches!(self.tape.value(at), Value::Object(_)) => self.teller(at, out),
            "site" => self.scalar(at, out),
            "observer" => self.teller(at, out),
            "identifier" => self.identifier(at, out),
            "type" => self.each(at, out, |at, out| self.coded(at, out)),
            _ => false,
        })
    }

    fn teller(&self, at: usize, out: &mut Vec<u8>) -> bool {
        !self.is_to_another_patient(at) && self.reference(at, true, out)
    }

    /// To whom it was done: only this patient is shown, and in which role.
    pub(super) fn entity(&self, at: usize, out: &mut Vec<u8>) -> bool {
        let what = ["what", "reference"].into_iter().find_map(|name| self.tape.member(at, name));
        if !what.is_some_and(|what| self.is_of(what)) {
            return false;
        }
        self.members(at, &[], out, |name, at, out| match name {
            "what" | "reference" => self.reference(at, false, out),
            "type" | "role" | "lifecycle" | "securityLabel" => {
                self.each(at, out, |at, out| self.coded(at, out))
            }
            _ => false,
        })
    }

    /// Whether an agent is a patient, and not this one. One that only its role calls a patient may
    /// be anybody.
    fn is_another_patient(&self, agent: usize) -> bool {
        let who = ["who", "reference"].into_iter().find_map(|name| self.tape.member(agent, name));
        if let Some(who) = who {
            if self.is_of(who) {
                return false;
            }
            if self.is_to_another_patient(who) {
                return true;
            }
            if self.member_text(who, "reference").is_some_and(|text| type_of(text).is_some()) {
                return false;
            }
        }
        let concepts =
            ["type", "role"].into_iter().filter_map(|name| self.tape.member(agent, name));
        let mut concepts = concepts.flat_map(|at| self.tape.items(at));
        concepts.any(|concept| self.is_patient_role(concept))
    }

    fn is_patient_role(&self, concept: usize) -> bool {
        let codings = self.tape.member(concept, "coding").map(|at| self.tape.items(at));
        codings.into_iter().flatten().any(|coding| {
            self.member_text(coding, "code").is_some_and(|code| PATIENT_ROLES.contains(&code))
        })
    }

    /// Whether a reference is to a patient, and not to this one.
    fn is_to_another_patient(&self, reference: usize) -> bool {
        if self.is_of(reference) {
            return false;
        }
        let text = self.member_text(reference, "reference").unwrap_or_default();
        let beside = self.member_text(reference, "type");
        type_of(text) == Some("Patient")
            || beside.is_some_and(|name| name.rsplit('/').next() == Some("Patient"))
            || text.strip_prefix('#').is_some_and(|id| !self.contains_another(id))
    }

    /// Whether a resource of another type than Patient is contained under this id. One that is not
    /// there may be anything.
    fn contains_another(&self, id: &str) -> bool {
        let contained = self.tape.member(0, "contained").map(|at| self.tape.items(at));
        contained.into_iter().flatten().any(|resource| {
            let kind = self.member_text(resource, "resourceType");
            self.member_text(resource, "id") == Some(id)
                && kind.is_some_and(|kind| kind != "Patient")
        })
    }
}

/// `Practitioner` of `Practitioner/1`, with a server or without, in whatever version.
fn type_of(reference: &str) -> Option<&str> {
    let text = reference.split_once("/_history/").map_or(reference, |(before, _)| before);
    let (before, _id) = text.rsplit_once('/')?;
    let name = before.rsplit('/').next().unwrap_or(before);
    name.starts_with(|first: char| first.is_ascii_uppercase()).then_some(name)
}
