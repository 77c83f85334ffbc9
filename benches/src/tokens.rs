//! Who asks: a token as an issuer's server writes it, checked with keys that are at hand, and the
//! same one a moment later. Its times are those of [`NOW`]; the keys that signed it are gone.
use crate::counted;
use anyhow::{Context as _, Result};
use kiln_identity::{Algorithm, IssuerRules, KeySet, Tenancy, TenantId, UnixSeconds};
use kiln_identity::{VerifiedTokens, check};
use std::hint::black_box;

const KEYS: &[u8] = include_bytes!("../tokens/keys.json");
const RS256: &str = include_str!("../tokens/rs256.jwt");
const ES256: &str = include_str!("../tokens/es256.jwt");

const NOW: UnixSeconds = UnixSeconds(1_800_000_000);
const TIMES: usize = 200;

/// RS256, with an RSA key of 2048 bits.
pub(crate) fn rs256() -> Result<usize> {
    checked(RS256)
}

/// ES256.
pub(crate) fn es256() -> Result<usize> {
    checked(ES256)
}

/// One that was checked before.
pub(crate) fn known() -> Result<usize> {
    let (rules, keys) = (rules()?, KeySet::parse(KEYS)?);
    let mut tokens = VerifiedTokens::with_room(1024);
    tokens.put(RS256, None, check(RS256, &rules, &keys, NOW, None)?, NOW);
    counted(|| {
        for _ in 0..TIMES {
            black_box(tokens.get(black_box(RS256), None, NOW).context("it is known")?);
        }
        Ok(TIMES)
    })
}

fn checked(token: &str) -> Result<usize> {
    let (rules, keys) = (rules()?, KeySet::parse(KEYS)?);
    counted(|| {
        for _ in 0..TIMES {
            black_box(check(black_box(token), &rules, &keys, NOW, None)?);
        }
        Ok(TIMES)
    })
}

fn rules() -> Result<IssuerRules> {
    let issuer = "https://idp.example/realms/clinic";
    let audiences = vec!["https://kiln.example/fhir".to_owned()];
    let algorithms = vec![Algorithm::Rs256, Algorithm::Es256];
    let tenancy = Tenancy::One(TenantId::default());
    Ok(IssuerRules::new("clinic", issuer, audiences, algorithms, tenancy)?)
}
