use super::*;
use crate::note_vectors::{checkpoint, go, go_key, go_policy, name, signer};
use crate::{Signer, cosignature};

fn cosigned() -> Note {
    go("cosigned").parse().unwrap()
}

/// A policy of the log of `go.json` with these further lines.
fn policy(lines: &str) -> Policy {
    let [old, w1, w2] = ["old", "w1", "w2"].map(go);
    format!("log {old}\nwitness a {w1}\nwitness b {w2}\n{lines}\n").parse().unwrap()
}

#[test]
fn a_cosigned_checkpoint_is_trusted() {
    let trust = go_policy().judge(&cosigned()).unwrap();
    assert_eq!(trust.checkpoint.size.0, 7);
    assert_eq!(trust.log_key, go_key("old"));
    let time = 0x6b02_eb4f;
    let witnesses = ["witness.example/w1", "witness.example/schlüssel"].map(|w| (name(w), time));
    assert_eq!(trust.witnesses, witnesses);
    assert_eq!(trust.quorum, Quorum::Met);
}

#[test]
fn one_key_is_a_policy_without_quorum() {
    let trust = Policy::of_key(go_key("new")).judge(&cosigned()).unwrap();
    assert_eq!((trust.log_key, trust.quorum), (go_key("new"), Quorum::None));
    assert_eq!(trust.witnesses, []);
    let note = cosigned();
    let stranger = VerifierKey::new(name("log"), Algorithm::Ed25519, signer(9).public_key());
    let judged = Policy::of_key(stranger.unwrap()).judge(&note);
    assert_eq!(judged, Err(PolicyError::UnknownLog));
    // A witness's key of the log's name is not the log's.
    let origin = go_key("old").name().clone();
    let public = signer(1).public_key();
    let witness = VerifierKey::new(origin, Algorithm::CosignatureV1, public).unwrap();
    assert_eq!(Policy::of_key(witness).judge(&note), Err(PolicyError::NotALogKey));
}

#[test]
fn a_quorum_counts_witnesses_as_it_says() {
    use Quorum::{Met, Missing, None};
    let [mut first, mut second, mut neither] = [cosigned(), cosigned(), cosigned()];
    first.signatures.remove(3);
    second.signatures.remove(2);
    neither.signatures.truncate(2);
    let notes = [&cosigned(), &first, &second, &neither];
    let rules = [
        ("quorum none", [None, None, None, None]),
        ("quorum a", [Met, Met, Missing, Missing]),
        ("quorum b", [Met, Missing, Met, Missing]),
        ("group g any a b\nquorum g", [Met, Met, Met, Missing]),
        ("group g 1 a b\nquorum g", [Met, Met, Met, Missing]),
        ("group g 2 a b\nquorum g", [Met, Missing, Missing, Missing]),
        ("group g all a b\nquorum g", [Met, Missing, Missing, Missing]),
        ("group g all a\ngroup h 2 g b\nquorum h", [Met, Missing, Missing, Missing]),
        ("group g all a\ngroup h 1 b g\nquorum h", [Met, Met, Met, Missing]),
        ("group g all a\ngroup h all b\nquorum g", [Met, Met, Missing, Missing]),
    ];
    for (lines, expected) in rules {
        let quorums = notes.map(|note| policy(lines).judge(note).unwrap().quorum);
        assert_eq!(quorums, expected, "{lines}");
    }
}

#[test]
fn one_witness_counts_once_and_with_its_first_time() {
    let mut note = cosigned();
    note.signatures.remove(3);
    let (witness, body) = (note.signatures[2].name.clone(), note.text.clone());
    let earlier = cosignature::cosign(&body, &witness, 17, &signer(3)).unwrap();
    note.signatures.push(earlier);
    let trust = policy("group g 2 a b\nquorum g").judge(&note).unwrap();
    assert_eq!(trust.witnesses, [(witness, 17)]);
    assert_eq!(trust.quorum, Quorum::Missing);
}

