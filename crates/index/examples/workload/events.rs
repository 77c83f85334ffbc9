//! A made-up year of records: few codes, 5,000 agents, 100,000 patients (a few of them busy),
//! request ids of their own, some records late.
use crate::random::Random;
use kiln_index::{Field, Kind, Millis, Terms};
use std::fmt::Write;

pub(crate) const POINT: Kind = Kind::point(0);
pub(crate) const ORDERED: Kind = Kind::ordered(1);
pub(crate) const DAY_MS: i64 = 86_400_000;
pub(crate) const START_MS: i64 = 1_780_000_000_000;
pub(crate) const PATIENTS: u64 = 100_000;

pub(crate) struct Record {
    pub(crate) recorded: Millis,
    pub(crate) received: Millis,
    pub(crate) location: u64,
    pub(crate) terms: Terms,
}

pub(crate) struct Events {
    step_ms: i64,
    location: u64,
}

impl Events {
    pub(crate) fn new(count: usize) -> Self {
        Self { step_ms: 365 * DAY_MS / count as i64, location: 0 }
    }

    pub(crate) fn take(&mut self, first: usize, count: usize) -> Vec<Record> {
        (first..first + count).map(|at| self.record(at)).collect()
    }

    pub(crate) fn terms(&mut self, at: usize) -> Terms {
        self.record(at).terms
    }

    fn record(&mut self, at: usize) -> Record {
        let mut random = Random(at as u64);
        let received = START_MS + at as i64 * self.step_ms + random.below(900) as i64;
        let late = match random.below(1000) {
            0 => random.below(7 * DAY_MS as u64),
            1..10 => random.below(DAY_MS as u64),
            _ => random.below(4000),
        };
        // Frames of four records.
        if at.is_multiple_of(4) {
            self.location += 600 + random.below(200);
        }
        Record {
            recorded: Millis(received - late as i64),
            received: Millis(received),
            location: self.location,
            terms: terms(at, &mut random),
        }
    }
}

/// About 35 terms, of which about 4 are this record's own.
fn terms(at: usize, random: &mut Random) -> Terms {
    let mut terms = Terms::new();
    let kind = random.skewed(8);
    token(&mut terms, 1, "http://dicom.nema.org/resources/ontology/DCM", &format!("1101{kind:02}"));
    let verb = ["read", "vread", "create", "update", "search-type"][random.skewed(5) as usize];
    token(&mut terms, 2, "http://hl7.org/fhir/restful-interaction", verb);
    token(
        &mut terms,
        3,
        "http://hl7.org/fhir/audit-event-action",
        ["R", "C", "U", "E"][kind as usize % 4],
    );
    token(
        &mut terms,
        4,
        "http://hl7.org/fhir/audit-event-outcome",
        &(random.skewed(3) * 4).to_string(),
    );
    let agent = random.skewed(5000);
    reference(&mut terms, 5, "Practitioner", &format!("practitioner-{agent}"));
    terms.push(Field(6), ORDERED, &format!("doctor number {agent} family"));
    let device = random.skewed(40);
    reference(&mut terms, 5, "Device", &format!("device-{device}"));
    terms.push(Field(7), POINT, &format!("10.1.{}.{}", device, agent % 256));
    terms.push(Field(8), ORDERED, &format!("https://ihe.net/policy/{}", random.skewed(12)));
    let patient = random.skewed(PATIENTS);
    reference(&mut terms, 9, "Patient", &patient_id(patient));
    reference(&mut terms, 10, "Patient", &patient_id(patient));
    let document = random.next();
    reference(&mut terms, 9, "DocumentReference", &format!("{document:016x}"));
    let request = random.next();
    token(&mut terms, 11, "urn:request", &format!("{request:016x}-{at}"));
    terms.push(Field(12), ORDERED, &format!("site {}", random.skewed(20)));
    (1..=8).for_each(|field| terms.push(Field(100), POINT, &field.to_string()));
    terms.push(Field(101), POINT, "4.0");
    terms
}

pub(crate) fn patient_id(patient: u64) -> String {
    format!("patient-{patient:06}")
}

fn token(terms: &mut Terms, field: u16, system: &str, code: &str) {
    terms.push(Field(field), POINT, code);
    terms.push_joined(Field(field), POINT, &[system, "|", code]);
}

fn reference(terms: &mut Terms, field: u16, r#type: &str, id: &str) {
    terms.push(Field(field), POINT, id);
    terms.push_with(Field(field), POINT, |out| {
        write!(out, "{type}/{id}").expect("a string takes everything");
    });
    // Only the type: `:missing` and the type modifier.
    terms.push(Field(field), POINT, r#type);
}
