//! The words that all records have in common and that are nobody's: members, and codes, systems
//! and profiles of published standards.
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A word is one of all when one record of so many has it.
const ONE_OF: usize = 100;
/// And when so many have it.
const RECORDS_MIN: usize = 20;
/// No member's name of FHIR is longer, and no code of a standard.
const WORD_BYTES_MAX: usize = 64;
const URI_BYTES_MAX: usize = 200;

/// Who publishes the systems and profiles whose words are kept.
const PUBLISHERS: [&str; 12] = [
    "http://dicom.nema.org/",
    "http://hl7.org/fhir",
    "https://hl7.org/fhir",
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://terminology.hl7.org/",
    "http://unitsofmeasure.org",
    "https://kiln-audit.org/",
    "https://profiles.ihe.net/",
    "urn:ietf:bcp:",
    "urn:ietf:rfc:",
    "urn:ihe:",
];
/// Members whose value is such a URI.
const URIS: [&str; 4] = ["profile", "system", "url", "valueUri"];
/// Members whose value FHIR gives, in an object without a system.
const CODES: [&str; 10] = [
    "action",
    "lang",
    "language",
    "lifecycle",
    "mode",
    "outcome",
    "resourceType",
    "severity",
    "status",
    "use",
];
/// The types that references begin with.
pub(super) const TYPES: [&str; 20] = [
    "AllergyIntolerance",
    "AuditEvent",
    "CareTeam",
    "Condition",
    "Consent",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Immunization",
    "Location",
    "Medication",
    "MedicationRequest",
    "Observation",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "RelatedPerson",
    "ServiceRequest",
];

/// Members by name, and values by member and value.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    members: HashSet<String>,
    values: HashSet<(String, String)>,
}

impl Vocabulary {
    /// Of these records.
    pub(super) fn of(bodies: &[&[u8]]) -> Self {
        let mut counts = Counts::default();
        for body in bodies {
            let Ok(value) = serde_json::from_slice::<Value>(body) else { continue };
            let mut seen = Self::default();
            seen.look(&value);
            seen.members.into_iter().for_each(|word| *counts.members.entry(word).or_default() += 1);
            seen.values.into_iter().for_each(|word| *counts.values.entry(word).or_default() += 1);
        }
        counts.common((bodies.len() / ONE_OF).max(RECORDS_MIN))
    }

    pub(super) fn has_member(&self, name: &str) -> bool {
        self.members.contains(name)
    }

    pub(super) fn has_value(&self, member: &str, value: &str) -> bool {
        // Without a copy where the value can be none.
        value.len() <= URI_BYTES_MAX && self.values.contains(&(member.to_owned(), value.to_owned()))
    }

    /// Takes the words of a value that may be kept.
    fn look(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.look(item)),
            Value::Object(members) => {
                let is_public = members.get("system").is_some_and(is_public);
                for (name, value) in members {
                    if is_word(name) {
                        self.members.insert(name.clone());
                    }
                    self.look_at(name, value, is_public);
                    self.look(value);
                }
            }
            _ => {}
        }
    }

    fn look_at(&mut self, name: &str, value: &Value, is_public: bool) {
        if let Value::Array(items) = value {
            return items.iter().for_each(|item| self.look_at(name, item, is_public));
        }
        let is_code = CODES.contains(&name) || (name == "code" && is_public);
        let may_stay = (is_code && value.as_str().is_some_and(is_word))
            || (URIS.contains(&name) && is_public_uri(value));
        if may_stay && let Some(value) = value.as_str() {
            self.values.insert((name.to_owned(), value.to_owned()));
        }
    }
}

#[derive(Default)]
struct Counts {
    members: HashMap<String, usize>,
    values: HashMap<(String, String), usize>,
}

impl Counts {
    fn common(self, least: usize) -> Vocabulary {
        fn often<W>(counts: HashMap<W, usize>, least: usize) -> impl Iterator<Item = W> {
            counts.into_iter().filter(move |(_, count)| *count >= least).map(|(word, _)| word)
        }
        Vocabulary {
            members: often(self.members, least).collect(),
            values: often(self.values, least).collect(),
        }
    }
}

fn is_public(system: &Value) -> bool {
    is_public_uri(system)
}

fn is_public_uri(value: &Value) -> bool {
    value.as_str().is_some_and(|uri| {
        uri.len() <= URI_BYTES_MAX && PUBLISHERS.iter().any(|publisher| uri.starts_with(publisher))
    })
}

fn is_word(text: &str) -> bool {
    let is_one = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    !text.is_empty() && text.len() <= WORD_BYTES_MAX && text.chars().all(is_one)
}
