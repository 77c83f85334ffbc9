use super::*;
use crate::note_vectors::{checkpoint, go, go_key, name, signer, turned};
use crate::{Checkpoint, Signer};
use proptest::prelude::*;

/// The example of c2sp.org/signed-note § Verifier keys.
const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE: &str = "This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1\
Yu72IneyaQM=
";

/// The example at the head of c2sp.org/signed-note: its text has an empty line.
const POEM: &str = "Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMc\
Xxj99ihAQwaqP3ZekRwNtIc=
";

fn names(keys: &[&VerifierKey]) -> Vec<String> {
    keys.iter().map(ToString::to_string).collect()
}

#[test]
fn the_examples_of_the_specification() {
    let key: VerifierKey = EXAMPLE_KEY.parse().unwrap();
    let note: Note = EXAMPLE.parse().unwrap();
    assert_eq!(note.text, "This is an example message.\n");
    assert_eq!(note.verify(std::slice::from_ref(&key)), Ok(vec![&key]));
    let poem: Note = POEM.parse().unwrap();
    assert!(poem.text.ends_with("sole:\n\ned è subito sera.\n"));
    assert_eq!(poem.signatures[0].name.as_str(), "quasimodo.example/salvatore");
    assert_eq!(poem.signatures[0].id.to_string(), "367ba04b");
    assert_eq!(poem.verify(&[key]), Err(NoteError::NoKnownKey));
    assert_eq!((note.to_string(), poem.to_string()), (EXAMPLE.into(), POEM.into()));
}

#[test]
fn notes_made_by_go_verify_with_every_key() {
    let keys = ["w2", "old", "w1", "new"].map(go_key);
    let note: Note = go("cosigned").parse().unwrap();
    let signed = names(&note.verify(&keys).unwrap());
    assert_eq!(signed, ["old", "new", "w1", "w2"].map(go));
    let odd: Note = go("odd").parse().unwrap();
    assert_eq!(odd.text, "Zwei Absätze.\n\nDer zweite: € — 日本\n\n");
    assert_eq!(names(&odd.verify(&keys).unwrap()), ["w1", "old"].map(go));
    assert_eq!(odd.to_string(), go("odd"));
}

#[test]
fn our_note_is_the_one_that_go_makes() {
    let theirs: Note = go("checkpoint").parse().unwrap();
    let ours = Checkpoint::parse(&theirs.text).unwrap().sign(&signer(1)).unwrap();
    assert_eq!(ours.to_string(), go("checkpoint"));
}

#[test]
fn unknown_keys_are_ignored_and_known_ones_are_not() {
    let mut note: Note = go("cosigned").parse().unwrap();
    // Our name with another id, and our id with another name: other keys (§ Signatures).
    let mut other_id = note.signatures[0].clone();
    other_id.id = KeyId([1, 2, 3, 4]);
    let mut other_name = note.signatures[0].clone();
    (other_name.name, other_name.bytes) = (name("other"), vec![1]);
    note.signatures.extend([other_id, other_name]);
    let old = [go_key("old")];
    assert_eq!(names(&note.verify(&old).unwrap()), [go("old")]);
    // A known key's second, bad signature condemns the note, though the first is good.
    let mut bad = note.signatures[0].clone();
    bad.bytes[5] ^= 1;
    note.signatures.push(bad);
    assert_eq!(note.verify(&old), Err(NoteError::Invalid(old[0].name().clone())));
    assert!(note.verify(&[go_key("new")]).is_ok());
}

#[test]
fn a_key_counts_once() {
    let mut note: Note = go("checkpoint").parse().unwrap();
    note.signatures.push(note.signatures[0].clone());
    let keys = [go_key("old"), go_key("old")];
    assert_eq!(names(&note.verify(&keys).unwrap()), [go("old")]);
}

#[test]
fn no_signature_of_a_known_key_is_an_error() {
    let mut note: Note = go("checkpoint").parse().unwrap();
    assert_eq!(note.verify(&[go_key("new")]), Err(NoteError::NoKnownKey));
    assert_eq!(note.verify(&[]), Err(NoteError::NoKnownKey));
    note.text.insert(0, ' ');
    assert!(matches!(note.verify(&[go_key("old")]), Err(NoteError::Invalid(_))));
}

#[test]
fn two_keys_of_one_name_and_id_are_not_told_apart() {
    let (a, b) = collision();
    assert_eq!((a.name(), a.id()), (b.name(), b.id()));
    let bytes = vec![0; 64];
    let signature = Signature { name: a.name().clone(), id: a.id(), bytes };
    let note = Note { text: "text\n".into(), signatures: vec![signature] };
    assert_eq!(note.verify(&[a.clone(), b]), Err(NoteError::Ambiguous(a.name().clone())));
}

/// Two keys whose 4-byte ids are equal: found by trying 113,796 seeds.
fn collision() -> (VerifierKey, VerifierKey) {
    let key = |seed: u32| {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&seed.to_le_bytes());
        let public = crate::Ed25519Signer::from_seed(bytes).public_key();
        VerifierKey::new(name("a"), Algorithm::Ed25519, public).unwrap()
    };
    (key(COLLIDING.0), key(COLLIDING.1))
}

const COLLIDING: (u32, u32) = (25_666, 113_795);

