//! What the releases publish as these code systems; since R5 <https://terminology.hl7.org>. The
//! draft of R5 counts as R5.
use super::{CodeSystem, Codes, Part};
use crate::Release::{Dstu2, R4, R5Draft, R6, Stu3};
use crate::resource_type;

pub(super) const SYSTEMS: [CodeSystem; 10] = [
    CodeSystem {
        urls: ["http://hl7.org/fhir/issue-severity"; 3],
        codes: Codes::In(&[Part(R5Draft, R6, &["success"])]),
    },
    CodeSystem {
        urls: ["http://hl7.org/fhir/restful-interaction"; 3],
        codes: Codes::In(&[
            Part(Dstu2, Dstu2, &["conformance", "validate"]),
            Part(Stu3, R6, &["batch", "capabilities", "patch"]),
            Part(R5Draft, R6, &["search-compartment"]),
        ]),
    },
    CodeSystem {
        urls: [
            "http://hl7.org/fhir/audit-event-type",
            "http://hl7.org/fhir/audit-event-type",
            "http://terminology.hl7.org/CodeSystem/audit-event-type",
        ],
        codes: Codes::In(&[Part(R5Draft, R6, &["document", "hl7-v2", "hl7-v3", "object"])]),
    },
    CodeSystem {
        urls: [
            "http://hl7.org/fhir/extra-security-role-type",
            "http://hl7.org/fhir/extra-security-role-type",
            "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
        ],
        codes: Codes::In(&[Part(R4, R6, &["humanuser"])]),
    },
    CodeSystem {
        urls: [
            "http://nema.org/dicom/dicm",
            "http://dicom.nema.org/resources/ontology/DCM",
            "http://dicom.nema.org/resources/ontology/DCM",
        ],
        codes: Codes::In(&[Part(Stu3, R6, &["IVOCT", "OSS"])]),
    },
    CodeSystem {
        urls: [
            "http://hl7.org/fhir/v3/ParticipationType",
            "http://hl7.org/fhir/v3/ParticipationType",
            "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
        ],
        codes: Codes::In(&[Part(R5Draft, R6, &["NOTARY"])]),
    },
    CodeSystem {
        urls: [
            "http://hl7.org/fhir/v3/ActReason",
            "http://hl7.org/fhir/v3/ActReason",
            "http://terminology.hl7.org/CodeSystem/v3-ActReason",
        ],
        codes: Codes::In(&[Part(R4, R6, ACT_REASON_R4)]),
    },
    CodeSystem {
        urls: [
            "http://hl7.org/fhir/v3/ActCode",
            "http://hl7.org/fhir/v3/ActCode",
            "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        ],
        codes: Codes::In(&[
            Part(Stu3, Stu3, &["SOC"]),
            Part(Stu3, R6, ACT_CODE_STU3),
            Part(R4, R6, ACT_CODE_R4),
        ]),
    },
    CodeSystem {
        urls: [
            "http://hl7.org/fhir/v3/RoleCode",
            "http://hl7.org/fhir/v3/RoleCode",
            "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
        ],
        codes: Codes::In(&[Part(Stu3, R6, ROLE_CODE_STU3)]),
    },
    CodeSystem { urls: [resource_type::SYSTEM; 3], codes: Codes::ResourceTypes },
];

const ACT_REASON_R4: &[&str] = &[
    "BIORCH",
    "BTG",
    "CLINTRCHNPC",
    "CLINTRCHPC",
    "COC",
    "DSRCH",
    "ERTREAT",
    "HDM",
    "HTEST",
    "LABELING",
    "METAMGT",
    "MILCDM",
    "MILDCRG",
    "OVRINCOMP",
    "POARCH",
    "PRECLINTRCH",
    "SYSDEV",
    "TRANSRCH",
];
const ACT_CODE_STU3: &[&str] = &[
    "42CFRPart2",
    "CMPMSRMTH",
    "CMPMSRSCRWGHT",
    "CommonRule",
    "DECLASSIFYLABEL",
    "DOWNGRDLABEL",
    "DRIVLABEL",
    "GRANTORCHOICE",
    "HIPAANOPP",
    "HIPAAPsyNotes",
    "HIPAASelfPay",
    "IMPLIED",
    "IMPLIEDD",
    "LABEL",
    "NOCONSENT",
    "OPTINR",
    "OPTOUTE",
    "PERSISTLABEL",
    "Title38Section7332",
    "UPGRDLABEL",
    "_ActPrivacyLaw",
    "_ActUSPrivacyLaw",
];
const ACT_CODE_R4: &[&str] = &[
    "ACCESSCONSCHEME",
    "ACOCOMPT",
    "AUTHPOL",
    "BH",
    "COGN",
    "CTCOMPT",
    "DELEPOL",
    "DVD",
    "EMOTDIS",
    "ETHUD",
    "FMCOMPT",
    "LRCOMPT",
    "MH",
    "MSROBS",
    "MST",
    "OBSENC",
    "OPIOIDUD",
    "PACOMPT",
    "PHY",
    "PSYTHPN",
    "SPI",
    "SUD",
    "VIO",
];
const ROLE_CODE_STU3: &[&str] = &[
    "AMENDER",
    "CLASSIFIER",
    "CONSENTER",
    "CONSWIT",
    "COPART",
    "DECLASSIFIER",
    "DELEGATEE",
    "DELEGATOR",
    "DOWNGRDER",
    "DRIVCLASSIFIER",
    "GRANTEE",
    "GRANTOR",
    "INTPRTER",
    "REVIEWER",
    "VALIDATOR",
    "_AgentRoleType",
];
