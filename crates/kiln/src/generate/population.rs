//! The people and systems of the generated year. Rank 0 is the busiest of its kind.
use std::fmt::Write as _;

/// Patients in all.
pub const PATIENTS: u64 = 100_000;
/// Practitioners in all: each pair of the two lists of names once.
pub const PRACTITIONERS: u64 = (GIVEN.len() * FAMILY.len()) as u64;

/// A system that people or other systems use.
pub(super) struct Application {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) address: &'static str,
}

/// A FHIR server and the place where it stands.
pub(super) struct Site {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) location: &'static str,
}

/// `Patient/…` of the patient of this rank: how bench queries name one.
pub fn patient(rank: u64) -> String {
    let mut out = String::from("Patient/");
    super::text::uuid(&mut out, patient_id(rank));
    out
}

/// `Practitioner/…` of the practitioner of this rank.
pub fn practitioner(rank: u64) -> String {
    let mut out = String::from("Practitioner/");
    push_practitioner_id(&mut out, rank);
    out
}

/// Looks random, is a function of the rank.
pub(super) fn patient_id(rank: u64) -> u128 {
    (u128::from(mix(rank)) << 64) | u128::from(mix(rank ^ 0x5bd1_e995_7b7d_159c))
}

pub(super) fn push_practitioner_id(out: &mut String, rank: u64) {
    // 3 divides no power of ten, so each rank has its own number.
    let number = 200_000 + rank * 30_003 % 100_000;
    write!(out, "{number}").expect("a String takes everything");
}

/// `Amara Okafor`
pub(crate) fn push_name(out: &mut String, rank: u64) {
    out.push_str(given(rank));
    out.push(' ');
    out.push_str(family(rank));
}

/// `amara.okafor`
pub(super) fn push_login(out: &mut String, rank: u64) {
    out.extend(given(rank).chars().map(|c| c.to_ascii_lowercase()));
    out.push('.');
    out.extend(family(rank).chars().map(|c| c.to_ascii_lowercase()));
}

/// The code and display of the role of this practitioner.
pub(super) fn role(rank: u64) -> (&'static str, &'static str) {
    ROLES[rank as usize % ROLES.len()]
}

fn given(rank: u64) -> &'static str {
    GIVEN[rank as usize % GIVEN.len()]
}

fn family(rank: u64) -> &'static str {
    FAMILY[rank as usize / GIVEN.len() % FAMILY.len()]
}

/// `SplitMix64` (<https://prng.di.unimi.it/splitmix64.c>): one number to another, one to one.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const fn app(id: &'static str, name: &'static str, address: &'static str) -> Application {
    Application { id, name, address }
}

/// What acts for people: clients of the FHIR servers.
pub(super) static APPLICATIONS: [Application; 10] = [
    app("ward-chart", "Ward Chart", "chart.apps.hospital.example"),
    app("clinic-desk", "Clinic Desk", "desk.apps.hospital.example"),
    app("lab-bridge", "Laboratory Bridge", "lab.apps.hospital.example"),
    app("image-viewer", "Image Viewer", "images.apps.hospital.example"),
    app("pharmacy-board", "Pharmacy Board", "pharmacy.apps.hospital.example"),
    app("patient-app", "Patient App", "my.apps.hospital.example"),
    app("admission", "Admission", "admission.apps.hospital.example"),
    app("referral-hub", "Referral Hub", "referral.apps.hospital.example"),
    app("theatre-plan", "Theatre Plan", "theatre.apps.hospital.example"),
    app("icu-monitor", "Intensive Care Monitor", "icu.apps.hospital.example"),
];

/// What tells of the events: the FHIR servers.
pub(super) static SITES: [Site; 5] = [
    Site { id: "fhir-main-1", name: "Main Campus", location: "main-campus" },
    Site { id: "fhir-main-2", name: "Main Campus", location: "main-campus" },
    Site { id: "fhir-west", name: "West Clinic", location: "west-clinic" },
    Site { id: "fhir-children", name: "Children's Hospital", location: "childrens-hospital" },
    Site { id: "fhir-lab", name: "Laboratory Centre", location: "laboratory-centre" },
];

/// What is read and written; those that are touched more often stand more than once.
pub(super) static RESOURCES: [&str; 16] = [
    "Observation",
    "Observation",
    "Observation",
    "Encounter",
    "Encounter",
    "MedicationRequest",
    "MedicationRequest",
    "MedicationAdministration",
    "Condition",
    "Condition",
    "DiagnosticReport",
    "DocumentReference",
    "AllergyIntolerance",
    "ServiceRequest",
    "Procedure",
    "CarePlan",
];

static ROLES: [(&str, &str); 6] = [
    ("physician", "Physician"),
    ("nurse", "Nurse"),
    ("nurse", "Nurse"),
    ("pharmacist", "Pharmacist"),
    ("radiographer", "Radiographer"),
    ("clerk", "Admission clerk"),
];

static GIVEN: [&str; 50] = [
    "Adele", "Amara", "Andrea", "Anton", "Beatrix", "Bilal", "Carla", "Chidi", "Clemens", "Dalia",
    "Daniel", "Dora", "Edgar", "Elif", "Emil", "Esther", "Fabio", "Farah", "Flora", "Gideon",
    "Hana", "Henrik", "Imani", "Ines", "Ivo", "Jana", "Jonas", "Judith", "Kaya", "Kofi", "Lara",
    "Leander", "Lin", "Magda", "Marek", "Mina", "Nadia", "Nils", "Odette", "Oskar", "Petra",
    "Quentin", "Rosa", "Samir", "Selma", "Tamar", "Theo", "Ulla", "Viktor", "Yara",
];

static FAMILY: [&str; 100] = [
    "Abbas", "Acosta", "Adler", "Ahlers", "Amann", "Arnaud", "Bakker", "Barta", "Becerra",
    "Bihari", "Blom", "Bogdan", "Brandt", "Brioni", "Calder", "Caruso", "Castell", "Chandra",
    "Cieslak", "Cordes", "Dahl", "Danner", "Delgado", "Demir", "Dragan", "Dufour", "Eklund",
    "Ellis", "Engel", "Erdem", "Fabre", "Farrell", "Fiala", "Fonseca", "Forster", "Gallo", "Ganz",
    "Gerlach", "Girard", "Gupta", "Haas", "Halloran", "Hansen", "Hartl", "Holm", "Horvat",
    "Ibarra", "Ilic", "Imhof", "Ivanov", "Jansen", "Jensen", "Joshi", "Kade", "Kamara", "Kessler",
    "Kimura", "Kovac", "Kruger", "Lambert", "Larsen", "Leitner", "Lindt", "Lopes", "Maas",
    "Madsen", "Marino", "Mendel", "Molnar", "Moreau", "Nagel", "Navarro", "Nemeth", "Nowak",
    "Okafor", "Olsen", "Ortega", "Osei", "Paulsen", "Pereira", "Popa", "Quist", "Rahman", "Reuter",
    "Rossi", "Sato", "Serrano", "Sharma", "Simic", "Stahl", "Tanaka", "Thorne", "Tomic", "Urban",
    "Vargas", "Vesely", "Voss", "Winter", "Yilmaz", "Zeller",
];
