//! Whom a verifier trusts: c2sp.org/tlog-policy.

mod rule;
mod text;

pub use text::{PolicyFault, PolicyTextError};

use crate::{Algorithm, Checkpoint, CheckpointError, KeyName, Note, NoteError, VerifierKey};
use rule::Rule;
use std::str::FromStr;
use thiserror::Error;

/// The longest policy that is read, in bytes.
pub const MAX_POLICY: usize = 64 * 1024;

/// The known logs and witnesses, and which witnesses are enough.
#[derive(Clone, Debug)]
pub struct Policy {
    logs: Vec<PolicyKey>,
    witnesses: Vec<PolicyKey>,
    rule: Rule,
    /// The lines that say who witnesses, and who of them is enough.
    witnessing: String,
}

/// Of a policy without witnesses.
const NOBODY: &str = "quorum none\n";

/// A log or a witness of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyKey {
    /// Its key. A log's name is its origin.
    pub key: VerifierKey,
    /// Where it is reached. No verdict depends on it.
    pub url: Option<String>,
}

/// Who vouches for a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The log's size and root.
    pub checkpoint: Checkpoint,
    /// The key of the policy that signed for the log; the first one where several did.
    pub log_key: VerifierKey,
    /// The policy's witnesses that cosigned it, each once, by the names of their keys, with the
    /// time in seconds since 1970.
    pub witnesses: Vec<(KeyName, u64)>,
    /// Whether these are enough.
    pub quorum: Quorum,
}

/// Whether as many witnesses cosigned as the policy asks for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Quorum {
    /// The policy asks for none: self-signed only.
    None,
    /// Enough of them did.
    Met,
    /// They did not: the checkpoint is not to be trusted under this policy.
    Missing,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// [`PolicyTextError`] with the line.
    pub fn parse(text: &str) -> Result<Self, PolicyTextError> {
        text::parse(text)
    }

    /// A policy of one log's key without witnesses and quorum.
    ///
    /// The key has to be of [`Algorithm::Ed25519`]: with another [`judge`](Self::judge) refuses
    /// every checkpoint of this log.
    pub fn of_key(key: VerifierKey) -> Self {
        let logs = vec![PolicyKey { key, url: None }];
        Self { logs, witnesses: Vec::new(), rule: Rule::default(), witnessing: NOBODY.to_owned() }
    }

    /// The same witnesses and quorum, and this log alone: its own server knows its key otherwise.
    #[must_use]
    pub fn of_log(&self, key: VerifierKey) -> Self {
        Self { logs: vec![PolicyKey { key, url: None }], ..self.clone() }
    }

    /// A policy file of this log alone, with the same witnesses and quorum.
    pub fn text_of_log(&self, key: &VerifierKey) -> String {
        format!("log {key}\n{}", self.witnessing)
    }

    /// The logs, in the file's order.
    pub fn logs(&self) -> &[PolicyKey] {
        &self.logs
    }

    /// The witnesses, in the file's order.
    pub fn witnesses(&self) -> &[PolicyKey] {
        &self.witnesses
    }

    /// Who vouches for this checkpoint.
    ///
    /// # Errors
    /// Where it is no checkpoint, is of a log that the policy does not know, is not signed by a
    /// key that the policy has for this log, or a signature of a known log key or witness does
    /// not verify. A missing quorum is no error: it stands in what comes back.
    pub fn judge(&self, note: &Note) -> Result<Trust, PolicyError> {
        let checkpoint = Checkpoint::parse(&note.text)?;
        let signed = note.signed_by(self.keys_for(&checkpoint.origin)?)?;
        let log = signed.iter().find(|signed| signed.seconds.is_none());
        let log_key = log.ok_or(PolicyError::NotSigned)?.key.clone();
        let has_signed = |it: &PolicyKey| signed.iter().any(|signed| *signed.key == it.key);
        let cosigned: Vec<bool> = self.witnesses.iter().map(has_signed).collect();
        let times = signed.iter().filter_map(|it| Some((it.key.name().clone(), it.seconds?)));
        let (witnesses, quorum) = (times.collect(), self.rule.quorum(&cosigned));
        Ok(Trust { checkpoint, log_key, witnesses, quorum })
    }

    /// The log's keys and the witnesses'.
    fn keys_for(&self, origin: &KeyName) -> Result<Vec<&VerifierKey>, PolicyError> {
        let mut keys = self.log_keys(origin)?;
        let logs: Vec<_> = keys.iter().map(|key| key.public_key()).collect();
        // A key of the log never counts as a witness of its own: see `of_log`.
        let witnesses = self.witnesses.iter().map(|witness| &witness.key);
        keys.extend(witnesses.filter(|key| !logs.contains(&key.public_key())));
        Ok(keys)
    }

    /// The keys of a log: its key's name is its origin (§ Defining a log).
    fn log_keys(&self, origin: &KeyName) -> Result<Vec<&VerifierKey>, PolicyError> {
        let keys = self.logs.iter().map(|log| &log.key);
        let keys: Vec<_> = keys.filter(|key| key.name() == origin).collect();
        if keys.is_empty() {
            return Err(PolicyError::UnknownLog);
        }
        let all_sign = keys.iter().all(|key| key.algorithm() == Algorithm::Ed25519);
        all_sign.then_some(keys).ok_or(PolicyError::NotALogKey)
    }
}

impl FromStr for Policy {
    type Err = PolicyTextError;

    fn from_str(text: &str) -> Result<Self, PolicyTextError> {
        Self::parse(text)
    }
}

/// Why a checkpoint is not trusted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// The note's text is not one.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The policy has no log of this origin.
    #[error("the policy has no key of this log")]
    UnknownLog,
    /// The key that was given for the log cannot be one.
    #[error("the key given for this log is a witness's: its signature type is not 0x01")]
    NotALogKey,
    /// No key of the log signed it.
    #[error("no key that the policy has for this log signed it")]
    NotSigned,
    /// A known key's signature does not verify.
    #[error(transparent)]
    Note(#[from] NoteError),
}

#[cfg(test)]
mod tests;
