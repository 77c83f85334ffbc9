use super::*;
use crate::{group::LogId, restores::Restores};
use kiln_evidence::Ed25519Signer;

fn signing(seed: u8) -> Signing {
    let signer = Arc::new(Ed25519Signer::from_seed([seed; 32]));
    Signing::new(signer, Restores::default().origin(LogId([7; 16]))).unwrap()
}

#[test]
fn what_a_trailer_keeps_is_the_note() {
    let (old, new) = (signing(1), signing(2));
    for next in [None, Some(&new)] {
        let signed = old.sign(TreeSize(9), Hash([3; 32]), next).unwrap();
        let mut kept = Vec::new();
        put(&mut kept, &signed);
        assert_eq!(kept.len(), SIGNATURE_LEN * (1 + usize::from(next.is_some())));
        let signatures = take(&kept, &signed.checkpoint.origin).unwrap();
        assert_eq!(signatures, signed.note.signatures);
        assert_eq!(signed.note.text, signed.checkpoint.to_text());
        let keys = [old.key().clone(), new.key().clone()];
        let by: Vec<_> = signed.note.verify(&keys).unwrap();
        assert_eq!(by.len(), signatures.len(), "each key's signature is good");
        assert_eq!(by.last(), Some(&&signed.key), "the last one is in force");
    }
}

#[test]
fn no_other_length_is_kept() {
    let name = Restores::default().origin(LogId([7; 16]));
    let lengths: Vec<usize> = (0..300).filter(|len| take(&vec![0; *len], &name).is_ok()).collect();
    assert_eq!(lengths, [0, 68, 136]);
}
