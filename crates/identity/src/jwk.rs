//! The keys of an issuer: a JWK Set (RFC 7517 §5).
use crate::{Algorithm, algorithm::Verification, json};
use aws_lc_rs::signature::{ParsedPublicKey, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use std::fmt;

/// Keys that check an issuer's signatures. A key that Kiln cannot use is left out: of another kind,
/// too short, on another curve, for encryption, shared, or with its private part shown.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
    left_out: usize,
}

/// Not a set of keys.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// See [`KeySet::LEN_MAX`].
    #[error("the key set is larger than 256 KiB")]
    TooLong,
    /// No JSON, a member twice, or too deep.
    #[error("the key set is no JSON object, names a member twice, or is nested too deep")]
    Json,
    /// RFC 7517 §5.1
    #[error("the key set has no array `keys`")]
    NoKeys,
    /// See [`KeySet::KEYS_MAX`].
    #[error("the key set has more than 64 keys")]
    TooMany,
}

/// Why there is no one key for a token.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// None has this id, or none has it that fits the algorithm.
    Unknown,
    /// The token does not say which of several.
    Ambiguous,
}

impl KeySet {
    /// Bytes of a JWK Set.
    pub const LEN_MAX: usize = 256 * 1024;
    /// Keys in a JWK Set.
    pub const KEYS_MAX: usize = 64;

    /// Reads a JWK Set.
    ///
    /// # Errors
    /// What is no such set, or too large.
    pub fn parse(text: &[u8]) -> Result<Self, KeySetError> {
        const LIMITS: json::Limits = json::Limits { depth: 6, nodes: 4096 };
        if text.len() > Self::LEN_MAX {
            return Err(KeySetError::TooLong);
        }
        let json::Refused = match json::object(text, LIMITS) {
            Ok(set) => return Self::of(set.get("keys").and_then(Value::as_array)),
            Err(refused) => refused,
        };
        Err(KeySetError::Json)
    }

    /// How many keys can be used.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key can be used: every token will be refused.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many keys of the set were left out.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Whether some key has this id: if not, it may be newer than this set.
    pub fn has(&self, key_id: &str) -> bool {
        self.keys.iter().any(|key| key.id.as_deref() == Some(key_id))
    }

    fn of(keys: Option<&Vec<Value>>) -> Result<Self, KeySetError> {
        let keys = keys.ok_or(KeySetError::NoKeys)?;
        if keys.len() > Self::KEYS_MAX {
            return Err(KeySetError::TooMany);
        }
        let usable: Vec<Key> =
            keys.iter().filter_map(|key| key.as_object().and_then(Key::of)).collect();
        Ok(Self { left_out: keys.len() - usable.len(), keys: usable })
    }

    /// The one key that the token names and that fits the algorithm. Without a name there must be
    /// one such key only: a token's signature is tried once.
    pub(crate) fn find(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<&ParsedPublicKey, NoKey> {
        let named = self.keys.iter().filter(|key| key_id.is_none() || key.id.as_deref() == key_id);
        let mut fitting = named.filter_map(|key| key.of_algorithm(algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(NoKey::Unknown),
            (Some(_), Some(_)) => Err(NoKey::Ambiguous),
        }
    }
}

/// One public key, read once for each algorithm that it fits.
#[derive(Clone)]
struct Key {
    id: Option<String>,
    algorithms: Vec<(Algorithm, ParsedPublicKey)>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithms: Vec<_> = self.algorithms.iter().map(|(one, _)| one.as_str()).collect();
        f.debug_struct("Key").field("id", &self.id).field("algorithms", &algorithms).finish()
    }
}

/// Members that only a private or a shared key has (RFC 7518 §6.2.2, §6.3.2, §6.4): whoever can
/// read the set can sign with it.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl Key {
    fn of(jwk: &Map<String, Value>) -> Option<Self> {
        if PRIVATE.iter().any(|member| jwk.contains_key(*member)) || !is_for_signatures(jwk) {
            return None;
        }
        let id = match jwk.get("kid") {
            None => None,
            Some(id) => Some(id.as_str()?.to_owned()),
        };
        let only = match jwk.get("alg") {
            None => None,
            Some(algorithm) => Some(algorithm.as_str()?.parse::<Algorithm>().ok()?),
        };
        let public = Public::of(jwk)?;
        let fits = Algorithm::ALL.into_iter().filter(|one| only.is_none_or(|only| only == *one));
        let algorithms: Vec<_> =
            fits.filter_map(|one| Some((one, public.parsed(one.verification())?))).collect();
        (!algorithms.is_empty()).then_some(Self { id, algorithms })
    }

