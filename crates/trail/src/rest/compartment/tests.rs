use super::*;
use std::io::Write as _;

#[test]
fn the_table_is_sorted_by_type_and_names_types_that_there_are() {
    assert!(PATHS.windows(2).all(|rows| rows[0].0 <= rows[1].0));
    for (r#type, path) in PATHS {
        assert!(kiln_fhir::resource_type::is_known(r#type), "{type}");
        assert!(!matches!(path, [] | [_]) || !path.iter().all(|name| ABOUT.contains(name)));
    }
}

#[test]
fn a_type_has_its_rows_and_no_other() {
    let of = |name| paths(name).map(|path| path.join(".")).collect::<Vec<_>>();
    assert_eq!(of("Observation"), ["performer"]);
    assert_eq!(of("Patient"), ["link.other"]);
    assert_eq!(of("Communication"), ["sender", "recipient"]);
    assert!(of("Practitioner").is_empty());
    assert!(of("").is_empty());
}

/// The parameters of R4's patient compartment, and the element that each of them searches.
/// (<https://hl7.org/fhir/R4/compartmentdefinition-patient.html>)
const PARAMETERS: &str = "Account.subject AdverseEvent.subject AllergyIntolerance.patient \
    AllergyIntolerance.recorder AllergyIntolerance.asserter Appointment.participant.actor \
    AppointmentResponse.actor AuditEvent.agent.who AuditEvent.entity.what Basic.subject \
    Basic.author BodyStructure.patient CarePlan.subject CarePlan.activity.detail.performer \
    CareTeam.subject CareTeam.participant.member ChargeItem.subject Claim.patient \
    Claim.payee.party ClaimResponse.patient ClinicalImpression.subject Communication.subject \
    Communication.sender Communication.recipient CommunicationRequest.subject \
    CommunicationRequest.sender CommunicationRequest.recipient CommunicationRequest.requester \
    Composition.subject Composition.author Composition.attester.party Condition.subject \
    Condition.asserter Consent.patient Coverage.policyHolder Coverage.subscriber \
    Coverage.beneficiary Coverage.payor CoverageEligibilityRequest.patient \
    CoverageEligibilityResponse.patient DetectedIssue.patient DeviceRequest.subject \
    DeviceRequest.performer DeviceUseStatement.subject DiagnosticReport.subject \
    DocumentManifest.subject DocumentManifest.author DocumentManifest.recipient \
    DocumentReference.subject DocumentReference.author Encounter.subject \
    EnrollmentRequest.candidate EpisodeOfCare.patient ExplanationOfBenefit.patient \
    ExplanationOfBenefit.payee.party FamilyMemberHistory.patient Flag.subject Goal.subject \
    Group.member.entity ImagingStudy.subject Immunization.patient \
    ImmunizationEvaluation.patient ImmunizationRecommendation.patient Invoice.subject \
    Invoice.recipient List.subject List.source MeasureReport.subject Media.subject \
    MedicationAdministration.subject MedicationAdministration.performer.actor \
    MedicationDispense.subject MedicationDispense.receiver MedicationRequest.subject \
    MedicationStatement.subject MolecularSequence.patient NutritionOrder.patient \
    Observation.subject Observation.performer Patient.link.other Person.link.target \
    Procedure.subject Procedure.performer.actor Provenance.target QuestionnaireResponse.subject \
    QuestionnaireResponse.author RelatedPerson.patient RequestGroup.subject \
    RequestGroup.action.participant ResearchSubject.individual RiskAssessment.subject \
    Schedule.actor ServiceRequest.subject ServiceRequest.performer Specimen.subject \
    SupplyDelivery.patient SupplyRequest.deliverTo VisionPrescription.patient";

#[test]
fn every_parameter_of_the_compartment_has_its_path() {
    for parameter in PARAMETERS.split_whitespace() {
        let (r#type, path) = parameter.split_once('.').unwrap();
        let is_row = paths(r#type).any(|row| row.join(".") == path);
        assert!(is_row || ABOUT.contains(&path), "{parameter}");
    }
}

#[test]
fn an_audit_event_is_in_the_compartment_by_what_the_releases_say() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fhir/tables");
    let Ok(table) = std::fs::read_to_string(format!("{folder}/search-params.tsv")) else {
        writeln!(std::io::stderr(), "SKIPPED: the table of search parameters: no ../shared")
            .unwrap();
        return;
    };
    let dotted = table.replace("f:", "").replace('/', ".");
    let rows: Vec<&str> = dotted.lines().filter(|row| row.contains("\tpatient\t")).collect();
    assert!(rows.len() >= 5, "{rows:?}");
    for row in rows {
        let elements: Vec<&str> = row
            .split(['\t', ' ', '|'])
            .filter_map(|word| word.strip_prefix("AuditEvent."))
            .map(|element| element.trim_end_matches(".where(resolve()"))
            .collect();
        assert!(!elements.is_empty(), "{row}");
        for element in elements {
            let is_row = paths("AuditEvent").any(|row| row.join(".") == element);
            assert!(is_row || ABOUT.contains(&element), "{element}");
        }
    }
}
