//! Whose signatures stand under a group.
use crate::{checkpoint, group::Group, wire::Malformed};
use kiln_evidence::{Algorithm, Checkpoint, Hash, KeyName, Note, Signature, TreeSize, VerifierKey};
use std::{
    ops::Range,
    slice,
    sync::{PoisonError, RwLock},
};

/// A log that hands itself over more often is not followed: each key may cost a verification.
const KEYS_MAX: usize = 4096;

/// A raw Ed25519 key: under each origin it has another name and id.
pub(super) type PublicKey = [u8; 32];

/// Every key that was told of, trusted or not: who may have signed.
#[derive(Debug, Default)]
pub(super) struct Ring(RwLock<Vec<PublicKey>>);

impl Ring {
    pub(super) fn add(&self, key: PublicKey) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() < KEYS_MAX && !keys.contains(&key) {
            keys.push(key);
        }
    }

    /// All of them under this origin.
    pub(super) fn under(&self, origin: &KeyName) -> Vec<VerifierKey> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().filter_map(|key| under(origin, *key)).collect()
    }
}

/// A key under an origin.
pub(super) fn under(origin: &KeyName, key: PublicKey) -> Option<VerifierKey> {
    VerifierKey::new(origin.clone(), Algorithm::Ed25519, key).ok()
}

/// Whose signatures a group has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    Nobodys,
    /// In their order.
    Of(Vec<PublicKey>),
    /// Of a known key, and not over this.
    Bad,
    /// Of a key that is not known, or not yet: this is what it should have signed.
    Unknown(Box<Note>),
}

/// Neighbouring groups with the same signers.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) records: Range<u64>,
    pub(super) groups: u64,
    /// Where the first of them begins.
    pub(super) byte: u64,
    pub(super) signed: Signed,
}

/// Appends a group to the runs.
pub(super) fn push(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.signed == run.signed && last.records.end == run.records.start => {
            last.records.end = run.records.end;
            last.groups += run.groups;
        }
        _ => runs.push(run),
    }
}

/// The note of a group that was followed.
pub(super) fn note_of(group: &Group<'_>, origin: &KeyName) -> Result<Note, Malformed> {
    let signatures = checkpoint::take(group.checkpoint()?, origin)?;
    Ok(Note { text: text(group.trailer.tree_size, group.trailer.root, origin), signatures })
}

fn text(size: u64, root: Hash, origin: &KeyName) -> String {
    Checkpoint { origin: origin.clone(), size: TreeSize(size), root }.to_text()
}

/// Whose signatures a note has, as far as these keys tell.
pub(super) fn signed(note: Note, keys: &[VerifierKey]) -> Signed {
    let mut of = Vec::with_capacity(note.signatures.len());
    for signature in &note.signatures {
        let mut of_id = keys.iter().filter(|key| key.id() == signature.id).peekable();
        if of_id.peek().is_none() {
            return Signed::Unknown(Box::new(note));
        }
        match of_id.find(|key| is_of(&note.text, signature, key)) {
            Some(key) => of.push(key.public_key()),
            None => return Signed::Bad,
        }
    }
    if of.is_empty() { Signed::Nobodys } else { Signed::Of(of) }
}

fn is_of(text: &str, signature: &Signature, key: &VerifierKey) -> bool {
    let note = Note { text: text.to_owned(), signatures: vec![signature.clone()] };
    note.verify(slice::from_ref(key)).is_ok()
}
