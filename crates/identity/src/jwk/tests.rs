use super::*;
use crate::signing::{CLINIC, encoded};
use aws_lc_rs::signature::KeyPair as _;
use serde_json::json;

fn set(keys: &[Value]) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// The key with a member more.
fn with(mut key: Value, member: &str, value: impl Into<Value>) -> Value {
    key[member] = value.into();
    key
}

#[test]
fn a_set_has_the_keys_that_can_check_a_signature() {
    let keys = CLINIC.set();
    assert_eq!((keys.len(), keys.left_out(), keys.is_empty()), (5, 0, false));
    for id in ["rsa", "rsa-256", "p256", "p384", "ed25519"] {
        assert!(keys.has(id), "{id}");
    }
    assert!(!keys.has("RSA") && !keys.has(""));
    assert!(format!("{keys:?}").contains("ES384"));
}

#[test]
fn a_key_fits_the_algorithms_of_its_kind_and_of_its_alg() {
    let keys = CLINIC.set();
    let fitting = |id| {
        let fits = Algorithm::ALL.into_iter().filter(|one| keys.find(Some(id), *one).is_ok());
        fits.map(Algorithm::as_str).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(fitting("rsa"), "RS256 RS384 RS512 PS256 PS384 PS512");
    assert_eq!(fitting("rsa-256"), "RS256");
    assert_eq!(fitting("p256"), "ES256");
    assert_eq!(fitting("p384"), "ES384");
    assert_eq!(fitting("ed25519"), "EdDSA Ed25519");
    let named = set(&[with(CLINIC.ed25519_jwk("a"), "alg", "Ed25519")]);
    assert!(named.find(Some("a"), Algorithm::Ed25519).is_ok());
    assert!(named.find(Some("a"), Algorithm::EdDsa).is_err());
}

#[test]
fn what_cannot_or_must_not_check_a_signature_is_left_out() {
    let (rsa, p256) = (|| CLINIC.rsa_jwk("a"), || CLINIC.p256_jwk("a"));
    let modulus = CLINIC.rsa.public_key().modulus().big_endian_without_leading_zero().to_vec();
    let point = CLINIC.p256.public_key().as_ref().to_vec();
    let short = encoded(&[0xc1; 128]);
    let (mut nearly, mut even) = (modulus.clone(), modulus.clone());
    nearly[0] = 1;
    even[255] ^= 1;
    let padded = encoded(&[&[0], &modulus[..]].concat());
    let mut off_curve = point[33..].to_vec();
    off_curve[31] ^= 1;
    let left_out = [
        ("a shared key", json!({"kty": "oct", "kid": "a", "k": "AAAA"})),
        ("a private RSA key", with(rsa(), "d", "AAAA")),
        ("a private EC key", with(p256(), "d", "AAAA")),
        ("a prime of an RSA key", with(rsa(), "p", "AAAA")),
        ("RSA of 1024 bits", with(rsa(), "n", short)),
        ("RSA of 2041 bits in 256 bytes", with(rsa(), "n", encoded(&nearly))),
        ("an even modulus", with(rsa(), "n", encoded(&even))),
        ("RSA of 8200 bits", with(rsa(), "n", encoded(&[0xc1; 1025]))),
        ("a leading zero", with(rsa(), "n", padded)),
        ("no modulus", with(rsa(), "n", "")),
        ("an exponent of one", with(rsa(), "e", "AQ")),
        ("an exponent of 40 bits", with(rsa(), "e", "AQAAAAE")),
        ("an even exponent", with(rsa(), "e", "AQAA")),
        ("no exponent", with(rsa(), "e", "")),
        ("no base64url", with(rsa(), "e", "AQAB=")),
        ("for encryption", with(rsa(), "use", "enc")),
        ("for something else", with(rsa(), "use", json!(["sig"]))),
        ("for signing", with(rsa(), "key_ops", json!(["sign"]))),
        ("for nothing", with(rsa(), "key_ops", json!([]))),
        ("HS256 of an RSA key", with(rsa(), "alg", "HS256")),
        ("none of an RSA key", with(rsa(), "alg", "none")),
        ("an encryption's algorithm", with(rsa(), "alg", "RSA-OAEP")),
        ("another kind's algorithm", with(rsa(), "alg", "ES256")),
        ("a number as algorithm", with(rsa(), "alg", 256)),
        ("a number as id", with(rsa(), "kid", 1)),
        ("P-521", with(p256(), "crv", "P-521")),
        ("secp256k1", with(p256(), "crv", "secp256k1")),
        ("another curve's numbers", with(p256(), "crv", "P-384")),
        ("a number cut", with(p256(), "x", encoded(&point[1..32]))),
        ("a point off the curve", with(p256(), "y", encoded(&off_curve))),
        ("zero", with(with(p256(), "x", encoded(&[0; 32])), "y", encoded(&[0; 32]))),
        ("no y", with(p256(), "y", Value::Null)),
        ("Ed448", with(CLINIC.ed25519_jwk("a"), "crv", "Ed448")),
        ("X25519", with(CLINIC.ed25519_jwk("a"), "crv", "X25519")),
        ("an Ed25519 key cut", with(CLINIC.ed25519_jwk("a"), "x", encoded(&[1; 31]))),
        ("another kind", json!({"kty": "AKP", "kid": "a", "alg": "ML-DSA-44", "pub": "AAAA"})),
        ("no kind", json!({"kid": "a"})),
        ("no object", json!("a")),
    ];
    for (what, key) in left_out {
        let keys = set(&[key, CLINIC.p256_jwk("b")]);
        assert_eq!((keys.len(), keys.left_out()), (1, 1), "{what}");
        assert!(!keys.has("a") && keys.has("b"), "{what}");
    }
}

#[test]
fn one_of_several_keys_is_never_guessed() {
    let keys = set(&[CLINIC.p256_jwk("a"), CLINIC.p256_jwk("a")]);
    assert_eq!(keys.find(Some("a"), Algorithm::Es256).err(), Some(NoKey::Ambiguous));
    assert_eq!(keys.find(None, Algorithm::Es256).err(), Some(NoKey::Ambiguous));
    let keys = set(&[CLINIC.p256_jwk("a"), CLINIC.rsa_jwk("a")]);
    assert!(keys.find(Some("a"), Algorithm::Es256).is_ok(), "RFC 7517 §4.5: kinds may share ids");
    assert!(keys.find(None, Algorithm::Es256).is_ok());
    let mut unnamed = CLINIC.p256_jwk("a");
    unnamed.as_object_mut().unwrap().remove("kid");
    let keys = set(&[unnamed]);
    assert_eq!(keys.find(Some("a"), Algorithm::Es256).err(), Some(NoKey::Unknown));
    assert!(keys.find(None, Algorithm::Es256).is_ok());
}

#[test]
fn what_is_no_set_is_refused() {
    let many = json!({"keys": vec![json!({"kty": "oct"}); 65]}).to_string();
    let deep = format!("{{\"keys\":{}{}}}", "[".repeat(100), "]".repeat(100));
    let long = format!("{{\"keys\":[],\"x\":\"{}\"}}", "a".repeat(KeySet::LEN_MAX));
    let refused = [
        ("", KeySetError::Json),
        ("[]", KeySetError::Json),
        ("<html>", KeySetError::Json),
        ("{}", KeySetError::NoKeys),
        (r#"{"keys":{}}"#, KeySetError::NoKeys),
        (r#"{"keys":[],"keys":[]}"#, KeySetError::Json),
        (r#"{"keys":[{"kid":"a","kid":"b"}]}"#, KeySetError::Json),
        (&many, KeySetError::TooMany),
        (&deep, KeySetError::Json),
        (&long, KeySetError::TooLong),
    ];
    for (text, error) in refused {
        let found = KeySet::parse(text.as_bytes()).map(|_| ());
        assert_eq!(found, Err(error), "{}", &text[..text.len().min(40)]);
    }
    assert!(KeySet::parse(br#"{"keys":[]}"#).unwrap().is_empty());
}
