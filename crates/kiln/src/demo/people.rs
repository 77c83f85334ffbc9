//! The people: those who work there, and the patients.
use super::{
    chance::Chance,
    places::{
        self, ADMISSION, BILLING, DERMATOLOGY, DISPENSARY, EMERGENCY, LAB_UNIT, ONCOLOGY,
        ORTHOPAEDICS, PRACTICE, RADIOLOGY, Unit, WARDS,
    },
};
use crate::generate::population;

/// Somebody who works there.
#[derive(Debug)]
pub(super) struct Staff {
    pub(super) number: u32,
    /// `Dr. Sarah Chen`
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) unit: &'static Unit,
    /// The last part of the workstation's address.
    pub(super) host: u8,
}

/// Somebody who is treated there.
#[derive(Debug)]
pub(super) struct Patient {
    pub(super) number: u32,
    pub(super) name: String,
    /// Where.
    pub(super) unit: &'static Unit,
}

/// What somebody is there.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Physician,
    Nurse,
    Pharmacist,
    Radiographer,
    Technician,
    Clerk,
    Analyst,
}

/// Everybody.
#[derive(Debug)]
pub struct Hospital {
    pub(super) staff: Vec<Staff>,
    pub(super) patients: Vec<Patient>,
}

/// The position of one of the staff.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct StaffId(pub(super) usize);

/// The position of one of the patients.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct PatientId(pub(super) usize);

pub(super) const CHEN: StaffId = StaffId(0);
pub(super) const OKAFOR: StaffId = StaffId(1);
pub(super) const REUTER: StaffId = StaffId(2);
pub(super) const BRANDT: StaffId = StaffId(3);
pub(super) const KESSLER: StaffId = StaffId(4);
pub(super) const MOREAU: StaffId = StaffId(5);
pub(super) const KOVAC: StaffId = StaffId(6);
pub(super) const HOLM: StaffId = StaffId(7);

pub(super) const LINDQVIST: PatientId = PatientId(0);
pub(super) const WEBER: PatientId = PatientId(1);
pub(super) const VOSS: PatientId = PatientId(2);

/// Those of the story, in the order of the names above.
static CAST: [(&str, Role, &Unit); 8] = [
    ("Dr. Sarah Chen", Role::Physician, &EMERGENCY),
    ("Dr. Amara Okafor", Role::Physician, &ONCOLOGY),
    ("Dr. Tobias Reuter", Role::Physician, &DERMATOLOGY),
    ("Kevin Brandt", Role::Nurse, &ORTHOPAEDICS),
    ("Ivo Kessler", Role::Analyst, &BILLING),
    ("Dr. Claire Moreau", Role::Physician, &PRACTICE),
    ("Ines Kovač", Role::Nurse, &ONCOLOGY),
    ("Selma Holm", Role::Nurse, &EMERGENCY),
];

static PATIENTS: [(u32, &str, &Unit); 3] = [
    (204_418, "Mara Lindqvist", &ONCOLOGY),
    (207_733, "Jonas Weber", &places::INTENSIVE),
    (209_158, "Hanna Voss", &places::INTENSIVE),
];

/// Beside those of the story.
const STAFF_COUNT: u64 = 130;
const PATIENT_COUNT: u64 = 1_600;
/// Steps through the lists of names: no two people of one list have one name, as the lists' length
/// and these have no factor in common.
const STAFF_STEP: u64 = 1_237;
const PATIENT_STEP: u64 = 1_409;

impl Hospital {
    pub(super) fn staffed(chance: &mut Chance) -> Self {
        let cast = CAST.iter().enumerate();
        let mut staff: Vec<Staff> = cast
            .map(|(at, person)| Staff::of(at, person.0.to_owned(), person.1, person.2))
            .collect();
        for rank in 0..STAFF_COUNT {
            let (role, unit) = post(rank, chance);
            let name = name(rank * STAFF_STEP);
            let title = if role == Role::Physician { "Dr. " } else { "" };
            staff.push(Staff::of(staff.len(), [title, &name].concat(), role, unit));
        }
        let told = PATIENTS.iter();
        let told = told.map(|(number, name, unit)| Patient {
            number: *number,
            name: (*name).to_owned(),
            unit,
        });
        let others = (0..PATIENT_COUNT).map(|rank| Patient {
            // The numbers of the story are no multiples of 7 from here.
            number: 200_000 + 7 * rank as u32,
            name: name(2_500 + rank * PATIENT_STEP),
            unit: chance.one::<&Unit>(&WARDS),
        });
        Self { staff, patients: told.chain(others).collect() }
    }

