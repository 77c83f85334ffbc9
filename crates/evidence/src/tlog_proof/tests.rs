use super::*;
use crate::note_vectors::{checkpoint, go, signer};
use proptest::prelude::*;

#[test]
fn a_proof_made_by_go_is_read_and_written_again() {
    let proof: TlogProof = go("receipt").parse().unwrap();
    assert_eq!((proof.index, proof.hashes.len()), (4, 3));
    assert_eq!(proof.extra.as_ref().map(|extra| extra[0]), Some(1));
    assert_eq!(proof.checkpoint.to_string(), go("cosigned"));
    assert_eq!(proof.to_string(), go("receipt"));
}

#[test]
fn extra_bytes_may_be_missing_or_empty() {
    let whole = go("receipt");
    let line = whole.lines().nth(1).unwrap();
    for (other, extra) in [("", None), ("extra \n", Some(Vec::new()))] {
        let text = whole.replace(&format!("{line}\n"), other);
        let proof: TlogProof = text.parse().unwrap();
        assert_eq!((&proof.extra, proof.to_string()), (&extra, text));
    }
}

/// The log of one leaf: its proof has no hashes.
#[test]
fn a_proof_without_hashes_is_one() {
    let note = checkpoint("a").sign(&signer(1)).unwrap();
    let text = format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}");
    assert_eq!(text.parse::<TlogProof>().unwrap().hashes, []);
}

#[test]
fn malformed_proofs_are_refused() {
    let whole = go("receipt");
    let swapped = |from: &str, to: &str| whole.replacen(from, to, 1);
    let hash = whole.lines().nth(3).unwrap();
    let refused = [
        (String::new(), TlogProofError::NoCheckpoint),
        ("c2sp.org/tlog-proof@v1\nindex 0\n".into(), TlogProofError::NoCheckpoint),
        (swapped("@v1", "@v2"), TlogProofError::Header),
        (swapped("c2sp", " c2sp"), TlogProofError::Header),
        (swapped("@v1", "@v1\r"), TlogProofError::Header),
        (swapped("extra ", "extra  "), TlogProofError::Extra),
        (swapped("extra ", "Extra "), TlogProofError::Index),
        (swapped("index 4", "index 04"), TlogProofError::Index),
        (swapped("index 4", "index -4"), TlogProofError::Index),
        (swapped("index 4\n", ""), TlogProofError::Index),
        (swapped("index 4", "index 9223372036854775808"), TlogProofError::Index),
        (swapped("index 4\n", "index 4\nextra AA==\n"), TlogProofError::Hash),
        (swapped(hash, &hash[1..]), TlogProofError::Hash),
        (swapped(hash, "AAAA"), TlogProofError::Hash),
        (swapped("\n\n— ", "\n— "), TlogProofError::Note(NoteError::Unsigned)),
    ];
    for (text, error) in refused {
        assert_eq!(text.parse::<TlogProof>(), Err(error), "{text:?}");
    }
    assert_eq!(TlogProof::parse(b"\xff\n\n"), Err(TlogProofError::Text));
}

#[test]
fn limits_hold_and_leave_room() {
    let whole = go("receipt");
    let (head, note) = whole.split_once("\n\n").unwrap();
    let hash = head.lines().last().unwrap();
    let with = |count: usize| {
        let more = format!("\n{hash}").repeat(count - 3);
        format!("{head}{more}\n\n{note}")
    };
    assert_eq!(with(63).parse::<TlogProof>().unwrap().hashes.len(), 63);
    assert_eq!(with(64).parse::<TlogProof>(), Err(TlogProofError::Hash));
    let extra = |len| whole.replacen("extra ", &format!("extra {}", "AAAA".repeat(len)), 1);
    let room = (MAX_PROOF - whole.len()) / 4;
    assert!(extra(room).parse::<TlogProof>().is_ok());
    assert_eq!(extra(room + 1).parse::<TlogProof>(), Err(TlogProofError::TooLong));
}

#[test]
fn no_print_shows_the_extra_bytes() {
    let proof: TlogProof = go("receipt").parse().unwrap();
    assert!(!format!("{proof:?}").contains("90, 90, 90"));
}

proptest! {
    #[test]
    fn any_proof_is_read_as_it_was_written(
        extra in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..80)),
        index in 0..1_u64 << 63,
        hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..=63),
    ) {
        let checkpoint = go("cosigned").parse().unwrap();
        let hashes = hashes.into_iter().map(Hash).collect();
        let proof = TlogProof { extra, index, hashes, checkpoint };
        prop_assert_eq!(proof.to_string().parse(), Ok(proof));
    }

    #[test]
    fn a_changed_proof_is_another_or_none(byte: usize, value: u8) {
        let mut bytes = go("receipt").into_bytes();
        let at = byte % bytes.len();
        let changed = bytes[at] != value;
        bytes[at] = value;
        if let Ok(proof) = TlogProof::parse(&bytes) {
            prop_assert_eq!(proof.to_string().into_bytes(), bytes);
            prop_assert_eq!(changed, proof != go("receipt").parse().unwrap());
        }
    }
}
