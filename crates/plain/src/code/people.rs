//! Why and as whom: the codes of purposes and of agents' roles
//! (<https://hl7.org/fhir/R4/v3/PurposeOfUse/vs.html>,
//! <https://hl7.org/fhir/R4/valueset-security-role-type.html>).
use super::{Codes, DCM, System};

/// Purposes of use.
pub(super) const PURPOSES: System = System {
    url: "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    codes: Codes::Named(&[
        ("HMARKT", "healthcare marketing"),
        ("HOPERAT", "healthcare operations"),
        ("CAREMGT", "care management"),
        ("DONAT", "donation"),
        ("FRAUD", "fraud"),
        ("GOV", "government"),
        ("HACCRED", "health accreditation"),
        ("HCOMPL", "health compliance"),
        ("HDECD", "decedent"),
        ("HDIRECT", "directory"),
        ("HDM", "healthcare delivery management"),
        ("HLEGAL", "legal"),
        ("HOUTCOMS", "health outcome measure"),
        ("HPRGRP", "health program reporting"),
        ("HQUALIMP", "health quality improvement"),
        ("HSYSADMIN", "health system administration"),
        ("LABELING", "labeling"),
        ("METAMGT", "metadata management"),
        ("MEMADMIN", "member administration"),
        ("MILCDM", "military command"),
        ("PATADMIN", "patient administration"),
        ("PATSFTY", "patient safety"),
        ("PERFMSR", "performance measure"),
        ("RECORDMGT", "records management"),
        ("SYSDEV", "system development"),
        ("HTEST", "test health data"),
        ("TRAIN", "training"),
        ("HPAYMT", "healthcare payment"),
        ("CLMATTCH", "claim attachment"),
        ("COVAUTH", "coverage authorization"),
        ("COVERAGE", "coverage under policy or program"),
        ("ELIGDTRM", "eligibility determination"),
        ("ELIGVER", "eligibility verification"),
        ("ENROLLM", "enrollment"),
        ("MILDCRG", "military discharge"),
        ("REMITADV", "remittance advice"),
        ("HRESCH", "healthcare research"),
        ("BIORCH", "biomedical research"),
        ("CLINTRCH", "clinical trial research"),
        ("CLINTRCHNPC", "clinical trial research without patient care"),
        ("CLINTRCHPC", "clinical trial research with patient care"),
        ("PRECLINTRCH", "preclinical trial research"),
        ("DSRCH", "disease specific healthcare research"),
        ("POARCH", "population origins or ancestry healthcare research"),
        ("TRANSRCH", "translational healthcare research"),
        ("PATRQT", "patient requested"),
        ("FAMRQT", "family requested"),
        ("PWATRNY", "power of attorney"),
        ("SUPNWK", "support network"),
        ("PUBHLTH", "public health"),
        ("DISASTER", "disaster"),
        ("THREAT", "threat"),
        ("TREAT", "treatment"),
        ("CLINTRL", "clinical trial"),
        ("COC", "coordination of care"),
        ("ETREAT", "Emergency Treatment"),
        ("BTG", "break the glass"),
        ("ERTREAT", "emergency room treatment"),
        ("POPHLTH", "population health"),
    ]),
};

/// Roles of DICOM (CID 402).
pub(super) const DICOM_ROLES: System = System {
    url: DCM,
    codes: Codes::Named(&[
        ("110150", "Application"),
        ("110151", "Application Launcher"),
        ("110152", "Destination Role ID"),
        ("110153", "Source Role ID"),
        ("110154", "Destination Media"),
        ("110155", "Source Media"),
    ]),
};

/// Roles of FHIR.
pub(super) const SECURITY_ROLES: System = System {
    url: "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
    codes: Codes::Named(&[
        ("authserver", "authorization server"),
        ("datacollector", "data collector"),
        ("dataprocessor", "data processor"),
        ("datasubject", "data subject"),
        ("humanuser", "human user"),
    ]),
};

/// Professions (<https://hl7.org/fhir/R4/codesystem-practitioner-role.html>).
pub(super) const PROFESSIONS: System = System {
    url: "http://terminology.hl7.org/CodeSystem/practitioner-role",
    codes: Codes::Named(&[
        ("doctor", "Doctor"),
        ("nurse", "Nurse"),
        ("pharmacist", "Pharmacist"),
        ("researcher", "Researcher"),
        ("teacher", "Teacher/educator"),
        ("ict", "ICT professional"),
    ]),
};

/// Classes of roles of HL7 v3. Their codes are too short to be told from abbreviations of other
/// things, so they are found by name only.
pub(super) const ROLE_CLASSES: System = System {
    url: "http://terminology.hl7.org/CodeSystem/v3-RoleClass",
    codes: Codes::Named(&[
        ("EMP", "employee"),
        ("GUARD", "guardian"),
        ("NOK", "next of kin"),
        ("PAT", "patient"),
        ("PROV", "healthcare provider"),
    ]),
};
