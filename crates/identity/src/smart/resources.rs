//! What scopes allow of FHIR resources that are no audit events, where Kiln keeps such.
use super::{Letters, Level, parts};
use crate::{PatientContext, Role};

/// Scopes that are kept of one token; those beyond them grant nothing.
const GRANTS_MAX: usize = 256;

/// An interaction, by its letter among `cruds`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// `c`
    Create,
    /// `r`: read, vread, and the history of one resource.
    Read,
    /// `u`: update and patch.
    Update,
    /// `d`
    Delete,
    /// `s`: search, and the history of a type.
    Search,
}

/// What somebody may do with the resources of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed<'a> {
    /// Nothing.
    No,
    /// It, with resources that are about this patient.
    OfPatient(&'a PatientContext),
    /// It.
    All,
}

/// What somebody may do with which resource types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceGrants {
    grants: Vec<Grant>,
    patient: Option<PatientContext>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Grant {
    /// `None`: every type.
    r#type: Option<Box<str>>,
    letters: Letters,
    is_patient: bool,
}

impl ResourceGrants {
    /// Everything with every type: the open mode, and administrators.
    pub fn all() -> Self {
        let grant = Grant { r#type: None, letters: Letters::ALL, is_patient: false };
        Self { grants: vec![grant], patient: None }
    }

    /// What roles give: those of the log give none of it.
    pub fn of_roles(roles: &[Role]) -> Self {
        if roles.contains(&Role::Admin) { Self::all() } else { Self::default() }
    }

    /// What a text of scopes, with blanks between them, gives, and these roles; `patient` and
    /// `is_patient` as of [`grant`](super::grant). Scopes with a search behind them give nothing:
    /// who is to be held to it would have to be asked of each resource.
    pub fn of(
        scopes: &str,
        roles: &[Role],
        patient: Option<PatientContext>,
        is_patient: bool,
    ) -> Self {
        let mut all = Self::of_roles(roles);
        all.grants.extend(scopes.split_ascii_whitespace().filter_map(|text| {
            let (level, resource, letters, filter) = parts(text)?;
            let is_patient = level == Level::Patient || (level == Level::User && is_patient);
            let is_given = filter.is_none() && (!is_patient || patient.is_some());
            let r#type = (resource != "*").then(|| resource.into());
            is_given.then_some(Grant { r#type, letters, is_patient })
        }));
        all.grants.truncate(GRANTS_MAX);
        all.patient = patient;
        all
    }

    /// Whether this may be done with resources of the type.
    pub fn allow(&self, r#type: &str, access: Access) -> Allowed<'_> {
        let is_of = |grant: &&Grant| grant.r#type.as_deref().is_none_or(|of| of == r#type);
        let mut given = self.grants.iter().filter(is_of).filter(|it| it.letters.has(access));
        match given.clone().find(|grant| !grant.is_patient).or_else(|| given.next()) {
            None => Allowed::No,
            Some(Grant { is_patient: false, .. }) => Allowed::All,
            Some(_) => self.patient.as_ref().map_or(Allowed::No, Allowed::OfPatient),
        }
    }
}

#[cfg(test)]
mod tests;
