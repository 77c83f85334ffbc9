//! Who asks, for which tenant, and what they may do.
use kiln_store::TenantId;
use std::sync::Arc;

/// What a route demands. SMART's letters for `AuditEvent`: `c`, `r`, `s`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Scope {
    /// Anybody that the guard lets through.
    Anybody = 0,
    /// `AuditEvent.c`
    Create = 1,
    /// `AuditEvent.r`
    Read = 2,
    /// `AuditEvent.s`
    Search = 4,
    /// The operator's view: no event content.
    Operate = 8,
}

/// A set of scopes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// All of them: the open mode.
    pub const ALL: Self =
        Self(Scope::Create as u8 | Scope::Read as u8 | Scope::Search as u8 | Scope::Operate as u8);

    /// These.
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |all, scope| all | *scope as u8))
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Whose log.
    pub tenant: TenantId,
    /// A name for envelopes and keys.
    pub who: Arc<str>,
    /// What they may do.
    pub scopes: Scopes,
}

impl Principal {
    /// The one principal of the open mode.
    pub fn open() -> Self {
        Self { tenant: TenantId::default(), who: "open".into(), scopes: Scopes::ALL }
    }

    /// Whether the route is theirs.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.0 & scope as u8 == scope as u8
    }
}
