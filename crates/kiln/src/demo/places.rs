//! Organisations, their departments, the programs people use and the systems that tell of it.

/// Whose people they are.
#[derive(Debug)]
pub(super) struct Organisation {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

/// Where people work.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) name: &'static str,
    pub(super) organisation: &'static Organisation,
    /// The third part of its workstations' addresses.
    pub(super) net: u8,
    /// What tells of its people's work.
    pub(super) source: &'static Source,
}

/// What tells of events.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) site: &'static str,
}

/// What acts for people.
#[derive(Debug)]
pub(super) struct Application {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

/// To whom data is passed on.
#[derive(Debug)]
pub(super) struct Recipient {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) address: &'static str,
}

const fn organisation(id: &'static str, name: &'static str) -> Organisation {
    Organisation { id, name }
}

const fn source(id: &'static str, name: &'static str, site: &'static str) -> Source {
    Source { id, name, site }
}

const fn app(id: &'static str, name: &'static str) -> Application {
    Application { id, name }
}

const fn unit(
    name: &'static str,
    organisation: &'static Organisation,
    net: u8,
    source: &'static Source,
) -> Unit {
    Unit { name, organisation, net, source }
}

pub(super) static HOSPITAL: Organisation = organisation("st-brigid", "St. Brigid Hospital");
static WEST: Organisation = organisation("west-clinic", "West Clinic");
static HARBOUR: Organisation = organisation("harbour", "Harbour Family Practice");

pub(super) static RECORDS: Source = source("records", "Health Records", "Main Campus");
pub(super) static WEST_RECORDS: Source = source("records-west", "West Records", "West Clinic");
/// Its clock runs ahead.
pub(super) static IMAGES: Source = source("images", "Image Archive", "Main Campus");
/// It fell silent.
pub(super) static LABORATORY: Source = source("laboratory", "Laboratory System", "Laboratory");
pub(super) static PHARMACY: Source = source("pharmacy", "Pharmacy Board", "Main Campus");
pub(super) static PORTAL: Source = source("portal", "Patient Portal", "Main Campus");
pub(super) static SIGN_IN: Source = source("sign-in", "Sign-in Service", "Main Campus");
pub(super) static EXCHANGE: Source = source("exchange", "Data Exchange", "Main Campus");

pub(super) static EMERGENCY: Unit = unit("Emergency Department", &HOSPITAL, 1, &RECORDS);
pub(super) static ONCOLOGY: Unit = unit("Oncology", &HOSPITAL, 2, &RECORDS);
pub(super) static INTENSIVE: Unit = unit("Intensive Care", &HOSPITAL, 3, &RECORDS);
pub(super) static ORTHOPAEDICS: Unit = unit("Orthopaedics, Ward 4", &HOSPITAL, 4, &RECORDS);
pub(super) static DERMATOLOGY: Unit = unit("Dermatology", &HOSPITAL, 6, &RECORDS);
pub(super) static BILLING: Unit = unit("Billing", &HOSPITAL, 9, &RECORDS);
pub(super) static ADMISSION: Unit = unit("Admission", &HOSPITAL, 10, &RECORDS);
pub(super) static DISPENSARY: Unit = unit("Pharmacy", &HOSPITAL, 11, &PHARMACY);
pub(super) static RADIOLOGY: Unit = unit("Radiology", &HOSPITAL, 12, &IMAGES);
pub(super) static LAB_UNIT: Unit = unit("Laboratory", &HOSPITAL, 13, &LABORATORY);
pub(super) static PRACTICE: Unit = unit("General Practice", &HARBOUR, 40, &EXCHANGE);

/// Where most people work.
pub(super) static WARDS: [&Unit; 9] = [
    &EMERGENCY,
    &ONCOLOGY,
    &INTENSIVE,
    &ORTHOPAEDICS,
    &unit("Cardiology", &HOSPITAL, 5, &RECORDS),
    &DERMATOLOGY,
    &unit("Paediatrics", &HOSPITAL, 7, &RECORDS),
    &unit("Outpatients", &WEST, 30, &WEST_RECORDS),
    &unit("Day Surgery", &WEST, 31, &WEST_RECORDS),
];

pub(super) static CHART: Application = app("ward-chart", "Ward Chart");
pub(super) static DESK: Application = app("clinic-desk", "Clinic Desk");
pub(super) static VIEWER: Application = app("image-viewer", "Image Viewer");
pub(super) static BENCH: Application = app("lab-bench", "Laboratory Bench");
pub(super) static DISPENSE: Application = app("dispense", "Dispensing Desk");
pub(super) static MY_HEALTH: Application = app("my-health", "My Health");
pub(super) static REFERRALS: Application = app("referrals", "Referral Hub");
pub(super) static REPORTS: Application = app("reports", "Report Builder");

pub(super) static REGISTRY: Recipient = Recipient {
    id: "cancer-registry",
    name: "Cancer Registry North",
    address: "12 Quay Street, Northport",
};
pub(super) static PUBLIC_HEALTH: Recipient = Recipient {
    id: "public-health",
    name: "Public Health Office Northport",
    address: "3 Town Hall Square, Northport",
};
pub(super) static COURT: Recipient = Recipient {
    id: "district-court",
    name: "District Court Northport",
    address: "1 Justice Lane, Northport",
};
