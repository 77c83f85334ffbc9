use super::*;
use crate::note_vectors::{go, go_key, name, signer};
use crate::{Ed25519Signer, Signer};
use curve25519_dalek::Scalar;
use ed25519_dalek::{SigningKey, Verifier};
use proptest::prelude::*;
use sha2::Sha512;

/// The example of c2sp.org/signed-note § Verifier keys.
const EXAMPLE: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

#[test]
fn keys_of_others_are_read_and_written_again() {
    // The second is the example in the documentation of Go's x/mod.
    let known = [
        (EXAMPLE, "example.com/foo", "530d903a", Algorithm::Ed25519),
        (
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann",
            "c74f20a3",
            Algorithm::Ed25519,
        ),
        (
            "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
            "remora.n621.de",
            "da77ade7",
            Algorithm::CosignatureV1,
        ),
    ];
    for (vkey, name, id, algorithm) in known {
        let key: VerifierKey = vkey.parse().unwrap();
        assert_eq!((key.name().as_str(), key.id().to_string().as_str()), (name, id));
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.to_string(), vkey);
        let again = VerifierKey::new(key.name().clone(), algorithm, key.public_key());
        assert_eq!(again, Ok(key));
    }
}

#[test]
fn a_seed_gives_the_keys_that_go_makes_of_it() {
    let keys = [
        ("old", 1, Algorithm::Ed25519),
        ("new", 2, Algorithm::Ed25519),
        ("w1", 3, Algorithm::CosignatureV1),
        ("w2", 4, Algorithm::CosignatureV1),
    ];
    for (vkey, seed, algorithm) in keys {
        let theirs = go_key(vkey);
        let ours = VerifierKey::new(theirs.name().clone(), algorithm, signer(seed).public_key());
        assert_eq!(ours.unwrap().to_string(), go(vkey));
    }
}

#[test]
fn what_is_no_verifier_key_is_refused() {
    let refused = [
        ("", KeyError::Form),
        ("example.com/foo+530d903a", KeyError::Form),
        (&EXAMPLE[..EXAMPLE.len() - 1], KeyError::Form),
        ("example.com/foo+530d903a+", KeyError::Form),
        (&EXAMPLE.replace("foo", "fop"), KeyError::Id),
        (&EXAMPLE.replace("530d903a", "530D903A"), KeyError::Id),
        (&EXAMPLE.replace("530d903a", "30d903a"), KeyError::Id),
        (&EXAMPLE.replace("example.com/foo", ""), KeyError::Name),
        (&EXAMPLE.replace("/foo", "\u{a0}foo"), KeyError::Name),
        // The type byte: 2 ECDSA, 6 ML-DSA-44.
        (&EXAMPLE.replace("Aeky", "Auky"), KeyError::Algorithm(2)),
        (&EXAMPLE.replace("Aeky", "Buky"), KeyError::Algorithm(6)),
        // One byte short.
        ("a+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=", KeyError::PublicKey),
    ];
    for (vkey, error) in refused {
        assert_eq!(vkey.parse::<VerifierKey>(), Err(error), "{vkey}");
    }
}

#[test]
fn names_have_no_spaces_pluses_and_controls() {
    for bad in ["", "a b", "a+b", "a\tb", "a\nb", "a\u{2003}b", "a\u{85}b", "a\0b", "a\u{7f}"] {
        assert_eq!(bad.parse::<KeyName>(), Err(KeyError::Name), "{bad:?}");
    }
    for good in ["a", "example.com/log", "oid/1.2.3", "schlüssel.example/日本", "—"] {
        assert_eq!(name(good).as_str(), good);
    }
}

/// With a key of small order one signature fits many messages.
#[test]
fn weak_and_second_encodings_of_keys_are_refused() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut minus_one = [0xff; 32];
    (minus_one[0], minus_one[31]) = (0xec, 0x7f);
    // y = p + 3 is the point of y = 3 again, which is not of small order.
    let mut three = [0; 32];
    three[0] = 3;
    let mut three_again = [0xff; 32];
    (three_again[0], three_again[31]) = (0xf0, 0x7f);
    let key = |bytes| VerifierKey::new(name("a"), Algorithm::Ed25519, bytes);
    assert!(key(three).is_ok());
    for bad in [identity, minus_one, [0; 32], three_again] {
        assert_eq!(key(bad), Err(KeyError::PublicKey));
    }
}

/// (R, S) with R the neutral point and S = k·a fulfils the equation of RFC 8032 §5.1.7 for every
/// message that the key's owner likes, and lenient programs accept it.
#[test]
fn a_signature_with_a_point_of_small_order_is_refused() {
    let key = SigningKey::from_bytes(&[9; 32]);
    let public = key.verifying_key();
    let mut point = [0; 32];
    point[0] = 1;
    let hash = Sha512::new().chain_update(point).chain_update(public.as_bytes());
    let hash: [u8; 64] = hash.chain_update(b"message").finalize().into();
    let s = Scalar::from_bytes_mod_order_wide(&hash) * key.to_scalar();
    let signature = [point, s.to_bytes()].concat();
    let lenient = ed25519_dalek::Signature::from_slice(&signature).unwrap();
    assert!(public.verify(b"message", &lenient).is_ok());
    let ours = VerifierKey::new(name("a"), Algorithm::Ed25519, public.to_bytes()).unwrap();
    assert!(!ours.signed(b"message", &signature));
}

/// RFC 8032 §5.1.7: S is below the order of the group, else each signature had a twin.
#[test]
fn a_signature_has_no_twin() {
    let key = go_key("old");
    let signature = signer(1).sign(b"message").unwrap();
    assert!(key.signed(b"message", &signature));
    assert!(!key.signed(b"messages", &signature));
    assert!(!key.signed(b"message", &signature[..63]));
    // The group's order, little-endian: 2^252 + 27742317777372353535851937790883648493.
    let mut order = [0_u8; 32];
    order[..16]
        .copy_from_slice(&27_742_317_777_372_353_535_851_937_790_883_648_493_u128.to_le_bytes());
    order[31] = 0x10;
    let mut twin = signature;
    let mut carry = 0;
    for (byte, order) in twin[32..].iter_mut().zip(order) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = carry as u8;
        carry >>= 8;
    }
    assert_eq!(carry, 0);
    assert!(!key.signed(b"message", &twin));
}

proptest! {
    #[test]
    fn a_changed_vkey_is_none(byte in 0..EXAMPLE.len(), bit in 0..8_u8) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        bytes[byte] ^= 1 << bit;
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert!(text.parse::<VerifierKey>().is_err(), "{text}");
        }
    }

    #[test]
    fn any_key_is_read_as_it_was_written(seed: [u8; 32], text in "[^\\s\\p{Cc}+]{1,20}") {
        let public = Ed25519Signer::from_seed(seed).public_key();
        let key = VerifierKey::new(name(&text), Algorithm::CosignatureV1, public).unwrap();
        prop_assert_eq!(key.to_string().parse(), Ok(key));
    }
}
