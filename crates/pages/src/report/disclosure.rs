//! What a disclosure is, and which of them an accounting tells (45 CFR 164.528).
use super::{
    purpose::Purpose,
    told::{Ending, Told, codes},
};
use kiln_fhir::AuditEvent;

/// What becomes of an event in an accounting.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is told.
    Told,
    /// Nothing was disclosed by it.
    None,
    /// For treatment, payment, operations, or the person themselves.
    Exempt,
    /// It failed.
    Failed,
}

/// Judges an event. One that states no purpose is told: it is for whoever disclosed to say that it
/// was for treatment.
pub(super) fn judge(event: &AuditEvent<'_>, told: &Told) -> Verdict {
    if !is_disclosure(event) {
        return Verdict::None;
    }
    if told.ending == Ending::Failure {
        return Verdict::Failed;
    }
    let is_exempt = !told.purposes.is_empty() && told.purposes.iter().all(Purpose::is_exempt);
    if is_exempt { Verdict::Exempt } else { Verdict::Told }
}

/// DICOM's Export (110106), ISO 21089's disclose and transmit, BALP's disclosure profiles, and an
/// entity whose life cycle says export (10) or disclosure (11).
fn is_disclosure(event: &AuditEvent<'_>) -> bool {
    let by_code = || codes(event).any(|code| matches!(code, "110106" | "disclose" | "transmit"));
    let by_profile =
        || event.meta.profile.iter().any(|profile| profile.contains("PrivacyDisclosure"));
    let mut cycles = event.entities.iter().filter_map(|it| it.lifecycle.as_ref()?.code.as_deref());
    by_code() || by_profile() || cycles.any(|code| matches!(code, "10" | "11" | "disclose"))
}

#[cfg(test)]
mod tests;
