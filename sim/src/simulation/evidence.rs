//! What the log has signed and stated, against what it is in the end.

use super::Simulation;
use crate::oracle::Entry;
use kiln_evidence::{
    Ed25519Signer, Hash, Leaf, Signer, Tree, TreeSize, VerifierKey, commitment, leaf_hash,
};
use kiln_store::{
    AppendError, Appended, LogIndex, RecordKind, SignedCheckpoint, Snapshot, Statement, Waiter,
};
use std::{collections::BTreeMap, slice, sync::Arc};

/// The keys of a run: each follows the one before.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// The number of the one in force, as far as is known.
    number: u8,
    /// A change that was asked for and not answered.
    change: Option<Waiter>,
    /// A change that may have happened.
    in_doubt: bool,
}

/// Every checkpoint that a reader ever saw, by its size.
pub(super) type Released = BTreeMap<LogIndex, Arc<SignedCheckpoint>>;

fn signer_of(number: u8) -> Ed25519Signer {
    Ed25519Signer::from_seed([number; 32])
}

impl Keys {
    /// The one to open the log with.
    pub(super) fn signer(&self) -> Arc<dyn Signer> {
        Arc::new(signer_of(self.number))
    }

    /// Whether no change is under way.
    pub(super) fn is_settled(&self) -> bool {
        self.change.is_none()
    }

    /// The log says that another key is in force.
    pub(super) fn is_other(&mut self) {
        assert!(std::mem::take(&mut self.in_doubt), "the log's key has changed by itself");
        self.number += 1;
    }

    /// The log has opened with the key.
    pub(super) fn is_right(&mut self) {
        self.in_doubt = false;
    }

    fn take_answer(&mut self, answer: Option<Result<Appended, AppendError>>) {
        match answer {
            Some(Ok(_)) => self.number += 1,
            Some(Err(AppendError::Full)) => {}
            Some(Err(AppendError::Poisoned | AppendError::Closed)) | None => self.in_doubt = true,
            Some(Err(error)) => panic!("a change of keys: {error}"),
        }
    }
}

impl Simulation {
    /// Hands the log over to the next key, one at a time.
    pub(super) fn change_key(&mut self) {
        if self.keys.change.is_none() {
            let next = Arc::new(signer_of(self.keys.number + 1));
            match self.store().rotate_key(next) {
                Ok(waiter) => self.keys.change = Some(waiter),
                Err(AppendError::Poisoned) => self.note_poison(),
                Err(AppendError::Busy) => {}
                Err(error) => panic!("a change of keys: {error}"),
            }
        }
    }

    /// Takes the answer of a change of keys that has come.
    pub(super) fn collect_key(&mut self) {
        if let Some(mut waiter) = self.keys.change.take() {
            match waiter.try_recv() {
                Ok(answer) => self.keys.take_answer(Some(answer)),
                Err(_) => self.keys.change = Some(waiter),
            }
        }
    }

    /// As [`collect_key`](Self::collect_key), when nobody will answer any more.
    pub(super) fn collect_last_key(&mut self) {
        if let Some(mut waiter) = self.keys.change.take() {
            self.keys.take_answer(waiter.try_recv().ok());
        }
    }

    /// Takes in what the log states next.
    pub(super) fn take_statements(&mut self, snapshot: &Snapshot) {
        while let at = LogIndex(self.oracle.log.len() as u64)
            && at < snapshot.size()
            && snapshot.read(at).expect("readable").envelope.kind == RecordKind::Statement
        {
            self.oracle.log.push(Entry::Statement);
        }
    }

    /// A record stands at this position: whatever stands before it and was not sent is stated.
    /// That it is, shows when all records are checked.
    pub(super) fn take_statements_before(&mut self, at: LogIndex) {
        const MOST: u64 = 4;
        let next = self.oracle.log.len() as u64;
        assert!((next..=next + MOST).contains(&at.0), "positions follow each other");
        self.oracle.log.extend((next..at.0).map(|_| Entry::Statement));
    }

