//! Who asks, for which tenant, and what they may do.
use crate::{TenantId, smart::ResourceGrants};
use std::sync::Arc;

/// What a route demands. SMART's letters for `AuditEvent`: `c`, `r`, `s`; the rest is Kiln's own.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Scope {
    /// Nothing: whoever reaches the listener may have it.
    Anybody = 0,
    /// `AuditEvent.c`
    Create = 1,
    /// `AuditEvent.r`
    Read = 2,
    /// `AuditEvent.s`
    Search = 4,
    /// The operator's view: settings, metrics; no event content.
    Operate = 8,
    /// Export, and checks of stored events.
    Verify = 16,
    /// `/log/…`: checkpoints, tiles, the log's key.
    Log = 32,
    /// The audit of the audit.
    Audit = 64,
    /// API keys: add, list, revoke.
    Administer = 128,
    /// Whoever is known: what they may do with FHIR resources, [`Principal::resources`] says.
    Known = 256,
}

/// A set of scopes.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u16);

impl Scopes {
    /// All of them: the open mode, and the administrator's key.
    pub const ALL: Self = Self(255);
    /// None.
    pub const NONE: Self = Self(0);

    /// These.
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |all, scope| all | *scope as u16))
    }

    /// Those of both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not among the others.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the scope is among them; [`Scope::Anybody`] and [`Scope::Known`] always are.
    pub fn has(self, scope: Scope) -> bool {
        scope == Scope::Known || self.0 & scope as u16 == scope as u16
    }
}

/// How it is known who asks.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// It is not: no identity is configured, and only this machine may ask.
    Open,
    /// A JWT or an introspected token.
    Token,
    /// `kiln_<id>_<secret>`
    ApiKey,
    /// A client certificate alone.
    Certificate,
    /// A person's session in a browser.
    Session,
    /// The server's own socket: the user of this machine that the kernel names.
    Socket,
}

/// Which events may be read with [`Scope::Read`] and [`Scope::Search`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Searches of granular scopes (`patient=Patient/1`): an event must match one of them. `None`:
    /// every event. An empty list means no event at all.
    pub filters: Option<Vec<String>>,
    /// The patient whose events alone are seen, the other patients in them hidden.
    pub patient: Option<PatientContext>,
}

/// SMART's `patient` context: the id of the Patient resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientContext {
    /// Its logical id: `123` of `Patient/123`.
    pub id: String,
}

/// How an `AuditEvent` names who asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// `fhirUser`, made relative to nothing: as the token has it.
    pub fhir_user: Option<String>,
    /// The issuer that says so.
    pub issuer: Option<String>,
    /// `sub`, the key's id, the certificate's subject, the user id of the socket.
    pub subject: Option<String>,
    /// A name for people.
    pub name: Option<String>,
    /// `client_id` or `azp`.
    pub client: Option<String>,
    /// The id of the token (`jti`), never the token.
    pub token_id: Option<String>,
    /// Codes of `purpose_of_use`: `system|code` or `code`.
    pub purposes: Vec<String>,
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Whose log.
    pub tenant: TenantId,
    /// A name for envelopes and idempotency keys, the same for each request of the same sender:
    /// `open`, `key:<id>`, `token:<issuer's name>:<subject or client>`, `certificate:<sender>`,
    /// `socket:<uid>`.
    pub who: Arc<str>,
    /// How that is known.
    pub means: Means,
    /// What they may do.
    pub scopes: Scopes,
    /// To which events.
    pub reach: Reach,
    /// What they may do with FHIR resources that are no audit events.
    pub resources: ResourceGrants,
    /// How the audit of the audit names them.
    pub agent: Agent,
}

impl Principal {
    /// The one principal of the open mode.
    pub fn open() -> Self {
        Self {
            tenant: TenantId::default(),
            who: "open".into(),
            means: Means::Open,
            scopes: Scopes::ALL,
            reach: Reach::default(),
            resources: ResourceGrants::all(),
            agent: Agent::default(),
        }
    }

    /// Whether the route is theirs.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.has(scope)
    }
}
