//! Algorithms that are none, and headers that want more.
use super::{Algorithm, Bad, CLINIC, E, STRANGER, Token, json, token};
use crate::signing::{encoded, with_signature};
use aws_lc_rs::{hmac, signature::KeyPair as _};
use serde_json::Value;

pub(super) fn bad() -> Vec<Bad> {
    let mut bad = algorithms();
    bad.extend(shared_secrets());
    bad.extend(demands());
    bad.extend(two_meanings());
    bad
}

fn algorithms() -> Vec<Bad> {
    let named = |name: &str| token().header("alg", name).signed();
    let of = |value: Value| token().header("alg", value).signed();
    let unsigned = token().header("alg", "none").signed();
    let unsigned = unsigned.rsplit_once('.').map(|(signed, _)| format!("{signed}."));
    vec![
        ("none, without a signature", unsigned.unwrap(), E::Form),
        ("none, with a signature", named("none"), E::Algorithm),
        ("None", named("None"), E::Algorithm),
        ("NONE", named("NONE"), E::Algorithm),
        ("nOnE", named("nOnE"), E::Algorithm),
        ("es256 in lower case", named("es256"), E::Algorithm),
        ("Es256 in mixed case", named("Es256"), E::Algorithm),
        ("ES256 with a blank", named("ES256 "), E::Algorithm),
        ("ES256 with a NUL", named("ES256\0"), E::Algorithm),
        ("ES256 with a wide letter", named("\u{ff25}S256"), E::Algorithm),
        ("ES256K", named("ES256K"), E::Algorithm),
        ("ES512", named("ES512"), E::Algorithm),
        ("RS1", named("RS1"), E::Algorithm),
        ("an encryption's name", named("RSA-OAEP"), E::Algorithm),
        ("no algorithm", token().without_header("alg").signed(), E::Algorithm),
        ("an empty algorithm", named(""), E::Algorithm),
        ("a number as algorithm", of(json!(256)), E::Algorithm),
        ("an array of algorithms", of(json!(["ES256"])), E::Algorithm),
        ("null as algorithm", of(Value::Null), E::Algorithm),
        ("an algorithm not pinned", Token::of(Algorithm::Rs512).signed(), E::Algorithm),
        ("another name not pinned", Token::of(Algorithm::Ed25519).signed(), E::Algorithm),
    ]
}

/// Public keys as the secret of an HMAC: the oldest confusion of all.
fn shared_secrets() -> Vec<Bad> {
    let rsa = CLINIC.rsa.public_key();
    let modulus = rsa.modulus().big_endian_without_leading_zero().to_vec();
    let of = |kind, name: &str, id: &str, secret: &[u8]| {
        let token = token().header("alg", name).header("kid", id);
        let header = encoded(token.header.to_string().as_bytes());
        let text = format!("{header}.{}", encoded(token.claims.to_string().as_bytes()));
        let made = hmac::sign(&hmac::Key::new(kind, secret), text.as_bytes());
        with_signature(&text, made.as_ref())
    };
    let sha256 = hmac::HMAC_SHA256;
    let p256 = CLINIC.p256.public_key().as_ref().to_vec();
    let jwk = CLINIC.rsa_jwk("rsa").to_string();
    vec![
        ("HS256 of the RSA key", of(sha256, "HS256", "rsa", rsa.as_ref()), E::Algorithm),
        ("HS256 of the modulus", of(sha256, "HS256", "rsa", &modulus), E::Algorithm),
        ("HS256 of the JWK", of(sha256, "HS256", "rsa", jwk.as_bytes()), E::Algorithm),
        ("HS256 of the point", of(sha256, "HS256", "p256", &p256), E::Algorithm),
        ("HS384 of nothing", of(hmac::HMAC_SHA384, "HS384", "p256", b""), E::Algorithm),
        ("HS512 of a word", of(hmac::HMAC_SHA512, "HS512", "p256", b"secret"), E::Algorithm),
        ("hs256", of(sha256, "hs256", "p256", &p256), E::Algorithm),
        ("ES256 that is HS256", of(sha256, "ES256", "p256", &p256), E::Signature),
        ("RS256 that is HS256", of(sha256, "RS256", "rsa", &modulus), E::Signature),
    ]
}

/// Headers that bring a key, or ask for what would change the meaning.
fn demands() -> Vec<Bad> {
    let with = |name: &str, value: Value| token().header(name, value);
    let own = STRANGER.p256_jwk("p256");
    let unnamed = with("jwk", own.clone()).without_header("kid");
    let place = json!("https://evil.example/jwks.json");
    let there = with("jku", place.clone()).header("kid", "evil");
    vec![
        ("its own jwk", with("jwk", own).signed_by(&STRANGER), E::Header),
        ("its own jwk, well signed", with("jwk", CLINIC.p256_jwk("p256")).signed(), E::Header),
        ("its own jwk, no key's id", unnamed.signed_by(&STRANGER), E::Header),
        ("jku", with("jku", place.clone()).signed_by(&STRANGER), E::Signature),
        ("jku, with an id of there", there.signed_by(&STRANGER), E::UnknownKey),
        ("x5u", with("x5u", place).signed_by(&STRANGER), E::Signature),
        ("x5c", with("x5c", json!(["MIIB"])).signed_by(&STRANGER), E::Signature),
        ("crit", with("crit", json!(["exp"])).signed(), E::Header),
        ("crit of nothing", with("crit", json!([])).signed(), E::Header),
        ("unencoded payload", with("b64", json!(false)).signed(), E::Header),
        ("compressed", with("zip", json!("DEF")).signed(), E::Header),
        ("encrypted", with("enc", json!("A128GCM")).signed(), E::Header),
        ("a logout token", with("typ", json!("logout+jwt")).signed(), E::Type),
        ("a proof of DPoP", with("typ", json!("dpop+jwt")).signed(), E::Type),
        ("an introspection", with("typ", json!("token-introspection+jwt")).signed(), E::Type),
        ("a security event", with("typ", json!("secevent+jwt")).signed(), E::Type),
        ("a JWE", with("typ", json!("JWE")).signed(), E::Type),
        ("a number as type", with("typ", json!(1)).signed(), E::Type),
        ("an empty type", with("typ", json!("")).signed(), E::Type),
    ]
}

fn two_meanings() -> Vec<Bad> {
    vec![
        ("an algorithm twice", twice(r#""alg":"ES256""#), E::Json),
        ("none after ES256", twice(r#""alg":"none""#), E::Json),
        ("an algorithm twice, once escaped", twice(r#""\u0061lg":"ES256""#), E::Json),
        ("a key's id twice", twice(r#""kid":"p256""#), E::Json),
        ("a header that is an array", token().with_header(b"[]"), E::Json),
        ("a header that is a text", token().with_header(br#""ES256""#), E::Json),
        ("a header that is no JSON", token().with_header(b"alg=ES256"), E::Json),
        ("a header in UTF-16", token().with_header(b"\xff\xfe{\0}\0"), E::Json),
        ("an empty header", token().with_header(b""), E::Form),
        ("a deep header", token().with_header(deep().as_bytes()), E::Json),
    ]
}

/// A header with a member more, at its end.
fn twice(member: &str) -> String {
    let header = token().header.to_string();
    token().with_header(header.replace('}', &format!(",{member}}}")).as_bytes())
}

fn deep() -> String {
    let inside = format!("{}{}", "[".repeat(500), "]".repeat(500));
    token().header.to_string().replace('}', &format!(",\"x\":{inside}}}"))
}
