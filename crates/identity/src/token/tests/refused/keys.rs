//! Keys of another kind, of somebody else, or that are not there; signatures that are none.
use super::{Algorithm, Bad, CLINIC, E, STRANGER, Token, json, token};
use crate::signing::{encoded, with_signature};
use Algorithm::{EdDsa, Es256, Es384, Ps256, Rs256, Rs384};
use serde_json::Value;

pub(super) fn bad() -> Vec<Bad> {
    let mut bad = confusions();
    bad.extend(strangers());
    bad.extend(ids());
    bad.extend(points());
    bad.extend(numbers());
    bad
}

/// A key that is known, for another algorithm.
fn confusions() -> Vec<Bad> {
    let with = |algorithm, id: &str| Token::of(algorithm).header("kid", id).signed();
    // The header says one thing, the signature is another.
    let says = |says, is| Token { algorithm: is, ..Token::of(says) }.signed();
    vec![
        ("ES256 with an RSA key", with(Es256, "rsa"), E::UnknownKey),
        ("RS256 with an EC key", with(Rs256, "p256"), E::UnknownKey),
        ("PS256 with an EC key", with(Ps256, "p384"), E::UnknownKey),
        ("ES256 with a P-384 key", with(Es256, "p384"), E::UnknownKey),
        ("ES384 with a P-256 key", with(Es384, "p256"), E::UnknownKey),
        ("EdDSA with an RSA key", with(EdDsa, "rsa"), E::UnknownKey),
        ("EdDSA with an EC key", with(EdDsa, "p256"), E::UnknownKey),
        ("ES256 with an Ed25519 key", with(Es256, "ed25519"), E::UnknownKey),
        ("PS256 with a key for RS256", with(Ps256, "rsa-256"), E::UnknownKey),
        ("PS256 that is RS256", says(Ps256, Rs256), E::Signature),
        ("RS256 that is PS256", says(Rs256, Ps256), E::Signature),
        ("RS256 that is RS384", says(Rs256, Rs384), E::Signature),
        ("RS256 that is ES256", says(Rs256, Es256), E::Signature),
        ("ES256 that is RS256", says(Es256, Rs256), E::Signature),
        ("ES256 that is ES384", says(Es256, Es384), E::Signature),
        ("ES256 that is EdDSA, as long", says(Es256, EdDsa), E::Signature),
        ("EdDSA that is ES256, as long", says(EdDsa, Es256), E::Signature),
    ]
}

/// Signed by somebody else, in the name of a key that is known.
fn strangers() -> Vec<Bad> {
    let by = |algorithm| Token::of(algorithm).signed_by(&STRANGER);
    vec![
        ("a stranger's RS256", by(Rs256), E::Signature),
        ("a stranger's PS256", by(Ps256), E::Signature),
        ("a stranger's ES256", by(Es256), E::Signature),
        ("a stranger's ES384", by(Es384), E::Signature),
        ("a stranger's EdDSA", by(EdDsa), E::Signature),
    ]
}

fn ids() -> Vec<Bad> {
    let with = |id: Value| token().header("kid", id).signed();
    let unnamed = Token::of(Rs256).without_header("kid");
    vec![
        ("an unknown key", with(json!("p521")), E::UnknownKey),
        ("an empty key's id", with(json!("")), E::UnknownKey),
        ("another case of the id", with(json!("P256")), E::UnknownKey),
        ("an id with a blank", with(json!("p256 ")), E::UnknownKey),
        ("an id with a NUL", with(json!("p256\0")), E::UnknownKey),
        ("a path", with(json!("../../../../dev/null")), E::UnknownKey),
        ("SQL", with(json!("x' UNION SELECT 'key';--")), E::UnknownKey),
        ("a command", with(json!("|cat /etc/passwd")), E::UnknownKey),
        ("an address", with(json!("https://evil.example/key")), E::UnknownKey),
        ("a long id", with(json!("a".repeat(257))), E::UnknownKey),
        ("a number as id", with(json!(0)), E::UnknownKey),
        ("null as id", with(Value::Null), E::UnknownKey),
        ("an array of ids", with(json!(["p256"])), E::UnknownKey),
        ("no id, two keys for RS256", unnamed.signed(), E::AmbiguousKey),
    ]
}

/// The two first parts of a good token.
fn unsigned(algorithm: Algorithm) -> String {
    let jwt = Token::of(algorithm).signed();
    jwt.rsplit_once('.').expect("it is signed").0.to_owned()
}

/// Pairs of numbers that are no ES256.
fn points() -> Vec<Bad> {
    let text = unsigned(Es256);
    let right = CLINIC.sign(Es256, text.as_bytes());
    let (r, s) = right.split_at(32);
    let with = |parts: [&[u8]; 2]| with_signature(&text, &parts.concat());
    let zero = [0; 32];
    let one: Vec<u8> = zero[1..].iter().copied().chain([1]).collect();
    let other = token().claim("sub", "somebody").signed();
    let other = other.rsplit_once('.').expect("it is signed").1.to_owned();
    let as_text = encoded(encoded(&right).as_bytes());
    vec![
        ("ES256 of zeros", with([&zero, &zero]), E::Signature),
        ("ES256 of ones", with([&one, &one]), E::Signature),
        ("r is zero", with([&zero, s]), E::Signature),
        ("s is zero", with([r, &zero]), E::Signature),
        ("r is the order", with([&p256_order(), s]), E::Signature),
        ("r and s changed places", with([s, r]), E::Signature),
        ("all bits", with([&[255; 32], &[255; 32]]), E::Signature),
        ("ES256 as DER", with([&as_der(r, s), &[]]), E::Signature),
        ("ES256 cut", with([r, &s[..31]]), E::Signature),
        ("ES256 with a byte more", with([&right, &[0]]), E::Signature),
        ("one byte", with([&[0], &[]]), E::Signature),
        ("no signature", format!("{text}."), E::Form),
        ("another token's signature", format!("{text}.{other}"), E::Signature),
        ("the signature as text", format!("{text}.{as_text}"), E::Signature),
    ]
}

/// Numbers that are no RS256, and bytes that are no `EdDSA`.
fn numbers() -> Vec<Bad> {
    let text = unsigned(Rs256);
    let mut cut = CLINIC.sign(Rs256, text.as_bytes());
    cut.pop();
    let one = [&[0; 255][..], &[1]].concat();
    vec![
        ("RS256 of zeros", with_signature(&text, &[0; 256]), E::Signature),
        ("RS256 of one", with_signature(&text, &one), E::Signature),
        ("RS256 cut", with_signature(&text, &cut), E::Signature),
        ("RS256, longer than the key", with_signature(&text, &[0; 512]), E::Signature),
        ("EdDSA of zeros", with_signature(&unsigned(EdDsa), &[0; 64]), E::Signature),
    ]
}

/// n of P-256 (SEC 2 §2.4.2): as r it stands for zero.
fn p256_order() -> Vec<u8> {
    let digits = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    crate::fingerprint::hex_decode(digits).unwrap().to_vec()
}

/// The same numbers as an ASN.1 sequence, which JWS does not take (RFC 7518 §3.4).
fn as_der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| [&[2, 33, 0], bytes].concat();
    let numbers = [integer(r), integer(s)].concat();
    [&[0x30, numbers.len() as u8], &numbers[..]].concat()
}
