use super::*;
use crate::note_vectors::{go, go_key, go_policy};
use crate::{Note, NoteError, Quorum, Salt};
use proptest::prelude::*;

fn proof() -> TlogProof {
    go("receipt").parse().unwrap()
}

fn verified(proof: &TlogProof) -> Result<Receipt, ReceiptError> {
    verify_receipt(go("body").as_bytes(), proof, &go_policy())
}

#[test]
fn a_receipt_made_by_go_holds() {
    let receipt = verified(&proof()).unwrap();
    assert_eq!((receipt.index, receipt.received), (4, 1_766_000_000_123));
    assert_eq!((receipt.leaf.kind, receipt.leaf.received_second), (1, 1_766_000_000));
    assert_eq!(receipt.id[6..], [0x70, 1, 0x80, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(receipt.trust.quorum, Quorum::Met);
    let alone = Policy::of_key(go_key("old"));
    let receipt = verify_receipt(go("body").as_bytes(), &proof(), &alone).unwrap();
    assert_eq!((receipt.index, receipt.trust.quorum), (4, Quorum::None));
}

#[test]
fn each_part_that_is_changed_is_found() {
    let policy = go_policy();
    let body = go("body").replace('A', "B");
    let other = verify_receipt(body.as_bytes(), &proof(), &policy);
    assert_eq!(other, Err(ReceiptError::Inclusion(ProofError::Root)));

    let mut none = proof();
    none.extra = None;
    assert_eq!(verified(&none), Err(ReceiptError::NoExtra));

    let mut moved = proof();
    moved.index = 5;
    assert_eq!(verified(&moved), Err(ReceiptError::Inclusion(ProofError::Root)));
    moved.index = 7;
    assert_eq!(verified(&moved), Err(ReceiptError::Inclusion(ProofError::Index)));

    let mut short = proof();
    short.hashes.pop();
    assert_eq!(verified(&short), Err(ReceiptError::Inclusion(ProofError::Length)));

    let mut forged = proof();
    forged.checkpoint.text = forged.checkpoint.text.replace("\n7\n", "\n8\n");
    let invalid = PolicyError::Note(NoteError::Invalid(go_key("old").name().clone()));
    assert_eq!(verified(&forged), Err(ReceiptError::Policy(invalid)));
}

#[test]
fn an_envelope_that_is_none_is_refused() {
    let with = |extra: &[u8]| {
        let mut proof = proof();
        proof.extra = Some(extra.to_vec());
        verified(&proof)
    };
    assert_eq!(with(&[]), Err(ReceiptError::Extra(ExtraError::TooShort)));
    assert_eq!(with(&[2; 40]), Err(ReceiptError::Extra(ExtraError::Version(2))));
    assert_eq!(with(&[1; 17]), Err(ReceiptError::Envelope(EnvelopeError::Form)));
    let extra = proof().extra.unwrap();
    let longer = [extra.as_slice(), &[0]].concat();
    assert_eq!(with(&longer), Err(ReceiptError::Envelope(EnvelopeError::Form)));
}

/// A receipt says by whom, too: that is in the envelope, which the leaf is made of.
#[test]
fn another_principal_is_another_record() {
    let mut proof = proof();
    let mut extra = Extra::decode(proof.extra.as_deref().unwrap()).unwrap();
    let last = extra.envelope.len() - 1;
    extra.envelope[last] ^= 1;
    assert_eq!(Envelope::decode(&extra.envelope).unwrap().principal, "sendes");
    proof.extra = Some(extra.encode());
    assert_eq!(verified(&proof), Err(ReceiptError::Inclusion(ProofError::Root)));
}

/// A log of one leaf, from our own parts alone, with a statement's kind.
#[test]
fn the_first_record_of_a_log_has_a_receipt() {
    let envelope = [[1, 3, 0, 1].as_slice(), &[9; 16], b"\0\x04kiln"].concat();
    let salt = Salt([3; 16]);
    let leaf = Leaf {
        kind: 3,
        received_second: 0x0909_0909_0909 / 1000,
        commitment: commitment(&salt, &envelope, b"{}"),
    };
    let origin = go_key("old").name().clone();
    let root = leaf_hash(&leaf.to_bytes());
    let checkpoint = crate::Checkpoint { origin, size: crate::TreeSize(1), root };
    let checkpoint = checkpoint.sign(&crate::note_vectors::signer(1)).unwrap();
    let extra = Some(Extra { salt, envelope }.encode());
    let proof = TlogProof { extra, index: 0, hashes: Vec::new(), checkpoint };
    let receipt = verify_receipt(b"{}", &proof, &go_policy()).unwrap();
    assert_eq!((receipt.leaf, receipt.trust.quorum), (leaf, Quorum::Missing));
}

/// What a receipt claims, without the witnesses, of which a changed name makes a stranger.
fn claim(receipt: &Receipt) -> (u64, Leaf, [u8; 16], u64, &crate::Checkpoint) {
    let Receipt { index, leaf, id, received, trust } = receipt;
    (*index, *leaf, *id, *received, &trust.checkpoint)
}

proptest! {
    #[test]
    fn a_turned_bit_of_a_receipt_never_verifies_as_another(byte: usize, bit in 0..8_u8) {
        let mut bytes = go("receipt").into_bytes();
        let at = byte % bytes.len();
        bytes[at] ^= 1 << bit;
        if let Ok(proof) = TlogProof::parse(&bytes)
            && let Ok(receipt) = verified(&proof)
        {
            let honest = verified(&self::proof()).unwrap();
            prop_assert_eq!(claim(&receipt), claim(&honest));
            let lost = receipt.trust.witnesses.len() < 2;
            prop_assert_eq!(receipt.trust.quorum, if lost { Quorum::Missing } else { Quorum::Met });
        }
    }

    #[test]
    fn with_one_signature_a_turned_bit_never_verifies(byte: usize, bit in 0..8_u8) {
        let mut proof = proof();
        let note: Note = go("checkpoint").parse().unwrap();
        proof.checkpoint = note;
        prop_assert!(verified(&proof).is_ok());
        let mut bytes = proof.to_string().into_bytes();
        let at = byte % bytes.len();
        bytes[at] ^= 1 << bit;
        let other = TlogProof::parse(&bytes);
        prop_assert!(!other.is_ok_and(|other| verified(&other).is_ok()));
    }

    #[test]
    fn a_turned_bit_of_the_body_never_verifies(byte: usize, bit in 0..8_u8) {
        let mut body = go("body").into_bytes();
        let at = byte % body.len();
        body[at] ^= 1 << bit;
        let other = verify_receipt(&body, &proof(), &go_policy());
        prop_assert_eq!(other, Err(ReceiptError::Inclusion(ProofError::Root)));
    }
}
