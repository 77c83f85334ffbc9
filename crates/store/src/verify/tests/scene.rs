//! The log that is tampered with, and what others have kept of it.
use super::{
    memory::Files,
    model::{Model, key_of, signer},
    stores::{World, fill_by, seal},
};
use crate::{
    Settings, Statement,
    checkpoint::SignedCheckpoint,
    testing::{answer, signed, small},
};
use kiln_evidence::{Algorithm, Note, Policy, Quorum, Signer, VerifierKey, cosignature};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The keys of the log, one after the other.
pub(super) const SEEDS: [u8; 2] = [1, 2];
/// The key of somebody else.
pub(super) const FOREIGN: u8 = 9;
const WITNESS: u8 = 50;

/// A log with several segments, starts, keys and an anchor.
pub(super) struct Scene {
    pub(super) files: Files,
    pub(super) model: Model,
    /// What the folder once was: after a clean stop, and while Kiln ran.
    pub(super) older: [Files; 2],
    /// The log of another tenant, under the same key.
    pub(super) other: Files,
    /// The key in force at the end.
    pub(super) key: VerifierKey,
    /// The newest checkpoint, as the side file has it.
    pub(super) side: Note,
    /// An older one, as receipts have it.
    pub(super) receipt: Note,
    /// The newest checkpoint, cosigned.
    pub(super) witnessed: Note,
}

fn settings() -> Settings {
    Settings { seal_records: 70, spill_records: 30, ..small() }
}

pub(super) fn scene() -> Scene {
    let world = World::new();
    let store = world.open_with(signed(SEEDS[0]), settings());
    fill_by(&store, 100, 4);
    store.close().unwrap();
    let clean = world.log();
    let store = world.open_with(signed(SEEDS[0]), settings());
    fill_by(&store, 160, 4);
    let newest = cosigned(store.snapshot().checkpoint().unwrap());
    let checkpoint =
        super::super::whole::hex(&kiln_evidence::Hash(Sha256::digest(&newest.text).into()));
    let anchored = store.state(Statement::Anchor { checkpoint, note: newest.to_string() }).unwrap();
    while store.step() {}
    answer(anchored).unwrap();
    let changed = store.rotate_key(Arc::new(signer(SEEDS[1]))).unwrap();
    while store.step() {}
    answer(changed).unwrap();
    fill_by(&store, 230, 4);
    seal(&store);
    let running = world.log();
    let receipt = store.snapshot().checkpoint().unwrap().note.clone();
    drop(store);
    let store = world.open_with(signed(SEEDS[1]), settings());
    fill_by(&store, 300, 4);
    seal(&store);
    store.close().unwrap();
    let side = world.note();
    let origin = receipt.signatures[0].name.clone();
    let files = world.log();
    Scene {
        model: Model::of(&files, &SEEDS),
        files,
        older: [clean, running],
        other: other(),
        key: key_of(SEEDS[1], &origin),
        witnessed: cosign(side.clone()),
        side,
        receipt,
    }
}

fn other() -> Files {
    let world = World::new();
    let store = world.open_with(signed(SEEDS[1]), settings());
    fill_by(&store, 300, 4);
    seal(&store);
    store.close().unwrap();
    world.log()
}

fn cosigned(signed: &SignedCheckpoint) -> Note {
    cosign(signed.note.clone())
}

/// What a witness answers, judged as a policy with it does.
fn cosign(mut note: Note) -> Note {
    let name = "witness.example".parse().unwrap();
    let witness = signer(WITNESS);
    note.signatures.push(cosignature::cosign(&note.text, &name, 1_700_000_000, &witness).unwrap());
    let log = SEEDS.map(|seed| key_of(seed, &note.signatures[0].name));
    let key = VerifierKey::new(name, Algorithm::CosignatureV1, witness.public_key()).unwrap();
    let log = log.iter().find(|key| key.id() == note.signatures[0].id).unwrap();
    let policy = format!("log {log}\nwitness w {key}\nquorum w\n");
    let trust = Policy::parse(&policy).unwrap().judge(&note).unwrap();
    assert_eq!(trust.quorum, Quorum::Met);
    note
}
