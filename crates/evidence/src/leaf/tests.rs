//! The bytes of a leaf never change within a version: they are written out here by hand.

use super::*;
use crate::leaf_hash;
use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::prelude::*;

#[test]
fn leaf_has_the_documented_layout() {
    let leaf = Leaf { kind: 1, received_second: 0x0102_0304_0506_0708, commitment: [0xab; 32] };
    let mut expected = b"KILN\x01\x01\x01\x02\x03\x04\x05\x06\x07\x08".to_vec();
    expected.extend([0xab; 32]);
    assert_eq!(leaf.to_bytes().as_slice(), expected);
}

#[test]
fn commitment_hashes_the_documented_bytes() {
    let mut bytes = b"kiln/commit/v1\0".to_vec();
    bytes.extend([7; 16]);
    bytes.extend(b"\0\0\0\0\0\0\0\x03env\0\0\0\0\0\0\0\x04body");
    let expected: [u8; 32] = Sha256::digest(&bytes).into();
    assert_eq!(commitment(&Salt([7; 16]), b"env", b"body"), expected);
}

/// Made with Python's hashlib, so that a change of the hash library shows too.
#[test]
fn commitment_equals_another_implementation() {
    let text = BASE64_STANDARD.encode(commitment(&Salt([7; 16]), b"env", b"body"));
    assert_eq!(text, "mtozWCJ7gy7b9ll44zMOCTf649ymuNQyluRRn4kI2yQ=");
}

/// What goes into a leaf, and the hex of what comes out.
struct Vector {
    salt: [u8; 16],
    envelope: &'static [u8],
    body: &'static [u8],
    kind: u8,
    received_second: u64,
    commitment: &'static str,
    leaf_hash: &'static str,
}

/// Made with Python's hashlib; `docs/FORMATS.md` has them too. They stand for ever.
const VECTORS: [Vector; 3] = [
    Vector {
        salt: [0; 16],
        envelope: b"",
        body: b"",
        kind: 1,
        received_second: 0,
        commitment: "da55a6b10f004c7fac067ee55a21499a6090135810c6a85a2efee0a216aa0947",
        leaf_hash: "03bd6dfb1a1cfef396e828b5f08130881ddc8e8f8923cfd69ccb382ac38fe264",
    },
    Vector {
        salt: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        envelope: b"envelope",
        body: b"{\"resourceType\":\"AuditEvent\"}",
        kind: 1,
        received_second: 1_767_225_600,
        commitment: "677c1e454555c594e5b0c7efa4bc7bb012f082e14599e964ab234568e5427b6d",
        leaf_hash: "684996ebbe75f88fe8134d26e72a62d3093c69d2ed823534b2d32f0aef1d34d2",
    },
    Vector {
        salt: [255; 16],
        envelope: b"\x00\x01\x02",
        body: b"{\"statement\":\"start\"}",
        kind: 3,
        received_second: u64::MAX,
        commitment: "d8beb33ca8bd7ae49fb7337dc8cffd29bbc556d8828298267bc047ec56e2f62f",
        leaf_hash: "806543f46cdad50ac2378b6be88accdbb0383f30b7b16ec8308637e0ddcacaf4",
    },
];

#[test]
fn leaves_equal_the_vectors_of_version_1() {
    for v in &VECTORS {
        let commitment = commitment(&Salt(v.salt), v.envelope, v.body);
        assert_eq!(hex(&commitment), v.commitment);
        let leaf = Leaf { kind: v.kind, received_second: v.received_second, commitment };
        let layout = format!("4b494c4e01{:02x}{:016x}{}", v.kind, v.received_second, v.commitment);
        assert_eq!(hex(&leaf.to_bytes()), layout);
        assert_eq!(hex(&leaf_hash(&leaf.to_bytes()).0), v.leaf_hash);
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from_digit(digit.into(), 16).unwrap()).collect()
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
