//! Secrets of a browser: 32 random bytes, of which only the hash stays with us.
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiln_store::clock::Random;
use sha2::{Digest, Sha256};

/// What a browser or an issuer is given: base64url of 32 bytes.
pub(super) struct Secret(String);

/// By which one is found again.
pub(super) type Hashed = [u8; 32];

impl Secret {
    /// A new one.
    pub(super) fn new(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// As it is given away.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash of one that came back.
    pub(super) fn hashed(text: &str) -> Hashed {
        Sha256::digest(text).into()
    }

    /// The challenge of a PKCE verifier (RFC 7636 §4.2, `S256`).
    pub(super) fn challenge(&self) -> String {
        Self::challenge_of(&self.0)
    }

    /// The same of one that came back.
    pub(super) fn challenge_of(verifier: &str) -> String {
        URL_SAFE_NO_PAD.encode(Self::hashed(verifier))
    }
}