    fn of_algorithm(&self, algorithm: Algorithm) -> Option<&ParsedPublicKey> {
        self.algorithms.iter().find(|(one, _)| *one == algorithm).map(|(_, key)| key)
    }
}

/// `use` and `key_ops` (RFC 7517 §4.2, §4.3), where they are.
fn is_for_signatures(jwk: &Map<String, Value>) -> bool {
    let verifies = |operations: &Value| {
        operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify"))
    };
    jwk.get("use").is_none_or(|purpose| purpose == "sig") && jwk.get("key_ops").is_none_or(verifies)
}

/// The numbers of a public key.
enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Public {
    fn of(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |member| jwk.get(member).and_then(Value::as_str);
        let bytes = |member| URL_SAFE_NO_PAD.decode(text(member)?).ok();
        match (text("kty")?, text("crv")) {
            ("RSA", _) => rsa(bytes("n")?, bytes("e")?),
            ("EC", Some("P-256")) => point(&bytes("x")?, &bytes("y")?, 32).map(Self::P256),
            ("EC", Some("P-384")) => point(&bytes("x")?, &bytes("y")?, 48).map(Self::P384),
            ("OKP", Some("Ed25519")) => Some(Self::Ed25519(bytes("x")?)),
            _ => None,
        }
    }

    fn parsed(&self, verification: Verification) -> Option<ParsedPublicKey> {
        match (self, verification) {
            (Self::Rsa { n, e }, Verification::Rsa(parameters)) => {
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters).ok()
            }
            (Self::P256(point), Verification::P256(algorithm))
            | (Self::P384(point), Verification::P384(algorithm)) => {
                ParsedPublicKey::new(algorithm, point).ok()
            }
            (Self::Ed25519(key), Verification::Ed25519(algorithm)) if key.len() == 32 => {
                ParsedPublicKey::new(algorithm, key).ok()
            }
            _ => None,
        }
    }
}

/// RFC 7518 §3.3: 2048 bits or larger. Checking a signature costs as the square of them.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Numbers that can be those of an RSA key, which aws-lc takes as they are: whole bytes without
/// zeros before them (RFC 7518 §2), a modulus that is odd and long enough, and an exponent that is
/// odd, not one (any text would be its own signature), and of 32 bits at most.
fn rsa(n: Vec<u8>, e: Vec<u8>) -> Option<Public> {
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    let zeros = n.first()?.leading_zeros() as usize;
    let is_modulus = zeros < 8 && RSA_BITS.contains(&(n.len() * 8 - zeros)) && is_odd(&n);
    let is_exponent = is_odd(&e) && e.first() != Some(&0) && e.len() <= 4 && e != [1];
    (is_modulus && is_exponent).then_some(Public::Rsa { n, e })
}

/// An uncompressed point (SEC 1 §2.3.3) of coordinates that have their full length, as RFC 7518
/// §6.2.1.2 demands. That it lies on the curve is checked where the key is parsed.
fn point(x: &[u8], y: &[u8], len: usize) -> Option<Vec<u8>> {
    (x.len() == len && y.len() == len).then(|| [&[4], x, y].concat())
}

#[cfg(test)]
mod tests;
