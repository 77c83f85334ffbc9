//! What for: v3's `PurposeOfUse`, and what senders write instead.
use super::party::words;
use kiln_fhir::{AuditEvent, CodeableConcept};

/// A purpose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A code that has a word here.
    Known(&'static str),
    /// As it was sent.
    Sent(String),
}

/// Codes that have a word, of `v3-ActReason` (<https://terminology.hl7.org/ValueSet-v3-PurposeOfUse>)
/// and of the Swiss record (`urn:oid:2.16.756.5.30.1.127.3.10.5`).
const KNOWN: [&str; 34] = [
    "TREAT",
    "ETREAT",
    "BTG",
    "CAREMGT",
    "CLINTRL",
    "PATRQT",
    "FAMRQT",
    "PWATRNY",
    "SUPNWK",
    "PUBHLTH",
    "DISASTER",
    "THREAT",
    "HPAYMT",
    "CLMATTCH",
    "COVAUTH",
    "COVERAGE",
    "ELIGDTRM",
    "ELIGVER",
    "REMITADV",
    "HOPERAT",
    "HACCRED",
    "HCOMPL",
    "HQUALIMP",
    "RECORDMGT",
    "SYSDEV",
    "HSYSADMIN",
    "HDIRECT",
    "HMARKT",
    "HRESCH",
    "HLEGAL",
    "NORM",
    "EMER",
    "AUTO",
    "DICOM_AUTO",
];

const EMERGENCIES: [&str; 3] = ["BTG", "ETREAT", "EMER"];

/// Treatment, payment, operations and what is part of them (45 CFR 164.501, 164.528(a)(1)(i)), and
/// what the person has asked for themselves (ii).
const EXEMPT: [&str; 19] = [
    "TREAT",
    "ETREAT",
    "BTG",
    "CAREMGT",
    "PATRQT",
    "HPAYMT",
    "CLMATTCH",
    "COVAUTH",
    "COVERAGE",
    "ELIGDTRM",
    "ELIGVER",
    "REMITADV",
    "HOPERAT",
    "HSYSADMIN",
    "HACCRED",
    "HCOMPL",
    "HQUALIMP",
    "RECORDMGT",
    "SYSDEV",
];

impl Purpose {
    /// Whether it is an emergency, or the breaking of the glass.
    pub fn is_emergency(&self) -> bool {
        matches!(self, Self::Known(code) if EMERGENCIES.contains(code))
    }

    /// Whether an accounting of disclosures leaves it out.
    pub fn is_exempt(&self) -> bool {
        matches!(self, Self::Known(code) if EXEMPT.contains(code))
    }
}

/// The purposes of an event, each once: its own, and those of its agents.
pub(super) fn of(event: &AuditEvent<'_>) -> Vec<Purpose> {
    let mut purposes = Vec::new();
    let agents = event.agents.iter().flat_map(|agent| &agent.purpose);
    for concept in event.purpose.iter().chain(agents) {
        if let Some(purpose) = one(concept)
            && !purposes.contains(&purpose)
        {
            purposes.push(purpose);
        }
    }
    purposes
}

fn one(concept: &CodeableConcept<'_>) -> Option<Purpose> {
    let codes = concept.coding.iter().filter_map(|coding| coding.code.as_deref());
    let mut known = codes.filter_map(|code| KNOWN.into_iter().find(|known| *known == code));
    known.next().map(Purpose::Known).or_else(|| words(concept).map(Purpose::Sent))
}
