use super::*;
use crate::note_vectors::{go, name};
use proptest::prelude::*;

/// The example of c2sp.org/tlog-witness § add-checkpoint.
const EXAMPLE: &str = "old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz\
Gku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEj\
w6QUXTS5Rovnzv++qbSzm9Q=
";

#[test]
fn the_example_of_the_specification() {
    let request: AddCheckpoint = EXAMPLE.parse().unwrap();
    assert_eq!((request.old, request.proof.len()), (TreeSize(20_852_014), 4));
    assert_eq!(request.checkpoint.signatures.len(), 2);
    assert_eq!(request.to_string(), EXAMPLE);
}

#[test]
fn malformed_requests_are_refused() {
    let swapped = |from: &str, to: &str| EXAMPLE.replacen(from, to, 1);
    let refused = [
        (String::new(), AddCheckpointError::NoCheckpoint),
        ("old 0\n".into(), AddCheckpointError::NoCheckpoint),
        (swapped("old 2", "old  2"), AddCheckpointError::Old),
        (swapped("old 2", "old 02"), AddCheckpointError::Old),
        (swapped("old 2", "Old 2"), AddCheckpointError::Old),
        (swapped("old 20852014", "old 9223372036854775808"), AddCheckpointError::Old),
        (swapped("PlRN", "PlR"), AddCheckpointError::Hash),
        (swapped("kaw=\n", "kaw=\r\n"), AddCheckpointError::Hash),
        (swapped("\n\n— ", "\n— "), AddCheckpointError::Note(NoteError::Unsigned)),
    ];
    for (text, error) in refused {
        assert_eq!(text.parse::<AddCheckpoint>(), Err(error), "{text:?}");
    }
    assert_eq!(AddCheckpoint::parse(b"\xff\n\n"), Err(AddCheckpointError::Text));
    let long = vec![b'x'; MAX_ADD_CHECKPOINT + 1];
    assert_eq!(AddCheckpoint::parse(&long), Err(AddCheckpointError::TooLong));
}

#[test]
fn at_most_63_hashes_are_taken() {
    let line = EXAMPLE.lines().nth(1).unwrap();
    let with = |count: usize| {
        let more = format!("{line}\n").repeat(count - 4);
        EXAMPLE.replacen("\n\n", &format!("\n{more}\n"), 1)
    };
    assert_eq!(with(63).parse::<AddCheckpoint>().unwrap().proof.len(), 63);
    assert_eq!(with(64).parse::<AddCheckpoint>(), Err(AddCheckpointError::Hash));
}

/// The largest note with the largest proof is a request.
#[test]
fn the_limit_leaves_room_for_every_note() {
    let mut request: AddCheckpoint = EXAMPLE.parse().unwrap();
    request.proof = vec![Hash([7; 32]); MAX_HASHES];
    let room = crate::MAX_NOTE - request.checkpoint.to_string().len();
    request.checkpoint.text.insert_str(0, &"x".repeat(room));
    assert_eq!(request.to_string().parse(), Ok(request));
}

/// Hashed with `printf %s NAME | sha256sum`.
#[test]
fn a_log_is_known_to_witnesses_by_the_hash_of_its_origin() {
    let hash = origin_hash(&name("example.com/behind-the-sofa"));
    assert_eq!(hash, "5fd2dc0beb4ce54da5050cf6d5c75248b023abad441c3cecde3976fbe9da4fe4");
}

proptest! {
    #[test]
    fn any_request_is_read_as_it_was_written(
        old in 0..1_u64 << 63,
        proof in proptest::collection::vec(any::<[u8; 32]>(), 0..=63),
    ) {
        let checkpoint = go("cosigned").parse().unwrap();
        let proof = proof.into_iter().map(Hash).collect();
        let request = AddCheckpoint { old: TreeSize(old), proof, checkpoint };
        prop_assert_eq!(request.to_string().parse(), Ok(request));
    }
}
