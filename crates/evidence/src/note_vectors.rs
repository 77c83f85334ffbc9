//! Notes that others' programs made, for the tests.
//!
//! `go.json` was written by a Go program over golang.org/x/mod v0.42.0 (`sumdb/note`,
//! `sumdb/tlog`) and github.com/transparency-dev/formats v0.1.1 (`note`, `proof`), and is ours.
//! Its keys are of the seeds 0x01…01 (`old`) and 0x02…02 (`new`), both the log's, 0x03…03 (`w1`)
//! and 0x04…04 (`w2`), both witnesses'. The log has 7 leaves, at 4 a record with the salt 0x5a…5a;
//! the others are the single bytes 0 to 6.

use crate::{Checkpoint, Ed25519Signer, Hash, KeyName, Note, Policy, TreeSize, VerifierKey};
use std::collections::HashMap;

/// One value of `go.json`.
pub(crate) fn go(name: &str) -> String {
    let mut values: HashMap<String, String> =
        serde_json::from_str(include_str!("note_vectors/go.json")).unwrap();
    values.remove(name).unwrap_or_else(|| panic!("no vector {name}"))
}

/// A verifier key of `go.json`.
pub(crate) fn go_key(name: &str) -> VerifierKey {
    go(name).parse().unwrap()
}

/// The log's key and a quorum of both witnesses.
pub(crate) fn go_policy() -> Policy {
    let [old, w1, w2] = ["old", "w1", "w2"].map(go);
    format!("log {old}\nwitness a {w1}\nwitness b {w2}\ngroup both all a b\nquorum both\n")
        .parse()
        .unwrap()
}

/// The private key of a seed of 32 equal bytes.
pub(crate) fn signer(seed: u8) -> Ed25519Signer {
    Ed25519Signer::from_seed([seed; 32])
}

/// A small checkpoint of a log, not signed.
pub(crate) fn checkpoint(origin: &str) -> Checkpoint {
    Checkpoint { origin: origin.parse().unwrap(), size: TreeSize(7), root: Hash([7; 32]) }
}

/// A name that is one.
pub(crate) fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

/// The note with one bit of its text form turned, where that still is a note.
pub(crate) fn turned(note: &Note, byte: usize, bit: u8) -> Option<Note> {
    let mut bytes = note.to_string().into_bytes();
    let at = byte % bytes.len();
    bytes[at] ^= 1 << bit;
    Note::parse(&bytes).ok()
}
