//! What a witness decides: check and store are one step for each log.
use crate::{
    known_logs::KnownLogs,
    state::{StateError, StateFile},
};
use kiln_evidence::{
    AddCheckpoint, Algorithm, Checkpoint, KeyName, Note, Signature, Signer, Tree, TreeSize,
    VerifierKey, cosignature, origin_hash, verify_consistency,
};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use thiserror::Error;

/// What a witness is started with.
pub struct WitnessSettings {
    /// Its name, as it stands in its cosignatures: a URL without a scheme.
    pub name: KeyName,
    /// Its key, which signs nothing else: a cosignature does not commit to the name.
    pub key: Arc<dyn Signer>,
    /// The logs that it cosigns for.
    pub logs: KnownLogs,
    /// Where its state is, and `.next` and `.lock` beside it.
    pub state: PathBuf,
}

/// A witness with its state.
pub struct Witness {
    key: VerifierKey,
    signer: Arc<dyn Signer>,
    logs: KnownLogs,
    memory: Mutex<Memory>,
}

/// The newest checkpoint of a log that was cosigned.
pub(crate) struct Known {
    pub(crate) checkpoint: Checkpoint,
    /// With the log's signatures that were verified and this witness's cosignature.
    pub(crate) note: Note,
}

/// By origin; the file says the same.
struct Memory {
    known: BTreeMap<String, Known>,
    file: StateFile,
}

/// Why a checkpoint is not cosigned (<https://c2sp.org/tlog-witness>, "add-checkpoint").
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Refused {
    /// 400
    #[error("not an add-checkpoint request")]
    Malformed,
    /// 400
    #[error("the old size is larger than the checkpoint's")]
    OldIsLarger,
    /// 404
    #[error("this log is not known here")]
    UnknownLog,
    /// 403
    #[error("no valid signature of a key that is known for this log")]
    Signature,
    /// 409, with the size of the newest checkpoint that was cosigned.
    #[error("the old size is not that of the newest cosigned checkpoint")]
    OtherSize(TreeSize),
    /// 422
    #[error("the checkpoint is not consistent with the newest cosigned one")]
    Inconsistent,
    /// 500: nothing was cosigned.
    #[error("the state cannot be stored")]
    NotStored,
    /// 500: nothing was cosigned.
    #[error("the key does not sign")]
    NotSigned,
}

impl Witness {
    /// Takes up the state where it is.
    ///
    /// # Errors
    /// The public key is none; the state is damaged, another key's, or another process's; the disk.
    pub fn open(settings: WitnessSettings) -> Result<Self, StateError> {
        let WitnessSettings { name, key: signer, logs, state } = settings;
        let key = VerifierKey::new(name, Algorithm::CosignatureV1, signer.public_key());
        let key = key.ok().ok_or(StateError::NoKey)?;
        let (file, known) = StateFile::open(&state, &key)?;
        Ok(Self { key, signer, logs, memory: Mutex::new(Memory { known, file }) })
    }

    /// What others verify its cosignatures with.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Answers `add-checkpoint` at `now` (seconds since 1970): cosigns the checkpoint, and has it
    /// on disk when it returns. It waits for the disk, and for others that ask.
    pub fn add(&self, request: &[u8], now: u64) -> Result<Signature, Refused> {
        let request = AddCheckpoint::parse(request).ok().ok_or(Refused::Malformed)?;
        let checkpoint = Checkpoint::parse(&request.checkpoint.text).ok();
        let checkpoint = checkpoint.ok_or(Refused::Malformed)?;
        let signed = self.signed_by_log(&request.checkpoint, &checkpoint.origin)?;
        if request.old > checkpoint.size {
            return Err(Refused::OldIsLarger);
        }
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        check(&request, &checkpoint, memory.known.get(checkpoint.origin.as_str()))?;
        let cosigned = cosignature::cosign(&signed.text, self.key.name(), now, &*self.signer);
        let cosignature = cosigned.map_err(|error| {
            tracing::error!(%error, "the key does not sign");
            Refused::NotSigned
        })?;
        let mut note = signed;
        note.signatures.push(cosignature.clone());
        // With one line more it may be longer than what is read: no start would take the state.
        if Note::parse(note.to_string().as_bytes()).as_ref() != Ok(&note) {
            return Err(Refused::Malformed);
        }
        memory.store(Known { checkpoint, note })?;
        Ok(cosignature)
    }

    /// The newest checkpoint that was cosigned for the log whose origin has this hash (lower-case
    /// hex of SHA-256).
    pub fn newest(&self, hash: &str) -> Option<String> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = memory.known.values();
        let found = known.find(|known| origin_hash(&known.checkpoint.origin) == hash)?;
        Some(found.note.to_string())
    }

    /// The note with the signatures of the log's known keys alone, all of which are good.
    fn signed_by_log(&self, note: &Note, origin: &KeyName) -> Result<Note, Refused> {
        let keys = self.logs.keys(origin);
        if keys.is_empty() {
            return Err(Refused::UnknownLog);
        }
        note.verify(keys).ok().ok_or(Refused::Signature)?;
        let is_known = |signature: &&Signature| {
            keys.iter().any(|key| *key.name() == signature.name && key.id() == signature.id)
        };
        let signatures = note.signatures.iter().filter(is_known).cloned().collect();
        Ok(Note { text: note.text.clone(), signatures })
    }
}

/// Whether the checkpoint goes on where the newest one ends.
fn check(
    request: &AddCheckpoint,
    checkpoint: &Checkpoint,
    known: Option<&Known>,
) -> Result<(), Refused> {
    let newest = known.map_or_else(TreeSize::default, |known| known.checkpoint.size);
    if request.old != newest {
        return Err(Refused::OtherSize(newest));
    }
    let empty = Tree::default().root();
    let root = known.map_or(empty, |known| known.checkpoint.root);
    let is_consistent = if checkpoint.size == newest {
        checkpoint.root == root && request.proof.is_empty()
    } else if newest == TreeSize(0) {
        // The empty tree is consistent with any tree.
        request.proof.is_empty()
    } else {
        verify_consistency(newest, checkpoint.size, &request.proof, &root, &checkpoint.root).is_ok()
    };
    if is_consistent { Ok(()) } else { Err(Refused::Inconsistent) }
}

impl Memory {
    /// First the file, then the memory. Where the file fails, what was cosigned before stands: the
    /// new cosignature has not left.
    fn store(&mut self, new: Known) -> Result<(), Refused> {
        let origin = new.checkpoint.origin.as_str().to_owned();
        let others = self.known.iter().filter(|(other, _)| **other != origin);
        let all = others.map(|(_, known)| known).chain([&new]);
        self.file.replace(all).map_err(|error| {
            tracing::error!(%error, "the state cannot be stored");
            Refused::NotStored
        })?;
        tracing::info!(%origin, size = new.checkpoint.size.0, "cosigned a checkpoint");
        self.known.insert(origin, new);
        Ok(())
    }
}
