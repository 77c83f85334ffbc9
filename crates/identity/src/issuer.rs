//! What is settled about an issuer before any token of it comes.
use crate::{Algorithm, Role, TenantId};
use std::collections::BTreeMap;

/// How the tokens of one issuer are checked, and what their claims mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerRules {
    name: String,
    issuer: String,
    audiences: Vec<String>,
    algorithms: Vec<Algorithm>,
    pub(crate) purpose: Purpose,
    /// Whose log its tokens are for.
    pub tenancy: Tenancy,
    /// Which claim tells roles; `None`: none does, and scopes alone count.
    pub roles: Option<RolesClaim>,
    /// The names of the other claims.
    pub claims: Claims,
    /// How far the issuer's clock and this one may be apart, at most
    /// [`IssuerRules::CLOCK_SKEW_MAX`].
    pub clock_skew_seconds: u64,
    /// Whether an issuer that is asked about a token need not say for whom it is.
    pub introspection_without_audience: bool,
}

/// Which of an issuer's tokens are meant.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Access tokens, which requests come with.
    Access,
    /// ID tokens, which tell a client who has signed in.
    SignIn,
}

/// Whose log the tokens of an issuer are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tenancy {
    /// All of them for this one.
    One(TenantId),
    /// For the one that this claim names; a token without it is refused.
    Claim(String),
}

/// Roles from a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolesClaim {
    /// The claim's name, or a path of names with dots between them (`realm_access.roles`); a claim
    /// whose whole name it is goes first. Its value is a text or an array of texts.
    pub claim: String,
    /// The issuer's word → the role. Other words mean nothing.
    pub roles: BTreeMap<String, Role>,
}

/// The names of claims that issuers do not agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The scopes: a text with blanks (RFC 9068 §2.2.3), or an array of texts.
    pub scope: String,
    /// SMART's patient in context: the id of a Patient.
    pub patient: String,
}

impl Default for Claims {
    fn default() -> Self {
        Self { scope: "scope".to_owned(), patient: "patient".to_owned() }
    }
}

/// What is wrong with the settings of an issuer.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// The name goes into envelopes.
    #[error("an issuer's name is 1 to 32 of a-z, 0-9 and -")]
    Name,
    /// An issuer is an address.
    #[error("issuer must be the exact `iss` of its tokens, 1 to 1024 characters")]
    Issuer,
    /// A token for somebody else must not be taken.
    #[error("audience must name at least one audience, and none may be empty")]
    Audience,
    /// Nothing can be signed.
    #[error("algorithms must name at least one algorithm")]
    Algorithms,
}

impl IssuerRules {
    /// What [`IssuerRules::clock_skew_seconds`] is if nobody says so.
    pub const CLOCK_SKEW_SECONDS: u64 = 60;
    /// A clock further off than this is to be set right.
    pub const CLOCK_SKEW_MAX: u64 = 300;
    const NAME_LEN_MAX: usize = 32;
    const ISSUER_LEN_MAX: usize = 1024;

    /// Rules of an issuer whose tokens are signed; `name` is Kiln's short name of it, `issuer` the
    /// exact `iss`, `audiences` those of which a token must name one.
    ///
    /// # Errors
    /// A name that is none, no audience, no algorithm.
    pub fn new(
        name: &str,
        issuer: &str,
        audiences: Vec<String>,
        algorithms: Vec<Algorithm>,
        tenancy: Tenancy,
    ) -> Result<Self, InvalidIssuer> {
        if algorithms.is_empty() {
            return Err(InvalidIssuer::Algorithms);
        }
        let introspected = Self::introspected(name, issuer, audiences, tenancy)?;
        Ok(Self { algorithms, ..introspected })
    }

    /// Rules of an issuer that is asked about each token; a JWT is never checked by them.
    ///
    /// # Errors
    /// A name that is none, no audience.
    pub fn introspected(
        name: &str,
        issuer: &str,
        audiences: Vec<String>,
        tenancy: Tenancy,
    ) -> Result<Self, InvalidIssuer> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !(1..=Self::NAME_LEN_MAX).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(InvalidIssuer::Name);
        }
        if !(1..=Self::ISSUER_LEN_MAX).contains(&issuer.len()) {
            return Err(InvalidIssuer::Issuer);
        }
        if audiences.is_empty() || audiences.iter().any(String::is_empty) {
            return Err(InvalidIssuer::Audience);
        }
        Ok(Self {
            name: name.to_owned(),
            issuer: issuer.to_owned(),
            audiences,
            algorithms: Vec::new(),
            purpose: Purpose::Access,
            tenancy,
            roles: None,
            claims: Claims::default(),
            clock_skew_seconds: Self::CLOCK_SKEW_SECONDS,
            introspection_without_audience: false,
        })
    }

    /// The same rules for ID tokens, which are for the client that signs people in (`OpenID`
    /// Connect Core §3.1.3.7); by them no access token is taken, and by the others no ID token.
    #[must_use]
    pub fn for_audience(&self, audience: &str) -> Self {
        let audiences = vec![audience.to_owned()];
        Self { audiences, purpose: Purpose::SignIn, ..self.clone() }
    }

    /// Kiln's short name of it, in `who` of envelopes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The exact `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Those of which a token must name one.
    pub fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// The algorithms that it signs with.
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    pub(crate) fn skew(&self) -> u64 {
        self.clock_skew_seconds.min(Self::CLOCK_SKEW_MAX)
    }
}

#[cfg(test)]
mod tests;
