//! Trail profiles: the shapes in which interactions are told.
mod balp;
mod gms;
mod lifeomic;
mod resource;
mod share;
mod tell;

use crate::Interaction;
use kiln_fhir::Release;
use kiln_identity::{Means, Principal};

/// Resources that one event lists: what is more goes into further ones, so that each stays within
/// the usual limits of an `AuditEvent`.
pub const RESULTS_MAX: usize = 200;
/// Events that one interaction has, one for each patient: further patients share events.
pub const PATIENTS_MAX: usize = 256;
/// Bytes of a query that an event holds.
pub const QUERY_BYTES_MAX: usize = 128 * 1024;

/// An `AuditEvent` that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// In this release's shape.
    pub release: Release,
    /// Its JSON, without `id` and `meta.lastUpdated`, which the store sets.
    pub json: Vec<u8>,
    /// `meta.versionId`, where the profile says which: it stands in the JSON then.
    pub version_id: Option<String>,
}

/// How interactions are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile {
    /// IHE BALP 1.1.4, R4.
    Balp(Balp),
    /// `LifeOmic`'s audit trails, STU3: changes alone.
    Lifeomic(Lifeomic),
    /// NHS England's Genomic Medicine Service, R4.
    Gms(Gms),
}

/// IHE's Basic Audit Log Patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balp {
    /// Who writes the trail.
    pub source: Source,
    /// Where the resources stand that an answer showed.
    pub results: Results,
}

/// Who writes a trail, as `AuditEvent.source` names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// `source.site`; the tenant's name where it is `None`.
    pub site: Option<String>,
    /// The identifier of the system; the log's origin where it is `None`.
    pub identifier: Option<String>,
}

/// Where the resources stand that an answer showed.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Results {
    /// In entities of the same event, of a type that BALP's slices leave free.
    #[default]
    Entities,
    /// In an event of their own, which has the same `X-Request-Id`.
    Linked,
    /// Nowhere: the query says what was asked.
    Omitted,
}

/// `LifeOmic`'s audit trails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifeomic {
    /// Who writes the trail.
    pub source: Source,
    /// What of a token is `agent.userId`.
    pub user: UserClaim,
    /// The system of the tag that events take over from resources.
    pub tag_system: String,
    /// The resource types that have no trail.
    pub without: Vec<String>,
}

impl Default for Lifeomic {
    fn default() -> Self {
        Self {
            source: Source::default(),
            user: UserClaim::default(),
            tag_system: "http://lifeomic.com/fhir/dataset".to_owned(),
            without: Vec::new(),
        }
    }
}

/// The Genomic Medicine Service's audit events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gms {
    /// Who writes the trail.
    pub source: Source,
    /// The system of the identifier of `agent.who`.
    pub user_system: String,
    /// What of a token is its value.
    pub user: UserClaim,
}

impl Default for Gms {
    fn default() -> Self {
        Self {
            source: Source::default(),
            user_system: "https://fhir.nhs.uk/Id/sds-user-id".to_owned(),
            user: UserClaim::default(),
        }
    }
}

/// What of a token names its user.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum UserClaim {
    /// `sub`
    #[default]
    Subject,
    /// `client_id` or `azp`
    Client,
    /// The id at the end of `fhirUser`.
    FhirUser,
    /// The name for people.
    Name,
}

impl Profile {
    /// The shape of its events.
    pub const fn release(&self) -> Release {
        match self {
            Self::Lifeomic(_) => Release::Stu3,
            Self::Balp(_) | Self::Gms(_) => Release::R4,
        }
    }

    /// The events that an interaction leaves, none where the profile wants none.
    ///
    /// A Bundle leaves none itself where it went well: its entries do, one by one. Where all of it
    /// was refused, it is told once, as the Bundle. What a server can do (`metadata`) is about
    /// nobody and is told only where it was refused.
    pub fn events(&self, of: &Interaction<'_>) -> Vec<Event> {
        if of.is_success() && of.kind.shows_nothing() {
            return Vec::new();
        }
        match self {
            Self::Balp(balp) => balp.events(of),
            Self::Lifeomic(lifeomic) => lifeomic.events(of),
            Self::Gms(gms) => gms.events(of),
        }
    }
}

impl Source {
    fn site<'a>(&'a self, of: &Interaction<'a>) -> &'a str {
        self.site.as_deref().unwrap_or(of.server.tenant)
    }

    fn identifier<'a>(&'a self, of: &Interaction<'a>) -> &'a str {
        self.identifier.as_deref().unwrap_or(of.server.origin)
    }
}

impl UserClaim {
    /// What names the principal; where the token has no such claim, the name in envelopes.
    fn of(self, principal: &Principal) -> &str {
        let agent = &principal.agent;
        let claim = match self {
            Self::Subject => agent.subject.as_deref(),
            Self::Client => agent.client.as_deref(),
            Self::FhirUser => agent.fhir_user.as_deref().and_then(|user| user.rsplit('/').next()),
            Self::Name => agent.name.as_deref(),
        };
        claim.filter(|_| is_by_token(principal)).unwrap_or(&principal.who)
    }
}

fn is_by_token(principal: &Principal) -> bool {
    matches!(principal.means, Means::Token | Means::Session)
}

#[cfg(test)]
mod tests;
