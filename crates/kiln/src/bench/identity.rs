//! Who the bench is to a server that asks: nobody, the holder of an issuer's token, or of an API
//! key.
use crate::api_keys::{self, Wanted};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiln_evidence::{Ed25519Signer, Signer as _};
use kiln_identity::{Role, TenantId};
use serde_json::json;
use std::path::Path;

/// How the bench shows who it is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// It does not: the server is open.
    Open,
    /// A JWT, whose issuer's keys the server has in a file.
    Token,
    /// An API key.
    ApiKey,
}

impl Means {
    /// What follows the name of a row.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Token => ", token",
            Self::ApiKey => ", API key",
        }
    }

    /// Settings of a server on this folder that knows the bench so, and the value of
    /// `Authorization`.
    pub(super) fn prepare(self, data: &Path) -> anyhow::Result<(String, Option<String>)> {
        match self {
            Self::Open => Ok((String::new(), None)),
            Self::Token => token(data),
            Self::ApiKey => api_key(data),
        }
    }
}

const ISSUER: &str = "https://bench.invalid";

/// Longer than any bench.
const HOLDS_SECONDS: u64 = 24 * 60 * 60;

fn token(data: &Path) -> anyhow::Result<(String, Option<String>)> {
    let signer = Ed25519Signer::from_seed([7; 32]);
    let x = URL_SAFE_NO_PAD.encode(signer.public_key());
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "bench", "x": x });
    let file = data.with_extension("jwks");
    #[expect(clippy::disallowed_methods, reason = "a file of the bench's own folder")]
    std::fs::write(&file, json!({ "keys": [key] }).to_string())?;
    let settings = format!(
        "[[identity.issuers]]\nname = \"bench\"\nissuer = \"{ISSUER}\"\naudience = \"kiln\"\n\
         jwks_file = {}\nalgorithms = [\"EdDSA\"]\nroles_claim = \"roles\"\n\
         roles = {{ admin = \"admin\" }}\n",
        toml::Value::from(file.display().to_string())
    );
    let expires = api_keys::now().plus(HOLDS_SECONDS).0;
    let claims = json!({
        "iss": ISSUER, "aud": "kiln", "sub": "bench", "exp": expires, "roles": ["admin"],
    });
    let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "bench" });
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let content = format!("{header}.{claims}");
    let signature = URL_SAFE_NO_PAD.encode(signer.sign(content.as_bytes())?);
    Ok((settings, Some(format!("Bearer {content}.{signature}"))))
}

fn api_key(data: &Path) -> anyhow::Result<(String, Option<String>)> {
    let wanted = Wanted {
        role: Role::Admin,
        tenant: TenantId::default(),
        expires: Some(api_keys::now().plus(HOLDS_SECONDS)),
        label: "bench".to_owned(),
    };
    let key = api_keys::change(data, |book| api_keys::add(book, wanted))?;
    Ok((String::new(), Some(format!("Bearer {}", key.text))))
}
