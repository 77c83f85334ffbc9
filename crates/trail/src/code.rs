//! The codes that the events are made of, each as the JSON of its Coding.
//!
//! Written out, so that making an event copies them and escapes nothing.

/// DICOM PS3.15 §A.5.3.2: the audit log was looked at.
pub(crate) const AUDIT_LOG_USED: &str = concat!(
    r#"{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110101","#,
    r#""display":"Audit Log Used"}"#
);

/// IHE ITI-81, Retrieve ATNA Audit Event.
pub(crate) const ITI_81: &str = concat!(
    r#"{"system":"urn:ihe:event-type-code","code":"ITI-81","#,
    r#""display":"Retrieve ATNA Audit Event"}"#
);

/// DICOM's Source Role ID.
pub(crate) const SOURCE: &str =
    r#"{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110153"}"#;
/// DICOM's Destination Role ID.
pub(crate) const DESTINATION: &str =
    r#"{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110152"}"#;
/// Who receives the information.
pub(crate) const RECIPIENT: &str =
    r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}"#;
/// BALP: known by an OAuth token.
pub(crate) const OAUTH_USER: &str = concat!(
    r#"{"system":"https://profiles.ihe.net/ITI/BALP/CodeSystem/UserAgentTypes","#,
    r#""code":"UserOauthAgent"}"#
);

/// An application server, as a source of audit events.
pub(crate) const APPLICATION_SERVER: &str =
    r#"{"system":"http://terminology.hl7.org/CodeSystem/security-source-type","code":"4"}"#;

/// Before a code of an entity's type.
pub(crate) const ENTITY_TYPE: &str =
    r#"{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":""#;
/// Before a code of an entity's role.
pub(crate) const ENTITY_ROLE: &str =
    r#"{"system":"http://terminology.hl7.org/CodeSystem/object-role","code":""#;
/// BALP: the value of `X-Request-Id`.
pub(crate) const X_REQUEST_ID: &str = concat!(
    r#"{"system":"https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType","#,
    r#""code":"XrequestId"}"#
);

/// Before a code of FHIR's interactions.
pub(crate) const RESTFUL: &str = r#"{"system":"http://hl7.org/fhir/restful-interaction","code":""#;
/// Before a code of what only Kiln does (`docs/decisions/0022-the-audit-of-the-audit.md`).
pub(crate) const LOG_USE: &str =
    r#"{"system":"https://kiln-audit.org/fhir/CodeSystem/log-use","code":""#;
/// The system of principals' names.
pub(crate) const PRINCIPAL: &str = "https://kiln-audit.org/fhir/NamingSystem/principal";
