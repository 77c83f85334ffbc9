//! Signatures that a token may have.
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, RsaParameters};
use serde::Deserialize;
use std::{fmt, str::FromStr};

/// A signature algorithm of a JWS. Those with a shared secret (`HS…`) and `none` do not exist here,
/// so that no setting can allow them.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5, SHA-256 (RFC 7518 §3.3).
    Rs256,
    /// RSASSA-PKCS1-v1_5, SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5, SHA-512.
    Rs512,
    /// RSASSA-PSS, SHA-256, a salt as long as the hash (RFC 7518 §3.5).
    Ps256,
    /// RSASSA-PSS, SHA-384.
    Ps384,
    /// RSASSA-PSS, SHA-512.
    Ps512,
    /// ECDSA on P-256, SHA-256 (RFC 7518 §3.4).
    Es256,
    /// ECDSA on P-384, SHA-384.
    Es384,
    /// Ed25519 by the name of RFC 8037 §3.1, which Ed448 shares; Kiln takes Ed25519 only.
    EdDsa,
    /// Ed25519 by its own name (RFC 9864 §2.2).
    Ed25519,
}

/// Not an algorithm that Kiln takes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an algorithm is RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA or Ed25519; \
     HS* and none are never taken"
)]
pub struct InvalidAlgorithm;

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
        Self::Ed25519,
    ];

    /// Its name in the header of a JWS; case matters (RFC 7515 §4.1.1).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// What it takes of a key.
    pub(crate) fn verification(self) -> Verification {
        match self {
            Self::Rs256 => Verification::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Verification::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Verification::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
            Self::Ps256 => Verification::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
            Self::Ps384 => Verification::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
            Self::Ps512 => Verification::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
            Self::Es256 => Verification::P256(&signature::ECDSA_P256_SHA256_FIXED),
            Self::Es384 => Verification::P384(&signature::ECDSA_P384_SHA384_FIXED),
            Self::EdDsa | Self::Ed25519 => Verification::Ed25519(&signature::ED25519),
        }
    }
}

/// A family of keys, and how one of them checks a signature.
#[derive(Copy, Clone)]
pub(crate) enum Verification {
    Rsa(&'static RsaParameters),
    P256(&'static EcdsaVerificationAlgorithm),
    P384(&'static EcdsaVerificationAlgorithm),
    Ed25519(&'static signature::EdDSAParameters),
}

impl FromStr for Algorithm {
    type Err = InvalidAlgorithm;

    fn from_str(text: &str) -> Result<Self, InvalidAlgorithm> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(InvalidAlgorithm)
    }
}

impl TryFrom<String> for Algorithm {
    type Error = InvalidAlgorithm;

    fn try_from(text: String) -> Result<Self, InvalidAlgorithm> {
        text.parse()
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