#[test]
fn malformed_notes_are_refused() {
    let line = EXAMPLE.lines().last().unwrap();
    let refused = [
        (String::new(), NoteError::Unsigned),
        ("text\n".into(), NoteError::Unsigned),
        ("text\n\n".into(), NoteError::Unsigned),
        (format!("text\n{line}\n"), NoteError::Unsigned),
        (format!("\n{line}\n"), NoteError::Unsigned),
        (format!("text\n\n{line}"), NoteError::Unsigned),
        (format!("text\n\n{line}\n\n"), NoteError::Unsigned),
        (format!("text\n\n{line}\nmore\n"), NoteError::Line),
        (format!("text\n\n{line} \n"), NoteError::Line),
        (format!("text\n\n{}\n", line.replace('—', "-")), NoteError::Line),
        (format!("text\n\n{}\n", line.replace("/foo", "+foo")), NoteError::Line),
        (format!("text\n\n{}\n", line.replace("example.com/foo", "")), NoteError::Line),
        (format!("text\n\n{}\n", line.replace("QM=", "QN=")), NoteError::Line),
        ("text\n\n— a AAAAAA==\n".into(), NoteError::Line),
        ("text\n\n— a AAAA\n".into(), NoteError::Line),
        (format!("te\rxt\n\n{line}\n"), NoteError::Text),
        (format!("te\txt\n\n{line}\n"), NoteError::Text),
        (format!("text\r\n\r\n{line}\r\n"), NoteError::Text),
    ];
    for (note, error) in refused {
        assert_eq!(note.parse::<Note>(), Err(error), "{note:?}");
    }
    assert_eq!(Note::parse(b"te\xffxt\n\n"), Err(NoteError::Text));
    // One byte of signature is enough for an unknown type.
    assert!("\n\n— a AAAAAAE=\n".parse::<Note>().is_ok());
}

/// § Format: at least 16 signatures, also of ML-DSA-44 with 2,428 bytes each.
#[test]
fn limits_hold_and_leave_room() {
    let large = Signature { name: name("a"), id: KeyId([0; 4]), bytes: vec![7; 2428] };
    let mut note = checkpoint("a").sign(&signer(1)).unwrap();
    note.signatures = vec![large; 16];
    assert_eq!(note.to_string().parse(), Ok(note.clone()));
    let small = Signature { name: name("a"), id: KeyId([0; 4]), bytes: vec![7; 64] };
    note.signatures = vec![small; MAX_SIGNATURES];
    assert_eq!(note.to_string().parse(), Ok(note.clone()));
    note.signatures.push(note.signatures[0].clone());
    assert_eq!(note.to_string().parse::<Note>(), Err(NoteError::TooMany));
    let room = MAX_NOTE - EXAMPLE.len();
    let long = |room| format!("{}{EXAMPLE}", "x".repeat(room));
    assert!(long(room).parse::<Note>().is_ok());
    assert_eq!(long(room + 1).parse::<Note>(), Err(NoteError::TooLong));
}

/// What a witness answers with.
#[test]
fn lines_alone_are_read() {
    let note = go("cosigned");
    let (_, lines) = note.rsplit_once("\n\n").unwrap();
    let signatures = Signature::parse_lines(lines.as_bytes()).unwrap();
    assert_eq!(signatures, note.parse::<Note>().unwrap().signatures);
    assert_eq!(Signature::parse_lines(b""), Err(NoteError::Unsigned));
    assert_eq!(Signature::parse_lines(b"\n"), Err(NoteError::Line));
    assert_eq!(Signature::parse_lines(&vec![b'x'; MAX_NOTE + 1]), Err(NoteError::TooLong));
    assert_eq!(signatures[3].to_string().parse(), Ok(signatures[3].clone()));
}

/// Every single bit, so that no sample misses the one that does not count.
#[test]
fn a_note_with_one_bit_turned_never_verifies() {
    let (note, keys): (Note, _) = (go("checkpoint").parse().unwrap(), [go_key("old")]);
    for byte in 0..go("checkpoint").len() {
        for bit in 0..8 {
            let other = turned(&note, byte, bit);
            let verified = other.is_some_and(|other| other.verify(&keys).is_ok());
            assert!(!verified, "byte {byte}, bit {bit}");
        }
    }
}

proptest! {
    #[test]
    fn with_several_keys_a_turned_bit_loses_signatures_but_never_the_text(
        byte: usize,
        bit in 0..8_u8,
    ) {
        let note: Note = go("cosigned").parse().unwrap();
        let keys = ["old", "new", "w1", "w2"].map(go_key);
        if let Some(other) = turned(&note, byte, bit)
            && let Ok(signed) = other.verify(&keys)
        {
            prop_assert_eq!(&other.text, &note.text);
            prop_assert_eq!(signed.len(), 3);
        }
    }

    #[test]
    fn what_is_read_is_written_again(
        text in "[a-z€\\n]{0,20}\\n\\n",
        lines in proptest::collection::vec("(— |- |—)[a+é ]{1,3} [AB+/=]{4,12}", 1..3),
    ) {
        let whole = format!("{text}{}\n", lines.join("\n"));
        if let Ok(note) = whole.parse::<Note>() {
            prop_assert_eq!(note.to_string(), whole);
        }
    }

    #[test]
    fn any_note_is_read_as_it_was_written(
        text in "([ -~€\\n]{0,40})\\n",
        bytes in proptest::collection::vec(any::<u8>(), 1..80),
        id: [u8; 4],
        names in proptest::collection::vec("[^\\s\\p{Cc}+]{1,8}", 1..5),
    ) {
        let signature =
            |text: &String| Signature { name: name(text), id: KeyId(id), bytes: bytes.clone() };
        let note = Note { text, signatures: names.iter().map(signature).collect() };
        prop_assert_eq!(note.to_string().parse(), Ok(note));
    }
}
