//! An issuer for tests, with real keys: it signs what it is told, right or wrong.
use crate::{Algorithm, IssuerRules, KeySet, Tenancy, TenantId, UnixSeconds};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// The time of all tests.
pub(crate) const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

pub(crate) const ISSUER: &str = "https://idp.example/realms/clinic";
pub(crate) const AUDIENCE: &str = "https://kiln.example/fhir";

/// The clinic's keys, made once.
pub(crate) static CLINIC: LazyLock<Keys> = LazyLock::new(Keys::new);

/// Keys of somebody that Kiln does not know.
pub(crate) static STRANGER: LazyLock<Keys> = LazyLock::new(Keys::new);

pub(crate) struct Keys {
    pub(crate) rsa: RsaKeyPair,
    pub(crate) p256: EcdsaKeyPair,
    pub(crate) p384: EcdsaKeyPair,
    pub(crate) ed25519: Ed25519KeyPair,
}

impl Keys {
    fn new() -> Self {
        let p256 = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let p384 = &signature::ECDSA_P384_SHA384_FIXED_SIGNING;
        Self {
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
            p256: EcdsaKeyPair::generate(p256).unwrap(),
            p384: EcdsaKeyPair::generate(p384).unwrap(),
            ed25519: Ed25519KeyPair::generate().unwrap(),
        }
    }

    /// `rsa`, the same key for RS256 alone as `rsa-256`, `p256`, `p384`, `ed25519`.
    pub(crate) fn jwks(&self) -> Value {
        let mut only = self.rsa_jwk("rsa-256");
        only["alg"] = json!("RS256");
        let keys = [
            self.rsa_jwk("rsa"),
            only,
            point("p256", "P-256", self.p256.public_key().as_ref()),
            point("p384", "P-384", self.p384.public_key().as_ref()),
            self.ed25519_jwk("ed25519"),
        ];
        json!({ "keys": keys })
    }

    pub(crate) fn set(&self) -> KeySet {
        KeySet::parse(self.jwks().to_string().as_bytes()).unwrap()
    }

    pub(crate) fn rsa_jwk(&self, id: &str) -> Value {
        let n = encoded(self.rsa.public_key().modulus().big_endian_without_leading_zero());
        let e = encoded(self.rsa.public_key().exponent().big_endian_without_leading_zero());
        json!({"kty": "RSA", "kid": id, "use": "sig", "n": n, "e": e})
    }

    pub(crate) fn p256_jwk(&self, id: &str) -> Value {
        point(id, "P-256", self.p256.public_key().as_ref())
    }

    pub(crate) fn ed25519_jwk(&self, id: &str) -> Value {
        let x = encoded(self.ed25519.public_key().as_ref());
        json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "use": "sig", "x": x})
    }

    /// The signature of a text by the key that the algorithm takes.
    pub(crate) fn sign(&self, algorithm: Algorithm, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |encoding: &'static signature::RsaSignatureEncoding| {
            let mut made = vec![0; self.rsa.public_modulus_len()];
            self.rsa.sign(encoding, &random, text, &mut made).unwrap();
            made
        };
        match algorithm {
            Algorithm::Rs256 => rsa(&signature::RSA_PKCS1_SHA256),
            Algorithm::Rs384 => rsa(&signature::RSA_PKCS1_SHA384),
            Algorithm::Rs512 => rsa(&signature::RSA_PKCS1_SHA512),
            Algorithm::Ps256 => rsa(&signature::RSA_PSS_SHA256),
            Algorithm::Ps384 => rsa(&signature::RSA_PSS_SHA384),
            Algorithm::Ps512 => rsa(&signature::RSA_PSS_SHA512),
            Algorithm::Es256 => self.p256.sign(&random, text).unwrap().as_ref().to_vec(),
            Algorithm::Es384 => self.p384.sign(&random, text).unwrap().as_ref().to_vec(),
            Algorithm::EdDsa | Algorithm::Ed25519 => self.ed25519.sign(text).as_ref().to_vec(),
        }
    }
}

/// The id in [`Keys::jwks`] of the key that an algorithm takes.
pub(crate) fn key_id(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Es256 => "p256",
        Algorithm::Es384 => "p384",
        Algorithm::EdDsa | Algorithm::Ed25519 => "ed25519",
        _ => "rsa",
    }
}

fn point(id: &str, curve: &str, point: &[u8]) -> Value {
    let (x, y) = point[1..].split_at(point.len() / 2);
    json!({"kty": "EC", "crv": curve, "kid": id, "x": encoded(x), "y": encoded(y)})
}

pub(crate) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Rules of the clinic's issuer: all algorithms but RS512 and Ed25519's own name.
pub(crate) fn rules() -> IssuerRules {
    let unpinned = [Algorithm::Rs512, Algorithm::Ed25519];
    let pinned = Algorithm::ALL.into_iter().filter(|one| !unpinned.contains(one)).collect();
    let tenancy = Tenancy::One(TenantId::default());
    IssuerRules::new("clinic", ISSUER, vec![AUDIENCE.to_owned()], pinned, tenancy).unwrap()
}

/// Claims of a good token.
pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ward-7",
        "client_id": "sender",
        "jti": "4711",
        "iat": NOW.0 - 10,
        "nbf": NOW.0 - 10,
        "exp": NOW.0 + 300,
        "scope": "system/AuditEvent.crs",
    })
}

/// A token to be changed before it is signed.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) algorithm: Algorithm,
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Token {
    /// A good one.
    pub(crate) fn of(algorithm: Algorithm) -> Self {
        let header = json!({"alg": algorithm.as_str(), "kid": key_id(algorithm), "typ": "at+jwt"});
        Self { algorithm, header, claims: claims() }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    pub(crate) fn without_header(mut self, name: &str) -> Self {
        self.header.as_object_mut().unwrap().remove(name).unwrap();
        self
    }

    pub(crate) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name).unwrap();
        self
    }

    pub(crate) fn signed(&self) -> String {
        self.signed_by(&CLINIC)
    }

    pub(crate) fn signed_by(&self, keys: &Keys) -> String {
        let (header, claims) = (self.header.to_string(), self.claims.to_string());
        let text = format!("{}.{}", encoded(header.as_bytes()), encoded(claims.as_bytes()));
        let made = keys.sign(self.algorithm, text.as_bytes());
        with_signature(&text, &made)
    }

    /// With these very bytes as claims.
    pub(crate) fn with_claims(&self, claims: &[u8]) -> String {
        raw(self.algorithm, self.header.to_string().as_bytes(), claims)
    }

    /// With these very bytes as header.
    pub(crate) fn with_header(&self, header: &[u8]) -> String {
        raw(self.algorithm, header, self.claims.to_string().as_bytes())
    }
}

/// Any two texts, well signed by the clinic.
fn raw(algorithm: Algorithm, header: &[u8], claims: &[u8]) -> String {
    let text = format!("{}.{}", encoded(header), encoded(claims));
    let made = CLINIC.sign(algorithm, text.as_bytes());
    with_signature(&text, &made)
}

/// The two first parts, with this signature.
pub(crate) fn with_signature(signed: &str, signature: &[u8]) -> String {
    format!("{signed}.{}", encoded(signature))
}
