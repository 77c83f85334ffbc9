//! Names of resource types, of all releases: references, modifiers and codes name them.
use crate::Release::{self, Dstu2, R4, R4b, R5Draft, R6, Stu3};

/// The code system of the names (<https://hl7.org/fhir/R4/valueset-resource-types.html>).
pub const SYSTEM: &str = "http://hl7.org/fhir/resource-types";

/// Codes of that system that no resource has as its type.
pub const ABSTRACT: [&str; 2] = ["DomainResource", "Resource"];

/// Whether a resource type of any release is called so.
pub fn is_known(name: &str) -> bool {
    !rows(name).is_empty()
}

/// The name as it stands in the table, of any release.
pub fn known(name: &str) -> Option<&'static str> {
    rows(name).first().map(|row| row.0)
}

/// Whether a release has a resource type of this name.
pub fn is_of(name: &str, release: Release) -> bool {
    rows(name).iter().any(|row| row.is_of(release))
}

/// The resource types of a release, sorted.
pub fn of(release: Release) -> impl Iterator<Item = &'static str> {
    TYPES.iter().filter(move |row| row.is_of(release)).map(|row| row.0)
}

fn rows(name: &str) -> &'static [Type] {
    let start = TYPES.partition_point(|row| row.0 < name);
    let length = TYPES[start..].iter().take_while(|row| row.0 == name).count();
    &TYPES[start..start + length]
}

