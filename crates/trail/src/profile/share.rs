//! One event for each patient: who is in which, and with what of the answer.
use super::PATIENTS_MAX;
use crate::{Interaction, Patient, Returned};
use std::collections::HashMap;

/// Patients that share an event where there are too many for one each.
const PATIENTS_EACH: usize = 100;

/// What one event tells.
#[derive(Debug, Default)]
pub(super) struct Share<'a> {
    /// Whom it is about; nobody, where no patient is known.
    pub(super) patients: Vec<Patient<'a>>,
    /// What of the answer is about them; what is about nobody is in the first share.
    pub(super) returned: Vec<&'a Returned<'a>>,
}

/// The events of an interaction: one at least, and one for each patient.
pub(super) fn shares<'a>(of: &Interaction<'a>) -> Vec<Share<'a>> {
    let mut shares = vec![Share::default()];
    let mut patients = HashMap::new();
    for patient in of.patients {
        place(&mut shares, &mut patients, *patient);
    }
    for returned in of.returned {
        let first = if returned.patients.is_empty() { &[0][..] } else { &[] };
        let theirs = returned.patients.iter();
        let theirs: Vec<_> =
            theirs.map(|patient| place(&mut shares, &mut patients, *patient)).collect();
        for share in first.iter().chain(&theirs) {
            let listed = &mut shares[*share].returned;
            if !listed.last().is_some_and(|last| std::ptr::eq(*last, returned)) {
                listed.push(returned);
            }
        }
    }
    shares
}

/// The place of a patient's share, which there is from now on.
fn place<'a>(
    shares: &mut Vec<Share<'a>>,
    patients: &mut HashMap<Patient<'a>, usize>,
    patient: Patient<'a>,
) -> usize {
    let count = patients.len();
    *patients.entry(patient).or_insert_with(|| {
        let at = match count.checked_sub(PATIENTS_MAX) {
            None => count,
            Some(over) => PATIENTS_MAX + over / PATIENTS_EACH,
        };
        if at == shares.len() {
            shares.push(Share::default());
        }
        shares[at].patients.push(patient);
        at
    })
}