/// c2sp.org/signed-note § Signatures: a known key's bad signature condemns the whole note.
#[test]
fn a_bad_signature_of_a_known_key_is_no_missing_one() {
    for at in [0, 2, 3] {
        let mut note = cosigned();
        note.signatures[at].bytes[20] ^= 1;
        let named = note.signatures[at].name.clone();
        let judged = policy("quorum none").judge(&note);
        assert_eq!(judged, Err(PolicyError::Note(NoteError::Invalid(named))));
    }
    // `new` is not in this policy: its line says nothing.
    let mut note = cosigned();
    note.signatures[1].bytes[20] ^= 1;
    assert!(policy("quorum none").judge(&note).is_ok());
}

#[test]
fn witnesses_do_not_sign_for_a_log_nor_a_log_for_another() {
    let mut note = cosigned();
    note.signatures.drain(..2);
    assert_eq!(policy("quorum a").judge(&note), Err(PolicyError::NotSigned));
    // A key that the policy has for one log, under the checkpoint of another.
    let other = checkpoint("other.example/log");
    let mut note = other.sign(&signer(9)).unwrap();
    assert_eq!(policy("quorum none").judge(&note), Err(PolicyError::UnknownLog));
    let text = other.to_text();
    let bytes = signer(1).sign(text.as_bytes()).unwrap().to_vec();
    let key = go_key("old");
    let line = crate::Signature { name: key.name().clone(), id: key.id(), bytes };
    note.signatures.push(line);
    assert_eq!(policy("quorum none").judge(&note), Err(PolicyError::UnknownLog));
    let key = verifier("other.example/log", 8);
    let two = format!("log {}\nlog {key}\nquorum none\n", go("old"));
    assert_eq!(Policy::parse(&two).unwrap().judge(&note), Err(PolicyError::NotSigned));
}

fn verifier(log: &str, seed: u8) -> VerifierKey {
    VerifierKey::new(name(log), Algorithm::Ed25519, signer(seed).public_key()).unwrap()
}

#[test]
fn a_note_that_is_no_checkpoint_is_not_judged() {
    let odd: Note = go("odd").parse().unwrap();
    let judged = policy("quorum none").judge(&odd);
    assert!(matches!(judged, Err(PolicyError::Checkpoint(_))));
}

/// A policy file cannot say so, but the log's server puts its own key into the file that it has.
#[test]
fn a_log_is_never_its_own_witness() {
    let witness = go_key("w1");
    let log = VerifierKey::new(name("log"), Algorithm::Ed25519, witness.public_key()).unwrap();
    let mut note = checkpoint("log").sign(&signer(3)).unwrap();
    let line = cosignature::cosign(&note.text, witness.name(), 17, &signer(3)).unwrap();
    note.signatures.push(line);
    let trust = policy("quorum a").of_log(log).judge(&note).unwrap();
    assert_eq!((trust.witnesses, trust.quorum), (Vec::new(), Quorum::Missing));
}

#[test]
fn a_checkpoint_signed_by_the_log_alone_is_self_signed() {
    let note: Note = go("checkpoint").parse().unwrap();
    let trust = policy("quorum none").judge(&note).unwrap();
    assert_eq!((trust.witnesses.as_slice(), trust.quorum), ([].as_slice(), Quorum::None));
    assert_eq!(policy("quorum a").judge(&note).unwrap().quorum, Quorum::Missing);
}

#[test]
fn a_policy_is_told_of_one_log_with_its_witnesses_and_its_quorum() {
    let text = "# ours\nlog {old} https://log.example\nwitness a {w1} \n\tgroup g 1 a\nquorum g\n";
    let text = text.replace("{old}", &go("old")).replace("{w1}", &go("w1"));
    let told = Policy::parse(&text).unwrap().text_of_log(&go_key("old"));
    assert!(!told.contains("ours") && !told.contains("https://"), "{told}");
    let read: Policy = told.parse().unwrap();
    let trust = read.judge(&cosigned()).unwrap();
    assert_eq!((trust.log_key, trust.quorum), (go_key("old"), Quorum::Met));
    // Without witnesses it is a policy, too.
    let read: Policy = Policy::of_key(go_key("new")).text_of_log(&go_key("new")).parse().unwrap();
    assert_eq!(read.judge(&cosigned()).unwrap().quorum, Quorum::None);
}
