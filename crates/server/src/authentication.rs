//! Who asks: looked at once, before a request is anything else.
mod api_keys;
mod credential;
mod denied;
mod gate;
mod introspecting;
mod issuer;
mod keys;
mod settings;

pub(crate) use credential::holds_credential;
pub(crate) use denied::Denied;
pub(crate) use gate::Admitted;
pub use gate::PrincipalLimits;
pub(crate) use issuer::check_url;
pub use settings::{IdentitySettings, Introspection, Issuer, KeySource, KeyTimes, Tokens};

use crate::{
    door::{ClientCertificate, Door},
    sign_in::SignIn,
};
use api_keys::ApiKeys;
use credential::Credential;
use gate::Gate;
use hyper::http::request::Parts;
use issuer::Asked;
use kiln_identity::{
    Agent, Means, Principal, Reach, Scopes, TenantId, Thumbprint, TokenError, UnixSeconds,
    smart::ResourceGrants,
};
use kiln_store::{clock::Clock, disk::Disk};
use std::{io, sync::Arc};

/// How principals are told apart.
pub(crate) struct Authentication {
    settings: IdentitySettings,
    issuers: Vec<issuer::Trusted>,
    api_keys: Option<ApiKeys>,
    gate: Gate,
    sign_in: Option<SignIn>,
    open: Arc<Principal>,
    clock: Arc<dyn Clock>,
}

impl Authentication {
    /// By these settings.
    ///
    /// # Errors
    /// `InvalidInput` for settings that would let in whom nobody knows: a URL that others on the
    /// network could answer, two issuers of one name; the file of API keys cannot be read.
    pub(crate) fn new(
        settings: IdentitySettings,
        clock: Arc<dyn Clock>,
        disk: &Arc<dyn Disk>,
    ) -> io::Result<Self> {
        let issuers = issuer::Trusted::all(&settings.issuers, disk)?;
        let api_keys = settings.api_keys.clone();
        let open = |path| ApiKeys::open(path, Arc::clone(disk), clock.now());
        let api_keys = api_keys.map(open).transpose()?;
        let gate = Gate::new(settings.limits);
        Ok(Self { settings, issuers, api_keys, gate, ..Self::open(clock) })
    }

    /// Everybody that the guard lets in is the same.
    pub(crate) fn open(clock: Arc<dyn Clock>) -> Self {
        let settings = IdentitySettings::default();
        let gate = Gate::new(settings.limits);
        let open = Arc::new(Principal::open());
        let (issuers, api_keys, sign_in) = (Vec::new(), None, None);
        Self { settings, issuers, api_keys, gate, sign_in, open, clock }
    }

    /// Whether no identity is configured, so that the guard must keep strangers out.
    pub(crate) fn is_open(&self) -> bool {
        let are_keys = || self.api_keys.as_ref().is_some_and(|it| it.are_known(self.clock.now()));
        let IdentitySettings { certificates, asks_certificates, .. } = &self.settings;
        let are_certificates = *asks_certificates || !certificates.is_empty();
        self.issuers.is_empty() && !are_certificates && !are_keys()
    }

    /// The issuer whose addresses clients of a tenant are told.
    pub(crate) fn advertised(&self, tenant: &TenantId) -> Option<&Issuer> {
        self.settings.advertised(tenant)
    }

    /// Who asks; `tenant` is the one that the path names.
    ///
    /// # Errors
    /// There is no credential, or it is not good, or nobody can tell.
    pub(crate) async fn principal(
        &self,
        door: &Door,
        parts: &Parts,
        tenant: &TenantId,
    ) -> Result<Arc<Principal>, Denied> {
        if let Some(uid) = door.uid {
            return Ok(Arc::new(by_socket(uid, tenant)));
        }
        if self.is_open() {
            return Ok(Arc::clone(&self.open));
        }
        let known = self.known(door, parts).await;
        known.inspect_err(|denied| tracing::debug!(?denied, "nobody was let in"))
    }

