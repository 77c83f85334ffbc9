//! The bytes of a leaf never change within a version: they are written out here by hand.

use super::*;
use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::prelude::*;

#[test]
fn leaf_has_the_documented_layout() {
    let leaf = Leaf { kind: 1, received_second: 0x0102_0304_0506_0708, commitment: [0xab; 32] };
    let mut expected = b"KILN\x00\x01\x01\x02\x03\x04\x05\x06\x07\x08".to_vec();
    expected.extend([0xab; 32]);
    assert_eq!(leaf.to_bytes().as_slice(), expected);
}

#[test]
fn commitment_hashes_the_documented_bytes() {
    let mut bytes = b"kiln/commit/v0\0".to_vec();
    bytes.extend([7; 16]);
    bytes.extend(b"\0\0\0\0\0\0\0\x03env\0\0\0\0\0\0\0\x04body");
    let expected: [u8; 32] = Sha256::digest(&bytes).into();
    assert_eq!(commitment(&Salt([7; 16]), b"env", b"body"), expected);
}

/// Made with Python's hashlib, so that a change of the hash library shows too.
#[test]
fn commitment_equals_another_implementation() {
    let text = BASE64_STANDARD.encode(commitment(&Salt([7; 16]), b"env", b"body"));
    assert_eq!(text, "7AsQVAst4i2/Ja6jk8F3RNkHrVL6wHw8esPKj33C2mI=");
}

proptest! {
    /// No byte can move between envelope and body, and the salt always counts.
    #[test]
    fn commitment_binds_every_part(
        salt: [u8; 16],
        text in proptest::collection::vec(any::<u8>(), 1..200),
        cut in 0..200_usize,
        other in 0..200_usize,
        flipped in 0..128_usize,
    ) {
        let (cut, other) = (cut % (text.len() + 1), other % (text.len() + 1));
        let split = |at: usize| commitment(&Salt(salt), &text[..at], &text[at..]);
        prop_assert_eq!(split(cut) == split(other), cut == other);
        let mut salted = salt;
        salted[flipped / 8] ^= 1 << (flipped % 8);
        prop_assert_ne!(split(cut), commitment(&Salt(salted), &text[..cut], &text[cut..]));
    }
}
