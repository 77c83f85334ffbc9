//! What a witness remembers: one file, replaced as a whole.
#![expect(clippy::disallowed_methods, reason = "the one place of this room that touches files")]

use crate::witness::Known;
use kiln_evidence::{Checkpoint, Note, VerifierKey};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// The file, held by this process alone.
pub(crate) struct StateFile {
    path: PathBuf,
    /// Locked as long as it is open. The state itself is replaced, and a lock would go with it.
    _lock: File,
}

/// Why a witness cannot begin with a state file.
#[derive(Debug, Error)]
pub enum StateError {
    /// The signer's public key is not one.
    #[error("the witness's public key is no Ed25519 key")]
    NoKey,
    /// The disk.
    #[error("{}: {error}", path.display())]
    Io {
        /// Of which file.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// Another process has it.
    #[error("{}: another witness runs with this state", .0.display())]
    InUse(PathBuf),
    /// It is not what a witness wrote.
    #[error("{}: damaged, or the state of a later version", .0.display())]
    Damaged(PathBuf),
    /// It was written by a witness with another key: nobody knows what that one has cosigned since.
    #[error("{}: another key cosigned this: give that key, or another state", .0.display())]
    OtherKey(PathBuf),
}

/// The file's content: JSON, so that people can read it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    format: String,
    version: u32,
    /// One note for each log, cosigned.
    checkpoints: Vec<String>,
}

const FORMAT: &str = "kiln-witness-state";
const VERSION: u32 = 1;
/// As many as Linux follows (`path_resolution(7)`).
const LINKS_MAX: usize = 40;

impl StateFile {
    /// Locks and reads it; where there is none, nothing was ever cosigned.
    pub(crate) fn open(
        path: &Path,
        key: &VerifierKey,
    ) -> Result<(Self, BTreeMap<String, Known>), StateError> {
        let path =
            &canonical(path).map_err(|error| StateError::Io { path: path.to_owned(), error })?;
        let lock = locked(path)?;
        let file = Self { path: path.clone(), _lock: lock };
        let known = match fs::read(path) {
            Ok(bytes) => file.read(&bytes, key)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                tracing::warn!(path = %path.display(), "no state is there: every log begins anew");
                BTreeMap::new()
            }
            Err(error) => return Err(StateError::Io { path: path.to_owned(), error }),
        };
        Ok((file, known))
    }

    /// Replaces it; when this returns, the new one survives a power cut.
    pub(crate) fn replace<'a>(&self, known: impl Iterator<Item = &'a Known>) -> io::Result<()> {
        let content = Content {
            format: FORMAT.to_owned(),
            version: VERSION,
            checkpoints: known.map(|known| known.note.to_string()).collect(),
        };
        let next = beside(&self.path, "next");
        let mut file = File::create(&next)?;
        file.write_all(&serde_json::to_vec_pretty(&content)?)?;
        file.sync_all()?;
        fs::rename(&next, &self.path)?;
        File::open(folder(&self.path))?.sync_all()
    }

    fn read(&self, bytes: &[u8], key: &VerifierKey) -> Result<BTreeMap<String, Known>, StateError> {
        let damaged = || StateError::Damaged(self.path.clone());
        let content: Content = serde_json::from_slice(bytes).ok().ok_or_else(damaged)?;
        if content.format != FORMAT || content.version != VERSION {
            return Err(damaged());
        }
        let mut known = BTreeMap::new();
        for text in content.checkpoints {
            let note: Note = text.parse().ok().ok_or_else(damaged)?;
            let checkpoint = Checkpoint::parse(&note.text).ok().ok_or_else(damaged)?;
            self.own(&note, key)?;
            known.insert(checkpoint.origin.as_str().to_owned(), Known { checkpoint, note });
        }
        Ok(known)
    }

    /// Whether this witness cosigned it: a bit that changed on disk is not taken for a size.
    fn own(&self, note: &Note, key: &VerifierKey) -> Result<(), StateError> {
        let mut named = note.signatures.iter();
        if !named.any(|signature| signature.name == *key.name() && signature.id == key.id()) {
            return Err(StateError::OtherKey(self.path.clone()));
        }
        match note.verify(std::slice::from_ref(key)) {
            Ok(_) => Ok(()),
            Err(_) => Err(StateError::Damaged(self.path.clone())),
        }
    }
}

/// The file's one name: by another one, through a link, a second witness would hold another lock,
/// and a rename would leave it another file.
fn canonical(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let whole = folder(&path).canonicalize()?.join(name);
        match fs::read_link(&whole) {
            // The file that a link names need not be there yet.
            Ok(target) => path = folder(&whole).join(target),
            Err(_no_link) => return Ok(whole),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn locked(state: &Path) -> Result<File, StateError> {
    let path = beside(state, "lock");
    let opened = OpenOptions::new().create(true).append(true).open(&path);
    let file = opened.map_err(|error| StateError::Io { path: path.clone(), error })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse(state.to_owned())),
        Err(TryLockError::Error(error)) => Err(StateError::Io { path, error }),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
