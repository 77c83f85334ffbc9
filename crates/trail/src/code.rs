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
/// Who is the author of what was changed.
pub(crate) const AUTHOR: &str =
    r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"AUT"}"#;
/// DICOM's Application, as BALP names the client of a delete.
pub(crate) const APPLICATION: &str =
    r#"{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110150"}"#;
/// The server of a delete.
pub(crate) const CUSTODIAN: &str = concat!(
    r#"{"system":"http://terminology.hl7.org/CodeSystem/provenance-participant-type","#,
    r#""code":"custodian"}"#
);
/// The organisation that a user belongs to.
pub(crate) const PROVIDER: &str =
    r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleClass","code":"PROV"}"#;
/// Kiln did not verify who it is.
pub(crate) const UNVERIFIED: &str = concat!(
    r#"{"system":"https://kiln-audit.org/fhir/CodeSystem/trail","code":"unverified","#,
    r#""display":"not verified"}"#
);
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
/// FHIR's create.
pub(crate) const CREATE: &str = concat!(
    r#"{"system":"http://hl7.org/fhir/restful-interaction","code":"create","#,
    r#""display":"create"}"#
);
/// Before a code of what only Kiln does (`docs/decisions/0022-the-audit-of-the-audit.md`).
pub(crate) const LOG_USE: &str =
    r#"{"system":"https://kiln-audit.org/fhir/CodeSystem/log-use","code":""#;
/// FHIR's type of what happened to resources.
pub(crate) const REST: &str = concat!(
    r#"{"system":"http://terminology.hl7.org/CodeSystem/audit-event-type","code":"rest","#,
    r#""display":"Restful Operation"}"#
);
/// An author, with the words for it.
pub(crate) const AUTHOR_SHOWN: &str = concat!(
    r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"AUT","#,
    r#""display":"author (originator)"}"#
);
/// A web server, in STU3's code system.
pub(crate) const WEB_SERVER: &str = concat!(
    r#"{"system":"http://hl7.org/fhir/security-source-type","code":"3","#,
    r#""display":"Web Server"}"#
);

/// DICOM's life cycle of an object.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    /// `1`
    Creation,
    /// `2`
    Import,
    /// `3`
    Amendment,
    /// `14`
    LogicalDeletion,
}

impl Lifecycle {
    /// Its Coding's JSON.
    pub(crate) const fn coding(self) -> &'static str {
        match self {
            Self::Creation => concat!(
                r#"{"system":"http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle","#,
                r#""code":"1","display":"Origination / Creation"}"#
            ),
            Self::Import => concat!(
                r#"{"system":"http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle","#,
                r#""code":"2","display":"Import / Copy"}"#
            ),
            Self::Amendment => concat!(
                r#"{"system":"http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle","#,
                r#""code":"3","display":"Amendment"}"#
            ),
            Self::LogicalDeletion => concat!(
                r#"{"system":"http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle","#,
                r#""code":"14","display":"Logical deletion"}"#
            ),
        }
    }
}

/// Before the name of an operation.
pub(crate) const OPERATION: &str =
    r#"{"system":"https://kiln-audit.org/fhir/CodeSystem/operation","code":"#;
/// HL7's `ActReason`: the purposes of emergencies.
pub(crate) const BREAK_THE_GLASS: &str = concat!(
    r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"BTG","#,
    r#""display":"break the glass"}"#
);
pub(crate) const EMERGENCY_TREATMENT: &str = concat!(
    r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"ETREAT","#,
    r#""display":"Emergency Treatment"}"#
);
/// Before a code of [`Mark`].
pub(crate) const TRAIL: &str =
    r#"{"system":"https://kiln-audit.org/fhir/CodeSystem/trail","code":""#;

/// What a trail says of its own events (`docs/trails.md`).
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It lists what another event's answer showed.
    Results,
    /// The answer showed more than was read.
    Incomplete,
    /// Nobody saw how it ended.
    OutcomeUnknown,
}

impl Mark {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Results => "results",
            Self::Incomplete => "incomplete",
            Self::OutcomeUnknown => "outcome-unknown",
        }
    }
}
/// The system of principals' names.
pub(crate) const PRINCIPAL: &str = "https://kiln-audit.org/fhir/NamingSystem/principal";
