//! The tables `[[identity.issuers]]`.
use super::default_tenant;
use crate::secret;
use anyhow::{Context as _, bail};
use kiln_identity::{Algorithm, Claims, IssuerRules, Role, RolesClaim, Tenancy};
use kiln_server::{Introspection, KeySource, KeyTimes, Tokens};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// An issuer of tokens. Either its keys are known (`jwks_url`, `jwks_file`), or it is asked about
/// each token (`introspection_url`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issuer {
    /// A short name: it stands in the log, `token:{name}:{subject}`.
    pub(crate) name: String,
    /// The exact `iss` of its tokens.
    #[serde(rename = "issuer")]
    pub(crate) iss: String,
    /// What its tokens must be for (`aud`): one of these.
    pub(crate) audience: Audience,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) jwks_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) jwks_file: Option<PathBuf>,
    /// The signatures that its tokens may have; HS* and none are never taken.
    #[serde(default = "default_algorithms")]
    pub(crate) algorithms: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) introspection_url: Option<String>,
    /// For how long an answer is believed, and a revoked token with it.
    #[serde(default = "default_cache")]
    pub(crate) introspection_cache_seconds: u64,
    /// Whether its answers need not say for whom a token is.
    #[serde(default)]
    pub(crate) introspection_without_audience: bool,
    /// Kiln's name at the introspection endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// Where people sign in, told to clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorize_url: Option<String>,
    /// Where tokens are given, told to clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_url: Option<String>,
    /// Whose log its tokens are for …
    #[serde(default = "default_tenant")]
    pub(crate) tenant: String,
    /// … or the claim that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tenant_claim: Option<String>,
    /// The claim of the scopes.
    #[serde(default = "default_scope_claim")]
    pub(crate) scope_claim: String,
    /// The claim of the patient in context.
    #[serde(default = "default_patient_claim")]
    pub(crate) patient_claim: String,
    /// The claim of roles, and what its words mean here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) roles_claim: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) roles: BTreeMap<String, Role>,
    /// How long it may take to answer.
    #[serde(default = "default_timeout")]
    pub(crate) timeout_seconds: u64,
    /// Its keys are fetched again after so long …
    #[serde(default = "default_fresh")]
    pub(crate) jwks_fresh_seconds: u64,
    /// … and where they cannot be, believed no longer after so long.
    #[serde(default = "default_stale")]
    pub(crate) jwks_stale_seconds: u64,
}

/// One or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether it is one of them.
    pub(crate) fn names(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Several(several) => several.iter().any(|one| one == audience),
        }
    }
}

fn default_algorithms() -> Vec<String> {
    ["RS256", "RS384", "ES256", "ES384"].map(str::to_owned).to_vec()
}

fn default_cache() -> u64 {
    10
}

fn default_timeout() -> u64 {
    5
}

fn default_scope_claim() -> String {
    Claims::default().scope
}

fn default_patient_claim() -> String {
    Claims::default().patient
}

fn default_fresh() -> u64 {
    KeyTimes::default().fresh.as_secs()
}

fn default_stale() -> u64 {
    KeyTimes::default().stale.as_secs()
}

impl Issuer {
    /// What its tokens must be.
    pub(super) fn rules(&self, clock_skew_seconds: u64) -> anyhow::Result<IssuerRules> {
        let audiences = match self.audience.clone() {
            Audience::One(audience) => vec![audience],
            Audience::Several(audiences) => audiences,
        };
        let tenancy = match self.tenant_claim.clone() {
            Some(claim) => Tenancy::Claim(claim),
            None => Tenancy::One(self.tenant.parse()?),
        };
        let mut rules = if self.introspection_url.is_some() {
            IssuerRules::introspected(&self.name, &self.iss, audiences, tenancy)?
        } else {
            let algorithms = self.algorithms.iter().map(|name| name.parse::<Algorithm>());
            let algorithms = algorithms.collect::<Result<_, _>>()?;
            IssuerRules::new(&self.name, &self.iss, audiences, algorithms, tenancy)?
        };
        rules.roles =
            self.roles_claim.clone().map(|claim| RolesClaim { claim, roles: self.roles.clone() });
        rules.claims =
            Claims { scope: self.scope_claim.clone(), patient: self.patient_claim.clone() };
        rules.clock_skew_seconds = clock_skew_seconds;
        rules.introspection_without_audience = self.introspection_without_audience;
        Ok(rules)
    }

    /// The rules between its settings.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let ways =
            [self.jwks_url.is_some(), self.jwks_file.is_some(), self.introspection_url.is_some()];
        if ways.into_iter().filter(|way| *way).count() != 1 {
            bail!("name one of jwks_url, jwks_file and introspection_url");
        }
        let has_client = (self.client_id.is_some(), self.client_secret_file.is_some());
        if self.introspection_url.is_some() && has_client != (true, true) {
            bail!("introspection_url needs client_id and client_secret_file");
        }
        if self.introspection_without_audience && self.introspection_url.is_none() {
            bail!("introspection_without_audience is for an issuer with introspection_url");
        }
        if self.introspection_cache_seconds > Introspection::CACHE_MAX.as_secs() {
            let max = Introspection::CACHE_MAX.as_secs();
            bail!("introspection_cache_seconds is {max} at most: so long is a revoked token taken");
        }
        if !self.roles.is_empty() && self.roles_claim.is_none() {
            bail!("roles says what the words of roles_claim mean: name the claim");
        }
        if self.jwks_fresh_seconds == 0 || self.jwks_stale_seconds < self.jwks_fresh_seconds {
            bail!("jwks_fresh_seconds is above 0, jwks_stale_seconds not below it");
        }
        if self.timeout_seconds == 0 {
            bail!("timeout_seconds is above 0");
        }
        Ok(())
    }

    /// What the server is given.
    pub(super) fn to_room(&self, clock_skew_seconds: u64) -> anyhow::Result<kiln_server::Issuer> {
        Ok(kiln_server::Issuer {
            rules: self.rules(clock_skew_seconds)?,
            tokens: self.tokens()?,
            timeout: Duration::from_secs(self.timeout_seconds),
            authorize_url: self.authorize_url.clone(),
            token_url: self.token_url.clone(),
        })
    }

    fn tokens(&self) -> anyhow::Result<Tokens> {
        if let Some(url) = self.introspection_url.clone() {
            return Ok(Tokens::Introspected(self.introspection(url)?));
        }
        let source = match (self.jwks_url.clone(), self.jwks_file.clone()) {
            (Some(url), _) => KeySource::Url(url),
            (None, Some(file)) => KeySource::File(file),
            (None, None) => bail!("name one of jwks_url, jwks_file and introspection_url"),
        };
        let times = KeyTimes {
            fresh: Duration::from_secs(self.jwks_fresh_seconds),
            stale: Duration::from_secs(self.jwks_stale_seconds),
            ..KeyTimes::default()
        };
        Ok(Tokens::Signed(source, times))
    }

    fn introspection(&self, url: String) -> anyhow::Result<Introspection> {
        let needs = "introspection_url needs client_id and client_secret_file";
        let file = self.client_secret_file.as_deref().context(needs)?;
        let secret = secret::read_line(file).context("client_secret_file")?;
        Ok(Introspection {
            url,
            client_id: self.client_id.clone().context(needs)?,
            client_secret: secret.to_string(),
            cache: Duration::from_secs(self.introspection_cache_seconds),
        })
    }
}
