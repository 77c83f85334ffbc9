use super::*;
use crate::note_vectors::{checkpoint, go, go_key, name, signer};
use crate::{KeyId, Note};
use proptest::prelude::*;

/// When the Go program cosigned.
const GO_TIME: u64 = 0x6b02_eb4f;

#[test]
fn cosignatures_of_go_verify_and_ours_are_the_same() {
    let note: Note = go("cosigned").parse().unwrap();
    for (at, key, seed) in [(2, "w1", 3), (3, "w2", 4)] {
        let (signature, key) = (&note.signatures[at], go_key(key));
        assert_eq!(verify(&key, &note.text, signature), Ok(GO_TIME));
        let ours = cosign(&note.text, key.name(), GO_TIME, &signer(seed)).unwrap();
        assert_eq!(&ours, signature);
    }
}

/// c2sp.org/tlog-cosignature § Ed25519 signed message, its example.
#[test]
fn the_message_is_the_specified_one() {
    let body =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let expected = format!("cosignature/v1\ntime 1679315147\n{body}");
    assert_eq!(message(body, 1_679_315_147), expected.as_bytes());
}

/// The line of the example at the head of the specification has this time and form.
#[test]
fn the_line_of_the_specification_is_one() {
    let line = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeo\
        lMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";
    let signature: Signature = line.parse().unwrap();
    assert_eq!(signature.id, KeyId([0x8d, 0x66, 0xcf, 0x3f]));
    assert_eq!(signature.bytes[..8], 1_679_315_147_u64.to_be_bytes());
    assert_eq!(signature.bytes.len(), 72);
    assert_eq!(signature.to_string(), line);
}

#[test]
fn what_is_no_cosignature_of_the_key_is_refused() {
    let body = checkpoint("log").to_text();
    let key = verifier_key(&name("w"), Algorithm::CosignatureV1, &signer(5)).unwrap();
    let good = cosign(&body, key.name(), 17, &signer(5)).unwrap();
    assert_eq!(verify(&key, &body, &good), Ok(17));
    let log_key = verifier_key(&name("w"), Algorithm::Ed25519, &signer(5)).unwrap();
    assert_eq!(verify(&log_key, &body, &good), Err(CosignatureError::Algorithm));
    let other = verifier_key(&name("w"), Algorithm::CosignatureV1, &signer(6)).unwrap();
    assert_eq!(verify(&other, &body, &good), Err(CosignatureError::OtherKey));
    let renamed = Signature { name: name("v"), ..good.clone() };
    assert_eq!(verify(&key, &body, &renamed), Err(CosignatureError::OtherKey));
    for len in [0, 7, 8, 64, 71] {
        let short = Signature { bytes: good.bytes[..len].to_vec(), ..good.clone() };
        assert_eq!(verify(&key, &body, &short), Err(CosignatureError::Form));
    }
    let later = Signature { bytes: [&[0x80], &good.bytes[1..]].concat(), ..good.clone() };
    assert_eq!(verify(&key, &body, &later), Err(CosignatureError::Form));
    let other_body = checkpoint("lof").to_text();
    assert_eq!(verify(&key, &other_body, &good), Err(CosignatureError::Invalid));
}

/// A log's signature is none of a witness, and the other way round, even of one key.
#[test]
fn the_two_types_do_not_stand_for_each_other() {
    let note = checkpoint("log").sign(&signer(5)).unwrap();
    let key = verifier_key(&name("log"), Algorithm::CosignatureV1, &signer(5)).unwrap();
    let relabelled = Signature { id: key.id(), ..note.signatures[0].clone() };
    assert_eq!(verify(&key, &note.text, &relabelled), Err(CosignatureError::Form));
    let bytes = [&[0; 8], relabelled.bytes.as_slice()].concat();
    let timed = Signature { bytes, ..relabelled };
    assert_eq!(verify(&key, &note.text, &timed), Err(CosignatureError::Invalid));
}

#[test]
fn times_end_where_the_specification_ends_them() {
    let last = cosign("text\n", &name("w"), MAX_TIME, &signer(5)).unwrap();
    let key = verifier_key(&name("w"), Algorithm::CosignatureV1, &signer(5)).unwrap();
    assert_eq!(verify(&key, "text\n", &last), Ok(MAX_TIME));
    let after = cosign("text\n", &name("w"), MAX_TIME + 1, &signer(5));
    assert!(matches!(after, Err(SignError::Time)));
}

proptest! {
    #[test]
    fn a_turned_bit_never_verifies(time in 0..=MAX_TIME, bit in 0..72 * 8_usize) {
        let body = checkpoint("log").to_text();
        let key = verifier_key(&name("w"), Algorithm::CosignatureV1, &signer(5)).unwrap();
        let mut signature = cosign(&body, key.name(), time, &signer(5)).unwrap();
        prop_assert_eq!(verify(&key, &body, &signature), Ok(time));
        signature.bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify(&key, &body, &signature).is_err());
    }
}