    /// Keeps a checkpoint that any reader may have seen.
    pub(super) fn note_checkpoint(&mut self, snapshot: &Snapshot) {
        let signed = snapshot.checkpoint().expect("a log with a key is signed");
        assert_eq!(signed.checkpoint.size, TreeSize(snapshot.size().0), "of exactly this size");
        assert_eq!(signed.checkpoint.root, snapshot.root(), "of exactly this root");
        let known = self.released.entry(snapshot.size()).or_insert_with(|| Arc::clone(signed));
        assert_eq!(known.note, signed.note, "two checkpoints of one size");
    }

    /// Every checkpoint that was ever released is of the log as it is in the end, and signed by the
    /// key that the log states for its size.
    pub(super) fn check_released(&mut self) {
        let snapshot = self.store().snapshot();
        let roots = roots(&snapshot);
        let keys = self.check_statements(&snapshot);
        for (size, signed) in &self.released {
            assert_eq!(roots[size.0 as usize], signed.checkpoint.root, "a fork at {size:?}");
            let (_, key) = keys.range(..size).next_back().expect("a key from the beginning");
            assert_eq!(*key, signed.key, "the key in force at {size:?}");
            let signed_by = signed.note.verify(slice::from_ref(key)).expect("a good signature");
            assert_eq!(signed_by, [key], "at {size:?}");
        }
        self.report.checkpoints = self.released.len() as u64;
        self.report.key_changes = keys.len() as u64 - 1;
    }

    /// The log states each beginning, end and change of its key; returns the keys, each with the
    /// position of what states it.
    fn check_statements(&mut self, snapshot: &Snapshot) -> BTreeMap<LogIndex, VerifierKey> {
        let stated = snapshot.statements().expect("an index answers");
        let oracle = self.oracle.log.iter().enumerate();
        let oracle = oracle.filter(|(_, entry)| matches!(entry, Entry::Statement));
        let oracle: Vec<_> = oracle.map(|(at, _)| LogIndex(at as u64)).collect();
        assert_eq!(stated, oracle, "where the log's statements stand");
        let mut keys: BTreeMap<LogIndex, VerifierKey> = BTreeMap::new();
        let mut starts = 0;
        for at in stated {
            let record = snapshot.read(at).expect("readable");
            assert_eq!(record.envelope.principal, "kiln");
            match Statement::from_json(&record.body).expect("a statement") {
                Statement::Genesis { key, .. } => {
                    assert_eq!(at, LogIndex(0), "a log begins once");
                    keys.insert(at, key.parse().expect("a key"));
                }
                Statement::KeyChange { old, new } => {
                    let last = keys.last_key_value().expect("a genesis").1;
                    assert_eq!(last.to_string(), old, "the keys follow each other");
                    keys.insert(at, new.parse().expect("a key"));
                }
                Statement::Start { .. } => starts += 1,
                Statement::Stop => self.report.stops_stated += 1,
                other => panic!("{other:?} was not asked for"),
            }
        }
        let opened = self.report.opened + self.report.not_opened;
        assert!(starts <= opened, "{starts} starts of {opened}");
        self.report.starts_stated += starts;
        keys
    }
}

/// The root at every size, from nothing but what proves each record.
fn roots(snapshot: &Snapshot) -> Vec<Hash> {
    let mut tree = Tree::default();
    let mut roots = vec![tree.root()];
    for at in (0..snapshot.size().0).map(LogIndex) {
        let (record, salt, envelope) = snapshot.evidence_of(at).expect("readable");
        let leaf = Leaf {
            kind: record.envelope.kind as u8,
            received_second: record.envelope.received.0 as u64 / 1000,
            commitment: commitment(&salt, &envelope, &record.body),
        };
        tree.push(leaf_hash(&leaf.to_bytes()));
        roots.push(tree.root());
    }
    roots
}
