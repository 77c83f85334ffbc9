//! One event, before it is written.
use super::{
    chance::Chance,
    people::{Hospital, PatientId, StaffId},
    places::{Application, Recipient, Source},
};

#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) verb: Verb,
    /// When it was, in milliseconds since 1970, by a clock that is right.
    pub(super) happened_ms: i64,
    /// How far its sender's clock is ahead.
    pub(super) clock_ahead_ms: i64,
    pub(super) ending: Ending,
    pub(super) who: Who,
    pub(super) application: &'static Application,
    pub(super) address: [u8; 4],
    /// `None`: not stated.
    pub(super) purpose: Option<Purpose>,
    /// What somebody typed who opened a record in an emergency.
    pub(super) reason: Option<&'static str>,
    pub(super) patient: Option<PatientId>,
    pub(super) thing: Option<Thing>,
    pub(super) source: &'static Source,
    pub(super) recipient: Option<&'static Recipient>,
    pub(super) request_id: u128,
}

/// What was done.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Read,
    Search,
    Create,
    Update,
    Login,
    Logout,
    /// An emergency override: glass is broken.
    Override,
    Export,
    /// Images are looked at.
    View,
}

/// How it ended, and what was said of it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Success,
    Minor(&'static str),
    Serious(&'static str),
}

/// Who did it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Staff(StaffId),
    /// The patient themselves.
    Patient(PatientId),
}

/// What for, of v3-ActReason.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Treatment,
    BreakTheGlass,
    Payment,
    Operations,
    PublicHealth,
    LegalRequest,
    PatientRequest,
}

/// What it was done to.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Thing {
    /// A resource type of FHIR.
    pub(super) resource: &'static str,
    pub(super) number: u64,
}

impl Event {
    /// A member of the staff reads something, at the usual place, for treatment.
    pub(super) fn by(hospital: &Hospital, who: StaffId, at_ms: i64, chance: &mut Chance) -> Self {
        let staff = hospital.staff(who);
        Self {
            verb: Verb::Read,
            happened_ms: at_ms,
            clock_ahead_ms: 0,
            ending: Ending::Success,
            who: Who::Staff(who),
            application: &super::places::CHART,
            address: staff.address(),
            purpose: Some(Purpose::Treatment),
            reason: None,
            patient: None,
            thing: None,
            source: staff.unit.source,
            recipient: None,
            request_id: chance.wide(),
        }
    }

    /// Does this to the record of a patient.
    pub(super) fn does(mut self, verb: Verb, resource: &'static str, patient: PatientId) -> Self {
        // Something of a patient is the same one again and again: its number is made of theirs.
        let number = 1000 * (patient.0 as u64 + 1) + self.request_id as u64 % 12;
        (self.verb, self.patient) = (verb, Some(patient));
        self.thing = (resource != "Patient").then_some(Thing { resource, number });
        self
    }

    pub(super) fn ends(self, ending: Ending) -> Self {
        Self { ending, ..self }
    }

    pub(super) fn for_purpose(self, purpose: Option<Purpose>) -> Self {
        Self { purpose, ..self }
    }

    pub(super) fn through(self, application: &'static Application) -> Self {
        Self { application, ..self }
    }

    pub(super) fn told_by(self, source: &'static Source) -> Self {
        Self { source, ..self }
    }
}

impl Purpose {
    /// The code and its display (<https://terminology.hl7.org/CodeSystem-v3-ActReason.html>).
    pub(super) fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Treatment => ("TREAT", "treatment"),
            Self::BreakTheGlass => ("BTG", "break the glass"),
            Self::Payment => ("HPAYMT", "healthcare payment"),
            Self::Operations => ("HOPERAT", "healthcare operations"),
            Self::PublicHealth => ("PUBHLTH", "public health"),
            Self::LegalRequest => ("HLEGAL", "legal"),
            Self::PatientRequest => ("PATRQT", "patient requested"),
        }
    }
}