    pub(super) fn staff(&self, id: StaffId) -> &Staff {
        &self.staff[id.0]
    }

    pub(super) fn patient(&self, id: PatientId) -> &Patient {
        &self.patients[id.0]
    }

    /// Somebody with such a role, no one of the story.
    pub(super) fn some(&self, role: Role, chance: &mut Chance) -> StaffId {
        self.some_where(chance, |staff| staff.role == role)
    }

    /// Somebody who fits, no one of the story; the first that is tried where none does.
    pub(super) fn some_where(&self, chance: &mut Chance, fits: impl Fn(&Staff) -> bool) -> StaffId {
        let others = (self.staff.len() - CAST.len()) as u64;
        let start = chance.below(others);
        let all = (0..others).map(|step| StaffId(CAST.len() + ((start + step) % others) as usize));
        let found = all.clone().find(|id| fits(self.staff(*id)));
        found.unwrap_or(StaffId(CAST.len()))
    }

    /// A patient of a unit, few of them often, and no one of the story.
    pub(super) fn some_patient(&self, unit: &Unit, chance: &mut Chance) -> PatientId {
        let others = self.patients.len() - PATIENTS.len();
        let unit_draw = chance.unit();
        let start = (others as f64 * unit_draw * unit_draw) as usize;
        let all = (0..others).map(|step| PatientId(PATIENTS.len() + (start + step) % others));
        let here = |id: &PatientId| std::ptr::eq(self.patient(*id).unit, unit);
        all.clone().find(here).unwrap_or(PatientId(PATIENTS.len() + start))
    }
}

impl Staff {
    fn of(at: usize, name: String, role: Role, unit: &'static Unit) -> Self {
        Self { number: 31_100 + at as u32, name, role, unit, host: 10 + (at % 200) as u8 }
    }

    /// `s.chen`
    pub(super) fn login(&self) -> String {
        let mut words = self.name.split(' ').filter(|word| !word.ends_with('.'));
        let initial = words.next().and_then(|given| given.chars().next()).unwrap_or('x');
        let family = words.next_back().unwrap_or_default();
        // Names of accounts have no accents.
        let family: String = family.chars().map(|c| if c == 'č' { 'c' } else { c }).collect();
        format!("{initial}.{family}").to_lowercase()
    }

    pub(super) fn address(&self) -> [u8; 4] {
        [10, 20, self.unit.net, self.host]
    }
}

impl Role {
    /// The code and how it is shown.
    pub(super) fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Physician => ("physician", "Physician"),
            Self::Nurse => ("nurse", "Nurse"),
            Self::Pharmacist => ("pharmacist", "Pharmacist"),
            Self::Radiographer => ("radiographer", "Radiographer"),
            Self::Technician => ("technician", "Laboratory technician"),
            Self::Clerk => ("clerk", "Admission clerk"),
            Self::Analyst => ("analyst", "Billing analyst"),
        }
    }
}

/// What the staff of this rank does, and where.
fn post(rank: u64, chance: &mut Chance) -> (Role, &'static Unit) {
    match rank % 16 {
        0..=4 => (Role::Physician, *chance.one(&WARDS)),
        5..=11 => (Role::Nurse, *chance.one(&WARDS)),
        12 => (Role::Pharmacist, &DISPENSARY),
        13 => (Role::Radiographer, &RADIOLOGY),
        14 => (Role::Technician, &LAB_UNIT),
        _ => (Role::Clerk, &ADMISSION),
    }
}

fn name(rank: u64) -> String {
    let mut name = String::new();
    population::push_name(&mut name, rank);
    name
}