/// A name, and the first and the last of the releases that have it.
struct Type(&'static str, Release, Release);

impl Type {
    fn is_of(&self, release: Release) -> bool {
        (self.1.number()..=self.2.number()).contains(&release.number())
    }
}

/// Sorted; a name that was gone for a while is there twice. The draft of R5 has what R4B or R5 has;
/// the ballots of R6 take and give back, so that R6 has all that R5 has, and what they added.
const TYPES: &[Type] = &[
    Type("Account", Dstu2, R6),
    Type("ActivityDefinition", Stu3, R6),
    Type("ActorDefinition", R5Draft, R6),
    Type("AdministrableProductDefinition", R4b, R6),
    Type("AdverseEvent", Stu3, R6),
    Type("AllergyIntolerance", Dstu2, R6),
    Type("Appointment", Dstu2, R6),
    Type("AppointmentResponse", Dstu2, R6),
    Type("ArtifactAssessment", R5Draft, R6),
    Type("AuditEvent", Dstu2, R6),
    Type("Basic", Dstu2, R6),
    Type("Binary", Dstu2, R6),
    Type("BiologicallyDerivedProduct", R4, R6),
    Type("BiologicallyDerivedProductDispense", R5Draft, R6),
    Type("BodySite", Dstu2, Stu3),
    Type("BodyStructure", R4, R6),
    Type("Bundle", Dstu2, R6),
    Type("CapabilityStatement", Stu3, R6),
    Type("CarePlan", Dstu2, R6),
    Type("CareTeam", Stu3, R6),
    Type("CatalogEntry", R4, R5Draft),
    Type("ChargeItem", Stu3, R6),
    Type("ChargeItemDefinition", R4, R6),
    Type("Citation", R4b, R6),
    Type("Claim", Dstu2, R6),
    Type("ClaimResponse", Dstu2, R6),
    Type("ClinicalImpression", Dstu2, R6),
    Type("ClinicalUseDefinition", R4b, R6),
    Type("CodeSystem", Stu3, R6),
    Type("Communication", Dstu2, R6),
    Type("CommunicationRequest", Dstu2, R6),
    Type("CompartmentDefinition", Stu3, R6),
    Type("Composition", Dstu2, R6),
    Type("ConceptMap", Dstu2, R6),
    Type("Condition", Dstu2, R6),
    Type("ConditionDefinition", R5Draft, R6),
    Type("Conformance", Dstu2, Dstu2),
    Type("Consent", Stu3, R6),
    Type("Contract", Dstu2, R6),
    Type("Coverage", Dstu2, R6),
    Type("CoverageEligibilityRequest", R4, R6),
    Type("CoverageEligibilityResponse", R4, R6),
    Type("DataElement", Dstu2, Stu3),
    Type("DetectedIssue", Dstu2, R6),
    Type("Device", Dstu2, R6),
    Type("DeviceAlert", R6, R6),
    Type("DeviceAssociation", R5Draft, R6),
    Type("DeviceComponent", Dstu2, Stu3),
    Type("DeviceDefinition", R4, R6),
    Type("DeviceDispense", R5Draft, R6),
    Type("DeviceMetric", Dstu2, R6),
    Type("DeviceRequest", Stu3, R6),
    Type("DeviceUsage", R5Draft, R6),
    Type("DeviceUseRequest", Dstu2, Dstu2),
    Type("DeviceUseStatement", Dstu2, R5Draft),
    Type("DiagnosticOrder", Dstu2, Dstu2),
    Type("DiagnosticReport", Dstu2, R6),
    Type("DocumentManifest", Dstu2, R5Draft),
    Type("DocumentReference", Dstu2, R6),
    Type("EffectEvidenceSynthesis", R4, R4),
    Type("EligibilityRequest", Dstu2, Stu3),
    Type("EligibilityResponse", Dstu2, Stu3),
    Type("Encounter", Dstu2, R6),
    Type("EncounterHistory", R5Draft, R6),
    Type("Endpoint", Stu3, R6),
    Type("EnrollmentRequest", Dstu2, R6),
    Type("EnrollmentResponse", Dstu2, R6),
    Type("EpisodeOfCare", Dstu2, R6),
    Type("EventDefinition", R4, R6),
    Type("Evidence", R4, R6),
    Type("EvidenceReport", R4b, R6),
    Type("EvidenceVariable", R4, R6),
    Type("ExampleScenario", R4, R6),
    Type("ExpansionProfile", Stu3, Stu3),
    Type("ExplanationOfBenefit", Dstu2, R6),
    Type("FamilyMemberHistory", Dstu2, R6),
    Type("Flag", Dstu2, R6),
    Type("FormularyItem", R5Draft, R6),
    Type("GenomicStudy", R5Draft, R6),
    Type("Goal", Dstu2, R6),
    Type("GraphDefinition", Stu3, R6),
    Type("Group", Dstu2, R6),
    Type("GuidanceResponse", Stu3, R6),
    Type("HealthcareService", Dstu2, R6),
    Type("ImagingManifest", Stu3, Stu3),
    Type("ImagingObjectSelection", Dstu2, Dstu2),
    Type("ImagingSelection", R5Draft, R6),
    Type("ImagingStudy", Dstu2, R6),
    Type("Immunization", Dstu2, R6),
    Type("ImmunizationEvaluation", R4, R6),
    Type("ImmunizationRecommendation", Dstu2, R6),
    Type("ImplementationGuide", Dstu2, R6),
    Type("Ingredient", R4b, R6),
    Type("InsurancePlan", R4, R6),
    Type("InsuranceProduct", R6, R6),
    Type("InventoryItem", R5Draft, R6),
    Type("InventoryReport", R5Draft, R6),
    Type("Invoice", R4, R6),
    Type("Library", Stu3, R6),
    Type("Linkage", Stu3, R6),
    Type("List", Dstu2, R6),
    Type("Location", Dstu2, R6),
    Type("ManufacturedItemDefinition", R4b, R6),
    Type("Measure", Stu3, R6),
    Type("MeasureReport", Stu3, R6),
    Type("Media", Dstu2, R5Draft),
    Type("Medication", Dstu2, R6),
    Type("MedicationAdministration", Dstu2, R6),
    Type("MedicationDispense", Dstu2, R6),
    Type("MedicationKnowledge", R4, R6),
    Type("MedicationOrder", Dstu2, Dstu2),
    Type("MedicationRequest", Stu3, R6),
    Type("MedicationStatement", Dstu2, R6),
    Type("MedicinalProduct", R4, R4),
    Type("MedicinalProductAuthorization", R4, R4),
    Type("MedicinalProductContraindication", R4, R4),
    Type("MedicinalProductDefinition", R4b, R6),
    Type("MedicinalProductIndication", R4, R4),
    Type("MedicinalProductIngredient", R4, R4),
    Type("MedicinalProductInteraction", R4, R4),
    Type("MedicinalProductManufactured", R4, R4),
    Type("MedicinalProductPackaged", R4, R4),
    Type("MedicinalProductPharmaceutical", R4, R4),
    Type("MedicinalProductUndesirableEffect", R4, R4),
    Type("MessageDefinition", Stu3, R6),
    Type("MessageHeader", Dstu2, R6),
    Type("MolecularDefinition", R6, R6),
    Type("MolecularSequence", R4, R6),
    Type("NamingSystem", Dstu2, R6),
    Type("NutritionIntake", R5Draft, R6),
    Type("NutritionOrder", Dstu2, R6),
    Type("NutritionProduct", R4b, R6),
    Type("Observation", Dstu2, R6),
    Type("ObservationDefinition", R4, R6),
    Type("OperationDefinition", Dstu2, R6),
    Type("OperationOutcome", Dstu2, R6),
    Type("Order", Dstu2, Dstu2),
    Type("OrderResponse", Dstu2, Dstu2),
    Type("Organization", Dstu2, R6),
    Type("OrganizationAffiliation", R4, R6),
    Type("PackagedProductDefinition", R4b, R6),
    Type("Parameters", Dstu2, R6),
    Type("Patient", Dstu2, R6),
    Type("PaymentNotice", Dstu2, R6),
    Type("PaymentReconciliation", Dstu2, R6),
    Type("Permission", R5Draft, R6),
    Type("Person", Dstu2, R6),
    Type("PersonalRelationship", R6, R6),
    Type("PlanDefinition", Stu3, R6),
    Type("Practitioner", Dstu2, R6),
    Type("PractitionerRole", Stu3, R6),
    Type("Procedure", Dstu2, R6),
    Type("ProcedureRequest", Dstu2, Stu3),
    Type("ProcessRequest", Dstu2, Stu3),
    Type("ProcessResponse", Dstu2, Stu3),
    Type("Provenance", Dstu2, R6),
    Type("Questionnaire", Dstu2, R6),
    Type("QuestionnaireResponse", Dstu2, R6),
    Type("ReferralRequest", Dstu2, Stu3),
    Type("RegulatedAuthorization", R4b, R6),
    Type("RelatedPerson", Dstu2, R6),
    Type("RequestGroup", Stu3, R5Draft),
    Type("RequestOrchestration", R5Draft, R6),
    Type("Requirements", R5Draft, R6),
    Type("ResearchDefinition", R4, R5Draft),
    Type("ResearchElementDefinition", R4, R5Draft),
    Type("ResearchStudy", Stu3, R6),
    Type("ResearchSubject", Stu3, R6),
    Type("RiskAssessment", Dstu2, R6),
    Type("RiskEvidenceSynthesis", R4, R4),
    Type("Schedule", Dstu2, R6),
    Type("SearchParameter", Dstu2, R6),
    Type("Sequence", Stu3, Stu3),
    Type("ServiceDefinition", Stu3, Stu3),
    Type("ServiceRequest", R4, R6),
    Type("Slot", Dstu2, R6),
    Type("Specimen", Dstu2, R6),
    Type("SpecimenDefinition", R4, R6),
    Type("StructureDefinition", Dstu2, R6),
    Type("StructureMap", Stu3, R6),
    Type("Subscription", Dstu2, R6),
    Type("SubscriptionStatus", R4b, R6),
    Type("SubscriptionTopic", R4b, R6),
    Type("Substance", Dstu2, R6),
    Type("SubstanceDefinition", R4b, R6),
    Type("SubstanceNucleicAcid", R4, R4),
    Type("SubstanceNucleicAcid", R5Draft, R6),
    Type("SubstancePolymer", R4, R4),
    Type("SubstancePolymer", R5Draft, R6),
    Type("SubstanceProtein", R4, R4),
    Type("SubstanceProtein", R5Draft, R6),
    Type("SubstanceReferenceInformation", R4, R4),
    Type("SubstanceReferenceInformation", R5Draft, R6),
    Type("SubstanceSourceMaterial", R4, R4),
    Type("SubstanceSourceMaterial", R5Draft, R6),
    Type("SubstanceSpecification", R4, R4),
    Type("SupplyDelivery", Dstu2, R6),
    Type("SupplyRequest", Dstu2, R6),
    Type("Task", Stu3, R6),
    Type("TerminologyCapabilities", R4, R6),
    Type("TestPlan", R5Draft, R6),
    Type("TestReport", Stu3, R6),
    Type("TestScript", Dstu2, R6),
    Type("Transport", R5Draft, R6),
    Type("ValueSet", Dstu2, R6),
    Type("VerificationResult", R4, R6),
    Type("VisionPrescription", Dstu2, R6),
];

#[cfg(test)]
mod tests;
