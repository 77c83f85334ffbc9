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

/// The events of an interaction: one at least, and one for each patient; of what did not go well,
/// which touched nobody, one for all.
pub(super) fn shares<'a>(of: &Interaction<'a>) -> Vec<Share<'a>> {
    let alone_max = if of.is_success() { PATIENTS_MAX } else { 0 };
    let mut shares = vec![Share::default()];
    let mut places = Places { alone_max, of: HashMap::new() };
    for patient in of.patients {
        places.place(&mut shares, *patient);
    }
    for returned in of.returned {
        let first = if returned.patients.is_empty() { &[0][..] } else { &[] };
        let theirs = returned.patients.iter();
        let theirs: Vec<_> = theirs.map(|patient| places.place(&mut shares, *patient)).collect();
        for share in first.iter().chain(&theirs) {
            let listed = &mut shares[*share].returned;
            if !listed.last().is_some_and(|last| std::ptr::eq(*last, returned)) {
                listed.push(returned);
            }
        }
    }
    shares
}

/// Whose share is which.
struct Places<'a> {
    /// Patients who have a share each.
    alone_max: usize,
    of: HashMap<Patient<'a>, usize>,
}

impl<'a> Places<'a> {
    /// The place of a patient's share, which there is from now on.
    fn place(&mut self, shares: &mut Vec<Share<'a>>, patient: Patient<'a>) -> usize {
        let (count, alone_max) = (self.of.len(), self.alone_max);
        *self.of.entry(patient).or_insert_with(|| {
            let at = match count.checked_sub(alone_max) {
                None => count,
                Some(over) => alone_max + over / PATIENTS_EACH,
            };
            if at == shares.len() {
                shares.push(Share::default());
            }
            shares[at].patients.push(patient);
            at
        })
    }
}
