//! Where resources say whom they are about: FHIR's patient compartment
//! (<https://hl7.org/fhir/R4/compartmentdefinition-patient.html>), each of its search parameters
//! as the path of an element, and what is about a patient beyond it, as a Task is.

/// Elements at the top of any resource, of every release, that are whom it is about. An identifier
/// in one of these is a patient's, though nothing else says so.
pub(super) const ABOUT: [&str; 5] =
    ["patient", "subject", "patientReference", "subjectReference", "for"];

/// Other elements that are about whoever is there, if it is a patient.
const ALSO_ABOUT: [&str; 3] = ["beneficiary", "candidate", "individual"];

/// Whether an identifier alone is a patient's in an element of this name.
pub(super) fn is_about(name: &str) -> bool {
    ABOUT.contains(&name) || ALSO_ABOUT.contains(&name)
}

/// The paths of a resource type, beyond [`ABOUT`].
pub(super) fn paths(r#type: &str) -> impl Iterator<Item = &'static [&'static str]> {
    let start = PATHS.partition_point(|row| row.0 < r#type);
    PATHS[start..].iter().take_while(move |row| row.0 == r#type).map(|row| row.1)
}

/// Sorted by type. Rows of other releases than R4 are marked: an element that a release has not is
/// not found in its resources.
const PATHS: &[(&str, &[&str])] = &[
    ("AllergyIntolerance", &["recorder"]),
    ("AllergyIntolerance", &["asserter"]),
    // R5
    ("AllergyIntolerance", &["participant", "actor"]),
    ("Appointment", &["participant", "actor"]),
    ("AppointmentResponse", &["actor"]),
    ("AuditEvent", &["agent", "who"]),
    ("AuditEvent", &["entity", "what"]),
    // STU3
    ("AuditEvent", &["agent", "reference"]),
    ("AuditEvent", &["entity", "reference"]),
    // DSTU2
    ("AuditEvent", &["participant", "reference"]),
    ("AuditEvent", &["object", "reference"]),
    ("Basic", &["author"]),
    // Not of the compartment: whoever may see it may see the Binary.
    ("Binary", &["securityContext"]),
    ("CarePlan", &["activity", "detail", "performer"]),
    ("CareTeam", &["participant", "member"]),
    ("Claim", &["payee", "party"]),
    ("Communication", &["sender"]),
    ("Communication", &["recipient"]),
    ("CommunicationRequest", &["sender"]),
    ("CommunicationRequest", &["recipient"]),
    ("CommunicationRequest", &["requester"]),
    // R5
    ("CommunicationRequest", &["informationProvider"]),
    ("Composition", &["author"]),
    ("Composition", &["attester", "party"]),
    ("Condition", &["asserter"]),
    // R5
    ("Condition", &["participant", "actor"]),
    ("Coverage", &["policyHolder"]),
    ("Coverage", &["subscriber"]),
    ("Coverage", &["beneficiary"]),
    ("Coverage", &["payor"]),
    // R5
    ("Coverage", &["paymentBy", "party"]),
    ("DeviceRequest", &["performer"]),
    // R5
    ("DeviceRequest", &["performer", "reference"]),
    ("DocumentManifest", &["author"]),
    ("DocumentManifest", &["recipient"]),
    ("DocumentReference", &["author"]),
    ("EnrollmentRequest", &["candidate"]),
    ("ExplanationOfBenefit", &["payee", "party"]),
    ("Group", &["member", "entity"]),
    ("Invoice", &["recipient"]),
    ("List", &["source"]),
    ("MedicationAdministration", &["performer", "actor"]),
    ("MedicationDispense", &["receiver"]),
    ("Observation", &["performer"]),
    ("Patient", &["link", "other"]),
    ("Person", &["link", "target"]),
    ("Procedure", &["performer", "actor"]),
    ("Provenance", &["target"]),
    ("QuestionnaireResponse", &["author"]),
    ("RequestGroup", &["action", "participant"]),
    // R5
    ("RequestOrchestration", &["action", "participant", "actorReference"]),
    ("ResearchSubject", &["individual"]),
    ("Schedule", &["actor"]),
    ("ServiceRequest", &["performer"]),
    // R5
    ("SupplyRequest", &["deliverFor"]),
    ("SupplyRequest", &["deliverTo"]),
];

#[cfg(test)]
mod tests;
