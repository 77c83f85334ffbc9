//! Code systems whose URLs moved between releases: in the index they are one, by the URL of R4, on
//! both sides of a comparison. The record keeps the URL it came with.
//!
//! DSTU2's and STU3's are those their value sets name, as
//! <https://hl7.org/fhir/DSTU2/valueset-audit-event-type.html>. STU3 gave DICOM's codes another URL, R4
//! put HL7's under <https://terminology.hl7.org>.
use crate::fold::push_caseless;

/// A system's URL, as the index has it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct System<'a> {
    /// Folded already.
    moved_to: &'static str,
    rest: &'a str,
}

impl<'a> System<'a> {
    /// A URL that is no code system's, or not known to have moved.
    pub(crate) fn as_sent(url: &'a str) -> Self {
        Self { moved_to: "", rest: url }
    }

    /// The URL of a code system in any release.
    #[inline]
    pub(crate) fn of(url: &'a str) -> Self {
        // Behind `http://`: what R4 uses begins otherwise, but for a few.
        match url.as_bytes().get(7) {
            Some(b'h' | b'H' | b'n' | b'N') => Self::of_old(url),
            _ => Self::as_sent(url),
        }
    }

    fn of_old(url: &'a str) -> Self {
        let moved = if let Some(name) = after(url, "http://hl7.org/fhir/") {
            Self::of_fhir(name)
        } else if url.eq_ignore_ascii_case("http://nema.org/dicom/dicm") {
            Some(Self { moved_to: DICOM, rest: "" })
        } else {
            None
        };
        moved.unwrap_or(Self::as_sent(url))
    }

    fn of_fhir(name: &'a str) -> Option<Self> {
        if let Some(rest) = after(name, "v3/").filter(|rest| !rest.is_empty()) {
            return Some(Self { moved_to: VERSION_3, rest });
        }
        let known = MOVED.iter().find(|(old, _)| name.eq_ignore_ascii_case(old));
        known.map(|(_, moved_to)| Self { moved_to, rest: "" })
    }

    /// Appends the URL without differences of case.
    #[inline]
    pub(crate) fn push(self, out: &mut String) {
        if !self.moved_to.is_empty() {
            out.push_str(self.moved_to);
        }
        push_caseless(out, self.rest);
    }
}

const DICOM: &str = "http://dicom.nema.org/resources/ontology/dcm";
/// The systems of HL7 version 3 are `…/v3/ActReason` before R4 and `…/v3-ActReason` since.
const VERSION_3: &str = "http://terminology.hl7.org/codesystem/v3-";
/// Names below `http://hl7.org/fhir/`, and where the same codes are since R4.
const MOVED: [(&str, &str); 6] = [
    ("audit-event-type", "http://terminology.hl7.org/codesystem/audit-event-type"),
    ("audit-event-outcome", "http://terminology.hl7.org/codesystem/audit-event-outcome"),
    ("object-type", "http://terminology.hl7.org/codesystem/audit-entity-type"),
    ("audit-entity-type", "http://terminology.hl7.org/codesystem/audit-entity-type"),
    ("object-role", "http://terminology.hl7.org/codesystem/object-role"),
    ("extra-security-role-type", "http://terminology.hl7.org/codesystem/extra-security-role-type"),
];

fn after<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(beginning.len())?;
    start.eq_ignore_ascii_case(beginning).then_some(rest)
}

#[cfg(test)]
mod tests;
