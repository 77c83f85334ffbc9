//! A server that knows who asks, by the tokens of an issuer with a real key; with three tenants.
use crate::server::{Reply, Server, open};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiln_evidence::{Ed25519Signer, Signer as _};
use kiln_identity::{Algorithm, IssuerRules, Role, RolesClaim, Tenancy, TenantId};
use kiln_server::{
    App, IdentitySettings, Issuer, KeySource, KeyTimes, OpenTenant, PrincipalLimits, Settings,
    Tenant, Tokens,
};
use kiln_store::{
    clock::{Clock as _, SystemClock},
    disk::{Disk, RealDisk},
};
use serde_json::{Value, json};
use std::{
    error::Error,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;

pub(crate) const ISSUER: &str = "https://idp.example";
pub(crate) const AUDIENCE: &str = "https://kiln.example/fhir";

/// The tenants beside the default one.
pub(crate) const TENANTS: [&str; 2] = ["ward-alpha", "ward-beta"];

pub(crate) struct Identified {
    pub(crate) server: Server,
    key: Ed25519Signer,
}

impl Identified {
    pub(crate) async fn start(settings: Settings) -> Self {
        Self::with(settings, PrincipalLimits::default()).await
    }

    /// Where each principal may ask so much and no more.
    pub(crate) async fn with(settings: Settings, limits: PrincipalLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identity = IdentitySettings { limits, ..by_issuer(folder.path()) };
        Self::over(folder, settings, identity).await
    }

    /// Where it is known so that a token is the issuer's.
    pub(crate) async fn by(tokens: Tokens) -> Self {
        Self::by_with(tokens, Settings::default()).await
    }

    pub(crate) async fn by_with(tokens: Tokens, settings: Settings) -> Self {
        Self::over(tempfile::tempdir().unwrap(), settings, identity(tokens)).await
    }

    async fn over(folder: TempDir, settings: Settings, identity: IdentitySettings) -> Self {
        let logs = folder.path().join("tenants");
        let store = Arc::new(open(&logs.join("default"), [1; 32]));
        let default = Tenant::new(TenantId::default(), Arc::clone(&store), &settings).unwrap();
        let audit = Arc::new(open(&logs.join("default/audit"), [3; 32]));
        let default = default.with_audit(audit);
        let others = TENANTS.map(|name| name.parse::<TenantId>().unwrap());
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let app = App::new(default, settings.clone(), Arc::new(SystemClock)).unwrap();
        let app = app.with_identity(identity, &disk).unwrap();
        let app = app.with_tenants(others, Arc::new(Logs { logs, settings }));
        Self { server: Server::of(folder, store, app).await, key: key() }
    }

    /// A token with these claims beside those that every token has.
    pub(crate) fn token(&self, tenant: &str, claims: &Value) -> String {
        self.signed("k", tenant, claims)
    }

    /// One that names another key as the one that signed it.
    pub(crate) fn signed_by(&self, key: &str) -> String {
        self.signed(key, "default", &json!({ "roles": ["admin"] }))
    }

    fn signed(&self, key: &str, tenant: &str, claims: &Value) -> String {
        signed(&self.key, key, tenant, claims)
    }

    /// One that may do everything, in this tenant.
    pub(crate) fn admin(&self, tenant: &str) -> String {
        self.token(tenant, &json!({ "roles": ["admin"] }))
    }

    /// A patient's.
    pub(crate) fn patient(&self, tenant: &str, id: &str) -> String {
        self.token(tenant, &json!({ "scope": "patient/AuditEvent.rs", "patient": id }))
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Reply {
        self.ask(token, "GET", path, "", "").await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &str) -> Reply {
        self.ask(token, "POST", path, "content-type: application/fhir+json\r\n", body).await
    }

    pub(crate) async fn ask(
        &self,
        token: &str,
        method: &str,
        path: &str,
        fields: &str,
        body: &str,
    ) -> Reply {
        let fields = format!("authorization: Bearer {token}\r\n{fields}");
        self.server.ask(method, path, &fields, body).await
    }
}

/// A token of the issuer, as [`Identified::token`].
pub(crate) fn token(tenant: &str, claims: &Value) -> String {
    signed(&key(), "k", tenant, claims)
}

fn signed(by: &Ed25519Signer, key: &str, tenant: &str, claims: &Value) -> String {
    let now = SystemClock.now().0 / 1000;
    let mut body = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "somebody", "client_id": "test",
        "iat": now, "exp": now + 300, "tenant": tenant, "jti": "1",
    });
    body.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key });
    let [header, body] =
        [header, body].map(|part| URL_SAFE_NO_PAD.encode(part.to_string().as_bytes()));
    let text = format!("{header}.{body}");
    let signature = by.sign(text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn key() -> Ed25519Signer {
    Ed25519Signer::from_seed([9; 32])
}

/// The issuer's keys.
pub(crate) fn jwks() -> String {
    let x = URL_SAFE_NO_PAD.encode(key().public_key());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x }] }).to_string()
}

/// Identity by the issuer whose keys are put in this folder.
#[expect(clippy::disallowed_methods, reason = "a test lays out its files")]
pub(crate) fn by_issuer(folder: &Path) -> IdentitySettings {
    let file = folder.join("jwks.json");
    std::fs::write(&file, jwks()).unwrap();
    identity(Tokens::Signed(KeySource::File(file), KeyTimes::default()))
}

fn identity(tokens: Tokens) -> IdentitySettings {
    let (audiences, algorithms) = (vec![AUDIENCE.to_owned()], vec![Algorithm::EdDsa]);
    let tenancy = Tenancy::Claim("tenant".to_owned());
    let mut rules = IssuerRules::new("idp", ISSUER, audiences, algorithms, tenancy).unwrap();
    let named = Role::ALL.into_iter().map(|role| (role.as_str().to_owned(), role)).collect();
    rules.roles = Some(RolesClaim { claim: "roles".to_owned(), roles: named });
    let issuer = Issuer {
        rules,
        tokens,
        timeout: Duration::from_secs(5),
        authorize_url: Some(format!("{ISSUER}/authorize")),
        token_url: Some(format!("{ISSUER}/token")),
    };
    IdentitySettings { issuers: vec![issuer], ..IdentitySettings::default() }
}

/// The tenants' logs in their folder.
struct Logs {
    logs: PathBuf,
    settings: Settings,
}

impl OpenTenant for Logs {
    fn open(&self, tenant: &TenantId) -> Result<Tenant, Box<dyn Error + Send + Sync>> {
        let mut seed = [2; 32];
        seed[..tenant.as_str().len()].copy_from_slice(tenant.as_str().as_bytes());
        let folder: &Path = &self.logs.join(tenant.as_str());
        let store = Arc::new(open(folder, seed));
        let audit = Arc::new(open(&folder.join("audit"), seed));
        Ok(Tenant::new(tenant.clone(), store, &self.settings)?.with_audit(audit))
    }
}
