//! The logs that a witness cosigns for.
use kiln_evidence::{Algorithm, KeyName, VerifierKey};
use std::{collections::BTreeMap, str::FromStr};
use thiserror::Error;

/// The keys that are trusted for each origin. A log that changes its key has two lines for a while.
#[derive(Clone, Debug, Default)]
pub struct KnownLogs {
    of: BTreeMap<String, Vec<VerifierKey>>,
}

/// Why a list of logs cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum KnownLogsError {
    /// A line is neither empty, nor a comment, nor `log <vkey> [<url>]`.
    #[error("line {0}: neither `log <vkey> [<url>]` nor a comment")]
    Line(usize),
    /// A line's key cannot be read.
    #[error("line {0}: this is no verifier key of an Ed25519 log key")]
    Key(usize),
    /// A key stands there twice (<https://c2sp.org/tlog-policy>, "Defining a log").
    #[error("line {0}: this key was named before")]
    Twice(usize),
    /// There are more than [`KEYS_MAX`].
    #[error("more than {KEYS_MAX} keys")]
    TooMany,
    /// There is none.
    #[error("no log is named")]
    Empty,
}

/// Keys of a list. A witness is built for many quiet logs.
const KEYS_MAX: usize = 1024;

impl KnownLogs {
    /// The keys of a log; none of one that is unknown.
    pub(crate) fn keys(&self, origin: &KeyName) -> &[VerifierKey] {
        self.of.get(origin.as_str()).map_or(&[], Vec::as_slice)
    }

    fn all(&self) -> impl Iterator<Item = &VerifierKey> {
        self.of.values().flatten()
    }

    fn add(&mut self, key: VerifierKey, line: usize) -> Result<(), KnownLogsError> {
        // Another name does not make it another key.
        if self.all().any(|known| known.public_key() == key.public_key()) {
            return Err(KnownLogsError::Twice(line));
        }
        if self.all().count() == KEYS_MAX {
            return Err(KnownLogsError::TooMany);
        }
        self.of.entry(key.name().as_str().to_owned()).or_default().push(key);
        Ok(())
    }
}

/// Reads the `log` lines of a policy (<https://c2sp.org/tlog-policy>); a witness has no use for
/// other lines, so that they are mistakes.
impl FromStr for KnownLogs {
    type Err = KnownLogsError;

    fn from_str(text: &str) -> Result<Self, KnownLogsError> {
        let mut logs = Self::default();
        for (line, words) in (1..).zip(text.split('\n').map(words)) {
            match words[..] {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                ["log", key] | ["log", key, _] => logs.add(log_key(key, line)?, line)?,
                _ => return Err(KnownLogsError::Line(line)),
            }
        }
        if logs.of.is_empty() { Err(KnownLogsError::Empty) } else { Ok(logs) }
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split([' ', '\t']).filter(|word| !word.is_empty()).collect()
}

fn log_key(text: &str, line: usize) -> Result<VerifierKey, KnownLogsError> {
    let key = text.parse::<VerifierKey>().ok();
    key.filter(|key| key.algorithm() == Algorithm::Ed25519).ok_or(KnownLogsError::Key(line))
}

#[cfg(test)]
mod tests;
