//! Patients, as resources and requests refer to them.
use super::{Asked, Limits};

/// A patient, as somebody refers to one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Patient {
    /// `Patient/id` of this server, or the URL of one elsewhere; without a version.
    Reference(String),
    /// By an identifier.
    Identifier {
        /// `system`
        system: Option<String>,
        /// `value`
        value: String,
    },
    /// In a transaction: the `fullUrl` of another entry, which gets its id only then.
    Placeholder(String),
}

impl Patient {
    /// As an event names it; a placeholder is nobody yet.
    pub fn named(&self) -> Option<crate::Patient<'_>> {
        match self {
            Self::Reference(reference) => Some(crate::Patient::Reference(reference)),
            Self::Identifier { system, value } => {
                Some(crate::Patient::Identifier { system: system.as_deref(), value })
            }
            Self::Placeholder(_) => None,
        }
    }
}

/// Patients whom a request names.
pub(super) fn of_request(
    asked: &Asked,
    form: Option<&str>,
    bases: &[&str],
    limits: &Limits,
) -> Vec<Patient> {
    let _ = (asked, form, bases, limits);
    Vec::new()
}
