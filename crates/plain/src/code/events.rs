//! What happened: the codes of an event's type and subtype
//! (<https://hl7.org/fhir/R4/valueset-audit-event-type.html>,
//! <https://hl7.org/fhir/R4/valueset-audit-event-sub-type.html>).
use super::{Codes, DCM, System};

/// FHIR's own type.
pub(super) const REST: System = System {
    url: "http://terminology.hl7.org/CodeSystem/audit-event-type",
    codes: Codes::Named(&[("rest", "RESTful Operation")]),
};

/// Events of DICOM (CID 400).
pub(super) const DICOM_TYPES: System = System {
    url: DCM,
    codes: Codes::Named(&[
        ("110100", "Application Activity"),
        ("110101", "Audit Log Used"),
        ("110102", "Begin Transferring DICOM Instances"),
        ("110103", "DICOM Instances Accessed"),
        ("110104", "DICOM Instances Transferred"),
        ("110105", "DICOM Study Deleted"),
        ("110106", "Export"),
        ("110107", "Import"),
        ("110108", "Network Entry"),
        ("110109", "Order Record"),
        ("110110", "Patient Record"),
        ("110111", "Procedure Record"),
        ("110112", "Query"),
        ("110113", "Security Alert"),
        ("110114", "User Authentication"),
    ]),
};

/// Events in the life of a record.
pub(super) const LIFECYCLE: System = System {
    url: "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle",
    codes: Codes::Named(&[
        ("access", "Access/View Record Lifecycle Event"),
        ("hold", "Add Legal Hold Record Lifecycle Event"),
        ("amend", "Amend (Update) Record Lifecycle Event"),
        ("archive", "Archive Record Lifecycle Event"),
        ("attest", "Attest Record Lifecycle Event"),
        ("decrypt", "Decrypt Record Lifecycle Event"),
        ("deidentify", "De-Identify (Anononymize) Record Lifecycle Event"),
        ("deprecate", "Deprecate Record Lifecycle Event"),
        ("destroy", "Destroy/Delete Record Lifecycle Event"),
        ("disclose", "Disclose Record Lifecycle Event"),
        ("encrypt", "Encrypt Record Lifecycle Event"),
        ("extract", "Extract Record Lifecycle Event"),
        ("link", "Link Record Lifecycle Event"),
        ("merge", "Merge Record Lifecycle Event"),
        ("originate", "Originate/Retain Record Lifecycle Event"),
        ("pseudonymize", "Pseudonymize Record Lifecycle Event"),
        ("reactivate", "Re-activate Record Lifecycle Event"),
        ("receive", "Receive/Retain Record Lifecycle Event"),
        ("reidentify", "Re-identify Record Lifecycle Event"),
        ("unhold", "Remove Legal Hold Record Lifecycle Event"),
        ("report", "Report (Output) Record Lifecycle Event"),
        ("restore", "Restore Record Lifecycle Event"),
        ("transform", "Transform/Translate Record Lifecycle Event"),
        ("transmit", "Transmit Record Lifecycle Event"),
        ("unlink", "Unlink Record Lifecycle Event"),
        ("unmerge", "Unmerge Record Lifecycle Event"),
        ("verify", "Verify Record Lifecycle Event"),
    ]),
};

/// Kinds of the events of DICOM (CID 401 to 403).
pub(super) const DICOM_SUBTYPES: System = System {
    url: DCM,
    codes: Codes::Named(&[
        ("110120", "Application Start"),
        ("110121", "Application Stop"),
        ("110122", "Login"),
        ("110123", "Logout"),
        ("110124", "Attach"),
        ("110125", "Detach"),
        ("110126", "Node Authentication"),
        ("110127", "Emergency Override Started"),
        ("110128", "Network Configuration"),
        ("110129", "Security Configuration"),
        ("110130", "Hardware Configuration"),
        ("110131", "Software Configuration"),
        ("110132", "Use of Restricted Function"),
        ("110133", "Audit Recording Stopped"),
        ("110134", "Audit Recording Started"),
        ("110135", "Object Security Attributes Changed"),
        ("110136", "Security Roles Changed"),
        ("110137", "User security Attributes Changed"),
        ("110138", "Emergency Override Stopped"),
        ("110139", "Remote Service Operation Started"),
        ("110140", "Remote Service Operation Stopped"),
        ("110141", "Local Service Operation Started"),
        ("110142", "Local Service Operation Stopped"),
    ]),
};

/// Interactions of FHIR's own API.
pub(super) const INTERACTIONS: System = System {
    url: "http://hl7.org/fhir/restful-interaction",
    codes: Codes::Same(&[
        "read",
        "vread",
        "update",
        "patch",
        "delete",
        "history",
        "history-instance",
        "history-type",
        "history-system",
        "create",
        "search",
        "search-type",
        "search-system",
        "capabilities",
        "transaction",
        "batch",
        "operation",
    ]),
};