    async fn known(&self, door: &Door, parts: &Parts) -> Result<Arc<Principal>, Denied> {
        match Credential::of(parts)? {
            Credential::Token(token) => self.by_token(token, door).await,
            Credential::ApiKey(key) => self.by_key(key),
            Credential::Nothing => match &door.certificate {
                Some(certificate) => self.by_certificate(certificate),
                None => self.by_session(parts),
            },
        }
    }

    /// Takes up what a command has changed among the API keys, before it is told so.
    pub(crate) fn look_at_keys(&self) {
        if let Some(keys) = &self.api_keys {
            keys.look_now(self.clock.now());
        }
    }

    /// With pages that people sign in to.
    #[must_use]
    pub(crate) fn with_sign_in(self, sign_in: SignIn) -> Self {
        Self { sign_in: Some(sign_in), ..self }
    }

    /// How people sign in, if they do.
    pub(crate) fn sign_in(&self) -> Option<&SignIn> {
        self.sign_in.as_ref()
    }

    /// Who has signed in, by the ID token that the issuer gave for a code.
    ///
    /// # Errors
    /// The token is not good, or not for this sign-in, or nobody can tell.
    pub(crate) async fn signed_in(
        &self,
        issuer: &str,
        client: &str,
        nonce: &str,
        token: &str,
    ) -> Result<Principal, Denied> {
        let asked = Asked { token, certificate: None, now: self.clock.now(), address: None };
        issuer::signed_in(&self.issuers, issuer, client, nonce, asked).await
    }

    /// Lets a request of the principal through, as long as it asks no more than its share. It
    /// counts until what is answered is dropped.
    ///
    /// # Errors
    /// [`Denied::Limit`].
    pub(crate) fn enter(&self, principal: &Principal) -> Result<Admitted, Denied> {
        match principal.means {
            Means::Open | Means::Socket => Ok(Admitted::default()),
            _ => self.gate.enter(principal, self.clock.now()),
        }
    }

    fn by_session(&self, parts: &Parts) -> Result<Arc<Principal>, Denied> {
        let sign_in = self.sign_in.as_ref().ok_or(Denied::Nothing)?;
        let principal = sign_in.principal(&parts.method, &parts.headers, self.clock.now())?;
        principal.ok_or(Denied::Nothing)
    }

    async fn by_token(&self, token: &str, door: &Door) -> Result<Arc<Principal>, Denied> {
        let certificate = door.certificate.as_deref();
        let certificate = certificate.map(|certificate| Thumbprint(certificate.thumbprint));
        let (certificate, now) = (certificate.as_ref(), self.clock.now());
        let asked = Asked { token, certificate, now, address: door.address };
        issuer::principal(&self.issuers, asked).await
    }

    fn by_key(&self, key: &str) -> Result<Arc<Principal>, Denied> {
        let none = Denied::Token(TokenError::Form);
        self.api_keys.as_ref().ok_or(none)?.principal(key, self.clock.now())
    }

    fn by_certificate(&self, shown: &ClientCertificate) -> Result<Arc<Principal>, Denied> {
        let certificate = shown.parsed.as_ref().map_err(|error| Denied::Certificate(*error))?;
        let rules = &self.settings.certificates;
        let principal = rules.principal(certificate, seconds(self.clock.now()));
        principal.map(Arc::new).map_err(Denied::Certificate)
    }
}

/// Root, or the user whose server it is: whatever it keeps, they can read. A tenant is theirs by
/// asking for it.
fn by_socket(uid: u32, tenant: &TenantId) -> Principal {
    Principal {
        tenant: tenant.clone(),
        who: format!("socket:{uid}").into(),
        means: Means::Socket,
        scopes: Scopes::ALL,
        reach: Reach::default(),
        resources: ResourceGrants::all(),
        agent: Agent { subject: Some(uid.to_string()), ..Agent::default() },
    }
}

fn seconds(now: kiln_store::Millis) -> UnixSeconds {
    UnixSeconds((now.0 / 1000).max(0) as u64)
}
