//! What a sender, a person or a program is to the log.
use crate::{Scope, Scopes};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What somebody is to the log of their tenant.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sends events, and sees none, not even its own.
    Writer,
    /// Reads and searches all events.
    Reader,
    /// Reads and searches the events of one patient, whom the credential names.
    Patient,
    /// Reads, searches, verifies and exports, and sees the audit of the audit.
    Auditor,
    /// Sees how the server does; no event.
    Operator,
    /// Reads checkpoints and tiles.
    Witness,
    /// Everything.
    Admin,
}

/// Not a role.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is writer, reader, patient, auditor, operator, witness or admin")]
pub struct InvalidRole;

impl Role {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Writer,
        Self::Reader,
        Self::Patient,
        Self::Auditor,
        Self::Operator,
        Self::Witness,
        Self::Admin,
    ];

    /// What it may do. A [`Role::Patient`] may do so only within a patient's context.
    pub fn scopes(self) -> Scopes {
        match self {
            Self::Writer => Scopes::of(&[Scope::Create]),
            Self::Reader | Self::Patient => Scopes::of(&[Scope::Read, Scope::Search]),
            Self::Auditor => {
                let checks = Scopes::of(&[Scope::Verify, Scope::Log, Scope::Audit]);
                Self::Reader.scopes().with(checks)
            }
            Self::Operator => Scopes::of(&[Scope::Operate]),
            Self::Witness => Scopes::of(&[Scope::Log]),
            Self::Admin => Scopes::ALL,
        }
    }

    /// As settings and key files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Writer => "writer",
            Self::Reader => "reader",
            Self::Patient => "patient",
            Self::Auditor => "auditor",
            Self::Operator => "operator",
            Self::Witness => "witness",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Role {
    type Err = InvalidRole;

    fn from_str(text: &str) -> Result<Self, InvalidRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(InvalidRole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
