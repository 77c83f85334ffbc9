//! Who is believed about who asks.
use super::gate::PrincipalLimits;
use kiln_identity::{CertificateRules, IssuerRules, Tenancy, TenantId};
use std::{path::PathBuf, time::Duration};

/// Who is believed, and how much each principal may ask. With nothing of it Kiln is open to this
/// machine's programs.
#[derive(Clone, Debug, Default)]
pub struct IdentitySettings {
    /// Issuers of tokens.
    pub issuers: Vec<Issuer>,
    /// Who the holders of client certificates are.
    pub certificates: CertificateRules,
    /// Whether clients are asked for certificates: then Kiln is not open, even where nobody's is
    /// named.
    pub asks_certificates: bool,
    /// The file of API keys; it need not be there.
    pub api_keys: Option<PathBuf>,
    /// How much each principal may ask.
    pub limits: PrincipalLimits,
}

/// One issuer.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// What its tokens must be, and what they mean.
    pub rules: IssuerRules,
    /// How it is known that a token is its own.
    pub tokens: Tokens,
    /// How long it may take to answer.
    pub timeout: Duration,
    /// Where people sign in (RFC 8414's `authorization_endpoint`), told to clients.
    pub authorize_url: Option<String>,
    /// Where tokens are given (`token_endpoint`), told to clients.
    pub token_url: Option<String>,
}

/// How it is known that a token is the issuer's.
#[derive(Clone, Debug)]
pub enum Tokens {
    /// They are signed with one of its keys.
    Signed(KeySource, KeyTimes),
    /// It is asked about each (RFC 7662).
    Introspected(Introspection),
}

/// Where an issuer's JWK Set is.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// `https://…`, or `http://` on this machine.
    Url(String),
    /// A file, read again as a URL is.
    File(PathBuf),
}

/// How long an issuer's keys are believed.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct KeyTimes {
    /// They are fetched again after so long.
    pub fresh: Duration,
    /// A token names a key that is not among them: they are fetched again, but no sooner than so
    /// long after the last time. At least [`KeyTimes::COOL_DOWN_MIN`] counts.
    pub cool_down: Duration,
    /// They cannot be fetched: after so long they are believed no longer, and nobody comes in.
    pub stale: Duration,
}

impl KeyTimes {
    /// Whoever makes up names of keys must not make Kiln ask for them all the time.
    pub const COOL_DOWN_MIN: Duration = Duration::from_mins(1);
}

impl Default for KeyTimes {
    fn default() -> Self {
        Self {
            fresh: Duration::from_mins(10),
            cool_down: Self::COOL_DOWN_MIN,
            stale: Duration::from_hours(1),
        }
    }
}

/// How an issuer is asked about a token.
#[derive(Clone)]
pub struct Introspection {
    /// Its introspection endpoint: `https://…`, or `http://` on this machine.
    pub url: String,
    /// Kiln's name there.
    pub client_id: String,
    /// Its secret there.
    pub client_secret: String,
    /// For how long an answer is believed, at most [`Introspection::CACHE_MAX`]: so long may a
    /// token be taken after it was revoked.
    pub cache: Duration,
}

impl Introspection {
    /// The longest that an answer is believed.
    pub const CACHE_MAX: Duration = Duration::from_secs(30);
}

/// Without the secret.
impl std::fmt::Debug for Introspection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Introspection");
        shown.field("url", &self.url).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl IdentitySettings {
    /// The issuer that clients of a tenant are sent to: one of its own, else the first that has an
    /// address for them.
    pub(super) fn advertised(&self, tenant: &TenantId) -> Option<&Issuer> {
        let is_own = |issuer: &&Issuer| match &issuer.rules.tenancy {
            Tenancy::One(of) => of == tenant,
            Tenancy::Claim(_) => true,
        };
        let has_address = |issuer: &&Issuer| issuer.token_url.is_some();
        let mut issuers = self.issuers.iter().filter(has_address);
        issuers.clone().find(is_own).or_else(|| issuers.next())
    }
}
