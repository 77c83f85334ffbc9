//! The section `[trail]`: the events that Kiln makes of what is done to FHIR resources, through
//! the gateway or in its own store.
use kiln_trail::{Balp, Gms, Lifeomic, Profile, Results, Source, UserClaim};
use serde::{Deserialize, Serialize};

/// `[trail]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Trail {
    /// The shape of the events.
    pub(crate) profile: Shape,
    /// `source.site`; left out: the tenant's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) site: Option<String>,
    /// The system's identifier in `source`; left out: the log's origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identifier: Option<String>,
    /// `balp`: where the resources stand that an answer showed.
    pub(crate) results: Shown,
    /// `lifeomic`, `gms`: what of a token names its user.
    pub(crate) user_claim: Claim,
    /// `gms`: the system of that name; left out: the profile's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_system: Option<String>,
    /// `lifeomic`: the system of the tag that events take over; left out: the profile's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tag_system: Option<String>,
    /// `lifeomic`: resource types without a trail.
    pub(crate) without: Vec<String>,
}

/// The shape of the events, as settings and the command line name it.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shape {
    /// IHE BALP 1.1.4, R4
    #[default]
    Balp,
    /// `LifeOmic`'s audit trails, STU3
    Lifeomic,
    /// NHS England's Genomic Medicine Service, R4
    Gms,
}

/// Where the resources stand that an answer showed.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shown {
    /// In entities of the same event.
    #[default]
    Entities,
    /// In an event of their own.
    Linked,
    /// Nowhere.
    Omitted,
}

/// What of a token names its user.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Claim {
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

impl Trail {
    /// What makes the events.
    pub(crate) fn to_room(&self) -> Profile {
        let source = Source { site: self.site.clone(), identifier: self.identifier.clone() };
        let user = match self.user_claim {
            Claim::Subject => UserClaim::Subject,
            Claim::Client => UserClaim::Client,
            Claim::FhirUser => UserClaim::FhirUser,
            Claim::Name => UserClaim::Name,
        };
        match self.profile {
            Shape::Balp => {
                let results = match self.results {
                    Shown::Entities => Results::Entities,
                    Shown::Linked => Results::Linked,
                    Shown::Omitted => Results::Omitted,
                };
                Profile::Balp(Balp { source, results })
            }
            Shape::Lifeomic => {
                let theirs = Lifeomic::default();
                let tag_system = self.tag_system.clone().unwrap_or(theirs.tag_system);
                let without = self.without.clone();
                Profile::Lifeomic(Lifeomic { source, user, tag_system, without })
            }
            Shape::Gms => {
                let theirs = Gms::default();
                let user_system = self.user_system.clone().unwrap_or(theirs.user_system);
                Profile::Gms(Gms { source, user_system, user })
            }
        }
    }
}
