//! Which events several scopes give together.
use crate::{PatientContext, Reach};

/// What scopes give of one interaction, reading or searching.
#[derive(Default)]
pub(super) struct Access {
    /// Some scope gives all events.
    everything: bool,
    /// Some scope gives all events of the patient in context.
    all_of_patient: bool,
    /// Some scope gives events of the patient in context only.
    of_patient: bool,
    /// Searches that give a part, of all events or of the patient's.
    filters: Vec<String>,
}

impl Access {
    /// A scope more.
    pub(super) fn add(&mut self, of_patient: bool, filter: Option<&str>) {
        self.of_patient |= of_patient;
        match filter {
            Some(filter) => self.filters.push(filter.to_owned()),
            None if of_patient => self.all_of_patient = true,
            None => self.everything = true,
        }
    }

    /// Whether any scope gives any of it.
    pub(super) fn is_given(&self) -> bool {
        self.everything || self.all_of_patient || !self.filters.is_empty()
    }

    /// What lies within each of these: a [`Reach`] cannot say more of one than of another.
    pub(super) fn reach(given: &[&Self], patient: Option<PatientContext>) -> Reach {
        let limited: Vec<&&Self> = given.iter().filter(|access| !access.everything).collect();
        let patient = patient.filter(|_| limited.iter().any(|access| access.of_patient));
        let parts = limited.iter().filter(|access| !(patient.is_some() && access.all_of_patient));
        let filters = parts.map(|access| access.filters.clone());
        let filters = filters.reduce(|mut both, other| {
            both.retain(|filter| other.contains(filter));
            both
        });
        Reach { filters, patient }
    }
}
