use super::*;
use crate::note_vectors::{checkpoint, go, go_key, signer};
use proptest::prelude::*;

/// The example of c2sp.org/tlog-checkpoint.
const EXAMPLE: &str =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

#[test]
fn the_example_of_the_specification() {
    let checkpoint = Checkpoint::parse(EXAMPLE).unwrap();
    assert_eq!(checkpoint.origin.as_str(), "example.com/behind-the-sofa");
    assert_eq!(checkpoint.size, TreeSize(20_852_163));
    assert_eq!(checkpoint.root.0[..3], [0x0a, 0xc5, 0x18]);
    assert_eq!(checkpoint.to_text(), EXAMPLE);
}

#[test]
fn the_key_signs_in_the_name_of_the_origin() {
    let note = checkpoint("a.example/log").sign(&signer(1)).unwrap();
    let [signature] = note.signatures.as_slice() else { panic!("one signature") };
    assert_eq!(signature.name.as_str(), "a.example/log");
    let key = verifier_key(&signature.name, Algorithm::Ed25519, &signer(1)).unwrap();
    assert_eq!(note.verify(std::slice::from_ref(&key)), Ok(vec![&key]));
    assert_eq!(Checkpoint::parse(&note.text), Ok(checkpoint("a.example/log")));
    let theirs: Note = go("checkpoint").parse().unwrap();
    assert_eq!(Checkpoint::parse(&theirs.text).unwrap().origin, *go_key("old").name());
}

#[test]
fn extension_lines_are_taken() {
    let extended = format!("{EXAMPLE}anything, and + more\n\u{1f50f}\n");
    assert_eq!(Checkpoint::parse(&extended), Checkpoint::parse(EXAMPLE));
}

#[test]
fn what_is_no_checkpoint_is_refused() {
    let refused = [
        (String::new(), CheckpointError::Lines),
        (EXAMPLE.trim_end().into(), CheckpointError::Lines),
        ("origin\n1\n".into(), CheckpointError::Lines),
        (format!("{EXAMPLE}\n"), CheckpointError::Lines),
        (format!("{EXAMPLE}extension\n\n"), CheckpointError::Lines),
        (format!("\n{EXAMPLE}"), CheckpointError::Origin),
        (EXAMPLE.replace("-the-", " the "), CheckpointError::Origin),
        (EXAMPLE.replace("2085", "+2085"), CheckpointError::Size),
        (EXAMPLE.replace("2085", "02085"), CheckpointError::Size),
        (EXAMPLE.replace("20852163", ""), CheckpointError::Size),
        (EXAMPLE.replace("20852163", "9223372036854775808"), CheckpointError::Size),
        (EXAMPLE.replace("q2I=", "q2I"), CheckpointError::Root),
        (EXAMPLE.replace("q2I=", "q2J="), CheckpointError::Root),
        (EXAMPLE.replace("CsUY", ""), CheckpointError::Root),
    ];
    for (text, error) in refused {
        assert_eq!(Checkpoint::parse(&text), Err(error), "{text:?}");
    }
}

#[test]
fn the_largest_size_is_the_largest_signed_integer() {
    let largest = EXAMPLE.replace("20852163", "9223372036854775807");
    assert_eq!(Checkpoint::parse(&largest).unwrap().to_text(), largest);
}

proptest! {
    #[test]
    fn any_checkpoint_is_read_as_it_was_written(size in 0..1_u64 << 63, root: [u8; 32]) {
        let origin = "kiln-audit.org/log/0".parse().unwrap();
        let checkpoint = Checkpoint { origin, size: TreeSize(size), root: Hash(root) };
        prop_assert_eq!(Checkpoint::parse(&checkpoint.to_text()), Ok(checkpoint));
    }

    #[test]
    fn a_turned_bit_is_another_checkpoint_or_none(byte in 0..EXAMPLE.len(), bit in 0..8_u8) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        bytes[byte] ^= 1 << bit;
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert_ne!(Checkpoint::parse(&text), Checkpoint::parse(EXAMPLE));
        }
    }
}
